"""Lesson 01: the controller of the ramp."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.patterns.strangler.exercises import ramp_wrong as wrong
from labs.patterns.strangler.routing import next_share

STEPS = [10, 20, 30, 50, 75]


def _windows() -> Iterator[Any]:
    for share, requests, least, budget in (
        *((20, 100, 40, budget) for budget in (5, 7, 14, 18, 29, 43)),  # on the budget, where fractions are not exact
        *product((10, 20, 15, 75, 0, 5, 100, 50), (0, 1, 2, 39, 40, 41, 1000), (40, 1), (5, 0, 10)),
    ):
        limit = budget * max(requests, least) // 100
        for errors in sorted({0, 1, limit, limit + 1, requests}):
            if errors <= requests:
                yield list(STEPS), share, requests, errors, least, budget
    yield [100], 10, 50, 0, 40, 5
    yield [], 10, 50, 0, 40, 5


def _beware(case: Any) -> str | None:
    steps, share, *_ = case
    if not steps:
        return "The plan has no steps here."
    return "No step of the plan lies above the share here." if share >= steps[-1] else None


def _read(case: Any, answer: Any) -> int:
    return whole(answer)


def _share_is(case: Any, answer: Any) -> None:
    right = next_share(*case)
    if answer != right:
        raise Wrong(f"The next share is {right} %, and not {answer!r}.", right)


RAMP = Exercise(
    id="patterns-ramp", lesson="01", title="The controller of the ramp", points=3, reference=next_share,
    cases=_windows, read=_read, shape="Returns a whole number", keeps=True,
    beware=_beware,
    properties=(("Advances, holds and rolls back at the right moments", _share_is),),
    wrong=(
        Mistake("You compare the number of errors with a percentage. Five errors in 1,000 requests are few.",
                wrong.on_count),
        Mistake("You roll back when the budget is just used up. Roll back only when it is exceeded.",
                wrong.at_the_budget),
        Mistake("You roll back when the budget is just used up. Roll back only when it is exceeded.",
                wrong.at_the_budget_if_any),
        Mistake("You advance on too few requests. Nothing is known yet: hold.", wrong.never_waits),
        Mistake("You hold at exactly `least` requests. That is enough.", wrong.one_too_few),
        Mistake("You wait for enough requests before you roll back. Once there are more errors than `least` requests "
                "may have, there is nothing to wait for.", wrong.waits_to_roll_back),
        Mistake("You roll back on a handful of requests. Divide by `requests`, but never by less than `least`.",
                wrong.panics),
        Mistake("You divide first. 7 / 100 * 100 is a little more than 7 in floating point, so exactly on the budget "
                "you roll back. Multiply instead, and compare whole numbers.", wrong.in_fractions),
        Mistake("A budget of 0 is a budget: not one request may fail. Python takes 0 for false.",
                wrong.zero_is_no_budget),
        Mistake("You stay where you are unless the very first step is above the share. Look at the later ones, too.",
                wrong.first_round),
        Mistake("You stay where you are if the share is one of the steps. Take the smallest step *above* it.",
                wrong.stands_still),
        Mistake("You round the rate of errors to whole per cent, so a little more than the budget passes.",
                wrong.rounded_down),
        Mistake("You round the rate of errors to whole per cent, so a little more than the budget passes.",
                wrong.rounded),
        Mistake("You compare what has succeeded, in fractions. 1 - 18 / 100 is not exactly 82 / 100 in floating point, "
                "so exactly on the budget you roll back. Multiply instead, and compare whole numbers.",
                wrong.what_succeeded),
        Mistake("You work in fractions. 29 / 100 * 100 is a little less than 29 in floating point, so exactly on the "
                "budget you roll back. Multiply `errors` by 100 instead, and compare whole numbers.",
                wrong.budget_in_fractions),
        Mistake("You work in fractions, from what has succeeded. 57 / 100 * 100 is a little less than 57 in floating "
                "point, so exactly on the budget you roll back. Multiply `errors` by 100 instead, and compare whole "
                "numbers.", wrong.successes_in_per_cent),
        Mistake("You compare a fraction with a percentage: 6 of 100 is 0.06, and the budget is 5.", wrong.unscaled),
        Mistake("You always divide by `least`. Divide by `requests`, but never by less than `least`.",
                wrong.by_least),
        Mistake("You divide by the smaller of `requests` and `least`. It is the larger one.", wrong.by_the_smaller),
        Mistake("You divide by what has succeeded. `requests` counts all requests, errors included.",
                wrong.by_the_good_ones),
        Mistake("You hold when the budget is just used up. Exactly on the budget is still fine: advance.",
                wrong.holds_on_the_budget),
        Mistake("You stop watching once there is no step above the share. A rollback is still possible there.",
                wrong.no_longer_watched),
        Mistake("You stop watching at 100 %. A rollback is still possible there.", wrong.unwatched_at_the_end),
        Mistake("You advance only if nothing has failed. Within the budget, errors are allowed.",
                wrong.faultless),
        Mistake("You add `errors` to `requests`, which counts them already.", wrong.counted_twice),
        Mistake("You go back one step. Roll back at once, to 0.", wrong.one_step_back),
        Mistake("You only hold when the budget is exceeded. The users would stay with a service that fails.",
                wrong.only_holds),
        Mistake("You start again from 0 on your own. After a rollback a person looks at it first.",
                wrong.starts_again),
        Mistake("You start again from 0 on your own. After a rollback a person looks at it first.",
                wrong.starts_again_at_once),
        Mistake("You go on to 100 after the last step. The plan ends where it ends: hold.", wrong.to_the_end),
        Mistake("You look for the share among the steps. It may lie between two of them: take the next greater one.",
                wrong.by_index),
        Mistake("You go back to the last step from a share above it. Where there is no step above, hold.",
                wrong.down_to_the_plan),
        Mistake("You do not move from a share that is not one of the steps. Take the next greater one.",
                wrong.only_on_the_plan),
        Mistake("You add 10. The plan's steps may lie closer together, or further apart.", wrong.ten_more),
        Mistake("You leap to the last step. Advance to the next one only.", wrong.all_at_once),
    ),
    hints=("Three questions, in this order: roll back? hold? else advance.",
           "Without division: compare `errors * 100` with the budget times the number that you would divide by.",
           "`min(…, default=…)` takes the second value where there is nothing to choose from."),
)  # fmt: skip
