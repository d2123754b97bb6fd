"""Lesson 06, going further: how many partitions and consumers a rate needs."""

from __future__ import annotations

from itertools import product
from math import ceil
from typing import Any

from labs.kafka.groups.capacity import Plan, busiest, capacity_plan
from labs.kit.exercise import Exercise, Wrong
from labs.kit.telling import show

Load = tuple[int, int, int]  # records a second: the rate, what one consumer processes, what one partition carries


def plan(rate: int, per_consumer: int, per_partition: int) -> Plan:
    """The plan that loads everybody up to the limit: no headroom, no growth."""
    return capacity_plan(rate, per_consumer=per_consumer, per_partition=per_partition, headroom=0)


def small_loads() -> list[Load]:
    """Loads for plans of a few machines, the smallest first."""
    loads = product((5, 10, 20, 30, 50, 60, 70, 100), (10, 20, 25, 30, 50), (10, 20, 30, 50, 100))
    return sorted(loads, key=lambda load: (load[0] / min(load[1:]), load))


def larger_loads() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    return st.tuples(st.integers(1, 2000), st.integers(10, 300), st.integers(10, 300))


def read_plan(case: Load, answer: Any) -> Plan:
    """A pair or a Plan as a Plan."""
    if isinstance(answer, Plan):
        answer = (answer.partitions, answer.consumers)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Wrong(f"It gave back {show(answer, 60)}: expected a pair, (partitions, consumers).")
    for what, number in zip(("partitions", "consumers"), answer, strict=True):
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole and not (isinstance(number, float) and number.is_integer()):
            raise Wrong(f"{show(number, 60)} {what}: expected a whole number.")
        if number < 1:
            raise Wrong(f"{number} {what}: there has to be at least one.")
    return Plan(int(answer[0]), int(answer[1]))


def partitions_carry(case: Load, plan: Plan) -> None:
    """No partition gets more than it can carry."""
    rate, _, per_partition = case
    if rate > plan.partitions * per_partition:
        raise Wrong(f"Each partition gets {rate / plan.partitions:.4g} a second and carries {per_partition}.")


def consumers_keep_up(case: Load, plan: Plan) -> None:
    """Not even the busiest consumer gets more than it can process."""
    rate, per_consumer, _ = case
    load = busiest(rate, plan.partitions, plan.consumers)
    if load > per_consumer:
        most = ceil(plan.partitions / plan.consumers)
        raise Wrong(f"The busiest reads {most} of {plan.partitions} partitions, {load:.4g} a second, and can do "
                    f"{per_consumer}.")  # fmt: skip


def nobody_idle(case: Load, plan: Plan) -> None:
    """There is a partition for every consumer."""
    if plan.consumers > plan.partitions:
        idle = plan.consumers - plan.partitions
        raise Wrong(f"{idle} of {plan.consumers} consumers {'has' if idle == 1 else 'have'} nothing to read.")


def no_partition_too_many(case: Load, planned: Plan) -> None:
    """The fewest partitions that do."""
    least = plan(*case).partitions
    if planned.partitions > least:
        raise Wrong(f"{planned.partitions} partitions, where {least} would do.")


def no_consumer_too_many(case: Load, plan: Plan) -> None:
    """For these partitions, the fewest consumers that keep up."""
    rate, per_consumer, _ = case
    fewer = [c for c in range(1, plan.consumers) if busiest(rate, plan.partitions, c) <= per_consumer]
    if fewer:
        raise Wrong(f"{plan.consumers} consumers, where {fewer[0]} would do.")


def _planned(wrong: Any, sentence: str, when: Any = lambda case, plan: True) -> Any:
    def recognise(case: Load, plan: Plan, right: Plan) -> str | None:
        partitions, consumers = wrong(*case)
        return sentence if plan == Plan(max(1, partitions), max(1, consumers)) != right and when(case, plan) else None

    return recognise


CAPACITY = Exercise(
    id="kafka-capacity",
    lesson="06",
    title="A capacity plan",
    points=2,
    reference=plan,
    cases=small_loads,
    strategy=larger_loads,
    shape="Gives back (partitions, consumers), whole numbers from 1 up",
    read=read_plan,
    properties=(
        ("No partition gets more than it can carry", partitions_carry),
        ("Not even the busiest consumer gets more than it can process", consumers_keep_up),
        ("No consumer is idle", nobody_idle),
        ("No partition too many", no_partition_too_many),
        ("No consumer too many", no_consumer_too_many),
    ),
    misconceptions=(
        _planned(
            lambda rate, c, p: (rate // min(c, p), rate // c),
            "Your plan rounds down, so the last few records have nobody to read them: round up, with `math.ceil`.",
        ),
        _planned(
            lambda rate, c, p: (rate // min(c, p) + 1, rate // c + 1),
            "Your plan adds one even where the division comes out even: `math.ceil` rounds up only when it has to.",
        ),
        _planned(
            lambda rate, c, p: (ceil(rate / p), ceil(rate / c)),
            "Your plan looks at what a partition carries and forgets that one consumer has to read it: consumers "
            "beyond the number of partitions are idle.",
            when=lambda case, plan: plan.consumers > plan.partitions,
        ),
        _planned(
            lambda rate, c, p: (ceil(rate / p), min(ceil(rate / p), ceil(rate / c))),
            "Your plan has fewer consumers than the rate needs, because there are too few partitions for more: a "
            "partition gives no more than its one consumer can process.",
            when=lambda case, plan: case[2] > case[1],
        ),
        _planned(
            lambda rate, c, p: (ceil(rate / min(c, p)), ceil(rate / c)),
            "Your plan is right on average. But partitions are not cut in two: where they do not divide evenly, "
            "somebody reads one more than others, and that one has to keep up.",
        ),
        _planned(
            lambda rate, c, p: (ceil(rate / min(c, p)), ceil(rate / min(c, p))),
            "Your plan gives every partition a consumer of its own. One consumer may read several, as long as it keeps "
            "up.",
        ),
        lambda case, plan, right: (
            "Your plan has the two numbers the other way round: partitions first, then consumers."
            if (plan.consumers, plan.partitions)
            == (right.partitions, right.consumers)
            != (plan.partitions, plan.consumers)
            else None
        ),
    ),
    hints=(
        "A partition is read by one consumer. So how much can flow through one partition? The smaller of what it "
        "carries and what a consumer processes.",
        "Partitions: the rate divided by that, rounded up (`math.ceil`).",
        "Consumers: try 1, 2, 3 … until the busiest one keeps up. It reads `math.ceil(partitions / consumers)` "
        "partitions, and each brings `rate / partitions`.",
    ),
    show_answer=lambda answer: f"({answer.partitions}, {answer.consumers})",
)
