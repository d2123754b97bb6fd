"""What the learner can change in a run: its settings (`Control`) and what goes wrong in it (`Strike`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labs.kit.trace import Trace


@dataclass(frozen=True)
class Control:
    """One setting that the learner may change: a number from `low` to `high`, one of `options`, or yes and no.

    `value` is what it starts with; its type tells which of the three it is. `options` may be {value: text}.
    """

    name: str
    value: Any
    low: float = 0
    high: float = 0
    step: float = 1
    unit: str = ""
    label: str = ""
    options: Mapping[Any, str] | Sequence[Any] = ()

    def __post_init__(self) -> None:
        if not self.options and not isinstance(self.value, int | float):
            raise ValueError(f"control {self.name!r}: {self.value!r} is no number: list the `options` to choose from")
        if self.options and self.value not in self.options:
            raise ValueError(f"control {self.name!r}: {self.value!r} is not one of its options {list(self.options)}")
        if not self.options and not isinstance(self.value, bool) and not self.low <= self.value <= self.high:
            raise ValueError(f"control {self.name!r}: {self.value} is not between {self.low} and {self.high}")

    def panel(self) -> dict[str, Any]:
        """What the browser needs to draw it."""
        told = {"name": self.name, "label": self.label or self.name.replace("_", " ")}
        if self.options:
            texts = self.options if isinstance(self.options, Mapping) else {value: str(value) for value in self.options}
            return {**told, "kind": "choice", "options": [[value, text] for value, text in texts.items()]}
        if isinstance(self.value, bool):
            return {**told, "kind": "toggle"}
        return {**told, "kind": "range", "min": self.low, "max": self.high, "step": self.step, "unit": self.unit}

    def tell(self, value: Any) -> str:
        """The control with a value, in words: "retention.ms 60 s"."""
        return f"{self.label or self.name.replace('_', ' ')} {value} {self.unit}".rstrip()

    def refuse(self, value: Any) -> str:
        """Why this value cannot be, in one sentence; empty if it can."""
        if self.options:
            well, allowed = value in self.options, "one of " + ", ".join(map(str, self.options))
        elif isinstance(self.value, bool):
            well, allowed = isinstance(value, bool), "yes or no"
        else:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            well, allowed = number and self.low <= value <= self.high, f"from {self.low} to {self.high}"
        return "" if well else f"{self.name} = {value!r} cannot be: it must be {allowed}."


@dataclass(frozen=True)
class Strike:
    """A button that makes something go wrong at the moment shown: a Fault of this kind, on the chosen target.

    With `who` (trace -> name) it needs no target, as when a new consumer joins.
    """

    kind: str
    label: str
    who: Callable[[Trace], str] | None = None


def pick_controls(names: Sequence[str], table: Mapping[str, Control], settings: dict[str, Any]) -> list[Control]:
    """The controls of these names out of a lesson's `table`; one begins at what `settings` says, and takes it out."""
    for name in names:
        if name not in table:
            raise ValueError(f"there is no control {name!r}; choose from {', '.join(table)}")
    return [replace(table[name], value=settings.pop(name)) if name in settings else table[name] for name in names]
