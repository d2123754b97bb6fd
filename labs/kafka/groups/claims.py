"""What the notes claim about consumer groups, each sentence put to a run."""

from __future__ import annotations

from labs.kafka.groups.assignors import range_assign
from labs.kafka.groups.coordinator import Coordinator
from labs.kafka.groups.members import Member
from labs.kafka.groups.pauses import consumer_pauses, moved, rebalances, settled, unconsumed
from labs.kafka.groups.rebalance import rebalance
from labs.kafka.groups.settings import PROTOCOLS
from labs.kafka.sources import (
    CONSUMER_CONFIG,
    KAFKA_CONSUMER,
    KIP_345,
    KIP_429,
    KIP_848,
    OFFSET_TRACKING,
    REBALANCE_DOCS,
)
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Clock, Fault, Trace

NOTES = Ledger("06")


def _later(trace: Trace) -> int:
    """The rebalances after the group has formed."""
    return sum(r.start > settled(trace) for r in rebalances(trace))


@NOTES.says(
    "kafka-one-partition",
    "A consumer reads one partition of a topic. (Elsewhere in the same notes: it may read several.)",
    KAFKA_CONSUMER,
)
def one_partition() -> Finding:
    """Two consumers, four partitions."""
    shares = range_assign([Member("c1", ("orders",)), Member("c2", ("orders",))], {"orders": 4})
    told = {who: ", ".join(f"{topic}-{n}" for topic, n in given) for who, given in shares.items()}
    readers = [who for who, given in shares.items() for _ in given]
    distinct = {partition for given in shares.values() for partition in given}
    return (
        {f"{who} reads": given for who, given in told.items()},
        {
            "a consumer reads one partition of a topic": max(map(len, shares.values())) <= 1,
            "a partition is read by one consumer of a group": len(readers) == len(distinct) == 4,
        },
        "The rule is about partitions: each has one reader in a group, and a consumer may read several. "
        "Share groups (KIP-932) relax it on purpose; they are another type of group.",
    )


@NOTES.says(
    "kafka-idle-consumers",
    "With more partitions than consumers some read several; with more consumers than partitions the rest are idle.",
    KAFKA_CONSUMER,
)
def idle_consumers() -> Finding:
    """Two, four and six consumers on four partitions."""

    def idle(consumers: int) -> int:
        trace = rebalance(consumers=consumers, partitions=4, until=30)
        return consumers - len({e.who for e in trace.of("own")})

    counts = {consumers: idle(consumers) for consumers in (2, 4, 6)}
    return (
        {f"{consumers} consumers, 4 partitions": f"{n} idle" for consumers, n in counts.items()},
        list(counts.values()) == [0, 0, 2],
        "An idle consumer is not useless: it takes over when another one leaves.",
    )


@NOTES.says(
    "kafka-who-creates-a-group",
    "Nobody has to create a group: it comes into being when its first consumer names it, and others join by naming it.",
    KAFKA_CONSUMER,
    OFFSET_TRACKING,
)
def who_creates() -> Finding:
    """One consumer starts."""
    start = rebalance(consumers=1, until=30)
    states = [e["state"] for e in start.of("state")]
    return (
        {"its first request": start.of("send")[0]["what"], "states of the group": " → ".join(states)},
        states[:1] == ["PreparingRebalance"] and states[-1] == "Stable",
        "What is kept of a group are its committed offsets, in the topic __consumer_offsets (lesson 07).",
    )


@NOTES.says("kafka-who-assigns", "The group coordinator, a broker, assigns the partitions.", KIP_848, REBALANCE_DOCS)
def who_assigns() -> Finding:
    """The one that runs the assignor, under each protocol."""
    deciders = {protocol: rebalance(protocol=protocol, until=30).of("assign")[-1].who for protocol in PROTOCOLS}
    return (
        {f"{protocol}: the assignor runs on": who for protocol, who in deciders.items()},
        {f"under {protocol}": who == "coordinator" for protocol, who in deciders.items()},
        "In the classic protocol the coordinator picks a leader among the consumers, whose assignor decides. "
        "Only with KIP-848 (generally available since 4.0) does the broker work it out, for clients with "
        "group.protocol=consumer.",
    )


@NOTES.says("kafka-nobody-reads", "While a group rebalances, none of its consumers can read.", KIP_429, KIP_848)
def nobody_reads() -> Finding:
    """A fourth consumer joins three."""

    def stopped(protocol: str) -> int:
        faults = [Fault(20, "join", "c4")]
        trace = rebalance(consumers=3, partitions=6, protocol=protocol, faults=faults, until=60)
        return sum(seconds > 0 for seconds in consumer_pauses(trace).values())

    halted = {protocol: stopped(protocol) for protocol in PROTOCOLS}
    return (
        {protocol: f"{n} of 3 consumers stopped" for protocol, n in halted.items()},
        {f"under {protocol}": n == 3 for protocol, n in halted.items()},
        "True of eager. Cooperative rebalancing stops only the partitions that move; "
        "under KIP-848 there is no moment when everybody waits for everybody.",
    )


@NOTES.says("kafka-periodically", "Kafka rebalances periodically.", KAFKA_CONSUMER)
def periodically() -> Finding:
    """Ten minutes, with and without something that changes."""
    runs = {
        "nothing changes": rebalance(until=600),
        "a consumer joins": rebalance(until=600, faults=[Fault(300, "join", "c5")]),
    }
    counted = {case: _later(trace) for case, trace in runs.items()}
    return (
        {f"ten minutes in which {case}": f"{n} rebalance{'s' * (n != 1)}" for case, n in counted.items()},
        counted["nothing changes"] > 0,
        "There is no timetable. A rebalance has a cause: a member comes or goes, is silent for the session timeout or "
        "does not poll in time; its subscription changes; a topic gets more partitions.",
    )


@NOTES.says(
    "kafka-only-its-own-partitions",
    "If a consumer fails, only its own partitions are affected; the others carry on.",
    KIP_429,
    CONSUMER_CONFIG,
)
def only_its_own() -> Finding:
    """One of four crashes."""

    def disturbed(protocol: str) -> list[str]:
        faults = [Fault(20, "crash", "c2")]
        trace = rebalance(consumers=4, partitions=8, protocol=protocol, session_timeout=20, faults=faults, until=80)
        return sorted(who for who, seconds in consumer_pauses(trace).items() if seconds > 0)

    others = {protocol: disturbed(protocol) for protocol in PROTOCOLS}
    return (
        {f"{protocol}: others that paused": ", ".join(who) or "nobody" for protocol, who in others.items()},
        {f"under {protocol}": not who for protocol, who in others.items()},
        "Its own partitions wait for the session timeout under every protocol.",
    )


@NOTES.says(
    "kafka-many-partitions",
    "Many partitions cost: more frequent rebalances, and more work to move when a consumer fails or joins.",
    KAFKA_CONSUMER,
)
def many_partitions() -> Finding:
    """Four partitions and forty, and one consumer more."""
    runs = {n: rebalance(partitions=n, protocol="eager", faults=[Fault(20, "join", "c5")], until=60) for n in (4, 40)}
    few, many = runs.values()
    return (
        {
            f"{n} partitions": f"{_later(t)} rebalance, {unconsumed(t):.0f} "
            f"partition-seconds unread, {len(moved(t))} moved"
            for n, t in runs.items()
        },
        {
            "more frequent": _later(many) > _later(few),
            "more to move": len(moved(many)) > len(moved(few)),
            "more goes unread": unconsumed(many) > unconsumed(few),
        },
        "How often a group rebalances depends on its members, not on the number of partitions.",
    )


@NOTES.says(
    "kafka-consumer-per-instance",
    "Run one consumer per instance of the application; several in one are possible, one for several instances is rare.",
    KAFKA_CONSUMER,
    KIP_345,
)
def consumer_per_instance() -> Finding:
    """A machine dies that runs one or two of four consumers; and two instances pretend to be one consumer."""

    def machine_dies(on_one_machine: int) -> float:
        faults = [Fault(20, "crash", f"c{i + 1}") for i in range(on_one_machine)]
        run = rebalance(partitions=8, protocol="cooperative", session_timeout=20, faults=faults, until=80)
        return unconsumed(run)

    apart, together, told = machine_dies(1), machine_dies(2), _two_under_one_name()
    return (
        {
            "an instance with one of four consumers dies": f"{apart:.0f} partition-seconds wait",
            "an instance with two of four consumers dies": f"{together:.0f} partition-seconds wait",
            "two instances as one consumer": f"the first one is told {told}",
        },
        {"one consumer per instance loses least": apart < together, "one consumer can be shared": told is None},
        "A consumer belongs to one process and one thread (KafkaConsumer is not safe for several). "
        "What instances share is the group, not a consumer.",
    )


def _two_under_one_name() -> str | None:
    """Two application instances that present themselves as the same static consumer: what is the first one told?"""
    group = Coordinator(Clock(), lambda *told, **more: None)
    ids = [group.join(who, Member("", ("orders",), instance_id="shared"), lambda answer: None) for who in ("a", "b")]
    return group.heartbeat(Member(ids[0], ("orders",), instance_id="shared"))
