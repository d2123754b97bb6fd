"""Lesson 02: what the orchestrator does next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.patterns.saga.exercises import next_action_wrong as wrong
from labs.patterns.saga.steps import STEPS, Step, next_action

LONG: list[Step] = [*STEPS, ("pack", None, "retriable"), ("mail", None, "retriable")]
BARE: list[Step] = [
    ("check", None, "compensatable"), ("a", "b", "compensatable"), ("look", None, "compensatable"),
    ("aa", "ab", "compensatable"),
]  # fmt: skip


def _logs(steps: Sequence[Step], trouble: int = 2) -> Iterator[list[tuple[str, str]]]:
    """Every log that a right orchestrator can have, with up to so many entries that are not "done"."""
    todo: list[tuple[list[tuple[str, str]], int]] = [([], trouble)]
    while todo:
        log, left = todo.pop(0)
        yield log
        action = next_action(steps, log)
        if action is None:
            continue
        for outcome in ("done", "failed", "unknown") if left else ("done",):
            todo.append(([*log, (action, outcome)], left - (outcome != "done")))


def _decisions() -> Iterator[Any]:
    yield [], []
    for steps in (STEPS, LONG, BARE, STEPS[:1], [("pay", None, "pivot")]):
        for log in _logs(steps):
            yield list(steps), log


def _expected(case: Any, answer: Any) -> None:
    right = next_action(*case)
    if answer != right:
        yours = "says that the saga is over" if answer is None else f"sends {answer!r}"
        next_ = "the saga is over" if right is None else f"the orchestrator has to send {right!r} next"
        raise Wrong(f"After this log {next_}; yours {yours}.", right)


def _a_name(case: Any, answer: Any) -> Any:
    names = {name for action, compensation, _ in case[0] for name in (action, compensation)} | {None}
    if answer == "":
        raise Wrong("Return None when the saga is over, not an empty string.")
    if not (answer is None or isinstance(answer, str)) or answer not in names:
        raise Wrong("Return the name of an action or a compensation of these steps, or None when the saga is over.")
    return answer


NEXT = Exercise(
    id="patterns-next-action", lesson="02", title="What the orchestrator does next", points=3,
    reference=next_action, cases=_decisions, shape="Returns a name or None", read=_a_name, keeps=True,
    properties=(("Does the right thing next after every log", _expected),),
    wrong=(
        Mistake("You compensate the failed step itself. It has changed nothing, so there is nothing to undo.",
                wrong.undoes_the_failed),
        Mistake("You turn back, but do not compensate the step whose outcome is unknown. It may have taken place.",
                wrong.unknown_is_failed),
        Mistake("You stop at a compensation that failed. It has to be repeated until it is done.",
                wrong.stops_at_failed),
        Mistake("You pass over a compensation that is not done. It has to be repeated until it is.", wrong.gives_up),
        Mistake("You pass over a compensation that failed. It has to be repeated until it is done.",
                wrong.skips_failed),
        Mistake("You stop at a step that has no compensation. There is nothing to undo: go on to the step before it.",
                wrong.stops_at_none),
        Mistake("You stop at a step that has no compensation. There is nothing to undo: go on to the step before it.",
                wrong.stops_at_none_by_history),
        Mistake("You compensate in the order of the steps. The last step that was completed is undone first.",
                wrong.forwards),
        Mistake("You turn back at a retriable step. After the pivot the saga only goes forward: repeat it.",
                wrong.retriable_turns_back),
        Mistake("You turn back at a retriable step. After the pivot the saga only goes forward: repeat it.",
                wrong.retriable_turns_back_for_good),
        Mistake("You turn back at a pivot whose outcome is unknown. It cannot be undone: repeat it until you know.",
                wrong.pivot_unknown_turns_back),
        Mistake("You repeat a pivot that failed. Until it has succeeded there is a way back: compensate what was done "
                "before it.", wrong.pivot_failed_is_repeated),
        Mistake("You send the failed step again once all is undone. Then the saga is over: return None.",
                wrong.starts_again),
        Mistake("You go by the first entry of a name. It may be there several times, and the last one counts.",
                wrong.first_entry_counts),
        Mistake("You repeat a compensatable step whose outcome is unknown. Here the saga turns back.",
                wrong.repeats_the_unknown),
        Mistake("You never turn back. A step that failed, and is not retriable, ends the way forward.",
                wrong.never_back),
    ),
    hints=(
        "Walk through the steps in order. The first one that is not done decides.",
        "If that one does not turn the saga back, its action is the answer (this covers every repetition, too).",
        "If it does, look at the steps before it from the last to the first, and at itself if its outcome is unknown: "
        "the first compensation that is not done is the answer.",
    ),
)  # fmt: skip
