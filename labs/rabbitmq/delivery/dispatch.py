"""Who gets the next message: the consumers in turn, as far as each one's prefetch allows."""

from __future__ import annotations

from collections.abc import Sequence

Row = tuple[str, int, int]  # a consumer: its name, its prefetch, and how many messages it holds unacknowledged


def dispatch(ready: Sequence[str], consumers: Sequence[Row]) -> list[tuple[str, str]]:
    """Hand out the ready messages, oldest first: [(message, consumer), …].

    `consumers` stand in the order of their turns. Each message goes to the next one in turn that has room, and the turn
    passes on. A consumer has room while it holds fewer messages than its prefetch; 0 is no limit. Where nobody has
    room, the rest stays in the queue.
    """
    holds = {name: unacked for name, _, unacked in consumers}
    turns = [(name, prefetch) for name, prefetch, _ in consumers]
    given = []
    for message in ready:
        place = next((i for i, (name, most) in enumerate(turns) if most == 0 or holds[name] < most), None)
        if place is None:
            break
        name, _ = turns[place]
        given.append((message, name))
        holds[name] += 1
        turns = turns[place + 1 :] + turns[: place + 1]
    return given
