"""Where a learner's function runs while it is being checked: `ask` finds the way that this system has.

On Linux in a fork of this process: everything that the function needs is simply there, and a fork costs some 6 ms. On
macOS and Windows in a process that was started beforehand and is given the function by cloudpickle. What cannot be
rebuilt there has the thread of guard.py, and so has Python in the browser, which has no processes: `child.shared` then.
"""

from __future__ import annotations

import atexit
import gc
import io
import linecache
import marshal
import os
import pickle
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import CodeType
from typing import Any

from labs.kit.checking.asking import Child, Lost
from labs.kit.checking.child import Frames, serve, shut_off
from labs.kit.checking.examine import Examiner, Limits, Reply
from labs.kit.checking.exercise import About, Case, Exercise
from labs.kit.guarding.telling import home_of

WAY = "fork" if sys.platform == "linux" else "spawn" if sys.platform in ("darwin", "win32") else "thread"
LIMITS = Limits()


def ask(exercise: Exercise, function: Callable[..., Any], ours: bool = False) -> Child:
    """A child that calls this function; `ours` is the course's own, which needs no process: a hundred would be dear."""
    if ours:
        return Shared(exercise, function, ours)
    try:
        if WAY == "fork":
            return _forked(exercise, function)
        if WAY == "spawn":
            return _spawned(exercise, function)
    except (Lost, OSError):
        pass
    return Shared(exercise, function)


class Shared(Child):
    """A function in a thread of this process, where it cannot have one of its own."""

    shared = True

    def __init__(self, exercise: Exercise, function: Callable[..., Any], ours: bool = False) -> None:
        self._examiner = Examiner(exercise, function, LIMITS, here=False, ours=ours)
        self.about, self._over = About.of(function), False

    def replies(self, cases: Iterable[Case]) -> Iterator[Reply]:
        """See `Child`."""
        for case in cases:
            if self._over:
                return
            reply = self._examiner.reply(pickle.dumps(case))
            self._over = reply.last
            yield reply

    def close(self) -> None:
        """Nothing is left to be ended."""


# ── by fork ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Forked:
    """A process that was forked; what `subprocess.Popen` is for one that was started."""

    def __init__(self, pid: int) -> None:
        self.pid, self._code = pid, None  # type: int, int | None

    def poll(self) -> int | None:
        """See `asking.Process`, and so for the others."""
        return self._look(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end."""
        return self._look(0) or 0

    def kill(self) -> None:
        """End it."""
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)

    def _look(self, how: int) -> int | None:
        if self._code is None:
            try:
                if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | how) is None:
                    return None
                with suppress(OSError):  # what it has started and left; its number is its own until it is reaped
                    os.killpg(self.pid, signal.SIGKILL)
                self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            except ChildProcessError:  # somebody else in this process has reaped it
                self._code = 0
        return self._code


def _forked(exercise: Exercise, function: Callable[..., Any]) -> Child:
    asked, answers, notes = os.pipe(), os.pipe(), os.memfd_create("last words")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a notebook has threads; none of theirs is needed there
        pid = _fork()
    if pid == 0:
        try:
            os.close(asked[1])
            os.close(answers[0])
            shut_off(notes)
            serve(exercise, function, Frames(os.fdopen(asked[0], "rb"), os.fdopen(answers[1], "wb")), LIMITS)
        finally:
            os._exit(0)
    os.close(asked[0])
    os.close(answers[1])
    frames = Frames(os.fdopen(answers[0], "rb"), os.fdopen(asked[1], "wb"))
    return Child(_Forked(pid), frames, LIMITS, home_of(function), notes)


def _fork() -> int:
    """`os.fork`, with a child that never throws away what lies about from before.

    A Kafka client, say, has threads that the child has not: thrown away there, it takes the child with it, and the
    learner would be told that their function did so.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        pid = os.fork()
        if pid == 0:
            gc.freeze()
    finally:
        if collects:
            gc.enable()
    return pid


# ── started beforehand ────────────────────────────────────────────────────────────────────────────────────────────────

_spare: list[subprocess.Popen[bytes]] = []  # one that has its imports behind it


def _start() -> None:
    code = f"import sys; sys.path[:] = {sys.path!r}; from labs.kit.checking.child import main; main()"
    kinds: dict[str, Any] = (
        {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **kinds
    )
    _spare.append(process)


@atexit.register
def end_spare() -> None:
    """End the process that waits for the next function."""
    while _spare:
        process = _spare.pop()
        process.kill()
        process.communicate()


def _pickled(thing: Any) -> bytes:
    """The thing by cloudpickle. Code goes as it is, which keeps the name of its cell; the same Python reads it."""
    import cloudpickle

    class Pickler(cloudpickle.Pickler):
        def reducer_override(self, found: Any) -> Any:
            if isinstance(found, CodeType):
                return marshal.loads, (marshal.dumps(found),)
            return super().reducer_override(found)

    file = io.BytesIO()
    Pickler(file).dump(thing)
    return file.getvalue()


def _spawned(exercise: Exercise, function: Callable[..., Any]) -> Child:
    home = home_of(function)
    files = [file for file in linecache.cache if file == home or "ipykernel_" in file]
    lines = {file: linecache.getlines(file) for file in {home, *files} if file}
    try:
        whole = _pickled((exercise, function, lines, LIMITS))
    except Exception:  # it holds something that has no copy: an open file, a lock
        raise Lost from None
    if not _spare:
        _start()
    process = _spare.pop()
    assert process.stdin is not None and process.stdout is not None
    frames = Frames(process.stdout, process.stdin)
    frames.send(whole)
    child = Child(process, frames, LIMITS, home)
    _start()  # for the next one
    return child
