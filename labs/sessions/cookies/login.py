"""A login that gives a new id, and a cookie that nobody can change."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

Session = dict[str, Any]  # {"user": a name, or None before the login, "cart": [what is in it]}
SECRET = b"only the servers know this. An example: never use it."


def log_in(sessions: dict[str, Session], old_id: str | None, user: str, new_id: Callable[[], str]) -> str:
    """The id of the session that `user` has from now on. The one from before the login is gone.

    If the browser kept its id, whoever had put that id into the browser before would now be logged in, too.
    """
    old = sessions.pop(old_id, None) if old_id is not None else None
    cart = old["cart"] if old and old["user"] is None else []
    fresh = new_id()
    sessions[fresh] = {"user": user, "cart": cart}
    return fresh


def mac(text: str) -> str:
    """The signature of a text: 64 characters that only those who know SECRET can compute."""
    return hmac.new(SECRET, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def same(a: str, b: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass"))


def write_cookie(user: str, expires: int) -> str:
    """user|expires|signature."""
    return f"{user}|{expires}|{mac(f'{user}|{expires}')}"


def read_cookie(
    cookie: str, now: int, mac: Callable[[str], str] = mac, same: Callable[[str, str], bool] = same
) -> str | None:
    """The user, if the signature is right and the cookie has not expired; else None."""
    signed, _, signature = cookie.rpartition("|")
    if not same(signature, mac(signed)):
        return None
    user, _, expires = signed.rpartition("|")
    return user if now < int(expires) else None
