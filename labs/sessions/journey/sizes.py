"""How many bytes travel with every request: a session's cookie and a token, beside the limits of header lines."""

from __future__ import annotations

from typing import Any

from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_key
from labs.tokens.jwt.jwt import issue

ID = "3fK9hLwq0ZtV7yBnC2xM5A"  # 128 random bits are 22 characters. An example: a real one is never printed
NGINX_LINE = 8192  # bytes of one header line (large_client_header_buffers 4 8k)
COOKIE = 4096  # bytes of a cookie's name and value, in browsers


def claims(groups: int = 0) -> dict[str, Any]:
    """What a token says: who issued it, about whom, for whom, from when until when; if wanted, also Ada's groups."""
    told: dict[str, Any] = {"iss": ISSUER, "sub": "ada", "aud": AUDIENCE, "iat": NOW, "exp": NOW + 900}
    return told | ({"groups": [f"group-{n:03}" for n in range(groups)]} if groups else {})


def lines(groups: int = 0) -> dict[str, str]:
    """The header line that a browser or an app sends, for each design."""
    told = {"session cookie": f"Cookie: __Host-sid={ID}"}
    for alg in ("HS256", "ES256", "RS256"):
        told[f"token, {alg}"] = f"Authorization: Bearer {issue(claims(groups), example_key(alg))}"
    return told


def sizes(*groups: int) -> Any:
    """A pandas DataFrame: the bytes of each line, for tokens with so many groups."""
    import pandas

    many = groups or (0,)
    rows = [{"header line": name} | {_head(n): len(lines(n)[name]) for n in many} for name in lines()]
    return pandas.DataFrame(rows).set_index("header line")


def _head(groups: int) -> str:
    return "bytes" if not groups else f"with {groups} groups"


def most_groups(limit: int, before: str = "Authorization: Bearer ") -> int:
    """How many groups fit into a token (HS256), where it may have `limit` bytes together with what stands before it."""
    groups = 0
    while len(before + issue(claims(groups + 1), example_key())) <= limit:
        groups += 1
    return groups
