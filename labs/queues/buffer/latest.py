"""A queue that keeps only the newest report of each car."""

from __future__ import annotations

Report = tuple[str, int | str]  # which car, and where it is


def keep_latest(waiting: list[Report], report: Report) -> list[Report]:
    """The queue after one more report: it takes the place of an older one of the same car, or goes to the end.

    In the old one's place, so that a car that reports often is not sent to the back of the queue each time.
    """
    if any(car == report[0] for car, _ in waiting):
        return [report if car == report[0] else (car, place) for car, place in waiting]
    return [*waiting, report]
