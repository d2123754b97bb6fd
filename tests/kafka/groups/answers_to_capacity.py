# ruff: noqa - as people write it
"""A capacity plan, as people write it who have only the notebook: right in any style, and wrong."""

import math
from math import ceil, floor

from tests.kit.answers import Answers

answers = Answers("kafka-capacity")


def cons(rate, pc, p):
    c = 1
    while c < p and ceil(p / c) * rate > pc * p:
        c += 1
    return c


@answers.right
def lesson(rate, per_consumer, per_partition):
    p = ceil(rate / min(per_consumer, per_partition))
    c = 1
    while ceil(p / c) * rate / p > per_consumer:
        c += 1
    return p, c


@answers.right
def other_float(rate, pc, pp):
    p = ceil(rate / min(pc, pp))
    each = rate / p
    c = 1
    while ceil(p / c) * each > pc:
        c += 1
    return p, c


@answers.right
def closed(rate, pc, pp):
    p = -int(-rate // min(pc, pp))
    k = int(pc * p // rate)
    return p, -(-p // k)


@answers.right
def closed2(rate, pc, pp):
    p = ceil(rate / min(pc, pp))
    each = rate / p
    return p, ceil(p / floor(pc / each))


@answers.right
def search(rate, pc, pp):
    p = 1
    while rate / p > pp or rate / p > pc:
        p += 1
    return p, next(c for c in range(1, p + 1) if -(-p // c) * rate <= pc * p)


@answers.right
def exact(rate, pc, pp):
    from fractions import Fraction as F

    rate, pc, pp = F(rate), F(pc), F(pp)
    p = ceil(rate / min(pc, pp))
    return [p, min(c for c in range(1, p + 1) if max(len(range(i, p, c)) for i in range(c)) * rate / p <= pc)]


@answers.right
def np_(rate, pc, pp):
    import numpy as np

    p = int(np.ceil(rate / min(pc, pp)))
    c = np.arange(1, p + 1)
    ok = np.ceil(p / c) * rate <= pc * p
    return p, c[ok][0]


@answers.right
def recursive(rate, pc, pp, p=1, c=1):
    if rate > p * min(pc, pp):
        return recursive(rate, pc, pp, p + 1, 1)
    if math.ceil(p / c) * rate > pc * p:
        return recursive(rate, pc, pp, p, c + 1)
    return p, c


@answers.right
def floats(rate, pc, pp):
    p, c = lesson(rate, pc, pp)
    return float(p), float(c)


@answers.right
def binary(rate, pc, pp):
    p = ceil(rate / min(pc, pp))
    lo, hi = 1, p
    while lo < hi:
        m = (lo + hi) // 2
        if ceil(p / m) * rate / p <= pc:
            hi = m
        else:
            lo = m + 1
    return p, lo


@answers.right
def another_right_1(rate, per_consumer, per_partition):
    parts = max(ceil(rate / per_consumer), ceil(rate / per_partition))
    load = rate / parts
    return parts, min(n for n in range(1, parts + 1) if ceil(parts / n) * load <= per_consumer)


@answers.right
def another_right_2(rate, c, p):
    parts = -(-rate // min(c, p))
    can = c * parts // rate
    return parts, -(-parts // can)


@answers.right
def another_right_3(rate, c, p):
    parts = 1
    while rate > parts * c or rate > parts * p:
        parts += 1
    cons = parts
    while cons > 1 and ceil(parts / (cons - 1)) * rate <= c * parts:
        cons -= 1
    return (parts, cons)


@answers.wrong()
def floor_consumers(rate, pc, pp):
    p = ceil(rate / min(pc, pp))
    return p, max(1, p // floor(pc / (rate / p)))


@answers.wrong()
def int_add(rate, pc, pp):
    m = min(pc, pp)
    p = int((rate + m - 1) // m) or 1
    c = 1
    while c < p and ceil(p / c) * rate / p > pc:
        c += 1
    return p, c


@answers.wrong("You are right on average")
def consumers_from_both(rate, pc, pp):
    p = ceil(rate / min(pc, pp))
    return p, ceil(rate / min(pc, pp)) if pc < pp else ceil(rate / pc)


@answers.wrong("You count every partition as full")
def another_wrong_2(rate, c, p):
    parts = max(ceil(rate / p), ceil(rate / c))
    return parts, min(parts, ceil(parts * p / c))


@answers.wrong()
def another_wrong_4(rate, c, p):
    parts = ceil(rate / min(c, p))
    per = rate // parts or 1
    return parts, ceil(parts / max(1, c // per))


@answers.wrong()
def another_wrong_5(rate, c, p):
    return ceil(rate / c), ceil(rate / p)


@answers.wrong("You round down")
def another_wrong_7(rate, c, p):
    return math.floor(rate / min(c, p)) or 1, cons(rate, c, math.floor(rate / min(c, p)) or 1)


@answers.wrong()
def another_wrong_8(rate, c, p):
    parts = ceil(rate / min(c, p))
    return parts, cons(rate, c, parts) * 2


@answers.wrong()
def another_wrong_9(rate, c, p):
    parts = ceil(rate / (c + p))
    return parts, cons(rate, c, parts)


@answers.wrong()
def another_wrong_11(rate, c, p):
    parts = ceil(rate / min(c, p))
    n = parts
    while ceil(parts / n) * rate / parts < c and n > 1:
        n -= 1
    return parts, n


@answers.wrong("You add partitions so that fewer consumers will do")
def another_wrong_12(rate, c, p):
    best = None
    for parts in range(1, 200):
        if rate / parts <= min(c, p):
            n = cons(rate, c, parts)
            if best is None or parts + n < sum(best) or n < best[1]:
                best = (parts, n)
    return best


@answers.wrong("Take the smaller of the two")
def larger_limit(rate, per_consumer, per_partition):
    partitions = max(1, ceil(rate / max(per_consumer, per_partition)))
    n = 1
    while ceil(partitions / n) * rate / partitions > per_consumer and n < partitions:
        n += 1
    return partitions, n


@answers.wrong("You round to the nearest whole number")
def nearest_partitions(rate, per_consumer, per_partition):
    partitions = max(1, round(rate / min(per_consumer, per_partition)))
    n = 1
    while ceil(partitions / n) * rate / partitions > per_consumer and n < partitions:
        n += 1
    return partitions, n
