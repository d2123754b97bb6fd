"""The picture of a retry that overtakes: a lane per batch between producer and broker, and the log that comes of it."""

from __future__ import annotations

from typing import Any

from labs.kafka.partitions.retries import WAY, log_of, names, overtake
from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace

WIDTH, LANE, TOP, CELL = 560, 34, 44, 44


def draw_overtake(trace: Trace) -> Scene:
    """The scene of a run of `overtake`."""
    many = trace.settings["batches"]
    foot = TOP + LANE * many
    title = "with idempotence" if trace.settings["idempotent"] else "without idempotence"
    scene = Scene(WIDTH, foot + 82, end=trace.end, settle=0.4, title=title)
    scene.text("producer", 78, 26, "producer", size=13, align="middle", weight="bold")
    scene.box("broker", 452, 12, 100, foot - 18, label="broker", align="top", weight="bold")
    for i, name in enumerate(names(many)):
        y = TOP + LANE * i
        scene.box(name, 8, y, 140, LANE - 8, label=f"{name}: waits", fill="panel", size=13)
        scene.box(f"{name}-out", 156, y + 7, 0, 0, opacity=0)
        scene.box(f"{name}-in", 446, y + 7, 0, 0, opacity=0)
        scene.box(f"{name}-back", 446, y + 20, 0, 0, opacity=0)
        scene.box(f"{name}-home", 156, y + 20, 0, 0, opacity=0)
    room = max(len(log_of(trace)), 8)
    scene.log("log", 118, foot + 16, room, w=CELL, h=30, label="partition's log")
    scene.append(0, "log", "b0", fill="idle", over=0)
    for event in trace:
        _draw(scene, event)
    scene.say(
        0, f"Batch b0 is written and acknowledged. {many} more follow, {_pace(trace.settings['in_flight'], many)}."
    )
    narrate(scene, trace, _teller(trace), _stills)
    return scene


def _pace(in_flight: int, many: int) -> str:
    """How the batches follow each other."""
    if in_flight >= many:
        return "without waiting for each other's answers"
    return f"up to {in_flight} of them under way at once" if in_flight > 1 else "one at a time"


def _draw(scene: Scene, event: Event) -> None:
    t, name = event.t, f"b{event['batch']}"
    if event.kind == "send":
        again = f" again ({event['attempt']})" if event["attempt"] > 1 else ""
        scene.key(t, name, label=f"{name}: sent{again}", fill=_fill(event["attempt"]))
        scene.send(
            t, f"{name}-out", f"{name}-in", label=name, over=WAY, fill=_fill(event["attempt"]), lost=event["lost"]
        )
    elif event.kind == "append":
        scene.append(t, "log", name, fill=_fill(event["attempt"]))
    elif event.kind == "answer" and t + WAY <= scene.end:
        word, fill = ("ok", "good") if event["well"] else ("out of order", "bad")
        scene.send(t, f"{name}-back", f"{name}-home", label=word, over=WAY, fill=fill, lost=event["lost"])
    elif event.kind == "acked":
        scene.key(t, name, label=f"{name}: acknowledged ✓", fill="good")


def _fill(attempt: int) -> str:
    """What is sent again stands out."""
    return "data" if attempt == 1 else "warn"


def _teller(trace: Trace) -> Any:
    last = trace.events[-1]

    def tell(event: Event) -> str:
        said = _told(event)
        return f"{said} {_end(trace)}".strip() if event is last else said

    return tell


def _told(event: Event) -> str:
    name = f"b{event['batch']}"
    if event.kind == "send" and event["lost"]:
        return f"{name} is lost on its way. The producer does not know that."
    if event.kind == "answer" and event["lost"]:
        said = f"The broker has written {name}, and its answer is lost" if event["well"] else "Its answer is lost"
        return f"{said}. The producer does not know that."
    if event.kind == "send" and event["attempt"] > 1:
        return f"{name} is sent again."
    if event.kind == "duplicate":
        return (
            f"{name}'s sequence number is in the log already: the broker acknowledges it, and does not write it again."
        )
    if event.kind == "late":
        return f"{name} is acknowledged by now: nothing of it can be lost."
    if event.kind == "refuse":
        return f"{name} comes too early: a sequence number before it is missing. The broker refuses it."
    return ""


def _end(trace: Trace) -> str:
    log = log_of(trace)
    order = "in order" if sorted(log) == log else "out of order"
    often = [(n, log.count(n)) for n in sorted(set(log)) if log.count(n) > 1]
    told = [
        f"b{n}{' is in it' * (not i)} {'twice' if times == 2 else f'{times} times'}"
        for i, (n, times) in enumerate(often)
    ]
    each = f", and {', '.join(told)}" if told else ", each once" if order == "in order" else ""
    return f"The log: {', '.join(f'b{n}' for n in log)}: {order}{each}."


def _stills(trace: Trace) -> set[float]:
    told = [event.t for event in trace if event.kind in ("refuse", "duplicate") or event.get("lost")]
    return {*told[:1], trace.events[-1].t}


CONTROLS = [Control("in_flight", 5, low=1, high=5, label="batches under way at once")]
STRIKES = [Strike("lose", "lose this batch"), Strike("lose the answer to", "lose the answer to it")]
MONITORS = [
    ("in order", lambda t: ("yes", True) if sorted(log_of(t)) == log_of(t) else ("no", False)),
    ("each once", lambda t: ("yes", True) if len(set(log_of(t))) == len(log_of(t)) else ("no", False)),
]


def _last_sent_first(trace: Trace) -> list[str]:
    """The batches, the one that was sent last before the others."""
    return [f"b{batch}" for batch in dict.fromkeys(event["batch"] for event in reversed(trace.of("send")))]


def explore_retries() -> Explorer:
    """Four batches, the second of which is lost: without idempotence and with it."""
    sides = {"without idempotence": False, "with idempotence": True}

    def run(side: str, **settings: Any) -> Trace:
        return overtake(idempotent=sides[side], **settings)

    return explore(
        run, draw_overtake, controls=CONTROLS, strikes=STRIKES, targets=_last_sent_first,
        monitors=MONITORS, versus=("side", "without idempotence", "with idempotence"),
        faults=[Fault(0, "lose", "b2")],
    )  # fmt: skip
