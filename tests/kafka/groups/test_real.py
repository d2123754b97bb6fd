"""The real group and its cluster: quiet, local, closed afterwards, the same every time, and plain when it cannot be."""

import sys
import time

import psutil
import pytest

from labs.kafka import mock as mock_module
from labs.kafka.groups import compare, mock_cluster, range_assign, real_group, static_members
from labs.kit.not_here import NotHere

MEMBERS = {name: ["orders", "payments"] for name in ("c1", "c2", "c3", "c4")}
TOPICS = {"orders": 4, "payments": 3}


def test_a_real_group_agrees_prints_nothing_and_answers_the_same_again(capfd):
    model = range_assign(static_members(MEMBERS), TOPICS)
    rows = compare(model, real_group(MEMBERS, TOPICS))
    assert rows[0] == {"member": "c1", "model": "orders-0, payments-0", "real": "orders-0, payments-0", "same": True}
    assert [row["same"] for row in rows] == [True] * 4
    assert compare(model, real_group(MEMBERS, TOPICS)) == rows
    assert capfd.readouterr() == ("", "")


def test_a_member_left_without_partitions_is_in_the_answer():
    real = real_group({f"c{i}": ["orders"] for i in range(5)}, {"orders": 4})
    assert sorted(map(len, real.values())) == [0, 1, 1, 1, 1]


def test_compare_shows_what_differs():
    rows = compare({"a": [("t", 1), ("t", 0)], "b": []}, {"a": [("t", 0), ("t", 1)], "c": [("t", 2)]})
    assert [(row["member"], row["model"], row["real"], row["same"]) for row in rows] == [
        ("a", "t-0, t-1", "t-0, t-1", True),
        ("b", "nothing", "nothing", True),
        ("c", "nothing", "t-2", False),
    ]


def test_a_cluster_listens_on_loopback_only_has_these_topics_and_keeps_records():
    from confluent_kafka import Consumer, Producer

    with mock_cluster({"orders": 7, "payments": 1}) as bootstrap:
        port = int(bootstrap.removeprefix("127.0.0.1:"))
        ours = [c.laddr for c in psutil.Process().net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        assert [address.ip for address in ours if address.port == port] == ["127.0.0.1"]
        producer = Producer({"bootstrap.servers": bootstrap, "log_level": 0})
        found = producer.list_topics(timeout=60).topics
        assert {name: len(topic.partitions) for name, topic in found.items()} == {"orders": 7, "payments": 1}
        producer.produce("orders", b"hello", partition=6)
        assert producer.flush(60) == 0
        settings = {"bootstrap.servers": bootstrap, "group.id": "g", "auto.offset.reset": "earliest", "log_level": 0}
        consumer = Consumer(settings)
        consumer.subscribe(["orders"])
        record = consumer.poll(60)
        assert (record.value(), record.partition(), record.offset()) == (b"hello", 6, 0)
        consumer.close()


def test_nothing_is_left_running():
    def threads_and_sockets():
        process = psutil.Process()
        return process.num_threads(), len(process.net_connections("tcp"))

    real_group(MEMBERS, TOPICS)
    before = threads_and_sockets()
    real_group(MEMBERS, TOPICS)
    with pytest.raises(NotHere):
        real_group(MEMBERS, TOPICS, time_limit=0.02)
    with pytest.raises(KeyError), mock_cluster(TOPICS):
        raise KeyError
    deadline = time.monotonic() + 60
    while threads_and_sockets() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threads_and_sockets() <= before


def test_no_assignment_in_time_is_one_sentence_after_a_second_try(monkeypatch):
    from labs.kafka.groups import real

    tries = []
    monkeypatch.setattr(real, "_form_group", lambda _address, group, *_rest: tries.append(group))
    with pytest.raises(NotHere, match=r"^The real group had no assignment in 3 s, on two tries; .*\.$"):
        real_group(MEMBERS, TOPICS, time_limit=3)
    assert len(set(tries)) == 2


def test_a_latecomer_is_waited_for_even_when_all_partitions_are_taken_without_it(monkeypatch):
    import confluent_kafka

    class Late:
        """Alone in the first generation "a" has it all; "b" gets half in the second, before "a" lets go of it."""

        polls = 0

        def __init__(self, settings):
            self.name = settings["group.instance.id"]

        def subscribe(self, _topics, on_assign):
            self.tell = on_assign

        def poll(self, _timeout):
            Late.polls += 1
            if self.name == "a" or Late.polls > 6:
                self.tell(self, [])

        def assignment(self):
            mine = ([0, 1] if Late.polls <= 10 else [0]) if self.name == "a" else ([1] if Late.polls > 6 else [])
            return [confluent_kafka.TopicPartition("orders", n) for n in mine]

        def close(self):
            pass

    monkeypatch.setattr(confluent_kafka, "Consumer", Late)
    real = real_group({"a": ["orders"], "b": ["orders"]}, {"orders": 2})
    assert real == {"a": [("orders", 0)], "b": [("orders", 1)]}


def test_a_missing_client_library_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(NotHere, match=r"^The real thing needs the package confluent-kafka \(pip install .*\.$"):
        real_group(MEMBERS, TOPICS)


def test_without_the_c_functions_a_producer_hosts_the_cluster_with_topics_of_four_partitions(monkeypatch):
    monkeypatch.setattr(mock_module, "_c_library", lambda: None)
    assert real_group({"a": ["orders"], "b": ["orders"]}, {"orders": 4}) == {
        "a": [("orders", 0), ("orders", 1)],
        "b": [("orders", 2), ("orders", 3)],
    }
    with pytest.raises(NotHere, match=r"^Here the mock cluster makes topics of 4 partitions only, so not 'payments'"):
        real_group(MEMBERS, TOPICS)


@pytest.mark.parametrize(
    ("members", "topics", "assignor", "sentence"),
    [
        (
            {"a": ["t"]},
            {"t": 1},
            "sticky",
            "librdkafka has no assignor 'sticky'; choose one of range, roundrobin, coop",
        ),
        ({"a": ["t"]}, {"t": 0}, "range", "a real topic has between 1 and 10,000 partitions, so 't' cannot have 0"),
        ({"a": ["u"]}, {"t": 1}, "range", r"'a' must read one or more of the topics t, not \['u'\]"),
        ({"a": []}, {"t": 1}, "range", r"'a' must read one or more of the topics t, not \[\]"),
        ({"a": "t"}, {"t": -1}, "range", "topic 't' cannot have -1 partitions"),
    ],
)
def test_a_group_that_cannot_be_is_one_clear_sentence(members, topics, assignor, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}"):
        real_group(members, topics, assignor)
