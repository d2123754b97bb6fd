"""A token being taken apart: its letters above, the changed one marked, and every check with what it saw below."""

from __future__ import annotations

from labs.kit.scene import Scene
from labs.kit.trace import Trace
from labs.tokens.jws.jws import PARTS
from labs.tokens.jwt.jwt import ALL_CHECKS
from labs.tokens.jwt.shape_picture import FILLS, GROUP, ROW, fours

WIDTH, ACROSS, LINE = 560, 12, 27
QUESTIONS = {
    "three parts": "Are there three parts, with two dots between them?",
    "base64url": "Is each part base64url, spelt in the one way there is?",
    "header": "Is the header a JSON object that says everything once?",
    "crit": "Does it call anything critical that is not understood here?",
    "key": "Which of the trusted keys does it mean?",
    "algorithm": "Does it name the algorithm that this key is for?",
    "signature": "Is the signature that of exactly these letters, with exactly this key?",
    "typ": "Is it the kind of token that is expected?",
    "claims": "Only now is the payload read. Is it a JSON object that says everything once?",
    "exp": "Is it not over yet?",
    "nbf": "Has its time begun?",
    "iat": "Was it not issued in the future?",
    "iss": "Is it from the issuer that is trusted?",
    "aud": "Is it meant for this service?",
}


def draw_checks(trace: Trace) -> Scene:
    """The scene of a run of `take_apart`; `trace.settings["position"]` is marked, if it is there."""
    token: str = trace.settings["token"]
    parts = token.split(".")
    rows = -(-(sum(-(-len(part) // 4) for part in parts) + len(parts) - 1) // ACROSS)
    top = 14 + rows * ROW
    scene = Scene(WIDTH, top + 7 * LINE + 52, end=trace.end, title="Taking the token apart", unit="step")
    _token(scene, parts, trace.settings.get("position"))
    for i, check in enumerate(ALL_CHECKS):
        x, y = 8 + i // 7 * (WIDTH - 8) / 2, top + i % 7 * LINE
        scene.box(f"mark-{check}", x, y, 22, 22, label="○", size=14, fill="panel")
        scene.text(f"name-{check}", x + 29, y + 16, check, size=13)
        scene.text(f"seen-{check}", x + 112, y + 16, "", size=12, ink="muted")
    scene.box("verdict", 8, top + 7 * LINE + 10, WIDTH - 16, 32, label="not looked at yet", size=15)
    for event in trace:
        if event.kind in ("holds", "fails"):
            fine = event.kind == "holds"
            seen = event["seen"] if fine else "refused"
            scene.key(
                event.t, f"mark-{event.who}", label="✓" if fine else "✗", fill="good" if fine else "bad", ink="chip-ink"
            )
            scene.key(event.t, f"seen-{event.who}", label=seen if len(seen) <= 24 else seen[:23] + "…",
                      ink="muted" if fine else "bad-ink")  # fmt: skip
            answer = (f"Yes: {seen}." if seen else "Yes.") if fine else f"No: {event['seen']}."
            if event.who in ("crit",) and fine:
                answer = "No."
            scene.say(event.t, f"{QUESTIONS[event.who]} {answer}", still=fine and event.who == ALL_CHECKS[1])
        elif event.kind == "accepted":
            scene.key(event.t, "verdict", label="accepted", fill="good", ink="chip-ink")
            scene.say(event.t, "Every check holds: the claims may be believed.", still=True)
        else:
            scene.key(event.t, "verdict", label=f"refused at: {event['check']}", fill="bad", ink="chip-ink")
            scene.say(event.t, "Refused, and what comes after is not looked at any more.", still=True)
    return scene


def _token(scene: Scene, parts: list[str], position: int | None) -> None:
    slot = place = 0
    for number, part in enumerate(parts):
        for group in fours(part):
            x, y = 8 + slot % ACROSS * GROUP, 8 + slot // ACROSS * ROW
            here = position is not None and place <= position < place + len(group)
            fill = FILLS[PARTS[number]] if number < 3 else "idle"
            scene.box(f"group{slot}", x, y, GROUP - 2, ROW - 3, label=group, fill="bad" if here else fill, size=13,
                      stroke="ink" if here else "none", width=2, radius=3)  # fmt: skip
            slot, place = slot + 1, place + len(group)
        if number < len(parts) - 1:
            dot = position == place
            scene.text(f"dot{number}", 8 + slot % ACROSS * GROUP + 18, 22 + slot // ACROSS * ROW, ".", size=20,
                       weight="bold", ink="bad-ink" if dot else "ink")  # fmt: skip
            slot, place = slot + 1, place + 1
