"""The picture of a saga: a lifeline for each service, time downwards, and the ledger below."""

from __future__ import annotations

from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace
from labs.patterns.saga.captions import teller
from labs.patterns.saga.run import ended, expected, held, is_busy, run_saga
from labs.patterns.saga.world import NOBODY, SAFETY, SERVICES, WORK

WIDTH, HEIGHT, LINES = 540, 470, 386
PAUSE = 0.24  # s: what is sent as an answer arrives is drawn so much later, or its words would touch the answer's arrow
UNITS = {"stock": "items reserved", "payment": "taken from the card", "shipping": "vans booked"}


def draw_saga(trace: Trace) -> Scene:
    """The scene of a run of `run_saga`."""
    style = trace.settings["style"]
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title=f"{style}: one order")
    scene.lifelines({name: f"{name} service" for name in ("order", *SERVICES)}, 0, 6, WIDTH, LINES, head=36)
    for i, name in enumerate(SERVICES):
        scene.box(f"held-{name}", WIDTH / 4 * (i + 1) + 4, LINES + 14, WIDTH / 4 - 8, 58, label=f"{UNITS[name]}: 0",
                  fill="panel", size=14, wrap=True)  # fmt: skip
    scene.text("ledger", 10, LINES + 34, "for this order", size=12, ink="muted")
    scene.text("state", 10, LINES + 58, "pending", size=15, weight="bold")
    _play(scene, trace)
    narrate(scene, trace, teller(trace), _stills)
    scene.say(trace.end - 0.6, _verdict(trace), still=True)
    return scene


def _play(scene: Scene, trace: Trace) -> None:
    down: dict[str, float] = {}
    farthest: dict[tuple[float, str, str], int] = {}  # an event that several services hear of is named once, on top
    for e in trace.of("send"):
        farthest[_what(e)] = max(_way(e), farthest.get(_what(e), 0))
    missed = {(round(e.t, 3), e.who, e["label"]) for e in trace.of("missed")}
    first: dict[tuple[str, str, str], float] = {}
    listening = trace.settings["style"] == "choreographed"
    arrivals = {(round(e.t + e["over"], 3), e["goal"]) for e in trace.of("send")}
    for e in trace:
        if e.kind == "send":
            late = PAUSE if (round(e.t, 3), e.who) in arrivals else 0.0
            again = listening and e.t > first.setdefault((e.who, e["goal"], e["label"]), e.t)
            scene.message(e.t + late, e.who, e["goal"], e["label"] if _way(e) == farthest[_what(e)] else "",
                          over=e["over"] - late, stroke="bad" if e["fill"] == "bad" else "ink",
                          lost=(round(e.t + e["over"], 3), e["goal"], e["label"]) in missed,
                          dash="4 3" if again else "", tip="from the broker, once more" * again)  # fmt: skip
        elif e.kind == "commit":
            scene.active(max(0.0, e.t - WORK), e.t, e.who, fill="good" if e["outcome"] == "done" else "bad")
            scene.key(e.t, f"held-{e.who}", label=f"{UNITS[e.who]}: {e['taken']}")
        elif e.kind == "crash":
            down.setdefault(e.who, e.t)
        elif e.kind == "restart":
            scene.active(down.pop(e.who), e.t, e.who, fill="bad", tip="down")
        elif e.kind == "over":
            scene.key(e.t, "state", label="approved" if e["well"] else "rejected",
                      ink="good-ink" if e["well"] else "bad-ink")  # fmt: skip
    for name, since in down.items():
        scene.active(since, trace.end, name, fill="bad", tip="down")
    for name in SERVICES:
        well = held(trace)[name] == expected(trace)[name]
        scene.key(trace.end - 0.6, f"held-{name}", fill="good" if well else "bad")


def _what(e: Event) -> tuple[float, str, str]:
    return e.t, e.who, e["label"]


def _way(e: Event) -> int:
    """How many lifelines a message passes or reaches."""
    start, goal = (("order", *SERVICES).index(name) for name in (e.who, e["goal"]))
    return abs(goal - start)


def _stills(trace: Trace) -> list[float]:
    return [e.t for e in trace.of("crash", "restart")][:2]


def _verdict(trace: Trace) -> str:
    if ended(trace) == "open":
        return f"The order still hangs, and {'nobody is' if not is_busy(trace) else 'somebody is still'} working on it."
    wrong, well = _off(trace)
    if not well:
        return f"The order is {ended(trace)}, and the ledger is wrong: {wrong}."
    return f"The order is {ended(trace)}, and every service holds what it should."


CONTROLS = {
    control.name: control
    for control in (
        Control("refuses", "shipping", options=(NOBODY, *SERVICES), label="who refuses"),
        Control("safety", SAFETY[0], options=SAFETY, label="the order service has"),
        Control("heard", "everybody", options=("everybody", "the neighbour"), label="a failure is heard by"),
    )
}
MONITORS = [
    ("the order", lambda trace: (ended(trace), ended(trace) != "open")),
    *(
        (f"{name}: {UNITS[name]}", lambda trace, name=name: (
            f"{held(trace)[name]}, expected {expected(trace)[name]}", held(trace)[name] == expected(trace)[name]))
        for name in SERVICES
    ),
]  # fmt: skip


def _off(trace: Trace) -> tuple[str, bool]:
    wrong = [name for name in SERVICES if held(trace)[name] != expected(trace)[name]]
    return ", ".join(wrong) or "nothing", not wrong


SHORT = [MONITORS[0], ("wrong in the ledger", _off)]  # beside two pictures, which show the ledger themselves
STRIKES = [
    Strike("crash", "crash"),
    Strike("twice", "deliver the next message twice", who=lambda trace: "network"),
    Strike("late", "hold the next message up", who=lambda trace: "network"),
]


def explore_saga(*controls: str, faults: Any = (), after: Any = None, versus: Any = None, **given: Any) -> Explorer:
    """One order to break; `decide`, `take` and `undo` may be the learner's own functions."""
    own = {name: given.pop(name) for name in ("decide", "take", "undo") if name in given}
    run = fenced(run_saga, *own.values()) if own else run_saga
    shown = pick_controls(controls or ("refuses",), CONTROLS, given)
    return explore(
        lambda **chosen: run(**{**given, **chosen}, **own), draw_saga, controls=shown, strikes=STRIKES,
        targets=lambda trace: ["order", *SERVICES], monitors=SHORT if versus else MONITORS,
        faults=faults, after=after, versus=versus,
    )  # fmt: skip


CHARGED = (Fault(2.5, "crash", "order"),)  # the card is charged, and the reply is still on its way
