"""The exercise `caching-flush`: what write back does in the background."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from labs.caching.strategies.exercises.flush_wrong import WRONG
from labs.caching.strategies.exercises.races import FILLS, SHAPE, Ending, Runs, attempt, loses, none_is, picture, read
from labs.caching.strategies.exercises.reading import FALSY, same
from labs.caching.strategies.exercises.trials import YOURS, Outage, Result, Trial
from labs.caching.strategies.five import flush, write_back
from labs.caching.strategies.steps import Step
from labs.kit.checking.exercise import Exercise, Wrong

NAME = flush.__name__
Answer = Result | Runs


def _trial(dirty: dict[str, Any], rows: dict[str, Any] | None = None, **more: Any) -> Trial:
    rows = dict.fromkeys(dirty, 10) if rows is None else rows
    return Trial(NAME, (), rows, dirty=dirty, client="F", returns=False, **more)


def _one_client() -> list[Trial]:
    return [
        _trial({}),
        _trial({"a": 11}),
        _trial({"b": 12}),
        *(_trial({key: value}) for key, value in zip("cde", FALSY, strict=True)),
        _trial({"f": 11}, {}),
        _trial({"g": 10}),  # as after a crash: the database has it, and it is still marked as dirty
        _trial({"h": "ten"}),
        _trial({"i": 11, "j": 21}),
        _trial({"l": 21, "k": 11}),
        _trial({"m": 11}, {"m": 10, "n": 20}, cached={"n": 21}),
        _trial({"o": 11, "p": 21, "q": 0}),
        _trial({"s": 11, "S": 12, "s1": 13}, {"S": 1}),
    ]


def _refused() -> list[Trial]:
    def trial(*values: Any, after: int = 0, times: int = 0) -> Trial:
        number = next(numbers)
        outage = Outage("database", after, times)
        return _trial(
            {f"{letter}{number}": value for letter, value in zip("tuv", values, strict=False)}, outages=(outage,)
        )

    numbers = count(1)
    return [
        trial(11),
        trial(11, 21),
        trial(11, 21, after=1),
        trial(11, 21, 31, after=1, times=1),
        trial(11, 21, 31, after=2),
        trial(0, "", after=1),
    ]


def _twice() -> list[Trial]:
    return [
        _trial({"w1": 11}, between=(Step("cache", "set", ("w1", 12, True)),)),
        _trial({"w2": 11}, between=(Step("database", "write", ("w2", 12)), Step("cache", "set", ("w2", 11, True)))),
        _trial({"w3": 11}, between=(), outages=(Outage("database", call=1),)),
        _trial({"w4": 11, "x4": 21}, between=(), outages=(Outage("database", 1, call=1),)),
    ]


def _beside() -> list[Trial]:
    one, two, three = {"y": 11}, {"y": 11, "z": 21}, {"y": 11, "z": 21, "zz": 31}
    newer, falsy, other, second = ((write_back, *what) for what in (("y", 12), ("y", 0), ("x", 21), ("z", 22)))
    return [
        _trial(one, crash=True),
        *(_trial(one, others={"W": writer}) for writer in (newer, falsy, other)),
        _trial(two, crash=True),
        *(_trial(two, others={"W": writer}) for writer in (newer, second)),
        _trial(three, others={"W": second}),
        _trial(one, others={"W": newer}, crash=True),
        _trial(one, others={"G": (YOURS,)}),
    ]


def _cases() -> list[Trial]:
    return [*_one_client(), *_refused(), *_twice(), *_beside()]


def _read(case: Trial, answer: Answer) -> Answer:
    """Whether a refusal goes through to the caller or not is a matter of style."""
    answer = read(case, answer)
    if isinstance(answer, Result) and answer.raised == "DatabaseDown" and case.down("database"):
        return replace(answer, raised="")
    return answer


def _quiet(case: Trial) -> bool:
    """Whether the database is there all the time."""
    return not case.down("database")


def _brought(case: Trial, answer: Answer) -> None:
    none_is(case, answer, _left_out)
    if isinstance(answer, Runs):
        return
    before = answer.before
    for key, value in _dirty_before(case, answer).items():
        if _quiet(case) and not (key in answer.db and same(answer.db[key], value)):
            has = f"has {answer.db[key]!r}" if key in answer.db else "has no such row"
            flushed = "the second flush" if case.between is not None else "the flush"
            raise Wrong(f"{key!r} = {value!r} is dirty; after {flushed} the database {has}.")
    for key in {**before[1], **answer.db}:
        if key not in before[0] and before[1].get(key) != answer.db.get(key):
            raise Wrong(f"The database has {answer.db.get(key)!r} for {key!r}, which was not dirty.")
    if answer.raised and _quiet(case):
        raise Wrong(f"It raised {answer.raised}.")


def _dirty_before(case: Trial, answer: Result) -> dict[str, Any]:
    """What was dirty before the call that is looked at: in all trials, every entry but those of `cached`."""
    return {key: value for key, value in answer.before[0].items() if key not in case.cached}


def _left_out(case: Trial, ending: Ending) -> str:
    """A key that nobody else writes is not in the database in the end."""
    written = {args[0] for _, *args in case.others.values() if args}
    for key, value in case.dirty.items():
        if key not in written and not ending.crashed and not same(ending.db.get(key), value):
            return f"{key!r} = {value!r} was dirty, and is not in the database"
    return ""


def _clean_after(case: Trial, answer: Answer) -> None:
    none_is(case, answer, _left_dirty)
    if isinstance(answer, Runs):
        return
    for key, value in _dirty_before(case, answer).items():
        if key in answer.dirty and _quiet(case):
            raise Wrong(f"{key!r} is still dirty after the flush: every further one has to write it.")
        if key not in answer.dirty and not same(answer.db.get(key), value):
            why = "is not in the database" if _quiet(case) else "was refused by the database"
            raise Wrong(f"{key!r} = {value!r} {why}, and is no longer dirty: nobody will write it.")


def _left_dirty(case: Trial, ending: Ending) -> str:
    """A key that nobody else writes is still dirty."""
    written = {args[0] for _, *args in case.others.values() if args}
    left = [key for key in case.dirty if key in ending.dirty and key not in written]
    return f"{left[0]!r} is still dirty: every further flush has to write it" if left and not ending.crashed else ""


def _still_cached(case: Trial, answer: Answer) -> None:
    if isinstance(answer, Runs):
        return
    cache = answer.cache or {}
    put = next((step for step in answer.steps if step.store == "cache" and step.verb in FILLS), None)
    if put is not None:
        raise Wrong(f"It did `{put}`: if a client has written something newer meanwhile, that is overwritten.")
    for key, value in answer.before[0].items():
        if key not in cache:
            raise Wrong(f"{key!r} is out of the cache after the flush: the next read is a miss.")
        if not same(cache[key], value):
            raise Wrong(f"{key!r} was {value!r} in the cache, and is {cache[key]!r} after the flush.")


def _loses_nothing(case: Trial, answer: Answer) -> None:
    none_is(case, answer, loses)


FLUSH = Exercise(
    id="caching-flush",
    lesson="16",
    title="Write back: the flush",
    points=3,
    reference=flush,
    cases=_cases,
    shape=SHAPE,
    read=_read,
    call=attempt,
    properties=(
        ("Every dirty value reaches the database, and nothing else does", _brought),
        ("Afterwards nothing is dirty; what the database refused still is", _clean_after),
        ("The entries stay in the cache as they are", _still_cached),
        ("A crash at any point, or a write in between, loses no acknowledged value", _loses_nothing),
    ),
    wrong=WRONG,
    hints=(
        "`for key, value in cache.dirty().items()`: two steps for each. Which first?",
        "Suppose that the flush dies between the two steps. "
        "Which of the two orders writes a value twice, and which not at all?",
        "`db.write(key, value)`, then `cache.clean(key, value)` with the same value: if somebody has written a newer "
        "one meanwhile, `clean` leaves it dirty. If the database is down, stop, and leave the rest dirty.",
    ),
    show_case=str,
    show_answer=str,
    picture=picture(loses),
)
