"""One case put to a learner's function, and what came of it, in plain form: this runs where the learner's code runs."""

from __future__ import annotations

import inspect
import json
import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

from labs.kit.checking.exercise import Answer, Case, Exercise, Wrong, with_arguments
from labs.kit.checking.plain import TOO_LARGE, Unfit, plain, tree, value
from labs.kit.guarding import copies
from labs.kit.guarding.guard import Guarded, LearnerError, lazy, replaced_builtins
from labs.kit.guarding.telling import put_builtins_back, show

LONGEST = 2_000_000  # characters of a reply


@dataclass(frozen=True)
class Limits:
    """Seconds: of processor time for one call and for all calls, and how long it may wait and do nothing meanwhile."""

    call: float = 2.0
    total: float = 4.0
    waiting: float = 5.0


@dataclass
class Reply:
    """What came of one case: an answer in plain form, or what is wrong with its form, or why there is none."""

    answer: Answer = None
    misfit: str = ""  # it is of the wrong kind altogether: a sentence,
    came: str = ""  # what it is,
    expected: Answer = None  # and what was expected, where that can be said
    problem: LearnerError | None = None
    last: bool = False  # no further case can be asked: its time is up, or the process has ended
    changed: str = ""  # a sentence, where an argument was changed
    printed: str = ""
    none: bool = False  # whether the function ever returned None

    def text(self) -> str:
        """As it goes over a pipe, never longer than `LONGEST`; `answer` is in plain form."""
        p = self.problem
        parts = {**vars(self), "problem": p and [p.kind, p.sentence, p.line, p.exception]}
        text = json.dumps({**parts, "answer": tree(self.answer), "expected": _or_none(self.expected)})
        return text if len(text) <= LONGEST else Reply(misfit=TOO_LARGE, came=show(self.answer)).text()

    @classmethod
    def read(cls, text: str) -> Reply:
        """From a pipe; ValueError where it is no reply."""
        try:
            parts = json.loads(text)
            problem = parts.pop("problem", None)
            parts |= {name: value(parts.get(name)) for name in ("answer", "expected")}
            reply = cls(**parts, problem=LearnerError(*problem) if problem else None)
        except (TypeError, AttributeError, RecursionError) as odd:
            raise ValueError("this is no reply") from odd
        texts = [reply.misfit, reply.came, reply.changed, reply.printed]
        if reply.problem:
            texts += [reply.problem.kind, reply.problem.sentence, reply.problem.exception]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("this is no reply")
        return reply


def _or_none(expected: Any) -> Any:
    try:
        return tree(expected)
    except Unfit:
        return None


class Heard:
    """A function, whether it has ever given back None, and what it gave back where it was called once only."""

    def __init__(self, function: Callable[..., Any], may_be_lazy: bool = True) -> None:
        self.function, self.none = function, False
        self.problem: LearnerError | None = None
        self._calls, self._last = 0, None
        self._may_be_lazy = may_be_lazy
        with suppress(Exception):
            update_wrapper(self, function)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it, and listen."""
        answer = self.function(*args, **named)
        self.none = self.none or answer is None
        self._calls, self._last = self._calls + 1, answer
        if not self._may_be_lazy and self.problem is None:
            self.problem = lazy(answer)
        return answer

    def gave(self) -> str:
        """What it gave back; nothing where that was several things."""
        return show(self._last) if self._calls == 1 else ""


class Examiner:
    """Puts cases to one function, under the guard; the time limit is somebody else's, where `here` is set.

    `ours`: it is the course's own, and may wait.
    """

    def __init__(
        self, exercise: Exercise, function: Callable[..., Any], limits: Limits, here: bool, ours: bool = False
    ) -> None:
        self.exercise, self.function = exercise, function
        self._may_be_lazy = inspect.isgeneratorfunction(exercise.reference)
        self._guard = Guarded(self._examine, limits.call, copy=False, total=limits.total)
        self._guard.learner, self._guard.here, self._guard.ours = function, here, ours

    def reply(self, pickled: bytes) -> Reply:
        """What comes of a case; it never raises."""
        try:
            reply: Reply = self._guard(pickled)
        except LearnerError as problem:
            reply = Reply(problem=problem, last=problem.kind in ("time", "stuck", "interrupted"))
        reply.printed = self._guard.printed.text
        return reply

    def printed_so_far(self) -> str:
        """What it has printed in a case that did not end."""
        self._guard.printed.cut = True
        return self._guard.printed.text

    def _examine(self, pickled: bytes) -> Reply:
        exercise, heard = self.exercise, Heard(self.function, self._may_be_lazy)
        case, before = pickle.loads(pickled), pickle.loads(pickled)
        raw = exercise.call(heard, case)
        if names := put_builtins_back():
            raise replaced_builtins(names)
        if heard.problem:
            raise heard.problem
        reply = _read(exercise, before, raw)
        if reply.came and type(raw) is tuple and exercise.call is not with_arguments:  # it holds what `call` noted, too
            reply.came = heard.gave() or reply.came
        reply.none, reply.changed = heard.none, self._changed(before, case)
        return reply

    def _changed(self, before: Case, case: Case) -> str:
        plainly = self.exercise.call is with_arguments
        argument = copies.changed(self.function, before, case) if plainly else copies.changed(len, [before], [case])
        if not argument:
            return ""
        return copies.told_of(argument) if plainly else "It changed what it was given: work on a copy."


def _read(exercise: Exercise, case: Case, raw: Any) -> Reply:
    """The answer in plain form, if it is of the right kind."""
    try:
        answer = plain(exercise.read(case, plain(raw)))
        tree(answer)
        return Reply(answer=answer)
    except Unfit as unfit:
        return Reply(misfit=_not_yet(raw) or str(unfit), came=show(raw))
    except Wrong as wrong:
        found = type(raw) is str and raw == wrong.sentence  # by the exercise's own `call`: no answer of the learner's
        came = "" if found else show(raw)
        return Reply(misfit=_not_yet(raw) or wrong.sentence, expected=wrong.expected, came=came)
    except Exception:  # an answer so odd that the exercise cannot read it
        return Reply(misfit=f"It returned {show(raw, 80)}, which cannot be read as an answer here.", came=show(raw))


def _not_yet(raw: Any) -> str:
    """What to say of an iterator, where that is no answer."""
    if not isinstance(raw, map | filter | zip | reversed | enumerate):
        return ""
    kind = type(raw).__name__
    return f"It returned `{kind}(…)`, which holds no values yet: write `list({kind}(…))`."
