"""Which values the settings of a run may have: a table of limits beside the run, checked in one place.

    LIMITS = {"records": Whole(1, 200), "work": Number(0.01, 60, "seconds"), "reset": OneOf(RESETS)}

    check_settings(LIMITS, {"records": 0})   # ValueError: records must be a whole number from 1 to 200, and not 0

A limit says whether it `allows` a value and, as text, what it allows. So that a mistake ends in one sentence and not in
a traceback somewhere inside the model, a wrong type is treated like a wrong value: everything is a ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from inspect import Parameter, signature
from math import inf
from typing import Any, Protocol, TypeVar

from labs.kit.guarding.telling import show
from labs.kit.trace import Fault

Run = TypeVar("Run", bound=Callable[..., Any])
Settings = TypeVar("Settings")

# ── kinds of limit ────────────────────────────────────────────────────────────────────────────────────────────────────


class Limit(Protocol):
    """One setting's limit. Its text completes the sentence "records must be …"."""

    def allows(self, value: Any) -> bool:
        """Whether the setting may have this value."""


Limits = Mapping[str, Limit]


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`, both included; True and False are no numbers."""

    low: float = -inf
    high: float = inf
    unit: str = ""

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"a whole number{_between(self.low, self.high)}{_in(self.unit)}"


@dataclass(frozen=True)
class Number:
    """A finite number from `low` to `high`, both included, whole or not; NaN is never allowed."""

    low: float
    high: float
    unit: str = ""

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return isinstance(value, int | float) and not isinstance(value, bool) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"a number{_between(self.low, self.high)}{_in(self.unit)}"


@dataclass(frozen=True)
class OneOf:
    """One of these values, and of the same type: 1 is not True."""

    options: Collection[Any]

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return any(type(value) is type(option) and value == option for option in self.options)

    def __str__(self) -> str:
        return f"one of {', '.join(str(option) for option in self.options)}"


@dataclass(frozen=True)
class YesNo:
    """True or False."""

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return isinstance(value, bool)

    def __str__(self) -> str:
        return "True or False"


@dataclass(frozen=True)
class Text:
    """A text that is not empty."""

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return isinstance(value, str) and bool(value)

    def __str__(self) -> str:
        return "a text that is not empty"


@dataclass(frozen=True)
class Function:
    """Something that can be called; `of` says with what: "members and topics"."""

    of: str = ""

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return callable(value)

    def __str__(self) -> str:
        return "a function" + (f" of {self.of}" if self.of else "")


@dataclass(frozen=True)
class A:
    """An instance of a class: A(Strategy); `called` is what to call one, if not by the class's name."""

    kind: type
    called: str = ""

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return isinstance(value, self.kind)

    def __str__(self) -> str:
        return self.called or f"a {self.kind.__name__}"


@dataclass(frozen=True)
class Each:
    """A list or tuple with `least` to `most` items, each within one limit."""

    limit: Limit
    least: int = 0
    most: float = inf

    def allows(self, value: Any) -> bool:
        """See Limit."""
        well = isinstance(value, list | tuple) and self.least <= len(value) <= self.most
        return well and all(self.limit.allows(item) for item in value)

    def __str__(self) -> str:
        most = "or more" if self.most == inf else f"to {self.most}"
        return f"a list of {self.least} {most}, each {self.limit}"


@dataclass(frozen=True)
class Either:
    """What one of two limits allows."""

    first: Limit
    second: Limit

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return self.first.allows(value) or self.second.allows(value)

    def __str__(self) -> str:
        return f"{self.first} or {self.second}"


@dataclass(frozen=True)
class Maybe:
    """None, or what another limit allows."""

    limit: Limit

    def allows(self, value: Any) -> bool:
        """See Limit."""
        return value is None or self.limit.allows(value)

    def __str__(self) -> str:
        return f"{self.limit}, or None"


SEED = Whole(-(10**9), 10**9)


def _between(low: float, high: float) -> str:
    if high == inf:
        return "" if low == -inf else f", {low:.15g} or more"
    return f" from {low:.15g} to {high:.15g}"


def _in(unit: str) -> str:
    return f" ({unit})" if unit else ""


# ── checking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def check_settings(limits: Limits, settings: Mapping[str, Any]) -> None:
    """ValueError, in one sentence, for the first setting that is unknown or outside its limit."""
    for name, value in settings.items():
        if name not in limits:
            raise ValueError(f"there is no setting {name!r}; there are {', '.join(limits)}")
        if not limits[name].allows(value):
            raise ValueError(f"{name} must be {limits[name]}, and not {show(value, 60)}")


def check_faults(
    faults: Iterable[Fault], kinds: Collection[str], until: float = inf, whom: str = "who"
) -> tuple[Fault, ...]:
    """The faults in order of time. ValueError, in one sentence, for one that no run of this kind can have.

    `kinds` are the faults there are, `until` is the run's end in seconds, `whom` what such a fault strikes: "consumer".
    """
    try:
        faults = tuple(faults)
    except TypeError:
        raise ValueError(f"faults must be a list of Fault(seconds, kind, {whom}), and not {show(faults, 60)}") from None
    for fault in faults:
        if not isinstance(fault, Fault):
            raise ValueError(f"a fault is written Fault(seconds, kind, {whom}), and not {show(fault, 60)}")
        if not OneOf(kinds).allows(fault.kind):
            choose = f"choose one of {', '.join(kinds)}" if kinds else "nothing can go wrong in this run"
            raise ValueError(f"there is no fault {show(fault.kind, 60)}; {choose}")
        if not isinstance(fault.who, str):
            raise ValueError(f"{fault.kind!r} strikes a {whom} by its name, and not {show(fault.who, 60)}")
        if not 0 <= fault.t <= until or fault.t == inf:
            span = "begins at 0 s" if until == inf else f"goes from 0 to {until:g} s"
            raise ValueError(f"{fault.kind!r} at {fault.t:g} s lies outside the run, which {span}")
    return tuple(sorted(faults, key=lambda fault: fault.t))


# ── settings in one piece ─────────────────────────────────────────────────────────────────────────────────────────────


def settle(kind: type[Settings], limits: Limits, given: Mapping[str, Any], seed: Any = 0) -> Settings:
    """The settings of a run as one object: what was `given`, and the defaults of the class for the rest.

    ValueError, in one sentence, for a setting that is unknown or outside its limit, or a seed that is no whole number.
    """
    check_settings(limits, given)
    check_settings({"seed": SEED}, {"seed": seed})
    return kind(**given)


def takes(settings: type) -> Callable[[Run], Run]:
    """For a run that is written `def run(*, faults=(), seed=0, **settings)`: help and Shift + Tab show the fields of
    the class `settings`, with their defaults, in the place of `**settings`."""

    def add(run: Run) -> Run:
        told = signature(run)
        own = [p for p in told.parameters.values() if p.kind is not Parameter.VAR_KEYWORD]
        more = [
            Parameter(
                f.name,
                Parameter.KEYWORD_ONLY,
                annotation=f.type,
                default=Parameter.empty if f.default is MISSING else f.default,
            )
            for f in fields(settings)
        ]
        run.__signature__ = told.replace(parameters=[*more, *own])  # type: ignore[attr-defined]
        return run

    return add
