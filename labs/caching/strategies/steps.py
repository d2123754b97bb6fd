"""Stop a plain function before each thing that it asks of a store, and let it go on with the answer.

Two clients take turns step by step, a client dies between two steps, a step takes a while: for all that a strategy must
be stopped in mid-flight. No thread is needed, and the function need not know: it is simply called again from the start,
with the answers so far played back to it, until it asks for something new. (Workflow engines such as Temporal resume
code after a crash in the same way.) It must be deterministic: nothing but its arguments and the stores' answers may
decide what it does next, and a function that does something else when it is called again is found out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import Signature, signature
from typing import Any

from labs.caching.strategies.stores import Cache, Database

_CACHE = ("get", "set", "add", "delete", "dirty", "clean", "lease", "fill")
_STORES = {
    "cache": {verb: signature(getattr(Cache, verb)) for verb in _CACHE},
    "database": {verb: signature(getattr(Database, verb)) for verb in ("read", "write")},
}


@dataclass(frozen=True)
class Step:
    """Something asked of a store: Step("cache", "set", ("a", 11))."""

    store: str  # "cache" or "database"
    verb: str
    args: tuple[Any, ...]

    @property
    def key(self) -> Any:
        """The key that it is about; empty where it is about none."""
        return self.args[0] if self.args else ""

    @property
    def value(self) -> Any:
        """The value that is to be stored; None where nothing is."""
        return self.args[1] if len(self.args) > 1 else None

    def on(self, cache: Any, db: Any) -> Any:
        """Do it, to these stores."""
        return getattr(cache if self.store == "cache" else db, self.verb)(*self.args)

    def __str__(self) -> str:
        return f"{'cache' if self.store == 'cache' else 'db'}.{self.verb}({', '.join(map(repr, self.args))})"


class Restless(Exception):
    """The function did something else when it was called again."""


class _Pause(BaseException):
    """Ends a call at a step that has no answer yet; not an Exception, so that `except Exception` lets it through."""


@dataclass
class Call:
    """A call of `function(*args, cache, db)` that goes from step to step.

    `go()` gives the next step, None when the function has ended: then `.value` is what it returned, or `.error` what
    it raised. `answer(value)` or `refuse(error)` answers the step before the next `go()`.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    answers: list[tuple[Step, Any]] = field(default_factory=list)
    step: Step | None = None
    value: Any = None
    error: Exception | None = None

    def go(self) -> Step | None:
        """Run to the next step that has no answer."""
        self._played, self.step, self.value, self.error = 0, None, None, None
        try:
            self.value = self.function(*self.args, Stand("cache", self.ask), Stand("database", self.ask))
        except _Pause:
            pass
        except Restless:
            raise
        except Exception as error:
            self.error = error
        if self._played < len(self.answers) and self.step is None:
            raise Restless(_restless(self.function, self.answers[self._played][0], None))
        return self.step

    def answer(self, value: Any) -> None:
        """What the store said to the step."""
        assert self.step is not None
        self.answers.append((self.step, value))

    def refuse(self, error: Exception) -> None:
        """The store did not do it, and says why."""
        self.answer(_Refusal(error))

    def ask(self, step: Step) -> Any:
        """The function asks; it hears what was said before, or is stopped here."""
        if self.step is not None:  # it has caught the pause, and asks on
            raise _Pause
        if self._played == len(self.answers):
            self.step = step
            raise _Pause
        asked, answer = self.answers[self._played]
        self._played += 1
        if asked != step:
            raise Restless(_restless(self.function, asked, step))
        if isinstance(answer, _Refusal):
            raise answer.error
        return dict(answer) if isinstance(answer, dict) else answer

    def copy(self) -> Call:
        """The same call at the same point, to go on differently."""
        return Call(self.function, self.args, list(self.answers), self.step, self.value, self.error)


@dataclass(frozen=True)
class _Refusal:
    error: Exception


class Stand:
    """Stands in for a store, "cache" or "database": every call of it is a step, which `ask` answers."""

    def __init__(self, name: str, ask: Callable[[Step], Any]) -> None:
        self._name, self._ask = name, ask

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        verbs = _STORES[self._name]
        if verb not in verbs:
            raise AttributeError(f"the {self._name} has no {verb!r}; it has {', '.join(verbs)}")
        return lambda *args, **named: self._ask(Step(self._name, verb, _in_order(verbs[verb], args, named)))


def _in_order(call: Signature, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments as if all had been given by position; TypeError, as Python words it, where they do not fit."""
    if not named and len(args) == len(call.parameters) - 1:  # the usual case, and `bind` takes its time
        return args
    return call.bind(None, *args, **named).args[1:]


def _restless(function: Callable[..., Any], first: Step, then: Step | None) -> str:
    return (
        f"{getattr(function, '__name__', 'the function')} asked for {first} and, "
        f"with the same arguments and the same answers, for {then or 'nothing'} the next time: "
        "only its arguments and what the stores answer may decide what it does"
    )
