"""What lesson 22 asks before each round: the shop as it is found, an incident, and the first promise to break."""

from __future__ import annotations

from functools import partial

from labs.kit.guessing.question import Question
from labs.shop.promises import PROMISES, broken
from labs.shop.rounds import ROUNDS
from labs.shop.shop import run_shop

NONE = "None: all four promises are kept"
OPTIONS = [NONE, *(f"“{words}”" for words in PROMISES.values())]


def _first(number: int) -> str:
    """The first promise that breaks in a round as it is found."""
    chosen = ROUNDS[number]
    lost = list(broken(run_shop(round=number, **{**chosen.good, **chosen.found})))
    return OPTIONS[1 + list(PROMISES).index(lost[0])] if lost else NONE


def _ask(number: int, id: str, story: str, because: str) -> Question:
    return Question(
        id=id, question=f"{story} Which promise is the first to be broken?", options=OPTIONS,
        answer=partial(_first, number), because=because,
    )  # fmt: skip


SALE = _ask(
    1, "shop-sale",
    "The shop has two servers. At most six requests are under way, six more may wait in the backlog, and when that is "
    "full the oldest makes room. A sale begins, and 24 orders come within two seconds.",
    "A backlog that drops says nothing: the customer believes that the order is on its way, and nobody has it any "
    "more. With reject, the customer is told and comes again. (Dropping even keeps p95 low: what is dropped is never "
    "answered.)",
)  # fmt: skip
SLOW = _ask(
    2, "shop-slow",
    "Two servers, and least connections picks between them. One of them becomes five times slower, and still answers "
    "every health check.",
    "Least connections keeps most orders away from the slow server, but those that go there take five seconds and "
    "more, and two servers leave little choice. More than one answer in twenty is too slow: that is what p95 means.",
)  # fmt: skip
CACHE = _ask(
    3, "shop-cache",
    "Every order needs the catalogue. It is in the cache; the database takes three seconds for it, and the service has "
    "two connections. The cache restarts, and is empty.",
    "Every order that misses asks the database for the same catalogue, and each load holds a connection for three "
    "seconds. All others wait behind them. With collapsing, one load serves all who wait.",
)  # fmt: skip
RACE = _ask(
    4, "shop-race",
    "Reads are plain cache aside. An order of eve's misses in the cache, reads in the database that she is an active "
    "customer, and its server pauses for a second and a half. Meanwhile eve is blocked: the database is written, and "
    "the cache entry deleted. Later eve orders again.",
    "The paused server fills the cache with what it read before: “active”. The delete came too early to remove it. "
    "With a lease, the delete would have made the late fill void. A short life of the entries only bounds how long a "
    "stale one can do harm.",
)  # fmt: skip
KILLED = _ask(
    5, "shop-killed",
    "The orchestrator keeps its sagas in memory, without a log. It is killed twice with several of them under "
    "way, and each time another process takes its place six seconds later.",
    "Memory dies with the process. The new orchestrator knows nothing of the sagas under way, so nobody ever finishes "
    "or undoes them. With a log it reads how far each one has come, and carries on.",
)  # fmt: skip
CRASHED = _ask(
    6, "shop-crashed",
    "The consumer that writes the invoices commits after every tenth record. It crashes again and again: after the "
    "work and before the commit, and in the middle of the work. The sink is one that passes lesson 07's check.",
    "After each crash up to ten records are delivered again. The sink stores the amount and the next offset in one "
    "transaction, so it recognises every one of them. At least once, and an idempotent sink: that is enough.",
)  # fmt: skip
POISON = _ask(
    7, "shop-poison",
    "One record can never be decoded, one fails until somebody mends it, and one fails for some seconds. The consumer "
    "tries a record that may still succeed six times, with pauses of 1, 2, 4, 8 and 8 s, and then puts it aside for an "
    "operator. Its max.poll.interval is 20 s.",
    "Six tries take 23 s, and in all that time the consumer does not poll. So the group removes it before it can put "
    "the record aside, and the next consumer begins with the same record. Nothing behind it is ever read. The record "
    "that can never be decoded does no harm: it is put aside at once.",
)  # fmt: skip
TWICE = _ask(
    8, "shop-twice",
    "Six servers. The orchestrator has its log, but the services that it calls take no notice of idempotency keys. "
    "For some seconds the network delivers messages twice.",
    "A request that comes twice is served twice: the card is charged 60. The log does not help, since the message was "
    "doubled on the way. Only a key that is the same on both lets the service see it. Servers do not help either.",
)  # fmt: skip
ROTATION = _ask(
    9, "shop-rotation",
    "The signing key has leaked. A new key signs from now on, and the old one stays in the published set for another "
    "30 seconds, so that nobody has to log in again. A forged token for bob has been seen, so bob's old tokens are on "
    "the denylist. The thief has forged one for hal as well.",
    "The denylist stops the token for bob, and nobody has listed hal. Whoever has the key can forge for anybody, so a "
    "denylist alone is no remedy. For a planned rotation, an overlap is right. "
    "After a leak it lets in the thief as well, and for longer than 30 seconds, because the proxy keeps the set that "
    "it has fetched for minutes. For the same reason, a withdrawn key only stops the thief once the proxy has fetched "
    "the set again; until then, the denylist helps.",
)  # fmt: skip
BROKER = _ask(
    10, "shop-broker",
    "The relay publishes to the log with acks=1. Broker b2 has fallen behind. The leader, b1, has just acknowledged a "
    "record, and dies before b3 has fetched it.",
    "With acks=1 the leader's word is enough, and it died with the only copy. b3 is in sync and is elected, rightly, "
    "but it never had that record. With acks=all the relay waits until every broker in sync has it.",
)  # fmt: skip
