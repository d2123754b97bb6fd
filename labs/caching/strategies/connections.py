"""A database's connections: so many questions at once; whoever finds none free waits in line, and not for ever."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from labs.kit.trace import Clock

Job = TypeVar("Job")


class Connections(Generic[Job]):
    """`many` connections on a virtual clock: a question holds one for `takes` seconds, and waits `patience` for it.

    `do(job, question)` is called when the database does it, half of the time through; `done(job)` when the answer is
    back; `refuse(job, question)` when it has waited too long. A job that is `over` meanwhile loses its place in line.
    """

    def __init__(
        self, clock: Clock, many: int, takes: float, patience: float, *,
        do: Callable[[Job, Any], None], done: Callable[[Job], None], refuse: Callable[[Job, Any], None],
        over: Callable[[Job], bool],
    ) -> None:  # fmt: skip
        self.clock, self.many, self.takes, self.patience = clock, many, takes, patience
        self.do, self.done, self.refuse, self.over = do, done, refuse, over
        self.busy = 0
        self.queue: deque[tuple[Job, Any]] = deque()

    def ask(self, job: Job, question: Any) -> None:
        """Take a connection, or wait for one."""
        if self.busy < self.many:
            self.busy += 1
            self.clock.after(self.takes / 2, lambda: self.do(job, question))
            self.clock.after(self.takes, lambda: self._release(job))
        else:
            self.queue.append((job, question))
            self.clock.after(self.patience, lambda: self._give_up(job, question))

    def clear(self) -> list[tuple[Job, Any]]:
        """Nobody waits any longer; who waited, in order."""
        waiting = list(self.queue)
        self.queue.clear()
        return waiting

    def _release(self, job: Job) -> None:
        """The answer is back, and the connection goes to whoever has waited longest."""
        self.busy -= 1
        self.done(job)
        while self.queue and self.busy < self.many:
            waiting, question = self.queue.popleft()
            if not self.over(waiting):
                self.ask(waiting, question)

    def _give_up(self, job: Job, question: Any) -> None:
        """It has waited too long for a connection, if it is still waiting with this very question."""
        for place, (waiting, its) in enumerate(self.queue):
            if waiting is job and its is question:
                del self.queue[place]
                self.refuse(job, question)
                return
