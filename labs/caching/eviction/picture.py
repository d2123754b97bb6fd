"""The pictures of lesson 15: a small cache as a row of slots, and a large one as its hit ratio over time."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from labs.caching.eviction.replay import after_strike, hit_ratio, recent
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, SLOT, CELL = 560, 52, 32
SLOTS_Y, ASKED_Y = 62, 152
ENDS = {"yours": ("least recent", "most recent"), "S3-FIFO": ("small queue,", "then main")}
"""What the two ends are where the left one is not simply the next to go. A policy of the learner's need not tell its
order: then the entries stand in the order of their last use. S3-FIFO decides when an entry's turn comes."""


def draw_cache(trace: Trace) -> Scene:
    """The scene of a run of `replay` with few, named requests: the slots in the policy's order, and what was asked."""
    capacity, name = trace.settings["capacity"], trace.settings["policy"]
    asked = trace.of("hit", "miss")
    per_line = (WIDTH - 16) // CELL
    lines = -(-len(asked) // per_line)
    scene = Scene(WIDTH, ASKED_Y + lines * (CELL + 6) + 12, end=trace.end, title=name, settle=0.5, unit="step")
    left = (WIDTH - capacity * SLOT) / 2
    first, last = ENDS.get(name, ("next to go ←", "← last to go"))
    scene.text("out", left - 8, SLOTS_Y + 24, first, size=12, align="end", ink="muted")
    scene.text("in", left + capacity * SLOT + 6, SLOTS_Y + 24, last, size=12, ink="muted")
    for i in range(capacity):
        scene.box(f"slot{i}", left + i * SLOT, SLOTS_Y, SLOT - 4, 38, dash="3 3", fill="page")
    scene.text("cache", 8, 24, "cache", weight="bold")
    scene.text("asked", 8, ASKED_Y - 12, "requested so far (✓ hit, ✗ miss):", size=12, ink="muted")
    _move(scene, trace, left)
    for i, e in enumerate(asked):
        x, y = 8 + i % per_line * CELL, ASKED_Y + i // per_line * (CELL + 6)
        scene.box(f"asked{i}", x, y, CELL - 2, CELL + 2, label=f"{e.who}{'✓' if e.kind == 'hit' else '✗'}", size=12,
                  fill="good" if e.kind == "hit" else "warn", opacity=0, radius=3)  # fmt: skip
        scene.key(e.t, f"asked{i}", opacity=1)
    _tell(scene, trace)
    return scene


def _move(scene: Scene, trace: Trace, left: float) -> None:
    """Each key's box is where the policy has it, and falls out at the left when it is evicted."""
    shown: dict[Any, int] = {}
    made: set[Any] = set()
    for e in trace.of("hit", "miss", "scan", "restart"):
        for key in [key for key in shown if key not in e["cached"]]:
            scene.key(e.t, f"key-{key}", over=0.4, y=SLOTS_Y - 44)
            scene.key(e.t + 0.4, f"key-{key}", opacity=0)
            del shown[key]
        for i, key in enumerate(e["cached"]):
            x = left + i * SLOT + 3
            if key not in made:
                made.add(key)
                scene.box(f"key-{key}", x, SLOTS_Y + 3, SLOT - 10, 32, label=str(key), fill="data", opacity=0)
            if key not in shown:
                scene.key(e.t, f"key-{key}", x=x, y=SLOTS_Y + 3, opacity=1)
            elif shown[key] != i:
                scene.key(e.t, f"key-{key}", over=0.4, x=x)
            shown[key] = i


def _tell(scene: Scene, trace: Trace) -> None:
    """One caption for each stretch of hits or of misses."""
    scene.say(0, f"The cache has room for {trace.settings['capacity']} and is empty.")
    events = trace.of("hit", "miss", "scan", "restart")
    groups = [(kind, list(group)) for (kind, _), group in groupby(events, key=_topic)]
    for number, (kind, group) in enumerate(groups, 1):
        still = number in (len(groups), len(groups) - 1)
        scene.say(group[0].t, _stretch(kind, group), still=still, until=group[-1].t)
    answers = trace.of("hit", "miss")
    hits = sum(e.kind == "hit" for e in answers)
    scene.say(trace.end, f"{hits} of {len(answers)} requests were hits.", still=True)


def _topic(e: Event) -> tuple[str, bool]:
    return e.kind, e.who[1:].isdigit()  # what a scan or an export reads is called s1, s2 …


def _stretch(kind: str, group: list[Event]) -> str:
    if kind == "restart":
        return "The cache restarts, empty."
    if kind == "scan":
        return f"A scan reads {group[0]['entries']} other entries, each once."
    names = _list([e.who for e in group])
    if kind == "hit":
        return f"{names}: {'a hit' if len(group) == 1 else 'hits'}."
    gone = [str(e["evicted"]) for e in group if e["evicted"] is not None]
    told = f"{names}: {'a miss' if len(group) == 1 else 'misses'}, loaded and put in."
    return told + (f" {_list(gone)} had to go." if gone else "")


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# ── a large cache ─────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = ("space held by favourites", "space held by a scan")
LEFT, CHART = 52, WIDTH - 78


def draw_run(trace: Trace) -> Scene:
    """The scene of a long run of `replay`: the hit ratio over time; below, who holds the slots."""
    scene = Scene(WIDTH, 316, end=trace.end, title=trace.settings["policy"], settle=trace.end / 50, unit="step")
    scene.chart("hits", LEFT, 34, CHART, 100, {"hits among the last 50 requests": recent(trace)}, top=100, unit=" %")
    looks = [(e.t, _held(trace, e["cached"])) for e in trace if e["cached"] is not None]
    held = {
        name: [(0.0, 0.0), *((t, shares[name]) for t, shares in looks)]
        for name in KINDS[: 1 if trace.settings["pattern"] != "favourites" else 2]
    }
    scene.chart("held", LEFT, 196, CHART, 84, held, top=100, unit=" %", colours=("good", "bad"))
    for name, y in (("hits", 151), ("held", 297)):  # between the last two ticks
        scene.text(f"{name}-unit", LEFT + CHART * 0.875, y, "requests", size=12, align="middle", ink="muted")
    for i, fault in enumerate(trace.faults):
        x = LEFT + CHART * fault.t / scene.end
        scene.line(f"fault{i}", x, 34, x, 280, stroke="bad-ink", dash="3 3")
        scene.text(f"fault{i}-is", x - 4, 46 + 14 * (i % 6), fault.kind, size=12, align="end", ink="bad-ink", halo=True)
    _tell_run(scene, trace)
    return scene


def _held(trace: Trace, cached: tuple[Any, ...]) -> dict[str, float]:
    """The share of the space that each kind of key holds, in per cent; there are as many favourites as slots."""
    capacity = trace.settings["capacity"]
    scanned = sum(isinstance(key, str) for key in cached)
    favourites = sum(not isinstance(key, str) and key <= capacity for key in cached)
    return dict(zip(KINDS, (100 * favourites / capacity, 100 * scanned / capacity), strict=True))


def _tell_run(scene: Scene, trace: Trace) -> None:
    loop = trace.settings["pattern"] != "favourites"
    what = f"{trace.settings['capacity'] + 1} keys in a loop" if loop else "a few keys get most of the requests"
    scene.say(0, f"Room for {trace.settings['capacity']} entries, and {what}. The cache is empty at first.")
    for e in trace.of("scan", "restart"):
        struck = (
            f"A scan reads {e['entries']} other entries, each once."
            if e.kind == "scan"
            else "A restart empties the cache."
        )
        scene.say(e.t, struck, still=True)
    after = after_strike(trace)
    told = "" if after is None else f" Of the 100 requests after the last fault, {100 * after:.0f} % hit."
    scene.say(trace.end, f"In all, {100 * hit_ratio(trace):.0f} % of the requests were hits.{told}", still=True)
