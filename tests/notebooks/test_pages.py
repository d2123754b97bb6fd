"""docs/claims.md and instructor/ are what the lessons, ledgers, predictions and exercises say today."""

import pytest

from tools import notes
from tools.claims import PAGE, page
from tools.lesson import ROOT, lessons, read

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_page_of_claims_is_as_the_lessons_judge_them():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make build`"


def test_the_instructors_pages_are_as_the_lessons_are():
    pages = notes.pages()
    assert {path: path.read_text(encoding="utf-8") for path in notes.FOLDER.glob("*")} == pages, "run `make build`"


def test_what_a_section_takes_is_worked_out_from_what_it_asks():
    lesson = read(ROOT / "lessons" / "06_kafka_groups.md")
    parts = {part.title: part for part in notes.sections(lesson)}
    assert parts["Build: range"].asks[0] == ("check", "kafka-range") and parts["Build: range"].core
    assert not parts["Going further: a sticky assignor"].core
    assert parts["A question first"].asks == [("predict", "kafka-fifth-consumer")]
    sold = [id for part in parts.values() for kind, id in part.asks if kind == "check"]
    assert sold == [cell.check for cell in lesson.cells if cell.check]


def test_a_page_has_the_right_option_the_mistakes_and_the_answer_and_no_marks():
    page = notes.page(read(ROOT / "lessons" / "06_kafka_groups.md"))
    assert "- **Some twenty seconds: the session timeout** ✓" in page
    assert "You drop the remainder of the division" in page and "divmod" in page
    assert "BEGIN SOLUTION" not in page and "def range_assign(members, topics):" in page


@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_the_minutes_that_a_lesson_promises_are_what_its_sections_add_up_to(path):
    lesson = read(path)
    promised, core = lesson.front["minutes"], notes.core_minutes(notes.sections(lesson))
    assert core - 2 <= promised <= core + 4, f"it promises {promised} minutes, and its sections add up to {core}"
    assert (
        f"| {lesson.name[:2]} |" in README
        and f"| {promised} min" in README.partition(f"(notebooks/{path.stem}")[2][:400]
    )
