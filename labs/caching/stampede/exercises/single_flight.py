"""The exercise `caching-single-flight`: threads that want the same thing at the same time, and one that loads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from labs.caching.stampede.exercises.flights import SCENES, play
from labs.caching.stampede.single_flight import SingleFlight
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
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
            if case[0] == "another key" and who.startswith("b"):
                raise Wrong(f"{who}, {told}. Is a lock held during the load, or is there one flight for all keys?",
                            _expected(case))  # fmt: skip
            raise Wrong(f"{who} {told}: expected {show(right)}.", _expected(case))


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


class _Parts:
    """What the mistakes are made of: SingleFlight in three steps."""

    hangs_after = 1.0

    def __init__(self) -> None:
        self.lock = Lock()
        self.flights: dict[str, Future[Any]] = {}

    def do(self, key: str, load: Callable[[], Any], timeout: float) -> Any:
        with self.lock:
            flight = self.flights.get(key)
            if flight is None:
                mine = self.flights[key] = Future()
        return self.lead(key, load, mine) if flight is None else self.wait(key, flight, timeout, load)

    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        try:
            return flight.result(timeout)
        except TimeoutError:
            self.forget(key, flight)
            raise

    def lead(self, key: str, load: Callable[[], Any], flight: Future[Any]) -> Any:
        try:
            value = load()
        except BaseException as error:
            self.forget(key, flight)
            flight.set_exception(error)
            raise
        self.forget(key, flight)
        flight.set_result(value)
        return value

    def forget(self, key: str, flight: Future[Any]) -> None:
        with self.lock:
            if self.flights.get(key) is flight:
                del self.flights[key]


class _EverybodyLoads(_Parts):
    def do(self, key: str, load: Callable[[], Any], timeout: float) -> Any:
        return load()


class _Cached(_Parts):
    def forget(self, key: str, flight: Future[Any]) -> None:
        pass


class _CachedUnderALock(_Parts):
    def do(self, key: str, load: Callable[[], Any], timeout: float) -> Any:
        with self.lock:
            if key not in self.flights:
                self.flights[key] = load()
            return self.flights[key]


class _ErrorsCached(_Parts):
    def lead(self, key: str, load: Callable[[], Any], flight: Future[Any]) -> Any:
        try:
            value = load()
        except BaseException as error:
            flight.set_exception(error)
            raise
        self.forget(key, flight)
        flight.set_result(value)
        return value


class _NobodyIsTold(_Parts):
    def lead(self, key: str, load: Callable[[], Any], flight: Future[Any]) -> Any:
        value = load()
        self.forget(key, flight)
        flight.set_result(value)
        return value


class _ErrorIsNone(_Parts):
    def lead(self, key: str, load: Callable[[], Any], flight: Future[Any]) -> Any:
        try:
            value = load()
        except BaseException:
            self.forget(key, flight)
            flight.set_result(None)
            raise
        self.forget(key, flight)
        flight.set_result(value)
        return value


class _NoneMeansLoad(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        value = super().wait(key, flight, timeout, load)
        return load() if value is None else value


class _FalsyMeansLoad(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        return super().wait(key, flight, timeout, load) or load()


class _WaitsForEver(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        return flight.result()


class _StaysInTheWay(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        return flight.result(timeout)


class _LoadsAfterTimeout(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        try:
            return flight.result(timeout)
        except TimeoutError:
            self.forget(key, flight)
            return load()


class _NoneAfterTimeout(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        try:
            return super().wait(key, flight, timeout, load)
        except TimeoutError:
            return None


class _TimesTheLeader(_Parts):
    def do(self, key: str, load: Callable[[], Any], timeout: float) -> Any:
        with self.lock:
            flight = self.flights.get(key)
            mine = flight or self.flights.setdefault(key, Future())
        if flight is None:
            Thread(target=self._quietly, args=(key, load, mine), daemon=True).start()
        return self.wait(key, mine, timeout, load)

    def _quietly(self, key: str, load: Callable[[], Any], flight: Future[Any]) -> None:
        with suppress(BaseException):
            self.lead(key, load, flight)


class _GivesUpAnothers(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        try:
            return flight.result(timeout)
        except TimeoutError:
            with self.lock:
                self.flights.pop(key, None)
            raise


class _ForgetsAnothers(_Parts):
    def forget(self, key: str, flight: Future[Any]) -> None:
        with self.lock:
            self.flights.pop(key, None)


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
    wrong=(
        Mistake("Every thread loads for itself: those that find a load under way have to wait for it.",
                _EverybodyLoads),
        Mistake("You keep what was loaded. This is no cache: forget a flight when it is over.", _Cached),
        Mistake("You keep what was loaded, and hold a lock meanwhile. This is no cache, and other keys must not wait: "
                "forget a flight when it is over, and load outside the lock.", _CachedUnderALock),
        Mistake("You keep a flight that failed, so everybody who comes later fails, too: forget it, as any other.",
                _ErrorsCached),
        Mistake("When the load raises, nobody is told: those that wait have to get the exception.", _NobodyIsTold),
        Mistake("When the load raises, those that wait get None, as if it had worked: give them the exception.",
                _ErrorIsNone),
        Mistake("None is a value: a thread that gets None from its leader must not load again.", _NoneMeansLoad),
        Mistake("None, 0 and '' are values: a thread that gets one from its leader must not load again.",
                _FalsyMeansLoad),
        Mistake("You wait for ever for a leader that never comes back: wait `timeout` seconds at most.",
                _WaitsForEver),
        Mistake("After a timeout the old flight is still there, and everybody who comes waits for it for nothing: "
                "whoever gives up removes it.", _StaysInTheWay),
        Mistake("A thread whose time is up loads for itself. If all do, that is the stampede: raise TimeoutError.",
                _LoadsAfterTimeout),
        Mistake("A thread whose time is up gets None, which is a value like any other: raise TimeoutError.",
                _NoneAfterTimeout),
        Mistake("The leader gives up on its own load: `timeout` is for those that wait. The leader returns what it "
                "loaded, however long that takes.", _TimesTheLeader),
        Mistake("A leader that comes back late removes the flight of the next one: remove it only if it is your own.",
                _ForgetsAnothers),
        Mistake("A thread that gives up removes the flight of the next leader: remove it only if it is the one that "
                "you waited for.", _GivesUpAnothers),
    ),
    hints=(
        "`concurrent.futures.Future` can wait and can carry a value or an exception: `result(timeout)`, `set_result`, "
        "`set_exception`.",
        "The lock guards the dictionary of flights, for a moment. Look and enter your flight in one go, then let go.",
        "Whoever removes a flight asks first: `if self.flights.get(key) is flight`.",
    ),
)  # fmt: skip
