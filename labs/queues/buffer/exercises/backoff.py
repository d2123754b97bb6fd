"""The exercise `queues-backoff`: how long to pause before the next attempt."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import isclose
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import number
from labs.kit.guarding.telling import show
from labs.queues.buffer.backoff import full_jitter

Case = tuple[int, float, float, float]  # failures, base, cap, luck


def cases() -> Iterator[Case]:
    """The first failures with a base of 1 s; then other bases and caps, luck 0, a cap below the base; the shortest base
    under the longest cap; a long outage."""
    yield from ((failures, 1, 60, 0.5) for failures in range(1, 9))
    yield from product((1, 2, 3, 4, 11), (0.1, 2, 3), (8, 30, 0.05), (0.0, 0.25, 0.999))
    yield from ((failures, 0.001, 86400, 0.5) for failures in (11, 12, 17, 26, 27, 28, 40))
    yield from ((failures, base, 60, 0.5) for failures in (40, 64, 1000, 1025, 5000) for base in (1, 0.1, 2.5))


def larger() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    base = st.floats(0.001, 100).map(lambda s: round(s, 3))
    cap = st.floats(0.01, 86400).map(lambda s: round(s, 2))
    return st.tuples(st.integers(1, 40), base, cap, st.floats(0, 0.99))


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def read(case: Case, answer: Any) -> float:
    """A number of seconds, or Wrong."""
    pause = number(answer, "a number of seconds")
    if pause < 0:
        raise Wrong(f"It returned {show(answer, 60)}: a pause cannot be shorter than 0 s.")
    return pause


def _longest(case: Case) -> float:
    """The longest pause after so many failures."""
    failures, base, cap, _ = case
    return full_jitter(failures, base, cap, 1.0)


def never_too_long(case: Case, pause: float) -> None:
    """At most the cap, and at most base × 2 ^ (failures - 1)."""
    if pause > _longest(case) * (1 + 1e-9):
        raise Wrong(
            f"After failure {case[0]} a pause may last {_longest(case):g} s at most, not {pause:g} s.",
            full_jitter(*case),
        )


def a_share_of_it(case: Case, pause: float) -> None:
    """Luck says which share of the longest pause it is."""
    right = full_jitter(*case)
    if pause <= _longest(case) * (1 + 1e-9) and not isclose(pause, right, rel_tol=1e-6, abs_tol=1e-9):
        raise Wrong(f"With luck {case[3]:g} it is {case[3]:g} of {_longest(case):g} s, not {pause:g} s.", right)


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _double(failures: int, base: float) -> float:
    return base * 2.0 ** min(failures - 1, 900)


def _no_luck(failures: int, base: float, cap: float, luck: float) -> float:
    return min(cap, _double(failures, base))


def _added(failures: int, base: float, cap: float, luck: float) -> float:
    return min(cap, _double(failures, base)) + luck


def _added_a_base(failures: int, base: float, cap: float, luck: float) -> float:
    return min(cap, _double(failures, base)) + luck * base


def _stretched(failures: int, base: float, cap: float, luck: float) -> float:
    return min(cap, _double(failures, base)) * (1 + luck)


def _added_under_the_cap(failures: int, base: float, cap: float, luck: float) -> float:
    return min(cap, _double(failures, base) + luck)


def _half_and_half(failures: int, base: float, cap: float, luck: float) -> float:
    longest = min(cap, _double(failures, base))
    return longest / 2 + luck * longest / 2


def _from_base(failures: int, base: float, cap: float, luck: float) -> float:
    return base + luck * (min(cap, _double(failures, base)) - base)


def _one_doubling_too_many(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * min(cap, 2 * _double(failures, base))


def _capped_last(failures: int, base: float, cap: float, luck: float) -> float:
    return min(cap, luck * _double(failures, base))


def _no_cap(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * _double(failures, base)


def _always_the_cap(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * cap


def _larger_of_both(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * max(cap, _double(failures, base))


def _linear(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * min(cap, base * failures)


def _squared(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * min(cap, base * failures**2)


def _base_to_the_power(failures: int, base: float, cap: float, luck: float) -> float:
    power: float = pow(float(base), min(failures, 100))
    return luck * min(cap, power)


def _never_grows(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * min(cap, base)


def _whole_seconds(failures: int, base: float, cap: float, luck: float) -> float:
    return int(luck * min(cap, _double(failures, base)))


def _no_luck_is_no_jitter(failures: int, base: float, cap: float, luck: float) -> float:
    longest = min(cap, _double(failures, base))
    return luck * longest if luck else longest


def _exponent_up_to_ten(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * min(cap, base * 2.0 ** min(failures - 1, 10))


def _exponent_up_to_sixteen(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * min(cap, base * 2.0 ** min(failures - 1, 16))


def _first_pause_above_the_cap(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * base if failures == 1 else full_jitter(failures, base, cap, luck)


def _the_rest_of_the_luck(failures: int, base: float, cap: float, luck: float) -> float:
    return (1 - luck) * min(cap, _double(failures, base))


def _never_below_base(failures: int, base: float, cap: float, luck: float) -> float:
    return luck * max(base, min(cap, _double(failures, base)))


def _overflows(failures: int, base: float, cap: float, luck: float) -> float:
    doubled: int = 2 ** (failures - 1)
    return luck * min(cap, float(base) * doubled)


def _overflows_with_a_fraction(failures: int, base: float, cap: float, luck: float) -> float:
    """A whole `base` stays a whole number, which may be as large as it likes."""
    doubled: int = 2 ** (failures - 1)
    return luck * min(cap, base * doubled)


def _at_least_base(failures: int, base: float, cap: float, luck: float) -> float:
    return max(min(base, cap), luck * min(cap, _double(failures, base)))


ADDED = (
    "You add a random bit to the full pause, so nobody comes back early, and the waves stay waves. With full jitter "
    "the whole pause is random: anything from 0 up."
)
STOPS_GROWING = "Your limit on the exponent is too low: a short `base` never gets as far as a long `cap`."
OVERFLOWS = (
    "After a thousand failures the doubled number is larger than a float can be: limit the exponent, too, "
    "or double in a loop that stops at the cap."
)
WRONG = (
    Mistake("There is no luck in it: all clients that fail together come back together.", _no_luck),
    Mistake(ADDED, _added),
    Mistake(ADDED, _added_a_base),
    Mistake(ADDED, _stretched),
    Mistake(ADDED, _added_under_the_cap),
    Mistake(
        "Half of your pause is fixed (that is called equal jitter). With full jitter all of it is random.",
        _half_and_half,
    ),
    Mistake("Your pause starts at `base`. With full jitter it starts at 0.", _from_base),
    Mistake("You double once too often: after the first failure the longest pause is `base`.", _one_doubling_too_many),
    Mistake(
        "You apply the cap after the luck, so after many failures most pauses are the cap itself, "
        "and the clients come in waves again. Cap first, then luck.",
        _capped_last,
    ),
    Mistake("You leave out the cap.", _no_cap),
    Mistake("You always draw from the whole cap: the first pauses should be short.", _always_the_cap),
    Mistake("A cap is a maximum: take the smaller of the two, with `min`.", _larger_of_both),
    Mistake("Your pause grows by the same amount each time. Exponential means that it doubles.", _linear),
    Mistake("You square the number of failures. Exponential means that the pause doubles each time.", _squared),
    Mistake(
        "You raise `base` to a power. It is 2 that is raised, and `base` is multiplied by that.", _base_to_the_power
    ),
    Mistake("Your pause does not grow with the failures.", _never_grows),
    Mistake("A pause need not be whole: with whole seconds many clients come back together.", _whole_seconds),
    Mistake(
        "The first pause may not exceed `cap` either, and `cap` can be less than `base`.", _first_pause_above_the_cap
    ),
    Mistake(STOPS_GROWING, _exponent_up_to_ten),
    Mistake(STOPS_GROWING, _exponent_up_to_sixteen),
    Mistake("A luck of 0 is luck like any other, and then there is no pause.", _no_luck_is_no_jitter),
    Mistake("Your pause is never shorter than `base`. With full jitter it may be anything from 0 up.", _at_least_base),
    Mistake("You take what is left of the luck: the pause is `luck` times the longest pause.", _the_rest_of_the_luck),
    Mistake("`cap` may be less than `base`, and then it is the cap that counts.", _never_below_base),
    Mistake(OVERFLOWS, _overflows),
    Mistake(OVERFLOWS, _overflows_with_a_fraction),
)

BACKOFF = Exercise(
    id="queues-backoff",
    lesson="04",
    title="Exponential backoff with full jitter",
    points=2,
    reference=full_jitter,
    cases=cases,
    strategy=larger,
    read=read,
    shape="Returns a number of seconds",
    properties=(
        ("Never pauses longer than the doubling and the cap allow", never_too_long),
        ("Draws the whole pause at random: `luck` is the share", a_share_of_it),
    ),
    wrong=WRONG,
    hints=(
        "Work out the longest pause first: `base` after one failure, twice that after two, and so on; then the cap.",
        "`luck` says which share of that it is.",
        "`2.0 ** 5000` is an OverflowError. Nothing changes once the cap is reached, so the exponent need not grow on.",
    ),
    beware=lambda case: "This client has failed very often." if case[0] > 900 else None,
)
