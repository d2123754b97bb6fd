"""The whole shop on one clock: `run_shop(round=6, batch=4, faults=(), seed=0) -> Trace`.

An order comes to the reverse proxy, which checks its token (door.py); waits in the backlog and is served (front.py);
is looked up and accepted (desk.py); becomes a saga (sagas.py); when that is approved, is published to the log (log.py);
is read by the consumer that writes the invoices (invoices.py); and is told to the customer by mail (mail.py). The
rules, stores, sagas, brokers and queues are the lessons'. What is the shop's own are the loops that drive them by one
clock, and the promises.

The trace: "arrive", "enter", "turned", "login", "fetch" (the key set), "back" (from a full backlog), "pick", "look",
"read" (the database), "accept", "refuse" (the customer is blocked), "step" (of a saga), "approved", "rejected",
"log …" (what lesson 08 tells), "booked" (on the invoice), "aside" (put aside), "mailed"; the incidents by their names;
and "broken", with the promise, where one breaks. Most carry the number of their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from labs.kit.limits import check_faults, settle, takes
from labs.kit.trace import Fault, Trace
from labs.patterns.saga.world import NOBODY
from labs.shop.desk import Desk
from labs.shop.door import Door
from labs.shop.floor import Floor
from labs.shop.front import Front
from labs.shop.invoices import Invoices
from labs.shop.log import ROUND, Log
from labs.shop.mail import Mail
from labs.shop.pieces import Pieces
from labs.shop.rounds import EVERY, Round
from labs.shop.sagas import Sagas
from labs.shop.settings import BUDGET, LIMITS, Settings

RATE = 2.0  # orders per second on an ordinary day
CUSTOMERS = ["ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal", "ida", "jan", "kim", "lee"]
LONGEST = 60.0  # seconds: what is not done then counts as lost
SHARE = 0.05  # of the answers may be slower than the budget: so p95


class Shop(Floor):
    """Everything that lives in one run."""

    def __init__(self, chosen: Round, settings: Settings, pieces: Pieces, seed: int) -> None:
        super().__init__(chosen.number, settings, pieces, seed)
        self.door, self.front, self.desk = Door(self), Front(self), Desk(self, CUSTOMERS)
        self.sagas, self.log = Sagas(self), Log(self, chosen.faults)
        self.invoices, self.mail = Invoices(self, CUSTOMERS), Mail(self)

    def stream(self, orders: int, seed: int) -> None:
        """The orders of an ordinary day: at random times, from all customers in turn; a few have to be refused."""
        random, t = Random(f"{seed} orders"), 0.0
        for number in range(orders):
            t += random.uniform(0.5, 1.5) / RATE
            luck = random.random()
            no = "shipping" if luck < 0.12 else "payment" if luck < 0.2 else NOBODY
            customer = CUSTOMERS[number % len(CUSTOMERS)]
            if customer != "eve":  # she has orders of her own
                self.expect(round(t, 2), customer, refused_by=no)

    # ---- the end ---------------------------------------------------------------------------------------------------

    def live(self) -> Trace:
        """Until every order is over and nothing is on its way."""
        self.invoices.start()
        self._tick()
        while self.clock.now < LONGEST and (self.coming or not all(order.over for order in self.orders.values())):
            self.clock.run(self.clock.now + 1)
        self._audit()
        self.trace.end = self.clock.now + 1
        return self.trace

    def _tick(self) -> None:
        self.log.tick()
        self.mail.tick()
        self._late()
        self.clock.after(ROUND, self._tick)

    def late(self) -> list[int]:
        """The orders whose answer took longer than the budget, or is that late by now."""
        now = self.clock.now
        return [
            order.number
            for order in self.orders.values()
            if order.came <= now
            and (order.answered if order.answered is not None else 0 if order.over else now - order.came) > BUDGET
        ]

    def _late(self) -> None:
        late = self.late()
        if len(late) > SHARE * len(self.orders):
            self.broken("slow", late[-1], f"{len(late)} of {len(self.orders)} answers take longer than {BUDGET:g} s")

    def _audit(self) -> None:
        """What only shows at the end: orders that never came to their end, and sagas that ended badly."""
        for number, world in self.sagas.worlds.items():
            if (why := self.sagas.wrong(number)) and not world.order.lost:
                self.lose(world.order, why)
        for number in self.invoices.missing():
            self.lose(self.orders[number], self.invoices.why(number))
        for order in self.orders.values():
            if not order.over:
                booked = order.number in self.invoices.booked
                self.lose(order, "nobody tells the customer" if booked else "it is not finished when the round ends")
        late = self.late()
        counts = {name: len(self.trace.of(name)) for name in ("read", "login", "fetch", "mended")}
        self.tell("closed", "shop", late=len(late), lost=[o.number for o in self.orders.values() if o.lost],
                  alone=self.log.alone, **counts)  # fmt: skip


@takes(Settings)
def run_shop(
    *, round: int = 1, pieces: Pieces | None = None, faults: Sequence[Fault] = (), seed: int = 0, **settings: Any
) -> Trace:  # fmt: skip
    """A round of the shop, from its first order to its last. ValueError, in a sentence, for what cannot be.

    `pieces` are the functions that are plugged in (pieces.py), and may be the learner's own. The incident is the
    round's (0 is a day without one); further `faults` there are none.
    """
    check_faults(faults, ())
    if round not in EVERY:
        raise ValueError(f"round must be one of {', '.join(map(str, EVERY))}, and not {round!r}")
    chosen = EVERY[round]
    shop = Shop(chosen, settle(Settings, LIMITS, settings, seed), pieces or Pieces(), seed)
    shop.stream(chosen.ordinary, seed)
    chosen.incident(shop)
    return shop.live()
