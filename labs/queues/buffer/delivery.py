"""One message, two consumers: point-to-point gives it to one of them, publish/subscribe to both.

Point-to-point has one queue, and whichever consumer is free takes the next message. With publish/subscribe an exchange
puts a copy of each message into the queue of every consumer. Times are in seconds. Nothing here is random.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

from labs.kit.limits import SEED, Limits, Number, OneOf, Whole, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace

STYLES = ("point-to-point", "publish/subscribe")
FAULTS = ("stop", "start", "away")
AWAY = 3.0  # seconds
LIMITS: Limits = {
    "style": OneOf(STYLES),
    "consumers": Whole(1, 3),
    "messages": Whole(1, 20),
    "work": Number(0.1, 10, "seconds"),
    "seed": SEED,
}


def deliver(
    *, style: str = "point-to-point", consumers: int = 2, messages: int = 6, work: float = 1.5,
    faults: Iterable[Fault] = (), seed: int = 0,
) -> Trace:  # fmt: skip
    """Events: "send" (number), "put" (number, who: a queue), "work" and "done" (number, who: a consumer, queue),
    "stop" (back: the message it had not acknowledged, or None) and "start".

    A message is sent every second; it is acknowledged when its work is done. A fault "stop" stops a consumer ("A", "B",
    "C"), and what it was working on goes back to the head of its queue; "start" brings it back; "away" does both, AWAY
    seconds apart. ValueError, in one sentence, for a setting outside LIMITS or another fault; `seed` is taken, as by
    every run, and not used.
    """
    settings = dict(style=style, consumers=consumers, messages=messages, work=work)
    check_settings(LIMITS, {**settings, "seed": seed})
    end = messages + 4.0
    run = _Run(settings, Trace(settings, check_faults(faults, FAULTS, end, "consumer"), seed, end))
    run.clock.run(end)
    return run.trace


def names(consumers: int) -> list[str]:
    """The consumers: A, B, C."""
    return list("ABC"[:consumers])


def queue_of(style: str, consumer: str) -> str:
    """The queue that a consumer takes from."""
    return "queue" if style == STYLES[0] else f"queue {consumer}"


class _Run:
    """The queues, and what each consumer is working on."""

    def __init__(self, settings: dict[str, Any], trace: Trace) -> None:
        self.trace, self.clock, self.work = trace, Clock(), settings["work"]
        self.reads = {name: queue_of(settings["style"], name) for name in names(settings["consumers"])}
        self.queues: dict[str, deque[int]] = {queue: deque() for queue in self.reads.values()}
        self.holds: dict[str, int | None] = dict.fromkeys(self.reads)
        self.idle = list(self.reads)  # in the order in which they became free
        self.lives = dict.fromkeys(self.reads, 0)
        for fault in trace.faults:
            self.clock.at(fault.t, partial(getattr(self, f"_{fault.kind}"), fault.who))
        for number in range(1, settings["messages"] + 1):
            self.clock.at(number, partial(self._send, number))

    def _send(self, number: int) -> None:
        self._note("send", "producer", number=number)
        for name, queue in self.queues.items():
            queue.append(number)
            self._note("put", name, number=number)
        self._hand_out()

    def _hand_out(self) -> None:
        for consumer in list(self.idle):
            if queue := self.queues[self.reads[consumer]]:
                self.idle.remove(consumer)
                self.holds[consumer] = number = queue.popleft()
                self._note("work", consumer, number=number, queue=self.reads[consumer])
                self.clock.after(self.work, partial(self._done, consumer, self.lives[consumer]))

    def _done(self, consumer: str, life: int) -> None:
        if life == self.lives[consumer]:
            number, self.holds[consumer] = self.holds[consumer], None
            self._note("done", consumer, number=number, queue=self.reads[consumer])
            self.idle.append(consumer)
            self._hand_out()

    def _stop(self, consumer: str) -> None:
        if consumer not in self.reads or self.lives[consumer] % 2:  # an odd life is one of rest
            return
        back, self.holds[consumer] = self.holds[consumer], None
        self.lives[consumer] += 1
        if consumer in self.idle:
            self.idle.remove(consumer)
        if back is not None:
            self.queues[self.reads[consumer]].appendleft(back)
        self._note("stop", consumer, back=back, queue=self.reads[consumer])
        self._hand_out()

    def _start(self, consumer: str) -> None:
        if consumer in self.reads and self.lives[consumer] % 2:
            self.lives[consumer] += 1
            self.idle.append(consumer)
            self._note("start", consumer)
            self._hand_out()

    def _away(self, consumer: str) -> None:
        self._stop(consumer)
        self.clock.after(AWAY, partial(self._start, consumer))

    def _note(self, kind: str, who: str, **data: Any) -> None:
        self.trace.emit(self.clock.now, kind, who, **data)
