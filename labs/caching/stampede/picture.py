"""The picture of a stampede: the load on the database, and how long requests wait."""

from __future__ import annotations

from math import ceil

from labs.caching.stampede.model import load, longest_wait, peak, stale_answers
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH = 560
STATES = {"good": "good", "stale": "warn", "gone": "hatch"}
"""What the entry is, and its colour: where it is gone, or too old to be served, a read is a miss."""


def draw_stampede(trace: Trace) -> Scene:
    """The scene of a run of `stampede`: when the entry was good; queries at the database; the longest wait so far."""
    scene = Scene(WIDTH, 262, end=trace.end, title=f"cure: {trace.settings['cure']}", settle=0.5)
    life = _life(trace)
    scene.lanes("entry", 64, 14, WIDTH - 78, 26, {"entry": life})
    stale = any(word == "stale" for *_, word, _ in life)
    keys = [("gone", "hatch", "no entry", 88), *([("stale", "warn", "stale", 146)] if stale else [])]
    for name, fill, word, left in keys:  # a stretch is too short for its word
        scene.box(name, WIDTH - left, 62, 12, 12, fill=fill, radius=2)
        scene.text(f"{name}-is", WIDTH - left + 16, 72, word, size=12, ink="muted")
    scene.chart("queries", 44, 92, WIDTH - 58, 64, {"queries at the database": load(trace)}, top=max(4, peak(trace)))
    longest = max(1, ceil(longest_wait(trace)))
    scene.chart("wait", 44, 200, WIDTH - 58, 40, {"longest wait so far": _waits(trace)}, top=longest, unit=" s")
    _tell(scene, trace, life)
    return scene


def _life(trace: Trace) -> list[tuple[float, float, str, str]]:
    """When the entry was good, when it was still served though its time was over, and when there was none to serve."""
    served = trace.settings["cure"] == "stale"
    stretches: list[tuple[float, float, str, str]] = []
    now, since = "good", 0.0
    for e in trace.of("expired", "evict", "set"):
        then = "good" if e.kind == "set" else "stale" if e.kind == "expired" and served else "gone"
        if then != now:
            stretches.append((since, e.t, now, STATES[now]))
            now, since = then, e.t
    return [*stretches, (since, trace.end, now, STATES[now])]


def _waits(trace: Trace) -> list[tuple[float, float]]:
    line, most = [(0.0, 0.0)], 0.0
    for e in trace.of("reply"):
        if e["waited"] > most + 0.05:
            most = e["waited"]
            line.append((e.t, most))
    return line


def _tell(scene: Scene, trace: Trace, life: list[tuple[float, float, str, str]]) -> None:
    of = trace.settings
    queries, sets = trace.of("query"), [e.t for e in trace.of("set")]
    captions = [(e.t, _herd(e, [q.t for q in queries], sets)) for e in trace.of("expired", "evict")]
    good = [(start, end) for start, end, word, _ in life if word == "good"]
    early = [q.t for q in queries if any(start <= q.t < end for start, end in good)]
    if early and of["cure"] == "early":
        captions.append((early[0], "Somebody loads early: the entry is still good."))
    scene.say(0, f"{of['rate']:g} requests per second for one entry. It lives for {of['ttl']:g} s, "
              f"and loading it takes {of['load_time']:g} s.")  # fmt: skip
    for told, (t, caption) in enumerate(sorted(captions)):
        scene.say(t, caption, still=not told)
    old = f" {stale_answers(trace)} answers were stale." if stale_answers(trace) else ""
    most = "one query was" if peak(trace) == 1 else f"{peak(trace)} queries were"
    scene.say(trace.end, f"At most {most} at the database at once; the longest wait was {longest_wait(trace):.1f} s."
                         f"{old}", still=True)  # fmt: skip


def _herd(e: Event, queries: list[float], sets: list[float]) -> str:
    """What an entry's end brings: how many queries, until there is an entry again."""
    again = min((t for t in sets if t > e.t), default=None)
    many = sum(e.t <= t and (again is None or t < again) for t in queries)
    why = "The entry has expired." if e.kind == "expired" else "The entry is evicted."
    if not many:
        return f"{why} A query under way brings a new one."
    go = "One query goes" if many == 1 else f"{many} queries go"
    return f"{why} {go} to the database before there is a new one."
