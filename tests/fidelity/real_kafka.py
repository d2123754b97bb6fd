"""A real Kafka for the tests: brokers and controllers as processes on this machine, which end with the tests.

    with Kafka(brokers=3, controllers=3, apart=True) as kafka:
        kafka.create_topic("orders", partitions=1, replicas=3)
        kafka.kill(kafka.describe("orders")[0].leader)

One broker that is its own controller starts in some 3 s, three brokers with three controllers in some 8 s. The jars
come from Maven Central (pom.xml in this folder) and stay in a cache outside the tree. Everything listens on free ports
of 127.0.0.1; with `apart` each broker is in a network namespace of its own, so that it can be cut off (this takes
root). Brokers are numbered from 1. Compare settled states with a model, never instants: see `until` and `settled`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from tests.fidelity.kafka_log import Batch, batch, read_log
from tests.fidelity.kafka_network import Network
from tests.fidelity.kafka_wire import Wire
from tests.ports import free_port

T = TypeVar("T")
POM = Path(__file__).with_name("pom.xml")
VERSION = POM.read_text().partition("<kafka.version>")[2].partition("<")[0]
FIRST_CONTROLLER = 101  # node ids of controllers that are not brokers
JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Djava.net.preferIPv4Stack=true")

# Small, and quick to notice a failure. A test sets whatever it is about itself.
SETTINGS: dict[str, Any] = {
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.num.partitions": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    "group.consumer.min.session.timeout.ms": 1000,
    "group.consumer.min.heartbeat.interval.ms": 100,
    "group.consumer.heartbeat.interval.ms": 300,
    "group.consumer.assignment.interval.ms": 0,  # KIP-1263 (4.3): by default a target is computed once a second at most
    "broker.session.timeout.ms": 3000,  # shorter, and a machine that is busy loses a broker that nobody has touched
    "broker.heartbeat.interval.ms": 200,
    "replica.lag.time.max.ms": 3000,
    "replica.fetch.wait.max.ms": 200,
    "replica.socket.timeout.ms": 2500,  # a follower that hears nothing opens another connection
    "controller.quorum.election.timeout.ms": 500,
    "controller.quorum.fetch.timeout.ms": 1000,
    "controlled.shutdown.max.retries": 1,
    "auto.leader.rebalance.enable": "false",  # leadership moves only when something happens to the leader
    "offsets.retention.check.interval.ms": 1000,  # an empty group without offsets is gone at the next of these
    "log.initial.task.delay.ms": 500,
    "log.retention.check.interval.ms": 500,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "num.recovery.threads.per.data.dir": 1,
    "log.cleaner.dedupe.buffer.size": 4 << 20,
    "log.cleaner.backoff.ms": 300,
}


class Missing(RuntimeError):
    """There is nothing to start; the message says in one line what to get."""


@dataclass(frozen=True)
class Partition:
    """What a broker knows of a partition; `leader` -1: none. `elr`: the eligible leader replicas (KIP-966)."""

    leader: int
    epoch: int
    replicas: tuple[int, ...]
    isr: tuple[int, ...]
    elr: tuple[int, ...]


@dataclass
class Node:
    """A broker, a controller, or both."""

    id: int
    roles: str
    host: str
    ports: dict[str, int]  # listener → port
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


@cache
def jars() -> Path:
    """The folder with Kafka's jars, filled by Maven the first time. Missing if Java, Maven or the network is."""
    for program, package in (("java", "default-jdk-headless"), ("mvn", "maven")):
        if shutil.which(program) is None:
            raise Missing(f"a real Kafka needs {program}: apt-get install {package}")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "run-break-rebuild"
    folder = home / f"kafka-{VERSION}"
    if not folder.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home) as made:
            command = ["mvn", *["-q", "-B", "-Dstyle.color=never", "dependency:copy-dependencies", "-f"], str(POM)]
            command.append(f"-DoutputDirectory={made}/k")
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            if done.returncode:
                reason = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no reason given")
                raise Missing(f"a real Kafka's jars come from Maven Central, once; mvn says: {reason[-160:]}")
            if not folder.is_dir():  # else another run was quicker
                os.rename(f"{made}/k", folder)
    return folder


@cache
def class_data() -> list[str]:
    """The option that gives a JVM an archive of the classes a broker loads (JEP 350), which halves the work of a start.

    The archive is made once, beside the jars, by a broker that is started and stopped for it.
    """
    archive = jars() / "broker.jsa"
    if not archive.exists():
        made = archive.with_suffix(f".{os.getpid()}")
        with Kafka(java=[f"-XX:ArchiveClassesAtExit={made}"]) as once:
            once.stop(1)
        if not made.exists():
            return []  # this JVM does without
        made.rename(archive)
    return [f"-XX:SharedArchiveFile={archive}"]


class Kafka:
    """A cluster. Without `controllers` the brokers are the controllers, too; `settings` go to every node."""

    def __init__(
        self,
        brokers: int = 1,
        controllers: int = 0,
        *,
        apart: bool = False,
        settings: Mapping[str, Any] | None = None,
        java: Sequence[str] | None = None,
    ) -> None:
        self.java = ["java", "-cp", f"{jars()}/*", *JAVA]
        self.options = class_data() if java is None else java
        self.wire = Wire(jars() / f"kafka-clients-{VERSION}.jar")
        self.folder = Path(tempfile.mkdtemp(prefix="real-kafka-"))
        self.network = Network(brokers) if apart else None
        self.nodes: dict[int, Node] = {}
        self.cut: set[int] = set()  # the brokers that are cut off
        self.healed = 0.0  # when the last of them was healed
        for number in range(1, brokers + 1):
            host = self.network.address(number) if self.network else "127.0.0.1"
            ports = {"PLAINTEXT": free_port()} | ({} if controllers else {"CONTROLLER": free_port()})
            self.nodes[number] = Node(number, "broker" if controllers else "broker,controller", host, ports)
        for number in range(FIRST_CONTROLLER, FIRST_CONTROLLER + controllers):
            host = self.network.controllers if self.network else "127.0.0.1"
            self.nodes[number] = Node(number, "controller", host, {"CONTROLLER": free_port()})
        copies = min(brokers, 3)
        self.settings = SETTINGS | dict(settings or {})
        for topic in ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic"):
            self.settings.setdefault(f"{topic}.replication.factor", copies)
        for topic in ("transaction.state.log", "share.coordinator.state.topic"):
            self.settings.setdefault(f"{topic}.min.isr", 1)

    # ---- start and end ----------------------------------------------------------------------------------------------

    def start(self, limit: float = 180.0) -> Kafka:
        """Start every node and wait until all brokers are there."""
        for node in self.nodes.values():
            self._write_properties(node)
        self._format()
        for node in self.nodes.values():
            self._launch(node)
        until(lambda: self.alive() == self.brokers(), limit, "not all brokers came up", self.say)
        until(lambda: self.coordinator("any"), limit, "no group coordinator came up", self.say)
        return self

    def close(self) -> None:
        """Kill what runs, and remove what was made."""
        for node in self.nodes.values():
            if node.process:
                node.process.kill()
                node.process.wait()
        if self.network:
            self.network.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Kafka:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # ---- what can happen to a broker --------------------------------------------------------------------------------

    def kill(self, broker: int) -> None:
        """End it as a power cut would: nobody is told."""
        self._end(broker, signal.SIGKILL, 60)

    def stop(self, broker: int) -> None:
        """Shut it down cleanly: it hands its partitions over first."""
        self._end(broker, signal.SIGTERM, 60)

    def restart(self, broker: int, *, keep_disk: bool = True, limit: float = 120.0) -> None:
        """Start a broker that was killed or stopped, and wait until it is back; without its disk its log is lost.

        Of a controller, wait until there is one that decides.
        """
        node = self.nodes[broker]
        assert node.process is None, f"broker {broker} is running"
        if not keep_disk:
            assert node.roles == "broker", "a controller without its disk would vote twice"
            shutil.rmtree(self.log_dir(broker))
            self._write_meta(node)
        self._launch(node)
        if "broker" not in node.roles:
            until(lambda: self.controller(), limit, f"controller {broker} is back, and none decides", self.say)
            return
        until(
            lambda: self.answers(broker) and broker in self.alive(),
            limit,
            f"broker {broker} did not come back",
            self.say,
        )

    def cut_off(self, broker: int, *, clients: bool = False) -> None:
        """Let nothing pass between this broker and the others, controllers included; with `clients`, nor to clients."""
        assert self.network, "only brokers that are `apart` can be cut off"
        self.cut.add(broker)
        self.network.cut_off(broker, clients)

    def slow(self, broker: int) -> None:
        """Let nothing pass from this broker to the others, so that it cannot fetch; the controllers hear from it."""
        assert self.network, "only brokers that are `apart` can be slowed down"
        self.network.slow(broker)

    def heal(self, broker: int) -> None:
        """Undo `cut_off` or `slow`."""
        assert self.network
        self.network.heal(broker)
        if broker in self.cut:
            self.cut.remove(broker)
            self.healed = time.monotonic()

    def make_whole(self) -> None:
        """Undo all of the above, as after a test: everything runs, hears the others, and stays so.

        A broker that was cut off for less than its session may yet be taken for dead: its connections still wait for
        their next attempt. So the brokers are watched for a session and more after the last cut was healed.
        """
        if self.network:
            for broker in self.brokers():
                self.heal(broker)
        for node in sorted(self.nodes.values(), key=lambda node: node.id, reverse=True):  # the controllers first
            if node.process is None:
                self.restart(node.id)
        watched = self.healed + self.settings["broker.session.timeout.ms"] / 1000 + 1.0

        def views() -> list[list[int]]:
            return [self.alive(broker) for broker in self.brokers()]

        all_see_all = [self.brokers()] * len(self.brokers())
        until(lambda: time.monotonic() > watched and views() == all_see_all, 120, "not all brokers came back",
              lambda: f"each sees alive: {views()}")  # fmt: skip

    # ---- topics, and what is known of them --------------------------------------------------------------------------

    @property
    def bootstrap(self) -> str:
        """The addresses of all brokers, running or not, as clients want them."""
        return ",".join(self.address(broker) for broker in self.brokers())

    def address(self, broker: int) -> str:
        """One broker's."""
        node = self.nodes[broker]
        return f"{node.host}:{node.ports['PLAINTEXT']}"

    def brokers(self) -> list[int]:
        """The numbers of all brokers."""
        return [node.id for node in self.nodes.values() if "broker" in node.roles]

    def reachable(self) -> list[int]:
        """The brokers that run and are not cut off."""
        return [broker for broker in self.brokers() if self.nodes[broker].process and broker not in self.cut]

    def alive(self, by: int | None = None) -> list[int]:
        """The brokers that the cluster, or the broker `by`, takes to be alive."""
        try:
            return sorted(broker["NodeId"] for broker in self.ask("Metadata", by, Topics=[])["Brokers"])
        except OSError:
            return []

    def controller(self) -> int | None:
        """The controller that decides at the moment; None if none does."""
        asked = [{"TopicName": "__cluster_metadata", "Partitions": [{"PartitionIndex": 0}]}]
        try:
            found = self.ask("DescribeQuorum", limit=5.0, Topics=asked)["Topics"][0]["Partitions"][0]
        except (OSError, IndexError):
            return None
        return int(found["LeaderId"]) if not found["ErrorCode"] and found["LeaderId"] >= 0 else None

    def answers(self, broker: int) -> bool:
        """Does it answer a client itself? (For a while after it was killed the cluster still takes it to be alive.)"""
        try:
            return bool(self.wire.ask(self.address(broker), "Metadata", limit=5, Topics=[])["Brokers"])
        except OSError:
            return False

    def create_topic(
        self,
        topic: str,
        partitions: int = 1,
        replicas: int = 1,
        configs: Mapping[str, Any] | None = None,
        placed: Iterable[Iterable[int]] | None = None,
    ) -> None:
        """Make a topic and wait until its partitions have leaders everywhere. `placed`: the replicas of each partition,
        the preferred leader first."""
        places = [{"PartitionIndex": i, "BrokerIds": list(ids)} for i, ids in enumerate(placed or ())]
        answer = self.ask(
            "CreateTopics",
            timeoutMs=60_000,
            limit=60.0,
            Topics=[
                {
                    "Name": topic,
                    "NumPartitions": -1 if places else partitions,
                    "ReplicationFactor": -1 if places else replicas,
                    "Assignments": places,
                    "Configs": [{"Name": name, "Value": str(value)} for name, value in (configs or {}).items()],
                }
            ],
        )
        if error := answer["Topics"][0]["ErrorCode"]:
            raise ValueError(f"the topic {topic!r} was refused (error {error}): {answer['Topics'][0]['ErrorMessage']}")

        def known() -> bool:
            seen = [self.describe(topic, broker) for broker in self.reachable()]
            return all(found and all(p.leader >= 0 for p in found) for found in seen)

        until(known, 60, f"the topic {topic!r} has no leaders")

    def describe(self, topic: str, by: int | None = None) -> list[Partition]:
        """What the cluster, or the broker `by`, knows of the topic's partitions; [] if it knows no such topic."""
        found = self.ask("DescribeTopicPartitions", by, Topics=[{"Name": topic}], ResponsePartitionLimit=2000)
        return [
            Partition(
                p["LeaderId"],
                p["LeaderEpoch"],
                tuple(p["ReplicaNodes"]),
                tuple(sorted(p["IsrNodes"])),
                tuple(sorted(p["EligibleLeaderReplicas"] or ())),
            )
            for p in found["Topics"][0]["Partitions"]
        ]

    def coordinator(self, group: str) -> int | None:
        """The broker that coordinates the group; asking makes __consumer_offsets if it is not there. None: not yet."""
        found = self.ask("FindCoordinator", KeyType=0, CoordinatorKeys=[group])["Coordinators"][0]
        return None if found["ErrorCode"] else int(found["NodeId"])

    def topic_id(self, topic: str) -> Any:
        """The UUID under which the newer requests know it."""
        return self.ask("Metadata", Topics=[{"Name": topic}])["Topics"][0]["TopicId"]

    def ask(self, what: str, by: int | None = None, /, **fields: Any) -> dict[str, Any]:
        """Send any request of the protocol (kafka_wire.py) to the broker `by`, or to the first that answers.

        One that is cut off is asked last: it knows only how things were before.
        """
        error: OSError = ConnectionError("no broker runs")
        for broker in sorted(self.brokers(), key=lambda broker: broker in self.cut):
            if self.nodes[broker].process and by in (None, broker):
                try:
                    return self.wire.ask(self.address(broker), what, **fields)
                except OSError as problem:
                    error = problem
        raise error

    def produce(
        self, topic: str, value: bytes, by: int | None = None, *, acks: int = -1, **numbered: int
    ) -> tuple[int, int]:
        """Send one record in a request of our own, and give the broker's error code (0: none) and the record's offset.

        For what no client would send (`numbered`: see `batch`), and for who must get it: a client that is told to ask
        only the broker `by` hears from it of the others, and asks them when it likes.
        """
        records = {"Index": 0, "Records": batch(value, **numbered)}
        topics = [{"TopicId": self.topic_id(topic), "PartitionData": [records]}]
        answer = self.ask("Produce", by, Acks=acks, TimeoutMs=5000, TopicData=topics)["Responses"][0]
        told = answer["PartitionResponses"][0]
        return told["ErrorCode"], told["BaseOffset"]

    def log_dir(self, broker: int) -> Path:
        """Where it keeps its partitions."""
        return self.folder / str(broker)

    def log(self, broker: int, topic: str, partition: int = 0) -> list[Batch]:
        """What is on a broker's disk, batch by batch, whether it runs or not."""
        return read_log(self.log_dir(broker) / f"{topic}-{partition}")

    def say(self) -> str:
        """The last words of every node, for the message of a test that failed."""
        files = sorted(self.folder.glob("*.out"))
        return "\n".join(f"{file.stem}: {file.read_text(errors='replace')[-600:]}" for file in files)

    # ---- behind it --------------------------------------------------------------------------------------------------

    def _write_properties(self, node: Node) -> None:
        voters = [n for n in self.nodes.values() if "controller" in n.roles]
        listeners = ",".join(f"{name}://{node.host}:{port}" for name, port in node.ports.items())
        lines = {
            "node.id": node.id,
            "process.roles": node.roles,
            "listeners": listeners,
            "log.dirs": self.folder / str(node.id),
            "controller.quorum.voters": ",".join(f"{n.id}@{n.host}:{n.ports['CONTROLLER']}" for n in voters),
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        } | self.settings
        text = "".join(f"{key}={value}\n" for key, value in lines.items())
        (self.folder / f"{node.id}.properties").write_text(text)

    def _format(self) -> None:
        """Kafka's own tool for the first controller; the others get the same, under their own ids (it saves JVMs)."""
        first = next(node for node in self.nodes.values() if "controller" in node.roles)
        properties = self.folder / f"{first.id}.properties"
        command = [*self.java, "kafka.tools.StorageTool", "format"]
        subprocess.run([*command, "-t", _random_id(), "-c", properties], check=True, capture_output=True, timeout=180)
        formatted = self.log_dir(first.id)
        meta = (formatted / "meta.properties").read_text().splitlines()
        self.meta = [line for line in meta if line.startswith(("version=", "cluster.id="))]
        for node in self.nodes.values():
            if node is not first:
                self._write_meta(node)
                if "controller" in node.roles:
                    shutil.copy(formatted / "bootstrap.checkpoint", self.log_dir(node.id))

    def _write_meta(self, node: Node) -> None:
        folder = self.log_dir(node.id)
        folder.mkdir()
        lines = [*self.meta, f"node.id={node.id}", f"directory.id={_random_id()}"]
        (folder / "meta.properties").write_text("\n".join(lines) + "\n")

    def _launch(self, node: Node) -> None:
        memory = "-Xmx128m" if node.roles == "controller" else "-Xmx384m"
        properties = str(self.folder / f"{node.id}.properties")
        command = [*self.java, *self.options, memory, "kafka.Kafka", properties]
        if shutil.which("setpriv"):  # killed with this process, however that ends
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        if self.network:
            where = self.network.namespace(node.id) if node.roles == "broker" else self.network.switch
            command = ["ip", "netns", "exec", where, *command]
        with open(self.folder / f"{node.id}.out", "ab") as out:
            node.process = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=self.folder, start_new_session=True
            )

    def _end(self, broker: int, how: signal.Signals, limit: float) -> None:
        node = self.nodes[broker]
        assert node.process, f"broker {broker} is not running"
        node.process.send_signal(how)
        node.process.wait(limit)
        node.process = None


def until(
    true: Callable[[], T], limit: float = 60.0, otherwise: str = "it did not come true", say: Callable[[], str] = str
) -> T:
    """Wait for something to come true, and give it; AssertionError after `limit` seconds."""
    end = time.monotonic() + limit
    while not (found := true()):
        if time.monotonic() > end:
            raise AssertionError(f"{otherwise} in {limit:g} s {say()}")
        time.sleep(0.05)
    return found


def settled(look: Callable[[], T], still: float = 1.5, limit: float = 60.0) -> T:
    """What `look` sees once that has not changed for `still` seconds."""
    end = time.monotonic() + limit
    seen, since = look(), time.monotonic()
    while time.monotonic() - since < still:
        time.sleep(0.1)
        if (now := look()) != seen:
            seen, since = now, time.monotonic()
        if time.monotonic() > end:
            raise AssertionError(f"it did not settle in {limit:g} s; last seen: {seen}")
    return seen


def _random_id() -> str:
    """A UUID as Kafka writes it."""
    import base64
    import uuid

    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass  # Kafka's tools would take it for an option
    return text
