"""The picture of lesson 17: keys on a circle, in the colour of the server that has them; load and misses beside it.

`draw_pool(trace)` is the scene of one run. A dot stands where its key's hash says, and never moves; what changes is
whose it is. With few points per server the ring is drawn in the colours of its owners, too.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise

from labs.caching.sharding import ketama
from labs.caching.sharding.captions import CHANGES, Teller, stills
from labs.caching.sharding.pool import NAMES
from labs.hashing.ring import ROUND
from labs.kit.picture.frame import shared_top
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Trace

X, Y, R, BAND = 150, 152, 122, 14
DOT, GAP = 17, 18.5
ROW, TOP, LEFT, ROOM = 21, 32, 356, 118
WIDE = 0.02  # of the circle: as long as a stretch must be to have room for a letter
FEW = 6  # with up to so many points per server the ring's stretches can be told apart
WINDOW = 2.0  # seconds over which a load is taken
AT_ONCE = 0.1  # seconds after a change within which a read is told with it
GROWS = 0.2  # seconds that a bar takes to its new length


def draw_pool(trace: Trace) -> Scene:
    """The scene of a run of `serve_pool`."""
    servers = NAMES[: trace.settings["servers"] + len(trace.of("add"))]
    scene = Scene(560, 396, end=trace.end, settle=0.8, title=_title(trace))
    _ring(scene, trace, servers)
    _dots(scene, trace)
    _loads(scene, trace, servers)
    _misses(scene, trace)
    narrate(scene, trace, Teller(trace), stills, within=AT_ONCE)
    return scene


def colour(server: str) -> str:
    """A server's colour in every picture of the lesson."""
    return actor(NAMES.index(server) + 1) if server else "idle"


def _title(trace: Trace) -> str:
    s = trace.settings
    servers = f"{s['servers']} server{'s' * (s['servers'] > 1)}"
    if s["place"] is not None:
        return f"your function, {servers}"
    points = f" of {s['points']} point{'s' * (s['points'] > 1)} each" if s["placement"] == "ring" else ""
    return f"{s['placement']}, {servers}{points}"


def _ring(scene: Scene, trace: Trace, servers: str) -> None:
    """The circle; for a ring of few points each stretch in the colour of its owner, the longer ones with its letter."""
    scene.ring("ring", X, Y, R, band=BAND)
    s = trace.settings
    if s["placement"] != "ring" or s["place"] is not None or s["points"] > FEW:
        return
    points = sorted(point for name in servers for point in ketama.points_of(name, s["points"]))
    spans = [(points[-1] - ROUND, points[0]), *pairwise(points)]
    lettered = {number for number, (start, stop) in enumerate(spans) if stop - start > WIDE * ROUND}
    for number, (start, stop) in enumerate(spans):
        scene.arc(f"span{number}", X, Y, R, start / ROUND, stop / ROUND, band=BAND, fill="panel")
        if number in lettered:  # there are more servers than colours, and two stretches of one colour may meet
            angle = math.pi * (start + stop) / ROUND
            scene.box(f"owner{number}", X + R * math.sin(angle) - 4, Y - R * math.cos(angle) - 4, 8, 8, fill="panel",
                      stroke="none", radius=0, size=11.5)  # fmt: skip
    up = list(NAMES[: s["servers"]])
    for event in trace.of("begin", *CHANGES):
        if event.kind == "add":
            up = [*up, event.who]
        elif event.kind in ("kill", "cut"):
            up = [name for name in up if name != event.who]
        elif event.kind in ("revive", "join"):
            up = [name for name in NAMES if name in up or name == event.who]
        around = ketama.ring(up, s["points"]) if up else None
        for number, (_, stop) in enumerate(spans):
            owner = around.names[around.owners[bisect_left(around.points, stop)]] if around else ""
            scene.key(event.t, f"span{number}", fill=colour(owner))
            if number in lettered:
                scene.key(event.t, f"owner{number}", label=owner, fill=colour(owner))


def _dots(scene: Scene, trace: Trace) -> None:
    """A dot for each key, inside the circle; its edge is thick while its owner does not have the entry."""
    begin = trace.events[0]
    places = _places([ketama.place(key) / ROUND for key in begin["owners"]])
    for (key, owner), (x, y) in zip(begin["owners"].items(), places, strict=True):
        scene.box(f"dot-{key}", x - DOT / 2, y - DOT / 2, DOT, DOT, label=owner, fill=colour(owner), radius=DOT / 2,
                  size=12, width=0.8, tip=key)  # fmt: skip
    scene.text("moved", 28, 294, "", size=13, weight="bold")
    scene.text("missing", 204, 294, "", size=13)
    owners: Mapping[str, str] = begin["owners"]
    missing, hot = set[str](), ""
    for event in trace.events[1:]:
        before = missing
        if event.get("owners"):
            for key, owner in event["owners"].items():
                if owners[key] != owner:
                    scene.key(event.t, f"dot-{key}", fill=colour(owner), label=owner or "–")
            owners, missing = event["owners"], set(event["missing"])
        elif event.kind == "write":  # the entry has been deleted where the key is looked for
            missing = missing | {event["key"]}
        elif event["server"] and event["server"] == owners[event["key"]]:
            missing = missing - {event["key"]}
        if event.kind in CHANGES:
            scene.key(event.t, "moved", label=f"{len(event['moved'])} of {len(owners)} keys moved")
        if event.kind in ("hot", "cool"):
            hot = event.who if event.kind == "hot" else ""
            scene.key(event.t, f"dot-{event.who}", stroke="bad" if hot else "line")
        for key in sorted((missing ^ before) | ({event.who} if event.kind in ("hot", "cool") else set())):
            scene.key(event.t, f"dot-{key}", width=4.0 if key == hot else 3 if key in missing else 0.8)
        if missing != before or event.kind in CHANGES:
            scene.key(event.t, "missing", label=_missing(len(missing), any(owners.values())))


def _missing(many: int, any_up: bool) -> str:
    if not any_up:
        return "no server is up"
    if not many:
        return "no entry is missing"
    return "1 entry is missing at its owner" if many == 1 else f"{many} entries are missing at their owners"


def _places(turns: list[float]) -> list[tuple[float, float]]:
    """Where the dots go: as far out as they can, further in where another dot is in the way."""
    found: dict[int, tuple[float, float]] = {}
    for number in sorted(range(len(turns)), key=turns.__getitem__):
        angle = 2 * math.pi * turns[number]
        for out in range(R - BAND // 2 - 12, 20, -6):
            x, y = X + out * math.sin(angle), Y - out * math.cos(angle)
            if all(math.hypot(x - a, y - b) >= GAP for a, b in found.values()):
                break
        found[number] = x, y
    return [found[number] for number in range(len(turns))]


def _loads(scene: Scene, trace: Trace, servers: str) -> None:
    """A row per server: its name, its colour, and how many reads per second came to it lately."""
    scene.text("loads", LEFT - 26, 22, "reads per second, over the last 2 s", size=12, ink="muted")
    counts = _windows(trace)
    most = max([load for row in counts.values() for load in row.values()] or [1]) or 1
    scene.tops["load"] = most
    top = shared_top("load", most)
    shown: dict[str, float] = {}
    for number, name in enumerate(servers):
        y = TOP + ROW * number
        scene.box(f"server-{name}", LEFT - 26, y + 1, 20, ROW - 4, label=name, fill=colour(name), size=12, radius=3,
                  opacity=1 if number < trace.settings["servers"] else 0.3)  # fmt: skip
        scene.box(f"load-{name}", LEFT, y + 4, 0, ROW - 10, fill=colour(name), stroke="none", radius=0)
        scene.text(f"count-{name}", LEFT + 4, y + 15, "0", size=12)
        scene.text(f"state-{name}", 556, y + 15, "", size=12, ink="bad-ink", align="end")
    for t, row in counts.items():
        for name in servers:
            load = row.get(name, 0.0)
            if shown.get(name, 0.0) != load:
                shown[name] = load
                # The bar is as long as its number says when that changes, so also where the run ends.
                scene.key(t - GROWS, f"load-{name}", over=GROWS, w=ROOM * load / top)
                scene.key(t - GROWS, f"count-{name}", over=GROWS, x=LEFT + 4 + ROOM * load / top)
                scene.key(t, f"count-{name}", label=f"{load:g}")
    for event in trace.of(*CHANGES):
        state = {"kill": "dead", "cut": "cut off"}.get(event.kind, "")
        scene.key(event.t, f"server-{event.who}", opacity=0.3 if state else 1)
        scene.key(event.t, f"state-{event.who}", label=state)


def _windows(trace: Trace) -> dict[float, dict[str, float]]:
    """Every second: how many reads per second each server got in the last WINDOW seconds."""
    reads = [event for event in trace.of("read") if event["server"]]
    found: dict[float, dict[str, float]] = {}
    for second in range(1, int(trace.end) + 1):
        row: dict[str, float] = {}
        for event in reads:
            if second - WINDOW < event.t <= second:
                row[event["server"]] = row.get(event["server"], 0) + 1 / min(WINDOW, second)
        found[float(second)] = row
    return found


def misses(trace: Trace) -> list[tuple[float, float]]:
    """Every second: how many reads went to the database in it."""
    counts = [0] * math.ceil(trace.end)
    for event in trace.of("read", who="database"):
        counts[int(event.t)] += 1
    return [(float(second), float(count)) for second, count in enumerate(counts)]


def _misses(scene: Scene, trace: Trace) -> None:
    line = misses(trace)
    top = max(4.0, *(count for _, count in line))
    scene.chart("misses", 40, 320, 504, 52, {"reads at the database, per second": line}, top=top)
