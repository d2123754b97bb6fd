"""A consumer group to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.kafka.groups.members import Assignor
from labs.kafka.groups.pauses import double_owners, moved, pause_intervals, rebalances, settled, unconsumed
from labs.kafka.groups.picture import draw_group
from labs.kafka.groups.rebalance import rebalance
from labs.kafka.groups.settings import PROTOCOLS
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace


def _since(trace: Trace) -> float:
    """From when on the monitors count: the first fault, or where there is none, when the group first worked."""
    return trace.faults[0].t if trace.faults else settled(trace)


def _pauses(trace: Trace) -> str:
    since = _since(trace)
    waited = {
        who: sum(max(0.0, pause.end - max(pause.start, since)) for pause in pauses)
        for who, pauses in pause_intervals(trace).items()
    }
    return ", ".join(f"{who} {seconds:.1f} s" for who, seconds in waited.items() if seconds > 0.05) or "none"


MONITORS = [
    ("rebalances", lambda t: str(sum(r.start >= _since(t) for r in rebalances(t)))),
    ("pause of each consumer", _pauses),
    ("partition-seconds that no one read", lambda t: f"{unconsumed(t, _since(t)):.1f}"),
    ("partitions that changed hands", lambda t: str(len(moved(t, _since(t))))),
    ("a partition with two owners", lambda t: _clashes(t)),
]


def _clashes(trace: Trace) -> tuple[str, bool]:
    clashes = double_owners(trace)
    if not clashes:
        return "never", True
    zombies = all(clash.believed for clash in clashes)
    return ("only in a zombie's belief; its commits are refused" if zombies else "yes: the group is broken"), zombies


CONTROLS = {
    control.name: control
    for control in (
        Control("consumers", 4, low=1, high=7),
        Control("partitions", 4, low=1, high=10, label="partitions per topic"),
        Control("assignor", "range", options=tuple(PROTOCOLS["eager"])),
        Control("protocol", "eager", options=("eager", "cooperative")),
        Control("session_timeout", 45, low=6, high=60, unit="s", label="session timeout"),
        Control("max_poll_interval", 300, low=10, high=300, step=10, unit="s", label="max poll interval"),
        Control("static", False, label="static members"),
    )
}
NEWCOMER = "a new one"  # joins under the next free name, however many consumers there are
STRIKES = {
    "crash": Strike("crash", "Crash it"),
    "leave": Strike("leave", "Let it leave"),
    "stall": Strike("stall", "Stall it"),
    "return": Strike("return", "Let it return"),
    "join": Strike("join", "Let a new one join", who=lambda trace: NEWCOMER),
}


def _named(faults: Sequence[Fault], consumers: int) -> list[Fault]:
    """The faults, with every newcomer under its name: the first after all others is c5 where there are four."""
    names = [int(f.who[1:]) for f in faults if f.kind == "join" and f.who[1:].isdigit()]
    number, named = max([consumers, *names]), []
    for fault in sorted(faults, key=lambda fault: fault.t):
        if fault.who == NEWCOMER:
            number += 1
            fault = Fault(fault.t, fault.kind, f"c{number}")
        named.append(fault)
    return named


def _consumers(trace: Trace) -> list[str]:
    return sorted({e.who for e in trace.of("start")}, key=lambda name: int(name[1:]))


def explore_group(
    *controls: str,
    strikes: Sequence[str] = tuple(STRIKES),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    assign: Assignor | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A consumer group to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `rebalance`: they set where a control begins, or hold what has no control. `assign` is an
    assignor of the learner's own; it is fenced in, so a mistake in it is a sentence and not a dead picture.
    """
    shown = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        asked = {**settings, **chosen}
        if assign is not None:  # fenced in anew for each run: all its calls in one run share five seconds
            asked["assign"] = fenced(assign, total=2.5 if versus else 5)
        return rebalance(**{**asked, "faults": _named(asked["faults"], asked.get("consumers", 4))})

    return explore(
        run, draw_group, controls=shown,
        strikes=[STRIKES[name] for name in strikes], targets=_consumers,
        monitors=MONITORS if "stall" in strikes else MONITORS[:-1],  # two owners come only of a stall
        versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip
