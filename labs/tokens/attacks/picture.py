"""The pictures of lesson 20: one forgery, the grid, a rotation. `explore_forge`, `explore_grid`, `explore_rotation`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.picture.words import width
from labs.kit.playing.controls import Control
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace
from labs.tokens.attacks.door import Claims, TrustedKey, Verifier
from labs.tokens.attacks.doors import DOORS
from labs.tokens.attacks.grid import forge, try_all
from labs.tokens.attacks.rotation import EVERY, VERIFIERS, failed, rotate
from labs.tokens.attacks.tools import ATTACKS
from labs.tokens.jws import base64url

__all__ = ["explore_forge", "explore_grid", "explore_rotation"]
WIDTH = 620
Span = tuple[str, float, float, tuple[str, str]]  # a verifier, from when, until when, and what it does with which key

# ── one forgery ──────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_forge(*, attack: str = "alg none", door: str = "trusting", after: Any = None) -> Explorer:
    """Ada's token beside the forged one, and what a verifier makes of it."""
    controls = [
        Control("attack", attack, options=tuple(ATTACKS)),
        Control("door", door, options=tuple(DOORS), label="verifier"),
    ]
    return explore(forge, draw_forge, controls=controls, after=after)


def parts_of(token: str) -> list[str]:
    """Header and payload as they are, and the signature as its length and its ends: that much tells two of them apart.

    The signature is not decoded: it may be spelt in a way that `base64url.decode` refuses.
    """
    head, body, tail = token.split(".")
    spelt = tail if len(tail) <= 16 else f"{tail[:8]}…{tail[-4:]}"
    size = len(tail) * 6 // 8
    signature = f"{size} byte{'' if size == 1 else 's'}: {spelt}" if tail else "nothing"
    return [base64url.decode(head).decode(), base64url.decode(body).decode(), signature]


def draw_forge(trace: Trace) -> Scene:
    """The scene of a run of `forge`."""
    kind = "forged" if trace.of("forges")[0]["made"] == "forged" else "real"
    scene = Scene(WIDTH, 352, end=trace.end, title=f"A {kind} token at the door", unit="step", settle=0.6)
    rows = ("header", "payload", "signature")
    heights, tops = (84, 92, 34), (30, 120, 218)
    for x, (side, words) in zip((8, 318), (("left", "Ada's token"), ("right", "the forger's")), strict=True):
        scene.text(f"{side}-head", x, 20, words, size=14, weight="bold")
        for row, y, h in zip(rows, tops, heights, strict=True):
            scene.box(f"{side}-{row}", x, y, 294, h, fill="page", mono=True, size=12, wrap=True, label="")
    scene.box("door", 8, 272, WIDTH - 16, 66, label=f"verifier: {trace.settings['door']}", wrap=True)
    good = parts_of(trace.of("has")[0]["token"])
    bad = parts_of(trace.of("forges")[0]["token"])
    for row, was, now in zip(rows, good, bad, strict=True):
        scene.key(0, f"left-{row}", label=_short(was))
        scene.key(1, f"right-{row}", label=_short(now), fill="page" if was == now else "warn")
    last = trace.events[-1]
    opened = last.kind == "opens"
    words = f"{trace.settings['door']}: ✗ the door opens" if opened else f"{trace.settings['door']}: ✓ refused"
    scene.key(last.t, "door", label=words, fill="bad" if opened else "good")
    narrate(scene, trace, _tell_forge, lambda trace: [1, trace.events[-1].t])
    return scene


def _short(text: str) -> str:
    return text if len(text) <= 190 else text[:186] + " …"


def _tell_forge(event: Event) -> str:
    if event.kind == "has":
        return "The forger has a token of Ada's, a buyer. It is good, and they can read it."
    if event.kind == "forges":
        return {
            "forged": f"They make another. {event['trick']} What differs is marked.",
            "signed": f"They have another, really signed with a trusted key. {event['trick']} What differs is marked.",
            "Ada's own": f"They make no other. {event['trick']} Nothing differs.",
        }[event["made"]]
    if event.kind == "shows":
        when = f" {event['late']} s after Ada's token was issued" if event["late"] else ""
        return f"They show it at the door{when}{', for the second time' if event['times'] > 1 else ''}."
    if event.kind == "opens":
        return "The verifier lets it pass."
    return "The verifier refuses it."


# ── the grid ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_grid(*, verify: Verifier | None = None, after: Any = None) -> Explorer:
    """All attacks on all verifiers; `verify` is the learner's own, and gets a column."""
    own = _watched(verify) if verify is not None else None

    def run(faults: Sequence[Fault], seed: int) -> Trace:
        return try_all(verify=own, faults=faults, seed=seed)

    return explore(run, draw_grid, monitors=[("attacks that work", _worked), ("good tokens that pass", _passed)],
                   after=after)  # fmt: skip


def _watched(verify: Verifier) -> Verifier:
    safe = fenced(verify, verify)  # named twice: it gets no copies, for what it notes in `used` has to stay there

    def guard(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Claims | None:
        answer = safe(token, dict(keys), used, now)
        return answer if isinstance(answer, dict) else None

    return guard


def _per_door(trace: Trace, number: Any) -> str:
    return ", ".join(f"{door} {number(door)}" for door in trace.settings["doors"])


def _worked(trace: Trace) -> str:
    return _per_door(trace, lambda door: sum(e["opened"] for e in trace.of("tried") if e.who == door))


def _passed(trace: Trace) -> str:
    return _per_door(trace, lambda door: next(f"{e['passed']}/{e['of']}" for e in trace.of("good") if e.who == door))


def draw_grid(trace: Trace) -> Scene:
    """The scene of a run of `try_all`: a row lights up per step."""
    doors = trace.settings["doors"]
    rows = [*ATTACKS, "good tokens"]
    high = 17
    scene = Scene(WIDTH, 30 + high * len(rows), end=trace.end, title="Every attack, every verifier", unit="row")
    wide = (WIDTH - 150) / len(doors)
    scene.grid("grid", 4, 0, rows, doors, w=wide, h=high, head=138, above=24, size=12)
    for event in trace.of("tried"):
        opened = event["opened"]
        scene.key(event.t, f"grid:{event['attack']}:{event.who}", label="✗" if opened else "✓",
                  fill="bad" if opened else "good")  # fmt: skip
    for event in trace.of("good"):
        right = event["passed"] == event["of"]
        scene.key(event.t, f"grid:good tokens:{event.who}", label=f"{event['passed']} of {event['of']}",
                  fill="good" if right else "bad")  # fmt: skip
    narrate(scene, trace, _tell_grid, lambda trace: [trace.events[-1].t])
    return scene


STORY = {
    "alg none": "A row per attack: ✗ is a door that opened, ✓ one that stayed shut.",
    "RS256 → HS256": "Here the forger picks the algorithm. All that they need is the public key.",
    "a stranger's key": "Here the forger picks the key: their own, or one that they know or can guess.",
    "cut-off HMAC": "Now the signature itself, and its spelling.",
    "alg twice": "From here on, the issuer's own key has signed. Two programs may read such a token in two ways.",
    "another typ": "And now real tokens, used too late, twice, somewhere else, or for something else.",
}


def _tell_grid(event: Event) -> tuple[str, str] | str:
    if event.kind == "tried":
        return ("row", STORY[event["attack"]]) if event["attack"] in STORY else ""
    return "good", "The last row: good tokens. A door that is always shut would be no use."


# ── a rotation ───────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_rotation(*, wait: int = 0, keep: int = 300, refetch: bool = False, after: Any = None) -> Explorer:
    """A key is replaced; how many requests fail?"""
    controls = [
        Control("wait", wait, low=0, high=600, step=60, unit="s", label="from publishing to signing"),
        Control("keep", keep, low=0, high=900, step=60, unit="s", label="from signing to retiring"),
        Control("refetch", refetch, label="fetch again on an unknown kid"),
    ]
    return explore(rotate, draw_rotation, controls=controls, monitors=[("good tokens refused", _refused)], after=after)


def _refused(trace: Trace) -> tuple[str, bool]:
    return f"{failed(trace)} of {len(trace.of('serves', 'refuses'))}", not failed(trace)


def draw_rotation(trace: Trace) -> Scene:
    """The scene of a run of `rotate`: a lane per verifier with the keys that it knows, and the refusals marked."""
    scene = Scene(WIDTH, 236, end=trace.end, title="A key is replaced", unit="s")
    spans: list[Span] = []
    for who in VERIFIERS:
        calls = [event for event in trace.of("serves", "refuses") if event.who == who]
        start = 0
        for i, call in enumerate(calls):
            following = calls[i + 1] if i + 1 < len(calls) else None
            state = (call.kind, call["kid"])
            if following is None or (following.kind, following["kid"]) != state:
                spans.append((who, calls[start].t, (following or call).t, state))
                start = i + 1
    _lanes(scene, trace, spans)
    scene.box("now", 8, 188, WIDTH - 16, 40, label="the old key signs, and is the only one in the set", wrap=True)
    for kind, words in STEPS.items():
        for event in trace.of(kind):
            scene.key(event.t, "now", label=words, fill="warn")
    narrate(scene, trace, lambda event: _tell_rotation(event, trace), lambda trace: [trace.end], within=EVERY)
    scene.say(trace.end, _refusals(spans), still=True)
    return scene


def _refusals(spans: list[Span]) -> str:
    """Where good tokens were refused, for the last caption."""
    found = [(who, start, end, kid) for who, start, end, (kind, kid) in spans if kind == "refuses"]
    if not found:
        return "No good token was refused."
    told = (f"by the {who} from {start:g} to {end:g} s (no {kid} key)" for who, start, end, kid in found)
    return f"Good tokens were refused (✗): {'; '.join(told)}."


STEPS = {
    "publishes": "the old key signs; both are in the set",
    "signs": "the new key signs; both are in the set",
    "retires": "the new key signs, and is the only one in the set",
}


def _lanes(scene: Scene, trace: Trace, spans: list[Span]) -> None:
    """A lane per verifier, with room above it for the mark of a stretch that is too short to carry it."""
    left, wide, row = 60, WIDTH - 80, 24
    rows: dict[str, list[tuple[float, float, str, str]]] = {}
    for number, who in enumerate(VERIFIERS):
        rows |= {" " * number: [], who: []}
    for number, (who, start, end, (kind, kid)) in enumerate(spans):
        bad = kind == "refuses"
        word = "✗" if bad else f"{kid} key"
        rows[who].append((start, end, word, "bad" if bad else "good"))
        if bad and width(word, 12) >= wide * (end - start) / trace.end:
            x, y = left + wide * (start + end) / 2 / trace.end, 8 + row * (2 * list(VERIFIERS).index(who) + 1)
            scene.text(f"mark{number}", x, y - 2, "", size=12, align="middle", ink="bad-ink")
            scene.key(start, f"mark{number}", label=word)
    scene.lanes("keys", left, 8, wide, row, rows)


def _tell_rotation(event: Event, trace: Trace) -> tuple[str, str] | str:
    if event.kind in STEPS:
        return {
            "publishes": "The issuer puts the new key into its set, beside the old one.",
            "signs": "From now on the issuer signs with the new key.",
            "retires": "The issuer takes the old key out of the set.",
        }[event.kind]
    if event.kind == "refuses" and event is trace.of("refuses")[0]:
        return f"The {event.who} refuses a good token: it does not have the {event['kid']} key."
    return ""


def claims_in(token: str) -> dict[str, Any]:
    """What a token says, for a cell that wants to look."""
    said: dict[str, Any] = json.loads(base64url.decode(token.split(".")[1]))
    return said
