"""The picture of lesson 00: senders, a queue that grows or does not, and the workers."""

from __future__ import annotations

from typing import Any

from labs.kit.picture.frame import shared_top
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.queues.pace.pace import pace, worker_names

WAIT = {0: "nothing waits", 1: "1 waits"}
STILL = {0: "Nobody still works", 1: "Only one still works"}
WAY = 0.7  # s: on the way from one box to the next


def draw_pace(trace: Trace) -> Scene:
    """The scene of a run of `pace`."""
    settings, seconds = trace.settings, trace.of("second")
    workers, arrivals, each = settings["workers"], settings["arrivals"], settings["per_worker"]
    names = worker_names(workers)
    scene = Scene(560, 270, end=trace.end, title=f"{arrivals} records per second", settle=0.5)
    scene.box("senders", 8, 40, 96, 60, label="senders")
    scene.text("rate", 56, 118, f"{arrivals} per second", size=13, align="middle")
    scene.box("queue", 150, 40, 210, 60)
    scene.text("queue-name", 255, 32, "queue", size=13, align="middle", ink="muted")
    scene.box("level", 150, 40, 0, 60, fill="warn", stroke="none")
    scene.text("waiting", 255, 118, "nothing waits", size=13, align="middle", weight="bold")
    for i, name in enumerate(names):
        scene.box(name, 430, 10 + i * 22, 118, 19, label=f"{name}: {each}/s", fill=actor(i + 1), size=12)
    top = shared_top("backlog", max([100, *(e["waiting"] for e in seconds)]))  # for the tank and for the chart
    stops = {event.who: event.t for event in trace.of("stop")}
    for event in trace:
        if event.kind == "stop":
            scene.key(event.t, event.who, fill="page", ink="ink", stroke="bad-ink", dash="4 3", label=f"✕ {event.who}")
            continue
        scene.send(event.t - 0.9, "senders", "queue", over=WAY)
        at_work = [name for name in names if stops.get(name, trace.end) >= event.t - 0.2 + WAY]  # when it arrives, too
        if at_work and event.t < trace.end:
            scene.send(event.t - 0.2, "queue", at_work[int(event.t) % len(at_work)], over=WAY)
        scene.key(event.t - 0.2, "level", over=0.2, w=210 * event["waiting"] / top)  # full when its count says so
        scene.key(event.t, "waiting", label=WAIT.get(event["waiting"], f"{event['waiting']} wait"))
    for t, sentence, still in _told(seconds, trace.of("stop"), arrivals, workers, workers * each):
        scene.say(t, sentence, still=still)
    line = [(0.0, 0.0), *((e.t, e["waiting"]) for e in seconds)]
    scene.chart("backlog", 60, 190, 480, 52, {"records that wait": line}, top=top)
    return scene


def _told(
    seconds: list[Event], stops: list[Event], arrivals: int, workers: int, out: int
) -> list[tuple[float, str, bool]]:
    """The captions, (t, sentence, is it a still?), in order of time."""
    they = "The worker" if workers == 1 else "The workers"
    told = [(0.0, f"{arrivals} records arrive every second. {they} can take {out}.", not stops)]
    for place, stop in enumerate(stops):
        left = workers - place - 1
        rest = STILL.get(left, f"{left} still work")
        told.append((stop.t, f"{stop.who.capitalize()} stops. {rest}.", True))
    for before, event in zip([None, *seconds], seconds, strict=False):
        grew = event["waiting"] - (before["waiting"] if before else 0)
        if before is None or event["done"] != before["done"]:
            more = f"{grew} too many every second: they wait, and the queue grows."
            less = f"The queue shrinks by {-grew} every second."
            even = f"{they} keep{'s' * (workers == 1)} up."
            told.append((event.t, more if grew > 0 else less if grew < 0 else even, False))
    last = seconds[-1]
    end = f"Nothing waits: {'one worker keeps' if last['working'] == 1 else 'the workers keep'} up."
    if last["waiting"]:
        lasting = last["came"] > last["done"]
        end = f"{last['waiting']} records wait." + (" The queue will not drain on its own." if lasting else "")
    told.append((last.t, end, True))
    return sorted(told, key=lambda said: said[0])


def _left_over(trace: Trace) -> tuple[str, bool]:
    waiting = trace.of("second")[-1]["waiting"]
    return str(waiting), waiting == 0


def explore_pace(workers: int = 2, *, versus: tuple[str, int, int] | None = None, **more: Any) -> Explorer:
    """The queue with a slider for the arrivals and, where no two numbers of workers are compared, one for these."""
    arrivals = Control("arrivals", 60, low=15, high=90, step=15, unit="per second")
    return explore(
        pace,
        draw_pace,
        controls=[arrivals] if versus else [Control("workers", workers, low=1, high=6), arrivals],
        strikes=[Strike("stop", "Stop it")],
        targets=lambda trace: worker_names(trace.settings["workers"]),
        monitors=[("records that wait at the end", _left_over)],
        versus=versus,
        **more,
    )
