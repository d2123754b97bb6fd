"""The picture of a stampede: the load on the database, and how long requests wait."""

from __future__ import annotations

from math import ceil

from labs.caching.stampede.model import load, longest_wait, peak, stale_answers
from labs.kit.picture.scene import Scene
from labs.kit.trace import Trace

WIDTH = 560


def draw_stampede(trace: Trace) -> Scene:
    """The scene of a run of `stampede`: when the entry was good; queries at the database; the longest wait so far."""
    scene = Scene(WIDTH, 262, end=trace.end, title=f"cure: {trace.settings['cure']}", settle=0.5)
    scene.lanes("entry", 64, 14, WIDTH - 78, 26, {"entry": _life(trace)})
    scene.box("gone", WIDTH - 88, 62, 12, 12, fill="warn", radius=2)  # a stretch is too short for its word
    scene.text("gone-is", WIDTH - 72, 72, "no entry", size=12, ink="muted")
    scene.chart("queries", 44, 92, WIDTH - 58, 64, {"queries at the database": load(trace)}, top=max(4, peak(trace)))
    longest = max(1, ceil(longest_wait(trace)))
    scene.chart("wait", 44, 200, WIDTH - 58, 40, {"longest wait so far": _waits(trace)}, top=longest, unit=" s")
    _tell(scene, trace)
    return scene


def _life(trace: Trace) -> list[tuple[float, float, str, str]]:
    """When the entry was good, and when it had expired or was away."""
    stretches: list[tuple[float, float, str, str]] = []
    good, since = True, 0.0
    for e in trace.of("expired", "evict", "set"):
        if (e.kind == "set") != good:
            stretches.append((since, e.t, *_state(good)))
            good, since = not good, e.t
    return [*stretches, (since, trace.end, *_state(good))]


def _state(good: bool) -> tuple[str, str]:
    """A word and a colour: a read that finds no good entry is a miss."""
    return ("good", "good") if good else ("gone", "warn")


def _waits(trace: Trace) -> list[tuple[float, float]]:
    line, most = [(0.0, 0.0)], 0.0
    for e in trace.of("reply"):
        if e["waited"] > most + 0.05:
            most = e["waited"]
            line.append((e.t, most))
    return line


def _tell(scene: Scene, trace: Trace) -> None:
    of = trace.settings
    scene.say(0, f"{of['rate']:g} requests per second for one entry. It lives for {of['ttl']:g} s, "
              f"and loading it takes {of['load_time']:g} s.")  # fmt: skip
    queries = trace.of("query")
    for told, e in enumerate(trace.of("expired", "evict")):
        soon = [q for q in queries if e.t <= q.t < e.t + of["load_time"]]
        why = "The entry has expired." if e.kind == "expired" else "The entry is evicted."
        many = "One query goes" if len(soon) == 1 else f"{len(soon)} queries go"
        come = f"{many} to the database before there is a new one." if soon else "A query under way brings a new one."
        scene.say(e.t, f"{why} {come}", still=not told)
    if queries and of["cure"] == "early" and not trace.of("expired"):
        scene.say(queries[0].t, "Somebody loads early: the entry is still good.", still=True)
    old = f" {stale_answers(trace)} answers were stale." if stale_answers(trace) else ""
    most = "one query" if peak(trace) == 1 else f"{peak(trace)} queries"
    scene.say(trace.end, f"At most {most} at once; the longest wait was {longest_wait(trace):.1f} s.{old}", still=True)
