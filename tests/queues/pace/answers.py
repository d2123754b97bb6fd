# ruff: noqa - as people write it
"""How many workers, as people write it who have only the notebook: right in any style, and wrong."""

import math

from tests.kit.answers import Answers

answers = Answers("queues-workers")


@answers.right
def rounded_up(arrivals, per_worker):
    return math.ceil(arrivals / per_worker)


@answers.right
def minus(arrivals, per_worker):
    return -(-arrivals // per_worker)


@answers.right
def loop(a, p):
    n = 0
    while n * p < a:
        n += 1
    return n


@answers.right
def from_one(a, p):
    n = 1
    while n * p < a:
        n += 1
    return n


@answers.right
def plus(arrivals, per_worker):
    return (arrivals + per_worker - 1) // per_worker


@answers.right
def dm(arrivals, per_worker):
    q, r = divmod(arrivals, per_worker)
    return q + 1 if r else q


@answers.right
def flo(arrivals, per_worker):
    return float(math.ceil(arrivals / per_worker))


@answers.right
def nump(a, p):
    import numpy

    return numpy.ceil(numpy.int64(a) / p).astype(int)


@answers.right
def boolsum(a, p):
    return a // p + (a % p > 0)


@answers.right
def viaset(a, p):
    return next(n for n in range(a + 1) if n * p >= a)


@answers.right
def lenrange(a, p):
    return len(range(0, a, p))


@answers.right
def maxone(a, p):
    return max(1, math.ceil(a / p))


@answers.right
def another_right_1(arrivals, per_worker):
    return int(math.ceil(float(arrivals) / float(per_worker)))


@answers.right
def another_right_2(arrivals, per_worker):
    for w in range(0, 10**9):
        if per_worker * w >= arrivals:
            return w


@answers.right
def another_right_3(arrivals, per_worker):
    from decimal import ROUND_CEILING, Decimal

    return int((Decimal(arrivals) / Decimal(per_worker)).to_integral_value(ROUND_CEILING))


@answers.right
def another_right_4(a, p):
    return (a - 1) // p + 1


@answers.wrong()
def rec(a, p):  # a million deep
    return 0 if a <= 0 else 1 + rec(a - p, p)


@answers.wrong("You stop counting too early")
def up_to_a_hundred(a, p):
    for n in range(10_000):
        if n * p >= a:
            return n


@answers.wrong()
def ceil_half(a, p):  # 'room'
    return math.ceil(1.2 * a / p)


@answers.wrong("You round to the nearest whole number and add one")
def over_round(a, p):
    return round(a / p) + 1


@answers.wrong("You add a little less than 1")
def nearly(a, p):
    return int(a / p + 0.99)


@answers.wrong("You add a little less than 1")
def very_nearly(a, p):
    return (a / p + 0.9999) // 1


@answers.wrong()
def raw(a, p):
    return a / p


@answers.wrong()
def text(a, p):
    return str(math.ceil(a / p))


@answers.wrong()
def plus_half(a, p):
    return round(a / p + 0.5)


@answers.wrong()
def minus1(a, p):
    return (a - 1) // p


@answers.wrong("You round to the nearest whole number")
def if_rest(a, p):
    n = a // p
    if a % p > p / 2:
        n += 1
    return n


@answers.wrong()
def while_gt(a, p):
    n = 1
    while a > p:
        a = a - p
        n = n + 1
        if n > 4:
            break
    return n


@answers.wrong()
def hard(arrivals, per_worker):
    return math.ceil(arrivals / 15)


@answers.wrong("You round up")
def negfloor(a, p):
    return -(a // -p) + 1
