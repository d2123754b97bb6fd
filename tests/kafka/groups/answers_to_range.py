# ruff: noqa - as people write it
"""Range, as people write it who have only the notebook: right in any style, and wrong."""

import math
from collections import defaultdict, deque

from tests.kit.answers import Answers

answers = Answers("kafka-range")


def base(members, topics, key=None, cut=None, readers_of=None, order=True, first=0):
    out = {m.id: [] for m in members}
    for t, n in topics.items():
        rs = [m.id for m in members if t in m.topics]
        if order:
            rs.sort(key=key)
        s = 0
        for i, r in enumerate(rs):
            k = n // len(rs) + (i < n % len(rs))
            out[r] += [(t, x + first) for x in range(s, s + k)]
            s += k
    return out


def owner(p, n, k):
    q, r = divmod(n, k)
    return p // (q + 1) if p < r * (q + 1) else r + (p - r * (q + 1)) // q


def _shares(members, topics):
    res = [[] for _ in members]
    for t in topics:
        idx = [i for i, m in enumerate(members) if t in m.topics]
        if not idx:
            continue
        sizes = [0] * len(idx)
        for p in range(topics[t]):
            sizes[p % len(idx)] += 1
        it = iter(range(topics[t]))
        for i, s in zip(idx, sizes):
            res[i] += [(t, next(it)) for _ in range(s)]
    return res


@answers.right
def lesson(members, topics):
    return base(members, topics)


@answers.right
def np_split(members, topics):
    import numpy as np

    out = {m.id: [] for m in members}
    for t in topics:
        rs = sorted(m.id for m in members if t in m.topics)
        if rs:
            for r, part in zip(rs, np.array_split(np.arange(topics[t]), len(rs))):
                out[r].extend((t, x) for x in part)
    return out


@answers.right
def deq(members, topics):
    out = defaultdict(list)
    for m in members:
        out[m.id]
    for t, n in topics.items():
        rs = sorted((m for m in members if t in m.topics), key=lambda m: m.id)
        d = deque(range(n))
        while rs:
            k = math.ceil(len(d) / len(rs))
            out[rs.pop(0).id] += [(t, d.popleft()) for _ in range(k)]
    return out


@answers.right
def oneliner(members, topics):
    s = lambda t: sorted(x.id for x in members if t in x.topics)
    return {
        m.id: [(t, p) for t in m.topics for p in range(topics[t]) if s(t)[owner(p, topics[t], len(s(t)))] == m.id]
        for m in members
    }


@answers.right
def inplace(members, topics):
    members.sort(key=lambda m: m.id)
    return {m.id: s for m, s in zip(members, _shares(members, topics))}


@answers.right
def recursive(members, topics):
    out = {m.id: [] for m in members}

    def give(t, rs, lo, hi):
        if rs:
            k = -(-(hi - lo) // len(rs))
            out[rs[0]] += [(t, i) for i in range(lo, lo + k)]
            give(t, rs[1:], lo + k, hi)

    for t in topics:
        give(t, sorted(m.id for m in members if t in m.topics), 0, topics[t])
    return out


@answers.right
def tuples(members, topics):
    return {k: tuple(v) for k, v in base(members, topics).items()}


@answers.right
def sets(members, topics):
    return {k: set(v) for k, v in base(members, topics).items()}


@answers.right
def klass(members, topics):
    class Assign:
        def __init__(self):
            self.d = {}

        def run(self):
            for m in sorted(members, key=lambda m: m.id):
                self.d.setdefault(m.id, [])
            for t in sorted(topics):
                self.topic(t)
            return self.d

        def topic(self, t):
            rs = [k for k in self.d if any(m.id == k and t in m.topics for m in members)]
            if rs:
                q, r = divmod(topics[t], len(rs))
                for i, k in enumerate(rs):
                    lo = i * q + min(i, r)
                    self.d[k] += [(t, p) for p in range(lo, lo + q + (i < r))]

    return Assign().run()


@answers.right
def lists_pairs(members, topics):
    return {k: [list(p) for p in v] and v for k, v in base(members, topics).items()}


@answers.right
def groupby(members, topics):
    from itertools import islice

    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted([m.id for m in members if t in m.topics])
        if len(subs) == 0:
            continue
        parts = iter([(t, i) for i in range(topics[t])])
        base = topics[t] // len(subs)
        rem = topics[t] % len(subs)
        for s in subs:
            take = base
            if rem > 0:
                take += 1
                rem -= 1
            res[s] = res[s] + list(islice(parts, take))
    return res


@answers.right
def where(members, topics):
    return {
        m.id: [
            (t, n)
            for t in topics
            if t in m.topics
            for n in range(topics[t])
            if (
                lambda ids, i: (
                    i * (topics[t] // len(ids)) + min(i, topics[t] % len(ids))
                    <= n
                    < (i + 1) * (topics[t] // len(ids)) + min(i + 1, topics[t] % len(ids))
                )
            )(*(lambda ids: (ids, ids.index(m.id)))(sorted(x.id for x in members if t in x.topics)))
        ]
        for m in members
    }


@answers.right
def kafka_java(members, topics):
    out = {m.id: [] for m in members}
    per_topic = {}
    for m in members:
        for t in m.topics:
            per_topic.setdefault(t, []).append(m.id)
    for t, ids in per_topic.items():
        ids.sort()
        n = topics[t]
        each = n // len(ids)
        extra = n % len(ids)
        for i in range(len(ids)):
            start = each * i + min(i, extra)
            length = each + (0 if i + 1 > extra else 1)
            out[ids[i]].extend([(t, p) for p in range(start, start + length)])
    return out


@answers.wrong("You have no entry for a member that subscribes to nothing")
def defdict(members, topics):
    out = {}
    for t, n in topics.items():
        rs = sorted(m.id for m in members if t in m.topics)
        for i, r in enumerate(rs):
            out.setdefault(r, []).extend(
                (t, p)
                for p in range(
                    i * (n // len(rs)) + min(i, n % len(rs)), (i + 1) * (n // len(rs)) + min(i + 1, n % len(rs))
                )
            )
    return out


@answers.wrong("Your counter goes on where the topic before ended")
def start_kept(members, topics):
    out = {m.id: [] for m in members}
    s = 0
    for t, n in topics.items():
        rs = sorted(m.id for m in members if t in m.topics)
        for i, r in enumerate(rs):
            k = n // len(rs) + (i < n % len(rs))
            out[r] += [(t, x) for x in range(s, s + k)]
            s += k
    return out


@answers.wrong("You look for the topic's name inside other text")
def substring(members, topics):
    out = {m.id: [] for m in members}
    for t, n in topics.items():
        rs = sorted(m.id for m in members if t in ",".join(m.topics))
        s = 0
        for i, r in enumerate(rs):
            k = n // len(rs) + (i < n % len(rs))
            out[r] += [(t, x) for x in range(s, s + k)]
            s += k
    return out


@answers.wrong("Nobody subscribes to payments here")
def zerodiv(members, topics):
    out = {m.id: [] for m in members}
    for t, n in topics.items():
        rs = sorted(m.id for m in members if t in m.topics)
        q, r = divmod(n, len(rs))
        s = 0
        for i, k in enumerate(rs):
            z = q + (i < r)
            out[k] += [(t, x) for x in range(s, s + z)]
            s += z
    return out


@answers.wrong("You let the longer runs of one topic follow on from those of the topic")
def carry_extra(members, topics):
    out = {m.id: [] for m in members}
    turn = 0
    for t, n in topics.items():
        rs = sorted(m.id for m in members if t in m.topics)
        if not rs:
            continue
        q, r = divmod(n, len(rs))
        s = 0
        extra = {(turn + j) % len(rs) for j in range(r)}
        turn += r
        for i, k in enumerate(rs):
            z = q + (i in extra)
            out[k] += [(t, p) for p in range(s, s + z)]
            s += z
    return out


@answers.wrong()
def reset_rem(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted([m.id for m in members if t in m.topics])
        if not subs:
            continue
        start = 0
        for i, s in enumerate(subs):
            size = math.ceil((topics[t] - start) / len(subs))
            res[s] += [(t, p) for p in range(start, start + size)]
            start += size
    return res


@answers.wrong()
def subset_all(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted(m.id for m in members if set(topics) <= set(m.topics))
        for p in range(topics[t]):
            if subs:
                res[subs[p * len(subs) // topics[t]]].append((t, p))
    return res


@answers.wrong("You round each boundary by itself")
def p_times(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted(m.id for m in members if t in m.topics)
        for p in range(topics[t]):
            if subs:
                res[subs[p * len(subs) // topics[t]]].append((t, p))
    return res


@answers.wrong("You divide by the number of all members")
def topic_of_ids(members, topics):
    res = {m.id: [] for m in members}
    subs = sorted(m.id for m in members)
    for t in topics:
        mine = [s for s in subs]
        q, r = divmod(topics[t], len(mine))
        a = 0
        for i, s in enumerate(mine):
            b = a + q + (i < r)
            if t in next(m for m in members if m.id == s).topics:
                res[s] += [(t, p) for p in range(a, b)]
            a = b
    return res


@answers.wrong("One run too many is longer")
def le_rem(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted(m.id for m in members if t in m.topics)
        if not subs:
            continue
        q, r = divmod(topics[t], len(subs))
        a = 0
        for i, s in enumerate(subs):
            b = a + q + (i <= r)
            res[s] += [(t, p) for p in range(a, min(b, topics[t]))]
            a = b
    return res


@answers.wrong()
def sort_members_by_topics(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = [m.id for m in sorted(members, key=lambda m: m.topics) if t in m.topics]
        if not subs:
            continue
        q, r = divmod(topics[t], len(subs))
        a = 0
        for i, s in enumerate(subs):
            b = a + q + (i < r)
            res[s] += [(t, p) for p in range(a, b)]
            a = b
    return res


@answers.wrong("You return after the first topic")
def return_inside(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted(m.id for m in members if t in m.topics)
        if not subs:
            continue
        q, r = divmod(topics[t], len(subs))
        a = 0
        for i, s in enumerate(subs):
            b = a + q + (i < r)
            res[s] += [(t, p) for p in range(a, b)]
            a = b
        return res
    return res


@answers.wrong()
def topic_keys(members, topics):
    res = {}
    for t in topics:
        subs = sorted(m.id for m in members if t in m.topics)
        if not subs:
            continue
        q, r = divmod(topics[t], len(subs))
        a = 0
        res[t] = {}
        for i, s in enumerate(subs):
            b = a + q + (i < r)
            res[t][s] = list(range(a, b))
            a = b
    return res


@answers.wrong()
def equal_only(members, topics):
    res = {m.id: [] for m in members}
    for t in topics:
        subs = sorted(m.id for m in members if t in m.topics)
        if not subs:
            continue
        size = max(1, round(topics[t] / len(subs)))
        for i, s in enumerate(subs):
            res[s] += [(t, p) for p in range(i * size, min((i + 1) * size, topics[t]))]
    return res


@answers.wrong("You begin the i-th run at `i * share`")
def no_counter(members, topics):
    result = {m.id: [] for m in members}
    for topic, n in topics.items():
        subs = sorted(m.id for m in members if topic in m.topics)
        if not subs:
            continue
        each, extra = divmod(n, len(subs))
        for i, who in enumerate(subs):
            result[who] += [(topic, p) for p in range(i * each, i * each + each + (i < extra))]
    return result


@answers.wrong("You divide by the number of all members")
def shares_as_if_for_all(members, topics):
    result = {m.id: [] for m in members}
    for topic, n in topics.items():
        each, extra = divmod(n, len(members))
        start = 0
        for i, m in enumerate(sorted(members, key=lambda m: m.id)):
            if topic not in m.topics:
                continue
            size = each + (i < extra)
            result[m.id] += [(topic, p) for p in range(start, start + size)]
            start += size
    return result


@answers.wrong("One run too many is longer")
def up_to_the_remainder(members, topics):
    result = {m.id: [] for m in members}
    for topic, n in topics.items():
        subs = sorted(m.id for m in members if topic in m.topics)
        if not subs:
            continue
        each, extra = divmod(n, len(subs))
        start = 0
        for i, who in enumerate(subs):
            size = each + 1 if i <= extra else each
            result[who] += [(topic, p) for p in range(start, start + size)]
            start += size
    return result
