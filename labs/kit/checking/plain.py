"""Answers in plain form: built-in containers and scalars, and the course's own records; and their way over a pipe.

`plain` turns what a learner's function returned into that form: a numpy integer becomes an int, a defaultdict a dict,
so that both count as right, and nothing of the learner's own (an `__eq__`, a `__repr__`) is left to be run by a judge.
`tree` and `value` make of it what JSON can hold, and the other way round. That runs no code and changes no class, which
cannot be said of pickle, so it may come from a process that has run anything at all.
"""

from __future__ import annotations

import base64
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from importlib import import_module
from types import MappingProxyType
from typing import Any

MOST = 50_000  # values inside one answer; the course's own largest has some hundreds
DIGITS = 4300  # Python itself writes no longer number


class Unfit(Exception):
    """A value that cannot be put into plain form or sent; the message is a sentence for the learner."""


ENDLESS = "Its answer holds itself, or is nested without end."
TOO_LARGE = "Its answer is far too large to be looked at."


def plain(value: Any) -> Any:
    """The value in plain form. What has none (an object of a class of the learner's own) stays as it is."""
    try:
        return _plain(value, iter(range(MOST)))
    except RecursionError:
        raise Unfit(ENDLESS) from None


def _plain(value: Any, room: Iterator[int]) -> Any:
    if next(room, None) is None:
        raise Unfit(TOO_LARGE)
    kind = type(value)
    if kind is str or kind is bool or value is None or kind is float:
        return value
    if isinstance(value, Enum) and _is_ours(kind):
        return value
    for base, convert in _SCALARS:
        if isinstance(value, base):
            return convert(value)
    if kind.__module__.partition(".")[0] == "numpy" and hasattr(kind, "tolist"):
        return _plain(value.tolist(), room)
    if isinstance(value, tuple) and hasattr(kind, "_fields") and _is_ours(kind):
        return tuple.__new__(kind, (_plain(v, room) for v in tuple.__iter__(value)))
    for base, make in _CONTAINERS:
        if isinstance(value, base):
            return make(_plain(v, room) for v in base.__iter__(value))
    if isinstance(value, dict):
        return {_plain(k, room): _plain(v, room) for k, v in dict.items(value)}
    if isinstance(value, MappingProxyType):
        return {_plain(k, room): _plain(v, room) for k, v in value.items()}
    if _is_record(kind):
        return _record(kind, {f.name: _plain(getattr(value, f.name), room) for f in fields(value)})
    return value


def _whole(value: int) -> int:
    if value.bit_length() > DIGITS * 3.3:
        raise Unfit(f"Its answer holds a number of more than {DIGITS:,} digits.")
    return int.__int__(value)


_SCALARS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (int, _whole),
    (float, float.__float__),
    (str, str.__str__),
    (bytes | bytearray, lambda value: b"".join([value])),
)
_CONTAINERS: tuple[tuple[Any, Callable[[Iterable[Any]], Any]], ...] = (
    (list, list),
    (tuple, tuple),
    (set, set),
    (frozenset, frozenset),
    (deque, list),
)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("labs.")


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind) and _is_ours(kind)


def _record(kind: type, values: dict[str, Any]) -> Any:
    """A record of ours with these values, without a call of anything of its class."""
    made: Any = object.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


# ── over a pipe ───────────────────────────────────────────────────────────────────────────────────────────────────────


def tree(value: Any) -> Any:
    """A value in plain form as JSON has it: a container is a list of a word and of what it holds. Else Unfit."""
    try:
        return _tree(value)
    except RecursionError:
        raise Unfit(ENDLESS) from None


def _tree(value: Any) -> Any:
    kind = type(value)
    if kind in (str, int, float, bool) or value is None:
        return value
    word = _WORDS.get(kind)
    if word == "dict":
        return [word, *(part for key, held in value.items() for part in (_tree(key), _tree(held)))]
    if word == "bytes":
        return [word, base64.b64encode(value).decode()]
    if word == "range":
        return [word, value.start, value.stop, value.step]
    if word == "complex":
        return [word, value.real, value.imag]
    if word:
        return [word, *map(_tree, value)]
    where = [kind.__module__, kind.__qualname__]
    if isinstance(value, Enum) and _is_ours(kind):
        return ["enum", *where, value.name]
    if isinstance(value, tuple) and _is_ours(kind):
        return ["named", *where, *map(_tree, value)]
    if _is_record(kind):
        return ["record", *where, {f.name: _tree(getattr(value, f.name)) for f in fields(kind)}]
    raise Unfit(f"Its answer holds a value of type {kind.__name__}, which cannot be looked at: return plain values.")


_WORDS = {
    list: "list", tuple: "tuple", set: "set", frozenset: "frozenset", dict: "dict", bytes: "bytes", range: "range",
    complex: "complex",
}  # fmt: skip
_MAKERS: dict[str, Callable[..., Any]] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


def value(tree: Any) -> Any:
    """The value again; ValueError where this was not made by `tree`."""
    try:
        return _value(tree)
    except (LookupError, TypeError, AttributeError, ImportError, RecursionError) as problem:
        raise ValueError("this is no answer") from problem


def _value(tree: Any) -> Any:
    if not isinstance(tree, list):
        if isinstance(tree, dict):
            raise ValueError("this is no answer")
        return tree
    word, *parts = tree
    if word in _MAKERS:
        return _MAKERS[word](map(_value, parts))
    if word == "dict":
        values = list(map(_value, parts))
        return dict(zip(values[::2], values[1::2], strict=True))
    if word == "bytes":
        return base64.b64decode(parts[0])
    if word == "range":
        return range(*parts)
    if word == "complex":
        return complex(*parts)
    kind = _our_class(*parts[:2])
    if word == "enum" and issubclass(kind, Enum):
        return kind[parts[2]]
    if word == "named" and issubclass(kind, tuple):
        return tuple.__new__(kind, map(_value, parts[2:]))
    if word == "record" and _is_record(kind):
        names = [f.name for f in fields(kind)]
        return _record(kind, {name: _value(parts[2][name]) for name in names})
    raise ValueError(f"an answer cannot hold {word!r} {parts[:2]}")


def _our_class(module: str, name: str) -> type:
    """A class that the course itself defines."""
    if not module.startswith("labs."):
        raise ValueError(f"an answer cannot hold {module}.{name}")
    found: Any = sys.modules.get(module) or import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, type) or found.__module__ != module:
        raise ValueError(f"an answer cannot hold {module}.{name}")
    return found
