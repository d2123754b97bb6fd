"""JWS: bytes with a signature, the algorithms and the keys (RFC 7515, 7517, 7518)."""

from labs.tokens.jws.algorithms import ALGORITHMS, Algorithm
from labs.tokens.jws.jwk import BadKey, Key, Keys, public_jwk, read_key, read_keys
from labs.tokens.jws.jws import Refused, Signed, sign, verify

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "BadKey",
    "Key",
    "Keys",
    "Refused",
    "Signed",
    "public_jwk",
    "read_key",
    "read_keys",
    "sign",
    "verify",
]
