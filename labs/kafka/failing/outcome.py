"""What a run of `handle` leaves behind: the order in which each key's records were done, every breach of it, the
records that are in neither place, the lag. Read from the trace alone.
"""

from __future__ import annotations

from collections import Counter

from labs.kafka.failing.records import DEAD, MAIN
from labs.kit.trace import Trace


def done(trace: Trace) -> dict[str, list[int]]:
    """key → the numbers of its records in the order in which they were done."""
    order: dict[str, list[int]] = {}
    for event in trace.of("done"):
        order.setdefault(event["key"], []).append(event["number"])
    return order


def breaches(trace: Trace) -> list[str]:
    """The records that were done after a later one of their key, "b1", each once; a mere repetition is none."""
    late: list[str] = []
    newest: dict[str, int] = {}
    seen: set[str] = set()
    for event in trace.of("done"):
        key, number = event["key"], event["number"]
        if number < newest.get(key, 0) and event["record"] not in seen:
            late.append(event["record"])
        newest[key] = max(number, newest.get(key, 0))
        seen.add(event["record"])
    return late


def repeated(trace: Trace) -> dict[str, int]:
    """The records that were done more than once, and how often."""
    return {record: n for record, n in sorted(Counter(e["record"] for e in trace.of("done")).items()) if n > 1}


def dead(trace: Trace) -> list[str]:
    """The records that were written to the dead-letter topic, in its order."""
    return [e["record"] for e in trace.of("append") if e["topic"] == DEAD]


def unsolved(trace: Trace) -> list[str]:
    """The dead letters that have not been done by the end."""
    finished = {e["record"] for e in trace.of("done")}
    return [record for record in dict.fromkeys(dead(trace)) if record not in finished]


def in_neither(trace: Trace) -> list[str]:
    """The records that are not done, not in the dead-letter topic, and that nobody will read again: they are lost."""
    committed: dict[str, int] = {}
    safe = {e["record"] for e in trace.of("done")} | set(dead(trace))
    hands: dict[str, str] = {}  # what a living consumer is at
    for event in trace:
        if event.kind == "commit":
            committed[event["topic"]] = event["offset"]
        elif event.kind in ("poll", "crash"):
            hands[event.who] = event.get("record", "")
    written = trace.of("append")
    waiting = {e["record"] for e in written if e["offset"] >= committed.get(e["topic"], 0)}
    lost = [e["record"] for e in written if e["record"] not in safe | waiting | set(hands.values())]
    return list(dict.fromkeys(lost))


def lag_over_time(trace: Trace) -> list[tuple[float, float]]:
    """(t, records of the main topic that are not committed) whenever it changes."""
    end, committed = 0, 0
    series: list[tuple[float, float]] = [(0.0, 0.0)]
    for event in trace.of("append", "commit"):
        if event["topic"] == MAIN:
            end, committed = (end + 1, committed) if event.kind == "append" else (end, event["offset"])
            if series[-1][0] == event.t:
                series.pop()
            series.append((event.t, float(end - committed)))
    return series


def crash_points(trace: Trace, who: str) -> list[float]:
    """The moments at which a crash of this consumer can make a difference: just after each thing that it did."""
    return sorted({e.t for e in trace.of(who=who) if e.kind not in ("crash", "note")})
