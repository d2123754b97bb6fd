"""Source: show the course's own, since the lesson never hides the algorithm; and gather the learner's, to be kept."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import re
import sys
import textwrap
import types
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]


class Code:
    """Some lines of Python with a heading. As Markdown, so that whoever shows it colours it in its own theme."""

    def __init__(self, text: str, heading: str, plain_heading: str) -> None:
        self.text, self._heading, self._plain = text.strip("\n"), heading, plain_heading

    def __repr__(self) -> str:
        return f"# {self._plain}\n{self.text}" if self._plain else self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        fence = "`" * (3 + ("```" in self.text))
        head = f"{self._heading}\n\n" if self._heading else ""
        return {"text/markdown": f"{head}{fence}python\n{self.text}\n{fence}\n", "text/plain": repr(self)}


def show_source(*things: Any) -> Code:
    """The real source of functions, classes or modules, with the place where each stands; what runs is what you read.

    A function of the learner's own is shown as it stands in its cell. What has no Python source is a TypeError.
    """
    if not things:
        raise TypeError("show_source() wants a function, a class or a module to show")
    texts, places = [], []
    for thing in things:
        target = inspect.unwrap(thing) if callable(thing) else thing
        try:
            lines, first = inspect.getsourcelines(target)
            file = Path(inspect.getsourcefile(target) or "").resolve()
        except (OSError, TypeError):
            name = getattr(thing, "__name__", None) or f"a value of type {type(thing).__name__}"
            raise TypeError(f"show_source(): {name} has no Python source to show") from None
        texts.append(textwrap.dedent("".join(lines)).strip("\n"))
        if file.is_relative_to(_ROOT / "labs"):
            # No link: JupyterLab serves the learner's folder only, and the labs lie outside.
            places.append(f"`{file.relative_to(_ROOT).as_posix()}`, line {max(first, 1)}")
    heading = " · ".join(dict.fromkeys(places))
    return Code("\n\n\n".join(texts), heading, heading.replace("`", ""))


def source_of(function: Any) -> str | None:
    """The source of a function with what it needs to run by itself: the imports, constants and helpers of its notebook.

    None where Python does not know the source.
    """
    found: dict[str, str] = {}  # name → its line or its source, in the order in which it was met
    text = _collect(function, found)
    if text is None:
        return None
    lines = [s for s in found.values() if not s.startswith(("def ", "class ", "@", "async "))]
    helpers = [s for s in found.values() if s.startswith(("def ", "class ", "@", "async "))]
    return "\n\n\n".join([*(["\n".join(sorted(lines))] if lines else []), *helpers, text])


def is_left_over(function: Any) -> bool:
    """Whether the cell that was run last has this function's name in it, as a definition, and never got that far.

    Then the function is what an earlier run of that cell has left: a cell with a syntax error defines nothing.
    """
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    cells = shell.user_ns.get("In", []) if shell is not None else []
    if len(cells) < 2 or shell.last_execution_succeeded or not isinstance(function, types.FunctionType):
        return False
    last = cells[-2]  # the one before that which is running now
    own = "".join(linecache.getlines(function.__code__.co_filename))
    return own.strip() != last.strip() and bool(re.search(rf"^(async )?def {function.__name__}\b", last, re.MULTILINE))


def _collect(thing: Any, found: dict[str, str]) -> str | None:
    try:
        thing = inspect.unwrap(thing)
        text = textwrap.dedent(inspect.getsource(thing)).strip("\n")
        tree = ast.parse(text)
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    spaces = getattr(thing, "__globals__", None) or vars(inspect.getmodule(thing) or builtins)
    own, home = getattr(thing, "__name__", ""), getattr(thing, "__module__", "")
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    inner = {n.id for n in names if isinstance(n.ctx, ast.Store)} | {
        n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)
    }
    for name in dict.fromkeys(n.id for n in names):
        if name in found or name in inner or name == own or name not in spaces:
            continue
        value = spaces[name]
        if isinstance(value, types.ModuleType):
            found[name] = f"import {value.__name__}" + (f" as {name}" if name != value.__name__ else "")
        elif isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
            origin, real = getattr(value, "__module__", None), getattr(value, "__qualname__", name)
            if origin != home:
                found[name] = f"from {origin} import {real}" + (f" as {name}" if name != real else "")
            else:
                found[name] = ""  # so that helpers which call each other are met once
                helper = _collect(value, found)
                del found[name]
                if helper is not None:
                    found[name] = helper
        elif _is_plain(value):
            found[name] = f"{name} = {value!r}"
    return text


def _is_plain(value: Any) -> bool:
    try:
        return len(repr(value)) < 2000 and bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
