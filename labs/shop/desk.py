"""The service's lookups: the catalogue, which everybody needs, and whether the customer may buy. Then the answer.

The reading function is any of lesson 16's; it is stopped before each step that it asks of a store (steps.py there).
"""

from __future__ import annotations

from typing import Any

from labs.caching.strategies.connections import Connections
from labs.caching.strategies.five import read_aside, write_around
from labs.caching.strategies.steps import Call, Step
from labs.caching.strategies.stores import Cache, CacheDown, Database, preheat
from labs.proxies.forward.collapsing import FOR_ALL
from labs.shop.floor import Floor, Order
from labs.shop.settings import LEASED

CATALOGUE = "catalogue"
TAKES = {CATALOGUE: 3.0}  # seconds that the database needs for a row; the others
ROW, HIT, DOWN, STALL = 0.2, 0.02, 1.5, 1.5  # … 0.2; a step of the cache; a restart; a pause for garbage collection
REMEMBERED = 10  # events that the collapsing piece is told at least
ACTIVE, BLOCKED = "active", "blocked"


class _Database(Connections["_Job"]):
    """Connections for which some questions take longer than others."""

    def ask(self, job: _Job, question: Step) -> None:
        self.takes = TAKES.get(question.key, ROW)
        super().ask(job, question)


class _Job:
    """A function of lesson 16 under way, step by step, and what comes after it."""

    def __init__(self, order: int, call: Call, then: Any) -> None:
        self.order, self.call, self.then, self.stalls = order, call, then, False


class Desk:
    """Cache, database, and the orders that wait for an answer from them."""

    def __init__(self, shop: Floor, customers: list[str]) -> None:
        self.shop = shop
        self.cache = Cache(1000, shop.settings.lifetime, lambda: shop.clock.now)
        self.db = Database({CATALOGUE: "the catalogue", **dict.fromkeys(customers, ACTIVE)})
        self.down = False
        self.asked: list[tuple[str, str, str]] = []  # what `collapse` is told
        self.racer = 0  # the order whose server stalls between the database and the cache
        self.out: dict[str, float] = {}  # customer → since when they are blocked
        self.connections = _Database(
            shop.clock, shop.settings.connections, ROW, 1e9, do=self._in_database, done=self._go_on,
            refuse=lambda job, step: None, over=lambda job: False,
        )  # fmt: skip
        preheat([CATALOGUE], self.cache, self.db)

    def restart(self) -> None:
        """The cache restarts: it is away for a moment, and comes back empty."""
        self.cache.forget()
        self.down = True
        self.shop.tell("restart", "cache")
        self.shop.clock.after(DOWN, self._back)

    def _back(self) -> None:
        self.down = False
        self.shop.tell("cache back", "cache")

    # ---- an order --------------------------------------------------------------------------------------------------

    def look_up(self, order: Order) -> None:
        """First the catalogue: the piece says who asks for it, and who waits."""
        self.shop.tell("look", "service", order=order.number)
        if self.shop.settings.collapsing:
            self._event("request", str(order.number), CATALOGUE)
        else:
            self._read(order.number, CATALOGUE, lambda _: self._customer(order))

    def _event(self, kind: str, client: str, it: str) -> None:
        self.asked.append((kind, client, it))
        todo = self.shop.pieces["proxies-collapse"](list(self.asked))[-1]
        if kind == "answer" and len(self.asked) > REMEMBERED and self._all_answered():
            self.asked.clear()  # nobody waits, so the past decides nothing any more
        for what, name in todo:
            order = self.shop.orders[int(name)]
            if what == "ask":
                self._read(order.number, CATALOGUE, lambda _, name=name: self._event("answer", name, FOR_ALL))
            else:
                self._customer(order)

    def _all_answered(self) -> bool:
        return sum(kind == "request" for kind, *_ in self.asked) == sum(kind == "answer" for kind, *_ in self.asked)

    def _customer(self, order: Order) -> None:
        self._read(order.number, order.customer, lambda status: self._answer(order, status))

    def _answer(self, order: Order, status: Any) -> None:
        shop = self.shop
        order.answered = shop.clock.now - order.came
        if status == BLOCKED:
            order.over = True
            shop.tell("refuse", "service", order=order.number)
            return
        shop.tell("accept", "service", order=order.number, latency=round(order.answered, 3))
        if order.thief or order.came > self.out.get(order.customer, 1e9):
            why = "comes with a forged token" if order.thief else f"is from {order.customer}, who is blocked"
            shop.broken("out", order.number, f"order {order.number} is accepted, and {why}")
        shop.sagas.begin(order)

    # ---- the stores ------------------------------------------------------------------------------------------------

    def _read(self, number: int, key: str, then: Any) -> None:
        read = self.shop.pieces["caching-leases"] if self.shop.settings.reading == LEASED else read_aside
        self._go_on(_Job(number, Call(read, (key,)), then))

    def block(self, customer: str) -> None:
        """The customer is blocked: the row is written, then the cache entry deleted."""
        self.shop.tell("block", "database", customer=customer)
        self._go_on(_Job(0, Call(write_around, (customer, BLOCKED)), lambda _: self._is_out(customer)))

    def _is_out(self, customer: str) -> None:
        self.out[customer] = self.shop.clock.now
        self.shop.tell("out", "database", customer=customer)

    def _go_on(self, job: _Job) -> None:
        step = job.call.go()
        if step is None:
            if job.call.error is not None:
                raise job.call.error
            job.then(job.call.value)
        elif step.store == "database":
            self.connections.ask(job, step)
        else:
            self.shop.clock.after(STALL if job.stalls else HIT, lambda: self._in_cache(job, step))

    def _in_cache(self, job: _Job, step: Step) -> None:
        if job.stalls:
            job.stalls = False
            self.shop.tell("stalled", "service", order=job.order)
        if self.down:
            job.call.refuse(CacheDown("the cache is restarting"))
        else:
            job.call.answer(step.on(self.cache, self.db))
        self._go_on(job)

    def _in_database(self, job: _Job, step: Step) -> None:
        job.call.answer(step.on(self.cache, self.db))
        if step.verb == "read":
            self.shop.tell("read", "database", order=job.order, key=step.key)
            if job.order and job.order == self.racer and step.key != CATALOGUE and step.key not in self.out:
                job.stalls = True
                self.shop.tell("stall", "service", order=job.order)
                self.shop.clock.after(0.3, lambda: self.block(step.key))
