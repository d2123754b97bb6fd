"""The cluster that the *real thing* sections talk to: your own broker, if you have one, else the mock in this process.

If a broker answers at KAFKA_BOOTSTRAP ("127.0.0.1:9092"), topics and groups are created there under names that start
with a prefix unique to this run, and are deleted afterwards. A section prints the same on either.
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

from labs.kafka.mock import mock_cluster
from labs.kit.not_here import NotHere

PATIENCE = 3.0  # seconds for a broker at KAFKA_BOOTSTRAP to answer at all


@dataclass(frozen=True)
class RealCluster:
    """Where it is, and the names it has for a section's topics and groups."""

    bootstrap: str
    prefix: str = ""
    session_timeout: int = 6000  # milliseconds; the shortest that a broker accepts by default

    def named(self, name: str) -> str:
        """The cluster's name for a topic or group of the section."""
        return self.prefix + name

    def plain(self, name: str) -> str:
        """The section's name for a topic or group of the cluster."""
        return name.removeprefix(self.prefix)


@contextmanager
def real_cluster(
    topics: Mapping[str, int], *, session_timeout: int = 6000, join_delay: float = 1.5, round_trip: float = 0.02
) -> Iterator[RealCluster]:
    """A cluster with these topics, {name: number of partitions}: your own broker, or else a mock, for which the other
    settings are (see `mock_cluster`). NotHere if there is neither, or the topics cannot be created.
    """
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP", "").strip()
    admin = _answering(bootstrap) if bootstrap else None
    if admin is not None:  # not `if admin`: a client's length is its number of waiting messages
        cluster = RealCluster(bootstrap, f"course-{uuid.uuid4().hex[:8]}-")
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
        yield RealCluster(address, session_timeout=session_timeout)


def _answering(bootstrap: str) -> Any:
    """An admin client for the broker; None if no broker answers within PATIENCE."""
    try:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient
    except ImportError:
        return None  # the mock says so in a sentence
    try:
        admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        admin.list_topics(timeout=PATIENCE)
        return admin
    except KafkaException:  # nobody there, or not an address
        return None


def _make_topics(admin: Any, topics: Mapping[str, int]) -> None:
    """Create them, and wait until each partition has a leader."""
    from confluent_kafka import KafkaException
    from confluent_kafka.cimpl import NewTopic

    try:
        made = admin.create_topics([NewTopic(topic, count) for topic, count in topics.items()], request_timeout=60)
        for done in made.values():
            done.result(timeout=62)
        deadline = time.monotonic() + 60
        while not all(_has_leaders(admin, topic, count) for topic, count in topics.items()):
            if time.monotonic() > deadline:
                raise NotHere("The broker at KAFKA_BOOTSTRAP created the topics, but they have no leaders yet.")
            time.sleep(0.1)
    except KafkaException as refused:
        raise NotHere(f"The broker at KAFKA_BOOTSTRAP refused to create topics: {refused.args[0].str()}") from refused


def _has_leaders(admin: Any, topic: str, count: int) -> bool:
    found = admin.list_topics(topic, timeout=30).topics[topic].partitions.values()
    return len(found) == count and all(partition.leader >= 0 for partition in found)


def _delete(admin: Any, cluster: RealCluster) -> None:
    """Delete the topics with the run's prefix, and the groups that have no members any more.

    A static member does not say when it closes, so its group still has members until their sessions end. It then has
    neither members nor offsets, and the broker removes it at its next check (every 10 minutes by default:
    offsets.retention.check.interval.ms).
    """
    with suppress(Exception):  # a broker that refuses to delete keeps a few small topics; the lesson goes on
        topics = [topic for topic in admin.list_topics(timeout=30).topics if topic.startswith(cluster.prefix)]
        for done in admin.delete_topics(topics, request_timeout=60).values() if topics else ():
            done.exception(timeout=62)
        known = admin.list_consumer_groups(request_timeout=60).result(timeout=62).valid
        groups = [group.group_id for group in known if group.group_id.startswith(cluster.prefix)]
        for done in admin.delete_consumer_groups(groups, request_timeout=60).values() if groups else ():
            done.exception(timeout=62)
