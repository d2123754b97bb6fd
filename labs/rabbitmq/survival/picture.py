"""The picture of survival: a publisher, a broker with memory and a disk, and a moment at which the broker is killed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace
from labs.rabbitmq.survival.survive import WAY, left, lost, lost_though_confirmed, survive, twice

WIDTH, HEIGHT = 600, 208


def draw_survival(trace: Trace) -> Scene:
    """The scene of a run of `survive`."""
    confirms = trace.settings["confirms"]
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title="Orders on their way to a queue", settle=WAY)
    scene.box("publisher", 8, 30, 172, 160)
    scene.text("p-name", 18, 50, "publisher", weight="bold")
    scene.text("p-keeps", 18, 72, "keeps until confirmed" if confirms else "sent, and forgotten", size=12, ink="muted")
    scene.box("broker", 270, 30, 322, 160)
    scene.text("b-name", 280, 50, "broker", weight="bold")
    scene.text("b-state", 582, 50, "running", size=13, align="end", ink="good-ink")
    scene.text("m-name", 280, 86, "queue, in memory", size=12, ink="muted")
    scene.text("d-name", 280, 146, "on disk", size=12, ink="muted")
    scene.link("wire", "publisher", "broker", arrow="both")
    for ear, x in (("p-hears", 176), ("b-tells", 270)):  # a confirm comes back below the orders, not through them
        scene.box(ear, x, 131, 4, 4, fill="none", opacity=0)
    chips = Pool(scene, w=34, h=24, over=WAY, size=12, name="o")
    chips.tray("kept", 18, 84, 154, room=8)
    chips.tray("memory", 404, 70, 184, room=5)
    chips.tray("disk", 404, 130, 184, room=5)
    _play(scene, chips, trace)
    for t, words, still in sorted(_said(trace), key=lambda said: said[0]):
        scene.say(t, words, still=still)
    return scene


def _play(scene: Scene, chips: Pool, trace: Trace) -> None:
    confirms, copies, kept = trace.settings["confirms"], 0, set[int]()
    memory: list[tuple[str, int, int]] = []
    for e in trace:
        n = e.get("order")
        if e.kind == "send":
            _travel(scene, trace, e.t, "publisher", "broker", f"o{n}")
            if n not in kept:
                kept.add(n)
                chips.put(e.t, ("p", n), "kept", label=f"o{n}", fill="warn" if confirms else "idle", start="publisher")
        elif e.kind == "arrive":
            copies += 1
            memory.append(("m", n, copies))
            chips.put(e.t, memory[-1], "memory", label=f"o{n}", start="m-name")
        elif e.kind == "write":
            copies += 1
            chips.put(e.t, ("d", n, copies), "disk", label=f"o{n}", start="m-name", fill="good")
        elif e.kind == "confirm":
            _travel(scene, trace, e.t, "b-tells", "p-hears", "✓", fill="good")
        elif e.kind == "confirmed":
            chips.look(e.t, ("p", n), fill="good", label=f"o{n} ✓")
        elif e.kind in ("kill", "stop"):
            scene.key(e.t, "broker", fill="faint")
            scene.key(e.t, "b-state", label="down", ink="bad-ink")
            scene.key(e.t, "wire", opacity=0)
            for chip in memory:
                chips.take(e.t, chip, fill="bad" if chip[1] in e["lost"] else "")
            memory = []
        elif e.kind == "restart":
            scene.key(e.t, "broker", fill="panel")
            scene.key(e.t, "b-state", label="running", ink="good-ink")
            scene.key(e.t, "wire", opacity=1)
            for order in e["orders"]:
                copies += 1
                memory.append(("m", order, copies))
                chips.put(e.t, memory[-1], "memory", label=f"o{order}", start="d-name")


def _travel(scene: Scene, trace: Trace, t: float, start: str, goal: str, label: str, fill: str = "data") -> None:
    """Something on the wire; where the broker goes down before it arrives, it comes halfway and no further."""
    cut = next((e.t for e in trace if e.kind in ("kill", "stop") and t <= e.t < t + WAY), None)
    if cut is None:
        scene.send(t, start, goal, label=label, over=WAY, fill=fill)
    else:
        over = max(0.05, cut - t)
        scene.key(t + over, scene.send(t, start, goal, label=label, over=over, fill=fill, lost=True), fill="bad")


def _named(orders: list[int]) -> str:
    return ", ".join(f"o{n}" for n in orders) or "nothing"


def _said(trace: Trace) -> Iterator[tuple[float, str, bool]]:
    confirms = trace.settings["confirms"]
    written = trace.settings["durable"] and trace.settings["persistent"]
    first = trace.of("send")[0]
    yield 0, "An order comes in every second.", False
    yield first.t, "o1 is sent. The call returns at once, without an error.", False
    for e in trace:
        if e.kind == "write" and e is trace.of("write")[0]:
            yield e.t, "o1 is on disk." + (" Only now is it confirmed." if confirms else ""), False
        elif e.kind == "confirm" and e is trace.of("confirm")[0] and not trace.of("write"):
            yield e.t, "o1 is confirmed as soon as it has arrived: it will never be written.", False
        elif e.kind == "kill":
            yield e.t, "The broker is killed. What is only in its memory, or on the wire, is gone.", True
        elif e.kind == "stop":
            kept = (
                "first it writes what has to be written." if written else "nothing has to be written, and nothing is."
            )
            yield e.t, f"The broker shuts down cleanly: {kept}", True
        elif e.kind == "restart":
            again = f" The publisher resends {_named(e['again'])}." if e["again"] else ""
            back = f"with what was on disk: {_named(e['orders'])}."
            if not trace.settings["durable"]:
                back = "and the queue is gone. The publisher declares it anew."
            yield e.t, f"The broker is back, {back}{again}", True
    orders, gone, double = left(trace), lost(trace), twice(trace)
    told = f"In the queue: {_named(orders)}."
    if gone:
        told += f" {_named(gone)} {'is' if len(gone) == 1 else 'are'} lost, and nobody knows."
    if double:
        told += f" {_named(double)} {'is' if len(double) == 1 else 'are'} there twice."
    last = max([trace.end - 1.0, *(e.t for e in trace if e.kind != "end")])
    yield last, told, True


CONTROLS = {
    control.name: control
    for control in (
        Control("durable", True, label="durable queue"),
        Control("persistent", True, label="persistent messages"),
        Control("confirms", False, label="publisher waits for confirms"),
    )
}
MONITORS = [
    ("in the queue at the end", lambda t: _named(left(t))),
    ("lost", lambda t: (_named(lost(t)), not lost(t))),
    ("confirmed, and lost", lambda t: (_named(lost_though_confirmed(t)), not lost_though_confirmed(t))),
    ("there twice", lambda t: _named(twice(t))),
]
STRIKES = [
    Strike("kill", "kill the broker", who=lambda trace: "broker"),
    Strike("stop", "stop it cleanly", who=lambda trace: "broker"),
]
KILLED = (Fault(2.0, "kill", "broker"),)


def explore_survival(*controls: str, after: Any = None, faults: Any = KILLED, **settings: Any) -> Explorer:
    """A broker to kill, at any moment; with all controls where none is named."""
    shown = pick_controls(controls or tuple(CONTROLS), CONTROLS, settings)
    return explore(
        lambda **chosen: survive(**{**settings, **chosen}), draw_survival, controls=shown, strikes=STRIKES,
        monitors=MONITORS, faults=faults, after=after,
    )  # fmt: skip
