"""Answers to an exercise, collected with decorators and put to its check: `right` ones pass, `wrong` ones do not."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from labs.kit import check


class Answers:
    """Right and wrong answers to one exercise."""

    def __init__(self, exercise: str) -> None:
        self.exercise = exercise
        self.rights: list[Callable[..., Any]] = []
        self.wrongs: list[tuple[Callable[..., Any], str]] = []

    def right(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate a right answer."""
        self.rights.append(function)
        return function

    def wrong(self, told: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a wrong one; `told` is a part of the sentence that is true of it, if there is one."""

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            self.wrongs.append((function, told))
            return function

        return decorate


def right_ones(*collections: Answers) -> list[Any]:
    """For `pytest.mark.parametrize(("exercise", "function"), …)`."""
    return [
        pytest.param(one.exercise, function, id=f"{one.exercise}-{function.__name__}")
        for one in collections
        for function in one.rights
    ]


def wrong_ones(*collections: Answers) -> list[Any]:
    """For `pytest.mark.parametrize(("exercise", "function", "told"), …)`."""
    return [
        pytest.param(one.exercise, function, told, id=f"{one.exercise}-{function.__name__}")
        for one in collections
        for function, told in one.wrongs
    ]


def passes(exercise: str, function: Callable[..., Any]) -> None:
    """A right answer is not refused."""
    report = check(exercise, function)
    assert report.passed, repr(report)


def fails(exercise: str, function: Callable[..., Any], told: str) -> None:
    """A wrong answer is caught, and told nothing that is not true of it."""
    report = check(exercise, function)
    assert report.verdict == "failed", inspect.getsource(function)
    assert told in report.misconception and bool(told) == bool(report.misconception), repr(report)
