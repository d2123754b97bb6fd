"""Lesson 02: the orchestrator's decision, an idempotent handler, and a compensation that may be retried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from labs.kit.exercise import Exercise, Mistake, Wrong
from labs.patterns.saga import wrong
from labs.patterns.saga.steps import STEPS, Step, next_action, take, undo

LONG: list[Step] = [*STEPS, ("pack", None, "retriable"), ("mail", None, "retriable")]
BARE: list[Step] = [("check", None, "compensatable"), ("a", "b", "compensatable"), ("aa", "ab", "compensatable")]


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
        raise Wrong(f"After this log the orchestrator has to do {right!r}, and yours does {answer!r}.", right)


def _a_name(case: Any, answer: Any) -> Any:
    if answer is not None and not isinstance(answer, str):
        raise Wrong("Return the name of an action or a compensation, or None.")
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
        Mistake("You pass over a compensation that failed. It has to be repeated until it is done.", wrong.gives_up),
        Mistake("You compensate in the order of the steps. The last step that was completed is undone first.",
                wrong.forwards),
        Mistake("You turn back at a retriable step. After the pivot the saga only goes forward: repeat it.",
                wrong.retriable_turns_back),
        Mistake("You turn back at a pivot whose outcome is unknown. It cannot be undone: repeat it until you know.",
                wrong.pivot_unknown_turns_back),
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


# ── handler and compensation: what is returned, and what is in the database afterwards ────────────────────────────────

KEYS = ("A1/charge", "A11/charge", "Ä/charge")


def _states() -> Iterator[dict[str, Any]]:
    for free, taken, closed in product(
        (100, 30, 29, 0), ({}, {KEYS[0]: 30}, {KEYS[1]: 7}, {KEYS[0]: 0}),
        ({}, {KEYS[0]: "refused"}, {KEYS[0]: "undone"}, {KEYS[1]: "undone"}, {KEYS[2]: "refused"}),
    ):  # fmt: skip
        if not set(taken) & set(closed):
            yield {"free": free, "taken": dict(taken), "closed": dict(closed)}


def _takes() -> Iterator[Any]:
    for rows, amount in product(_states(), (30, 0, 1)):
        if rows["taken"].get(KEYS[0], amount) == amount:
            yield rows, KEYS[0], amount
    yield {"free": 12, "taken": {}, "closed": {}}, KEYS[2], 11


def _undoes() -> Iterator[Any]:
    yield from product(_states(), KEYS[:2])


def _call(function: Callable[..., Any], case: Any) -> Any:
    rows = deepcopy(case[0])
    outcome = function(rows, *case[1:])
    return outcome, rows


def _read(case: Any, answer: Any) -> Any:
    outcome, rows = answer
    if outcome is None and rows == case[0]:
        return None
    if outcome not in ("done", "failed"):
        raise Wrong(f'Return "done" or "failed"; your function returned {outcome!r}.')
    return outcome, rows


def _same(right: Callable[..., Any], place: int) -> Callable[[Any, Any], None]:
    def look(case: Any, answer: Any) -> None:
        if answer is None:
            raise Wrong("Nothing is returned.")
        want = _call(right, case)
        if answer[place] != want[place]:
            what = "The outcome" if place == 0 else "The database afterwards"
            raise Wrong(f"{what} should be {want[place]!r}, and is {answer[place]!r}.", want[place])

    return look


TAKE = Exercise(
    id="patterns-take", lesson="02", title="An idempotent handler", points=2, reference=take, cases=_takes,
    call=_call, read=_read, shape='Returns "done" or "failed"',
    properties=(("Returns the right outcome", _same(take, 0)), ("Leaves the right database behind", _same(take, 1))),
    wrong=(
        Mistake("You take again for a key that has been served. A repeated request must change nothing.",
                wrong.no_key),
        Mistake("You take under a closed key. Its compensation has come already, or it was refused: return "
                '"failed".', wrong.ignores_closed),
        Mistake("You do not remember a refusal. Later the same request may find enough, and be told the opposite.",
                wrong.forgets_the_no),
        Mistake("You refuse what would leave nothing. All that is free may be taken.", wrong.not_the_last),
        Mistake('You answer "failed" to a repeated request. It was served, so the answer is "done" again.',
                wrong.duplicate_fails),
        Mistake("You look at the amount before the key. A request that has been served needs nothing more.",
                wrong.enough_first),
        Mistake("You take an amount of 0 for a key never seen. Ask whether the key is there.", wrong.truthy),
    ),
    hints=("Look at the key first: is it in `taken`? Is it in `closed`?",
           "Only for a new key compare the amount with what is free.",
           'A refusal is remembered, too: `rows["closed"][key] = "refused"`.'),
)  # fmt: skip

UNDO = Exercise(
    id="patterns-undo", lesson="02", title="A compensation that may be retried", points=2, reference=undo,
    cases=_undoes, call=_call, read=_read, shape='Returns "done" or "failed"',
    properties=(("Returns the right outcome", _same(undo, 0)), ("Leaves the right database behind", _same(undo, 1))),
    wrong=(
        Mistake("You do not close the key. A request that was held up would take again after its compensation.",
                wrong.no_tombstone),
        Mistake("You close the key only if something was taken. A compensation may overtake its request.",
                wrong.only_what_was_taken),
        Mistake("You fail on a key that you do not know. Then the orchestrator would repeat it for ever.",
                wrong.fails_on_unknown),
        Mistake("You fail when the key is closed already. There is nothing left to do, so it is done.",
                wrong.fails_again),
        Mistake("You leave the entry in `taken`, so a repeated compensation gives back twice.",
                wrong.keeps_the_entry),
        Mistake("You do not give back what was taken.", wrong.gives_nothing_back),
        Mistake('You write "undone" over another reason. A key that is closed stays as it is.', wrong.overwrites),
    ),
    hints=("Whatever was taken under the key goes back to `free`; for an unknown key that is 0.",
           '`rows["taken"].pop(key, 0)` removes the entry and returns it, or 0.',
           'Close the key in every case: `rows["closed"].setdefault(key, "undone")`.'),
)  # fmt: skip
