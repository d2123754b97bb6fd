"""Run a learner's function so that nothing it does can harm the notebook.

    safe = guarded(range_assign)      # the same function, with a fence round it
    safe(members, topics)             # its answer, or LearnerError, whose `.sentence` says what went wrong and where

It runs in a worker thread: when its time is up, an exception is thrown at it until it ends. It gets copies and gives
back a copy, what it prints is kept (the head, and a count), and a built-in that it replaces is put back. Where there
are no threads (Python in the browser) it is called directly, and watched (watch.py) while it runs.
"""

from __future__ import annotations

import inspect
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from labs.kit.guarding import copies, watch, worker
from labs.kit.guarding.telling import LearnerError, put_builtins_back, scrub, show, told
from labs.kit.not_here import IN_A_PAGE, NO_THREAD, NotHere
from labs.kit.wording import listed

__all__ = ["THREADS", "Guarded", "LearnerError", "guarded", "lazy", "replaced_builtins"]

TOGETHER = "Its calls took longer than"  # so begins what is said when all calls together have taken too long
THREADS = sys.platform not in ("emscripten", "wasi")


class Printed(io.TextIOBase):
    """Where print goes meanwhile: keeps the first `room` characters and counts the lines."""

    def __init__(self, room: int = 1500) -> None:
        self._kept: list[str] = []
        self._room, self.lines, self.cut = room, 0, False

    def write(self, text: str) -> int:
        """Take what is printed."""
        self.lines += text.count("\n")
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    @property
    def text(self) -> str:
        """At most twenty lines of what was printed, then how many more there were; empty if nothing was."""
        head = "".join(self._kept).splitlines()[:20]
        more = self.lines - len(head)
        count = "many" if self.cut else f"{more:,}"  # how far it came in its time differs from run to run
        return scrub("\n".join(head)) + (f"\n… and {count} more lines" if more > 0 else "")


def guarded(
    function: Callable[..., Any], seconds: float = 5.0, copy: bool = True, *, total: float | None = None
) -> Guarded:
    """The same function behind a fence: it has `seconds` a call and raises nothing but LearnerError.

    With `total`, all its calls together have so many seconds: a run that calls it often guards it anew at its start.
    `copy=False` hands arguments and answer over as they are. After a call, `.printed` holds what was printed and
    `.changed` says in one sentence that it changed an argument (only its own copy), else None.
    """
    if not callable(function):
        raise TypeError(f"guarded() wants a function, not {show(function)}")
    return Guarded(function, seconds, copy, total)


@contextmanager
def nobody_leaves() -> Iterator[None]:
    """Meanwhile `os._exit()` and a notebook's own `exit()` raise, as Python's does: else they would end the kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    before = os._exit
    os._exit = _stays  # type: ignore[assignment]
    if shell is None or "ask_exit" in vars(shell):
        shell = None
    else:
        shell.ask_exit = lambda: sys.exit("exit() was called")
    try:
        yield
    finally:
        os._exit = before
        if shell is not None:
            del shell.ask_exit


def _stays(status: int) -> None:
    sys.exit("os._exit() was called")


class Guarded:
    """See `guarded`."""

    def __init__(self, function: Callable[..., Any], seconds: float, copy: bool, total: float | None = None) -> None:
        self.function, self.seconds, self.copy, self.total = function, seconds, copy, total
        self.used = 0.0  # seconds that its calls have taken so far
        self.learner = function  # whose lines are shown; to be set where `function` only wraps the learner's
        self.ours = False  # to be set where it is the course's own: then hardly any of its waiting counts
        self.here = False  # to be set in a process that is there for it alone: in its own thread, its time not watched
        self.__name__ = getattr(function, "__name__", "function")
        self.printed = Printed()
        self.changed: str | None = None

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it; whatever goes wrong is a LearnerError."""
        if isinstance(threading.current_thread(), worker.Worker):
            return self.function(*args, **named)  # it is inside a guarded call already
        job = _Job(self, args, named)
        self.printed, outer = Printed(), (sys.stdout, sys.stderr, sys.getrecursionlimit())
        # Replaced before this call, so by another cell: put back now, so that our own lines can trust them.
        job.replaced = put_builtins_back()
        sys.stdout = sys.stderr = self.printed
        try:
            if self.here:
                job.run()
            else:
                with nobody_leaves():
                    self._run(job)
        finally:
            job.replaced += put_builtins_back()
            sys.stdout, sys.stderr = outer[:2]
            sys.setrecursionlimit(outer[2])
        self.changed = job.changed
        if job.replaced:
            raise replaced_builtins(job.replaced)
        if job.problem is not None:
            raise job.problem from None
        return job.answer

    def _run(self, job: _Job) -> None:
        """In a worker, or watched where there are no threads, within the time that is left."""
        seconds, late_by = self.seconds, f"It did not come back within {self.seconds:g} s"
        if self.total is not None and self.total - self.used < seconds:
            seconds, late_by = self.total - self.used, f"{TOGETHER} {self.total:g} s together"
            if seconds <= 0:
                job.problem = LearnerError("time", f"{late_by}. Does it do more than it has to?")
                return
            seconds = max(seconds, 0.02)  # long enough to be seen at work, so that we can say where it was
        problem = (worker if THREADS else watch).run(job, seconds, late_by)
        self.used += job.spent
        if problem is not None:
            self.printed.cut = True
            job.problem = problem


class _Job:
    """One call: what goes in, what comes out."""

    def __init__(self, guard: Guarded, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.guard, self.learner, self.args, self.named = guard, guard.learner, args, named
        self.ours = guard.ours
        self.answer: Any = None
        self.problem: LearnerError | None = None
        self.changed: str | None = None
        self.replaced: list[str] = []
        self.over = False
        self.spent = 0.0

    def run(self) -> None:
        """Do it, in whichever thread; never raises but when it is being stopped, or where a page cannot do it."""
        try:
            self._call()
        except worker.Stop:
            raise
        except BaseException as problem:
            self.replaced += put_builtins_back()
            if IN_A_PAGE and NO_THREAD in str(problem):
                raise NotHere(str(problem)) from problem
            self.problem = told(problem, self.learner)
        finally:
            self.over = True

    def _call(self) -> None:
        keep = copies.own if self.guard.copy else (lambda value: value)
        args, named = tuple(keep(a) for a in self.args), {name: keep(a) for name, a in self.named.items()}
        answer = self.guard.function(*args, **named)
        self.replaced += put_builtins_back()
        if not_yet := lazy(answer):
            raise not_yet
        try:
            self.answer = keep(answer)
        except RecursionError:
            raise LearnerError("lazy", "Its answer holds itself, or is nested without end.") from None
        if self.guard.copy:
            argument = copies.changed(self.learner, self.args, args, self.named, named)
            self.changed = copies.told_of(argument) if argument else None


def replaced_builtins(names: Iterable[str]) -> LearnerError:
    """What is said about built-ins that were replaced."""
    replaced = listed(f"`{name}`" for name in dict.fromkeys(names))
    return LearnerError(
        "builtin",
        f"Your code put something else in the place of the built-in {replaced}. "
        "It is back as it was; choose a name of your own.",
    )


def lazy(answer: Any) -> LearnerError | None:
    """What is said about an answer that has not been worked out yet; None about any other."""
    if inspect.isgenerator(answer) or inspect.isasyncgen(answer):
        return LearnerError(
            "lazy",
            "It returned a generator, which holds no values yet: `return` a list, `[… for …]` in place of `(… for …)`, "
            "or gather what you `yield` in one.",
        )
    if inspect.iscoroutine(answer):
        answer.close()
        return LearnerError("lazy", "It returned a coroutine, which has not run yet: write `def`, not `async def`.")
    if inspect.isroutine(answer):
        name = getattr(answer, "__name__", "")
        it = f"the function `{name}`" if name.isidentifier() else "a function"
        return LearnerError("lazy", f"It returned {it} itself, not what it returns: call it, with brackets.")
    return None
