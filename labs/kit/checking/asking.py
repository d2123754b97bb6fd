"""Ask a learner's function case by case: the parent's side of child.py, which says how the two talk.

The parent decides; what comes from the child is read as data (plain.py) and never run. It also has the last word on
time: a child that sleeps and sleeps is asked where it is, and ended; so is one that the learner stops with Ctrl-C.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import re
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol

from labs.kit.checking.child import Frames
from labs.kit.checking.examine import LONGEST, Limits, Reply
from labs.kit.checking.exercise import About, Case
from labs.kit.guarding.guard import LearnerError
from labs.kit.guarding.telling import Stack, going_round, held_up

ELSEWHERE = 30.0  # seconds of the day without an answer, where the system does not tell whether a process is asleep

ANSWERS = 2.0  # seconds of the day in which a child says where it is, or ends

MEDDLED = "It meddled with the check's own process."

_now, _nap = time.monotonic, time.sleep  # a cell may replace those of the module


class Process(Protocol):
    """A child as the system has it."""

    pid: int

    def poll(self) -> int | None:
        """How it ended: its exit code, or minus the signal; None while it runs."""

    def wait(self) -> int:
        """The same, once it has ended."""

    def kill(self) -> None:
        """End it now."""


class Lost(Exception):
    """A child that cannot even say what its function is called."""


class Child:
    """A function in a process of its own, to be asked case by case; `about` is what can be said of it.

    `notes` is a file with the process's last words, `home` the file in which the function stands.
    """

    shared = False  # whether it runs in the asking process

    def __init__(
        self, process: Process, frames: Frames, limits: Limits, home: str | None = None, notes: int | None = None
    ) -> None:
        self._process, self._frames, self._limits, self._home, self._notes = process, frames, limits, home, notes
        self._arrived: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._over = False
        threading.Thread(target=self._listen, name="replies", daemon=True).start()
        try:
            self.about = _about(json.loads(self._wait() or b""))
        except (ValueError, TypeError, KeyError, TimeoutError):
            self.close()
            raise Lost from None
        except KeyboardInterrupt:
            self.close()
            raise

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def replies(self, cases: Iterable[Case]) -> Iterator[Reply]:
        """The replies to these cases, as they come; after the one that is `.last` there are no more, of any case."""
        pickled = [pickle.dumps(case) for case in cases]
        if self._over or not pickled:
            return
        with suppress(OSError):  # it has gone: that is found out below
            self._frames.send(pickle.dumps(pickled))
        for _ in pickled:
            reply = self._reply()
            self._over = reply.last
            yield reply
            if reply.last:
                return

    def close(self) -> None:
        """End the process, whatever it does, and leave nothing of it behind."""
        self._over = True
        if self._process.poll() is None:  # else its number may be somebody else's by now
            with suppress(OSError, AttributeError):
                os.killpg(self._process.pid, signal.SIGKILL)  # with all that it has started
            with suppress(OSError):
                self._process.kill()
        self._process.wait()
        for pipe in (self._frames.writing, self._frames.reading):
            with suppress(OSError, ValueError):
                pipe.close()
        if self._notes is not None:
            os.close(self._notes)
            self._notes = None

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            while (frame := self._frames.receive(LONGEST)) is not None:
                self._arrived.put(frame)
        self._arrived.put(None)

    def _reply(self) -> Reply:
        try:
            frame = self._wait()
            return self._ended() if frame is None else Reply.read(frame.decode())
        except KeyboardInterrupt:
            return self._stop("interrupted", "You stopped it{}.")
        except TimeoutError:
            seconds = self._limits.waiting
            said = f"It did nothing but wait for {seconds:g} s{{}}. Nothing that a check gives it needs waiting for."
            return self._stop("time", said)
        except ValueError:
            return _last("ended", MEDDLED)

    def _wait(self) -> bytes | None:
        """The next frame; None when the process has gone, TimeoutError when it sleeps and sleeps."""
        since, before = _now(), None
        while True:
            with suppress(queue.Empty):
                return self._arrived.get(timeout=0.1)
            if self._process.poll() is not None:
                with suppress(queue.Empty):
                    return self._arrived.get(timeout=ANSWERS)  # what it wrote before
                return None  # something that it has started still holds the pipe
            at_work = _work(self._process.pid)
            if at_work != before or at_work is None:
                before = at_work
                since = _now() if at_work else since
            if _now() - since > (self._limits.waiting if at_work else ELSEWHERE):
                raise TimeoutError

    def _stop(self, kind: str, sentence: str) -> Reply:
        """Ask where it is, and end it."""
        place, line, printed = "", None, ""
        with suppress(OSError, ValueError, KeyboardInterrupt, TimeoutError, AttributeError):
            os.kill(self._process.pid, signal.SIGTERM)
            until = _now() + ANSWERS
            while (frame := self._next(until)) is not None:
                reply = Reply.read(frame.decode())
                if reply.problem and reply.problem.kind == "stopped":
                    place, line, printed = reply.problem.sentence, reply.problem.line, reply.printed
            if not place and self._process.poll() is None:  # a signal does not wake it: let the system say where it is
                os.kill(self._process.pid, signal.SIGXCPU)
                self._gone()
                place, line = going_round(self._last_words(), self._home)
        return _last(kind, sentence.format(place), line, printed)

    def _next(self, until: float) -> bytes | None:
        with suppress(queue.Empty):
            return self._arrived.get(timeout=max(0.0, until - _now()))
        return None

    def _ended(self) -> Reply:
        """What to say of a process that has gone without a word."""
        if not self._gone():  # it has closed the pipe, or sent more than a reply can be
            return _last("ended", MEDDLED)
        code = self._process.wait()
        place, line = held_up(self._last_words(), self._home)
        if code == -getattr(signal, "SIGXCPU", 0):
            slow = f"One single call{place} took longer than {self._limits.call:g} s, and nothing can stop it halfway."
            return _last("time", slow, line)
        if code == -signal.SIGTERM or code == -getattr(signal, "SIGKILL", 0):
            return _last("ended", f"The system ended it{place}: it took too much time or memory.", line)
        if code < 0 or code > 1 << 30:  # a signal; on Windows such a number
            return _last("ended", f"It crashed Python itself{place}. Does it call itself too deep?", line)
        return _last("ended", "It ended the whole process. Give the answer back with `return`.")

    def _gone(self) -> bool:
        """Whether it has ended, which may take a moment."""
        until = _now() + ANSWERS
        while self._process.poll() is None and _now() < until:
            _nap(0.002)
        return self._process.poll() is not None

    def _last_words(self) -> Stack:
        """Where the code was when the system ended the process, the outermost call first."""
        if self._notes is None:
            return []
        text = os.pread(self._notes, 100_000, 0).decode(errors="replace")
        stack = [(file, int(line)) for file, line in re.findall(r'^  File "(.*)", line (\d+) in ', text, re.M)]
        return stack[::-1]


def _about(parts: Any) -> About:
    about = About(**{**parts, "parameters": tuple(parts["parameters"])})
    if not all(isinstance(text, str) for text in (about.name, about.hidden, *about.parameters)):
        raise ValueError("this says nothing of a function")
    return about


def _last(kind: str, sentence: str, line: int | None = None, printed: str = "") -> Reply:
    return Reply(problem=LearnerError(kind, sentence, line), last=True, printed=printed)


def _work(pid: int) -> tuple[float, ...] | None:
    """The processor time of a process's main thread, if that is asleep; another number each time while it is not.

    None where the system does not tell.
    """
    try:
        with open(f"/proc/{pid}/task/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return (float(fields[11]), float(fields[12]), 0.0 if fields[0] == "S" else _now())
