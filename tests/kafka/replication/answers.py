# ruff: noqa - as people write it
"""The exercises on replication, as people answer them who have only the notebook: right in any style, and wrong."""

from functools import reduce
from itertools import groupby

from tests.kit.answers import Answers

watermark, elect, truncate, choose = map(
    Answers, ("kafka-watermark", "kafka-elect", "kafka-truncate", "kafka-choose-acks")
)

# ── right ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@watermark.right
def loop(ends, isr, before, min_insync):
    if len(isr) < min_insync:
        return before
    low = None
    for b in isr:
        e = ends[b]
        if e is None:
            return before
        if low is None or e < low:
            low = e
    return low if low > before else before


@watermark.right
def comprehension(ends, isr, before, min_insync):
    inside = {b: e for b, e in ends.items() if b in isr}
    ok = len(inside) >= min_insync and all(e is not None for e in inside.values())
    return max(before, min(inside.values())) if ok else before


@watermark.right
def with_sorted(ends, isr, before, min_insync):
    known = sorted(-1 if ends[b] is None else ends[b] for b in isr)
    return before if len(known) < min_insync else max(before, known[0])


@watermark.right
def by_reduce(ends, isr, before, min_insync):
    if len(list(isr)) < min_insync:
        return before
    return max(before, reduce(min, [ends[b] if ends[b] is not None else before for b in isr]))


@watermark.right
def counting_up(ends, isr, before, min_insync):
    mark = before
    while len(isr) >= min_insync and all(ends[b] is not None and ends[b] > mark for b in isr):
        mark += 1
    return mark


@watermark.right
def tries(ends, isr, before, min_insync):
    try:
        return before if len(isr) < min_insync else max(before, min(ends[b] for b in isr))
    except TypeError:
        return before


@elect.right
def nexts(replicas, alive, isr, eligible, unclean):
    good = isr or eligible
    found = next((r for r in replicas if r in good and r in alive), None)
    if found is None and unclean:
        found = next((r for r in replicas if r in alive), None)
    return found


@elect.right
def lists(replicas, alive, isr, eligible, unclean):
    candidates = [r for r in replicas if r in alive]
    first = [r for r in candidates if r in isr]
    second = [r for r in candidates if r in eligible and not isr]
    third = candidates if unclean else []
    return (first + second + third + [None])[0]


@elect.right
def by_index(replicas, alive, isr, eligible, unclean):
    up = sorted(set(replicas) & set(alive), key=list(replicas).index)
    for group in [isr] + ([eligible] if len(isr) == 0 else []) + ([alive] if unclean else []):
        best = [u for u in up if u in group]
        if best:
            return best[0]


@elect.right
def recursive(replicas, alive, isr, eligible, unclean):
    def go(rest, wanted):
        if not rest:
            return None
        return rest[0] if rest[0] in alive and rest[0] in wanted else go(rest[1:], wanted)

    leader = go(replicas, isr if isr else eligible)
    return go(replicas, alive) if leader is None and unclean else leader


@elect.right
def ranked(replicas, alive, isr, eligible, unclean):
    def rank(r):
        return 0 if r in isr else 1 if r in eligible and not isr else 2

    up = [(rank(r), i, r) for i, r in enumerate(replicas) if r in alive and (unclean or rank(r) < 2)]
    return min(up)[2] if up else None


@truncate.right
def asking(log, watermark, leader):
    mine = list(log)
    while mine:
        epoch, end = leader.end_of(mine[-1])
        if epoch == mine[-1]:
            return min(len(mine), end)
        mine = [e for e in mine if e <= epoch]
    return 0


@truncate.right
def by_epochs(log, watermark, leader):
    ends = {}
    for offset, epoch in enumerate(log):
        ends[epoch] = offset + 1
    for epoch in sorted(ends, reverse=True):
        theirs, end = leader.end_of(epoch)
        if theirs == epoch:
            return min(ends[epoch], end)
    return 0


@truncate.right
def forwards(log, watermark, leader):
    kept = 0
    for epoch, group in groupby(log):
        size = len(list(group))
        theirs, end = leader.end_of(epoch)
        if theirs != epoch:
            break
        kept = min(kept + size, end)
    return kept


@truncate.right
def recursion(log, watermark, leader):
    if not log:
        return 0
    epoch, end = leader.end_of(log[-1])
    if epoch == log[-1]:
        return min(end, len(log))
    return recursion([e for e in log if e <= epoch], watermark, leader)


@truncate.right
def record_by_record(log, watermark, leader):
    kept = 0
    for offset, epoch in enumerate(log):
        theirs, end = leader.end_of(epoch)
        if theirs == epoch and offset < end:
            kept = offset + 1
    return kept


@choose.right
def pair(replicas, down):
    return ("all", replicas - down)


@choose.right
def a_list(replicas, down):
    return ["all", max(1, replicas - down)]


# ── wrong ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@watermark.wrong("largest log end")
def largest(ends, isr, before, min_insync):
    return max(before, max(e for e in ends.values() if e is not None))


@watermark.wrong("every replica")
def everybody(ends, isr, before, min_insync):
    if any(e is None for e in ends.values()) or len(isr) < min_insync:
        return before
    return max(min(ends.values()), before)


@watermark.wrong("goes back")
def backwards(ends, isr, before, min_insync):
    if len(isr) < min_insync or None in [ends[b] for b in isr]:
        return before
    return min(ends[b] for b in isr)


@watermark.wrong("`min_insync`")
def careless(ends, isr, before, min_insync):
    known = [ends[b] for b in isr]
    return before if None in known else max(before, min(known))


@watermark.wrong("largest log end in the set")
def whoever_is_first(ends, isr, before, min_insync):
    if len(isr) < min_insync or None in [ends[b] for b in isr]:
        return before
    return max(before, max(ends[b] for b in isr))


@watermark.wrong("The watermark waits")
def throws_out_the_silent(ends, isr, before, min_insync):
    for b in list(isr):
        if ends[b] is None:
            isr.discard(b)
    return max(before, min(ends[b] for b in isr)) if len(isr) >= min_insync else before


@elect.wrong("a place in `replicas`")
def by_place(replicas, alive, isr, eligible, unclean):
    for i, r in enumerate(replicas):
        if r in alive and r in (isr or eligible):
            return i
    return next((i for i, r in enumerate(replicas) if r in alive), None) if unclean else None


@elect.wrong("smallest number")
def smallest(replicas, alive, isr, eligible, unclean):
    good = set(isr or eligible) & set(alive)
    if good & set(replicas):
        return min(good & set(replicas))
    up = set(alive) & set(replicas)
    return min(up) if unclean and up else None


@elect.wrong("0 or None")
def zero(replicas, alive, isr, eligible, unclean):
    good = next((r for r in replicas if r in alive and r in (isr or eligible)), None)
    return good or (next((r for r in replicas if r in alive), None) if unclean and good is None else None) or None


@elect.wrong("forget the eligible")
def isr_only(replicas, alive, isr, eligible, unclean):
    for r in replicas:
        if r in alive and r in isr:
            return r
    return next((r for r in replicas if r in alive), None) if unclean else None


@elect.wrong("in-sync ones are dead")
def groups_in_turn(replicas, alive, isr, eligible, unclean):
    for group in (isr, eligible, alive if unclean else ()):
        for r in replicas:
            if r in alive and r in group:
                return r
    return None


@truncate.wrong("older than your last one")
def one_question(log, watermark, leader):
    if log == []:
        return 0
    _, end = leader.end_of(log[-1])
    return min(len(log), end)


@truncate.wrong("older than your last one")
def asks_about_their_epoch(log, watermark, leader):
    epoch = log[-1] if log else -1
    while True:
        named, end = leader.end_of(epoch)
        if named == epoch:
            return min(len(log), end)
        epoch = named


@truncate.wrong("own log may not have that one")
def every_epoch_in_turn(log, watermark, leader):
    for epoch in range(log[-1] if log else -1, -1, -1):
        named, end = leader.end_of(epoch)
        if named == epoch:
            return min(sum(e <= epoch for e in log), end)
    return 0


@truncate.wrong("as well")
def one_epoch_too_many(log, watermark, leader):
    n = len(log)
    while n:
        epoch, end = leader.end_of(log[n - 1])
        if epoch == log[n - 1]:
            return min(n, end)
        n = sum(1 for e in log if e < epoch)
    return 0


@truncate.wrong("how many records go")
def what_is_dropped(log, watermark, leader):
    return len(log) - asking(log, watermark, leader)


@truncate.wrong("cut to the watermark")
def old_days(log, watermark, leader):
    return watermark


@truncate.wrong("never cut below the watermark")
def committed_is_committed(log, watermark, leader):
    return max(asking(log, watermark, leader), min(watermark, len(log)))


@truncate.wrong("once nothing is left")
def for_ever(log, watermark, leader):
    kept = len(log)
    while log:
        epoch, end = leader.end_of(log[kept - 1])
        if epoch == log[kept - 1]:
            return min(end, kept)
        kept = sum(1 for e in log if e <= epoch)
    return 0


@choose.wrong("majority")
def most(replicas, down):
    return "all", replicas // 2 + 1


@choose.wrong("where a set of one is enough")
def cheaper(replicas, down):
    left = replicas - down
    return ("1", 1) if left == 1 else ("all", left)


@choose.wrong("leader's word alone")
def leader_only(replicas, down):
    return 1, replicas - down
