"""A token as a strip: a line or more for each part, its groups of four characters in boxes, and a dot after it."""

from __future__ import annotations

from collections.abc import Mapping

from labs.kit.picture.scene import Scene
from labs.tokens.jws.jws import PARTS

FILLS = {"header": "actor3", "payload": "actor5", "signature": "actor6"}
"""The colours of the three parts, in all pictures of tokens."""
ACROSS, LEFT, GROUP, ROW = 11, 88, 41, 25  # groups in a line; where they begin, how wide and how high they are


def fours(text: str) -> list[str]:
    """A text cut into its base64url groups."""
    return [text[i : i + 4] for i in range(0, len(text), 4)]


def strip(scene: Scene, y: float, parts: Mapping[str, list[str]], *, opacity: float = 1) -> float:
    """Draw the parts' groups from `y` down, and return where the strip ends.

    Group 3 of the payload is called "payload3", the dot after a part "payload-dot". Whatever is no part of a token, in
    one that is cut into pieces, is grey.
    """
    for number, (name, groups) in enumerate(parts.items()):
        fill = FILLS.get(name, "idle")
        scene.text(f"{name}-name", 8, y + 16, name, size=13, ink="muted")
        scene.cells(name, LEFT, y, groups, w=GROUP - 2, h=ROW - 3, across=ACROSS, gap=2, fill=fill, opacity=opacity)
        last = max(len(groups) - 1, 0)
        if number < len(parts) - 1:
            x, top = LEFT + last % ACROSS * GROUP + (GROUP if groups else 6), y + last // ACROSS * (ROW - 1)
            scene.text(f"{name}-dot", x + 2, top + 16, ".", size=20, weight="bold", opacity=opacity)
        y += (last // ACROSS + 1) * (ROW - 1) + 4
    return y


def named(token: str) -> dict[str, list[str]]:
    """The groups of each part of a token, by name; a piece too many is called "part 4"."""
    return {PARTS[i] if i < len(PARTS) else f"part {i + 1}": fours(text) for i, text in enumerate(token.split("."))}
