"""The first picture: one request at each of its hops, its lines compared, and a table of who has read what."""

from __future__ import annotations

from typing import Any

from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.proxies.forward.hops import TELLS
from labs.proxies.forward.views import CLIENT, FACTS, PROXY, SCHEMES, SEALED, SITE, views

WIDTH, LEFT, LINE = 720, 8, 20
PANELS = {"left": (LEFT, 290), "right": (306, 410)}  # where its lines begin, and how wide they are: Forwarded is long
AT = {"client": LEFT, "proxy": 290, "origin": 572}


def draw_views(trace: Trace) -> Scene:
    """The scene of a run of `views`."""
    title = f"One request through a forward proxy, by {trace.settings['scheme']}"
    scene = Scene(WIDTH, 372, end=trace.end, title=title, settle=1)
    for who, below in (("client", CLIENT), ("proxy", PROXY), ("origin", SITE)):
        scene.box(who, AT[who], 8, 140, 42, label=f"{who}\n{below}", size=13, weight="bold")
    for panel, (x, wide) in PANELS.items():
        scene.text(f"{panel} head", x, 78, "", size=13, weight="bold")
        for i in range(7):
            scene.box(f"{panel} {i}", x, 88 + i * LINE, wide, LINE - 2, fill="none", stroke="none", radius=2, size=12,
                      mono=True, align="start")  # fmt: skip
    scene.text("legend", LEFT, 246, "", size=12, ink="muted")
    scene.grid("read", LEFT, 262, ["the proxy", "the origin"], FACTS, w=112, h=34, head=132, above=34)
    for event in trace:
        if event.kind == "hop":
            _hop(scene, trace, event)
        elif event.kind == "knows":
            row = "the proxy" if event.who == "proxy" else "the origin"
            told = event["fact"] == "client's address" and event.who == "origin"
            scene.key(event.t, f"read:{row}:{event['fact']}", fill="bad" if told else "warn",
                      label="told by the proxy" if told else "has read it")  # fmt: skip
    narrate(scene, trace, lambda event: _tell(event, trace), (2, 5, 7.5))
    return scene


def _hop(scene: Scene, trace: Trace, event: Event) -> None:
    scene.send(event.t, event.who, event["to"], over=0.9, label="TLS" if event["sealed"] else "")
    ends = {event.who, event["to"]}
    if ends == {"client", "origin"}:
        _panel(scene, event.t, "left", "what the proxy passes on", [SEALED], {0})
        _panel(scene, event.t + 0.9, "right", f"what the {event['to']} unseals", event["lines"], set())
        return
    panel = "left" if "client" in ends else "right"
    before = next((e for e in reversed(trace.of("hop")) if e["to"] == event.who and e.t < event.t), None)
    new = {i for i, line in enumerate(event["lines"]) if before and line not in before["lines"]}
    if before and event.who == "proxy" and trace.settings["scheme"] == "http":
        scene.key(event.t, "legend", label="Marked: what the proxy has changed or added.")
    else:
        new = set()
    _panel(scene, event.t, panel, f"{event.who} → {event['to']}", event["lines"], new)


def _panel(scene: Scene, t: float, panel: str, title: str, lines: list[str], marked: set[int]) -> None:
    scene.key(t, f"{panel} head", label=title)
    for row in range(7):
        words, fill = lines[row] if row < len(lines) else "", "warn" if row in marked else "none"
        scene.key(t, f"{panel} {row}", label=words, fill=fill)


def _tell(event: Event, trace: Trace) -> str:
    if event.kind != "hop":
        return ""
    tells = trace.settings["tells"]
    match event.who, event["to"], event["sealed"]:
        case "client", "proxy", _ if trace.settings["scheme"] == "https":
            return "The client asks the proxy for a tunnel. It names a host and a port, and no path."
        case "client", "proxy", _:
            return "The client writes the whole address into its first line, and sends it to the proxy."
        case "proxy", "origin", _:
            said = "" if tells == "nothing" else f" {tells} tells the origin who asked."
            return f"The proxy asks for the path only, on a connection of its own, and adds itself to Via.{said}"
        case "origin", "proxy", _:
            return "The origin answers the proxy: that is the address its connection comes from."
        case "proxy", "client", _ if trace.settings["scheme"] == "https":
            return "The proxy has connected to that port. From now on it passes bytes on, in both directions."
        case "proxy", "client", _:
            return "The proxy passes the answer on."
        case "client", "origin", _:
            return "Client and origin speak TLS through the tunnel. The proxy has no key; it sees how much, and when."
        case _:
            return "The page takes the same way back, sealed. The proxy could add nothing, neither Via nor Forwarded."


CONTROLS = {
    control.name: control
    for control in (
        Control("scheme", "http", options=SCHEMES),
        Control("tells", "nothing", options=TELLS, label="the proxy tells"),
        Control("cookie", True, label="cookie"),
    )
}


def explore_views(*controls: str, after: Any = None, **settings: Any) -> Explorer:
    """One request to play with."""
    shown = pick_controls(controls, CONTROLS, settings)
    return explore(lambda faults=(), seed=0, **chosen: views(**{**settings, **chosen}), draw_views, controls=shown,
                   after=after)  # fmt: skip
