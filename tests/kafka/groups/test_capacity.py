"""The capacity plan, held to a fluid simulation and to its own promises."""

import random
from math import inf

import pytest

from labs.kafka.groups import Plan, capacity_plan
from labs.kafka.groups.capacity import backlog, busiest, catch_up, idle, needed, throughput


def test_a_plan_that_divides_evenly():
    assert capacity_plan(1000, per_consumer=250, headroom=0) == Plan(partitions=4, consumers=4)
    assert capacity_plan(1000, per_consumer=250, headroom=0.5) == Plan(8, 8)


def test_partitions_are_planned_for_growth_consumers_for_today():
    assert capacity_plan(1000, per_consumer=500, headroom=0, growth=3) == Plan(partitions=6, consumers=2)


def test_the_slower_of_partition_and_consumer_sets_the_number_of_partitions():
    assert capacity_plan(1000, per_consumer=1000, per_partition=100, headroom=0) == Plan(10, 1)
    assert capacity_plan(1000, per_consumer=100, per_partition=1000, headroom=0) == Plan(10, 10)


def test_it_is_the_busiest_consumer_that_must_keep_up():
    # 5 partitions on 4 consumers: one of them reads 2, that is 400 of 1000, although the average is 250.
    assert busiest(1000, partitions=5, consumers=4) == 400
    assert capacity_plan(1000, per_consumer=300, per_partition=200, headroom=0) == Plan(partitions=5, consumers=5)


def test_a_plan_keeps_its_promise_and_one_less_would_break_it():
    for seed in range(500):
        rng = random.Random(seed)
        rate, per_consumer, per_partition = rng.uniform(1, 5000), rng.uniform(10, 500), rng.uniform(10, 500)
        headroom, growth = rng.choice([0, 0.2, 0.5]), rng.choice([1, 1.5, 3])
        plan = capacity_plan(
            rate, per_consumer=per_consumer, per_partition=per_partition, headroom=headroom, growth=growth
        )
        slack = 1 + 1e-6
        limit = (1 - headroom) * slack
        slowest = min(per_consumer, per_partition)
        assert rate * growth / plan.partitions <= slowest * limit
        if plan.partitions > 1:
            assert rate * growth / (plan.partitions - 1) > slowest * limit / slack**2
        assert busiest(rate, plan.partitions, plan.consumers) <= per_consumer * limit
        if plan.consumers > 1:
            assert busiest(rate, plan.partitions, plan.consumers - 1) > per_consumer * limit / slack**2
        assert idle(plan.partitions, plan.consumers) == 0


def test_rounding_does_not_cost_a_machine():
    assert needed(0.1 + 0.2, 0.1) == 3
    assert capacity_plan(70, per_consumer=10, headroom=0.3) == Plan(10, 10)


def test_more_consumers_than_partitions_are_idle_and_process_nothing_more():
    assert idle(partitions=4, consumers=5) == 1
    assert throughput(1000, 4, 5, per_consumer=100) == throughput(1000, 4, 4, per_consumer=100) == 400


def test_a_partition_carries_no_more_than_it_can():
    assert throughput(1000, 4, 4, per_consumer=300, per_partition=100) == 400
    assert backlog(2, 1000, 4, 4, per_consumer=300, per_partition=100) == 1200


def test_backlog_of_the_notes_60_in_15_out_grows_by_45_a_second():
    assert backlog(10, rate=60, partitions=1, consumers=1, per_consumer=15) == 450
    assert backlog(10, rate=60, partitions=4, consumers=4, per_consumer=15) == 0


def test_throughput_and_catch_up_agree_with_a_simulation_in_small_steps():
    for seed in range(20):
        rng = random.Random(seed)
        partitions, consumers, per_consumer = rng.randint(1, 9), rng.randint(1, 9), rng.uniform(50, 150)
        rate = rng.uniform(0.3, 1.3) * per_consumer * min(partitions, consumers)
        step, standstill, t, done, caught_up = 0.005, 3.0, 0.0, 0.0, inf
        waiting = [rate / partitions * standstill] * partitions
        while t < 60:
            for c in range(consumers):
                mine = range(c, partitions, consumers)
                can = per_consumer * step
                for p in mine:
                    waiting[p] += rate / partitions * step
                for p in sorted(mine, key=lambda p: -waiting[p]):
                    take = min(can, waiting[p])
                    waiting[p] -= take
                    can -= take
                    done += take if t >= 30 else 0
            t += step
            if caught_up == inf and max(waiting) < rate / partitions * step:
                caught_up = t
        formula = catch_up(standstill, rate, partitions, consumers, per_consumer=per_consumer)
        if formula < 25:
            assert caught_up == pytest.approx(formula, rel=0.05, abs=0.05)
            assert done / 30 == pytest.approx(
                throughput(rate, partitions, consumers, per_consumer=per_consumer), rel=0.01
            )
        elif formula == inf:
            assert caught_up == inf


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"rate": 0}, "rate must be a number above 0, and not 0"),
        ({"rate": float("nan")}, "rate must be a number above 0, and not nan"),
        ({"rate": "10"}, "rate must be a number above 0, and not '10'"),
        ({"rate": float("inf")}, "rate must be a number above 0, and not inf"),
        ({"per_consumer": None}, "per_consumer must be a number above 0, and not None"),
        ({"headroom": "0.3"}, "headroom is the share that stays free, .*, not 0.3"),
        ({"growth": [2]}, r"growth is how many times today's rate to plan for, 1 or more, not \[2\]"),
        ({"growth": float("inf")}, "growth is how many times today's rate to plan for, 1 or more, not inf"),
        ({"per_consumer": -1}, "per_consumer must be a number above 0, and not -1"),
        ({"per_partition": 0}, "per_partition must be a number above 0, and not 0"),
        ({"headroom": 1}, r"headroom is the share that stays free, from 0 up to \(not including\) 1, not 1"),
        ({"growth": 0.5}, "growth is how many times today's rate to plan for, 1 or more, not 0.5"),
    ],
)
def test_bad_input_is_one_clear_sentence(wrong, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        capacity_plan(**{"rate": 100, "per_consumer": 10, **wrong})


def test_no_consumers_is_one_clear_sentence():
    with pytest.raises(ValueError, match=r"^there must be 1 or more consumers, and not 0$"):
        throughput(10, partitions=1, consumers=0, per_consumer=1)
    for odd in (None, "2", 1.5, True):
        with pytest.raises(ValueError, match=r"^there must be 1 or more partitions, and not"):
            throughput(10, partitions=odd, consumers=1, per_consumer=1)
