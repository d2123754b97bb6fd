"""What a run of `buffer` can be asked: how many waited, how long, and what became of every message."""

from __future__ import annotations

from collections.abc import Iterator

from labs.kit.trace import Event, Trace

Points = list[tuple[float, float]]


def backlog(trace: Trace) -> Points:
    """How many wait in the queue, [(t, number), …], from each moment on until the next."""
    now = 0.0
    line: Points = [(0.0, now)]
    for event in trace:
        kind = event.kind
        if kind == "work":
            now -= 1
        elif kind in ("send", "admit"):
            now = float(event.data["waiting"])
        elif kind == "stop" and event["back"]:
            now += len(event["back"])
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
            kind = event.kind
            if kind == "work":
                here.discard(event.data["number"])
            elif kind == "admit" or (kind == "send" and event.data["told"] == "accepted"):
                here.add(event.data["number"])
            elif kind == "lost":
                here.difference_update(event["numbers"])
            elif kind == "stop":
                here.update(event["back"])
            event = next(events, None)
        line.append((t, t - sent[min(here)] if here else 0.0))  # numbers are given in the order of sending
    return line


def lost(trace: Trace) -> int:
    """How many messages nobody has any more."""
    return sum(len(event["numbers"]) for event in trace.of("lost"))


def rejected(trace: Trace) -> int:
    """How many messages the queue did not take, and said so."""
    return sum([event.data["told"] == "rejected" for event in trace.of("send")])


def fates(trace: Trace) -> dict[str, int]:
    """What became of the messages: how many were sent, done, lost, rejected, and how many are still under way."""
    what = {"sent": len(trace.of("send")), "done": len(trace.of("done")), "lost": lost(trace)}
    what["rejected"] = rejected(trace)
    return what | {"under way": what["sent"] - what["done"] - what["lost"] - what["rejected"]}
