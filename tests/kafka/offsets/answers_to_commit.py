# ruff: noqa - as people write it
"""Which offset to commit, as people write it who have only the notebook: right in any style, and wrong."""

import itertools

from tests.kit.answers import Answers

answers = Answers("kafka-commit")


_s = [0]


@answers.right
def lesson(committed, done):
    while committed in done:
        committed += 1
    return committed


@answers.right
def sort_(committed, done):
    for d in sorted(done):
        if d != committed:
            break
        committed += 1
    return committed


@answers.right
def inplace(committed, done):
    done.sort()
    while done and done[0] == committed:
        committed += 1
        done.pop(0)
    return committed


@answers.right
def setmin(c, done):
    return min(set(range(c, c + len(done) + 1)) - set(done))


@answers.right
def rec(c, done):
    return rec(c + 1, done) if c in done else c


@answers.right
def itr(c, done):
    return next(i for i in itertools.count(c) if i not in set(done))


@answers.right
def np_(c, done):
    import numpy as np

    d = np.sort(np.array(done, dtype=int))
    return c + np.argmin(np.append(d, -1) == np.arange(c, c + len(d) + 1))


@answers.right
def klass(c, done):
    class T:
        def __init__(s):
            s.n = c
            s.w = set()

        def ack(s, o):
            s.w.add(o)
            while s.n in s.w:
                s.w.remove(s.n)
                s.n += 1

    t = T()
    for o in done:
        t.ack(o)
    return t.n


@answers.right
def takew(c, done):
    return c + len(list(itertools.takewhile(lambda p: p[0] == p[1], zip(sorted(done), itertools.count(c)))))


@answers.right
def another_right_1(committed, done):
    nxt = committed
    pending = set(done)
    while nxt in pending:
        pending.discard(nxt)
        nxt += 1
    return nxt


@answers.right
def another_right_2(committed, done):
    missing = [o for o in range(committed, max(done, default=committed) + 2) if o not in done]
    return missing[0]


@answers.right
def another_right_3(committed, done):
    import heapq

    heapq.heapify(done)
    while done and done[0] == committed:
        heapq.heappop(done)
        committed += 1
    return committed


@answers.right
def another_right_4(committed, done):
    from functools import reduce

    return reduce(lambda c, o: c + (o == c), sorted(done), committed)


@answers.wrong()
def longest_run(c, done):
    best = c, 0
    for i in done:
        j = i
        while j in done:
            j += 1
        if j - i > best[1]:
            best = j, j - i
    return best[0]


@answers.wrong("You pass over a gap of one record")
def gap_skips(c, done):  # one gap allowed
    s = sorted(done)
    for d in s:
        if d <= c + 1:
            c = d + 1
    return c


@answers.wrong()
def state(c, done):
    _s[0] = max(_s[0], c)
    while _s[0] in done:
        _s[0] += 1
    return _s[0]


@answers.wrong()
def counts_below(c, done):
    return c + sum(d - c < len(done) for d in done)


@answers.wrong("Your answer never moves on")
def never(c, done):
    return c


@answers.wrong("You look only at the lowest record that is done")
def mini(c, done):
    return min(done, default=c)


@answers.wrong()
def another_wrong_2(c, d):
    return min(o for o in range(c, c + len(d) + 2) if o not in d) - 1 if d else c


@answers.wrong()
def another_wrong_5(c, d):
    return c + sum(1 for o in d if o < c + len(d))


@answers.wrong()
def another_wrong_7(c, d):
    return sorted(d)[len(d) // 2] + 1 if d else c


@answers.wrong("You count from 0")
def another_wrong_8(c, d):
    n = 0
    for i, o in enumerate(sorted(d)):
        if o == i:
            n = o + 1
    return max(n, c)


@answers.wrong()
def another_wrong_9(c, d):
    d.sort()
    while d and d.pop(0) == c:
        c += 1
    return c + 1


@answers.wrong("You go by the record before")
def another_wrong_11(c, d):
    best = c
    for o in d:
        if o - 1 in d or o == c:
            best = max(best, o + 1)
    return best


@answers.wrong("The list is empty here")
def another_wrong_12(c, d):
    d = sorted(d)
    if d[0] != c:
        return c
    for a, b in zip(d, d[1:]):
        if b != a + 1:
            return a + 1
    return d[-1] + 1
