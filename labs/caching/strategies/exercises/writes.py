"""Two exercises of lesson 16 on writing: write around, and the flush of write back."""

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
from labs.caching.strategies.five import flush, read_aside, write_around, write_back, write_database, write_through
from labs.caching.strategies.stores import CacheDown, CacheLike, DatabaseDown, DatabaseLike, Value
from labs.kit.exercise import Exercise, Wrong

# ---- write around ----------------------------------------------------------------------------------------------


def _writes() -> list[Trial]:
    def trial(**more: Any) -> Trial:
        return Trial('write("a", 11, cache, db)', ("a", 11), **more)

    return [
        trial(), trial(cached={"a": 10}), trial(cached={"a": 10}, down="database"), trial(down="cache"),
        trial(cached={"a": 10}, others={"R": (read_aside, "a")}, spare=True),
        trial(others={"R": (read_aside, "a")}, spare=True),
        trial(cached={"a": 10}, others={"V": (write_around, "a", 12)}),
    ]  # fmt: skip


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
        ("The database has the new value", of_result(_database_has_it)),
        ("The old copy is not in the cache any more, and no refused value is", of_result(_old_copy_gone)),
        ("Says that it failed when it failed, and only then", of_result(_refusal_is_told)),
        (
            "Beside another client, in any order, no wrong entry stays (but for the race that leases cure)",
            of_runs("the cache keeps a value that the database has no longer"),
        ),
    ),
    misconceptions=(
        same_as(
            write_database,
            "Your function tells the cache nothing. Then the old copy stays until it expires: "
            "that is what the notes’ plain cache aside does.",
        ),
        same_as(
            _delete_first,
            "Your function deletes before it writes. In between, a reader misses, fetches the old row and puts it "
            "back, and nobody will delete it again. Write first, delete after.",
        ),
        same_as(
            _set_after,
            "Your function puts the new value into the cache. Two writers can pass each other between the two stores: "
            "the database ends with one value, the cache with the other. A delete cannot be in the wrong order.",
        ),
        same_as(
            _set_first,
            "Your function puts the value into the cache before the database has it: if that write fails, or another "
            "writer comes in between, the cache says what the database never did. Write first, then delete.",
        ),
        same_as(
            write_through,
            "Your function is write through: the cache first, then the database. When the second fails, the cache is "
            "left with a value that was refused. Write around leaves the cache empty-handed: write, then delete.",
        ),
        same_as(
            _swallows,
            "Your function swallows `DatabaseDown`: nothing is written, and the caller believes it is. Only "
            "`CacheDown` may be let pass.",
        ),
        alike(
            lambda case: case.down == "cache",
            lambda case, answer: answer.raised == "CacheDown",
            "Your function fails when the cache is down, although the row is written. Let `CacheDown` pass.",
        ),
    ),
    hints=(
        "Two steps: `db.write(key, value)` and `cache.delete(key)`. The question is only which comes first.",
        "Imagine a reader between your two steps. "
        "What does it find in the cache, what in the database, and what does it leave behind?",
        "The database is the truth: write it first. If that raises, let it. Then delete, and let `CacheDown` pass.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)


# ---- flush -----------------------------------------------------------------------------------------------------


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
        ("Every dirty value reaches the database", of_result(_brought)),
        ("Afterwards nothing is dirty; what the database refused still is", of_result(_clean_after)),
        ("The entries stay in the cache", of_result(_still_cached)),
        (
            "A crash at any point, or a write in between, loses no acknowledged value",
            of_runs("a value that was acknowledged is in the database no more than in the dirty list"),
        ),
    ),
    misconceptions=(
        same_as(
            _clean_first,
            "Your function says “clean” before the database has the value. A crash in between, or a database that is "
            "down, and it is lost: written last is marked last.",
        ),
        same_as(
            _only_writes,
            "Your function never marks anything as clean, so every flush writes all of it again. "
            "`cache.clean(key, value)`.",
        ),
        same_as(
            _deletes,
            "Your function takes the entries out of the cache. They are good copies now; and what was written in "
            "between is thrown away with them. Mark them clean instead.",
        ),
        same_as(
            _sets,
            "Your function marks an entry as clean by setting it again: what a client wrote in between is overwritten "
            "with the older value, and lost. `cache.clean(key, value)` looks before it marks.",
        ),
        same_as(
            _cleans_what_is_there,
            "Your function cleans whatever the entry holds now, which may be newer than what it wrote. Tell `clean` "
            "the value that you have written.",
        ),
        same_as(
            _cleans_refused,
            "Your function marks the entry as clean also when the database has refused it. What was refused has to "
            "stay dirty, for the next flush.",
        ),
    ),
    hints=(
        "`for key, value in cache.dirty().items()`: two steps for each. Which first?",
        "Suppose that the flush dies between the two steps. "
        "Which of the two orders writes a value twice, and which not at all?",
        "`db.write(key, value)`, then `cache.clean(key, value)` with the same value: if somebody has written a newer "
        "one meanwhile, `clean` leaves it dirty. If the database is down, stop, and leave the rest dirty.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture,
)
