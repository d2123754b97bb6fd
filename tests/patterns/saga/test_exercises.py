"""The exercises of lesson 02: right answers in any style pass, wrong ones are caught and told nothing untrue."""

import pytest

from labs.kit.checking.checks import check
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

undo, take, decide = Answers("patterns-undo"), Answers("patterns-take"), Answers("patterns-next-action")


@undo.right
def step_by_step(rows, key):
    if key in rows["taken"]:
        rows["free"] = rows["free"] + rows["taken"][key]
        del rows["taken"][key]
    if key not in rows["closed"]:
        rows["closed"][key] = "undone"
    return "done"


@take.right
def new_ones_first(rows, key, amount):
    if key not in rows["taken"] and key not in rows["closed"]:
        if amount <= rows["free"]:
            rows.update(free=rows["free"] - amount, taken={**rows["taken"], key: amount})
        else:
            rows["closed"] = {**rows["closed"], key: "refused"}
    return "done" if key in rows["taken"] else "failed"


@decide.right
def by_sets(steps, log):
    done, unknown = ({name for name, outcome in log if outcome == which} for which in ("done", "unknown"))
    kinds = {action: kind for action, _, kind in steps}
    back = any(
        (outcome == "failed" and kinds.get(name) in ("compensatable", "pivot"))
        or (outcome == "unknown" and kinds.get(name) == "compensatable")
        for name, outcome in log
    )
    if not back:
        return next((action for action in kinds if action not in done), None)
    return next((c for a, c, _ in steps[::-1] if a in done | unknown and c and c not in done), None)


@decide.right
def with_a_stack(steps, log):
    seen, stack = {}, []
    for name, outcome in log:
        seen.setdefault(name, set()).add(outcome)
    for action, compensation, kind in steps:
        outcomes = seen.get(action, set())
        if "done" in outcomes:
            stack.append(compensation)
            continue
        if not (("failed" in outcomes and kind != "retriable") or ("unknown" in outcomes and kind == "compensatable")):
            return action
        stack += [compensation] if "unknown" in outcomes else []
        return next((c for c in reversed(stack) if c is not None and "done" not in seen.get(c, ())), None)


@decide.wrong("You pass over a compensation that failed.")
def skips_what_was_tried(steps, log):
    done, unknown = ({name for name, outcome in log if outcome == which} for which in ("done", "unknown"))
    tried = {name for name, outcome in log if outcome in ("done", "failed")}
    following = by_sets(steps, log)
    if following and following in {compensation for _, compensation, _ in steps}:
        return next((c for a, c, _ in reversed(steps) if a in done | unknown and c and c not in tried), None)
    return following


@decide.wrong("You turn back at a retriable step.")
def any_failure_turns_back(steps, log):
    done = {name for name, outcome in log if outcome == "done"}
    if not any(outcome == "failed" and name in {action for action, _, _ in steps} for name, outcome in log):
        return by_sets(steps, log)
    back = [c for a, c, _ in reversed(steps) if a in done or (a, "unknown") in log]
    return next((c for c in back if c and c not in done), None)


@decide.wrong("You stop at a step that has no compensation.")
def none_is_a_compensation(steps, log):
    done = {name for name, outcome in log if outcome == "done"}
    following = by_sets(steps, log)
    if following in {action for action, _, _ in steps}:
        return following
    for action, compensation, _ in reversed(steps):
        if (action in done or (action, "unknown") in log) and compensation not in done:
            return compensation
    return None


@take.wrong("You change a copy.")
def on_a_new_dict(rows, key, amount):
    rows = {"free": rows["free"], "taken": dict(rows["taken"]), "closed": dict(rows["closed"])}
    return new_ones_first(rows, key, amount)


@decide.wrong("You repeat a pivot that failed.")
def only_compensatable_steps_fail(steps, log):
    kinds = {action: kind for action, _, kind in steps}
    return by_sets(steps, [(name, out) for name, out in log if kinds.get(name) != "pivot" or out == "done"])


@decide.wrong("You send the failed step again")
def once_more_from_there(steps, log):
    done = {name for name, outcome in log if outcome == "done"}
    return by_sets(steps, log) or next((action for action, _, _ in steps if action not in done), None)


@take.wrong("You look at the amount before the key.")
def short_is_refused(rows, key, amount):
    if amount > rows["free"]:
        rows["closed"][key] = "refused"
        return "failed"
    return new_ones_first(rows, key, amount)


@take.wrong()
def by_amount(rows, key, amount):
    return "done" if amount in rows["taken"].values() else new_ones_first(rows, key, amount)


@take.wrong()
def by_prefix(rows, key, amount):
    if any(known.startswith(key) for known in rows["taken"]):
        return "done"
    return new_ones_first(rows, key, amount)


@undo.wrong("You expect the key in `taken`.")
def only_what_is_there(rows, key):
    rows["free"] += rows["taken"][key]
    del rows["taken"][key]
    rows["closed"][key] = "undone"
    return "done"


@pytest.mark.parametrize(("exercise", "function"), right_ones(undo, take, decide))
def test_right_answers_pass(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(undo, take, decide))
def test_wrong_answers_are_told_why(exercise, function, told):
    fails(exercise, function, told)


def test_an_empty_name_is_told_from_none():
    report = check("patterns-next-action", lambda steps, log: by_sets(steps, log) or "")
    assert report.failure.sentence == "Return None when the saga is over, not an empty string."


def test_a_report_shows_what_was_returned_and_what_is_in_the_rows():
    report = repr(check("patterns-take", lambda rows, key, amount: "done"))
    told, case, yours, expected = report.splitlines()[5:9]
    free, taken = (
        '`rows["free"]` should be 70, and is 100',
        """`rows["taken"]` should be {'A1/charge': 30}, and is {}""",
    )
    assert told == f"  ✗ Afterwards {free}; {taken}."
    assert case.endswith(" take(rows={'closed': {}, 'free': 100, 'taken': {}}, key='A1/charge', amount=30)")
    assert yours.endswith(" returns 'done', and leaves rows = {'closed': {}, 'free': 100, 'taken': {}}")
    assert expected.endswith(
        " returns 'done', and leaves rows = {'closed': {}, 'free': 70, 'taken': {'A1/charge': 30}}"
    )
    report = repr(check("patterns-undo", lambda rows, key: (undo, rows)[:0]))
    assert '✗ Return "done"; your function returned ().' in report and "your answer" not in report


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        (lambda rows: rows.pop("closed"), '`rows["closed"]` is missing.'),
        (lambda rows: rows.update(note=None), '`rows["note"]` should not be there.'),
    ],
)
def test_a_part_too_few_or_too_many_is_named(slip, told):
    def answer(rows, key):
        step_by_step(rows, key)
        slip(rows)
        return "done"

    assert told in repr(check("patterns-undo", answer))
