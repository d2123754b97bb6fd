"""What a lesson reaches: the modules behind its cells, and so when its notebooks are stale and which tests are its own.

No code is run: the imports are read.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from labs.kit import rooms

if TYPE_CHECKING:
    from tools.lesson import Lesson

LAYOUT = 1
"""A part of the fingerprint: raise it when the build itself lays notebooks out differently."""
BESIDE = (".js", ".css", ".json")
KEPT = ("exercises", "predictions", "claims")
"""What the kit finds by its id, in the files of these names in a family's rooms."""
TABLE = "labs/kit/__init__.py"
"""Where the kit says which of its modules offers which word."""


def fingerprint(lesson: Lesson) -> str:
    """Changes when the lesson or a module that it reaches changes, and so tells whether a notebook is stale.

    A lesson that looks at other files too (the map of the course looks at the other lessons) lists them in its front
    matter: `depends_on: [lessons/*.md]`. The kit's table of its words does not count: what a lesson finds through it
    does, and a new word makes nothing stale. How the lines of a file end does not count either.
    """
    files = {lesson.path, *reached(lesson)}
    for pattern in lesson.front.get("depends_on", []):
        files.update(path for path in lesson.root.glob(pattern) if path.is_file())
    digest = hashlib.sha256(f"layout {LAYOUT}".encode())
    for path in sorted(files - {lesson.root / TABLE}):
        digest.update(f"\n{path.relative_to(lesson.root).as_posix()}\n".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def reached(lesson: Lesson) -> set[Path]:
    """The modules of labs/ that the lesson's cells import, those that these import, and so on.

    With them go the files that they name and that lie beside them (player.js).
    """
    offered = offered_by_kit(lesson.root)
    files, met = set[Path](), set[str]()
    todo = list(entered(lesson))
    while todo:
        name = todo.pop()
        path = None if name in met else file_of(name, lesson.root)
        met.add(name)
        if path is None or path in files:
            continue  # met before, or the name of something inside a module
        code = path.read_text(encoding="utf-8")
        files |= {path, *(near for near in path.parent.glob("*.*") if near.suffix in BESIDE and near.name in code)}
        todo += imported(code, offered)
    return files


def entered(lesson: Lesson) -> Iterator[str]:
    """The names in labs that the lesson's own cells import, and the modules in which they find something by its id."""
    offered = offered_by_kit(lesson.root)
    codes = [cell.source for cell in lesson.cells if cell.kind == "code"]
    for code in codes:
        yield from imported(code, offered)
    yield from found_by_id(dict.fromkeys(word for code in codes for word in words_in(code)), lesson.root)
    for cell in lesson.cells:
        if cell.check:
            yield from exercise_modules(cell.check, lesson.root)


def found_by_id(words: Iterable[str], root: Path) -> Iterator[str]:
    """The modules that spell out one of these: check("kafka-range", …), claim("queues-two"), claims_table("16").

    With a ledger of claims goes all that lies beside it.
    """
    labs = root / "labs"
    ledgers = {path: path.read_text(encoding="utf-8") for path in rooms.files("claims", labs=labs)}
    families: dict[str, dict[Path, str]] = {}
    for text in words:
        family = text.partition("-")[0]
        if family not in families:
            kept = [p for what in KEPT for p in rooms.files(what, family, labs)] if (labs / family).is_dir() else []
            families[family] = {path: path.read_text(encoding="utf-8") for path in kept}
        found = [path for path, code in families[family].items() if f'"{text}"' in code]
        for path in (path for path, code in ledgers.items() if f'Ledger("{text}"' in code):
            found += [path, *(path.parent.glob("*.py") if path.parent.name == "claims" else ())]
        yield from (module_of(path, root) for path in found)


@cache
def words_in(code: str) -> tuple[str, ...]:
    """The texts in this code that could be an id."""
    nodes = list(ast.walk(parsed(code)))
    parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}  # of f"{told:18}"
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and node not in parts}
    return tuple(text for text in texts if isinstance(text, str) and re.fullmatch(r"\w[\w-]*", text))


def tests_of(lesson: Lesson) -> list[Path]:
    """The tests that are the lesson's own: those of its rooms, and of what it imports from the floor above them.

    A room with exercises belongs to the lesson that checks them, and not to another that looks in. A family that has
    exercises of its own, and no rooms, is one room.
    """
    checked = [f'"{cell.check}"' for cell in lesson.cells if cell.check]
    labs, found = lesson.root / "labs", set[Path]()
    for name in entered(lesson):
        _, family, room, *_ = [*name.split("."), "", ""]
        if not room or family == "kit":
            continue
        if (labs / family / "exercises.py").exists():
            found.add(lesson.root / "tests" / family)
            continue
        asking = [path for path in rooms.files("exercises", family, labs) if path.parts[len(labs.parts) + 1] == room]
        codes = [path.read_text(encoding="utf-8") for path in asking]
        if not codes or any(exercise in code for exercise in checked for code in codes):
            tests = lesson.root / "tests" / family
            found |= {path for path in (tests / room, tests / f"test_{room}.py") if path.exists()}
    return sorted(found)


def file_of(name: str, root: Path) -> Path | None:
    """The file of a module, or of a package; None if this is the name of neither."""
    place = root.joinpath(*name.split("."))
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return path if path.is_file() else None


def exercise_modules(name: str, root: Path) -> list[str]:
    """Where check("kafka-range", …) finds its exercise: the file in a room of labs/kafka that spells the id out."""
    paths = rooms.files("exercises", name.split("-")[0], root / "labs")
    spelt = [path for path in paths if f'"{name}"' in path.read_text(encoding="utf-8")]
    return [module_of(path, root) for path in spelt or paths]


def module_of(path: Path, root: Path) -> str:
    """The name of the module in this file."""
    return ".".join(path.relative_to(root).with_suffix("").parts)


def imported(code: str, offered: dict[str, str]) -> Iterator[str]:
    """What this code imports from labs, also inside functions: modules, their packages, and names in them.

    A name that labs.kit offers stands for the module in which `offered` finds it too.
    """
    for name in names_imported(code):
        package, _, last = name.rpartition(".")
        if name.split(".")[0] == "labs":
            yield from parts_of(name)
        if name in ("labs.kit", "labs.kit.*"):
            yield from (part for module in offered.values() for part in parts_of(f"labs.kit.{module}"))
        elif package == "labs.kit" and last in offered:
            yield from parts_of(f"labs.kit.{offered[last]}")


@cache
def names_imported(code: str) -> tuple[str, ...]:
    """The dotted names that this code imports, in order. Many lessons reach the same file: it is read once."""
    found: list[str] = []
    for node in ast.walk(parsed(code)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        found += [f"{node.module}.{name}" for name in names] if isinstance(node, ast.ImportFrom) else names
    return tuple(found)


def parts_of(name: str) -> Iterator[str]:
    """A dotted name with all that it is in, the outermost first: a package is imported before what is in it."""
    return accumulate(name.split("."), "{}.{}".format)


def parsed(code: str) -> ast.Module:
    """The code as a tree, without IPython's own commands; of code that is none, an empty one, since it is not run."""
    try:
        return ast.parse(re.sub(r"(?m)^[%!].*", "", code))
    except SyntaxError:
        return ast.Module([], [])


def offered_by_kit(root: Path) -> dict[str, str]:
    """The table of what labs.kit imports only when it is asked for: name → module."""
    path = root / TABLE
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    tables = [n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "_WHERE"]
    return dict(ast.literal_eval(tables[0])) if tables else {}
