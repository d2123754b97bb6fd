"""An exercise of lesson 16: find the schedule that leaves a stale entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.caching.strategies.five import read_aside, read_leased, write_around, write_through_database_first
from labs.caching.strategies.schedule_picture import still_schedule
from labs.caching.strategies.schedules import Clients, follow, schedules
from labs.caching.strategies.stores import Cache, CacheLike, Database, DatabaseLike, Value
from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show


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
            f"After {answer} the cache has {outcome.cache.get('a', 'nothing')} "
            f"and the database {outcome.db['a']}: nothing is stale.",
            NONE if right is None else "another one",
        )  # fmt: skip


def _drawn(case: tuple[str], answer: str, right: str) -> tuple[str, str] | None:
    outcome = _outcome(case, answer)
    if outcome is None:
        return None
    return still_schedule(outcome)


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
            "has to read the database before the write.",
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
            "The delete makes the reader’s token worthless, so its late fill is refused. "
            "Try it: no order gets through.",
        ),
    ),
    hints=(
        "The reader’s steps: look into the cache (a miss), read the database, set. The writer’s: write, delete. A "
        "stale entry needs an old value that is set last.",
        "When must the reader have read the database? When must it set?",
        "The two writers of “two writers set” do: write the database, set the cache. "
        "Let V be first in one store and last in the other.",
    ),
    show_case=lambda case: f"stale_schedule({case[0]!r})",
    show_answer=str,
    picture=_drawn,
    right="a right answer",
)
