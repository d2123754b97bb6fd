"""The log: lesson 08's partition on three brokers, and a relay that publishes what lies in the outbox."""

from __future__ import annotations

from math import inf

from labs.kafka.replication import settings as replication
from labs.kafka.replication.clients import Producer
from labs.kafka.replication.run import Run
from labs.kafka.replication.story import name
from labs.kit.trace import Fault, Trace
from labs.shop.floor import Floor

ROUND = 0.25  # seconds
SESSION, LAG = 2.0, 2.0  # seconds until a silent broker is fenced, and one that lags leaves the in-sync set
TOLD = ("kill", "slow", "leads", "leaderless", "isr", "acked", "lost", "heal", "back", "fenced")


class Relay(Producer):
    """A producer whose records are the outbox: number n is its n-th entry."""

    outbox: list[int]

    def due(self, t: float) -> bool:
        """See Producer."""
        return self.next <= len(self.outbox)


class Log:
    """A partition that goes on by the shop's clock."""

    def __init__(self, shop: Floor, faults: tuple[Fault, ...]) -> None:
        self.shop = shop
        self.outbox: list[int] = []  # order numbers, in the order in which they were approved
        chosen = replication.Settings(
            acks=shop.settings.acks, min_insync=shop.settings.min_insync, session=SESSION, lag_time=LAG, until=inf,
            elect=shop.pieces["kafka-elect"],
        )  # fmt: skip
        self.run = Run(chosen, faults, Trace())
        self.run.producer = Relay(chosen, self.run.rules, self.run.story)
        self.run.producer.outbox = self.outbox
        self.seen = len(self.run.trace)
        self.alone = 0  # records that were acknowledged while only one broker had them
        self.rounds = 0
        self.kill_after = inf  # from then on, the leader dies as soon as it has a record that the others lack

    def tick(self) -> None:
        """One round; and what the map shows of it is told. With nothing to do, one round in four is enough."""
        now = self.shop.clock.now
        self.rounds += 1
        if self.rounds % 4 and self._quiet(now):
            return
        self.run.tick(now)
        if now >= self.kill_after and self._ahead():
            self.run.waiting.insert(0, Fault(now, "kill", name(self.run.story.p.leader)))
            self.kill_after = inf
        events = self.run.trace.events
        for event in events[self.seen :]:
            if event.kind in TOLD:
                number = self.outbox[event["number"] - 1] if "number" in event.data else 0
                data = {name: value for name, value in event.data.items() if name != "number"}
                self.shop.tell(f"log {event.kind}", event.who, order=number, **data)
                if event.kind == "acked":
                    self.alone += self._holders(event["number"]) < 2
                if event.kind == "lost":
                    self.shop.lose(self.shop.orders[number], "acknowledged by the log, and gone with its leader")
        self.seen = len(events)

    def _holders(self, record: int) -> int:
        """How many brokers have it."""
        return sum(any(it.number == record for it in me.log) for me in self.run.story.p.replicas)

    def _quiet(self, now: float) -> bool:
        """Whether all brokers have everything, and nothing is sent or about to happen."""
        p, due = self.run.story.p, [fault.t for fault in self.run.waiting]
        same = all(me.up and not me.slow and me.end == me.watermark == p.of(p.leader).end for me in p.replicas)
        busy = self.run.producer.sent_to or self.run.producer.due(now) or min(due, default=inf) <= now
        return bool(p.leader) and len(p.isr) == len(p.replicas) and same and not busy

    def _ahead(self) -> bool:
        p = self.run.story.p
        return bool(p.leader) and all(p.of(b).end < p.of(p.leader).end for b in p.isr if b != p.leader)

    def readable(self, since: int) -> list[int]:
        """The orders in the log from this offset on, as far as consumers may read; as the leader has them."""
        p = self.run.story.p
        if not p.leader or not p.of(p.leader).up:
            return []
        me = p.of(p.leader)
        return [self.outbox[record.number - 1] for record in me.log[since : me.watermark]]
