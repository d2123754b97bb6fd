"""Work is kept in plain files; what is damaged is put aside and said in one sentence, and nothing is lost."""

import errno
import json
import math
import os
import re
from functools import partial

import pytest

from labs.kit import progress, work
from labs.kit.progress import attempts, passed, passing, predicted, record, record_prediction, reset, restore
from labs.kit.source import source_of

ID = "kafka-range"
LIMIT = 3


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return tmp_path / "my_work"


def helper(x: "int") -> int:
    return math.ceil(x) + LIMIT


def first(members, topics):
    return 1


def second(members, topics):
    return helper(2)


def test_an_attempt_is_a_file_that_a_person_can_read(folder):
    assert record(ID, first, False, "0 of 2") == ""
    text = (folder / "attempts" / ID / "0001.py").read_text()
    assert re.fullmatch(
        r"# When     \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n# Verdict  failed\n# Points   0 of 2\n# Function first\n\n"
        r"def first\(members, topics\):\n    return 1\n",
        text,
    )


def test_the_same_again_is_kept_once_and_another_verdict_is_kept(folder):
    for function, well in [(first, False), (first, False), (second, False), (first, False), (first, True)]:
        record(ID, function, well, "x")
    assert [row[1] for row in attempts(ID).rows] == ["failed", "failed", "failed", "passed"]


def test_nothing_shown_depends_on_the_time(folder, monkeypatch):
    record(ID, first, True, "2 of 2")
    shown = repr(attempts(ID)) + repr(attempts()) + repr(restore(ID)) + attempts(ID)._repr_mimebundle_()["text/html"]
    assert not re.search(r"\d\d:\d\d|20\d\d", shown)
    assert repr(attempts(ID)) == "attempt  verdict  points\n1        passed   2 of 2"
    assert repr(attempts()) == "exercise     attempts  verdict\nkafka-range  1         passed"


def test_passing_makes_the_function_anew_with_all_that_it_needs(folder):
    assert passing(ID) is None and passed() == set()
    record(ID, second, True, "2 of 2")
    record(ID, first, False, "0 of 2")
    assert passed() == {ID}
    again = passing(ID)
    assert again is not second and again([], {}) == second([], {}) == 5
    assert source_of(second).startswith("LIMIT = 3\nimport math\n\n\ndef helper(")


def test_source_of_what_has_none():
    assert source_of(len) is None
    assert record(ID, partial(first, 1), True, "2 of 2") == ""
    assert passed() == {ID}


def test_a_kept_function_that_does_not_run_by_itself_is_said(folder, capsys):
    record(ID, first, True, "2 of 2")
    file = folder / "attempts" / ID / "0001.py"
    file.write_text(file.read_text() + "\n1 / 0\n")
    assert passing(ID) is None
    assert "my_work/attempts/kafka-range/0001.py does not run by itself (ZeroDivisionError" in capsys.readouterr().out


def test_restore_shows_the_code(folder):
    record(ID, first, False, "0 of 2")
    record(ID, second, False, "0 of 2")
    assert "return 1" in restore(ID, 1).text and "helper(2)" in restore(ID).text
    assert "```python\ndef first" in restore(ID, 1)._repr_mimebundle_()["text/markdown"]
    assert repr(restore(ID, 9)) == "There is no attempt 9 at kafka-range; there are 1, 2."
    assert repr(restore("kafka-rang")) == "Nothing of kafka-rang is kept yet; did you mean kafka-range?"


def test_reset_puts_aside_and_deletes_nothing(folder):
    for n in (1, 2):
        record(ID, first, True, "2 of 2")
        record_prediction(ID, "yes")
        assert repr(reset(ID)) == (
            f"{ID} starts afresh; your earlier attempts are in my_work/attempts/{ID}.old-{n}. "
            f"The prediction {ID} can be made again."
        )
        assert passed() == set() and attempts(ID).rows == [] and predicted(ID) is None
    assert sorted(p.name for p in (folder / "attempts").iterdir()) == [f"{ID}.old-1", f"{ID}.old-2"]
    assert sorted(json.loads((folder / "predictions.json").read_text())) == [f"{ID}.old-1", f"{ID}.old-2"]
    assert "is kept yet" in repr(reset(ID))


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe\x00", b"def f(): pass\n", b"# When     x\n\ndef f(): pass\n"])
def test_a_damaged_attempt_is_put_aside_and_said_once(folder, capsys, damage):
    record(ID, first, True, "2 of 2")
    file = folder / "attempts" / ID / "0002.py"
    file.write_bytes(damage)
    assert len(attempts(ID).rows) == 1 and passed() == {ID}
    told = capsys.readouterr().out
    assert told == "my_work/attempts/kafka-range/0002.py could not be read; it is kept as 0002.damaged-1.\n"
    assert file.with_name("0002.damaged-1").read_bytes() == damage
    assert record(ID, second, True, "2 of 2") == "" and len(attempts(ID).rows) == 2


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"a": '])
def test_damaged_predictions_are_put_aside_and_new_ones_are_kept(folder, capsys, damage):
    record_prediction("p", "yes")
    (folder / "predictions.json").write_text(damage)
    assert predicted("p") is None
    assert (
        capsys.readouterr().out == "my_work/predictions.json could not be read; it is kept as predictions.damaged-1.\n"
    )
    assert (folder / "predictions.damaged-1").read_text() == damage
    assert record_prediction("q", "no") == "" and predicted("q") == "no"


def test_predictions_are_written_wholly_or_not_at_all(folder, monkeypatch):
    record_prediction("p", "yes")

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    told = record_prediction("q", "no")
    assert told == "Your prediction could not be kept in my_work/: no space left on device."
    assert json.loads((folder / "predictions.json").read_text()).keys() == {"p"}
    assert [p.name for p in folder.iterdir()] == ["predictions.json"]


def test_a_full_disk_leaves_no_half_attempt(folder, monkeypatch):
    import builtins

    true_open = builtins.open

    def full(path, mode="r", **named):
        file = true_open(path, mode, **named)
        if "x" in mode:
            file.close()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return file

    monkeypatch.setattr(builtins, "open", full)
    assert "could not be kept" in record(ID, first, True, "2 of 2")
    assert list((folder / "attempts" / ID).iterdir()) == []


def test_two_notebooks_do_not_overwrite_each_other(folder, monkeypatch):
    record(ID, first, False, "0 of 2")
    kept = progress._attempts(ID)
    record(ID, second, False, "0 of 2")
    monkeypatch.setattr(progress, "_attempts", lambda name: kept)  # what the other one saw
    record(ID, second, True, "2 of 2")
    assert sorted(p.name for p in (folder / "attempts" / ID).iterdir()) == ["0001.py", "0002.py", "0003.py"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", "Kafka", 3])
def test_an_id_is_never_a_path(name):
    with pytest.raises(ValueError, match="an exercise's id looks like 'kafka-range'"):
        restore(name)


def test_where_work_is_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_WORK")
    assert work.work_folder().name == "my_work" and (work.work_folder().parent / "pyproject.toml").is_file()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert work.work_folder() == work.work_folder() and work.work_folder().name.startswith("course-")
