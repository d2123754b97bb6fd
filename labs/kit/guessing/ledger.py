"""A ledger, in a room's claims.py: what the notes claim on a lesson's topic, each sentence put to a run and judged.

    NOTES = Ledger("06")

    @NOTES.says("kafka-one-partition", "A consumer reads one partition per topic.", KAFKA_CONSUMER)
    def one_partition() -> Finding:
        held = rebalance(consumers=1, partitions=4).of("own")[0]["partitions"]
        return f"one consumer reads {len(held)}", len(held) == 1, "A partition has one reader; not the reverse."

In the lesson `claim("kafka-one-partition")` asks for a guess, then shows the verdict; `claims_table("06")` lists all.
The function runs something and returns a Finding: what came out, whether the sentence holds (True, False, or
{case: held}) and, where it needs saying, what the real systems do; claims.py explains all three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from labs.kit import rooms
from labs.kit.card import badge, rich
from labs.kit.guessing.claims import Claim, Source, judged

Finding = tuple[Any, bool | dict[str, bool], str]  # what came out, does it hold, what the real system does
Test = Callable[[], Finding]
SIDES = ("+", "–", "·", "")  # for the thing that it is about, against it, how it works


@dataclass(frozen=True)
class Statement:
    """A sentence of the notes, in our words, and the test that settles it.

    Where a ledger is about several things, `about` says which one, and `side` whether the sentence speaks for it.
    """

    id: str
    says: str
    sources: tuple[Source, ...]
    test: Test
    about: str = ""
    side: str = ""

    def judge(self) -> Verdict:
        """Run the test."""
        saw, holds, real = self.test()
        return Verdict(self, judged(self.says, saw=saw, holds=holds, real=real or None, source=list(self.sources)), saw)


@dataclass(frozen=True)
class Verdict:
    """A statement that was judged: the card, and what was seen."""

    statement: Statement
    claim: Claim
    saw: Any


class Ledger:
    """The claims of one lesson, in the order in which they were entered.

    Where it is about several `things`, these are listed one after the other under the heading `about`; `short` has the
    names of sources for the table, where their titles are too long.
    """

    def __init__(
        self, lesson: str, about: str = "", things: Sequence[str] = (), short: Mapping[Source, str] | None = None
    ) -> None:
        self.lesson, self.about, self.things, self.short = lesson, about, tuple(things), dict(short or {})
        self.statements: list[Statement] = []

    def says(
        self, id: str, says: str, *sources: Source, about: str = "", side: str = ""
    ) -> Callable[[Test], Statement]:
        """Enter a statement with the function below it as its test. ValueError for what could not be judged later."""
        if about not in (self.things or ("",)):
            raise ValueError(f"this ledger is about {', '.join(self.things) or 'one thing'}, and not about {about!r}")
        if side not in SIDES:
            raise ValueError(f"the side of {id!r} is one of {' '.join(SIDES)}, and not {side!r}")
        if not sources:
            raise ValueError(f"{id!r} needs a source")
        if any(known.id == id for known in self.statements):
            raise ValueError(f"there is a statement {id!r} already")

        def add(test: Test) -> Statement:
            statement = Statement(id, says, sources, test, about, side)
            self.statements.append(statement)
            return statement

        return add

    def everything(self) -> Verdicts:
        """All statements, run and judged, as one table."""
        ordered = sorted(self.statements, key=lambda one: self.things.index(one.about) if self.things else 0)
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
            start = f"{it.about:{width}} {it.side} " if self._about else ""
            lines.append(f"{start}{it.says}  → {row.claim.verdict}{detail}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        cell = 'style="text-align: left; vertical-align: top; padding: 4px 10px"'
        heads = [self._about, "for or against"] if self._about else []
        heads += ["the notes say", "verdict", "what came out", "source"]
        head = "".join(f'<th scope="col" {cell}>{name}</th>' for name in heads)
        body, before = "", ""
        for row in self.rows:
            body += "<tr>" + "".join(f"<td {cell}>{text}</td>" for text in self._cells(row, before)) + "</tr>"
            before = row.statement.about
        html = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": html, "text/plain": repr(self)}

    def _cells(self, row: Verdict, before: str) -> Iterator[str]:
        it, found = row.statement, row.claim
        told = [f"{what}: {value}" for what, value in row.saw.items()] if isinstance(row.saw, Mapping) else [row.saw]
        if self._about:
            yield f"<strong>{escape(it.about)}</strong>" if it.about != before else ""
            yield it.side
        yield rich(it.says)
        yield badge(found.tone, found.verdict) + (f"<br>{rich(found.detail)}" if found.detail else "")
        yield "<br>".join(rich(str(line)) for line in told)
        links = [(address, self._short.get((title, address), title)) for title, address in it.sources]
        yield "<br>".join(f'<a href="{escape(address)}">{escape(name)}</a>' for address, name in links)


def find(statement_id: str) -> Statement | None:
    """The statement of this id, or None where there is no such statement."""
    return rooms.find("claims", Statement, statement_id)


def ledgers(lesson: str) -> list[Ledger]:
    """The ledgers of a lesson, with everything that is entered in them."""
    found: dict[int, Ledger] = {}
    for path in rooms.files("claims"):
        if f'Ledger("{lesson}"' in path.read_text("utf-8"):
            beside = path.parent.glob("*.py") if path.parent.name == "claims" else []
            modules = [rooms.load(one) for one in (path, *sorted(beside))]
            found |= {id(one): one for one in rooms.things(modules[0], Ledger)}
    return list(found.values())


def claims_table(lesson: str) -> Verdicts:
    """All that the notes claim on a lesson's topic, run and judged, as one table. ValueError for an unknown lesson."""
    kept = ledgers(lesson)
    if not kept:
        raise ValueError(f"claims_table({lesson!r}): no claims.py in labs/ has a Ledger of this lesson")
    rows = [row for one in kept for row in one.everything().rows]
    return Verdicts(rows, kept[0].about, {source: name for one in kept for source, name in one.short.items()})
