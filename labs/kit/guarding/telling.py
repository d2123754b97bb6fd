"""What a learner is told about their own code: the line, the exception, the endless loop, a value cut to size.

Nothing told here differs from run to run: no address, no time, no name of a temporary file.
"""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
import linecache
import re
import reprlib
import sys
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from types import CodeType, FrameType, TracebackType
from typing import Any

# Notebooks and debuggers rightly replace these; the rest belongs to nobody.
_OTHERS = {"input", "open", "breakpoint", "exit", "quit", "help", "display", "get_ipython", "copyright",
           "credits", "license"}  # fmt: skip
BUILTINS = {n: thing for n, thing in vars(builtins).items() if not n.startswith("_") and n not in _OTHERS}


def put_builtins_back() -> list[str]:
    """The names of the built-ins that were replaced or deleted; they are as they were again."""
    now = builtins.__dict__
    replaced = [name for name, thing in BUILTINS.items() if name not in now or now[name] is not thing]
    for name in replaced:
        now[name] = BUILTINS[name]
    return replaced


class LearnerError(Exception):
    """The learner's function did not come back with an answer. `.sentence` tells the learner why; it never holds an
    address, a time or a file name, so it reads the same in every run.

    `.kind`: "raised", "unfinished" (NotImplementedError), "time", "stuck", "interrupted", "lazy" or "builtin";
    `.line`: the line in the learner's cell, where there is one; `.exception`: the type's name, where one was raised.
    """

    def __init__(self, kind: str, sentence: str, line: int | None = None, exception: str = "") -> None:
        super().__init__(sentence)
        self.kind, self.sentence, self.line, self.exception = kind, sentence, line, exception


class _Show(reprlib.Repr):
    """repr, cut to size, the same in every run: sets in order, no addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 12
        self.maxstring = self.maxlong = self.maxother = 80
        self.maxlevel = 5
        self.fillvalue = "…"


def show(value: Any, room: int = 400) -> str:
    """The value as a learner would write it, cut after `room` characters."""
    try:
        text = scrub(_Show().repr(value))
    except Exception:  # a __repr__ that fails, an integer too long to be written
        text = f"a value of type {type(value).__name__}, which cannot be shown"
    return text if len(text) <= room else text[: room - 2] + " …"


def scrub(text: str) -> str:
    """The text without what changes from run to run: addresses, and the file that a notebook makes of a cell."""
    text = re.sub(r"0x[0-9a-fA-F]{8,}", "0x…", re.sub(r" at 0x[0-9a-fA-F]+", "", text))
    return re.sub(r"\S{0,200}ipykernel_\d+[/\\]\d+\.py|<ipython-input[^>]*>", "your cell", text)


def hidden_builtins(function: Callable[..., Any]) -> str:
    """A sentence, when a variable of the notebook hides a built-in that the function uses (`max = 3`); else empty."""
    spaces = getattr(inspect.unwrap(function), "__globals__", {})
    for name in _names(code_of(function)):
        if name in spaces and name in BUILTINS and spaces[name] is not BUILTINS[name]:
            it = show(spaces[name], 60)
            return f"In this notebook `{name}` is {it}, which hides Python's own: run `del {name}` and try again."
    return ""


def code_of(function: Any) -> CodeType | None:
    """The code of a function, however it is wrapped; of a class, its first method's."""
    while isinstance(function, partial):
        function = function.func
    if isinstance(function, type):
        function = next((f for f in vars(function).values() if inspect.isfunction(f)), None)
    code = getattr(inspect.unwrap(function), "__code__", None) if function is not None else None
    if code is None and function is not None:
        code = getattr(type(function).__call__, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _names(code: CodeType | None) -> list[str]:
    """The global names that a piece of code uses, inner functions included."""
    if code is None:
        return []
    here = [i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    return [*here, *(name for c in code.co_consts if isinstance(c, CodeType) for name in _names(c))]


def is_empty(function: Any) -> bool:
    """Whether the body is only `pass`, `...` or a docstring."""
    code = getattr(function, "__code__", None)
    steps = [i for i in dis.get_instructions(code) if i.opname not in ("RESUME", "NOP")] if code else []
    return bool(steps) and all(
        i.opname in ("LOAD_CONST", "RETURN_VALUE", "RETURN_CONST") and i.argval is None for i in steps
    )


def is_theirs(file: str, home: str | None) -> bool:
    """Whether code of this file is the learner's own: of the cell of their function, or of another of the notebook."""
    return file == home or "ipykernel_" in file or file.startswith("<ipython-input")


def home_of(function: Any) -> str | None:
    """The file that a learner's function stands in, which in a notebook is its cell."""
    code = code_of(function)
    return code.co_filename if code else None


def _place(file: str, line: int, home: str | None) -> str:
    text = linecache.getline(file, line).strip()
    where = f"line {line}" + (" of your cell" if file == home else " of another cell")
    return where + (f", `{text if len(text) <= 80 else text[:79] + '…'}`" if text else "")


_CALL = re.compile(r"\(\) (missing|takes|got) |not callable$")
"""How Python says that a call does not fit its function."""


def told(problem: BaseException, function: Callable[..., Any]) -> LearnerError:
    """What the learner is told about an exception of theirs."""
    home, found, given = home_of(function), None, ""
    trace: TracebackType | None = problem.__traceback__
    while trace is not None:
        if is_theirs(trace.tb_frame.f_code.co_filename, home):
            found, given = (trace.tb_frame.f_code.co_filename, trace.tb_lineno), _given(trace.tb_next)
        trace = trace.tb_next
    line = found[1] if found else None
    where = f"At {_place(*found, home)}: " if found else ""
    name = type(problem).__name__
    if isinstance(problem, LearnerError):
        return problem
    if isinstance(problem, NotImplementedError):
        return LearnerError("unfinished", f"{where}this part is still to be written.", line)
    if isinstance(problem, SystemExit | KeyboardInterrupt):
        return LearnerError("raised", f"{where}{name}. Give the answer back with `return`.", line, name)
    if isinstance(problem, RecursionError):
        # Where exactly the stack was full depends on the machine: name the function's first line instead.
        code = code_of(function)
        line = code.co_firstlineno if code else None
        where = f"At {_place(home, line, home)}: " if home and line else ""
        again = f"{where}RecursionError: it calls itself again and again, more deeply than Python allows."
        return LearnerError("raised", again, line, name)
    try:
        message = scrub(str(problem)[:1000])
    except Exception:
        message = ""
    message = message if len(message) <= 200 else message[:199] + "…"
    if found is None and isinstance(problem, ValueError) and message and _of_the_course(problem):
        return LearnerError("raised", _ended(message), exception=name)
    if found is None and isinstance(problem, TypeError):
        what = "It could not be called as it should" if _CALL.search(message) else "Its answer could not be used"
        return LearnerError("raised", f"{what}: {message}.", exception=name)
    hint = hidden_builtins(function)
    told = f"{where}{name}" + (f": {message}" if message else "")
    more = given if isinstance(problem, AttributeError | TypeError | LookupError) else ""
    return LearnerError("raised", _ended(told) + more + (f" {hint}" if hint else ""), line, name)


def _of_the_course(problem: BaseException) -> bool:
    """Whether a model of the course refuses an answer, which is no mistake in a line: its words are a sentence."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith("labs.")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _given(trace: TracebackType | None) -> str:
    """What a function of the course was given by the learner's line, when it failed on that: `sink.write(batch)`."""
    frame = trace.tb_frame if trace is not None else None
    if frame is None or not frame.f_globals.get("__name__", "").startswith("labs."):
        return ""
    code = frame.f_code
    names = [name for name in code.co_varnames[: code.co_argcount] if name != "self"]
    values = ", ".join(f"{name}={show(frame.f_locals[name], 60)}" for name in names if name in frame.f_locals)
    called = code.co_name.isidentifier() and not code.co_name.startswith("__")  # by its name, and not by an operator
    return f" (`{code.co_name}` was given {values}.)" if values and called else ""


Stack = Sequence[tuple[str, int]]  # (file, line) of each call that is under way, the outermost first


def stack_of(thread: int) -> Stack:
    """Where a thread of this process is at work: its outermost calls, as far as they can be seen from the innermost."""
    stack: deque[tuple[str, int]] = deque(maxlen=500)
    frame: FrameType | None = sys._current_frames().get(thread)
    for _ in range(20_000):
        if frame is None:
            break
        stack.appendleft((frame.f_code.co_filename, _line_of(frame)))
        frame = frame.f_back
    return list(stack)


def _line_of(frame: FrameType) -> int:
    """The line that a frame is at; where a step has none (the way back to an inner loop), the one before."""
    now: int | None = frame.f_lineno
    before = [line for start, _, line in frame.f_code.co_lines() if line is not None and start <= frame.f_lasti]
    return now if now is not None else (before[-1] if before else frame.f_code.co_firstlineno)


def going_round(stack: Stack, home: str | None) -> tuple[str, int | None]:
    """Where the learner's code goes round: in words, and the line. The outermost loop: the same in every run."""
    theirs = [(file, line) for file, line in stack if is_theirs(file, home)]
    for file, at in theirs:
        loops = _loops_around(file, at)
        if loops:
            return f": it was in the loop at {_place(file, loops[0], home)}", loops[0]
    return (f": it was at {_place(*theirs[0], home)}", theirs[0][1]) if theirs else ("", None)


def held_up(stack: Stack, home: str | None) -> tuple[str, int | None]:
    """The line of the learner's that called what does not come back: in words, and its number."""
    for file, line in reversed(stack):
        if is_theirs(file, home):
            return f" at {_place(file, line, home)}", line
    return "", None


def _loops_around(file: str, line: int) -> list[int]:
    """The first lines of the loops around a line, inside its function, the outermost first."""
    try:
        node: ast.AST = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return []
    loops: list[int] = []
    inside: ast.AST | None = node
    while inside is not None:
        node, inside = inside, None
        for child in ast.walk(node):
            spans = getattr(child, "lineno", line + 1) <= line <= (getattr(child, "end_lineno", 0) or 0)
            if child is not node and spans and isinstance(child, ast.For | ast.While | ast.AsyncFor | ast.FunctionDef):
                if isinstance(child, ast.FunctionDef):
                    loops = []
                else:
                    loops.append(child.lineno)
                inside = child
                break
    return loops
