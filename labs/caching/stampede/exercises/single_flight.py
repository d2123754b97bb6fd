"""The exercise `caching-single-flight`: threads that want the same thing at the same time, and one that loads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from labs.caching.stampede.exercises.flights import OWN, SCENES, play
from labs.caching.stampede.exercises.single_flight_wrong import WRONG
from labs.caching.stampede.single_flight import SingleFlight
from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show

Case = tuple[str, Any]  # which scene, and what is loaded in it


def cases() -> Iterator[Case]:
    """Every scene; with a value, and those where it matters with None and 0."""
    for name in SCENES:
        yield name, 8
    for value in (None, 0, ""):
        yield "together", value
    yield "alone", None


def call(make: Callable[[], Any], case: Case) -> Any:
    """Play the scene; None where `do` itself is still to be written."""
    answer = play(make, *case)
    if any(isinstance(got, str) and got.startswith("NotImplementedError") for got in answer.values()):
        raise NotImplementedError
    return None if set(answer.values()) <= {None, 0} and case[1] is not None else answer


def _expected(case: Case) -> dict[str, Any]:
    """By the rules, not by another run: what everybody gets."""
    name, value = case
    return {
        "alone": {"first": value, "second, later": value, "loads": 2},
        "together": {"leader": value, "b1": value, "b2": value, "b3": value, "loads": 1},
        "fails": {**dict.fromkeys(("leader", "b1", "b2"), "ValueError(no such page)"), "later": value, "loads": 2},
        "another key": {"leader of a": 7, "b, meanwhile": value, "loads": 2},
        "never": {"leader that never comes back": "hangs", "b1": "TimeoutError", "later": value, "loads": 2},
        "late": {"leader that is late": 7, "b1": "TimeoutError", "second leader": value,
                 "b2, with the second": value, "loads": 2},
        "two give up": {"leader that never comes back": "hangs", "b1": "TimeoutError",
                        "b2, who gives up later": "TimeoutError", "second leader": value,
                        "b3, with the second": value, "loads": 2},
        "slow": {"leader, whose timeout is 0.05 s": value, "b1": value, "loads": 1},
        "twice": {"leader 1": (value, 1), "b1": (value, 1), "leader 2": (value, 2), "b2": (value, 2), "loads": 2},
    }[name]  # fmt: skip


def _as_good(case: Case, who: str, got: Any, right: Any) -> bool:
    """Whether the text allows this, too: another error of the same type, and the value that a second leader brought."""
    if isinstance(got, str) and isinstance(right, str) and right.startswith("ValueError("):
        return got.startswith("ValueError(")
    return who == "b2, who gives up later" and type(got) is type(case[1]) and bool(got == case[1])


def loads_once(case: Case, answer: dict[str, Any]) -> None:
    """As many loads as there are flights."""
    right = _expected(case)["loads"]
    if answer["loads"] != right:
        times = {1: "once", 2: "twice"}
        raise Wrong(f"It loaded {times.get(answer['loads'], str(answer['loads']) + ' times')}: expected "
                    f"{times[right]}.", _expected(case))  # fmt: skip


def everybody(case: Case, answer: dict[str, Any]) -> None:
    """Each thread gets what its flight brought."""
    for who, right in _expected(case).items():
        got = answer.get(who)
        if _as_good(case, who, got, right):
            continue
        if who != "loads" and (type(got) is not type(right) or got != right):
            told = "hangs" if isinstance(got, str) and got == "hangs" else f"got {show(got)}"
            if type(got) is int and got == OWN:
                told = f"loaded for itself, and got {OWN}"
            if case[0] == "another key" and who.startswith("b"):
                raise Wrong(f"{who}, {told}. Is a lock held during the load, or is there one flight for all keys?",
                            _expected(case))  # fmt: skip
            raise Wrong(f"{who} {told}: expected {show(right)}.", _expected(case))


SINGLE_FLIGHT = Exercise(
    id="caching-single-flight",
    lesson="15",
    title="Single flight",
    points=3,
    reference=SingleFlight,
    cases=cases,
    call=call,
    shape="Can be called as the text says",
    show_case=lambda case: f"{SCENES[case[0]][0]} (it loads {show(case[1])})",
    properties=(
        ("One load for all that come at the same time", loads_once),
        ("Everybody gets what the leader brought, or hears that it failed", everybody),
    ),
    wrong=WRONG,
    hints=(
        "`concurrent.futures.Future` can wait and can carry a value or an exception: `result(timeout)`, `set_result`, "
        "`set_exception`.",
        "The lock guards the dictionary of flights, for a moment. Look and enter your flight in one go, then let go.",
        "Whoever removes a flight asks first: `if self.flights.get(key) is flight`.",
    ),
)  # fmt: skip
