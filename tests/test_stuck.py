"""The page says of everybody what they tried, and runs nothing of theirs."""

import pytest

from labs.kit import progress
from tools.lesson import ROOT, read
from tools.stuck import learners, main, page

GROUPS = read(ROOT / "lessons" / "06_kafka_groups.md")


def wrong(members, topics):
    return "<script>alert(1)</script>"


def right(members, topics):
    return {}


@pytest.fixture
def class_(tmp_path, monkeypatch):
    """Ann passed at her second try, Ben is stuck, Cid has only predicted, Dot has nothing."""

    def work(name, *tries, predicts=""):
        monkeypatch.setenv("COURSE_WORK", str(tmp_path / name / "my_work"))
        for number, verdict in enumerate(tries):
            function = {"passed": right, "failed": wrong}[verdict]
            progress.record("kafka-range", function, verdict == "passed", f"{number} of 2")
            # the same source twice is one attempt, so each gets a line of its own
            path = sorted((tmp_path / name / "my_work" / "attempts" / "kafka-range").glob("*.py"))[-1]
            path.write_text(path.read_text() + f"# {number}\nraise SystemExit\n")
        if predicts:
            progress.record_prediction("kafka-fifth-consumer", predicts)

    work("ann", "failed", "passed")
    work("ben", "failed", "failed", "failed", predicts="c5 takes over the partition that is furthest behind")
    work("cid", predicts="an option of an older edition")
    (tmp_path / "dot").mkdir()
    (tmp_path / "ben" / "my_work" / "attempts" / "kafka-range" / "0009.py").write_bytes(b"\xff\xfe")
    (tmp_path / "cid" / "old").mkdir()
    (tmp_path / "cid" / "old" / "predictions.json").write_text("[1]")
    return tmp_path


def test_everybody_is_there_with_what_they_tried(class_):
    ann, ben, cid = learners(class_)
    assert (ann.name, ann.passed("kafka-range"), len(ann.attempts["kafka-range"])) == ("ann", True, 2)
    assert ben.stuck("kafka-range") and not ann.stuck("kafka-range") and not cid.stuck("kafka-range")
    assert len(ben.attempts["kafka-range"]) == 3, "what cannot be read is left out"


def test_the_page_names_who_is_stuck_shows_the_code_and_counts_the_predictions(class_):
    text = page(learners(class_), [GROUPS])
    assert "3 learners" in text and "1 of 3, at try 2 (median)" in text
    assert "ben, kafka-range: the last of 3 attempts" in text and "ann, kafka-range" not in text
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert "<td>1</td><th scope='row'>c5 takes over the partition that is furthest behind</th>" in text
    assert "<td>1</td><th scope='row'>an option of an older edition</th>" in text
    assert "<td>0</td><th scope='row'>The five share the work" in text


def test_looking_changes_nothing(class_):
    before = {path: path.read_bytes() for path in class_.rglob("*") if path.is_file()}
    assert main([str(class_), "--into", str(class_.parent / "page.html"), "--lesson", "06"]) == 0
    assert {path: path.read_bytes() for path in class_.rglob("*") if path.is_file()} == before


def test_a_lesson_nobody_has_begun_is_left_out(class_):
    assert "14 ·" not in page(learners(class_), [read(path) for path in (ROOT / "lessons").glob("14*.md")])


def test_a_wrong_call_is_one_sentence(tmp_path, capsys):
    assert main([str(tmp_path / "nowhere")]) == 1 and main([str(tmp_path), "--lesson", "99"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
