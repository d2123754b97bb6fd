"""The picture of lesson 00: senders, a queue that grows or does not, and the workers."""

from __future__ import annotations

from labs.kit.explorer import Control, Explorer, explore
from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.trace import Trace
from labs.queues.pace.pace import pace


def draw_pace(trace: Trace) -> Scene:
    """The scene of a run of `pace`."""
    settings, seconds = trace.settings, trace.of("second")
    workers, arrivals = settings["workers"], settings["arrivals"]
    out = workers * settings["per_worker"]
    scene = Scene(560, 270, end=trace.end, title=f"{arrivals} come in and up to {out} go out each second", settle=0.5)
    scene.box("senders", 8, 40, 96, 60, label="senders")
    scene.text("rate", 56, 118, f"{arrivals} a second", size=13, align="middle")
    scene.box("queue", 150, 40, 210, 60, label="", fill="panel")
    scene.box("level", 150, 40, 0, 60, fill="warn", stroke="none")
    scene.text("waiting", 255, 75, "nothing waits", align="middle", weight="bold")
    for i in range(workers):
        scene.box(f"w{i}", 430, 10 + i * 22, 118, 19, label=f"worker {i + 1}: {settings['per_worker']}/s",
                  fill=actor(i + 1), size=12)  # fmt: skip
    top = max([100, *(e["waiting"] for e in seconds)])
    for event in seconds:
        scene.send(event.t - 0.9, "senders", "queue", over=0.7)
        if workers and event.t < trace.end:
            scene.send(event.t - 0.2, "queue", f"w{int(event.t) % workers}", over=0.7)
        scene.key(event.t, "level", over=0.5, w=210 * event["waiting"] / top)
        scene.key(event.t, "waiting", label=f"{event['waiting']} wait" if event["waiting"] else "nothing waits")
    grows = arrivals - out
    scene.say(0, f"{arrivals} records a second arrive. The workers take {out} a second.")
    if grows > 0:
        scene.say(1, f"{grows} too many each second. They wait, and each second {grows} more do.")
        scene.say(trace.end, f"{seconds[-1]['waiting']} records wait, and it never ends by itself.", still=True)
    else:
        scene.say(1, "The workers keep up: whatever comes is taken in the same second.", still=True)
    scene.chart(
        "backlog",
        60,
        190,
        480,
        52,
        {"records that wait": [(0.0, 0.0), *((e.t, e["waiting"]) for e in seconds)]},
        top=top,
    )
    return scene


def _left_over(trace: Trace) -> tuple[str, bool]:
    waiting = trace.events[-1]["waiting"]
    return str(waiting), waiting == 0


def explore_pace() -> Explorer:
    """The queue with a slider for the workers and one for the arrivals."""
    return explore(
        pace, draw_pace,
        controls=[Control("workers", 2, low=1, high=6), Control("arrivals", 60, low=15, high=90, step=15, unit="/s")],
        monitors=[("records that wait at the end", _left_over)],
    )  # fmt: skip
