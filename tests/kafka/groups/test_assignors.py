"""Range, round robin and what all assignors have in common: the order, the odd cases, the sentences for bad input."""

import random
import subprocess
import sys

import pytest

from labs.kafka.groups import (
    ASSIGNORS,
    Member,
    assignor_named,
    range_assign,
    round_robin_assign,
    server_range_assign,
    server_uniform_assign,
)

ALL = {**ASSIGNORS, "server range": server_range_assign, "server uniform": server_uniform_assign}


def orders(*numbers):
    return [("orders", n) for n in numbers]


def group(*ids, topics=("orders",)):
    return [Member(i, topics) for i in ids]


def test_range_cuts_each_topic_into_runs_and_the_first_members_get_the_odd_ones():
    topics = {"orders": 3, "payments": 3}
    assignment = range_assign(group("c1", "c2", topics=("orders", "payments")), topics)
    assert assignment == {
        "c1": [("orders", 0), ("orders", 1), ("payments", 0), ("payments", 1)],
        "c2": [("orders", 2), ("payments", 2)],
    }


def test_round_robin_deals_over_all_topics_and_passes_over_those_who_do_not_read_one():
    # The example in the documentation of Apache's RoundRobinAssignor.
    members = [Member("c0", ("t0",)), Member("c1", ("t0", "t1")), Member("c2", ("t0", "t1", "t2"))]
    assert round_robin_assign(members, {"t0": 1, "t1": 2, "t2": 3}) == {
        "c0": [("t0", 0)],
        "c1": [("t1", 0)],
        "c2": [("t1", 1), ("t2", 0), ("t2", 1), ("t2", 2)],
    }


def test_static_members_come_first_by_instance_id_then_the_others_by_member_id():
    members = [
        Member("a", ("orders",)),
        Member("z", ("orders",), instance_id="x"),
        Member("b", ("orders",), instance_id="y"),
    ]
    expected = {"z": orders(0), "b": orders(1), "a": orders(2)}
    assert range_assign(members, {"orders": 3}) == expected
    assert round_robin_assign(members, {"orders": 3}) == expected


@pytest.mark.parametrize("assign", ALL.values(), ids=ALL)
class TestEveryAssignor:
    def test_a_fifth_consumer_on_four_partitions_gets_nothing(self, assign):
        assignment = assign(group("c1", "c2", "c3", "c4", "c5"), {"orders": 4})
        assert sorted(len(mine) for mine in assignment.values()) == [0, 1, 1, 1, 1]

    def test_a_subscribed_topic_that_does_not_exist_is_skipped(self, assign):
        assert assign(group("c1", topics=("orders", "no-such-topic")), {"orders": 2}) == {"c1": orders(0, 1)}

    def test_a_topic_that_nobody_reads_is_left_alone(self, assign):
        assert assign(group("c1"), {"orders": 1, "other": 5}) == {"c1": orders(0)}

    def test_a_topic_named_twice_in_a_subscription_counts_once(self, assign):
        members = [Member("c1", ("orders", "orders")), Member("c2", ("orders",))]
        assert sorted(map(len, assign(members, {"orders": 4}).values())) == [2, 2]

    @pytest.mark.parametrize("topics", [{}, {"orders": 0}])
    def test_with_nothing_to_read_everybody_has_an_empty_list(self, assign, topics):
        assert assign(group("c1", "c2"), topics) == {"c1": [], "c2": []}

    def test_no_members_no_assignment(self, assign):
        assert assign([], {"orders": 3}) == {}

    def test_a_member_without_subscription_gets_nothing(self, assign):
        assert assign([Member("c1", ()), Member("c2", ("orders",))], {"orders": 2}) == {"c1": [], "c2": orders(0, 1)}

    def test_the_order_in_which_members_and_topics_are_given_does_not_matter(self, assign):
        rng = random.Random(6)
        topics = {"a": 5, "b": 3, "c": 7}
        members = [
            Member(f"m{i}", tuple(rng.sample(list(topics), rng.randint(1, 3))), owned=(("a", i),), generation=i % 3)
            for i in range(5)
        ]
        expected = assign(members, topics)
        for _ in range(5):
            rng.shuffle(members)
            assert assign(members, dict(rng.sample(list(topics.items()), 3))) == expected

    @pytest.mark.parametrize("count", [-1, 2.5, True, "4", None])
    def test_a_number_of_partitions_that_cannot_be_is_one_clear_sentence(self, assign, count):
        with pytest.raises(
            ValueError, match=r"^topic 'orders' cannot have .* partitions: give a whole number, 0 or more$"
        ):
            assign(group("c1"), {"orders": count})

    def test_two_members_with_one_id_are_one_clear_sentence(self, assign):
        with pytest.raises(ValueError, match=r"^two members have the id 'c1': each member needs its own$"):
            assign(group("c1", "c2", "c1"), {"orders": 3})

    def test_two_members_with_one_instance_id_are_one_clear_sentence(self, assign):
        members = [Member("c1", ("orders",), instance_id="i"), Member("c2", ("orders",), instance_id="i")]
        with pytest.raises(ValueError, match=r"^two members have the instance id 'i': each member needs its own$"):
            assign(members, {"orders": 3})


def test_an_assignor_is_found_by_its_kafka_name():
    assert assignor_named("range") is range_assign
    with pytest.raises(
        ValueError, match=r"^there is no assignor 'rang'; choose one of range, roundrobin, sticky, coop"
    ):
        assignor_named("rang")


def test_topics_given_as_one_string_are_caught_before_they_become_letters():
    with pytest.raises(ValueError, match=r"^the topics of 'c1' must be a tuple such as \('orders',\), not one string$"):
        Member("c1", "orders")


def test_import_brings_in_nothing_heavy():
    heavy = "{'confluent_kafka', 'networkx', 'pandas', 'matplotlib', 'ipywidgets', 'hypothesis', 'asyncio', 'ctypes'}"
    script = f"import sys, labs.kafka; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout.strip() == "[]"
