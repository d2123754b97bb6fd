"""The run of lesson 05: where records go, what faults change, and how settings that cannot be are told."""

import pytest

from labs.kafka.partitions import RoundRobin, Sticky, java_partition, produce
from labs.kafka.partitions.measures import batches, homes, loads, split
from labs.kafka.partitions.predictions import ADDED, BATCHES
from labs.kafka.partitions.producing import BadPartition
from labs.kit.trace import Fault

ADD = Fault(12.5, "add", "partitions")


def logs(trace):
    found = {}
    for event in trace.of("append"):
        found.setdefault(event["partition"], []).append(event)
    return found


def test_every_log_counts_its_offsets_from_0_and_each_customer_stays_in_order_in_it():
    for trace in (produce(), produce(faults=[ADD]), produce(keyed=False), produce(customers=8, records=60, seed=3)):
        for events in logs(trace).values():
            assert [event["offset"] for event in events] == list(range(len(events)))
            for name in {event["customer"] for event in events}:
                numbers = [event["number"] for event in events if event["customer"] == name]
                assert numbers == sorted(numbers)


def test_without_faults_each_customer_has_one_partition_and_with_more_partitions_three_have_two():
    assert homes(produce()) == {"ada": [5], "ben": [1], "hana": [0], "lea": [3]}
    grown = produce(faults=[ADD])
    assert split(grown) == ["ben", "hana", "lea"] and homes(grown)["ben"] == [1, 5]
    assert loads(grown) == [3, 3, 0, 3, 3, 9, 0, 3]
    before = [(e["partition"], e["offset"], e["key"]) for e in grown.of("append") if e.t < 12.5]
    assert before == [(e["partition"], e["offset"], e["key"]) for e in produce().of("append") if e.t < 12.5]


def test_a_hot_customer_fills_one_partition_however_many_there_are():
    for partitions in (3, 12):
        trace = produce(partitions=partitions, records=60, faults=[Fault(0, "hot", "ben")])
        counts = loads(trace)
        assert counts[java_partition(b"ben", partitions)] == max(counts) > 40 and not split(trace)


def test_a_second_client_splits_every_customer():
    trace = produce(records=48, faults=[Fault(0, "second", "librdkafka")])
    assert split(trace) == ["ada", "ben", "hana", "lea"]
    assert split(produce(client="librdkafka")) == []


def test_sticky_fills_batches_and_round_robin_does_not():
    sticky, turns = (produce(keyed=False, keyless=way, records=60) for way in ("sticky", "round robin"))
    assert (batches(sticky), batches(turns)) == (15, 60)
    places = [event["partition"] for event in sticky.of("append")]
    assert all(len(set(places[i : i + 4])) == 1 for i in range(0, 60, 4)) and len(set(places)) > 3
    assert loads(turns) == [10] * 6
    assert batches(produce(keyed=False, batch=1)) == batches(produce(keyed=False, batch=1, keyless="round robin")) == 24


def test_sticky_waits_for_a_full_batch_and_for_batch_size_bytes():
    sticky = Sticky(1000, seed=4)
    places = []
    for _ in range(40):
        places.append(sticky.choose(300, 1000))  # three fit into a batch, which are 900 bytes: so two batches
        sticky.wrote(300)
    assert [len(set(places[i : i + 6])) for i in range(0, 36, 6)] == [1] * 6 and len(set(places)) == 7


def test_round_robin_takes_the_next_one_even_when_there_are_more():
    turns = RoundRobin()
    places = []
    for count in (3, 3, 3, 3, 5):
        places.append(turns.choose(1, count))
        turns.wrote(1)
    assert places == [0, 1, 2, 0, 4]


def test_a_record_that_goes_by_its_key_leaves_the_sticky_partition_alone():
    mixed = [event["partition"] for event in produce(keyed=True, batch=1, customers=1).of("append")]
    assert mixed == [5] * 24


def test_the_questions_have_the_answers_that_the_runs_give():
    assert ADDED.answer() == ADDED.options[2] and BATCHES.answer() == "24"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"partitions": 0}, "partitions must be a whole number from 1 to 12, and not 0"),
        ({"customers": 9}, "customers must be a whole number from 1 to 8, and not 9"),
        ({"client": "Python"}, "client must be one of Java, librdkafka"),
        ({"keyless": "random"}, "keyless must be one of sticky, round robin"),
        ({"choose": 3}, "choose must be a function of record, partitions and sticky, or None"),
        ({"acks": 1}, "there is no setting 'acks'"),
        ({"faults": [Fault(99, "add", "partitions")]}, "'add' at 99 s lies outside the run"),
        ({"faults": [Fault(1, "hot", "zoe")]}, "'hot' cannot strike 'zoe'"),
        ({"faults": [Fault(1, "crash", "orders")]}, "there is no fault 'crash'"),
        ({"seed": "x"}, "seed must be a whole number"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings, told):
    with pytest.raises(ValueError, match="^" + told.replace("(", r"\(")):
        produce(**settings)


@pytest.mark.parametrize("answer", [6, -1, None, True, "p1", 1.0, [1]])
def test_a_partitioner_of_ones_own_must_name_a_partition(answer):
    with pytest.raises(BadPartition, match=r"^partition_for returned .*, and the partitions are 0 to 5\."):
        produce(choose=lambda record, partitions, sticky: answer)


def test_a_partitioner_of_ones_own_drives_the_run_and_sees_more_partitions():
    seen = []

    def last(record, partitions, sticky):
        seen.append((record.key, partitions, sticky < partitions))
        return partitions - 1

    trace = produce(choose=last, faults=[ADD])
    assert homes(trace)["ada"] == [5, 7] and {n for _, n, _ in seen} == {6, 8} and all(well for *_, well in seen)
    assert {event["how"] for event in trace.of("append")} == {"yours"}


def test_the_same_call_gives_the_same_trace_in_every_process():
    places = [event["partition"] for event in produce(keyed=False, records=20, seed=7).of("append")]
    assert places == [2] * 4 + [1] * 4 + [3] * 4 + [5] * 4 + [0] * 4
    assert produce(records=60, seed=7).events == produce(records=60, seed=7).events != produce(records=60).events
