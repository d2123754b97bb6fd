"""A learner's function beside other clients, or with a crash, in every order: how it can end.

Hundreds of schedules have a handful of endings. Of each the answer keeps one schedule with all its turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from labs.caching.strategies.exercises.trials import YOURS, Result, Trial, alone, kinds
from labs.caching.strategies.five import read_aside, read_leased, write_back
from labs.caching.strategies.schedule_picture import still_schedule
from labs.caching.strategies.schedules import LONGEST, Clients, Endless, Outcome, schedules
from labs.caching.strategies.stores import Cache, differing
from labs.kit.checking.exercise import Wrong

SHAPE = "Comes to an end"
FILLS = ("set", "add", "fill")
MOST = 8000  # steps in all schedules of a trial; a function that takes more is judged by what it does in the others


@dataclass(frozen=True)
class Ending:
    """What the stores hold in the end, and what the learner's clients returned and did.

    `late`: somebody read the database before the last write, and filled the cache after all who wrote had deleted or
    set the entry: the one race that no order of a plain write can win. `again`: one of the learner's clients has read
    the database more than once.
    """

    cache: Mapping[str, Any]
    db: Mapping[str, Any]
    dirty: tuple[str, ...]
    returned: tuple[Any, ...]
    seen: tuple[Any, ...]  # what the other clients have read
    did: tuple[str, ...]
    late: bool
    again: bool
    crashed: bool
    number: int = field(compare=False)  # of the first schedule that ends so
    count: int = field(compare=False)  # of the schedules that do
    example: Outcome = field(compare=False)

    def stale(self, key: str) -> bool:
        """Whether the cache is left with what the database no longer has, and nobody knows."""
        return key not in self.dirty and key in differing(self.cache, self.db)

    def __str__(self) -> str:
        return (self.example.schedule or "no step") + " (then it dies)" * self.crashed


@dataclass(frozen=True, repr=False)
class Runs:
    """All endings, the first schedule's first."""

    endings: tuple[Ending, ...]
    endless: bool = False
    threads: bool = False

    @property
    def total(self) -> int:
        """How many schedules there are."""
        return sum(ending.count for ending in self.endings)

    def __repr__(self) -> str:
        found: dict[str, int] = {}
        for ending in self.endings:
            dirty = f" (dirty: {', '.join(map(repr, ending.dirty))})" if ending.dirty else ""
            held = f"cache {dict(ending.cache)}{dirty}, database {dict(ending.db)}"
            found[held] = found.get(held, 0) + ending.count
        ends = [f"{n} {'ends' if n == 1 else 'end'} with {held}" for held, n in found.items()]
        return f"{self.total} schedules: {'; '.join(ends)}"


def attempt(function: Callable[..., Any], trial: Trial) -> Result | Runs:
    """Run the function in its trial."""
    if trial.alone:
        return alone(function, trial)
    solo = alone(function, replace(trial, others={}, crash=False))
    if solo.threads or solo.endless:
        return Runs((), solo.endless, solo.threads)
    yours = _counted(function)
    clients: Clients = {
        name: (yours if other is YOURS else other, *args) for name, (other, *args) in trial.others.items()
    }
    clients = {**clients, trial.client: (yours, *trial.args)}
    crash = trial.client if trial.crash else ""
    try:
        outcomes = schedules(
            clients,
            cache=lambda: Cache(tokens=40),
            rows=trial.rows,
            cached=trial.cached,
            dirty=trial.dirty,
            crash=crash,
        )
    except Endless:
        return Runs((), endless=True)
    except _TooMany:
        return Runs(())
    return Runs(_endings(trial, outcomes))


class _TooMany(BaseException):
    """Ends a trial that takes too long; not an Exception, so that `except Exception` lets it through."""


def _counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which may be called `MOST` times."""
    calls = 0

    @wraps(function)
    def counted(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > MOST:
            raise _TooMany
        return function(*args)

    return counted


def _endings(trial: Trial, outcomes: list[Outcome]) -> tuple[Ending, ...]:
    yours = [name for name, (function, *_) in trial.others.items() if function is YOURS] + [trial.client]
    readers = [name for name, (function, *_) in trial.others.items() if function in (read_aside, read_leased)]
    found: dict[str, Ending] = {}
    for number, outcome in enumerate(outcomes):
        ending = Ending(
            dict(outcome.cache), dict(outcome.db), outcome.dirty,
            tuple(outcome.values.get(name) for name in yours) if trial.returns else (),
            tuple(outcome.values.get(name) for name in readers),
            kinds(turn.step for turn in outcome.turns if turn.who in yours),
            late(outcome), _again(outcome, yours), bool(outcome.crashed), number, 1, outcome,
        )  # fmt: skip
        same = repr(replace(ending, number=0, example=None))  # type: ignore[arg-type]
        before = found.get(same)
        found[same] = replace(before, count=before.count + 1) if before else ending
    return tuple(found[same] for same in sorted(found))


def _again(outcome: Outcome, yours: list[str]) -> bool:
    readers = [turn.who for turn in outcome.turns if turn.step.verb == "read"]
    return any(readers.count(name) > 1 for name in yours)


def late(outcome: Outcome) -> bool:
    """See `Ending`."""
    turns = list(enumerate(outcome.turns))
    writes = [(i, turn.who) for i, turn in turns if turn.step.verb == "write"]
    fills = [(i, turn.who) for i, turn in turns if turn.step.verb in FILLS and turn.answer is not False]
    if not writes or not fills or outcome.crashed:
        return False
    last, filler = fills[-1]
    for writer in {who for _, who in writes}:
        first = next(i for i, who in writes if who == writer)
        cleared = [i for i, turn in turns[first:] if turn.who == writer and turn.step.verb in ("delete", *FILLS)]
        if writer == filler or not cleared or last < cleared[-1]:
            return False
    reads = [i for i, turn in turns if turn.who == filler and turn.step.verb == "read"]
    return bool(reads) and reads[-1] < writes[-1][0]


def lost(case: Trial, ending: Ending) -> list[str]:
    """The keys of which an acknowledged value stands neither in the database nor, dirty, in the cache."""
    newest = dict(case.dirty)
    for function, *args in case.others.values():
        if function is write_back:
            newest[args[0]] = args[1]
    dirty = {key: ending.cache.get(key) for key in ending.dirty}
    return [key for key, value in newest.items() if value not in (ending.db.get(key), dirty.get(key))]


# ---- what every exercise does with an answer -------------------------------------------------------------------------


def read(case: Trial, answer: Result | Runs) -> Result | Runs:
    """Read an answer: the function must have come to an end, and have done its work itself."""
    if answer.threads:
        raise Wrong(
            "It asks a store from a thread that it has started. Nobody knows whether that is done when the function "
            "returns: take the steps one after the other, without a thread."
        )
    if answer.endless and case.leased:
        raise Wrong(
            "It waits for a lease that another client holds, and that client has died. Do not wait: without a token, "
            "read the database and answer."
        )
    if answer.endless:
        raise Wrong(f"It asks the stores again and again: after {LONGEST} steps it has not come to an end.")
    return answer


Fault = Callable[[Trial, Ending], str]  # what is wrong with an ending, in a clause; empty if nothing is


def bad(case: Trial, runs: Runs, *faults: Fault) -> Iterator[tuple[Ending, str]]:
    """The endings that have one of these faults, the earliest schedule first, each with the fault."""
    for ending in sorted(runs.endings, key=lambda ending: ending.number):
        said = next(filter(None, (fault(case, ending) for fault in faults)), "")
        if said:
            yield ending, said


def none_is(case: Trial, answer: Result | Runs, *faults: Fault) -> None:
    """Wrong where an ending has one of the faults."""
    if isinstance(answer, Runs) and (found := list(bad(case, answer, *faults))):
        count, (ending, said) = sum(ending.count for ending, _ in found), found[0]
        verb = "goes" if count == 1 else "go"
        raise Wrong(f"{count} of {answer.total} schedules {verb} wrong, first {ending}: {said}.")


def stale(case: Trial, ending: Ending) -> str:
    """The cache is left with an old value."""
    for key in dict.fromkeys([*case.rows, *case.cached]):
        if ending.stale(key) and not (case.spare and ending.late):
            return f"the cache has {ending.cache.get(key)!r} for good, and the database {ending.db.get(key)!r}"
    return ""


def loses(case: Trial, ending: Ending) -> str:
    """An acknowledged value is nowhere any more."""
    gone = lost(case, ending)
    return f"the newest value of {gone[0]!r} is lost: not in the database, and not dirty in the cache" if gone else ""


def picture(*faults: Fault) -> Callable[[Trial, Any, Any], tuple[str, str] | None]:
    """The first schedule that goes wrong, step by step; nothing for a run on its own."""

    def drawn(case: Trial, answer: Result | Runs, right: Result | Runs) -> tuple[str, str] | None:
        if isinstance(answer, Result) or len(case.others) > 1 or len(case.rows) > 1:
            return None
        for ending, said in bad(case, answer, *faults):
            if ending.example.turns:
                return still_schedule(ending.example, said)
        return None

    return drawn
