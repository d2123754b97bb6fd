"""A partition with a record that fails, to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from labs.kafka.failing.handling import handle
from labs.kafka.failing.outcome import breaches, dead, in_neither, lag_over_time, repeated, unsolved
from labs.kafka.failing.parking import Park
from labs.kafka.failing.picture import draw_handling
from labs.kafka.failing.settings import FAILURES, HAND_OFFS, POLICIES
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace


def _records(found: Sequence[str]) -> tuple[str, bool]:
    return ", ".join(found) or "none", not found


def _dead(trace: Trace) -> str:
    letters, left = dead(trace), unsolved(trace)
    if not letters:
        return "empty"
    return f"{len(letters)} written; not done in the end: {', '.join(left) or 'none'}"


MONITORS = [
    ("in neither place: lost", lambda trace: _records(in_neither(trace))),
    ("done after a later record of its key", lambda trace: _records(breaches(trace))),
    ("done more than once", lambda trace: _records(list(repeated(trace)))),
    ("dead-letter topic", _dead),
    ("largest lag of orders", lambda trace: f"{max(value for _, value in lag_over_time(trace)):g}"),
]
CONTROLS = {
    "policy": Control("policy", "limit", options=POLICIES, label="when a record fails"),
    "tries": Control("tries", 3, low=1, high=6),
    "backoff": Control("backoff", 1.0, low=0.5, high=4, step=0.5, unit="s", label="first pause"),
    "failing": Control("failing", 1, low=0, high=6, label="failing records"),
    "failure": Control("failure", "transient", options=FAILURES, label="the failure"),
    "heals": Control("heals", 4.0, low=1, high=20, unit="s", label="it heals at"),
    "hand_off": Control("hand_off", "acknowledged", options=HAND_OFFS, label="hand-off"),
    "fixes": Control("fixes", True, label="the cause is fixed"),
    "most_redrives": Control("most_redrives", 99, options={99: "no limit", 1: "1", 2: "2"}, label="redrives allowed"),
    "max_poll": Control("max_poll", 10, low=4, high=30, unit="s", label="max.poll.interval"),
}
STRIKES = {
    "crash": Strike("crash", "Crash it"),
    "outage": Strike("outage", "Payments are down for 5 s", who=lambda trace: "payments"),
}


def _targets(trace: Trace) -> list[str]:
    return list(dict.fromkeys(e.who for e in trace.of("start")))


def explore_failing(
    *controls: str,
    strikes: Sequence[str] = ("crash", "outage"),
    monitors: Sequence[str] = (),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    park: Park | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A partition to play with: the named controls (see CONTROLS), the named faults (see STRIKES), and the monitors
    whose label holds one of these words (all where none is named).

    `settings` are those of `handle`. `versus` names two policies or two hand-offs by their short names. `park` is the
    learner's own loop; it is fenced in, so a mistake in it is a sentence and not a dead picture.
    """
    shown = pick_controls(controls, CONTROLS, settings)
    run = fenced(handle, park)
    words: dict[str, dict[Any, str]] = {
        "policy": POLICIES,
        "hand_off": HAND_OFFS,
        "fixes": {True: "repaired", False: "sent back as it is"},
    }
    sides = versus[1:] if versus and versus[0] == "policy" else ()
    short = {text: name for name, text in words[versus[0]].items()} if versus and versus[0] in words else {}
    if versus and short:  # a side is headed by its value: let that be words
        versus = (versus[0], words[versus[0]][versus[1]], words[versus[0]][versus[2]])

    def handle_one(**chosen: Any) -> Trace:
        if versus and short:
            chosen[versus[0]] = short[chosen[versus[0]]]
        return run(**{**settings, **chosen, "park": park})

    kept = [pair for pair in MONITORS if not monitors or any(word in pair[0] for word in monitors)]
    return explore(
        handle_one, partial(draw_handling, policies=sides), controls=shown,
        strikes=[STRIKES[name] for name in strikes], targets=_targets,
        monitors=kept, versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def explore_next_order(after: Any = None) -> Explorer:
    """The question of the lesson, played: b1 fails until 4 s, in place or by way of retry topics; b2 is next."""
    return explore_failing(
        versus=("policy", "block", "topics"), strikes=(), monitors=("later", "lag"), records=6, heals=4.0, until=8.0,
        after=after,
    )  # fmt: skip
