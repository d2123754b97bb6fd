"""What people get wrong in single flight: each a whole class."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from labs.kit.checking.exercise import Mistake


class _Parts:
    """What the mistakes are made of: SingleFlight in three steps."""

    hangs_after = 0.5

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


class _OnlyTheLeaderForgetsAnothers(_Parts):
    def lead(self, key: str, load: Callable[[], Any], flight: Future[Any]) -> Any:
        try:
            value = load()
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(value)
            return value
        finally:
            with self.lock:
                self.flights.pop(key, None)


class _LockPerKey(_Parts):
    def __init__(self) -> None:
        super().__init__()
        self.locks: dict[str, Lock] = {}

    def do(self, key: str, load: Callable[[], Any], timeout: float) -> Any:
        with self.lock:
            mine = self.locks.setdefault(key, Lock())
        if not mine.acquire(timeout=timeout):
            raise TimeoutError
        try:
            return load()
        finally:
            mine.release()


class _NothingForThoseThatWait(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        super().wait(key, flight, timeout, load)


class _LoadsAfterAnError(_Parts):
    def wait(self, key: str, flight: Future[Any], timeout: float, load: Callable[[], Any]) -> Any:
        try:
            return super().wait(key, flight, timeout, load)
        except TimeoutError:
            raise
        except Exception:
            return load()


LATE = "A leader that comes back late removes the flight of the next one: remove it only if it is your own."

WRONG = (
    Mistake("Every thread loads for itself: those that find a load under way have to wait for it.",
            _EverybodyLoads),
    Mistake("A lock held during the load makes them load one after the other: those that waited for it have to take "
            "what the leader brought.", _LockPerKey),
    Mistake("Those that wait get None: return the leader's value to them, too.", _NothingForThoseThatWait),
    Mistake("When the load raises, those that wait load for themselves, all of them: that is the stampede again. "
            "Let them raise it, too.", _LoadsAfterAnError),
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
    Mistake(LATE, _ForgetsAnothers),
    Mistake(LATE, _OnlyTheLeaderForgetsAnothers),
    Mistake("A thread that gives up removes the flight of the next leader: remove it only if it is the one that "
            "you waited for.", _GivesUpAnothers),
)  # fmt: skip
