"""Rebalances against real clients: librdkafka's consumers on its mock cluster hear of the same revocations as ours.

What is compared is what an application's rebalance listener is told, consumer by consumer and in order, with the number
of partitions; which consumer is which depends on random member ids there. The mock cluster knows no static members and
waits for the whole rebalance timeout of its own, so times and KIP-345 are not compared.
"""

import time
from collections import defaultdict

import pytest

from labs.kafka.mock import mock_cluster
from labs.kafka.rebalance import rebalance
from labs.kit.trace import Fault

confluent_kafka = pytest.importorskip("confluent_kafka")


class Group:
    """Real consumers of one group, polled in turn; `heard` keeps what each one's listener was told."""

    def __init__(self, bootstrap, group, strategy):
        self.settings = {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "partition.assignment.strategy": strategy,
            "session.timeout.ms": 3000,
            "heartbeat.interval.ms": 300,
            "max.poll.interval.ms": 4000,
            "enable.auto.commit": False,
            "log_level": 0,
        }
        self.consumers, self.heard = {}, defaultdict(list)

    def start(self, name):
        def told(kind):
            return lambda _client, ps: self.heard[name].append((kind, frozenset(p.partition for p in ps)))

        self.consumers[name] = confluent_kafka.Consumer(self.settings)
        self.consumers[name].subscribe(
            ["orders"], on_assign=told("assign"), on_revoke=told("revoke"), on_lost=told("lost")
        )

    def owned(self, name):
        return {p.partition for p in self.consumers[name].assignment()}

    def poll_until(self, done, *names, limit=12.0):
        deadline = time.monotonic() + limit
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError("the real group did not get there in time")
            for name in names or self.consumers:
                self.consumers[name].poll(0.02)

    def shared_out(self, *names):
        shares = [self.owned(name) for name in names]
        return all(shares) and sorted(p for share in shares for p in share) == list(range(6))

    def close(self):
        for consumer in self.consumers.values():
            consumer.close()


def on_a_real_group(strategy, story):
    """Play the story on a fresh group; once more on another if the machine was too busy."""
    with mock_cluster({"orders": 6}, join_delay=0.5) as bootstrap:
        for attempt in ("first", "second", "third"):
            group = Group(bootstrap, attempt, strategy)
            try:
                return story(group)
            except TimeoutError:
                if attempt == "third":
                    raise
            finally:
                group.close()


def listener(trace, who):
    """What the rebalance listener of a consumer of the model is told."""
    kinds = {"own": "assign", "revoke": "revoke", "lost": "lost"}
    return [(kinds[e.kind], frozenset(p for _, p in e["partitions"])) for e in trace.of(*kinds, who=who)]


def in_kind(heard):
    """Consumers as a sorted list of what they were told and how many partitions; empty calls tell nothing."""
    return sorted([(kind, len(partitions)) for kind, partitions in calls if partitions] for calls in heard)


def one_joins(group):
    group.start("c1")
    group.start("c2")
    group.poll_until(lambda: group.shared_out("c1", "c2"))
    group.start("c3")
    group.poll_until(lambda: group.shared_out("c1", "c2", "c3"))
    heard = {name: list(calls) for name, calls in group.heard.items()}  # closing will add to them
    return heard, {name: group.owned(name) for name in group.consumers}


@pytest.mark.parametrize(("protocol", "strategy"), [("eager", "range"), ("cooperative", "cooperative-sticky")])
def test_a_join_revokes_in_the_model_what_it_revokes_in_a_real_group(protocol, strategy):
    heard, after = on_a_real_group(strategy, one_joins)
    model = rebalance(
        consumers=2, partitions=6, protocol=protocol, assignor=strategy, faults=[Fault(20, "join", "c3")], until=60
    )
    assert in_kind(heard.values()) == in_kind(listener(model, who) for who in ("c1", "c2", "c3"))
    for calls in ([heard["c1"], heard["c2"]], [listener(model, "c1"), listener(model, "c2")]):
        for first, second, *_ in calls:
            assert first[0] == "assign" and second[0] == "revoke"
            assert second[1] == first[1] if protocol == "eager" else second[1] < first[1]
    if protocol == "cooperative":
        for name in ("c1", "c2"):
            revoked = frozenset().union(*(ps for kind, ps in heard[name] if kind == "revoke"))
            assert not revoked & after[name]


def one_hangs(group):
    from confluent_kafka import KafkaException, TopicPartition

    group.start("c1")
    group.start("c2")
    group.poll_until(lambda: group.shared_out("c1", "c2"))
    believed = group.owned("c2")
    group.poll_until(lambda: group.owned("c1") == set(range(6)), "c1")  # c2 is not polled any more
    still = group.owned("c2")
    with pytest.raises(KafkaException) as refused:
        group.consumers["c2"].commit(offsets=[TopicPartition("orders", p, 1) for p in believed], asynchronous=False)
    group.poll_until(lambda: group.shared_out("c1", "c2"))
    return believed, still, refused.value.args[0].name(), [kind for kind, ps in group.heard["c2"] if ps]


def test_a_consumer_that_hangs_still_believes_and_is_fenced():
    believed, still, error, told = on_a_real_group("range", one_hangs)
    model = rebalance(
        consumers=2, partitions=6, session_timeout=3, heartbeat=0.3, max_poll_interval=4,
        faults=[Fault(20, "stall", "c2"), Fault(40, "return", "c2")], until=60,
    )  # fmt: skip
    assert believed == still and len(believed) == 3
    refused = [e["error"] for e in model.of("commit", who="c2")]
    assert refused[0] == error == "UNKNOWN_MEMBER_ID"
    assert told == [kind for kind, _ in listener(model, "c2")] == ["assign", "lost", "assign"]
