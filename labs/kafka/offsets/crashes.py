"""Every crash there is: run a loop once undisturbed, then again for each moment at which it could have died.

What a loop has done changes only when a call comes back, so there are as many different crashes as there are such
moments, and all of them can be tried. "It has never happened to us" becomes "it cannot happen".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from labs.kafka.offsets.delivered import commit_log, crash_points, results
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import Loop
from labs.kafka.offsets.world import TOPIC
from labs.kit.trace import Fault, Trace


@dataclass(frozen=True)
class Try:
    """One run over `records` records from offset `first` on: after what it crashed ("": nowhere), what was done, and
    what is committed.
    """

    after: str
    records: int
    done: tuple[int, ...]  # offsets, in the order in which their results came
    committed: int | None
    first: int = 0

    @property
    def offsets(self) -> range:
        """The offsets of its records."""
        return range(self.first, self.first + self.records)

    @property
    def lost(self) -> list[int]:
        """The records that were never done."""
        return [offset for offset in self.offsets if offset not in self.done]

    @property
    def repeated(self) -> list[int]:
        """The records that were done more than once."""
        return sorted(offset for offset, times in Counter(self.done).items() if times > 1)


def every_crash(loop: Loop, records: int = 4, batch: int = 2, twice: bool = False, **settings: Any) -> list[Try]:
    """The undisturbed run, then one run for every moment at which c1 can crash (and, `twice`, c2 after it, too).

    All records are in the log from the start, and the loop is told to stop (poll gives []) when it has read them all.
    What the loop itself raises goes through. `settings` are further ones of `deliver`, or take the place of these.
    """
    kinds: dict[str, Any] = dict(
        loop=loop, records=records, backlog=records, batch=batch, work=0.1, round_trip=0.2, takeover=1.0, drain=True,
        until=3600.0,
    ) | settings  # fmt: skip
    calm = deliver(**kinds)
    tries = [_seen("", calm, records)]
    once = [(after, [Fault(t, "crash", "c1")]) for t, after in crash_points(calm)]
    for after, faults in once:
        tries.append(_seen(after, deliver(**kinds, faults=faults), records))
    for after, faults in once if twice else ():
        for t, again in crash_points(deliver(**kinds, faults=faults), "c2"):
            trace = deliver(**kinds, faults=[*faults, Fault(t, "crash", "c2")])
            tries.append(_seen(f"{after}, and the next one after {again}", trace, records))
    return tries


def _seen(after: str, trace: Trace, records: int) -> Try:
    done = tuple(offset for _, (_, offset) in results(trace))
    committed = commit_log(trace).committed((trace.settings["group"], TOPIC, 0))
    return Try(after, records, done, committed, trace.settings["log_start"])
