"""Lesson 07: where a consumer begins to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.kafka.offsets.committed import NoOffset, starting_position
from labs.kafka.offsets.crash_picture import draw_tries, sized
from labs.kafka.offsets.crashes import Try
from labs.kafka.offsets.exercises import resume_wrong as wrong
from labs.kafka.offsets.exercises.places import RECORDS, Begun, Case, Takeover, call, larger_cases, small_cases
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.kit.guarding.telling import show
from labs.kit.picture.scene import Scene


def resume(committed: int | None, log_start: int, log_end: int, reset: str) -> int | None:
    """The reference: `starting_position`, with None for "there is none"."""
    try:
        return starting_position(committed, log_start, log_end, reset)
    except NoOffset:
        return None


def _read(case: Case, answer: Any) -> Begun:
    if isinstance(case, Takeover):
        fates = {(tuple(one.lost), tuple(one.repeated)) for one in answer}
        return Begun(tries=answer, fates=tuple(sorted(fates)))
    return Begun(None if answer is None else whole(answer, "an offset, a whole number, or None"))


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def _goes_on(case: Case, answer: Begun) -> None:
    if not isinstance(case, Takeover) and case.usable and answer.offset != case.committed:
        told = "nowhere" if answer.offset is None else f"at {answer.offset}"
        raise Wrong(f"The group has committed {case.committed}, which is in the log, and you begin {told}.")


def _policy_decides(case: Case, answer: Begun) -> None:
    if isinstance(case, Takeover) or case.usable:
        return
    right = resume(case.committed, case.log_start, case.log_end, case.reset)
    if answer.offset != right:
        why = "There is no committed offset"
        if case.committed is not None:
            where = "before the start" if case.committed < case.log_start else "past the end"
            why = f"The committed offset {case.committed} is {where} of the log"
        want = "None (there is no place to begin)" if right is None else str(right)
        raise Wrong(f"{why}, so auto.offset.reset ({case.reset}) decides: {want}.")


def _bad(case: Takeover, answer: Begun) -> list[Try]:
    """The crashes after which something is lost, or done again that was committed."""
    right = {one.after: one for one in call(resume, case)}
    return [
        one for one in answer.tries if one.lost or one.after not in right or one.repeated != right[one.after].repeated
    ]


def _after_a_crash(case: Case, answer: Begun) -> None:
    bad = _bad(case, answer) if isinstance(case, Takeover) else []
    if bad:
        one = bad[0]
        what = f"record {one.lost[0]} is lost" if one.lost else f"record {one.repeated[0]} is done again"
        when = f"After a crash ({one.after})" if one.after else "Even without a crash"
        raise Wrong(f"{when}, {what}. ({len(bad)} of {_runs(answer.tries)} went wrong.)")


def _runs(tries: Sequence[Try]) -> str:
    return f"{len(tries)} run" + "s" * (len(tries) != 1)


# ── showing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _show_case(case: Case) -> str:
    if isinstance(case, Takeover):
        return (
            f"consumers that begin where your function says, reset={case.reset!r}: {RECORDS} records from offset "
            f"{case.log_start} on, which the group has committed"
        )
    return (
        f"resume(committed={case.committed}, log_start={case.log_start}, log_end={case.log_end}, reset={case.reset!r})"
    )


def _summary(answer: Begun) -> str:
    if not answer.tries:
        return show(answer.offset)
    lost = sum(bool(one.lost) for one in answer.tries)
    again = sum(bool(one.repeated) for one in answer.tries)
    return f"{_runs(answer.tries)}: {lost} lose records, {again} repeat some"


def _picture(case: Case, answer: Begun, right: Begun) -> tuple[str, str] | None:
    """The crashes that go wrong; or the log of this case with your place in it and the right one."""
    if isinstance(case, Takeover):
        return draw_tries(_bad(case, answer), f"taking over with your function, reset = {case.reset}")
    committed, start, end = case.committed, case.log_start, case.log_end
    first, last = min(start, *(o for o in (answer.offset, committed) if o is not None)), max(end, answer.offset or 0)
    if last - first > 15:
        return None
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


def _beware(case: Case) -> str | None:
    """What is special in a case in which the answer raises."""
    if isinstance(case, Takeover) or case.usable:
        return None
    if case.reset == "none":
        return "There is no usable committed offset here, and the policy is none: return None, and a person decides."
    return "`committed` is None here: the group has never committed." if case.committed is None else None


# ── the exercise ──────────────────────────────────────────────────────────────────────────────────────────────────────

BELIEVED = (
    "You trust a committed offset that is outside the log. Retention may have deleted the record, or the log may "
    "have been cut: then the policy decides, as if there were none."
)
CHOSEN = "You choose an offset although the policy is none. Here a person has to decide: return None."
PULLED = (
    "You move an offset that is outside the log to its nearer end. "
    "Where it is outside, the policy decides, as if there were none."
)

RESUME = Exercise(
    id="kafka-resume",
    lesson="07",
    title="Resume from the right offset",
    points=2,
    reference=resume,
    cases=small_cases,
    strategy=larger_cases,
    call=call,
    shape="Returns an offset, or None",
    read=_read,
    properties=(
        ("A committed offset that is in the log is where reading resumes", _goes_on),
        ("Without one, or with one that is outside the log, auto.offset.reset decides", _policy_decides),
        ("Taking over with it, after any crash, loses nothing and repeats nothing that was committed", _after_a_crash),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You take 0 for “no offset”: in Python `not 0` is true. Ask `committed is None`. A group that has "
            "committed 0 and begins at the end of the log loses everything in it.",
            wrong.zero_is_none,
        ),
        Mistake(
            "You treat a committed offset at `log_end` as if it were outside the log. "
            "It is the best there is: everything has been read.",
            wrong.end_is_outside,
        ),
        Mistake(
            "You treat a committed offset at `log_start` as if it were outside the log. "
            "It is the oldest record, and still there.",
            wrong.start_is_outside,
        ),
        Mistake(
            "You treat a committed offset at either end of the log as if it were outside. The oldest record is at "
            "`log_start`, and at `log_end` everything has been read: both are fine.",
            wrong.both_ends_outside,
        ),
        Mistake(
            "You use `committed` before you know that there is an offset. It may be None: ask that first.",
            wrong.none_compared,
        ),
        Mistake(
            "You raise an exception where the policy is none. Return None: the caller stops, and a person decides.",
            wrong.raises,
        ),
        Mistake("The policy none is missing from your dict. Where it decides, return None.", wrong.none_is_missing),
        Mistake(
            "You look only at the start of the log. An offset past its end is outside, too: the log may have been cut.",
            wrong.only_the_start,
        ),
        Mistake(
            "You look only at the end of the log. An offset before its start is outside, too: "
            "retention has deleted the record.",
            wrong.only_the_end,
        ),
        Mistake(CHOSEN, wrong.none_to_committed),
        Mistake(BELIEVED, wrong.believed),
        Mistake(PULLED, wrong.pulled_in),
        Mistake(PULLED, wrong.pulled_up),
        Mistake(PULLED, wrong.pulled_down),
        Mistake(PULLED, wrong.nearer_end),
        Mistake(
            "Where the committed offset is outside the log you always begin at the start. "
            "The policy decides there, too.",
            wrong.outside_to_start,
        ),
        Mistake(
            "Where the committed offset is outside the log you always return None. The policy decides there, too.",
            wrong.outside_to_nowhere,
        ),
        Mistake(
            "You take 0 for the oldest record. Old records are deleted: the log starts at `log_start`.",
            wrong.oldest_is_zero,
        ),
        Mistake(
            "You begin with the last record that is there. Latest means only what is written from now on: `log_end`.",
            wrong.last_record,
        ),
        Mistake(
            "You begin one past `log_end`. The next record written gets the offset `log_end` itself.",
            wrong.past_the_end,
        ),
        Mistake(CHOSEN, wrong.none_to_start),
        Mistake(CHOSEN, wrong.none_to_end),
        Mistake(CHOSEN, wrong.none_to_zero),
        Mistake("You have earliest and latest the wrong way round.", wrong.swapped),
        Mistake("You count from the start of the log. An offset counts from the very first record.", wrong.counted),
        Mistake(
            "Under the policy earliest you always begin at the start. "
            "It is consulted only where there is no usable committed offset.",
            wrong.earliest_always,
        ),
        Mistake(
            "Under the policy latest you always begin at the end. "
            "It is consulted only where there is no usable committed offset.",
            wrong.latest_always,
        ),
        Mistake(
            "Under the policy none you always return None. "
            "It is consulted only where there is no usable committed offset.",
            wrong.none_always,
        ),
        Mistake("You never consult the policy: you always begin at the start.", wrong.start_always),
        Mistake("You never consult the policy: you always begin at the end.", wrong.end_always),
        Mistake(
            "You always consult the policy. It is consulted only where there is no usable committed offset.",
            wrong.policy_always,
        ),
        Mistake(
            "You consult the policy first, and look at the committed offset only where the policy is none. "
            "It is the other way round: the policy is consulted only where there is no usable committed offset.",
            wrong.policy_first,
        ),
        Mistake(
            "You add one to the committed offset. It was added when it was committed: the committed offset is the "
            "next to read. If you add it twice, a record is skipped at each restart.",
            wrong.one_more,
        ),
        Mistake(
            "You take one from the committed offset. It is the next to read, so the record before it is done.",
            wrong.one_less,
        ),
    ),
    hints=(
        "First the good case: there is a committed offset, and it lies in the log. Then it alone counts.",
        "An offset may lie from `log_start` up to and including `log_end`: the group has then read everything.",
        "In all other cases `reset` decides: the start, the end, or None.",
    ),
    beware=_beware,
    show_answer=_summary,
    picture=_picture,
    show_case=_show_case,
)
