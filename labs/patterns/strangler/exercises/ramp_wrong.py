"""The controller of lesson 01 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def control(
    steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int, *,
    over: Callable[[int, int, int, int], bool] = lambda e, r, least, budget: e * 100 > budget * max(r, least),
    few: Callable[[int, int], bool] = lambda r, least: r < least, back: Callable[[Sequence[int], int], int] =
    lambda steps, share: 0, zero_stays: bool = True, last: Callable[[int], int] = lambda share: share,
) -> int:  # fmt: skip
    """The right answer, but for what is given."""
    if over(errors, requests, least, budget):
        return back(steps, share)
    if (share == 0 and zero_stays) or few(requests, least):
        return share
    return min((step for step in steps if step > share), default=last(share))


def on_count(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The number of errors is taken for the rate."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e > b)


def at_the_budget(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Rolls back at the budget itself."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: e * 100 >= b * max(r, m))  # fmt: skip


def never_waits(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Advances on any sample."""
    return control(steps, share, requests, errors, least, budget, few=lambda r, m: False)


def one_too_few(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The least sample itself is not enough."""
    return control(steps, share, requests, errors, least, budget, few=lambda r, m: r <= m)


def waits_to_roll_back(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Too few requests hold up the rollback, too."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: r >= m and e * 100 > b * r)  # fmt: skip


def panics(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """One failed request of two rolls back."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 > b * r)


def one_step_back(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Rolls back one step only."""
    return control(steps, share, requests, errors, least, budget,
                   back=lambda some, s: max((step for step in some if step < s), default=0))  # fmt: skip


def only_holds(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Stops, and leaves everybody where they are."""
    return control(steps, share, requests, errors, least, budget, back=lambda some, s: s)


def starts_again(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A rollout that was rolled back starts again on its own."""
    return control(steps, share, requests, errors, least, budget, zero_stays=False)


def to_the_end(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """After the last step, 100."""
    return control(steps, share, requests, errors, least, budget, last=lambda s: 100)


def by_index(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Looks the share up among the steps; it may not be there."""
    if errors * 100 > budget * max(requests, least):
        return 0
    if share == 0 or requests < least:
        return share
    place = list(steps).index(share)
    return steps[min(place + 1, len(steps) - 1)]


def all_at_once(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Leaps to the last step."""
    right = control(steps, share, requests, errors, least, budget)
    return max(steps) if right > share else right


def in_fractions(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Divides first, so that the budget itself is now and then a little more than the budget."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e / max(r, m) * 100 > b)


def zero_is_no_budget(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A budget of 0 is taken for none at all."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: bool(b) and e * 100 > b * max(r, m))  # fmt: skip


def stands_still(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The step on which it stands is its next."""
    right = control(steps, share, requests, errors, least, budget)
    return share if right > share and share in steps else right


def rounded_down(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The rate in whole per cent."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 // max(r, m) > b)


def at_the_budget_if_any(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Rolls back at the budget itself, unless nothing has failed."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: e > 0 and e * 100 >= b * max(r, m))  # fmt: skip


def what_succeeded(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Compares what has succeeded, in fractions."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: (max(r, m) - e) / max(r, m) < 1 - b / 100)  # fmt: skip


def rounded(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The rate to the nearest whole per cent."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: round(e * 100 / max(r, m)) > b)  # fmt: skip


def faultless(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Advances only if nothing has failed."""
    right = control(steps, share, requests, errors, least, budget)
    return share if errors and right > share else right


def counted_twice(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Adds what has failed to the requests."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 > b * max(r + e, m))


def down_to_the_plan(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """From above the last step, back to it."""
    return control(steps, share, requests, errors, least, budget, last=lambda s: max(steps, default=s))


def budget_in_fractions(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A fraction of the budget, in floating point."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e > b / 100 * max(r, m))


def successes_in_per_cent(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A hundred less what has succeeded, in floating point."""
    return control(steps, share, requests, errors, least, budget,
                   over=lambda e, r, m, b: 100 - (max(r, m) - e) / max(r, m) * 100 > b)  # fmt: skip


def unscaled(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A fraction against a percentage."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e / max(r, m) > b)


def by_least(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The number of requests does not count."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 > b * m)


def by_the_smaller(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The smaller one in place of the larger."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 > b * min(r, m))


def by_the_good_ones(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Errors are left out of the requests."""
    return control(steps, share, requests, errors, least, budget, over=lambda e, r, m, b: e * 100 > b * max(r - e, m))


def holds_on_the_budget(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The budget just used up stops it."""
    right = control(steps, share, requests, errors, least, budget)
    return share if right > share and errors * 100 == budget * max(requests, least) else right


def no_longer_watched(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Above the last step nothing is looked at."""
    return share if steps and share >= steps[-1] else control(steps, share, requests, errors, least, budget)


def unwatched_at_the_end(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """At 100 % nothing is looked at."""
    return share if share == 100 else control(steps, share, requests, errors, least, budget)


def first_round(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The loop over the steps returns in its first round."""
    right = control(steps, share, requests, errors, least, budget)
    return share if right > share and steps[0] <= share else right


def starts_again_at_once(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """From 0 to the first step, however few requests there were."""
    right = control(steps, share, requests, errors, least, budget)
    return steps[0] if steps and share == 0 and errors * 100 <= budget * max(requests, least) else right


def only_on_the_plan(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """A share between two steps stays as it is."""
    right = control(steps, share, requests, errors, least, budget)
    return share if right > share and share not in steps else right


def ten_more(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """Ten per cent more, whatever the plan."""
    right = control(steps, share, requests, errors, least, budget)
    on = share > 0 and requests >= least and errors * 100 <= budget * max(requests, least)
    return min(100, share + 10) if on else right
