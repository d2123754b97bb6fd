"""Parking: a record that failed holds its key, and the key's later records wait behind it, in order.

The consumer of the main topic and the redrive of what is parked are the same loop: the one begins with the keys that
are parked already, the other with none. (The pattern is known as ordered redirection; source: Confluent, "Error
Handling Patterns for Apache Kafka Applications", pattern 4.)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

Park = Callable[[Any, Any, Any], Any]  # `work_through`, or a learner's


def work_through(records: Iterable[Any], held: Collection[str], process: Callable[[Any], Any]) -> list[Any]:
    """Process in order what may be processed, and return, in order, what has to be parked.

    `held` are the keys that have a parked record. `process` raises where a record fails: it is parked, and holds its
    key. Records without a key (None) are in no order, so they hold nothing up.
    """
    parked, waiting = [], set(held)
    for record in records:
        if record.key in waiting:
            parked.append(record)
            continue
        try:
            process(record)
        except Exception:
            parked.append(record)
            if record.key is not None:
                waiting.add(record.key)
    return parked
