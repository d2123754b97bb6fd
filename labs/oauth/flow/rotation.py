"""Refresh tokens that work once, and what a second use means: the rule by itself, without a server around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tokens = dict[str, dict[str, Any]]
Fresh = Callable[[], str]


def refresh(token: str, client: str, tokens: Tokens, revoked: set[str], fresh: Fresh) -> str | None:
    """A new refresh token for this one, or None where it is refused."""
    kept = tokens.get(token)
    if kept is None or kept["client"] != client or kept["family"] in revoked:
        return None
    if kept["used"]:
        revoked.add(kept["family"])
        return None
    kept["used"] = True
    new = fresh()
    tokens[new] = {"client": client, "family": kept["family"], "used": False}
    return new
