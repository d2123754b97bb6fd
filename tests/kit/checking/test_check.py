"""A check tells what holds, the smallest case that fails and what it points to; whatever the learner's code does."""

import builtins
import errno
import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from labs.kit import progress
from labs.kit.checking import catalogue, processes
from labs.kit.checking.checks import check
from labs.kit.checking.examine import Limits
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.report import KEEPS

KNOWN = {}  # exercises that only these tests have


def not_negative(case, answer):
    if answer < 0:
        raise Wrong(f"{answer} is below zero.")


def doubled(case, answer):
    if answer != 2 * case[0]:
        raise Wrong(f"Twice {case[0]} is not {answer}.", expected=2 * case[0])


def whole(case, answer):
    if not isinstance(answer, int):
        raise Wrong(f"It returned {type(answer).__name__}: expected a whole number.")
    return answer


def numbers():
    from hypothesis import strategies as st

    return st.tuples(st.integers(0, 10_000))


DOUBLE = Exercise(
    id="kafka-double", lesson="00", title="Twice", points=3, reference=lambda x: 2 * x,
    cases=lambda: [(x,) for x in range(6)], strategy=numbers, read=whole, shape="Returns a whole number",
    properties=(("Is not negative", not_negative), ("Is twice as much", doubled)),
    wrong=(
        Mistake("It squares.", lambda x: x * x),
        Mistake("It adds one.", lambda x: x + 1),
        Mistake("It is always one.", lambda x: 1),
    ),
    hints=("Think of <b>multiplication</b>.", "`2 * x`"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def course(monkeypatch):
    monkeypatch.setitem(KNOWN, "kafka-double", DOUBLE)
    monkeypatch.setattr(catalogue, "find", lambda name, find=catalogue.find: KNOWN.get(name) or find(name))


def html(report):
    return report._repr_mimebundle_()["text/html"]


def double(function):
    return check("kafka-double", function)


def test_a_right_answer():
    report = double(lambda x: x + x)
    assert report.passed and report.points == 3
    assert repr(report) == (
        "✓ all holds · Twice · 3 of 3 points\n"
        "  ✓ Returns a whole number\n  ✓ Is not negative\n  ✓ Is twice as much\n"
        "  Held in all 6 small cases, and in larger ones."
    )
    assert "Hint" not in html(report)


def test_a_wrong_answer_shows_the_smallest_case_and_what_it_points_to():
    report = double(lambda x: x * x)
    assert (report.verdict, report.points) == ("failed", 0)
    assert repr(report) == (
        "✗ 2 of 3 hold · Twice · 0 of 3 points\n"
        "  ✓ Returns a whole number\n  ✓ Is not negative\n  ✗ Is twice as much\n\n"
        "  ✗ Twice 1 is not 1.\n"
        "  smallest case found  (1,)\n  your answer          1\n  expected             2\n"
        "  It squares."
    )


def test_an_answer_that_reads_like_the_right_one_is_not_laid_beside_it(monkeypatch):
    monkeypatch.setitem(KNOWN, "kafka-double", replace(DOUBLE, show_answer=lambda answer: "a number"))
    told = repr(double(lambda x: x * x))
    assert "Twice 1 is not 1." in told and "your answer          a number" in told and "expected" not in told


def test_none_is_shown_where_it_is_an_answer(monkeypatch):
    def found(case, answer):
        if answer is None:
            raise Wrong("There is such a number.", expected=2 * case[0])

    maybe = replace(DOUBLE, read=lambda case, answer: answer, properties=(("Finds it", found),))
    monkeypatch.setitem(KNOWN, "kafka-double", maybe)
    assert "your answer          None\n" in repr(double(lambda x: None if x > 2 else 2 * x))


def test_code_and_stressed_words_are_set_as_such_and_a_pattern_is_left_alone(monkeypatch):
    says = "Take the number *above* it, as `a*b*c` does, and no *.* or 'k*'."
    monkeypatch.setitem(KNOWN, "kafka-double", replace(DOUBLE, wrong=(Mistake(says, lambda x: x * x),)))
    shown = "number <em>above</em> it, as <code>a*b*c</code> does, and no *.* or &#x27;k*&#x27;."
    assert shown in html(double(lambda x: x * x))


MISTAKEN = (
    Mistake("It divides by the number, and 0 has none.", lambda x: 2 * x * x // x),
    Mistake("It squares.", lambda x: x * x),
    Mistake("It is off by one from 2 on.", lambda x: 2 * x + (x >= 2)),
    Mistake("It changes nothing.", lambda x: x),
)


@pytest.mark.parametrize(
    ("mine", "sentence"),
    [
        (lambda x: x**2, "It squares."),
        (lambda x: x + x + 1 if x > 1 else x + x, "It is off by one from 2 on."),
        (lambda x: x, "It changes nothing."),
        (lambda x: 4 * x // (2 if x else 0), "It divides by the number, and 0 has none."),
        (lambda x: {1: 1}.get(x, 2 * x + 5), ""),  # at 1, which is shown, as squaring does; and at no other
        (lambda x: [][x], ""),  # it breaks off, too, but for another reason
    ],
)
def test_the_mistake_that_agrees_in_most_failing_cases_is_named(monkeypatch, mine, sentence):
    monkeypatch.setitem(KNOWN, "kafka-double", replace(DOUBLE, wrong=MISTAKEN))
    report = double(mine)
    assert (report.verdict, report.misconception) == ("failed", sentence)


def test_what_only_large_cases_show_is_found_and_made_small():
    report = double(lambda x: 2 * x if x < 777 else 0)
    assert report.failure.case == (777,) and report.failure.expected == 1554


def stub_raising(x):
    raise NotImplementedError()


def stub_pass(x):
    pass


def stub_dots(x):
    """Twice x."""
    ...


@pytest.mark.parametrize("stub", [stub_raising, stub_pass, stub_dots])
def test_a_stub_is_not_started_and_no_attempt(stub):
    report = double(stub)
    assert report.verdict == "not started" and "○ not started · Twice · worth 3 points" in repr(report)
    assert "✗" not in html(report) and "Hint 1 of 2" in html(report)
    assert progress.attempts("kafka-double").rows == []


def test_half_written_is_started():
    def f(x):
        if x < 3:
            return 2 * x
        raise NotImplementedError

    report = double(f)
    assert report.verdict == "failed" and "this part is still to be written" in report.failure.sentence


def test_the_wrong_kind_of_answer_is_one_sentence():
    report = double(lambda x: str(x))
    assert report.failure.sentence == "It returned str: expected a whole number."
    assert report.marks == [
        ("bad", "Returns a whole number"),
        ("idle", "Is not negative"),
        ("idle", "Is twice as much"),
    ]


def test_of_the_wrong_kind_is_shown_what_the_function_gave_and_not_what_a_call_makes_of_it(monkeypatch):
    def read(case, answer):
        return whole(case, answer[0]), answer[1]

    noted = replace(
        DOUBLE,
        call=lambda function, case: (function(*case), ["a record of it"]),
        read=read,
        properties=(("Is twice as much", lambda case, answer: doubled(case, answer[0])),),
    )
    monkeypatch.setitem(KNOWN, "kafka-double", noted)
    assert "your answer          'many'\n" in repr(double(lambda x: "many"))


NOT_ALL = " (not tried in every case)"


@pytest.mark.parametrize(
    ("function", "lines"),
    [
        (lambda x: 2 * x // (x < 5), ["✗ Returns an answer", f"○ Returns a whole number{NOT_ALL}",
                                      f"○ Is not negative{NOT_ALL}", f"○ Is twice as much{NOT_ALL}"]),
        (lambda x: 2 * x // (x < 5) + (x == 1), ["✗ Returns an answer", f"○ Returns a whole number{NOT_ALL}",
                                                 f"○ Is not negative{NOT_ALL}", "✗ Is twice as much"]),
        (lambda x: x / 0, ["✗ Returns an answer", "○ Returns a whole number (not tried)",
                           "○ Is not negative (not tried)", "○ Is twice as much (not tried)"]),
        (lambda x: 2 * x if x < 5 else None, ["✗ Returns a whole number", f"○ Is not negative{NOT_ALL}",
                                              f"○ Is twice as much{NOT_ALL}"]),
        (lambda x: 2 * x if x < 777 else 1 // 0, ["✗ Returns an answer", f"○ Returns a whole number{NOT_ALL}",
                                                  f"○ Is not negative{NOT_ALL}", f"○ Is twice as much{NOT_ALL}"]),
    ],
)  # fmt: skip
def test_a_property_is_ticked_only_if_it_was_looked_at_in_every_case(function, lines):
    report = double(function)
    assert repr(report).splitlines()[: len(lines) + 1] == [
        f"✗ 0 of {len(lines)} hold · Twice · 0 of 3 points",
        *(f"  {line}" for line in lines),
    ]
    assert all(f"<li>{line}</li>" in html(report) for line in lines)


def test_what_held_wherever_an_answer_came_still_counts_for_nbgrader():
    two_of_three, one_of_three = double(lambda x: 2 * x // (x < 5)), double(lambda x: 2 * x // (x < 5) + (x == 1))
    assert [two_of_three.earned, one_of_three.earned, double(lambda x: x / 0).earned] == [2, 1, 0]


def printing(x):
    print(2 * x)


def test_who_prints_instead_of_returning_is_told_so(monkeypatch):
    told = "You printed it: give it back with `return`."
    report = double(printing)
    assert (
        report.failure.sentence == told
        and "your answer          None" in repr(report)
        and "It printed:" in repr(report)
    )

    def row(function, case):  # several calls in one case
        return [function(case[0]), function(case[0] + 1)]

    def rows(case, answer):
        return [whole(case, one) for one in answer]

    for changes in (dict(read=lambda case, answer: answer), dict(call=row, read=rows, properties=())):
        monkeypatch.setitem(KNOWN, "kafka-double", replace(DOUBLE, **changes))
        assert double(printing).failure.sentence == told


def test_printing_is_no_fault_where_none_is_right_or_something_is_returned(monkeypatch):
    def wordy(x):
        print(x)
        return str(x)

    assert double(wordy).failure.sentence == "It returned str: expected a whole number."

    def nothing_yet(case, answer):
        raise Wrong("Not even the reference gets here.")

    acts = replace(DOUBLE, reference=lambda x: None, read=nothing_yet)
    monkeypatch.setitem(KNOWN, "kafka-double", acts)
    monkeypatch.setattr(Exercise, "solve", lambda self, case: None)
    assert double(printing).failure.sentence == "Not even the reference gets here."


def lesson(x):
    return 2 * x


def own(number):
    return number


def any_number(*numbers):
    return 0


@pytest.mark.parametrize(
    ("function", "show_case", "shown"),
    [
        (own, None, "own(number=1)"),
        (any_number, None, "any_number(1)"),
        (lambda x: 0, None, "lesson(x=1)"),
        (own, lambda case: f"lesson({case[0]}, 'as it is')", "own(1, 'as it is')"),
        (lambda x: 0, lambda case: f"lesson({case[0]})", "lesson(1)"),
        (own, lambda case: f"a log of {case[0]} record", "a log of 1 record"),
        (own, lambda case: "lessons(1)", "lessons(1)"),
    ],
)
def test_the_case_is_shown_as_a_call_of_the_learners_own_function(function, show_case, shown, monkeypatch):
    named = replace(DOUBLE, reference=lesson, show_case=show_case)
    monkeypatch.setitem(KNOWN, "kafka-double", named)
    assert f"smallest case found  {shown}\n" in repr(double(function))


def test_what_is_unusual_about_a_case_is_told_where_code_breaks_off_in_it(monkeypatch):
    wary = replace(DOUBLE, beware=lambda case: None if case[0] else "It is nought here.")
    monkeypatch.setitem(KNOWN, "kafka-double", wary)
    assert double(lambda x: 2 * x * x // x).misconception == "It is nought here."
    assert double(lambda x: 2 * x if x < 2 else x // 0).misconception == ""
    assert double(lambda x: 7).misconception == ""  # it came back
    assert double(lambda x: nowhere * x).misconception == ""  # noqa: F821  # the case has nothing to do with it


def test_hints_unfold_one_by_one_and_nothing_is_html_by_accident():
    text = html(double(lambda x: "<script>alert(1)</script>"))
    assert "<script>" not in text and "<b>" not in text
    assert re.search(r"<details[^>]*><summary>Hint 1 of 2</summary>.*<details[^>]*><summary>Hint 2 of 2", text, re.S)
    assert text.count("<details") == text.count("</details>") == 2


# ── hostile ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def endless(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def raising(x):
    raise RuntimeError("y" * 100_000)


def flooding(x):
    for i in range(20_000):
        print("flood", i)
    return 2 * x + 1


def deep(x):
    return deep(x)


def replacing(x):
    builtins.isinstance = lambda *a: True
    builtins.len = None
    return 2 * x


def leaving(x):
    sys.exit(3)


def promising(x):
    yield 2 * x


def huge(x):
    return [["z" * 1000] * 100] * 1000


class Odd:
    def __repr__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (endless, "did not come back within 0.3 s: it was in the loop at line"),
        (raising, "RuntimeError: yyy"),
        (flooding, "Twice 0 is not 1."),
        (deep, "calls itself again and again"),
        (replacing, "the built-in `isinstance` and `len`"),
        (leaving, "SystemExit"),
        (promising, "generator"),
        (huge, "far too large to be looked at"),
        (lambda x: Odd(), "It returned Odd"),
        (lambda x: None or {}.get(x), "It returned NoneType"),
    ],
)
def test_the_report_stays_readable_whatever_the_code_does(function, told, monkeypatch, capsys):
    monkeypatch.setattr(processes, "LIMITS", Limits(call=0.3))
    report = double(function)
    assert report.verdict == "failed" and told in repr(report)
    assert len(repr(report)) < 2500 and len(repr(report).splitlines()) < 45 and len(html(report)) < 8000
    assert capsys.readouterr().out == ""
    assert double(lambda x: 2 * x).passed


def test_what_it_printed_in_the_failing_case_can_be_unfolded():
    report = double(flooding)
    assert "flood 19" in repr(report) and "… and 19,980 more lines" in repr(report) and "flood 20" not in repr(report)


def in_place(xs, factor):
    for i, x in enumerate(xs):
        xs[i] = factor * x
    return xs


@pytest.mark.parametrize("keeps", [True, False])
def test_changing_an_argument_is_a_fault_only_where_the_text_says_so(monkeypatch, keeps):
    listed = Exercise(
        id="kafka-list", lesson="00", title="Each", points=1, reference=lambda xs, factor: [factor * x for x in xs],
        cases=lambda: [([1], 2), ([1, 2], 3)], properties=(), keeps=keeps,
        wrong=(
            Mistake("It changes its list.", in_place),
            Mistake("It adds.", lambda xs, factor: [factor + x for x in xs]),
        ),
    )  # fmt: skip
    monkeypatch.setitem(KNOWN, "kafka-list", listed)

    def second(xs, factors):
        return in_place(factors, xs)

    report = check("kafka-list", in_place)
    if keeps:
        assert ("bad", KEEPS) in report.marks and "changed its argument `xs`" in report.failure.sentence
        assert report.misconception == "It changes its list."
        monkeypatch.setitem(KNOWN, "kafka-list", replace(listed, cases=lambda: [(2, [1]), (3, [1, 2])]))
        assert "changed its argument `factors`" in check("kafka-list", second).failure.sentence
    else:
        assert report.passed and "It changed its argument `xs`, its own copy here." in repr(report)


def test_what_only_late_cases_show_is_named_by_mistakes_that_hold_in_the_small_ones(monkeypatch):
    early, late = Mistake("Zero.", lambda x: 0), Mistake("It stops at 500.", lambda x: 2 * x if x < 500 else 0)
    monkeypatch.setitem(KNOWN, "kafka-double", replace(DOUBLE, wrong=(early, late)))
    assert double(lambda x: 2 * x if x < 500 else 0).misconception == "It stops at 500."


def test_endless_code_is_stopped():
    report = double(endless)
    assert report.verdict == "failed" and "did not come back within 2 s" in report.failure.sentence


def test_right_and_too_slow_is_told_so(monkeypatch):
    monkeypatch.setattr(processes, "LIMITS", Limits(total=0.3))

    def slow(x):
        until = time.process_time() + 0.07
        while time.process_time() < until:
            pass
        return 2 * x

    report = double(slow)
    assert report.failure.sentence.startswith("Right so far, but too slow. Its calls took longer than 0.3 s together")
    assert not report.passed and report.share > 0


def test_no_solution_is_printed_where_no_answer_came_back(monkeypatch):
    assert double(lambda x: x / 0).failure.expected is None
    monkeypatch.setitem(KNOWN, "kafka-double", replace(DOUBLE, shows_right=False, properties=DOUBLE.properties[:1]))
    report = double(lambda x: -1)
    assert report.failure.answer == -1 and report.failure.expected is None


# ── called wrongly ────────────────────────────────────────────────────────────────────────────────────────────────────


def sticky(x):
    return x


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("kafka-rnge", sticky), "There is no exercise `kafka-rnge`. Did you mean `kafka-range`"),
        (("nonsense", sticky), "There is no exercise `nonsense`."),
        (("", sticky), "There is no exercise ``."),
        (("kafka-double", {"a": 1}), "its name without brackets after it; it was given `{'a': 1}`"),
        (("kafka-double",), "it was given nothing"),
        ((sticky, "kafka-double"), "The exercise comes first: `check('kafka-double', sticky)`."),
        ((), "Say which exercise"),
    ],
)
def test_a_wrong_call_is_one_sentence(args, told):
    report = check(*args)
    assert report.verdict == "not checked" and told in repr(report) and not report.passed
    assert len(repr(report).splitlines()) == 2


def test_only_nbgrader_makes_it_raise_and_only_where_nothing_is_earned(monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    full, part = double(lambda x: 2 * x), double(lambda x: 1)
    assert [r._repr_mimebundle_() for r in (full, part)] == [{"text/plain": "3"}, {"text/plain": "1.5"}]
    assert "✗ 2 of 3 hold · Twice · 1.5 of 3 points" in capsys.readouterr().out
    with pytest.raises(AssertionError, match=r"^0 of 3 points: not started$"):
        double(stub_raising)
    with pytest.raises(AssertionError, match=r"^0 of 3 points: At line .* ZeroDivisionError"):
        double(lambda x: x / 0 if x else 0)
    with pytest.raises(AssertionError, match=r"^not checked$"):
        check("kafka-x", sticky)
    assert capsys.readouterr().err == ""


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_attempts_are_kept_and_trouble_with_that_is_said(monkeypatch, tmp_path):
    double(lambda x: 1)
    double(lambda x: 2 * x)
    assert [row[1:] for row in progress.attempts("kafka-double").rows] == [("failed", "0 of 3"), ("passed", "3 of 3")]

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "file"))
    report = double(lambda x: 2 * x)
    assert report.passed and "could not be kept in file/" in repr(report)

    def full(*args, **named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "full"))
    monkeypatch.setattr(progress, "write", full)
    assert "could not be kept in full/: no space left on device." in repr(double(lambda x: 2 * x))


SCRIPT = """
import sys
from labs.kit.checking.checks import check
from labs.kafka.groups.assignors import range_assign

def unsorted(members, topics):
    answer = {m.id: set() for m in members}
    for topic in {t for m in members for t in m.topics}:
        readers = [m.id for m in members if topic in m.topics]
        for n in range(topics[topic]):
            answer[readers[min(n, len(readers) - 1)]].add((topic, n))
    return answer

def rare(members, topics):
    return {} if len(members) > 4 and max(topics.values()) > 5 else range_assign(members, topics)

assert "hypothesis" not in sys.modules
for function in (unsorted, rare, range_assign, lambda m, t: {x: {"a", "b", "c"} for x in t}):
    print(check("kafka-range", function)._repr_mimebundle_())
"""


def run(tmp_path, seed):
    work = tmp_path / f"cwd{seed}"
    work.mkdir()
    (work / "script.py").write_text(SCRIPT)
    env = {**os.environ, "PYTHONHASHSEED": seed, "COURSE_WORK": str(tmp_path / seed), "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, "script.py"], cwd=work, env=env, capture_output=True, text=True, check=True)
    assert [p.name for p in work.iterdir()] == ["script.py"], "something was left beside the learner's notebook"
    return done.stdout


def test_the_report_is_the_same_in_every_process(tmp_path):
    one, other = run(tmp_path, "1"), run(tmp_path, "2")
    assert one == other and one.count("smallest case found") >= 4
