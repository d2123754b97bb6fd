"""How long can somebody still get in after their account was closed? Tried out, for every moment of closing.

A user logs in at second 0. Everything happens at whole seconds; at one and the same second servers fetch or ask first,
then the account is closed, then a request comes. `life` is how long the session or the token lasts, `pause` how old a
cached answer or a denylist may get, `leeway` how long after its end a token is still accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError
from labs.sessions.journey.travel import DESIGNS


def longest_in(design: str, life: int, pause: int, leeway: int) -> int:
    """From how many seconds after the closing on is every request refused, however unlucky the moment?"""
    if design == "session":
        return 0
    if design == "cached session":
        return min(pause, life)
    if design == "token":
        return life + leeway
    return min(pause, life + leeway)


def tried_out(design: str, life: int, pause: int, leeway: int) -> int:
    """The same, found by trying every moment of closing, every phase and every request. Knows no formula."""
    worst = 0
    for closed in range(life):
        for phase in range(max(1, pause)):
            last = max(_served(design, life, pause, leeway, closed, phase), default=closed - 1)
            worst = max(worst, last + 1 - closed)
    return worst


def _served(design: str, life: int, pause: int, leeway: int, closed: int, phase: int) -> Iterator[int]:
    """The seconds, from the closing on, at which a request is served; the server asked `phase` seconds before it."""
    asked = closed - phase  # at or before the closing; pause 0: the server asks at every request
    for second in range(closed, life + leeway + pause + 2):
        if design == "session":
            served = False  # the store is asked, and it knows
        elif design == "cached session":
            served = asked >= 0 and second < asked + pause and second < life
        else:
            told = second >= asked + pause  # by then the server has fetched a list with the closed account on it
            served = second < life + leeway and not (design == "token + denylist" and told)
        if served:
            yield second


def lookups(design: str, hour: int, life: int, pause: int) -> int:
    """How often one server asks the store in an hour of so many requests, one after the other, for one user.

    Whoever's session or token ends logs in again at once.
    """
    if design == "token":
        return 0
    if design == "session" or not pause:
        return hour
    return hour // (min(pause, life) if design == "cached session" else pause)


def compare(
    yours: Callable[[str, int, int, int], int], life: int = 15, pauses: Sequence[int] = (5, 20), leeway: int = 1
) -> Any:
    """A pandas DataFrame, all in minutes: what each design costs, how long it lets somebody in, and what `yours` says.

    It is shown once the learner's function is written: before that it would answer the exercise.
    """
    import pandas

    rows, fence = [], fenced(yours, total=5)
    for pause, design in product(pauses, DESIGNS):
        try:
            mine: Any = fence(design, life, pause, leeway)
            mine = "None" if mine is None else mine  # pandas would make floats of all the others
        except LearnerError as error:
            if error.kind == "unfinished":
                return pandas.DataFrame([{"your function": "Not written yet: the table comes once it is."}])
            mine = "not usable"
        told = {"pause": pause, "design": design, "lookups per hour": lookups(design, 60, life, pause)}
        rows.append(told | {"out after, yours": mine, "every moment tried": tried_out(design, life, pause, leeway)})
    return pandas.DataFrame(rows).set_index(["pause", "design"])
