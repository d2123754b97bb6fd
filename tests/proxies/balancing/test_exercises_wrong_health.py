"""Wrong answers to proxies-health, written from its text alone; each with a piece of what it is told."""

# ruff: noqa: E741  (they are written as learners write)

from functools import wraps

import pytest

from labs.kit import check
from labs.kit.checking.exercise import Wrong
from labs.proxies.balancing.exercises.health import HEALTH, probed
from labs.proxies.balancing.health import Health


def flawed(function, **flaw):
    return wraps(function)(lambda *case: function(*case, **flaw))


def _judge(
    health,
    ok,
    rise,
    fall,
    agree=lambda h: Health(h.up, 0),
    limit=lambda h, r, f: f if h.up else r,
    flip=lambda h, n: Health(not h.up, 0),
    at=lambda n, l: n == l,
    step=lambda h: h.against + 1,
):
    if ok == health.up:
        return agree(health)
    n = step(health)
    if at(n, limit(health, rise, fall)):
        return flip(health, n)
    return Health(health.up, n)


COUNT = [0]


def up_only(health, ok, rise, fall):
    return _judge(health, ok, rise, fall).up


def none_if_same(health, ok, rise, fall):
    h = _judge(health, ok, rise, fall)
    return h if h != health else None


def sets_attribute(health, ok, rise, fall):
    if ok == health.up:
        health.against = 0
    else:
        health.against += 1
    return health


def one_not_seen(health, ok, rise, fall):
    if ok == health.up:
        return Health(health.up, 0)
    if health.against == 0:
        return Health(health.up, 1)
    return _judge(health, ok, rise, fall)


def own_count(health, ok, rise, fall):
    COUNT[0] = 0 if ok == health.up else COUNT[0] + 1
    if COUNT[0] >= (fall if health.up else rise):
        COUNT[0] = 0
        return Health(not health.up, 0)
    return Health(health.up, COUNT[0])


WRONG = [
    ("one more", flawed(_judge, at=lambda n, l: n > l), "It is one probe late"),
    ("swapped", flawed(_judge, limit=lambda h, r, f: r if h.up else f), "The two numbers are the wrong way round"),
    ("fall for both", flawed(_judge, limit=lambda h, r, f: f), "A server is readmitted after `fall` successes"),
    ("max", flawed(_judge, limit=lambda h, r, f: max(r, f)), "The larger of the two numbers is used for both"),
    (
        "3 and 2",
        flawed(_judge, limit=lambda h, r, f: 3 if h.up else 2),
        "The limits are 3 and 2, whatever the arguments say",
    ),
    ("sum", flawed(_judge, limit=lambda h, r, f: r + f), "After probe 1 the server should be ejected"),
    ("row not ended", flawed(_judge, agree=lambda h: h), "All contradictions are added up, however far apart"),
    (
        "row goes down",
        flawed(_judge, agree=lambda h: Health(h.up, max(0, h.against - 1))),
        "A probe that agrees makes the row one shorter",
    ),
    (
        "row ended only when up",
        flawed(_judge, agree=lambda h: Health(h.up, 0 if h.up else h.against)),
        "A failed probe does not end the row of a server that is out",
    ),
    (
        "flip keeps count",
        flawed(_judge, flip=lambda h, n: Health(not h.up, n)),
        "The count carries on when the server changes sides",
    ),
    ("never in", flawed(_judge, flip=lambda h, n: Health(False, 0)), "A server is never readmitted"),
    ("at once", flawed(_judge, limit=lambda h, r, f: 1, at=lambda n, l: True), "Every single probe is believed"),
    (
        "in at once",
        flawed(_judge, limit=lambda h, r, f: f if h.up else 1),
        "A server is readmitted at its first success",
    ),
    ("count always one", flawed(_judge, step=lambda h: 1), "The row never gets longer than 1"),
    ("up_only", up_only, "Return a whole Health, with the count"),
    ("none_if_same", none_if_same, "Nothing is returned when nothing has changed"),
    ("sets_attribute", sets_attribute, "A Health cannot be changed"),
    ("one_not_seen", one_not_seen, "After probe 1 the server should be ejected"),
    ("own_count", own_count, "After probe 1 `against` should be 1, and is 2"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("proxies-health", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)


def test_a_server_that_was_never_ejected_is_not_said_to_be_readmitted_too_soon():
    late = flawed(_judge, limit=lambda h, r, f: (f if h.up else r) + 1)
    case, (eject, readmit, _) = ("✗", 1, 1), [holds for _, holds in HEALTH.properties]
    answer = tuple(probed(late, case))
    assert answer == (Health(True, 1),)
    readmit(case, answer)
    with pytest.raises(Wrong, match="After probe 1 the server should be ejected"):
        eject(case, answer)
