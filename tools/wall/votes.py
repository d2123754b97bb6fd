"""The votes of a class: how many for each option of each question. Nothing else is kept, and that only in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from labs.kit.guessing.question import Question


class VoteError(Exception):
    """Why a vote was not counted, in one sentence."""


class Votes:
    """The counts for a lesson's questions."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = {question.id: question for question in questions}
        self._counts = {question.id: [0] * len(question.options) for question in questions}
        self._one_at_a_time = threading.Lock()

    def vote(self, question: str, option: int, instead: int | None = None) -> None:
        """Count one vote for the option with this number, from 0; `instead` of which one, if a mind was changed.

        Raises VoteError for a question or an option that there is not.
        """
        counts = self._counts.get(question)
        if counts is None:
            raise VoteError(f"This lesson has no question {question!r}.")
        for number in (option, instead):
            if number is not None and (type(number) is not int or not 0 <= number < len(counts)):
                raise VoteError(f"{question} has no option {number!r}: there are {len(counts)}, counted from 0.")
        with self._one_at_a_time:
            if instead is not None and counts[instead]:
                counts[instead] -= 1
            counts[option] += 1

    def counts(self, question: str) -> list[int]:
        """How many votes each option has."""
        with self._one_at_a_time:
            return list(self._counts[question])

    def answer(self, question: str) -> tuple[int, str]:
        """The number of the right option, and why: from a run, where it takes one."""
        asked = self.questions[question]
        right = asked.answer() if callable(asked.answer) else asked.answer
        return list(asked.options).index(right), asked.because() if callable(asked.because) else asked.because
