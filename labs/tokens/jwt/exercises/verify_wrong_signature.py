"""Plausible wrong answers to `tokens-verify`: what the signature is computed from, and how it is compared."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from functools import partial
from operator import eq
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.tokens.examples import SECRET
from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises.verify_steps import hs256, open_token, verify


def _never_compared(given: bytes, right: bytes) -> bool:
    return True


def _begins_like_it(given: bytes, right: bytes) -> bool:
    return right.startswith(given)


def _begins_with_it(given: bytes, right: bytes) -> bool:
    return given.startswith(right)


def _as_far_as_both_go(given: bytes, right: bytes) -> bool:
    return all(a == b for a, b in zip(given, right, strict=False))


def _as_long(given: bytes, right: bytes) -> bool:
    return len(given) == len(right)


def _or_none(given: bytes, right: bytes) -> bool:
    return not given or given == right


def _over_the_payload(secret: bytes, header: str, payload: str) -> bytes:
    return hmac.digest(secret, payload.encode(), "sha256")


def _no_dot(secret: bytes, header: str, payload: str) -> bytes:
    return hmac.digest(secret, (header + payload).encode(), "sha256")


def _over_the_json(secret: bytes, header: str, payload: str) -> bytes:
    return hmac.digest(secret, base64url.decode(header) + b"." + base64url.decode(payload), "sha256")


def _written_anew(secret: bytes, header: str, payload: str) -> bytes:
    return hs256(secret, *(_again(part) for part in (header, payload)))


def _again(part: str) -> str:
    return base64url.encode(json.dumps(json.loads(base64url.decode(part)), separators=(",", ":")).encode())


def _hashed_together(secret: bytes, header: str, payload: str) -> bytes:
    return hashlib.sha256(secret + f"{header}.{payload}".encode()).digest()


def _in_hex(secret: bytes, header: str, payload: str) -> bytes:
    return hs256(secret, header, payload).hex().encode()


def _secret_as_text(secret: bytes, header: str, payload: str) -> bytes:
    return hs256(str(secret).encode(), header, payload)


def _first_32(secret: bytes, header: str, payload: str) -> bytes:
    return hs256(secret[:32], header, payload)


def _lessons_secret(secret: bytes, header: str, payload: str) -> bytes:
    return hs256(base64url.decode(SECRET["k"]), header, payload)


def _opens(**step: Any) -> Callable[..., Any]:
    return partial(verify, opened=partial(open_token, **step))


WITH_EQUALS = Mistake(
    "The signature is compared with `==`, which stops at the first byte that differs: the time it takes tells how much "
    "of a guess was right. `hmac.compare_digest` takes the same time for every guess.",
    _opens(same=eq),
)
"""To be put first: all others that compare without `compare_digest` are found out by it, too."""
WRONG_SIGNATURES = (
    Mistake("A token without a signature is accepted.", _opens(same=_or_none)),
    Mistake(
        "A signature that is cut short, or empty, is accepted: it is only compared as far as it goes. "
        "Compare all of it.",
        _opens(same=_begins_like_it),
    ),
    Mistake("A signature with something added after it is accepted. Compare all of it.", _opens(same=_begins_with_it)),
    Mistake(
        "A signature that is cut short, or has something added, is accepted: `zip` ends with the shorter of the two.",
        _opens(same=_as_far_as_both_go),
    ),
    Mistake("Only the length of the signature is checked: then anybody can write a token.", _opens(same=_as_long)),
    Mistake("The signature is never checked: then anybody can write a token.", _opens(same=_never_compared)),
    Mistake("Only the first 32 bytes of the secret are used. Use them all.", _opens(right=_first_32)),
    Mistake(
        "The signature is taken to be over the payload alone. It is over both parts.", _opens(right=_over_the_payload)
    ),
    Mistake(
        "The dot between header and payload is missing from what the signature is checked over.", _opens(right=_no_dot)
    ),
    Mistake(
        "The signature is checked over the decoded JSON. It is over the two parts as the token has them.",
        _opens(right=_over_the_json),
    ),
    Mistake(
        "Header and payload are rewritten before the signature is checked. JSON can be spelt in many ways: "
        "check the two parts as the token has them.",
        _opens(right=_written_anew),
    ),
    Mistake(
        "The signature is checked against a hash of secret and message. HS256 is an HMAC: "
        "`hmac.digest(secret, message, 'sha256')`.",
        _opens(right=_hashed_together),
    ),
    Mistake("The signature is compared in hexadecimal. It is 32 bytes: take `digest()`.", _opens(right=_in_hex)),
    Mistake("The key is `str(secret)`. The secret is bytes already: use it as it is.", _opens(right=_secret_as_text)),
    Mistake(
        "The secret is the notebook's own. It comes as an argument: somebody else's tokens are signed with another.",
        _opens(right=_lessons_secret),
    ),
)
