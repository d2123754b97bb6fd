"""A ledger: sentences of the notes about several things, for and against, each put to a run and judged.

    NOTES = Ledger("strategy", ("cache aside", "write around"), short={NSDI: "NSDI 2013"})

    @NOTES.says("write around", "+", "reads", "It suits an application that mostly reads.", NSDI)
    def _around_reads():
        run = serve(strategy="write around")
        return f"{100 * hit_ratio(run):.0f} % hits", hit_ratio(run) > 0.5, ""

    NOTES.judged("write around", "reads")       # this sentence, run and judged: a card
    NOTES.everything()                          # all of them: a table

The function runs something and gives back a Finding: what came out, whether the sentence holds (True, False, or
{case: held}) and, where it needs saying, what the real systems do; `claim` explains all three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from labs.kit.card import badge, rich
from labs.kit.claims import Claim, Source, claim

Finding = tuple[Any, bool | dict[str, bool], str]  # what came out, does it hold, what the real system does
Test = Callable[[], Finding]
SIDES = ("+", "–", "·")  # for it, against it, how it works


@dataclass(frozen=True)
class Statement:
    """A sentence of the notes, in our words, and the test that settles it."""

    about: str
    side: str  # one of SIDES
    name: str  # short, to ask for it by
    says: str
    sources: tuple[Source, ...]
    test: Test

    def judge(self) -> Verdict:
        """Run the test."""
        saw, holds, real = self.test()
        return Verdict(self, claim(self.says, saw=saw, holds=holds, real=real or None, source=list(self.sources)), saw)


@dataclass(frozen=True)
class Verdict:
    """A statement that was judged: the card, and what was seen."""

    statement: Statement
    claim: Claim
    saw: Any


class Ledger:
    """What is said of some `things`: of one after the other, and of each in the order in which it was entered.

    `about` heads the table's first column; `short` has the names of sources there, where their titles are too long.
    """

    def __init__(self, about: str, things: Sequence[str], short: Mapping[Source, str] | None = None) -> None:
        self.about, self.things, self.short = about, tuple(things), dict(short or {})
        self.statements: list[Statement] = []

    def says(self, about: str, side: str, name: str, says: str, *sources: Source) -> Callable[[Test], Test]:
        """Enter a statement with the function below it as its test. ValueError for what could not be judged later."""
        if about not in self.things:
            raise ValueError(f"this ledger is about {', '.join(self.things)}, and not about {about!r}")
        if side not in SIDES:
            raise ValueError(f"the side of {name!r} is one of {' '.join(SIDES)}, and not {side!r}")
        if not sources:
            raise ValueError(f"{name!r} of {about!r} needs a source")
        if any((known.about, known.name) == (about, name) for known in self.statements):
            raise ValueError(f"{about!r} has a statement {name!r} already")

        def add(test: Test) -> Test:
            self.statements.append(Statement(about, side, name, says, sources, test))
            return test

        return add

    def judged(self, about: str, name: str) -> Claim:
        """One statement, run and judged, as a card. ValueError for one that there is not."""
        for statement in self.statements:
            if (statement.about, statement.name) == (about, name):
                return statement.judge().claim
        known = ", ".join(repr(s.name) for s in self.statements if s.about == about) or "nothing"
        raise ValueError(f"nothing called {name!r} is said of {about!r}; there is {known}")

    def everything(self) -> Verdicts:
        """All statements, run and judged, as one table."""
        ordered = sorted(self.statements, key=lambda statement: self.things.index(statement.about))
        return Verdicts([statement.judge() for statement in ordered], self.about, self.short)


class Verdicts:
    """The table: about what, for or against, what is said, the verdict, what was seen, and where it is written."""

    def __init__(self, rows: Sequence[Verdict], about: str, short: Mapping[Source, str]) -> None:
        self.rows, self._about, self._short = list(rows), about, short

    def __repr__(self) -> str:
        width = max((len(row.statement.about) for row in self.rows), default=0)
        lines = []
        for row in self.rows:
            it, detail = row.statement, f" ({row.claim.detail})" if row.claim.detail else ""
            lines.append(f"{it.about:{width}} {it.side} {it.says}  → {row.claim.verdict}{detail}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        cell = 'style="text-align: left; vertical-align: top; padding: 4px 10px"'
        heads = (self._about, "", "the notes say", "verdict", "what came out", "source")
        head = "".join(f"<th {cell}>{name}</th>" for name in heads)
        body, before = "", ""
        for row in self.rows:
            body += "<tr>" + "".join(f"<td {cell}>{text}</td>" for text in self._cells(row, before)) + "</tr>"
            before = row.statement.about
        html = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": html, "text/plain": repr(self)}

    def _cells(self, row: Verdict, before: str) -> tuple[str, ...]:
        it, found = row.statement, row.claim
        told = [f"{what}: {value}" for what, value in row.saw.items()] if isinstance(row.saw, Mapping) else [row.saw]
        detail = f"<br>{rich(found.detail)}" if found.detail else ""
        return (
            f"<strong>{escape(it.about)}</strong>" if it.about != before else "",
            it.side,
            rich(it.says),
            badge(found.tone, found.verdict) + detail,
            "<br>".join(map(rich, told)),
            "<br>".join(f'<a href="{escape(one[1])}">{escape(self._short.get(one, one[0]))}</a>' for one in it.sources),
        )
