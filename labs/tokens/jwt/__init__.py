"""JWT: claims with an end, signed (RFC 7519)."""

from labs.tokens.jwt.jwt import accept, issue

__all__ = ["accept", "issue"]
