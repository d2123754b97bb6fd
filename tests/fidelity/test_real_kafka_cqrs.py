"""Lesson 03 on a real broker: outboxes, a relay that dies once, two topics, and a projector with offsets of its own."""

from __future__ import annotations

import pytest

from labs.patterns.cqrs import parts
from labs.patterns.cqrs.exhaustive import history
from labs.patterns.cqrs.kafka import compare, through_kafka
from labs.patterns.cqrs.triggers import by_triggers
from tests.fidelity.real_kafka import Kafka

pytestmark = pytest.mark.filterwarnings("error::UserWarning")  # the mock in place of the broker would prove nothing


@pytest.fixture
def theirs(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> Kafka:
    """A broker that is somebody's own."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka.bootstrap)
    return kafka


def test_outbox_and_kafka_make_the_same_read_model_as_triggers(theirs: Kafka) -> None:
    view, records = through_kafka()
    assert view == history()[1] == by_triggers()[0]
    assert records == {"customers": 2, "orders": 5}, "one of the four orders' events was published twice"


def test_without_versions_the_repeated_event_is_a_second_row(theirs: Kafka) -> None:
    view, _ = through_kafka(parts.project_blindly)
    assert sorted(set(view) - set(history()[1])) == ["o2+"]


def test_the_lessons_table_is_the_same_as_on_the_mock(theirs: Kafka, monkeypatch: pytest.MonkeyPatch) -> None:
    real = compare()
    monkeypatch.delenv("KAFKA_BOOTSTRAP")
    assert real.to_dict() == compare().to_dict()
