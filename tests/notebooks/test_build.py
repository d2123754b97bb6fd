"""The build: the same to the byte each time, no more than is needed, and errors that say where."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import nbval.kernel
import pytest
from jupyter_client.manager import AsyncKernelManager, KernelManager

from tools import build as builder
from tools.build import build, check
from tools.layout import lay_out
from tools.lesson import COPIES, ROOT, LessonError, clear, lessons, read
from tools.reach import fingerprint, reached
from tools.validate import load

FRONT = "---\ntitle: T\nminutes: 1\nbuilds_on: []\n---\n\n"


def write(course: Path, *cells: str, front: str = FRONT) -> Path:
    """A lesson with these code cells, after a line of text."""
    path = course / "lessons" / "02_other.md"
    text = "".join(f"```{{code-cell}} ipython3\n{cell}\n```\n\n" for cell in cells)
    path.write_text(f"{front}Some text.\n\n{text}")
    return path


def line_of(path: Path, text: str) -> int:
    return next(n for n, line in enumerate(path.read_text().splitlines(), 1) if text in line)


def contents(root: Path) -> dict[str, bytes]:
    return {f"{copy}/{path.name}": path.read_bytes() for copy in COPIES for path in (root / copy).glob("*.ipynb")}


def test_two_builds_are_the_same_to_the_byte(built: Path, tmp_path: Path) -> None:
    assert build(root=built, into=tmp_path) == []
    assert contents(tmp_path) == contents(built)
    assert len(contents(built)) == 2


def test_only_what_changed_is_built(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(course, "print(1)")
    assert build(root=course) == []
    said = capsys.readouterr().out
    assert "notebooks/01_tiny.ipynb is up to date" in said
    assert "notebooks/02_other.ipynb built in" in said
    assert check(root=course) == []


def test_check_names_what_is_stale_and_runs_nothing(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "run", None)
    assert check(root=course) == []
    (course / "labs" / "kit" / "picture" / "scene.py").write_text("SCENE = 2\n")
    assert len(check(root=course)) == 2
    assert all("is stale: lessons/01_tiny.md or the labs" in sentence for sentence in check(root=course))
    write(course, "print(1)")
    assert "notebooks/02_other.ipynb: it has not been built yet: run make build" in check(["02"], root=course)


def test_check_finds_a_notebook_without_a_lesson(course: Path) -> None:
    (course / "lessons" / "01_tiny.md").rename(course / "lessons" / "03_renamed.md")
    assert "solutions/01_tiny.ipynb has no lesson: remove it, or add lessons/01_tiny.md" in check(root=course)


LABS = {
    "__init__.py": "",
    "kit/__init__.py": '_WHERE = {"play": "playing.player", "show": "figures", "check": "checks"}\n',
    "kit/playing/__init__.py": "",
    "kit/playing/player.py": 'SCRIPT = "player.js"\n',
    "kit/playing/player.js": "let x = 1",
    "kit/playing/unused.js": "let x = 1",
    "kit/figures.py": "",
    "kit/checks.py": "",
    "kit/trace.py": "",
    "shop/__init__.py": "",
    "shop/till.py": "def pay():\n    from labs.kit import trace\n",
    "shop/scenes/__init__.py": "",
    "shop/scenes/mine.py": "from labs.kit import play\nfrom labs.shop.till import pay\n",
    "shop/scenes/yours.py": "from labs.kit import show\n",
    "shop/room/exercises/__init__.py": "",
    "shop/room/exercises/mine.py": 'ID = "shop-one"\nfrom labs.shop.room.exercises import help\n',
    "shop/room/exercises/help.py": "",
    "shop/room/exercises/yours.py": 'ID = "shop-two"\n',
    "shop/counter/__init__.py": "",
    "shop/counter/exercises.py": 'ID = "shop-room"\nfrom labs.shop.counter import price\n',
    "shop/counter/price.py": "",
    "shop/counter/predictions.py": 'ID = "shop-guess"\nfrom labs.shop.counter import why\n',
    "shop/counter/why.py": "",
    "shop/till_claims/claims/__init__.py": 'LEDGER = Ledger("02")\n',
    "shop/till_claims/claims/one.py": 'ID = "shop-claim"\n',
    "shop/till_claims/claims/two.py": "",
    "shop/other/claims.py": 'LEDGER = Ledger("03")\nID = "shop-other"\n',
    "shop/other/predictions.py": 'ID = "shop-guess-more"\n',
    "kafka/__init__.py": "",
}
CELLS = (
    "%time\nimport labs.shop.scenes.mine as mine",
    ":exercise: shop-one\n\n### BEGIN SOLUTION\n### END SOLUTION",
    ':check: shop-one\n:points: 1\n\ncheck = print\ncheck("shop-one", 1)',
    ":exercise: shop-room\n\n### BEGIN SOLUTION\n### END SOLUTION",
    ':check: shop-room\n:points: 1\n\ncheck("shop-room", 1)',
    'predict("shop-guess")\nclaims_table("02")',
    'print(f"{mine:03}")',  # a width, and no claims_table("03")
)
# The kit's table of its words is among them: a new word makes no lesson stale.
NOT_REACHED = {
    "kit/__init__.py",
    "kit/playing/unused.js",
    "kit/figures.py",
    "kit/checks.py",
    "shop/scenes/yours.py",
    "shop/room/exercises/yours.py",
    "shop/other/claims.py",
    "shop/other/predictions.py",
} | {"kafka/__init__.py"}


@pytest.fixture
def with_labs(course: Path) -> Path:
    for name, code in LABS.items():
        (course / "labs" / name).parent.mkdir(parents=True, exist_ok=True)
        (course / "labs" / name).write_text(code)
    return course


@pytest.mark.parametrize("name", LABS)
def test_the_fingerprint_follows_what_a_lesson_reaches_and_nothing_else(with_labs: Path, name: str) -> None:
    path = write(with_labs, *CELLS)
    before = fingerprint(read(path, with_labs))
    changed = with_labs / "labs" / name
    changed.write_text(changed.read_text() + "\n")
    assert (fingerprint(read(path, with_labs)) == before) == (name in NOT_REACHED)


@pytest.mark.parametrize(
    ("cell", "reaches"),
    [
        ("from labs.kit import show", {"figures"}),
        ("from labs.kit import *", {"player", "figures", "checks"}),
        ("import labs.kit", {"player", "figures", "checks"}),
        ("from labs import kit", {"player", "figures", "checks"}),
        ("from labs.kit.trace import x", {"trace"}),
        ("from labs.kit import trace", {"trace"}),
        ("import labs.shop.till", {"trace"}),
        ("import labs.nowhere.at_all", set()),
        ("labs.kit.trace", set()),
        ("from labs.kit import (", set()),
    ],
)
def test_what_a_cell_imports_from_the_kit(with_labs: Path, cell: str, reaches: set[str]) -> None:
    found = reached(read(write(with_labs, cell), with_labs))
    assert {path.stem for path in found if "kit" in path.parts} - {"__init__"} == reaches


def test_an_exercise_whose_id_is_nowhere_spelt_out_may_be_in_any_module(with_labs: Path) -> None:
    cells = [cell.replace("shop-one", "shop-three") for cell in CELLS[1:3]]
    found = {path.name for path in reached(read(write(with_labs, *cells), with_labs))}
    assert {"mine.py", "yours.py", "help.py"} <= found


def test_the_labs_import_by_full_names() -> None:
    """Others are not followed."""
    modules = [path for path in (ROOT / "labs").rglob("*.py") if re.search(r"(?m)^\s*from \.", path.read_text())]
    assert modules == []


def test_the_fingerprint_follows_what_the_front_matter_names(course: Path) -> None:
    path = write(course, "print(1)", front=FRONT.replace("builds_on", "depends_on: [lessons/*.md]\nbuilds_on"))
    before = fingerprint(read(path, course))
    (course / "lessons" / "03_more.md").write_text(FRONT)
    assert fingerprint(read(path, course)) != before


def test_lessons_are_found_by_their_numbers(course: Path) -> None:
    write(course, "print(1)")
    (course / "lessons" / "notes.md").write_text("no lesson")
    assert [path.name for path in lessons(course)] == ["01_tiny.md", "02_other.md"]


def test_nothing_of_the_moment_is_kept(built: Path) -> None:
    nb = load(built / "notebooks" / "01_tiny.ipynb")
    assert nb.metadata.language_info == {"name": "python"}
    assert nb.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in nb.cells[:2]] == ["01-tiny-000", "01-tiny-001"]
    still = nb.cells[2].outputs[0]
    assert set(still.data) == {"text/plain", "text/html"}, "the picture stays, the widget view goes"
    assert "execution" not in nb.cells[1].metadata


def test_a_lesson_runs_without_its_builders_settings(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_OPEN", "1")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("COURSE_WORK", "mine")
    write(
        course,
        "import os\nprint([os.environ.get(n) for n in ('COURSE_OPEN', 'NBGRADER_EXECUTION')])\n"
        "print(os.environ['COURSE_WORK'] == 'mine', os.path.basename(os.getcwd()))",
    )
    assert build(["02"], root=course) == []
    (output,) = load(course / "notebooks" / "02_other.ipynb").cells[1].outputs
    assert output.text == "[None, None]\nFalse notebooks\n"


def test_clear_keeps_the_indent_and_the_lines_they_come_from() -> None:
    source = "def f():\n    ### BEGIN SOLUTION\n    a\n    b\n    ### END SOLUTION\n    return 1"
    assert clear(source) == [
        (0, "def f():"),
        (1, "    # YOUR CODE HERE"),
        (1, "    raise NotImplementedError()"),
        (5, "    return 1"),
    ]


FAILING = {
    "1 / 0": "cell 2: ZeroDivisionError: division by zero",
    "x = 1\n\ny = nobody  # here": "cell 2: NameError: name 'nobody' is not defined",
    "x = 1\ndef f(:  # here\n    pass": "cell 2: SyntaxError: invalid syntax",
    "import sys  # here\nprint('late', file=sys.stderr)": "cell 2 writes to stderr: late",
    "print('/home/ada/x')": "cell 2 shows a path of this machine (/home/ada), which differs elsewhere",
    ":tags: [raises-exception]\n\nprint(1)  # here": "cell 2 is tagged raises-exception, but raises nothing",
    "import os  # here\nos._exit(1)": "cell 2: the kernel died",
}


@pytest.mark.parametrize("cell", FAILING, ids=lambda cell: FAILING[cell].split(":")[-1])
def test_a_failing_cell_is_named_with_its_line(course: Path, cell: str) -> None:
    path = write(course, "ready = True", cell)
    before = contents(course)
    line = line_of(path, "# here" if "# here" in cell else cell)
    assert build(["02"], root=course) == [
        f"lessons/02_other.md, line {line}: {copy}, {FAILING[cell]}" for copy in sorted(COPIES)
    ]
    assert contents(course) == before, "what failed is not kept"


def test_a_line_is_found_below_a_removed_solution(course: Path) -> None:
    path = write(
        course,
        ":exercise: other-one\n\n### BEGIN SOLUTION\na = 1\nb = 2\nc = 3\n### END SOLUTION\nprint(a)",
        ':check: other-one\n:points: 1\n\ncheck = lambda *said: print("✓", *said)\ncheck("other-one", 1)',
    )
    (wrong,) = build(["02"], root=course)
    assert f"line {line_of(path, 'BEGIN')}: notebooks, cell 1: NotImplementedError" in wrong


def test_a_cell_that_takes_too_long(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "CELL_TIMEOUT", 1)
    path = write(course, "while True: pass")
    assert (
        f"line {line_of(path, 'while')}: notebooks, cell 1: the cell took longer than 1 s"
        in build(["02"], root=course)[0]
    )


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """`taken(2)`: to the next two kernels somebody takes one of their ports, before they do."""
    prepare, servers, left = KernelManager._async_pre_start_kernel, [], [0]

    async def slow(self: KernelManager, **how: object) -> object:
        prepared = await prepare(self, **how)
        if left[0]:
            left[0] -= 1
            servers.append(socket.create_server((self.ip, self.shell_port)))
        return prepared

    for manager in (KernelManager, AsyncKernelManager):
        monkeypatch.setattr(manager, "_async_pre_start_kernel", slow)
    yield lambda often: left.__setitem__(0, often)
    for server in servers:
        server.close()


def test_a_kernel_that_dies_before_the_first_cell_is_replaced(course: Path, taken: Callable[[int], None]) -> None:
    write(course, "print('there')")
    taken(1)
    assert build(["02"], root=course) == []
    taken(9)
    wrong = build(["02"], root=course, force=True)
    told = [f"lessons/02_other.md, line 1: {copy}: no kernel starts: Kernel died" for copy in sorted(COPIES)]
    assert [it[: len(sentence)] for it, sentence in zip(sorted(wrong), told, strict=True)] == told


def test_so_is_one_of_nbvals(taken: Callable[[int], None]) -> None:
    taken(1)
    manager, client = nbval.kernel.start_new_kernel()
    assert manager.is_alive()
    client.stop_channels()
    manager.shutdown_kernel(now=True)


# What a cell shows is sent by a thread that sleeps at first, while the kernel's answer, which is not to wait for it,
# goes ahead: so it is on a busy machine.
LATE = (
    "import sys, time\nfrom IPython import get_ipython\nsys.stdout.flush_timeout = sys.stderr.flush_timeout = 0\n"
    "get_ipython().kernel.iopub_thread.schedule(lambda: time.sleep({}))\n'late'"
)


def test_an_output_that_comes_late_is_waited_for(course: Path) -> None:
    write(course, LATE.format(5))  # nbclient, left to itself, waits for 4 s
    assert build(["02"], root=course) == []
    for copy in COPIES:
        (output,) = load(course / copy / "02_other.ipynb").cells[1].outputs
        assert output.data["text/plain"] == "'late'"


def test_an_output_that_never_comes_ends_the_build(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "CELL_TIMEOUT", 1)
    path = write(course, LATE.format(4))
    wrong = build(["02"], root=course)
    line = line_of(path, "import sys")
    assert f"line {line}: notebooks, cell 1: the cell took longer than 1 s" in wrong[0]
    assert not (course / "notebooks" / "02_other.ipynb").exists(), "a notebook without its output is not kept"


WRITTEN = {
    "unknown key": (":exersise: a-b\n\nx = 1", "unknown key 'exersise': a cell may say tags, reason, exercise"),
    "tag without a list": (":tags: hide-input\n\nx = 1", "tags are a list: write :tags: [hide-input]"),
    "empty tags": (":tags:\n\nx = 1", "tags are a list: write :tags: [hide-input]"),
    "unknown tag": (":tags: [skip]\n\nx = 1", "unknown tag 'skip': the known ones are raises-exception"),
    "no reason": (":tags: [nbval-ignore-output]\n\nx = 1", "nbval-ignore-output and :reason: go together"),
    "comment": ("# NBVAL_SKIP\nx = 1", "NBVAL comments hide an output"),
    "no end": (":exercise: a-b\n\n### BEGIN SOLUTION\nx = 1", "### BEGIN SOLUTION has no ### END SOLUTION after it"),
    "no begin": (":exercise: a-b\n\nx = 1\n### END SOLUTION", "### END SOLUTION has no ### BEGIN SOLUTION before it"),
    "nested": ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "stands inside a solution"),
    "not an exercise": ("### BEGIN SOLUTION\n### END SOLUTION", "in a cell that has no :exercise:"),
    "no solution": (":exercise: a-b\n\nx = 1", "the exercise a-b marks no solution"),
    "no points": (':check: a-b\n\ncheck("a-b", f)', "a check cell, and no other, says its :points:"),
    "odd points": (':check: a-b\n:points: many\n\ncheck("a-b", f)', "points are a whole number, not 'many'"),
    "no check": (":check: a-b\n:points: 1\n\ncheck('a-c', f)", 'is marked :check: a-b, but has no check("a-b", …)'),
    "no exercise": (':check: a-b\n:points: 1\n\ncheck("a-b", f)', "a-b is checked before its exercise"),
    "never checked": (":exercise: a-b\n\n### BEGIN SOLUTION\n### END SOLUTION", "the exercise a-b is never checked"),
    "odd name": (":exercise: a b\n\n### BEGIN SOLUTION\n### END SOLUTION", "'a b' cannot name an exercise"),
}


@pytest.mark.parametrize("slip", WRITTEN)
def test_a_slip_of_the_author_is_named(course: Path, slip: str) -> None:
    cell, says = WRITTEN[slip]
    (wrong,) = build(["02"], root=course) if write(course, cell) else []
    assert wrong.startswith("lessons/02_other.md, line ")
    assert says in wrong


FRONTS = {
    "": "line 1: the front matter has no title",
    "---\ntitle: T\nbuilds_on: []\n---\n": "line 1: the front matter does not say how many minutes",
    "---\ntitle: T\nminutes: '1'\nbuilds_on: []\n---\n": "line 3: the front matter does not say how many minutes",
    "---\ntitle: T\nminutes: 1\n---\n": "line 1: the front matter does not list what it builds on",
    "---\ntitle: T\nminutes: 1\nbuilds_on: [06]\n---\n": "line 4: the front matter does not list what it builds on",
    "---\ntitle: T\nminutes: 1\nbuilds_on: []\ndepends_on: x.md\n---\n": "line 5: the front matter does not list files",
    "---\ntitle: 06\nminutes: 1\nbuilds_on: []\n---\n": "line 2: to YAML, 06 is no text: put the title in quotes",
    "---\ntitle: 2026-01-31\n---\n": "line 2: to YAML, 2026-01-31 is no text",
    "---\nminutes: 1\ntitle: [\n---\n": "the front matter is not YAML: ",
    "---\ntitle: A: B\n---\n": "line 2: the front matter is not YAML: mapping values are not allowed here",
    "---\n- title\n---\n": "line 1: the front matter is not a table of keys",
}


@pytest.mark.parametrize("front", FRONTS, ids=lambda front: FRONTS[front].partition(": ")[2][:40])
def test_front_matter_that_lacks_something(course: Path, front: str) -> None:
    with pytest.raises(LessonError) as raised:
        read(write(course, "x = 1", front=front), course)
    assert FRONTS[front] in str(raised.value)


def test_an_unknown_lesson_is_named(course: Path) -> None:
    with pytest.raises(LessonError, match="there is no lesson '7'; there are 01_tiny"):
        build(["7"], root=course)


def test_tags_that_are_no_words(course: Path) -> None:
    with pytest.raises(LessonError, match=r"lessons/02_other.md: tags are a list of words: 1 is not"):
        read(write(course, ":tags: [1]\n\nx = 1"), course)


def test_an_answer_that_does_not_pass_its_own_check_is_refused(course: Path) -> None:
    path = course / "lessons" / "01_tiny.md"
    path.write_text(path.read_text().replace("return 2 * n", "return 3 * n"))
    (wrong,) = build(["01"], root=course)
    line = line_of(path, 'check("tiny')
    assert wrong == (
        f"lessons/01_tiny.md, line {line}: solutions, cell 4 checks tiny-double,"
        " and the lesson's own answer does not pass (✗ 0 of 1 hold tiny-double)"
    )


def test_how_lines_end_makes_nothing_stale(course: Path) -> None:
    for name in ("lessons/01_tiny.md", "labs/kit/picture/scene.py"):
        (course / name).write_bytes((course / name).read_bytes().replace(b"\n", b"\r\n"))
    assert check(root=course) == []


def test_the_cells_carry_what_nbgrader_needs(built: Path) -> None:
    nb = lay_out(read(built / "lessons" / "01_tiny.md", built), "solutions")
    exercise, check_cell = (cell.metadata["nbgrader"] for cell in nb.cells if "nbgrader" in cell.metadata)
    assert exercise == {
        "grade": False, "grade_id": "tiny-double", "locked": False, "schema_version": 3, "solution": True, "task": False
    }  # fmt: skip
    assert check_cell == {
        "grade": True, "grade_id": "check-tiny-double", "locked": True, "points": 2, "schema_version": 3,
        "solution": False, "task": False,
    }  # fmt: skip
