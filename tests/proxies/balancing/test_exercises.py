"""Every exercise of lesson 13: the stub is not started, a solution holds, plausible wrong answers are told apart."""

import pytest

from labs.kit import catalogue, check
from labs.proxies.balancing.algorithms import Server
from labs.proxies.balancing.health import Health

EXERCISES = {name: catalogue.find(name) for name in catalogue.ids() if name.startswith("proxies-")}

SMOOTH, LEAST, HEALTH = IDS = ("proxies-smooth-weighted", "proxies-least-connections", "proxies-health")


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


# ── solutions, as a learner may write them ────────────────────────────────────────────────────────────────────────────


def my_smooth(servers, memory, request, *, earns=lambda s: s.weight, price=None, better=lambda a, b: a > b, start=dict):
    credit, total, best = start(memory), 0, None
    for server in servers:
        if server.up:
            credit[server.name] = credit.get(server.name, 0) + earns(server)
            total += earns(server)
            if best is None or better(credit[server.name], credit[best.name]):
                best = server
    credit[best.name] -= total if price is None else price(best, credit, servers)
    return best.name, credit


def my_least(servers, memory, request, *, busy=lambda s: s.active / s.weight, turns=my_smooth):
    up = [s for s in servers if s.up]
    fewest = min(busy(s) for s in up)
    return turns([s for s in up if busy(s) == fewest], memory, request)


def my_judge(health, ok, rise, fall):
    if ok is health.up:
        return health.up, 0
    row, limit = health.against + 1, (fall if health.up else rise)
    return (ok, 0) if row >= limit else (health.up, row)


SOLUTIONS = {SMOOTH: my_smooth, LEAST: my_least, HEALTH: my_judge}


def test_these_are_the_exercises():
    assert sorted(EXERCISES) == sorted(IDS)
    assert all(len(e.hints) >= 3 and len(e.misconceptions) >= 3 and e.lesson == "13" for e in EXERCISES.values())


@pytest.mark.parametrize("name", IDS)
def test_the_stub_is_not_started(name):
    def stub(*args):
        # YOUR CODE HERE
        raise NotImplementedError()

    assert check(name, stub).verdict == "not started"


@pytest.mark.parametrize("name", IDS)
def test_the_solution_and_the_reference_hold(name):
    report = check(name, SOLUTIONS[name])
    assert report.passed and report.points == EXERCISES[name].points, repr(report)
    assert check(name, EXERCISES[name].reference).passed


# ── wrong answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def in_blocks(servers, memory, request):
    block = [s.name for s in servers if s.up for _ in range(s.weight)]
    return block[memory.get("n", 0) % len(block)], {"n": memory.get("n", 0) + 1}


def smooth(**fault):
    return lambda s, m, r: my_smooth(s, m, r, **fault)


def saves_up(servers, memory, request):
    credit = {s.name: memory.get(s.name, 0) + s.weight for s in servers}
    best = max((s.name for s in servers if s.up), key=credit.get)
    return best, {**credit, best: credit[best] - sum(s.weight for s in servers)}


def only_those_up(servers, memory, request):
    name, credit = my_smooth(servers, memory, request)
    return name, {s.name: credit[s.name] for s in servers if s.up}


def least(**fault):
    return lambda s, m, r: my_least(s, m, r, **fault)


def turns_of_all(servers, memory, request):
    up = [s for s in servers if s.up]
    credit = {**memory, **{s.name: memory.get(s.name, 0) + s.weight for s in up}}
    fewest = min(s.active / s.weight for s in up)
    best = max((s.name for s in up if s.active / s.weight == fewest), key=credit.get)
    credit[best] -= sum(s.weight for s in up)
    return best, credit


def adds_up(health, ok, rise, fall):
    if ok is health.up:
        return health
    return (ok, 0) if health.against + 1 >= (fall if health.up else rise) else (health.up, health.against + 1)


def one_late(health, ok, rise, fall):
    return my_judge(health, ok, rise + 1, fall + 1)


def keeps_counting(health, ok, rise, fall):
    if ok is health.up:
        return health.up, 0
    row = health.against + 1
    return (ok, row) if row >= (fall if health.up else rise) else (health.up, row)


def never_back(health, ok, rise, fall):
    return my_judge(health, ok, rise, fall) if health.up else (False, 0 if not ok else health.against + 1)


WRONG = [
    (SMOOTH, in_blocks, "whole share in one go"),
    (SMOOTH, smooth(earns=lambda s: 1), "treats all alike"),
    (SMOOTH, smooth(price=lambda best, credit, servers: 0), "keep its credit"),
    (SMOOTH, smooth(price=lambda best, credit, servers: best.weight), "pay its own weight only"),
    (SMOOTH, smooth(price=lambda best, credit, servers: credit[best.name]), "back to 0"),
    (SMOOTH, smooth(start=lambda memory: {}), "forgets: every pick"),
    (SMOOTH, smooth(better=lambda a, b: a >= b), "takes the last of equals"),
    (SMOOTH, saves_up, "earn while it is not up"),
    (
        SMOOTH,
        smooth(price=lambda best, credit, servers: sum(s.weight for s in servers)),
        "also of those that are not up",
    ),
    (SMOOTH, only_those_up, "drops the credit"),
    (LEAST, least(busy=lambda s: s.active), "forgets the weights"),
    (
        LEAST,
        lambda s, m, r: (min((x for x in s if x.up), key=lambda x: x.active).name, m),
        "counts the unanswered requests",
    ),
    (LEAST, least(busy=lambda s: -s.active / s.weight), "the busiest"),
    (LEAST, least(busy=lambda s: s.active * s.weight), "multiplies by the weight"),
    (LEAST, least(busy=lambda s: s.active // s.weight), "drops what remains"),
    (LEAST, least(turns=lambda s, m, r: (s[0].name, m)), "the first of equals every time"),
    (LEAST, least(turns=lambda s, m, r: (s[-1].name, m)), "the last of equals every time"),
    (LEAST, least(turns=lambda s, m, r: (max(s, key=lambda x: x.weight).name, m)), "the heaviest of equals"),
    (
        LEAST,
        least(turns=lambda s, m, r: my_smooth(s, {x.name: m.get(x.name, 0) for x in s}, r)),
        "not among the equals",
    ),
    (LEAST, turns_of_all, "lets everybody earn"),
    (LEAST, my_smooth, "does not look at `active`"),
    (HEALTH, lambda health, ok, rise, fall: (ok, 0), "believes every single probe"),
    (HEALTH, adds_up, "adds up all contradictions"),
    (HEALTH, one_late, "one probe late"),
    (HEALTH, lambda health, ok, rise, fall: my_judge(health, ok, fall, rise), "the wrong way round"),
    (HEALTH, lambda health, ok, rise, fall: my_judge(health, ok, fall, fall), "That number is `rise`"),
    (HEALTH, keeps_counting, "keeps the count"),
    (HEALTH, never_back, "never lets a server in again"),
]


@pytest.mark.parametrize(("name", "function", "told"), WRONG, ids=[w[2] for w in WRONG])
def test_a_plausible_wrong_answer_is_told_what_it_is(name, function, told):
    report = check(name, function)
    assert report.verdict == "failed" and told in report.misconception, repr(report)
    assert "smallest case found" in repr(report) and len(repr(report).splitlines()) < 30


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        (SMOOTH, None, "Pick 1: nothing came back: is there a `return` on every way?"),
        (SMOOTH, "a", "Pick 1: it gave back 'a', and not a pair `(name, memory)`."),
        (SMOOTH, (Server("a"), {}), "Pick 1: it gave back the whole server 'a': give its name, `server.name`."),
        (SMOOTH, ("x", {}), "Pick 1: it picked 'x', and there is no such server."),
        (SMOOTH, ("a", 3), "Pick 1: to remember it gave 3, and not a dictionary."),
        (LEAST, ("a", None), "Pick 1: to remember it gave None, and not a dictionary."),
        (HEALTH, None, "Probe 1: nothing came back, and not a Health such as `Health(True, 0)`."),
        (HEALTH, (1, 0), "Probe 1: it gave back (1, 0), and not a Health such as"),
        (HEALTH, True, "Probe 1: it gave back True, and not a Health such as"),
    ],
)
def test_the_wrong_kind_of_answer_is_one_sentence(name, answer, told):
    report = check(name, lambda *case: answer)
    assert report.failure.sentence.startswith(told), repr(report)


def test_a_server_that_is_not_up_must_not_be_picked():
    report = check(LEAST, lambda servers, memory, request: (min(servers, key=lambda s: s.active).name, memory))
    assert "which is not up" in repr(report)


def test_a_health_may_be_given_back_as_such():
    assert check(HEALTH, lambda *case: Health(*my_judge(*case))).passed
