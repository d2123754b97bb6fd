"""Three exercises of lesson 16 on reading: cache aside, read through, and cache aside with a lease."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from labs.caching.strategies.exercises.trials import (
    SHAPE,
    Result,
    Trial,
    alike,
    attempt,
    of_result,
    of_runs,
    picture,
    read,
    same_as,
)
from labs.caching.strategies.five import read_aside, read_leased, read_through, write_around, write_back, write_through
from labs.caching.strategies.stores import CacheDown, CacheLike, DatabaseLike, Value
from labs.kit.exercise import Exercise, Wrong

# ---- cache aside -----------------------------------------------------------------------------------------------


def _reads() -> list[Trial]:
    def trial(rows: dict[str, Any], cached: dict[str, Any], down: str = "", key: str = "a") -> Trial:
        return Trial(f'read("{key}", cache, db)', (key,), rows, cached, down=down, name="R")

    return [
        trial({"a": 10}, {}), trial({"a": 10}, {"a": 10}), trial({}, {}), trial({"a": 0}, {"a": 0}),
        trial({"a": ""}, {"a": ""}), trial({"a": 10, "b": 20}, {"b": 20}), trial({"a": 10}, {}, "cache"),
        trial({"a": 10}, {"a": 10}, "database"), trial({"a": 10}, {}, "database"),
    ]  # fmt: skip


def _right_value(case: Trial, answer: Result) -> None:
    key = case.args[0]
    expected = case.cached[key] if key in case.cached and case.down != "cache" else case.rows.get(key)
    if case.down == "database" and key not in case.cached:
        if answer.raised != "DatabaseDown":
            raise Wrong("The database is down and the value is nowhere else: let DatabaseDown go through.")
    elif answer.raised and case.down != "cache":
        raise Wrong(f"It raised {answer.raised}.")
    elif not answer.raised and answer.returned != expected:
        raise Wrong(f"It returned {answer.returned!r}, and the value is {expected!r}.")


def _hit_is_quiet(case: Trial, answer: Result) -> None:
    if case.args[0] in case.cached and case.down != "cache" and answer.asked("database"):
        raise Wrong(f"{case.cached[case.args[0]]!r} is in the cache, and the database was asked all the same.")


def _miss_fills(case: Trial, answer: Result) -> None:
    key = case.args[0]
    if not case.down and not case.dirty and key in case.rows and answer.cache.get(key) != case.rows[key]:
        raise Wrong("After the miss the cache has no copy: the next read will be a miss again.")


def _nothing_no_copy(case: Trial, answer: Result) -> None:
    if case.args[0] not in case.rows and answer.asked("cache", "set", "add"):
        raise Wrong("The database has no such row, and None was put into the cache: None means “not there”.")


def _outlives_the_cache(case: Trial, answer: Result) -> None:
    if case.down == "cache" and answer.raised:
        raise Wrong("The cache is down, and the read failed with CacheDown, though the database has the value.")


def _truthy(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if not value:
        value = db.read(key)
        if value is not None:
            with suppress(CacheDown):
                cache.set(key, value)
    return value


def _no_fallback(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    value = cache.get(key)
    if value is None:
        value = db.read(key)
        if value is not None:
            cache.set(key, value)
    return value


def _never_fills(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    with suppress(CacheDown):
        if (value := cache.get(key)) is not None:
            return value
    return db.read(key)


def _no_return(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    value = None
    with suppress(CacheDown):
        value = cache.get(key)
    if value is None and (value := db.read(key)) is not None:
        with suppress(CacheDown):
            cache.set(key, value)
        return None
    return value


def _caches_none(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None:
        value = db.read(key)
        cache.set(key, value)
    return value


READ = Exercise(
    id="caching-read",
    lesson="16",
    title="Cache aside: the read",
    points=2,
    reference=read_aside,
    cases=_reads,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("Gives back the value", of_result(_right_value)),
        ("A hit leaves the database in peace", of_result(_hit_is_quiet)),
        ("A miss leaves a copy in the cache", of_result(_miss_fills)),
        ("What the database has not is not put into the cache", of_result(_nothing_no_copy)),
        ("A cache that is down is no reason to fail", of_result(_outlives_the_cache)),
    ),
    misconceptions=(
        alike(
            lambda case: case.cached.get("a") in (0, "") and "a" in case.cached,
            lambda case, answer: bool(answer.asked("database")),
            "Your function takes 0 or an empty text for a miss. Only `None` means “not there”: ask `value is None`.",
        ),
        same_as(
            _never_fills,
            "Your function looks into the cache and never puts anything in: it will stay empty for good. After a miss, "
            "`cache.set(key, value)`.",
        ),
        same_as(
            _no_return,
            "Your function fills the cache and then forgets to hand the value on: "
            "who asked gets nothing the first time.",
        ),
        alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised == "CacheDown",
            "Your function needs the cache. In cache aside the application knows the way to the database: catch "
            "`CacheDown`, and read there.",
        ),
        alike(
            lambda case: "a" not in case.rows,
            lambda case, answer: bool(answer.asked("cache", "set")),
            "Your function caches the absence of a row. That can be a good idea, but it needs a mark of its own: here "
            "`None` already means a miss, so it buys nothing.",
        ),
        alike(
            lambda case: "a" in case.cached and not case.down,
            lambda case, answer: [s.store for s in answer.steps[:1]] == ["database"],
            "Your function goes to the database first. The cache comes first, or it saves nothing.",
        ),
    ),
    hints=(
        "Three moves: `cache.get(key)`; if that is `None`, `db.read(key)`; then `cache.set(key, value)`.",
        "Both calls of the cache can raise `CacheDown`. What would you do without a cache? Do that.",
        "`try: value = cache.get(key)` with `except CacheDown: return db.read(key)`. Then `if value is None:` read, "
        "and if something was found, set it.",
    ),
    show_case=str,
    show_answer=str,
)


# ---- read through ----------------------------------------------------------------------------------------------


def _loads() -> list[Trial]:
    def trial(**more: Any) -> Trial:
        return Trial('load("a", cache, db)', ("a",), name="R", **more)

    return [
        trial(), trial(cached={"a": 10}), trial(rows={}), trial(rows={"a": 0}, cached={"a": 0}), trial(down="cache"),
        trial(down="database"), trial(dirty={"a": 11}),
        trial(others={"W": (write_back, "a", 11)}), trial(others={"W": (write_through, "a", 11)}),
    ]  # fmt: skip


def _loaded(case: Trial, answer: Result) -> None:
    if case.dirty:
        if answer.returned != case.dirty["a"]:
            raise Wrong(f"It returned {answer.returned!r}, and the newest value, {case.dirty['a']!r}, is in the cache.")
    elif case.down != "cache":
        _right_value(case, answer)


def _needs_the_cache(case: Trial, answer: Result) -> None:
    if case.down == "cache" and answer.raised != "CacheDown":
        raise Wrong("The cache is down, and the caller is not told so: let CacheDown go through.")


def _load_sets(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    value = cache.get(key)
    if value is None and (value := db.read(key)) is not None:
        cache.set(key, value)
    return value


def _load_never_fills(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    value = cache.get(key)
    return db.read(key) if value is None else value


def _load_looks_again(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    value = cache.get(key)
    if value is None and (value := db.read(key)) is not None and cache.get(key) is None:
        cache.set(key, value)
    return value


THROUGH = Exercise(
    id="caching-read-through",
    lesson="16",
    title="Read through: the read of a library",
    points=2,
    reference=read_through,
    cases=_loads,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("Gives back the value", of_result(_loaded)),
        ("A hit leaves the database in peace", of_result(_hit_is_quiet)),
        ("A miss leaves a copy in the cache", of_result(_miss_fills)),
        ("What the database has not is not put into the cache", of_result(_nothing_no_copy)),
        ("A cache that is down is no secret", of_result(_needs_the_cache)),
        (
            "Beside a writer, in any order, nothing newer is overwritten",
            of_runs("what was written meanwhile is gone from the cache, replaced by the older value"),
        ),
    ),
    misconceptions=(
        same_as(
            _load_sets,
            "Your function fills with `set`. "
            "While it was at the database, write back may have put a newer value into the cache, and nowhere else: "
            "`set` overwrites it, and an acknowledged write is lost. `add` leaves alone what is there.",
        ),
        same_as(
            _load_looks_again,
            "Your function looks once more and then sets. Between the look and the set there is room for a writer. "
            "`add` does both in one step.",
        ),
        same_as(
            _load_never_fills,
            "Your function looks into the cache and never puts anything in: every read is a miss. After a miss, "
            "`cache.add(key, value)`.",
        ),
        alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised != "CacheDown",
            "Your function goes to the database when the cache is down. That is cache aside. "
            "Here the cache may hold writes that the database has not got yet: "
            "behind its back one reads old values. Let `CacheDown` go through.",
        ),
        alike(
            lambda case: case.cached.get("a") == 0,
            lambda case, answer: bool(answer.asked("database")),
            "Your function takes 0 for a miss. Only `None` means “not there”: ask `value is None`.",
        ),
        alike(
            lambda case: "a" not in case.rows,
            lambda case, answer: bool(answer.asked("cache", "set", "add")),
            "Your function puts `None` into the cache. Here `None` already means a miss, so it buys nothing.",
        ),
    ),
    hints=(
        "As in cache aside: `cache.get(key)`; if that is `None`, `db.read(key)`. No `try` this time.",
        "Then put it in, unless somebody has put something newer in since you looked. "
        "Which call of the cache does just that, in one step?",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)


# ---- leases ----------------------------------------------------------------------------------------------------


def _leased_reads() -> list[Trial]:
    def trial(**more: Any) -> Trial:
        return Trial('read("a", cache, db)', ("a",), name="R", **more)

    writer = {"W": (write_around, "a", 11)}
    return [
        trial(), trial(cached={"a": 10}), trial(rows={}), trial(down="cache"), trial(leased="a"),
        trial(others=writer), trial(cached={"a": 10}, others=writer),
        trial(others={"Q": (read_leased, "a"), **writer}),
    ]  # fmt: skip


def _fills_by_lease(case: Trial, answer: Result) -> None:
    if answer.asked("cache", "set", "add"):
        raise Wrong("It puts the value in without showing a token: nobody can tell any more whether it is too late.")
    if not case.down and not case.leased and case.rows and answer.cache.get("a") != case.rows["a"]:
        raise Wrong("After the miss the cache has no copy: the next read will be a miss again.")


def _does_not_wait(case: Trial, answer: Result) -> None:
    if case.leased and answer.returned != case.rows.get("a"):
        raise Wrong(f"Another client holds the lease, and it returned {answer.returned!r}: the database has the value.")


def _set_anyway(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    try:
        value, _ = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        cache.set(key, value)
    return value


def _lease_after(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    try:
        value = cache.get(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None:
        _, token = cache.lease(key)
        if token is not None:
            cache.fill(key, value, token)
    return value


def _set_if_refused(key: str, cache: CacheLike, db: DatabaseLike) -> Value | None:
    try:
        value, token = cache.lease(key)
    except CacheDown:
        return db.read(key)
    if value is None and (value := db.read(key)) is not None and not cache.fill(key, value, token):
        cache.set(key, value)
    return value


LEASES = Exercise(
    id="caching-leases",
    lesson="16",
    title="A read with a lease",
    points=2,
    reference=read_leased,
    cases=_leased_reads,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("Gives back the value", of_result(_right_value)),
        ("A hit leaves the database in peace", of_result(_hit_is_quiet)),
        ("Fills with its token, and only so", of_result(_fills_by_lease)),
        ("Without a token it reads, and leaves the cache alone", of_result(_does_not_wait)),
        ("A cache that is down is no reason to fail", of_result(_outlives_the_cache)),
        ("Beside a writer, in any order, no stale entry stays", of_runs("the cache keeps the old value")),
    ),
    misconceptions=(
        same_as(
            read_aside,
            "Your function is the plain cache aside, with `get` and `set`: the token is what makes the late fill "
            "fail. Use `cache.lease` and `cache.fill`.",
        ),
        same_as(
            _set_anyway,
            "Your function takes a lease and then uses `set`, which asks for no token. "
            "Use `cache.fill(key, value, token)`.",
        ),
        same_as(
            _lease_after,
            "Your function takes the lease after it has read the database. A write in between leaves the token good, "
            "and what you read is old. The lease comes first.",
        ),
        same_as(
            _set_if_refused,
            "Your function sets the value when the fill is refused. The refusal is the point: your value may be old. "
            "Hand it to your caller, and leave the cache alone.",
        ),
        alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised == "CacheDown",
            "Your function needs the cache. Catch `CacheDown`, and read the database.",
        ),
        alike(
            lambda case: bool(case.leased),
            lambda case, answer: answer.returned is None,
            "Your function gives nothing back when it gets no token. It may not fill, but it may read the database.",
        ),
    ),
    hints=(
        "`value, token = cache.lease(key)`. "
        "There are three answers: a value; a token; neither, when another client is at it.",
        "On a miss read the database in any case. Only with a token, `cache.fill(key, value, token)`; whether that was "
        "accepted does not matter to your caller.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)
