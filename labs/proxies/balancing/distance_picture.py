"""A first page across the globe, with and without a CDN's edge on the way."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.playing.player import Player
from labs.kit.trace import Event, Trace
from labs.proxies.balancing.distance import CITIES, first_page, kilometres

WIDTH, SIDE = 560, 60
STEPS = {"connect": ("connect", "warn"), "TLS hello": ("TLS", "warn"), "request": ("request", "data")}


def draw_distance(trace: Trace, end: float | None = None) -> Scene:
    """The scene of a run of `first_page`, user on the left; it lasts `end` s (two side by side want the same)."""
    told = trace.settings
    title = f"{told['user']} asks {told['origin']}" + (f" by way of {told['edge']}" if told["edge"] else "")
    lasts = max(trace.end * 1.05, end or 0)
    scene = Scene(WIDTH, 170, end=lasts, settle=lasts / 25, title=title)
    places = [name for name in ("user", "edge", "origin") if told[name]]
    at = _places(told)
    for near, far in pairwise(places):
        way = kilometres(CITIES[told[near]], CITIES[told[far]])
        scene.line(f"way-{far}", at[near], 60, at[far], 60)
        scene.text(f"far-{far}", (at[near] + at[far]) / 2, 34, f"{round(way, -2):,.0f} km", size=12, align="middle",
                   ink="muted")  # fmt: skip
    for name in places:
        scene.box(name, at[name] - 44, 44, 88, 32, label=name, size=13, weight="bold")
        scene.text(f"{name}-city", at[name], 94, told[name], size=12, align="middle", ink="muted")
    scene.lanes("waits", 80, 116, WIDTH - 90, 26, {"user waits": _waits(trace)})
    for e in trace.of("send"):
        scene.send(e.t, e.who, e["to"], label=e["what"], over=max(e["arrives"] - e.t, 0.002))
    done = trace.of("page")[0].t
    scene.key(done, "user", fill="good")
    narrate(scene, trace, _tell, (0.0, done))
    return scene


def _places(told: Mapping[str, Any]) -> dict[str, float]:
    """Where each stands: the edge as far along the way as it is, as far as the boxes have room."""
    at = {"user": float(SIDE), "origin": float(WIDTH - SIDE)}
    if told["edge"]:
        near, rest = [kilometres(CITIES[told[end]], CITIES[told["edge"]]) for end in ("user", "origin")]
        at["edge"] = SIDE + min(max(140.0, (WIDTH - 2 * SIDE) * near / (near + rest or 1)), 300.0)
    return at


def _waits(trace: Trace) -> list[tuple[float, float, str, str]]:
    """The user's three round trips."""
    mine = [e for e in trace.of("send") if e.who == "user" or e["to"] == "user"]
    return [(ask.t, answer["arrives"], *STEPS[ask["what"]]) for ask, answer in zip(mine[::2], mine[1::2], strict=True)]


def _tell(event: Event) -> str:
    if event.kind == "page":
        return f"The user has the page after {1000 * event.t:.0f} ms."
    if event.who == "user":
        return {"connect": "First round trip: the connection.", "TLS hello": "Second round trip: TLS 1.3."}.get(
            event["what"], "Third round trip: the request itself."
        )
    if event.who == "edge" and event["to"] == "origin":
        return "The edge does not have the page, so it asks the origin over a connection that it keeps open."
    return ""


def play_distance(user: str, origin: str, edge: str, cached: bool = False) -> Player:
    """The same page without a CDN and with one, on one clock."""
    runs = {"no CDN": first_page(user, origin), "CDN": first_page(user, origin, edge, cached)}
    end = 1.05 * max(run.end for run in runs.values())
    return Player([(name, draw_distance(run, end)) for name, run in runs.items()])
