"""Right answers about writes, the flush and the schedules, written in many styles: every one of them passes."""

# ruff: noqa: B007, B012, SIM105  (they are written as learners write)

from contextlib import suppress

import pytest

from labs.caching.strategies.stores import CacheDown, DatabaseDown, StoreDown
from labs.kit import check
from tests.kit.answers import Answers, passes, right_ones

WRITE = Answers("caching-write")
FLUSH = Answers("caching-flush")
SCHEDULE = Answers("caching-schedule")


# ── caching-write ─────────────────────────────────────────────────────────────────────────────────────────────────────


@WRITE.right
def write_step_by_step(key, value, cache, db):
    db.write(key, value)
    try:
        cache.delete(key)
    except CacheDown:
        pass


@WRITE.right
def write_with_suppress(key, value, cache, db):
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)


@WRITE.right
def write_raising_again(key, value, cache, db):
    try:
        db.write(key, value)
    except DatabaseDown:
        raise
    else:
        try:
            cache.delete(key)
        except StoreDown:
            return


@WRITE.right
def write_deleting_before_and_after(key, value, cache, db):
    try:
        cache.delete(key)
    except CacheDown:
        pass
    db.write(key, value)
    try:
        cache.delete(key)
    except CacheDown:
        pass


@WRITE.right
def write_deleting_twice(key, value, cache, db):
    db.write(key, value)
    for _ in range(2):
        with suppress(CacheDown):
            cache.delete(key)


@WRITE.right
def write_returning_true(key, value, cache, db):
    db.write(key, value)
    try:
        cache.delete(key)
    except CacheDown:
        return True
    return True


@WRITE.right
def write_returning_in_finally(key, value, cache, db):
    db.write(key=key, value=value)
    try:
        cache.delete(key=key)
    finally:
        return value


@WRITE.right
def write_deleting_up_to_three_times(key, value, cache, db):
    db.write(key, value)
    for attempt in range(3):
        try:
            cache.delete(key)
            break
        except CacheDown:
            continue


@WRITE.right
def write_with_a_look_in_between(key, value, cache, db):
    db.write(key, value)
    with suppress(CacheDown):
        cache.get(key)
        cache.delete(key)


@WRITE.right
def write_reading_back(key, value, cache, db):
    db.write(key, value)
    db.read(key)
    with suppress(CacheDown):
        cache.delete(key)


@WRITE.right
def write_deleting_in_finally(key, value, cache, db):
    try:
        db.write(key, value)
    finally:
        with suppress(CacheDown):
            cache.delete(key)


@WRITE.right
def write_writing_twice(key, value, cache, db):
    db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)
    db.write(key, value)


@WRITE.right
def write_only_if_written(key, value, cache, db):
    written = False
    try:
        db.write(key, value)
        written = True
    finally:
        if written:
            try:
                cache.delete(key)
            except CacheDown:
                pass


@WRITE.right
def write_saying_whether_there_was_one(key, value, cache, db):
    db.write(key, value)
    try:
        had = cache.get(key)
        cache.delete(key)
        return had is not None
    except StoreDown:
        return False


@WRITE.right
def write_trying_twice(key, value, cache, db):
    for n in (1, 2):
        try:
            db.write(key, value)
            break
        except DatabaseDown:
            if n == 2:
                raise
    with suppress(CacheDown):
        cache.delete(key)


@WRITE.right
def write_with_a_print(key, value, cache, db):
    try:
        db.write(key, value)
    except DatabaseDown:
        raise
    try:
        cache.delete(key)
    except CacheDown as e:
        print("cache", e)


@WRITE.right
def write_with_an_exit_stack(key, value, cache, db):
    from contextlib import ExitStack

    with ExitStack() as s:
        s.enter_context(suppress(CacheDown))
        db.write(key, value)
        cache.delete(key)


# ── caching-flush ─────────────────────────────────────────────────────────────────────────────────────────────────────


@FLUSH.right
def flush_step_by_step(cache, db):
    for key, value in cache.dirty().items():
        try:
            db.write(key, value)
        except DatabaseDown:
            return
        cache.clean(key, value)


@FLUSH.right
def flush_going_on(cache, db):
    for key, value in cache.dirty().items():
        try:
            db.write(key, value)
        except DatabaseDown:
            continue
        cache.clean(key, value)


@FLUSH.right
def flush_letting_it_through(cache, db):
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.clean(key, value)


@FLUSH.right
def flush_counting(cache, db):
    n = 0
    for k, v in list(cache.dirty().items()):
        try:
            db.write(k, v)
        except DatabaseDown:
            break
        else:
            n += cache.clean(k, v)
    return n


@FLUSH.right
def flush_sorted_backwards(cache, db):
    dirty = cache.dirty()
    for k in sorted(dirty, reverse=True):
        try:
            db.write(k, dirty[k])
            cache.clean(k, dirty[k])
        except DatabaseDown:
            return


@FLUSH.right
def flush_all_then_all(cache, db):
    dirty = dict(cache.dirty())
    done = []
    try:
        for k, v in dirty.items():
            db.write(k, v)
            done.append((k, v))
    except DatabaseDown:
        pass
    for k, v in done:
        cache.clean(k, v)


@FLUSH.right
def flush_until_nothing_is_dirty(cache, db):
    while True:
        dirty = cache.dirty()
        if not dirty:
            return
        for k, v in dirty.items():
            try:
                db.write(k, v)
            except DatabaseDown:
                return
            cache.clean(k, v)


@FLUSH.right
def flush_with_suppress(cache, db):
    for k, v in cache.dirty().items():
        with suppress(DatabaseDown):
            db.write(k, v)
            cache.clean(k, v)


@FLUSH.right
def flush_with_a_helper(cache, db):
    def bring(key, value):
        try:
            db.write(key=key, value=value)
            return True
        except StoreDown:
            return False

    for item in cache.dirty().items():
        if bring(*item):
            cache.clean(key=item[0], value=item[1])


@FLUSH.right
def flush_one_try_around_all(cache, db):
    try:
        for key, value in cache.dirty().items():
            db.write(key, value)
            cache.clean(key, value)
    except DatabaseDown:
        pass


@FLUSH.right
def flush_the_newest_value(cache, db):
    for key in cache.dirty():
        value = cache.get(key)
        if value is None:
            continue
        try:
            db.write(key, value)
        except DatabaseDown:
            return
        cache.clean(key, value)


@FLUSH.right
def flush_clean_only_if_all_went_well(cache, db):
    dirty = cache.dirty()
    for key, value in dirty.items():
        try:
            db.write(key, value)
        except DatabaseDown:
            return
    for key, value in dirty.items():
        cache.clean(key, value)


@FLUSH.right
def flush_with_popitem(cache, db):
    todo = cache.dirty()
    while todo:
        k, v = todo.popitem()
        try:
            db.write(k, v)
        except DatabaseDown:
            break
        cache.clean(k, v)


@FLUSH.right
def flush_in_two_rounds(cache, db):
    for _ in range(2):
        for k, v in cache.dirty().items():
            try:
                db.write(k, v)
            except DatabaseDown:
                return False
            cache.clean(k, v)
    return True


@FLUSH.right
def flush_trying_twice(cache, db):
    for k, v in cache.dirty().items():
        for _ in range(2):
            try:
                db.write(k, v)
            except DatabaseDown:
                continue
            cache.clean(k, v)
            break


@FLUSH.right
def flush_sorted_by_key(cache, db):
    out = []
    for k, v in sorted(cache.dirty().items(), key=lambda kv: str(kv[0])):
        try:
            db.write(k, v)
        except StoreDown:
            continue
        if cache.clean(k, v):
            out.append(k)
    return out


@FLUSH.right
def flush_writing_only_what_differs(cache, db):
    for k, v in cache.dirty().items():
        try:
            if db.read(k) != v:
                db.write(k, v)
        except DatabaseDown:
            return
        cache.clean(k, v)


# ── caching-schedule ──────────────────────────────────────────────────────────────────────────────────────────────────


@SCHEDULE.right
def schedule_with_ifs(case):
    if case == "write, delete":
        return "R R W W R"
    if case == "delete, write":
        return " ".join("WRRRW")
    if case == "two writers set":
        return "V W W V"


@SCHEDULE.right
def schedule_by_search(case):
    from labs.caching.strategies.five import read_aside, read_leased, write_around, write_through_database_first
    from labs.caching.strategies.schedules import schedules

    def dw(key, value, cache, db):
        cache.delete(key)
        db.write(key, value)

    clients = {
        "write, delete": {"R": (read_aside, "a"), "W": (write_around, "a", 11)},
        "delete, write": {"R": (read_aside, "a"), "W": (dw, "a", 11)},
        "two writers set": {"V": (write_through_database_first, "a", 11), "W": (write_through_database_first, "a", 12)},
        "two writers delete": {"V": (write_around, "a", 11), "W": (write_around, "a", 12)},
        "leases": {"R": (read_leased, "a"), "W": (write_around, "a", 11)},
    }[case]
    return next((o.schedule for o in schedules(clients) if o.stale), None)


@SCHEDULE.right
def schedule_with_match(case):
    match case:
        case "write, delete" | "delete, write":
            return "R R W W R"
        case "two writers set":
            return "W V V W"
        case _:
            return None


def table(**changed):
    answers = {
        "write, delete": "R R W W R",
        "delete, write": "W R R R W",
        "two writers set": "V W W V",
        "two writers delete": None,
        "leases": None,
    }
    answers.update((name.replace("__", ", ").replace("_", " "), answer) for name, answer in changed.items())
    return lambda case: answers[case]


EVERY = [
    {"delete__write": schedule}
    for schedule in ("R R W W R", "R R W R W", "R W R R W", "W R R W R", "R W R W R", "W R R R W")
]
SPELT = [
    {"two_writers_set": "W V V W"},
    {"write__delete": ["R", "R", "W", "W", "R"], "two_writers_set": ("V", "W", "W", "V")},
    {"write__delete": "r r w w r", "two_writers_set": "VWWV", "delete__write": "W, R, R, R, W"},
    {"write__delete": "R → R → W → W → R", "delete__write": "  W R  R R W\n"},
]


@pytest.mark.parametrize("changed", [{}, *EVERY, *SPELT], ids=str)
def test_a_table_passes_however_it_is_spelt(changed):
    report = check("caching-schedule", table(**changed))
    assert report.verdict == "passed", report


@pytest.mark.parametrize(("exercise", "function"), right_ones(WRITE, FLUSH, SCHEDULE))
def test_a_right_answer_in_any_style_passes(exercise, function):
    passes(exercise, function)
