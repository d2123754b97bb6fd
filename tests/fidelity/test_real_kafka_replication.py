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

from labs.kafka.replication.run import replicate
from labs.kafka.replication.scenarios import EITHER, SCENARIOS, Scenario, Seen, Topic, play
from labs.kit.trace import Fault
from tests.fidelity.real_kafka import Kafka, until

ANSWERS = {KafkaError.NOT_ENOUGH_REPLICAS: "refused", KafkaError._MSG_TIMED_OUT: "no answer"}
OF_A_BROKER = {0: "acknowledged", 6: "no answer"}  # it does not lead: the client asks again until its time is over
SESSION = 5.0  # seconds after which the controllers have missed a broker (3 s), and a little more
BUSY = 60.0  # in which even a busy machine gives an answer that is to come
LAG = 8.0  # after which a leader has taken a follower out of the set that does not fetch (3 to 4.5 s), and more
QUIET: dict[str, Any] = {"log_level": 0}


@pytest.fixture
def cluster(kafka_apart: Kafka) -> Iterator[Kafka]:
    """All brokers are there before a test, and again after it."""
    yield kafka_apart
    kafka_apart.make_whole()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_model_and_three_brokers_say_the_same_after_every_step(cluster: Kafka, scenario: Scenario) -> None:
    script = _Script(cluster, SCENARIOS.index(scenario))
    for topic in scenario.topics:
        script.create(topic)
    expected = {topic.name: play(scenario, topic) for topic in scenario.topics}
    for number, step in enumerate(scenario.script):
        answers = script.do(step, scenario, {name: seen[number].answer for name, seen in expected.items()})
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
    assert _watermark(cluster, "nearest", 1) == 2
    until(lambda: _watermark(cluster, "nearest", 3) == 2, 60, "the follower did not hear of the watermark")


def test_a_write_waits_for_a_slow_follower_until_it_is_out_of_the_set(cluster: Kafka) -> None:
    """What the model says of it, in the same order: the in-sync set shrinks, and then the record is acknowledged."""
    trace = replicate(faults=[Fault(3.5, "slow", "b3")], records=2, until=12.0)
    told = [e.kind for e in trace.of("isr", "acked") if e.t > 3.5]

    cluster.create_topic("slow", placed=[[1, 2, 3]])
    assert _send("slow", "all", "1", cluster.bootstrap) == "acknowledged"
    until(lambda: len(cluster.log(3, "slow")) == 1, 60, "the follower did not copy the first record")
    cluster.slow(3)
    slowed = time.monotonic()
    heard: list[KafkaError | None] = []
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "acks": "all", "linger.ms": 0, **QUIET})
    producer.produce("slow", b"2", partition=0, on_delivery=lambda error, message: heard.append(error))

    def out() -> bool:
        return cluster.describe("slow", 1)[0].isr == (1, 2)

    seen: list[str] = []
    end = time.monotonic() + 60
    while len(seen) < 2 and time.monotonic() < end:
        if "isr" not in seen and out():
            seen.append("isr")
        producer.poll(0.05)
        if heard and "acked" not in seen:
            if "isr" not in seen:  # the broker may tell of the set a little later: a part of the time that it waited
                waited = time.monotonic() - slowed
                until(out, waited / 2, "it was acknowledged, and the slow follower is still in sync")
                seen.append("isr")
            seen.append("acked")
    assert seen == told and heard == [None]

    cluster.heal(3)
    until(lambda: cluster.describe("slow", 1)[0].isr == (1, 2, 3), 60, "the follower did not come back")
    assert len(cluster.log(3, "slow")) == 2


def _watermark(cluster: Kafka, topic: str, broker: int) -> int:
    """The high watermark, as this broker knows it and gives it to a consumer; -1 while it gives nobody anything."""
    limits = {"MaxWaitMs": 100, "MinBytes": 0, "MaxBytes": 1 << 20, "SessionId": 0, "SessionEpoch": -1}
    wanted = [{"Partition": 0, "FetchOffset": 0, "PartitionMaxBytes": 1 << 20, "CurrentLeaderEpoch": -1}]
    topics = [{"TopicId": cluster.topic_id(topic), "Partitions": wanted}]
    part = cluster.ask("Fetch", broker, **limits, Topics=topics)["Responses"][0]["Partitions"][0]
    if part["ErrorCode"]:
        return -1
    assert bool(part["Records"]) == (part["HighWatermark"] > 0)
    return int(part["HighWatermark"])


class _Script:
    """A script on a real cluster. Topics are named after the script, so that none is used twice."""

    def __init__(self, cluster: Kafka, number: int) -> None:
        self.cluster, self.number, self.written = cluster, number, 0
        self.wiped = 0  # the broker whose disk is to be taken
        self.gone: list[int] = []  # controllers

    def topic(self, topic: Topic) -> str:
        return f"script{self.number}-{topic.name}"

    def create(self, topic: Topic) -> None:
        configs = {
            "min.insync.replicas": topic.min_insync,
            "unclean.leader.election.enable": str(topic.unclean).lower(),
        }
        self.cluster.create_topic(self.topic(topic), placed=[topic.placed], configs=configs)

    def do(self, step: tuple[Any, ...], scenario: Scenario, wanted: dict[str, str]) -> dict[str, str]:
        """Do it; for a write, what the producer heard in each topic. An answer that is `wanted` is waited for."""
        what, *of = step
        cluster = self.cluster
        if what in ("write", "write to"):
            self.written += 1
            value = str(self.written)
            silence = LAG if any(step[0] == "slow" for step in scenario.script) else SESSION
            heard = {}
            for topic in scenario.topics:
                name = self.topic(topic)
                if what == "write to":
                    code, _ = cluster.produce(name, value.encode(), by=of[0], acks=1)
                    heard[topic.name] = OF_A_BROKER.get(code, str(code))
                else:
                    patience = silence if wanted[topic.name] == "no answer" else BUSY
                    heard[topic.name] = _send(name, of[0], value, self._reachable(), patience)
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
        elif what == "slow":
            cluster.slow(of[0])
        elif what == "heal":
            cluster.heal(of[0])
        elif what == "lose":
            self._lose_the_controller()
        elif what == "return":
            for controller in self.gone:
                cluster.restart(controller)
        elif what == "prefer":
            for topic in scenario.topics:
                partitions = [{"Topic": self.topic(topic), "Partitions": [0]}]
                cluster.ask("ElectLeaders", ElectionType=0, TopicPartitions=partitions, TimeoutMs=10_000)
        return {}

    def _lose_the_controller(self) -> None:
        """Kill the one that decides. While two of three are left, another one takes over."""
        active = until(self.cluster.controller, 60, "no controller decides")
        assert active is not None
        self.cluster.kill(active)
        self.gone.append(active)
        if len(self.gone) < 2:
            until(lambda: self.cluster.controller() not in (None, active), 60, "no other controller took over")

    def _others(self) -> list[int]:
        """The brokers that run and are not cut off."""
        return self.cluster.reachable()

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
        until(lambda: _quietly(seen) == goal, 60, f"{when}: the model says {goal}", lambda: str(_quietly(seen)))
        if want.readable is not None:
            until(
                lambda: _readable(name, self._reachable()) == want.readable, 60,
                f"{when}: readable are {want.readable}", lambda: str(_readable(name, self._reachable())),
            )  # fmt: skip
        if want.answer == "acknowledged":  # the followers hear of it with their next fetch; a killed one never would
            end = len(want.readable or ())
            for broker in want.isr:
                until(
                    lambda broker=broker: _watermark(self.cluster, name, broker) == end, 60,
                    f"{when}: the watermark of broker {broker} is not {end}",
                )  # fmt: skip


def _quietly(look: Any) -> Any:
    """What is seen; None while nobody answers."""
    try:
        return look()
    except (OSError, IndexError):
        return None


def _send(topic: str, acks: str, value: str, to: str, patience: float = BUSY) -> str:
    """One record, once: "acknowledged", "refused" or, after `patience` seconds, "no answer"."""
    heard: list[KafkaError | None] = []
    producer = Producer(
        {
            "bootstrap.servers": to,
            "acks": acks,
            "retries": 0,
            "linger.ms": 0,
            "message.timeout.ms": int(patience * 1000),
            **QUIET,
        }
    )
    producer.produce(topic, value.encode(), partition=0, on_delivery=lambda error, message: heard.append(error))
    producer.flush(patience + 60)
    assert heard, "the producer was told nothing"
    return "acknowledged" if heard[0] is None else ANSWERS.get(heard[0].code(), str(heard[0]))


def _readable(topic: str, bootstrap: str) -> tuple[int, ...]:
    """The records below the leader's watermark."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reads", "enable.auto.commit": False, **QUIET})
    try:
        start, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=30)
        consumer.assign([TopicPartition(topic, 0, start)])
        found: list[int] = []
        while len(found) < end - start and (message := consumer.poll(20)) is not None:
            if message.error() is None:
                found.append(int(message.value()))
        return tuple(found)
    except Exception:
        return (-1,)
    finally:
        consumer.close()
