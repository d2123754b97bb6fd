"""A log to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from labs.kafka.retention.keeping import RESETS, keep
from labs.kafka.retention.kept import left, log_start, missed, most_age, oldest_age, readers, table, truth, written
from labs.kafka.retention.log import POLICIES, Compact, Retain
from labs.kafka.retention.picture import draw_log
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace

CONTROLS = {
    "retention": Control("retention", 60, low=20, high=200, step=10, unit="s", label="retention.ms"),
    "segment_bytes": Control("segment_bytes", 600, low=200, high=1800, step=100, label="segment.bytes"),
    "segment_time": Control("segment_time", 120, low=20, high=240, step=10, unit="s", label="segment.ms"),
    "retention_bytes": Control("retention_bytes", 1000, low=0, high=2000, step=100, label="retention.bytes"),
    "check": Control("check", 5, low=5, high=60, step=5, unit="s", label="checks every"),
    "reset": Control("reset", "latest", options=RESETS, label="auto.offset.reset"),
    "policy": Control("policy", "compact", options=POLICIES, label="cleanup.policy"),
    "tombstones_for": Control("tombstones_for", 60, low=0, high=200, step=10, unit="s", label="delete.retention.ms"),
    "lag": Control("lag", 0, low=0, high=120, step=10, unit="s", label="min.compaction.lag.ms"),
    "keys": Control("keys", 3, low=1, high=6),
}
STRIKES = {
    "sleep": Strike("sleep", "It falls asleep"),
    "wake": Strike("wake", "It wakes"),
    "stop": Strike("stop", "The producer stops", who=lambda trace: "producer"),
    "resume": Strike("resume", "The producer writes again", who=lambda trace: "producer"),
    "delete": Strike("delete", "Delete key B", who=lambda trace: "B"),
    "begin": Strike("begin", "A new reader begins", who=lambda trace: "a new reader"),
}


def _oldest(trace: Trace) -> str:
    now = f"{oldest_age(trace):g} s old" if left(trace) else "none left"
    return f"{now} at the end, {most_age(trace):g} s at most"


def _missed(trace: Trace) -> tuple[str, bool]:
    lost, skipped = missed(trace)
    stuck = " It has stopped." if trace.of("stuck", who="c1") else ""
    told = f"{lost} deleted unread, {skipped} skipped" if lost or skipped else "nothing"
    return f"{told}.{stuck}" if stuck else told, not lost and not skipped and not stuck


def _left(trace: Trace) -> str:
    return f"{len(left(trace))} of {len(written(trace))}; log start {log_start(trace)}"


def _tables(trace: Trace) -> tuple[str, bool]:
    wrong = [who for who in readers(trace) if table(trace, who) != truth(trace, who)]
    return (f"wrong: {', '.join(wrong)}" if wrong else "right"), not wrong


KEEPING = [("oldest record", _oldest), ("records left", _left), ("c1 missed", _missed)]
COMPACTING = [("records left", _left), ("tables of the readers", _tables)]


def explore_log(
    *controls: str,
    strikes: Sequence[str] = ("sleep", "wake"),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    retain: Retain | None = None,
    compact: Compact | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A log to play with: the named controls (see CONTROLS) and faults (see STRIKES).

    `settings` are those of `keep`: they set where a control begins, or hold what has no control. `retain` or `compact`
    is the learner's own; it is fenced in, so a mistake in it is a sentence and not a dead picture.
    """
    policy = settings.get("policy", "delete")
    shown = pick_controls(controls, CONTROLS, settings)
    settings |= {"retain": retain, "compact": compact}
    run = fenced(keep, retain, compact)

    def keep_one(**chosen: Any) -> Trace:
        return run(**{**settings, **chosen})

    return explore(
        keep_one, partial(draw_log, compared=versus[0] if versus else ""), controls=shown,
        strikes=[STRIKES[name] for name in strikes],
        targets=readers if {"sleep", "wake"}.intersection(strikes) else lambda trace: (),
        monitors=COMPACTING if policy == "compact" else KEEPING, versus=versus,
        called=CONTROLS[versus[0]].tell if versus else None, faults=faults, seed=seed, after=after,
    )  # fmt: skip
