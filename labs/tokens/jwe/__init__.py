"""JWE: bytes that only one receiver can read (RFC 7516, compact form)."""

from labs.tokens.jwe.jwe import ALGS, ENCS, decrypt, encrypt
from labs.tokens.jwe.keys import Unreadable

__all__ = ["ALGS", "ENCS", "Unreadable", "decrypt", "encrypt"]
