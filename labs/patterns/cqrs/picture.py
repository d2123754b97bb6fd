"""The picture of CQRS: two write stores on the left, their feeds, the read model on the right, and how far behind."""

from __future__ import annotations

from typing import Any

from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Trace
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.captions import name_of, stills, teller, verdict

WIDTH, HEIGHT = 540, 356
WIDE, MIDDLE, RIGHT = 164, 196, 372  # the width of a column, and where the other two begin
TOPS = {"customers": 24, "orders": 128}
ROW = 24


def draw_cqrs(trace: Trace) -> Scene:
    """The scene of a run of `run_cqrs`."""
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title="Two services and a read model")
    for x, words in ((4, "write side"), (MIDDLE, "feeds"), (RIGHT, "read side")):
        scene.text(f"head-{x}", x, 15, words, size=13, ink="muted")
    for service in parts.SERVICES:
        _service(scene, trace, service)
    slots = _read_side(scene, trace)
    _play(scene, trace)
    behind = _rows(scene, trace, slots)
    scene.chart("behind", 40, 286, WIDTH - 60, 40, {"rows of which the read model lacks the latest version": behind},
                top=max(3, *(n for _, n in behind)), colours=("warn",))  # fmt: skip
    narrate(scene, trace, teller(trace), stills)
    scene.say(trace.end - 0.6, verdict(trace), still=True)
    return scene


def _service(scene: Scene, trace: Trace, service: str) -> None:
    """A service with its rows, its outbox and its feed."""
    top = TOPS[service]
    ids = sorted({e["event"]["key"].split("/")[1] for e in trace.of("commit", who=service)})
    scene.box(service, 4, top, WIDE, 30, label=f"{service} service", fill="actor1" if service == "customers" else
              "actor2", weight="bold")  # fmt: skip
    for i, id in enumerate(ids):
        scene.box(f"row-{id}", 4, top + 33 + i * ROW, WIDE, ROW - 2, label="", fill="panel", size=13, radius=3)
    foot = top + 36 + max(1, len(ids)) * ROW
    if trace.settings["publish"] == "outbox":
        scene.box(f"outbox-{service}", 4, foot, WIDE, 22, label="outbox: empty", fill="page", dash="4 3", size=12)
    else:
        scene.text(f"outbox-{service}", 10, foot + 15, "no outbox", size=12, ink="muted")
    many = max(3, len(trace.of("published", who=service)))
    scene.text(f"feed-head-{service}", MIDDLE, top + 24, f"{service} feed", size=12, ink="muted")
    scene.log(f"feed-{service}", MIDDLE, top + 33, many, w=min(46, 150 / many), h=34)


def _read_side(scene: Scene, trace: Trace) -> dict[str, str]:
    """The projector, a slot for each order that is ever seen, and the author who looks for a write."""
    scene.box("projector", RIGHT, 24, WIDE, 30, label="projector", fill="actor3", weight="bold")
    ids = {id for e in trace.of("projected", "settled") for id in e.get("orders", e.get("view", {}))}
    ids |= {e["event"]["key"].split("/")[1] for e in trace.of("commit", who="orders")}
    scene.text("view-head", RIGHT, 74, "read model", size=12, ink="muted")
    for i, id in enumerate(sorted(ids)[:5]):
        scene.box(f"view-{id}", RIGHT, 80 + i * ROW, WIDE, ROW - 2, label="", fill="page", size=13, radius=3)
    if trace.of("rebuild"):
        scene.box("new", RIGHT, 204, WIDE, 24, label="", fill="page", dash="4 3", size=12)
    if trace.settings["read"] != "not at all":
        scene.box("author", RIGHT, 232, WIDE, 28, label="author", fill="panel", size=13,
                  wrap=True)  # fmt: skip
    return {id: f"view-{id}" for id in sorted(ids)[:5]}


def _play(scene: Scene, trace: Trace) -> None:
    """What travels, and what is up."""
    outbox: dict[str, list[str]] = {name: [] for name in parts.SERVICES}
    names: dict[tuple[str, int], str] = {}
    arrived: dict[tuple[str, int], float] = {}
    awake = 0.0  # since when the projector is up
    for e in trace:
        if e.kind in ("commit", "marked"):
            if e.kind == "commit":
                names[e.who, e["event"]["number"]] = name_of(e["event"])
                id = e["event"]["key"].split("/")[1]
                scene.key(e.t, f"row-{id}", label=_row(id, e["event"]["row"]))
            outbox[e.who] = [names[e.who, number] for number in e["outbox"]]
            if trace.settings["publish"] == "outbox":
                full = bool(outbox[e.who])
                more = " …" * (len(outbox[e.who]) > 3)
                label = "outbox: " + (", ".join(outbox[e.who][:3]) + more if full else "empty")
                scene.key(e.t, f"outbox-{e.who}", label=label, fill="warn" if full else "page")
        elif e.kind == "send":
            scene.send(e.t, e.who, f"feed-{e.who}", label=name_of(e["event"]), over=e["over"])
        elif e.kind == "published":
            arrived[e.who, e["position"]] = e.t
            scene.append(e.t, f"feed-{e.who}", name_of(e["event"]), size=12)
        elif e.kind == "projected":
            position = e["positions"][e["service"]] - 1
            start = max(e.t - 0.4, arrived[e["service"], position], awake)
            if e["table"] == 0:
                scene.send(start, f"feed-{e['service']}", "projector", over=max(0.05, e.t - start))
        elif e.kind in ("crash", "restart"):
            down = e.kind == "crash"
            awake = e.t if e.who == "projector" else awake
            colour = {"customers": "actor1", "orders": "actor2"}.get(e.who, "actor3")
            label = e.who if e.who == "projector" else f"{e.who} service"
            scene.key(e.t, e.who, label=f"{e.who}: down" if down else label, fill="bad" if down else colour)
        elif e.kind == "read":
            words = f"author of {e['id']}: {'seen' if e['seen'] else 'not seen'}"
            words = f"{e['id']}: from the owner" if e["source"] == "ask the owner" else words
            scene.key(e.t, "author", label=words, fill="good" if e["seen"] else "bad")


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _row(id: str, row: Any) -> str:
    if row is None:
        return f"{id}  deleted"
    return f"{id}  {row['name']}" if "name" in row else f"{id}  {row['item']}, for {row['customer']}"


def _joined(row: Any) -> str:
    return f"{row['item']}, for {row['name'] or '?'}"


def _rows(scene: Scene, trace: Trace, slots: dict[str, str]) -> list[tuple[float, float]]:
    """The read model beside the join of the write stores as they are at that moment; how many rows are behind."""
    rows: dict[str, dict[str, Any]] = {name: {} for name in parts.SERVICES}
    latest: dict[str, int] = {}
    known: dict[str, int] = {}
    fresh: dict[str, int] = {}  # what the new table knows, while there is one
    view: dict[str, Any] = {}
    behind, total = [(0.0, 0.0)], 0
    replayed: int | None = None  # events since the read model was dropped
    read, old = dict.fromkeys(parts.SERVICES, 0), dict.fromkeys(parts.SERVICES, 0)  # how far it is, and was before
    for e in trace:
        if e.kind == "commit":
            id, row = e["event"]["key"].split("/")[1], e["event"]["row"]
            latest[e["event"]["key"]] = e["event"]["version"]
            rows[e.who].pop(id, None)
            if row is not None:
                rows[e.who][id] = row
        elif e.kind == "projected" and e["table"] == 1:
            fresh[e["event"]["key"]] = max(e["event"]["version"], fresh.get(e["event"]["key"], 0))
            total += 1
            scene.key(e.t, "new", label=f"new: {_many(total, 'event')}, {_many(len(e['orders']), 'row')}")
        elif e.kind == "projected":
            known[e["event"]["key"]] = max(e["event"]["version"], known.get(e["event"]["key"], 0))
            view, read = e["orders"], e["positions"]
            if replayed is not None and read[e["service"]] <= old[e["service"]]:  # what comes after that is new
                replayed += 1
                scene.key(e.t, "new", label=f"replayed: {_many(replayed, 'event')}")
        elif e.kind == "rebuild":
            fresh, total = {}, 0
            if trace.settings["rebuild"] == "in place":
                view, known, replayed = {}, {}, 0
                read, old = e["positions"], {name: max(read[name], old[name]) for name in old}
            scene.key(e.t, "new", fill="data", label="new table: empty" if replayed is None else "dropped")
        elif e.kind == "switch":
            view, known, read = e["orders"], fresh, e["positions"]
            scene.key(e.t, "new", label="the new table serves", fill="good")
        elif e.kind != "settled":
            continue
        join = parts.join(rows["customers"], rows["orders"])
        over = e.kind == "settled"
        for id, part in slots.items():
            _slot(scene, trace.end - 0.6 if over else e.t, part, id, view.get(id), join.get(id), over)
        behind.append((e.t, float(sum(known.get(key, 0) < version for key, version in latest.items()))))
    return behind


def _slot(scene: Scene, t: float, part: str, id: str, shown: Any, wanted: Any, over: bool) -> None:
    """One row of the read model: good where it is as it should be, else marked with ≠."""
    if shown is None and wanted is None:
        scene.key(t, part, label="", fill="page")
    elif shown == wanted:
        scene.key(t, part, label=f"{id.rstrip('+')}  {_joined(shown)}", fill="good")
    else:
        words = f"≠ {id.rstrip('+')}  " + (_joined(shown) if shown else "missing")
        scene.key(t, part, label=words, fill="bad" if over else "warn")
