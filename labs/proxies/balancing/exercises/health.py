"""The exercise `proxies-health`: a case is a row of probes, and after each the server is up or out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.checking.reading import is_whole
from labs.kit.guarding.telling import show
from labs.proxies.balancing.exercises.health_wrong import WRONG
from labs.proxies.balancing.health import Health, judge

Case = tuple[str, int, int]  # "✓✗✗": what the probes found, one after the other; rise; fall
Answer = tuple[Health, ...]


def probed(function: Callable[..., Any], case: Case) -> list[Any]:
    """The health after each probe, from a server that is up; it ends at an unusable answer."""
    found, rise, fall = case
    answers: list[Any] = []
    health = Health()
    for mark in found:
        answers.append(function(health, mark == "✓", rise, fall))
        if _no_health(answers[-1]):
            break
        health = _health(answers[-1])
        answers[-1] = health
    return answers


def _no_health(answer: Any) -> bool:
    """Whether it is neither a Health nor a pair (or a list) like one. (numpy's numbers and truths will do.)"""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        return True
    up, against = answer
    return not _truth(up) or not is_whole(against)


def _truth(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


def _health(answer: Any) -> Health:
    return Health(bool(answer[0]), int(answer[1]))


def read(case: Case, answers: Any) -> Answer:
    """Each answer as Health; Wrong where one is unusable."""
    for number, answer in enumerate(answers, 1):
        if _no_health(answer):
            if isinstance(answer, tuple | list) and len(answer) == 2 and is_whole(answer[0]) and _truth(answer[1]):
                raise Wrong(f"Probe {number}: `up` and `against` are the wrong way round in {show(answer, 80)}.")
            what = "it returned nothing" if answer is None else f"it returned {show(answer, 80)}"
            raise Wrong(f"Probe {number}: {what}, not a Health such as `Health(True, 0)`.")
    return tuple(_health(answer) for answer in answers)


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


LIMITS = ((1, 1), (2, 3), (1, 2), (3, 2))  # rise and fall: HAProxy's own, and smaller and uneven ones


def cases() -> Iterator[Case]:
    """Every row of up to three probes; a whole way out and in again for many limits; longer rows."""
    yield from _every_row(range(1, 4))
    for rise, fall in (*product(range(1, 5), repeat=2), (4, 6), (12, 10), (2, 300)):
        yield "✗" * fall + "✗" + "✓" * rise + "✓", rise, fall
        yield "✗" * (fall - 1) + "✓" + "✗" * fall + "✓" * (rise - 1) + "✗" + "✓" * rise, rise, fall
    yield from _every_row(range(4, 6))


def _every_row(lengths: range) -> Iterator[Case]:
    for length in lengths:
        for rise, fall in LIMITS:
            for marks in product("✓✗", repeat=length):
                yield "".join(marks), rise, fall


def larger() -> Any:
    """Long rows."""
    from hypothesis import strategies as st

    return st.tuples(st.text("✓✗", min_size=1, max_size=30), st.integers(1, 4), st.integers(1, 4))


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(1000)
def _right(case: Case) -> Answer:
    return read(case, probed(judge, case))


def _when(up: bool) -> Callable[[Case, Answer], None]:
    """It is ejected, or readmitted, at the probes where it should be, and at no other."""

    def holds(case: Case, answer: Answer) -> None:
        before = True
        for number, (got, want) in enumerate(zip(answer, _right(case), strict=True), 1):
            if got.up != want.up:
                if before is not up:  # else it is the other change of sides that comes too soon or too late
                    verb = ("readmitted" if up else "ejected") + (" already" if got.up is up else "")
                    raise Wrong(f"After probe {number} the server {'is' if got.up is up else 'should be'} {verb}.")
                return
            before = want.up

    return holds


def _counts(case: Case, answer: Answer) -> None:
    """`against` is how many probes in a row contradict what is believed."""
    for number, (got, want) in enumerate(zip(answer, _right(case), strict=True), 1):
        if got.up != want.up:
            return
        if got.against != want.against:
            raise Wrong(f"After probe {number} `against` should be {want.against}, and is {got.against}.")


# ── how it is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def _show_probes(case: Case) -> str:
    """The probes and the two numbers."""
    return f"probes: {' '.join(case[0])}   rise={case[1]}, fall={case[2]}"


def _show_health(answer: Any) -> str:
    """After each probe: up or out, and the length of the row."""
    if isinstance(answer, tuple) and all(isinstance(h, Health) for h in answer):
        return "  ".join(f"{'up' if h.up else 'out'} {h.against}" for h in answer)
    return show(answer)


HEALTH = Exercise(
    id="proxies-health",
    lesson="13",
    title="Ejecting and readmitting",
    points=2,
    reference=judge,
    cases=cases,
    strategy=larger,
    call=probed,
    read=read,
    shape="Returns a Health: whether the server is up, and how many probes in a row contradict that",
    properties=(
        ("Is ejected after `fall` failures in a row, not sooner and not later", _when(False)),
        ("Is readmitted after `rise` successes in a row, not sooner and not later", _when(True)),
        ("Counts the probes in a row that contradict `up`", _counts),
    ),
    wrong=WRONG,
    hints=(
        "There are two kinds of probe: those that agree with `up` (`ok == health.up`), and those that contradict it.",
        "One that agrees ends any row: `Health(health.up, 0)`. One that contradicts makes it longer by one.",
        "How long may the row get? `fall` for a server that is up, `rise` for one that is out. Then it changes sides, "
        "and the count starts again at 0.",
    ),
    show_case=_show_probes,
    show_answer=_show_health,
)
