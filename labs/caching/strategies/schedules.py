"""Every way in which clients can take turns: run them all, and keep the bad ones.

    bad = [o for o in schedules({"R": (read_aside, "a"), "W": (write_around, "a", 11)}) if o.stale]

A schedule is written as the names of who takes the next step: R R W W R. A strategy's own code is run, stopped before
each thing it asks of a store (steps.py).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from labs.caching.strategies.steps import Call, Step
from labs.caching.strategies.stores import Cache, Database, StoreDown, differing
from labs.caching.strategies.workload import FIRST
from labs.kit.wording import listed

Clients = Mapping[str, tuple[Any, ...]]  # name → (function, its arguments before the two stores)
LONGEST = 30  # steps of one client
MOST = 20_000  # schedules; two clients of seven steps have 3432


class Endless(ValueError):
    """A client that goes on and on."""


@dataclass(frozen=True)
class Turn:
    """A step that was taken: by whom, what, the answer, and what the stores hold after it."""

    who: str
    step: Step
    answer: Any
    cache: Mapping[str, Any]
    db: Mapping[str, Any]
    dirty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of one schedule; `values` is what each client's function returned, `crashed` who stopped midway.

    `start` is what the cache and the database held before the first turn.
    """

    turns: tuple[Turn, ...]
    cache: Mapping[str, Any]
    db: Mapping[str, Any]
    dirty: tuple[str, ...]
    values: Mapping[str, Any]
    crashed: str = ""
    start: tuple[Mapping[str, Any], Mapping[str, Any]] = field(default_factory=lambda: ({}, {}))

    @property
    def schedule(self) -> str:
        """Who stepped when: "R R W W R"."""
        return " ".join(turn.who for turn in self.turns)

    @property
    def stale(self) -> bool:
        """The cache holds what is not the database's, and nobody knows of it: every later hit is wrong."""
        return any(key not in self.dirty for key in differing(self.cache, self.db))


def schedules(
    clients: Clients, *, cache: Callable[[], Any] = Cache, rows: Mapping[str, Any] | None = None,
    cached: Mapping[str, Any] | None = None, dirty: Mapping[str, Any] | None = None, crash: str = "",
) -> list[Outcome]:  # fmt: skip
    """All schedules of the clients, from one start: `rows` in the database ({"a": 10}), `cached` in the cache.

    `cache` makes the cache; `dirty` is put into it as dirty. With `crash`, the client of that name dies before each of
    its steps in turn (and once it does not): all points at which a crash can find it. No two outcomes have the same
    turns. What a client's function raises, other than StoreDown, goes through. ValueError where there are more than
    20,000 schedules.
    """
    db = Database(dict({"a": FIRST} if rows is None else rows))
    start = cache()
    for key, value in (cached or {}).items():
        start.set(key, value)
    for key, value in (dirty or {}).items():
        start.set(key, value, True)
    calls = {name: Call(function, tuple(args)) for name, (function, *args) in clients.items()}
    for call in calls.values():
        call.go()
    out: list[Outcome] = []
    for outcome in _branch(start, db, calls, (), "", crash):
        out.append(replace(outcome, start=(_held(start)[0], dict(db.rows))))
        if len(out) > MOST:
            raise ValueError(f"these clients have more than {MOST:,} schedules: give them fewer steps")
    return out


def _branch(
    cache: Any, db: Database, calls: dict[str, Call], turns: tuple[Turn, ...], crashed: str, crash: str
) -> Iterator[Outcome]:
    ready = [name for name, call in calls.items() if call.step is not None and name != crashed]
    if not ready:
        held, waits = _held(cache)
        values = {name: call.value for name, call in calls.items() if name != crashed}
        yield Outcome(turns, held, dict(db.rows), waits, values, crashed)
        return
    # It dies just after a step of its own, or before its first: nobody could tell a later moment from that one.
    if crash in ready and not crashed and (not turns or turns[-1].who == crash):
        yield from _branch(cache, db, calls, turns, crash, crash)
    for name in ready:
        its_cache, its_db = copy.deepcopy(cache), copy.deepcopy(db)
        its_calls = {other: call.copy() if other == name else call for other, call in calls.items()}
        turn = _take(name, its_calls[name], its_cache, its_db)
        yield from _branch(its_cache, its_db, its_calls, (*turns, turn), crashed, crash)


def _take(name: str, call: Call, cache: Any, db: Any) -> Turn:
    """The client's next step, on these stores."""
    step = call.step
    assert step is not None
    if len(call.answers) >= LONGEST:
        raise Endless(f"{name} has taken {LONGEST} steps and does not come to an end")
    try:
        answer = step.on(cache, db)
        call.answer(answer)
    except StoreDown as error:
        answer = error
        call.refuse(error)
    call.go()
    if call.error is not None and not isinstance(call.error, StoreDown):
        raise call.error
    held, waits = _held(cache)
    return Turn(name, step, answer, held, dict(getattr(db, "rows", {})), waits)


def _held(cache: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What a cache holds, and which keys are dirty."""
    entries = getattr(cache, "entries", {})
    held = {key: getattr(entry, "value", entry) for key, entry in entries.items()}
    return held, tuple(key for key, entry in entries.items() if getattr(entry, "dirty", False))


def follow(schedule: str | Sequence[str], clients: Clients, cache: Any, db: Any) -> list[tuple[str, str, Any]]:
    """Take exactly these turns on any two stores, real ones too: [(who, step, answer), …].

    A name whose function has ended, or that is unknown, is a ValueError; so is a schedule that stops too early.
    """
    calls = {name: Call(function, tuple(args)) for name, (function, *args) in clients.items()}
    for call in calls.values():
        call.go()
    done: list[tuple[str, str, Any]] = []
    for name in schedule.split() if isinstance(schedule, str) else schedule:
        if name not in calls:
            raise ValueError(f"there is no client {name!r}; there are {', '.join(calls)}")
        if calls[name].step is None:
            raise ValueError(f"{name} has nothing left to do after {' '.join(who for who, *_ in done) or 'nothing'}")
        turn = _take(name, calls[name], cache, db)
        done.append((name, str(turn.step), turn.answer))
    left = [name for name, call in calls.items() if call.step is not None]
    if left:
        verb = "has" if len(left) == 1 else "have"
        raise ValueError(f"{listed(left)} {verb} steps left: the schedule is too short")
    return done


def crash_points(clients: Clients, **start: Any) -> list[Outcome]:
    """One client alone, stopped before each of its steps and after the last: as many outcomes as it has moments."""
    (name,) = clients
    return schedules(clients, crash=name, **start)
