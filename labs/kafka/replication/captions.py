"""What is said while a partition is played: the way of the first record in full, and then only what changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from labs.kit.picture.narration import Told
from labs.kit.trace import Event, Trace
from labs.kit.wording import listed

STRUCK = {
    "kill": "{0} {1} killed.",
    "wipe": "{0} is killed, and its disk is gone.",
    "stop": "{0} is shut down cleanly: it tells the controllers, and hands over first.",
    "start": "{0} starts again.",
    "waits": "{0} starts again, and waits: there are too few controllers to admit it.",
    "cut": "{0} is cut off from the other brokers and the controllers. Clients reach it still.",
    "slow": "{0} is alive, and stops fetching.",
    "heal": "{0} is healthy again.",
    "prefer": "An operator asks for {0}, the preferred leader.",
}


def teller(trace: Trace) -> Callable[[Event], Told]:
    """The sentence for an event of this run; asked for in order."""
    return _Teller(trace).tell


class _Teller:
    """Says what is new, and keeps in mind what has been said and how things stand."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.acks = trace, trace.settings["acks"]
        self.story = bool(trace.of("tell"))  # which has its own words
        self.first = next((e["number"] for e in trace.of("sent")), 0)
        self.last = {e.t: e for e in trace.of("isr")}
        self.told: set[tuple[str, float]] = set()
        self.isr: list[int] = []
        self.down: set[str] = set()
        self.leader, self.elected, self.quorum = "", 0.0, True
        self.sent: dict[int, str] = {}  # to whom a record went last
        self.repeated = False  # whether the record that is being sent was sent before
        self.again: set[int] = set()  # records that were refused, or had no answer

    def tell(self, event: Event) -> Told:
        """What is said of it; nothing where it is said already, or of no matter."""
        self._keep_in_mind(event)
        for part in (self._record, self._of_a_story, self._trouble, self._in_sync):
            if (told := part(event)) is not None:
                return told
        if event.kind in ("written", "copied", "watermark", "acked"):
            return _first_record(event, self.first, self.told, self._at_once(event), self.isr)
        return _change(event)

    def _keep_in_mind(self, event: Event) -> None:
        kind = event.kind
        if kind in ("isr", "leads"):
            self.isr[:] = event["isr"]
        if kind in ("leads", "leaderless"):
            self.leader, self.elected = event.who, event.t
        if kind == "controller":
            self.quorum = event["quorum"]
        if kind in ("start", "back"):
            self.down.discard(event.who)
        if kind in ("refused", "unanswered"):
            self.again.add(event["number"])
        if kind == "sent":
            self.repeated = event["number"] in self.sent
            self.sent[event["number"]] = event["to"]

    def _record(self, event: Event) -> Told | None:
        """What becomes of a record after the first one."""
        kind, t = event.kind, event.t
        if kind == "sent" and t and t == self.elected and event["number"] in self.again:
            what = f"record {event['number']}{' again' * self.repeated}, to {event['to']}"
            return ("change", f"The producer sends {what}.")
        if kind == "acked" and not self.story and event["number"] != self.first and self.acks != "0":
            by = self.sent[event["number"]]
            return _acknowledged(event["number"], by, self.leader, self.isr, self.again, self.acks)
        if kind == "unanswered" and (self.acks == "0" or event["number"] not in self.sent):
            return ("retry", _not_sent(event, self.acks))
        if kind == "read" and event["source"] != self.leader and self._once("read", -1.0):
            knows = f"{event['source']} has heard of the watermark, too"
            return f"{knows}: the consumer, which reads from {event['source']}, sees record {event['number']}."
        if kind == "lost":
            topic = f"at {t}" if self.story else "change"
            numbers = [e["number"] for e in self.trace.of("lost") if e.t == t]
            return (topic, _lost(numbers, event.who, self.acks)) if self._once("lost", t) else ""
        return None

    def _of_a_story(self, event: Event) -> Told | None:
        """In a story, its own words, and what a log loses."""
        topic = f"at {event.t}"
        if event.kind == "tell":
            return (topic, event["text"])
        if not self.story:
            return None
        return (topic, _back_or_cut(event, [event.who])[1]) if event.kind == "truncated" else ""

    def _trouble(self, event: Event) -> Told | None:
        """Who is struck, who is given up, and who is back."""
        kind, t = event.kind, event.t
        if kind == "fenced":
            return ("change", _fenced(self._at_once(event))) if self._once("fenced", t) else ""
        if kind == "start" and any(e.t == t and e.who == event.who for e in self.trace.of("back")):
            return ""
        if kind == "start" and not self.quorum:
            return STRUCK["waits"].format(event.who)
        if kind in ("kill", "wipe", "stop"):
            was = event.who in self.down
            self.down.add(event.who)
            if was:  # only its disk is left to be taken
                return f"{event.who}, which is down, loses its disk as well."
        if kind in STRUCK:
            who = self._alike(event) if kind == "kill" else [event.who]
            return STRUCK[kind].format(listed(who), "is" if len(who) == 1 else "are") if who else ""
        if kind in ("back", "truncated"):
            who = self._alike(event, *(("empty",) if kind == "back" else ("kept", "numbers")))
            return _back_or_cut(event, who) if who else ""
        return None

    def _in_sync(self, event: Event) -> Told | None:
        """The in-sync set, the watermark, and the first record on its way."""
        kind, t = event.kind, event.t
        if kind == "isr" and self.last[t] is not event:
            return ""
        if kind == "isr" and event["left"] and not self._any(t, "fenced", "stop", "start", "back"):
            late = listed([f"b{broker}" for broker in event["left"]])
            have = "has" if len(event["left"]) == 1 else "have"
            return ("change", f"{late} {have} not caught up for replica.lag.time.max.ms. {_change(event)[1]}")
        smaller = any(e.t == t and e["left"] for e in self.trace.of("isr")) or self._any(t, "leads")
        if kind == "watermark" and (len(self.isr) == 1 or smaller):
            return ""  # it rises since the set is smaller, or the leader is new, or alone in it
        if kind == "sent" and event["number"] == self.first and self._once("sent", -1.0):
            there = any(e.t == t for e in self.trace.of("written", who=event["to"]))
            return ("first", _goes(event, self.leader, there, self.acks))
        return None

    def _once(self, what: str, t: float) -> bool:
        """Whether this is the first time that it is asked."""
        new = (what, t) not in self.told
        self.told.add((what, t))
        return new

    def _any(self, t: float, *kinds: str) -> bool:
        return any(e.t == t for e in self.trace.of(*kinds))

    def _at_once(self, event: Event) -> list[str]:
        """All to whom such a thing happens at this moment."""
        return [e.who for e in self.trace.of(event.kind) if e.t == event.t]

    def _alike(self, event: Event, *fields: str) -> list[str]:
        """Those to whom it happens at this moment in the same way; empty where that has been told."""
        alike = [e for e in self.trace.of(event.kind) if e.t == event.t and all(e[f] == event[f] for f in fields)]
        return [e.who for e in alike] if alike[0] is event else []


def _acknowledged(number: int, by: str, leader: str, isr: Sequence[int], again: Collection[int], acks: str) -> Told:
    """A later record that is acknowledged, if there is something to be said of it."""
    if by != leader:
        return f"Record {number} is acknowledged by {by}, which does not know that it no longer leads."
    if acks == "all" and len(isr) == 1:
        return f"Record {number} is acknowledged: {_names(isr)} is alone in the in-sync set."
    return f"Record {number} is acknowledged in the end." if number in again else ""


def _goes(event: Event, leader: str, written: bool, acks: str) -> str:
    """Where the first record goes, and what is done with it there."""
    way = f"Record {event['number']} goes to {event['to']}"
    if event["to"] != leader and written:
        return f"{way}, which does not know that it no longer leads, and is written there."
    if acks == "0" and not written:
        return f"{way}, which is down: nobody says so."
    return f"{way}, which leads{', and is written there' if written else ''}."


def _not_sent(event: Event, acks: str) -> str:
    """A record for which the producer has found no leader."""
    if acks == "0":
        return f"Record {event['number']} is not sent yet ({event['text']}): the producer looks for the leader."
    return f"Record {event['number']} cannot be sent ({event['text']}): the producer will try again."


def _first_record(
    event: Event, first: int, told: set[tuple[str, float]], all_of: Sequence[str], isr: Sequence[int]
) -> Told:
    """The first record's way, told once, step by step. `all_of` are those to whom the same happens now."""
    kind = event.kind
    if (kind, -1.0) in told:
        return ""
    numbers = [number for _, _, number in event.get("records", ())]
    if kind == "copied" and first in numbers:
        told.add((kind, -1.0))
        who = "The followers fetch, and copy" if len(all_of) > 1 else f"{event.who} fetches, and copies"
        return ("copies", f"{who} it.")
    if kind == "acked" and event["number"] == first:
        told.add((kind, -1.0))
        if event["offset"] is None:
            return ("ack", "The producer asks for no answer: to it, the record is safe once it is sent.")
        return ("ack", f"The producer is told: record {first} is acknowledged.")
    if kind == "watermark" and event["leads"] and ("leader's", -1.0) not in told:
        told.add(("leader's", -1.0))
        if len(isr) == 2:
            other = next(f"b{broker}" for broker in isr if f"b{broker}" != event.who)
            learns = f"{other} fetches again, and so the leader learns how far it has got"
            return ("ack", f"{learns}: the high watermark rises.")
        return ("ack", "With the next fetches the leader learns how far they have got: its high watermark rises.")
    if kind == "watermark" and event["at"] and ("leader's", -1.0) in told and ("followers'", -1.0) not in told:
        told.add(("followers'", -1.0))
        return ("ack", f"The answer to a fetch carries it to {'the followers' if len(isr) > 2 else event.who}.")
    return ""


def _change(event: Event) -> Told:
    kind, who = event.kind, event.who
    if kind == "isr":
        sets = f"In sync: {_names(event['isr']) or 'nobody'}."
        return ("change", sets + (f" Eligible to lead: {_names(event['elr'])}." if event["elr"] else ""))
    if kind == "leads":
        if not event.t:
            return ""
        how = " It is an unclean election: nobody knows whether it has everything." if event["unclean"] else ""
        if event["but"]:
            but = {"down": ": that it is down has not been noticed", "cut off": ", but is cut off and does not know"}
            return ("change", f"{who} is elected, in epoch {event['epoch']}{but[event['but']]}.{how}")
        return ("change", f"{who} leads, in epoch {event['epoch']}.{how}")
    if kind == "leaderless":
        return ("change", "Nobody may lead: the partition is offline.")
    if kind == "refused":
        return f"Record {event['number']} is refused: {event['text']}."
    if kind == "unanswered":
        return ("retry", f"Record {event['number']} has no answer ({event['text']}): the producer will send it again.")
    if kind == "recognised":
        return f"{who} has record {event['number']} already, and recognises it by its number."
    if kind == "reset":
        return f"The consumer was at {event['position']}, and the log ends at {event['end']}."
    if kind == "controller":
        rest = "the others still decide" if event["quorum"] else "nothing can be decided any more"
        left = f"{event['left']} of 3 {'is' if event['left'] == 1 else 'are'} left"
        return f"Controller {who} is gone: {left}, and {rest}."
    return f"Nothing happens: {event['text']}." if kind == "note" else ""


def _back_or_cut(event: Event, who: Sequence[str]) -> tuple[str, str]:
    """Brokers that have come back, or cut their logs, all in the same way."""
    names, one = listed(who), len(who) == 1
    if event.kind == "back" and event["empty"]:
        return ("change", f"{names} {'is' if one else 'are'} back, with nothing on disk.")
    if event.kind == "back":
        return ("change", f"{names} {'is back, with its log' if one else 'are back, with their logs'}.")
    cut = "cuts its log" if one else "cut their logs"
    some = f"{_records(event['numbers'])} {_go(event['numbers'])}"
    return ("change", f"{names} {cut} back to {event['kept']}: {some}.")


def _lost(numbers: Sequence[int], leader: str, acks: str) -> str:
    them = "it" if len(numbers) == 1 else "them"
    if acks == "0":
        return f"The producer holds {_records(numbers)} to be safe, and the leader {leader} does not have {them}: lost."
    was = "was" if len(numbers) == 1 else "were"
    return f"{_records(numbers).capitalize()} {was} acknowledged, and the leader {leader} does not have {them}: lost."


def _fenced(names: Sequence[str]) -> str:
    them = "its session: it counts" if len(names) == 1 else "their sessions: they count"
    return f"The controllers have not heard from {listed(names)} for {them} as dead."


def _names(brokers: Sequence[int]) -> str:
    return ", ".join(f"b{broker}" for broker in brokers)


def _records(numbers: Sequence[int]) -> str:
    if len(numbers) > 3 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"records {numbers[0]} to {numbers[-1]}"
    return f"record{'s' if len(numbers) > 1 else ''} {listed(numbers)}"


def _go(numbers: Sequence[int]) -> str:
    return "goes" if len(numbers) == 1 else "go"


def stills(trace: Trace) -> list[float]:
    """The start of it, the first thing that goes wrong, the change of leader, and the end or the loss."""
    first = [e.t for e in trace.of("copied")][:1]
    struck = [e.t for e in trace if e.kind in STRUCK or e.kind == "controller"][:1]
    changes = [e.t for e in trace.of("leads", "leaderless") if e.t][:1]
    last = [e.t for e in trace.of("lost")][:1] or [e.t for e in trace.of("acked")][-1:]
    return sorted({*first, *struck, *changes, *last})
