"""Producers, a queue with or without a bound, and workers: the run of lesson 04, message by message.

A message comes, waits its turn (first in, first out), and a worker does it. A full queue does what its overflow policy
says (overflow.py). Rates are per second, times in seconds; all chance comes from the seed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from random import Random
from typing import Any

from labs.kit.limits import Each, Function, Limits, Maybe, Number, OneOf, Whole, check_faults, settle, takes
from labs.kit.trace import Clock, Fault, Trace
from labs.queues.buffer.overflow import POLICIES, TOLD, offer

FAULTS = ("stop", "start", "away", "burst")
AWAY = 8.0  # seconds
BURST = 100  # messages


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set; the defaults are the notes' own case, for a rush of ten seconds."""

    producers: tuple[float, ...] = (10, 20, 30)  # what each sends per second
    rush: float = 10.0  # for how many seconds they send
    spacing: str = "even"  # "even", "random" (Poisson) or "together": `every` seconds' worth at once
    every: float = 10.0
    workers: int = 1
    per_worker: float = 15.0
    work: str = "fixed"  # "fixed", or "random": exponential
    bound: int = 0  # how many may wait; 0: any number
    overflow: str = "drop oldest"  # one of POLICIES
    acks: str = "after the work"  # when a worker acknowledges: "after the work" or "on delivery"
    offer: Callable[..., Any] | None = None  # in place of the course's own
    until: float = 45.0


LIMITS: Limits = {
    "producers": Each(Number(0.01, 1000, "messages per second"), 1, 8),
    "rush": Number(0, 10**6, "seconds"),
    "spacing": OneOf(("even", "random", "together")),
    "every": Number(0.1, 3600, "seconds"),
    "workers": Whole(0, 100),
    "per_worker": Number(0.01, 1000, "messages per second"),
    "work": OneOf(("fixed", "random")),
    "bound": Whole(0, 10**6, "messages"),
    "overflow": OneOf(POLICIES),
    "acks": OneOf(("after the work", "on delivery")),
    "offer": Maybe(Function("waiting, message, bound and policy")),
    "until": Number(0.1, 10**6, "seconds"),
}


@takes(Settings)
def buffer(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Events: "send" (number, told, waiting), "lost" (numbers), "admit" (after a wait), "work" (number, waited),
    "done" (number), "stop" (back: what it had not acknowledged), "start" and "burst".

    Faults: "stop" stops a worker ("worker 1") or all of them ("workers") in the middle of their work, "start" brings
    them back, "away" does both, AWAY seconds apart, and "burst" lets a producer ("producer 1") send BURST messages at
    once. ValueError, in one sentence, for a setting outside LIMITS, another fault, or an `offer` whose answer is of the
    wrong kind.
    """
    given = settle(Settings, LIMITS, settings, seed)
    run = _Run(given, check_faults(faults, FAULTS, given.until, "worker or producer"), seed)
    run.clock.run(given.until)
    return run.trace


class _Run:
    """The state of a run: who waits, who works on what, and who is held up."""

    def __init__(self, given: Settings, faults: tuple[Fault, ...], seed: int) -> None:
        self.given, self.clock = given, Clock()
        self.trace = Trace(asdict(given), faults, seed, given.until)
        self.offer = given.offer or offer
        self.sent: dict[int, float] = {}  # number → when its producer sent it
        self.waiting: deque[int] = deque()
        self.blocked: deque[tuple[int, int, Iterator[float] | None]] = deque()  # number, producer, its next moments
        self.at_work: dict[str, int | None] = {f"worker {i + 1}": None for i in range(given.workers)}
        self.lives = dict.fromkeys(self.at_work, 0)  # a worker's work before a stop is none of its work after it
        self.stopped: set[str] = set()
        self.luck = Random(f"{seed} work")
        for fault in faults:
            self.clock.at(fault.t, partial(getattr(self, f"_{fault.kind}"), fault.who))
        for i, rate in enumerate(given.producers):
            self._next(i, self._moments(rate, Random(f"{seed} producer {i}")))

    # ---- producers -------------------------------------------------------------------------------------------

    def _moments(self, rate: float, luck: Random) -> Iterator[float]:
        """The pauses before each message of a producer."""
        if self.given.spacing != "random":
            yield 0.0  # the first comes at once
        while self.given.spacing == "together":
            yield from [0.0] * (round(rate * self.given.every) - 1)
            yield self.given.every
        while True:
            yield luck.expovariate(rate) if self.given.spacing == "random" else 1 / rate

    def _next(self, producer: int, moments: Iterator[float]) -> None:
        """A producer sends its next message after the next pause, as long as the rush lasts."""
        pause = next(moments)
        if self.clock.now + pause < self.given.rush - 1e-9:
            self.clock.after(pause, partial(self._send, producer, moments))

    def _send(self, producer: int, moments: Iterator[float] | None) -> None:
        number = len(self.sent)
        self.sent[number] = self.clock.now
        told, lost = self._take_in(number)
        self._note("send", f"producer {producer + 1}", number=number, told=told, waiting=len(self.waiting))
        if lost:
            self._note("lost", "queue", numbers=lost)
        if told == "wait":
            self.blocked.append((number, producer, moments))
        elif moments is not None:
            self._next(producer, moments)
        self._hand_out()

    def _take_in(self, number: int) -> tuple[str, list[int]]:
        """Ask the queue whether it takes a message: what the producer is told, and what is lost."""
        if not self.given.bound:
            self.waiting.append(number)
            return "accepted", []
        # What a worker gives back may find the queue full, and is over the bound: full is what the queue is then, too.
        bound = max(self.given.bound, len(self.waiting))
        answer = self.offer(list(self.waiting), number, bound, self.given.overflow)
        waiting, told, lost = _usable(answer, {*self.waiting, number}) if self.given.offer else answer
        self.waiting = deque(waiting)
        return told, lost

    def _burst(self, who: str) -> None:
        producers = [f"producer {i + 1}" for i in range(len(self.given.producers))]
        if who in producers:
            self._note("burst", who)
            for _ in range(BURST):
                self._send(producers.index(who), None)

    # ---- workers ---------------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        """Whoever is idle gets the oldest message; the room that this makes goes to a producer that waits for it."""
        if not self.waiting or None not in self.at_work.values():
            return
        for worker, busy in self.at_work.items():
            if busy is None and worker not in self.stopped and self.waiting:
                number = self.waiting.popleft()
                self.at_work[worker] = number
                self._note("work", worker, number=number, waited=self.clock.now - self.sent[number])
                rate = self.given.per_worker
                seconds = self.luck.expovariate(rate) if self.given.work == "random" else 1 / rate
                self.clock.after(seconds, partial(self._done, worker, self.lives[worker]))
                self._admit()

    def _admit(self) -> None:
        while self.blocked and len(self.waiting) < self.given.bound:
            number, producer, moments = self.blocked.popleft()
            self.waiting.append(number)
            self._note("admit", f"producer {producer + 1}", number=number, waiting=len(self.waiting))
            if moments is not None:  # a producer that was held up goes on
                self._next(producer, moments)

    def _done(self, worker: str, life: int) -> None:
        if life == self.lives[worker]:
            number, self.at_work[worker] = self.at_work[worker], None
            self._note("done", worker, number=number)
            self._hand_out()

    def _stop(self, who: str) -> None:
        """What a worker had in its hands goes back to the head of the queue, unless it was acknowledged already."""
        for worker in reversed([w for w in self.at_work if who in (w, "workers") and w not in self.stopped]):
            number, self.at_work[worker] = self.at_work[worker], None
            held = [] if number is None else [number]
            back = held if self.given.acks == "after the work" else []
            self.stopped.add(worker)
            self.lives[worker] += 1
            self.waiting.extendleft(back)
            self._note("stop", worker, back=back)
            if held != back:
                self._note("lost", worker, numbers=held)
        self._hand_out()

    def _start(self, who: str) -> None:
        for worker in self.at_work:
            if who in (worker, "workers") and worker in self.stopped:
                self.stopped.discard(worker)
                self._note("start", worker)
        self._hand_out()

    def _away(self, who: str) -> None:
        self._stop(who)
        self.clock.after(AWAY, partial(self._start, who))

    def _note(self, kind: str, who: str, **data: Any) -> None:
        self.trace.emit(self.clock.now, kind, who, **data)


def _usable(answer: Any, known: set[int]) -> tuple[list[int], str, list[int]]:
    """An answer of `offer`, or a ValueError that says what is wrong with it."""
    if not isinstance(answer, tuple | list) or len(answer) != 3:
        raise ValueError("offer must return three things: who waits now, what the producer is told, who is lost")
    waiting, told, lost = answer
    if told not in TOLD:
        raise ValueError(f"offer tells the producer {told!r:.40}, which is none of {', '.join(TOLD)}")
    lists = isinstance(waiting, list | tuple | deque) and isinstance(lost, list | tuple | deque)
    if not lists or not all(type(one) is int and one in known for one in (*waiting, *lost)):
        raise ValueError("offer must return lists of the messages that it was given")
    return list(waiting), told, list(lost)
