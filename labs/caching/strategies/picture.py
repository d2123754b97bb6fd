"""The pictures of lesson 16: application servers, a cache and a database, and what the cache held when.

`draw_stores(trace)` is the scene of a run of `serve`; `explore_strategies` puts controls, faults and monitors around
it, `compare_strategies` around two of them side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labs.caching.strategies.captions import are_few, say_all
from labs.caching.strategies.five import STRATEGIES, Strategy
from labs.caching.strategies.promises import (
    Stretch,
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
from labs.kit.guarding.fence import fenced
from labs.kit.picture.palette import actor
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace

WIDTH, TOP, ROW, LANE, APP = 560, 30, 26, 18, 46  # APP: from one application server to the next
CHIP_W, CHIP_H = 42, 18
STORES = {"cache": (146, 196), "database": (390, 162)}  # x, width
STATES = {"same": ("good", ""), "old": ("warn", " · stale"), "ahead": ("actor5", " · newer")}
LEGEND = ("good", "as in the database", 150), ("warn", "stale", 308), ("actor5", "newer than the database", 376)


def draw_stores(trace: Trace) -> Scene:
    """The scene of a run of `serve`: servers, cache and database; below, each key's life in the cache.

    Where few requests come, the last row says what each asked for and got; else a chart counts.
    """
    life = history(trace)
    keys, apps, few = list(life), _apps(trace), are_few(trace)
    depth = TOP + 4 + max(ROW * len(keys), APP * len(apps) - 10)
    lanes = depth + 44
    last = lanes + LANE * len(keys) + (50 if few else 46)
    flight = trace.end / 100  # how long a chip is on its way
    scene = Scene(WIDTH, last + (50 if few else 66), end=trace.end, title=trace.settings["strategy"], settle=flight)
    _draw_places(scene, keys, apps, depth)
    _draw_life(scene, life, lanes)
    _move_chips(scene, trace, keys, apps, flight)
    _mark_faults(scene, trace, apps)
    (_draw_requests if few else _draw_chart)(scene, trace, last)
    say_all(scene, trace)
    return scene


def _apps(trace: Trace) -> list[str]:
    return [f"app {i + 1}" for i in range(trace.settings["apps"])]


def _draw_places(scene: Scene, keys: Sequence[str], apps: Sequence[str], depth: float) -> None:
    scene.text("servers", 8, 18, "application", size=13, weight="bold")
    for i, app in enumerate(apps):
        scene.box(app, 8, TOP + APP * i, 76, 36, label=app, fill=actor(i + 1), weight="bold")
    for store, (x, w) in STORES.items():
        scene.box(store, x, 4, w, depth, label="", fill="panel")
        scene.text(f"{store}-name", x + w / 2, 22, store, align="middle", weight="bold")
        for i, key in enumerate(keys):
            look: dict[str, Any] = dict(fill="good", opacity=0) if store == "cache" else dict(fill="page", ink="ink")
            scene.box(f"{store}-{key}", x + 52, TOP + ROW * i, w - 60, ROW - 4, label="", size=13, **look)


def _draw_life(scene: Scene, life: Mapping[str, Sequence[Stretch]], y: float) -> None:
    """What the cache held: as it is now, in its box, and all along, in the lanes."""
    scene.text("legend", 8, y - 12, "what the cache held:", size=12, ink="muted")
    for fill, word, x in LEGEND:
        scene.box(f"legend-{fill}", x, y - 22, 12, 12, fill=fill, radius=2)
        scene.text(f"legend-{fill}-is", x + 18, y - 12, word, size=12, ink="muted")
    rows = {key: [(s.start, s.end, str(s.value), STATES[s.state][0]) for s in life[key]] for key in life}
    scene.lanes("life", 30, y, WIDTH - 44, LANE, rows)
    for key, stretches in life.items():
        starts = {s.start for s in stretches}
        for s in stretches:
            fill, word = STATES[s.state]
            scene.key(s.start, f"cache-{key}", label=f"{key} = {s.value}{word}", fill=fill, opacity=1)
            if s.end < scene.end and s.end not in starts:
                scene.key(s.end, f"cache-{key}", opacity=0)


def _mark_faults(scene: Scene, trace: Trace, apps: Sequence[str]) -> None:
    """Rows as they are written, and who is down or stalled."""
    looks = {"down": ("4 3", "bad-ink", "✕ "), "stall": ("2 3", "ink", "‖ ")}
    for e in trace:
        if e.kind == "row":
            scene.key(e.t, f"database-{e['key']}", label=f"{e['key']} = {e['value']}")
        elif e.kind in ("down", "up", "stall", "resume"):
            dash, stroke, word = looks.get(e.kind, ("", "line", ""))
            scene.key(e.t, e.who, dash=dash, stroke=stroke)
            scene.key(e.t, e.who if e.who in apps else f"{e.who}-name", label=word + e.who)


def _draw_chart(scene: Scene, trace: Trace, y: float) -> None:
    stale = [(0.0, 0.0), *((e.t, float(i)) for i, e in enumerate(stale_reads(trace), 1))]
    series = {"requests at the database": load(trace), "stale answers so far": stale}
    top = max(4.0, *(v for line in series.values() for _, v in line))
    scene.chart("load", 30, y, WIDTH - 44, 42, series, top=top, colours=("ink", "warn"))


def _draw_requests(scene: Scene, trace: Trace, y: float) -> None:
    """A box for each request: what it asks for, and what its client gets."""
    requests, stale = trace.of("request"), {e["number"] for e in stale_reads(trace)}
    w = min(172, (WIDTH - 16) / max(1, len(requests)))
    scene.text("asked", 8, y - 8, "what each client asked for, and got:", size=12, ink="muted")
    asks = {e["number"]: f"read {e['key']}" if e["op"] == "read" else f"{e['key']} = {e['value']}" for e in requests}
    for i, e in enumerate(requests):
        scene.box(f"request-{e['number']}", 8 + w * i, y, w - 6, 42, label=asks[e["number"]], wrap=True, size=13,
                  fill="data", opacity=0)  # fmt: skip
        scene.key(e.t, f"request-{e['number']}", opacity=1)
    for e in trace.of("reply"):
        got = "failed" if not e["ok"] else f"got {e['value']}" if e["op"] == "read" else "done"
        got += " (stale)" if e["number"] in stale else ""
        fill = "bad" if not e["ok"] else "warn" if e["number"] in stale else "good"
        scene.key(e.t, f"request-{e['number']}", label=f"{asks[e['number']]}: {got}", fill=fill)
    for e in trace.of("lost"):
        for r in requests:
            if (r["op"], r["key"], r["value"]) == ("write", e["key"], e["value"]):
                scene.key(e.t, f"request-{r['number']}", label=f"{asks[r['number']]}: done, then lost", fill="bad")


# ---- requests on their way -------------------------------------------------------------------------------------------


def _move_chips(scene: Scene, trace: Trace, keys: Sequence[str], apps: Sequence[str], flight: float) -> None:
    """A chip for each request, and for each value that is flushed: it lies where it is being worked on."""
    pool = Pool(scene, w=CHIP_W, h=CHIP_H, over=flight, size=12, radius=9)
    for i, app in enumerate(apps):
        pool.tray(app, 88, TOP + APP * i, CHIP_W + 4, APP - 2)  # three lie there without hiding one another
    for store, (x, _) in STORES.items():
        for i, key in enumerate(keys):
            pool.tray(f"{store} {key}", x + 5, TOP + 2 + ROW * i, CHIP_W, ROW - 4)
    for t, chip, tray, look in sorted(_hops(trace, flight), key=lambda hop: hop[0]):
        if t + flight > trace.end:
            break
        if look:
            pool.look(t, chip, **look)
        if tray == GONE:
            pool.take(t, chip, over=min(4 * flight, trace.end - t))
        elif tray:
            pool.put(t, chip, tray)


GONE = "gone"
Hop = tuple[float, Any, str, dict[str, Any]]  # when, which chip, to which tray (or GONE), how it looks from then on


def _hops(trace: Trace, flight: float) -> Iterator[Hop]:
    """Where each chip goes; each leg of its way lasts `flight` at least, so that it can be seen."""
    stale = {e["number"] for e in stale_reads(trace)}
    free: dict[Any, float] = {}  # a chip on its way → when it has arrived where it was last sent
    asked: dict[Any, Event] = {}  # a chip at a store → the event that sent it there
    for e in trace:
        chip = e.get("number")
        if e.kind == "request":
            free[chip] = e.t
            what = e["key"] + ("?" if e["op"] == "read" else f"={e['value']}")
            yield e.t, chip, e.who, {"label": what, "fill": "data"}
        elif e.kind == "ask" and (chip in free or chip == "flush"):
            start = max(e.t, free.get(chip, 0.0))
            free[chip], asked[chip] = start + flight, e
            yield start, chip, f"{e['store']} {e['key']}", {"label": e["key"]} if chip == "flush" else {}
        elif e.kind == "did" and chip in asked:
            ask = asked.pop(chip)
            there = e.t - ask.t  # as long as the way to the store took, the way back takes
            start = max(e.t + (there - flight if flight < there < 1 else 0), free[chip])
            free[chip] = start + flight
            empty = e["ok"] and e["value"] is None and e["verb"] in ("get", "read", "lease")
            look = {"fill": "data" if e["ok"] else "bad", "dash": "3 2" if empty else ""}
            if e["ok"] and e["verb"] == "read" and not empty:  # from here on it carries the row that it has read
                look["label"] = f"{e['key']}={e['value']}"
            home = ask.who if ask.who != "cache" else f"cache {ask['key']}"
            yield start, chip, GONE if chip == "flush" else home, look
        elif e.kind == "reply" and chip in free:
            start = max(e.t, free.pop(chip))
            asked.pop(chip, None)
            told = e["value"] if e["op"] == "read" and e["ok"] else "✓" if e["ok"] else "✕"
            fill = "bad" if not e["ok"] else "warn" if chip in stale else "good"
            yield start, chip, e.who, {"label": str(told), "fill": fill}
            yield start + flight, chip, GONE, {}


# ---- around the picture ----------------------------------------------------------------------------------------------


def _took(trace: Trace, op: str) -> str:
    return f"{1000 * mean_latency(trace, op):.0f} ms" if replies(trace, op, ok=True) else "–"


def _count(many: int, none: str = "none") -> tuple[str, bool]:
    return (str(many) if many else none), not many


MONITORS = {
    "hits": ("hit ratio", lambda t: f"{100 * hit_ratio(t):.0f} %"),
    "stale": ("stale answers", lambda t: _count(len(stale_reads(t)))),
    "refused": ("answers with a value that was refused to its writer", lambda t: _count(len(refused_reads(t)))),
    "lost": ("acknowledged writes lost", lambda t: _count(len(lost_writes(t)))),
    "waiting": ("acknowledged and only in the cache, at most", lambda t: str(waiting_writes(t))),
    "failed": ("requests that failed", lambda t: _count(len(replies(t, ok=False)))),
    "work": ("reads and writes that the database did", lambda t: str(database_operations(t))),
    "took": ("a read, a write takes on average", lambda t: f"{_took(t, 'read')}, {_took(t, 'write')}"),
}

CONTROLS = {
    control.name: control
    for control in (
        Control("strategy", "cache aside", options=tuple(STRATEGIES)),
        Control("rate", 3, low=1, high=4, unit="per second", label="requests"),
        Control("read_share", 0.8, low=0.1, high=1, step=0.05, label="share of reads"),
        Control("skew", 1.0, low=0, high=2, step=0.25, label="skew of the keys"),
        Control("ttl", 6, low=1, high=20, unit="s", label="TTL"),
        Control("flush_interval", 2, low=0.5, high=8, step=0.5, unit="s", label="flush every"),
        Control("db_latency", 0.2, low=0.05, high=0.6, step=0.05, unit="s", label="the database takes"),
        Control("cache_latency", 0.02, low=0.01, high=0.2, step=0.01, unit="s", label="the cache takes"),
        Control("capacity", 6, low=1, high=8, unit="entries", label="the cache holds"),
        Control("preheated", False, label="pre-warm the cache"),
    )
}
STRIKES = {
    "down": Strike("down", "Take it down"),
    "up": Strike("up", "Bring it back"),
    "stall": Strike("stall", "Stall app 1", who=lambda trace: "app 1"),
    "evict": Strike("evict", "Evict the least recently used entry", who=lambda trace: "cache"),
}


def explore_strategies(
    *controls: str, strikes: Sequence[str] = tuple(STRIKES), watch: Sequence[str] = tuple(MONITORS),
    mine: Strategy | None = None, faults: Sequence[Fault] = (), after: Any = None, seed: int = 0, **settings: Any,
) -> Explorer:  # fmt: skip
    """One strategy to play with: the named controls (see CONTROLS), faults (STRIKES) and monitors (MONITORS).

    `settings` are those of `serve`: they set where a control begins, or hold what has no control. `mine` is a strategy
    with the learner's own functions, to be named like any other by its name ("strategy"); then the run is fenced in,
    so that a mistake is a sentence and not a dead picture.
    """
    settings = {"keys": 4, **settings}
    shown = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        given = {**settings, **chosen}
        if mine is not None and given.get("strategy", mine.name) == mine.name:
            return _fenced(mine, given)
        return serve(**given)

    return explore(
        run, draw_stores, controls=shown, strikes=[STRIKES[name] for name in strikes], targets=_targets,
        monitors=[MONITORS[name] for name in watch], faults=faults, seed=seed, after=after,
    )  # fmt: skip


def compare_strategies(
    a: str, b: str, *controls: str, strikes: Sequence[str] = tuple(STRIKES), watch: Sequence[str] = tuple(MONITORS),
    mine: Strategy | None = None, faults: Sequence[Fault] = (), after: Any = None, seed: int = 0, **settings: Any,
) -> Explorer:  # fmt: skip
    """Two strategies on the same requests, side by side; A and B, at first `a` and `b`, are controls."""
    settings = {"keys": 4, **settings}
    names = (*STRATEGIES, *([mine.name] if mine else []))
    shown = [Control(side, name, options=names) for side, name in (("A", a), ("B", b))]
    shown += pick_controls(controls, CONTROLS, settings)

    def run(*, side: str, **chosen: Any) -> Trace:
        given = {**settings, **chosen}
        given["strategy"] = {"A": given.pop("A"), "B": given.pop("B")}[side]
        return _fenced(mine, given) if mine is not None and given["strategy"] == mine.name else serve(**given)

    return explore(
        run, draw_stores, controls=shown, strikes=[STRIKES[name] for name in strikes], targets=_targets,
        monitors=[MONITORS[name] for name in watch], versus=("side", "A", "B"), faults=faults, seed=seed, after=after,
    )  # fmt: skip


def _targets(trace: Trace) -> list[str]:
    return ["cache", "database", *_apps(trace)]


def _fenced(mine: Strategy, settings: Mapping[str, Any]) -> Trace:
    """A run with the learner's functions in it, in the guard's hands from beginning to end."""
    return fenced(serve, mine.read, mine.write, mine.flush)(**{**settings, "strategy": mine})
