from dataclasses import dataclass
from inspect import signature

import pytest

from labs.kit.limits import (
    A,
    Each,
    Either,
    Function,
    Maybe,
    Number,
    OneOf,
    Text,
    Whole,
    YesNo,
    check_faults,
    check_settings,
    settle,
    takes,
)
from labs.kit.trace import Fault

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("limit", "allowed", "refused", "text"),
    [
        (Whole(1, 5), [1, 5], [0, 6, 2.0, "2", True, None, NAN], "a whole number from 1 to 5"),
        (Whole(), [-(10**30), 0, 7], [1.5, False, "x"], "a whole number"),
        (Whole(0, unit="records"), [0, 10**9], [-1, 0.5], "a whole number, 0 or more (records)"),
        (Number(0.1, 2, "seconds"), [0.1, 1], [0.09, 2.1, NAN, INF, "1", True, 1j], "a number from 0.1 to 2 (seconds)"),
        (Number(1, 1e9), [1e9], [1e9 + 1], "a number from 1 to 1000000000"),
        (OneOf(["a", "b"]), ["a"], ["c", "A", "", None, ["a"], {}], "one of a, b"),
        (OneOf({1: "one"}), [1], [True, 1.0, "1"], "one of 1"),
        (YesNo(), [True, False], [0, 1, None, "yes"], "True or False"),
        (Text(), ["x", " "], ["", None, 3, b"x"], "a text that is not empty"),
        (Function("a key"), [len, lambda: 0], [None, "len"], "a function of a key"),
        (A(Fault), [Fault(1, "crash", "a")], [Fault, None], "a Fault"),
        (A(dict, "{name: number}"), [{}, {"a": 1}], [[], "a"], "{name: number}"),
        (
            Each(Whole(1, 9), 1, 3),
            [[1], (2, 3)],
            [[], [0], [1, 1, 1, 1], "1", {1}, 1, [True]],
            "a list of 1 to 3, each a whole number from 1 to 9",
        ),
        (Each(Text(), 1), [["a"] * 50], [[], "a"], "a list of 1 or more, each a text that is not empty"),
        (Maybe(Number(0, 1)), [None, 0, 0.5], [2, "0"], "a number from 0 to 1, or None"),
        (Either(OneOf(["a"]), Whole(1, 2)), ["a", 1], ["b", 3, None], "one of a or a whole number from 1 to 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the same in every process
)
def test_a_limit_says_what_it_allows_and_allows_just_that(limit, allowed, refused, text):
    assert [value for value in allowed if not limit.allows(value)] == []
    assert [value for value in refused if limit.allows(value)] == []
    assert str(limit) == text


LIMITS = {"records": Whole(1, 200), "reset": OneOf(("earliest", "latest"))}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"records": "3"}, "records must be a whole number from 1 to 200, and not '3'"),
        ({"records": 10**5000}, "records must be a whole number from 1 to 200, and not a value of type int"),
        ({"reset": ["latest"]}, "reset must be one of earliest, latest, and not ['latest']"),
        ({"records": 1, "reset": "none"}, "reset must be one of earliest, latest, and not 'none'"),
        ({"speed": 3}, "there is no setting 'speed'; there are records, reset"),
    ],
)
def test_the_first_setting_that_cannot_be_is_told_in_one_sentence(settings, sentence):
    check_settings(LIMITS, {"records": 1, "reset": "latest"})
    with pytest.raises(ValueError) as caught:
        check_settings(LIMITS, settings)
    assert str(caught.value).startswith(sentence) and "\n" not in str(caught.value)


def test_faults_come_back_in_order_of_time():
    late, early = Fault(5, "crash", "a"), Fault(1.5, "join", "b")
    assert check_faults(iter([late, early]), ("crash", "join"), 5) == (early, late)
    assert check_faults([], ("crash",)) == ()


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        (None, "faults must be a list of Fault(seconds, kind, server), and not None"),
        ([(1, "crash", "a")], "a fault is written Fault(seconds, kind, server), and not (1, 'crash', 'a')"),
        ([Fault(1, "explode", "a")], "there is no fault 'explode'; choose one of crash, join"),
        ([Fault(1, ["crash"], "a")], "there is no fault ['crash']; choose one of crash, join"),
        ([Fault(1, "crash", ["a"])], "'crash' strikes a server by its name, and not ['a']"),
        ([Fault(-1, "crash", "a")], "'crash' at -1 s lies outside the run, which goes from 0 to 9 s"),
        ([Fault(9.5, "crash", "a")], "'crash' at 9.5 s lies outside the run"),
        ([Fault(NAN, "crash", "a")], "'crash' at nan s lies outside the run"),
    ],
)
def test_a_fault_that_cannot_be_is_told_in_one_sentence(faults, sentence):
    with pytest.raises(ValueError) as caught:
        check_faults(faults, ("crash", "join"), 9, "server")
    assert str(caught.value).startswith(sentence)


def test_a_run_without_a_fixed_end_takes_faults_at_any_moment_but_never():
    assert len(check_faults([Fault(10**6, "crash", "a")], ("crash",))) == 1
    with pytest.raises(ValueError, match="which begins at 0 s"):
        check_faults([Fault(INF, "crash", "a")], ("crash",))


@dataclass(frozen=True, kw_only=True)
class Settings:
    records: int = 4
    reset: str = "latest"


def test_settings_come_in_one_piece_and_help_shows_each_of_them():
    @takes(Settings)
    def run(*, faults=(), seed=0, **settings):
        return settle(Settings, LIMITS, settings, seed)

    assert run(records=7) == Settings(records=7, reset="latest")
    assert str(signature(run)) == "(*, records: int = 4, reset: str = 'latest', faults=(), seed=0)"
    for wrong in ({"records": 0}, {"seed": "x"}, {"seed": True}, {"speed": 1}):
        with pytest.raises(ValueError):
            run(**wrong)
