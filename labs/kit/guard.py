"""Run a learner's function so that nothing it does can harm the notebook.

    safe = guarded(range_assign)      # the same function, with a fence round it
    safe(members, topics)             # its answer, or LearnerError, whose `.sentence` says what went wrong and where

It runs in a worker thread: when its time is up, an exception is thrown at it until it ends. It gets copies and gives
back a copy, what it prints is kept (the head, and a count), and a built-in that it replaces is put back. Where there
are no threads (Python in the browser) it is called directly: all of this holds but the time limit.
"""

from __future__ import annotations

import builtins
import copy as copying
import inspect
import io
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import FrameType
from typing import Any

from labs.kit.telling import BUILTINS, LearnerError, code_of, going_round, is_theirs, scrub, show, told

__all__ = ["THREADS", "Guarded", "LearnerError", "guarded"]

THREADS = sys.platform not in ("emscripten", "wasi")
PATIENCE = 0.9  # seconds that stopping may take before the function is left behind
_ATOMS = (int, str, float, bool, type(None), bytes, complex, range, type, type(len), type(lambda: 0))


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


class Guarded:
    """See `guarded`."""

    def __init__(self, function: Callable[..., Any], seconds: float, copy: bool, total: float | None = None) -> None:
        self.function, self.seconds, self.copy, self.total = function, seconds, copy, total
        self.used = 0.0  # seconds that its calls have taken so far
        self.learner = function  # whose lines are shown; to be set where `function` only wraps the learner's
        self.__name__ = getattr(function, "__name__", "function")
        self.printed = Printed()
        self.changed: str | None = None

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it; whatever goes wrong is a LearnerError."""
        if isinstance(threading.current_thread(), _Worker):
            return self.function(*args, **named)  # it is inside a guarded call already
        job = _Job(self, args, named)
        self.printed, outer = Printed(), (sys.stdout, sys.stderr, sys.getrecursionlimit())
        # Replaced before this call, so by another cell: put back now, so that our own lines can trust them.
        job.replaced = _put_builtins_back()
        sys.stdout = sys.stderr = self.printed
        start = time.monotonic()
        try:
            if THREADS:
                _run_in_worker(job)
            else:
                job.run()
        finally:
            self.used += time.monotonic() - start
            job.replaced += _put_builtins_back()
            sys.stdout, sys.stderr = outer[:2]
            sys.setrecursionlimit(outer[2])
        self.changed = job.changed
        if job.replaced:
            names = " and ".join(f"`{name}`" for name in dict.fromkeys(job.replaced))
            raise LearnerError(
                "builtin", f"Your code put something else in the place of the built-in {names}. It is back as it "
                "was; choose a name of your own."
            )  # fmt: skip
        if job.problem is not None:
            raise job.problem from None
        return job.answer


class _Job:
    """One call: what goes in, what comes out."""

    def __init__(self, guard: Guarded, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.guard, self.args, self.named = guard, args, named
        self.answer: Any = None
        self.problem: LearnerError | None = None
        self.changed: str | None = None
        self.replaced: list[str] = []
        self.over = False

    def run(self) -> None:
        """Do it, in whichever thread; never raises but when it is being stopped."""
        try:
            self._call()
        except _Stop:
            raise
        except BaseException as problem:
            self.replaced += _put_builtins_back()
            self.problem = told(problem, self.guard.learner)
        finally:
            self.over = True

    def _call(self) -> None:
        keep = own if self.guard.copy else (lambda value: value)
        args = tuple(keep(a) for a in self.args)
        answer = self.guard.function(*args, **{name: keep(a) for name, a in self.named.items()})
        self.replaced += _put_builtins_back()
        if inspect.isgenerator(answer) or inspect.isasyncgen(answer):
            raise LearnerError(
                "lazy", "It gave back a generator, which holds no values yet: where you `yield`, gather the values in "
                "a list, and `return` that at the end."
            )  # fmt: skip
        if inspect.iscoroutine(answer):
            answer.close()
            raise LearnerError("lazy", "It gave back a coroutine, which has not run yet: write `def`, not `async def`.")
        try:
            self.answer = keep(answer)
        except RecursionError:
            raise LearnerError("lazy", "Its answer holds itself, or is nested without end.") from None
        if self.guard.copy:
            self.changed = _changed(self.guard.learner, self.args, args)


class _Worker(threading.Thread):
    """A thread that does one job after another, until one of them has to be stopped."""

    def __init__(self) -> None:
        super().__init__(name="learner", daemon=True)
        self.jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self.job: _Job | None = None
        self.stopping = False

    def run(self) -> None:
        """Serve; ends for good once it had to be stopped."""
        try:
            while not self.stopping:
                self.job = self.jobs.get()
                self.job.run()
                self.done.put(self.job)
                self.job = None
        except _Stop:
            sys.settrace(None)

    def throw(self) -> None:
        """Raise _Stop in this thread, at its next line of Python; what waits inside a built-in hears it afterwards."""
        import ctypes

        self.stopping = True
        if self.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident or 0), ctypes.py_object(_Stop))


class _Stop(SystemExit):
    """What is thrown at code that does not end.

    Code that catches everything and goes on is hit again at its next line, in its `except`, where nothing catches it.
    Python drops a tracer that raises, hence the second laying of the trap, when the caught exception is let go.
    """

    def __init__(self) -> None:
        super().__init__()
        _lay_trap()

    def __del__(self) -> None:
        with suppress(BaseException):
            _lay_trap()


def _lay_trap() -> None:
    """Raise _Stop at every further line of the learner's in this thread, as long as it is being stopped."""
    worker = threading.current_thread()
    if not isinstance(worker, _Worker) or not worker.stopping or worker.job is None or worker.job.over:
        return
    home = code_of(worker.job.guard.learner)

    def trap(frame: FrameType, event: str, arg: Any) -> Any:
        # Only there: the lines of ours, of a library or of a hook that Python calls meanwhile have to run.
        if event == "line" and is_theirs(frame.f_code, home):
            raise _Stop
        return trap

    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if is_theirs(frame.f_code, home):
            frame.f_trace = trap
        frame = frame.f_back
    sys.settrace(trap)


_resting: list[_Worker] = []


def _run_in_worker(job: _Job) -> None:
    guard = job.guard
    seconds, late_by = guard.seconds, f"It did not come back within {guard.seconds:g} s"
    if guard.total is not None and guard.total - guard.used < seconds:
        seconds, late_by = guard.total - guard.used, f"Its calls took longer than {guard.total:g} s together"
        if seconds <= 0:
            job.problem = LearnerError("time", f"{late_by}. Does it do more than it has to?")
            return
        seconds = max(seconds, 0.02)  # long enough to be seen at work, so that we can say where it was
    try:
        worker = _resting.pop()
    except IndexError:
        worker = _Worker()
        worker.start()
    start = time.monotonic()
    worker.jobs.put(job)
    try:
        # Inside `try`, too, since CPython 3.11 takes a Ctrl-C at `continue` to come one instruction earlier.
        left = seconds
        while True:
            left = start + seconds - time.monotonic()
            try:
                # In slices, since on Windows a waiting main thread does not hear Ctrl-C.
                worker.done.get(timeout=max(0.001, min(left, 0.1)))
            except queue.Empty:
                if left > 0:
                    continue
            else:
                if left > 0:
                    _resting.append(worker)
                    return
            break
        place, line = going_round(worker.ident or 0, job.guard.learner)
        late = time.monotonic() - start > seconds + 1  # nothing of ours could run meanwhile
        kind, sentence = "time", f"{late_by}{place}. Is there a way out for every input?"
        if late:
            sentence = f"{late_by}: one single call of a built-in took longer than that."
    except KeyboardInterrupt:
        place, line = going_round(worker.ident or 0, job.guard.learner)
        kind, sentence = "interrupted", f"You stopped it{place}."
    job.guard.printed.cut = True
    if not _stop(worker, job):
        kind, sentence = "stuck", f"{late_by}{place}. A single call there cannot be "
        sentence += "stopped half way: it goes on unseen, and its answer will be thrown away."
    job.problem = LearnerError(kind, sentence, line)  # whatever it answered while it was being stopped


def _stop(worker: _Worker, job: _Job) -> bool:
    """Throw at the worker until the learner's code has let go; False if it outlasts our patience."""
    until = time.monotonic() + PATIENCE
    while worker.is_alive() and not job.over:
        if time.monotonic() > until:
            threading.Thread(target=_keep_throwing, args=(worker, job), daemon=True).start()
            return False
        worker.throw()
        time.sleep(0.002)
    return True


def _keep_throwing(worker: _Worker, job: _Job) -> None:
    while worker.is_alive() and not job.over:
        worker.throw()
        time.sleep(0.02)


def _put_builtins_back() -> list[str]:
    """The names of the built-ins that were replaced or deleted; they are as they were again."""
    now = builtins.__dict__
    replaced = [name for name, thing in BUILTINS.items() if name not in now or now[name] is not thing]
    for name in replaced:
        now[name] = BUILTINS[name]
    return replaced


# ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def own(value: Any) -> Any:
    """A copy that shares nothing changeable; what cannot change (numbers, text, frozen records …) is not copied."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is list:
        return [own(v) for v in value]
    if kind is dict:
        return {own(k): own(v) for k, v in value.items()}
    frozen = getattr(kind, "__dataclass_params__", None)
    if kind is tuple or (frozen is not None and frozen.frozen):
        try:
            hash(value)  # a tuple or frozen record is as unchangeable as what it holds
            return value
        except TypeError:
            return tuple(own(v) for v in value) if kind is tuple else copying.deepcopy(value)
    return copying.deepcopy(value)


def _changed(function: Callable[..., Any], before: Iterable[Any], after: Iterable[Any]) -> str | None:
    for i, (was, now) in enumerate(zip(before, after, strict=True)):
        if was is not now and was != now:
            try:
                name = f"`{list(inspect.signature(function).parameters)[i]}`"
            except (ValueError, TypeError, IndexError):
                name = f"number {i + 1}"
            return f"It changed its argument {name}: work on a copy, since whoever called may still need it."
    return None
