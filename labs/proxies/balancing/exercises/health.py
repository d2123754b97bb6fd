"""The exercise on health checks of lesson 13: a case is a row of probes, and after each the server is up or out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show
from labs.proxies.balancing.health import Health, judge

Probes = tuple[str, int, int]  # "✓✗✗": what the probes found, one after the other; rise; fall


def probed(function: Callable[..., Any], case: Probes) -> list[Any]:
    """The health after each probe, from a server that is up; it ends at an unusable answer."""
    found, rise, fall = case
    answers: list[Any] = []
    health = Health()
    for mark in found:
        answers.append(function(health, mark == "✓", rise, fall))
        if _no_health(answers[-1]):
            break
        health = Health(*answers[-1])
    return answers


def _no_health(answer: Any) -> bool:
    return not (
        isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], bool)
        and isinstance(answer[1], int) and not isinstance(answer[1], bool)
    )  # fmt: skip


def read_health(case: Probes, answers: Any) -> tuple[Health, ...]:
    """Each answer as Health; Wrong where one is none."""
    for number, answer in enumerate(answers, 1):
        if _no_health(answer):
            what = "nothing came back" if answer is None else f"it gave back {show(answer, 80)}"
            raise Wrong(f"Probe {number}: {what}, and not a Health such as `Health(True, 0)`.")
    return tuple(Health(*answer) for answer in answers)


def probe_cases() -> Iterator[Probes]:
    """Every row of up to five probes, for HAProxy's own numbers and for smaller and uneven ones."""
    for length in range(1, 6):
        for rise, fall in ((1, 1), (2, 3), (1, 2), (3, 2)):
            for marks in product("✓✗", repeat=length):
                yield "".join(marks), rise, fall


def longer_probes() -> Any:
    """Long rows."""
    from hypothesis import strategies as st

    return st.tuples(st.text("✓✗", min_size=1, max_size=30), st.integers(1, 4), st.integers(1, 4))


def _when(up: bool) -> Callable[[Probes, tuple[Health, ...]], None]:
    """It goes out, or comes in, at the probes where it should, and at no other."""

    def holds(case: Probes, answer: tuple[Health, ...]) -> None:
        before = True
        for number, (got, want) in enumerate(zip(answer, read_health(case, probed(judge, case)), strict=True), 1):
            if got.up != want.up:
                if got.up is up or (want.up is up and before is not up):
                    verb = ("readmitted" if up else "ejected") + (" already" if got.up is up else "")
                    raise Wrong(f"After probe {number} the server {'is' if got.up is up else 'should be'} {verb}.")
                return
            before = want.up

    return holds


def counts(case: Probes, answer: tuple[Health, ...]) -> None:
    """`against` is how many probes in a row contradict what is believed."""
    for number, (got, want) in enumerate(zip(answer, read_health(case, probed(judge, case)), strict=True), 1):
        if got.up != want.up:
            return
        if got.against != want.against:
            raise Wrong(
                f"After probe {number} the row of contradictions is {want.against} long, and not {got.against}."
            )


def _judge(
    health: Health, ok: bool, rise: int, fall: int, *, more: int = 0, swapped: bool = False, adds_up: bool = False,
    keeps: bool = False, never: bool = False,
) -> Health:  # fmt: skip
    """The health check with a fault."""
    if ok == health.up:
        return Health(health.up, health.against if adds_up else 0)
    if swapped:
        rise, fall = fall, rise
    against = health.against + 1
    if against >= (fall if health.up else rise) + more and not (never and ok):
        return Health(not health.up, against if keeps else 0)
    return Health(health.up, against)


def same_health(wrong: Callable[..., Any], sentence: str) -> Misconception:
    """A misconception that lets servers in and out when `wrong` does."""

    def recognise(case: Probes, answer: tuple[Health, ...], right: tuple[Health, ...]) -> str | None:
        theirs = read_health(case, probed(wrong, case))
        return sentence if answer == theirs != right else None

    return recognise


def show_probes(case: Probes) -> str:
    """The probes and the two numbers."""
    return f"probes: {' '.join(case[0])}   rise={case[1]}, fall={case[2]}"


def show_health(answer: Any) -> str:
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
    cases=probe_cases,
    strategy=longer_probes,
    call=probed,
    read=read_health,
    shape="Gives back a Health: whether it is up, and how long the row of contradictions is",
    properties=(
        ("Is ejected after `fall` failures in a row, not sooner and not later", _when(False)),
        ("Is readmitted after `rise` successes in a row, not sooner and not later", _when(True)),
        ("Counts the probes in a row that contradict what is believed", counts),
    ),
    misconceptions=(
        same_health(
            lambda h, ok, rise, fall: Health(ok, 0),
            "Your answer believes every single probe: one lost packet, and a healthy server is out. It takes `fall` "
            "in a "
            "row to go out, and `rise` in a row to come in.",
        ),
        same_health(
            lambda h, ok, rise, fall: _judge(h, ok, rise, fall, adds_up=True),
            "Your answer adds up all contradictions, however far apart. A probe that agrees ends the row: back to 0.",
        ),
        same_health(
            lambda h, ok, rise, fall: _judge(h, ok, rise, fall, more=1),
            "Your answer is one probe late: it acts when there are more than `fall` (or `rise`), not when there are "
            "as "
            "many.",
        ),
        same_health(
            lambda h, ok, rise, fall: _judge(h, ok, rise, fall, swapped=True),
            "Your answer has the two numbers the wrong way round: `fall` failures take a server out, `rise` "
            "successes let "
            "it in.",
        ),
        same_health(
            lambda h, ok, rise, fall: _judge(h, ok, fall, fall),
            "Your answer waits for `fall` successes before it lets a server in. That number is `rise`.",
        ),
        same_health(
            lambda h, ok, rise, fall: _judge(h, ok, rise, fall, keeps=True),
            "Your answer keeps the count when the server changes sides, so the next row does not begin at 0.",
        ),
        same_health(
            lambda h, ok, rise, fall: _judge(h, ok, rise, fall, never=True),
            "Your answer never lets a server in again: each one that was ejected is lost for good.",
        ),
    ),
    hints=(
        "There are two kinds of probes: those that say what is believed already (`ok == health.up`), and those that "
        "contradict it.",
        "One that agrees ends any row: `Health(health.up, 0)`. One that contradicts makes the row longer by one.",
        "How long may the row get? `fall` for a server that is up, `rise` for one that is out. Then it changes "
        "sides, and "
        "the count begins at 0.",
    ),
    show_case=show_probes,
    show_answer=show_health,
)
