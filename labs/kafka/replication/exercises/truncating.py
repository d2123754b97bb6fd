"""Lesson 08: truncating by leader epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kafka.replication.rules import end_of_epoch, truncate
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.kit.guarding.telling import show


@dataclass(frozen=True)
class Leader:
    """The leader, as a follower sees it: it can only be asked. `log` has the epoch of each of its records."""

    log: tuple[int, ...]

    def end_of(self, epoch: int) -> tuple[int, int]:
        """The largest epoch in its log that is not larger than `epoch`, and the offset where it ends; (-1, 0): none."""
        return end_of_epoch(self.log, epoch)


Case = tuple[list[int], int, Leader]


def records_to_keep(log: Sequence[int], watermark: int, leader: Leader) -> int:
    """The reference: `truncate`, with a leader that is asked."""
    return truncate(log, leader.log)


def case(log: Sequence[int], leader: Sequence[int], watermark: int | None = None) -> Case:
    """The watermark is where both agree, unless another is given. It may be above that: a leader that was elected
    uncleanly, or has lost its disk, need not have all that was committed.
    """
    known = truncate(log, leader) if watermark is None else min(watermark, len(log))
    return list(log), known, Leader(tuple(leader))


def cases() -> Iterator[Case]:
    """The three published stories, then small logs."""
    yield case([], [])
    yield case([], [0, 0])
    yield case([0], [0])
    yield case([0, 0], [0, 0], 1)  # KIP-101's first
    yield case([0, 0], [0, 1], 1)  # its second
    yield case([0, 1], [0, 0, 2], 1)  # KIP-279's
    yield case([0], [1])
    yield case([0, 0], [])
    yield case([0, 0, 0], [0])
    yield case([0, 0, 0], [0, 1, 1], 0)
    yield case([0, 0], [], 2)  # the leader has lost its disk, and with it what was committed
    yield case([0, 0, 0, 1], [0, 0, 2], 3)  # it was elected uncleanly
    yield case([0, 0], [0, 0, 0, 1], 1)
    yield case([0, 1, 1], [0, 1], 1)
    yield case([0, 1, 3], [0, 1, 1, 2, 2], 1)
    yield case([0, 1, 3, 3], [0, 1, 1, 2, 4], 2)
    yield case([0, 1, 2, 2], [0, 0, 3])
    yield case([1, 3, 5], [1, 2, 4, 6])
    yield case([1, 1, 3, 5, 7], [1, 1, 2, 2, 4, 6, 6, 8], 0)
    yield case([2, 2], [3, 3])
    yield case([5] * 12, [5] * 10 + [11])
    yield case([9] * 3 + [10] * 2, [9] * 3 + [11], 2)
    yield case([0] * 3 + [10], [0] * 11)
    yield case([0, 0, 2, 2, 2], [0, 0, 1, 1, 3])


def larger() -> Any:
    """Two logs that have a beginning in common, as those of two brokers have, and then no epoch any more."""
    from hypothesis import strategies as st

    def build(shared: list[int], tails: list[tuple[int, int]], more: int, watermark: int) -> Case:
        start: list[int] = sorted(shared)
        logs = [[*start], [*start]]
        if start:
            logs[more % 2] += [start[-1]] * (more // 2)  # only one of them can have gone on in the last epoch
        epoch = start[-1] if start else -1
        for who, length in tails:
            epoch += 1
            logs[who] += [epoch] * length
        return case(logs[0], logs[1], watermark)

    return st.builds(
        build, st.lists(st.integers(0, 3), max_size=6),
        st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3)), max_size=6), st.integers(0, 5), st.integers(0, 8),
    )  # fmt: skip


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> int:
    kept = whole(answer, "how many records are kept, a whole number")
    if not 0 <= kept <= len(case[0]):
        raise Wrong(f"It keeps {kept} records of {len(case[0])}.")
    return kept


def _no_divergence(case: Case, kept: int) -> None:
    log, _, leader = case
    for offset in range(kept):
        if offset >= len(leader.log) or log[offset] != leader.log[offset]:
            other = f"one of epoch {leader.log[offset]}" if offset < len(leader.log) else "nothing"
            raise Wrong(f"At offset {offset} it keeps a record of epoch {log[offset]}, where the leader has {other}.",
                        records_to_keep(*case))  # fmt: skip


def _nothing_more(case: Case, kept: int) -> None:
    if kept < (right := records_to_keep(*case)):
        raise Wrong(f"It drops the record at offset {kept}, which the leader has as well.", right)


def _show(case: Case) -> str:
    log, watermark, leader = case
    return (
        f"records_to_keep(log={show(log)}, watermark={watermark}, leader): the leader's log is {show(list(leader.log))}"
    )


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _to_the_watermark(log: Any, watermark: int, leader: Leader) -> int:
    return min(watermark, len(log))


def _not_below_the_watermark(log: Any, watermark: int, leader: Leader) -> int:
    return max(truncate(log, leader.log), min(watermark, len(log)))


def _everything(log: Any, watermark: int, leader: Leader) -> int:
    return len(log)


def _nothing(log: Any, watermark: int, leader: Leader) -> int:
    return 0


def _once(log: Any, watermark: int, leader: Leader) -> int:
    return min(len(log), leader.end_of(log[-1])[1]) if log else 0


def _shorter_log(log: Any, watermark: int, leader: Leader) -> int:
    return min(len(log), leader.end_of(10**9)[1])


def _without_the_last_epoch(log: Any, watermark: int, leader: Leader) -> int:
    return len([epoch for epoch in log if epoch < log[-1]])


def _last_in_common(log: Any, leader: Leader) -> tuple[int, int]:
    """Where the last epoch that both know ends, here and at the leader."""
    kept = len(log)
    while kept:
        theirs, end = leader.end_of(log[kept - 1])
        if theirs == log[kept - 1]:
            return kept, end
        kept = end_of_epoch(log[:kept], theirs)[1]
    return 0, 0


def _all_of_their_epoch(log: Any, watermark: int, leader: Leader) -> int:
    """It forgets that the leader may have less of an epoch that both know."""
    return _last_in_common(log, leader)[0]


def _never_below_the_end(log: Any, watermark: int, leader: Leader) -> int:
    """It cuts its own part of an older epoch, and takes that for the end without asking again."""
    if not log:
        return 0
    theirs, end = leader.end_of(log[-1])
    return min(end, end_of_epoch(log, theirs)[1])


def _one_too_many(log: Any, watermark: int, leader: Leader) -> int:
    return min(len(log), truncate(log, leader.log) + 1)


def _how_many_go(log: Any, watermark: int, leader: Leader) -> int:
    return len(log) - truncate(log, leader.log)


def _the_named_epoch_too(log: Any, watermark: int, leader: Leader) -> int:
    """It drops what it has of the epoch that the leader names, as well as what it has of later ones."""
    kept = len(log)
    while kept:
        theirs, end = leader.end_of(log[kept - 1])
        if theirs == log[kept - 1]:
            return min(kept, end)
        kept = end_of_epoch(log[:kept], theirs - 1)[1]
    return 0


def _one_epoch_at_most(log: Any, watermark: int, leader: Leader) -> int:
    if not log:
        return 0
    theirs, end = leader.end_of(log[-1])
    if theirs == log[-1]:
        return min(len(log), end)
    return len([epoch for epoch in log if epoch < log[-1]])


def _zero_is_nothing(log: Any, watermark: int, leader: Leader) -> int:
    return truncate(log, leader.log) or len(log)


def _their_end(log: Any, watermark: int, leader: Leader) -> int:
    """It forgets that the follower may have less of an epoch that both know."""
    return _last_in_common(log, leader)[1]


def _their_end_once(log: Any, watermark: int, leader: Leader) -> int:
    return leader.end_of(log[-1])[1] if log else 0


def _beware(case: Case) -> str:
    if not case[0]:
        return "The log is empty here, and has no last record: it keeps 0."
    again = "Drop something before you ask again, and stop once nothing is left."
    return f"`end_of` gives (epoch, end), in this order. {again}"


TRUNCATE = Exercise(
    id="kafka-truncate",
    lesson="08",
    title="Truncating by leader epoch",
    points=3,
    reference=records_to_keep,
    cases=cases,
    strategy=larger,
    shape="Returns how many records are kept",
    read=_read,
    beware=_beware,
    show_case=_show,
    keeps=True,
    properties=(
        ("What is kept is what the leader has", _no_divergence),
        ("Nothing is dropped that the leader has as well", _nothing_more),
    ),
    wrong=(
        Mistake("You cut to the watermark. It is a round behind, so committed records go: that was the old fault.",
                _to_the_watermark),
        Mistake("You never cut below the watermark. A leader that was elected uncleanly, or has lost its disk, may "
                "have less: the follower follows it all the same.", _not_below_the_watermark),
        Mistake("You keep everything. What an old leader wrote for itself has to go.", _everything),
        Mistake("You drop everything. It works, and copies the whole log again: keep what the leader has too.",
                _nothing),
        Mistake("You trust the end of an epoch that is older than your last one (KIP-101 did, and asked only once). "
                "Drop your later records first, and ask about the last one that is left.", _once),
        Mistake("You compare only the lengths. Logs of one length can hold different records.", _shorter_log),
        Mistake("You always drop your last epoch. The leader may know it.", _without_the_last_epoch),
        Mistake("You keep all of an epoch that the leader knows. It may have less of it: look at the end it gives.",
                _all_of_their_epoch),
        Mistake("You return the end that the leader gives. Your own part of that epoch may be shorter: take the "
                "smaller of the two ends.", _their_end),
        Mistake("You return the leader's first answer as it is. Your own log may be shorter, and if the leader "
                "does not know your epoch, you have to ask again.", _their_end_once),
        Mistake("You cut to an older epoch that the leader has, and stop there: your own log may not have that one. "
                "Ask about the last epoch that is left, until the leader names that very one.", _never_below_the_end),
        Mistake("You drop what you have of the older epoch that the leader names as well. Only what is later goes: "
                "then ask again.", _the_named_epoch_too),
        Mistake("You return how many records go. How many stay is what is asked for.", _how_many_go),
        Mistake("You keep one record too many: the end of an epoch is the offset *behind* its last record.",
                _one_too_many),
        Mistake("You drop your last epoch if the leader does not know it, and stop there: the one before it may be "
                "unknown, too.", _one_epoch_at_most),
        Mistake("You treat 0 as no answer. Keeping nothing is an answer.", _zero_is_nothing),
    ),
    hints=(
        "Ask for the end of your last record's epoch: `leader.end_of(log[-1])` gives an epoch and an end.",
        "The same epoch? Then you agree up to the smaller of the two ends. An older one? Drop what you have of later "
        "epochs, and ask again for what is your last one then.",
        "-1 means that the leader has nothing as old as that: none of your records stay.",
    ),
)  # fmt: skip
