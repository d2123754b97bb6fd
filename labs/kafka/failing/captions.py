"""What the picture of a run says: a sentence for each event that tells something, and the moments for stills."""

from __future__ import annotations

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


class Teller:
    """What is said of each event of a run, asked for in order; it keeps in mind what it has come across."""

    def __init__(self, trace: Trace) -> None:
        self.limited = trace.settings["policy"] == "limit"
        self.lost = in_neither(trace)
        self.newest: dict[str, int] = {}  # key → the highest number of it that is done
        self.seen: set[str] = set()  # the records that are done
        self.failed: dict[str, None] = {}  # those that have failed, in order
        self.slept = False
        self.letters: dict[str, int] = {}  # how often each came to the dead letters
        self.hands: dict[str, Event] = {}  # what each consumer has polled last
        self.committed: dict[str, int] = {}
        self.removed, self.told_of = set[str](), set[str]()  # consumers; those whose hand-off has been told to its end
        self.written, self.waited_for = 0, ""  # how many records `orders` has, and the one behind which they wait

    def __call__(self, event: Event) -> Told:
        """The sentence, with its topic where it has one; empty where there is nothing to say."""
        who, kind = event.who, event.kind
        if kind == "done":
            return self._done(event)
        if kind == "append":
            self.written += event["topic"] == MAIN
            return _appended(event, self.letters, unaware=who in self.removed)
        if kind == "failed":
            self.failed[event["record"]] = None
            cause = "The service does not answer" if event["why"] == "transient" else "It can never succeed as it is"
            return f"{who}: {event['record']} fails, try {event['attempt']}. {cause}."
        if kind == "wait":
            first, self.slept = not self.slept, True
            behind = f"{who} sleeps {event['seconds']:g} s. Meanwhile nothing behind {event['record']} is read."
            return ("wait", behind) if first else ""
        if kind == "poll":
            self.hands[who] = event
        if kind in ("start", "removed"):
            (self.removed.add if kind == "removed" else self.removed.discard)(who)
        if kind == "commit":
            self.committed[event["topic"]] = event["offset"]
            return self._handed_off(event) if self.limited else ""
        at = self.hands.get(who)
        if kind == "crash" and at and at["record"] in self.lost and self.committed.get(at["topic"], 0) > at["offset"]:
            return f"{who} crashes, and {at['record']} is in neither place: it is lost."
        if kind == "held":
            self.failed[event["record"]] = None
            return f"A record of its key is parked, so {event['record']} is parked behind it, without a try."
        return _simple(event)

    def _done(self, event: Event) -> str:
        """A record that has been processed."""
        key, number, record = event["key"], event["number"], event["record"]
        before, again = self.newest.get(key, 0), record in self.seen
        self.newest[key] = max(number, before)
        self.seen.add(record)
        open_ones = [other for other in self.failed if other[0] == record[0] and other not in self.seen]
        behind, last = self.waited_for, event["topic"] == MAIN and event["offset"] + 1 == self.written
        if event["topic"] == MAIN and (last or record in self.failed):
            self.waited_for = "" if last else record
        if again:
            return f"{event.who} does {record} again."
        if number < before:
            return f"{record} is done, after {key[0]}{before}: the records of {key} are out of order."
        if record in self.failed:
            return f"{event.who} has done {record} at last."
        if open_ones:
            return f"{record} is done. {open_ones[0]} is not."
        return f"{event.who} has caught up: nothing waits behind {behind} any more." if behind and last else ""

    def _handed_off(self, event: Event) -> str:
        """The commit after a hand-off to the dead-letter topic, or before it: told of each consumer once."""
        who, at = event.who, self.hands.get(event.who)
        if who in self.told_of or at is None or event["topic"] != MAIN:
            return ""
        record = at["record"]
        if record not in self.failed or record in self.seen:
            return ""
        self.told_of.add(who)
        if record in self.letters:
            return f"{who} commits offset {event['offset']}, and moves on."
        return f"{who} commits offset {event['offset']}, and {record} is not in the dead-letter topic yet."


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
