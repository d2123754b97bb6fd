"""What the exercises about strategies share: a trial puts a function between two stores and looks what becomes of them.

A case is a `Trial`. Alone, the function runs once, and the answer is a `Result`. Beside other clients, or with a crash,
it runs in every schedule there is, and the answer is a `Runs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.caching.strategies.five import write_back
from labs.caching.strategies.schedule_picture import still_schedule
from labs.caching.strategies.schedules import LONGEST, Clients, Endless, Outcome, schedules
from labs.caching.strategies.steps import Call, Step
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown, StoreDown
from labs.kit.exercise import Misconception, Wrong

SHAPE = "Comes to an end"


@dataclass(frozen=True)
class Trial:
    """A call of the learner's function with `args`, the start, what is down, and who else is there.

    `name` is what the learner's client is called in a schedule, `others` {name: (function, args …)}; with `crash` the
    learner's client dies at every point in turn. `leased` is a key on which somebody else holds a lease. `spare`: the
    race that only leases win (see `unavoidable`) is not held against the function.
    """

    call: str
    args: tuple[Any, ...]
    rows: Mapping[str, Any] = field(default_factory=lambda: {"a": 10})
    cached: Mapping[str, Any] = field(default_factory=dict)
    dirty: Mapping[str, Any] = field(default_factory=dict)
    down: str = ""
    leased: str = ""
    name: str = "W"
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    crash: bool = False
    spare: bool = False

    @property
    def alone(self) -> bool:
        """Whether it is one run and not all schedules."""
        return not self.others and not self.crash

    def __str__(self) -> str:
        held = {**self.cached, **self.dirty}
        lines = [self.call, f"# cache {dict(held)}, database {dict(self.rows)}"]
        lines += [f"# dirty: {', '.join(self.dirty)}"] if self.dirty else []
        lines += [f"# the {self.down} is down"] if self.down else []
        lines += [f"# another client, which has died, holds the lease on {self.leased!r}"] if self.leased else []
        for name, (function, *args) in self.others.items():
            lines.append(
                f"# beside {name}: {function.__name__}({', '.join(map(repr, args))}, cache, db), in every order"
            )
        lines += [f"# {self.name} crashes, at every point in turn"] if self.crash else []
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class Result:
    """One run: what came back, or was raised; what was asked, and what the stores hold."""

    returned: Any
    raised: str
    steps: tuple[Step, ...]
    cache: Mapping[str, Any]
    db: Mapping[str, Any]
    dirty: tuple[str, ...]
    endless: bool = False

    def asked(self, store: str, *verbs: str) -> list[Step]:
        """The steps at one store, of these kinds."""
        return [s for s in self.steps if s.store == store and (not verbs or s.verb in verbs)]

    def __repr__(self) -> str:
        end = f"raises {self.raised}" if self.raised else f"returns {self.returned!r}"
        if self.endless:
            return f"no answer: {self.steps[-1]} again and again"
        did = ", ".join(map(str, self.steps)) or "nothing"
        dirty = f" (dirty: {', '.join(self.dirty)})" if self.dirty else ""
        return f"{end}; asked {did}; cache {dict(self.cache)}{dirty}, database {dict(self.db)}"


@dataclass(frozen=True, repr=False)
class Runs:
    """All schedules: how many there are, and those that go wrong."""

    total: int
    bad: tuple[str, ...]
    first: Outcome | None = None  # the first that goes wrong
    endless: bool = False

    def __repr__(self) -> str:
        some = ": " + ", ".join(self.bad[:4]) + (" …" if len(self.bad) > 4 else "") if self.bad else ""
        return f"{len(self.bad)} of {self.total} schedules go wrong{some}"


def attempt(function: Callable[..., Any], trial: Trial) -> Result | Runs:
    """Run the function in its trial."""
    if trial.alone:
        return _alone(function, trial)
    clients: Clients = {**trial.others, trial.name: (function, *trial.args)}
    crash = trial.name if trial.crash else ""
    try:
        outcomes = schedules(clients, rows=trial.rows, cached=trial.cached, dirty=trial.dirty, crash=crash)
    except Endless:
        return Runs(0, (), endless=True)
    bad = [o for o in outcomes if (o.stale and not (trial.spare and unavoidable(o))) or missing(trial, o)]
    return Runs(len(outcomes), tuple(map(told, bad)), bad[0] if bad else None)


def _alone(function: Callable[..., Any], trial: Trial) -> Result:
    cache, db = Cache(), Database(dict(trial.rows))
    for key, value in trial.cached.items():
        cache.set(key, value)
    for key, value in trial.dirty.items():
        cache.set(key, value, True)
    if trial.leased:
        cache.lease(trial.leased)
    call = Call(function, trial.args)
    while (step := call.go()) is not None and len(call.answers) < LONGEST:
        if step.store == trial.down:
            call.refuse((CacheDown if step.store == "cache" else DatabaseDown)(f"the {step.store} is down"))
        else:
            call.answer(step.on(cache, db))
    if call.error is not None and not isinstance(call.error, StoreDown):
        raise call.error
    return Result(
        call.value, type(call.error).__name__ if call.error else "", tuple(s for s, _ in call.answers),
        {key: entry.value for key, entry in cache.entries.items()}, dict(db.rows), tuple(cache.dirty()),
        endless=step is not None,
    )  # fmt: skip


def read(case: Trial, answer: Result | Runs) -> Result | Runs:
    """Read an answer: the function must have come to an end."""
    if answer.endless and case.leased:
        raise Wrong(
            "It waits for a lease that another client holds, and that client has died. Do not wait: without a token, "
            "read the database and answer."
        )
    if answer.endless:
        raise Wrong(f"It asks the stores again and again: after {LONGEST} steps it has not come to an end.")
    return answer


def picture(case: Trial, answer: Result | Runs, right: Result | Runs) -> tuple[str, str] | None:
    """The first schedule that goes wrong, step by step; nothing for one run alone."""
    if isinstance(answer, Result) or answer.first is None or not answer.first.turns or len(case.rows) != 1:
        return None
    return still_schedule(answer.first)


def missing(case: Trial, outcome: Outcome) -> list[str]:
    """The keys of which an acknowledged value stands neither in the database nor, dirty, in the cache."""
    newest = dict(case.dirty)
    for function, *args in case.others.values():
        if function is write_back:
            newest[args[0]] = args[1]
    dirty = {key: outcome.cache.get(key) for key in outcome.dirty}
    return [key for key, value in newest.items() if value not in (outcome.db.get(key), dirty.get(key))]


def unavoidable(outcome: Outcome) -> bool:
    """The one race that no order of a plain write can win: somebody reads before it, and fills after its last step."""
    last: dict[str, int] = {turn.who: i for i, turn in enumerate(outcome.turns)}
    writers = {turn.who for turn in outcome.turns if turn.step.verb == "write"}
    written = min((i for i, turn in enumerate(outcome.turns) if turn.step.verb == "write"), default=0)
    fills = [i for i, turn in enumerate(outcome.turns) if turn.step.verb == "set" and turn.who not in writers]
    reads = [i for i, turn in enumerate(outcome.turns) if turn.step.verb == "read" and turn.who not in writers]
    crashed = outcome.crashed in writers
    return bool(fills and reads) and not crashed and fills[-1] > max(last[w] for w in writers) and reads[0] < written


def told(outcome: Outcome) -> str:
    """A schedule in words."""
    return f"{outcome.schedule or 'no step'}{f' (then {outcome.crashed} dies)' if outcome.crashed else ''}"


# ---- what properties and misconceptions are made of ----------------------------------------------------------------


def same_as(faulty: Callable[..., Any], sentence: str) -> Misconception:
    """A misconception that is known by a function which has it: the answer is the one that this function gives."""

    def recognise(case: Trial, answer: Result | Runs, right: Result | Runs) -> str | None:
        theirs = attempt(faulty, case)
        return sentence if _essence(theirs) == _essence(answer) else None

    return recognise


def _essence(answer: Result | Runs) -> tuple[Any, ...]:
    if isinstance(answer, Runs):
        return answer.total, answer.bad, *(turn.step for turn in (answer.first.turns if answer.first else ()))
    return answer.returned, answer.raised, answer.steps, dict(answer.cache), dict(answer.db), answer.dirty


def of_result(check: Callable[[Trial, Result], None]) -> Callable[[Trial, Any], None]:
    """A property of one run alone."""
    return lambda case, answer: check(case, answer) if isinstance(answer, Result) else None


def of_runs(sentence: str) -> Callable[[Trial, Any], None]:
    """A property of all schedules: none goes wrong."""

    def check(case: Trial, answer: Result | Runs) -> None:
        if isinstance(answer, Runs) and answer.bad:
            raise Wrong(f"{len(answer.bad)} of {answer.total} schedules go wrong, first {answer.bad[0]}: {sentence}.")

    return check


def alike(
    wanted: Callable[[Trial], bool], seen: Callable[[Trial, Result], bool], sentence: str
) -> Misconception:  # fmt: skip
    """A misconception that shows in one kind of trial, by what is seen there."""

    def recognise(case: Trial, answer: Any, right: Any) -> str | None:
        return sentence if isinstance(answer, Result) and wanted(case) and seen(case, answer) else None

    return recognise
