"""Lesson 07: which offset to commit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from labs.kafka.offsets.committed import offset_to_commit
from labs.kafka.offsets.exercises import commit_wrong as wrong
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole

Done = tuple[int, list[int]]

# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def small_cases() -> Iterator[Done]:
    """Every subset of four records as done, the smallest first, in order and backwards; then around 10 and 100, where
    one more digit begins.
    """
    for count in range(5):
        for start in (3, 0):
            for done in combinations(range(start, start + 4), count):
                yield start, list(done)
                if count > 1:
                    yield start, list(done)[::-1]
    yield from ((3, [5, 6, 8]), (0, [2, 3, 5]), (3, [5, 7, 8, 4]), (0, [4, 1, 2]), (20, [22, 23, 24, 26]))
    yield from ((3, [13]), (1, [10, 11]), (0, [10]), (9, [9, 10]), (9, [10, 9, 11]), (8, [11, 9, 8, 10]))
    yield from (
        (9, [11, 10]),
        (99, [99]),
        (99, [100, 99]),
        (6, [8, 7, 6]),
        (7, [8, 7]),
        (7, [10, 8, 7, 11, 9, 13]),
        (300, [305, 300, 301]),
    )


def larger_cases() -> Any:
    """A Hypothesis strategy: up to eight of the next ten records, in any order."""
    from hypothesis import strategies as st

    def case(start: int) -> Any:
        done = st.lists(st.integers(start, start + 9), unique=True, max_size=8)
        return st.tuples(st.just(start), done)

    return st.integers(0, 200).flatmap(case)


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Done, answer: Any) -> int:
    return whole(answer, "an offset, a whole number")


def _skips_nothing(case: Done, answer: int) -> None:
    missed = [offset for offset in range(case[0], answer) if offset not in case[1]]
    if missed:
        raise Wrong(
            f"Record {missed[0]} is not done, and whoever starts at {answer} never reads it.", offset_to_commit(*case)
        )


def _repeats_nothing(case: Done, answer: int) -> None:
    right = offset_to_commit(*case)
    if answer < right:
        raise Wrong(f"Record {max(answer, 0)} is done, and whoever starts at {answer} does it again.", right)


NEXT = "The committed offset is the next one to read: one more."
FROM_ZERO = "You count from 0. All records before `committed` are done, too: start there."
EMPTY = "The list may be empty: nothing has been done since. `max` of an empty list raises ValueError."

COMMIT = Exercise(
    id="kafka-commit",
    lesson="07",
    title="Commit 3 or 4?",
    points=1,
    reference=offset_to_commit,
    cases=small_cases,
    strategy=larger_cases,
    shape="Returns an offset",
    read=_read,
    properties=(
        ("Whoever starts there skips nothing that is not done", _skips_nothing),
        ("Whoever starts there does nothing again, up to the first gap", _repeats_nothing),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You put the offsets in order as text, so 10 comes before 9. Sort them as numbers.", wrong.sorted_as_text
        ),
        Mistake(
            "You look for the number inside text, so 3 is found in 13. Ask whether it is in the list.",
            wrong.found_in_text,
        ),
        Mistake(
            "You take 0 for nothing: in Python `not 0` is true. It is an offset like any other.", wrong.zero_is_nothing
        ),
        Mistake(
            "You move on only where there is a gap. Without one, all that is listed is done: "
            "the offset is the one after the last.",
            wrong.only_before_a_gap,
        ),
        Mistake("Without a gap your answer is the last record that was processed. " + NEXT, wrong.last_if_no_gap),
        Mistake(
            "You stop at the first entry of the list that is not the next record. Records are done in any order: sort "
            "the list, or ask whether the next one is in it.",
            wrong.first_ones_only,
        ),
        Mistake(
            "You go through the list once, in its order. Records are done in any order: "
            "sort the list, or ask whether the next one is in it.",
            wrong.once_through,
        ),
        Mistake("You move on by one record at most. Go on as long as the next one is done.", wrong.one_step),
        Mistake("With a gap you do not move on at all. The records before the gap are done.", wrong.all_or_nothing),
        Mistake(
            "If the next record is done, you take the highest for the last one without a gap. "
            "One between them may still be in progress.",
            wrong.highest_if_the_next,
        ),
        Mistake(
            "You look for a gap among the records that are done, and miss the one before them: "
            "the first to be done is `committed` itself.",
            wrong.gap_between_the_done,
        ),
        Mistake("You pass over a gap of one record. That record would never be done.", wrong.one_gap_allowed),
        Mistake(
            "You go by the record before: if that is done, you take the next. But it may stand past a gap itself.",
            wrong.one_before_is_done,
        ),
        Mistake(FROM_ZERO, wrong.from_zero_if_higher),
        Mistake("You look for the longest run. Only the run that begins at `committed` counts.", wrong.longest_run),
        Mistake(
            "You take the last entry of the list. Records are done in any order: several threads are at work.",
            wrong.last_listed,
        ),
        Mistake(
            "You look only at the highest record. If one before it is still in progress, that one is lost.",
            wrong.highest_plus_one,
        ),
        Mistake("Your answer is the highest record that was processed. " + NEXT, wrong.highest),
        Mistake("Your answer never moves on: everything would be done again after each restart.", wrong.never),
        Mistake("You look only at the lowest record that is done.", wrong.lowest_plus_one),
        Mistake("You look only at the lowest record that is done.", wrong.lowest),
        Mistake(
            "You count the records that are done. With a gap among them, that number points past the gap.",
            wrong.counted,
        ),
        Mistake(FROM_ZERO, wrong.from_zero),
        Mistake(FROM_ZERO, wrong.counted_from_zero),
        Mistake("Your answer is the last record before the gap, which is done. " + NEXT, wrong.before_the_gap),
        Mistake("Your answer is one too low: that record is done, like all before it. " + NEXT, wrong.one_too_low),
        Mistake("You treat the record at `committed` as done. It is the next one to read.", wrong.taken_for_done),
        Mistake(
            "You start one too high: you never ask whether the record at `committed` is done, "
            "which is the next one to read.",
            wrong.after_the_next,
        ),
        Mistake(EMPTY, wrong.highest_of_some),
        Mistake(EMPTY, wrong.missing_of_some),
    ),
    hints=(
        "Say it to yourself: I am a consumer, I have just started, I begin to read at this number.",
        "Every record before the number must be done. So the number cannot be higher than the first that is not.",
        "Start at `committed` and go up as long as the record is in `done`.",
    ),
    beware=lambda case: None if case[1] else "The list is empty here: nothing has been done since.",
    show_case=lambda case: f"offset_to_commit({case[0]}, {case[1]})",
)
