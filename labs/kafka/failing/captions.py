"""What the picture of a run says: a sentence for each event that tells something, and the moments for stills."""

from __future__ import annotations

from collections.abc import Callable

from labs.kafka.failing.outcome import breaches, in_neither
from labs.kafka.failing.records import DEAD, MAIN
from labs.kit.trace import Event, Trace

Told = str | tuple[str, str]


def stills(trace: Trace) -> list[float]:
    """The first failure, the trouble that follows from it, the end."""
    failed = [e.t for e in trace.of("failed")][:1]
    trouble = [e.t for e in trace.of("crash", "removed", "redrive")][:1]
    late = breaches(trace)
    breach = [e.t for e in trace.of("done") if e["record"] in late][-1:]
    last = [e.t for e in trace.of("done", "append")][-1:]
    return sorted({*failed, *trouble, *(breach or last)})


def teller(trace: Trace) -> Callable[[Event], Told]:
    """What is said of each event of this run, asked for in order."""
    newest: dict[str, int] = {}
    seen: set[str] = set()
    failed: dict[str, int] = {}
    slept: list[str] = []
    letters: dict[str, int] = {}
    lost, hands, committed = in_neither(trace), dict[str, Event](), dict[str, int]()

    def done(event: Event) -> Told:
        key, number, record = event["key"], event["number"], event["record"]
        before, again = newest.get(key, 0), record in seen
        newest[key] = max(number, before)
        seen.add(record)
        open_ones = [other for other in failed if other[0] == record[0] and other not in seen]
        if again:
            return f"{event.who} does {record} again."
        if number < before:
            return f"{record} is done, after {key[0]}{before}: the order of {key} is broken."
        if record in failed:
            return f"{event.who} has done {record} at last."
        return f"{record} is done. {open_ones[0]} is not." if open_ones else ""

    def tell(event: Event) -> Told:
        who, kind = event.who, event.kind
        if kind == "done":
            return done(event)
        if kind == "append":
            return _appended(event, letters)
        if kind == "failed":
            failed[event["record"]] = 1
            cause = "The service does not answer" if event["why"] == "transient" else "It can never succeed as it is"
            return f"{who}: {event['record']} fails, try {event['attempt']}. {cause}."
        if kind == "wait":
            slept.append(event["record"])
            behind = f"{who} sleeps {event['seconds']:g} s. Meanwhile nothing behind {event['record']} is read."
            return ("wait", behind) if len(slept) == 1 else ""
        if kind == "poll":
            hands[who] = event
        if kind == "commit":
            committed[event["topic"]] = event["offset"]
        at = hands.get(who)
        if kind == "crash" and at and at["record"] in lost and committed.get(at["topic"], 0) > at["offset"]:
            return f"{who} crashes, and {at['record']} is in neither place: it is lost."
        if kind == "held":
            failed[event["record"]] = 1
            return f"A record of its key is parked, so {event['record']} is parked behind it, without a try."
        return _simple(event)

    return tell


def _appended(event: Event, letters: dict[str, int]) -> Told:
    """A record that is written to a topic; `letters` counts how often each came to the dead letters."""
    record, topic = event["record"], event["topic"]
    if topic == DEAD:
        letters[record] = letters.get(record, 0) + 1
        times = f", for the {_ordinal(letters[record])} time" if letters[record] > 1 else ""
        return f"{record} is in the dead-letter topic{times}."
    if topic != MAIN:
        return f"{record} is in {topic}; orders flows on."
    if event.who != "producer":
        return f"{record} is back, at the end of orders: there is no other place."
    return ""


def _simple(event: Event) -> str:
    who, kind = event.who, event.kind
    if kind == "crash":
        return f"{who} crashes."
    if kind == "outage":
        return f"The payment service {'stays' if event['again'] else 'is'} down until {event['until']:g} s."
    if kind == "removed":
        return f"{who} has not polled for too long: the group goes on without it, and it does not know."
    if kind == "refused":
        return f"The commit of {who} is refused: the partition is another one's."
    if kind == "redrive":
        return f"{who} takes {event['record']} out of the dead-letter topic."
    if kind == "kept":
        return f"{event['record']} has been sent back often enough: it is kept for a person."
    if kind == "start" and event["topic"] == MAIN and event.t == 0:
        return f"{who} works through orders, one record after the other."
    if kind == "start" and event["topic"] == MAIN:
        return f"{who} has the partition now, and begins at the committed offset."
    return f"Nothing happens: {event['text']}." if kind == "note" else ""


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
