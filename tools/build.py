"""Build the lessons: `lessons/*.md` become `notebooks/*.ipynb`, to learn with, and `solutions/*.ipynb`, the answers.

    python -m tools.build                  build what has changed since
    python -m tools.build 06 00            only these lessons
    python -m tools.build --force          build everything again
    python -m tools.build --check          run nothing, only say which notebooks are stale

Both copies are run from top to bottom and kept with what came out, the same to the byte every time: nothing that
depends on the moment, the machine or chance is kept. A cell that raises, warns or takes longer than a minute ends the
build of its notebook with a sentence that names the lesson, the cell and the line in the .md.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.layout import lay_out, source_of
from tools.lesson import COPIES, ROOT, Lesson, LessonError, lessons, read
from tools.places import places
from tools.validate import first_line, load, problems
from tools.views import strip_views

CELL_TIMEOUT = 60
"""Seconds that one cell may take."""
WORKERS = 2
"""Notebooks that are run at the same time."""


def build(names: Sequence[str] = (), *, root: Path = ROOT, into: Path | None = None, force: bool = False) -> list[str]:
    """Build the lessons of these names (all, if none is given) and return what went wrong, a sentence each.

    Only what is missing or stale is built, unless `force` says otherwise. The notebooks go to the folders of the
    course, or to folders of the same names in `into`.
    """
    jobs: list[tuple[Lesson, str]] = []
    good, wrong = read_all(names, root)
    for lesson in good:
        for copy in COPIES:
            if not force and not into and not stale(lesson, copy):
                print(f"{copy}/{lesson.name}.ipynb is up to date")
            else:
                jobs.append((lesson, copy))
    return wrong + sorted(asyncio.run(run_all(jobs, into or root)))


def check(names: Sequence[str] = (), *, root: Path = ROOT) -> list[str]:
    """Look, without running anything, whether the notebooks are built from the lessons as they are; say what is not."""
    good, wrong = read_all(names, root)
    for lesson in good:
        for copy in COPIES:
            wrong += [f"{copy}/{lesson.name}.ipynb: {problem}" for problem in stale(lesson, copy)]
    if not names:
        known = {path.stem for path in lessons(root)}
        for copy in COPIES:
            for path in sorted((root / copy).glob("*.ipynb")):
                if path.stem not in known:
                    wrong.append(f"{copy}/{path.name} has no lesson: remove it, or add lessons/{path.stem}.md")
    return wrong


def read_all(names: Sequence[str], root: Path) -> tuple[list[Lesson], list[str]]:
    """The lessons of these names that can be read, and a sentence for each that cannot."""
    good: list[Lesson] = []
    wrong: list[str] = []
    for path in chosen(names, root):
        try:
            good.append(read(path, root))
        except LessonError as e:
            wrong.append(str(e))
    return good, wrong


def chosen(names: Sequence[str], root: Path) -> list[Path]:
    """The lessons of these names; `06`, `06_kafka_groups` and `lessons/06_kafka_groups.md` are one."""
    known = lessons(root)
    if not names:
        return known
    picked = []
    for name in names:
        stem = Path(name).stem
        found = [path for path in known if path.stem == stem or path.stem.split("_")[0] == stem]
        if not found:
            raise LessonError(f"there is no lesson {name!r}; there are {', '.join(p.stem for p in known) or 'none'}")
        picked += found
    return picked


def stale(lesson: Lesson, copy: str) -> list[str]:
    """Why this notebook must be built again; nothing, if it need not."""
    try:
        return problems(load(lesson.target(copy)), copy, lesson)
    except ValueError as e:
        return [str(e)]


async def run_all(jobs: Sequence[tuple[Lesson, str]], into: Path) -> list[str]:
    """Run these notebooks, a few at a time, and keep those in which nothing went wrong."""
    turn = asyncio.Semaphore(WORKERS)
    wrong: list[str] = []

    async def one(lesson: Lesson, copy: str) -> None:
        async with turn:
            began = time.perf_counter()
            try:
                nb = await run(lesson, copy)
            except LessonError as e:
                wrong.append(str(e))
                return
            write(nb, into / copy / f"{lesson.name}.ipynb")
            print(f"{copy}/{lesson.name}.ipynb built in {time.perf_counter() - began:.1f} s", flush=True)

    await asyncio.gather(*(one(lesson, copy) for lesson, copy in jobs))
    return wrong


async def run(lesson: Lesson, copy: str) -> Any:
    """This copy of a lesson with its cells run and only what is always the same kept of the outputs."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    nb = lay_out(lesson, copy)
    started: list[int] = []
    here = lesson.root / copy
    here.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="course-") as work:
        client = NotebookClient(
            nb,
            timeout=CELL_TIMEOUT,
            iopub_timeout=CELL_TIMEOUT,  # else an output that comes late, on a busy machine, is left out without a word
            raise_on_iopub_timeout=True,
            kernel_name="python3",
            resources={"metadata": {"path": str(here)}},
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,  # else the moment decides how printed text is cut up
            on_cell_start=lambda cell, cell_index: started.append(cell_index),
        )
        try:
            # A kernel's own log is noise here; what a cell writes to stderr arrives as an output all the same.
            await execute(client, started, env=environment(Path(work)), stderr=subprocess.DEVNULL)
        except CellExecutionError as e:
            raise failure(lesson, copy, started[-1], f"{e.ename}: {e.evalue}", e.traceback) from e
        except CellTimeoutError as e:
            raise failure(lesson, copy, started[-1], f"the cell took longer than {CELL_TIMEOUT} s") from e
        except DeadKernelError as e:
            raise failure(lesson, copy, started[-1], "the kernel died") from e
        except RuntimeError as e:
            raise lesson.error(1, f"{copy}: no kernel starts: {first_line(str(e))}") from e
    clean(nb)
    for problem in problems(nb, copy, lesson):
        named = re.match(r"cell (\d+) ", problem)
        lines = [cell.line for cell in lesson.cells if cell.kind == "code"]
        raise lesson.error(lines[int(named[1]) - 1] if named else 1, f"{copy}, {problem}")
    return nb


async def execute(client: Any, started: Sequence[int], **how: Any) -> None:
    """Run the cells. A kernel is given ports that were free a moment ago; where somebody has taken one of them since,
    it ends before the first cell, and another one is started.
    """
    for last in (False, True):
        try:
            await client.async_execute(**how)
            return
        except RuntimeError:
            atexit.unregister(client._cleanup_kernel)  # which nbclient leaves there
            if started or last:
                raise


def environment(work: Path) -> dict[str, str]:
    """The environment a lesson is run in: this one, without the settings of the person who happens to build.

    What a learner writes goes to a throwaway folder, predictions are locked, and Jupyter, IPython and matplotlib look
    at no one's own configuration.
    """
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    return env | places(work / "own") | {"COURSE_WORK": str(work), "MATPLOTLIBRC": os.devnull}


UNSET = (
    "COURSE_OPEN",
    "NBGRADER_EXECUTION",
    "KAFKA_BOOTSTRAP",
    "RABBITMQ_URL",
    "REDIS_URL",
    "MPLBACKEND",
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
)


def clean(nb: Any) -> None:
    """Take out what only lives with a kernel, or is not the same in the next run."""
    strip_views(nb)
    nb.metadata.language_info = {"name": "python"}  # running a notebook adds Python's version
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            output.pop("transient", None)
            if output.output_type == "error":  # the frames name files of this machine
                output.traceback = [f"{output.ename}: {output.evalue}"]


def failure(lesson: Lesson, copy: str, index: int, what: str, traceback: str = "") -> LessonError:
    """What went wrong when the cell at this index was run, and on which line of the .md."""
    cell = lesson.cells[index]
    number = sum(c.kind == "code" for c in lesson.cells[: index + 1])
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    what = re.sub(r" \(\d+\.py, line \d+\)$", "", what)  # where IPython keeps a cell with a syntax error
    lines = [line for line, _ in source_of(cell, copy)]
    places = re.findall(rf"Cell In\[{number}\], line (\d+)", plain)
    line = lines[min(int(places[-1]), len(lines)) - 1] if places else cell.line
    return lesson.error(line, f"{copy}, cell {number}: {first_line(what)}")


def write(nb: Any, path: Path) -> None:
    """Keep a notebook: all of it or, if we are stopped halfway, none."""
    import nbformat

    nbformat.validate(nb)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(nbformat.writes(nb, version=4) + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.build", description="Build the lessons into notebooks.")
    parser.add_argument("names", nargs="*", help="lessons to build (06, or 06_kafka_groups); all, if none is named")
    parser.add_argument("--force", action="store_true", help="build what is up to date, too")
    parser.add_argument("--check", action="store_true", help="run nothing; say which notebooks are stale")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    try:
        wrong = check(options.names) if options.check else build(options.names, force=options.force)
        if not options.check:
            for pages in ("tools.claims", "tools.notes"):
                subprocess.run([sys.executable, "-m", pages], check=True, cwd=ROOT, env=environment(ROOT))
    except LessonError as e:
        wrong = [str(e)]
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if options.check and not wrong:
        print(f"The notebooks are fresh (looked at in {time.perf_counter() - began:.1f} s).")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
