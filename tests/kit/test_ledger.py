import pytest

from labs.kit.ledger import Ledger

BOOK, PAPER = ("A book, second edition", "https://book.example/2"), ("A paper", "https://paper.example/?a=1&b=2")


def a_ledger():
    notes = Ledger("kind", ("slow", "quick"), short={BOOK: "book"})
    runs = []

    @notes.says("quick", "+", "speed", "It is quick, says `time`.", BOOK, PAPER)
    def _quick():
        runs.append("quick")
        return {"seconds": "<1"}, True, "So it is in life."

    @notes.says("slow", "–", "speed", "It is slow.", BOOK)
    def _slow():
        runs.append("slow")
        return "9 s", {"by day": True, "by night": False}, ""

    @notes.says("slow", "·", "how", "It waits.", PAPER)
    def _waits():
        runs.append("waits")
        return "it never waited", False, ""

    return notes, runs


def test_one_statement_is_run_and_judged_and_no_other():
    notes, runs = a_ledger()
    card = notes.judged("slow", "speed")
    assert (card.verdict, card.detail, runs) == ("holds only in part", "by day: yes; by night: no", ["slow"])
    assert "So it is in life." in repr(notes.judged("quick", "speed"))


def test_all_of_them_are_a_table_in_the_order_of_the_things_that_it_is_about():
    notes, runs = a_ledger()
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
    assert ">kind</th>" in html


def test_an_unknown_statement_is_told_with_those_that_there_are():
    notes, _ = a_ledger()
    with pytest.raises(ValueError, match=r"^nothing called 'x' is said of 'slow'; there is 'speed', 'how'$"):
        notes.judged("slow", "x")
    with pytest.raises(ValueError, match=r"there is nothing$"):
        notes.judged("neither", "speed")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (("other", "+", "a", "Says.", BOOK), "this ledger is about slow, quick, and not about 'other'"),
        (("slow", "?", "a", "Says.", BOOK), "the side of 'a' is one of"),
        (("slow", "+", "a", "Says."), "'a' of 'slow' needs a source"),
        (("slow", "+", "speed", "Says.", BOOK), "'slow' has a statement 'speed' already"),
    ],
)
def test_what_could_not_be_judged_is_refused_when_it_is_entered(entry, sentence):
    notes, _ = a_ledger()
    with pytest.raises(ValueError, match=sentence):
        notes.says(*entry)
    assert len(notes.statements) == 3


def test_an_empty_ledger_is_an_empty_table():
    assert repr(Ledger("kind", ()).everything()) == ""
