"""Wrong answers to proxies-smooth-weighted, written from its text alone; each with a piece of what it is told."""

from functools import wraps

import pytest

from labs.kit import check
from labs.proxies.balancing.algorithms import smooth_weighted as nginx


def flawed(function, **flaw):
    return wraps(function)(lambda *case: function(*case, **flaw))


def _smooth(
    servers,
    memory,
    request,
    alive=lambda ss: [s for s in ss if s.up],
    pays=lambda ss, up, b: sum(s.weight for s in up),
    earn=lambda s: s.weight,
    pick=lambda up, c: max(up, key=lambda s: c[s.name]),
    keep=lambda m, c, b, ss: {**m, **c},
    out=lambda n, m: (n, m),
    old=lambda m: m,
    pickable=None,
):
    up = alive(servers)
    memory = old(memory)
    c = {s.name: memory.get(s.name, 0) + earn(s) for s in up}
    b = pick((pickable or (lambda ss, up: up))(servers, up), c)
    c[b.name] -= pays(servers, up, b)
    return out(b.name, keep(memory, c, b, servers))


STATE = {}


def server_object(servers, memory, request):
    n, m, _ = nginx(servers, memory, request)
    return next(s for s in servers if s.name == n), m


def bursts(servers, memory, request):
    order = [s.name for s in servers if s.up for _ in range(int(s.weight))]
    at = memory.get("at", 0)
    return order[at % len(order)], {**memory, "at": at + 1}


def index_keys(servers, memory, request):
    up = [s for s in servers if s.up]
    c = {i: memory.get(i, 0) + s.weight for i, s in enumerate(servers) if s.up}
    b = max(c, key=c.get)
    c[b] -= sum(s.weight for s in up)
    return servers[b].name, {**memory, **c}


def key_error(servers, memory, request):
    up = [s for s in servers if s.up]
    memory = dict(memory)
    for s in up:
        memory[s.name] += s.weight
    b = max(up, key=lambda s: memory[s.name]).name
    memory[b] -= sum(s.weight for s in up)
    return b, memory


def starts_once(servers, memory, request):
    up = [s for s in servers if s.up]
    memory = dict(memory) or {s.name: 0 for s in servers}
    for s in up:
        memory[s.name] += s.weight
    b = max(up, key=lambda s: memory[s.name]).name
    memory[b] -= sum(s.weight for s in up)
    return b, memory


def max_of_memory(servers, memory, request):
    memory = dict(memory)
    for s in servers:
        if s.up:
            memory[s.name] = memory.get(s.name, 0) + s.weight
    best = max(memory, key=memory.get)
    memory[best] -= sum(s.weight for s in servers if s.up)
    return best, memory


def first_seen_of_equals(servers, memory, request):
    memory = dict(memory)
    for s in servers:
        if s.up:
            memory[s.name] = memory.get(s.name, 0) + s.weight
    up = {s.name for s in servers if s.up}
    best = max((n for n in memory if n in up), key=memory.get)
    memory[best] -= sum(s.weight for s in servers if s.up)
    return best, memory


def sorts_by_name(servers, memory, request):
    return nginx(sorted(servers, key=lambda s: s.name), memory, request)


def greater_equal(servers, memory, request):
    c = dict(memory)
    best = None
    for s in servers:
        if s.up:
            c[s.name] = c.get(s.name, 0) + s.weight
            if best is None or c[s.name] >= c[best]:
                best = s.name
    c[best] -= sum(s.weight for s in servers if s.up)
    return best, c


def best_from_zero(servers, memory, request):
    c = dict(memory)
    best, top = None, 0
    for s in servers:
        if s.up:
            c[s.name] = c.get(s.name, 0) + s.weight
            if c[s.name] > top:
                best, top = s.name, c[s.name]
    c[best] -= sum(s.weight for s in servers if s.up)
    return best, c


def pays_all_credit(servers, memory, request):
    c = dict(memory)
    up = [s for s in servers if s.up]
    for s in up:
        c[s.name] = c.get(s.name, 0) + s.weight
    b = max(up, key=lambda s: c[s.name])
    c[b.name] -= sum(c[s.name] for s in up)
    return b.name, c


def weight_to_begin_with(servers, memory, request):
    c = dict(memory)
    up = [s for s in servers if s.up]
    for s in up:
        c[s.name] = c.get(s.name, s.weight) + s.weight
    b = max(up, key=lambda s: c[s.name])
    c[b.name] -= sum(s.weight for s in up)
    return b.name, c


def best_of_the_dictionary(servers, memory, request):
    c = dict(memory)
    up = {s.name: s.weight for s in servers if s.up}
    for name, weight in up.items():
        c[name] = c.get(name, 0) + weight
    b = max((name for name in c if name in up), key=c.get)
    c[b] -= sum(up.values())
    return b, c


WRONG = [
    ("pays the credit", pays_all_credit, "It pays only what they have earned in this pick"),
    ("weight at first", weight_to_begin_with, "starts with its weight, and then earns it as well"),
    ("order of the dictionary", best_of_the_dictionary, "the one that came into the dictionary first is picked"),
    (
        "pays own weight",
        flawed(_smooth, pays=lambda ss, up, b: b.weight),
        "The server that is picked pays its own weight only",
    ),
    (
        "pays for all, down too",
        flawed(_smooth, pays=lambda ss, up, b: sum(s.weight for s in ss)),
        "The server that is picked pays the weights of all servers, even of those that are not up and earn nothing",
    ),
    (
        "down earn, not picked, pays up",
        flawed(
            _smooth,
            alive=lambda ss: list(ss),
            pickable=lambda ss, up: [s for s in ss if s.up],
            pays=lambda ss, up, b: sum(s.weight for s in ss if s.up),
        ),
        "A server earns while it is not up",
    ),
    ("down forgotten", flawed(_smooth, keep=lambda m, c, b, ss: c), "A server loses its credit while it is not up"),
    (
        "alphabetical",
        flawed(_smooth, pick=lambda up, c: min(up, key=lambda s: (-c[s.name], s.name))),
        "Among equals, the first by name is picked",
    ),
    (
        "heavier of equals",
        flawed(_smooth, pick=lambda up, c: max(up, key=lambda s: (c[s.name], s.weight))),
        "Among equals, the heaviest is picked",
    ),
    (
        "idle of equals",
        flawed(_smooth, pick=lambda up, c: max(up, key=lambda s: (c[s.name], -s.active))),
        "Among equals, the one with fewer requests is picked",
    ),
    (
        "int both",
        flawed(_smooth, earn=lambda s: int(s.weight), pays=lambda ss, up, b: sum(int(s.weight) for s in up)),
        "Fractions are dropped",
    ),
    (
        "weight falsy 1",
        flawed(_smooth, earn=lambda s: s.weight or 1, pays=lambda ss, up, b: sum(s.weight or 1 for s in up)),
        "A server of weight 0 earns 1",
    ),
    (
        "only winner kept",
        flawed(_smooth, keep=lambda m, c, b, ss: {**m, b.name: c[b.name]}),
        "Only the credit of the server that is picked is remembered",
    ),
    ("memory ignored", flawed(_smooth, old=lambda m: {}), "Every pick starts with no credit"),
    (
        "never negative",
        flawed(_smooth, keep=lambda m, c, b, ss: {**m, **{k: max(0, v) for k, v in c.items()}}),
        "Credit is never allowed below 0",
    ),
    (
        "winner to 0",
        flawed(_smooth, keep=lambda m, c, b, ss: {**m, **c, b.name: 0}),
        "The credit of the server that is picked is reset to 0",
    ),
    ("swapped", flawed(_smooth, out=lambda n, m: (m, n)), "Pick 1"),
    ("no memory", flawed(_smooth, out=lambda n, m: (n, None)), "Pick 1"),
    ("server_object", server_object, "Pick 1"),
    ("bursts", bursts, "Pick 1 should be b, but is a"),
    ("index_keys", index_keys, "Credit is kept by place in the list, and the list may change"),
    ("key_error", key_error, "At the very first pick `memory` is empty"),
    ("starts_once", starts_once, "A server that joins later has no credit in `memory` yet"),
    ("max_of_memory", max_of_memory, "The richest of all is picked, even if it is not up"),
    ("first_seen_of_equals", first_seen_of_equals, "Pick 2 should be a, but is b"),
    ("sorts_by_name", sorts_by_name, "Among equals, the first by name is picked"),
    ("greater_equal", greater_equal, "Among equals, the last is picked"),
    ("best_from_zero", best_from_zero, "It looks for a server with more than 0 credit, and there may be none"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("proxies-smooth-weighted", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)
