# ruff: noqa - as people write it
"""The offset for a moment, as people write it who have only the notebook: right in any style, and wrong."""

from tests.kit.answers import Answers

answers = Answers("kafka-offset-for-time")


@answers.right
def with_min(records, log_start, time):
    return min((r.offset for r in records if r.offset >= log_start and r.time >= time), default=None)


@answers.right
def a_list(records, log_start, time):
    fit = [r.offset for r in records if not r.offset < log_start and not r.time < time]
    return fit[0] if fit else None


@answers.right
def skip_then_look(records, log_start, time):
    for r in records:
        if r.offset < log_start:
            continue
        if r.time >= time:
            return r.offset


@answers.right
def with_filter(records, log_start, time):
    return next(map(lambda r: r.offset, filter(lambda r: r.offset >= log_start and r.time >= time, records)), None)


@answers.right
def in_numpy(records, log_start, time):
    import numpy as np

    offsets = np.array([r.offset for r in records if r.offset >= log_start and r.time >= time])
    return offsets[0] if offsets.size else None


@answers.right
def recursive(records, log_start, time):
    if not records:
        return None
    first, *rest = records
    return first.offset if first.offset >= log_start and first.time >= time else recursive(rest, log_start, time)


@answers.wrong("later or equal")
def strict(records, log_start, time):
    for r in records:
        if r.offset >= log_start and r.time > time:
            return r.offset


@answers.wrong("before the log start can no longer be read")
def ignores_log_start(records, log_start, time):
    for r in records:
        if r.time >= time:
            return r.offset


@answers.wrong("not an offset")
def enumerated(records, log_start, time):
    for i, r in enumerate(records):
        if r.offset >= log_start and r.time >= time:
            return i


@answers.wrong()
def the_record(records, log_start, time):
    return next((r for r in records if r.offset >= log_start and r.time >= time), None)


@answers.wrong("earliest such")
def sorted_by_time(records, log_start, time):
    there = sorted((r for r in records if r.offset >= log_start), key=lambda r: r.time)
    return next((r.offset for r in there if r.time >= time), None)


@answers.wrong("falsy")
def or_none(records, log_start, time):
    return min([r.offset for r in records if r.offset >= log_start and r.time >= time] or [0]) or None


@answers.wrong()
def falls_back_to_log_start(records, log_start, time):
    return next((r.offset for r in records if r.offset >= log_start and r.time >= time), log_start)


@answers.wrong()
def stops_early(records, log_start, time):
    for r in records:
        if r.offset >= log_start:
            return r.offset if r.time >= time else None


@answers.wrong("move up to the log start")
def at_least_the_log_start(records, log_start, time):
    for r in records:
        if r.time >= time:
            return max(r.offset, log_start)


@answers.wrong("you use it as an index")
def from_the_log_start_on(records, log_start, time):
    for r in records[log_start:]:
        if r.time >= time:
            return r.offset
    return None


@answers.wrong("You give up at the first record")
def returns_in_else(records, log_start, time):
    for r in records:
        if r.offset >= log_start and r.time >= time:
            return r.offset
        else:
            return None
