"""The exercise `caching-schedule`: find the schedule that leaves a stale entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from labs.caching.strategies.exercises.schedule_wrong import WRONG
from labs.caching.strategies.five import read_aside, read_leased, write_around, write_through_database_first
from labs.caching.strategies.schedule_picture import still_schedule
from labs.caching.strategies.schedules import Clients, Outcome, follow, schedules
from labs.caching.strategies.stores import Cache, CacheLike, Database, DatabaseLike, Value
from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show


def _delete_then_write(key: str, value: Value, cache: CacheLike, db: DatabaseLike) -> None:
    cache.delete(key)
    db.write(key, value)


ORDERS: dict[str, Clients] = {
    "write, delete": {"R": (read_aside, "a"), "W": (write_around, "a", 11)},
    "delete, write": {"R": (read_aside, "a"), "W": (_delete_then_write, "a", 11)},
    "two writers set": {"V": (write_through_database_first, "a", 11), "W": (write_through_database_first, "a", 12)},
    "two writers delete": {"V": (write_around, "a", 11), "W": (write_around, "a", 12)},
    "leases": {"R": (read_leased, "a"), "W": (write_around, "a", 11)},
}


@dataclass(frozen=True)
class Found:
    """What becomes of a schedule. How it is written, and which of several it is, makes no difference.

    `fate` is "impossible", "stale", "empty" (the cache) or "fresh".
    """

    fate: str
    text: str = field(compare=False)
    problem: str = field(default="", compare=False)  # why it cannot be

    def __str__(self) -> str:
        return self.text


def stale_schedule(case: str) -> str | None:
    """The first schedule that leaves a stale entry; None if there is none."""
    return next((o.schedule for o in schedules(ORDERS[case]) if o.stale), None)


def _found(case: tuple[str], answer: Any) -> Found | None:
    """Read an answer: "R R W W R" in any spelling, a list of names, or None."""
    if answer is None:
        return None
    if isinstance(answer, list | tuple) and all(isinstance(name, str) for name in answer):
        answer = " ".join(answer)
    if not isinstance(answer, str):
        raise Wrong(f"It returned {show(answer, 60)}: expected a text such as 'R W R W R', or None.")
    if answer.strip().lower() in ("", "none"):
        raise Wrong(f"It returned the text {answer!r}. Where there is no such schedule, return None itself.")
    names = re.findall("[A-Z]+", answer.upper())
    names = list(names[0]) if len(names) == 1 else names
    schedule = " ".join(names)
    try:
        follow(schedule, ORDERS[case[0]], Cache(), Database({"a": 10}))
    except ValueError as error:
        return Found("impossible", show(answer, 60), str(error))
    outcome = _outcome(case, schedule)
    return Found("stale" if outcome.stale else "fresh" if outcome.cache else "empty", schedule)


def _outcome(case: tuple[str], schedule: str) -> Outcome:
    return next(o for o in schedules(ORDERS[case[0]]) if o.schedule == schedule)


def _possible(case: tuple[str], answer: Found | None) -> None:
    if answer and answer.fate == "impossible":
        alone = {name: schedules({name: client})[0].turns for name, client in ORDERS[case[0]].items()}
        steps = ", ".join(f"{len(turns)} of {name}" for name, turns in alone.items())
        raise Wrong(f"{answer.text} is impossible: {answer.problem}. (Steps to be taken: {steps}.)")


def _is_stale(case: tuple[str], answer: Found | None) -> None:
    if answer is None and stale_schedule(*case) is not None:
        raise Wrong(f"For “{case[0]}” it says that there is none, and there is one.", "one that leaves a stale entry")
    if answer and answer.fate in ("empty", "fresh"):
        outcome = _outcome(case, answer.text)
        held, row = outcome.cache.get("a", "nothing"), outcome.db["a"]
        raise Wrong(
            f"After {answer} the cache has {held} and the database {row}: nothing is stale.", "another one, or None"
        )


def _drawn(case: tuple[str], answer: Found, right: Found) -> tuple[str, str] | None:
    return still_schedule(_outcome(case, answer.text)) if answer.fate in ("empty", "fresh") else None


SCHEDULE = Exercise(
    id="caching-schedule",
    lesson="16",
    title="Find the schedule",
    points=2,
    reference=stale_schedule,
    cases=lambda: [(order,) for order in (*ORDERS, *ORDERS)],  # asked again, it has to say it again
    shape="Returns a schedule, or None",
    read=_found,
    properties=(
        ("The schedule is possible: everybody takes all of their steps, and no more", _possible),
        ("It leaves a stale entry; None only where no schedule does", _is_stale),
    ),
    wrong=WRONG,
    hints=(
        "The reader's steps: look into the cache (a miss), read the database, set. The writer's: write, delete. A "
        "stale entry needs an old value that is set last.",
        "When must the reader have read the database? When must it set?",
        "The two writers of “two writers set” do: write the database, set the cache. "
        "Let V be first in one store and last in the other.",
    ),
    show_case=lambda case: f"stale_schedule({case[0]!r})",
    show_answer=str,
    picture=_drawn,
    right="a right answer",
    shows_right=False,
)
