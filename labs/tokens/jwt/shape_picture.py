"""A token taking shape: JSON above, three bytes becoming four characters in the middle, the token growing below."""

from __future__ import annotations

from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.tokens.jws.base64url import ALPHABET, Group
from labs.tokens.jwt.strip import fours, strip

WIDTH, CELL, BYTES = 560, 13, 42  # of a byte of JSON, and how many are in a line: whole groups of three
LINES = 3  # of JSON that are shown of a part
SHOWN = 44  # characters of a signature; of a longer one half of that, and the rest is counted
MIDDLE = 140  # where the bits begin
BELOW = MIDDLE + 106  # and where the token does


def draw_shape(trace: Trace) -> Scene:
    """The scene of a run of `take_shape`."""
    done = {e.who: e["text"] for e in trace.of("done")}
    groups = {part: [""] * len(trace.of("group", who=part)) for part in ("header", "payload")}
    groups["signature"] = fours(shown(done["signature"]))
    rows = sum(-(-max(len(texts), 1) // 11) for texts in groups.values())
    title = f"A token takes shape ({trace.settings['alg']})"
    scene = Scene(WIDTH, BELOW + 28 + rows * 25 + 8, end=trace.end, title=title, unit="step")
    _json(scene, trace)
    _bits(scene)
    scene.text("below", 8, BELOW + 2, "the token so far", size=13, ink="muted")
    strip(scene, BELOW + 10, groups, opacity=0)
    for event in trace:
        {"json": _nothing, "group": _group, "done": _done, "input": _input, "sign": _sign, "token": _end}[event.kind](
            scene, event
        )
    narrate(scene, trace, _tell, _stills)
    return scene


def shown(signature: str) -> str:
    """As much of a signature as there is room for."""
    return signature if len(signature) <= SHOWN else signature[: SHOWN // 2 + 2]


def _json(scene: Scene, trace: Trace) -> None:
    """The JSON, a cell for each byte."""
    y = 4.0
    for event in trace.of("json"):
        part, text = event.who, event["text"]
        scene.text(f"{part}-json", 8, y + 12, f"{part}: {event['bytes']} bytes of JSON", size=13, ink="muted")
        cells = list(text[: LINES * BYTES])
        scene.cells(f"{part}-byte", 8, y + 18, cells, w=CELL - 1, h=18, gap=1, across=BYTES, fill="page")
        y += 22 + -(-len(cells) // BYTES) * 19 + 4
    scene.box("spot", 8, 4, CELL * 3, 20, fill="none", stroke="ink", width=2, radius=3, opacity=0)


def _bits(scene: Scene) -> None:
    """24 bits: three bytes above, four sixes below, each as wide as its bits."""
    bit = (WIDTH - 16) / 24
    for i in range(3):
        scene.box(f"byte{i}", 8 + i * 8 * bit, MIDDLE, 8 * bit - 3, 34, mono=True, opacity=0, fill="page")
    for i in range(4):
        scene.box(f"six{i}", 8 + i * 6 * bit, MIDDLE + 42, 6 * bit - 3, 34, size=13, mono=True, opacity=0)
    scene.box("signer", 8, MIDDLE + 22, WIDTH - 16, 36, label="", opacity=0)


def _nothing(scene: Scene, event: Event) -> None:
    """The JSON is there from the start."""


def _group(scene: Scene, event: Event) -> None:
    t, part = event.t, event.who
    group = Group(event["start"], bytes(event["data"]))
    if group.start < LINES * BYTES:
        x, y = (float(scene.value(f"{part}-byte{group.start}", side, t)) for side in "xy")
        scene.key(t, "spot", x=x - 1, y=y - 1, w=len(group.data) * CELL + 1, opacity=1)
    else:
        scene.key(t, "spot", opacity=0)
    for i in range(3):
        label = f"{chr(group.data[i])}  {group.data[i]:08b}" if i < len(group.data) else ""
        scene.key(t, f"byte{i}", label=label, opacity=1 if label else 0)
    for i in range(4):
        character, six = event["text"][i : i + 1] or "?", (group.sixes[i : i + 1] or [""])[0]
        label = f"{six} = {int(six, 2):>2} → {character}" if six else ""
        right = not six or character == ALPHABET[int(six, 2)]
        scene.key(t, f"six{i}", label=label, opacity=1 if label else 0, fill="data" if right else "bad")
    name, text = f"{part}{event['number']}", event["text"]
    scene.key(t, name, opacity=1, label=text if len(text) < 6 else f"{text[:4]}…")
    if text != group.text:
        scene.key(t, name, fill="bad")


def _done(scene: Scene, event: Event) -> None:
    if event.who != "signature":
        scene.key(event.t, f"{event.who}-dot", opacity=1)
        return
    for i, characters in enumerate(fours(shown(event["text"]))):
        scene.key(event.t, f"signature{i}", opacity=1)
        if not set(characters) <= {*ALPHABET, "•"}:
            scene.key(event.t, f"signature{i}", fill="bad")


def _input(scene: Scene, event: Event) -> None:
    for name in ("spot", *(f"byte{i}" for i in range(3)), *(f"six{i}" for i in range(4))):
        scene.key(event.t, name, opacity=0)
    said = f"the signing input: {len(event['text'])} characters, header . payload"
    scene.key(event.t, "signer", opacity=1, label=said)


def _sign(scene: Scene, event: Event) -> None:
    scene.key(event.t, "signer", label=f"{event['alg']}: {event['how']}", fill="warn")


def _end(scene: Scene, event: Event) -> None:
    scene.key(event.t, "signer", label=f"a token of {len(event['text'])} characters", fill="good")


# ── what is said ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(event: Event) -> str:
    kind, part = event.kind, event.who
    if kind == "json":
        if part == "header":
            return "The header says how the token is signed."
        return "The payload holds the claims."
    if kind == "group" and part == "header" and event["number"] == 0:
        return (
            "The first three bytes are 24 bits. "
            "Cut into sixes, they are four numbers below 64, and each stands for a character."
        )
    if kind == "group" and part == "header" and event["number"] == 1:
        return "The next three bytes give the next four characters, and so on."
    if kind == "done" and part != "signature":
        rest = {
            1: " One byte is left over: it takes two characters.",
            2: " Two bytes are left over: they take three characters.",
        }.get(event["bytes"] % 3, "")
        return f"A dot ends the {part}.{rest}"
    if kind == "done":
        again = "" if event["repeats"] else " They differ every time, so dots stand in for them here."
        more = f" The picture shows the first {len(shown(event['text']))}." if len(event["text"]) > SHOWN else ""
        return f"{event['bytes']} bytes of signature become {len(event['text'])} characters.{again}{more}"
    if kind == "input":
        return "Header and payload with the dot between them are what gets signed: these very characters."
    if kind == "sign":
        return f"{event['alg']} signs them: {event['how']}."
    return "The token: header, payload and signature." if kind == "token" else ""


def _stills(trace: Trace) -> list[float]:
    return [trace.of("group")[0].t, trace.of("done", who="payload")[0].t, trace.of("token")[0].t]
