"""The real thing: the same loops on a real client (librdkafka by way of confluent-kafka) and a cluster in this process.

    agreement([Story(commit="after", step=3, reset="earliest")])

The consumer is closed after a number of steps, without a commit on closing; another one takes over. A step is a call
of the loop that has come back (poll, write, commit), so the moment after it is one of the model's `crash_points`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from labs.kafka.offsets.delivered import commit_log, crash_points, results
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import COMMITS, LOOPS, Loop
from labs.kafka.offsets.process import Crash, Record
from labs.kafka.offsets.world import TOPIC
from labs.kafka.real import RealCluster, real_cluster
from labs.kit.guarding.fence import fenced
from labs.kit.not_here import NotHere
from labs.kit.trace import Fault

NOWHERE = "no offset: it stops"


@dataclass(frozen=True)
class Story:
    """What to try: a loop of LOOPS, closed after so many steps; whether the next consumer has another group.id."""

    commit: str
    step: int
    reset: str
    renamed: bool = False
    loop: Loop | None = None  # in place of the one that `commit` names

    @property
    def runs(self) -> Loop:
        """The loop itself."""
        return self.loop or LOOPS[self.commit]


@dataclass(frozen=True)
class Outcome:
    """Where the next consumer began (an offset, or NOWHERE), and which records were processed, in this order."""

    start: int | str
    done: tuple[int, ...]


def expected(story: Story, records: int = 6, batch: int = 3) -> Outcome:
    """What the model says."""
    kinds: dict[str, Any] = dict(
        loop=story.runs, records=records, backlog=records, batch=batch, drain=True, until=100.0
    )
    t = crash_points(deliver(**kinds))[story.step][0]
    first = deliver(**kinds, faults=[Fault(t, "crash", "c1")], takeover=100)
    committed = None if story.renamed else commit_log(first).committed((first.settings["group"], TOPIC, 0))
    second = deliver(**kinds, committed=committed, reset=story.reset)
    begun = [event["position"] for event in second.of("resume")]
    done = [offset for trace in (first, second) for _, (_, offset) in results(trace)]
    return Outcome(begun[0] if begun else NOWHERE, tuple(done))


def observed(stories: Sequence[Story], records: int = 6, batch: int = 3, time_limit: float = 60.0) -> list[Outcome]:
    """What real consumers do, in the order of `stories`, each in a group of its own; it takes a few seconds.

    NotHere if the client library is missing, or no partition was assigned or read within `time_limit` seconds.
    """
    with quick_cluster() as cluster:
        _produce(cluster, records)

        def play(number: int) -> Outcome:
            try:
                return _play(cluster, f"group-{number}", stories[number], records, batch, time_limit / 2)
            except Exception:  # a machine so busy that the group put its only member out: once more, in a fresh one
                return _play(cluster, f"group-{number}-again", stories[number], records, batch, time_limit / 2)

        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(play, range(len(stories))))


def agreement(stories: Sequence[Story]) -> list[dict[str, Any]]:
    """Rows for a table: the story, where the next one began and what was processed, in the model and in reality."""
    rows = []
    for story, real in zip(stories, observed(stories), strict=True):
        model = expected(story)
        group = "renamed" if story.renamed else "the same"
        rows.append(
            {
                "order": COMMITS[story.commit],
                "group": group,
                "reset": story.reset,
                "model begins at": model.start,
                "real begins at": real.start,
                "really processed": " ".join(map(str, real.done)),
                "same": model == real,
            }
        )
    return rows


def real_crashes(loop: Loop, records: int = 4, batch: int = 2) -> list[dict[str, Any]]:
    """Rows for a table: a loop of the learner's own, closed after each of its steps; where the next one began.

    The model has it first, behind the fence: what does not work there is said in one row and never meets a real client.
    """
    from labs.kit.guarding.telling import LearnerError

    def all_of_it() -> list[tuple[str, Outcome]]:
        kinds: dict[str, Any] = dict(records=records, backlog=records, batch=batch, drain=True, until=100.0)
        calm = deliver(loop=loop, **kinds)
        if any(not event["waits"] for event in calm.of("send")) or any(event["results"] for event in calm.of("commit")):
            raise LearnerError("raised", "Only a loop that waits for its commits, without transactions, is tried here.")
        points = enumerate(crash_points(calm))
        return [(words, expected(Story("own", i, "earliest", loop=loop), records, batch)) for i, (_, words) in points]

    try:
        model = fenced(all_of_it, loop)()
    except LearnerError as problem:
        unfinished = problem.kind == "unfinished"
        return [{"your loop": "Your loop is not written yet." if unfinished else problem.sentence}]
    real = observed([Story("own", i, "earliest", loop=loop) for i in range(len(model))], records, batch)
    return [
        {
            "closed after": words,
            "model begins at": told.start,
            "real begins at": seen.start,
            "really processed": " ".join(map(str, seen.done)),
            "same": told == seen,
        }
        for (words, told), seen in zip(model, real, strict=True)
    ]


def ask_the_broker(group: str = "billing", records: int = 6, read: int = 4) -> int | None:
    """A consumer reads so many records, commits, closes; then a client that knows nothing but a broker's address asks
    for the group's committed offset. NotHere as for `observed`."""
    with quick_cluster() as cluster:
        from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
        from confluent_kafka.admin import AdminClient

        _produce(cluster, records)
        with _client(cluster, group, "earliest", records, read, 60.0) as consumer:
            consumer.poll()
            consumer.commit_sync()
        asked = cluster.named(group)
        question = ConsumerGroupTopicPartitions(asked, [TopicPartition(cluster.named(TOPIC), 0)])
        admin = AdminClient({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
        answer = admin.list_consumer_group_offsets([question], request_timeout=60)[asked].result(timeout=62)
        offset = answer.topic_partitions[0].offset
        return None if offset < 0 else int(offset)


def quick_cluster() -> AbstractContextManager[RealCluster]:
    """A cluster with one topic of one partition. On the mock, groups form quickly: it lets a group rebalance once the
    session timeout, less a second, has passed."""
    return real_cluster({TOPIC: 1}, session_timeout=1500, join_delay=0.1, round_trip=0)


def _produce(cluster: RealCluster, records: int) -> None:
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    for i in range(records):
        producer.produce(cluster.named(TOPIC), f"order {i}".encode(), partition=0)
    if producer.flush(30):
        raise NotHere("The real cluster did not take the records within 30 s; run it again in a quiet moment.")


def _play(cluster: RealCluster, group: str, story: Story, records: int, batch: int, time_limit: float) -> Outcome:
    done: list[int] = []
    with _client(cluster, group, "earliest", records, batch, time_limit) as first:
        first.steps = story.step
        _work(story.runs, first, done)
    group = group + "-2" if story.renamed else group
    with _client(cluster, group, story.reset, records, batch, time_limit) as second:
        _work(story.runs, second, done)
        return Outcome(NOWHERE if second.begun is None else second.begun, tuple(done))


def _work(loop: Loop, consumer: _RealConsumer, done: list[int]) -> None:
    with suppress(Crash, _NoOffset):
        loop(consumer, _RealSink(consumer, done))


class _NoOffset(Exception):
    """The client says that there is no offset to start from."""


@contextmanager
def _client(cluster: RealCluster, group: str, reset: str, *limits: Any) -> Iterator[_RealConsumer]:
    from confluent_kafka import Consumer

    settings: dict[str, Any] = {
        "bootstrap.servers": cluster.bootstrap,
        "group.id": cluster.named(group),
        "enable.auto.commit": False,
        "log_level": 0,
        "auto.offset.reset": "error" if reset == "none" else reset,  # librdkafka's word for none
        "enable.partition.eof": True,
        "session.timeout.ms": cluster.session_timeout,
        "heartbeat.interval.ms": 300,
        "fetch.wait.max.ms": 50,
    }
    client = Consumer(settings)
    try:
        consumer = _RealConsumer(client, cluster.named(TOPIC), *limits)
        client.subscribe([cluster.named(TOPIC)], on_lost=consumer.put_out)
        yield consumer
    finally:
        client.close()


class _RealConsumer:
    """A real consumer with the words of labs.kafka.offsets.calls.Consumer, so that the same loop can drive either."""

    def __init__(self, client: Any, topic: str, records: int, batch: int, time_limit: float) -> None:
        self.client, self.topic, self.records, self.batch, self.time_limit = client, topic, records, batch, time_limit
        self.begun: int | None = None
        self.at = 0
        self.steps: int | None = None
        self.lost = False

    def step(self) -> None:
        """A call of the loop begins: has it made as many as it may?"""
        if self.steps is not None:
            self.steps -= 1
            if self.steps < 0:
                raise Crash

    def put_out(self, *_: Any) -> None:
        """The group has not heard from it in time. It would be let in again, and begin anew: that is another story."""
        self.lost = True  # librdkafka calls this, so it may not raise

    def poll(self) -> list[Record]:
        """At most `batch` records; [] at the end of the log."""
        from confluent_kafka import KafkaError

        self.step()
        got: list[Record] = []
        deadline = time.monotonic() + self.time_limit
        while len(got) < self.batch and (self.begun is None or self.at < self.records):
            message = self.client.poll(0.1)
            if self.lost:
                raise NotHere("The group put its only member out; try again in a quiet moment.")
            if time.monotonic() > deadline:
                raise NotHere(f"The real consumer read nothing in {self.time_limit:g} s; try again in a quiet moment.")
            if message is None:
                continue
            if message.error():
                if message.error().code() == KafkaError._AUTO_OFFSET_RESET:
                    raise _NoOffset
                if message.error().code() != KafkaError._PARTITION_EOF:
                    continue  # a broker that has not answered yet: the client tries again by itself
                self.at = message.offset() if self.begun is None else self.at
            else:
                got.append(Record(message.partition(), message.offset(), message.value().decode()))
            if self.begun is None:
                self.begun = message.offset()
            if got:
                self.at = got[-1].offset + 1
        return got

    def positions(self) -> dict[int, int]:
        """{partition: the next offset}."""
        return {0: self.at}

    def commit_sync(self, offset: int | None = None, partition: int = 0) -> None:
        """Commit and wait."""
        from confluent_kafka import TopicPartition

        self.step()
        self.client.commit(
            offsets=[TopicPartition(self.topic, partition, self.at if offset is None else offset)], asynchronous=False
        )


class _RealSink:
    """Writes down what was processed."""

    def __init__(self, consumer: _RealConsumer, done: list[int]) -> None:
        self.consumer, self.done = consumer, done

    def write(self, record: Record) -> None:
        """The record is processed."""
        self.consumer.step()
        self.done.append(record.offset)
