"""What the notes claim about queues, put to the models."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault, Trace
from labs.queues.buffer.buffer import buffer
from labs.queues.buffer.controls import fleet
from labs.queues.buffer.delivery import deliver
from labs.queues.buffer.measure import backlog, fates, longest_wait, oldest

RABBIT_LENGTH = ("RabbitMQ: queue length limit", "https://www.rabbitmq.com/docs/maxlength")
RABBIT_CONFIRMS = ("RabbitMQ: acknowledgements and confirms", "https://www.rabbitmq.com/docs/confirms")
RABBIT_TUTORIAL = ("RabbitMQ tutorial 3: publish/subscribe", "https://www.rabbitmq.com/tutorials/tutorial-three-python")
RABBIT_CONSUMERS = ("RabbitMQ: consumers", "https://www.rabbitmq.com/docs/consumers")
SRE_QUEUES = (
    "Google, Site Reliability Engineering, chapter 22: queue management",
    "https://sre.google/sre-book/addressing-cascading-failures/",
)
NOTES = Ledger("04")


@NOTES.says(
    "queues-asynchronous",
    "A queue makes sending asynchronous: whoever sends a notification does not wait for the one who handles it.",
    RABBIT_LENGTH,
)
def asynchronous() -> Finding:
    """How many producers were held up, with and without a bound."""
    held = {bound: len(buffer(bound=bound, overflow="block").of("admit")) for bound in (0, 100)}
    return (
        {
            "a queue without a bound": f"a producer had to wait {held[0]} times",
            "room for 100, and block when it is full": f"a producer had to wait {held[100]} times",
        },
        {"while there is room": not held[0], "when the queue is full and blocks": not held[100]},
        "Sender and receiver need not be up at the same time. But no queue is endless: when it is full, "
        "either the sender waits after all, or a message is refused or dropped.",
    )


@NOTES.says(
    "queues-retry", "If the consumer goes down, its messages can be tried again from the queue.", RABBIT_CONFIRMS
)
def retry() -> Finding:
    """The worker stops in the middle of its work, and comes back."""
    away = [Fault(5, "stop", "workers"), Fault(12, "start", "workers")]
    lost = {acks: fates(buffer(acks=acks, faults=away, until=60))["lost"] for acks in ("after the work", "on delivery")}
    return (
        {f"acknowledged {acks}": f"{number} of 600 lost" for acks, number in lost.items()},
        {f"acknowledged {acks}": not number for acks, number in lost.items()},
        "What waits is safe, as long as the queue itself survives. What the consumer was working on comes back only if "
        "it acknowledges after the work; then it may be done twice.",
    )


@NOTES.says(
    "queues-pace",
    "Pace matching: with a queue in between, a service that can take 15 requests per second never gets more, "
    "however many are sent.",
    SRE_QUEUES,
)
def pace() -> Finding:
    """How close together messages come to the queue, and to the worker behind it."""
    rush = buffer()
    closest = {kind: min(b.t - a.t for a, b in pairwise(rush.of(kind))) for kind in ("send", "work")}
    return (
        {
            "put into the queue": f"{fates(rush)['sent']} in 10 s, some of them at the same moment",
            "taken out": f"one every {closest['work'] * 1000:.0f} ms: {1 / closest['work']:.0f} per second",
        },
        closest["send"] == 0 and closest["work"] > 1 / 15 - 1e-9,
        "The worker takes the next message when it is done with the last one, however fast messages come. "
        "That they are taken in does not mean that they are done.",
    )


@NOTES.says(
    "queues-three-services",
    "Three services send 10, 20 and 30 requests per second, and the notification service can take 15. "
    "With a queue between them, it keeps up.",
    SRE_QUEUES,
)
def three_services() -> Finding:
    """How many wait, and for how long, the longer it goes on."""
    waits_after = {}
    for seconds in (10, 30, 90):
        run = buffer(rush=seconds, until=seconds)
        waits_after[seconds] = (backlog(run)[-1][1], oldest(run, 1)[-1][1])
    lengths = [length for length, _ in waits_after.values()]
    return (
        {f"after {t} s": f"{length:.0f} wait, the oldest for {age:.0f} s" for t, (length, age) in waits_after.items()},
        max(lengths) == lengths[0],
        "As long as more comes in than goes out, the backlog grows. A queue helps with a rush that ends: then there "
        "is time to catch up. For a load that lasts it takes more workers (four keep up), or fewer messages.",
    )


@NOTES.says(
    "queues-cars",
    "Many cars report where they are every ten seconds, too often for a dashboard. A queue in between helps.",
    SRE_QUEUES,
)
def cars() -> Finding:
    """As many cars as the dashboard can take, more than that, and more with a bound on the queue."""
    seen = {
        "300 cars": fleet(cars=300),
        "450 cars": fleet(cars=450),
        "450 cars, at most 400 wait": fleet(cars=450, bound=400),
    }
    ages = {name: longest_wait(run) for name, run in seen.items()}
    return (
        {name: f"positions up to {age:.1f} s old, {_dropped(seen[name])}" for name, age in ages.items()},
        {"300 cars (30 per second into 40)": ages["300 cars"] < 10, "450 cars (45 per second)": ages["450 cars"] < 10},
        "A queue spreads a peak over the seconds that follow. With too many cars every position on the dashboard gets "
        "older and older. Here old messages are worth nothing: drop the oldest, or keep only the newest of each car.",
    )


def _dropped(run: Trace) -> str:
    what = fates(run)
    return f"{what['lost']} of {what['sent']} reports dropped"


@NOTES.says(
    "queues-point-to-point",
    "Point-to-point: a message is consumed by consumer 1 or by consumer 2.",
    RABBIT_CONSUMERS, RABBIT_CONFIRMS,
)  # fmt: skip
def point_to_point() -> Finding:
    """Who begins with which message, with both consumers well, and when one stops in the middle."""

    def begun_by_both(faults: list[Fault]) -> int:
        work = deliver(faults=faults).of("work")
        return len({e["number"] for e in work if e.who == "A"} & {e["number"] for e in work if e.who == "B"})

    well, ill = begun_by_both([]), begun_by_both([Fault(2.5, "stop", "B")])
    return (
        {"both are well": f"{well} messages begun by both", "B stops in the middle": f"{ill} begun by both"},
        {"as long as nobody fails": not well, "when a consumer fails": not ill},
        "One of them gets it. If that one fails before it acknowledges, the other gets it too: so handling a message "
        "twice must do no harm.",
    )


@NOTES.says(
    "queues-pub-sub",
    "Publish/subscribe: the exchange puts the same message into all queues attached to it, and each consumer gets it.",
    RABBIT_TUTORIAL,
)
def pub_sub() -> Finding:
    """Into how many queues each of six messages is put, and how many consumers it reaches."""
    run = deliver(style="publish/subscribe", consumers=3)
    put, done = (Counter(e["number"] for e in run.of(kind)) for kind in ("put", "done"))
    return (
        {
            "queues that each message is put into": f"{min(put.values())} of 3",
            "consumers that each message reaches": f"{min(done.values())} of 3",
        },
        put == done == Counter(list(range(1, 7)) * 3),
        "In RabbitMQ a fanout exchange does this; the other kinds choose by routing key or headers (lesson 11). "
        "In Kafka every consumer group reads all messages, without copies.",
    )
