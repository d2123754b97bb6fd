"""Right answers to proxies-health, written in many styles: every one of them passes."""

import numpy
import pytest

from labs.proxies.balancing.health import Health
from tests.kit.answers import Answers, passes, right_ones

HEALTH = Answers("proxies-health")


# ── health ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@HEALTH.right
def at_least(health, ok, rise, fall):
    if bool(ok) is bool(health.up):
        return Health(health.up, 0)
    limit = fall if health.up else rise
    if health.against + 1 >= limit:
        return Health(ok, 0)
    return Health(health.up, health.against + 1)


@HEALTH.right
def as_a_pair(health, ok, rise, fall):
    up, against = health
    if ok == up:
        return (up, 0)
    against += 1
    return (not up, 0) if against == (rise, fall)[up] else (up, against)


@HEALTH.right
def replace(health, ok, rise, fall):
    if ok != health.up:
        health = health._replace(against=health.against + 1)
        if health.against >= {True: fall, False: rise}[health.up]:
            health = health._replace(up=not health.up, against=0)
        return health
    return health._replace(against=0)


@HEALTH.right
def four_ways(health, ok, rise, fall):
    match health.up, ok:
        case True, True:
            return Health(True, 0)
        case False, False:
            return Health(False, 0)
        case True, False:
            return Health(False, 0) if health.against == fall - 1 else Health(True, health.against + 1)
        case False, True:
            return Health(True, 0) if health.against == rise - 1 else Health(False, health.against + 1)


@HEALTH.right
def numbers(health, ok, rise, fall):
    row = (health.against + 1) * (ok != health.up)
    flips = row >= [rise, fall][int(health.up)]
    return Health(bool(health.up ^ flips), row * (1 - flips))


@HEALTH.right
def oneliner(health, ok, rise, fall):
    return (
        Health(health.up, 0)
        if ok == health.up
        else Health(ok, 0)
        if health.against + 1 == (fall if health.up else rise)
        else Health(health.up, health.against + 1)
    )


@HEALTH.right
def with_a_judge(health, ok, rise, fall):
    class Judge:
        def __init__(self):
            self.up, self.row = health

        def probe(self):
            if ok != self.up:
                self.row += 1
            else:
                self.row = 0
            if self.row == (fall if self.up else rise):
                self.up, self.row = ok, 0
            return self

    j = Judge().probe()
    return Health(up=j.up, against=j.row)


@HEALTH.right
def health_in_numpy(health, ok, rise, fall):
    row = numpy.where(ok == health.up, 0, health.against + 1)
    flips = numpy.logical_and(row > 0, row >= numpy.array([rise, fall])[int(health.up)])
    return numpy.logical_xor(health.up, flips), numpy.int64(0 if flips else row)


@pytest.mark.parametrize(("exercise", "function"), right_ones(HEALTH))
def test_a_right_answer_passes_in_any_style(exercise, function):
    passes(exercise, function)


def test_there_are_five_styles_of_each():
    assert all(len(one.rights) >= 5 for one in (HEALTH,))
