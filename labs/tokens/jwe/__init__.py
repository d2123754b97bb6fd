"""JWE: bytes that only one receiver can read (RFC 7516, compact form)."""

from labs.tokens.jwe.jwe import ALGS, ENCS, Unreadable, decrypt, encrypt

__all__ = ["ALGS", "ENCS", "Unreadable", "decrypt", "encrypt"]
