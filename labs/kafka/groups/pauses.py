"""What a rebalance cost: read off a trace, nothing run again. Times in seconds, partitions as ("orders", 0).

A partition is *owned* by a consumer from the moment it begins to read it (`own`) until it stops (`revoke`, `lost`),
dies or leaves. From the moment the group has taken it away from a consumer that does not know (`zombie`), it is only
*believed* to be owned. A partition is *consumed* while its owner is not stalled.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from labs.kafka.groups.members import Partition
from labs.kit.trace import Trace


class Held(NamedTuple):
    """One consumer's time with a partition; `believed` if only the consumer itself thinks so."""

    start: float
    end: float
    owner: str
    believed: bool


class Pause(NamedTuple):
    """A time in which a consumer that had partitions read nothing because of a rebalance."""

    start: float
    end: float
    why: str


class Move(NamedTuple):
    """At `t`, `partition` began to be read by `new`; before that, it was `old` that had read it."""

    t: float
    partition: Partition
    old: str
    new: str


class Round(NamedTuple):
    """One rebalance: from the moment the coordinator began it until it was stable again, and its cause."""

    start: float
    end: float
    why: str


class Clash(NamedTuple):
    """Two consumers with one partition at once: `believed` if one of them is a zombie, else a broken promise."""

    partition: Partition
    start: float
    end: float
    owners: tuple[str, str]
    believed: bool


def ownership(trace: Trace) -> dict[Partition, list[Held]]:
    """For each partition of the run, in order of time, who had it from when to when."""
    held: dict[Partition, list[Held]] = {
        (topic, number): [] for topic, size in trace.settings["partitions"].items() for number in range(size)
    }
    now: dict[tuple[str, Partition], tuple[float, bool]] = {}  # who has what: since when, and is it only believed?

    def close(t: float, owner: str, partition: Partition) -> None:
        since = now.pop((owner, partition), None)
        if since and t > since[0]:
            held[partition].append(Held(since[0], t, owner, since[1]))

    for event in trace:
        if event.kind in ("own", "revoke", "lost", "zombie"):
            for partition in partitions(event["partitions"]):
                close(event.t, event.who, partition)
                if event.kind in ("own", "zombie"):
                    now[event.who, partition] = (event.t, event.kind == "zombie")
        elif event.kind in ("crash", "leave"):
            for owner, partition in [key for key in now if key[0] == event.who]:
                close(event.t, owner, partition)
    for owner, partition in list(now):
        close(trace.end, owner, partition)
    return {partition: sorted(times) for partition, times in held.items()}


def pause_intervals(trace: Trace) -> dict[str, list[Pause]]:
    """For each consumer, when it read nothing because of a rebalance. A crash or a leave ends a pause."""
    found: dict[str, list[Pause]] = {event.who: [] for event in trace.of("start")}
    begun: dict[str, tuple[float, str]] = {}
    for event in trace.of("pause", "resume", "crash", "leave"):
        if event.kind == "pause":
            begun[event.who] = (event.t, event["why"])
        elif event.who in begun:
            since, why = begun.pop(event.who)
            found[event.who].append(Pause(since, event.t, why))
    for who, (since, why) in begun.items():
        found[who].append(Pause(since, trace.end, why))
    return found


def consumer_pauses(trace: Trace) -> dict[str, float]:
    """For each consumer, how many seconds it read nothing because of a rebalance."""
    return {who: sum(p.end - p.start for p in pauses) for who, pauses in pause_intervals(trace).items()}


def consumption(trace: Trace) -> dict[Partition, list[tuple[float, float]]]:
    """For each partition, from when to when somebody read it: its owner had it and was not stalled."""
    stalls: dict[str, list[tuple[float, float]]] = {}
    begun: dict[str, float] = {}
    for event in trace.of("stall", "return", "crash"):
        if event.kind == "stall":
            begun[event.who] = event.t
        elif event.who in begun:
            stalls.setdefault(event.who, []).append((begun.pop(event.who), event.t))
    for who, since in begun.items():
        stalls.setdefault(who, []).append((since, trace.end))
    read: dict[Partition, list[tuple[float, float]]] = {}
    for partition, times in ownership(trace).items():
        read[partition] = []
        for start, end, owner, believed in times:
            for stall, over in [] if believed else [*stalls.get(owner, []), (end, end)]:
                if stall >= start and stall > start:
                    read[partition].append((start, min(stall, end)))
                start = max(start, over)
                if start >= end:
                    break
    return read


def settled(trace: Trace) -> float:
    """When the group first worked as a whole: every partition was read; or, if that never was, its first Stable."""
    read = consumption(trace)
    for moment in sorted({start for times in read.values() for start, _ in times}):
        if all(any(start <= moment < end for start, end in times) for times in read.values()):
            return moment
    return next((e.t for e in trace.of("state") if e["state"] == "Stable"), trace.end)


def unconsumed(trace: Trace, since: float | None = None) -> float:
    """Partition-seconds in which nobody read, from `since` (None: from when the group first worked as a whole).

    Ten partitions that wait for three seconds are 30. Work that waits is not lost: it makes the lag grow.
    """
    since = settled(trace) if since is None else since
    waited = 0.0
    for times in consumption(trace).values():
        waited += trace.end - since
        waited -= sum(max(0.0, end - max(start, since)) for start, end in times)
    return waited


def moved(trace: Trace, since: float = 0.0) -> list[Move]:
    """Each change of a partition from one consumer to another, from `since`, in order; back to the same is no move."""
    moves = []
    for partition, times in ownership(trace).items():
        real = [held for held in times if not held.believed]
        moves += [
            Move(new.start, partition, old.owner, new.owner)
            for old, new in pairwise(real)
            if old.owner != new.owner and new.start >= since
        ]
    return sorted(moves)


def rebalances(trace: Trace) -> list[Round]:
    """Each rebalance; a cooperative one that has something to move shows as two."""
    rounds: list[Round] = []
    begun: tuple[float, str] | None = None
    for event in trace.of("state"):
        if event["state"] in ("PreparingRebalance", "Reconciling"):
            begun = begun or (event.t, event["why"])
        elif event["state"] in ("Stable", "Empty") and begun:
            rounds.append(Round(begun[0], event.t, begun[1]))
            begun = None
    return rounds + ([Round(begun[0], trace.end, begun[1])] if begun else [])


def double_owners(trace: Trace) -> list[Clash]:
    """Where two consumers had one partition at once. All that a group may ever show here is `believed`: zombies."""
    clashes = []
    for partition, times in ownership(trace).items():
        for i, first in enumerate(times):
            for second in times[i + 1 :]:
                if second.start < first.end and second.owner != first.owner:
                    both = (second.start, min(first.end, second.end))
                    believed = first.believed or second.believed
                    clashes.append(Clash(partition, *both, (first.owner, second.owner), believed))
    return clashes


def partitions(listed: Any) -> list[Partition]:
    """The partitions of an event, as ("orders", 0)."""
    return [(topic, number) for topic, number in listed]
