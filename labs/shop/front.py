"""Behind the door: a backlog with a bound, a balancer, and the servers (each a line with two workers)."""

from __future__ import annotations

from functools import partial
from typing import Any

from labs.caching.strategies.connections import Connections
from labs.proxies.balancing.algorithms import Request, Server, usable
from labs.proxies.balancing.balance import SLOWER
from labs.shop.floor import Floor, Order

WORK, WORKERS, MOST = 1.0, 2, 3  # seconds of work per request; workers, and requests under way, per server
AGAIN, WAITS, PATIENCE = 1.5, 0.5, 6  # a rejected customer comes again after so long, a blocked one; so often at most


class Front:
    """The backlog and the servers, and who is where."""

    def __init__(self, shop: Floor) -> None:
        self.shop = shop
        self.waiting: list[int] = []
        self.memory: Any = {}
        self.active = {chr(ord("a") + i): 0 for i in range(shop.settings.servers)}
        self.latency = dict.fromkeys(self.active, 0.0)
        self.servers = {name: self._server(name) for name in self.active}

    def _server(self, name: str) -> Connections[Any]:
        return Connections(
            self.shop.clock, WORKERS, WORK, 1e9,
            do=lambda order, question: None, done=partial(self._done, name), refuse=lambda order, question: None,
            over=lambda order: False,
        )  # fmt: skip

    def slow(self, name: str) -> None:
        """This server is slower from now on."""
        self.servers[name].takes = WORK * SLOWER
        self.shop.tell("slow", name)

    def come(self, order: Order) -> None:
        """An order that was let in: into the backlog, if there is room."""
        shop, settings = self.shop, self.shop.settings
        offer = shop.pieces["queues-bounded"]
        before = self.waiting
        waiting, told, _ = offer(list(before), order.number, settings.bound, settings.policy)
        self.waiting = list(waiting)
        for number in [*before, *[order.number] * (told == "accepted")]:
            if number not in self.waiting:
                shop.lose(shop.orders[number], "the backlog has dropped it, and nobody was told")
        if told != "accepted":
            order.tries += 1
            shop.tell("back", "backlog", order=order.number, told=told)
            if order.tries > PATIENCE and told == "rejected":
                shop.lose(order, "rejected so often that the customer has given up")
                return
            shop.clock.after(AGAIN if told == "rejected" else WAITS, lambda: self.come(order))
        self._hand_on()

    def _hand_on(self) -> None:
        """As long as the servers may have more, the oldest goes to one."""
        while self.waiting and sum(self.active.values()) < MOST * len(self.active):
            number, *self.waiting = self.waiting
            order = self.shop.orders[number]
            servers = [Server(name, 1, n, self.latency[name]) for name, n in self.active.items()]
            pick = self.shop.pieces["proxies-least-connections"]
            choice = usable(pick(servers, self.memory, Request(number, "/", order.customer)), servers, "the balancer")
            self.memory, name = choice.memory, choice.name
            self.active[name] += 1
            order.server, order.sent = name, self.shop.clock.now
            self.shop.tell("pick", name, order=number)
            self.servers[name].ask(order, None)

    def _done(self, name: str, order: Order) -> None:
        self.active[name] -= 1
        self.latency[name] = self.shop.clock.now - order.sent
        self.shop.desk.look_up(order)
        self._hand_on()
