"""Offsets: the three numbers that tell how far reading has come, and the log in which a group's are kept.

Each of them is the offset of a record that is *still to come*:

    log end      what the next record written will be given
    position     the next record that this consumer will be handed: its own, in its memory, gone when it dies
    committed    the next record that this *group* will read after a restart: kept by the brokers

So after processing record 3 one commits 4. Source: the KafkaConsumer javadoc, "Offsets and Consumer Position" and
"Manual Offset Control" (the committed offset should always be the offset of the next message to read).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

Key = tuple[str, str, int]  # whose offset it is: (group, topic, partition). No consumer has a part in it.
Start = Callable[[int | None, int, int, str], int | None]  # `starting_position`, or a learner's, with None for nowhere
RESETS = ("earliest", "latest", "none")


class NoOffset(Exception):
    """There is no offset to start from, and auto.offset.reset=none says that nobody may choose one."""


class CommitLog:
    """What the group coordinator writes into the topic __consumer_offsets: every commit, one after the other.

    The topic is compacted: of each key only the newest record has to be kept, and that is all that anyone asks for.
    """

    def __init__(self) -> None:
        self.records: list[tuple[Key, int | None]] = []

    def append(self, key: Key, offset: int | None) -> None:
        """A commit; None is a tombstone: the offset has expired (offsets.retention.minutes, 7 days) or was deleted."""
        self.records.append((key, offset))

    def committed(self, key: Key) -> int | None:
        """The newest offset of this group for this partition; None if it never committed one."""
        return self.compacted().get(key)

    def compacted(self) -> dict[Key, int]:
        """What is left of the log once it is compacted, tombstones and all."""
        newest = dict(self.records)
        return {key: offset for key, offset in newest.items() if offset is not None}


def starting_position(committed: int | None, log_start: int, log_end: int, reset: str = "latest") -> int:
    """Where a consumer begins to read a partition that it has just been assigned.

    `committed` is its group's committed offset, None if there is none. `log_start` is the oldest record that is still
    there (retention deletes older ones), `log_end` the offset that the next record will get. The policy `reset`
    (auto.offset.reset; Kafka's default is latest) is asked only when `committed` is missing or out of range. NoOffset
    if the policy is none; ValueError for one that does not exist. Source: consumer configs, auto.offset.reset.
    """
    if reset not in RESETS:
        raise ValueError(f"auto.offset.reset must be one of {', '.join(RESETS)}, and not {reset!r}")
    if committed is not None and log_start <= committed <= log_end:
        return committed
    if reset == "none":
        what = "no committed offset" if committed is None else f"the committed offset {committed} is out of range"
        raise NoOffset(f"{what}, and auto.offset.reset is none")
    return log_start if reset == "earliest" else log_end


def offset_to_commit(committed: int, done: Collection[int]) -> int:
    """The highest offset that may be committed when the records `done` are processed, and all before `committed`.

    It is the first record that is *not* done: whoever starts there skips nothing. Records that are done beyond a gap
    will have to be processed again after a crash, for one number cannot tell of a gap.
    """
    while committed in done:
        committed += 1
    return committed


def lag(log_end: int, committed: int) -> int:
    """How many records the group has still to read, as the monitoring tools count it."""
    return log_end - committed
