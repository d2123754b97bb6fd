"""Right answers to the two exercises on picking a server, written in many styles: every one of them passes."""

# ruff: noqa: B905, E731, RUF015  (they are written as learners write)

from collections import Counter
from fractions import Fraction
from itertools import groupby

import numpy
import pytest

from labs.proxies.balancing.algorithms import smooth_weighted as take_turns
from tests.kit.answers import Answers, passes, right_ones

SMOOTH = Answers("proxies-smooth-weighted")
LEAST = Answers("proxies-least-connections")


# ── smooth weighted round robin ───────────────────────────────────────────────────────────────────────────────────────


@SMOOTH.right
def loop(servers, memory, request):
    new, best, total = dict(memory), None, 0
    for s in servers:
        if not s.up:
            continue
        new[s.name] = new.get(s.name, 0) + s.weight
        total += s.weight
        if best is None or new[s.name] > new[best]:
            best = s.name
    new[best] -= total
    return best, new


@SMOOTH.right
def in_place(servers, memory, request):
    up = [s for s in servers if s.up]
    for s in up:
        memory.setdefault(s.name, 0)
        memory[s.name] += s.weight
    best = max(up, key=lambda s: memory[s.name]).name
    memory[best] -= sum(s.weight for s in up)
    return best, memory


@SMOOTH.right
def by_sorting(servers, memory, request):
    earned = {s.name: memory.get(s.name, 0) + s.weight for s in servers if s.up}
    name = sorted(earned, key=earned.get, reverse=True)[0]
    paid = dict(earned)
    paid[name] -= sum(s.weight for s in servers if s.up)
    return name, {**memory, **paid}, earned


@SMOOTH.right
def in_numpy(servers, memory, request):
    up = [s for s in servers if s.up]
    w = numpy.array([s.weight for s in up])
    c = numpy.array([memory.get(s.name, 0) for s in up]) + w
    i = int(numpy.argmax(c))
    c[i] -= w.sum()
    return up[i].name, {**memory, **{s.name: v for s, v in zip(up, c)}}


@SMOOTH.right
def recursive(servers, memory, request):
    def best(names):
        if len(names) == 1:
            return names[0]
        rest = best(names[1:])
        return names[0] if c[names[0]] >= c[rest] else rest

    c = {**memory}
    w = {s.name: s.weight for s in servers if s.up}
    for n in w:
        c[n] = c.get(n, 0) + w[n]
    b = best(list(w))
    c[b] = c[b] - sum(w.values())
    return b, c


@SMOOTH.right
def listed_only(servers, memory, request):
    """Keeps the credit of the servers in the list, and gives everybody one, zero or not."""
    credit = Counter({s.name: memory.get(s.name, 0) for s in servers})
    total = 0
    for s in servers:
        if s.up:
            credit[s.name] += s.weight
            total += s.weight
    names = [s.name for s in servers if s.up]
    top = max(credit[n] for n in names)
    name = [n for n in names if credit[n] == top][0]
    credit[name] -= total
    return name, credit


@SMOOTH.right
def without_zeros(servers, memory, request):
    name, new, _ = take_turns(servers, memory, request)
    return name, {n: c for n, c in new.items() if c}


@SMOOTH.right
def with_purses(servers, memory, request):
    class Purse:
        def __init__(self, s):
            self.s, self.has = s, memory.get(s.name, 0)

        def earn(self):
            self.has += self.s.weight

    purses = [Purse(s) for s in servers]
    live = [p for p in purses if p.s.up]
    for p in live:
        p.earn()
    rich = live[0]
    for p in live[1:]:
        if p.has > rich.has:
            rich = p
    rich.has -= sum(p.s.weight for p in live)
    return rich.s.name, {p.s.name: p.has for p in purses}


# ── least connections ─────────────────────────────────────────────────────────────────────────────────────────────────


@LEAST.right
def direct(servers, memory, request):
    up = [s for s in servers if s.up]
    low = min(s.active / s.weight for s in up)
    return take_turns([s for s in up if s.active / s.weight == low], memory, request)


@LEAST.right
def fraction(servers, memory, request):
    busy = {s: Fraction(s.active) / Fraction(s.weight) for s in servers if s.up}
    low = min(busy.values())
    name, new, *_ = take_turns([s for s in busy if busy[s] == low], memory, request)
    return name, new


@LEAST.right
def cross(servers, memory, request):
    best = []
    for s in servers:
        if not s.up:
            continue
        if not best:
            best = [s]
            continue
        a, b = s.active * best[0].weight, best[0].active * s.weight
        if a < b:
            best = [s]
        elif a == b:
            best.append(s)
    choice = take_turns(best, memory, request)
    return choice.name, choice.memory


@LEAST.right
def alone(servers, memory, request):
    """one that is least alone takes no turn"""
    up = [s for s in servers if s.up]
    low = min(s.active / s.weight for s in up)
    least = [s for s in up if s.active / s.weight == low]
    if len(least) == 1:
        return least[0].name, memory
    return take_turns(least, memory, request)


@LEAST.right
def by_hand(servers, memory, request):
    groups = {}
    for s in servers:
        if s.up:
            groups.setdefault(s.active / s.weight, []).append(s)
    least = groups[min(groups)]
    for s in least:
        memory[s.name] = memory.get(s.name, 0) + s.weight
    best = max(least, key=lambda s: memory[s.name])
    memory[best.name] -= sum(s.weight for s in least)
    return best.name, memory


@LEAST.right
def grouped(servers, memory, request):
    key = lambda s: s.active / s.weight
    _, least = next(groupby(sorted((s for s in servers if s.up), key=key), key))
    return take_turns(list(least), memory, request)


@LEAST.right
def least_in_numpy(servers, memory, request):
    up = [s for s in servers if s.up]
    busy = numpy.array([s.active for s in up]) / numpy.array([s.weight for s in up])
    least = [up[i] for i in numpy.flatnonzero(busy == busy.min())]
    name, memory, _ = take_turns(least, memory, request)
    return name, memory, dict(zip((s.name for s in up), busy))


@LEAST.right
def down_marked(servers, memory, request):
    """passes the whole list, with the busier marked as not up"""
    low = min(s.active / s.weight for s in servers if s.up)
    return take_turns([s._replace(up=s.up and s.active / s.weight == low) for s in servers], memory, request)


@pytest.mark.parametrize(("exercise", "function"), right_ones(SMOOTH, LEAST))
def test_a_right_answer_passes_in_any_style(exercise, function):
    passes(exercise, function)


def test_there_are_five_styles_of_each():
    assert all(len(one.rights) >= 5 for one in (SMOOTH, LEAST))
