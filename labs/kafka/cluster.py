"""The cluster that the *real thing* sections talk to: your own broker, if you have one, else the mock in this process.

Where a broker answers at KAFKA_BOOTSTRAP ("127.0.0.1:9092"), topics and groups are made there under names that begin
with a prefix of this run's own, and are deleted afterwards. What a section prints is the same on either.
"""

from __future__ import annotations

import os
import time
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from labs.kafka.mock import NoRealGroup, mock_cluster


@dataclass(frozen=True)
class Cluster:
    """Where it is, and what it calls the topics and groups that a section has plain names for."""

    bootstrap: str
    prefix: str = ""
    session_timeout: int = 6000  # milliseconds; the least that a broker takes unless it is told otherwise

    def named(self, name: str) -> str:
        """Its name for a topic or group."""
        return self.prefix + name

    def plain(self, name: str) -> str:
        """And back."""
        return name.removeprefix(self.prefix)


@contextmanager
def real_cluster(
    topics: Mapping[str, int], *, session_timeout: int = 6000, join_delay: float = 1.5, round_trip: float = 0.02
) -> Iterator[Cluster]:
    """A cluster with these topics, {name: number of partitions}: yours, or a mock, to which the other settings belong
    (see `mock_cluster`). NoRealGroup if neither can be had, or the topics cannot be made.
    """
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "").strip()
    admin = _answering(bootstrap) if bootstrap else None
    if admin is not None:  # (an idle client counts its waiting messages, none, and so is false)
        cluster = Cluster(bootstrap, f"course-{uuid.uuid4().hex[:8]}-")
        try:
            _make_topics(admin, {cluster.named(topic): count for topic, count in topics.items()})
            yield cluster
        finally:
            _delete(admin, cluster)
        return
    if bootstrap:
        warnings.warn(
            f"No Kafka broker answers at KAFKA_BOOTSTRAP ({bootstrap}), so the cluster in this process is used.",
            stacklevel=4,
        )
    with mock_cluster(topics, join_delay=join_delay, round_trip=round_trip) as address:
        yield Cluster(address, session_timeout=session_timeout)


def _answering(bootstrap: str) -> Any:
    """A client to administer the broker with; None if none answers in 3 s."""
    try:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient
    except ImportError:
        return None  # the mock says so in a sentence
    try:
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        admin.list_topics(timeout=3)
        return admin
    except KafkaException:  # nobody there, or not an address
        return None


def _make_topics(admin: Any, topics: Mapping[str, int]) -> None:
    """Make them, and wait until each partition has a leader."""
    from confluent_kafka import KafkaException
    from confluent_kafka.cimpl import NewTopic

    try:
        made = admin.create_topics([NewTopic(topic, count) for topic, count in topics.items()], request_timeout=10)
        for done in made.values():
            done.result(timeout=12)
        deadline = time.monotonic() + 10
        while not all(_has_leaders(admin, topic, count) for topic, count in topics.items()):
            if time.monotonic() > deadline:
                raise NoRealGroup("The broker at KAFKA_BOOTSTRAP made the topics, but they have no leaders yet.")
            time.sleep(0.1)
    except KafkaException as refused:
        raise NoRealGroup(f"The broker at KAFKA_BOOTSTRAP would not make topics: {refused.args[0].str()}") from refused


def _has_leaders(admin: Any, topic: str, count: int) -> bool:
    found = admin.list_topics(topic, timeout=5).topics[topic].partitions.values()
    return len(found) == count and all(partition.leader >= 0 for partition in found)


def _delete(admin: Any, cluster: Cluster) -> None:
    """Take away what has the run's prefix: topics, and the groups that nobody is in any more.

    A static member closes without a word, so its group is there until its session ends. Then it is empty and holds no
    offsets, and the broker removes it when it next looks (offsets.retention.check.interval.ms, 10 min by default).
    """
    with suppress(Exception):  # a broker that will not delete has a little more in it
        topics = [topic for topic in admin.list_topics(timeout=5).topics if topic.startswith(cluster.prefix)]
        for done in admin.delete_topics(topics, request_timeout=10).values() if topics else ():
            done.exception(timeout=12)
        known = admin.list_consumer_groups(request_timeout=10).result(timeout=12).valid
        groups = [group.group_id for group in known if group.group_id.startswith(cluster.prefix)]
        for done in admin.delete_consumer_groups(groups, request_timeout=10).values() if groups else ():
            done.exception(timeout=12)
