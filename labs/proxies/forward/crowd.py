"""Many clients ask a proxy for the same page within half a second, and the origin takes its time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

from labs.kit.limits import Limits, OneOf, Whole, YesNo, check_settings
from labs.kit.trace import Clock, Fault, Trace
from labs.proxies.forward.collapsing import FAILED, FOR_ALL, FOR_ONE, Desk, Do

KINDS = {"max-age=60": FOR_ALL, "private": FOR_ONE, "no answer": FAILED}  # what the origin says → what that means
TAKES = 1.5  # seconds until the origin has answered, or the proxy gives up
LIMITS: Limits = {"clients": Whole(1, 100), "answer": OneOf(tuple(KINDS)), "collapse": YesNo()}


class NoDesk:
    """Without collapsing: every request goes to the origin."""

    def request(self, client: Hashable, key: Hashable) -> list[Do]:
        """The origin is asked."""
        return [Do("ask", client)]

    def answer(self, client: Hashable, how: str) -> list[Do]:
        """The client gets it."""
        return [Do("give", client)]


class YourDesk:
    """The learner's function as a desk: it is told all events so far, and the last of its lists counts."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.events = function, []  # type: ignore[var-annotated]

    def request(self, client: Hashable, key: Hashable) -> list[Do]:
        """A client asks."""
        return self._next(("request", client, key))

    def answer(self, client: Hashable, how: str) -> list[Do]:
        """The origin has answered, or not."""
        return self._next(("answer", client, how))

    def _next(self, event: tuple[Any, ...]) -> list[Do]:
        self.events.append(event)
        told = self.function(list(self.events))
        return [Do(*one) for one in list(told)[-1]]


def crowd(
    clients: int = 100, answer: str = "max-age=60", collapse: bool = True, *, desk: Any = None,
    faults: Sequence[Fault] = (),
) -> Trace:  # fmt: skip
    """`arrive` for each client, `ask` for each request to the origin, `give` when a client has an answer, or a 502.

    What is fresh in the proxy's cache is given at once, and does not come to the desk.
    """
    check_settings(LIMITS, {"clients": clients, "answer": answer, "collapse": collapse})
    trace = Trace({"clients": clients, "answer": answer, "collapse": collapse}, tuple(faults), end=6)
    clock, how = Clock(), KINDS[answer]
    desk = desk or (Desk() if collapse else NoDesk())
    stored = False
    names = [f"c{number}" for number in range(1, clients + 1)]

    def do(todo: list[Do]) -> None:
        for what, client in todo:
            if client not in names:
                raise ValueError(f"there is no client {client!r}")
            trace.emit(clock.now, what, str(client), how=how)
            if what == "ask":
                clock.after(TAKES, partial(answered, client))

    def arrive(client: str) -> None:
        trace.emit(clock.now, "arrive", client)
        do([Do("give", client)] if stored else desk.request(client, "/"))

    def answered(client: Hashable) -> None:
        nonlocal stored
        stored = how == FOR_ALL
        do(desk.answer(client, how))

    for number, name in enumerate(names):
        clock.at(0.5 + 0.5 * number / clients, partial(arrive, name))
    clock.run(trace.end)
    return trace
