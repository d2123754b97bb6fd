"""The ten rounds: an incident each, the piece that it tries, and what an operator can set against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.kit.trace import Fault
from labs.patterns.saga.world import SAFETY
from labs.shop.floor import Floor
from labs.shop.invoices import AFTER
from labs.shop.settings import ASIDE

T = 10.0  # seconds: when the incident begins
CROWD = 24  # orders that a sale brings within two seconds


@dataclass(frozen=True)
class Round:
    """`piece` is the exercise whose function is tried, `threatens` the promise that is in danger, `found` the settings
    as the learner finds them; `told` says in a sentence what happens. `incident` puts it into a shop's diary, `faults`
    are those of the log.
    """

    number: int
    name: str
    piece: str
    threatens: str
    told: str
    found: Mapping[str, Any]
    incident: Callable[[Floor], None]
    faults: tuple[Fault, ...] = field(default=())
    good: Mapping[str, Any] = field(default_factory=dict)  # keeps all promises; for the rest see Settings
    ordinary: int = 40  # orders of an ordinary day that come as well


def _eve(shop: Floor) -> None:
    """In every round eve is blocked at some time, and comes again."""
    shop.expect(4.0, "eve")
    shop.clock.at(T, lambda: shop.desk.block("eve"))
    shop.expect(T + 4, "eve")
    shop.expect(T + 12, "eve")


def _doubles(shop: Floor) -> None:
    _eve(shop)
    shop.clock.at(T, lambda: shop.tell("crowd", "customers"))
    for n in range(CROWD):
        customer = ("ann", "bob", "fay", "gus")[n % 4]
        shop.expect(round(T + 2 * n / CROWD + shop.random.uniform(0, 0.05), 2), customer)


def _slows(shop: Floor) -> None:
    _eve(shop)
    shop.clock.at(T - 6, lambda: shop.front.slow("a"))


def _restarts(shop: Floor) -> None:
    _eve(shop)
    shop.clock.at(T, shop.desk.restart)


def _races(shop: Floor) -> None:
    shop.desk.racer = shop.expect(T, "eve")
    shop.clock.at(T + 5, lambda: shop.desk.block("eve") if "eve" not in shop.desk.out else None)  # nobody has read
    shop.expect(T + 6, "eve")
    shop.expect(T + 10, "eve")


def _kills(shop: Floor) -> None:
    _eve(shop)
    for t in (T, T + 9):
        shop.clock.at(t + shop.random.uniform(0, 1), shop.sagas.kill)
    shop.sagas.loses_payment = T + 2


def _crashes(shop: Floor) -> None:
    _eve(shop)
    for n, death in enumerate((AFTER, 1, 2, 3, 4, AFTER)):
        t = T - 2 + 3 * n + shop.random.uniform(0, 0.5)
        shop.clock.at(t, lambda death=death: shop.invoices.deaths.append(death))  # type: ignore[misc]


def _poison(shop: Floor) -> None:
    _eve(shop)
    shop.clock.at(T, lambda: shop.tell("poison", "log"))
    ready = [order.number for order in shop.orders.values() if order.came > 5 and order.refused_by == "nobody"
             and order.customer != "eve"]  # fmt: skip
    shop.invoices.poison = ready[3]
    shop.invoices.flaky[ready[6]] = 1e9  # it fails until it is mended by hand
    shop.invoices.flaky[ready[9]] = T + 8
    shop.mail.refuses[ready[2]] = 2


def _twice(shop: Floor) -> None:
    _eve(shop)
    for n in range(5):
        shop.clock.at(T + n + shop.random.uniform(0, 0.5), shop.sagas.repeat)


def _rotates(shop: Floor) -> None:
    _eve(shop)
    shop.clock.at(T, shop.door.rotate)
    shop.clock.at(T, lambda: shop.door.listed.update(bob=T))  # his forged token has been seen
    for order in shop.orders.values():
        if order.came > T + 0.5 and order.customer in ("ann", "gus", "kim"):  # they have logged in since
            order.token = type(order.token)("new", order.customer, T)
    for t, customer in ((T + 0.2, "bob"), (T + 5, "hal")):
        shop.expect(t, customer, thief=True)


def _broker(shop: Floor) -> None:
    _eve(shop)
    shop.log.kill_after = T + 2


ROUNDS: dict[int, Round] = {
    it.number: it
    for it in (
        Round(1, "Traffic spikes", "queues-bounded", "lost",
              "A sale begins: for two seconds orders pour in.",
              dict(policy="drop oldest", servers=2, bound=6), _doubles, good=dict(servers=3, bound=4), ordinary=18),
        Round(2, "A server slows", "proxies-least-connections", "slow",
              "One server becomes five times slower. It still answers every health check.",
              dict(servers=2, bound=30), _slows, good=dict(servers=3)),
        Round(3, "The cache restarts", "proxies-collapse", "slow",
              "The cache is away for a moment, and comes back empty.",
              dict(collapsing=False, connections=2), _restarts, good=dict(connections=2)),
        Round(4, "A stale set", "caching-leases", "out",
              "Eve's order stalls between the database and the cache. In that moment she is blocked.",
              dict(reading=ASIDE, lifetime=30), _races),
        Round(5, "The orchestrator is killed", "patterns-next-action", "lost",
              "The orchestrator is killed, twice, with sagas under way.",
              dict(safety=SAFETY[2], standby=False), _kills),
        Round(6, "A consumer crashes", "kafka-sink", "double",
              "The consumer that writes the invoices crashes: after the work, in the middle of it, and again.",
              dict(batch=10, standby=False), _crashes),
        Round(7, "A poison record", "kafka-retry", "lost",
              "One record can never be read, one fails for a while, and one until somebody mends it.",
              dict(tries=6, pause=1.0), _poison),
        Round(8, "Duplicate requests", "patterns-take", "double",
              "For some seconds the network delivers messages twice.",
              dict(safety=SAFETY[1], servers=6), _twice),
        Round(9, "A key rotation under load", "tokens-key-cache", "out",
              "The signing key has leaked, and is replaced. A thief has forged tokens for bob and hal with it.",
              dict(overlap=30, denylist=True), _rotates, good=dict(denylist=True)),
        Round(10, "A broker is lost", "kafka-elect", "lost",
              "One broker falls behind; then the leader dies, and comes back later.",
              dict(acks="1", min_insync=1), _broker,
              (Fault(T - 4, "slow", "b2"), Fault(T + 12, "heal", "b2"),
               Fault(T + 14, "start", "b1"))),
    )
}  # fmt: skip

QUIET = Round(0, "A quiet day", "", "", "Nothing goes wrong.", dict(servers=4), _eve)
EVERY: dict[int, Round] = {0: QUIET, **ROUNDS}
"""The rounds, and a day without an incident."""
