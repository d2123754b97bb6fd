"""What a run of `buffer` can be asked: how many waited, how long, and what became of every message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from labs.kit.trace import Event, Trace

Points = list[tuple[float, float]]


def backlog(trace: Trace) -> Points:
    """How many wait in the queue, [(t, number), …], from each moment on until the next."""
    line: Points = [(0.0, 0.0)]
    for event in trace:
        before = line[-1][1]
        if event.kind in ("send", "admit"):
            now = float(event["waiting"])
        elif event.kind == "work":
            now = before - 1
        elif event.kind == "stop" and event["back"]:
            now = before + len(event["back"])
        else:
            continue
        line.append((event.t, now))
    return line


def mean_backlog(trace: Trace) -> float:
    """How many wait on average, over the whole run."""
    line = backlog(trace)
    ends = [t for t, _ in line[1:]] + [trace.end]
    return sum(level * (end - t) for (t, level), end in zip(line, ends, strict=True)) / trace.end


def waits(trace: Trace) -> list[float]:
    """How long each message waited before somebody worked on it, in the order of their work (seconds)."""
    return [float(event["waited"]) for event in trace.of("work")]


def longest_wait(trace: Trace) -> float:
    """The longest that a message waited before somebody worked on it, or has waited by the end of the run (s)."""
    left = oldest(trace, trace.end)[-1][1]
    return max([*waits(trace), left])


def oldest(trace: Trace, every: float) -> Points:
    """The age of the oldest message that waits, every so many seconds: 0 where none does."""
    line: Points = []
    sent = {event["number"]: event.t for event in trace.of("send")}
    here: set[int] = set()  # those that wait
    events: Iterator[Event | None] = iter(trace)
    event = next(events, None)
    for step in range(int(trace.end / every + 1e-9) + 1):
        t = step * every
        while event is not None and event.t <= t:
            if event.kind == "admit" or event.get("told") == "accepted":
                here.add(event["number"])
            elif event.kind == "work":
                here.discard(event["number"])
            elif event.kind == "lost":
                here.difference_update(event["numbers"])
            elif event.kind == "stop":
                here.update(event["back"])
            event = next(events, None)
        line.append((t, t - sent[min(here)] if here else 0.0))  # numbers are given in the order of sending
    return line


def fates(trace: Trace) -> dict[str, int]:
    """What became of the messages: how many were sent, done, lost, rejected, and how many are still under way."""
    lost = sum(len(event["numbers"]) for event in trace.of("lost"))
    told = Counter(event["told"] for event in trace.of("send"))
    sent, done = len(trace.of("send")), len(trace.of("done"))
    under_way = sent - done - lost - told["rejected"]
    return {"sent": sent, "done": done, "lost": lost, "rejected": told["rejected"], "under way": under_way}
