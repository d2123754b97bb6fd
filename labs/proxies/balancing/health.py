"""Health checks: a probe at regular intervals ejects a server after some failures, readmits it after some successes.

One lost probe is no illness, and one answer is no recovery: hence `fall` and `rise`, as HAProxy calls them (fall 3,
rise 2 are its defaults). Source: HAProxy configuration manual, "rise" and "fall".

A passive check sends no probes: it watches the answers to real requests. nginx ejects a server after one failed request
and tries it again after ten seconds. Source: nginx, ngx_http_upstream_module, "max_fails" and "fail_timeout".
"""

from __future__ import annotations

from typing import NamedTuple

OUT_FOR = 10.0  # seconds that a passive check keeps a server out: nginx's default of fail_timeout


class Health(NamedTuple):
    """Whether a server gets requests, and how many probes in a row have now said the opposite."""

    up: bool = True
    against: int = 0


def judge(health: Health, ok: bool, rise: int = 2, fall: int = 3) -> Health:
    """The health after one more probe, which was answered well (`ok`) or was not."""
    if ok == health.up:
        return Health(health.up, 0)  # it agrees with what is believed: the row is broken
    against = health.against + 1
    if against == (fall if health.up else rise):
        return Health(not health.up, 0)
    return Health(health.up, against)
