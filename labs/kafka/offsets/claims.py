"""What the notes claim about offsets and delivery, each sentence put to a run."""

from __future__ import annotations

from typing import Any

from labs.kafka.groups.rebalance import rebalance
from labs.kafka.offsets.delivered import commit_log, crash_points, duplicated, lost, results
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.predictions import next_begins_at
from labs.kafka.sources import CONSUMER_CONFIG, DELIVERY, KAFKA_CONSUMER, KIP_98, KIP_500, OFFSET_TRACKING
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

NOTES = Ledger("07")
CRASH = Fault(3.5, "crash", "c1")
TWO_PARTITIONS: dict[str, Any] = {"partitions": 2, "records": 16, "backlog": 6, "rate": 1.5}
WAYS = {
    "auto": "auto-commit",
    "after": "process, then commit",
    "before": "commit, then process",
    "transaction": "one transaction",
}


def worst(**settings: Any) -> tuple[int, int]:
    """(records done twice, records lost) at worst, over every moment at which the consumer can crash."""
    crashes = [[Fault(t, "crash", "c1")] for t, _ in crash_points(deliver(**settings))]
    runs = [deliver(**settings, faults=faults, until=40) for faults in crashes]
    return max(len(duplicated(run)) for run in runs), max(len(lost(run)) for run in runs)


@NOTES.says(
    "kafka-read-up-to-3",
    "A consumer has read up to index 3, so the committed offset is 3. Another one takes over and starts from 4.",
    KAFKA_CONSUMER,
)
def read_up_to_3() -> Finding:
    """Where the next consumer begins after each of the two commits."""
    begins = {offset: next_begins_at(offset) for offset in (3, 4)}
    return (
        {f"the group has committed {offset}": f"the next begins with record {at}" for offset, at in begins.items()},
        {"committed 3, begins with 4": begins[3] == 4, "committed 4, begins with 4": begins[4] == 4},
        "The committed offset is the next one to read. After record 3 one commits 4; committing 3 repeats record 3.",
    )


@NOTES.says(
    "kafka-zookeeper-keeps-offsets",
    "ZooKeeper keeps the committed offsets. (Elsewhere in the same notes: they are in the topic __consumer_offsets.)",
    OFFSET_TRACKING,
    KIP_500,
)
def zookeeper() -> Finding:
    """A real consumer commits to a cluster that has no ZooKeeper, and the cluster is asked."""
    from labs.kafka.offsets.real import ask_the_broker

    answer = ask_the_broker(read=4)
    return (
        {"a real consumer reads 4 records and commits; a cluster without ZooKeeper is asked": f"orders-0 → {answer}"},
        {"it takes ZooKeeper to keep them": answer is None, "the brokers keep them": answer == 4},
        "Take ZooKeeper away and ask: that is how to find out which of the two sentences is right. The topic came with "
        "0.8.2 (2015); before, the old consumer kept its offsets in ZooKeeper. Since 4.0 (2025) Kafka has none at all.",
    )


@NOTES.says(
    "kafka-own-offset",
    "Every consumer of a group has its own offset for each partition.",
    KAFKA_CONSUMER,
    OFFSET_TRACKING,
)
def own_offset() -> Finding:
    """c1 crashes; under which keys were offsets committed, and where does c2 begin?"""
    taken = deliver(faults=[CRASH])
    keys = sorted({key for key, _ in commit_log(taken).records})
    c2 = taken.of("resume", who="c2")[0]
    return (
        {
            "keys that c1 and c2 committed under": ", ".join("/".join(map(str, key)) for key in keys),
            "c2, which had never committed anything, begins at": f"{c2['position']}, which c1 had committed",
        },
        {
            "a committed offset is one consumer's": len(keys) == 2,
            "a position is one consumer's": len(taken.of("resume")) == 2,
        },
        "The committed offset belongs to (group, topic, partition). "
        "A consumer's own is the position, which it keeps in memory.",
    )


@NOTES.says(
    "kafka-once-and-only-once",
    "The offset ensures that each record is processed once and only once, even if consumers crash.",
    DELIVERY,
    KIP_98,
)
def once_and_only_once() -> Finding:
    """The worst that a crash does, under four ways to commit."""
    worsts = {name: worst(commit=mode) for mode, name in WAYS.items()}
    return (
        {name: f"at worst {again} done twice, {never} lost" for name, (again, never) in worsts.items()},
        {name: pair == (0, 0) for name, pair in worsts.items()},
        "The default is at least once. Exactly once holds from Kafka to Kafka with transactions and read_committed, "
        "or with a sink that is idempotent or keeps the offset with its results.",
    )


@NOTES.says(
    "kafka-commit-tells", "A commit tells Kafka that all records up to this offset have been processed.", KAFKA_CONSUMER
)
def commit_tells() -> Finding:
    """A consumer that commits first, and crashes."""
    early = deliver(commit="before", faults=[CRASH], takeover=30)
    mark = commit_log(early).committed(("billing", "orders", 0)) or 0
    finished = {offset for _, (_, offset) in results(early)}
    unfinished = [offset for offset in range(mark) if offset not in finished]
    return (
        f"c1 commits first and crashes: committed {mark}; of the records before it, not processed: {unfinished}",
        not unfinished,
        "A commit is a number, and Kafka takes the application's word for it. "
        "It is up to you that everything before it is done.",
    )


@NOTES.says(
    "kafka-another-takes-over",
    "When a consumer goes down, another one of the group takes over at the committed offset.",
    KAFKA_CONSUMER,
)
def another_takes_over() -> Finding:
    """When and where c2 begins after c1 has crashed."""
    taken = deliver(faults=[CRASH])
    gone, c2 = taken.of("crash")[0], taken.of("resume", who="c2")[0]
    return (
        f"c1 crashes at {gone.t} s; "
        f"c2 has its partition at {c2.t} s, {c2['committed']} is committed, and c2 begins at {c2['position']}",
        c2["position"] == c2["committed"] is not None,
        "After the session timeout (45 s by default, 3 s in this run): before that, nobody knows that it is down.",
    )


@NOTES.says(
    "kafka-another-group-name",
    "Under a new group name a consumer begins with the oldest record (earliest), with what is written from then on "
    "(latest), or stops (none).",
    CONSUMER_CONFIG,
)
def another_group_name() -> Finding:
    """The group is renamed while records come in, under each policy."""
    policies = ("earliest", "latest", "none")
    runs = {p: deliver(committed=0, reset=p, faults=[Fault(6, "rename", "c1")]) for p in policies}
    begun = {p: next((e["position"] for e in run.of("resume", who="c2")), None) for p, run in runs.items()}
    start = runs["latest"].of("start", who="c2")[0].t
    end = sum(e.t <= start for e in runs["latest"].of("append"))
    missed = ", ".join(str(offset) for _, offset in lost(runs["latest"]))
    return (
        {
            **{f"reset = {p}": "stops with an error" if at is None else f"begins at {at}" for p, at in begun.items()},
            "earliest: done again": f"{len(duplicated(runs['earliest']))} records",
            "latest: never done": f"{missed} (written while it restarted, or not done yet)",
        },
        {"earliest": begun["earliest"] == 0, "latest": begun["latest"] == end, "none": begun["none"] is None},
        "The new name has no committed offset: that is all. Under the old name it would have resumed where it was. "
        "(An unused group's offsets expire after seven days.)",
    )


@NOTES.says(
    "kafka-new-consumer-old-group",
    "A new consumer of an old group begins with the record after the last committed offset, "
    "so nothing is missed or done twice.",
    KAFKA_CONSUMER,
)
def new_consumer_old_group() -> Finding:
    """c2 joins, after c1 has worked undisturbed, and after it has crashed."""
    joined = deliver(**TWO_PARTITIONS, faults=[Fault(4, "join", "c2")])
    crashed = deliver(**TWO_PARTITIONS, faults=[Fault(4, "join", "c2"), Fault(3.0, "crash", "c1")])
    handed = joined.of("resume", who="c2")[0]
    return (
        {
            "c2 is given orders-1": f"committed {handed['committed']}, it begins at {handed['position']}",
            "handed over cleanly": f"{len(lost(joined))} lost, {len(duplicated(joined))} done twice",
            "after a crash of c1": f"{len(lost(crashed))} lost, {len(duplicated(crashed))} done twice",
        },
        {
            "it begins at the record after the committed offset": handed["position"] == handed["committed"] + 1,
            "nothing is missed or done twice in a clean rebalance": not lost(joined) and not duplicated(joined),
            "nor after a crash": not lost(crashed) and not duplicated(crashed),
        },
        "It begins at the committed offset itself. "
        "A clean rebalance lets the old owner finish and commit; a crash does not.",
    )


@NOTES.says(
    "kafka-reset-decides",
    "If the group has no committed offset for a partition, or the record there has been deleted, "
    "auto.offset.reset decides.",
    CONSUMER_CONFIG,
)
def reset_decides() -> Finding:
    """Three cases, each under two policies."""

    def asked(**settings: Any) -> list[tuple[str, str, int]]:
        told = {policy: deliver(reset=policy, **settings).of("resume")[-1] for policy in ("earliest", "latest")}
        return [(policy, e["why"], e["position"]) for policy, e in told.items()]

    unread = asked(**TWO_PARTITIONS, faults=[Fault(0.0, "join", "c2")], until=1)
    deleted, there = asked(committed=1, log_start=3, until=1), asked(committed=4, log_start=3, until=1)
    cases = {"never committed": unread, "committed 1, oldest record 3": deleted, "committed 4, oldest record 3": there}
    by_policy = all(why == policy for policy, why, _ in unread + deleted)
    return (
        {case: "; ".join(f"{policy}: begins at {at}" for policy, _, at in rows) for case, rows in cases.items()},
        by_policy and all(why == "committed" for _, why, _ in there),
        "",
    )


@NOTES.says(
    "kafka-independent-offsets",
    "Each consumer manages its own offsets, so consumers of one group do not affect each other.",
    KAFKA_CONSUMER,
)
def independent_offsets() -> Finding:
    """Two consumers commit side by side; and one of two crashes."""
    log = commit_log(deliver(**TWO_PARTITIONS, faults=[Fault(4, "join", "c2")])).records
    by_partition = {p: [offset or 0 for (_, _, partition), offset in log if partition == p] for p in (0, 1)}
    shared = rebalance(consumers=2, partitions=2, session_timeout=6, faults=[Fault(20, "crash", "c2")], until=45)
    before, after = (shared.of("own", who="c1")[place]["partitions"] for place in (0, -1))
    return (
        {
            "each partition's committed offsets": "; ".join(f"orders-{p}: {o}" for p, o in by_partition.items()),
            "c2 crashes; partitions of c1 before and after": f"{len(before)}, {len(after)}",
        },
        {
            "the offsets of their partitions": all(o == sorted(o) for o in by_partition.values()),
            "the work that they have": len(before) == len(after),
        },
        "Each partition has its own offset, so readers never meet there. But a rebalance gives them more or less to "
        "read, and can stop them for a while (lesson 06).",
    )
