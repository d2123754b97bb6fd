"""A thread in which learner code runs, and out of which it can be driven: for `guarded`, in guard.py.

Python cannot kill a thread. What it can do is raise an exception in one, and learner code may catch that; so it is
raised again at every further line of theirs until the code has let go.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import Any, Protocol

from labs.kit.guarding.telling import LearnerError, going_round, home_of, is_theirs, put_builtins_back, stack_of

PATIENCE = 0.9  # seconds that stopping may take before the function is left behind
WAITING = 4  # so many seconds of waiting count as one at least: against code that waits for what never comes
OURS = 100  # and of the course's own code, which waits for threads of its own, and on a busy machine for long

# Which learner code may replace meanwhile.
_monotonic, _sleep, _max, _min, _read = time.monotonic, time.sleep, max, min, getattr(os, "pread", None)


class Job(Protocol):
    """One call of a learner's function; `run` never raises but Stop."""

    learner: Any
    ours: bool  # whether it is one of the course's own
    over: bool
    replaced: list[str]  # built-ins that were put back
    spent: float  # the seconds it took: of processor time, or a part of those for which it waited

    def run(self) -> None:
        """Make the call."""


class Worker(threading.Thread):
    """A thread that serves one job after another."""

    def __init__(self) -> None:
        super().__init__(name="learner", daemon=True)
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.job: Job | None = None
        self.stopping = False
        self._statistics: int | None = None  # a file of the system's, open

    def run(self) -> None:
        """Serve; ends for good once it had to be stopped."""
        with suppress(OSError):  # there is none but on Linux
            self._statistics = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        try:
            while not self.stopping and (job := self.jobs.get()) is not None:
                self.job = job
                job.run()
                self.done.put(job)
                self.job = None
        except Stop:
            sys.settrace(None)
        finally:
            if self._statistics is not None:
                held, self._statistics = self._statistics, None
                os.close(held)

    def throw(self) -> None:
        """Raise Stop in this thread, at its next line of Python; what waits inside a built-in hears it afterwards."""
        import ctypes

        self.stopping = True
        if self.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident or 0), ctypes.py_object(Stop))

    def clock(self) -> float:
        """Seconds of processor time that this thread has had; where the system does not tell, of the day."""
        if hasattr(time, "pthread_getcpuclockid") and self.is_alive():
            return time.clock_gettime(time.pthread_getcpuclockid(self.ident or 0))
        return _monotonic()

    def queued(self) -> float:
        """Seconds for which this thread could have gone on, and had no processor: a busy machine is no fault of its
        code. 0 where the system does not tell."""
        if self._statistics is None or _read is None:
            return 0.0
        with suppress(OSError, IndexError, ValueError):
            return int(_read(self._statistics, 100, 0).split()[1]) / 1e9
        return 0.0


class Stop(SystemExit):
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
    """Raise Stop at every further line of the learner's in this thread, as long as it is being stopped."""
    worker = threading.current_thread()
    if not isinstance(worker, Worker) or not worker.stopping or worker.job is None or worker.job.over:
        return
    home = home_of(worker.job.learner)

    def trap(frame: FrameType, event: str, arg: Any) -> Any:
        # Only there: the lines of ours, of a library or of a hook that Python calls meanwhile have to run.
        if event == "line" and is_theirs(frame.f_code.co_filename, home):
            raise Stop
        return trap

    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if is_theirs(frame.f_code.co_filename, home):
            frame.f_trace = trap
        frame = frame.f_back
    sys.settrace(trap)


_resting: list[Worker] = []


def run(job: Job, seconds: float, late_by: str) -> LearnerError | None:
    """Let a worker do a job, and stop it after so many seconds of its own: None, or what is said then.

    `late_by` begins the sentence. How long the job took is `job.spent`.
    """
    worker = _resting.pop() if _resting else Worker()
    if not worker.is_alive():
        worker.start()
    home, place, line = home_of(job.learner), "", None
    clock, queued, began = worker.clock(), worker.queued(), _monotonic()

    def spent() -> float:
        waited = _monotonic() - began - (worker.queued() - queued)
        return _max(worker.clock() - clock, waited / (OURS if job.ours else WAITING))

    worker.jobs.put(job)
    try:
        # Inside `try`, too, since CPython 3.11 takes a Ctrl-C at `continue` to come one instruction earlier.
        while True:
            try:
                # In slices: to look at the clock, and since on Windows a waiting main thread does not hear Ctrl-C.
                worker.done.get(timeout=_max(0.001, _min(seconds - job.spent, 0.1)))
            except queue.Empty:
                job.spent = spent()
                if job.spent < seconds:
                    continue
                job.replaced += put_builtins_back()
                place, line = going_round(stack_of(worker.ident or 0), home)
                problem = LearnerError("time", f"{late_by}{place}. Is there a way out for every input?", line)
            else:
                job.spent = spent()
                _resting.append(worker)
                return _came_late(job.spent - seconds, late_by) if job.spent > seconds else None
            break
    except KeyboardInterrupt:
        job.replaced += put_builtins_back()
        place, line = going_round(stack_of(worker.ident or 0), home)
        problem = LearnerError("interrupted", f"You stopped it{place}.", line)
    if not _stop(worker, job):
        stuck = f"{late_by}{place}. A single call there cannot be stopped halfway: it goes on unseen, and its answer "
        return LearnerError("stuck", stuck + "will be thrown away.", line)
    return problem  # whatever it answered while it was being stopped


def _came_late(by: float, late_by: str) -> LearnerError:
    # A second is more than the thread that waits here is ever kept from looking, but by a built-in.
    if by > 1:
        return LearnerError("time", f"{late_by}: one single call of a built-in took longer than that.")
    return LearnerError("time", f"{late_by}. Does it do more than it has to?")


def _stop(worker: Worker, job: Job) -> bool:
    """Throw at the worker until the learner's code has let go; False if it outlasts our patience."""
    until = _monotonic() + PATIENCE
    while worker.is_alive() and not job.over:
        if _monotonic() > until:
            threading.Thread(target=_keep_throwing, args=(worker, job), daemon=True).start()
            return False
        worker.throw()
        _sleep(0.002)
    _let_go(worker)
    return True


def _keep_throwing(worker: Worker, job: Job) -> None:
    while worker.is_alive() and not job.over:
        worker.throw()
        _sleep(0.02)
    _let_go(worker)


def _let_go(worker: Worker) -> None:
    """A worker whose job is over: it rests if nothing was thrown at it; else it ends, since the throw may still fly."""
    if worker.stopping:
        worker.jobs.put(None)
    else:
        worker.done.get()
        _resting.append(worker)
