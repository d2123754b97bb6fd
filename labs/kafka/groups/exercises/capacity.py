"""Lesson 06, going further: how many partitions and consumers a rate needs."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

from labs.kafka.groups.capacity import Plan, busiest, capacity_plan
from labs.kafka.groups.exercises import capacity_wrong as wrong
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import several, whole

Load = tuple[float, float, float]  # records a second: the rate, what one consumer processes, what one partition carries


def plan(rate: float, per_consumer: float, per_partition: float) -> Plan:
    """The plan that loads everybody up to the limit: no headroom, no growth."""
    return capacity_plan(rate, per_consumer=per_consumer, per_partition=per_partition, headroom=0)


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def small_loads() -> list[Load]:
    """Loads for plans of a few machines, the smallest first; then some whose rates are not whole numbers."""
    loads: list[Load] = list(product((5, 10, 20, 30, 50, 60, 70, 100), (10, 20, 25, 30, 50), (10, 20, 30, 50)))
    loads += product((0.5, 2.5, 7.5, 10.5), (0.75, 2.5, 10), (0.75, 2.5, 10))
    return sorted(filter(is_clear, loads), key=lambda load: (any(x % 1 for x in load), load[0] / min(load[1:]), load))


def larger_loads() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    return st.tuples(st.integers(1, 2000), st.integers(10, 300), st.integers(10, 300)).filter(is_clear)


def is_clear(load: Load) -> bool:
    """Whether the plan is the same in whatever order one multiplies and divides: no limit is met so exactly that the
    rounding of fractions decides.
    """
    rate, consumer, partition = map(Fraction, load)
    partitions = ceil(rate / min(consumer, partition))
    part = load[0] / partitions
    if ceil(load[0] / min(load[1:])) != partitions or floor(load[1] / part) != floor(consumer * partitions / rate):
        return False
    most = [ceil(partitions / consumers) for consumers in range(1, partitions + 1)]
    return all(
        (n * part > load[1]) == (n * load[0] / partitions > load[1]) == (n * rate > consumer * partitions) for n in most
    )


# ── what is asked of an answer ────────────────────────────────────────────────────────────────────────────────────────


def read_plan(case: Load, answer: Any) -> Plan:
    """A pair or a Plan as a Plan."""
    if isinstance(answer, Plan):
        answer = (answer.partitions, answer.consumers)
    partitions, consumers = several(answer, 2, "a pair, (partitions, consumers)")
    planned = Plan(
        whole(partitions, it="The partitions are", rounded=True), whole(consumers, it="The consumers are", rounded=True)
    )
    for what, number in (("partitions", planned.partitions), ("consumers", planned.consumers)):
        if number < 1:
            raise Wrong(f"{number} {what}: there has to be at least one.")
    return planned


def partitions_carry(case: Load, plan: Plan) -> None:
    """No partition gets more than it can carry."""
    rate, _, per_partition = case
    if rate > plan.partitions * per_partition:
        raise Wrong(f"Each partition gets {rate / plan.partitions:.4g} a second and can carry {per_partition:g}.")


def consumers_keep_up(case: Load, plan: Plan) -> None:
    """Not even the busiest consumer gets more than it can process."""
    rate, per_consumer, _ = case
    load = busiest(rate, plan.partitions, plan.consumers)
    if load > per_consumer * (1 + 1e-9):
        most, some = ceil(plan.partitions / plan.consumers), "partition" + "s" * (plan.partitions > 1)
        raise Wrong(
            f"The busiest consumer reads {most} of {plan.partitions} {some}: "
            f"{load:.4g} a second, and it can process {per_consumer:g}."
        )


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
    enough = [c for c in range(1, plan.consumers) if busiest(rate, plan.partitions, c) <= per_consumer * (1 + 1e-9)]
    if enough:
        raise Wrong(f"{plan.consumers} consumers, where {enough[0]} would do.")


def beware(case: Load) -> str | None:
    """What a loop over consumers that never keep up has missed."""
    _, consumer, partition = case
    if partition > consumer:
        return f"A partition could carry {partition:g} a second here, but its one consumer processes only {consumer:g}."
    return None


SMALLER = (
    "What flows through a partition is limited twice: by what it carries, and by what its one consumer processes. "
    "Take the smaller of the two."
)
WHOLE = "You count every partition as full. It brings only its share of the rate: `rate / partitions`."
ROUNDED_DOWN = "You round down, so the last few records have nobody to read them: round up, with `math.ceil`."
NEAREST = "You round to the nearest whole number, which may be too few: round up, with `math.ceil`."
PARTS = "A consumer cannot read a part of a partition: round down how many it can read."
MATCH = (
    "You look for numbers that divide evenly. First come the fewest partitions, then the fewest consumers that keep "
    "up, even if some of them read one more than others."
)

CAPACITY = Exercise(
    id="kafka-capacity",
    lesson="06",
    title="A capacity plan",
    points=2,
    reference=plan,
    cases=small_loads,
    strategy=larger_loads,
    shape="Returns (partitions, consumers), whole numbers from 1 up",
    read=read_plan,
    properties=(
        ("No partition gets more than it can carry", partitions_carry),
        ("Not even the busiest consumer gets more than it can process", consumers_keep_up),
        ("No consumer is idle", nobody_idle),
        ("No partition too many", no_partition_too_many),
        ("No consumer too many", no_consumer_too_many),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You cut the rates to whole numbers before you divide. Divide first, then round up.", wrong.cut_to_whole
        ),
        Mistake(
            "`(a + b - 1) // b` rounds up only where both are whole numbers, and rates need not be: use `math.ceil`.",
            wrong.rounded_as_whole,
        ),
        Mistake(
            "You want more even where the busiest consumer gets exactly what it can process. That is still enough: "
            "ask whether it gets more.",
            wrong.stricter,
        ),
        Mistake(
            "The busiest consumer reads the rounded-up number of partitions: `math.ceil(partitions / consumers)`.",
            wrong.luckiest,
        ),
        Mistake(PARTS, wrong.parts_of_a_partition),
        Mistake(PARTS, wrong.nearest_partitions),
        Mistake(WHOLE, wrong.full_partitions),
        Mistake(WHOLE, wrong.ratio_of_the_limits),
        Mistake(MATCH, wrong.partitions_that_match),
        Mistake(MATCH, wrong.consumers_that_match),
        Mistake(
            "You add partitions so that fewer consumers will do. The fewest partitions come first, and then the fewest "
            "consumers for these.",
            wrong.fewest_consumers_first,
        ),
        Mistake(
            "You are right on average. But partitions are not cut in two: where they do not divide evenly, somebody "
            "reads one more than others, and that one has to keep up.",
            wrong.on_average,
        ),
        Mistake(SMALLER, wrong.each_by_itself),
        Mistake(SMALLER, wrong.each_but_no_idle),
        Mistake(SMALLER, wrong.by_the_larger),
        Mistake(SMALLER, wrong.by_the_larger_alone),
        Mistake(SMALLER, wrong.by_the_consumer),
        Mistake(SMALLER, wrong.by_the_partition),
        Mistake(
            "You give every partition a consumer of its own. One consumer may read several, as long as it keeps up.",
            wrong.one_each,
        ),
        Mistake("You add one even where it divides evenly: `math.ceil` rounds up only when it has to.", wrong.one_more),
        Mistake("You plan one partition more than needed.", wrong.partition_to_spare),
        Mistake("You plan one consumer more than needed.", wrong.consumer_to_spare),
        Mistake(ROUNDED_DOWN, wrong.rounded_down),
        Mistake(ROUNDED_DOWN, wrong.partitions_rounded_down),
        Mistake(NEAREST, wrong.to_the_nearest),
        Mistake(NEAREST, wrong.partitions_to_the_nearest),
        Mistake("You have the two numbers the wrong way round: partitions first, then consumers.", wrong.swapped),
    ),
    hints=(
        "A partition is read by one consumer. So how much can flow through one partition? The smaller of what it "
        "carries and what a consumer processes.",
        "Partitions: the rate divided by that, rounded up (`math.ceil`).",
        "Consumers: try 1, 2, 3 … until the busiest one keeps up. It reads `math.ceil(partitions / consumers)` "
        "partitions, and each brings `rate / partitions`.",
    ),
    beware=beware,
    show_answer=lambda answer: f"({answer.partitions}, {answer.consumers})",
)
