# ruff: noqa - as people write it
"""Which segments go, as people write it who have only the notebook: right in any style, and wrong."""

from itertools import accumulate, takewhile

from tests.kit.answers import Answers

answers = Answers("kafka-retain")


@answers.right
def counted(segments, now, retention, retention_bytes):
    n = 0
    end = len(segments) if segments[-1].records else len(segments) - 1
    if retention_bytes is not None:
        total = sum(s.size for s in segments)
        while n < end:
            total -= segments[n].size
            if total < retention_bytes:
                break
            n += 1
    if retention is not None:
        while n < end:
            if now - max(r.time for r in segments[n].records) <= retention:
                break
            n += 1
    return [s.base for s in segments[:n]]


@answers.right
def with_itertools(segments, now, retention, retention_bytes):
    full = [s for s in segments if s.records]
    gone = []
    if retention_bytes is not None:
        total = sum(s.size for s in full)
        after = [total - x for x in accumulate(s.size for s in full)]
        gone = [s for s, left in zip(full, after) if left >= retention_bytes]
    rest = full[len(gone) :]
    if retention is not None:
        gone += takewhile(lambda s: all(now - r.time > retention for r in s.records), rest)
    return [s.base for s in gone]


@answers.right
def recursive(segments, now, retention, retention_bytes):
    if not segments or not segments[0].records:
        return []
    first, rest = segments[0], segments[1:]
    if retention_bytes is not None and sum(s.size for s in rest) >= retention_bytes:
        return [first.base] + recursive(rest, now, retention, retention_bytes)
    if retention is not None and now - max(r.time for r in first.records) > retention:
        return [first.base] + recursive(rest, now, retention, None)
    return []


@answers.right
def as_a_tuple_with_infinity(segments, now, retention, retention_bytes):
    inf = float("inf")
    retention = inf if retention is None else retention
    limit = inf if retention_bytes is None else retention_bytes
    left, out = sum(s.size for s in segments), []
    by_size = True
    for s in segments:
        if not s.records:
            break
        by_size = by_size and left - s.size >= limit
        if not by_size and now - max(r.time for r in s.records) <= retention:
            break
        left -= s.size
        out.append(s.base)
    return tuple(out)


@answers.right
def own_sizes(segments, now, retention, retention_bytes):
    class Log:
        def __init__(self, segments):
            self.segments = list(segments)

        @property
        def size(self):
            return sum(r.size for s in self.segments for r in s.records)

        def drop(self):
            return self.segments.pop(0).base

    log, gone = Log(segments), []
    while log.segments and log.segments[0].records and retention_bytes is not None:
        if log.size - log.segments[0].size < retention_bytes:
            break
        gone.append(log.drop())
    while log.segments and log.segments[0].records and retention is not None:
        newest = sorted(log.segments[0].records, key=lambda r: r.time)[-1]
        if newest.time + retention >= now:
            break
        gone.append(log.drop())
    return set(gone)


@answers.wrong()
def oldest_record(segments, now, retention, retention_bytes):
    gone = []
    for s in segments:
        if s.records and retention is not None and now - min(r.time for r in s.records) > retention:
            gone.append(s.base)
        else:
            break
    return gone


@answers.wrong()
def pops_the_callers_list(segments, now, retention, retention_bytes):
    gone = []
    while retention_bytes is not None and segments and segments[0].records:
        if sum(s.size for s in segments[1:]) < retention_bytes:
            break
        gone.append(segments.pop(0).base)
    while retention is not None and segments and segments[0].records:
        if now - max(r.time for r in segments[0].records) <= retention:
            break
        gone.append(segments.pop(0).base)
    return gone


@answers.wrong()
def filters(segments, now, retention, retention_bytes):
    total, gone = sum(s.size for s in segments), []
    for s in segments:
        if s.records and retention_bytes is not None and total - s.size >= retention_bytes:
            gone.append(s.base)
            total -= s.size
        elif s.records and retention is not None and now - max(r.time for r in s.records) > retention:
            gone.append(s.base)
    return gone


@answers.wrong()
def records_not_segments(segments, now, retention, retention_bytes):
    return [r.offset for s in segments for r in s.records if retention is not None and now - r.time > retention]


@answers.wrong()
def always_nothing(segments, now, retention, retention_bytes):
    return []


@answers.wrong()
def the_segments_themselves(segments, now, retention, retention_bytes):
    return [s for s in counted(segments, now, retention, retention_bytes) and segments[:1]]


@answers.wrong()
def none_at_the_end(segments, now, retention, retention_bytes):
    gone = counted(segments, now, retention, retention_bytes)
    return gone or None


@answers.wrong()
def by_size_closed_only_goes(segments, now, retention, retention_bytes):
    gone = counted(segments[:-1], now, retention, None) if len(segments) > 1 else []
    return gone


@answers.wrong("one segment too many")
def until_below(segments, now, retention, retention_bytes):
    left, gone = sum(s.size for s in segments), []
    for s in segments[:-1]:
        if retention_bytes is not None and left > retention_bytes:
            gone.append(s.base)
            left -= s.size
        elif retention is not None and now - max(r.time for r in s.records) > retention:
            gone.append(s.base)
            left -= s.size
        else:
            return gone
    last = segments[-1]
    if retention is not None and last.records and now - max(r.time for r in last.records) > retention:
        gone.append(last.base)
    return gone


@answers.right
def either_in_one_pass(segments, now, retention, retention_bytes):
    gone, left = [], sum(s.size for s in segments)
    for s in segments:
        if not s.records:
            break
        old = retention is not None and now - max(r.time for r in s.records) > retention
        spare = retention_bytes is not None and left - s.size >= retention_bytes
        if not (old or spare):
            break
        gone.append(s.base)
        left -= s.size
    return gone


def _by(segments, now, retention, retention_bytes, age):
    gone, left = [], list(segments)
    if retention_bytes is not None:
        while left and left[0].records and sum(s.size for s in left[1:]) >= retention_bytes:
            gone.append(left.pop(0).base)
    if retention is not None:
        while left and now - age(left[0]) > retention:
            gone.append(left.pop(0).base)
    return gone


@answers.wrong("You look at the oldest record")
def the_minimum(segments, now, retention, retention_bytes):
    return _by(segments, now, retention, retention_bytes, lambda s: min((r.time for r in s.records), default=now))


@answers.wrong("`max` of nothing")
def max_without_default(segments, now, retention, retention_bytes):
    return _by(segments, now, retention, retention_bytes, lambda s: max(r.time for r in s.records))


@answers.wrong("None means that there is no limit")
def asks_about_neither(segments, now, retention, retention_bytes):
    gone, left = [], list(segments)
    while left and left[0].records and sum(s.size for s in left[1:]) >= retention_bytes:
        gone.append(left.pop(0).base)
    while left and left[0].records and now - max(r.time for r in left[0].records) > retention:
        gone.append(left.pop(0).base)
    return gone


@answers.wrong("only what exceeds both")
def old_and_spare(segments, now, retention, retention_bytes):
    gone, left = [], sum(s.size for s in segments)
    for s in segments:
        if not s.records:
            break
        old = retention is not None and now - max(r.time for r in s.records) > retention
        if not old or retention_bytes is None or left - s.size < retention_bytes:
            break
        gone.append(s.base)
        left -= s.size
    return gone


@answers.wrong("An open segment that is empty stays")
def everything_with_no_bytes(segments, now, retention, retention_bytes):
    gone, left = [], list(segments)
    if retention_bytes is not None:
        while left and sum(s.size for s in left[1:]) >= retention_bytes:
            gone.append(left.pop(0).base)
    while retention is not None and left and left[0].records and now - max(r.time for r in left[0].records) > retention:
        gone.append(left.pop(0).base)
    return gone


@answers.wrong("from the oldest segment of all")
def two_lists_in_one_set(segments, now, retention, retention_bytes):
    by_size, by_age = [], []
    left = sum(s.size for s in segments)
    for s in segments:
        left -= s.size
        if retention_bytes is None or not s.records or left < retention_bytes:
            break
        by_size.append(s.base)
    for s in segments:
        if retention is None or not s.records or now - max(r.time for r in s.records) <= retention:
            break
        by_age.append(s.base)
    return sorted(set(by_size + by_age))
