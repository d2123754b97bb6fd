# ruff: noqa - as people write it
"""Compaction, as people write it who have only the notebook: right in any style, and wrong."""

from dataclasses import replace
from itertools import chain

from tests.kit.answers import Answers

answers = Answers("kafka-compact")


@answers.right
def backwards(segments, now, tombstones_for):
    seen, out = set(), []
    for s in reversed(segments[:-1]):
        for r in reversed(s.records):
            if r.key in seen:
                continue
            seen.add(r.key)
            if r.value is None:
                if r.horizon is None:
                    r = replace(r, horizon=now + tombstones_for)
                elif now >= r.horizon:
                    continue
            out.append(r)
    return out[::-1]


@answers.right
def as_a_generator(segments, now, tombstones_for):
    closed = list(chain.from_iterable(s.records for s in segments[:-1]))
    last = {r.key: i for i, r in enumerate(closed)}

    def left():
        for i, r in enumerate(closed):
            if last[r.key] == i:
                if r.value is not None or (r.horizon is not None and r.horizon > now):
                    yield r
                elif r.horizon is None:
                    yield replace(r, horizon=now + tombstones_for)

    return list(left())


@answers.right
def sorted_by_offset(segments, now, tombstones_for):
    *closed, _open = segments
    newest = {}
    for s in closed:
        for r in s.records:
            newest[r.key] = r
    kept = [
        replace(r, horizon=now + tombstones_for) if r.value is None and r.horizon is None else r
        for r in newest.values()
        if not (r.value is None and r.horizon is not None and r.horizon <= now)
    ]
    return sorted(kept, key=lambda r: r.offset)


@answers.right
def pop_and_set(segments, now, tombstones_for):
    newest = {}
    for s in segments[:-1]:
        for r in s.records:
            newest.pop(r.key, None)
            newest[r.key] = r
    for key, r in list(newest.items()):
        if r.value is None:
            if r.horizon is None:
                newest[key] = replace(r, horizon=now + tombstones_for)
            elif r.horizon <= now:
                del newest[key]
    return tuple(newest.values())


@answers.right
def quadratic(segments, now, tombstones_for):
    rs = [r for s in segments[:-1] for r in s.records]
    new = [r for i, r in enumerate(rs) if not any(o.key == r.key for o in rs[i + 1 :])]
    new = [r for r in new if r.value is not None or r.horizon is None or r.horizon > now]
    return [
        type(r)(r.offset, r.time, r.key, r.value, r.size, now + tombstones_for)
        if r.value is None and r.horizon is None
        else r
        for r in new
    ]


@answers.wrong("keeps a key where it came first")
def dict_order(segments, now, tombstones_for):
    newest = {}
    for s in segments[:-1]:
        for r in s.records:
            newest[r.key] = r
    out = []
    for r in newest.values():
        if r.value is None:
            if r.horizon is None:
                r = replace(r, horizon=now + tombstones_for)
            elif r.horizon <= now:
                continue
        out.append(r)
    return out


@answers.wrong("at once")
def no_tombstones(segments, now, tombstones_for):
    return [r for r in backwards(segments, now, tombstones_for) if r.value is not None]


@answers.wrong("right after setting it")
def checks_what_it_has_set(segments, now, tombstones_for):
    marked = [r for r in backwards(segments, now, tombstones_for)]
    return [r for r in marked if r.horizon is None or r.horizon > now]


@answers.wrong()
def a_dict(segments, now, tombstones_for):
    return {r.key: r for r in backwards(segments, now, tombstones_for)}


@answers.wrong()
def the_segments(segments, now, tombstones_for):
    return segments[:-1]


@answers.wrong()
def drops_all_of_a_dead_key(segments, now, tombstones_for):
    dead = {r.key for s in segments[:-1] for r in s.records if r.value is None}
    return [r for r in backwards(segments, now, tombstones_for) if r.key not in dead]


@answers.wrong()
def offsets_only(segments, now, tombstones_for):
    return [r.offset for r in backwards(segments, now, tombstones_for)]


@answers.wrong("Records of the open segment do not count")
def open_too(segments, now, tombstones_for):
    newest = {r.key: r.offset for s in segments for r in s.records}
    out = []
    for s in segments[:-1]:
        for r in s.records:
            if newest[r.key] == r.offset:
                if r.value is None and r.horizon is None:
                    out.append(replace(r, horizon=now + tombstones_for))
                elif r.value is not None or now < r.horizon:
                    out.append(r)
    return out


def _newest_with(segments, tombstone):
    rs = [r for s in segments[:-1] for r in s.records]
    newest = {r.key: r.offset for r in rs}
    kept = [tombstone(r) if r.value is None else r for r in rs if newest[r.key] == r.offset]
    return [r for r in kept if r is not None]


@answers.wrong("not when it was written")
def clock_from_the_record(segments, now, tombstones_for):
    def tombstone(r):
        if r.horizon is None:
            return replace(r, horizon=r.time + tombstones_for)
        return r if now < r.horizon else None

    return _newest_with(segments, tombstone)


@answers.wrong("You set a new horizon in each cleaning")
def winds_the_clock_up_again(segments, now, tombstones_for):
    def tombstone(r):
        if r.horizon is not None and now >= r.horizon:
            return None
        return replace(r, horizon=now + tombstones_for)

    return _newest_with(segments, tombstone)


@answers.wrong("A record cannot be changed")
def assigns(segments, now, tombstones_for):
    def tombstone(r):
        if r.horizon is None:
            r.horizon = now + tombstones_for
        return r if now < r.horizon else None

    return _newest_with(segments, tombstone)


@answers.wrong("without waiting for its horizon")
def tombstones_live_on(segments, now, tombstones_for):
    rs = [r for s in segments[:-1] for r in s.records]
    newest = {r.key: r.offset for r in rs}
    out = []
    for r in rs:
        if r.value is not None:
            if newest[r.key] == r.offset:
                out.append(r)
        elif r.horizon is None:
            out.append(replace(r, horizon=now + tombstones_for))
        elif now < r.horizon:
            out.append(r)
    return out


@answers.wrong("You keep the oldest record")
def first_come(segments, now, tombstones_for):
    seen, out = set(), []
    for s in segments[:-1]:
        for r in s.records:
            if r.key not in seen:
                out.append(r)
            seen.add(r.key)
    return out
