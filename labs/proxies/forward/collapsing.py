"""Collapsing: clients that ask for the same thing at the same time cause one request to the origin.

The first to ask for a key is the leader: the origin is asked on its behalf. Whoever comes before the answer waits. What
then becomes of those who wait depends on the answer:

for all    it is fresh and may be given to anybody, so everybody gets it             RFC 9111 §4
for one    it was meant for the leader: the others have to be asked for, each alone
failed     there is none. Everybody is told so; to ask again for each would hit a server that is down

`Desk` only decides. Who asks and who answers, by which clock, is somebody else's business.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple

FOR_ALL, FOR_ONE, FAILED = "for all", "for one", "failed"


class Do(NamedTuple):
    """What has to be done now: "ask" the origin on this client's behalf, or "give" this client what came."""

    what: str
    client: Hashable


class Desk:
    """Who waits for what. A client has one request under way at a time."""

    def __init__(self) -> None:
        self._groups: dict[Hashable, list[Hashable]] = {}  # key → who waits for it, the leader first

    def request(self, client: Hashable, key: Hashable) -> list[Do]:
        """A client asks for a key: the origin is asked, unless somebody leads already."""
        if key in self._groups:
            self._groups[key].append(client)
            return []
        self._groups[key] = [client]
        return [Do("ask", client)]

    def answer(self, client: Hashable, how: str) -> list[Do]:
        """What the origin was asked on this client's behalf has been answered, in one of the three ways."""
        led = next((key for key, group in self._groups.items() if group[0] == client), None)
        if led is None:  # it asked for itself
            return [Do("give", client)]
        _, *others = self._groups.pop(led)
        return [Do("give", client), *(Do("ask" if how == FOR_ONE else "give", other) for other in others)]


def collapse(events: Iterable[tuple[str, Hashable, Hashable]]) -> list[list[Do]]:
    """What has to be done at each of these events, ("request", client, key) or ("answer", client, how)."""
    desk = Desk()
    return [desk.request(who, it) if kind == "request" else desk.answer(who, str(it)) for kind, who, it in events]
