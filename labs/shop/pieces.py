"""What is plugged into the shop: the functions that the exercises of earlier lessons ask for.

A piece is the learner's own where `my_work/` keeps an attempt that passed, else the course's, and says whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

YOURS, OURS = "yours", "the course's"


@dataclass(frozen=True)
class Piece:
    """A place in the shop for a learner's function: the exercise that asks for it, its lesson, and what it does."""

    exercise: str
    lesson: str
    does: str


PIECES = {
    piece.exercise: piece
    for piece in (
        Piece("tokens-key-cache", "20", "finds the key that checks a token"),
        Piece("tokens-revoked", "20", "asks whether a token is on the denylist"),
        Piece("queues-bounded", "04", "takes a request into the backlog"),
        Piece("proxies-least-connections", "13", "picks a server"),
        Piece("proxies-collapse", "12", "decides who loads the catalogue"),
        Piece("caching-leases", "16", "reads through the cache"),
        Piece("patterns-next-action", "02", "says what a saga does next"),
        Piece("patterns-take", "02", "takes money, items and vans"),
        Piece("patterns-undo", "02", "gives them back"),
        Piece("kafka-elect", "08", "elects a leader of the log"),
        Piece("kafka-retry", "10", "tries a record again"),
        Piece("kafka-sink", "07", "writes the invoices"),
        Piece("patterns-project", "03", "keeps the lines of the invoices, with names"),
        Piece("rabbitmq-retry", "11", "declares the queues for mail"),
    )
}  # fmt: skip


@cache
def _ours(exercise: str) -> Callable[..., Any]:
    from labs.kit.checking.catalogue import find

    found = find(exercise)
    assert found is not None
    reference: Callable[..., Any] = found.reference
    return reference


class Pieces:
    """All pieces of one shop. `Pieces({"kafka-sink": write})` puts a function in the place of the course's own."""

    def __init__(self, own: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self.own = dict(own or {})
        for name in self.own:
            if name not in PIECES:
                raise ValueError(f"the shop has no place for {name!r}; it has places for {', '.join(PIECES)}")
        self._all = {name: self.own.get(name) or _ours(name) for name in PIECES}

    def __getitem__(self, exercise: str) -> Callable[..., Any]:
        return self._all[exercise]

    def whose(self, exercise: str) -> str:
        """ "yours" or "the course's"."""
        return YOURS if exercise in self.own else OURS

    def only(self, exercise: str) -> Pieces:
        """The learner's piece in this place, and the course's own in all others."""
        return Pieces({exercise: self.own[exercise]})


def plugged() -> Pieces:
    """The learner's own pieces that passed their check, and the course's for the rest."""
    from labs.kit.progress import passed, passing

    done = passed()
    found = {name: passing(name) for name in PIECES if name in done}
    return Pieces({name: function for name, function in found.items() if function is not None})
