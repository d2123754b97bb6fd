"""Wrong answers to proxies-least-connections, written from its text alone; each with a piece of what it is told."""

from functools import wraps

import pytest

from labs.kit import check
from labs.proxies.balancing.algorithms import smooth_weighted as take_turns


def flawed(function, **flaw):
    return wraps(function)(lambda *case: function(*case, **flaw))


def _least(
    servers,
    memory,
    request,
    alive=lambda ss: [s for s in ss if s.up],
    busy=lambda s: s.active / s.weight,
    eq=lambda a, b: a == b,
    among=lambda ss, up, least: least,
    turns=take_turns,
    mem=lambda m: m,
    out=lambda n, m, old: (n, m),
    low=min,
):
    up = alive(servers)
    fewest = low(busy(s) for s in up)
    least = [s for s in up if eq(busy(s), fewest)]
    n, m, *_ = turns(among(servers, up, least), mem(memory), request)
    return out(n, m, memory)


def min_first(servers, memory, request):
    return min((s for s in servers if s.up), key=lambda s: s.active / s.weight).name, memory


def min_over_all_patched(servers, memory, request):
    low = min(s.active / s.weight for s in servers)
    least = [s for s in servers if s.up and s.active / s.weight == low] or [s for s in servers if s.up]
    return take_turns(least, memory, request)


def own_turn(servers, memory, request):
    up = [s for s in servers if s.up]
    low = min(s.active / s.weight for s in up)
    least = [s for s in up if s.active / s.weight == low]
    at = memory.get("turn", 0)
    return least[at % len(least)].name, {**memory, "turn": at + 1}


def alone_forgets(servers, memory, request):
    up = [s for s in servers if s.up]
    low = min(s.active / s.weight for s in up)
    least = [s for s in up if s.active / s.weight == low]
    if len(least) == 1:
        return least[0].name, {}
    return take_turns(least, memory, request)


def others_earn(servers, memory, request):
    n, m, _ = _least(servers, memory, request, out=lambda n, m, old: (n, m, None))
    m = dict(m)
    for s in servers:
        if s.up and s.active / s.weight > min(t.active / t.weight for t in servers if t.up):
            m[s.name] = m.get(s.name, 0) + s.weight
    return n, m


def tie_only_idle(servers, memory, request):
    up = [s for s in servers if s.up]
    idle = [s for s in up if s.active == 0]
    if idle:
        return take_turns(idle, memory, request)
    return min(up, key=lambda s: s.active / s.weight).name, memory


def names_contain(servers, memory, request):
    n, m, _ = _least(servers, memory, request, out=lambda n, m, old: (n, m, None))
    return next(s.name for s in servers if s.up and n in s.name), m


WRONG = [
    (
        "weight ignored",
        flawed(_least, busy=lambda s: s.active),
        "The unanswered requests are counted and the weights forgotten",
    ),
    (
        "integer",
        flawed(_least, busy=lambda s: s.active // s.weight),
        "The remainder of the division is dropped, as `//` does",
    ),
    ("times", flawed(_least, busy=lambda s: s.active * s.weight), "It multiplies by the weight"),
    ("most", flawed(_least, low=max), "The busiest server is picked"),
    (
        "down too",
        flawed(_least, alive=lambda ss: list(ss)),
        "A server that is not up counts as the least busy, and then nobody is left",
    ),
    (
        "rounded 2",
        flawed(_least, busy=lambda s: round(s.active / s.weight, 2)),
        "Servers that are nearly equally busy count as equal",
    ),
    (
        "ties by latency",
        flawed(_least, busy=lambda s: (s.active / s.weight, s.latency)),
        "Among equals, the one with the lower latency is picked",
    ),
    (
        "ties by weight",
        flawed(_least, busy=lambda s: (s.active / s.weight, -s.weight)),
        "Among equals, only the heaviest take turns",
    ),
    ("turns among up", flawed(_least, among=lambda ss, up, least: up), "`active` is ignored"),
    (
        "turns among least, first",
        flawed(_least, among=lambda ss, up, least: least[:1]),
        "The first of the equals is picked every time, so when all is quiet the first server does all the work",
    ),
    (
        "turns among first two",
        flawed(_least, among=lambda ss, up, least: least[:2]),
        "Only the first two of the equals take turns",
    ),
    (
        "sorted by name",
        flawed(_least, among=lambda ss, up, least: sorted(least, key=lambda s: s.name)),
        "The equals are sorted by name before they take turns",
    ),
    (
        "plain turns",
        flawed(_least, among=lambda ss, up, least: [s._replace(weight=1) for s in least]),
        "Equals take turns as if their weights were 1",
    ),
    ("memory empty in", flawed(_least, mem=lambda m: {}), "Every turn starts with an empty memory"),
    (
        "old memory out",
        flawed(_least, out=lambda n, m, old: (n, dict(old))),
        "The turn is never passed on, so among equals the heaviest is picked every time",
    ),
    (
        "min_first",
        min_first,
        "The first of the equals is picked every time, so when all is quiet the first server does all the work",
    ),
    (
        "min_over_all_patched",
        min_over_all_patched,
        "Pick 1 is b (weight 2, 4 unanswered, latency 0.15 s), but c (weight 1, 1 unanswered,",
    ),
    ("own_turn", own_turn, "Equals take turns one after the other, whatever their weights and credit"),
    ("alone_forgets", alone_forgets, "When a single server is the least busy, everybody's credit is forgotten"),
    ("others_earn", others_earn, "Pick 4 should be c, but is a"),
    ("tie_only_idle", tie_only_idle, "Turns are only taken among idle servers"),
    ("names_contain", names_contain, "Pick 3 should be web-1, but is web-10"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("proxies-least-connections", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)
