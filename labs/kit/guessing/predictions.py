"""predict(…): ask first, show afterwards. A prediction is recorded, and then the outcome stands beside it.

    fifth = predict("kafka-fifth-consumer")
    explore(…, after=fifth)     # its live picture opens when the prediction is recorded

The question, its options, the answer and the reason stand in the `predictions.py` of the lesson's room (question.py):
in the cell they would give themselves away as soon as it is run. For a question that has no secret they can be given:

    predict("06-fifth", "What will a fifth consumer read?", ["A quarter", "Nothing"],
            answer=lambda: "Nothing", because="A partition is read by one member of the group: there is none left.")

The lock is there for the learner's sake and holds nobody up: it can be passed over, cells run without it, the still
shows the question, and `COURSE_OPEN=1` opens everything (an instructor's machine).
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakMethod

from labs.kit import progress
from labs.kit.card import QUIET, card, paragraph, rich
from labs.kit.guessing.question import find
from labs.kit.playing.live import SHARED, view

_HERE = Path(__file__).parent
_waiting: dict[str, set[Callable[[], Any]]] = {}
"""Prediction id → what waits for it, each behind a call that gives it, or None when it is gone. By id, since a cell
that is run again makes another Prediction, and what waits for the first is to open with either."""


def predict(
    prediction_id: str,
    question: str = "",
    options: Sequence[str] = (),
    *,
    answer: str | Callable[[], str] | None = None,
    because: str | Callable[[], str] = "",
) -> Prediction:
    """Ask for a prediction: with the id alone, that of this id in a room's `predictions.py`.

    `answer` is one of the options, or works it out from a run; `because` says why. Both are asked for only once there
    is a prediction. An id that nobody knows, a question without two different options, or an answer that is none of
    them is a ValueError.
    """
    if not question and answer is None:
        kept = find(prediction_id)
        if kept is None:
            family = prediction_id.partition("-")[0]
            raise ValueError(
                f"predict({prediction_id!r}): no predictions.py below labs/{family}/ has a Question of this id"
            )
        question, options, answer, because = kept.question, kept.options, kept.answer, kept.because
    if not isinstance(options, list | tuple) or len(set(options)) < max(2, len(options)):
        raise ValueError(f"predict({prediction_id!r}): give a list of two or more different options")
    if answer is None or (not callable(answer) and answer not in options):
        raise ValueError(f"predict({prediction_id!r}): the answer {answer!r} is none of the options")
    return Prediction(prediction_id, question, options, answer, because)


class Prediction:
    """See `predict`. `.answered` is true when what waits for the prediction may open; `.pick` is the option chosen."""

    _word = "your prediction"
    _call = "Run this cell to record your prediction, or to see the one that you recorded."

    def __init__(
        self, prediction_id: str, question: str, options: Sequence[str],
        answer: str | Callable[[], str], because: str | Callable[[], str], kind: str = "prediction",
    ) -> None:  # fmt: skip
        self.id, self.question, self.options = prediction_id, question, list(options)
        self._answer, self._because = answer, because
        self.pick: str | None = None
        kept = progress.predicted(prediction_id)
        self.widget = _widget_class()(
            question=question, options=self.options, kind=kind, answered=bool(os.environ.get("COURSE_OPEN"))
        )
        if kept == "" or kept in self.options:  # the options may have changed since
            self._tell(kept)
        self.widget.observe(self._picked, "picked")

    @property
    def answered(self) -> bool:
        """Whether it was answered, or passed over, or everything is open."""
        return bool(self.widget.answered)

    def when_answered(self, callback: Callable[[], Any]) -> None:
        """Call back once, as soon as this prediction is answered, in whichever run of its cell; at once, if it is.

        A bound method is forgotten together with its object; any other callable is kept until then.
        """
        if self.answered:
            callback()
            return
        waiting = _waiting.setdefault(self.id, set())
        waiting.add(WeakMethod(callback, waiting.discard) if inspect.ismethod(callback) else lambda: callback)

    def record(self, option: str | None) -> None:
        """Predict this option, as the button does; None looks without predicting. An unknown one is a ValueError."""
        if option is not None and option not in self.options:
            raise ValueError(f"{option!r} is none of the options: {', '.join(self.options)}")
        trouble = progress.record_prediction(self.id, option or "")
        self._tell(option or "")
        if trouble:
            self.widget.says = [*self.widget.says, trouble]

    def _picked(self, change: Any) -> None:
        number = change["new"]
        if not self.widget.told and (number == -2 or 0 <= number < len(self.options)):
            self.record(None if number == -2 else self.options[number])

    def _tell(self, pick: str) -> None:
        """Show the outcome beside the prediction, and open what waits for it."""
        self.pick = pick or None
        says, right = [], -1
        try:
            answer = self._answer() if callable(self._answer) else self._answer
            right = self.options.index(answer) if answer in self.options else -1
            says = ["You looked first this time." if not pick else "As you said." if pick == answer else "Not quite."]
            says += [] if right >= 0 else [f"What happens: {answer}."]
            says.append(self._because() if callable(self._because) else self._because)
            self.widget.shows = self._shows()
        except Exception as problem:
            says.append(f"The outcome could not be worked out ({type(problem).__name__}: {problem}).")
        with self.widget.hold_sync():
            self.widget.picked = self.options.index(pick) if pick else -2
            self.widget.right, self.widget.says, self.widget.told = right, [text for text in says if text], True
        self.widget.answered = True
        for waits in list(_waiting.pop(self.id, ())):
            if callback := waits():
                callback()

    def _shows(self) -> str:
        """HTML of our own making that stands below the outcome."""
        return ""

    def __repr__(self) -> str:
        said = f"{self._word.capitalize()}: {self.question}"
        return "\n".join([said, *(f"  ○ {option}" for option in self.options)])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live question; and as a still the question alone, the same whatever was answered."""
        data, metadata = view(self.widget, **kwargs)
        items = "".join(f"<li>○ {rich(option)}</li>" for option in self.options)
        body = [f'<ul style="list-style-type: none; padding-left: 4px; margin: 6px 0px">{items}</ul>']
        body.append(paragraph(self._call, QUIET))
        still = card("idle", self._word, self.question, body)
        return {**data, "text/html": still, "text/plain": repr(self)}, metadata


@cache
def _widget_class() -> Any:
    """The widget, made when the first prediction asks for it."""
    import anywidget
    import traitlets

    class PredictWidget(anywidget.AnyWidget):
        _esm = SHARED + (_HERE / "predict.js").read_text(encoding="utf-8")
        _css = _HERE / "predict.css"
        question = traitlets.Unicode().tag(sync=True)
        options = traitlets.List(traitlets.Unicode()).tag(sync=True)
        picked = traitlets.Int(-1).tag(sync=True)  # the option's number; -2: looked without predicting
        right = traitlets.Int(-1).tag(sync=True)  # unknown to the browser until `told`
        says = traitlets.List(traitlets.Unicode()).tag(sync=True)
        shows = traitlets.Unicode().tag(sync=True)  # HTML, below that
        kind = traitlets.Unicode("prediction").tag(sync=True)  # or "claim": which words the buttons have
        told = traitlets.Bool(False).tag(sync=True)
        answered = traitlets.Bool(False)  # whether what waits for it may open

    return PredictWidget
