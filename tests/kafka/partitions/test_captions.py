"""What the pictures of lesson 05 say, beside what the producer has done, over many settings and changes."""

import re
from itertools import pairwise

import pytest

from labs.kafka.partitions.controls import explore_keys
from labs.kafka.partitions.measures import batches, homes
from labs.kafka.partitions.picture import draw_produce
from labs.kafka.partitions.producing import CUSTOMERS, produce
from labs.kafka.partitions.retries import log_of, overtake
from labs.kafka.partitions.retries_picture import draw_overtake
from labs.kit.trace import Fault


def runs():
    """Few and many partitions and customers; each change early, late and twice, and all of them together."""
    for partitions in (1, 2, 6, 12):
        for customers in (1, 3, 8):
            for moments in ((), (0,), (7,), (20.5,), (21,), (4, 9, 9, 15)):
                changes = [("add", "partitions"), ("hot", CUSTOMERS[0]), ("second", "librdkafka")]
                for chosen in (changes[:1], changes[1:2], changes[2:], changes):
                    faults = [Fault(t, kind, who) for t in moments for kind, who in chosen]
                    yield produce(records=20, partitions=partitions, customers=customers, faults=faults)


def p(text):
    return [int(number) for number in re.findall(r"p(\d+)", text)]


def test_what_is_said_of_a_key_is_what_has_become_of_it():
    told = set()
    for trace in runs():
        records, said = trace.of("append"), draw_produce(trace).says
        for t, caption in said:
            before, now = [e for e in records if e.t < t], [e for e in records if e.t == t]
            if away := re.search(
                r"(\w+)'s order .* lands in (p\d+); the (one|ones) before (?:is|are) in (.*), and stay", caption
            ):
                mine = [e["partition"] for e in before if e["customer"] == away[1]]
                assert set(p(away[4])) == set(mine) and (away[3] == "one") == (len(mine) == 1), caption
                assert p(away[2]) == [now[0]["partition"]]
            if other := re.search(r"Another key, \w+, (another partition|and p\d+ once more)", caption):
                fresh = now[0]["partition"] not in [e["partition"] for e in before]
                assert fresh == other[1].startswith("another"), caption
            if again := re.search(r"(\w+) again: the same bytes, the same hash", caption):
                last = [e for e in before if e["customer"] == again[1]][-1]
                assert (last.who, last["partition"]) == (now[0].who, now[0]["partition"]), caption
            told |= {e for e in ("lands in", "another partition", "once more", "again: the same") if e in caption}
    assert len(told) == 4


def test_a_change_is_told_only_where_something_changes_and_the_end_comes_last():
    for trace in runs():
        said = draw_produce(trace).says
        assert "At the end" in said[-1][1] and not any("At the end" in caption for _, caption in said[:-1])
        if "Nothing tells" in said[-1][1]:
            three = any(len(partitions) > 2 for partitions in homes(trace).values())
            assert ("which of these" in said[-1][1]) == three, said[-1]
        sizes = [trace.settings["partitions"], *(e["partitions"] for e in trace.of("add"))]
        grown = len(re.findall(r"The topic has \d+ partitions now", " ".join(caption for _, caption in said)))
        assert grown == sum(before != after for before, after in pairwise(sizes))
        starts = sum("A librdkafka client starts, and writes" in caption for _, caption in said)
        assert starts == any(e.who == "librdkafka" for e in trace.of("append"))
        for t, caption in said:
            if "each order is most likely" in caption:
                assert trace.settings["customers"] > 1 and any(e.t >= t for e in trace.of("append"))


def test_sticky_leaves_after_a_batch_s_worth_whenever_the_batches_have_left():
    for batch in (1, 4, 15):
        for t, caption in draw_produce(produce(keyed=False, batch=batch, records=60, seed=1)).says:
            assert "is full" not in caption
            if "A batch's worth has gone to" in caption:
                assert (t - 1) % batch == 0


def test_round_robin_tells_what_has_become_of_the_first_batch_when_it_comes_back():
    for partitions in (1, 2, 4, 5, 6, 12):
        for batch in (1, 2, 4):
            trace = produce(keyed=False, keyless="round robin", partitions=partitions, batch=batch, records=24)
            ((t, caption),) = [(t, caption) for t, caption in draw_produce(trace).says if "turn again" in caption]
            assert t == partitions + 1 and caption.startswith(f"{partitions} s later it is p0's turn again.")
            left, alone = " left " in caption, batches(produce(keyed=False, keyless="round robin",
                partitions=partitions, batch=batch, records=partitions + 1)) == partitions + 1  # fmt: skip
            assert left == alone and ("after 5 s" in caption) == (left and batch > 1), caption


def test_the_end_of_a_run_without_keys_counts_its_batches():
    for how in ("sticky", "round robin"):
        for records, batch in ((1, 4), (24, 4), (24, 1), (60, 20)):
            trace = produce(keyed=False, keyless=how, records=records, batch=batch)
            said = re.search(r"At the end: (\d+) records?, in (\d+) batch", draw_produce(trace).says[-1][1])
            assert said and [int(n) for n in said.groups()] == [records, batches(trace)]


def test_the_busiest_partition_is_named_alone_only_if_it_is():
    even, one = (
        explore_keys(keyed=False, keyless=how, strikes=[]).table[1][1][0][0] for how in ("round robin", "sticky")
    )
    assert even == "none: each has 4 of 24 records" and re.fullmatch(r"p\d: \d+ of 24 records|.* each", one)


@pytest.mark.parametrize("idempotent", [False, True])
@pytest.mark.parametrize("in_flight", [1, 2, 5])
def test_every_loss_between_producer_and_broker_is_told_as_it_was(in_flight, idempotent):
    faults = [
        Fault(t, kind, f"b{batch}")
        for t in (0, 1.9, 3.3, 8)
        for kind in ("lose", "lose the answer to")
        for batch in (1, 2, 4)
    ]
    for struck in [[], *([one] for one in faults), *([one, two] for one in faults for two in faults[::3])]:
        trace = overtake(in_flight=in_flight, idempotent=idempotent, faults=struck)
        said, log = " ".join(caption for _, caption in draw_overtake(trace).says), log_of(trace)
        lost = [e for e in trace if e.get("lost")]
        assert len(lost) + len(trace.of("late")) == len(struck)  # none goes by without a word
        assert said.count("is lost") == len(lost) and "either" not in said
        for name in re.findall(r"The broker has written (b\d), and its answer is lost", said):
            assert int(name[1:]) in log
        refused = [e for e in lost if e.kind == "answer" and not e["well"]]
        assert said.count("Its answer is lost") == len(refused)
        assert ("without waiting for each other" in said) == (in_flight == 5)
        verdict = said.rpartition(": ")[2]
        assert verdict.startswith("in order" if sorted(log) == log else "out of order")
        for batch in set(log):
            assert (f"b{batch} " in verdict) == (log.count(batch) > 1), (verdict, log)
