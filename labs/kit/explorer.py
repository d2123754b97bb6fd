"""The explorer: a run with its controls, its faults and its monitors, alone or as A | B on one seed.

    explore(
        rebalance, group_scene,                       # run(**settings, faults, seed) -> Trace, draw(trace) -> Scene
        controls=[Control("consumers", 4, low=1, high=8)],
        strikes=[Strike("crash", "Crash it")],
        targets=lambda trace: ["c1", "c2"],
        monitors=[("paused", lambda trace: ("12 s", False))],   # label, trace -> text or (text, is it well?)
        versus=("protocol", "eager", "cooperative"),  # the same run twice, one setting apart
    )

A change of a control or a fault makes a new run in the kernel and swaps it in; what went wrong is said in one sentence,
and the last good run stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from labs.kit.player import bundle, new_widget, payload
from labs.kit.scene import Scene
from labs.kit.trace import Fault, Trace

Monitor = tuple[str, Callable[[Trace], Any]]
Cell = tuple[str, bool | None]


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
            raise ValueError(
                f"control {self.name!r}: {self.value!r} is no number: say between which `options` one chooses"
            )
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


def explore(
    run: Callable[..., Trace],
    draw: Callable[[Trace], Scene],
    *,
    controls: Sequence[Control] = (),
    strikes: Sequence[Strike] = (),
    targets: Callable[[Trace], Sequence[str]] = lambda trace: (),
    monitors: Sequence[Monitor] = (),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    seed: int = 0,
    after: Any = None,
) -> Explorer:
    """Make a run explorable; `after` is a prediction that has to be recorded before the live picture opens."""
    return Explorer(run, draw, controls, strikes, targets, monitors, versus, faults, seed, after)


class Explorer:
    """See the module's text. `explorer.traces` are the runs that are shown, to look into from another cell."""

    def __init__(
        self, run: Callable[..., Trace], draw: Callable[[Trace], Scene], controls: Sequence[Control],
        strikes: Sequence[Strike], targets: Callable[[Trace], Sequence[str]], monitors: Sequence[Monitor],
        versus: tuple[str, Any, Any] | None, faults: Sequence[Fault], seed: int, after: Any,
    ) -> None:  # fmt: skip
        self._run, self._draw, self._strikes, self._targets, self._monitors = run, draw, strikes, targets, monitors
        self._controls = {control.name: control for control in controls}
        self._versus, self._seed = versus, seed
        self.settings = {name: control.value for name, control in self._controls.items()}
        self.faults = tuple(faults)
        self.traces: list[Trace] = []
        self.scenes: list[tuple[str, Scene]] = []
        self.table: list[tuple[str, list[Cell]]] = []
        try:
            self._shown = self._make(self.settings, self.faults)
        except Exception as error:
            if not hasattr(error, "sentence"):  # only a learner's own code may be unfinished: ours may not
                raise
            self.scenes = [("", _nothing_yet(error.sentence, getattr(error, "kind", "")))]
            self._shown = payload(self.scenes, settings=self.settings)
        locked = after is not None and not after.answered
        self.widget = new_widget(self._shown, {"controls": [control.panel() for control in controls]}, locked)
        self.widget.observe(self._asked, "ask")
        if locked:
            after.when_answered(self._open)

    def _open(self) -> None:
        self.widget.locked = False

    def _make(self, settings: Mapping[str, Any], faults: tuple[Fault, ...]) -> dict[str, Any]:
        """Run and draw every side; only when all of it has worked does it become what is shown."""
        for name, value in settings.items():
            if name not in self._controls:
                raise ValueError(f"there is no control {name!r}; there are {', '.join(self._controls)}.")
            if why := self._controls[name].refuse(value):
                raise ValueError(why)
        setting, *values = self._versus or ("", "")
        sides = [(_side(setting, value), {**settings, setting: value} if setting else settings) for value in values]
        traces = [self._run(**side, faults=faults, seed=self._seed) for _, side in sides]
        scenes = [(name, self._draw(trace)) for (name, _), trace in zip(sides, traces, strict=True)]
        table = [(label, [_cell(monitor(trace)) for trace in traces]) for label, monitor in self._monitors]
        self.traces, self.scenes, self.table = traces, scenes, table
        self.settings, self.faults = dict(settings), tuple(faults)
        return payload(
            scenes,
            monitors=[[label, *cells] for label, cells in table],
            settings=self.settings,
            faults=_as_told(self.faults),
            targets=list(self._targets(traces[0])),
            strikes=[{"kind": s.kind, "label": s.label, "who": s.who and s.who(traces[0])} for s in self._strikes],
        )

    def _asked(self, change: Any) -> None:
        """The browser has asked for another run: it gets it, or the last good one with a sentence on what was wrong."""
        wish = json.loads(change["new"])
        refused = {}
        try:
            faults = tuple(sorted((Fault(**fault) for fault in wish["faults"]), key=lambda fault: fault.t))
            self._shown = self._make(wish["settings"], faults)
        except Exception as error:  # a learner's code may have been plugged in: anything can come
            refused = {"error": getattr(error, "sentence", None) or f"{error}" or type(error).__name__}
        self.widget.data = json.dumps({**self._shown, **refused, "number": wish["number"]})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return bundle(self.widget, self.scenes, self._table_html(), self._table_text())

    def _table_html(self) -> str:
        if not self.table:
            return ""
        heads = "".join(f"<th>{escape(name)}</th>" for name, _ in self.scenes) if len(self.scenes) > 1 else ""
        rows = "".join(
            f"<tr><th>{escape(label)}</th>{''.join(f'<td>{_mark(ok)}{escape(text)}</td>' for text, ok in cells)}</tr>"
            for label, cells in self.table
        )
        return f"<table>{f'<tr><th></th>{heads}</tr>' if heads else ''}{rows}</table>"

    def _table_text(self) -> str:
        rows = [f"{label}: {' | '.join(_mark(ok) + text for text, ok in cells)}" for label, cells in self.table]
        return "".join("\n" + row for row in rows)


def _nothing_yet(sentence: str, kind: str) -> Scene:
    """What is shown while the learner's own piece does not work yet."""
    scene = Scene(560, 60, end=1, title="Your piece drives this picture as soon as it works")
    word = "○ not written yet" if kind == "unfinished" else "✗ it does not work yet: see below"
    scene.box("not-yet", 8, 8, 544, 44, label=word, fill="page", dash="4 3")
    scene.say(0, f"{sentence.replace('`', '')} When you have changed it, run this cell again, too.")
    return scene


def _side(setting: str, value: Any) -> str:
    """What to call a side of A | B: a word speaks for itself, a number or yes and no do not."""
    return value if isinstance(value, str) else f"{setting.replace('_', ' ')}: {value}"


def _cell(answer: Any) -> Cell:
    return answer if isinstance(answer, tuple) else (str(answer), None)


def _mark(ok: bool | None) -> str:
    return {True: "✓ ", False: "✗ ", None: ""}[ok]


def _as_told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{"t": fault.t, "kind": fault.kind, "who": fault.who} for fault in faults]
