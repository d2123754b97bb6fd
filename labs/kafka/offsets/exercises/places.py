"""Where to begin: the cases of the exercise, and what becomes of the records when consumers begin there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from labs.kafka.offsets.crashes import Try, every_crash
from labs.kafka.offsets.loops import process_then_commit
from labs.kit.checking.reading import is_whole

RECORDS = 4  # in the log of a takeover


@dataclass(frozen=True)
class Place:
    """Where does it begin, given these?"""

    committed: int | None
    log_start: int
    log_end: int
    reset: str

    @property
    def usable(self) -> bool:
        """Whether the committed offset is in the log."""
        return self.committed is not None and self.log_start <= self.committed <= self.log_end


@dataclass(frozen=True)
class Takeover:
    """Consumers read four records from `log_start` on, which the group has committed; after every crash there is,
    another one begins where the function says. The policy, whichever it is, need never be consulted.
    """

    log_start: int
    reset: str


Case = Place | Takeover


@dataclass(frozen=True)
class Begun:
    """An offset; or what became of the records in every crash."""

    offset: int | None = None
    tries: tuple[Try, ...] = field(default=(), compare=False)
    fates: tuple[Any, ...] = ()  # of the tries: what was lost, what was repeated


def small_cases() -> Iterator[Case]:
    """Offsets in the log, at its ends, and outside it, near and far, under every policy; then takeovers."""
    for log_start, log_end in ((0, 4), (0, 0), (2, 5), (7, 7), (9, 12)):
        inside = [offset for offset in (0, 3, log_start, log_end, log_end - 1) if log_start <= offset <= log_end]
        outside = [None, *([log_start - 1, 0] if log_start else []), log_end + 1, log_end + 9]
        for committed in dict.fromkeys([*inside, *outside]):
            for policy in ("earliest", "latest", "none"):
                yield Place(committed, log_start, log_end, policy)
    for log_start in (0, 8):
        for policy in ("earliest", "latest", "none"):
            yield Takeover(log_start, policy)


def larger_cases() -> Any:
    """A Hypothesis strategy."""
    from hypothesis import strategies as st

    def case(log_start: int, length: int, committed: int | None, reset: str) -> Place:
        return Place(committed, log_start, log_start + length, reset)

    policies = st.sampled_from(("earliest", "latest", "none"))
    return st.builds(case, st.integers(0, 120), st.integers(0, 120), st.none() | st.integers(0, 250), policies)


def call(function: Callable[..., Any], case: Case) -> Any:
    """The answer; or all that happens when consumers begin where it says."""
    if isinstance(case, Place):
        return function(case.committed, case.log_start, case.log_end, case.reset)

    def start(*place: Any) -> Any:
        offset = function(*place)
        return int(offset) if is_whole(offset) else offset

    settings: dict[str, Any] = dict(log_start=case.log_start, committed=case.log_start, reset=case.reset)
    return tuple(every_crash(process_then_commit, RECORDS, start=start, **settings))
