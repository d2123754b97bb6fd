"""Lesson 02: the orchestrator's decision, an idempotent handler, and a compensation that may be retried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from labs.kit.exercise import Exercise, Mistake, Wrong
from labs.kit.telling import show
from labs.patterns.saga import wrong, wrong_handlers
from labs.patterns.saga.steps import STEPS, Step, next_action, take, undo

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
    """What it returned, and the rows afterwards; or what is wrong with what it returned."""
    rows = deepcopy(case[0])
    returned = function(rows, *case[1:])
    if not isinstance(returned, str) or returned not in ("done", "failed"):
        return f'Return "done" or "failed"; your function returned {show(returned, 80)}.'
    return returned, rows


def _read(case: Any, answer: Any) -> Any:
    if isinstance(answer, str):
        raise Wrong(answer)
    return answer


def _told(answer: Any) -> str:
    returned, rows = answer
    return f"returns {returned!r}, and leaves rows = {show(rows)}"


def _as_call(name: str, *arguments: str) -> Callable[[Any], str]:
    def shown(case: Any) -> str:
        return f"{name}({', '.join(f'{a}={show(value)}' for a, value in zip(arguments, case, strict=True))})"

    return shown


def _returns(right: Callable[..., Any]) -> Callable[[Any, Any], None]:
    def look(case: Any, answer: Any) -> None:
        want = _call(right, case)
        if answer[0] != want[0]:
            raise Wrong(f"It should return {want[0]!r} here, and it returned {answer[0]!r}.", want)

    return look


def _leaves(right: Callable[..., Any]) -> Callable[[Any, Any], None]:
    def look(case: Any, answer: Any) -> None:
        want = _call(right, case)
        parts = [_difference(part, want[1], answer[1]) for part in dict.fromkeys((*want[1], *answer[1]))]
        if any(parts):
            raise Wrong(f"Afterwards {'; '.join(filter(None, parts))}.", want)

    return look


def _difference(part: str, want: dict[str, Any], rows: dict[str, Any]) -> str:
    """What is wrong with one part of the rows; empty where nothing is."""
    if part not in rows:
        return f'`rows["{part}"]` is missing'
    if part not in want:
        return f'`rows["{part}"]` should not be there'
    right = want[part] == rows[part]
    return "" if right else f'`rows["{part}"]` should be {show(want[part])}, and is {show(rows[part])}'


TAKE = Exercise(
    id="patterns-take", lesson="02", title="An idempotent handler", points=2, reference=take, cases=_takes,
    call=_call, read=_read, shape='Returns "done" or "failed"', show_answer=_told,
    show_case=_as_call("take", "rows", "key", "amount"),
    properties=(("Returns the right outcome", _returns(take)), ("Leaves the right database behind", _leaves(take))),
    wrong=(
        Mistake("You take again for a key that has been served. A repeated request must change nothing.",
                wrong_handlers.no_key),
        Mistake("You take under a closed key. Its compensation has come already, or it was refused: return "
                '"failed".', wrong_handlers.ignores_closed),
        Mistake("You do not remember a refusal. Later the same request may find enough, and be told the opposite.",
                wrong_handlers.forgets_the_no),
        Mistake("You refuse what would leave nothing. All that is free may be taken.", wrong_handlers.not_the_last),
        Mistake('You answer "failed" to a repeated request. It was served, so the answer is "done" again.',
                wrong_handlers.duplicate_fails),
        Mistake("You look at the amount before the key. A request that has been served needs nothing more.",
                wrong_handlers.enough_first),
        Mistake("You take an amount of 0 for a key never seen. Ask whether the key is there.", wrong_handlers.truthy),
        Mistake("You change a copy. Change the `rows` that you are given: what is in it when you return is committed.",
                wrong_handlers.takes_from_a_copy),
        Mistake("You put the amount into `taken`, and leave it in `free` as well.", wrong_handlers.leaves_it_free),
        Mistake("You refuse an amount of 0 when nothing is free. Exactly enough will do.",
                wrong_handlers.needs_something),
        Mistake('You write "refused" over another reason. A key that is closed stays as it is.',
                wrong_handlers.refuses_over_it),
        Mistake("You lose what other keys have taken: add an entry to `taken`.", wrong_handlers.loses_the_others),
        Mistake('You raise an exception where too little is free. A refusal is an answer: return "failed".',
                wrong_handlers.raises_a_refusal),
    ),
    hints=("Look at the key first: is it in `taken`? Is it in `closed`?",
           "Only for a new key compare the amount with what is free.",
           'A refusal is remembered, too: `rows["closed"][key] = "refused"`.'),
)  # fmt: skip

UNDO = Exercise(
    id="patterns-undo", lesson="02", title="A compensation that may be retried", points=2, reference=undo,
    cases=_undoes, call=_call, read=_read, shape='Returns "done" or "failed"', show_answer=_told,
    show_case=_as_call("undo", "rows", "key"),
    properties=(("Returns the right outcome", _returns(undo)), ("Leaves the right database behind", _leaves(undo))),
    wrong=(
        Mistake("You do not close the key. A request that was held up would take again after its compensation.",
                wrong_handlers.no_tombstone),
        Mistake("You close the key only if something was taken. A compensation may overtake its request.",
                wrong_handlers.only_what_was_taken),
        Mistake("You fail on a key that you do not know. Then the orchestrator would repeat it for ever.",
                wrong_handlers.fails_on_unknown),
        Mistake("You fail when the key is closed already. There is nothing left to do, so it is done.",
                wrong_handlers.fails_again),
        Mistake("You leave the entry in `taken`, so a repeated compensation gives back twice.",
                wrong_handlers.keeps_the_entry),
        Mistake("You do not give back what was taken.", wrong_handlers.gives_nothing_back),
        Mistake('You write "undone" over another reason. A key that is closed stays as it is.',
                wrong_handlers.overwrites),
        Mistake("You change a copy. Change the `rows` that you are given: what is in it when you return is committed.",
                wrong_handlers.undoes_a_copy),
        Mistake("You expect the key in `taken`. A compensation may come before its request, or twice: then there is "
                "nothing to give back.", wrong_handlers.expects_the_key),
        Mistake("You fail when there is nothing to give back. The orchestrator would repeat it for ever.",
                wrong_handlers.fails_on_nothing),
        Mistake("You set the entry to 0. Remove it: while it is there, the request counts as served.",
                wrong_handlers.sets_to_zero),
        Mistake("An amount of 0 stays in `taken`. Ask whether the key is there.", wrong_handlers.undoes_what_is_true),
        Mistake("You give back what was taken under other keys, too.", wrong_handlers.gives_all_back),
    ),
    hints=("A key may be in `taken`, in `closed`, or in neither. Say for each of the three what has to change.",
           "If the key is in neither, nothing comes back, and yet it has to be closed.",
           "If the key is closed already, nothing changes, not even the reason. Look up what a dict's `pop` and "
           "`setdefault` do with a key that is missing, and with one that is there."),
)  # fmt: skip
