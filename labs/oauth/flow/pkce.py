"""PKCE (RFC 7636): whoever redeems a code proves that they are the one who asked for it.

The client makes up a secret, the verifier, for each flow. It sends the verifier's SHA-256 along when it asks for the
code (the challenge), and the verifier itself when it redeems the code.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from labs.tokens.jws import base64url

VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
"""RFC 7636 §4.1."""


def challenge_of(verifier: str) -> str:
    """S256: the base64url of the verifier's SHA-256 (§4.2). Always 43 characters."""
    return base64url.encode(hashlib.sha256(verifier.encode("ascii")).digest())


def proves(challenge: str | None, verifier: str | None) -> bool:
    """Whether this verifier belongs to the challenge. Without a challenge nothing is proved (RFC 9700 §2.1.1)."""
    if not challenge or not verifier or not VERIFIER.fullmatch(verifier):
        return False
    return hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode())
