"""What the picture of a group says: a sentence for each event that tells something, and the moments worth a still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from labs.kafka.groups.members import Partition
from labs.kafka.groups.pauses import ownership, settled
from labs.kit.trace import Event, Trace

Told = tuple[str, str]  # what it is about, the sentence; sentences on one subject that follow closely share a caption


class Labels:
    """Short names of partitions: p0 where there is one topic, else as much of its name as tells it apart, and its
    number: o0."""

    def __init__(self, parts: Sequence[Partition]) -> None:
        self._topics = {topic for topic, _ in parts}

    def of(self, partition: Partition) -> str:
        """The name of one."""
        topic, others = partition[0], self._topics - {partition[0]}
        starts = (topic[:n] for n in range(1, len(topic)))
        short = next((start for start in starts if not any(o.startswith(start) for o in others)), topic)
        return f"{short if others else 'p'}{partition[1]}"

    def all(self, listed: Iterable[Any]) -> str:
        """The names of several, as they stand in an event."""
        return ", ".join(self.of((topic, number)) for topic, number in listed) or "nothing"


def stills(trace: Trace) -> set[float]:
    """The telling moments: all is well, the middle of the trouble, and how it ended."""
    well = settled(trace)
    after = [e for e in trace if e.t > well]
    trouble = [e.t for e in after if e.kind in ("pause", "crash", "zombie") or e.get("why") == "moving"]
    end = [e.t for e in after if e.kind == "own"]
    return {well, *trouble[-1:], *end[-1:]}


def teller(trace: Trace, labels: Labels) -> Callable[[Event], Told]:
    """What is said of each event of this run.

    How the group formed is told in two sentences where something happens to it later: that is what is to be seen.
    """
    formed = _formed(trace)
    told_from = formed.t if formed else -1.0
    idle = _idle(trace)

    def tell(event: Event) -> Told:
        if event is formed:
            return "own", _reading(trace, labels, event.t)
        if event.t > told_from:
            topic, sentence = _told(trace, labels, event)
            for who in idle.get((event.t, event.kind, event.who), ()):
                if who in alive(trace, event):
                    sentence += f" {who} has nothing to read."
            return topic, sentence
        if event is trace.events[0]:
            return "form", "The group forms: its consumers join and are given their shares."
        return "", ""

    return tell


def _formed(trace: Trace) -> Event | None:
    """The event with which the group has formed, if something happens to it, and only later: the last `own`."""
    well = settled(trace)
    if not trace.faults or trace.faults[0].t <= well:
        return None
    owns = [e for e in trace.of("own") if e.t < trace.faults[0].t]
    return owns[-1] if owns else None


def _reading(trace: Trace, labels: Labels, t: float) -> str:
    """Who reads what at this moment."""
    has: dict[str, list[Partition]] = {}
    for partition, times in ownership(trace).items():
        for held in times:
            if held.start <= t < held.end:
                has.setdefault(held.owner, []).append(partition)
    return " ".join(f"{who} reads {labels.all(has[who])}." for who in sorted(has))


def _idle(trace: Trace) -> dict[tuple[float, str, str], list[str]]:
    """Those that a rebalance has left with nothing to read, under the last event of it that is told."""
    left: dict[tuple[float, str, str], list[str]] = {}
    idle: list[str] = []
    last: Event | None = None
    for event in [*trace, None]:
        if event is None or event.kind == "assign":
            if last and idle:
                left[last.t, last.kind, last.who] = idle
            last = None
            if event is not None:
                given = event["assignment"].items()
                idle = [name for name, its in given if not its] if not event["withheld"] else []
        elif event.kind == "own" or (event.kind == "state" and event["state"] == "Stable"):
            last = event
    return left


def _told(trace: Trace, labels: Labels, event: Event) -> Told:
    who, kind = event.who, event.kind
    mine = labels.all(event["partitions"]) if "partitions" in event.data else ""
    if kind == "start":
        return "start", _start(trace, event)
    if kind == "state":
        return _state(trace, event)
    if kind == "assign":
        return "assign", _assign(labels, event)
    if kind == "revoke":
        goodbye = "and closes, without LeaveGroup: it may be back" if trace.settings["static"] else "and leaves"
        it = "they have" if len(event["partitions"]) > 1 else "it has"
        why = {"rebalance": "to rejoin", "moving": f"because {it} to move", "leave": goodbye}
        return "revoke", f"{who} gives up {mine} {why[event['why']]}."
    if kind == "expired" and event["why"] == "max poll interval":
        return kind, f"{who}'s client leaves the group: the max poll interval has passed without a poll."
    if kind == "expired":
        old = " (the coordinator still counted its old self)" if _started_again(trace, event) else ""
        return kind, f"{who} is removed from the group: its {event['why']} has passed{old}."
    if kind == "commit" and not event["ok"]:
        return kind, f"{who}'s commit is refused: {event['error']}."
    have = "have" if len(event.get("partitions", ())) > 1 else "has"
    simple = {
        "own": f"{who} reads {mine}.",
        "lost": f"{who} finds out that it lost {mine}.",
        "crash": f"{who} crashes without a word. {_left_behind(trace, labels, event)}",
        "leave": f"{who} closes.",
        "stall": f"{who} stalls: it does not poll any more, but its heartbeats go on.",
        "return": f"{who} carries on where it stopped.",
        "zombie": f"{who} is a zombie: {mine} {have} been taken from it and it does not know.",
        "note": f"{event.get('text')}.",
    }
    return (kind, simple[kind]) if kind in simple and (mine or "partitions" not in event.data) else ("", "")


def _start(trace: Trace, event: Event) -> str:
    before = trace.events[: trace.events.index(event)]
    ends = [i for i, e in enumerate(before) if e.who == event.who and e.kind in ("crash", "leave")]
    if not ends:
        return f"{event.who} starts and asks to join."
    if any(e.kind == "expired" and e.who == event.who for e in before[ends[-1] :]):
        return f"{event.who} is started again. The coordinator has removed it by now: it joins as a new member."
    if trace.settings["static"]:
        return f"{event.who} is started again, under the name that the coordinator knows."
    return f"{event.who} is started again. To the coordinator it is a stranger: it has a new member id."


def _started_again(trace: Trace, event: Event) -> bool:
    """Whether a member is removed that has been started again since: then it is its old self."""
    ends = [e.t for e in trace.of("crash", who=event.who) if e.t <= event.t]
    return bool(ends) and any(ends[-1] < e.t <= event.t for e in trace.of("start", who=event.who))


def alive(trace: Trace, event: Event) -> list[str]:
    """The consumers that have been started by then, and have neither crashed nor begun to close."""
    there: dict[str, bool] = {}
    for other in trace:
        if other.kind in ("start", "crash", "leave"):
            there[other.who] = other.kind == "start"
        if other is event:
            break
    return [who for who, lives in there.items() if lives]


def _left_behind(trace: Trace, labels: Labels, crash: Event) -> str:
    """What becomes of that which a consumer has read until it crashed."""
    its = [
        partition
        for partition, times in ownership(trace).items()
        if any(held.owner == crash.who and held.end == crash.t and not held.believed for held in times)
    ]
    if its:
        return f"Nobody reads {labels.all(its)} now."
    paused = [e.kind for e in trace.of("pause", "resume", "start", who=crash.who) if e.t <= crash.t][-1:] == ["pause"]
    return "It was in the middle of a rebalance." if paused else "It had no partition."


def _learn(others: Sequence[str], waiting: bool) -> str:
    """How the others learn of a rebalance: with a heartbeat, or instead of the shares they wait for."""
    if not others:
        return "Nobody else is there."
    who = others[0] if len(others) == 1 else "The others"
    s, its = ("s", "its") if len(others) == 1 else ("", "their")
    if waiting:
        return f"{who} wait{s} for {its} share{'' if s else 's'}, and {'is' if s else 'are'} told at once."
    return f"{who} learn{s} of it with {its} next heartbeat."


def _state(trace: Trace, event: Event) -> Told:
    state, why = event["state"], event["why"]
    before = [e["state"] for e in trace.events[: trace.events.index(event)] if e.kind == "state"]
    others = [who for who in alive(trace, event) if not why.startswith(f"{who} ")]
    if state == "PreparingRebalance" and before[-1:] in ([], ["Empty"]):
        return "state", f"The group was empty until {why}. The coordinator waits for more to come."
    if state == "PreparingRebalance":
        return "state", f"A rebalance begins: {why}. {_learn(others, before[-1] == 'CompletingRebalance')}"
    if state == "Reconciling":
        told = " Each consumer is told by its heartbeat." if alive(trace, event) else ""
        return "state", f"The broker works out a new target: {why}.{told}"
    if state == "Stable":
        return "stable", "The group is stable again." if "Stable" in before else "The group is stable."
    return "", ""


def _assign(labels: Labels, event: Event) -> str:
    shares = "; ".join(f"{name} → {labels.all(given)}" for name, given in event["assignment"].items())
    by = (
        "The coordinator runs the assignor"
        if event.who == "coordinator"
        else f"{event.who}, the leader, runs the assignor"
    )
    withheld = labels.all(event["withheld"]) if event["withheld"] else ""
    waits = "waits" if len(event["withheld"]) == 1 else "wait"
    wait = f" ({withheld} must be given up first, and {waits} for a second round)" if withheld else ""
    return f"{by}: {shares}{wait}."
