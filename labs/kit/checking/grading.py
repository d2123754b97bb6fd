"""A check that nbgrader runs: its card is shown, and what is earned is the cell's result, a number.

nbgrader gives a cell that raises or writes to stderr nothing, a cell whose result is a number that number, and any
other cell all of its points. So a function of the learner's that is called `check` as well would earn them all: before
each cell that checks an exercise, the course's own `check` takes its name back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from labs.kit.checking.report import Report

ASKED = "NBGRADER_EXECUTION"  # the variable that nbgrader sets


class NothingEarned(AssertionError):
    """Raised where no point is earned; in a notebook one line, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def hand_in(report: Report) -> Report:
    """Show the report's card and make its points the cell's result; NothingEarned where there are none."""
    from IPython.core.display_functions import display

    report.partial = True
    show: Any = display
    show(report)
    if report.earned == 0:
        points = report.exercise.points if report.exercise else 0
        worth = f"0 of {points} point{'s' * (points != 1)}: " if report.exercise else ""
        raise NothingEarned(worth + (report.failure.sentence if report.failure else report.verdict)[:200])
    report.result = True
    return report


def keep_name(check: Callable[..., Any]) -> None:
    """See to it that cells which check an exercise run this `check`; only where nbgrader runs the notebook."""
    if ASKED not in os.environ:
        return
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    if shell is None:
        return

    def before(info: Any) -> None:
        if re.match(r"\s*check\(\s*[\"'][a-z]+-[a-z0-9-]+[\"']", info.raw_cell or ""):
            shell.user_ns["check"] = check

    shell.events.register("pre_run_cell", before)
