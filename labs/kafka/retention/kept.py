"""What a run of `keep` shows: what is left, how old it is, what a consumer missed, and whose table is right."""

from __future__ import annotations

from labs.kafka.retention.log import Record
from labs.kafka.retention.replay import put
from labs.kit.trace import Trace


def written(trace: Trace) -> dict[int, Record]:
    """Every record of the run, by its offset."""
    return {e["offset"]: Record(e["offset"], e.t, e["key"], e["value"]) for e in trace.of("append")}


def left(trace: Trace) -> list[int]:
    """The offsets that can still be read at the end."""
    gone = {offset for e in trace.of("clean") for offset in e["gone"]}
    start = log_start(trace)
    return [offset for offset in written(trace) if offset >= start and offset not in gone]


def log_start(trace: Trace) -> int:
    """The log start at the end."""
    forgotten = trace.of("forget")
    return int(forgotten[-1]["log_start"]) if forgotten else 0


def oldest_age(trace: Trace) -> float:
    """How old the oldest record is that can be read at the end, in seconds; 0 if there is none."""
    records = written(trace)
    return max((trace.end - records[offset].time for offset in left(trace)), default=0.0)


def most_age(trace: Trace) -> float:
    """The greatest age that any record reached while it could still be read, in seconds."""
    return max([oldest_age(trace), *(float(e["oldest"]) for e in trace.of("forget"))])


def missed(trace: Trace, who: str = "c1") -> tuple[int, int]:
    """(records that were deleted before this consumer read them, records that it skipped although they were there).

    Those that were deleted while it was asleep count, even if it has not woken to find out.
    """
    resets, moves = trace.of("reset", who=who), trace.of("start", "poll", "reset", who=who)
    last = moves[-1]
    position = int(last["to"] if last.kind == "reset" else last["position"])
    unread = max(0, log_start(trace) - position)
    return sum(e["lost"] for e in resets) + unread, sum(e["skipped"] for e in resets)


def readers(trace: Trace) -> list[str]:
    """The consumers, in the order in which they began."""
    return [e.who for e in trace.of("start")]


def table(trace: Trace, who: str) -> dict[str, str]:
    """The table that this consumer has at the end."""
    polls = trace.of("poll", who=who)
    return dict(polls[-1]["table"]) if polls else {}


def truth_at(trace: Trace, position: int) -> dict[str, str]:
    """The table that all records before this offset lead to, none left out."""
    right: dict[str, str] = {}
    for offset, record in written(trace).items():
        if offset < position:
            put(right, record)
    return right


def truth(trace: Trace, who: str) -> dict[str, str]:
    """The table that this consumer should have: that of all records up to the one that it read last."""
    polls = trace.of("poll", who=who)
    return truth_at(trace, polls[-1]["position"] if polls else 0)
