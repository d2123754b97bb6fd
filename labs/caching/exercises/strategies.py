"""The exercises of lesson 16: a read, a write, a schedule, a lease, a flush."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from labs.caching.exercises.trials import Result, Runs, Trial, attempt, picture, read
from labs.caching.scenes.schedules import draw_schedule
from labs.caching.schedules import Clients, follow, schedules
from labs.caching.stores import Cache, CacheDown, CacheLike, Database, DatabaseDown, DatabaseLike, Value
from labs.caching.strategies import (
    flush,
    read_aside,
    read_leased,
    write_around,
    write_back,
    write_database,
    write_through,
    write_through_database_first,
)
from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show

SHAPE = "Comes to an end"


def _same_as(faulty: Callable[..., Any], sentence: str) -> Misconception:
    """A misconception that is known by a function which has it: the answer is the one that this function gives."""

    def recognise(case: Trial, answer: Result | Runs, right: Result | Runs) -> str | None:
        theirs = attempt(faulty, case)
        return sentence if _essence(theirs) == _essence(answer) else None

    return recognise


def _essence(answer: Result | Runs) -> tuple[Any, ...]:
    if isinstance(answer, Runs):
        return answer.total, answer.bad, *(turn.step for turn in (answer.first.turns if answer.first else ()))
    return answer.returned, answer.raised, answer.steps, dict(answer.cache), dict(answer.db), answer.dirty


def _result(check: Callable[[Trial, Result], None]) -> Callable[[Trial, Any], None]:
    """A property of one run alone."""
    return lambda case, answer: check(case, answer) if isinstance(answer, Result) else None


def _runs(sentence: str) -> Callable[[Trial, Any], None]:
    """A property of all schedules: none goes wrong."""

    def check(case: Trial, answer: Result | Runs) -> None:
        if isinstance(answer, Runs) and answer.bad:
            raise Wrong(f"{len(answer.bad)} of {answer.total} schedules go wrong, first {answer.bad[0]}: {sentence}.")

    return check


# ── cache aside: read ─────────────────────────────────────────────────────────────────────────────────────────────────


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
    if not case.down and key in case.rows and answer.cache.get(key) != case.rows[key]:
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


def _alike(
    wanted: Callable[[Trial], bool], seen: Callable[[Trial, Result], bool], sentence: str
) -> Misconception:  # fmt: skip
    """A misconception that shows in one kind of trial, by what is seen there."""

    def recognise(case: Trial, answer: Any, right: Any) -> str | None:
        return sentence if isinstance(answer, Result) and wanted(case) and seen(case, answer) else None

    return recognise


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
        ("Gives back the value", _result(_right_value)),
        ("A hit leaves the database in peace", _result(_hit_is_quiet)),
        ("A miss leaves a copy in the cache", _result(_miss_fills)),
        ("What the database has not is not put into the cache", _result(_nothing_no_copy)),
        ("A cache that is down is no reason to fail", _result(_outlives_the_cache)),
    ),
    misconceptions=(
        _alike(
            lambda case: case.cached.get("a") in (0, "") and "a" in case.cached,
            lambda case, answer: bool(answer.asked("database")),
            "Your function takes 0 or an empty text for a miss. Only `None` means “not there”: ask `value is None`.",
        ),
        _same_as(
            _never_fills,
            "Your function looks into the cache and never puts anything in: it will stay empty for good. After a miss, "
            "`cache.set(key, value)`.",
        ),
        _same_as(
            _no_return,
            "Your function fills the cache and then forgets to hand the value on: who asked gets nothing the first "
            "time.",
        ),
        _alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised == "CacheDown",
            "Your function needs the cache. In cache aside the application knows the way to the database: catch "
            "`CacheDown`, and read there.",
        ),
        _alike(
            lambda case: "a" not in case.rows,
            lambda case, answer: bool(answer.asked("cache", "set")),
            "Your function caches the absence of a row. That can be a good idea, but it needs a mark of its own: here "
            "`None` already means a miss, so it buys nothing.",
        ),
        _alike(
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


# ── write around ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _writes() -> list[Trial]:
    def trial(**more: Any) -> Trial:
        return Trial('write("a", 11, cache, db)', ("a", 11), **more)

    return [
        trial(), trial(cached={"a": 10}), trial(cached={"a": 10}, down="database"), trial(down="cache"),
        trial(cached={"a": 10}, others={"R": (read_aside, "a")}, spare=True),
        trial(others={"R": (read_aside, "a")}, spare=True),
        trial(cached={"a": 10}, others={"V": (write_around, "a", 12)}),
        trial(cached={"a": 10}, others={"V": (write_database, "a", 12), "R": (read_aside, "a")}, spare=True),
    ][:7]  # fmt: skip


def _database_has_it(case: Trial, answer: Result) -> None:
    if case.down != "database" and answer.db.get("a") != 11:
        raise Wrong(f"The database still has {answer.db.get('a')}.")


def _refusal_is_told(case: Trial, answer: Result) -> None:
    if case.down == "database" and answer.raised != "DatabaseDown":
        raise Wrong("The database is down, nothing was written, and the caller is told that all is well.")
    if case.down == "cache" and answer.raised:
        raise Wrong("The database has the new value, and the write is reported as failed because of the cache.")


def _old_copy_gone(case: Trial, answer: Result) -> None:
    if not case.down and answer.cache.get("a") == 10:
        raise Wrong("The cache still has 10: every read from now on gets the old value.")
    if case.down == "database" and answer.cache.get("a") == 11:
        raise Wrong("The write failed, and the cache has the value that was refused.")


def _delete_first(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    with suppress(CacheDown):
        cache.delete(key)
    db.write(key, value)


def _set_after(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    db.write(key, value)
    with suppress(CacheDown):
        cache.set(key, value)


def _set_first(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    with suppress(CacheDown):
        cache.set(key, value)
    db.write(key, value)


def _swallows(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    with suppress(DatabaseDown):
        db.write(key, value)
    with suppress(CacheDown):
        cache.delete(key)


WRITE = Exercise(
    id="caching-write",
    lesson="16",
    title="Write around: the write",
    points=2,
    reference=write_around,
    cases=_writes,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("The database has the new value", _result(_database_has_it)),
        ("The old copy is not in the cache any more, and no refused value is", _result(_old_copy_gone)),
        ("Says that it failed when it failed, and only then", _result(_refusal_is_told)),
        (
            "Beside another client, in any order, no wrong entry stays (but for the race that leases cure)",
            _runs("the cache keeps a value that the database has no longer"),
        ),
    ),
    misconceptions=(
        _same_as(
            write_database,
            "Your function tells the cache nothing. Then the old copy stays until it expires: that is what the notes’ "
            "plain cache aside does.",
        ),
        _same_as(
            _delete_first,
            "Your function deletes before it writes. In between, a reader misses, fetches the *old* row and puts it "
            "back, and nobody will delete it again. Write first, delete after.",
        ),
        _same_as(
            _set_after,
            "Your function puts the new value into the cache. Two writers can pass each other between the two stores: "
            "the database ends with one value, the cache with the other. A delete cannot be in the wrong order.",
        ),
        _same_as(
            _set_first,
            "Your function puts the value into the cache before the database has it: if that write fails, or another "
            "writer comes in between, the cache says what the database never did. Write first, then delete.",
        ),
        _same_as(
            write_through,
            "Your function is write through: the cache first, then the database. When the second fails, the cache is "
            "left with a value that was refused. Write around leaves the cache empty-handed: write, then delete.",
        ),
        _same_as(
            _swallows,
            "Your function swallows `DatabaseDown`: nothing is written, and the caller believes it is. Only "
            "`CacheDown` may be let pass.",
        ),
        _alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised == "CacheDown",
            "Your function fails when the cache is down, although the row is written. Let `CacheDown` pass.",
        ),
    ),
    hints=(
        "Two steps: `db.write(key, value)` and `cache.delete(key)`. The question is only which comes first.",
        "Imagine a reader between your two steps. What does it find in the cache, what in the database, and what does "
        "it leave behind?",
        "The database is the truth: write it first. If that raises, let it. Then delete, and let `CacheDown` pass.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)


# ── find the schedule ─────────────────────────────────────────────────────────────────────────────────────────────────


def _delete_then_write(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    cache.delete(key)
    db.write(key, value)


NONE = "None: there is none"  # how an answer of None is kept
ORDERS: dict[str, Clients] = {
    "write, delete": {"R": (read_aside, "a"), "W": (write_around, "a", 11)},
    "delete, write": {"R": (read_aside, "a"), "W": (_delete_then_write, "a", 11)},
    "two writers set": {
        "V": (write_through_database_first, "a", 11), "W": (write_through_database_first, "a", 12),
    },
    "two writers delete": {"V": (write_around, "a", 11), "W": (write_around, "a", 12)},
    "leases": {"R": (read_leased, "a"), "W": (write_around, "a", 11)},
}  # fmt: skip


def stale_schedule(order: str) -> str | None:
    """The first schedule that leaves a stale entry; None if there is none."""
    return next((o.schedule for o in schedules(ORDERS[order]) if o.stale), None)


def _as_schedule(case: tuple[str], answer: Any) -> str:
    if answer is None:
        return NONE
    if isinstance(answer, list | tuple) and all(isinstance(name, str) for name in answer):
        answer = " ".join(answer)
    if not isinstance(answer, str):
        raise Wrong(f"It gave back {show(answer, 60)}: expected a text such as 'R W R W R', or None.")
    names = answer.replace(",", " ").upper().split()
    return " ".join(names if len(names) > 1 else answer.strip().upper())


def _possible(case: tuple[str], answer: str) -> None:
    if answer == NONE:
        return
    try:
        follow(answer, ORDERS[case[0]], Cache(), Database({"a": 10}))
    except ValueError as error:
        alone = {name: schedules({name: client})[0].turns for name, client in ORDERS[case[0]].items()}
        steps = ", ".join(f"{len(turns)} of {name}" for name, turns in alone.items())
        raise Wrong(f"{answer!r} cannot be: {error}. (Steps to be taken: {steps}.)") from None


def _outcome(case: tuple[str], answer: str) -> Any:
    return next((o for o in schedules(ORDERS[case[0]]) if o.schedule == answer), None)


def _is_stale(case: tuple[str], answer: str) -> None:
    if answer == NONE:
        if stale_schedule(*case) is not None:
            raise Wrong(
                f"For “{case[0]}” it says that there is none, and there is one.", "one that leaves a stale entry"
            )
        return
    outcome = _outcome(case, answer)
    if outcome is not None and not outcome.stale:
        right = stale_schedule(*case)
        raise Wrong(
            f"After {answer} the cache has {outcome.cache.get('a', 'nothing')} and the database {outcome.db['a']}: "
            "nothing is stale.",
            NONE if right is None else "another one",
        )  # fmt: skip


def _drawn(case: tuple[str], answer: str, right: str) -> tuple[str, str] | None:
    outcome = _outcome(case, answer)
    if outcome is None:
        return None
    scene = draw_schedule(outcome)
    return scene.svg(scene.end), scene.caption(scene.end)


def _order(order: str, seen: Callable[[str], bool], sentence: str) -> Misconception:
    return lambda case, answer, right: sentence if case[0] == order and seen(answer) else None


def _ends_with(name: str) -> Callable[[str], bool]:
    return lambda answer: answer.endswith(name)


SCHEDULE = Exercise(
    id="caching-schedule",
    lesson="16",
    title="Find the schedule",
    points=2,
    reference=stale_schedule,
    cases=lambda: [(order,) for order in ORDERS],
    shape="Gives back a schedule, or None",
    read=_as_schedule,
    properties=(
        ("The schedule can be: everybody takes all of their steps, and no more", _possible),
        ("It leaves a stale entry; None only where no schedule does", _is_stale),
    ),
    misconceptions=(
        _order(
            "write, delete",
            lambda answer: answer == NONE,
            "Writing first and deleting after looks safe, and nearly is. What if the reader has fetched the old row, "
            "and is slow to put it into the cache?",
        ),
        _order(
            "write, delete",
            _ends_with("W"),
            "The delete comes last, and takes out whatever the reader has put in. Let the reader be the last.",
        ),
        _order(
            "write, delete",
            _ends_with("R"),
            "The reader comes last, but it has fetched the new row, or the cache was filled in time to be deleted. It "
            "has to read the database *before* the write.",
        ),
        _order(
            "delete, write",
            lambda answer: True,
            "Look between the delete and the write: the cache is empty, and the database still has the old row.",
        ),
        _order(
            "two writers set",
            lambda answer: True,
            "As long as one writer is done before the other begins, all is well. Let them pass each other: first in "
            "the database, second in the cache.",
        ),
        _order(
            "two writers delete",
            lambda answer: answer != NONE,
            "Two deletes leave nothing behind, in whatever order they come: an empty entry cannot be stale.",
        ),
        _order(
            "leases",
            lambda answer: answer != NONE,
            "The delete makes the reader’s token worthless, so its late fill is refused. Try it: no order gets "
            "through.",
        ),
    ),
    hints=(
        "The reader’s steps: look into the cache (a miss), read the database, set. The writer’s: write, delete. A "
        "stale entry needs an *old* value that is set *last*.",
        "When must the reader have read the database? When must it set?",
        "The two writers of “two writers set” do: write the database, set the cache. Let V be first in one store and "
        "last in the other.",
    ),
    show_case=lambda case: f"stale_schedule({case[0]!r})",
    show_answer=str,
    picture=_drawn,
    right="a right answer",
)


# ── leases ────────────────────────────────────────────────────────────────────────────────────────────────────────────


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
        ("Gives back the value", _result(_right_value)),
        ("A hit leaves the database in peace", _result(_hit_is_quiet)),
        ("Fills with its token, and only so", _result(_fills_by_lease)),
        ("Without a token it reads, and leaves the cache alone", _result(_does_not_wait)),
        ("A cache that is down is no reason to fail", _result(_outlives_the_cache)),
        ("Beside a writer, in any order, no stale entry stays", _runs("the cache keeps the old value")),
    ),
    misconceptions=(
        _same_as(
            read_aside,
            "Your function is the plain cache aside, with `get` and `set`: the token is what makes the late fill "
            "fail. Use `cache.lease` and `cache.fill`.",
        ),
        _same_as(
            _set_anyway,
            "Your function takes a lease and then uses `set`, which asks for no token. Use `cache.fill(key, value, "
            "token)`.",
        ),
        _same_as(
            _lease_after,
            "Your function takes the lease after it has read the database. A write in between leaves the token good, "
            "and what you read is old. The lease comes first.",
        ),
        _same_as(
            _set_if_refused,
            "Your function sets the value when the fill is refused. The refusal is the point: your value may be old. "
            "Hand it to your caller, and leave the cache alone.",
        ),
        _alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised == "CacheDown",
            "Your function needs the cache. Catch `CacheDown`, and read the database.",
        ),
        _alike(
            lambda case: bool(case.leased),
            lambda case, answer: answer.returned is None,
            "Your function gives nothing back when it gets no token. It may not *fill*, but it may read the database.",
        ),
    ),
    hints=(
        "`value, token = cache.lease(key)`. There are three answers: a value; a token; neither, when another client "
        "is at it.",
        "On a miss read the database in any case. Only with a token, `cache.fill(key, value, token)`; whether that was "
        "accepted does not matter to your caller.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)


# ── flush ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _flushes() -> list[Trial]:
    def trial(dirty: dict[str, Any], **more: Any) -> Trial:
        rows = {key: 10 for key in dirty} or {"a": 10}
        return Trial("flush(cache, db)", (), rows=rows, dirty=dirty, name="F", **more)

    return [
        trial({}), trial({"a": 11}), trial({"a": 11, "b": 21}), trial({"a": 11}, down="database"),
        trial({"a": 11}, crash=True), trial({"a": 11}, others={"W": (write_back, "a", 12)}),
        trial({"a": 11, "b": 21}, crash=True), trial({"a": 11, "b": 21}, others={"W": (write_back, "a", 12)}),
    ]  # fmt: skip


def _brought(case: Trial, answer: Result) -> None:
    if not case.down:
        for key, value in case.dirty.items():
            if answer.db.get(key) != value:
                raise Wrong(f"{key} = {value} is not in the database after the flush.")


def _clean_after(case: Trial, answer: Result) -> None:
    if not case.down and answer.dirty:
        raise Wrong(f"{answer.dirty[0]} is still dirty after the flush: it will be written again and again.")
    if case.down and set(case.dirty) - set(answer.dirty):
        raise Wrong("The database was down, and the value is no longer marked as dirty: nobody will write it any more.")


def _still_cached(case: Trial, answer: Result) -> None:
    if gone := [key for key in case.dirty if key not in answer.cache]:
        raise Wrong(f"{gone[0]} is out of the cache after the flush: the next read is a miss.")


def _clean_first(cache: CacheLike, db: DatabaseLike) -> None:
    for key, value in cache.dirty().items():
        cache.clean(key, value)
        db.write(key, value)


def _only_writes(cache: CacheLike, db: DatabaseLike) -> None:
    for key, value in cache.dirty().items():
        db.write(key, value)


def _deletes(cache: CacheLike, db: DatabaseLike) -> None:
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.delete(key)


def _sets(cache: CacheLike, db: DatabaseLike) -> None:
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.set(key, value)


def _cleans_what_is_there(cache: CacheLike, db: DatabaseLike) -> None:
    for key, value in cache.dirty().items():
        db.write(key, value)
        cache.clean(key, cache.get(key))


def _cleans_refused(cache: CacheLike, db: DatabaseLike) -> None:
    for key, value in cache.dirty().items():
        with suppress(DatabaseDown):
            db.write(key, value)
        cache.clean(key, value)


FLUSH = Exercise(
    id="caching-flush",
    lesson="16",
    title="Write back: the flush",
    points=3,
    reference=flush,
    cases=_flushes,
    shape=SHAPE,
    read=read,
    call=attempt,
    properties=(
        ("Every dirty value reaches the database", _result(_brought)),
        ("Afterwards nothing is dirty; what the database refused still is", _result(_clean_after)),
        ("The entries stay in the cache", _result(_still_cached)),
        (
            "A crash at any point, or a write in between, loses no acknowledged value",
            _runs("a value that was acknowledged is in the database no more than in the dirty list"),
        ),
    ),
    misconceptions=(
        _same_as(
            _clean_first,
            "Your function says “clean” before the database has the value. A crash in between, or a database that is "
            "down, and it is lost: written last is marked last.",
        ),
        _same_as(
            _only_writes,
            "Your function never marks anything as clean, so every flush writes all of it again. `cache.clean(key, "
            "value)`.",
        ),
        _same_as(
            _deletes,
            "Your function takes the entries out of the cache. They are good copies now; and what was written in "
            "between is thrown away with them. Mark them clean instead.",
        ),
        _same_as(
            _sets,
            "Your function marks an entry as clean by setting it again: what a client wrote in between is overwritten "
            "with the older value, and lost. `cache.clean(key, value)` looks before it marks.",
        ),
        _same_as(
            _cleans_what_is_there,
            "Your function cleans whatever the entry holds *now*, which may be newer than what it wrote. Tell `clean` "
            "the value that you have written.",
        ),
        _same_as(
            _cleans_refused,
            "Your function marks the entry as clean also when the database has refused it. What was refused has to "
            "stay dirty, for the next flush.",
        ),
    ),
    hints=(
        "`for key, value in cache.dirty().items()`: two steps for each. Which first?",
        "Suppose that the flush dies between the two steps. Which of the two orders writes a value twice, and which "
        "not at all?",
        "`db.write(key, value)`, then `cache.clean(key, value)` with the same value: if somebody has written a newer "
        "one meanwhile, `clean` leaves it dirty. If the database is down, stop, and leave the rest dirty.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)

EXERCISES: Sequence[Exercise] = (READ, WRITE, SCHEDULE, LEASES, FLUSH)
