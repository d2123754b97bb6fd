"""The picture of CQRS to play with: controls, faults, monitors, and the learner's own pieces plugged in."""

from __future__ import annotations

from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace
from labs.patterns.cqrs.picture import draw_cqrs
from labs.patterns.cqrs.run import differences, longest_wait, run_cqrs, unseen, vanished
from labs.patterns.cqrs.world import PROJECT, PUBLISH, READ, REBUILD

CONTROLS = {
    control.name: control
    for control in (
        Control("publish", PUBLISH[0], options=PUBLISH, label="the services have"),
        Control("project", PROJECT[0], options=PROJECT, label="the projector works"),
        Control("read", READ[1], options=READ[1:], label="a read is answered"),
        Control("rebuild", REBUILD[0], options=REBUILD, label="a new read model is built"),
        Control("look_every", 0.5, low=0.5, high=5, step=0.5, unit="s", label="the projector looks every"),
    )
}
STRIKES = {
    "crash": Strike("crash", "crash"),
    "late": Strike("late", "hold the next event up", who=lambda trace: "network"),
    "rebuild": Strike("rebuild", "rebuild the read model", who=lambda trace: "projector"),
}
UNPUBLISHED = (Fault(6.3, "crash", "orders"),)  # o2 is committed, and its event not yet published
UNMARKED = (Fault(6.9, "crash", "orders"),)  # the event of o2 is in the feed, and not yet marked as sent
DROPPED = (Fault(15.5, "rebuild", "projector"),)


def _wrong(trace: Trace) -> tuple[str, bool]:
    found = [id.rstrip("+") for id in differences(trace)]
    return (", ".join(dict.fromkeys(found)) or "nothing", not found)


def _published(trace: Trace) -> str:
    commits, published = len(trace.of("commit")), len(trace.of("published"))
    return f"{commits}, {published}"


def _unseen(trace: Trace) -> tuple[str, bool]:
    return f"{unseen(trace)} of {len(trace.of('read'))}", unseen(trace) == 0


def _asked(trace: Trace) -> str:
    reads = trace.of("read")
    return f"{sum(e['source'] == 'ask the owner' for e in reads)} of {len(reads)}"


MONITORS = {
    "wrong": ("wrong for good", _wrong),
    "published": ("events committed, entries in the feeds", _published),
    "vanished": ("orders that vanish meanwhile", lambda trace: (str(vanished(trace)), vanished(trace) == 0)),
    "unseen": ("own writes not seen", _unseen),
    "waited": ("longest wait of a read", lambda trace: f"{longest_wait(trace):g} s"),
    "asked": ("reads that the owner answers", _asked),
}


def explore_cqrs(
    *controls: str, strikes: Any = ("crash",), watch: Any = ("wrong", "published"), faults: Any = (), after: Any = None,
    versus: Any = None, **given: Any,
) -> Explorer:  # fmt: skip
    """A run to break; `relay`, `projector` and `serve` may be the learner's own functions."""
    own = {name: given.pop(name) for name in ("relay", "projector", "serve") if name in given}
    run = fenced(run_cqrs, *own.values()) if own else run_cqrs
    shown = pick_controls(controls, CONTROLS, given)
    return explore(
        lambda **chosen: run(**{**given, **chosen}, **own), draw_cqrs, controls=shown,
        strikes=[STRIKES[name] for name in strikes],
        targets=lambda trace: ["orders", "customers", "projector"] if "crash" in strikes else (),
        monitors=[MONITORS[name] for name in watch], faults=faults, after=after, versus=versus,
    )  # fmt: skip
