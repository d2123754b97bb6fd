"""docs/claims.md: every claim of the notes on one page, with its lesson, the verdict and where it can be looked up.

    python -m tools.claims     (`make build` does it, too)

The lessons' ledgers (labs/kit/guessing/ledger.py) are the source: each claim is run and judged again for the page.
"""

from __future__ import annotations

from labs.kit.guessing.ledger import Verdict, ledgers
from tools.lesson import ROOT, lessons, read

PAGE = ROOT / "docs" / "claims.md"
HEAD = """# What the notes say, and what came out

The course grew from a set of notes. Each of their claims is put to a run in one of the lessons; here is what became of
all of them, in our words. `make build` writes this page: change a claim in the `claims.py` of its room.
"""


def page() -> str:
    """The page, with every claim run and judged. Lessons without a claim are left out."""
    parts = [HEAD]
    for path in lessons():
        rows = [row for ledger in ledgers(path.stem[:2]) for row in ledger.everything().rows]
        if rows:
            title = f"[{path.stem[:2]} · {read(path).front['title']}](../notebooks/{path.stem}.ipynb)"
            parts.append(f"## {title}\n\n| claim | verdict | source |\n|---|---|---|\n" + "".join(map(_row, rows)))
    return "\n".join(parts)


def _row(row: Verdict) -> str:
    said, found = row.statement, row.claim
    claim = f"{said.about}: {said.says}" if said.about else said.says
    verdict = f"{found.verdict} ({found.detail})" if found.detail else found.verdict
    sources = ", ".join(f"[{title}]({address})" for title, address in said.sources)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in (claim, verdict, sources))} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
