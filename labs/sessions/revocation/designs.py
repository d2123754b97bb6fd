"""How long can somebody still get in after their account was closed? Tried out, for every moment of closing.

A user logs in at second 0. Everything happens at whole seconds; at one and the same second servers fetch or ask first,
then the account is closed, then a request comes. `life` is how long the session or the token lasts, `pause` how old a
cached answer or a denylist may get, `leeway` how long after its end a token is still accepted.
"""

from __future__ import annotations

from collections.abc import Iterator

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


def outs(life: int = 900, pause: int = 60, leeway: int = 30) -> dict[str, int]:
    """What each design comes to."""
    return {design: longest_in(design, life, pause, leeway) for design in DESIGNS}
