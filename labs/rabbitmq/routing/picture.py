"""The picture of routing: a message at a time, the bindings that let it through, the queues that get a copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Trace
from labs.rabbitmq.picture import Said, draw_broker
from labs.rabbitmq.routing.exchanges import KINDS
from labs.rabbitmq.routing.orders import MESSAGES, route


def _said(trace: Trace) -> Iterator[Said]:
    yield 0, "Six messages are published, one every two seconds.", False
    for n, e in enumerate(trace.of("publish")):
        name, headers = e["message"], MESSAGES[n][1]
        carries = ", ".join(f"{key}={value}" for key, value in headers.items()) or "no headers"
        what = carries if trace.settings["kind"] == "headers" else f"key {e['key']}"
        copies = [r.who for r in trace.of("ready") if r["message"] == name]
        if not copies:
            became = "no binding lets it through. It is dropped, without an error."
        elif copies == ["unrouted"]:
            became = "no binding lets it through, so it goes to the alternate exchange."
        elif len(copies) == 1:
            became = f"it goes to {copies[0]}."
        else:
            became = f"{', '.join(copies[:-1])} and {copies[-1]} get a copy each."
        yield e.t, f"{name}, {what}: {became}", n in (0, 2, len(MESSAGES) - 1)


def draw_routing(trace: Trace) -> Scene:
    """The scene of a run of `route`."""
    return draw_broker(trace, _said(trace), f"A {trace.settings['kind']} exchange")


CONTROLS = {
    control.name: control
    for control in (
        Control("kind", "topic", options=KINDS, label="kind of exchange"),
        Control("spare", False, label="alternate exchange"),
    )
}
MONITORS = [
    ("copies in queues", lambda trace: str(len(trace.of("ready")))),
    ("messages dropped", lambda trace: str(len(trace.of("unroutable")))),
]


def explore_routing(*controls: str, **settings: Any) -> Explorer:
    """Routing to play with; the controls are named, the settings are where they start."""
    after = settings.pop("after", None)
    shown = pick_controls(controls, CONTROLS, settings)
    return explore(
        lambda **chosen: route(**{**settings, **chosen}), draw_routing, controls=shown, monitors=MONITORS, after=after
    )
