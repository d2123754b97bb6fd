"""Clients whose calls fail all at the same moment, and how long each pauses before it tries again.

The server does one call at a time and lets a few more wait. A call that finds no room is refused, which costs the
server a little time, too; its client pauses (backoff.py) and calls again, until it is served. Times are in seconds; all
chance comes from the seed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from math import isfinite
from random import Random
from typing import Any

from labs.kit.limits import Function, Limits, Maybe, Number, OneOf, Whole, check_faults, settle, takes
from labs.kit.trace import Clock, Fault, Trace
from labs.queues.buffer.backoff import PAUSES

FAULTS = ("stop", "start", "away")
AWAY = 6.0  # seconds
MOST = 10_000  # calls in a run


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set: by default forty clients call a server that could do all forty calls in four seconds."""

    clients: int = 40
    policy: str = "exponential"  # one of PAUSES
    base: float = 1.0  # the shortest pause
    cap: float = 8.0  # the longest
    work: float = 0.1  # per call
    refusal: float = 0.01  # what it takes the server to refuse one
    room: int = 5  # how many calls may wait
    pause: Callable[..., Any] | None = None  # in place of the policy
    until: float = 40.0


LIMITS: Limits = {
    "clients": Whole(1, 1000),
    "policy": OneOf(tuple(PAUSES)),
    "base": Number(0.01, 3600, "seconds"),
    "cap": Number(0.01, 86400, "seconds"),
    "work": Number(0.001, 60, "seconds"),
    "refusal": Number(0, 60, "seconds"),
    "room": Whole(0, 1000, "calls"),
    "pause": Maybe(Function("failures, base, cap and luck")),
    "until": Number(0.1, 3600, "seconds"),
}


@takes(Settings)
def retries(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Events: "call" (number, attempt, ok), "pause" (number, seconds), "served" (number), "stop" and "start".

    Faults: "stop" stops the server ("server"), so that the calls it holds fail, "start" brings it back, and "away"
    does both, AWAY seconds apart.
    ValueError, in one sentence, for a setting outside LIMITS, another fault, a pause that is no number of seconds, or
    pauses so short that there are more than MOST calls.
    """
    given = settle(Settings, LIMITS, settings, seed)
    run = _Run(given, check_faults(faults, FAULTS, given.until, "server"), seed)
    run.clock.run(given.until)
    return run.trace


class _Run:
    """The server, the calls it holds (the first is being done), and how often each client has failed."""

    def __init__(self, given: Settings, faults: tuple[Fault, ...], seed: int) -> None:
        self.given, self.clock = given, Clock()
        self.trace = Trace(asdict(given), faults, seed, given.until)
        self.pause = given.pause or PAUSES[given.policy]
        self.held: deque[int] = deque()
        self.failures = dict.fromkeys(range(1, given.clients + 1), 0)
        self.dice = {number: Random(f"{seed} client {number}") for number in self.failures}
        self.up, self.life = True, 0
        self.calls, self.behind = 0, 0.0  # for how long the server has refused calls since it last worked
        for fault in faults:
            self.clock.at(fault.t, partial(getattr(self, f"_{fault.kind}"), fault.who))
        for number in self.failures:
            self.clock.at(0, partial(self._call, number))

    def _call(self, number: int) -> None:
        self.calls += 1
        if self.calls > MOST:
            raise ValueError(f"the pauses are too short: more than {MOST} calls within {self.clock.now:.1f} s")
        ok = self.up and len(self.held) <= self.given.room
        self._note("call", number=number, attempt=self.failures[number] + 1, ok=ok)
        if not ok:
            self.behind += self.given.refusal if self.up else 0
            self._fail(number)
            return
        self.held.append(number)
        if len(self.held) == 1:
            self._serve()

    def _fail(self, number: int) -> None:
        self.failures[number] += 1
        seconds = self.pause(
            self.failures[number], self.given.base, self.given.cap, self.dice[number].random()
        )  # the luck is drawn in any case: so it is the same under every policy
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not isfinite(seconds) or seconds < 0:
            raise ValueError(f"a pause is a number of seconds, 0 or more, and not {seconds!r:.40}")
        self._note("pause", number=number, seconds=float(seconds))
        self.clock.after(max(float(seconds), 0.001), partial(self._call, number))  # a call takes a moment at least

    def _serve(self) -> None:
        self.clock.after(self.given.work, partial(self._served, self.life))

    def _served(self, life: int) -> None:
        if life != self.life:
            return
        if self.behind:  # it has had to refuse calls meanwhile, and finishes so much later
            self.clock.after(self.behind, partial(self._served, life))
            self.behind = 0.0
        else:
            self._note("served", number=self.held.popleft())
            if self.held:
                self._serve()

    def _stop(self, who: str) -> None:
        if who == "server" and self.up:
            self.up, self.life, self.behind = False, self.life + 1, 0.0
            failed, self.held = self.held, deque()
            self._note("stop")
            for number in failed:
                self._fail(number)

    def _start(self, who: str) -> None:
        if who == "server" and not self.up:
            self.up = True
            self._note("start")

    def _away(self, who: str) -> None:
        self._stop(who)
        self.clock.after(AWAY, partial(self._start, who))

    def _note(self, kind: str, **data: Any) -> None:
        self.trace.emit(self.clock.now, kind, f"client {data['number']}" if data else "server", **data)
