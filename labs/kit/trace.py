"""A run is a pure function of its settings, faults and seed; a `Trace` is what it returns.

    run(settings, faults, seed) -> Trace

A trace is the list of what happened, in order, on a virtual clock. The animation plays it, tables and charts read it,
monitors look in it for broken promises, a test compares it with what a real system did. Time is counted in seconds
from the start of the run and never read from the machine, so the same call gives the same trace everywhere.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: at `t` seconds, to or by `who`, with its particulars in `data`."""

    t: float
    kind: str
    who: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A particular by name, or `default` where the event has none of that name."""
        return self.data.get(name, default)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong on purpose: at `t` seconds, `kind` (say "crash") strikes `who` (say "c2")."""

    t: float
    kind: str
    who: str

    def __post_init__(self) -> None:
        if isinstance(self.t, bool) or not isinstance(self.t, int | float):
            raise ValueError(f"a fault strikes at a number of seconds, not at {self.t!r}")


@dataclass
class Trace:
    """The events of one run in the order in which they happened, with the settings that produced them.

    `end` is the moment, in seconds, at which the run stops looking; it may lie after the last event.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    end: float = 0.0
    events: list[Event] = field(default_factory=list)

    def emit(self, t: float, kind: str, who: str, **data: Any) -> Event:
        """Write down that `kind` happened to `who` at `t`; times never run backwards."""
        events = self.events
        if events and t < events[-1].t:
            raise ValueError(f"{kind} at {t} s comes after an event at {events[-1].t} s: a trace runs forward")
        event = Event(t, kind, who, data)
        events.append(event)
        if t > self.end:
            self.end = t
        return event

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def of(self, *kinds: str, who: str | None = None) -> list[Event]:
        """The events of these kinds (all kinds when none is named), of one actor if `who` is given."""
        found = [e for e in self.events if e.kind in kinds] if kinds else list(self.events)
        return found if who is None else [e for e in found if e.who == who]

    def table(self, *kinds: str) -> Any:
        """The events of these kinds as a pandas DataFrame: t, kind, who, then a column for each particular."""
        import pandas

        return pandas.DataFrame([{"t": e.t, "kind": e.kind, "who": e.who, **e.data} for e in self.of(*kinds)])


class Clock:
    """A virtual clock with a diary: `at` and `after` write an action in, `run` lives through them in order of time.

    Two actions at the same moment happen in the order in which they were written in, so a run is the same every time.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self._diary: list[tuple[float, int, Callable[[], None]]] = []
        self._written = 0

    def at(self, t: float, action: Callable[[], None]) -> None:
        """Do `action` at `t` seconds; a moment that has passed is an error."""
        if t < self.now:
            raise ValueError(f"the clock stands at {self.now} s: nothing can be put at {t} s any more")
        self._written += 1
        heapq.heappush(self._diary, (t, self._written, action))

    def after(self, delay: float, action: Callable[[], None]) -> None:
        """Do `action` when `delay` seconds have passed."""
        self.at(self.now + delay, action)

    def run(self, until: float) -> None:
        """Live through everything that is due up to and including `until`, then stand there."""
        while self._diary and self._diary[0][0] <= until:
            self.now, _, action = heapq.heappop(self._diary)
            action()
        self.now = max(self.now, until)
