"""The pictures of lesson 16: application servers, a cache and a database, and what the cache held when.

`draw_stores(trace)` is the scene of a run of `serve`, `explore_strategies` puts controls, faults and monitors around
it, `draw_schedule(outcome)` shows two clients taking turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labs.caching.promises import (
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
from labs.caching.schedules import Outcome, Turn
from labs.caching.serve import serve
from labs.caching.strategies import FIVE, STRATEGIES, Strategy
from labs.caching.workload import FIRST
from labs.kit.explorer import Control, Explorer, Strike, explore
from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.trace import Event, Fault, Trace

WIDTH, ROW, LANE = 560, 24, 18
CACHE_X, CACHE_W, DB_X, DB_W = 176, 160, 412, 140
STATES = {"same": ("good", ""), "old": ("warn", " · old"), "ahead": ("data", " · newer")}


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
        self.scene = Scene(WIDTH, self.chart + 66, end=trace.end, title=trace.settings["strategy"])
        self._still_life(depth)
        self._dots()
        self._changes()
        self._captions()

    def _row(self, key: str) -> float:
        return 30 + ROW * self.keys.index(key)

    def _still_life(self, depth: float) -> None:
        scene, keys = self.scene, self.keys
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
        words = ("good", "as in the database", 150), ("warn", "older", 308), ("data", "newer than the database", 376)
        for fill, word, x in words:
            scene.box(f"legend-{fill}", x, self.lanes - 22, 12, 12, fill=fill, radius=2)
            scene.text(f"legend-{fill}-is", x + 18, self.lanes - 12, word, size=12, ink="muted")
        fills = {state: fill for state, (fill, _) in STATES.items()}
        rows = {key: [(s.start, s.end, str(s.value), fills[s.state]) for s in self.life[key]] for key in keys}
        scene.lanes("life", 30, self.lanes, WIDTH - 44, LANE, rows)
        line = load(self.trace)
        top = max(4.0, max(v for _, v in line))
        word = "questions that the database has before it"
        scene.chart("load", 30, self.chart, WIDTH - 44, 42, {word: line}, top=top)

    # ---- what moves --------------------------------------------------------------------------------------------

    def _dots(self) -> None:
        """A dot for every question to a store: there and back. Dots are used again, to keep the scene small."""
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
            fill = "data" if e["verb"] in ("set", "write", "add", "fill") else "idle"
            come = "bad" if not e["ok"] else "good" if e["value"] is not None else "warn"
            scene.key(ask.t, made[i], label=ask["key"], fill=fill, x=home[0], y=home[1], opacity=1)
            scene.key(ask.t, made[i], over=there - ask.t, x=shop[0], y=shop[1])
            scene.key(there, made[i], fill=come)
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
                look = {"down": ("4 3", "bad-ink", " ✕ down"), "stall": ("2 3", "ink", " stalls")}
                dash, stroke, word = look.get(e.kind, ("", "line", ""))
                marks.append((e.t, e.who, dict(dash=dash, stroke=stroke)))
                label = e.who if e.who in self.apps else f"{e.who}-name"
                marks.append((e.t, label, dict(label=e.who + word)))
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
        last = [e.t for e, _ in told][-1:]
        stills = {*calm[:1], *(trouble[:1] or last)}
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
            return f"{e.who} answers {key} = {value}. That is stale: a newer value had been acknowledged."
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
        }  # fmt: skip
        if e.kind == "gone" and e["why"] != "down":
            return f"{key} leaves the cache: {e['why']}."
        return simple.get(e.kind, "")


def _bad(e: Event, stale: set[int], refused: set[int]) -> bool:
    return e.kind == "lost" or (e.kind == "reply" and (not e["ok"] or e["number"] in stale or e["number"] in refused))


# ---- around the picture ----------------------------------------------------------------------------------------------


def _count(many: int, none: str = "none") -> tuple[str, bool]:
    return (str(many) if many else none), not many


MONITORS = [
    ("reads that the cache answered", lambda t: f"{100 * hit_ratio(t):.0f} %"),
    ("stale answers", lambda t: _count(len(stale_reads(t)))),
    ("answers that had been refused to their writer", lambda t: _count(len(refused_reads(t)))),
    ("acknowledged writes lost", lambda t: _count(len(lost_writes(t)))),
    ("acknowledged, and still only in the cache", lambda t: str(waiting_writes(t))),
    ("requests that failed", lambda t: _count(len(replies(t, ok=False)))),
    ("reads and writes that the database did", lambda t: str(database_operations(t))),
    ("a read, a write takes on average", lambda t: f"{1000 * mean_latency(t, 'read'):.0f}, "
                                                   f"{1000 * mean_latency(t, 'write'):.0f} ms"),
]  # fmt: skip

CONTROLS: dict[str, Callable[[Any], Control]] = {
    "strategy": lambda v: Control("strategy", v or FIVE[0], options=tuple(STRATEGIES)),
    "rate": lambda v: Control("rate", v or 3, low=1, high=5, unit="a second", label="requests"),
    "read_share": lambda v: Control("read_share", 0.8 if v is None else v, low=0, high=1, step=0.05,
                                    label="share of reads"),
    "skew": lambda v: Control("skew", 1.0 if v is None else v, low=0, high=2, step=0.25, label="skew of the keys"),
    "ttl": lambda v: Control("ttl", v or 6, low=1, high=20, unit="s", label="an entry lives"),
    "flush_interval": lambda v: Control("flush_interval", v or 2, low=0.5, high=8, step=0.5, unit="s",
                                        label="flush every"),
    "db_latency": lambda v: Control("db_latency", v or 0.2, low=0.05, high=0.6, step=0.05, unit="s",
                                    label="the database takes"),
    "cache_latency": lambda v: Control("cache_latency", v or 0.02, low=0.01, high=0.2, step=0.01, unit="s",
                                       label="the cache takes"),
    "capacity": lambda v: Control("capacity", v or 6, low=1, high=8, unit="entries", label="the cache holds"),
    "preheated": lambda v: Control("preheated", bool(v), label="pre-heat the cache"),
}  # fmt: skip
STRIKES = {
    "down": Strike("down", "Take it down"),
    "up": Strike("up", "Bring it back"),
    "stall": Strike("stall", "Stall app 1", who=lambda trace: "app 1"),
    "evict": Strike("evict", "Throw out the cache's oldest entry", who=lambda trace: "cache"),
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
    for name in controls:
        if name not in CONTROLS:
            raise ValueError(f"there is no control {name!r}; choose from {', '.join(CONTROLS)}")
    shown = [CONTROLS[name](settings.pop(name, None)) for name in controls]

    def run(**chosen: Any) -> Trace:
        given = {**settings, **chosen}
        if mine is not None and given.get("strategy", mine.name) == mine.name:
            return _fenced(mine, given)
        return serve(**given)

    return explore(
        run, draw_stores, controls=shown, strikes=[STRIKES[name] for name in strikes], targets=_targets,
        monitors=MONITORS, versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def _targets(trace: Trace) -> list[str]:
    return ["cache", "database", *(f"app {i + 1}" for i in range(trace.settings["apps"]))]


def _fenced(mine: Strategy, settings: Mapping[str, Any]) -> Trace:
    """A run with the learner's functions in it, in the guard's hands from beginning to end."""
    from labs.kit.guard import guarded

    fence = guarded(serve, copy=False)
    fence.learner = mine.write if mine.read in [s.read for s in STRATEGIES.values()] else mine.read
    trace: Trace = fence(**{**settings, "strategy": mine})
    return trace


# ---- two clients, step by step ---------------------------------------------------------------------------------------


def draw_schedule(outcome: Outcome, title: str = "") -> Scene:
    """One schedule as a scene: a second a step, with what the stores hold after it."""
    turns, names = outcome.turns, list(dict.fromkeys(turn.who for turn in outcome.turns))
    scene = Scene(WIDTH, 96 + 30 * len(turns), end=len(turns) + 1.5, title=title or outcome.schedule)
    heads = [(8, 26, ""), (38, 150, names[0]), (200, 150, names[1] if len(names) > 1 else ""), (374, 82, "cache"),
             (464, 88, "database")]  # fmt: skip
    for i, (x, w, head) in enumerate(heads):
        scene.text(f"head-{i}", x + w / 2, 20, head, align="middle", weight="bold", size=13)
    start_cache = "–" if not turns or not _before(turns) else str(_before(turns))
    scene.box("start-c", 374, 30, 82, 22, label=start_cache, fill="page", size=13)
    scene.box("start-d", 464, 30, 88, 22, label=str(FIRST), fill="page", size=13)
    scene.text("start", 38, 46, "at the start", size=12, ink="muted")
    scene.say(0, "The start.")
    for i, turn in enumerate(turns):
        y, t = 60 + 30 * i, i + 1.0
        column = heads[1 + names.index(turn.who)]
        held, row = turn.cache.get("a"), turn.db.get("a")
        state = "good" if held == row else "data" if "a" in turn.dirty else "warn"
        scene.text(f"n-{i}", 21, y + 16, str(i + 1), align="middle", size=12, ink="muted")
        scene.box(f"s-{i}", column[0], y, column[1], 24, label=_short(turn), fill=actor(1 + names.index(turn.who)),
                  size=12, opacity=0.15)  # fmt: skip
        scene.box(f"c-{i}", 374, y, 82, 24, label="–" if held is None else str(held), size=13, opacity=0,
                  fill="page" if held is None else state)  # fmt: skip
        scene.box(f"d-{i}", 464, y, 88, 24, label=str(row), size=13, opacity=0, fill="page")
        scene.key(t, f"s-{i}", over=0.3, opacity=1)
        scene.key(t, f"c-{i}", over=0.3, opacity=1)
        scene.key(t, f"d-{i}", over=0.3, opacity=1)
        scene.say(t, _told(turn))
    held, row = outcome.cache.get("a"), outcome.db.get("a")
    verdict = (
        f"The cache says {held}, the database {row}: every read from now on gets the old value."
        if outcome.stale else f"In the end the cache {f'says {held}' if held is not None else 'has nothing'}, the "
        f"database {row}: no harm done."
    )  # fmt: skip
    scene.text("verdict", 8, 84 + 30 * len(turns), ("✗ " if outcome.stale else "✓ ") + verdict, size=13, opacity=0,
               ink="bad-ink" if outcome.stale else "good-ink")  # fmt: skip
    scene.key(len(turns) + 1.0, "verdict", opacity=1)
    scene.say(len(turns) + 1.0, verdict, still=True)
    return scene


def _before(turns: Sequence[Turn]) -> Any:
    """What the cache held before the first step: as after it, unless that changed it."""
    first = turns[0]
    if first.step.verb in ("set", "add", "fill", "delete"):
        return None
    return first.cache.get("a")


def _short(turn: Turn) -> str:
    """The step with its answer, in as few words as fit a box."""
    verb, args = turn.step.verb, turn.step.args
    if verb in ("get", "read"):
        return f"{'cache' if verb == 'get' else 'db'}: {verb} → {'miss' if turn.answer is None else turn.answer}"
    if verb == "lease":
        value, token = turn.answer
        return f"cache: lease → {value if value is not None else f'token {token}' if token else 'wait'}"
    put = "" if turn.answer is not False else " ✗ refused"
    where = "db" if turn.step.store == "database" else "cache"
    return f"{where}: {verb}{f' {args[1]}' if len(args) > 1 else ''}{put}"


def _told(turn: Turn) -> str:
    where = "database" if turn.step.store == "database" else "cache"
    return f"{turn.who}: {_short(turn).split(': ', 1)[1]} ({where})."
