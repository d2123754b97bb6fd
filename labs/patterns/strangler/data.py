"""Whose data? Four ways to keep the baskets while two systems serve them."""

from __future__ import annotations

from collections.abc import Sequence

WAYS = ("one-way feed", "dual write", "shared store", "two stores")
OTHER = {"old": "new", "new": "old"}


class Baskets:
    """The items in each user's basket, as each of the two systems sees them."""

    def __init__(self, way: str, users: Sequence[str]) -> None:
        self.way = way
        old: dict[str, set[int]] = {user: set() for user in users}
        new: dict[str, set[int]] = old if way == "shared store" else {user: set() for user in users}
        self.stores = {"old": old, "new": new}
        self._feed: list[tuple[str, int]] = []

    def add(self, side: str, user: str, item: int, other_is_up: bool = True) -> None:
        """The system on this side puts an item into the basket."""
        self.stores[side][user].add(item)
        if self.way == "dual write" and other_is_up:
            self.stores[OTHER[side]][user].add(item)
        elif self.way == "one-way feed" and side == "old":
            self._feed.append((user, item))

    def deliver(self) -> None:
        """The feed brings over what the old system has written since the last time."""
        for user, item in self._feed:
            self.stores["new"][user].add(item)
        self._feed.clear()

    def sees(self, side: str, user: str) -> frozenset[int]:
        """What the user finds in the basket if this side answers."""
        return frozenset(self.stores[side][user])
