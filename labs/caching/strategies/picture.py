"""The pictures of lesson 16: application servers, a cache and a database, and what the cache held when.

`draw_stores(trace)` is the scene of a run of `serve`; `explore_strategies` puts controls, faults and monitors around
it, `compare_strategies` around two of them side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labs.caching.strategies.five import STRATEGIES, Strategy
from labs.caching.strategies.promises import (
    database_operations,
    history,
    hit_ratio,
    load,
    lost_writes,
    mean_latency,
    refused_reads,
    replies,
    stale_reads,
    waiting_writes,
)
from labs.caching.strategies.serve import serve
from labs.kit.explorer import Control, Explorer, Strike, explore, pick_controls
from labs.kit.fence import fenced
from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.trace import Event, Fault, Trace

WIDTH, ROW, LANE = 560, 24, 18
CACHE_X, CACHE_W, DB_X, DB_W = 176, 160, 412, 140
STATES = {"same": ("good", ""), "old": ("warn", " · old"), "ahead": ("actor5", " · newer")}


def draw_stores(trace: Trace) -> Scene:
    """The scene of a run of `serve`."""
    return _Picture(trace).scene


class _Picture:
    """Servers on the left, the cache in the middle, the database on the right; below, each key's life in the cache."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.life = trace, history(trace)
        self.keys = list(self.life)
        self.apps = [f"app {i + 1}" for i in range(trace.settings["apps"])]
        self.flight = trace.end / 80  # the shortest time for which a dot is seen on its way
        depth = 32 + max(ROW * len(self.keys), 46 * len(self.apps))
        self.lanes, self.chart = depth + 54, depth + 54 + LANE * len(self.keys) + 52
        title = trace.settings["strategy"]
        self.scene = Scene(WIDTH, self.chart + 66, end=trace.end, title=title, settle=self.flight)
        self._still_life(depth)
        self._dots()
        self._changes()
        self._captions()

    def _row(self, key: str) -> float:
        return 30 + ROW * self.keys.index(key)

    def _still_life(self, depth: float) -> None:
        scene, keys = self.scene, self.keys
        scene.text("strategy", 8, 18, scene.title, size=13, weight="bold")
        for i, app in enumerate(self.apps):
            scene.box(app, 8, 30 + 46 * i, 88, 36, label=app, fill=actor(i + 1), weight="bold")
        for name, x, w in (("cache", CACHE_X, CACHE_W), ("database", DB_X, DB_W)):
            scene.box(name, x, 4, w, depth, label="", fill="panel")
            scene.text(f"{name}-name", x + w / 2, 22, name, align="middle", weight="bold")
        for key in keys:
            y = self._row(key)
            scene.box(f"c-{key}", CACHE_X + 8, y, CACHE_W - 16, ROW - 4, label="", fill="good", size=13, opacity=0)
            scene.box(f"d-{key}", DB_X + 8, y, DB_W - 16, ROW - 4, label="", fill="page", ink="ink", size=13)
        scene.text("legend", 8, self.lanes - 12, "what the cache held:", size=12, ink="muted")
        words = ("good", "as in the database", 150), ("warn", "older", 308), ("actor5", "newer than the database", 376)
        for fill, word, x in words:
            scene.box(f"legend-{fill}", x, self.lanes - 22, 12, 12, fill=fill, radius=2)
            scene.text(f"legend-{fill}-is", x + 18, self.lanes - 12, word, size=12, ink="muted")
        fills = {state: fill for state, (fill, _) in STATES.items()}
        rows = {key: [(s.start, s.end, str(s.value), fills[s.state]) for s in self.life[key]] for key in keys}
        scene.lanes("life", 30, self.lanes, WIDTH - 44, LANE, rows)
        stale = [(0.0, 0.0), *((e.t, float(i)) for i, e in enumerate(stale_reads(self.trace), 1))]
        series = {"questions before the database": load(self.trace), "stale answers so far": stale}
        top = max(4.0, *(v for line in series.values() for _, v in line))
        scene.chart("load", 30, self.chart, WIDTH - 44, 42, series, top=top, colours=("ink", "bad-ink"))

    # ---- what moves --------------------------------------------------------------------------------------------

    def _dots(self) -> None:
        """A dot for every question: to the store, and back, dashed if empty-handed. Dots are used again: few parts."""
        scene, free, made = self.scene, [0.0], ["dot-0"]
        scene.box("dot-0", 0, 0, 22, 18, label="", fill="data", radius=9, size=12, opacity=0)
        open_: dict[Any, Event] = {}
        for e in self.trace:
            if e.kind == "ask":
                open_[e["number"]] = e
            if e.kind != "did" or e["number"] not in open_:
                continue
            ask = open_.pop(e["number"])
            there = max(e.t, ask.t + self.flight)
            back = there + max(self.flight, e.t - ask.t if e.t - ask.t < 1 else 0)
            i = next((i for i, until in enumerate(free) if until <= ask.t), len(free))
            if i == len(free):
                free.append(0.0)
                made.append(f"dot-{i}")
                scene.box(made[i], 0, 0, 22, 18, label="", fill="data", radius=9, size=12, opacity=0)
            free[i] = back
            home, shop = self._door(ask.who, ask), self._door(e.who, ask)
            empty = e["ok"] and e["value"] is None and e["verb"] != "delete"
            scene.key(ask.t, made[i], label=ask["key"], fill="data", dash="", x=home[0], y=home[1], opacity=1)
            scene.key(ask.t, made[i], over=there - ask.t, x=shop[0], y=shop[1])
            scene.key(there, made[i], fill="data" if e["ok"] else "bad", dash="3 2" if empty else "")
            scene.key(there, made[i], over=back - there, x=home[0], y=home[1])
            scene.key(back, made[i], opacity=0)

    def _door(self, who: str, ask: Event) -> tuple[float, float]:
        """Where a dot leaves a server or enters a store."""
        if who in self.apps:
            return 98.0, 39.0 + 46 * self.apps.index(who)
        y = self._row(ask["key"]) + 1 if ask["key"] in self.keys else 40.0
        if who == "cache":
            return (CACHE_X + CACHE_W + 2.0 if ask.who == "cache" else CACHE_X - 24.0), y
        return DB_X - 24.0, y

    def _changes(self) -> None:
        scene = self.scene
        marks: list[tuple[float, str, dict[str, Any]]] = []
        for key, stretches in self.life.items():
            for s in stretches:
                fill, word = STATES[s.state]
                marks.append((s.start, f"c-{key}", dict(label=f"{key} = {s.value}{word}", fill=fill, opacity=1)))
                nexts = [n for n in stretches if n.start == s.end]
                if not nexts and s.end < self.trace.end:
                    marks.append((s.end, f"c-{key}", dict(opacity=0)))
        for e in self.trace:
            if e.kind == "row":
                marks.append((e.t, f"d-{e['key']}", dict(label=f"{e['key']} = {e['value']}")))
            elif e.kind in ("down", "up", "stall", "resume"):
                look = {"down": ("4 3", "bad-ink", "✕ "), "stall": ("2 3", "ink", "‖ ")}
                dash, stroke, word = look.get(e.kind, ("", "line", ""))
                marks.append((e.t, e.who, dict(dash=dash, stroke=stroke)))
                label = e.who if e.who in self.apps else f"{e.who}-name"
                marks.append((e.t, label, dict(label=word + e.who)))
        for t, part, look_now in sorted(marks, key=lambda mark: mark[0]):
            scene.key(t, part, **look_now)

    # ---- what the captions say ---------------------------------------------------------------------------------

    def _captions(self) -> None:
        stale = {e["number"] for e in stale_reads(self.trace)}
        refused = {e["number"] for e in refused_reads(self.trace)}
        lines = [(e, self._tell(e, stale, refused)) for e in self.trace]
        told = [(e, sentence) for e, sentence in lines if sentence]
        trouble = [e.t for e, _ in told if _bad(e, stale, refused)]
        calm = [e.t for e, _ in told if e.kind == "reply" and e["op"] == "write" and e["ok"]]
        stills = {*calm[:1], *(trouble[:1] or calm[1:][-1:] or [e.t for e, _ in told][-1:])}
        for e, sentence in told:
            self.scene.say(e.t, sentence, still=e.t in stills and e.t not in self.scene.stills)
        if not told:
            self.scene.say(0, "Nobody asks for anything.")

    def _tell(self, e: Event, stale: set[int], refused: set[int]) -> str:
        """The sentence for an event; empty for one that needs none."""
        key, value = e.get("key"), e.get("value")
        if e.kind == "did" and e["number"] == "preheat":
            return "Pre-heated: the cache starts with a copy of the rows." if key == self.keys[0] else ""
        if e.kind == "did" and not e["ok"]:
            return f"{e['by']} is refused: {e['error']}."
        if e.kind == "did" and e["verb"] in ("get", "lease"):
            return (
                f"{e['by']} wants {key}: the cache has {value}." if value is not None
                else f"{e['by']} wants {key}: not in the cache, a miss."
            )  # fmt: skip
        if e.kind == "did" and e.get("refused") and e["verb"] in ("fill", "add"):
            why = "the lease is void" if e["verb"] == "fill" else "something newer is there"
            return f"{e['by']}'s {key} = {value} is not put into the cache: {why}."
        if e.kind == "did" and e["verb"] in ("set", "add", "fill"):
            return f"The cache has {key} = {value} now."
        if e.kind == "did" and e["verb"] == "write":
            by = "The flush" if e["number"] == "flush" else e["by"]
            return f"{by} writes {key} = {value}: it is in the database."
        if e.kind == "reply" and not e["ok"]:
            return f"{e.who}'s {e['op']} of {key} has failed: {e['error']}."
        if e.kind == "reply" and e["number"] in stale:
            return f"{e.who} answers {key} = {value}. That is stale: a newer value was written before."
        if e.kind == "reply" and e["number"] in refused:
            return f"{e.who} answers {key} = {value}, a value whose writer was told that it failed."
        if e.kind == "reply" and e["op"] == "write":
            return f"{e.who} says that {key} = {value} is written, after {e['took']:.2f} s."
        simple = {
            "lost": f"Lost: {key} = {value} was acknowledged and stood nowhere but in the cache.",
            "down": f"The {e.who} goes down." if e.who not in self.apps else f"{e.who} crashes.",
            "up": f"The {e.who} is back{', empty' if e.who == 'cache' else ''}."
            if e.who not in self.apps else f"{e.who} is back.",
            "stall": f"{e.who} stalls for a second.",
            "resume": f"{e.who} goes on where it stood.",
            "note": f"Nothing happens: {e.get('text')}.",
        }  # fmt: skip
        if e.kind == "gone" and e["why"] != "down":
            return f"{key} leaves the cache: {e['why']}."
        return simple.get(e.kind, "")


def _bad(e: Event, stale: set[int], refused: set[int]) -> bool:
    return e.kind == "lost" or (e.kind == "reply" and (not e["ok"] or e["number"] in stale or e["number"] in refused))


# ---- around the picture ----------------------------------------------------------------------------------------------


def _took(trace: Trace, op: str) -> str:
    return f"{1000 * mean_latency(trace, op):.0f} ms" if replies(trace, op, ok=True) else "–"


def _count(many: int, none: str = "none") -> tuple[str, bool]:
    return (str(many) if many else none), not many


MONITORS = [
    ("reads that the cache answered", lambda t: f"{100 * hit_ratio(t):.0f} %"),
    ("stale answers", lambda t: _count(len(stale_reads(t)))),
    ("answers that had been refused to their writer", lambda t: _count(len(refused_reads(t)))),
    ("acknowledged writes lost", lambda t: _count(len(lost_writes(t)))),
    ("acknowledged and only in the cache, at most", lambda t: str(waiting_writes(t))),
    ("requests that failed", lambda t: _count(len(replies(t, ok=False)))),
    ("reads and writes that the database did", lambda t: str(database_operations(t))),
    ("a read, a write takes on average", lambda t: f"{_took(t, 'read')}, {_took(t, 'write')}"),
]  # fmt: skip

CONTROLS = {
    control.name: control
    for control in (
        Control("strategy", "cache aside", options=tuple(STRATEGIES)),
        Control("rate", 3, low=1, high=4, unit="a second", label="requests"),
        Control("read_share", 0.8, low=0.1, high=1, step=0.05, label="share of reads"),
        Control("skew", 1.0, low=0, high=2, step=0.25, label="skew of the keys"),
        Control("ttl", 6, low=1, high=20, unit="s", label="an entry lives"),
        Control("flush_interval", 2, low=0.5, high=8, step=0.5, unit="s", label="flush every"),
        Control("db_latency", 0.2, low=0.05, high=0.6, step=0.05, unit="s", label="the database takes"),
        Control("cache_latency", 0.02, low=0.01, high=0.2, step=0.01, unit="s", label="the cache takes"),
        Control("capacity", 6, low=1, high=8, unit="entries", label="the cache holds"),
        Control("preheated", False, label="pre-heat the cache"),
    )
}
STRIKES = {
    "down": Strike("down", "Take it down"),
    "up": Strike("up", "Bring it back"),
    "stall": Strike("stall", "Stall app 1", who=lambda trace: "app 1"),
    "evict": Strike("evict", "Throw out the entry unused for longest", who=lambda trace: "cache"),
}


def explore_strategies(
    *controls: str, strikes: Sequence[str] = tuple(STRIKES), versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (), mine: Strategy | None = None, after: Any = None, seed: int = 0, **settings: Any,
) -> Explorer:  # fmt: skip
    """Strategies to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `serve`: they set where a control begins, or hold what has no control. `mine` is a strategy
    with the learner's own functions, to be named like any other by its name ("strategy", or in `versus`); then the run
    is fenced in, so that a mistake is a sentence and not a dead picture.
    """
    shown = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        given = {**settings, **chosen}
        if mine is not None and given.get("strategy", mine.name) == mine.name:
            return _fenced(mine, given)
        return serve(**given)

    return explore(
        run, draw_stores, controls=shown, strikes=[STRIKES[name] for name in strikes], targets=_targets,
        monitors=MONITORS, versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def compare_strategies(
    a: str, b: str, *controls: str, mine: Strategy | None = None, strikes: Sequence[str] = tuple(STRIKES),
    faults: Sequence[Fault] = (), after: Any = None, seed: int = 0, **settings: Any,
) -> Explorer:  # fmt: skip
    """Two strategies on the same requests, side by side; which two is a control each, beginning with `a` and `b`."""
    names = (*STRATEGIES, *([mine.name] if mine else []))
    shown = [Control(side, name, options=names) for side, name in (("A", a), ("B", b))]
    shown += pick_controls(controls, CONTROLS, settings)

    def run(*, side: str, **chosen: Any) -> Trace:
        given = {**settings, **chosen}
        given["strategy"] = {"A": given.pop("A"), "B": given.pop("B")}[side]
        return _fenced(mine, given) if mine is not None and given["strategy"] == mine.name else serve(**given)

    return explore(
        run, draw_stores, controls=shown, strikes=[STRIKES[name] for name in strikes], targets=_targets,
        monitors=MONITORS, versus=("side", "A", "B"), faults=faults, seed=seed, after=after,
    )  # fmt: skip


def _targets(trace: Trace) -> list[str]:
    return ["cache", "database", *(f"app {i + 1}" for i in range(trace.settings["apps"]))]


def _fenced(mine: Strategy, settings: Mapping[str, Any]) -> Trace:
    """A run with the learner's functions in it, in the guard's hands from beginning to end."""
    return fenced(serve, mine.read, mine.write, mine.flush)(**{**settings, "strategy": mine})
