"""A statement of the notes that was judged: what was run to test it, what came out, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from labs.kit.card import MARKS, QUIET, card, columns, paragraph, rich, table
from labs.kit.guarding.telling import show
from labs.kit.wording import listed

Source = tuple[str, str]  # title, address


class Claim:
    """See `judged`. `.verdict` is "holds", "does not hold" or "holds only in part"."""

    def __init__(
        self, says: str, saw: Mapping[str, str], holds: Mapping[str, bool], real: str, sources: Sequence[Source]
    ) -> None:
        self.says, self._saw, self._cases, self._real, self._sources = says, saw, holds, real, sources
        well, ill = [case for case in holds if holds[case]], [case for case in holds if not holds[case]]
        self.tone, self.verdict = ("good", "holds") if not ill else ("bad", "does not hold")
        self.detail = ""
        if well and ill:
            self.tone, self.verdict = "warn", "holds only in part"
            self.detail = f"{listed(well)}: yes; {listed(ill)}: no"

    def __repr__(self) -> str:
        word = f"{MARKS[self.tone]} {self.verdict}" + (f" ({self.detail})" if self.detail else "")
        lines = [
            f"The notes say: {self.says}",
            "  What was run:" if len(self._saw) > 1 else "",
            columns(self._saw, "    "),
        ]
        lines += [f"  Verdict: {word}"] + ([f"  The real system: {self._real}"] if self._real else [])
        lines += [f"  Source: {title}, {address}" for title, address in self._sources]
        return "\n".join(line for line in lines if line)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        body = [table(self._saw)]
        body += [paragraph(f"Holds in part: {self.detail}.")] if self.detail else []
        body += (
            [f'<div style="margin: 6px 0px"><em>The real system:</em> {rich(self._real)}</div>'] if self._real else []
        )
        links = " · ".join(f'<a href="{escape(address)}">{escape(title)}</a>' for title, address in self._sources)
        body.append(f'<div style="margin: 6px 0px; {QUIET}">Source: {links}</div>')
        return {"text/html": card(self.tone, self.verdict, self.says, body), "text/plain": repr(self)}


def judged(
    says: str,
    saw: str | Mapping[str, Any],
    holds: bool | Mapping[str, bool],
    *,
    source: Source | Sequence[Source],
    real: str | None = None,
) -> Claim:
    """Judge a statement of the notes by what was run.

    `says`: the statement, in our own words. `saw`: what was run and what came out, a sentence or {what: value}, the
    values taken from the run. `holds`: a comparison on those values, or {case: comparison} where it depends. `real`:
    what the real system does. `source`: (title, https address), or several. Anything else is a ValueError.
    """
    if not (isinstance(says, str) and says.strip()):
        raise ValueError("claim: `says` is the statement, a sentence")
    cases = dict(holds) if isinstance(holds, Mapping) else {"": holds}
    if not cases or not all(isinstance(held, bool) for held in cases.values()):
        raise ValueError(
            f"claim {says!r}: `holds` is True or False, or one of them for each case, not {show(holds, 80)}"
        )
    rows = saw if isinstance(saw, Mapping) else {"what came out": saw}
    if not rows or any(value is None or value == "" for value in rows.values()):
        raise ValueError(f"claim {says!r}: `saw` is what came out of a run, and something is empty there")
    sources = [source] if isinstance(source, tuple) and len(source) == 2 and isinstance(source[0], str) else source
    if not sources or not all(_is_source(one) for one in sources):
        raise ValueError(f"claim {says!r}: `source` is (title, 'https://…') or several of these")
    return Claim(says, {str(k): _text(v) for k, v in rows.items()}, cases, real or "", [(t, a) for t, a in sources])


def _is_source(source: Any) -> bool:
    return (
        isinstance(source, list | tuple)
        and len(source) == 2
        and all(isinstance(part, str) and part for part in source)
        and urlsplit(source[1]).scheme == "https"
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.6g}" if isinstance(value, float) else show(value)
