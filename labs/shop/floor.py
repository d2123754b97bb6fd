"""What every station of the shop sees: the clock, the orders, the promises, and the other stations by their names."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from labs.kit.trace import Clock, Trace
from labs.patterns.saga.world import NOBODY
from labs.shop.pieces import Pieces
from labs.shop.settings import Settings


@dataclass(frozen=True)
class Token:
    """What a token says that matters here."""

    kid: str
    sub: str
    iat: float


@dataclass
class Order:
    """One order and what has become of it."""

    number: int
    customer: str
    came: float
    token: Token
    refused_by: str = NOBODY  # the service that has to say no
    thief: bool = False  # it comes with a token that was forged with a leaked key
    logins: int = 0
    tries: int = 0  # in vain, at the backlog
    server: str = ""
    sent: float = 0.0
    answered: float | None = None  # seconds until it was accepted or refused
    ended: str = ""  # its saga
    over: bool = False  # nothing more is to come
    lost: str = ""  # why it is lost


class Floor:
    """What is shared in one run. The stations are put in by the shop itself (shop.py), which knows them all."""

    door: Any
    front: Any
    desk: Any
    sagas: Any
    log: Any
    invoices: Any
    mail: Any

    def __init__(self, number: int, settings: Settings, pieces: Pieces, seed: int) -> None:
        self.clock, self.settings, self.pieces = Clock(), settings, pieces
        self.trace = Trace({**vars(settings), "round": number}, (), seed)
        self.random = Random(f"{seed} incident")
        self.orders: dict[int, Order] = {}
        self.promises: dict[str, str] = {}  # promise → how it was broken
        self.coming = 0  # orders that are still to arrive

    def tell(self, kind: str, who: str, **data: Any) -> None:
        """Write it down."""
        self.trace.emit(round(self.clock.now, 3), kind, who, **data)

    def broken(self, promise: str, number: int, why: str) -> None:
        """A promise is broken; the first time is told."""
        if promise not in self.promises:
            self.promises[promise] = why
            self.tell("broken", promise, order=number, why=why)

    def lose(self, order: Order, why: str) -> None:
        """An order is lost."""
        if not order.lost:
            order.lost, order.over = why, True
            self.tell("gone", "order", order=order.number, why=why)
            self.broken("lost", order.number, f"order {order.number} is lost: {why}")

    def expect(self, t: float, customer: str, *, kid: str = "", thief: bool = False, refused_by: str = NOBODY) -> int:
        """An order will come at `t`; its number. Its token is of the key that signs at that time, unless given."""
        number = len(self.orders) + 1
        order = Order(number, customer, t, Token(kid or "old", customer, 0.0), refused_by, thief)
        self.orders[number] = order
        self.coming += 1
        self.clock.at(t, lambda: self._arrive(order))
        return number

    def _arrive(self, order: Order) -> None:
        self.coming -= 1
        self.tell("arrive", order.customer, order=order.number, thief=order.thief)
        self.door.enter(order)
