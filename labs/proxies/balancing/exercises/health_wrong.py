"""Plausible wrong answers to `proxies-health`: the course's health check with one step that is not as it should be."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.proxies.balancing.health import Health


def agreed(health: Health, rise: int, fall: int) -> Health:
    """After a probe that says what is believed."""
    return Health(health.up, 0)


def limit(health: Health, rise: int, fall: int) -> int:
    """How long a row may get."""
    return fall if health.up else rise


def turned(health: Health, against: int) -> Health:
    """After a change of sides."""
    return Health(not health.up, 0)


def judged(
    health: Health, ok: bool, rise: int, fall: int, *, agreed: Callable[[Health, int, int], Health] = agreed,
    limit: Callable[[Health, int, int], int] = limit, turned: Callable[[Health, int], Health] = turned,
    reached: Callable[[int, int], bool] = operator.ge,
) -> Health:  # fmt: skip
    """The health check, in which one step may be replaced."""
    if ok == health.up:
        return agreed(health, rise, fall)
    against = health.against + 1
    return turned(health, against) if reached(against, limit(health, rise, fall)) else Health(health.up, against)


# ── a probe that agrees ───────────────────────────────────────────────────────────────────────────────────────────────


def _row_goes_on(health: Health, rise: int, fall: int) -> Health:
    return health


def _row_goes_on_while_up(health: Health, rise: int, fall: int) -> Health:
    return health if health.up else Health(False, 0)


def _row_goes_on_while_out(health: Health, rise: int, fall: int) -> Health:
    return Health(True, 0) if health.up else health


def _one_less(health: Health, rise: int, fall: int) -> Health:
    return Health(health.up, max(0, health.against - 1))


def _counted_too(health: Health, rise: int, fall: int) -> Health:
    return Health(health.up, health.against + 1)


# ── how long ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _one_more(health: Health, rise: int, fall: int) -> int:
    return limit(health, rise, fall) + 1


def _one_fewer(health: Health, rise: int, fall: int) -> int:
    return limit(health, rise, fall) - 1


def _swapped(health: Health, rise: int, fall: int) -> int:
    return limit(health, fall, rise)


def _fall(health: Health, rise: int, fall: int) -> int:
    return fall


def _rise(health: Health, rise: int, fall: int) -> int:
    return rise


def _3_and_2(health: Health, rise: int, fall: int) -> int:
    return limit(health, 2, 3)


def _more_of_both(health: Health, rise: int, fall: int) -> int:
    return max(rise, fall)


def _fewer_of_both(health: Health, rise: int, fall: int) -> int:
    return min(rise, fall)


def _out_at_once(health: Health, rise: int, fall: int) -> int:
    return 1 if health.up else rise


def _in_at_once(health: Health, rise: int, fall: int) -> int:
    return fall if health.up else 1


def _two_at_least(health: Health, rise: int, fall: int) -> int:
    return max(2, limit(health, rise, fall))


def _never(health: Health, rise: int, fall: int) -> int:
    return 1_000_000


# ── a change of sides, and what is returned ───────────────────────────────────────────────────────────────────────────


def _count_kept(health: Health, against: int) -> Health:
    return Health(not health.up, against)


def _count_from_1(health: Health, against: int) -> Health:
    return Health(not health.up, 1)


def _never_in(health: Health, against: int) -> Health:
    return Health(False, 0)


def _never_out(health: Health, against: int) -> Health:
    return Health(True, 0)


def _believed(health: Health, ok: bool, rise: int, fall: int) -> Health:
    return Health(ok, 0)


def _untouched(health: Health, ok: bool, rise: int, fall: int) -> Health:
    return health


def _counts_nothing(health: Health, ok: bool, rise: int, fall: int) -> Health:
    return judged(Health(health.up, 0), ok, rise, fall)


def _failures_counted(health: Health, ok: bool, rise: int, fall: int) -> Health:
    """Counts failures in a row, whichever side it is on."""
    against = 0 if ok else health.against + 1
    return Health(ok if ok else health.up and against < fall, against)


def _set_in_place(health: Any, ok: bool, rise: int, fall: int) -> Any:
    health.against = 0 if ok == health.up else health.against + 1
    return health


def _only_up(health: Health, ok: bool, rise: int, fall: int) -> Any:
    return judged(health, ok, rise, fall).up


def _nothing_if_nothing_new(health: Health, ok: bool, rise: int, fall: int) -> Any:
    after = judged(health, ok, rise, fall)
    return after if after != health else None


def _judged(**step: Any) -> Callable[..., Any]:
    return partial(judged, **step)


COUNTED = "A probe that agrees is counted, too. It should end the row: back to 0."
FROM_1 = "After a change of sides the count starts at 1. It should start at 0."
KEPT = "The count carries on when the server changes sides. The next row should start at 0."

WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake("One probe never changes sides. Where `fall` or `rise` is 1, one is enough.", _judged(limit=_two_at_least)),
    Mistake(
        "A failed probe does not end the row of a server that is out: its successes are added up, however far apart.",
        _judged(agreed=_row_goes_on_while_out),
    ),
    Mistake(
        "A successful probe does not end the row of a server that is up: its failures are added up, however far apart.",
        _judged(agreed=_row_goes_on_while_up),
    ),
    Mistake(
        "A probe that agrees makes the row one shorter. It should end the row: `against` is 0 then.",
        _judged(agreed=_one_less),
    ),
    Mistake(
        "All contradictions are added up, however far apart. A probe that agrees should end the row: back to 0.",
        _judged(agreed=_row_goes_on),
    ),
    Mistake(COUNTED, _judged(agreed=_counted_too)),
    Mistake(COUNTED, _judged(agreed=_counted_too, reached=operator.eq)),
    Mistake(KEPT, _judged(turned=_count_kept)),
    Mistake(KEPT, _judged(turned=_count_kept, reached=operator.eq)),
    Mistake(FROM_1, _judged(turned=_count_from_1)),
    Mistake(FROM_1, _judged(turned=_count_from_1, reached=operator.eq)),
    Mistake("The limits are 3 and 2, whatever the arguments say. Use `fall` and `rise`.", _judged(limit=_3_and_2)),
    Mistake("A server is readmitted after `fall` successes. That number is `rise`.", _judged(limit=_fall)),
    Mistake("A server is ejected after `rise` failures. That number is `fall`.", _judged(limit=_rise)),
    Mistake(
        "The two numbers are the wrong way round: `fall` failures eject a server, `rise` successes readmit it.",
        _judged(limit=_swapped),
    ),
    Mistake(
        "The larger of the two numbers is used for both. Compare failures with `fall`, successes with `rise`.",
        _judged(limit=_more_of_both),
    ),
    Mistake(
        "The smaller of the two numbers is used for both. Compare failures with `fall`, successes with `rise`.",
        _judged(limit=_fewer_of_both),
    ),
    Mistake("A server is readmitted at its first success. It takes `rise` in a row.", _judged(limit=_in_at_once)),
    Mistake("A server is ejected at its first failure. It takes `fall` in a row.", _judged(limit=_out_at_once)),
    Mistake(
        "It is one probe late: it acts when there are more than `fall` (or `rise`), not when there are as many.",
        _judged(limit=_one_more),
    ),
    Mistake("It is one probe early: it acts one before `fall` (or `rise`) is reached.", _judged(limit=_one_fewer)),
    Mistake("A server is never readmitted: once ejected, it is lost for good.", _judged(turned=_never_in)),
    Mistake("A server is never ejected: its count goes back to 0 instead.", _judged(turned=_never_out)),
    Mistake("Nothing ever changes sides. The `fall`-th failure and the `rise`-th success do.", _judged(limit=_never)),
    Mistake("Nothing is counted: the health is returned unchanged.", _untouched),
    Mistake("The row never gets longer than 1: add 1 to `health.against`.", _counts_nothing),
    Mistake(
        "Every single probe is believed: one lost packet, and a healthy server is out. "
        "It takes `fall` failures in a row to eject a "
        "server, and `rise` successes in a row to readmit it.",
        _believed,
    ),
    Mistake("Failures are counted even for a server that is out. There, count successes.", _failures_counted),
    Mistake("A Health cannot be changed. Make a new one: `Health(health.up, 0)`.", _set_in_place),
    Mistake("Return a whole Health, with the count: `Health(up, against)`.", _only_up),
    Mistake("Nothing is returned when nothing has changed. Return the health then, too.", _nothing_if_nothing_new),
)
