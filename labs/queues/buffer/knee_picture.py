"""The knee: how long a queue is on average, against how busy its worker is, with a run's own dot on the curve."""

from __future__ import annotations

from labs.kit.picture.scene import Scene
from labs.kit.trace import Trace
from labs.queues.buffer.measure import Points, backlog, mean_backlog, waits
from labs.queues.formulas import md1_waiting, mm1_waiting

STEPS = 40
TOP = 30
LOADS = [load / 100 for load in range(0, 96)]


def draw_knee(trace: Trace) -> Scene:
    """The scene of a run of one producer and one worker: who waits over time; then the average, as it settles."""
    load = trace.settings["producers"][0] / trace.settings["per_worker"]
    scene = Scene(560, 340, end=trace.end, title=f"a load of {load:.0%}", settle=trace.end / STEPS)
    line = backlog(trace)
    highest = max(level for _, level in line)
    scene.chart("queue", 40, 24, 500, 70, {"messages waiting": _thin(line, trace.end)}, top=max(highest, 20))
    curves = {
        "random work": [(load, mm1_waiting(load)) for load in LOADS],
        "equal work": [(load, md1_waiting(load)) for load in LOADS],
    }
    scene.plot("knee", 40, 156, 510, 130, curves, across="load: how busy the worker is", up="waiting on average",
               right=1, top=TOP)  # fmt: skip
    scene.spot("run", "knee", load, 0, tip="this run's average so far")
    step = trace.end / STEPS
    for i, mean in enumerate(_means(line, step)):
        scene.key(i * step, "run", over=step, up=min(mean, TOP))
    _tell(scene, trace, line, highest)
    return scene


def _means(line: Points, step: float) -> list[float]:
    """The average so far, after each step."""
    means, total, place = [], 0.0, 0
    for i in range(1, STEPS + 1):
        now, end = (i - 1) * step, i * step
        while place + 1 < len(line) and line[place + 1][0] <= end:
            total += line[place][1] * (line[place + 1][0] - now)
            place, now = place + 1, line[place + 1][0]
        total += line[place][1] * (end - now)
        means.append(total / end)
    return means


def _thin(line: Points, end: float) -> Points:
    """The line with 300 points at most: the last of each stretch."""
    kept = {int(t / end * 300): (t, level) for t, level in line}
    return [(0.0, 0.0), *[point for _, point in sorted(kept.items())]]


def _tell(scene: Scene, trace: Trace, line: Points, highest: float) -> None:
    rate, each = trace.settings["producers"][0], trace.settings["per_worker"]
    words = (
        f"On average {round(rate, 2):g} messages arrive per second, at random moments; the worker does {each:g}. "
        "The dot is this run's average so far."
    )
    told = [(0.0, words, True)]
    if highest >= 3:
        peak = next(t for t, level in line if level == highest)
        words = "many arrived close together. The worker cannot work ahead, it can only catch up."
        told.append((peak, f"{highest:.0f} wait at {peak:.0f} s: {words}", False))
        caught_up = next((t for t, level in line if t > peak and not level), None)
        if caught_up is not None and caught_up - peak > 1 and caught_up + 1 < trace.end:
            words = f"At {caught_up:.0f} s nothing waits any more: catching up has taken {caught_up - peak:.0f} s."
            told.append((caught_up, words, False))
    mean, wait = mean_backlog(trace), waits(trace)
    seconds = sum(wait) / len(wait) if wait else 0.0
    told.append((trace.end, f"On average {mean:.1f} waited, for {seconds:.2f} s each.", True))
    for t, words, still in told:
        scene.say(t, words, still=still)
