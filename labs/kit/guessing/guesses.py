"""claim("kafka-one-partition"): what the notes say, guessed first (true, half true or false), then run and judged.

The statement and its test stand in the claims.py of the lesson's room (ledger.py says how one is entered), so that the
cell gives nothing away. The card with the verdict comes when the guess is recorded, or passed over.
"""

from __future__ import annotations

from typing import Any

from labs.kit.guessing.claims import Claim, judged
from labs.kit.guessing.ledger import Statement, find
from labs.kit.guessing.predictions import Prediction

GUESSES = {"holds": "True", "holds only in part": "Half true", "does not hold": "False"}  # verdict → what to guess


class Guess(Prediction):
    """See `claim`. `.claim` is the judged claim, from the moment at which it is asked for."""

    _word = "the notes say"
    _call = "True, half true or false? Run this cell to guess, or to see your guess."

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._judged: Claim | None = None
        super().__init__(
            statement.id,
            statement.says,
            list(GUESSES.values()),
            answer=lambda: GUESSES[self.claim.verdict],
            because="",
            kind="claim",
        )

    @property
    def claim(self) -> Claim:
        """The claim, run and judged; once is enough."""
        if self._judged is None:
            self._judged = self._statement.judge().claim
        return self._judged

    def _shows(self) -> str:
        return str(self.claim._repr_mimebundle_()["text/html"])


def claim(statement: str, *args: Any, **named: Any) -> Guess | Claim:
    """Ask for a guess on the statement of this id, and show the verdict after it. ValueError for an unknown id."""
    if args or named:
        return judged(statement, *args, **named)
    found = find(statement)
    if found is None:
        family = statement.partition("-")[0]
        raise ValueError(f"claim({statement!r}): no claims.py below labs/{family}/ has a statement of this id")
    return Guess(found)
