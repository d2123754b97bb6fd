"""A token is copied: Ada, the stranger on the way, and the shop; and what the stranger has got in the end."""

from __future__ import annotations

from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.tokens.jwt.copied import payload_of

WIDTH, HEIGHT, LINES = 560, 424, 272
ASKED = {"reads": "read it?", "changed": "change it?", "copy": "use it?"}


def draw_copied(trace: Trace) -> Scene:
    """The scene of a run of `copy_token`."""
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title="A stranger copies Ada's token", unit="step", settle=0.6)
    heads = {"ada": "Ada's app", "stranger": "stranger", "shop": "shop.example"}
    scene.lifelines(heads, 8, 4, WIDTH - 16, LINES, rows=7)
    for name, fill in (("ada", actor(1)), ("stranger", actor(7)), ("shop", actor(2))):
        scene.key(0, name, fill=fill)
    scene.text("says", 8, LINES + 30, "the payload of the stranger's token", size=13, ink="muted")
    scene.box("payload", 8, LINES + 38, WIDTH - 16, 46, label="nothing yet", fill="page", mono=True, size=13, wrap=True)
    for i, (what, question) in enumerate(ASKED.items()):
        scene.box(what, 8 + i * 184, LINES + 94, 176, 50, label=f"Can they {question}", wrap=True)
    for event in trace:
        _draw(scene, event)
    narrate(scene, trace, lambda event: _tell(event, trace.settings["minutes"]), _stills)
    return scene


def _draw(scene: Scene, event: Event) -> None:
    t = event.t
    if event.kind == "shows":
        if event["which"] == "copy":
            scene.key(t, "payload", label=payload_of(event["token"]), fill="page")
        words = {"token": "the token", "changed": "the changed copy", "copy": "the copy as it is"}[event["which"]]
        scene.message(t, event.who, "shop", words, tip=event["token"])
    elif event.kind in ("serves", "refuses"):
        served = event.kind == "serves"
        words = f"hello, {event['sub']}" if served else f"refused at: {event['check']}"
        scene.message(t, "shop", event["to"], words, stroke="good-ink" if served else "bad-ink")
        if event["which"] in ASKED:
            how = f"Yes, as {event['sub']}." if served else f"No: refused at {event['check']}."
            _answer(scene, t, event["which"], served, how)
    elif event.kind == "copies":
        scene.note(t, "stranger", "copies it", w=62, fill="warn", tip=event["token"])
    else:
        scene.key(t, "payload", label=event["text"], fill="page" if event.kind == "reads" else "warn")
        if event.kind == "reads":
            _answer(scene, t, "reads", True, "Yes, without a key.")


def _answer(scene: Scene, t: float, what: str, can: bool, how: str) -> None:
    fill = "bad" if can else "good"  # for Ada, that is
    scene.key(t, what, label=f"Can they {ASKED[what]} {how}", fill=fill)


def _tell(event: Event, minutes: int) -> str:
    if event.kind == "copies":
        return "Somebody on the way copies it: from a log file, say, or from a network without TLS."
    if event.kind == "reads":
        return "The stranger turns the middle part back into text. Anybody can: it takes no key."
    if event.kind == "changes":
        return "They write “bob” for “ada” and keep the old signature. To make a new one they would need the key."
    if event.kind == "shows":
        when = f"{minutes} minute{'s' * (minutes != 1)} after it was issued" if minutes else "at once"
        return {
            "token": "Ada's app calls the shop and shows her token.",
            "changed": "They show the changed copy to the shop.",
            "copy": f"Then they show the copy just as it is, {when}.",
        }[event["which"]]
    if event.kind == "refuses":
        return f"The shop refuses it at the check {event['check']}: {event['why']}."
    if event["which"] == "token":
        return "The shop checks the signature and the claims, and serves her."
    return "The signature holds, so the shop serves the stranger as Ada. It cannot know who is showing the token."


def _stills(trace: Trace) -> list[float]:
    return [trace.of("reads")[0].t, trace.of("refuses")[0].t, trace.events[-1].t]
