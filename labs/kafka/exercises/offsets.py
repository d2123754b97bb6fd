"""The exercises of lesson 07. Here the two about numbers: what to commit, and where to begin; the loop and the sink
beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from labs.kafka.exercises.offsets_loop import LOOP
from labs.kafka.exercises.offsets_sink import SINK
from labs.kafka.offsets import NoOffset, offset_to_commit, starting_position
from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show


def _is_offset(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _same_as(algorithm: Callable[..., Any], sentence: str) -> Misconception:
    """Recognise a misconception by the answer to which it leads."""

    def recognise(case: Any, answer: Any, right: Any) -> str | None:
        return sentence if answer == algorithm(*case) != right else None

    return recognise


# ── commit 3 or 4? ────────────────────────────────────────────────────────────────────────────────────────────────────

Done = tuple[int, list[int]]


def _done_cases() -> Iterator[Done]:
    """Every subset of four records as done, the smallest first; in order, and backwards."""
    for count in range(5):
        for start in (0, 3):
            for done in combinations(range(start, start + 4), count):
                yield start, list(done)
                if count > 1:
                    yield start, list(done)[::-1]


def _read_offset(case: Done, answer: Any) -> int:
    if not _is_offset(answer):
        raise Wrong(f"It gave back {show(answer, 60)}: expected an offset, a whole number.")
    return int(answer)


def _skips_nothing(case: Done, answer: int) -> None:
    missed = [offset for offset in range(case[0], answer) if offset not in case[1]]
    if missed:
        raise Wrong(
            f"Record {missed[0]} is not done, and whoever starts at {answer} never reads it.", _right_done(case)
        )


def _repeats_nothing(case: Done, answer: int) -> None:
    right = _right_done(case)
    if answer < right:
        raise Wrong(f"Record {answer} is done, and whoever starts at {answer} does it again.", right)


def _right_done(case: Done) -> int:
    return offset_to_commit(*case)


COMMIT = Exercise(
    id="kafka-commit",
    lesson="07",
    title="Commit 3 or 4?",
    points=1,
    reference=offset_to_commit,
    cases=_done_cases,
    shape="Gives back an offset",
    read=_read_offset,
    properties=(
        ("Whoever starts there skips nothing that is not done", _skips_nothing),
        ("Whoever starts there does nothing again, up to the first gap", _repeats_nothing),
    ),
    misconceptions=(
        _same_as(
            lambda committed, done: max(done, default=committed),
            "Your answer is the last record that was processed. The committed offset is the next one to read: "
            "one more.",
        ),
        _same_as(
            lambda committed, done: max(done, default=committed - 1) + 1,
            "Your answer looks at the highest record only. If one before it is still in work, that one would be lost.",
        ),
        _same_as(
            lambda committed, done: committed + len(done),
            "Your answer counts the records that are done. With a gap among them, that number points past the gap.",
        ),
        _same_as(
            lambda committed, done: offset_to_commit(committed, done) - (committed in done),
            "Your answer is the last record before the gap, which is done. The committed offset is the next one to "
            "read: one more.",
        ),
        _same_as(
            lambda committed, done: done[-1] + 1 if done else committed,
            "Your answer takes the last entry of the list. Records are done in any order: several threads are at work.",
        ),
        _same_as(
            lambda committed, done: committed,
            "Your answer never moves on: everything would be done again after each restart.",
        ),
    ),
    hints=(
        "Say it to yourself: I am a consumer, I have just started, I begin to read at this number.",
        "Nothing before the number may be undone. So the number cannot be higher than the first record that is "
        "not done.",
        "Start at `committed` and go up as long as the record is in `done`.",
    ),
    show_case=lambda case: f"offset_to_commit({case[0]}, {case[1]})",
)


# ── resume from the right offset ──────────────────────────────────────────────────────────────────────────────────────

Start = tuple[int | None, int, int, str]


def resume(committed: int | None, log_start: int, log_end: int, reset: str) -> int | None:
    """The reference: `starting_position`, with None for "there is none"."""
    try:
        return starting_position(committed, log_start, log_end, reset)
    except NoOffset:
        return None


def _starts() -> Iterator[Start]:
    """Offsets in the log, at its ends, and outside it, under every policy."""
    for log_start, log_end in ((0, 4), (0, 0), (2, 5), (7, 7)):
        inside = [offset for offset in (0, 3, log_start, log_end) if log_start <= offset <= log_end]
        outside = [None, log_start - 1, log_end + 2] if log_start else [None, log_end + 2]
        for committed in [*dict.fromkeys(inside), *outside]:
            for policy in ("earliest", "latest", "none"):
                yield committed, log_start, log_end, policy


def _read_start(case: Start, answer: Any) -> int | None:
    if answer is not None and not _is_offset(answer):
        raise Wrong(f"It gave back {show(answer, 60)}: expected an offset, or None.")
    return None if answer is None else int(answer)


def _in_range(case: Start) -> bool:
    return case[0] is not None and case[1] <= case[0] <= case[2]


def _goes_on(case: Start, answer: int | None) -> None:
    if _in_range(case) and answer != case[0]:
        told = "nowhere" if answer is None else f"with {answer}"
        raise Wrong(
            f"The group has committed {case[0]}, and that is there: reading goes on with {case[0]}, not {told}."
        )


def _policy_decides(case: Start, answer: int | None) -> None:
    right = resume(*case)
    if not _in_range(case) and answer != right:
        why = "is not in the log" if case[0] is not None else "is missing"
        want = "None (there is no place to start)" if right is None else str(right)
        raise Wrong(f"The committed offset {why}, so {case[3]} decides: {want}.", right)


def _or_policy(case: Start, right: Any, **instead: Any) -> Any:
    """The right answer, but for the policy that is named."""
    return instead.get(case[3], right) if not _in_range(case) else right


RESUME = Exercise(
    id="kafka-resume",
    lesson="07",
    title="Resume from the right offset",
    points=2,
    reference=resume,
    cases=_starts,
    shape="Gives back an offset, or None",
    read=_read_start,
    properties=(
        ("A committed offset that is in the log is where reading goes on", _goes_on),
        ("Without one, or with one that is outside the log, auto.offset.reset decides", _policy_decides),
    ),
    misconceptions=(
        _same_as(
            lambda c, start, end, reset: c + 1 if _in_range((c, start, end, reset)) else resume(c, start, end, reset),
            "Your answer adds one to the committed offset. It was added when it was committed: the committed offset "
            "is the next to read. Added twice, a record is skipped at each restart.",
        ),
        _same_as(
            lambda c, start, end, reset: resume(c or None, start, end, reset),
            "Your answer takes 0 for “no offset”: in Python `not 0` is true. Ask `committed is None`. A group "
            "that has "
            "committed 0 and begins at the end of the log loses everything in it.",
        ),
        _same_as(
            lambda *case: case[0] if case[0] is not None else resume(*case),
            "Your answer believes every committed offset. Retention may have deleted the record (or the log may have "
            "been cut): then the policy decides, as if there were none.",
        ),
        _same_as(
            lambda *case: _or_policy(case, resume(*case), earliest=0),
            "Your answer takes 0 for the oldest record. Old records are deleted: the log starts at `log_start`.",
        ),
        _same_as(
            lambda *case: _or_policy(case, resume(*case), latest=case[2] - 1),
            "Your answer begins with the last record that is there. Latest means only what is written from now on: "
            "`log_end`.",
        ),
        _same_as(
            lambda *case: _or_policy(case, resume(*case), none=case[1]),
            "Your answer chooses an offset although the policy is none, which says: nobody may choose, a person "
            "has to.",
        ),
        _same_as(
            lambda c, start, end, reset: {"earliest": start, "latest": end}.get(reset),
            "Your answer asks the policy always. It is asked only where there is no usable committed offset.",
        ),
        _same_as(
            lambda c, start, end, reset: resume(None if c == end else c, start, end, reset),
            "Your answer takes a committed offset at the end of the log for one outside it. It is the best one "
            "can have: "
            "everything is read.",
        ),
    ),
    hints=(
        "First the good case: there is a committed offset, and it lies in the log. Then it alone counts.",
        "An offset may lie from `log_start` up to and including `log_end`: the group has then read everything.",
        "In all other cases `reset` decides: the start, the end, or None.",
    ),
    show_case=lambda case: f"resume(committed={case[0]}, log_start={case[1]}, log_end={case[2]}, reset={case[3]!r})",
)

EXERCISES = (COMMIT, RESUME, LOOP, SINK)
