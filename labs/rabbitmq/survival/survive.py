"""One publisher, one queue, one broker that can be killed: which orders are still there afterwards?

An order travels to the broker, lies in its memory, is written to disk, and only then is confirmed. Whatever is not
persistent, or lies in a queue that is not durable, is never written, and is confirmed as soon as it has arrived.
Everything takes about a hundred times as long as in real life, so that there is time to strike in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from labs.kit.limits import Limits, Number, Whole, YesNo, check_faults, settle, takes
from labs.kit.trace import Clock, Fault, Trace

WAY = 0.3  # seconds from the publisher to the broker, and back
FAULTS = ("kill", "stop")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`confirms`: the publisher keeps each order until it is confirmed, and resends it after a crash if it was not."""

    durable: bool = True
    persistent: bool = True
    confirms: bool = False
    orders: int = 3
    every: float = 1.0  # seconds from order to order
    write: float = 0.6  # from an order's arrival until it has been written to disk
    down: float = 1.5  # how long a restart takes
    until: float = 8.0


LIMITS: Limits = {
    "durable": YesNo(),
    "persistent": YesNo(),
    "confirms": YesNo(),
    "orders": Whole(1, 6),
    "every": Number(0.5, 5, "seconds"),
    "write": Number(0.1, 3, "seconds"),
    "down": Number(0.5, 5, "seconds"),
    "until": Number(3, 30, "seconds"),
}


class _Run:
    """The publisher and the broker of one run."""

    def __init__(self, settings: Settings, faults: tuple[Fault, ...], trace: Trace) -> None:
        self.settings, self.trace, self.clock = settings, trace, Clock()
        self.connected = True
        self.life = 0  # of the broker: what was under way in an earlier one comes to nothing
        self.memory: list[int] = []  # the queue
        self.disk: list[int] = []
        self.waiting: list[int] = []  # orders that came while the broker was down
        self.unconfirmed: list[int] = []
        for n in range(1, settings.orders + 1):
            self.clock.at(0.5 + (n - 1) * settings.every, lambda n=n: self.order(n))  # type: ignore[misc]
        for fault in faults:
            self.clock.at(fault.t, lambda kind=fault.kind: self.end(kind))  # type: ignore[misc]

    @property
    def written(self) -> bool:
        """Whether orders reach the disk at all."""
        return self.settings.durable and self.settings.persistent

    def say(self, kind: str, who: str, **data: Any) -> None:
        self.trace.emit(self.clock.now, kind, who, **data)

    def later(self, delay: float, what: Any, *about: Any) -> None:
        """Do something after a while, if the broker has not been down in between."""
        life = self.life
        self.clock.after(delay, lambda: what(*about) if life == self.life else None)

    # ---- the publisher ----------------------------------------------------------------------------------------------

    def order(self, n: int) -> None:
        """An order comes in; while the publisher has no connection it waits there."""
        if self.connected:
            self.send(n)
        else:
            self.waiting.append(n)
            self.say("wait", "publisher", order=n)

    def send(self, n: int, again: bool = False) -> None:
        if self.settings.confirms and n not in self.unconfirmed:
            self.unconfirmed.append(n)
        self.say("send", "publisher", order=n, again=again)
        self.later(WAY, self.arrive, n)

    def confirmed(self, n: int) -> None:
        self.unconfirmed.remove(n)
        self.say("confirmed", "publisher", order=n)

    # ---- the broker -------------------------------------------------------------------------------------------------

    def arrive(self, n: int) -> None:
        self.memory.append(n)
        self.say("arrive", "broker", order=n)
        if self.written:
            self.later(self.settings.write, self.flush, n)
        else:
            self.confirm(n)

    def flush(self, n: int) -> None:
        self.disk.append(n)
        self.say("write", "broker", order=n)
        self.confirm(n)

    def confirm(self, n: int) -> None:
        if self.settings.confirms:
            self.say("confirm", "broker", order=n)
            self.later(WAY, self.confirmed, n)

    def end(self, how: str) -> None:
        """Killed: memory is gone. Stopped cleanly: what has to be written is written first."""
        if how == "stop" and self.written:
            for n in self.memory[len(self.disk) :]:
                self.disk.append(n)
                self.say("write", "broker", order=n)
        lost = [n for n in self.memory if n not in self.disk]
        self.connected, self.life, self.memory = False, self.life + 1, []
        self.say(how, "broker", lost=lost)
        self.clock.after(self.settings.down, self.restart)

    def restart(self) -> None:
        self.memory = list(self.disk)
        self.say("restart", "broker", orders=list(self.disk), again=list(self.unconfirmed))
        self.later(WAY, self.reconnect)

    def reconnect(self) -> None:
        """The publisher is back: what nobody has confirmed goes once more, then what has been waiting."""
        self.connected, self.waiting, waited = True, [], self.waiting
        for n in list(self.unconfirmed):
            self.send(n, again=True)
        for n in waited:
            self.send(n)


@takes(Settings)
def survive(*, faults: Iterable[Fault] = (), seed: int = 0, **given: Any) -> Trace:
    """Orders 1, 2, 3 … go to a queue; faults kill the broker ("kill") or stop it cleanly ("stop")."""
    settings = settle(Settings, LIMITS, given, seed)
    faults = check_faults(faults, FAULTS, settings.until, "broker")
    back = 0.0
    for fault in faults:
        if fault.who != "broker":
            raise ValueError(f"{fault.kind!r} strikes the broker, and not {fault.who!r}")
        if fault.t < back:
            raise ValueError(f"the broker is down until {back:g} s, so nothing can happen to it at {fault.t:g} s")
        back = fault.t + settings.down
    until = max(settings.until, back + 3)  # time enough to send again
    trace = Trace(vars(settings), faults, seed, end=until)
    run = _Run(settings, faults, trace)
    run.clock.run(until)
    trace.emit(until, "end", "broker", queue=list(run.memory), unconfirmed=list(run.unconfirmed))
    return trace


# ---- what came of it -------------------------------------------------------------------------------------------------


def left(trace: Trace) -> list[int]:
    """The orders in the queue at the end."""
    return list(trace.of("end")[0]["queue"])


def sent(trace: Trace) -> list[int]:
    """The orders that left the publisher, each once."""
    return list(dict.fromkeys(e["order"] for e in trace.of("send")))


def lost(trace: Trace) -> list[int]:
    """Sent, and not in the queue at the end."""
    return [n for n in sent(trace) if n not in left(trace)]


def lost_though_confirmed(trace: Trace) -> list[int]:
    """The publisher had a promise for these."""
    told = {e["order"] for e in trace.of("confirmed")}
    return [n for n in lost(trace) if n in told]


def twice(trace: Trace) -> list[int]:
    """More than once in the queue at the end."""
    return [n for n in sent(trace) if left(trace).count(n) > 1]
