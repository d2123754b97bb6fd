# ruff: noqa - as people write it
"""A sticky assignor, as people write it who have only the notebook: right in any style, and wrong."""

import math
from collections import Counter, deque

from tests.kit.answers import Answers

answers = Answers("kafka-sticky")


def base(
    members,
    topics,
    vanish=None,
    dup="none",
    order="most",
    quota="exact",
    fill="least",
    idkey=None,
    free_order=1,
    sortm=True,
):
    allp = [(t, n) for t in sorted(topics) for n in range(topics[t])]
    vanish = vanish or (lambda p: p in allp)
    claims = Counter(p for m in members for p in set(m.owned))
    seen = set()
    ms = sorted(members, key=idkey or (lambda m: m.id)) if sortm else list(members)
    keeps = {}
    for m in ms:
        k = []
        for p in sorted(m.owned):
            if not vanish(p):
                continue
            if claims[p] > 1:
                if dup == "none":
                    continue
                if dup == "first" and p in seen:
                    continue
            seen.add(p)
            k.append(p)
        keeps[m.id] = k
    q, r = divmod(len(allp), len(ms))
    key = {
        "most": lambda i: -len(keeps[i]),
        "id": lambda i: 0,
        "fewest": lambda i: len(keeps[i]),
        "raw": lambda i: -len(next(m for m in ms if m.id == i).owned),
    }[order]
    ranked = sorted(keeps, key=key)
    quo = {"exact": lambda p: q + (p < r), "floor": lambda p: q, "ceil": lambda p: q + (r > 0)}[quota]
    quotas = {i: quo(p) for p, i in enumerate(ranked)}
    out = {i: k[: quotas[i]] for i, k in keeps.items()}
    taken = {p for v in out.values() for p in v}
    free = [p for p in allp if p not in taken][::free_order]
    if fill == "least":
        for p in free:
            out[min(out, key=lambda i: len(out[i]))].append(p)
    elif fill == "rr":
        for j, p in enumerate(free):
            out[list(out)[j % len(out)]].append(p)
    elif fill == "first":
        for p in free:
            out[list(out)[0]].append(p)
    return out


def _level(out, allp):
    taken = {p for v in out.values() for p in v}
    for p in allp:
        if p not in taken:
            out[min(out, key=lambda i: len(out[i]))].append(p)
    while True:
        hi = max(out, key=lambda i: len(out[i]))
        lo = min(out, key=lambda i: len(out[i]))
        if len(out[hi]) - len(out[lo]) < 2:
            return out
        out[lo].append(out[hi].pop())


def parts(topics):
    return [(t, n) for t in topics for n in range(topics[t])]


def start(members, topics):
    all_ = parts(topics)
    c = Counter(p for m in members for p in m.owned)
    return all_, {m.id: [p for p in m.owned if p in all_ and c[p] == 1] for m in members}


@answers.right
def lesson(members, topics):
    return base(members, topics)


@answers.right
def greedy(members, topics):
    allp = {(t, n) for t in topics for n in range(topics[t])}
    c = Counter(p for m in members for p in m.owned)
    out = {m.id: {p for p in m.owned if p in allp and c[p] == 1} for m in members}
    for p in sorted(allp - set().union(*out.values())):
        out[min(out, key=lambda i: len(out[i]))].add(p)
    while True:
        hi = max(out, key=lambda i: len(out[i]))
        lo = min(out, key=lambda i: len(out[i]))
        if len(out[hi]) - len(out[lo]) < 2:
            return out
        out[lo].add(out[hi].pop())


@answers.right
def deques(members, topics):
    n = sum(topics.values())
    k = len(members)
    owner = {}
    for m in members:
        for p in m.owned:
            owner.setdefault(p, []).append(m.id)
    d = {m.id: deque() for m in members}
    free = deque()
    for t in topics:
        for i in range(topics[t]):
            w = owner.get((t, i), [])
            (d[w[0]] if len(w) == 1 else free).append((t, i))
    extra = n % k
    for i in sorted(d, key=lambda i: (-len(d[i]), i)):
        most = n // k + (extra > 0)
        if len(d[i]) >= most:
            extra -= extra > 0
        else:
            most = n // k
        while len(d[i]) > max(most, n // k):
            free.append(d[i].pop())
    for i in d:
        while len(d[i]) < n // k:
            d[i].append(free.popleft())
    for i in d:
        if free and len(d[i]) == n // k:
            d[i].append(free.popleft())
    return {i: list(v) for i, v in d.items()}


@answers.right
def recursive(members, topics):
    allp = [(t, n) for t in topics for n in range(topics[t])]
    out = {m.id: [p for p in m.owned if p in allp and sum(p in o.owned for o in members) == 1] for m in members}

    def fill(rest):
        if rest:
            out[min(sorted(out), key=lambda i: len(out[i]))].append(rest[0])
            fill(rest[1:])

    fill([p for p in allp if not any(p in v for v in out.values())])

    def level():
        a, *_, b = sorted(out, key=lambda i: len(out[i])) if len(out) > 1 else [next(iter(out))] * 2
        if len(out[b]) - len(out[a]) > 1:
            out[a].append(out[b].pop(0))
            level()

    level()
    return out


@answers.right
def np_(members, topics):
    import numpy as np

    ids = sorted(m.id for m in members)
    allp = [(t, n) for t in sorted(topics) for n in range(topics[t])]
    M = np.array([[p in m.owned for p in allp] for m in sorted(members, key=lambda m: m.id)], dtype=int).reshape(
        len(ids), len(allp)
    )
    M[:, M.sum(axis=0) > 1] = 0
    q, r = divmod(len(allp), len(ids))
    rank = np.argsort(np.argsort(-M.sum(axis=1), kind="stable"), kind="stable")
    quota = q + (rank < r)
    for i in range(len(ids)):
        on = np.flatnonzero(M[i])
        M[i, on[quota[i] :]] = 0
    for j in np.flatnonzero(M.sum(axis=0) == 0):
        i = int(np.argmax(quota - M.sum(axis=1)))
        M[i, j] = 1
    return {ids[i]: [allp[j] for j in np.flatnonzero(M[i])] for i in range(len(ids))}


@answers.right
def klass(members, topics):
    class Seat:
        def __init__(s, m):
            s.id, s.has = m.id, []

    members.sort(key=lambda m: m.id)
    seats = {m.id: Seat(m) for m in members}
    owner = {}
    bad = set()
    for m in members:
        for p in m.owned:
            if p in owner:
                bad.add(p)
            owner[p] = m.id
    free = []
    for t, n in topics.items():
        for i in range(n):
            p = (t, i)
            if p in owner and p not in bad:
                seats[owner[p]].has.append(p)
            else:
                free.append(p)
    total = sum(topics.values())
    lo, hi = total // len(seats), -(-total // len(seats))
    longs = total % len(seats) or len(seats) * (total % len(seats) == 0)
    for s in sorted(seats.values(), key=lambda s: -len(s.has)):
        cap = hi if longs > 0 and len(s.has) >= hi else lo
        if len(s.has) > cap:
            free += s.has[cap:]
            del s.has[cap:]
        if len(s.has) == hi and hi != lo:
            longs -= 1
    for p in free:
        min(seats.values(), key=lambda s: len(s.has)).has.append(p)
    return {i: s.has for i, s in seats.items()}


@answers.right
def swaps(members, topics):
    all_ = parts(topics)
    c = Counter(p for m in members for p in m.owned)
    owner = {p: m.id for m in members for p in m.owned if p in all_ and c[p] == 1}
    load = Counter({m.id: 0 for m in members})
    load.update(owner.values())
    for p in all_:
        if p not in owner:
            i = min(sorted(load), key=load.get)
            owner[p] = i
            load[i] += 1
    while max(load.values()) - min(load.values()) > 1:
        hi, lo = max(load, key=load.get), min(load, key=load.get)
        p = next(p for p in all_ if owner[p] == hi)
        owner[p] = lo
        load[hi] -= 1
        load[lo] += 1
    return {m.id: [p for p in all_ if owner[p] == m.id] for m in members}


@answers.right
def quota_desc(members, topics):
    all_ = parts(topics)
    c = Counter(p for m in members for p in m.owned)
    n = len(members)
    good = {m.id: [p for p in m.owned if c[p] < 2 and p in all_] for m in members}
    ids = sorted(good, key=lambda i: len(good[i]), reverse=True)
    out = {}
    left = set(all_)
    for k, i in enumerate(ids):
        q = len(all_) // n + (1 if k < len(all_) % n else 0)
        out[i] = set(good[i][:q])
        left -= out[i]
    for k, i in enumerate(ids):
        q = len(all_) // n + (1 if k < len(all_) % n else 0)
        while len(out[i]) < q:
            out[i].add(left.pop())
    return out


@answers.right
def rec(members, topics):
    all_ = parts(topics)
    bad = {p for a in members for b in members if a.id < b.id for p in set(a.owned) & set(b.owned)}
    cur = {m.id: [p for p in m.owned if p in all_ and p not in bad] for m in members}

    def go(cur, free):
        lo = min(cur, key=lambda i: len(cur[i]))
        hi = max(cur, key=lambda i: len(cur[i]))
        if free:
            return go({**cur, lo: cur[lo] + [free[0]]}, free[1:])
        if len(cur[hi]) - len(cur[lo]) > 1:
            return go({**cur, hi: cur[hi][1:], lo: cur[lo] + cur[hi][:1]}, [])
        return cur

    return go(cur, [p for p in all_ if p not in sum(cur.values(), [])])


@answers.wrong()
def last_claim(members, topics):
    allp = [(t, n) for t in sorted(topics) for n in range(topics[t])]
    owner = {p: m.id for m in members for p in m.owned if p in allp}
    out = {m.id: [p for p, i in owner.items() if i == m.id] for m in members}
    return _level(out, allp)


@answers.wrong("You let too many members keep the rounded-up share")
def rr_after_keeping(members, topics):  # keeps up to ceil in list order, as long as there are extras
    allp = [(t, n) for t in sorted(topics) for n in range(topics[t])]
    c = Counter(p for m in members for p in m.owned)
    hi = math.ceil(len(allp) / len(members))
    out = {}
    for m in members:
        out[m.id] = [p for p in m.owned if p in allp and c[p] == 1][:hi]
    for p in allp:
        if not any(p in v for v in out.values()):
            out[min(out, key=lambda i: len(out[i]))].append(p)
    return out


@answers.wrong("You round the share to the nearest whole number")
def round_share(members, topics):
    allp = [(t, n) for t in sorted(topics) for n in range(topics[t])]
    c = Counter(p for m in members for p in m.owned)
    hi = round(len(allp) / len(members))
    out = {}
    for m in members:
        out[m.id] = [p for p in m.owned if p in allp and c[p] == 1][:hi]
    for p in allp:
        if not any(p in v for v in out.values()):
            out[min(out, key=lambda i: len(out[i]))].append(p)
    return out


@answers.wrong()
def evict_all(members, topics):
    all_, cur = start(members, topics)
    q = math.ceil(len(all_) / len(members))
    for i in cur:
        if len(cur[i]) > q:
            cur[i] = []
    for p in all_:
        if p not in sum(cur.values(), []):
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    return cur


@answers.wrong()
def level_to_first(members, topics):
    all_, cur = start(members, topics)
    for p in all_:
        if p not in sum(cur.values(), []):
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    hi = max(cur, key=lambda i: len(cur[i]))
    lo = min(cur, key=lambda i: len(cur[i]))
    if len(cur[hi]) - len(cur[lo]) > 1:
        cur[lo].append(cur[hi].pop())
    return cur


@answers.wrong("You stop evening out while somebody still has two more than somebody e")
def diff2(members, topics):
    all_, cur = start(members, topics)
    for p in all_:
        if p not in sum(cur.values(), []):
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    while True:
        hi = max(cur, key=lambda i: len(cur[i]))
        lo = min(cur, key=lambda i: len(cur[i]))
        if len(cur[hi]) - len(cur[lo]) <= 2:
            return cur
        cur[lo].append(cur[hi].pop())


@answers.wrong("You give a partition that two members claim to nobody")
def sum_first(members, topics):
    all_, cur = start(members, topics)
    free = [p for p in all_ if not any(p in m.owned for m in members)]
    for p in free:
        cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    while True:
        hi = max(cur, key=lambda i: len(cur[i]))
        lo = min(cur, key=lambda i: len(cur[i]))
        if len(cur[hi]) - len(cur[lo]) < 2:
            return cur
        cur[lo].append(cur[hi].pop())


@answers.wrong()
def no_check_dup(members, topics):
    all_ = parts(topics)
    cur = {m.id: [p for p in m.owned if p in all_] for m in members}
    for p in all_:
        if p not in sum(cur.values(), []):
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    while True:
        hi = max(cur, key=lambda i: len(cur[i]))
        lo = min(cur, key=lambda i: len(cur[i]))
        if len(cur[hi]) - len(cur[lo]) < 2:
            return cur
        cur[lo].append(cur[hi].pop())


@answers.wrong()
def topics_vanish(members, topics):
    c = Counter(p for m in members for p in m.owned)
    all_ = parts(topics)
    cur = {m.id: [p for p in m.owned if c[p] == 1] for m in members}
    for p in all_:
        if p not in sum(cur.values(), []):
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    while True:
        hi = max(cur, key=lambda i: len(cur[i]))
        lo = min(cur, key=lambda i: len(cur[i]))
        if len(cur[hi]) - len(cur[lo]) < 2:
            return cur
        cur[lo].append(cur[hi].pop())


@answers.wrong("You let nobody keep more than the rounded-down share")
def int_div(members, topics):
    all_, cur = start(members, topics)
    q = len(all_) // len(members)
    for i in cur:
        cur[i] = cur[i][: max(q, 1)]
    for p in all_:
        if p not in sum(cur.values(), []):
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
    return cur


@answers.wrong("Two members claim the same partition")
def generation_zero(members, topics):
    all_ = parts(topics)
    cur = {
        m.id: [p for p in m.owned if p in all_ and m.generation == max(x.generation for x in members)] for m in members
    }
    q = math.ceil(len(all_) / len(members))
    seen = set()
    for i in cur:
        cur[i] = [p for p in cur[i] if p not in seen][:q]
        seen |= set(cur[i])
    for p in all_:
        if p not in seen:
            cur[min(cur, key=lambda i: len(cur[i]))].append(p)
            seen.add(p)
    return cur
