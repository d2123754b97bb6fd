"""A token being taken apart: its characters above, the changed one marked, and below every check with what it saw."""

from __future__ import annotations

from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.tokens.jwt.jwt import ALL_CHECKS
from labs.tokens.jwt.shape import NOT_GIVEN
from labs.tokens.jwt.strip import named, strip

WIDTH, LINE = 560, 27
QUESTIONS = {
    "three parts": "Are there three parts, with two dots between them?",
    "base64url": "Is each part base64url, in its one valid spelling?",
    "header": "Is the header a JSON object that names an algorithm, and no name twice?",
    "crit": "Does the header mark an extension as critical that is not supported here?",
    "key": "Does it mean one of the trusted keys?",
    "algorithm": "Does it name the algorithm that this key is for?",
    "signature": "Is this the signature of exactly these characters, made with exactly this key?",
    "typ": "Is it the kind of token that is expected?",
    "claims": "Only now is the payload read. Is it a JSON object, with no name given twice?",
    "exp": "Has it not expired yet?",
    "nbf": "Is it valid already?",
    "iat": "Was it issued in the past?",
    "iss": "Is it from the issuer that is trusted?",
    "aud": "Is it meant for this service?",
}
"""What each check asks, in the order in which they are made. All but `crit` are passed by a yes."""


def draw_checks(trace: Trace) -> Scene:
    """The scene of a run of `take_apart`; `trace.settings["position"]` is marked, if it is there."""
    parts = named(trace.settings["token"])
    rows = sum(max(-(-len(groups) // 11), 1) for groups in parts.values())
    top = 16 + rows * 25 + 4 * len(parts)
    scene = Scene(WIDTH, top + 7 * LINE + 46, end=trace.end, title="Taking the token apart", unit="step")
    strip(scene, 6, parts)
    if trace.settings.get("position") is not None:
        _mark(scene, parts, trace.settings["position"])
    for i, check in enumerate(ALL_CHECKS):
        x, y = 8 + i // 7 * (WIDTH - 8) / 2, top + i % 7 * LINE
        scene.box(f"mark-{check}", x, y, 22, 22, label="○", tip=QUESTIONS[check])
        scene.text(f"name-{check}", x + 29, y + 16, check, size=13, tip=QUESTIONS[check])
        scene.text(f"seen-{check}", x + 112, y + 16, "", size=12, ink="muted")
    scene.box("verdict", 8, top + 7 * LINE + 6, WIDTH - 16, 32, label="not checked yet", size=15)
    for event in trace:
        _draw(scene, event)
    narrate(scene, trace, _tell, lambda trace: [*(e.t for e in trace.of("fails")), trace.events[-1].t])
    return scene


def _draw(scene: Scene, event: Event) -> None:
    if event.kind in ("holds", "fails"):
        fine = event.kind == "holds"
        seen = event["seen"] if fine else "refused"
        scene.key(event.t, f"mark-{event.who}", label="✓" if fine else "✗", fill="good" if fine else "bad")
        scene.key(
            event.t,
            f"seen-{event.who}",
            label=seen if len(seen) <= 24 else seen[:23] + "…",
            ink="muted" if fine else "bad-ink",
        )
    else:
        fine = event.kind == "accepted"
        label = "accepted" if fine else f"refused at: {event['check']}"
        scene.key(event.t, "verdict", label=label, fill="good" if fine else "bad")


def _tell(event: Event) -> str:
    if event.kind == "accepted":
        return "Every check passes: the claims can be trusted."
    if event.kind == "refused":
        return "The token is refused. The remaining checks are not made."
    if event.kind == "holds" and event["seen"] == NOT_GIVEN:
        return f"{QUESTIONS[event.who]} It does not say, and need not."
    yes = (event.kind == "holds") != (event.who == "crit")
    seen = "" if event.who == "crit" and not yes else event["seen"]
    return f"{QUESTIONS[event.who]} {'Yes' if yes else 'No'}{f': {seen}' if seen else ''}."


def _mark(scene: Scene, parts: dict[str, list[str]], position: int) -> None:
    """Mark the group, or the dot, in which character number `position` of the token is."""
    for name, groups in parts.items():
        length = sum(map(len, groups))
        if position < length:
            scene.key(0, f"{name}{position // 4}", fill="bad", stroke="ink", width=2.4)
            return
        if position == length:
            scene.key(0, f"{name}-dot", ink="bad-ink")
            return
        position -= length + 1
