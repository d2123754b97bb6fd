"""The grader gives each submission the points that it deserves, whatever the submission tries."""

import csv
import json
from pathlib import Path

import pytest

from tools.grade.__main__ import main
from tools.grade.notebooks import answer, submissions, tasks
from tools.layout import lay_out
from tools.lesson import ROOT, lessons, read

ALL = {path.stem: read(path) for path in lessons() if tasks(read(path))}
GROUPS, START = ALL["06_kafka_groups"], ALL["00_start_here"]
RIGHT = {
    cell.metadata.nbgrader.grade_id: cell.source
    for lesson in ALL.values()
    for cell in lay_out(lesson, "solutions").cells
    if "nbgrader" in cell.metadata
}


def hand_in(root: Path, learner: str, lesson, answers=(), name="", after=lambda nb: nb) -> Path:
    """A learner's copy with these answers {exercise: source} in it, as a file."""
    nb = lay_out(lesson, "notebooks")
    for cell in nb.cells:
        mark = cell.metadata.get("nbgrader", {}).get("grade_id")
        if mark in dict(answers):
            cell.source = dict(answers)[mark]
    path = root / learner / lesson.name / f"{name or lesson.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(after(nb)), encoding="utf-8")
    return path


@pytest.fixture
def graded(tmp_path, capsys):
    def grade(*options: str) -> dict[tuple[str, str], str]:
        assert main([str(tmp_path / "in"), "--into", str(tmp_path / "out"), *options]) == 0
        grade.said = capsys.readouterr().out
        with open(tmp_path / "out" / "grades.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        grade.rows = {(row["learner"], row["exercise"]): row for row in rows}
        return {key: f"{float(row['points']):g} of {row['of']}" for key, row in grade.rows.items()}

    grade.into, grade.out = tmp_path / "in", tmp_path / "out"
    return grade


@pytest.mark.parametrize("lesson", ALL.values(), ids=lambda lesson: lesson.name)
def test_the_courses_own_answers_get_all_points_and_untouched_ones_none(graded, lesson):
    hand_in(graded.into, "right", lesson, RIGHT)
    hand_in(graded.into, "blank", lesson)
    points = graded("--lesson", lesson.name)
    for task in tasks(lesson):
        assert points["right", task.exercise] == f"{task.points} of {task.points}", graded.rows["right", task.exercise]
        assert points["blank", task.exercise] == f"0 of {task.points}"
        assert graded.rows["blank", task.exercise]["verdict"] == "not started"


WRONG = "def workers_needed(arrivals, per_worker):\n    return arrivals // per_worker"
TRICKS = {
    "a check of one's own": "check = lambda *a, **k: None\n" + WRONG,
    "another environment": "import os\nos.environ.pop('NBGRADER_EXECUTION', None)\n" + WRONG,
    "a patched judge": "import labs.kit.checking.trial, labs.kit.checking.checks\n"
    "labs.kit.checking.trial.judge = labs.kit.checking.checks.judge = lambda *a: None\n" + WRONG,
    "the course's own solution": "from labs.kit.checking import catalogue\n"
    "workers_needed = catalogue.find('queues-workers').reference",
    "the same from its room": "from labs.queues.pace.pace import workers_needed",
    "an answer that equals everything": "class Yes(int):\n    __eq__ = lambda s, o: True\n    __hash__ = int.__hash__\n"
    "def workers_needed(arrivals, per_worker):\n    return Yes(arrivals // per_worker)",
    "labs on disk": "import labs.kit.checking.trial as t, pathlib\n"
    f"for f in (t.__file__, {str(ROOT / 'labs/kit/checking/trial.py')!r}):\n"
    "    try:\n        pathlib.Path(f).write_text('def judge(*a): raise SystemExit')\n"
    "    except OSError:\n        pass\n" + WRONG,
    "a reply of one's own": "import os, json\n"
    "def workers_needed(arrivals, per_worker):\n"
    "    for fd in range(3, 20):\n        try:\n            os.write(fd, b'\\x00\\x00\\x00\\x02{}')\n"
    "        except OSError:\n            pass\n    return 1",
    "the end of the process": "import os\ndef workers_needed(arrivals, per_worker):\n    os._exit(0)",
    "a cell without end": "while True:\n    pass\n" + WRONG,
    "a cell that raises": "1 / 0\n" + WRONG,
    "a function without end": "def workers_needed(arrivals, per_worker):\n    while True:\n        pass",
}


def test_tricks_earn_nothing_and_the_next_one_is_graded_fairly(graded):
    before = (ROOT / "labs" / "kit" / "checking" / "trial.py").read_bytes()
    for number, (trick, source) in enumerate(TRICKS.items()):
        hand_in(graded.into, f"{number:02} {trick}", START, {"queues-workers": source})
    hand_in(graded.into, "zz honest", START, RIGHT)
    points = graded()
    earned = {learner: got for (learner, _), got in points.items()}
    assert earned.pop("zz honest") == "1 of 1"
    assert all(got != "1 of 1" for got in earned.values()), earned
    assert (ROOT / "labs" / "kit" / "checking" / "trial.py").read_bytes() == before
    page = (graded.out / "zz honest.html").read_text(encoding="utf-8")
    assert "1 of 1 points" in page and "all holds" in page


def test_where_nothing_can_be_shut_off_a_submission_gets_a_copy_of_its_own(graded, monkeypatch):
    monkeypatch.setattr("tools.grade.sandbox._shut_off", lambda: ())
    disk = TRICKS["labs on disk"].replace(str(ROOT), "/nowhere")  # here it could write to the course itself
    hand_in(graded.into, "disk", START, {"queues-workers": disk})
    hand_in(graded.into, "honest", START, RIGHT)
    points = graded()
    assert points["disk", "queues-workers"] != "1 of 1" and points["honest", "queues-workers"] == "1 of 1"


def test_points_are_by_properties_and_the_page_says_what_is_wrong(graded):
    source = RIGHT["kafka-range"].replace("sorted(", "list(", 1)
    assert source != RIGHT["kafka-range"]
    hand_in(graded.into, "nearly", GROUPS, {**RIGHT, "kafka-range": source})
    points = graded("--lesson", "06")
    assert 0 < float(points["nearly", "kafka-range"].split()[0]) < 2, points
    assert "smallest case found" in (graded.out / "nearly.html").read_text(encoding="utf-8")


def test_helpers_in_other_cells_are_there_and_pictures_are_not_run(graded):
    def with_a_helper(nb):
        place = next(i for i, c in enumerate(nb.cells) if c.metadata.get("nbgrader", {}).get("grade_id"))
        helper = {**nb.cells[place], "id": "mine", "metadata": {}, "source": "%time\nimport math\nROUND = math.ceil"}
        nb.cells.insert(place, helper)
        return nb

    answer_ = "def workers_needed(arrivals, per_worker):\n    return ROUND(arrivals / per_worker)"
    path = hand_in(graded.into, "helper", START, {"queues-workers": answer_}, after=with_a_helper)
    assert graded()["helper", "queues-workers"] == "1 of 1"
    (work,) = submissions(path.parents[2], [START])
    before, _ = answer(work, tasks(START)[0])
    assert "explore" not in "".join(source for source in before if "import" not in source)


def test_what_is_odd_about_a_submission_is_named_and_graded_all_the_same(graded):
    def twice(nb):
        place = next(i for i, c in enumerate(nb.cells) if c.metadata.get("nbgrader", {}).get("grade_id"))
        nb.cells.insert(place, {**nb.cells[place], "id": "copy"})
        return nb

    def bare(nb):
        for cell in nb.cells:
            cell.metadata.pop("nbgrader", None)
        return nb

    hand_in(graded.into, "twice", START, RIGHT, after=twice)
    hand_in(graded.into, "bare", START, RIGHT, after=bare)
    hand_in(graded.into, "renamed", START, RIGHT, name="my homework")
    hand_in(graded.into, "absent", GROUPS)
    broken = hand_in(graded.into, "broken", START)
    broken.write_text("{", encoding="utf-8")
    points = graded("--lesson", "00")
    assert [points[learner, "queues-workers"] for learner in ("twice", "bare", "renamed")] == ["1 of 1"] * 3
    assert [points[learner, "queues-workers"] for learner in ("absent", "broken")] == ["0 of 1"] * 2
    said = graded.said
    assert "twice, 00_start_here: queues-workers: 2 cells have this id" in said
    assert "bare, 00_start_here: queues-workers: no cell has this id any more" in said
    assert "renamed, 00_start_here: The file is called my homework.ipynb; nbgrader wants 00_start_here.ipynb." in said
    assert "absent, 00_start_here: Nothing was handed in." in said
    assert "broken, 00_start_here: 00_start_here.ipynb cannot be read as a notebook" in said


def test_looking_grades_nothing(tmp_path, capsys):
    hand_in(tmp_path / "in", "ann", START, RIGHT)
    assert main([str(tmp_path / "in"), "--look", "--into", str(tmp_path / "out")]) == 0
    assert "0 of 1 notebooks have something odd." in capsys.readouterr().out and not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [["nowhere"], [".", "--lesson", "99"]])
def test_a_wrong_call_is_one_sentence(options, capsys):
    assert main(options) == 1 and len(capsys.readouterr().err.splitlines()) == 1
