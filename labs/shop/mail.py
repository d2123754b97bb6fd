"""Notifications: lesson 11's broker, with the queues that the piece declares, and one mailer."""

from __future__ import annotations

from functools import partial

from labs.rabbitmq.delivery.broker import Broker, Channel
from labs.rabbitmq.delivery.messages import Message
from labs.shop.floor import Floor

WORK = 0.2  # seconds per mail


class Mail:
    """The broker and its mailer; `refuses`: for each order, how many of its mails are still to be rejected."""

    def __init__(self, shop: Floor) -> None:
        self.shop, self.broker = shop, Broker()
        self.refuses: dict[int, int] = {}
        self.sent: set[int] = set()
        shop.pieces["rabbitmq-retry"](Channel(self.broker))
        if "work" in self.broker.queues:
            self.broker.consume(0.0, "work", "mailer", prefetch=1)
        self.seen = len(self.broker.trace)

    def publish(self, number: int) -> None:
        """Ask for a mail about this order."""
        self.broker.publish(self.shop.clock.now, Message(str(number), "", "work"))
        self._look()

    def tick(self) -> None:
        """Let time pass in the broker."""
        self.broker.advance(self.shop.clock.now)
        self._look()

    def _look(self) -> None:
        for event in self.broker.trace.events[self.seen :]:
            if event.kind == "deliver":
                number, tag = int(event["message"]), event["tag"]
                self.shop.clock.after(WORK, partial(self._settle, number, tag))
        self.seen = len(self.broker.trace)

    def _settle(self, number: int, tag: int) -> None:
        now = self.shop.clock.now
        if self.refuses.get(number, 0):
            self.refuses[number] -= 1
            self.shop.tell("no mail", "mailer", order=number)
            self.broker.nack(now, "mailer", tag, requeue=False)
        else:
            if number not in self.sent:
                self.shop.tell("mailed", "mailer", order=number)
            self.sent.add(number)
            self.shop.orders[number].over = True
            self.broker.ack(now, "mailer", tag)
        self._look()
