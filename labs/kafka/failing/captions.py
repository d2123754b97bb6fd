"""What the picture of a run says: a sentence for each event that tells something, and the moments for stills."""

from __future__ import annotations

from collections.abc import Callable

from labs.kafka.failing.outcome import breaches, in_neither
from labs.kafka.failing.records import DEAD, MAIN
from labs.kit.trace import Event, Trace

Told = str | tuple[str, str]


def stills(trace: Trace) -> list[float]:
    """The first failure, the trouble that follows from it, what it comes to."""
    failed = [e.t for e in trace.of("failed")][:1]
    trouble = [e.t for e in trace.of("crash", "removed", "redrive")][:1]
    late = breaches(trace)
    breach = [e.t for e in trace.of("done") if e["record"] in late][-1:]
    last = [e.t for e in trace.of("done", "append")][-1:]
    refused = [e.t for e in trace.of("refused")][:1]
    return sorted({*failed, *trouble, *(breach or refused or last)})


def teller(trace: Trace) -> Callable[[Event], Told]:
    """What is said of each event of this run, asked for in order."""
    newest: dict[str, int] = {}
    seen: set[str] = set()
    failed: dict[str, int] = {}
    slept: list[str] = []
    letters: dict[str, int] = {}
    removed, told_of = set[str](), set[str]()  # consumers; those of whom the end of a hand-off has been told
    written, waited_for = 0, ""  # how many records `orders` has, and the one behind which they wait
    lost, hands, committed = in_neither(trace), dict[str, Event](), dict[str, int]()

    def done(event: Event) -> Told:
        nonlocal waited_for
        key, number, record = event["key"], event["number"], event["record"]
        before, again = newest.get(key, 0), record in seen
        newest[key] = max(number, before)
        seen.add(record)
        open_ones = [other for other in failed if other[0] == record[0] and other not in seen]
        behind, last = waited_for, event["topic"] == MAIN and event["offset"] + 1 == written
        if event["topic"] == MAIN and (last or record in failed):
            waited_for = "" if last else record
        if again:
            return f"{event.who} does {record} again."
        if number < before:
            return f"{record} is done, after {key[0]}{before}: the records of {key} are out of order."
        if record in failed:
            return f"{event.who} has done {record} at last."
        if open_ones:
            return f"{record} is done. {open_ones[0]} is not."
        return f"{event.who} has caught up: nothing waits behind {behind} any more." if behind and last else ""

    def handed_off(event: Event) -> Told:
        """The commit after a hand-off to the dead-letter topic, or before it: told of each consumer once."""
        who, at = event.who, hands.get(event.who)
        if who in told_of or at is None or at["record"] not in failed or at["record"] in seen or event["topic"] != MAIN:
            return ""
        told_of.add(who)
        if at["record"] in letters:
            return f"{who} commits offset {event['offset']}, and moves on."
        return f"{who} commits offset {event['offset']}, and {at['record']} is not in the dead-letter topic yet."

    def tell(event: Event) -> Told:
        nonlocal written
        who, kind = event.who, event.kind
        if kind == "done":
            return done(event)
        if kind == "append":
            written += event["topic"] == MAIN
            return _appended(event, letters, unaware=who in removed)
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
        if kind in ("start", "removed"):
            (removed.add if kind == "removed" else removed.discard)(who)
        if kind == "commit":
            committed[event["topic"]] = event["offset"]
            return handed_off(event) if trace.settings["policy"] == "limit" else ""
        at = hands.get(who)
        if kind == "crash" and at and at["record"] in lost and committed.get(at["topic"], 0) > at["offset"]:
            return f"{who} crashes, and {at['record']} is in neither place: it is lost."
        if kind == "held":
            failed[event["record"]] = 1
            return f"A record of its key is parked, so {event['record']} is parked behind it, without a try."
        return _simple(event)

    return tell


def _appended(event: Event, letters: dict[str, int], *, unaware: bool) -> Told:
    """A record that is written to a topic; `letters` counts how often each came to the dead letters, and whoever is
    `unaware` has been removed from the group and does not know.
    """
    record, topic = event["record"], event["topic"]
    if topic == DEAD:
        letters[record] = letters.get(record, 0) + 1
        times = f", for the {_ordinal(letters[record])} time" if letters[record] > 1 else ""
        if unaware:
            return f"{event.who} still does not know, and writes {record} to the dead-letter topic{times}."
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
        return f"The commit of {who} is refused: it no longer has the partition."
    if kind == "redrive":
        return f"{who} reads {event['record']} from the dead-letter topic."
    if kind == "kept":
        return f"{event['record']} has been sent back often enough: it is kept for a person."
    if kind == "start" and event["topic"] == MAIN and event.t == 0:
        return f"{who} works through orders, one record after the other."
    if kind == "start" and event["topic"] == MAIN:
        return f"{who} has the partition now, and begins at the committed offset."
    return f"Nothing happens: {event['text']}." if kind == "note" else ""


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
