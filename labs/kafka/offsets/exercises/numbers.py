"""The exercises of lesson 07. Here the two about numbers: what to commit, and where to begin; the loop and the sink
beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from labs.kafka.offsets.committed import NoOffset, offset_to_commit, starting_position
from labs.kafka.offsets.crash_picture import draw_tries, sized
from labs.kafka.offsets.crashes import Try, every_crash
from labs.kafka.offsets.loops import process_then_commit
from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.scene import Scene
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
        for start in (3, 0):
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
            lambda committed, done: offset_to_commit(committed, done) - 1,
            "Your answer is one too low: that record is done, like all before it. The committed offset is the next one "
            "to read: one more.",
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

Begin = tuple[int | None, int, int, str]


@dataclass(frozen=True)
class Begun:
    """Where it begins in this case; and every crash of a loop, with consumers that begin where it says."""

    offset: int | None
    tries: tuple[Try, ...]


def resume(committed: int | None, log_start: int, log_end: int, reset: str) -> int | None:
    """The reference: `starting_position`, with None for "there is none"."""
    try:
        return starting_position(committed, log_start, log_end, reset)
    except NoOffset:
        return None


def _starts() -> Iterator[Begin]:
    """Offsets in the log, at its ends, and outside it, under every policy."""
    for log_start, log_end in ((0, 4), (0, 0), (2, 5), (7, 7)):
        inside = [offset for offset in (0, 3, log_start, log_end) if log_start <= offset <= log_end]
        outside = [None, log_start - 1, log_end + 2] if log_start else [None, log_end + 2]
        for committed in [*dict.fromkeys(inside), *outside]:
            for policy in ("earliest", "latest", "none"):
                yield committed, log_start, log_end, policy


def _begin(function: Callable[..., Any], case: Begin) -> Any:
    """The answer; and what becomes of four records when a crash strikes at every moment and it says where to go on.

    The group has committed 0 before, so the policy, whichever it is, need never be asked there.
    """
    answer = function(*case)
    if answer is not None and not _is_offset(answer):
        return answer
    return Begun(answer, tuple(every_crash(process_then_commit, start=function, committed=0, reset=case[3])))


def _read_start(case: Begin, answer: Any) -> Begun:
    if not isinstance(answer, Begun):
        raise Wrong(f"It gave back {show(answer, 60)}: expected an offset, or None.")
    return answer


def _in_range(case: Begin) -> bool:
    return case[0] is not None and case[1] <= case[0] <= case[2]


def _goes_on(case: Begin, answer: Begun) -> None:
    if _in_range(case) and answer.offset != case[0]:
        told = "nowhere" if answer.offset is None else f"with {answer.offset}"
        raise Wrong(
            f"The group has committed {case[0]}, and that is there: reading goes on with {case[0]}, not {told}."
        )


def _policy_decides(case: Begin, answer: Begun) -> None:
    right = resume(*case)
    if not _in_range(case) and answer.offset != right:
        why = "is not in the log" if case[0] is not None else "is missing"
        want = "None (there is no place to start)" if right is None else str(right)
        raise Wrong(f"The committed offset {why}, so {case[3]} decides: {want}.")


def _bad(answer: Begun) -> list[Try]:
    """The crashes after which something is lost, or done again that was committed."""
    right = {one.after: one for one in _begin(resume, (0, 0, 4, "earliest")).tries}
    return [
        one for one in answer.tries if one.lost or one.after not in right or one.repeated != right[one.after].repeated
    ]


def _after_a_crash(case: Begin, answer: Begun) -> None:
    bad = _bad(answer)
    if bad:
        one = bad[0]
        what = (
            f"record {one.lost[0]} is lost"
            if one.lost
            else f"record {one.repeated[0]}, though committed, is done again"
        )
        when = f"A crash after {one.after}, and " if one.after else "Even without a crash, "
        raise Wrong(f"{when}{what}. ({len(bad)} of {len(answer.tries)} runs go wrong.)")


def _summary(answer: Begun) -> str:
    bad = len(_bad(answer))
    return show(answer.offset) + (f", and {bad} of {len(answer.tries)} runs with a crash go wrong" if bad else "")


def _picture(case: Begin, answer: Begun, right: Begun) -> tuple[str, str]:
    """The crashes that go wrong; if none does, the log of this case with your place in it and the right one."""
    if _bad(answer):
        return draw_tries(_bad(answer), f"taking over with your function, reset = {case[3]}")
    committed, start, end, _ = case
    first, last = min(start, *(o for o in (answer.offset, committed) if o is not None)), max(end, answer.offset or 0)
    scene = Scene(120 + 46 * (last - first + 1), 104, end=1, title="where to begin")
    scene.box("page", 0, 0, scene.width, 104, fill="page", stroke="none", radius=0)
    scene.text("log", 12, 54, "the log", size=13)
    for offset in range(first, last + 1):
        there = start <= offset < end
        look: dict[str, Any] = (
            dict(fill="data", ink="chip-ink") if there else dict(fill="none", ink="muted", dash="3 2")
        )
        scene.box(f"o{offset}", 100 + 46 * (offset - first), 36, 42, 28, label=str(offset), size=13, radius=3, **look)
    for name, place, y in (("yours", answer.offset, 26), ("right", right.offset, 84)):
        scene.text(name, 12, y, f"{name}: {'nowhere' if place is None else place}", size=13, weight="bold")
        if place is not None:
            scene.text(f"{name}-mark", 121 + 46 * (place - first), y, "▼" if y < 40 else "▲", size=14, align="middle")
    return sized(scene), f"The log holds {start} to {end - 1}. You begin with {answer.offset}; right is {right.offset}."


def _same_start(algorithm: Callable[..., Any], sentence: str) -> Misconception:
    """Recognise a misconception by the offset to which it leads, and by what its crashes do."""
    crashes = cache(lambda reset: _begin(algorithm, (0, 0, 4, reset)).tries)  # they are the same for every case

    def recognise(case: Begin, answer: Begun, right: Begun) -> str | None:
        return sentence if answer == Begun(algorithm(*case), crashes(case[3])) != right else None

    return recognise


def _or_policy(case: Begin, right: Any, **instead: Any) -> Any:
    """The right answer, but for the policy that is named."""
    return instead.get(case[3], right) if not _in_range(case) else right


RESUME = Exercise(
    id="kafka-resume",
    lesson="07",
    title="Resume from the right offset",
    points=2,
    reference=resume,
    cases=_starts,
    call=_begin,
    shape="Gives back an offset, or None",
    read=_read_start,
    properties=(
        ("A committed offset that is in the log is where reading goes on", _goes_on),
        ("Without one, or with one that is outside the log, auto.offset.reset decides", _policy_decides),
        (
            "Taking over with it, after any crash, loses nothing and does nothing again that was committed",
            _after_a_crash,
        ),
    ),
    misconceptions=(
        _same_start(
            lambda c, start, end, reset: c + 1 if _in_range((c, start, end, reset)) else resume(c, start, end, reset),
            "Your answer adds one to the committed offset. It was added when it was committed: the committed offset "
            "is the next to read. Added twice, a record is skipped at each restart.",
        ),
        _same_start(
            lambda c, start, end, reset: resume(c or None, start, end, reset),
            "Your answer takes 0 for “no offset”: in Python `not 0` is true. Ask `committed is None`. A group "
            "that has "
            "committed 0 and begins at the end of the log loses everything in it.",
        ),
        _same_start(
            lambda *case: case[0] if case[0] is not None else resume(*case),
            "Your answer believes every committed offset. Retention may have deleted the record (or the log may have "
            "been cut): then the policy decides, as if there were none.",
        ),
        _same_start(
            lambda *case: _or_policy(case, resume(*case), earliest=0),
            "Your answer takes 0 for the oldest record. Old records are deleted: the log starts at `log_start`.",
        ),
        _same_start(
            lambda *case: _or_policy(case, resume(*case), latest=case[2] - 1),
            "Your answer begins with the last record that is there. Latest means only what is written from now on: "
            "`log_end`.",
        ),
        _same_start(
            lambda *case: _or_policy(case, resume(*case), none=case[1]),
            "Your answer chooses an offset although the policy is none, which says: nobody may choose, a person "
            "has to.",
        ),
        _same_start(
            lambda c, start, end, reset: {"earliest": start, "latest": end}.get(reset),
            "Your answer asks the policy always. It is asked only where there is no usable committed offset.",
        ),
        _same_start(
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
    show_answer=_summary,
    picture=_picture,
    show_case=lambda case: f"resume(committed={case[0]}, log_start={case[1]}, log_end={case[2]}, reset={case[3]!r})",
)
