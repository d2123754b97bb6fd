"""A process for a learner's function: this runs in the child, which is asked case by case and may die of any of them.

    to the child      one frame: a list of cases, each pickled by itself; and so on, until the pipe ends
    from the child    one frame: what a report says of the function (`About`); then one frame a case (`Reply`)

A frame is its length in four bytes, and so many bytes. The child looks after the learner's time: processor time of the
whole process while the function is being called, so a busy machine takes nothing from it and a thread that it has
started counts as well. When it is up, the child says where the code was and ends. What even that cannot interrupt, a
single call of a built-in, the system ends (`RLIMIT_CPU`), and `faulthandler` writes down the line.
"""

from __future__ import annotations

import builtins
import json
import linecache
import math
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any, NoReturn

from labs.kit.checking.examine import Examiner, Limits, Reply
from labs.kit.checking.exercise import About, Exercise
from labs.kit.guarding.guard import TOGETHER, LearnerError
from labs.kit.guarding.telling import going_round, home_of, stack_of

MEMORY = 2 << 30  # bytes that the learner's code may take beside what is there

# Learner code may replace those of the modules.
_cpu, _nap, _exit, _min = time.process_time, time.sleep, os._exit, min


class Frames:
    """Frames on a pair of pipes."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self.reading, self.writing, self._lock = reading, writing, threading.Lock()

    def send(self, data: bytes) -> None:
        """Write a frame; one thread at a time."""
        with self._lock:
            self.writing.write(len(data).to_bytes(4, "big") + data)
            self.writing.flush()

    def receive(self, most: int = 1 << 32) -> bytes | None:
        """The next frame; None when the other side has gone, or when the frame is longer than it may be."""
        length = int.from_bytes(head := self.reading.read(4), "big")
        if len(head) < 4 or length > most:
            return None
        data = self.reading.read(length)
        return data if len(data) == length else None


def serve(exercise: Exercise, function: Callable[..., Any], frames: Frames, limits: Limits) -> None:
    """Answer until nobody asks any more. Called in the main thread of a process that is there for nothing else."""
    me = os.getpid()
    examiner = Examiner(exercise, function, limits, here=True)
    watch = Watch(examiner, frames, limits)
    frames.send(json.dumps(asdict(About.of(function))).encode())
    while (asked := frames.receive()) is not None:
        for case in pickle.loads(asked):
            watch.begin()
            reply = examiner.reply(case)
            late = watch.end()
            if os.getpid() != me:  # the learner's function has forked, and this is its copy
                _exit(0)
            if late and reply.problem is None:
                reply = Reply(problem=late, last=True, printed=reply.printed)
            frames.send(reply.text().encode())
            if reply.last:
                return


def main() -> None:
    """A process that was started to serve, and is given by its first frame what to serve."""
    frames = Frames(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    shut_off()
    if (first := frames.receive()) is not None:
        exercise, function, lines, limits = pickle.loads(first)
        linecache.cache.update({file: (len(text), None, text, file) for file, text in lines.items()})
        serve(exercise, function, frames, limits)
    _exit(0)


class Watch:
    """A thread that ends the process when the learner's time is up, or when the parent wants to know where it is."""

    def __init__(self, examiner: Examiner, frames: Frames, limits: Limits) -> None:
        self._examiner, self._frames, self._limits = examiner, frames, limits
        self._used = 0.0  # by the calls that are over
        self._since: float | None = None  # the processor time at which the call began
        self._main = threading.get_ident()
        if hasattr(signal, "SIGTERM"):
            signal.signal(signal.SIGTERM, lambda number, frame: self._leave("stopped", "", ""))
        threading.Thread(target=self._look, name="watch", daemon=True).start()

    def begin(self) -> None:
        """A call begins."""
        now = _cpu()
        left = self._limits.total - self._used
        _end_by_system(now + _min(self._limits.call, left), now + left)
        self._since = now

    def end(self) -> LearnerError | None:
        """It is over; what there is to say if it took too long."""
        spent, self._since = _cpu() - (self._since or 0.0), None
        self._used += spent
        if spent > self._limits.call:
            return LearnerError("time", f"One call took longer than {self._limits.call:g} s.{self._question()}")
        if self._used > self._limits.total:
            said = f"{TOGETHER} {self._limits.total:g} s together."
            return LearnerError("time", said + self._question())
        return None

    def _look(self) -> None:
        if hasattr(signal, "SIGXCPU"):  # the system takes the thread that runs just then, and its line is told
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGXCPU})
        while True:
            _nap(_min(0.05, self._limits.call / 4))
            since = self._since
            if since is None:
                continue
            spent = _cpu() - since
            if spent > self._limits.call:
                said = f"It did not come back within {self._limits.call:g} s"
                self._leave("time", said, self._question(" Is it without end, or only too slow?"))
            if self._used + spent > self._limits.total:
                self._leave("time", f"{TOGETHER} {self._limits.total:g} s together", self._question())

    def _question(self, ask: str = " Does it do more than it has to?") -> str:
        """What to look for."""
        strangers = [t for t in threading.enumerate() if t.name != "watch" and t.ident != self._main]
        return " A thread that it has started is still at work." if strangers else ask

    def _leave(self, kind: str, said: str, ask: str) -> NoReturn:
        """Say where the learner's code is, and end the process."""
        with suppress(BaseException):
            place, line = going_round(stack_of(self._main), home_of(self._examiner.function))
            problem = LearnerError(kind, f"{said}{place}.{ask}" if said else place, line)
            reply = Reply(problem=problem, last=True, printed=self._examiner.printed_so_far())
            self._frames.send(reply.text().encode())
        _exit(0)


def _end_by_system(until: float, at_last: float) -> None:
    """Let the system end this process a moment after it has had so many seconds of the processor.

    `at_last` it does so even if the learner's code takes no notice of the first signal; that limit is only lowered.
    """
    with suppress(ImportError, ValueError, OSError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        most = math.ceil(at_last + 2) if hard == resource.RLIM_INFINITY else hard
        resource.setrlimit(resource.RLIMIT_CPU, (_min(math.ceil(until + 0.5), most), most))


# ── alone with the learner's code ─────────────────────────────────────────────────────────────────────────────────────


def shut_off(notes: int | None = None) -> None:
    """Cut this process off from the notebook: it reads nothing, shows nothing and hears no Ctrl-C.

    `notes` is a file in which the system's last words are kept: where the code was when the process was ended.
    """
    if hasattr(os, "setpgid"):
        with suppress(OSError):
            os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError):
        signal.set_wakeup_fd(-1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    sys.stdin = open(os.devnull)  # noqa: SIM115
    builtins.input = _no_input
    if notes is not None:
        import faulthandler

        faulthandler.enable(notes)
        faulthandler.register(signal.SIGXCPU, notes, all_threads=False, chain=True)
    _limit_memory()
    _calm_ipython()


def _no_input(*prompt: Any) -> str:
    raise LearnerError("raised", "It asks for `input()`. In a check nobody can answer: all it needs are its arguments.")


def _limit_memory() -> None:
    """An answer that takes all memory there is gets a MemoryError, and not the machine."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        with open("/proc/self/statm") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, hard))


def _calm_ipython() -> None:
    """In a notebook's process: `exit()` ends what calls it and not the kernel, and `display` shows nothing."""
    if "IPython" not in sys.modules:
        return
    from IPython.core import displaypub
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    quiet: Any = displaypub.CapturingDisplayPublisher
    if shell is not None:
        shell.display_pub = quiet()
        shell.ask_exit = sys.exit
