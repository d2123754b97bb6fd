"""The explorer: a run with its controls, its faults and its monitors, alone or as A | B on one seed.

    explore(
        rebalance, group_scene,                       # run(**settings, faults, seed) -> Trace, draw(trace) -> Scene
        controls=[Control("consumers", 4, low=1, high=8)],
        strikes=[Strike("crash", "Crash it")],
        targets=lambda trace: ["c1", "c2"],
        monitors=[("paused", lambda trace: ("12 s", False))],   # label, trace -> text or (text, is it well?)
        versus=("protocol", "eager", "cooperative"),  # the same run twice, one setting apart
        called=lambda value: f"protocol {value}",     # what each side is called, where its value alone does not say it
    )

A change of a control or a fault makes a new run in the kernel and swaps it in; what went wrong is said in one sentence,
and the last good run stays.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, TypeVar

from labs.kit.picture.frame import in_one_frame
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike
from labs.kit.playing.idle import tidy_when_idle, undisturbed
from labs.kit.playing.player import bundle, new_widget, payload
from labs.kit.trace import Fault, Trace

Monitor = tuple[str, Callable[[Trace], Any]]
Cell = tuple[str, bool | None]
Thing = TypeVar("Thing")


def explore(
    run: Callable[..., Trace],
    draw: Callable[[Trace], Scene],
    *,
    controls: Sequence[Control] = (),
    strikes: Sequence[Strike] = (),
    targets: Callable[[Trace], Sequence[str]] = lambda trace: (),
    monitors: Sequence[Monitor] = (),
    versus: tuple[str, Any, Any] | None = None,
    called: Callable[[Any], str] | None = None,
    faults: Sequence[Fault] = (),
    seed: int = 0,
    after: Any = None,
) -> Explorer:
    """Make a run explorable; `after` is a prediction that has to be recorded before the live picture opens.

    What cannot be (a control that the run does not know, a monitor that is no pair) is a ValueError of one sentence.
    """
    _look_at(run, draw, controls, monitors, versus, after)
    return Explorer(run, draw, controls, strikes, targets, monitors, versus, called, faults, seed, after)


class Explorer:
    """See the module's text. `explorer.traces` are the runs that are shown, to look into from another cell."""

    def __init__(
        self, run: Callable[..., Trace], draw: Callable[[Trace], Scene], controls: Sequence[Control],
        strikes: Sequence[Strike], targets: Callable[[Trace], Sequence[str]], monitors: Sequence[Monitor],
        versus: tuple[str, Any, Any] | None, called: Callable[[Any], str] | None, faults: Sequence[Fault], seed: int,
        after: Any,
    ) -> None:  # fmt: skip
        self._run, self._draw, self._strikes, self._targets, self._monitors = run, draw, strikes, targets, monitors
        self._controls = {control.name: control for control in controls}
        self._versus, self._seed = versus, seed
        self._called = called or partial(_side, versus[0] if versus else "")
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
        self._waits = after is not None and not after.answered
        self.widget = new_widget(self._shown, {"controls": [control.panel() for control in controls]}, self._waits)
        self.widget.observe(self._asked, "ask")
        if self._waits:
            after.when_answered(self._open)
        tidy_when_idle()

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
        sides = [
            (self._called(value), {**settings, setting: value}) if setting else ("", dict(settings)) for value in values
        ]
        traces = [_given(Trace, self._run, **side, faults=faults, seed=self._seed) for _, side in sides]
        drawn = in_one_frame([partial(_given, Scene, self._draw, trace) for trace in traces])
        scenes = [(name, scene) for (name, _), scene in zip(sides, drawn, strict=True)]
        table = [(label, [_cell(label, monitor(trace)) for trace in traces]) for label, monitor in self._monitors]
        targets = list(self._targets(traces[0]))
        for strike in self._strikes:
            if strike.who is None and not targets:
                raise ValueError(f"nobody can be struck by {strike.label!r}: name them in targets=, or give it a who=.")
        self.traces, self.scenes, self.table = traces, scenes, table
        self.settings, self.faults = dict(settings), tuple(faults)
        return payload(
            scenes,
            monitors=[[label, *cells] for label, cells in table],
            settings=self.settings,
            faults=_as_told(self.faults),
            targets=targets,
            strikes=[{"kind": s.kind, "label": s.label, "who": s.who and s.who(traces[0])} for s in self._strikes],
        )

    def _asked(self, change: Any) -> None:
        """The browser has asked for another run: it gets it, or the last good one with a sentence on what was wrong."""
        with undisturbed():
            wish = json.loads(change["new"])
            refused = {}
            try:
                faults = tuple(sorted((Fault(**fault) for fault in wish["faults"]), key=lambda fault: fault.t))
                self._shown = self._make(wish["settings"], faults)
            except Exception as error:  # a learner's code may have been plugged in: anything can come
                sentence = getattr(error, "sentence", None) or f"{error}" or type(error).__name__
                refused = {"error": sentence.replace("`", "")}
            self.widget.data = json.dumps({**self._shown, **refused, "number": wish["number"]})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return bundle(self.widget, self.scenes, self._table_html(), self._table_text(), folded=self._waits)

    def _table_html(self) -> str:
        if not self.table:
            return ""
        heads = (
            "".join(f'<th scope="col">{escape(name)}</th>' for name, _ in self.scenes) if len(self.scenes) > 1 else ""
        )
        rows = "".join(
            f'<tr><th scope="row">{escape(label)}</th>'
            + "".join(f"<td>{_mark(ok)}{escape(text)}</td>" for text, ok in cells)
            + "</tr>"
            for label, cells in self.table
        )
        return f"<table>{f'<tr><td></td>{heads}</tr>' if heads else ''}{rows}</table>"

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
    if isinstance(value, str):
        return value
    told = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return f"{setting.replace('_', ' ')}: {told}"


def _look_at(run: Any, draw: Any, controls: Any, monitors: Any, versus: Any, after: Any) -> None:
    """What an author may get wrong in `explore`, each a ValueError of one sentence."""
    for what, function in (("run", run), ("draw", draw)):
        if not callable(function):
            raise ValueError(f"explore takes the {what} function itself, without calling it, not {function!r}.")
    for control in controls:
        if not isinstance(control, Control):
            raise ValueError(f"controls= is a list of Control(…), not of {control!r}.")
    for monitor in monitors:
        if not isinstance(monitor, tuple) or len(monitor) != 2 or not callable(monitor[1]):
            raise ValueError(f"a monitor is a pair (label, function of the trace), not {monitor!r}.")
    if versus is not None and (not isinstance(versus, tuple) or len(versus) != 3):
        raise ValueError(f"versus= is (setting, one value, another value), not {versus!r}.")
    if after is not None and not hasattr(after, "when_answered"):
        raise ValueError(f"after= is a prediction, which is what predict(…) gives, not {after!r}.")
    names = [control.name for control in controls]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"there are two controls {name!r}: one is enough.")
        if versus and name == versus[0]:
            raise ValueError(
                f"A | B sets {name!r} itself, so a control of that name would change nothing: leave it out."
            )
    takes = inspect.signature(run).parameters
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values()):
        for name in [*names, *(versus or ())[:1], "faults", "seed"]:
            if name not in takes:
                raise ValueError(f"{_name(run)} takes no {name!r}; it takes {', '.join(takes)}.")


def _given(kind: type[Thing], function: Callable[..., Any], /, *arguments: Any, **settings: Any) -> Thing:
    """What the function gives, which has to be of this kind."""
    it = function(*arguments, **settings)
    if not isinstance(it, kind):
        forgotten = " (is the `return` missing?)" if it is None else ""
        raise ValueError(f"{_name(function)} must return a {kind.__name__}, not {it!r}{forgotten}.")
    return it


def _name(function: Any) -> str:
    return getattr(function, "__name__", None) or type(function).__name__


def _cell(label: str, answer: Any) -> Cell:
    if not isinstance(answer, tuple):
        return str(answer), None
    if len(answer) != 2 or not isinstance(answer[0], str) or answer[1] not in (True, False, None):
        raise ValueError(
            f"monitor {label!r} gave {answer!r}: it must give a text, or a text and True or False: ('12 s', False)."
        )
    return answer[0], None if answer[1] is None else bool(answer[1])


def _mark(ok: bool | None) -> str:
    return {True: "✓ ", False: "✗ ", None: ""}[ok]


def _as_told(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{"t": fault.t, "kind": fault.kind, "who": fault.who} for fault in faults]
