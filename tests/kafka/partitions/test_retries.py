"""A retry that overtakes: without idempotence the log can be out of order or hold something twice, with it never."""

import random

import pytest

from labs.kafka.partitions.retries import FAULTS, log_of, overtake
from labs.kafka.partitions.retries_picture import draw_overtake
from labs.kit.trace import Fault


def one(kind, **settings):
    return log_of(overtake(faults=[Fault(0, kind, "b2")], **settings))


def test_a_lost_batch_is_overtaken_and_a_lost_answer_means_twice():
    assert one("lose") == [0, 1, 3, 4, 2] and one("lose the answer to") == [0, 1, 2, 3, 4, 2]
    assert one("lose", in_flight=1) == [0, 1, 2, 3, 4] and one("lose the answer to", in_flight=1) == [0, 1, 2, 2, 3, 4]
    assert one("lose", idempotent=True) == one("lose the answer to", idempotent=True) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_lost_idempotence_keeps_order_and_nothing_is_missing_without_it(seed):
    rng = random.Random(seed)
    faults = [
        Fault(rng.choice([0, 1, 2, 3.5, 6]), rng.choice(FAULTS), f"b{rng.randint(1, 4)}")
        for _ in range(rng.randint(0, 6))
    ]
    for in_flight in (1, 2, 5):
        assert log_of(overtake(idempotent=True, in_flight=in_flight, faults=faults)) == [0, 1, 2, 3, 4]
        without = log_of(overtake(in_flight=in_flight, faults=faults))
        assert sorted(set(without)) == [0, 1, 2, 3, 4] and (in_flight > 1 or without == sorted(without))


def test_a_fault_strikes_what_is_under_way_or_else_what_is_next():
    assert log_of(overtake(faults=[Fault(1.0, "lose", "b2")])) == [0, 1, 3, 4, 2]  # sent at 0.4, there at 1.4
    under_way = overtake(faults=[Fault(0, "lose", "b2"), Fault(4.3, "lose", "b2")])
    assert [event.t for event in under_way.of("send") if event["batch"] == 2] == [0.4, 3.4, 6.4]
    late = overtake(faults=[Fault(5, "lose", "b1")])
    assert log_of(late) == [0, 1, 2, 3, 4] and [event.t for event in late.of("late")] == [5]
    assert draw_overtake(late).says[-1][1].startswith("b1 is acknowledged by now: nothing of it can be lost.")


def test_the_picture_ends_with_the_log_and_what_is_wrong_with_it():
    told = [draw_overtake(overtake(faults=[Fault(0, kind, "b2")])).says[-1][1] for kind in FAULTS]
    assert told[0] == "The log: b0, b1, b3, b4, b2: out of order."
    assert "out of order, and b2 is in it twice." in told[1]
    well = draw_overtake(overtake(idempotent=True, faults=[Fault(0, "lose", "b2")]))
    assert well.says[-1][1].endswith("in order, each once.")
    assert any("comes too early" in caption for _, caption in well.says)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"in_flight": 6}, "in_flight must be a whole number from 1 to 5"),
        ({"batches": 0}, "batches must be"),
        ({"idempotent": 1}, "idempotent must be True or False"),
        ({"faults": [Fault(0, "lose", "b9")]}, "there is no batch 'b9'"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings, told):
    with pytest.raises(ValueError, match=told):
        overtake(**settings)
