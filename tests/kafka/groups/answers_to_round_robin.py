# ruff: noqa - as people write it
"""Round robin, as people write it who have only the notebook: right in any style, and wrong."""

import itertools
from collections import defaultdict, deque
from itertools import cycle

from tests.kit.answers import Answers

answers = Answers("kafka-round-robin")


def base(members, topics, mkey=lambda m: m.id, tsort=sorted, has=lambda m, t: t in m.topics):
    out = {m.id: [] for m in members}
    circle = sorted(members, key=mkey) if mkey else list(members)
    turn = 0
    for t in tsort(topics):
        if not any(has(m, t) for m in members):
            continue
        for p in range(topics[t]):
            while not has(circle[turn % len(circle)], t):
                turn += 1
            out[circle[turn % len(circle)].id].append((t, p))
            turn += 1
    return out


@answers.right
def lesson(members, topics):
    return base(members, topics)


@answers.right
def cyc(members, topics):
    out = {m.id: [] for m in members}
    c = itertools.cycle(sorted(members, key=lambda m: m.id))
    for t, n in sorted(topics.items()):
        if any(t in m.topics for m in members):
            for p in range(n):
                m = next(c)
                while t not in m.topics:
                    m = next(c)
                out[m.id].append((t, p))
    return out


@answers.right
def rot(members, topics):
    q = deque(sorted(members, key=lambda m: m.id))
    out = defaultdict(list, {m.id: [] for m in members})
    for t in sorted(topics):
        for p in range(topics[t]):
            for _ in range(len(q)):
                m = q[0]
                q.rotate(-1)
                if t in m.topics:
                    out[m.id].append((t, p))
                    break
    return out


@answers.right
def np_(members, topics):
    import numpy as np

    ids = sorted(m.id for m in members)
    sub = {m.id: set(m.topics) for m in members}
    out = {i: [] for i in ids}
    last = -1
    for t in sorted(topics):
        mask = np.array([t in sub[i] for i in ids])
        if not mask.any():
            continue
        for p in np.arange(topics[t]):
            order = (np.arange(len(ids)) + last + 1) % len(ids)
            last = order[np.argmax(mask[order])]
            out[ids[last]].append((t, p))
    return out


@answers.right
def recursive(members, topics):
    ms = sorted(members, key=lambda m: m.id)
    out = {m.id: [] for m in ms}
    cards = [(t, p) for t in sorted(topics) for p in range(topics[t])]

    def deal(i, circle):
        if i == len(cards):
            return out
        for k, m in enumerate(circle):
            if cards[i][0] in m.topics:
                out[m.id].append(cards[i])
                return deal(i + 1, circle[k + 1 :] + circle[: k + 1])
        return deal(i + 1, circle)

    return deal(0, ms)


@answers.right
def inplace(members, topics):
    members.sort(key=lambda m: m.id)
    out = {m.id: set() for m in members}
    i = 0
    for t in sorted(topics):
        subs = [k for k, m in enumerate(members) if t in m.topics]
        if subs:
            for p in range(topics[t]):
                k = next((k for k in subs if k >= i), subs[0])
                out[members[k].id].add((t, p))
                i = (k + 1) % len(members)
    return out


@answers.right
def gen_inside(members, topics):
    def seats():
        while True:
            yield from sorted(members, key=lambda m: m.id)

    s = seats()
    out = {m.id: [] for m in members}
    for t in sorted(t for t in topics if any(t in m.topics for m in members)):
        for p in range(topics[t]):
            out[next(m for m in s if t in m.topics).id].append((t, p))
    return out


@answers.right
def java(members, topics):
    out = {m.id: [] for m in members}
    ms = sorted(members, key=lambda m: m.id)
    i = 0
    for t, p in [(t, p) for t in sorted({t for m in members for t in m.topics}) for p in range(topics[t])]:
        while t not in ms[i].topics:
            i = (i + 1) % len(ms)
        out[ms[i].id].append((t, p))
        i = (i + 1) % len(ms)
    return out


@answers.right
def last(members, topics):
    ids = sorted(m.id for m in members)
    subs = {m.id: m.topics for m in members}
    res = {i: [] for i in ids}
    pos = -1
    for t in sorted(topics.keys()):
        for p in range(topics[t]):
            for step in range(1, len(ids) + 1):
                j = (pos + step) % len(ids)
                if t in subs[ids[j]]:
                    res[ids[j]].append((t, p))
                    pos = j
                    break
    return res


@answers.right
def dq(members, topics):
    d = deque(sorted((m.id, m.topics) for m in members))
    r = {m.id: deque() for m in members}
    for t, n in sorted(topics.items()):
        if not any(t in x for _, x in d):
            continue
        for p in range(n):
            while t not in d[0][1]:
                d.rotate(-1)
            r[d[0][0]].append((t, p))
            d.rotate(-1)
    return {k: list(v) for k, v in r.items()}


@answers.wrong("You put the partitions in order as text")
def text_cards(members, topics):
    out = {m.id: [] for m in members}
    c = itertools.cycle(sorted(members, key=lambda m: m.id))
    for card in sorted(f"{t}:{p}" for t in topics for p in range(topics[t]) if any(t in m.topics for m in members)):
        t, p = card.split(":")
        m = next(c)
        while t not in m.topics:
            m = next(c)
        out[m.id].append((t, int(p)))
    return out


@answers.wrong()
def peek_cycle(members, topics):  # throws the one that was peeked at away
    c = itertools.cycle(sorted(members, key=lambda m: m.id))
    out = {m.id: [] for m in members}
    for t in sorted(topics):
        if any(t in m.topics for m in members):
            for p in range(topics[t]):
                while t not in next(c).topics:
                    pass
                out[next(c).id].append((t, p))
    return out


@answers.wrong()
def modulo_reset(members, topics):  # restarts at the first member after a skip
    ms = sorted(members, key=lambda m: m.id)
    out = {m.id: [] for m in ms}
    turn = 0
    for t in sorted(topics):
        if not any(t in m.topics for m in ms):
            continue
        for p in range(topics[t]):
            if t not in ms[turn % len(ms)].topics:
                turn = 0
                while t not in ms[turn].topics:
                    turn += 1
            out[ms[turn % len(ms)].id].append((t, p))
            turn += 1
    return out


@answers.wrong("A member that was skipped catches up")
def per_member(members, topics):
    ms = sorted(members, key=lambda m: m.id)
    out = {m.id: [] for m in ms}
    cards = [(t, p) for t in sorted(topics) for p in range(topics[t])]
    while cards:
        before = len(cards)
        for m in ms:
            for c in cards:
                if c[0] in m.topics:
                    out[m.id].append(c)
                    cards.remove(c)
                    break
        if len(cards) == before:
            break
    return out


@answers.wrong("You give away a topic to which nobody subscribes")
def unread_to_first(members, topics):
    ms = sorted(members, key=lambda m: m.id)
    out = {m.id: [] for m in ms}
    turn = 0
    for t in sorted(topics):
        for p in range(topics[t]):
            n = 0
            while t not in ms[turn % len(ms)].topics and n < len(ms):
                turn += 1
                n += 1
            out[ms[turn % len(ms)].id].append((t, p))
            turn += 1
    return out


@answers.wrong()
def sorted_items_len(members, topics):
    c = cycle(sorted(m.id for m in members))
    r = {m.id: [] for m in members}
    for t in sorted(topics, key=lambda t: (len(t), t)):
        ok = {m.id for m in members if t in m.topics}
        if ok:
            for p in range(topics[t]):
                i = next(c)
                while i not in ok:
                    i = next(c)
                r[i].append((t, p))
    return r


@answers.wrong("You deal in rounds")
def remove_after(members, topics):
    r = {m.id: [] for m in members}
    waiting = []
    for t in sorted(topics):
        for p in range(topics[t]):
            can = [m for m in waiting if t in m.topics]
            if not can:
                waiting = sorted(members, key=lambda m: m.id)
                can = [m for m in waiting if t in m.topics]
            if can:
                r[can[0].id].append((t, p))
                waiting.remove(can[0])
    return r


@answers.wrong("You let the cards of a topic to which nobody subscribes use up turns")
def i_mod(members, topics):
    ids = sorted(m.id for m in members)
    r = {i: [] for i in ids}
    subs = {m.id: m.topics for m in members}
    k = 0
    for t in sorted(topics):
        for p in range(topics[t]):
            n = 0
            while t not in subs[ids[k]] and n < len(ids):
                k = (k + 1) % len(ids)
                n += 1
            if t in subs[ids[k]]:
                r[ids[k]].append((t, p))
            k = (k + 1) % len(ids)
    return r


@answers.wrong("Your turn moves on only when somebody is skipped")
def no_advance(members, topics):
    ids = sorted(m.id for m in members)
    r = {i: [] for i in ids}
    subs = {m.id: m.topics for m in members}
    k = 0
    for t in sorted(topics):
        for p in range(topics[t]):
            for n in range(len(ids)):
                if t in subs[ids[k]]:
                    r[ids[k]].append((t, p))
                    break
                k = (k + 1) % len(ids)
    return r


@answers.wrong()
def two_at_a_time(members, topics):
    r = {m.id: [] for m in members}
    c = cycle(sorted(m.id for m in members))
    n = 0
    i = None
    for t in sorted(topics):
        ok = {m.id for m in members if t in m.topics}
        if ok:
            for p in range(topics[t]):
                if n % 2 == 0 or i not in ok:
                    i = next(c)
                    while i not in ok:
                        i = next(c)
                r[i].append((t, p))
                n += 1
    return r


@answers.wrong()
def key_error(members, topics):
    r = {}
    c = cycle(sorted(m.id for m in members))
    for t in sorted(topics):
        ok = {m.id for m in members if t in m.topics}
        if ok:
            for p in range(topics[t]):
                i = next(c)
                while i not in ok:
                    i = next(c)
                r[i].append((t, p))
    return r


@answers.wrong()
def topics_from_first(members, topics):
    r = {m.id: [] for m in members}
    c = cycle(sorted(m.id for m in members))
    for t in sorted(members[0].topics):
        ok = {m.id for m in members if t in m.topics}
        for p in range(topics[t]):
            i = next(c)
            while i not in ok:
                i = next(c)
            r[i].append((t, p))
    return r


@answers.wrong("A member that was skipped catches up")
def from_whoever_has_least(members, topics):
    out = {m.id: [] for m in members}
    subs = {m.id: m.topics for m in members}
    for t in sorted(topics):
        mine = sorted((i for i in out if t in subs[i]), key=lambda i: (len(out[i]), i))
        for p in range(topics[t]):
            if mine:
                out[mine[p % len(mine)]].append((t, p))
    return out


@answers.wrong("You give the card to whoever is next, subscribed or not")
def anybody_but_for_unread_topics(members, topics):
    ids = sorted(m.id for m in members)
    out = {i: [] for i in ids}
    have = {t for m in members for t in m.topics}
    for i, card in enumerate((t, p) for t in sorted(topics) if t in have for p in range(topics[t])):
        out[ids[i % len(ids)]].append(card)
    return out
