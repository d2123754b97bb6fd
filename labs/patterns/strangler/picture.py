"""The picture of a rollout: the façade between two systems, the share as a staircase, a strip for each named user."""

from __future__ import annotations

from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace
from labs.patterns.strangler.data import WAYS
from labs.patterns.strangler.run import (
    AWAY,
    CHOICES,
    GATES,
    NAMED,
    USERS,
    failed,
    final_share,
    lost_at_the_end,
    missing,
    run_rollout,
    sent_back,
)  # fmt: skip

WIDTH, HEIGHT, LEFT, RIGHT = 540, 418, 54, 76
FILLS = {"old": "actor1", "new": "actor2"}
BUG = (Fault(11.0, "bug", "new service"),)
ROLL_BACK = (Fault(26.0, "roll back", "façade"),)
NO_SECOND = {"one-way feed": "a one-way feed", "shared store": "a shared store", "two stores": "two separate stores"}


def draw_rollout(trace: Trace) -> Scene:
    """The scene of a run of `run_rollout`."""
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title=f"A rollout by {trace.settings['choice']}")
    scene.box("users", 6, 22, 96, 40, label=f"{len(USERS)} users", fill="panel")
    scene.box("façade", 166, 22, 150, 40, label="façade: 0 % new", fill="panel")
    scene.box("old", 368, 4, 166, 34, label="monolith: 200/s", fill=FILLS["old"], size=13)
    scene.box("new", 368, 46, 166, 34, label="new service: 0/s", fill=FILLS["new"], size=13)
    scene.link("in", "users", "façade")
    scene.link("to-old", "façade", "old")
    scene.link("to-new", "façade", "new")
    _play(scene, trace)
    share = [(e.t, e["share"]) for e in trace.of("second", "share")]
    wrong = [(e.t, round(100 * e["failed"] / max(1, e["new"]))) for e in trace.of("second")]
    scene.chart("share", LEFT, 112, WIDTH - LEFT - RIGHT, 84, {"share": share, "errors, new": wrong}, top=100,
                unit=" %", colours=("ink", "bad"))  # fmt: skip
    scene.lanes("served", LEFT, 214, WIDTH - LEFT - RIGHT, 26, {user: _strip(trace, user) for user in NAMED})
    _legend(scene)
    first = {id(e) for e in _firsts(trace)}
    narrate(scene, trace, lambda e: _tell(e, id(e) in first, trace.settings["data"]), _stills)
    scene.say(max(trace.end - 0.5, trace.events[-1].t), _verdict(trace), still=True)
    return scene


def _play(scene: Scene, trace: Trace) -> None:
    trouble, per_second = "", 0
    for e in trace:
        if e.kind in ("second", "share"):
            scene.key(e.t, "façade", label=f"façade: {e['share']} % new")
        if e.kind == "second":
            per_second = e["new"]
            scene.key(e.t, "old", label=f"monolith: {len(USERS) - per_second}/s")
        if e.kind in ("bug", "slow", "mend"):
            trouble = "" if e.kind == "mend" else f", {e.kind}"
        if e.kind in ("second", "bug", "slow", "mend"):
            scene.key(
                e.t, "new", label=f"new service{trouble}: {per_second}/s", fill="bad" if trouble else FILLS["new"]
            )


def _strip(trace: Trace, user: str) -> list[tuple[float, float, str, str]]:
    stretches: list[tuple[float, float, str, str]] = []
    for e in trace.of("serve", who=user):
        state = ("✗", "bad") if e["fails"] else ("?", "warn") if e["missing"] else (e["side"], FILLS[e["side"]])
        if stretches and stretches[-1][2:] == state:
            stretches[-1] = (stretches[-1][0], e.t + 1, *state)
        else:
            stretches.append((e.t, e.t + 1, *state))
    return stretches


def _legend(scene: Scene) -> None:
    told = (("monolith", "actor1", ""), ("new service", "actor2", ""), ("items missing", "warn", "?"),
            ("request failed", "bad", "✗"))  # fmt: skip
    for i, (words, fill, sign) in enumerate(told):
        left = LEFT + 118 * i
        scene.box(f"legend{i}", left, 397, 18, 18, fill=fill, label=sign, size=12)
        scene.text(f"legend{i}-words", left + 24, 410, words, size=12)


def _firsts(trace: Trace) -> list[Event]:
    """Ada's first move, her first way back, the first items that she (or else anybody) misses: each is told once."""
    served = trace.of("serve", who=NAMED[0])
    moved = [e for e in served if e["side"] == "new"][:1]
    back = [e for e in served if e["side"] == "old" and moved and e.t > moved[0].t][:1]
    missed = [e for e in served if e["missing"]] or [e for e in trace.of("serve") if e["missing"]]
    return [*moved, *back, *missed[:1]]


def _tell(e: Event, first: bool, data: str) -> str | tuple[str, str]:
    if e.kind == "serve" and first:
        if e["missing"]:
            where = "monolith" if e["side"] == "old" else "new service"
            items = f"{e['items']} item{'s' * (e['items'] > 1)}"
            return "moves", f"{e.who} has put in {items}, and does not see {e['missing']}: the {where} answers."
        return "moves", f"{e.who}: first request to the {'new service' if e['side'] == 'new' else 'monolith again'}."
    if e.kind == "share" and e["share"] in (10, 50, 100):
        return "share", f"The share {'grows' if e['share'] > e['before'] else 'falls'} to {e['share']} %."
    if e.kind == "share" and e["share"] == 0:
        return "share", "Rolled back: the façade sends everybody to the monolith."
    gone = {"slow": " It is not slow any more.", "bug": " The bug is gone."}.get(e.get("instead", ""), "")
    return {
        "bug": f"From now on the new service fails for one basket in four: those with a voucher.{gone}",
        "slow": f"The new service is slow: every second user runs into the façade's timeout.{gone}",
        "mend": "The new service is mended.",
        "away": f"For {AWAY} seconds, the second of two writes fails."
        if data == "dual write"
        else f"Nothing fails: with {NO_SECOND[data]}, there is no second write.",
    }.get(e.kind, "")


def _stills(trace: Trace) -> list[float]:
    return [e.t for e in _firsts(trace)][-1:] + [e.t for e in trace.of("share") if e["share"] == 0][:1]


def _verdict(trace: Trace) -> str:
    return f"The share ends at {final_share(trace)} %. Items that the six can no longer find: {lost_at_the_end(trace)}."


CONTROLS = {
    control.name: control
    for control in (
        Control("choice", "bucket", options=CHOICES, label="the façade chooses by"),
        Control("gate", "gate", options=GATES, label="gate"),
        Control("data", WAYS[0], options=WAYS, label="data"),
    )
}
MONITORS = [
    ("times a user was sent back without a rollback", lambda t: (str(sent_back(t)), sent_back(t) == 0)),
    ("times one of the six did not see an item", lambda t: (str(missing(t)), missing(t) == 0)),
    ("failed requests", lambda t: (str(failed(t)), failed(t) == 0)),
]
STRIKES = [
    Strike("bug", "a bug comes (or goes)", who=lambda trace: "new service"),
    Strike("slow", "the new service is slow (or fast again)", who=lambda trace: "new service"),
    Strike("switch", "roll back (or start again)", who=lambda trace: "façade"),
]
SECOND = Strike("away", "second write fails", who=lambda trace: "store")


def explore_rollout(
    *controls: str, faults: Any = (), after: Any = None, versus: Any = None, **given: Any
) -> Explorer:  # fmt: skip
    """A rollout to break; `bucket`, `route` and `ramp` may be the learner's own functions."""
    own = {name: given.pop(name) for name in ("bucket", "route", "ramp") if name in given}
    run = fenced(run_rollout, *own.values()) if own else run_rollout
    shown = pick_controls(controls, CONTROLS, given)
    dual = given.get("data") == "dual write" or "data" in controls
    return explore(
        lambda **chosen: run(**{**given, **chosen}, **own), draw_rollout, controls=shown,
        strikes=STRIKES + [SECOND] * dual, monitors=MONITORS, faults=faults, after=after, versus=versus,
    )  # fmt: skip
