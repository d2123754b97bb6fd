"""The real thing: what a Kafka 4.3.1 has left of four topics, beside the model and the learner's own functions.

The broker's answers are recorded, since by default a broker checks only every five minutes, and accepts no segment size
below 1 MB. tests/fidelity/test_real_kafka_retention.py asks a real broker again: its segments are small, and its
cleaner runs as soon as anything is dirty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labs.kafka.retention.compaction import compact as ours_compact
from labs.kafka.retention.log import Compact, Log, Policy, Retain
from labs.kafka.retention.retention import retain as ours_retain

Written = tuple[float, str, str | None]  # time (0 is now, in seconds), key, value


@dataclass(frozen=True)
class Story:
    """One log: its settings, and the parts in which it is written. Each part is cleaned before the next one comes."""

    name: str
    policy: Policy
    parts: tuple[tuple[Written, ...], ...]
    about: str = ""

    def write(self, log: Log, part: int) -> None:
        """Write a part into the model."""
        for time, key, value in self.parts[part]:
            log.append(time, key, value, batch_size(key, value))

    def left(
        self,
        parts: int | None = None,
        limits: bool = True,
        retain: Retain = ours_retain,
        compact: Compact = ours_compact,
    ) -> Log:
        """The model's log when so many parts have been written and cleaned, and then the `limits` have come."""
        log = Log(self.policy)
        for part in range(len(self.parts) if parts is None else parts):
            self.write(log, part)
            log.clean(0.0, compact)
        while limits and log.forget(0.0, retain):
            pass
        return log


def batch_size(key: str, value: str | None) -> int:
    """The bytes of a batch that holds this record alone (message format 2): 61 for its head, then the record."""
    body = 4 + _varint(len(key)) + len(key) + (1 if value is None else _varint(len(value)) + len(value))
    return 61 + _varint(body) + body


def _varint(number: int) -> int:
    return 1 if number < 64 else 2


def _every_ten_minutes(count: int) -> tuple[Written, ...]:
    """One record every ten minutes; the last is ten minutes old."""
    return tuple((-600.0 * (count - i), "k", "x" * 30) for i in range(count))


VALUES = ("1", "2", "3", "4", None, "6", "7", "8", "9", "10", "11", "12")  # the fifth deletes B
CHANGES = tuple((-60.0, key, value) for key, value in zip("ABACBACDDEFG", VALUES, strict=True))
MORE = tuple((-60.0, key, "13") for key in "CDEFG")
STORIES = (
    Story("by-time", Policy(segment_bytes=420, retention=3600.0), (_every_ten_minutes(16),), "retention.ms one hour"),
    Story("by-size", Policy(segment_bytes=420, retention_bytes=900), (_every_ten_minutes(16),), "retention.bytes 900"),
    Story(
        "customers",
        Policy(cleanup="compact", segment_bytes=300, tombstones_for=86400.0),
        (CHANGES, MORE),
        "compact, delete.retention.ms one day",
    ),
    Story(
        "in-a-hurry",
        Policy(cleanup="compact", segment_bytes=300, tombstones_for=0.0),
        (CHANGES, MORE),
        "compact, delete.retention.ms 0",
    ),
)
# By Kafka 4.3.1: topic → log start, offsets left.
RECORDED: dict[str, tuple[int, list[int]]] = {
    "by-time": (8, [8, 9, 10, 11, 12, 13, 14, 15]),
    "by-size": (4, [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    "customers": (0, [4, 5, 11, 12, 13, 14, 15, 16]),
    "in-a-hurry": (0, [5, 11, 12, 13, 14, 15, 16]),
}


class Compared:
    """A line for each topic: what the broker has left, and whether the model and the learner's functions agree."""

    def __init__(self, rows: list[tuple[str, str, str, str]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        return "\n".join(
            f"{what:<40} broker: {real:<34} model: {model:<10} yours: {yours}" for what, real, model, yours in self.rows
        )

    def _repr_html_(self) -> str:
        cell = 'style="text-align: left; padding: 2px 12px"'
        heads = ("topic", "the broker has left", "the model", "yours")
        head = "".join(f'<th scope="col" {cell}>{name}</th>' for name in heads)
        body = "".join("<tr>" + "".join(f"<td {cell}>{word}</td>" for word in row) + "</tr>" for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def compare_with_broker(
    retain: Callable[..., Any] = ours_retain, compact: Callable[..., Any] = ours_compact
) -> Compared:
    """The four topics: what the broker has left of each, and whether the model, and yours, arrive at the same."""
    from labs.kit.guarding.fence import fenced
    from labs.kit.guarding.telling import LearnerError

    rows = []
    for story in STORIES:
        real = RECORDED[story.name]
        try:
            yours = _same(real, fenced(story.left, retain, compact)(retain=retain, compact=compact))
        except LearnerError as error:
            yours = "○ not written yet" if error.kind == "unfinished" else f"✗ {error.sentence}"
        rows.append((story.about, _told(*real), _same(real, story.left()), yours))
    return Compared(rows)


def _told(start: int, offsets: list[int]) -> str:
    return f"{' '.join(map(str, offsets))} (log start {start})"


def _same(real: tuple[int, list[int]], log: Log) -> str:
    own = log.log_start, [record.offset for record in log.records()]
    return "✓ the same" if own == real else f"✗ {_told(*own)}"
