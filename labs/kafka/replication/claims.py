"""What the notes claim about brokers and replicas, each sentence put to a run."""

from __future__ import annotations

from labs.kafka.replication.partition import Rules, fresh
from labs.kafka.replication.run import CONTROLLERS, replicate
from labs.kafka.sources import KIP_392, KIP_405, KIP_500, KIP_966, REPLICATION
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

NOTES = Ledger("08")
QUIET = [Fault(3.0, "controller", who) for who in CONTROLLERS]


@NOTES.says(
    "kafka-zookeeper-manages",
    "ZooKeeper manages the cluster, and the brokers communicate with each other through it.",
    KIP_500,
    REPLICATION,
)
def zookeeper_manages() -> Finding:
    """Every controller is gone; then the leader dies as well."""
    quiet = replicate(faults=QUIET, until=20)
    dead = replicate(faults=[*QUIET, Fault(8, "kill", "b1")], until=20)
    after = [e["number"] for e in quiet.of("acked") if e.t > 3]
    leaders = [e for e in dead.of("leads") if e.t > 3]
    return (
        {
            "all three controllers are gone at 3 s": f"records acknowledged after that: {', '.join(map(str, after))}",
            "and b1 dies at 8 s": "somebody else leads" if leaders else "nobody is elected any more",
        },
        {"records go through the managers": not after, "it takes ZooKeeper": False},
        "Followers fetch from the leader directly. Who leads is decided by KRaft controllers, "
        "which keep the metadata in a log of their own; ZooKeeper was removed in 4.0 (2025).",
    )


@NOTES.says(
    "kafka-replica-place", "A partition lies on broker b1, and its replica is placed on b1 as well.", REPLICATION
)
def replica_place() -> Finding:
    """b1 dies: once with all copies on it, once with copies on three brokers."""
    gone = replicate(faults=[Fault(0, "kill", "b2"), Fault(0, "kill", "b3"), Fault(9, "kill", "b1")], until=20)
    three = replicate(faults=[Fault(9, "kill", "b1")], until=20)
    one_led, three_led = (run.of("end")[0]["leader"] for run in (gone, three))
    return (
        {
            "b1 dies, and had the only copy": f"b{one_led} leads" if one_led else "the partition is offline",
            "b1 dies, b2 and b3 have copies": f"b{three_led} leads" if three_led else "the partition is offline",
        },
        one_led != 0,
        "A second copy on the same broker would die with it, so Kafka puts every replica of a partition on another "
        "broker.",
    )


@NOTES.says(
    "kafka-leader-no-replica",
    "The partition that is no replica is the leader; its replicas are the followers.",
    REPLICATION,
)
def leader_no_replica() -> Finding:
    """Who is a replica of a new partition."""
    p = fresh(Rules())
    members = ", ".join(f"b{broker}" for broker in sorted(p.isr))
    return (
        f"b{p.leader} leads; the in-sync replicas are {members}",
        p.leader not in p.isr,
        "All copies are replicas, and one of them leads. A replication factor of 3 means three copies, not four.",
    )


@NOTES.says("kafka-only-leader", "Reads and writes happen only through the leader.", KIP_392, REPLICATION)
def only_leader() -> Finding:
    """A consumer that reads from b2, which follows."""
    near = replicate(nearest=True, until=20)
    sources = sorted({e["source"] for e in near.of("read")})
    writers = sorted({e.who for e in near.of("written")})
    return (
        {"records are written by": ", ".join(writers), "a consumer near b2 reads from": ", ".join(sources)},
        {"writes": writers == ["b1"], "reads": sources == ["b1"]},
        "Since 2.4 a consumer may read from a follower in its rack (KIP-392), if the brokers are told to allow it. "
        "It sees what lies below that follower's watermark: a round later, and never anything uncommitted.",
    )


@NOTES.says("kafka-follower-takes-over", "When a leader goes down, a follower becomes the new leader.", KIP_966)
def follower_takes_over() -> Finding:
    """The leader dies: with followers in sync, and with followers that have fallen behind."""
    well = replicate(faults=[Fault(9, "kill", "b1")], until=20).of("end")[0]
    behind = [Fault(3, "slow", "b2"), Fault(3, "slow", "b3"), Fault(12, "kill", "b1")]
    ill = replicate(faults=behind, until=20).of("end")[0]
    unclean = replicate(faults=behind, unclean=True, until=20).of("end")[0]
    return (
        {
            "followers are in sync": f"b{well['leader']} leads, {len(well['lost'])} lost",
            "they are not": f"b{ill['leader']} leads" if ill["leader"] else "nobody leads until b1 is back",
            "they are not, unclean elections on": f"b{unclean['leader']} leads, {len(unclean['lost'])} lost",
        },
        {"in sync": well["leader"] > 0 and not well["lost"], "out of sync": ill["leader"] > 0},
        "Only a replica that has every committed record may take over. Unclean elections, off by default, "
        "take any that is alive, and lose what it does not have.",
    )


@NOTES.says(
    "kafka-followers-check",
    "When data is written to the leader, the followers continuously ask it for data and keep in sync.",
    REPLICATION,
)
def followers_check() -> Finding:
    """When record 1 is where."""
    trace = replicate(records=1, until=6)
    written, copied = trace.of("written")[0].t, [e.t for e in trace.of("copied")]
    return (
        f"written by b1 at {written:g} s, fetched by both followers at {max(copied):g} s",
        bool(copied),
        "They fetch, as consumers do, and a fetch waits at the leader until there is something to send.",
    )


@NOTES.says(
    "kafka-queue-full",
    "When the queue is full, there can be more brokers; a partition's limit is a machine's limit.",
    REPLICATION,
    KIP_405,
)
def queue_full() -> Finding:
    """How much of one partition each of three brokers holds."""
    ends = [len(e["log"]) for e in replicate(records=6, until=20).of("end")]
    return (
        f"6 records on three brokers: they hold {', '.join(map(str, ends))}",
        {"a partition has to fit on each of its brokers": set(ends) == {6}, "more brokers give it room": max(ends) < 6},
        "A replica is a whole copy. More brokers have room for more partitions. Retention (lesson 09) keeps a log "
        "short, and tiered storage (KIP-405) moves its old segments elsewhere.",
    )
