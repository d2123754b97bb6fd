"""A prediction is recorded before the outcome is shown, and the lock stands in nobody's way."""

import gc
import re
import sys
import threading
import time

import pytest

from labs.kit import predict, progress, rooms, work
from labs.kit.guessing import predictions, question

OPTIONS = ["A quarter", "One, from another", "Nothing"]


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("COURSE_OPEN", raising=False)
    monkeypatch.setattr(predictions, "_waiting", {})


def ask(answer="Nothing", because="None is left."):
    return predict("06-fifth", "What will <it> read from `orders`?", OPTIONS, answer=answer, because=because)


def test_nothing_of_the_outcome_reaches_the_browser_before_the_prediction():
    asked = []
    question = ask(answer=lambda: asked.append(1) or "Nothing")
    state = question.widget.get_state()
    assert not question.answered and not state["told"] and state["right"] == -1 and state["says"] == [] and not asked
    question.widget.picked = 2
    assert asked and question.answered and question.pick == "Nothing"


@pytest.mark.parametrize(("pick", "word"), [(2, "As you said."), (0, "Not quite.")])
def test_prediction_and_outcome_are_shown_together(pick, word):
    question = ask()
    question.widget.picked = pick
    assert (question.widget.picked, question.widget.right, question.widget.told) == (pick, 2, True)
    assert question.widget.says == [word, "None is left."]


def test_what_waits_for_it_is_called_once_it_is_answered():
    question, called = ask(), []
    question.when_answered(lambda: called.append("first"))
    question.widget.observe(lambda change: called.append("trait"), "answered")
    assert called == []
    question.widget.picked = 0
    assert sorted(called) == ["first", "trait"]
    question.when_answered(lambda: called.append("late"))
    assert called[-1] == "late"


class Picture:
    """Something that waits for a prediction."""

    locked = True

    def open(self):
        self.locked = False


def test_what_waits_for_an_earlier_run_of_the_cell_opens_with_a_later_one():
    first, picture, called = ask(), Picture(), []
    first.when_answered(picture.open)
    first.when_answered(lambda: called.append("first"))
    other = predict("06-sixth", "?", ["x", "y"], answer="x")
    other.when_answered(lambda: called.append("other"))
    ask().record("Nothing")
    assert (picture.locked, called) == (False, ["first"])


def test_a_prediction_kept_by_another_notebook_opens_what_waits_when_the_cell_is_run_again():
    picture = Picture()
    ask().when_answered(picture.open)
    progress.record_prediction("06-fifth", "Nothing")
    assert picture.locked
    ask()
    assert not picture.locked


def test_what_is_run_again_and_again_leaves_nothing_behind():
    question, observers = ask(), lambda: sum(map(len, question.widget._trait_notifiers.get("answered", {}).values()))
    before = observers()
    for _ in range(60):
        picture = Picture()
        ask().when_answered(picture.open)
        question.when_answered(picture.open)
    gc.collect()
    assert observers() == before
    assert len(predictions._waiting["06-fifth"]) == 1, "the last picture, once"
    question.record("Nothing")
    assert not picture.locked and not predictions._waiting


def test_notebooks_that_record_at_the_same_time_lose_nothing(monkeypatch):
    as_it_is = progress._json

    def slowly(kept):
        time.sleep(0.01)  # between reading the file and writing it
        return as_it_is(kept)

    monkeypatch.setattr(progress, "_json", slowly)
    monkeypatch.setattr(progress, "PATIENCE", 60)  # nobody here is dead
    notebooks = [threading.Thread(target=progress.record_prediction, args=(f"p-{n}", "x")) for n in range(8)]
    for notebook in notebooks:
        notebook.start()
    for notebook in notebooks:
        notebook.join()
    assert [progress.predicted(f"p-{n}") for n in range(8)] == ["x"] * 8


def test_a_lock_that_a_dead_notebook_left_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    work.work_folder().mkdir(parents=True)
    (work.work_folder() / "predictions.lock").touch()
    assert progress.record_prediction("06-fifth", "Nothing") == "" and progress.predicted("06-fifth") == "Nothing"
    assert sorted(path.name for path in work.work_folder().iterdir()) == ["predictions.json"]


def test_it_is_kept_and_shown_answered_when_opened_again():
    ask().record("One, from another")
    again = ask()
    assert again.answered and again.pick == "One, from another" and again.widget.told and again.widget.picked == 1
    again.widget.picked = 0  # too late to change one's mind
    assert progress.predicted("06-fifth") == "One, from another"


def test_looking_without_predicting_is_allowed_and_kept():
    question = ask()
    question.widget.picked = -2
    assert question.answered and question.pick is None and question.widget.says[0] == "You looked first this time."
    assert ask().answered


def test_other_options_than_last_time_ask_again():
    ask().record("A quarter")
    other = predict("06-fifth", "?", ["x", "y"], answer="x")
    assert not other.answered and not other.widget.told


def test_an_instructor_finds_it_open_and_can_still_answer(monkeypatch):
    monkeypatch.setenv("COURSE_OPEN", "1")
    question = ask()
    assert question.answered and not question.widget.told
    question.widget.picked = 2
    assert question.widget.told and question.pick == "Nothing"


def test_trouble_in_working_the_outcome_out_or_in_keeping_it_opens_all_the_same(monkeypatch, tmp_path):
    question = ask(answer=lambda: 1 // 0)
    question.widget.picked = 1
    assert question.answered and "could not be worked out (ZeroDivisionError" in question.widget.says[0]
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "file"))
    question = ask()
    question.widget.picked = 2
    assert question.answered and "could not be kept in file/" in question.widget.says[-1]


def test_an_outcome_that_is_none_of_the_options_is_told():
    question = ask(answer=lambda: "Two")
    question.record("Nothing")
    assert question.widget.says[:2] == ["Not quite.", "What happens: Two."] and question.widget.right == -1


@pytest.mark.parametrize("number", [-1, -3, 3, 99])
def test_a_number_that_is_no_option_changes_nothing(number):
    question = ask()
    question.widget.picked = number
    assert not question.answered and progress.predicted("06-fifth") is None


def test_the_still_is_the_question_whatever_was_answered():
    before = ask()._repr_mimebundle_()[0]
    ask().record("Nothing")
    after = ask()._repr_mimebundle_()[0]
    view = "application/vnd.jupyter.widget-view+json"
    assert set(before) == {"text/html", "text/plain", view}
    assert {**before, view: 0} == {**after, view: 0}
    assert "What will &lt;it&gt; read from <code>orders</code>?" in before["text/html"]
    assert all(option in before["text/html"] and option in before["text/plain"] for option in OPTIONS)
    assert "None is left" not in str(after)


@pytest.mark.parametrize("options", [[], ["x"], ["x", "x"], "xy"])
def test_bad_options_are_one_sentence(options):
    with pytest.raises(ValueError, match="two or more different options"):
        predict("p", "?", options, answer="x")


def test_a_bad_answer_is_one_sentence():
    with pytest.raises(ValueError, match="the answer 'z' is none of the options"):
        predict("p", "?", ["x", "y"], answer="z")
    with pytest.raises(ValueError, match="'z' is none of the options"):
        ask().record("z")


ROOM = """
from labs.kit.guessing.question import Question

asked = []


def works_it_out():
    asked.append(1)
    return "p1"


FIRST = Question(
    id="garden-first", question="Where does it begin?", options=["p0", "p1"], answer=works_it_out, because="So it is."
)
OTHER = Question(id="garden-first-of-all", question="Where else?", options=["x", "y"], answer="x")
"""


@pytest.fixture
def room(monkeypatch, tmp_path):
    """A course with one room, labs/garden/beds, imported as `course_of_one`."""
    labs = tmp_path / "course_of_one"
    (labs / "garden" / "beds").mkdir(parents=True)
    (labs / "garden" / "beds" / "predictions.py").write_text(ROOM)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(predictions, "find", lambda name: question.find(name, labs))
    yield "course_of_one.garden.beds.predictions"
    for name in [name for name in sys.modules if name.startswith("course_of_one")]:
        del sys.modules[name]


def test_question_and_answer_are_found_by_the_id_in_the_lessons_room(room):
    asked = predict("garden-first")
    assert (asked.question, asked.options) == ("Where does it begin?", ["p0", "p1"])
    assert "Where does it begin?" in asked._repr_mimebundle_()[0]["text/html"] and "○ p1" in repr(asked)
    assert sys.modules[room].asked == [], "the answer is worked out only when there is a prediction"
    asked.widget.picked = 1
    assert asked.widget.says == ["As you said.", "So it is."] and sys.modules[room].asked == [1]


def test_a_longer_id_is_another_question(room):
    assert predict("garden-first-of-all").question == "Where else?"


@pytest.mark.parametrize("name", ["garden-last", "kitchen-first", "../kit-first", ""])
def test_an_id_that_nobody_knows_is_one_sentence(room, name):
    with pytest.raises(ValueError, match="has a Question of this id"):
        predict(name)


def test_every_question_of_the_course_can_be_asked():
    for path in rooms.files("predictions"):
        for name in re.findall(r'\bid="([a-z0-9-]+)"', path.read_text("utf-8")):
            it = predict(name)
            answer = it._answer() if callable(it._answer) else it._answer
            assert answer in it.options and it._because, name
