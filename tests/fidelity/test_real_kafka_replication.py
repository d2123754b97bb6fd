"""Lesson 08's model against three real brokers and three controllers: the same script, and after every step the same
leader, epoch, in-sync set, eligible replicas, answer to the producer, and records that a consumer can read.

A script is played on all of its topics at once, since it is the brokers that take the time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from labs.kafka.replication.scenarios import EITHER, SCENARIOS, Scenario, Seen, Topic, play
from tests.fidelity.real_kafka import Kafka, until

ANSWERS = {KafkaError.NOT_ENOUGH_REPLICAS: "refused", KafkaError._MSG_TIMED_OUT: "no leader"}
SESSION = 4.0  # seconds after which the controllers have missed a broker (2 s), and a little more
QUIET: dict[str, Any] = {"log_level": 0}


@pytest.fixture
def cluster(kafka_apart: Kafka) -> Iterator[Kafka]:
    """All brokers are there before a test, and again after it."""
    yield kafka_apart
    for broker in kafka_apart.brokers():
        kafka_apart.heal(broker)
        if kafka_apart.nodes[broker].process is None:
            kafka_apart.restart(broker)
    until(lambda: kafka_apart.alive() == [1, 2, 3], 60, "not all brokers came back")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_model_and_three_brokers_say_the_same_after_every_step(cluster: Kafka, scenario: Scenario) -> None:
    script = _Script(cluster, SCENARIOS.index(scenario))
    for topic in scenario.topics:
        script.create(topic)
    expected = {topic.name: play(scenario, topic) for topic in scenario.topics}
    for number, step in enumerate(scenario.script):
        answers = script.do(step, scenario)
        if step[-1] == EITHER:
            continue
        for topic in scenario.topics:
            want = expected[topic.name][number]
            assert answers.get(topic.name, "") == want.answer, (topic.name, number, step)
            script.rests_at(topic, want, f"{topic.name}, step {number}, {step}")


def test_a_follower_gives_a_consumer_what_lies_below_its_own_watermark(cluster: Kafka) -> None:
    """KIP-392: the answer of broker 3, which follows, holds the records, and its watermark is there a round later."""
    cluster.create_topic("nearest", placed=[[1, 2, 3]])
    _send("nearest", "all", "1", cluster.bootstrap)
    _send("nearest", "all", "2", cluster.bootstrap)

    def watermark(broker: int) -> int:
        limits = {"MaxWaitMs": 100, "MinBytes": 0, "MaxBytes": 1 << 20, "SessionId": 0, "SessionEpoch": -1}
        wanted = [{"Partition": 0, "FetchOffset": 0, "PartitionMaxBytes": 1 << 20, "CurrentLeaderEpoch": -1}]
        answer = cluster.ask(
            "Fetch", broker, **limits,
            Topics=[{"TopicId": cluster.topic_id("nearest"), "Partitions": wanted}],
        )  # fmt: skip
        part = answer["Responses"][0]["Partitions"][0]
        assert part["ErrorCode"] == 0
        assert bool(part["Records"]) == (part["HighWatermark"] > 0)
        return int(part["HighWatermark"])

    assert watermark(1) == 2
    until(lambda: watermark(3) == 2, 10, "the follower did not hear of the watermark")


class _Script:
    """A script on a real cluster. Topics are named after the script, so that none is used twice."""

    def __init__(self, cluster: Kafka, number: int) -> None:
        self.cluster, self.number, self.written = cluster, number, 0
        self.cut = self.wiped = 0  # the broker that is cut off, and the one whose disk is to be taken

    def topic(self, topic: Topic) -> str:
        return f"script{self.number}-{topic.name}"

    def create(self, topic: Topic) -> None:
        configs = {
            "min.insync.replicas": topic.min_insync,
            "unclean.leader.election.enable": str(topic.unclean).lower(),
        }
        self.cluster.create_topic(self.topic(topic), placed=[topic.placed], configs=configs)

    def do(self, step: tuple[Any, ...], scenario: Scenario) -> dict[str, str]:
        """Do it; for a write, what the producer heard in each topic."""
        what, *of = step
        cluster = self.cluster
        if what in ("write", "write to"):
            self.written += 1
            acks = of[0] if what == "write" else "1"
            to = self._reachable() if what == "write" else cluster.address(of[0])
            heard = {}
            for topic in scenario.topics:
                name = self.topic(topic)
                follows = what == "write to" and cluster.describe(name, of[0])[0].leader != of[0]
                heard[topic.name] = "no leader" if follows else _send(name, acks, str(self.written), to)
            return heard
        if what == "kill":
            cluster.kill(of[0])
            if not self._others():
                time.sleep(SESSION)  # nobody is left who could say that it is missed
        elif what == "stop":
            cluster.stop(of[0])
        elif what == "wipe":
            self.wiped = of[0]
        elif what == "start":
            cluster.restart(of[0], keep_disk=self.wiped != of[0])
            self.wiped = 0
        elif what == "cut":
            cluster.cut_off(of[0])
            self.cut = of[0]
        elif what == "heal":
            cluster.heal(of[0])
            self.cut = 0
        elif what == "prefer":
            for topic in scenario.topics:
                partitions = [{"Topic": self.topic(topic), "Partitions": [0]}]
                cluster.ask("ElectLeaders", ElectionType=0, TopicPartitions=partitions, TimeoutMs=10_000)
        return {}

    def _others(self) -> list[int]:
        """The brokers that run and are not cut off."""
        return [b for b in self.cluster.brokers() if self.cluster.nodes[b].process and b != self.cut]

    def _reachable(self) -> str:
        return ",".join(self.cluster.address(broker) for broker in self._others())

    def rests_at(self, topic: Topic, want: Seen, when: str) -> None:
        """The cluster comes to what the model says, and stays there."""
        name = self.topic(topic)
        if not self._others():
            return  # nobody is left to ask
        by = self._others()[0]

        def seen() -> Seen:
            p = self.cluster.describe(name, by)[0]
            return Seen(p.leader, p.epoch, p.isr, p.elr, None, want.answer)

        goal = Seen(want.leader, want.epoch, want.isr, want.elr, None, want.answer)
        until(lambda: _quietly(seen) == goal, 20, f"{when}: the model says {goal}", lambda: str(_quietly(seen)))
        if want.readable is not None:
            until(
                lambda: _readable(name, self._reachable()) == want.readable, 15,
                f"{when}: readable are {want.readable}", lambda: str(_readable(name, self._reachable())),
            )  # fmt: skip


def _quietly(look: Any) -> Any:
    """What is seen; None while nobody answers."""
    try:
        return look()
    except (OSError, IndexError):
        return None


def _send(topic: str, acks: str, value: str, to: str) -> str:
    """One record, once: "acknowledged", "refused" or "no leader"."""
    heard: list[KafkaError | None] = []
    producer = Producer(
        {"bootstrap.servers": to, "acks": acks, "retries": 0, "linger.ms": 0, "message.timeout.ms": 4000, **QUIET}
    )
    producer.produce(topic, value.encode(), partition=0, on_delivery=lambda error, message: heard.append(error))
    producer.flush(15)
    assert heard, "the producer was told nothing"
    return "acknowledged" if heard[0] is None else ANSWERS.get(heard[0].code(), str(heard[0]))


def _readable(topic: str, bootstrap: str) -> tuple[int, ...]:
    """The records below the leader's watermark."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reads", "enable.auto.commit": False, **QUIET})
    try:
        start, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=5)
        consumer.assign([TopicPartition(topic, 0, start)])
        found: list[int] = []
        while len(found) < end - start and (message := consumer.poll(3)) is not None:
            if message.error() is None:
                found.append(int(message.value()))
        return tuple(found)
    except Exception:
        return (-1,)
    finally:
        consumer.close()
