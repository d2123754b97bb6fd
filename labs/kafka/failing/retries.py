"""The retry loop: try a record again as long as that can help, wait longer each time, and give up at a limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kafka.failing.records import Permanent


def try_record(
    process: Callable[[Any], Any], record: Any, tries: int, first: float, longest: float, sleep: Callable[[float], Any]
) -> Exception | None:
    """Process a record, in `tries` tries at most; None when it is done, else the exception of the last try.

    Between two tries it sleeps: `first` seconds, then twice as long each time, but never longer than `longest`. What
    is Permanent is not tried again.
    """
    pause = first
    for left in reversed(range(tries)):
        try:
            process(record)
            return None
        except Permanent as problem:
            return problem
        except Exception as problem:
            if not left:
                return problem
        sleep(min(pause, longest))
        pause *= 2
    raise ValueError(f"a record has to be tried once at least, and not {tries} times")
