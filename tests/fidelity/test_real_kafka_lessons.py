"""The *real thing* sections of lessons 06 and 07 on a real broker: where KAFKA_BOOTSTRAP names one, they use it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from confluent_kafka.admin import AdminClient

from labs.kafka.groups import range_assign, real_group, round_robin_assign, static_members
from labs.kafka.offsets.delivered import crash_points
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import commit_each, process_then_commit
from labs.kafka.offsets.real import NOWHERE, Story, agreement, ask_the_broker, real_crashes
from labs.kafka.real import real_cluster
from tests.fidelity.real_kafka import Kafka, until
from tests.ports import free_port

pytestmark = pytest.mark.filterwarnings("error::UserWarning")  # the mock in place of the broker would prove nothing


def there(kafka: Kafka) -> tuple[set[str], set[str]]:
    """What there is: somebody's own topics, and the topics and groups of the course."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
    groups = {group.group_id for group in admin.list_consumer_groups().result(timeout=60).valid}
    topics = set(admin.list_topics(timeout=60).topics)
    courses = {name for name in groups | topics if name.startswith("course-")}
    return topics - courses, courses


@pytest.fixture
def theirs(kafka: Kafka, monkeypatch: pytest.MonkeyPatch) -> Kafka:
    """A broker that is somebody's own: it has an `orders` topic already."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP", kafka.bootstrap)
    if not kafka.describe("orders"):
        kafka.create_topic("orders", 6)
    return kafka


@pytest.mark.parametrize(("assignor", "model"), [("range", range_assign), ("roundrobin", round_robin_assign)])
def test_a_group_forms_on_the_learners_own_broker(theirs: Kafka, assignor: str, model: Callable[..., object]) -> None:
    topics = {"orders": 4, "payments": 6}
    clients = {"c1": ["orders", "payments"], "c2": ["orders"], "c3": ["orders", "payments"], "c4": ["payments"]}
    own, _ = there(theirs)
    assert real_group(clients, topics, assignor) == model(static_members(clients), topics)
    assert there(theirs)[0] == own and len(theirs.describe("orders")) == 6


def test_every_closing_ends_on_the_learners_own_broker_as_in_the_model(
    theirs: Kafka, capfd: pytest.CaptureFixture[str]
) -> None:
    """All three reset policies, the old name of the group and a new one, every order of committing, every moment."""
    shape = dict(records=6, backlog=6, batch=3, drain=True, until=100.0)
    stories = [
        Story(commit, step, reset, renamed)
        for commit in ("after", "before")
        for step in range(0, len(crash_points(deliver(commit=commit, **shape))), 2)  # type: ignore[arg-type]
        for reset in ("earliest", "latest", "none")
        for renamed in ((False, True) if step == 4 else (False,))
    ]
    own, _ = there(theirs)
    rows = agreement(stories)
    assert not [row for row in rows if not row["same"]]
    assert {row["real begins at"] for row in rows} >= {NOWHERE, 0, 3, 6}
    assert ask_the_broker(read=4) == 4
    assert there(theirs)[0] == own
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("loop", [process_then_commit, commit_each])
def test_a_loop_of_the_learners_own(theirs: Kafka, loop: Callable[..., None]) -> None:
    rows = real_crashes(loop)
    assert len(rows) > 8 and all(row["same"] for row in rows)


def test_where_nobody_answers_the_mock_is_used_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.kafka.real.PATIENCE", 3.0)
    monkeypatch.setenv("KAFKA_BOOTSTRAP", f"127.0.0.1:{free_port()}")
    with pytest.warns(UserWarning, match=r"^No Kafka broker answers at KAFKA_BOOTSTRAP \(127.0.0.1:\d+\), so the"):
        real = real_group({"a": ["orders"], "b": ["orders"]}, {"orders": 4})
    assert sorted(map(len, real.values())) == [2, 2]


def test_two_runs_at_a_time_have_names_of_their_own(theirs: Kafka) -> None:
    topic = f"names-{uuid.uuid4()}"
    with real_cluster({topic: 1}) as one, real_cluster({topic: 2}) as other:
        assert one.bootstrap == other.bootstrap == theirs.bootstrap
        assert one.named(topic) != other.named(topic) and one.plain(one.named(topic)) == topic
        assert (len(theirs.describe(one.named(topic))), len(theirs.describe(other.named(topic)))) == (1, 2)
    assert theirs.describe(topic) == []
    until(lambda: not there(theirs)[1], 60, "something was left behind", lambda: str(there(theirs)[1]))
