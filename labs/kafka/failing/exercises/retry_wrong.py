"""Retry loops as people get them wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kafka.failing.records import Permanent
from labs.kafka.failing.retries import try_record

Result = Exception | None


def _doubling(first: float, longest: float) -> Iterator[float]:
    pause = first
    while True:
        yield min(pause, longest)
        pause *= 2


def _loop(process: Any, record: Any, tries: int, pauses: Iterator[float], sleep: Any) -> Result:
    for n in range(tries):
        try:
            process(record)
            return None
        except Permanent as problem:
            return problem
        except Exception as problem:
            if n == tries - 1:
                return problem
        sleep(next(pauses))
    return None


def exact_type(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`type(problem) is Permanent`."""
    pauses = _doubling(first, longest)
    for n in range(tries):
        try:
            process(record)
            return None
        except Exception as problem:
            if type(problem) is Permanent or n == tries - 1:
                return problem
        sleep(next(pauses))
    return None


def first_cause(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """The first exception is kept."""
    causes: list[Exception] = []

    def noted(given: Any) -> None:
        try:
            process(given)
        except Exception as problem:
            causes.append(problem)
            raise

    last = try_record(noted, record, tries, first, longest, sleep)
    return causes[0] if last is not None else None


def only_at_first(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """Permanent counts at the first try only."""
    pauses = _doubling(first, longest)
    for n in range(tries):
        try:
            process(record)
            return None
        except Exception as problem:
            if (isinstance(problem, Permanent) and n == 0) or n == tries - 1:
                return problem
        sleep(next(pauses))
    return None


def one_kind(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`except ConnectionError`, and everything else is final."""
    pauses = _doubling(first, longest)
    for n in range(tries):
        try:
            process(record)
            return None
        except ConnectionError as problem:
            if n == tries - 1:
                return problem
        except Exception as problem:
            return problem
        sleep(next(pauses))
    return None


def known_kinds(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`except (OSError, RuntimeError, ValueError)`: whatever else there is escapes."""
    pauses = _doubling(first, longest)
    for n in range(tries):
        try:
            process(record)
            return None
        except Permanent as problem:
            return problem
        except (OSError, RuntimeError, ValueError) as problem:
            if n == tries - 1:
                return problem
        sleep(next(pauses))
    return None


def no_longest(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`longest` is forgotten."""
    return try_record(process, record, tries, first, float("inf"), sleep)


def gives_up(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """It gives up where a pause would be too long."""
    pause = first
    for n in range(tries):
        try:
            process(record)
            return None
        except Permanent as problem:
            return problem
        except Exception as problem:
            if n == tries - 1 or pause > longest:
                return problem
        sleep(pause)
        pause *= 2
    return None


def first_uncapped(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """The limit is applied when the pause is doubled, so not to the first."""

    def pauses() -> Iterator[float]:
        pause = first
        while True:
            yield pause
            pause = min(pause * 2, longest)

    return _loop(process, record, tries, pauses(), sleep)


def constant(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """Always the first pause."""
    return _loop(process, record, tries, iter([min(first, longest)] * tries), sleep)


def linear(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """first, 2 first, 3 first …"""
    return _loop(process, record, tries, (min(first * n, longest) for n in range(1, tries + 1)), sleep)


def doubled_at_once(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """Doubled before the first pause."""
    return _loop(process, record, tries, _doubling(first * 2, longest), sleep)


def sleeps_at_last(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """It sleeps after the last try, too."""
    pauses, last = _doubling(first, longest), None
    for _ in range(tries):
        try:
            process(record)
            return None
        except Permanent as problem:
            return problem
        except Exception as problem:
            last = problem
        sleep(next(pauses))
    return last


def no_pause(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """It does not sleep."""
    return try_record(process, record, tries, first, longest, lambda seconds: None)


def one_more(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`tries` are taken for retries."""
    return try_record(process, record, tries + 1, first, longest, sleep)


def one_less(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`range(1, tries)`; and with one try it makes that one."""
    return try_record(process, record, max(1, tries - 1), first, longest, sleep)


def retries_everything(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """`except Exception` alone."""
    pauses = _doubling(first, longest)
    for n in range(tries):
        try:
            process(record)
            return None
        except Exception as problem:
            if n == tries - 1:
                return problem
        sleep(next(pauses))
    return None


def for_ever(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """No limit."""
    return try_record(process, record, 10**6, first, longest, sleep)


def raises(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """The last exception is raised."""
    problem = try_record(process, record, tries, first, longest, sleep)
    if problem is not None:
        raise problem
    return None


def loses_the_cause(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """Nothing is given back at the end."""
    problem = try_record(process, record, tries, first, longest, sleep)
    return problem if isinstance(problem, Permanent) else None


def _tries(process: Any, record: Any, tries: int, pauses: Any, sleep: Any) -> Iterator[Exception | None]:
    """What comes of each try, with a pause after it where another one follows; a permanent failure is the last."""
    for n in range(tries):
        problem: Exception | None = None
        try:
            process(record)
        except Exception as caught:
            problem = caught
        yield problem
        if isinstance(problem, Permanent):
            return
        if n < tries - 1:
            sleep(next(pauses))


def after_success(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """The `return` after success is missing."""
    return [*_tries(process, record, tries, _doubling(first, longest), sleep)][-1]


def keeps_the_cause(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Result:
    """The exception of an earlier try is still there when a later one has worked."""
    last: Exception | None = None
    for problem in _tries(process, record, tries, _doubling(first, longest), sleep):
        if problem is None:
            break
        last = problem
    return last


def what_it_returns(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Any:
    """`return process(record)`."""
    given: list[Any] = []
    problem = try_record(lambda it: given.append(process(it)), record, tries, first, longest, sleep)
    return problem if problem is not None else given[0]


def text_of_it(process: Any, record: Any, tries: int, first: float, longest: float, sleep: Any) -> Any:
    """`return str(problem)`."""
    problem = try_record(process, record, tries, first, longest, sleep)
    return problem if problem is None else str(problem)
