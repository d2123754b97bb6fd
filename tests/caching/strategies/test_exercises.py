"""What the exercises of lesson 16 say and see beyond what tests/kit/checking proves of every one."""

import threading
from contextlib import suppress

import pytest

from labs.caching.strategies.exercises.aside import READ
from labs.caching.strategies.exercises.aside_wrong import aside
from labs.caching.strategies.exercises.flush_wrong import flushed
from labs.caching.strategies.exercises.leases_wrong_filling import leased
from labs.caching.strategies.exercises.races import attempt
from labs.caching.strategies.exercises.schedule import ORDERS, stale_schedule
from labs.caching.strategies.exercises.through_wrong import through
from labs.caching.strategies.exercises.trials import Trial
from labs.caching.strategies.exercises.write import WRITE
from labs.caching.strategies.exercises.write_wrong_steps import around
from labs.caching.strategies.stores import CacheDown, DatabaseDown
from labs.kit import check
from labs.kit.checking import catalogue

RIGHT = {
    "caching-read": aside,
    "caching-read-through": through,
    "caching-write": around,
    "caching-leases": leased,
    "caching-flush": flushed,
    "caching-schedule": stale_schedule,
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_the_mistakes_are_made_of_is_right(name):
    assert check(name, RIGHT[name]).passed


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "caching-schedule"])
def test_no_two_cases_of_one_client_share_a_key(name):
    """Else a function that remembers would fail in a case that does not show why."""
    cases = [case for case in catalogue.find(name).cases() if case.alone]
    keys = [(case.args or tuple(case.dirty) or [""])[0] for case in cases]
    assert len(set(keys)) == len(keys)


# ── kinds of wrong answers that once got through ──────────────────────────────────────────────────────────────────────


def in_a_thread(key, value, cache, db):
    threading.Thread(target=around, args=(key, value, cache, db)).start()


def by_a_breaker(key, cache, db, broken=[]):  # noqa: B006
    """Once the cache was down, it never asks it again."""
    if broken:
        return db.read(key)
    try:
        cache.get(key)
    except CacheDown:
        broken.append(True)
    return aside(key, cache, db)


def remembering_rows(key, cache, db, rows={}):  # noqa: B006
    return through(key, cache, type("Rows", (), {"read": lambda self, key: rows.setdefault(key, db.read(key))})())


def keeping_the_first_token(key, cache, db, tokens=[]):  # noqa: B006
    return leased(
        key, cache, db, fill=lambda k, v, token, c: c.fill(k, v, (tokens or tokens.append(token) or tokens)[0])
    )


def lower(key, cache, db):
    return aside(key.lower(), cache, db)


def up_to_the_colon(key, cache, db):
    return aside(key.partition(":")[0], cache, db)


def ten(key, cache, db):
    return aside(key, cache, db, put=lambda key, value, cache, db: cache.set(key, 10))


def as_text(key, value, cache, db):
    around(key, str(value), cache, db)


def none_first(key, value, cache, db):
    db.write(key, None)
    around(key, value, cache, db)


def unless_the_cache_has_it(key, value, cache, db):
    try:
        if cache.get(key) == value:
            return
    except CacheDown:
        pass
    around(key, value, cache, db)


def undoes_a_refusal(key, value, cache, db):
    try:
        around(key, value, cache, db)
    except DatabaseDown:
        cache.set(key, value, dirty=True)


def dirty_again(cache, db):
    dirty = cache.dirty()
    try:
        for key, value in dirty.items():
            db.write(key, value)
            cache.clean(key, value)
    except DatabaseDown:
        for key, value in dirty.items():
            cache.set(key, value, dirty=True)


def two_at_most(cache, db):
    flushed(cache, db, items=lambda cache: list(cache.dirty().items())[:2])


def shifted(cache, db):
    flushed(cache, db, items=lambda cache: zip(cache.dirty(), reversed(cache.dirty().values()), strict=True))


def deletes_if_refused(key, cache, db):
    def fill(key, value, token, cache):
        if token is not None and not cache.fill(key, value, token):
            cache.delete(key)

    return leased(key, cache, db, fill=fill)


def another_error(key, cache, db):
    try:
        return through(key, cache, db)
    except CacheDown:
        raise DatabaseDown from None


GOT_THROUGH = [
    ("caching-write", in_a_thread, "from a thread that it has started"),
    ("caching-read", by_a_breaker, "10 is in the cache, and the database was asked all the same"),
    ("caching-read-through", remembering_rows, "The second call returned 10; in the database it is 11"),
    ("caching-leases", keeping_the_first_token, "After the miss the cache has no copy"),
    ("caching-read", lower, "It returned 11; in the database it is 10"),
    ("caching-read", up_to_the_colon, "in the database it is 100"),
    ("caching-read", ten, "After the miss the cache has 10, and the database 0"),
    ("caching-write", as_text, "the database has '11' for 'a'"),
    ("caching-write", none_first, "the reader gets None, which 'w' has never been"),
    ("caching-write", unless_the_cache_has_it, "the database has 10 for 'l2'"),
    ("caching-write", undoes_a_refusal, "The database has refused 11, and the cache has 11"),
    ("caching-flush", dirty_again, "if a client has written something newer meanwhile"),
    ("caching-flush", two_at_most, "'q' = 0 is dirty; after the flush the database has 10"),
    ("caching-flush", shifted, "'i' = 11 is dirty; after the flush the database has 21"),
    ("caching-leases", deletes_if_refused, "a read deletes an entry that another client has put in"),
    ("caching-read-through", another_error, "the caller is told DatabaseDown"),
]


@pytest.mark.parametrize(("name", "wrong", "words"), GOT_THROUGH, ids=lambda value: getattr(value, "__name__", None))
def test_what_once_got_through_is_told_what_it_did(name, wrong, words):
    report = check(name, wrong)
    assert report.verdict == "failed" and words in report.failure.sentence, report


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "sentence", "smallest"),
    [
        ("caching-read", "takes 0, False or an empty", "# cache {'d': 0}, database {'d': 0}"),
        ("caching-read", "cannot do without the cache", "# the cache is down"),
        ("caching-read", "goes down between the look", "# the cache answers once, and is down after that"),
        ("caching-read-through", "fills with `set`", "# beside W: write_back('w', 11, cache, db), in every order"),
        ("caching-leases", "when it gets no token", "# another client, which has died, holds the lease on 'g1'"),
        ("caching-flush", "before the database has the value", "# the database is down"),
        ("caching-write", "deletes before it writes", "# beside R: read_aside('w', cache, db), in every order"),
    ],
)
def test_the_smallest_case_is_shown(name, sentence, smallest):
    mistake = next(mistake for mistake in catalogue.find(name).wrong if sentence in mistake.says)
    assert smallest in repr(check(name, mistake.function))


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "caching-schedule"])
def test_a_case_bears_the_name_of_the_learners_function(name):
    def mine(*args):
        return str(args)

    assert "\n  smallest case found  mine(" in repr(check(name, mine))


def test_waiting_for_a_dead_clients_lease_does_not_end():
    mistake = next(m for m in catalogue.find("caching-leases").wrong if "waits until it gets a token" in m.says)
    report = check("caching-leases", mistake.function)
    assert "Do not wait" in report.failure.sentence and "cache.lease('g1') again and again" in repr(report)


def test_asking_for_ever_without_a_reason_does_not_end():
    def read_for_ever(key, cache, db):
        while cache.get(key) is None:
            pass

    report = check("caching-read", read_for_ever)
    assert report.verdict == "failed" and "has not come to an end" in report.failure.sentence


def test_asking_for_what_no_store_has_is_told_what_there_is():
    report = check("caching-read", lambda key, cache, db: cache.fetch(key))
    assert "it has get, set, add, delete" in report.failure.sentence


def test_a_schedule_that_goes_wrong_is_drawn_with_what_is_wrong():
    mistakes = catalogue.find("caching-write").wrong
    first = next(mistake for mistake in mistakes if "deletes before it writes" in mistake.says)
    svg, words = check("caching-write", first.function).drawing
    assert svg.startswith("<svg") and "The cache has 10 for good, and the database 11" in words
    svg, words = check("caching-read-through", catalogue.find("caching-read-through").wrong[1].function).drawing
    assert "The newest value of 'w' is lost" in words and "no harm" not in svg


# ── schedules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def schedule_with(answer, case="write, delete"):
    return lambda asked: answer if asked == case else stale_schedule(asked)


@pytest.mark.parametrize("nonsense", ["X", "R R", "R R W W R R", "write first", "1 2 3", "R V W W R"])
def test_an_impossible_schedule_is_said_to_be_one_without_the_solution(nonsense):
    report = check("caching-schedule", schedule_with(nonsense))
    assert report.verdict == "failed" and "is impossible" in report.failure.sentence
    assert "R R W W R" not in repr(report).replace(nonsense, "").replace(nonsense[:-2], "")


@pytest.mark.parametrize("odd", [7, ["R", 1], True, {"R": 1}, "", "None"])
def test_what_is_no_schedule_is_said_to_be_none(odd):
    report = check("caching-schedule", schedule_with(odd, "leases"))
    assert report.verdict == "failed" and report.failure.sentence.startswith("It returned"), report


@pytest.mark.parametrize("case", ORDERS)
def test_a_wrong_answer_to_one_case_does_not_show_the_right_one(case):
    right = stale_schedule(case)
    report = check(
        "caching-schedule", schedule_with(None if right else "V W W V" if "two" in case else "R W W R R", case)
    )
    assert report.verdict == "failed" and (right or "None: there is none") not in repr(report)


def test_a_printed_table_is_told_to_be_returned():
    def printing(case):
        print(stale_schedule(case))

    assert "You printed it" in check("caching-schedule", printing).failure.sentence


# ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", RIGHT)
def test_the_trials_themselves_are_few(name):
    """A check of a right answer takes under a second: most of that is here, in steps that are counted, not timed."""
    exercise, steps = catalogue.find(name), 0
    for case in exercise.cases():
        if isinstance(case, Trial):
            answer = attempt(exercise.reference, case)
            steps += sum(e.count * len(e.example.turns) for e in getattr(answer, "endings", ()))
    assert steps < 12_000


def test_a_function_that_takes_far_too_many_steps_is_judged_without_its_largest_races():
    def thorough(key, cache, db):
        for _ in range(12):
            with suppress(CacheDown):
                cache.get(key)
        return aside(key, cache, db)

    trial = next(case for case in catalogue.find("caching-read").cases() if len(case.others) == 2)
    assert attempt(thorough, trial).endings == () and attempt(aside, trial).endings


def test_a_set_is_shown_where_it_does_what_a_delete_would_not():
    def write(key, value, cache, db):
        db.write(key, value)
        with suppress(CacheDown):
            cache.set(key, value)

    failure = check("caching-write", write).failure
    assert failure.sentence.startswith("2 of 6 schedules go wrong, first V W W V"), failure.sentence
    assert "2 end with cache {'w': 12}, database {'w': 12}" in str(failure.answer)


@pytest.mark.parametrize("exercise", [READ, WRITE], ids=lambda exercise: exercise.id)
def test_an_exercise_before_leases_are_introduced_does_not_speak_of_them(exercise):
    said = [*(name for name, _ in exercise.properties), *(m.says for m in exercise.wrong), *exercise.hints]
    assert [sentence for sentence in said if "lease" in sentence or "token" in sentence] == []


def test_a_write_that_returns_false_is_not_said_to_have_told_its_caller_that_all_is_well():
    def write(key, value, cache, db):
        try:
            db.write(key, value)
        except DatabaseDown:
            return False
        with suppress(CacheDown):
            cache.delete(key)
        return True

    failure = check("caching-write", write).failure
    assert failure.sentence.endswith("nothing was written, and no `DatabaseDown` reaches the caller."), failure.sentence
