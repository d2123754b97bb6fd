"""The real thing: a consumer group of real clients (librdkafka by way of confluent-kafka) on a cluster in this process.

The group protocol is Kafka's own: join, sync, heartbeats, and an assignor that runs in the consumer that leads. If a
broker answers at KAFKA_BOOTSTRAP, the group is formed there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from labs.kafka.groups.answers import BadAssignment, usable
from labs.kafka.groups.members import Assignment, Assignor, Member, Partition, check_group
from labs.kafka.real import RealCluster, real_cluster
from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError
from labs.kit.not_here import NotHere

__all__ = ["REAL_ASSIGNORS", "compare", "compare_groups", "real_group", "static_members"]

REAL_ASSIGNORS = ("range", "roundrobin", "cooperative-sticky")  # librdkafka has no eager sticky one


def static_members(members: Mapping[str, Sequence[str]]) -> list[Member]:
    """The members of `real_group` as a model takes them: {name: topics}, each name an instance id as well."""
    return [Member(name, tuple(topics), instance_id=name) for name, topics in members.items()]


def real_group(
    members: Mapping[str, Sequence[str]], topics: Mapping[str, int], assignor: str = "range", time_limit: float = 60.0
) -> Assignment:
    """Let a real group form and say who got what: {name: topics to read} and {topic: partitions} → {name: partitions}.

    Each name becomes a group.instance.id, so members are static and in a known order, and range and roundrobin give the
    same answer every time; cooperative-sticky goes by member ids, which are random. It takes about two seconds. If no
    assignment has come in half of `time_limit` seconds, a fresh group tries once more; then NotHere is raised. It
    is also raised if the client library is missing. ValueError for a group that cannot be.
    """
    check_group(static_members(members), topics)
    if assignor not in REAL_ASSIGNORS:
        raise ValueError(f"librdkafka has no assignor {assignor!r}; choose one of {', '.join(REAL_ASSIGNORS)}")
    for name, subscribed in members.items():
        if not subscribed or not set(subscribed) <= topics.keys():
            raise ValueError(
                f"{name!r} must read one or more of the topics {', '.join(topics)}, not {list(subscribed)}"
            )
    with real_cluster(topics) as cluster:
        for group in ("first-try", "second-try"):
            assignment = _form_group(cluster, group, members, topics, assignor, time_limit / 2)
            if assignment is not None:
                return assignment
    raise NotHere(
        f"The real group had no assignment in {time_limit:g} s, on two tries; run it again in a quiet moment."
    )


def compare(model: Assignment, real: Assignment) -> list[dict[str, Any]]:
    """Rows for a table: member, the model's partitions, the real group's partitions, and whether they are the same."""
    return [
        {
            "member": member,
            "model": _listed(model.get(member, [])),
            "real": _listed(real.get(member, [])),
            "same": sorted(model.get(member, [])) == sorted(real.get(member, [])),
        }
        for member in sorted(model.keys() | real.keys())
    ]


def _listed(partitions: Sequence[Partition]) -> str:
    return ", ".join(f"{topic}-{number}" for topic, number in sorted(partitions)) or "nothing"


def _form_group(
    cluster: RealCluster,
    group: str,
    members: Mapping[str, Sequence[str]],
    topics: Mapping[str, int],
    assignor: str,
    time_limit: float,
) -> Assignment | None:
    """Start the consumers and poll them until each has heard of its share and all partitions are shared out."""
    from confluent_kafka import Consumer

    wanted = sum(topics[topic] for topic in {topic for subscribed in members.values() for topic in subscribed})
    heard: set[str] = set()
    consumers: dict[str, Any] = {}
    deadline = time.monotonic() + time_limit
    try:
        for name, subscribed in members.items():
            consumers[name] = Consumer(
                {
                    "bootstrap.servers": cluster.bootstrap,
                    "group.id": cluster.named(group),
                    "group.instance.id": name,
                    "partition.assignment.strategy": assignor,
                    "session.timeout.ms": cluster.session_timeout,
                    "heartbeat.interval.ms": 500,
                    "enable.auto.commit": False,
                    "log_level": 0,
                }
            )
            # A member that is given nothing owns nothing before and after: only the callback tells the two apart.
            wanted_topics = sorted({cluster.named(topic) for topic in subscribed})
            consumers[name].subscribe(wanted_topics, on_assign=lambda _client, _given, name=name: heard.add(name))
        while time.monotonic() < deadline:
            for consumer in consumers.values():
                consumer.poll(0.01)
            shares = {
                name: sorted((cluster.plain(p.topic), p.partition) for p in consumer.assignment())
                for name, consumer in consumers.items()
            }
            given = [partition for share in shares.values() for partition in share]
            if len(heard) == len(members) and len(given) == len(set(given)) == wanted:
                return shares
        return None
    finally:
        for consumer in consumers.values():
            consumer.close()


def compare_groups(
    clients: Mapping[str, Sequence[str]], topics: Mapping[str, int], model: Assignor, yours: Assignor, real: Assignment
) -> Any:
    """A table (pandas DataFrame), a row a member: what the model, the learner's assignor and the real group gave it."""
    import pandas

    members = static_members(clients)
    rows = compare(model(members, topics), real)
    try:
        mine = fenced(yours)(members, topics)
        theirs = [row["model"] for row in compare(usable(mine, members, topics)[0], real)]
    except (LearnerError, BadAssignment) as error:
        theirs = ["not written yet" if getattr(error, "kind", "") == "unfinished" else "not usable"] * len(rows)
    table = [
        {"member": r["member"], "the model": r["model"], "yours": mine, "the real group": r["real"],
         "model = real": _yes(r["model"] == r["real"]), "yours = real": _yes(mine == r["real"])}
        for r, mine in zip(rows, theirs, strict=True)
    ]  # fmt: skip
    return pandas.DataFrame(table).set_index("member")


def _yes(same: bool) -> str:
    return "yes" if same else "no"
