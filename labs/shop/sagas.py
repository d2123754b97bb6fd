"""An orchestrator, and one saga of lesson 02 per order, all on the shop's clock."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from labs.patterns.saga import steps
from labs.patterns.saga.orchestration import Orchestrator
from labs.patterns.saga.run import expected, held, is_right
from labs.patterns.saga.world import NOBODY, SAFETY, World
from labs.shop.floor import Floor, Order

OUTAGE = 8.0  # seconds
ENOUGH = 60  # messages of one saga: one that never ends is left alone then
COLD, HOT = 6.0, 1.0  # seconds until a dead process is replaced: without a standby, and with one


class OneOrder(World):
    """The world of one order, on the shop's clock; it tells the shop the little that the map shows."""

    def __init__(self, shop: Floor, order: Order) -> None:
        settings = {"style": "orchestrated", "refuses": order.refused_by, "safety": shop.settings.safety,
                    "heard": "everybody"}  # fmt: skip
        blind = shop.settings.safety == SAFETY[1]
        take = steps.take_blindly if blind else shop.pieces["patterns-take"]
        super().__init__(settings, (), 0, take, shop.pieces["patterns-undo"])
        self.clock, self.shop, self.order = shop.clock, shop, order
        with self.stores["payment"].transaction() as rows:
            self.money = rows["free"]
        self.sent = 0

    def send(self, start: str, goal: str, label: str, arrive: Callable[[], None], fill: str = "data") -> None:
        """See World."""
        self.sent += 1
        if self.sent <= ENOUGH:
            super().send(start, goal, label, arrive, fill)

    def emit(self, kind: str, who: str, **data: Any) -> None:
        """See World; what the map shows is told to the shop."""
        super().emit(kind, who, **data)
        if kind == "commit":
            self.shop.tell("step", who, order=self.order.number, action=data["action"], outcome=data["outcome"])
            if self.money - data["free"] > steps.AMOUNT["charge"] and who == "payment":
                self.shop.broken("double", self.order.number, f"order {self.order.number} is charged twice")
            self.shop.sagas.committed(data["action"])
        elif kind == "over":
            self.shop.sagas.ended(self.order, data["well"])

    def crash(self, who: str, seconds: float) -> None:
        """A process dies, and is back after so many seconds; its database survives."""
        self.up[who], self.life[who] = False, self.life[who] + 1
        self.clock.after(seconds, lambda: self._restart(who))

    def repeat(self, messages: int) -> None:
        """The next messages arrive twice."""
        self.waiting["twice"] += messages


class Sagas:
    """All sagas, and whether the orchestrator is up."""

    def __init__(self, shop: Floor) -> None:
        self.shop = shop
        self.worlds: dict[int, OneOrder] = {}
        self.away = 0.0  # the orchestrator is away until then
        self.loses_payment = inf  # from then on, the next card that is charged takes the payment service down with it
        self.payment_away = 0.0

    def begin(self, order: Order) -> None:
        """The order is stored, and its saga begins when there is an orchestrator."""
        world = self.worlds[order.number] = OneOrder(self.shop, order)
        if self.payment_away > self.shop.clock.now:
            world.crash("payment", self.payment_away - self.shop.clock.now)
        saga = Orchestrator(world, self.shop.pieces["patterns-next-action"])
        self.shop.clock.at(max(self.shop.clock.now, self.away), saga.go_on)

    def ended(self, order: Order, well: bool) -> None:
        """A saga is over: an order that is approved goes into the outbox, to be published."""
        order.ended = "approved" if well else "rejected"
        self.shop.tell(order.ended, "order", order=order.number)
        if well:
            self.shop.log.outbox.append(order.number)
        else:
            order.over = True

    def kill(self) -> None:
        """The orchestrator dies with all that it has in memory."""
        seconds = HOT if self.shop.settings.standby else COLD
        self.away = self.shop.clock.now + seconds
        self.shop.tell("kill", "order", seconds=seconds)
        for world in self.under_way():
            world.crash("order", seconds)
        self.shop.clock.after(seconds, lambda: self.shop.tell("again", "order"))

    def committed(self, action: str) -> None:
        """A step has been committed; this may be the moment at which the payment service dies."""
        if action == "charge" and self.shop.clock.now >= self.loses_payment:
            self.loses_payment, self.payment_away = inf, self.shop.clock.now + OUTAGE
            self.shop.tell("outage", "payment", seconds=OUTAGE)
            for world in self.under_way():
                world.crash("payment", OUTAGE)
            self.shop.clock.after(OUTAGE, lambda: self.shop.tell("payment back", "payment"))

    def repeat(self) -> None:
        """The network delivers messages twice for a while."""
        self.shop.tell("repeat", "payment")
        for world in self.under_way():
            world.repeat(3)

    def under_way(self) -> list[OneOrder]:
        """The sagas that are not over."""
        return [world for number, world in self.worlds.items() if not self.shop.orders[number].ended]

    def _well_founded(self, number: int) -> bool:
        """Whether there was a reason to reject an order, if it was: a service has to refuse it, or left no answer."""
        order, noted = self.shop.orders[number], self.worlds[number].trace.of("noted")
        silent = any(event["outcome"] == "unknown" for event in noted)
        return order.ended == "approved" or order.refused_by != NOBODY or silent

    def wrong(self, number: int) -> str:
        """What is wrong with an order's saga at the end; empty if nothing is."""
        world = self.worlds[number]
        if not self.shop.orders[number].ended:
            return "its saga is not finished when the round ends"
        if is_right(world.trace):
            return "" if self._well_founded(number) else "rejected, although nobody refused it"
        due = expected(world.trace)
        short = [name for name, n in held(world.trace).items() if n < due[name]]
        extra = [name for name, n in held(world.trace).items() if n > due[name]]
        if short:
            return f"approved, and nothing taken at {short[0]}"
        if not extra:
            return "it ended wrongly"
        well = self.shop.orders[number].ended == "approved"
        return f"approved, but booked twice at {extra[0]}" if well else f"rejected, but {extra[0]} has kept something"
