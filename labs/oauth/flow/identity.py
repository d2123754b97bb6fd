"""What a client checks of an ID token (OpenID Connect Core §3.1.3.7): who is logged in, and that it is for us, now."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from labs.tokens.jws import Key, Keys, Refused, base64url
from labs.tokens.jws.jws import choose_key, read_header
from labs.tokens.jwt import accept

HASHES = {"256": "sha256", "384": "sha384", "512": "sha512", "Ed25519": "sha512"}
"""The hash that goes with a signature algorithm: the one in its name, or inside it."""


def read_id_token(
    token: str, keys: Key | Keys, *, now: float, issuer: str, client: str, nonce: str, access_token: str
) -> dict[str, Any]:
    """The claims of an ID token, if it was made for this client, this flow and this access token; else Refused."""
    claims = accept(token, keys, now=now, issuer=issuer, audience=client)
    if "iat" not in claims or "sub" not in claims:
        raise Refused("claims", "an ID token says about whom it is (`sub`), and since when (`iat`)", "payload")
    if claims["aud"] not in (client, [client]) and claims.get("azp") != client:
        raise Refused("aud", f"it is meant for {claims['aud']!r}, others among them", "payload")
    if claims.get("azp", client) != client:
        raise Refused("azp", f"it was given to {claims['azp']!r}, and this is {client!r}", "payload")
    if not _same(claims.get("nonce"), nonce):
        raise Refused("nonce", "it is not the answer to this request: the `nonce` is another", "payload")
    if "at_hash" in claims and not _same(claims["at_hash"], half_hash(access_token, _alg_of(token, keys))):
        raise Refused("at_hash", "the access token beside it is another than the one it came with", "payload")
    return claims


def half_hash(token: str, alg: str) -> str:
    """`at_hash`: the left half of the access token's hash, in base64url (§3.1.3.6)."""
    digest = hashlib.new(HASHES[alg if alg in HASHES else alg[-3:]], token.encode()).digest()
    return base64url.encode(digest[: len(digest) // 2])


def _alg_of(token: str, keys: Key | Keys) -> str:
    """The algorithm of the key that the token was checked with."""
    return choose_key(read_header(base64url.decode(token.partition(".")[0])), keys).alg


def _same(said: object, kept: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), kept.encode())
