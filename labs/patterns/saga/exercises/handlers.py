"""Lesson 02: an idempotent handler, and a compensation that may be retried.

Both are judged by what is returned, and by what is in the database afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show
from labs.patterns.saga.exercises import handlers_wrong as wrong
from labs.patterns.saga.steps import take, undo

KEYS = ("A1/charge", "A11/charge", "Ä/charge", "A1/charge2")


def _states() -> Iterator[dict[str, Any]]:
    for free, taken, closed in product(
        (100, 30, 29, 0), ({}, {KEYS[0]: 30}, {KEYS[1]: 30}, {KEYS[0]: 0}, {KEYS[3]: 7}),
        ({}, {KEYS[0]: "refused"}, {KEYS[0]: "undone"}, {KEYS[1]: "undone"}, {KEYS[3]: "refused"}),
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


def _call(function: Callable[..., Any], case: Any, says: str = '"done" or "failed"') -> Any:
    """What it returned, and the rows afterwards; or what is wrong with what it returned."""
    rows = deepcopy(case[0])
    returned = function(rows, *case[1:])
    if not isinstance(returned, str) or returned not in ("done", "failed"):
        return f"Return {says}; your function returned {show(returned, 80)}."
    return returned, rows


def _call_undo(function: Callable[..., Any], case: Any) -> Any:
    return _call(function, case, '"done"')


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
                wrong.no_key),
        Mistake("You take under a closed key. Its compensation has come already, or it was refused: return "
                '"failed".', wrong.ignores_closed),
        Mistake("You take again for a key that has been served. A repeated request must change nothing.",
                wrong.adds_up),
        Mistake('You try a refused request again. Its answer stays the same: return "failed".', wrong.tries_again),
        Mistake("You do not remember a refusal. Later the same request may find enough, and be told the opposite.",
                wrong.forgets_the_no),
        Mistake("You refuse what would leave nothing. All that is free may be taken.", wrong.not_the_last),
        Mistake('You answer "failed" to a repeated request. It was served, so the answer is "done" again.',
                wrong.duplicate_fails),
        Mistake("You look at the amount before the key. A key that is served or closed has its answer already.",
                wrong.enough_first),
        Mistake("You look at the amount before the key. A key that is served or closed has its answer already.",
                wrong.refuses_first),
        Mistake("You take an amount of 0 for a key never seen. Ask whether the key is there.", wrong.truthy),
        Mistake("You change a copy. Change the `rows` that you are given: what is in it when you return is committed.",
                wrong.takes_from_a_copy),
        Mistake("You put the amount into `taken`, and leave it in `free` as well.", wrong.leaves_it_free),
        Mistake("You refuse an amount of 0 when nothing is free. Exactly enough will do.",
                wrong.needs_something),
        Mistake('You write "refused" over another reason. A key that is closed stays as it is.',
                wrong.refuses_over_it),
        Mistake("You lose what other keys have taken: add an entry to `taken`.", wrong.loses_the_others),
        Mistake('You raise an exception where too little is free. A refusal is an answer: return "failed".',
                wrong.raises_a_refusal),
    ),
    hints=("Look at the key first: is it in `taken`? Is it in `closed`?",
           "Only for a new key compare the amount with what is free.",
           'A refusal is remembered, too: `rows["closed"][key] = "refused"`.'),
)  # fmt: skip

UNDO = Exercise(
    id="patterns-undo", lesson="02", title="A compensation that may be retried", points=2, reference=undo,
    cases=_undoes, call=_call_undo, read=_read, shape='Returns "done"', show_answer=_told,
    show_case=_as_call("undo", "rows", "key"),
    properties=(("Returns the right outcome", _returns(undo)), ("Leaves the right database behind", _leaves(undo))),
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
        Mistake('You write "undone" over another reason. A key that is closed stays as it is.',
                wrong.overwrites),
        Mistake("You change a copy. Change the `rows` that you are given: what is in it when you return is committed.",
                wrong.undoes_a_copy),
        Mistake("You expect the key in `taken`. A compensation may come before its request, or twice: then there is "
                "nothing to give back.", wrong.expects_the_key),
        Mistake("You fail when there is nothing to give back. The orchestrator would repeat it for ever.",
                wrong.fails_on_nothing),
        Mistake("You set the entry to 0. Remove it: while it is there, the request counts as served.",
                wrong.sets_to_zero),
        Mistake("An amount of 0 stays in `taken`. Ask whether the key is there.", wrong.undoes_what_is_true),
        Mistake("You give back what was taken under other keys, too.", wrong.gives_all_back),
    ),
    hints=("A key may be in `taken`, in `closed`, or in neither. Say for each of the three what has to change.",
           "If the key is in neither, nothing comes back, and yet it has to be closed.",
           "If the key is closed already, nothing changes, not even the reason. Look up what a dict's `pop` and "
           "`setdefault` do with a key that is missing, and with one that is there."),
)  # fmt: skip
