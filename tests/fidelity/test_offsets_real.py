"""Real consumers on librdkafka's mock cluster begin where the model said: every moment, both orders, all policies."""

import time

import pytest

from labs.kafka.offsets.delivered import crash_points
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.real import (
    NOWHERE,
    Story,
    _client,
    _produce,
    agreement,
    ask_the_broker,
    expected,
    quick_cluster,
    real_crashes,
)

SHAPE = dict(records=6, backlog=6, batch=3, drain=True, until=100.0)


def test_at_every_moment_in_both_orders_under_all_policies_old_name_and_new(capfd):
    stories = [
        Story(commit, step, reset, renamed)
        for commit in ("after", "before", "each")
        for step in range(len(crash_points(deliver(commit=commit, **SHAPE))))
        for reset in ("earliest", "latest", "none")
        for renamed in ((False, True) if step in (4, 9) else (False,))
    ]
    rows = agreement(stories)
    assert len(rows) == len(stories) > 90
    wrong = [row for row in rows if not row["same"]]
    assert not wrong, wrong[:3]
    assert {row["real begins at"] for row in rows} == {NOWHERE, 0, 1, 2, 3, 4, 5, 6}
    assert capfd.readouterr() == ("", "")


def test_the_same_table_each_time():
    stories = [Story("after", 9, "latest"), Story("before", 8, "none", True)]
    assert agreement(stories) == agreement(stories)
    assert [row["really processed"] for row in agreement(stories)] == ["0 1 2 3 4 5 3 4 5", "0 1 2 3"]


def test_the_model_of_a_story_can_be_told_apart():
    """Were they all the same, agreement would mean nothing."""
    told = {expected(Story(commit, step, "latest")) for commit in ("after", "before") for step in range(10)}
    assert len(told) > 8


def test_a_broker_knows_the_groups_offset_without_zookeeper():
    assert ask_the_broker(read=4) == 4
    assert ask_the_broker(read=3) == 3


def committed_by(bootstrap, group):
    from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
    from confluent_kafka.admin import AdminClient

    question = ConsumerGroupTopicPartitions(group, [TopicPartition("orders", 0)])
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    return admin.list_consumer_group_offsets([question])[group].result(timeout=60).topic_partitions[0].offset


def auto_committing(bootstrap, group):
    from confluent_kafka import Consumer

    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest", "log_level": 0,
        "enable.auto.commit": True, "auto.commit.interval.ms": 100,
    })  # fmt: skip
    consumer.subscribe(["orders"])
    return consumer


def test_librdkafka_commits_in_the_background_the_record_that_is_still_in_hand():
    """What the lesson says of other clients: the application has record 0, is not done with it, and 1 is committed."""
    with quick_cluster() as cluster:
        _produce(cluster, 2)
        consumer = auto_committing(cluster.bootstrap, "background")
        try:
            record = None
            deadline = time.monotonic() + 60
            while record is None and time.monotonic() < deadline:
                record = consumer.poll(0.1)
            assert record is not None and record.offset() == 0
            while committed_by(cluster.bootstrap, "background") < 1 and time.monotonic() < deadline:
                time.sleep(0.05)  # it is being worked on; there is no poll meanwhile
            assert committed_by(cluster.bootstrap, "background") == 1
        finally:
            consumer.close()


def test_another_consumer_of_the_group_goes_on_and_another_group_begins_anew():
    with quick_cluster() as cluster:
        _produce(cluster, 6)
        begun = []
        for group in ("billing", "billing", "shipping"):
            with _client(cluster, group, "earliest", 6, 2, 20.0) as consumer:
                consumer.poll()
                consumer.commit_sync()
                begun.append(consumer.begun)
        assert begun == [0, 2, 0]
        assert [committed_by(cluster.bootstrap, group) for group in ("billing", "shipping")] == [4, 2]


def test_a_commit_of_a_given_offset_is_stored_as_it_is():
    """Nobody adds one: who commits 3 is given 3 again."""
    with quick_cluster() as cluster:
        _produce(cluster, 6)
        with _client(cluster, "billing", "earliest", 6, 4, 20.0) as consumer:
            assert [record.offset for record in consumer.poll()] == [0, 1, 2, 3]
            consumer.commit_sync(3)
        with _client(cluster, "billing", "earliest", 6, 4, 20.0) as consumer:
            assert consumer.poll()[0].offset == 3


def test_no_client_library_is_one_sentence(monkeypatch):
    import sys

    from labs.kit.not_here import NotHere

    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(NotHere, match="The real thing needs the package confluent-kafka"):
        agreement([Story("after", 1, "earliest")])


def test_a_loop_of_the_learners_own_meets_real_clients_at_each_of_its_steps():
    from labs.kafka.offsets.exercises.loop_wrong import each_before
    from labs.kafka.offsets.loops import commit_each, commit_the_last, commit_without_waiting, process_then_commit

    for loop in (process_then_commit, commit_each, each_before, commit_the_last):
        rows = real_crashes(loop)
        assert len(rows) > 8
        assert all(row["same"] for row in rows), (loop.__name__, [row for row in rows if not row["same"]])

    def unfinished(consumer, sink):
        raise NotImplementedError()

    def deaf(consumer, sink):
        while True:
            consumer.poll()

    assert real_crashes(unfinished) == [{"your loop": "Your loop is not written yet."}]
    assert "LoopGoesOn" in real_crashes(deaf)[0]["your loop"]
    assert "waits for its commits" in real_crashes(commit_without_waiting)[0]["your loop"]
