"""Shadow traffic: the new system is asked as well, nobody sees its answer, and it must not write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

READS = ("GET", "HEAD")


class Difference(NamedTuple):
    """A request on which the two systems do not agree."""

    path: str
    old: str
    new: str


def shadow(
    requests: Iterable[tuple[str, str]], old: Callable[[str, str], str], new: Callable[[str, str], str]
) -> tuple[list[str], list[Difference]]:
    """What the users get for their requests (method, path), and where the new system would have answered otherwise."""
    answers, differences = [], []
    for method, path in requests:
        answer = old(method, path)
        answers.append(answer)
        if method not in READS:
            continue  # the write is suppressed: done twice, it would charge, mail or ship twice
        try:
            other = new(method, path)
        except Exception as failure:  # whatever happens over there, the user must not notice
            other = f"failed: {failure}"
        if other != answer:
            differences.append(Difference(path, answer, other))
    return answers, differences
