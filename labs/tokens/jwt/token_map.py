"""The map of a token: point at a character, and see its part, its group of four, its bits and the bytes they come from.

`token_map(token)` is a widget where there is a kernel; without one, a still that explains one character.
"""

from __future__ import annotations

import json
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from labs.kit.picture.palette import stylesheet
from labs.kit.picture.scene import Scene
from labs.kit.playing.live import SHARED, view
from labs.kit.playing.player import fold, image
from labs.tokens.jws import base64url, jws
from labs.tokens.jwt.strip import FILLS, named, strip

WHAT = {"header": "how it is signed", "payload": "the claims", "signature": "over both of these"}


class TokenMap:
    """See the module's text. `start` is the letter that is explained first, `after` the prediction it waits for."""

    def __init__(self, token: str, start: int = 0, after: Any = None) -> None:
        token = token.strip().removeprefix("Bearer ")
        parts = jws.split(token)
        self.token, self.start = token, start
        self.data = {part: jws.decode_part(part, text) for part, text in zip(jws.PARTS, parts, strict=True)}
        if not 0 <= start < len(token) or token[start] == ".":
            raise ValueError(f"start must be the number of a character, from 0 to {len(token) - 1}, and not {start!r}")
        told = [
            {
                "name": part,
                "what": WHAT[part],
                "chars": text,
                "bytes": list(self.data[part]),
                "names": [_name(byte, part != "signature") for byte in self.data[part]],
                "of": _characters(self.data[part]) if part != "signature" else [],
            }
            for part, text in zip(jws.PARTS, parts, strict=True)
        ]
        self._waits = after is not None and not after.answered
        self.widget = _widget_class()(data=json.dumps({"parts": told, "start": start}), locked=self._waits)
        if self._waits:
            after.when_answered(self._open)

    def _open(self) -> None:
        self.widget.locked = False

    def where(self, place: int) -> tuple[str, base64url.Group, int]:
        """The part of a character, its group, and its place in the group (0 to 3). A dot has none: ValueError."""
        if self.token[place] == ".":
            raise ValueError(f"character {place} is a dot: it belongs to no part")
        part = jws.PARTS[self.token[:place].count(".")]
        number, within = divmod(place - (self.token.rfind(".", 0, place) + 1), 4)
        return part, base64url.groups(self.data[part])[number], within

    def explain(self, place: int) -> str:
        """What a character is made of, in a sentence."""
        part, group, within = self.where(place)
        six = group.sixes[within]
        first, last = group.start + within * 6 // 8, min(group.start + (within * 6 + 5) // 8, len(self.data[part]) - 1)
        which = f"byte {first}" if first == last else f"bytes {first} and {last}"
        names = ", ".join(_name(byte, part != "signature") for byte in self.data[part][first : last + 1])
        return f"Character {place}, {self.token[place]!r}, {part}: bits {six} = {int(six, 2)}, from {which} ({names})."

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data, metadata = view(self.widget)
        words = f"A token, character by character. {self.explain(self.start)} " + " ".join(
            f"The {part}: {'JSON, ' if part != 'signature' else ''}{len(data_)} bytes, {WHAT[part]}."
            for part, data_ in self.data.items()
        )
        still = image(_still(self), words)
        return {**data, "text/html": fold(still) if self._waits else still, "text/plain": words}, metadata


def token_map(token: str, start: int = 4, after: Any = None) -> TokenMap:
    """A token to be explored character by character; jws.Refused if it is not three parts of base64url.

    White space around it and the word Bearer before it may be pasted along. `after` is a prediction that has to be
    recorded before the map opens; until then its still is folded.
    """
    return TokenMap(token, start, after)


def _name(byte: int, text: bool) -> str:
    """How a byte is shown: as the character that it is in ASCII, else in hexadecimal."""
    if text and byte in (9, 10, 13, 32):
        return {9: "⇥", 10: "␊", 13: "␍", 32: "␣"}[byte]
    return chr(byte) if text and 32 < byte < 127 else f"{byte:02x}"


def _characters(data: bytes) -> list[str]:
    """For each byte of a text the character of which it is a part, where that takes several bytes; else ""."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return []
    return [character if len(character.encode()) > 1 else "" for character in text for _ in character.encode()]


def _still(the: TokenMap) -> str:
    """SVG: the token by groups, the bytes of its parts, and one character explained."""
    part, group, within = the.where(the.start)
    parts, words = named(the.token), textwrap.wrap(the.explain(the.start), 76)
    lines = {
        name: textwrap.wrap(data.decode("utf-8", "replace"), 56, drop_whitespace=False)
        if name != "signature"
        else [data[i : i + 20].hex(" ", 4) for i in range(0, len(data), 20)]
        for name, data in the.data.items()
    }
    rows = sum(-(-len(groups) // 11) for groups in parts.values())
    top = rows * 25 + 46
    height = top + sum(18 * len(told) + 10 for told in lines.values()) + 86 + 19 * len(words)
    scene = Scene(560, height, end=1, title="A token, character by character")
    strip(scene, 8, parts)
    first = the.start - the.token.rfind(".", 0, the.start) - 1
    scene.key(0, f"{part}{first // 4}", stroke="ink", width=2.4)
    y: float = top
    for name, told in lines.items():
        scene.box(f"{name}-box", 8, y - 14, 76, 20, label=name, fill=FILLS[name], size=13, radius=3)
        for i, line in enumerate(told):
            scene.text(f"{name}-line{i}", 92, y + 18 * i, line, size=12.5, mono=True)
        y += 18 * len(told) + 10
    bit = 544 / 24
    for i, byte in enumerate(group.data):
        label = f"{_name(byte, part != 'signature')}  {byte:08b}"
        scene.box(f"byte{i}", 8 + i * 8 * bit, y - 12, 8 * bit - 3, 30, label=label, mono=True)
    for i, six in enumerate(group.sixes):
        label, here = f"{six} = {int(six, 2)} → {group.text[i]}", i == within
        scene.box(f"six{i}", 8 + i * 6 * bit, y + 24, 6 * bit - 3, 30, label=label, fill="data", size=13, mono=True,
                  stroke="ink" if here else "line", width=2 if here else 1.2)  # fmt: skip
    for i, line in enumerate(words):
        scene.text(f"words{i}", 8, y + 78 + 19 * i, line)
    return scene.svg(ground=True)


@cache
def _widget_class() -> Any:
    import anywidget
    import traitlets

    class TokenMapWidget(anywidget.AnyWidget):
        _esm = SHARED + Path(__file__).with_name("token_map.js").read_text("utf-8")
        _css = stylesheet().replace(".kit", ".token-map") + Path(__file__).with_name("token_map.css").read_text("utf-8")
        data = traitlets.Unicode().tag(sync=True)
        locked = traitlets.Bool(False).tag(sync=True)

    return TokenMapWidget
