"""The cluster of real_kafka.py does what it says: brokers die, come back with and without their disk, are cut off."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Producer

from tests.fidelity.kafka_network import why_not_apart
from tests.fidelity.real_kafka import Kafka, settled, until


@pytest.fixture
def cluster(kafka_cluster: Kafka) -> Iterator[Kafka]:
    """All brokers are there before a test, and again after it."""
    yield kafka_cluster
    kafka_cluster.make_whole()


def produce(kafka: Kafka, topic: str, *values: str, by: int | None = None) -> None:
    """Until all are acknowledged; a client that asks only the broker `by` hears of no other opinion at first."""
    bootstrap = kafka.address(by) if by else kafka.bootstrap
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all", "linger.ms": 0, "log_level": 0})
    for value in values:
        producer.produce(topic, value.encode(), partition=0)
    assert producer.flush(60) == 0


def logs(kafka: Kafka, topic: str) -> list[list[tuple[int, int]]]:
    """On each broker's disk: (offset, leader epoch) of each record."""
    return [
        [(offset, batch.epoch) for batch in kafka.log(broker, topic) for offset in range(batch.first, batch.last + 1)]
        for broker in kafka.brokers()
    ]


def wait_for(kafka: Kafka, topic: str, leader: int, isr: tuple[int, ...]) -> None:
    until(
        lambda: [(p.leader, p.isr) for p in kafka.describe(topic)] == [(leader, isr)],
        60,
        f"{leader} did not come to lead {isr}",
        lambda: str(kafka.describe(topic)),
    )


def test_a_killed_leader_is_replaced_and_comes_back_with_its_disk_and_without(cluster: Kafka) -> None:
    cluster.create_topic("killed", placed=[[1, 2, 3]])
    produce(cluster, "killed", "a", "b")
    first = cluster.describe("killed")[0]
    assert (first.leader, first.epoch, first.replicas, first.isr, first.elr) == (1, 0, (1, 2, 3), (1, 2, 3), ())
    cluster.kill(1)
    wait_for(cluster, "killed", 2, (2, 3))
    assert cluster.describe("killed")[0].epoch == 1
    produce(cluster, "killed", "c")
    assert logs(cluster, "killed")[0] == [(0, 0), (1, 0)]
    cluster.restart(1)
    wait_for(cluster, "killed", 2, (1, 2, 3))
    assert logs(cluster, "killed") == [[(0, 0), (1, 0), (2, 1)]] * 3
    cluster.kill(3)
    cluster.restart(3, keep_disk=False)
    until(lambda: logs(cluster, "killed") == [[(0, 0), (1, 0), (2, 1)]] * 3, 60, "the new disk was not filled")
    wait_for(cluster, "killed", 2, (1, 2, 3))


def test_a_broker_that_stops_in_an_orderly_way_hands_over_first(cluster: Kafka) -> None:
    cluster.create_topic("stopped", placed=[[3, 1, 2]])
    cluster.stop(3)
    until(lambda: 3 not in cluster.alive(), 2, "it is missed only when its session has ended")
    wait_for(cluster, "stopped", 1, (1, 2))


def test_below_min_insync_the_eligible_leader_replicas_are_remembered(cluster: Kafka) -> None:
    cluster.create_topic("eligible", placed=[[1, 2, 3]], configs={"min.insync.replicas": 2})
    cluster.kill(3)
    wait_for(cluster, "eligible", 1, (1, 2))
    assert cluster.describe("eligible")[0].elr == ()
    cluster.kill(2)
    wait_for(cluster, "eligible", 1, (1,))
    assert settled(lambda: cluster.describe("eligible")[0].elr) == (2,)


def test_a_leader_that_is_cut_off_still_believes_and_learns_better(cluster: Kafka, kafka_apart: Kafka) -> None:
    """On a machine so busy that another broker is missed meanwhile, once more on another topic."""
    for attempt in range(3):
        try:
            return _cut_off_and_heal(cluster, f"cut{attempt}")
        except (AssertionError, OSError):
            if attempt == 2:
                raise
            cluster.make_whole()


def _cut_off_and_heal(cluster: Kafka, topic: str) -> None:
    cluster.create_topic(topic, placed=[[2, 3, 1]])
    produce(cluster, topic, "a")
    cluster.cut_off(2)
    until(lambda: cluster.describe(topic, by=3)[0].leader == 3, 60, "no new leader")
    believed = cluster.describe(topic, by=2)[0]  # clients reach it still
    assert (believed.leader, believed.epoch) == (2, 0)
    assert cluster.produce(topic, b"lost", by=2, acks=1) == (0, 1)
    produce(cluster, topic, "b", by=3)
    ends = [(1, 1), (1, 0), (1, 1)]
    until(lambda: [on_disk[-1] for on_disk in logs(cluster, topic)] == ends, 20, "that is not what each has on disk",
          lambda: str(logs(cluster, topic)))  # fmt: skip
    cluster.heal(2)
    wait_for(cluster, topic, 3, (1, 2, 3))
    assert logs(cluster, topic) == [[(0, 0), (1, 1)]] * 3  # what only the cut-off leader had is gone
    cluster.cut_off(2, clients=True)
    with pytest.raises(OSError):
        cluster.wire.ask(cluster.address(2), "Metadata", limit=1.0, Topics=[])


def test_what_a_broker_that_is_cut_off_has_not_heard_of_is_asked_of_the_others(
    cluster: Kafka, kafka_apart: Kafka
) -> None:
    cluster.cut_off(1)
    until(lambda: cluster.alive(2) == [2, 3], 60, "broker 1 is not missed")
    cluster.create_topic("unheard", placed=[[2, 3]])
    assert cluster.describe("unheard", by=1) == []
    assert cluster.describe("unheard")[0].leader == 2
    cluster.heal(1)
    until(lambda: cluster.describe("unheard", by=1), 60, "broker 1 did not hear of it")


def test_clients_write_and_read_on_when_the_leader_dies(cluster: Kafka) -> None:
    cluster.create_topic("read", partitions=2, replicas=3, configs={"min.insync.replicas": 2})
    settings = {"bootstrap.servers": cluster.bootstrap, "group.id": "read", "auto.offset.reset": "earliest"}
    consumer = Consumer(settings | {"log_level": 0})
    consumer.subscribe(["read"])
    try:
        for value in ("a", "b"):
            produce(cluster, "read", value)
            message = until(lambda: consumer.poll(0.5), 60, "nothing was read")
            assert message.error() is None and message.value() == value.encode()
            if value == "a":
                leader = cluster.describe("read")[0].leader
                cluster.kill(leader)
                until(lambda old=leader: cluster.describe("read")[0].leader not in (-1, old), 60, "no new leader")
    finally:
        consumer.close()


def test_nothing_is_left_when_the_process_that_started_it_is_killed(kafka_cluster: Kafka) -> None:
    program = """
        import sys
        from tests.fidelity.real_kafka import Kafka
        kafka = Kafka().start()
        print(kafka.nodes[1].process.pid, kafka.folder, flush=True)
        sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pid, folder = process.stdout.readline().split()
        process.kill()

    def gone() -> bool:
        done = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True).stdout.strip()
        return not done or done.startswith("Z")

    try:
        until(gone, 60, "the broker outlived its test run")
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)


LISTENING = """
import socket, subprocess, time
from tests.fidelity.kafka_network import Network

def ip(words):
    return subprocess.run(["ip", *words.split()], capture_output=True)

ip("link add name d0 type bridge")
ip("link set d0 addrgenmode none")
ip("addr add 192.0.2.1/24 dev d0")
ip("link set d0 up")
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as changes:  # rtnetlink(7)
    changes.bind((0, 0x10 | 0x100))  # addresses of IPv4 and of IPv6
    network = Network(2)
    network.cut_off(1, clients=True)
    network.heal(1)
    time.sleep(3)  # IPv6 says that an address is new when nobody else has claimed it for a second or two
    network.close()
    changes.setblocking(False)
    try:
        print("changed:", changes.recv(65536))
    except BlockingIOError:
        print("nothing")
    ip("addr add 192.0.2.2/24 dev d0")
    print("heard" if changes.recv(65536) else "deaf")
"""


def test_cutting_brokers_off_changes_no_address_of_this_machine() -> None:
    """Else a Chromium that runs beside this test lets go of what it is loading: ERR_NETWORK_CHANGED."""
    if reason := why_not_apart():
        pytest.skip(reason)
    command = ["unshare", "--net", sys.executable, "-c", LISTENING]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["nothing", "heard"], done.stdout + done.stderr
