"""The reverse proxy's token check: whose key signed this token, and is its bearer still welcome?

A token is told by the name of its key (`kid`), its bearer (`sub`) and when it was issued (`iat`). Signatures are lesson
19's business: here a token is sound if the key that the piece finds is the one that signed it.
"""

from __future__ import annotations

from typing import Any

from labs.shop.floor import Floor, Order, Token

FETCH, LOGIN = 0.3, 1.0  # seconds to fetch the key set, and to log in again
KEPT_SINCE = -280.0  # the key set was fetched then


def key_of(kid: str) -> str:
    """The public key of this name."""
    return f"key {kid}"


class Door:
    """The issuer's published keys, the proxy's copy of them, and the check."""

    def __init__(self, shop: Floor) -> None:
        self.shop = shop
        self.kept: dict[str, Any] = {"keys": {"old": key_of("old")}, "at": KEPT_SINCE}
        self.rotated: float | None = None
        self.listed: dict[str, float] = {}  # on the denylist: user → since when

    def newest(self) -> str:
        """The key that signs now."""
        return "old" if self.rotated is None else "new"

    def rotate(self) -> None:
        """The old key has leaked: from now on a new one signs, and the old one is withdrawn."""
        self.rotated = self.shop.clock.now
        self.shop.tell("rotate", "issuer")

    def published(self) -> dict[str, str]:
        """The key set, as it is now."""
        names = [self.newest()]
        if self.rotated is not None and self.shop.clock.now < self.rotated + self.shop.settings.overlap:
            names.append("old")
        return {name: key_of(name) for name in names}

    def enter(self, order: Order) -> None:
        """Check the order's token; then on to the backlog, or back to log in, or away."""
        shop, token, took = self.shop, order.token, [0.0]

        def fetch() -> dict[str, str]:
            took[0] += FETCH
            shop.tell("fetch", "proxy", order=order.number)
            return self.published()

        key = shop.pieces["tokens-key-cache"](token.kid, self.kept, shop.clock.now, fetch)
        welcome = key == key_of(token.kid)
        if welcome and shop.settings.denylist:
            claims = {"sub": token.sub, "iat": token.iat}
            welcome = not shop.pieces["tokens-revoked"](claims, set(), dict(self.listed))
        shop.clock.after(took[0], lambda: self._decide(order, welcome))

    def _decide(self, order: Order, welcome: bool) -> None:
        shop = self.shop
        if welcome:
            shop.tell("enter", "proxy", order=order.number)
            shop.front.come(order)
        elif order.thief or order.logins:
            order.over = True
            shop.tell("turned", "proxy", order=order.number)
            if not order.thief:
                shop.lose(order, "turned away, although the login was fresh")
        else:
            order.logins += 1
            shop.tell("login", "proxy", order=order.number)
            shop.clock.after(LOGIN, lambda: self._again(order))

    def _again(self, order: Order) -> None:
        order.token = Token(self.newest(), order.customer, self.shop.clock.now)
        self.enter(order)
