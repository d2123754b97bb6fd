"""The life of one stored answer as a time line: who answered each request, and why."""

from __future__ import annotations

from typing import Any

from labs.http.freshness import must_ask
from labs.http.messages import Answer
from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.proxies.forward.shelf import END, SAYS, shelf

WIDE, LEFT = 720, 92
LOOK = {
    "hit": "good", "miss": "warn", "validated": "data", "stale": "warn", "502": "bad", "no proxy": "bad",
}  # fmt: skip
SHORT = {"validated": "304", "no proxy": "none"}


def draw_shelf(trace: Trace) -> Scene:
    """The scene of a run of `shelf`."""
    scene = Scene(WIDE, 190, end=trace.end, title=f"Cache-Control: {trace.settings['says']}", settle=1)
    served = trace.of("served")
    asked = [event for event in served if event["origin"]]
    known = ("hit", "stale", "validated")
    ages = [(e.t, e.t + 3.2, f"{e['age']}" if e["how"] in known or e["age"] else "", "panel") for e in served]
    scene.lanes("life", LEFT, 24, WIDE - LEFT - 12, 34, {
        "client gets": [(e.t, e.t + 3.2, SHORT.get(e["how"], e["how"]), LOOK[e["how"]]) for e in served],
        "its Age": ages,
        "origin says": [(e.t, e.t + 3.2, e["origin"], "data") for e in asked],
        "down": _down(trace),
    })  # fmt: skip
    narrate(scene, trace, _Told(trace).tell, _stills)
    return scene


def _down(trace: Trace) -> list[tuple[float, float, str, str]]:
    """When origin or proxy was down, or both."""
    stretches: list[tuple[float, float, str, str]] = []
    since, out = 0.0, set[str]()
    for t, who in [*((event.t, event.who) for event in trace.of("down")), (END, "")]:
        if out and since < t:
            stretches.append((since, t, " and ".join(sorted(out)), "bad"))
        since, out = t, out ^ {who}
    return stretches


class _Told:
    """What has been told before is not told again."""

    def __init__(self, trace: Trace) -> None:
        self.last: tuple[str, bool] | None = None
        always = "no-cache" in trace.settings["says"]
        self.why = "no-cache: the cache has to ask each time." if always else "The answer is stale, so the cache asks."
        self.forbidden = must_ask(Answer(200, [("Cache-Control", trace.settings["says"])], b""))

    def tell(self, event: Event) -> str:
        if event.kind == "down":
            self.last = None
            return f"The {event.who} {'goes down' if event['down'] else 'is back'}."
        if (event["how"], event["kept"]) == self.last:
            return ""
        self.last = event["how"], event["kept"]
        has = "has only a stale answer"
        if not event["kept"]:
            has = "has nothing to give"
        elif self.forbidden:
            has = "may not give what it has without asking"
        return {
            "miss": "The cache has nothing to give, so the origin is asked.",
            "hit": "The answer is fresh: the cache serves it without asking the origin.",
            "validated": f"{self.why} The origin says 304: the answer is still valid.",
            "stale": "The origin cannot be reached. stale-if-error lets the cache give the old answer all the same.",
            "502": f"The origin cannot be reached, and the cache {has}: 502.",
            "no proxy": "The proxy is down, so its clients reach nothing at all, whichever site they ask for.",
        }[event["how"]]


def _stills(trace: Trace) -> list[float]:
    firsts: dict[str, float] = {}
    for event in trace.of("served"):
        firsts.setdefault(event["how"], event.t)
    return sorted(firsts.values())[:3]


CONTROLS = {
    control.name: control
    for control in (
        Control("says", "max-age=20", options=SAYS, label="Cache-Control"),
        Control("brought", 0, low=0, high=30, step=5, unit=" s", label="Age it came with"),
    )
}
STRIKES = [
    Strike("down", "origin down, or up again", who=lambda trace: "origin"),
    Strike("down", "proxy down, or up again", who=lambda trace: "proxy"),
]
MONITORS = [
    ("answered by the cache", lambda trace: f"{sum(e['how'] in ('hit', 'stale') for e in trace.of('served'))} of "
     f"{len(trace.of('served'))}"),
    ("requests that reached the origin", lambda trace: str(sum(bool(e["origin"]) for e in trace.of("served")))),
]  # fmt: skip


def explore_shelf(*controls: str, after: Any = None, **settings: Any) -> Explorer:
    """A stored answer to play with."""
    shown = pick_controls(controls, CONTROLS, settings)
    return explore(lambda **chosen: shelf(**{**settings, **chosen}), draw_shelf, controls=shown, strikes=STRIKES,
                   monitors=MONITORS, after=after)  # fmt: skip
