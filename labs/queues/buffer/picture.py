"""The picture of a run of `buffer`: producers, the queue as a tank, workers, and how it went over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import ceil

from labs.kit.picture.frame import shared_top
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.queues.buffer.captions import tell_buffer
from labs.queues.buffer.measure import Points, backlog, oldest

TANK = (176, 34, 190, 92)  # x, y, width, height
STEPS = 120  # how often the tank and its numbers change


def draw_buffer(trace: Trace, names: Mapping[str, str] | None = None) -> Scene:
    """The scene of a run; `names` has other words for some of the producers and workers."""
    step = trace.end / STEPS
    rates, workers = trace.settings["producers"], trace.settings["workers"]
    out = workers * trace.settings["per_worker"]
    title = f"{sum(rates):g} messages per second into {out:g}"
    scene = Scene(560, 350, end=trace.end, title=title, settle=2 * step)
    line = backlog(trace)
    waiting = list(_every(line, step, trace.end))
    scene.tops["tank"] = max([*waiting, trace.settings["bound"], 20])
    top = shared_top("tank", scene.tops["tank"])
    labels = labels_of(trace) | dict(names or {})
    _places(scene, trace, labels, top)
    ages = oldest(trace, step)
    _levels(scene, waiting, ages, step, top)
    _counts(scene, trace, step)
    _traffic(scene, trace, labels)
    _charts(scene, waiting, ages, step)
    tell_buffer(scene, trace, line)
    return scene


def _every(line: Points, step: float, end: float) -> Iterator[float]:
    """A line's value at 0, step, 2 step … up to the end."""
    place = 0
    for i in range(round(end / step) + 1):
        while place + 1 < len(line) and line[place + 1][0] <= i * step + 1e-9:
            place += 1
        yield line[place][1]


# ── what is there from the start ──────────────────────────────────────────────────────────────────────────────────────


def labels_of(trace: Trace) -> dict[str, str]:
    """What is written on each producer and worker: {"worker 1": "worker 1: 15/s", …}"""
    rates, each = trace.settings["producers"], trace.settings["per_worker"]
    labels = {f"producer {i}": f"producer {i}: {rate:g}/s" for i, rate in enumerate(rates, 1)}
    return labels | {f"worker {i}": f"worker {i}: {each:g}/s" for i in range(1, trace.settings["workers"] + 1)}


def _places(scene: Scene, trace: Trace, labels: Mapping[str, str], top: float) -> None:
    """The producers on the left, the tank with its bound, the workers on the right."""
    rates, workers = trace.settings["producers"], trace.settings["workers"]
    high = min(34.0, 100 / len(rates))
    for i in range(len(rates)):
        name = f"producer {i + 1}"
        scene.box(name, 8, 30 + i * high, 120, high - 6, label=labels[name], fill=actor(i + 1), size=13)
    x, y, w, h = TANK
    scene.text("queue-name", x + w / 2, y - 10, "queue", size=13, align="middle", ink="muted")
    scene.box("queue", x, y, w, h, radius=2)
    scene.box("level", x, y + h, w, 0, fill="warn", stroke="none", radius=0)
    if bound := trace.settings["bound"]:
        up = y + h - h * bound / top
        scene.line("bound", x - 8, up, x + w + 8, up, stroke="ink", dash="5 3", width=1.6)
        scene.text("bound-name", x + w + 10, up + 4, f"{bound}", size=12)
    scene.text("waiting", x + w / 2, y + h + 20, "nothing waits", size=14, align="middle", weight="bold")
    scene.text("held", 68, 148, "", size=13, align="middle", ink="bad-ink")
    high = min(34.0, 126 / max(1, workers))
    first = 30 if high == 34 else 18  # many workers also take the room above and below the tank
    for i in range(workers):
        name = f"worker {i + 1}"
        label = labels[name] if high > 15 else ""
        scene.box(name, 428, first + i * high, 124, max(high - 6, 6), label=label, size=min(13, round(high) - 9))


def _levels(scene: Scene, waiting: list[float], ages: Points, step: float, top: float) -> None:
    """How full the tank is, and how long the oldest has been in it."""
    _, y, _, h = TANK
    for i, (level, (_, age)) in enumerate(zip(waiting, ages, strict=False)):
        # The tank is as full as its count says from when that changes, and so also where the run stops.
        half, high = (step / 2 if i else 0), h * level / top
        scene.key(i * step - half, "level", over=half, y=y + h - high, h=high)
        wait = "waits" if level == 1 else "wait"
        words = f"{level:.0f} {wait}, the oldest for {age:.0f} s" if level else "nothing waits"
        scene.key(i * step, "waiting", label=words)


def _counts(scene: Scene, trace: Trace, step: float) -> None:
    """What has become of the messages so far."""
    columns = {"sent": "ink", "done": "good-ink", "lost": "bad-ink", "rejected": "bad-ink"}
    for i, (name, ink) in enumerate(columns.items()):
        scene.text(f"count-{name}", 8 + i * 140, 182, f"{name} 0", size=14, ink=ink, weight="bold")
    so_far, held = Counter[str](), set[str]()
    shown = dict.fromkeys(columns, 0)
    events = [*trace.of("send", "done", "lost", "admit")]
    place = 0
    for i in range(STEPS + 1):
        while place < len(events) and events[place].t <= i * step + 1e-9:
            _count(events[place], so_far, held)
            place += 1
        for name in columns:
            if so_far[name] != shown[name]:
                shown[name] = so_far[name]
                scene.key(i * step, f"count-{name}", label=f"{name} {so_far[name]}")
        what = "a producer waits" if len(held) == 1 else f"{len(held)} producers wait"
        scene.key(i * step, "held", label=what if held else "")


def _count(event: Event, so_far: Counter[str], held: set[str]) -> None:
    if event.kind == "lost":
        so_far["lost"] += len(event["numbers"])
        return
    if event.kind == "admit":
        held.discard(event.who)
        return
    so_far["done" if event.kind == "done" else "sent"] += 1
    if event.kind == "send" and event.data["told"] != "accepted":
        so_far["rejected"] += event["told"] == "rejected"
        if event["told"] == "wait":
            held.add(event.who)


# ── what moves ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _traffic(scene: Scene, trace: Trace, labels: Mapping[str, str]) -> None:
    """A few of the messages on their way (all of them would be a blur), and what happens to the workers."""
    pace = trace.end / 30
    flight = pace * 0.8
    seen = dict[str, float]()
    for event in trace.of("send", "work", "stop", "start", "burst"):
        if event.kind in ("send", "work"):
            if event.t - seen.get(event.who, -pace) < pace or event.t + flight > trace.end:
                continue
            seen[event.who] = event.t
            ends = (event.who, "queue") if event.kind == "send" else ("queue", event.who)
            refused = event.get("told") in ("rejected", "wait")
            scene.send(event.t, *ends, over=flight, lost=refused)
        elif event.kind == "stop":
            name = labels[event.who].partition(":")[0]
            scene.key(event.t, event.who, fill="page", stroke="bad-ink", dash="4 3", label=f"✕ {name}")
        elif event.kind == "start":
            scene.key(event.t, event.who, fill="panel", stroke="line", dash="", label=labels[event.who])


def _charts(scene: Scene, waiting: list[float], ages: Points, step: float) -> None:
    """How many wait, and how old the oldest of them is, over time."""
    line = [(i * step, level) for i, level in enumerate(waiting)]
    scene.chart("backlog", 44, 222, 216, 92, {"messages waiting": line}, top=max([*waiting, 20]))
    scene.chart("age", 324, 222, 216, 92, {"age of the oldest (s)": ages}, top=ceil(max(age for _, age in ages)) or 1)
