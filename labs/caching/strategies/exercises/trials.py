"""What the exercises about strategies share: a trial puts a function between two stores and looks what becomes of them.

A case is a `Trial`. On its own, the function runs once (or twice), and the answer is a `Result`. Beside other clients,
or with a crash, it runs in every schedule there is, and the answer is a `Runs` (races.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.caching.strategies.schedules import LONGEST
from labs.caching.strategies.steps import Stand, Step
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown, StoreDown

YOURS = None  # stands for the learner's function among the other clients of a trial
OFTEN = ("", "once", "twice")


@dataclass(frozen=True)
class Outage:
    """A store that gives `after` answers and is then down: for good, or for `times` calls.

    Where the function is called twice, that happens in the first or in the second `call`.
    """

    store: str  # "cache" or "database"
    after: int = 0
    times: int = 0
    call: int = 2

    def strikes(self, count: int) -> bool:
        """Whether the store is down after it has been asked so often."""
        return self.after <= count and (not self.times or count < self.after + self.times)

    def __str__(self) -> str:
        text = f"the {self.store} is down"
        if self.after:
            text = f"the {self.store} answers {OFTEN[self.after]}, and is down after that"
        if self.times:
            text += f" for {self.times} call" + "s" * (self.times > 1)
        return text


@dataclass(frozen=True)
class Trial:
    """A call of the learner's function, named `name`, with `args`; what the stores hold; and what happens meanwhile.

    `between`: the function is called twice, and this happens between the two calls, of which the second is looked at;
    `earlier` are the arguments of the first where they are others. `client` is what the learner's client is called in a
    schedule, `others` are {name: (function, args …)}, where YOURS is the learner's function; with `crash` the learner's
    client dies at every point in turn. `leased` is a key on which somebody else holds a lease. `spare`: the race that
    only leases win is not held against the function. `returns`: what it returns counts.
    """

    name: str
    args: tuple[Any, ...]
    rows: Mapping[str, Any] = field(default_factory=dict)
    cached: Mapping[str, Any] = field(default_factory=dict)
    dirty: Mapping[str, Any] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    between: tuple[Step, ...] | None = None
    earlier: tuple[Any, ...] | None = None
    leased: str = ""
    client: str = "W"
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    crash: bool = False
    spare: bool = False
    returns: bool = True

    @property
    def alone(self) -> bool:
        """Whether it is not about schedules."""
        return not self.others and not self.crash

    def down(self, store: str) -> bool:
        """Whether a store is down during the call that is looked at, or at some time in it."""
        return any(outage.store == store and outage.call == 2 for outage in self.outages)

    def __str__(self) -> str:
        held = {**self.cached, **self.dirty}
        lines = [f"{self.name}({', '.join([*map(repr, self.args), 'cache', 'db'])})"]
        lines += [f"# cache {held}, database {dict(self.rows)}"]
        lines += [f"# dirty: {', '.join(map(repr, self.dirty))}"] if self.dirty else []
        when = ("", " in the first call", " in the second call") if self.between is not None else ("", "", "")
        lines += [f"# {outage}{when[outage.call]}" for outage in self.outages]
        lines += [f"# another client, which has died, holds the lease on {self.leased!r}"] if self.leased else []
        if self.between is not None:
            first = f", first with {', '.join(map(repr, self.earlier))}" if self.earlier else ""
            lines.append(f"# called twice{first}; in between: {', '.join(map(str, self.between)) or 'nothing'}")
        for name, (function, *args) in self.others.items():
            called = (
                f"{function.__name__}({', '.join([*map(repr, args), 'cache', 'db'])})"
                if function
                else (
                    "your function as well"
                    + (f", with {', '.join(map(repr, args))}" if tuple(args) != self.args else "")
                )
            )
            lines.append(f"# beside {name}: {called}, in every order")
        lines += [f"# {self.client} crashes, at every point in turn"] if self.crash else []
        return "\n".join(lines)

    def cache(self) -> Cache:
        """The cache at the start. Its tokens do not begin at 1, so that nobody can guess one."""
        cache = Cache(tokens=40)
        for key, value in self.cached.items():
            cache.set(key, value)
        for key, value in self.dirty.items():
            cache.set(key, value, True)
        if self.leased:
            cache.lease(self.leased)
        return cache


@dataclass(frozen=True, repr=False)
class Result:
    """One run: what came back, or was raised; what was asked, and what the stores held before and hold after it.

    Of a cache that is down nothing is told: what it holds, and which of its calls were tried, is a matter of style.
    """

    returned: Any
    raised: str
    asked: tuple[str, ...]  # what kinds of steps, but for a look into the cache: "database read", "cache set" …
    reads: int  # of the database
    before: tuple[Mapping[str, Any], Mapping[str, Any]]  # cache, database
    cache: Mapping[str, Any] | None
    db: Mapping[str, Any]
    dirty: tuple[str, ...]
    steps: tuple[Step, ...] = field(default=(), compare=False)
    endless: bool = False
    threads: bool = False

    def __repr__(self) -> str:
        if self.endless:
            return f"no answer: {self.steps[-1]} again and again"
        end = f"raises {self.raised}" if self.raised else f"returns {self.returned!r}"
        did = ", ".join(map(str, self.steps)) or "nothing"
        dirty = f" (dirty: {', '.join(map(repr, self.dirty))})" if self.dirty else ""
        cache = f"cache {dict(self.cache)}{dirty}, " if self.cache is not None else ""
        return f"{end}; asked {did}; {cache}database {dict(self.db)}"


def kinds(steps: Iterable[Step]) -> tuple[str, ...]:
    """What kinds of steps these are, each once; a look into the cache is none, since it does no harm."""
    return tuple(sorted({f"{s.store} {s.verb}" for s in steps} - {"cache get", "cache dirty"}))


def alone(function: Callable[..., Any], trial: Trial) -> Result:
    """Run the function by itself, straight on the stores."""
    run = _Run(trial)
    stands = Stand("cache", run.ask), Stand("database", run.ask)
    returned, raised = None, ""
    others = set(threading.enumerate())
    for number in (1, 2) if trial.between is not None else (2,):
        if number == 2:
            for step in trial.between or ():
                step.on(run.cache, run.db)
        run.begin(number)
        returned, raised = None, ""
        args = trial.earlier if number == 1 and trial.earlier is not None else trial.args
        try:
            returned = function(*args, *stands)
        except StoreDown as error:
            raised = type(error).__name__
        except _Enough:
            break
        except SystemExit:
            if not run.threads:  # else it comes from a thread of the function's, by way of a future
                raise
    for thread in set(threading.enumerate()) - others:
        thread.join(0.5)  # its first step tells us of it
    return run.result(returned if trial.returns else None, raised, trial.down("cache"))


class _Enough(BaseException):
    """Ends a call that goes on and on; not an Exception, so that `except Exception` lets it through."""


class _Run:
    """The stores of a trial, and what is asked of them."""

    def __init__(self, trial: Trial) -> None:
        self.outages, self.cache, self.db = trial.outages, trial.cache(), Database(dict(trial.rows))
        self.endless = self.threads = False
        self._home = threading.get_ident()

    def begin(self, call: int) -> None:
        """The first or the second call begins."""
        self.call, self.before = call, (self._held(), dict(self.db.rows))
        self.steps: list[Step] = []

    def ask(self, step: Step) -> Any:
        """Do a step, if the store is there."""
        if threading.get_ident() != self._home:
            self.threads = True
            raise SystemExit  # which ends a thread without a word
        if len(self.steps) >= LONGEST:
            self.endless = True
            raise _Enough
        count = sum(before.store == step.store for before in self.steps)
        self.steps.append(step)
        for outage in self.outages:
            if outage.store == step.store and outage.call == self.call and outage.strikes(count):
                raise (CacheDown if step.store == "cache" else DatabaseDown)(f"the {step.store} is down")
        return step.on(self.cache, self.db)

    def result(self, returned: Any, raised: str, down: bool) -> Result:
        """What became of it; `down` where the cache was."""
        asked = kinds(s for s in self.steps if s.store == "database" or not down)
        reads = sum(s.verb == "read" for s in self.steps)
        held, dirty = (None, ()) if down else (self._held(), tuple(self.cache.dirty()))
        steps = tuple(self.steps)
        return Result(
            returned, raised, asked, reads, self.before, held, dict(self.db.rows), dirty, steps, self.endless,
            self.threads,
        )  # fmt: skip

    def _held(self) -> dict[str, Any]:
        return {key: entry.value for key, entry in self.cache.entries.items()}
