"""A first page across the globe, with and without a CDN's edge on the way."""

from __future__ import annotations

from labs.kit.player import Player
from labs.kit.scene import Scene
from labs.kit.trace import Trace
from labs.proxies.balancing.distance import CITIES, first_page, kilometres

WIDTH = 560


def draw_distance(trace: Trace, end: float | None = None) -> Scene:
    """The scene of a run of `first_page`, user on the left; it lasts `end` s (two side by side want the same)."""
    told = trace.settings
    at = {"user": 60.0, "edge": 60.0, "origin": WIDTH - 60.0}
    names = {"user": told["user"], "edge": told["edge"], "origin": told["origin"]}
    far = kilometres(CITIES[told["user"]], CITIES[told["origin"]])
    if told["edge"]:  # where it stands on the way, as far as the boxes have room
        near, rest = [kilometres(CITIES[told[end]], CITIES[told["edge"]]) for end in ("user", "origin")]
        at["edge"] += min(max(100.0, 440 * near / (near + rest or 1)), 340.0)
    title = f"{told['user']} asks {told['origin']}" + (f" by way of {told['edge']}" if told["edge"] else "")
    lasts = max(trace.end * 1.05, end or 0)
    scene = Scene(WIDTH, 170, end=lasts, settle=lasts / 25, title=title)
    scene.line("way", at["user"], 60, at["origin"], 60)
    scene.text(
        "far",
        max((at["edge"] + at["origin"]) / 2, 280),
        40,
        f"{round(far, -2):,.0f} km",
        size=12,
        align="middle",
        ink="muted",
    )
    for name, x in at.items():
        if names[name]:
            scene.box(name, x - 44, 44, 88, 32, label=name, size=13, weight="bold")
            scene.text(f"{name}-city", x, 94, str(names[name]), size=12, align="middle", ink="muted")
    lanes: dict[str, list[tuple[float, float, str, str]]] = {"user waits": []}
    steps = {"connect": ("connect", "warn"), "TLS hello": ("TLS", "warn"), "request": ("request", "data")}
    mine = [e for e in trace.of("send") if e.who == "user" or e["to"] == "user"]
    for ask, answer in zip(mine[::2], mine[1::2], strict=True):
        word, fill = steps[ask["what"]]
        lanes["user waits"].append((ask.t, answer["arrives"], word, fill))
    scene.lanes("waits", 80, 116, WIDTH - 90, 26, lanes)
    stills = {mine[0].t, mine[-1].t}
    for e in trace.of("send"):
        scene.send(e.t, e.who, e["to"], label=e["what"], over=max(e["arrives"] - e.t, 0.002))
        scene.say(e.t, f"{1000 * e.t:.0f} ms: {e.who} → {e['to']}: {e['what']}.", still=e.t in stills)
    done = trace.of("page")[0].t
    scene.key(done, "user", fill="good", ink="chip-ink")
    scene.say(done, f"The page is there after {1000 * done:.0f} ms.", still=True)
    return scene


def play_distance(user: str, origin: str, edge: str, cached: bool = False) -> Player:
    """The same page without a CDN and with one, on one clock."""
    runs = {"no CDN": first_page(user, origin), "CDN": first_page(user, origin, edge, cached)}
    end = 1.05 * max(run.end for run in runs.values())
    return Player([(name, draw_distance(run, end)) for name, run in runs.items()])
