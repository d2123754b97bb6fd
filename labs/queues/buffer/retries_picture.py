"""The picture of `retries`: clients that pause, the few calls that the server holds, and the calls over time."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from labs.kit.picture.narration import narrate
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

SLICE = 0.5  # seconds: a bar's width in the chart of calls


def draw_retries(trace: Trace) -> Scene:
    """The scene of a run."""
    name = getattr(trace.settings["pause"], "__name__", "") or trace.settings["policy"]
    scene = Scene(560, 350, end=trace.end, title=name.replace("_", " "), settle=0.3)
    places = {"pausing": (8, 200), "server": (232, 104), "served": (360, 192)}
    for part, (x, w) in places.items():
        scene.box(f"{part}-box", x, 28, w, 150, radius=2)
        scene.text(f"{part}-name", x + w / 2, 20, part, size=13, align="middle", ink="muted")
    chips = Pool(scene, w=24, h=20, over=0.25, size=12)  # 7 in a row: all forty fit into a box
    for part, (x, w) in places.items():
        chips.tray(part, x + 4, 34, w - 8, 138, gap=2)
    scene.text("count-calls", 8, 202, "calls 0", size=14, weight="bold")
    scene.text("count-refused", 140, 202, "refused 0", size=14, weight="bold", ink="bad-ink")
    scene.text("count-served", 290, 202, "served 0", size=14, weight="bold", ink="good-ink")
    _move(scene, trace, chips)
    _count(scene, trace)
    calls = Counter(int(e.t / SLICE) for e in trace.of("call"))
    slices = range(int(trace.end / SLICE) + 1)
    line = [(i * SLICE, float(calls[i])) for i in slices if i * SLICE <= trace.end]
    scene.chart("rate", 40, 236, 500, 78, {f"calls in each {SLICE:g} s": line}, top=max(v for _, v in line) or 1)
    narrate(scene, [*_moments(trace)], _tell, [0.0, *_turns(trace)], within=0)
    return scene


def _move(scene: Scene, trace: Trace, chips: Pool) -> None:
    """The clients, from tray to tray; one that is refused again stays as it is."""
    refused = set[int]()
    for number in range(1, trace.settings["clients"] + 1):
        chips.put(0, number, "pausing")
    for event in trace:
        t, number = event.t, event.get("number")
        if event.kind == "call" and event["ok"]:
            chips.put(t, number, "server", fill="warn")
        elif event.kind == "call" and number not in refused:
            chips.look(t, number, fill="bad")
            refused.add(number)
        elif event.kind == "served":
            chips.put(t, number, "served", fill="good")
        elif event.kind == "pause" and chips.where(number) == "server":
            chips.put(t, number, "pausing", fill="bad")
            refused.add(number)
        elif event.kind == "stop":
            scene.key(t, "server-box", dash="4 3", fill="page", stroke="bad-ink")
            scene.key(t, "server-name", label="✕ server")
        elif event.kind == "start":
            scene.key(t, "server-box", dash="", fill="panel", stroke="line")
            scene.key(t, "server-name", label="server")


def _count(scene: Scene, trace: Trace) -> None:
    """How many calls, refused ones and served ones there have been: at the start, then every tenth of a second."""
    counts = Counter[str]()
    for _, together in groupby(trace.of("call", "served"), key=lambda event: (event.t > 0, int(event.t * 10 + 1e-9))):
        events = list(together)
        for event in events:
            counts["served" if event.kind == "served" else "calls"] += 1
            counts["refused"] += not event.get("ok", True)
        _show(scene, events[0].t, counts)


def _show(scene: Scene, t: float, counts: Counter[str]) -> None:
    for name in ("calls", "refused", "served"):
        scene.key(t, f"count-{name}", label=f"{name} {counts[name]}")


# ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _moments(trace: Trace) -> list[Event]:
    """What is worth a caption: the waves (many calls at one moment), faults, and the last that is served."""
    calls = Counter(e.t for e in trace.of("call"))
    refused = Counter(e.t for e in trace.of("call") if not e["ok"])
    waves = [t for t, many in sorted(calls.items()) if many >= 6]
    vain = [t for t in waves if refused[t] == calls[t]]  # told once, however often it happens
    told = trace.of("stop", "start")  # before the calls of the same moment, which find the server so
    told += [
        Event(t, "wave", "clients", {"calls": calls[t], "refused": refused[t], "idle": _idle(trace, t)})
        for t in [t for t in waves if t not in vain[1:]][:6]
    ]
    served = trace.of("served")
    if len(served) == trace.settings["clients"]:
        told.append(Event(served[-1].t, "all", "server", {"calls": len(trace.of("call"))}))
    else:
        left = trace.settings["clients"] - len(served)
        late = sum(not e["ok"] for e in trace.of("call") if e.t > trace.end - 5)
        busy = " The server is busy refusing calls." if late * trace.settings["refusal"] > 5 else ""
        told.append(Event(trace.end, "left", "server", {"left": left, "calls": len(trace.of("call")), "busy": busy}))
    return sorted(told, key=lambda event: event.t)


def _idle(trace: Trace, t: float) -> float:
    """For how long the server has been up with nothing to do (s)."""
    before = [e for e in trace if e.t < t and (e.kind in ("served", "stop", "start") or (e.kind == "call" and e["ok"]))]
    return t - before[-1].t if before and before[-1].kind in ("served", "start") else 0.0


def _tell(event: Event) -> str:
    if event.kind == "wave":
        many, refused = event["calls"], event["refused"]
        who = ("1 client calls" if many == 1 else f"{many} clients call") if event.t else "All of them call"
        idle = f"The server has been idle for {event['idle']:.1f} s. " if event["idle"] > 0.5 else ""
        at_once = "" if many == 1 else " at the same moment"
        return f"{idle}{who}{at_once}; {({0: 'none is', 1: '1 is'}).get(refused, f'{refused} are')} refused."
    if event.kind == "stop":
        return "The server stops: every call fails."
    if event.kind == "start":
        return "The server is back."
    if event.kind == "left":
        return f"{event['left']} still have no answer, after {event['calls']} calls.{event['busy']}"
    return f"At {event.t:.1f} s everybody has been served. It took {event['calls']} calls."


def _turns(trace: Trace) -> list[float]:
    return [e.t for e in _moments(trace) if e.kind != "wave"]
