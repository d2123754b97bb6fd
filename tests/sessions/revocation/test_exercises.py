"""The time until a closed account is out: the formula against every moment, and answers in many styles."""

from itertools import product

import pytest

from labs.sessions.journey.travel import DESIGNS
from labs.sessions.revocation.designs import compare, longest_in, lookups, tried_out
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

out = Answers("sessions-out")


@pytest.mark.parametrize("design", DESIGNS)
def test_the_formula_is_what_trying_every_moment_finds(design: str) -> None:
    for life, pause, leeway in product((1, 2, 5, 8), (0, 1, 3, 5, 8, 11), (0, 1, 4)):
        assert longest_in(design, life, pause, leeway) == tried_out(design, life, pause, leeway)


def test_the_table_waits_for_the_learner() -> None:
    def stub(design, life, pause, leeway):
        raise NotImplementedError

    assert list(compare(stub)) == ["your function"]  # and none of the answers
    assert "..." not in str(compare(stub))  # pandas shows 50 characters of a text
    table = compare(longest_in)
    assert (table["out after, yours"] == table["every moment tried"]).all()
    assert table["lookups per hour"].tolist() == [60, 12, 0, 12, 60, 4, 0, 3]
    assert lookups("cached session", 60, 15, 0) == 60
    assert set(compare(lambda *given: 1 / 0)["out after, yours"]) == {"not usable"}
    some = compare(lambda design, *given: longest_in(design, *given) or None)
    assert some["out after, yours"].tolist() == ["None", 5, 16, 5, "None", 15, 16, 16]


@out.right
def with_a_table(design, life, pause, leeway):
    return {
        "session": 0,
        "cached session": min(life, pause),
        "token": life + leeway,
        "token + denylist": min(life + leeway, pause),
    }[design]


@out.right
def step_by_step(design, life, pause, leeway):
    end = life
    if "token" in design:
        end += leeway
    asks = design != "token"
    if design == "session":
        pause = 0
    return sorted([end, pause])[0] if asks else end


@out.right
def with_match(design, life, pause, leeway):
    match design:
        case "session":
            return 0
        case "cached session":
            return pause if pause < life else life
        case "token":
            return life + leeway
        case _:
            return pause if pause < life + leeway else life + leeway


@out.right
def every_second(design, life, pause, leeway):
    end = life + (leeway if design.startswith("token") else 0)
    worst = 0
    for closed in range(end if design != "session" else 0):
        served = [s for s in range(closed, end) if design == "token" or s < closed + pause]
        worst = max(worst, served[-1] + 1 - closed if served else 0)
    return worst


@out.wrong("whole number of seconds")
def as_a_float(design, life, pause, leeway):
    return float(with_a_table(design, life, pause, leeway))


@out.wrong()
def both_added(design, life, pause, leeway):
    return pause + life if design == "cached session" else with_a_table(design, life, pause, leeway)


@out.wrong()
def strings(design, life, pause, leeway):
    return f"{with_a_table(design, life, pause, leeway)} s"


@out.wrong("the leeway of a plain token")
def no_leeway_for_a_token(design, life, pause, leeway):
    return life if design == "token" else with_a_table(design, life, pause, leeway)


@out.wrong("leeway of a token with a denylist")
def no_leeway_for_a_list(design, life, pause, leeway):
    return min(pause, life) if design == "token + denylist" else with_a_table(design, life, pause, leeway)


@out.wrong("cache hears of it")
def only_tokens(design, life, pause, leeway):
    return life + leeway if "token" in design else 0


@out.wrong("no longer used")
def by_age(design, life, pause, leeway):
    end = life + (leeway if "token" in design else 0)
    if design in ("session", "token"):
        return 0 if design == "session" else end
    return max(age + 1 for age in range(end) if age <= pause)


@pytest.mark.parametrize(("exercise", "function"), right_ones(out))
def test_right_ones_pass(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(out))
def test_wrong_ones_fail(exercise, function, told):
    fails(exercise, function, told)
