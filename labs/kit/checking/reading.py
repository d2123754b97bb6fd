"""What exercises read of an answer: a whole number, a number, True or False, a word, a list, pairs, several values.

Each reader gives the answer in one plain form, or raises Wrong with one sentence: "It returned X: expected Y." `what`
is the Y. `it` is how the sentence begins where X is only a part of the answer: "The workers are", "The list holds".
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from numbers import Integral, Real
from typing import Any

from labs.kit.checking.exercise import Wrong
from labs.kit.guarding.telling import show
from labs.kit.wording import listed

IT = "It returned"


def misread(answer: Any, what: str, it: str = IT) -> Wrong:
    """What is raised where an answer is of the wrong kind."""
    missing = " Is the `return` missing?" if answer is None and it == IT else ""
    return Wrong(f"{it} {show(answer, 60)}: expected {what}.{missing}")


def is_whole(answer: Any) -> bool:
    """Whether it is a whole number. numpy's are, and any other library's; True and False are not."""
    return isinstance(answer, Integral) and not isinstance(answer, bool)


def whole(answer: Any, what: str = "a whole number", it: str = IT, *, rounded: bool = False) -> int:
    """A whole number (`is_whole`) as an int.

    With `rounded`, 5.0 is one too: for what comes of dividing or of rounding, such as a number of workers, since
    `numpy.ceil` gives a float. Not for what something is found by (an offset, a partition, a bucket): no list has an
    entry 5.0.
    """
    if is_whole(answer) or (rounded and _is_number(answer) and answer % 1 == 0):
        return int(answer)
    raise misread(answer, what, it)


def number(answer: Any, what: str = "a number", it: str = IT) -> float:
    """A finite number as a float; True and False are none."""
    if not _is_number(answer):
        raise misread(answer, what, it)
    return float(answer)


def _is_number(answer: Any) -> bool:
    try:
        return isinstance(answer, Real) and not isinstance(answer, bool) and isfinite(answer)
    except OverflowError:  # a whole number that no float can hold
        return False


def truth(answer: Any, what: str = "True or False", it: str = IT) -> bool:
    """True or False; 0, 1 and None are neither."""
    if not isinstance(answer, bool):
        raise misread(answer, what, it)
    return answer


def word(answer: Any, words: Sequence[str], it: str = IT) -> str:
    """One of these words."""
    if not isinstance(answer, str) or answer not in words:
        raise misread(answer, listed((f'"{one}"' for one in words), "or"), it)
    return answer


def several(answer: Any, many: int, what: str, it: str = IT) -> tuple[Any, ...]:
    """So many values, as a tuple or a list."""
    if not isinstance(answer, tuple | list) or len(answer) != many:
        raise misread(answer, what, it)
    return tuple(answer)


def as_list(answer: Any, what: str, it: str = IT) -> list[Any]:
    """A list or a tuple as a list. A set is none, since it has no order."""
    if isinstance(answer, set | frozenset) and it == IT:
        raise Wrong(f"It returned a set, which has no order: expected {what}.")
    if not isinstance(answer, list | tuple):
        raise misread(answer, what, it)
    return list(answer)


def pairs(answer: Any, what: str, it: str = IT) -> list[tuple[Any, Any]]:
    """A list of pairs as a list of tuples."""
    found = as_list(answer, what, it)
    if not all(isinstance(one, tuple | list) and len(one) == 2 for one in found):
        raise misread(answer, what, it)
    return [(one[0], one[1]) for one in found]
