"""The picture of a flow: a lifeline for each of them, an arrow for each HTTP message, and its text behind the arrow."""

from __future__ import annotations

from typing import Any

from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.picture.words import LEAST, width
from labs.kit.playing.controls import Control, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.oauth.flow.attacks import ATTACKS, attack_flow
from labs.oauth.flow.rules import NAMES

WIDTH, ROW, TOP = 740, 25, 44
HEADS = {
    "ada": "Ada's browser",
    "app": "print.example",
    "login": "login.example",
    "photos": "photos.example",
    "mallory": "Mallory",
}
SHOWN = {
    "code": "code", "iss": "iss", "code_challenge": "challenge", "code_verifier": "verifier", "state": "state",
    "access_token": "access token", "refresh_token": "refresh token", "Bearer": "access token",
}  # fmt: skip
"""The parameters that an arrow names; all of them are in the message behind it."""


def draw_flow(trace: Trace) -> Scene:
    """The scene of a run of `attack_flow`."""
    drawn = trace.of("ask", "answer", "note")
    height = TOP + ROW * len(drawn) + 8
    attack = trace.settings["attack"]
    title = "Nobody attacks" if attack == "none" else attack[0].upper() + attack[1:]
    scene = Scene(WIDTH, height, end=trace.end, title=title, unit="step", settle=0.6)
    scene.lifelines(HEADS, 4, 4, WIDTH - 8, height - 8, rows=len(drawn))
    for n, name in enumerate(HEADS, 1):
        scene.key(0, name, fill=actor(7 if name == "mallory" else n))
    for event in trace:
        _draw(scene, event)
    return scene


def _draw(scene: Scene, event: Event) -> None:
    if event.kind == "say":
        scene.say(event.t, event["caption"], still=event["still"])
    elif event.kind == "end":
        scene.say(event.t, event["caption"], still=True)
    elif event.kind == "note":
        won = event.get("won")
        fill = "warn" if won is None else "bad" if won else "good"
        scene.note(event.t, event.who, event["words"], w=min(118, width(event["words"], 12) + 8), fill=fill)
    else:
        evil = "mallory" in (event.who, event["to"])
        refused = str(event["what"]).startswith("4")
        stroke = "bad-ink" if evil or refused else "ink"
        dash = "5 3" if event.kind == "answer" else ""
        scene.message(event.t, event.who, event["to"], label_of(event), stroke=stroke, dash=dash, tip=event["text"])


def label_of(event: Event) -> str:
    """What an arrow says: the request or the status, and the names of what matters in it, as far as there is room."""
    carries = event["carries"]
    if "photos of" in carries:
        return f"{event['what']}: {carries['photos of'].title()}'s photos"
    names = [SHOWN[name] for name in SHOWN if name in carries]
    names = ["two tokens"] if names == ["access token", "refresh token"] else names
    names = [str(carries["error"])] if "error" in carries else names
    what = str(event["what"]).removesuffix(".example")
    if not names:
        return what
    order = list(HEADS)
    room = abs(order.index(event.who) - order.index(event["to"])) * (WIDTH - 8) / len(order) - 15
    short = what.removeprefix("GET ").removeprefix("POST ").partition(" →")[0]
    tries = [f"{what}: {', '.join(names)}", f"{short}: {', '.join(names)}"]
    tries += [f"{short}: {', '.join(names[:n])} …" for n in range(len(names) - 1, 0, -1)]
    return next((label for label in tries if width(label, LEAST) <= room), short)


BROWSER = ("none", "code interception", "code injection", "CSRF", "PKCE downgrade", "prefix match", "open redirect")
"""What can be chosen: the attacks by way of Ada's browser. The others have pictures of their own."""
CONTROLS = {
    control.name: control
    for control in (
        Control("attack", "code interception", options=BROWSER),
        Control("pkce", False, label="PKCE"),
        Control("demand", False, label="PKCE required"),
        Control("state", False, label="state"),
        Control("iss", False, label="iss"),
        Control("exact", False, label="exact redirect URIs"),
        Control("closed", False, label="no open redirector"),
        Control("rotate", False, label="rotation"),
        Control("family", False, label="reuse ends the family"),
        Control("audience", False, label="audience checked"),
    )
}
assert set(BROWSER) <= set(ATTACKS) and set(CONTROLS) == {"attack", *NAMES}


def _seen(trace: Trace) -> str:
    """What Mallory has seen: in messages of her own, in those sent to her, and what she has read or copied."""
    mine = [e for e in trace.of("ask", "answer", "note") if "mallory" in (e.who, e.get("to"))]
    return ", ".join(dict.fromkeys(SHOWN[n] for n in SHOWN for e in mine if n in e["carries"])) or "nothing"


def _ended(trace: Trace) -> tuple[str, bool | None]:
    end = trace.of("end")
    return (str(end[0]["words"]), False if end[0]["won"] else None) if end else ("stays out", None)


MONITORS = [
    ("Mallory", _ended),
    ("messages", lambda trace: str(len(trace.of("ask", "answer")))),
    ("seen by Mallory", _seen),
]


def explore_flow(*controls: str, versus: tuple[str, Any, Any] | None = None, **settings: Any) -> Explorer:
    """A flow to play with; the controls are named, the settings are where they start."""
    after = settings.pop("after", None)
    shown = pick_controls(controls, CONTROLS, settings)

    def run(**chosen: Any) -> Trace:
        return attack_flow(**{**settings, **chosen})

    return explore(run, draw_flow, controls=shown, monitors=MONITORS, versus=versus, after=after)
