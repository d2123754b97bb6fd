"""Lesson 10 on a real broker: processes killed at every point of a hand-off, a retry that sleeps too long, a redrive
that lands at the end and goes round, and a share group that counts its deliveries.
"""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from labs.kafka.failing.exercises import hand_off_wrong as wrong
from labs.kafka.failing.hand_off_picture import STORY, STORY_FAILS
from labs.kafka.failing.handing_off import HandOff, Try, every_crash, hand_off
from labs.kafka.failing.poison import undecodable
from labs.kafka.failing.real import clients, fill, read_letters, real_crashes
from labs.kafka.failing.records import DEAD, MAIN
from labs.kafka.real import RealCluster
from tests.fidelity.real_kafka import Kafka

LIFE = """
import os, signal, sys
from labs.kafka.real import RealCluster
from labs.kafka.failing import handing_off
from labs.kafka.failing.exercises import hand_off_wrong
from labs.kafka.failing.real import clients

class World(list):  # what was done is known outside, whatever becomes of this process
    def append(self, offset):
        print(offset, flush=True)

bootstrap, prefix, group, letters, step, code, arrives = sys.argv[1:]
code = getattr(handing_off, code, None) or getattr(hand_off_wrong, code)
cluster = RealCluster(bootstrap, prefix, session_timeout=3000)
def die():
    if arrives == "True":
        first.producer.flush(60)  # what was produced has gone out and arrived
    os.kill(os.getpid(), signal.SIGKILL)

linger = dict(linger=0) if arrives == "True" else {}
with clients(cluster, group, letters, World(), 60, die, **linger) as first:
    first.left = int(step)
    first.run(code)
"""


@pytest.fixture
def cluster(kafka: Kafka) -> RealCluster:
    """The broker, with names that nobody else uses."""
    return RealCluster(kafka.bootstrap, f"failing-{uuid.uuid4().hex[:6]}-", session_timeout=1500)


def client(cluster: RealCluster, group: str, **settings: Any) -> Any:
    about = {"bootstrap.servers": cluster.bootstrap, "log_level": 0, "group.id": cluster.named(group)}
    about |= {"auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.wait.max.ms": 50}
    return Consumer(about | {name.replace("_", "."): value for name, value in settings.items()})


def read(consumer: Any, limit: float = 60.0) -> Any:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        message = consumer.poll(0.1)
        if message is not None and not message.error():
            return message
    raise AssertionError(f"nothing was read in {limit:g} s")


def killed(cluster: RealCluster, number: int, step: int, code: HandOff, arrives: bool) -> Try:
    """A process that is killed after so many calls, and the one that comes after it."""
    group, letters = f"g{number}", f"{DEAD}-{number}"
    about = [cluster.bootstrap, cluster.prefix, group, letters, str(step), code.__name__, str(arrives)]
    first = subprocess.run([sys.executable, "-c", LIFE, *about], capture_output=True, text=True, timeout=180)
    assert first.returncode == -9, (first.returncode, first.stderr)
    done = [int(line) for line in first.stdout.split()]
    patient = replace(cluster, session_timeout=30_000)  # nobody waits for this one's end
    with clients(patient, group, letters, done, 60) as second:
        second.run(code)
        committed = second.committed()
    return Try("", tuple(done), tuple(read_letters(cluster, letters, 60)), committed)


@pytest.mark.parametrize(("code", "loses"), [(hand_off, False), (wrong.commits_first, True)])
def test_a_process_killed_at_each_point_ends_as_in_the_model(
    kafka: Kafka, cluster: RealCluster, code: HandOff, loses: bool
) -> None:
    told = every_crash(code, STORY, STORY_FAILS)[1:]
    arrives = [one.after.endswith("which arrives") for one in told]
    steps = [number - sum(arrives[: number + 1]) for number in range(len(told))]  # both fates are of one moment
    kafka.create_topic(cluster.named(MAIN), 1)
    for number in range(len(told)):
        kafka.create_topic(cluster.named(f"{DEAD}-{number}"), 1)
    fill(cluster)
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda n: killed(cluster, n, steps[n], code, arrives[n]), range(len(told))))
    for model, real in zip(told, seen, strict=True):
        assert [model.times(r) for r in STORY] == [real.times(r) for r in STORY], model.after
        assert model.committed == real.committed == 3, model.after
    assert any(one.neither(STORY) for one in seen) == loses


def test_whoever_sleeps_through_its_retry_loses_the_partition_and_its_commit_is_refused(
    kafka: Kafka, cluster: RealCluster
) -> None:
    kafka.create_topic(cluster.named(MAIN), 1)
    fill(cluster)
    quick = dict(session_timeout_ms=1500, heartbeat_interval_ms=300, max_poll_interval_ms=2000)
    first, second = client(cluster, "shop", **quick), client(cluster, "shop")  # the second never is too late
    try:
        first.subscribe([cluster.named(MAIN)])
        assert read(first).offset() == 0  # … whose processing fails, and is tried again after a pause
        second.subscribe([cluster.named(MAIN)])
        assert read(second).offset() == 0  # the pause is too long: the same record, tried from the beginning
        with pytest.raises(KafkaException):
            first.commit(offsets=[TopicPartition(cluster.named(MAIN), 0, 1)], asynchronous=False)
        second.commit(offsets=[TopicPartition(cluster.named(MAIN), 0, 1)], asynchronous=False)
    finally:
        first.close()
        second.close()


def test_a_redrive_lands_at_the_end_and_without_a_fix_goes_round_until_it_is_counted(
    kafka: Kafka, cluster: RealCluster
) -> None:
    for topic in (MAIN, DEAD):
        kafka.create_topic(cluster.named(topic), 1)
    fill(cluster)
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    shop, fixer = client(cluster, "shop"), client(cluster, "fixer")
    shop.assign([TopicPartition(cluster.named(MAIN), 0, 0)])
    fixer.assign([TopicPartition(cluster.named(DEAD), 0, 0)])

    def send(topic: str, message: Any, redrives: int) -> None:
        headers = [("redrives", str(redrives).encode())]
        producer.produce(cluster.named(topic), message.value(), key=message.key(), headers=headers)
        assert producer.flush(60) == 0

    failed_at, kept = [], False
    try:
        while not kept:
            message = read(shop)
            if message.value() == b"order b1":
                failed_at.append(message.offset())
                send(DEAD, message, int(dict(message.headers() or {}).get("redrives", b"0")))
                letter = read(fixer)
                redrives = int(dict(letter.headers())["redrives"])
                kept = redrives == 3
                if not kept:
                    send(MAIN, letter, redrives + 1)
    finally:
        shop.close()
        fixer.close()
    assert failed_at == [1, 3, 4, 5]


@pytest.mark.filterwarnings("error::UserWarning")  # the mock in place of the broker would prove nothing
def test_the_lessons_own_tables_are_the_same_on_the_learners_own_broker(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka.bootstrap)
    rows = real_crashes(hand_off)
    assert len(rows) == 11 and [row for row in rows if not row["same"]] == []
    assert "poll raises ValueDeserializationError" in undecodable()[1]["decoded inside of poll"]
    assert capfd.readouterr() == ("", "")


# ---- share groups ----------------------------------------------------------------------------------------------------


def deliveries(kafka: Kafka, topic: str, group: str, seconds: int) -> list[str]:
    """What Apache's own share consumer is delivered until nothing has come for so many seconds: "value count"."""
    command = [
        *kafka.java,
        str(Path(__file__).with_name("Deliveries.java")),
        kafka.bootstrap,
        group,
        topic,
        str(seconds),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=kafka.folder)
    assert done.returncode == 0, done.stderr[-800:]
    return done.stdout.split("\n")[:-1]


def test_a_share_group_gives_up_a_record_after_five_deliveries_or_a_reject_and_holds_up_no_other(
    kafka: Kafka, cluster: RealCluster
) -> None:
    topic, group = cluster.named("parcels"), cluster.named("couriers")
    kafka.create_topic(topic, 1)
    change = {"Name": "share.auto.offset.reset", "ConfigOperation": 0, "Value": "earliest"}
    changes = {"ResourceType": 32, "ResourceName": group, "Configs": [change]}  # 32: a group
    kafka.ask("IncrementalAlterConfigs", Resources=[changes], ValidateOnly=False)
    producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})

    def produce(*values: str) -> None:
        for value in values:
            producer.produce(topic, value.encode(), key="bob")
        assert producer.flush(60) == 0

    produce("release", "reject", "accept")
    seen = deliveries(kafka, topic, group, 5)
    assert sorted(seen) == ["accept 1", "reject 1", *(f"release {n}" for n in range(1, 6))]
    assert seen.index("accept 1") < seen.index("release 2")  # nobody waits, and no order is kept
    produce("accept")
    assert deliveries(kafka, topic, group, 5) == ["accept 1"]  # the others are given up, and nobody is told
