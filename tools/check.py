"""Everything that a contributor wants to know about a lesson, in half a minute: `make check LESSONS=17`.

    python -m tools.check 17  lint, types, build (links, answers, …), its tests and the house's, its notebooks run again

The steps that went wrong are shown with what they said; the others only with the time they took.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

from tools.build import read_all
from tools.lesson import COPIES, ROOT, Lesson, LessonError
from tools.reach import tests_of

PYTEST = ("pytest", "-p", "tools.quick", "-q", "-n", "2", "--dist", "loadfile")
HOUSE = ("tests/test_house.py", "tests/notebooks/test_glossary.py")  # how long a function may be, which term is known
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=300")


class Step:
    """A command that runs beside the others, from the moment it is made."""

    def __init__(self, what: str, *module: str) -> None:
        self.what, self.began = what, time.perf_counter()
        command = [sys.executable, "-m", *module]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def passed(self) -> bool:
        """Wait for its end and tell of it."""
        said, _ = self.process.communicate()
        well = self.process.returncode == 0
        print(f"{'✓' if well else '✗'} {self.what} ({time.perf_counter() - self.began:.1f} s)", flush=True)
        if not well:
            print(said.rstrip(), flush=True)
        return well


def check(lessons: Sequence[Lesson]) -> bool:
    """Whether all is well with these lessons; what is not is printed."""
    names = [lesson.name for lesson in lessons]
    tests = sorted({test.relative_to(ROOT).as_posix() for lesson in lessons for test in tests_of(lesson)})
    notebooks = [lesson.target(copy).relative_to(ROOT).as_posix() for lesson in lessons for copy in COPIES]
    types = Step("types", "mypy")
    lint = Step("lint", "ruff", "check").passed()
    built = Step(f"build, links and answers of {', '.join(names)}", "tools.build", *names).passed()
    if built:
        asked = [*HOUSE, *tests, *notebooks]
        built = Step(" ".join(asked), *PYTEST, *NBVAL, *asked).passed()
    return all([types.passed(), lint, built])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    try:
        lessons, wrong = read_all(sys.argv[1:] if arguments is None else arguments, ROOT)
    except LessonError as e:
        lessons, wrong = [], [str(e)]
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 0 if not wrong and check(lessons) else 1


if __name__ == "__main__":
    sys.exit(main())
