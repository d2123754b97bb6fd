"""Lesson 03: one round of the relay: what it returns, and what it has done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.patterns.cqrs.exercises import relay_wrong as wrong
from labs.patterns.cqrs.exercises.cases import TEA, event_of
from labs.patterns.cqrs.parts import Event, relay

OUTBOXES: list[list[Event]] = [
    [],
    [event_of(1, "orders/o1", 1, TEA)],
    [event_of(1, "orders/o2", 1, TEA), event_of(2, "orders/o1", 1, TEA)],
    [event_of(7, "orders/o1", 1, TEA), event_of(8, "orders/o1", 2, None), event_of(9, "orders/o2", 1, TEA)],
    [event_of(9, "orders/o2", 4, TEA), event_of(10, "orders/o1", 1, TEA), event_of(11, "orders/o2", 5, None),
     event_of(12, "orders/Ä", 1, TEA)],
]  # fmt: skip


def _rounds() -> Iterator[Any]:
    """(outbox, numbers that are not acknowledged): none of them, one of them, or all from one on."""
    for outbox in OUTBOXES:
        numbers = [event["number"] for event in outbox]
        for refused in dict.fromkeys(
            [(), *((n,) for n in numbers), *(tuple(numbers[i:]) for i in range(len(numbers)))]
        ):
            yield outbox, refused


def _relay(function: Callable[..., Any], case: Any) -> Any:
    """Call it with a feed and a database that write down what is done to them."""
    outbox, refused = deepcopy(case)
    done: list[tuple[str, Any]] = []

    def publish(event: Any) -> bool:
        number = event["number"] if event in case[0] else f"something else, {event!r}"
        done.append(("publish", number))
        if len(done) > 60:  # for whoever waits for the list to get shorter
            return False
        return number not in refused or len(done) > 30  # the second ends the rounds of those who never give up

    return function(outbox, publish, lambda number: done.append(("mark", number))), done


def _read_relay(case: Any, answer: Any) -> Any:
    sent, done = answer
    return whole(sent, "how many events were acknowledged, a whole number"), done


def _told(done: Sequence[tuple[str, Any]]) -> str:
    shown = ", ".join(f"{what} {number!r}" for what, number in done[:8])
    return (shown or "nothing") + (", …" if len(done) > 8 else "")


def _show(answer: Any) -> str:
    sent, done = answer
    return f"{_told(done)}; returns {sent!r}"


def _does(case: Any, answer: Any) -> None:
    right = relay_of(case)
    if answer[1] != right[1]:
        raise Wrong(f"Your function did: {_told(answer[1])}. Expected: {_told(right[1])}.", right)


def _counts(case: Any, answer: Any) -> None:
    right = relay_of(case)
    if answer[0] != right[0]:
        raise Wrong(f"Events acknowledged: {right[0]}. Your function returned {answer[0]!r}.", right)


def relay_of(case: Any) -> Any:
    """What the reference returns and does."""
    return _relay(relay, case)


def _show_round(case: Any) -> str:
    outbox, refused = case
    told = ", ".join(f"{e['number']} ({e['key']} v{e['version']})" for e in outbox) or "empty"
    never = f"; not acknowledged: {', '.join(map(str, refused))}" if refused else ""
    return f"outbox: {told}{never}"


RELAY = Exercise(
    id="patterns-relay", lesson="03", title="One round of the relay", points=2, reference=relay, cases=_rounds,
    call=_relay, read=_read_relay, shape="Returns a number", show_case=_show_round,
    show_answer=_show,
    properties=(("Publishes and marks the right events, in the right order", _does), ("Returns how many", _counts)),
    wrong=(
        Mistake("You mark before you publish. A crash in between loses the event.", wrong.marks_first),
        Mistake("You mark an event that was not acknowledged. It may never have arrived.", wrong.marks_everything),
        Mistake("You go on after an event that was not acknowledged. A later event of the same row would overtake it.",
                wrong.carries_on),
        Mistake("You go on with the events of other rows. Each row keeps its order, but here the round is over at the "
                "first event that is not acknowledged.", wrong.holds_back_the_row),
        Mistake("You wait for your list to get shorter. It is a copy, which `mark` does not change.",
                wrong.waits_for_the_list),
        Mistake("You mark at the end of the round. A crash before that would publish all of it again.",
                wrong.marks_at_the_end),
        Mistake("You begin with the newest event. The feed has to keep the order of the writes.", wrong.newest_first),
        Mistake("You change the order. The feed has to keep the order of the writes.", wrong.by_key),
        Mistake("You leave out older versions of a row. Each event in the outbox is published.",
                wrong.only_the_latest),
        Mistake("You publish an event again within the round. End the round: the next one begins with it.",
                wrong.tries_again),
        Mistake("You publish an event again within the round. End the round: the next one begins with it.",
                wrong.tries_twice),
        Mistake("You return the number of an event. Return how many were acknowledged.", wrong.returns_the_number),
        Mistake("You return how many events are left. Return how many were acknowledged.", wrong.counts_what_is_left),
        Mistake("You return how many events there were, not how many were acknowledged.", wrong.counts_everything),
        Mistake("You count the event that was not acknowledged.", wrong.counts_the_refused),
        Mistake("You end the round after one event, though it was acknowledged.", wrong.only_one),
        Mistake("You publish something other than the event as it is in the outbox.", wrong.publishes_the_row),
        Mistake("You mark by the place in the list. Mark by the number that the event has.", wrong.marks_by_place),
        Mistake("You mark an event that was not acknowledged. It may never have arrived.", wrong.marks_the_refused),
        Mistake("You publish an event again within the round. End the round: the next one begins with it.",
                wrong.tries_three_times),
        Mistake("You publish each event twice. Keep what `publish` returned the first time.", wrong.publishes_twice),
        Mistake("You mark by the place in the list. Mark by the number that the event has.", wrong.marks_by_index),
        Mistake("You mark by the version. Mark by the number that the event has.", wrong.marks_the_version),
        Mistake("You give `mark` the whole event. It takes the event's number.", wrong.marks_the_event),
        Mistake("You take events out of the list that you are going through, so every other one is passed over.",
                wrong.shortens_the_list),
        Mistake("You leave out older versions of a row. Each event in the outbox is published.",
                wrong.marks_the_older),
        Mistake("You do not publish that a row was deleted. Others have to hear of it, too.",
                wrong.leaves_out_deletions),
        Mistake("You never mark, so the same events are published for ever.", wrong.never_marks),
    ),
    hints=("Go through the outbox in its order, and ask for each event what `publish` returns.",
           "If it returns True, mark the event at once, by its number. If not, the round is over.",
           "Count the marks: that is the number to return."),
)  # fmt: skip
