"""Single flight: of all the threads that want the same thing at the same time, one loads it for all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any


class SingleFlight:
    """The loads that are under way, each a Future. It is no cache: what has landed is forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()  # held only to look at or change `_flights`, never while something loads
        self._flights: dict[Hashable, Future[Any]] = {}

    def do(self, key: Hashable, load: Callable[[], Any], timeout: float) -> Any:
        """What `load` returns, or raises: called by the first thread, the leader; the others get the same.

        A thread that has waited `timeout` seconds for its leader raises TimeoutError; the next one leads anew.
        """
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not leads:
            try:
                return flight.result(timeout)
            except TimeoutError:
                self._forget(key, flight)
                raise
        try:
            value = load()
        except BaseException as error:
            self._forget(key, flight)
            flight.set_exception(error)
            raise
        self._forget(key, flight)
        flight.set_result(value)
        return value

    def _forget(self, key: Hashable, flight: Future[Any]) -> None:
        with self._lock:
            if self._flights.get(key) is flight:  # a late leader must not remove the flight of the next one
                del self._flights[key]
