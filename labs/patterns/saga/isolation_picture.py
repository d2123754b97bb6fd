"""Two sagas at the same time: a row for each schedule of their transactions, with what came of it at its end."""

from __future__ import annotations

from typing import Any

from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.patterns.saga.isolation import CURES, run_two

COLUMNS = ["first", "second", "third", "in the end"]
STORIES = {"dirty read": "the last item", "lost update": "one order"}


def draw_two(trace: Trace) -> Scene:
    """The scene of a run of `run_two`."""
    rows = [e["row"] for e in trace.of("outcome")]
    title = f"Two sagas work on {STORIES[trace.settings['anomaly']]}"
    scene = Scene(600, 48 + 46 * len(rows), end=trace.end, title=title, settle=0.5)
    scene.grid("g", 4, 4, rows, COLUMNS, w=132, h=44, head=62, above=26, size=13)
    for e in trace.of("transaction"):
        cell = f"g:{e['row']}:{COLUMNS[e['place']]}"
        scene.key(e.t, cell, fill=actor(1 if e.who == "A" else 2), label=_does(e))
    for e in trace.of("outcome"):
        scene.key(e.t, f"g:{e['row']}:{COLUMNS[-1]}", fill="bad" if e["harm"] else "good", label=_end(e, trace))
    narrate(scene, trace, lambda e: _tell(e, trace), lambda trace: [e.t for e in trace.of("outcome")][1:])
    return scene


def _does(e: Event) -> str:
    """A transaction in three or four words."""
    looks = {"served": "B sees 1 item: served", "turned away": "B sees no item: turned away"}
    cancels = {"cancelled": "B cancels the order", "too late": "B is too late"}
    return {
        "a_takes": "A takes the item",
        "a_is_undone": "A gives it back",
        "a_reads": f"A reads: {e['order']}",
        "a_approves": "A approves the order" if e["order"] == "approved" else "A leaves it cancelled",
    }.get(e["name"]) or {**looks, **cancels, "told to wait": "B sees the lock: told to wait"}[e["b"]]


def _end(e: Event, trace: Trace) -> str:
    found = f"{e['items']} item" if trace.settings["anomaly"] == "dirty read" else e["order"]
    return f"✗ B {e['b']}, {found}" if e["harm"] else f"✓ {found}"


def _tell(e: Event, trace: Trace) -> str:
    """What came of a schedule."""
    if e.kind == "begin":
        return "A has two transactions and B has one, so there are three schedules, a row for each."
    if e.kind != "outcome":
        return ""
    if e["harm"]:
        why = {
            "dirty read": "B is turned away, and then the item comes back: a dirty read.",
            "lost update": "B is told that the order is cancelled, and A approves it: a lost update.",
        }[trace.settings["anomaly"]]
    else:
        why = {
            "served": "B sees the item, and is served.",
            "told to wait": "B sees that A is not finished, and is told to wait.",
            "cancelled": "B cancels the order, and it stays cancelled.",
            "too late": "A has approved the order, and B is told so.",
        }[e["b"]]
    return f"{e['row']}: {why}"


def _found(trace: Trace) -> tuple[str, bool]:
    harmful = [e["row"] for e in trace.of("outcome") if e["harm"]]
    return (f"in {', '.join(harmful)}", False) if harmful else ("never", True)


def explore_two(*, after: Any = None) -> Explorer:
    """Every schedule of A and B, with the countermeasures to choose from."""
    return explore(
        run_two, draw_two, after=after, monitors=[("an anomaly", _found)],
        controls=[
            Control("anomaly", "dirty read", options=STORIES, label="they work on"),
            Control("cure", "none", options=CURES, label="countermeasure"),
        ],
    )  # fmt: skip
