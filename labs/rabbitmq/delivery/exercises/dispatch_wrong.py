"""Handing out as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labs.rabbitmq.delivery.dispatch import Row, dispatch

Given = list[tuple[str, str]]


def hand_out(
    ready: Sequence[str],
    consumers: Sequence[Row],
    *,
    room: Callable[[int, int], bool] = lambda most, held: most == 0 or held < most,
    starts_with: Callable[[int], int] = lambda unacked: unacked,
    counts: bool = True,
) -> Given:
    """The right answer, but for what is given."""
    holds = {name: starts_with(unacked) for name, _, unacked in consumers}
    turns, given = list(consumers), []
    for message in ready:
        place = next((i for i, (name, most, _) in enumerate(turns) if room(most, holds[name])), None)
        if place is None:
            break
        name = turns[place][0]
        given.append((message, name))
        holds[name] += counts
        turns = turns[place + 1 :] + turns[: place + 1]
    return given


def newest_first(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """From the wrong end."""
    return dispatch(ready[::-1], consumers)


def zero_is_none(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """A prefetch of 0 allows nothing."""
    return hand_out(ready, consumers, room=lambda most, held: held < most)


def one_too_many(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """Up to the prefetch, and one more."""
    return hand_out(ready, consumers, room=lambda most, held: most == 0 or held <= most)


def one_too_few(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """One fewer than the prefetch."""
    return hand_out(ready, consumers, room=lambda most, held: most == 0 or held + 1 < most)


def not_equal(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """Only exactly full is full."""
    return hand_out(ready, consumers, room=lambda most, held: most == 0 or held != most)


def forgets_the_held(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """What a consumer holds already is not counted."""
    return hand_out(ready, consumers, starts_with=lambda unacked: 0)


def counts_only_the_held(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """What is handed out now is not counted."""
    return hand_out(ready, consumers, counts=False)


def no_limit(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """The prefetch is not looked at."""
    return hand_out(ready, consumers, room=lambda most, held: True)


def one_limit_for_all(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """What all hold together is compared with each one's prefetch."""
    total = sum(unacked for _, _, unacked in consumers)
    turns, given = list(consumers), []
    for message in ready:
        place = next((i for i, (_, most, _) in enumerate(turns) if most == 0 or total < most), None)
        if place is None:
            break
        given.append((message, turns[place][0]))
        total += 1
        turns = turns[place + 1 :] + turns[: place + 1]
    return given


def first_with_room(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """Always from the top: no turns."""
    holds, given = {name: unacked for name, _, unacked in consumers}, []
    for message in ready:
        name = next((name for name, most, _ in consumers if most == 0 or holds[name] < most), None)
        if name is None:
            break
        given.append((message, name))
        holds[name] += 1
    return given


def least_loaded(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """To whoever holds least."""
    holds, given = {name: unacked for name, _, unacked in consumers}, []
    for message in ready:
        free = [name for name, most, _ in consumers if most == 0 or holds[name] < most]
        if not free:
            break
        name = min(free, key=lambda name: holds[name])
        given.append((message, name))
        holds[name] += 1
    return given


def most_room(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """To whoever has most room left."""
    holds, given = {name: unacked for name, _, unacked in consumers}, []
    for message in ready:
        free = [(10**9 if most == 0 else most) - holds[name] for name, most, _ in consumers]
        if not free or max(free) <= 0:
            break
        name = consumers[free.index(max(free))][0]
        given.append((message, name))
        holds[name] += 1
    return given


def stops_at_a_full_one(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """When it is a full one's turn, it is over."""
    given: Given = []
    holds, turns = {name: unacked for name, _, unacked in consumers}, list(consumers)
    for message in ready:
        if not turns or (turns[0][1] and holds[turns[0][0]] >= turns[0][1]):
            break
        name = turns[0][0]
        given.append((message, name))
        holds[name] += 1
        turns = turns[1:] + turns[:1]
    return given


def skips_the_message(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """When it is a full one's turn, the message is passed over."""
    given: Given = []
    holds, turns = {name: unacked for name, _, unacked in consumers}, list(consumers)
    for message in ready if consumers else ():
        name, most, _ = turns[0]
        if most == 0 or holds[name] < most:
            given.append((message, name))
            holds[name] += 1
        turns = turns[1:] + turns[:1]
    return given


def by_number(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """Message n begins to look at consumer n: one that follows a full one gets that one's share, too."""
    given: Given = []
    holds = {name: unacked for name, _, unacked in consumers}
    for n, message in enumerate(ready):
        around = [consumers[(n + i) % len(consumers)] for i in range(len(consumers))]
        name = next((name for name, most, _ in around if most == 0 or holds[name] < most), None)
        if name is None:
            break
        given.append((message, name))
        holds[name] += 1
    return given


def counter_slips(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """Full consumers are taken out of the list, and the counter then points past the next one."""
    room = {name: (10**9 if most == 0 else most) - unacked for name, most, unacked in consumers}
    given: Given = []
    turn = 0
    for message in ready:
        free = [name for name in room if room[name] > 0]
        if not free:
            break
        turn %= len(free)
        given.append((message, free[turn]))
        room[free[turn]] -= 1
        turn += 1
    return given


def by_name(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """The turns go by name."""
    return dispatch(ready, sorted(consumers))


def turns_backwards(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """The last one first."""
    return dispatch(ready, consumers[::-1])


def one_each(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """One round only."""
    return dispatch(ready, consumers)[: sum(most == 0 or unacked < most for _, most, unacked in consumers)]


def swapped(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """The pairs the wrong way round."""
    return [(name, message) for message, name in dispatch(ready, consumers)]


def grouped(ready: Sequence[str], consumers: Sequence[Row]) -> Given:
    """In order of the consumers, not of the messages."""
    order = [name for name, *_ in consumers]
    return sorted(dispatch(ready, consumers), key=lambda pair: order.index(pair[1]))
