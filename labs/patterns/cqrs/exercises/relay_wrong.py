"""The relay of lesson 03 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from labs.patterns.cqrs.parts import Event, relay

Publish: TypeAlias = Callable[[Event], bool]
Mark: TypeAlias = Callable[[int], None]


def marks_first(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks, then publishes."""
    sent = 0
    for event in outbox:
        mark(event["number"])
        if not publish(event):
            break
        sent += 1
    return sent


def marks_everything(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It does not look at what publish returns."""
    for event in outbox:
        publish(event)
        mark(event["number"])
    return len(outbox)


def carries_on(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It passes over what is not acknowledged."""
    sent = 0
    for event in outbox:
        if publish(event):
            mark(event["number"])
            sent += 1
    return sent


def holds_back_the_row(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It passes over the row whose event is not acknowledged."""
    sent, held = 0, set()
    for event in outbox:
        if event["key"] not in held and publish(event):
            mark(event["number"])
            sent += 1
        else:
            held.add(event["key"])
    return sent


def waits_for_the_list(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It expects mark to take the event out of its list."""
    sent = 0
    while outbox:
        if not publish(outbox[0]):
            break
        mark(outbox[0]["number"])
        sent += 1
    return sent


def marks_at_the_end(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes everything, then marks everything."""
    sent = []
    for event in outbox:
        if not publish(event):
            break
        sent.append(event["number"])
    for number in sent:
        mark(number)
    return len(sent)


def newest_first(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """The last event goes first."""
    return relay(list(outbox)[::-1], publish, mark)


def by_key(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """Sorted by key."""
    return relay(sorted(outbox, key=lambda event: event["key"]), publish, mark)


def only_the_latest(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """Of each row it sends the newest version only."""
    newest = {event["key"]: event["number"] for event in outbox}
    return relay([event for event in outbox if newest[event["key"]] == event["number"]], publish, mark)


def tries_again(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It does not give up before the event is acknowledged."""
    for event in outbox:
        while not publish(event):
            pass
        mark(event["number"])
    return len(outbox)


def counts_everything(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It returns how many there were."""
    relay(outbox, publish, mark)
    return len(outbox)


def counts_the_refused(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It counts the event that was not acknowledged."""
    sent = relay(outbox, publish, mark)
    return sent + (sent < len(outbox))


def only_one(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """One event in a round."""
    return relay(outbox[:1], publish, mark)


def never_marks(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes, and marks nothing."""
    return relay(outbox, publish, lambda number: None)


def publishes_the_row(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes the row, without key and version."""
    return relay(outbox, lambda event: publish(event["row"]), mark)


def marks_by_place(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks 1, 2, 3."""
    places = {event["number"]: place for place, event in enumerate(outbox, 1)}
    return relay(outbox, publish, lambda number: mark(places[number]))


def tries_twice(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It publishes a second time before it gives up."""
    return relay(outbox, lambda event: publish(event) or publish(event), mark)


def returns_the_number(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It returns the number of the last event that was acknowledged."""
    sent = relay(outbox, publish, mark)
    return int(outbox[sent - 1]["number"]) if sent else 0


def counts_what_is_left(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It returns how many events are still to be sent."""
    return len(outbox) - relay(outbox, publish, mark)


def marks_the_refused(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It ends the round in time, but marks the event first."""
    sent = 0
    for event in outbox:
        acknowledged = publish(event)
        mark(event["number"])
        if not acknowledged:
            break
        sent += 1
    return sent


def tries_three_times(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It gives up at the third attempt."""
    return relay(outbox, lambda event: any(publish(event) for _ in range(3)), mark)


def publishes_twice(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It calls publish once more to see what it returns."""
    return relay(outbox, lambda event: publish(event) and publish(event), mark)


def marks_by_index(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks 0, 1, 2."""
    places = {event["number"]: place for place, event in enumerate(outbox)}
    return relay(outbox, publish, lambda number: mark(places[number]))


def marks_the_version(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks the version."""
    versions = {event["number"]: event["version"] for event in outbox}
    return relay(outbox, publish, lambda number: mark(versions[number]))


def marks_the_event(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks with the event itself."""
    events: dict[int, Any] = {event["number"]: event for event in outbox}
    return relay(outbox, publish, lambda number: mark(events[number]))


def shortens_the_list(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It removes from the list what it has sent, while it goes through it."""
    return relay(outbox[::2], publish, mark)


def marks_the_older(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """Of each row it sends the newest version only, and marks the others."""
    newest = {event["key"]: event["number"] for event in outbox}
    sent = 0
    for event in outbox:
        if newest[event["key"]] == event["number"]:
            if not publish(event):
                break
            sent += 1
        mark(event["number"])
    return sent


def leaves_out_deletions(outbox: Sequence[Event], publish: Publish, mark: Mark) -> int:
    """It marks the event of a deletion, and does not publish it."""
    return relay(outbox, lambda event: not event["row"] or publish(event), mark)
