"""Tokens: bytes with a signature (JWS), claims with an end (JWT), and the keys for them, as models to read and run."""

from labs.tokens.algorithms import ALGORITHMS, Algorithm
from labs.tokens.jwk import BadKey, Key, Keys, public_jwk, read_key, read_keys
from labs.tokens.jws import Refused, Signed, sign, verify
from labs.tokens.jwt import accept, issue

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "BadKey",
    "Key",
    "Keys",
    "Refused",
    "Signed",
    "accept",
    "issue",
    "public_jwk",
    "read_key",
    "read_keys",
    "sign",
    "verify",
]
