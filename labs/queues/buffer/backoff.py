"""How long to pause before the next attempt. A policy is a function of how many attempts have failed so far (1 or
more), the shortest and the longest pause in seconds, and `luck`, a random number from 0 to just below 1.
"""

from __future__ import annotations

from collections.abc import Callable

Pause = Callable[[int, float, float, float], float]


def at_once(failures: int, base: float, cap: float, luck: float) -> float:
    """Hardly any pause: a quarter of the shortest."""
    return base / 4


def fixed(failures: int, base: float, cap: float, luck: float) -> float:
    """Always the shortest pause."""
    return base


def exponential(failures: int, base: float, cap: float, luck: float) -> float:
    """Twice as long after each failure: base, 2 base, 4 base … up to the cap."""
    return min(cap, base * 2.0 ** min(failures - 1, 1000))


def full_jitter(failures: int, base: float, cap: float, luck: float) -> float:
    """Anything from 0 to the exponential pause, at random.

    Source: M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog (2015).
    """
    return luck * min(cap, base * 2.0 ** min(failures - 1, 1000))  # 2.0 ** 1024 is more than a float can hold


PAUSES: dict[str, Pause] = {"at once": at_once, "fixed": fixed, "exponential": exponential, "full jitter": full_jitter}
