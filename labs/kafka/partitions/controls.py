"""A producer to play with: controls, faults and monitors around its picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labs.kafka.partitions.measures import batches, loads, split
from labs.kafka.partitions.partitioners import KEYLESS
from labs.kafka.partitions.picture import draw_produce
from labs.kafka.partitions.producing import CUSTOMERS, Choose, produce
from labs.kafka.partitions.records import CLIENTS
from labs.kit.guarding.fence import fenced
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace

CONTROLS = {
    control.name: control
    for control in (
        Control("partitions", 6, low=1, high=12),
        Control("customers", 4, low=1, high=len(CUSTOMERS)),
        Control("records", 24, low=1, high=60),
        Control("client", "Java", options=tuple(CLIENTS)),
        Control("keyed", True, label="records have keys"),
        Control("keyless", "sticky", options=KEYLESS, label="without a key"),
        Control("batch", 4, low=1, high=20, label="batch (records)"),
    )
}
STRIKES = {
    "add": Strike("add", "add 2 partitions", who=lambda trace: "partitions"),
    "hot": Strike("hot", "make this customer hot"),
    "second": Strike("second", "start a librdkafka client, too", who=lambda trace: "librdkafka"),
}


def _apart(trace: Trace) -> tuple[str, bool]:
    names = split(trace)
    return (", ".join(names), False) if names else ("none", True)


def _busiest(trace: Trace) -> str:
    counts = loads(trace)
    busiest = [f"p{n}" for n, count in enumerate(counts) if count == max(counts)]
    told = f"{max(counts)} of {sum(counts)} records"
    if len(busiest) == 1:
        return f"{busiest[0]}: {told}"
    if len(busiest) == len(counts):
        return f"none: each has {told}"
    return f"{' and '.join(busiest) if len(busiest) == 2 else f'{len(busiest)} alike'}: {told} each"


APART = ("customers in more than one partition", _apart)
BUSIEST = ("busiest partition", _busiest)
BATCHES = ("batches sent", lambda trace: str(batches(trace)))


def explore_keys(
    *controls: str,
    strikes: Sequence[str] = tuple(STRIKES),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    choose: Choose | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A producer to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `produce`: they set where a control begins, or hold what has no control. `choose` is a
    partitioner of the learner's own; it is fenced in, so a mistake in it is a sentence and not a dead picture.
    """
    shown = pick_controls(controls, CONTROLS, settings)
    run = fenced(produce, choose)

    def produced(**chosen: Any) -> Trace:
        return run(**{**settings, "choose": choose, **chosen})

    keyed = settings.get("keyed", True)
    return explore(
        produced, draw_produce, controls=shown, strikes=[STRIKES[name] for name in strikes],
        targets=(lambda trace: CUSTOMERS[: trace.settings["customers"]]) if "hot" in strikes else lambda trace: (),
        monitors=[APART, BUSIEST] if keyed else [BATCHES, BUSIEST],
        versus=versus, called=(lambda n: f"{n} partitions") if versus and versus[0] == "partitions" else None,
        faults=faults, seed=seed, after=after,
    )  # fmt: skip
