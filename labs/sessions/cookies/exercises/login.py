"""A login that is safe from fixation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import count, product
from typing import Any

from labs.kit.exercise import Exercise, Wrong
from labs.sessions.cookies.exercises import login_wrong as wrong
from labs.sessions.cookies.login import Session, log_in

Case = tuple[dict[str, Session], str | None, str]
After = tuple[Any, dict[str, Session], int]  # what was returned, the sessions afterwards, how many ids were asked for


def _call(function: Callable[..., Any], case: Case) -> After:
    sessions, numbers = deepcopy(case[0]), count(1)
    calls = 0

    def new_id() -> str:
        nonlocal calls
        calls += 1
        return f"fresh{next(numbers)}"

    returned = function(sessions, case[1], case[2], new_id)
    return returned, sessions, calls


def _cases() -> Iterator[Case]:
    nobody: Session = {"user": None, "cart": []}
    filled = {"user": None, "cart": ["tea", "mug"]}
    bob = {"user": "bob", "cart": ["lamp"]}
    ada = {"user": "ada", "cart": ["pen"]}
    yield {"a1": nobody}, "a1", "ada"
    yield {"a1": filled}, "a1", "ada"
    yield {}, None, "ada"
    yield {}, "evil", "ada"
    yield {"a1": bob}, "a1", "ada"
    yield {"a1": filled, "a2": bob, "a3": ada, "a10": nobody}, "a1", "ada"
    for old, user in product((None, "", "a", "a1", "a10", "a2", "evil"), ("ada", "bob", "Zoë", "None")):
        yield {"a": ada, "a1": filled, "a10": bob, "a2": {"user": None, "cart": ["cup"]}}, old, user
    yield {"": filled}, "", "ada"
    yield {"": filled, "None": filled}, None, "ada"
    yield {"0": filled, "a1": nobody}, "0", "ada"


def _strategy() -> Any:
    from hypothesis import strategies as st

    ids = st.sampled_from(["a", "a1", "a10", "b", "Ω", ""])
    session = st.fixed_dictionaries(
        {"user": st.sampled_from([None, "ada", "bob", "ad"]), "cart": st.lists(st.sampled_from(["tea", "mug"]))}
    )
    return st.tuples(
        st.dictionaries(ids, session, max_size=5), st.one_of(st.none(), ids), st.sampled_from(["ada", "bob", "Zoë"])
    )


def _read(case: Case, answer: Any) -> After:
    returned, sessions, calls = answer
    if not isinstance(returned, str):
        raise Wrong("Return the id for the cookie, a text.")
    well = isinstance(sessions, dict) and all(
        isinstance(key, str) and isinstance(value, dict) and set(value) == {"user", "cart"}
        and isinstance(value["cart"], list | tuple) and isinstance(value["user"], str | None)
        for key, value in sessions.items()
    )  # fmt: skip
    if not well:
        raise Wrong("Every session in `sessions` is a dict with a user and a cart, under its id.")
    return returned, {k: {"user": v["user"], "cart": list(v["cart"])} for k, v in sessions.items()}, calls


def _fresh(case: Case, answer: After) -> None:
    if not answer[0].startswith("fresh"):
        raise Wrong(f"You returned {answer[0]!r}; expected was an id that new_id() has just made.")
    if answer[2] != 1:
        raise Wrong(f"You called new_id() {answer[2]} times; one login needs one id.")


def _user(case: Case, answer: After) -> None:
    if answer[1].get(answer[0], {}).get("user") != case[2]:
        raise Wrong(f"`sessions` has no session of {case[2]} under the id that you returned.")


def _gone(case: Case, answer: After) -> None:
    if case[1] is not None and case[1] in answer[1]:
        raise Wrong(f"The id from before the login, {case[1]!r}, still opens a session.")


def _cart(case: Case, answer: After) -> None:
    got = answer[1].get(answer[0], {}).get("cart")
    if got != _right_cart(case):
        raise Wrong(f"After the login the cart holds {got!r}.", _call(log_in, case))


def _right_cart(case: Case) -> list[str]:
    old = case[0].get(case[1]) if case[1] is not None else None
    return list(old["cart"]) if old and old["user"] is None else []


def _others(case: Case, answer: After) -> None:
    others = {key: value for key, value in case[0].items() if key != case[1]}
    for key, value in others.items():
        if answer[1].get(key) != value:
            raise Wrong(f"The session {key!r} is somebody else’s, or of another browser, and has changed.")
    if extra := [key for key in answer[1] if key not in others and key not in (answer[0], case[1])]:
        raise Wrong(f"There is a session that nobody asked for: {extra[0]!r}.")


LOGIN = Exercise(
    id="sessions-log-in",
    lesson="18",
    title="A login that gives a new id",
    points=2,
    reference=log_in,
    cases=_cases,
    strategy=_strategy,
    call=_call,
    show_case=lambda case: f"log_in({case[0]!r}, {case[1]!r}, {case[2]!r}, new_id)",
    show_answer=lambda answer: f"returned {answer[0]!r}; sessions is {answer[1]!r}",
    shape="Returns a text, and leaves sessions in order",
    read=_read,
    properties=(
        ("Returns a new id, made once", _fresh),
        ("The new session belongs to the user", _user),
        ("The old id is worthless", _gone),
        ("The cart comes along from an anonymous session only", _cart),
        ("All other sessions stay as they were", _others),
    ),
    wrong=wrong.MISTAKES,
    hints=(
        "Take the old session out first: `sessions.pop(old_id, None)` does not mind if there is none.",
        "Whose cart is it? Only a session whose user is None passes its cart on.",
        "Then one new id, one new session under it, and return the id.",
    ),
)
