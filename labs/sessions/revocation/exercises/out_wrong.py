"""The longest time as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable

from labs.sessions.revocation.designs import longest_in

Answer = Callable[[str, int, int, int], int]


def but(design: str, value: Callable[[int, int, int], int]) -> Answer:
    """The right answer, but for one design."""

    def answer(asked: str, life: int, pause: int, leeway: int) -> int:
        return value(life, pause, leeway) if asked == design else longest_in(asked, life, pause, leeway)

    return answer


def maxed(design: str, life: int, pause: int, leeway: int) -> int:
    """The longer of two limits, where the shorter one ends it."""
    if design == "cached session":
        return max(pause, life)
    return max(pause, life + leeway) if design == "token + denylist" else longest_in(design, life, pause, leeway)


def one_more(design: str, life: int, pause: int, leeway: int) -> int:
    """The limit itself still counts as inside."""
    return longest_in(design, life, pause, leeway) + 1


def one_less(design: str, life: int, pause: int, leeway: int) -> int:
    """The last second at which a request is served, where there is one."""
    return max(0, longest_in(design, life, pause, leeway) - 1)


def too_old(design: str, life: int, pause: int, leeway: int) -> int:
    """An answer or a list of age `pause` is still used."""
    return longest_in(design, life, pause + 1, leeway)


def half(design: str, life: int, pause: int, leeway: int) -> int:
    """The mean, not the longest."""
    return longest_in(design, life, pause, leeway) // 2


def zero_means_never(design: str, life: int, pause: int, leeway: int) -> int:
    """A pause of 0 is taken for no refresh at all."""
    return longest_in(design, life, pause or 10**6, leeway)


def as_a_float(design: str, life: int, pause: int, leeway: int) -> float:
    """The right number, as a float."""
    return float(longest_in(design, life, pause, leeway))


def leeway_for_all(design: str, life: int, pause: int, leeway: int) -> int:
    """A session gets the leeway, too."""
    return min(pause, life + leeway) if design == "cached session" else longest_in(design, life, pause, leeway)


def no_leeway(design: str, life: int, pause: int, leeway: int) -> int:
    """The leeway is forgotten."""
    return longest_in(design, life, pause, 0)
