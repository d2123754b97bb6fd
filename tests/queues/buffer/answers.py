# ruff: noqa - as people write it
"""Answers to lesson 04's exercises as people write them: right in any style, and wrong."""

import math
from collections import deque
from fractions import Fraction

from tests.kit.answers import Answers

drain = Answers("queues-drain")
bounded = Answers("queues-bounded")
backoff = Answers("queues-backoff")
latest = Answers("queues-latest")

# ---- queues-drain ----------------------------------------------------------------------------------------------------


@drain.right
def by_the_book(backlog, arrivals, per_worker, within):
    need = arrivals + backlog / within
    n = math.ceil(need / per_worker)
    return (n, backlog / (n * per_worker - arrivals)) if backlog else (n, 0)


@drain.right
def looking(backlog, arrivals, per_worker, within):
    workers = 0
    while True:
        spare = workers * per_worker - arrivals
        if spare * within >= backlog and spare >= 0:
            return workers, (backlog / spare if spare else 0)
        workers += 1


@drain.right
def as_a_list(b, a, p, w):
    n = -(-(a * w + b) // (p * w))
    s = n * p - a
    return [n, 0 if b == 0 else b / s]


@drain.right
def exact(b, a, p, w):
    n = math.ceil((Fraction(b, w) + a) / p)
    return n, Fraction(b, n * p - a) if b else Fraction(0)


@drain.right
def first_that_fits(b, a, p, w):
    n = next(n for n in range(10**6) if n * p * w >= a * w + b)
    try:
        return n, b / (n * p - a)
    except ZeroDivisionError:
        return n, 0.0


@drain.right
def recursive(b, a, p, w, n=0):
    n = (a * w + b + p * w - 1) // (p * w)
    return float(n), b and b / (n * p - a)


@drain.right
def numpys(b, a, p, w):
    import numpy

    n = int(numpy.ceil((a + b / w) / p))
    return numpy.int64(n), numpy.float64(b / (n * p - a) if b else 0)


@drain.wrong("Your workers keep up")
def only_arrivals(b, a, p, w):
    n = math.ceil(a / p)
    free = n * p - a
    return n, (b / free if free else 0)


@drain.wrong("You forget that messages go on arriving")
def only_backlog(b, a, p, w):
    n = math.ceil(b / (p * w))
    return n, b / (n * p) if n else 0


@drain.wrong("You round down")
def floored(b, a, p, w):
    n = int((a + b / w) / p)
    return n, b / (n * p - a) if b and n * p > a else 0


@drain.wrong("The workers are right. For the time")
def gross_time(b, a, p, w):
    n = math.ceil((a + b / w) / p)
    return n, b / (n * p) if b else 0


@drain.wrong("The workers are right. They may be quicker")
def says_within(b, a, p, w):
    return math.ceil((a + b / w) / p), w


@drain.wrong()
def only_workers(b, a, p, w):
    return math.ceil((a + b / w) / p)


@drain.wrong("You return both, but in the wrong order")
def other_order(b, a, p, w):
    n = math.ceil((a + b / w) / p)
    return b / (n * p - a) if b else 0, n


@drain.wrong()
def one_worker_to_spare(b, a, p, w):
    n = math.ceil((a + b / w) / p) + 1
    return n, b / (n * p - a) if b else 0


# ---- queues-bounded --------------------------------------------------------------------------------------------------


@bounded.right
def in_a_row(waiting, message, bound, policy):
    if len(waiting) < bound:
        waiting.append(message)
        return waiting, "accepted", []
    if policy == "drop oldest":
        gone = waiting.pop(0)
        waiting.append(message)
        return waiting, "accepted", [gone]
    elif policy == "drop newest":
        return waiting, "accepted", [message]
    elif policy == "reject":
        return waiting, "rejected", []
    else:
        return waiting, "wait", []


@bounded.right
def slices(w, m, b, p):
    both = w + [m]
    if len(both) <= b:
        return [both, "accepted", []]
    return {
        "drop oldest": (both[-b:], "accepted", both[:-b]),
        "drop newest": (both[:b], "accepted", both[b:]),
        "reject": (w, "rejected", []),
        "block": (w, "wait", []),
    }[p]


@bounded.right
def matched(waiting, message, bound, policy):
    full = len(waiting) >= bound
    match (full, policy):
        case (False, _):
            return (*waiting, message), "accepted", ()
        case (_, "drop oldest"):
            first, *rest = waiting
            return rest + [message], "accepted", [first]
        case (_, "drop newest"):
            return waiting, "accepted", [message]
        case (_, "reject"):
            return waiting, "rejected", []
        case _:
            return waiting, "wait", []


@bounded.right
def with_a_deque(waiting, message, bound, policy):
    q, lost, told = deque(waiting), [], "accepted"
    if len(q) == bound and policy == "drop oldest":
        lost.append(q.popleft())
    if len(q) < bound:
        q.append(message)
    elif policy == "drop newest":
        lost.append(message)
    else:
        told = "rejected" if policy == "reject" else "wait"
    return list(q), told, lost


class Queue:
    def __init__(self, messages, bound):
        self.messages, self.bound = list(messages), bound

    def put(self, message, policy):
        if len(self.messages) < self.bound:
            self.messages.append(message)
            return "accepted", []
        if policy.startswith("drop"):
            self.messages.append(message)
            return "accepted", [self.messages.pop(0 if policy == "drop oldest" else -1)]
        return ("rejected" if policy == "reject" else "wait"), []


@bounded.right
def with_a_class(waiting, message, bound, policy):
    queue = Queue(waiting, bound)
    told, lost = queue.put(message, policy)
    return queue.messages, told, lost


@bounded.right
def a_deque_of_its_own(waiting, message, bound, policy):
    queue = deque(waiting, maxlen=bound)
    if len(queue) < bound:
        queue.append(message)
        return queue, "accepted", ()
    if policy == "drop oldest":
        gone = queue[0]
        queue.append(message)
        return queue, "accepted", (gone,)
    if policy == "drop newest":
        return queue, "accepted", (message,)
    return queue, ("rejected" if policy == "reject" else "wait"), ()


@bounded.wrong("You drop the message and acknowledge it.")
def silent(waiting, message, bound, policy):
    if len(waiting) < bound:
        return waiting + [message], "accepted", []
    if policy == "drop oldest":
        return waiting[1:] + [message], "accepted", waiting[:1]
    if policy == "block":
        return waiting, "wait", []
    return waiting, "accepted", [message]


@bounded.wrong("A rejected message is not lost")
def rejected_lost(waiting, message, bound, policy):
    if len(waiting) < bound:
        return waiting + [message], "accepted", []
    if policy == "drop oldest":
        return waiting[1:] + [message], "accepted", waiting[:1]
    if policy == "drop newest":
        return waiting, "accepted", [message]
    return (waiting, "rejected", [message]) if policy == "reject" else (waiting, "wait", [])


@bounded.wrong("A queue that holds `bound` messages is full")
def one_too_many(waiting, message, bound, policy):
    if len(waiting) <= bound:
        return waiting + [message], "accepted", []
    return waiting, "rejected", []


@bounded.wrong()
def just_the_list(waiting, message, bound, policy):
    return waiting + [message]


@bounded.wrong()
def lost_is_one(waiting, message, bound, policy):
    if len(waiting) < bound:
        return waiting + [message], "accepted", None
    return waiting, "rejected", None


@bounded.wrong("A message may be 0, None or an empty string")
def falsy(waiting, message, bound, policy):
    if len(waiting) < bound:
        return waiting + [message], "accepted", []
    lost = {"drop oldest": waiting[0], "drop newest": message}.get(policy)
    after = waiting[1:] + [message] if policy == "drop oldest" else waiting
    return after, {"reject": "rejected", "block": "wait"}.get(policy, "accepted"), [lost] if lost else []


@bounded.wrong()
def remove_by_value(waiting, message, bound, policy):
    waiting = waiting + [message]
    if len(waiting) <= bound:
        return waiting, "accepted", []
    if policy == "drop oldest":
        return waiting[1:], "accepted", [waiting[0]]
    waiting.remove(message)
    if policy == "drop newest":
        return waiting, "accepted", [message]
    return waiting, "rejected" if policy == "reject" else "wait", []


# ---- queues-backoff --------------------------------------------------------------------------------------------------


@backoff.right
def looped(failures, base, cap, luck):
    longest = base
    for _ in range(failures - 1):
        longest *= 2
        if longest >= cap:
            break
    return luck * min(longest, cap)


@backoff.right
def limited(failures, base, cap, luck):
    return luck * min(cap, base * 2 ** min(failures - 1, 60))


@backoff.right
def caught(failures, base, cap, luck):
    try:
        longest = min(cap, base * 2.0 ** (failures - 1))
    except OverflowError:
        longest = cap
    return longest * luck


@backoff.right
def whiled(failures, base, cap, luck):
    d = base
    while failures > 1 and d < cap:
        d, failures = d * 2, failures - 1
    return min(d, cap) * luck


@backoff.right
def exactly(failures, base, cap, luck):
    return float(min(Fraction(cap), Fraction(base) * 2 ** (failures - 1)) * Fraction(luck))


@backoff.right
def by_logarithm(failures, base, cap, luck):
    steps = math.log2(cap / base)
    return luck * (cap if failures - 1 >= steps else base * 2 ** (failures - 1))


@backoff.right
def deep(failures, base, cap, luck):
    def longest(n, d):
        return d if n <= 1 or d >= cap else longest(n - 1, 2 * d)

    return luck * min(cap, longest(failures, base))


@backoff.right
def interpolated(failures, base, cap, luck):
    low, high = 0, min(cap, base * 2 ** min(failures - 1, 100))
    return low + luck * (high - low)


@backoff.wrong("After a thousand failures")
def shifted(failures, base, cap, luck):
    return luck * min(cap, float(base) * (1 << (failures - 1)))


@backoff.wrong("You add a random bit")
def plus(failures, base, cap, luck):
    return min(cap, base * 2.0 ** min(failures - 1, 99)) + luck


@backoff.wrong("You apply the cap after the luck")
def cap_last(failures, base, cap, luck):
    return min(cap, luck * base * 2.0 ** min(failures - 1, 99))


@backoff.wrong("You double once too often")
def from_two(failures, base, cap, luck):
    return luck * min(cap, base * 2.0 ** min(failures, 99))


@backoff.wrong("There is no luck in it")
def unlucky(failures, base, cap, luck):
    return min(cap, base * 2.0 ** min(failures - 1, 99))


@backoff.wrong()
def its_own_dice(failures, base, cap, luck):
    import random

    return random.Random(1).uniform(0, min(cap, base * 2.0 ** min(failures - 1, 99)))


@backoff.wrong()
def sleeps(failures, base, cap, luck):
    pass_ = luck * min(cap, base * 2.0 ** min(failures - 1, 99))
    print(pass_)


@backoff.wrong()
def milliseconds(failures, base, cap, luck):
    return 1000 * luck * min(cap, base * 2.0 ** min(failures - 1, 99))


@backoff.wrong("The first pause may not exceed `cap` either")
def forgets_cap_below_base(failures, base, cap, luck):
    return luck * (base if failures == 1 else min(cap, base * 2.0 ** min(failures - 1, 99)))


@backoff.right
def an_exponent_up_to_62(failures, base, cap, luck):
    return luck * min(cap, base * (1 << min(failures - 1, 62)))


@backoff.wrong("Your limit on the exponent is too low")
def an_exponent_up_to_10(failures, base, cap, luck):
    return luck * min(cap, base * 2 ** min(failures - 1, 10))


# ---- queues-latest ---------------------------------------------------------------------------------------------------


@latest.right
def as_a_dict(waiting, report):
    cars = dict(waiting)
    cars[report[0]] = report[1]
    return list(cars.items())


@latest.right
def in_place(waiting, report):
    for i in range(len(waiting)):
        if waiting[i][0] == report[0]:
            waiting[i] = report
            break
    else:
        waiting.append(report)
    return waiting


@latest.right
def comprehended(waiting, report):
    new = [report if car == report[0] else (car, place) for car, place in waiting]
    return new if report in new else new + [report]


@latest.right
def rec(waiting, report):
    if not waiting:
        return [report]
    if waiting[0][0] == report[0]:
        return [report] + waiting[1:]
    return [waiting[0]] + rec(waiting[1:], report)


@latest.wrong("You send the car to the back")
def back(waiting, report):
    return [r for r in waiting if r[0] != report[0]] + [report]


@latest.wrong("You look at the last report only")
def last(waiting, report):
    if waiting and waiting[-1][0] == report[0]:
        waiting.pop()
    return waiting + [report]


@latest.wrong("The old report of the same car still waits")
def append(waiting, report):
    waiting.append(report)
    return waiting


@latest.wrong()
def nothing_back(waiting, report):
    waiting.append(report)


@latest.wrong()
def backwards(waiting, report):
    return sorted(dict([*waiting, report]).items(), key=lambda r: r[1])


@latest.wrong("Case and spaces count")
def as_they_print(waiting, report):
    name = str(report[0]).strip().lower()
    for i, (car, _) in enumerate(waiting):
        if str(car).strip().lower() == name:
            waiting[i] = report
            return waiting
    return waiting + [report]


@latest.wrong("You look for the name in the whole report")
def in_the_pair(waiting, report):
    for i, pair in enumerate(waiting):
        if report[0] in pair:
            waiting[i] = report
            return waiting
    return waiting + [report]


@latest.wrong("The car may be the very first in the queue")
def truth_of_the_index(waiting, report):
    index = {car: i for i, (car, _) in enumerate(waiting)}.get(report[0])
    if index:
        waiting[index] = report
    else:
        waiting.append(report)
    return waiting


# ---- as a stranger wrote them ----------------------------------------------------------------------------------------


@drain.wrong("Just in time is in time")
def strictly_sooner(b, a, p, w):
    if b == 0:
        return math.ceil(a / p), 0
    n = 1
    while n * p <= a or b / (n * p - a) >= w:
        n += 1
    return n, b / (n * p - a)


@drain.wrong("The workers are right. The queue may be empty before `within`")
def everything_by_the_whole_capacity(b, a, p, w):
    if b == 0:
        return math.ceil(a / p), 0
    n = math.ceil((b + a * w) / (p * w))
    return n, (b + a * w) / (n * p)


@bounded.right
def in_and_then_out(waiting, message, bound, policy):
    waiting.append(message)
    if len(waiting) <= bound:
        return waiting, "accepted", []
    if policy == "drop oldest":
        return waiting[-bound:], "accepted", waiting[:-bound]
    if policy == "drop newest":
        return waiting[:bound], "accepted", waiting[bound:]
    return waiting[:bound], ("rejected" if policy == "reject" else "wait"), []


@bounded.right
def full_is_exactly_full(waiting, message, bound, policy):
    if len(waiting) == bound:
        if policy == "drop oldest":
            return [*waiting[1:], message], "accepted", [waiting[0]]
        if policy == "drop newest":
            return waiting, "accepted", [message]
        return waiting, ("rejected" if policy == "reject" else "wait"), []
    return [*waiting, message], "accepted", []


@bounded.wrong("The policy counts only when the queue is full")
def policy_before_room(waiting, message, bound, policy):
    if policy == "reject":
        return waiting, "rejected", []
    if policy == "block":
        return waiting, "wait", []
    if len(waiting) < bound:
        return waiting + [message], "accepted", []
    return (waiting[1:] + [message], "accepted", waiting[:1]) if "old" in policy else (waiting, "accepted", [message])


@bounded.wrong("The new message gets the place of the oldest")
def overwrites_the_oldest(waiting, message, bound, policy):
    if len(waiting) < bound:
        return waiting + [message], "accepted", []
    if policy == "drop oldest":
        lost, waiting[0] = waiting[0], message
        return waiting, "accepted", [lost]
    if policy == "drop newest":
        return waiting, "accepted", [message]
    return waiting, ("rejected" if policy == "reject" else "wait"), []


@bounded.wrong("Only one message makes room")
def filters_the_oldest_out(waiting, message, bound, policy):
    if len(waiting) < bound:
        return waiting + [message], "accepted", []
    if policy == "drop oldest":
        oldest = waiting[0]
        return [m for m in waiting if m != oldest] + [message], "accepted", [oldest]
    if policy == "drop newest":
        return waiting, "accepted", [message]
    return waiting, ("rejected" if policy == "reject" else "wait"), []


@backoff.wrong("You take what is left of the luck")
def one_minus(failures, base, cap, luck):
    return (1 - luck) * min(cap, base * 2 ** min(failures - 1, 60))


@backoff.wrong("`cap` may be less than `base`")
def base_at_least(failures, base, cap, luck):
    return luck * max(base, min(cap, base * 2 ** min(failures - 1, 60)))


@latest.wrong("Case counts")
def lower_case(waiting, report):
    for i, (car, _) in enumerate(waiting):
        if car.lower() == report[0].lower():
            waiting[i] = report
            return waiting
    waiting.append(report)
    return waiting
