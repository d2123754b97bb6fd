"""Health checks: a probe every so often, a server taken out after some failures and let in again after some successes.

One lost probe is no illness, and one answer is no recovery: hence `fall` and `rise`, as HAProxy calls them (fall 3,
rise 2 are its defaults). Source: HAProxy configuration manual, "rise" and "fall".
"""

from __future__ import annotations

from typing import NamedTuple


class Health(NamedTuple):
    """Whether a server gets requests, and how many probes in a row have now said the opposite."""

    up: bool = True
    against: int = 0


def judge(health: Health, ok: bool, rise: int = 2, fall: int = 3) -> Health:
    """The health after one more probe, which was answered well (`ok`) or was not."""
    if ok == health.up:
        return Health(health.up, 0)  # it says what we believe: the row of doubts is broken
    against = health.against + 1
    if against == (fall if health.up else rise):
        return Health(not health.up, 0)
    return Health(health.up, against)
