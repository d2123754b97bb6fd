"""A time limit where there are no threads, in a browser's page: the running code itself is made to look at the clock.

Python (3.12 and later) calls us where a loop goes round and where a function begins; past the time that raises, in the
learner's code only. One single call of a built-in cannot be stopped so, and outlasts its time.
"""

from __future__ import annotations

import sys
import time
from types import CodeType, FrameType
from typing import Any

from labs.kit.guarding.telling import LearnerError, going_round, home_of, is_theirs
from labs.kit.guarding.worker import Job, Stop

TOOL = 4  # of the numbers that Python keeps for tools, one that no other tool has taken as its own
_now = time.perf_counter  # which learner code may replace meanwhile


def run(job: Job, seconds: float, late_by: str) -> LearnerError | None:
    """Do a job, and stop it after so many seconds: None, or what is said then. See `worker.run`."""
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is None or monitoring.get_tool(TOOL) is not None:  # inside another job, which has its own limit
        job.run()
        return None
    home, began, found = home_of(job.learner), _now(), []  # type: ignore[var-annotated]

    def look(code: CodeType, *where: int) -> Any:
        if not is_theirs(code.co_filename, home):
            return monitoring.DISABLE
        if _now() - began > seconds:
            if not found:
                found.append(_stack())
            raise Stop
        return None

    events = monitoring.events.JUMP | monitoring.events.PY_START
    monitoring.use_tool_id(TOOL, "course")
    try:
        for event in (monitoring.events.JUMP, monitoring.events.PY_START):
            monitoring.register_callback(TOOL, event, look)
        monitoring.restart_events()
        monitoring.set_events(TOOL, events)
        job.run()
    except Stop:
        pass
    finally:
        monitoring.set_events(TOOL, 0)
        monitoring.free_tool_id(TOOL)
    job.spent = _now() - began
    if job.spent <= seconds:
        return None
    place, line = going_round(found[0], home) if found else ("", None)
    return LearnerError("time", f"{late_by}{place}. Is there a way out for every input?", line)


def _stack() -> list[tuple[str, int]]:
    """Where the code that called `look` is at work, the outermost call first."""
    stack: list[tuple[str, int]] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and len(stack) < 500:
        stack.append((frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return stack[::-1]
