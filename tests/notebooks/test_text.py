"""What a text cell may hold: nothing that JupyterLab shows otherwise than it was meant, and no link to nowhere."""

from pathlib import Path

import pytest

from tools.lesson import LessonError, read
from tools.text import headings

FRONT = "---\ntitle: T\nminutes: 1\nbuilds_on: []\n---\n"
CELL = "```{code-cell} ipython3\nx = 1\n```\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two lessons, and beside them a picture and a module."""
    for name in ("lessons", "notebooks", "labs"):
        (tmp_path / name).mkdir()
    (tmp_path / "notebooks" / "there.png").write_bytes(b"")
    (tmp_path / "labs" / "code.py").write_text("")
    (tmp_path / "lessons" / "07_offsets.md").write_text(f"{FRONT}\n# Offsets\n\n## The `lag` of a *group*\n\n{CELL}")
    return tmp_path


def said_of(course: Path, text: str, *, line: int = 8) -> str:
    """What is said of this text in a lesson, without the place; the place must be this line."""
    path = course / "lessons" / "02_other.md"
    path.write_text(f"{FRONT}\n## My heading\n{text}\n\n{CELL}", encoding="utf-8")
    try:
        lesson = read(path, course)
    except LessonError as e:
        place, _, what = str(e).partition(": ")
        assert place == f"lessons/02_other.md, line {line}"
        return what
    assert [cell.source for cell in lesson.cells if cell.kind == "code"] == ["x = 1"]
    return ""


MARKS = {
    "```{note}\nWell.\n```": "```{note}",
    "~~~{note}\nWell.\n~~~": "~~~{note}",
    "````{tip} Title\nWell.\n````": "````{tip} Title",
    ":::{note}\nWell.\n:::": ":::{note}",
    "```{eval-rst}\nWell.\n```": "```{eval-rst}",
    "- one\n- two {eval}`x + 1`": "{eval}`x + 1`",
    "See\n{ref}`there` and": "{ref}`there`",
    "% a comment": "% a comment",
    "(here)=": "(here)=",
    "It is {{ value }} now.": "{{ value }}",
    "As said.[^1]": "[^1]",
    "| a | b |\n|---|---|\n| {eval}`y` | |": "{eval}`y`",
}


@pytest.mark.parametrize("text", MARKS)
def test_marks_that_jupyterlab_does_not_know(course: Path, text: str) -> None:
    mark = MARKS[text]
    line = 8 + next(n for n, each in enumerate(text.split("\n")) if mark in each)
    said = said_of(course, text, line=line)
    assert said.startswith(f"JupyterLab does not know {mark!r} and would show it as it stands: ")


def test_eval_is_answered_with_a_code_cell(course: Path) -> None:
    assert said_of(course, "{eval}`x`").endswith("let a code cell show the value")


@pytest.mark.parametrize(
    "text",
    [
        "````\n```{note}\n````",
        "`{eval}` and `{{ x }}`, 5 % of it, a `[^1]`",
        "~~~python\nx = {1: 2}\n~~~",
        "<!-- a comment -->\n\n> **Note** Well.",
        "$x_{i}$ `y`",
        "A flag 👩\u200d💻.",
    ],
)
def test_what_jupyterlab_knows(course: Path, text: str) -> None:
    assert said_of(course, text) == ""


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("\u2028", "U+2028 (line separator)"),
        ("\u2029", "U+2029 (paragraph separator)"),
        ("\x0c", "U+000C (a control character)"),
        ("\x85", "U+0085 (a control character)"),
        ("\u200b", "U+200B (zero width space)"),
        ("\ufeff", "U+FEFF (zero width no-break space)"),
    ],
)
def test_characters_that_nobody_sees(course: Path, sign: str, name: str) -> None:
    assert said_of(course, f"one\ntwo{sign}three", line=9) == f"it holds {name}, which nobody sees: delete it"


def test_a_byte_order_mark_is_no_part_of_the_lesson(course: Path) -> None:
    path = course / "lessons" / "02_other.md"
    path.write_text(f"{FRONT}\nText.\n\n{CELL}", encoding="utf-8-sig")
    assert [cell.source for cell in read(path, course).cells] == ["Text.", "x = 1"]


def test_a_file_that_is_not_utf_8(course: Path) -> None:
    path = course / "lessons" / "02_other.md"
    path.write_bytes(f"{FRONT}\ncaf\u00e9\n\n{CELL}".encode("latin-1"))
    with pytest.raises(LessonError, match="line 7: the file is not in UTF-8: save it as UTF-8"):
        read(path, course)


DEAD = {
    "[x](08_gone.ipynb)": "08_gone.ipynb leads nowhere: there is no such lesson",
    "[x](07_offset.ipynb)": "07_offset.ipynb leads nowhere: there is no such lesson; did you mean 07_offsets.ipynb?",
    "[x](07_offsets)": "07_offsets leads nowhere: a lesson's file is 07_offsets.ipynb",
    "[x](../lessons/07_offsets.md)": "../lessons/07_offsets.md cannot be opened from the learner's copy",
    "[x](../labs/code.py)": "../labs/code.py cannot be opened from the learner's copy",
    "[x][1]\n\n[1]: gone.md": "gone.md leads nowhere",
    '<a href="gone.ipynb">x</a>': "gone.ipynb leads nowhere",
    "[x](#My-headin)": "#My-headin leads nowhere: there is no such heading; did you mean #My-heading?",
    "[x](#my-heading)": "#my-heading leads nowhere: there is no such heading; did you mean #My-heading?",
    "[x](07_offsets.ipynb#The-lag)": "07_offsets.ipynb#The-lag leads nowhere: there is no such heading",
    "![x](gone.png)": "there is no image gone.png: draw it in a code cell",
    '<img src="gone.png">': "there is no image gone.png",
    '<p><img alt="x" src="gone.png"></p>': "there is no image gone.png",
    "![x](attachment:gone.png)": "there is no image attachment:gone.png",
    "![x](there.png)": "the image there.png does not come along to the learner's copy in my_work/",
}


@pytest.mark.parametrize("text", DEAD)
def test_a_link_that_leads_nowhere(course: Path, text: str) -> None:
    line = 8 + next(n for n, each in enumerate(text.split("\n")) if "x](" in each or "[1]: " in each or "<" in each)
    assert said_of(course, text, line=line).startswith(DEAD[text])


@pytest.mark.parametrize(
    "text",
    [
        "[x](07_offsets.ipynb)",
        "[x](./07_offsets.ipynb#Offsets)",
        "[x](07_offsets.ipynb#The-lag-of-a-group)",
        "[x](#My-heading)",
        "[x](https://example.org/gone.html) <mailto:a@example.org> [y](//example.org)",
        "![x](https://example.org/x.png) ![y](data:image/png;base64,AAAA)",
        "`[x](gone.md)`\n\n```\n[x](gone.md)\n```",
    ],
)
def test_a_link_that_leads_somewhere(course: Path, text: str) -> None:
    assert said_of(course, text) == ""


def test_the_anchors_of_a_lesson(course: Path) -> None:
    assert headings(course / "lessons" / "07_offsets.md")[-2:] == ["Offsets", "The-lag-of-a-group"]
