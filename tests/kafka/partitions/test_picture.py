"""The picture of lesson 05, and the learner's own partitioner in it, however it behaves."""

import json

import pytest

from labs.kafka.partitions import partition_for, produce
from labs.kafka.partitions.controls import explore_keys
from labs.kafka.partitions.picture import draw_produce
from labs.kafka.partitions.real import compare_clients
from labs.kit.trace import Fault

GROWS = [Fault(12.5, "add", "partitions")]


def text(explorer):
    return explorer._repr_mimebundle_()[0]["text/plain"]


def test_a_key_is_seen_on_its_way_to_its_partition():
    scene = draw_produce(produce(faults=GROWS))
    words = [scene.value(name, "label", 2.1) for name in ("key", "bytes", "hash", "positive", "place")]
    assert words == ["ben", "62 65 6e", "-172074667", "1975408981", "p1"]
    assert scene.value("p1-0", "opacity", 2.9) == 1 and scene.value("p1-0", "label", 2.9) == "b1"
    assert scene.value("p1-0", "fill", 3) == scene.value("p5-4", "fill", 20) == "actor2"


def test_it_ends_with_what_it_is_about_and_tells_few_things():
    scene = draw_produce(produce(faults=GROWS))
    assert len(scene.says) <= 12
    end = scene.says[-1][1]
    assert "ben in p1 and p5, hana in p0 and p4, lea in p3 and p7" in end
    assert [scene.value(f"count{n}", "label", scene.end) for n in range(8)] == list("33033903")
    assert scene.value("log7", "dash", 12) == "3 3" and scene.value("log7", "dash", 13) == ""
    calm = draw_produce(produce())
    assert calm.says[-1][1].endswith("in one partition, in order.")


def test_crc32_is_not_masked_and_no_key_has_no_hash():
    both = draw_produce(produce(faults=[Fault(0, "second", "librdkafka")]))
    heads = {(both.value("hash-head", "label", t), both.value("positive-head", "label", t)) for t in (1.1, 2.1)}
    assert heads == {("murmur2, 32 bits", "& 0x7fffffff"), ("CRC32, 32 bits", "has no sign")}
    none = draw_produce(produce(keyed=False, seed=1))
    assert none.value("key", "label", 2) == "no key" and none.value("hash", "label", 2) == ""
    assert none.value("p1-0", "fill", 3) == "data" and none.value("p1-3", "label", 5) == "4"
    assert sum("picked at random" in caption for _, caption in none.says) == 5


@pytest.mark.parametrize("settings", [{"partitions": 1}, {"partitions": 12, "records": 60}, {"records": 1},
                                      {"customers": 8, "records": 60}, {"batch": 20, "keyed": False}])  # fmt: skip
def test_any_run_can_be_drawn(settings):
    for faults in ([], [Fault(0, "add", "partitions"), Fault(1.5, "add", "partitions"), Fault(1, "hot", "ada")]):
        assert draw_produce(produce(faults=faults, **settings)).svg(1.0)


def test_side_by_side_they_have_the_same_rows_and_scale():
    pair = [scene for _, scene in explore_keys(versus=("partitions", 6, 8), customers=8).scenes]
    assert pair[0].height == pair[1].height and pair[0].value("p1-0", "w", 25) == pair[1].value("p1-0", "w", 25)


def test_a_partitioner_of_ones_own_draws_the_same_picture():
    def mine(record, partitions, sticky):
        return partition_for(record, partitions, sticky)

    yours, ours = explore_keys("partitions", choose=mine), explore_keys("partitions")
    assert "your function" in str(yours.scenes[0][1].live()) and yours.table[0][1][0] == ("none", True)
    places = [[e["partition"] for e in one.traces[0].of("append")] for one in (yours, ours)]
    assert places[0] == places[1]


def not_written(record, partitions, sticky):
    raise NotImplementedError


def ends_it(record, partitions, sticky):
    raise SystemExit


def goes_round(record, partitions, sticky):
    while True:
        pass


def says_nothing(record, partitions, sticky):
    pass


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (not_written, "not written yet"),
        (ends_it, "it does not work yet"),
        (goes_round, "it does not work yet"),
        (says_nothing, "Is its return missing?"),
        (lambda record, partitions, sticky: partitions, "and the partitions are 0 to 5."),
        (lambda record: 0, "it does not work yet"),
    ],
)
def test_a_partitioner_that_does_not_work_is_a_sentence(function, told):
    explorer = explore_keys("partitions", choose=function)
    assert told in text(explorer) + str(explorer.scenes[0][1].live())


def test_a_wish_that_cannot_be_leaves_the_last_good_run():
    explorer = explore_keys("partitions", strikes=["add"])
    explorer.widget.ask = json.dumps({"settings": {"partitions": 99}, "faults": [], "number": 1})
    answer = json.loads(explorer.widget.data)
    assert "99" in answer["error"] and answer["settings"]["partitions"] == 6


@pytest.mark.parametrize(("function", "told"), [(not_written, "not written yet"), (says_nothing, "0 of 40")])
def test_the_table_of_real_clients_bears_a_function_that_does_not_work(function, told):
    table = compare_clients(function, many=40)
    assert set(table["agrees with yours"]) == {told}
    assert table["agrees with murmur2"].iloc[0] == table["agrees with CRC32"].iloc[1] == "40 of 40"
