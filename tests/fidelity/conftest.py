"""Real brokers for the tests: started once a run, when the first test asks for them, and killed at the end of the run.

All files named test_real_kafka_*.py run in one worker, one after the other, and so do all named test_real_rabbitmq_*.py
(conftest.py at the top sees to it): a cluster is not started twice, and nobody's timing suffers from another beside it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.fidelity.kafka_network import why_not_apart
from tests.fidelity.real_kafka import Kafka, Missing, jars
from tests.fidelity.real_rabbitmq import RabbitMQ, why_missing


def _or_skip(reason: str | None) -> None:
    if reason and os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; in CI nothing is skipped")
    if reason:
        pytest.skip(reason)


def _missing() -> str | None:
    try:
        jars()
    except (Missing, OSError) as missing:
        return str(missing)
    return None


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """One broker, which is its own controller. Whoever asks it by KAFKA_BOOTSTRAP waits for it as long as it takes."""
    _or_skip(_missing())
    with Kafka() as one, pytest.MonkeyPatch.context() as patience:
        patience.setattr("labs.kafka.real.PATIENCE", 60.0)
        yield one


@pytest.fixture(scope="session")
def kafka_cluster() -> Iterator[Kafka]:
    """Three brokers and three controllers; the brokers can be cut off where namespaces can be made."""
    _or_skip(_missing())
    with Kafka(brokers=3, controllers=3, apart=why_not_apart() is None) as three:
        yield three


@pytest.fixture
def kafka_apart(kafka_cluster: Kafka) -> Kafka:
    """The same, for tests that cut brokers off: skipped where that cannot be done."""
    _or_skip(why_not_apart())
    return kafka_cluster


@pytest.fixture(scope="session")
def _rabbitmq() -> Iterator[RabbitMQ]:
    _or_skip(why_missing())
    with RabbitMQ() as one:
        yield one


@pytest.fixture
def rabbitmq(_rabbitmq: RabbitMQ) -> Iterator[RabbitMQ]:
    """One broker, shared by all tests: name queues and exchanges after the test. It runs at the start of each test."""
    if _rabbitmq.broker is None:
        _rabbitmq.restart()
    yield _rabbitmq
    _rabbitmq.disconnect()
