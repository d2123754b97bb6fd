"""What a run shows: where each key's records are, how full the partitions are, how many batches it took."""

from __future__ import annotations

from labs.kit.trace import Trace

LINGER = 5.0  # seconds that a batch waits for company; the real default is 5 ms (linger.ms, since 4.0)


def homes(trace: Trace) -> dict[str, list[int]]:
    """Customer → the partitions that hold its records, in the order in which they came into use."""
    found: dict[str, list[int]] = {}
    for event in trace.of("append"):
        mine = found.setdefault(event["customer"], [])
        if event["partition"] not in mine:
            mine.append(event["partition"])
    return dict(sorted(found.items()))


def split(trace: Trace) -> list[str]:
    """The customers whose records are in more than one partition."""
    return [name for name, partitions in homes(trace).items() if len(partitions) > 1]


def loads(trace: Trace) -> list[int]:
    """How many records each partition has at the end."""
    last = [trace.settings["partitions"], *(event["partitions"] for event in trace.of("add"))][-1]
    counts = [0] * last
    for event in trace.of("append"):
        counts[event["partition"]] += 1
    return counts


def batches(trace: Trace) -> int:
    """In how many batches the records leave: one is sent when it is full, or has waited for `LINGER` seconds."""
    begun: dict[int, tuple[float, int]] = {}  # partition -> since when its batch is open, and how many are in it
    sent = 0
    for event in trace.of("append"):
        since, many = begun.get(event["partition"], (event.t, 0))
        if many == trace.settings["batch"] or event.t - since >= LINGER:
            since, many = event.t, 0
        sent += many == 0
        begun[event["partition"]] = since, many + 1
    return sent
