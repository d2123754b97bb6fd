"""Lesson 09's log beside a real broker's: the same records in; the same offsets, segments and log start left.

All logs are topics of one broker, written and watched at the same time.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from labs.kafka.retention.compaction import compact
from labs.kafka.retention.log import Log, Policy
from labs.kafka.retention.real import RECORDED, STORIES, Story
from labs.kafka.retention.replay import offset_for_time
from tests.fidelity.real_kafka import Kafka, settled, until
from tests.fidelity.retention_logs import config, limits, ms, stories


@dataclass
class Broker:
    """The stories' topics on a real broker, and what it makes of them."""

    kafka: Kafka
    stories: list[Story]
    now: int = field(default_factory=lambda: round(time.time() * 1000))

    def __post_init__(self) -> None:
        self.run = uuid.uuid4().hex[:8]
        self.admin = AdminClient({"bootstrap.servers": self.kafka.bootstrap, "log_level": 0})
        for story in self.stories:
            self.kafka.create_topic(self.topic(story), configs=config(story.policy))

    def topic(self, story: Story) -> str:
        return f"retention-{self.run}-{story.name}"

    def write(self, part: int) -> None:
        """A batch for each record, so that batches and records are the same thing."""
        one_by_one = {"batch.num.messages": 1, "linger.ms": 0, "max.in.flight.requests.per.connection": 1}
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "log_level": 0, "acks": 1, **one_by_one})
        for story in self.stories:
            for at, key, value in story.parts[part] if part < len(story.parts) else ():
                data = None if value is None else value.encode()
                producer.produce(self.topic(story), data, key, 0, timestamp=self.now + ms(at))
        assert producer.flush(60) == 0

    def configure(self, **configs: dict[str, object]) -> None:
        """Change topic configurations: topic → {name: value}."""
        asked = [
            ConfigResource(
                ResourceType.TOPIC,
                topic,
                incremental_configs=[
                    ConfigEntry(name, str(value), incremental_operation=AlterConfigOpType.SET)
                    for name, value in values.items()
                ],
            )
            for topic, values in configs.items()
        ]
        for done in self.admin.incremental_alter_configs(asked).values():
            done.result(timeout=60)

    def clean(self, clean_to: dict[str, int]) -> None:
        """Let the cleaner run until it has come as far as the model's, then hold it back again."""
        self.configure(**{topic: {"min.cleanable.dirty.ratio": 0.0} for topic in clean_to})

        def come() -> bool:
            return all(self.cleaned().get(topic, 0) >= offset for topic, offset in clean_to.items())

        until(come, 60, "the cleaner did not come as far as the model's", lambda: str((self.cleaned(), clean_to)))
        self.configure(**{topic: {"min.cleanable.dirty.ratio": 1.0} for topic in clean_to})

    def cleaned(self) -> dict[str, int]:
        """Up to which offset the broker has cleaned each topic, from its checkpoint."""
        file = self.kafka.log_dir(1) / "cleaner-offset-checkpoint"
        rows = [row.split() for row in file.read_text().splitlines()[2:]] if file.exists() else []
        return {row[0]: int(row[2]) for row in rows if len(row) == 3}

    def segments(self, story: Story) -> list[int]:
        """The base offsets of the files on disk."""
        folder = self.kafka.log_dir(1) / f"{self.topic(story)}-0"
        return sorted(int(file.stem) for file in folder.glob("*.log"))

    def consumer(self) -> Consumer:
        settings = {"bootstrap.servers": self.kafka.bootstrap, "group.id": self.run, "log_level": 0}
        return Consumer({**settings, "enable.auto.commit": False, "enable.partition.eof": True})

    def offsets(self) -> dict[str, list[int]]:
        """All that can be read."""
        seen: dict[str, list[int]] = {self.topic(story): [] for story in self.stories}
        with closing(self.consumer()) as consumer:
            consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in seen])
            ends, deadline = 0, time.monotonic() + 60
            while ends < len(seen):
                assert time.monotonic() < deadline, "the end of some topic was not reached"
                for message in consumer.consume(500, 0.5):
                    if message.error():
                        assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
                        ends += 1
                    else:
                        seen[message.topic()].append(message.offset())
        return seen


@pytest.fixture(scope="module")
def broker(kafka: Kafka) -> Iterator[Broker]:
    """Every log, written and cleaned and cut back, as `Story.left` says."""
    one = Broker(kafka, [*stories(), *STORIES])
    compacted = {one.topic(story): story for story in one.stories if "compact" in story.policy.cleanup}
    for part in (0, 1):
        one.write(part)
        one.clean({topic: story.left(part + 1, limits=False).clean_to for topic, story in compacted.items()})
    one.configure(**{one.topic(story): limits(story.policy) for story in one.stories})
    wanted = [[segment.base for segment in story.left().segments] for story in one.stories]
    with suppress(AssertionError):  # each test says for its own story what has not come
        until(lambda: [one.segments(story) for story in one.stories] == wanted, 60)
    settled(lambda: [one.segments(story) for story in one.stories], still=3.0)  # and no more than that goes
    yield one


@pytest.fixture(scope="module")
def offsets(broker: Broker) -> dict[str, list[int]]:
    return broker.offsets()


@pytest.mark.parametrize("number", range(20))
def test_the_same_offsets_segments_and_log_start_are_left(
    broker: Broker, offsets: dict[str, list[int]], number: int
) -> None:
    story = broker.stories[number]
    model = story.left()
    assert offsets[broker.topic(story)] == [record.offset for record in model.records()]
    assert broker.segments(story) == [segment.base for segment in model.segments]
    with closing(broker.consumer()) as consumer:
        ends = consumer.get_watermark_offsets(TopicPartition(broker.topic(story), 0), 60, cached=False)
    assert ends == (model.log_start, model.log_end)


def test_the_logs_are_worth_comparing(broker: Broker) -> None:
    """Something goes in most of them, something stays in most, and every kind of trouble is among them."""
    ends = [(story, story.left()) for story in broker.stories]
    assert sum(log.log_start > 0 for _, log in ends) >= 6
    assert sum(len(log.records()) < log.log_end - log.log_start for _, log in ends) >= 6
    assert any(record.value is None for _, log in ends for segment in log.segments[:-1] for record in segment.records)
    assert {story.policy.cleanup for story, _ in ends} == {"delete", "compact", "compact,delete"}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_the_lesson_shows_of_a_broker_is_what_a_broker_leaves(
    broker: Broker, offsets: dict[str, list[int]], story: Story
) -> None:
    found = offsets[broker.topic(story)]
    with closing(broker.consumer()) as consumer:
        start, _ = consumer.get_watermark_offsets(TopicPartition(broker.topic(story), 0), 60, cached=False)
    assert RECORDED[story.name] == (start, found)


def as_the_broker(log: Log, moment: float) -> tuple[int | None, bool]:
    """The model's answer, and whether the broker gives another, none: it looks at the first segment whose largest
    timestamp is late enough, and takes the date of the file for that of a segment which compaction has emptied.
    """
    right = offset_for_time(log.records(), log.log_start, moment)
    before = [s for s in log.segments[:-1] if right is None or s.base <= right]
    hollow = any(not segment.records for segment in before)
    return (None, right is not None) if hollow else (right, False)


def test_the_same_answer_for_fifty_moments(broker: Broker) -> None:
    """And where it differs, it is for the one reason that docs/model-and-broker.md has."""
    compared, hollow = 0, 0
    logs = {broker.topic(story): story.left() for story in broker.stories}
    with closing(broker.consumer()) as consumer:
        for moment in (-11000.0 + 225 * i for i in range(50)):
            asked = [TopicPartition(topic, 0, broker.now + ms(moment)) for topic in logs]
            for answer in consumer.offsets_for_times(asked, 60):
                right, differs = as_the_broker(logs[answer.topic], moment)
                assert (None if answer.offset < 0 else answer.offset) == right, (answer.topic, moment)
                compared, hollow = compared + 1, hollow + differs
    assert compared == 50 * len(logs) and 0 < hollow < compared / 2


@pytest.mark.parametrize("reset", ["earliest", "latest", "none"])
def test_a_consumer_that_slept_begins_where_the_model_says(broker: Broker, reset: str) -> None:
    """Its position lies before the log start."""
    story, log = next((s, s.left()) for s in broker.stories if s.left().log_start > 1 and s.left().records())
    topic = broker.topic(story)
    settings = {"bootstrap.servers": broker.kafka.bootstrap, "group.id": topic, "log_level": 0}
    settings |= {"auto.offset.reset": {"none": "error"}.get(reset, reset), "enable.partition.eof": True}
    with closing(Consumer(settings)) as consumer:
        consumer.assign([TopicPartition(topic, 0, 1)])
        message = consumer.poll(60)
        assert message is not None
        if reset == "none":
            assert message.error().code() == KafkaError._AUTO_OFFSET_RESET
        elif reset == "earliest":
            assert message.error() is None and message.offset() == log.records()[0].offset
        else:  # it is at the end, and has skipped what is still there
            assert message.error().code() == KafkaError._PARTITION_EOF and message.offset() == log.log_end


@pytest.mark.parametrize(
    ("policy", "key", "hours", "error"),
    [
        ("compact", None, 0, KafkaError.INVALID_RECORD),
        ("delete", "k", 1.1, KafkaError.INVALID_TIMESTAMP),  # message.timestamp.after.max.ms: an hour since 4.0
    ],
)
def test_what_a_topic_refuses(kafka: Kafka, policy: str, key: str | None, hours: float, error: int) -> None:
    """A record without a key where it is compacted, and one from the future anywhere."""
    one = Broker(kafka, [Story("refuses", Policy(cleanup=policy), ())])
    told: list[KafkaError | None] = []
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
    at = one.now + ms(3600 * hours)
    producer.produce(one.topic(one.stories[0]), b"v", key, 0, lambda error, _: told.append(error), timestamp=at)
    assert producer.flush(60) == 0 and told[0] is not None and told[0].code() == error


def test_a_tombstone_stays_where_nothing_more_is_written(kafka: Kafka) -> None:
    """Its horizon has long come; but where no segment is dirty, nothing is cleaned."""
    written = ((0.0, "A", "x"), (0.0, "A", None), (0.0, "B", "x" * 70), (0.0, "B", "x" * 70), (0.0, "B", "x" * 70))
    story = Story("idle", Policy(cleanup="compact", segment_bytes=300, tombstones_for=0.0), (written,))
    one = Broker(kafka, [story])
    one.write(0)
    left = story.left(1, limits=False)
    one.clean({one.topic(story): left.clean_to})
    one.configure(**{one.topic(story): {"min.cleanable.dirty.ratio": 0.0}})
    time.sleep(2.0)
    offsets = one.offsets()[one.topic(story)]
    assert offsets == [record.offset for record in left.records()] and 1 in offsets
    assert left.clean(10.0**6, compact) is None
