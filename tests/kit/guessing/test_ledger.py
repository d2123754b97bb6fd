import pytest

from labs.kit import claim, claims_table, rooms
from labs.kit.guessing import ledger
from labs.kit.guessing.ledger import Ledger, Statement

BOOK, PAPER = ("A book, second edition", "https://book.example/2"), ("A paper", "https://paper.example/?a=1&b=2")


def a_ledger():
    notes = Ledger("77", "kind", ("slow", "quick"), short={BOOK: "book"})
    runs = []

    @notes.says("kit-quick-speed", "It is quick, says `time`.", BOOK, PAPER, about="quick", side="+")
    def quick():
        runs.append("quick")
        return {"seconds": "<1"}, True, "So it is in life."

    @notes.says("kit-slow-speed", "It is slow.", BOOK, about="slow", side="–")
    def slow():
        runs.append("slow")
        return "9 s", {"by day": True, "by night": False}, ""

    @notes.says("kit-slow-how", "It waits.", PAPER, about="slow", side="·")
    def waits():
        runs.append("waits")
        return "it never waited", False, ""

    return notes, runs, slow


def test_one_statement_is_run_and_judged_and_no_other():
    _, runs, slow = a_ledger()
    assert isinstance(slow, Statement)
    card = slow.judge().claim
    assert (card.verdict, card.detail, runs) == ("holds only in part", "by day: yes; by night: no", ["slow"])


def test_all_of_them_are_a_table_in_the_order_of_the_things_that_it_is_about():
    notes, runs, _ = a_ledger()
    table = notes.everything()
    assert runs == ["slow", "waits", "quick"]
    assert repr(table).splitlines() == [
        "slow  – It is slow.  → holds only in part (by day: yes; by night: no)",
        "slow  · It waits.  → does not hold",
        "quick + It is quick, says `time`.  → holds",
    ]
    html = table._repr_mimebundle_()["text/html"]
    assert html.count("<tr>") == 4 and html.count("<strong>slow</strong>") == 1
    assert "<code>time</code>" in html and "seconds: &lt;1" in html
    assert '<a href="https://paper.example/?a=1&amp;b=2">A paper</a>' in html and ">book</a>" in html
    assert ">kind</th>" in html and "></th>" not in html


def test_a_ledger_on_one_thing_names_no_things():
    notes = Ledger("77")
    notes.says("kit-plain", "It works.", BOOK)(lambda: ("it worked", True, ""))
    assert repr(notes.everything()) == "It works.  → holds"
    assert ">kind</th>" not in notes.everything()._repr_mimebundle_()["text/html"]
    assert repr(Ledger("77").everything()) == ""


@pytest.mark.parametrize(
    ("entry", "more", "sentence"),
    [
        (("a", "Says.", BOOK), {"about": "other"}, "this ledger is about slow, quick, and not about 'other'"),
        (("a", "Says.", BOOK), {"about": "slow", "side": "?"}, "the side of 'a' is one of"),
        (("a", "Says."), {"about": "slow"}, "'a' needs a source"),
        (("kit-slow-how", "Says.", BOOK), {"about": "slow"}, "there is a statement 'kit-slow-how' already"),
    ],
)
def test_what_could_not_be_judged_is_refused_when_it_is_entered(entry, more, sentence):
    notes, _, _ = a_ledger()
    with pytest.raises(ValueError, match=sentence):
        notes.says(*entry, **more)
    assert len(notes.statements) == 3


# ---- in a lesson -------------------------------------------------------------------------------------------------


@pytest.fixture
def work(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    monkeypatch.delenv("COURSE_OPEN", raising=False)


def test_a_claim_is_guessed_first_and_judged_then(work):
    asked = claim("caching-around-dirty-flag")
    before = asked._repr_mimebundle_()[0]
    assert not asked.widget.told and "verdict" not in before["text/html"]
    assert "Half true" in before["text/plain"] and "Jouppi" not in before["text/html"]
    asked.record("True")
    assert asked.widget.told and asked.widget.right == 1  # half true
    assert "Not quite." in asked.widget.says and "holds only in part" in asked.widget.shows
    assert asked._repr_mimebundle_()[0]["text/html"] == before["text/html"], "the still never gives it away"
    again = claim("caching-around-dirty-flag")
    assert again.widget.told and again.pick == "True"


def test_an_unknown_claim_and_a_lesson_without_claims_are_told_in_a_sentence():
    with pytest.raises(ValueError, match=r"no claims.py below labs/caching/ has a statement of this id$"):
        claim("caching-magic")
    with pytest.raises(ValueError, match=r"no claims.py in labs/ has a Ledger of this lesson$"):
        claims_table("99")


def test_every_lesson_has_its_claims_in_one_table():
    lessons = {one.lesson for path in rooms.files("claims") for one in rooms.things(rooms.load(path), Ledger)}
    for lesson in lessons:
        (kept,) = ledger.ledgers(lesson)
        assert len(kept.statements) >= 1, lesson
        ids = [statement.id for statement in kept.statements]
        assert all(ledger.find(id) is not None for id in ids)


def test_the_claims_of_a_lesson_stand_in_the_order_of_its_things():
    (kept,) = ledger.ledgers("16")
    assert {statement.about for statement in kept.statements} == set(kept.things)
