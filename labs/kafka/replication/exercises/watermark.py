"""Lesson 08: the high watermark."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kafka.replication.rules import high_watermark
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole

Case = tuple[dict[int, int | None], frozenset[int], int, int]


def cases() -> Iterator[Case]:
    """Small ones first: one replica, two, three; then every in-sync set with ends that differ."""
    yield {1: 1}, frozenset({1}), 0, 1
    yield {1: 3, 2: 1}, frozenset({1, 2}), 0, 1
    yield {1: 3, 2: 1}, frozenset({1}), 1, 1
    yield {1: 3, 2: 1}, frozenset({1}), 1, 2
    yield {1: 5, 2: 5, 3: 2}, frozenset({1, 2, 3}), 2, 1
    yield {1: 5, 2: 4, 3: 2}, frozenset({1, 2}), 2, 2
    yield {1: 5, 2: None, 3: 5}, frozenset({1, 2, 3}), 3, 2
    yield {1: 5, 2: None, 3: 5}, frozenset({1, 3}), 3, 2
    yield {1: 4, 2: 0, 3: 4}, frozenset({1, 2, 3}), 0, 1
    yield {1: 4, 2: 0, 3: 4}, frozenset({1, 3}), 0, 2
    yield {1: 4, 2: 2, 3: 4}, frozenset({1, 2, 3}), 3, 1
    yield {7: 12, 10: 9, 9: 11}, frozenset({7, 10, 9}), 8, 2
    yield {7: 12, 10: 9, 9: 11}, frozenset({7, 9}), 8, 2
    yield {101: 104, 102: 103, 103: 99}, frozenset({101, 102, 103}), 98, 3
    yield {1: 0, 2: 0, 3: 0}, frozenset({1, 2, 3}), 0, 3
    ends: dict[int, int | None] = {1: 6, 2: 4, 3: 5}
    for isr, before, least in product(({1}, {1, 2}, {1, 3}, {1, 2, 3}), (0, 3, 4), (1, 2, 3)):
        yield dict(ends), frozenset(isr), before, least
    for lone in (None, 2):
        for isr in ({1}, {1, 3}, {1, 2, 3}):
            yield {1: 6, 2: lone, 3: 4}, frozenset(isr), 2, 1
    yield {2: 6, 1: 9, 3: 7}, frozenset({2, 3}), 5, 2  # a follower may be ahead: it has what a new leader lacks
    yield {1: 9, 2: 7, 3: 6, 4: 5, 5: 1}, frozenset({1, 2, 3, 4}), 1, 2
    yield {1: 9, 2: 7, 3: 6, 4: 5, 5: 1}, frozenset({1, 2}), 1, 3


def larger() -> Any:
    """Up to five replicas."""
    from hypothesis import strategies as st

    def build(ends: list[int | None], inside: list[bool], before: int, least: int) -> Case:
        told = {place + 1: end for place, end in enumerate(ends)}
        leader = max(end or 0 for end in ends)
        told[1] = leader
        isr = frozenset({1} | {broker for broker, is_in in zip(told, inside, strict=False) if is_in})
        return told, isr, min(before, leader), min(least, len(told))

    end = st.one_of(st.integers(0, 30), st.integers(0, 6), st.none())
    return st.builds(
        build, st.lists(end, min_size=1, max_size=5), st.lists(st.booleans(), min_size=5, max_size=5),
        st.integers(0, 12), st.integers(1, 4),
    )  # fmt: skip


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> int:
    return whole(answer, "an offset, a whole number")


def _never_back(case: Case, answer: int) -> None:
    if answer < case[2]:
        raise Wrong(f"The watermark was {case[2]}: what was readable once stays readable.", high_watermark(*case))


def _safe(case: Case, answer: int) -> None:
    ends, isr, before, _ = case
    for broker in sorted(isr):
        end = ends[broker]
        if answer > before and (end is None or end < answer):
            known = "has not been heard from yet" if end is None else f"ends at {end}"
            raise Wrong(f"Broker {broker} is in sync and {known}, so {answer} is too much.", high_watermark(*case))


def _stands_still(case: Case, answer: int) -> None:
    _, isr, before, least = case
    if len(isr) < least and answer != before:
        raise Wrong(f"{len(isr)} in sync, and {least} are required: the watermark stays at {before}.", before)


def _rises(case: Case, answer: int) -> None:
    right = high_watermark(*case)
    if case[2] <= answer < right:
        raise Wrong(f"Every in-sync replica has the log up to {right}.", right)


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _maximum(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    return max([before, *(int(end) for end in ends.values() if end is not None)])


def _largest_in_sync(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    heard: list[int] = [ends[broker] for broker in isr if ends[broker] is not None]
    return before if len(isr) < min_insync or len(heard) < len(isr) else max(before, *heard)


def _all_replicas(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    if len(isr) < min_insync or None in ends.values():
        return before
    return max(before, int(min(ends.values())))


def _majority(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    known = sorted((end or 0 for end in ends.values()), reverse=True)
    return max(before, int(known[len(known) // 2]))


def _no_minimum(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    return high_watermark(ends, isr, before, 0)


def _goes_back(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    heard = [ends[broker] for broker in isr]
    return before if None in heard or len(heard) < min_insync else int(min(heard))


def _silent_skipped(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    heard: list[int] = [ends[broker] for broker in isr if ends[broker] is not None]
    return before if len(isr) < min_insync else max(before, min(heard))


def _zero_skipped(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    if len(isr) < min_insync or any(ends[broker] is None for broker in isr):
        return before
    return max(before, min([int(ends[broker]) for broker in isr if ends[broker]] or [0]))


def _silent_is_zero(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    heard: list[int] = [ends[broker] or 0 for broker in isr]
    return before if len(isr) < min_insync else min(map(int, heard))


def _one_less(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    return max(before, high_watermark(ends, isr, before, min_insync) - 1)


def _more_than_the_minimum(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    return high_watermark(ends, isr, before, min_insync + 1)


def _all_or_nothing(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    return high_watermark(ends, isr, before, len(ends))


def _zero_below(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    return 0 if len(isr) < min_insync else high_watermark(ends, isr, before, min_insync)


def _the_quickest(ends: Any, isr: Any, before: int, min_insync: int) -> int:
    """As many as min.insync.replicas have it."""
    known = sorted((ends[broker] or 0 for broker in isr), reverse=True)
    return before if len(known) < min_insync else max(before, int(known[min_insync - 1]))


def _beware(case: Case) -> str | None:
    ends, isr, before, least = case
    if len(isr) < least:
        return f"Too few are in sync here. The watermark stands still: return `before`, {before}."
    if any(ends[broker] is None for broker in isr):
        return "An end is None here: that follower has not been heard from, and it is in sync. The watermark waits."
    return "An end is 0 here: that is an empty log, and a log end like any other." if 0 in ends.values() else None


WATERMARK = Exercise(
    id="kafka-watermark",
    lesson="08",
    title="The high watermark",
    points=2,
    reference=high_watermark,
    cases=cases,
    strategy=larger,
    shape="Returns an offset",
    read=_read,
    beware=_beware,
    properties=(
        ("It never goes back", _never_back),
        ("Every in-sync replica has what lies below it", _safe),
        ("It stands still while too few are in sync", _stands_still),
        ("Otherwise it rises as far as it may", _rises),
    ),
    wrong=(
        Mistake("You take the largest log end. What one broker has is not yet safe: take the smallest.", _maximum),
        Mistake("You take the largest log end in the set. What one broker has is not yet safe: take the smallest.",
                _largest_in_sync),
        Mistake(
            "You wait for every replica. One outside the in-sync set would hold everything up: look only at the set.",
            _all_replicas,
        ),
        Mistake(
            "You count a majority. Kafka's data does not go by majority: every in-sync replica has to have it.",
            _majority,
        ),
        Mistake("You do not compare the size of the in-sync set with `min_insync`. If it is smaller, the watermark "
                "stands still.", _no_minimum),
        Mistake("Your watermark goes back. Keep the old one where the new one would be lower.", _goes_back),
        Mistake("You skip an in-sync follower that has not been heard from. It may have nothing: wait.",
                _silent_skipped),
        Mistake("You treat a log end of 0 as if there were none. 0 is a log end: that broker has nothing yet.",
                _zero_skipped),
        Mistake("You treat None as 0, and the watermark falls. If a follower was not heard from, it stays where it is.",
                _silent_is_zero),
        Mistake("You are one too low. A log end of 3 means records 0 to 2, and the watermark counts the same way.",
                _one_less),
        Mistake("You ask for more than `min_insync` brokers. Exactly that many are enough.", _more_than_the_minimum),
        Mistake("You only move on when all replicas are in sync. The in-sync set may be smaller.", _all_or_nothing),
        Mistake("You begin again at 0 when too few are in sync. It stands still: return `before`.", _zero_below),
        Mistake("You stop at `min_insync` brokers. Every broker that is in sync must have it.", _the_quickest),
    ),
    hints=(
        "Gather the log ends of the brokers in `isr`. What do all of them have?",
        "In three cases the answer is just `before`: too few in sync, one not heard from yet, or nothing gained.",
    ),
)  # fmt: skip
