"""The table of the course, the lessons that are there and the README say the same."""

import re
from pathlib import Path

import networkx
import pytest

from labs.kit import progress
from labs.kit.course import LESSONS, graph, standing
from labs.kit.map import course_map
from tools import notes
from tools.lesson import read
from tools.picture import PLACE, picture

ROOT = Path(__file__).resolve().parents[2]
THERE = {path.name[:2]: path for path in sorted((ROOT / "lessons").glob("[0-9]*.md"))}


def test_the_lessons_are_a_graph_without_circles_that_starts_at_the_start():
    assert networkx.is_directed_acyclic_graph(graph())
    assert [n for n, d in graph().in_degree() if d == 0] == ["00"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_the_table_knows_what_is_there(lesson):
    checks = []
    if lesson.number in THERE:
        source = read(THERE[lesson.number])
        checks = [cell.check for cell in source.cells if cell.check]
        assert [name[:2] for name in source.front["builds_on"]] == list(lesson.builds_on)
    assert list(lesson.exercises) == checks
    assert lesson.file == (THERE[lesson.number].stem if lesson.number in THERE else "")


def test_the_readme_lists_every_lesson_and_links_those_that_are_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = {number: rest for number, rest in re.findall(r"^\| (\d\d) \| (.*)$", text, re.MULTILINE)}
    assert list(rows) == [lesson.number for lesson in LESSONS]
    for number, rest in rows.items():
        link = re.search(r"\]\((notebooks/\S+\.ipynb)\)", rest)
        assert (number in THERE) == bool(link) == ("to come" not in rest), number
        assert not link or (ROOT / link[1]).is_file()


def test_the_picture_of_the_readme_is_what_the_course_draws_today():
    assert PLACE.read_text(encoding="utf-8") == picture(), "run python -m tools.picture"


def test_the_map_is_coloured_by_progress(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    assert course_map().standings["06"] == "open"
    monkeypatch.setattr(progress, "passed", lambda: {"kafka-commit", "kafka-range", "queues-workers"})
    standings = course_map().standings
    assert [standings[n] for n in ("00", "06", "07", "22")] == ["all done", "done", "begun", "open"]
    assert "00 all done" in course_map()._repr_mimebundle_()["text/plain"]


def test_every_lesson_that_is_there_can_be_opened_from_the_map():
    shown = course_map()._repr_mimebundle_()["text/html"]
    assert re.findall(r'href="(.+?)\.ipynb"', shown) == [path.stem for path in THERE.values()]


def test_a_lesson_is_done_with_its_core_and_all_done_with_the_rest():
    groups = next(lesson for lesson in LESSONS if lesson.number == "06")
    assert standing(groups, set(groups.further)) == "begun"
    assert standing(groups, set(groups.core)) == "done"
    assert standing(groups, set(groups.exercises)) == "all done"


def test_the_capstone_is_done_when_its_rounds_are_played(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    capstone = next(lesson for lesson in LESSONS if lesson.number == "22")
    asked = [id for part in notes.sections(read(THERE["22"])) for kind, id in part.asks if kind == "predict"]
    assert list(capstone.rounds) == asked and capstone.core == ()
    monkeypatch.setattr(progress, "passed", lambda: {"shop-audit"})
    stood = [course_map().standings["22"]]
    for id in asked:
        assert progress.record_prediction(id, "None") == ""
        stood.append(course_map().standings["22"])
    assert stood == ["begun"] * 10 + ["all done"]
    monkeypatch.setattr(progress, "passed", set)
    assert course_map().standings["22"] == "done"


def test_every_other_lesson_has_an_exercise_in_its_core():
    assert [lesson.number for lesson in LESSONS if not lesson.core] == ["22"]


def test_the_words_of_the_map_fit_their_boxes():
    for lesson in LESSONS:
        assert len(f"✓✓ {lesson.number} {lesson.title}") <= 23, lesson.title
