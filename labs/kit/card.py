"""The one look that reports, claims and predictions share: a card with a mark, a title and some lines.

Everything is inline and needs no theme: text takes the page's colour, the mark has its own ground and ink, lines and
grounds are half transparent. So a card reads the same in a light and a dark JupyterLab, in a notebook that is not
trusted yet (JupyterLab takes <style> out of it, and CSS variables) and outside of JupyterLab.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from html import escape

from labs.kit.picture.palette import COLOURS

MARKS = {"good": "✓", "bad": "✗", "warn": "◐", "idle": "○"}
_FRAME = "border: 1px solid rgba(128, 128, 128, 0.4); border-left: 5px solid {}; border-radius: 4px; "
_FRAME += "padding: 8px 14px; margin: 4px 0px; max-width: 860px; line-height: 1.5"
_BADGE = "background-color: {}; color: {}; border-radius: 3px; padding: 1px 8px; font-weight: bold; white-space: nowrap"
_CELL = "text-align: left; vertical-align: top; padding: 2px 12px 2px 0px; border: none; background: none"
QUIET = "opacity: 0.75"
CODE = "font-family: monospace; font-size: 92%; margin: 0px; white-space: pre-wrap; "
CODE += "word-break: normal; overflow-wrap: anywhere"  # JupyterLab's own rule for <pre> breaks within words
_STRESSED = re.compile(r"(?:(?<=[\s(])|^)\*(\w(?:[^*]*\w)?)\*(?=[\s.,;:!?)]|$)")  # words, not a pattern like "a.*.b"


def card(tone: str, word: str, title: str, body: Iterable[str], aside: str = "") -> str:
    """HTML of a card. `tone` is good, bad, warn or idle; `word` stands beside its mark; `body` is HTML already."""
    head = f'<div>{badge(tone, word)} <strong style="margin-left: 6px">{rich(title)}</strong>'
    head += f' <span style="{QUIET}">{escape(aside)}</span></div>' if aside else "</div>"
    return f'<div style="{_FRAME.format(COLOURS[tone][0])}">{head}{"".join(body)}</div>'


def badge(tone: str, word: str) -> str:
    """HTML of a verdict: mark, word and colour say the same."""
    return (
        f'<span style="{_BADGE.format(COLOURS[tone][0], COLOURS["chip-ink"][0])}">{MARKS[tone]} {escape(word)}</span>'
    )


def rich(text: str) -> str:
    """HTML of a sentence: escaped, with `code` between backticks set as code, and *words* between stars stressed."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(
        f"<code>{escape(part)}</code>" if place % 2 else _STRESSED.sub(r"<em>\1</em>", escape(part))
        for place, part in enumerate(parts)
    )


def paragraph(text: str, style: str = "") -> str:
    """HTML of a sentence or two, on a line of their own."""
    return f'<div style="margin: 6px 0px; {style}">{rich(text)}</div>'


def table(rows: Mapping[str, str]) -> str:
    """HTML of a small table without lines: what it is → a value, set as code."""
    cells = "".join(
        f'<tr style="background: none"><th style="{_CELL}; font-weight: normal; min-width: 8em" scope="row">'
        f'{escape(name)}</th><td style="{_CELL}"><pre style="{CODE}">{escape(value)}</pre></td></tr>'
        for name, value in rows.items()
    )
    return f'<table style="border-collapse: collapse; margin: 6px 0px">{cells}</table>'


def unfold(summary: str, body: str) -> str:
    """HTML that shows its body when it is asked to."""
    return f'<details style="margin: 6px 0px"><summary>{escape(summary)}</summary>{body}</details>'


def picture(svg: str, alt: str) -> str:
    """HTML of an SVG that shows in a notebook that is not trusted, too. It needs a ground of its own."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}" style="max-width: 100%; margin: 6px 0px">'


def columns(rows: Mapping[str, str], indent: str = "  ") -> str:
    """The same table as plain text."""
    width = max((len(name) for name in rows), default=0)
    gap = "\n" + indent + " " * (width + 2)
    return "\n".join(indent + name.ljust(width + 2) + value.replace("\n", gap) for name, value in rows.items())
