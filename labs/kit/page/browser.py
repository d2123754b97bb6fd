"""The course in a browser's page (Pyodide): what is not there, what stands in for it, and what is shown in its place.

A page has no sockets, no threads and no processes, and only those packages that are laid beside it. Tables, figures
and signatures have a stand-in of the kit's own (tables.py, sketch.py, signatures.py), under the names that lessons
import. A cell that needs a real system all the same says so in one sentence and shows what it answered when the
notebooks were built. No lesson has to know of it: `set_up` is called once, when the course is imported, and does
nothing outside of a page.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import sys
from importlib.resources import files
from typing import Any

from labs.kit.not_here import IN_A_PAGE, NO_THREAD, NotHere

STAND_INS = {"pandas": "labs.kit.page.tables"}
PACKAGES = {
    "confluent_kafka": "confluent-kafka", "cryptography": "cryptography", "jwt": "PyJWT", "matplotlib": "matplotlib",
    "numpy": "NumPy", "pandas": "pandas", "pika": "pika", "redis": "redis",
}  # fmt: skip
"""What can be missing, by its import. (PyJWT could be there; without cryptography it knows only HMAC.)"""
USUAL = (FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError)
"""What the file system says everywhere; every other OSError in a page is a system call that it does not have."""
SYSTEM = "This cell needs a real system (a server, a process or a thread), which a browser's page does not have."
GOES_ON = "This cell carries on from one that could not run in a browser's page."
ANSWERED = "This is what it answered when the course was built:"
NOTHING = "Where it runs it shows nothing."
NO_RECORD = "There is no recorded answer for it as it stands. On your own machine, `make lab` runs it."

_not_given: set[str] = set()
"""The names that cells would have given, had they run."""


def key(source: str) -> str:
    """The name under which a cell's recorded answer is kept."""
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def set_up() -> None:
    """In a page: let the stand-ins be found, and have a cell that cannot run answered from the record."""
    if not IN_A_PAGE:
        return
    for name, stand_in in STAND_INS.items():
        if name not in sys.modules and importlib.util.find_spec(name) is None:
            sys.modules[name] = importlib.import_module(stand_in)
    if "cryptography" not in sys.modules and importlib.util.find_spec("cryptography") is None:
        from labs.kit.page import signatures

        signatures.install()
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((Exception,), _answer)


def reason(problem: BaseException | None) -> str:
    """Why a page could not do this, in a sentence; empty where the cause is another."""
    while problem is not None:
        if isinstance(problem, ModuleNotFoundError) and (name := (problem.name or "").partition(".")[0]) in PACKAGES:
            return f"This cell needs the package {PACKAGES[name]}, which is not in this page."
        if isinstance(problem, NotHere) or (isinstance(problem, RuntimeError) and NO_THREAD in str(problem)):
            return SYSTEM
        # One that a lesson raises by itself, to play a fault, has no number of the system's.
        if isinstance(problem, OSError) and problem.errno is not None and not isinstance(problem, USUAL):
            return SYSTEM
        if isinstance(problem, NameError) and problem.name in _not_given:
            return GOES_ON
        problem = problem.__cause__ or problem.__context__
    return ""


def given(source: str) -> set[str]:
    """The names that a cell gives to those after it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
    return names


def recorded(source: str) -> list[dict[str, Any]] | None:
    """What the cell with this text put out when the notebooks were built; None where nothing is kept of it."""
    file = files("labs") / "recorded" / f"{key(source)}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _answer(shell: Any, kind: type, problem: BaseException, trace: Any, tb_offset: int | None = None) -> None:
    """What IPython calls when a cell raised something: the recorded answer, or what is always shown."""
    why, source = reason(problem), shell.user_ns.get("In", [""])[-1]
    if not why:
        shell.showtraceback((kind, problem, trace), tb_offset=tb_offset)
        return
    _not_given.update(given(shell.transform_cell(source)) - set(shell.user_ns))
    outputs = recorded(source)
    _show_sentence(f"{why} {NO_RECORD if outputs is None else ANSWERED if outputs else NOTHING}")
    for output in outputs or []:
        if "text" in output:
            print(output["text"], end="")
        else:
            shell.display_pub.publish(output["data"], {})


def _show_sentence(sentence: str) -> None:
    from IPython.display import display

    html = f'<p style="border-left: 4px solid #848d97; padding-left: 8px"><em>{sentence}</em></p>'
    display({"text/html": html, "text/plain": sentence}, raw=True)
