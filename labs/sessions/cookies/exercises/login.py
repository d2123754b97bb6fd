"""A login that is safe from fixation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, product
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.sessions.cookies.exercises import login_wrong as wrong
from labs.sessions.cookies.login import Session, log_in

Case = tuple[dict[str, Session], str | None, str]
LEFT = "left by the login before"


@dataclass(frozen=True)
class After:
    """What came of a login. `shares`: the cart is the same list as in another login with the same arguments."""

    returned: str
    sessions: dict[str, Session]
    calls: int  # of new_id
    shares: bool


@dataclass(frozen=True)
class Muddled:
    """The sessions are no dict of sessions any more."""

    sessions: Any

    def __repr__(self) -> str:
        return f"sessions is {self.sessions!r}"


def _call(function: Callable[..., Any], case: Case) -> Any:
    sessions, returned, calls = _once(function, case)
    if not isinstance(returned, str):
        return returned
    if not _well(sessions):
        return Muddled(sessions)
    told = {k: {"user": v["user"], "cart": [x for x in v["cart"] if x != LEFT]} for k, v in sessions.items()}
    return After(returned, told, calls, _shares(function, case, sessions.get(returned)))


def _once(function: Callable[..., Any], case: Case) -> tuple[Any, Any, int]:
    sessions, numbers = deepcopy(case[0]), count(1)
    returned = function(sessions, case[1], case[2], lambda: f"fresh{next(numbers)}")
    return sessions, returned, next(numbers) - 1


def _well(sessions: Any) -> bool:
    return isinstance(sessions, dict) and all(
        isinstance(key, str) and isinstance(value, dict) and set(value) == {"user", "cart"}
        and isinstance(value["cart"], list) and isinstance(value["user"], str | None)
        for key, value in sessions.items()
    )  # fmt: skip


def _shares(function: Callable[..., Any], case: Case, session: Session | None) -> bool:
    """Put something into the new cart, log in once more in the same way, and look for it there."""
    if session is None:
        return False
    session["cart"].append(LEFT)
    again, returned, _ = _once(function, case)
    return _well(again) and LEFT in again.get(returned, {"cart": []})["cart"]


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
    if isinstance(answer, Muddled):
        raise Wrong("Every session in `sessions` is a dict with a user and a cart, a list, under its id.")
    if not isinstance(answer, After):
        raise Wrong("Return the id for the cookie, a text.")
    return answer


def _fresh(case: Case, answer: After) -> None:
    if not answer.returned.startswith("fresh"):
        raise Wrong(f"You returned {answer.returned!r}; expected was an id that new_id() has just made.")
    if answer.calls != 1:
        raise Wrong(f"You called new_id() {answer.calls} times; one login needs one id.")


def _user(case: Case, answer: After) -> None:
    session = answer.sessions.get(answer.returned)
    if session is None:
        raise Wrong(f"`sessions` has no session under {answer.returned!r}, the id that you returned.")
    if session["user"] != case[2]:
        raise Wrong(f"The session under the id that you returned has the user {session['user']!r}.")


def _gone(case: Case, answer: After) -> None:
    if case[1] is not None and case[1] in answer.sessions:
        raise Wrong(f"The id from before the login, {case[1]!r}, still opens a session.")


def _cart(case: Case, answer: After) -> None:
    session = answer.sessions.get(answer.returned)
    if session is not None and session["cart"] != _right_cart(case):
        raise Wrong(f"After the login the cart holds {session['cart']!r}.", _call(log_in, case))
    if answer.shares:
        raise Wrong("Two logins got one and the same list: what one user puts into the cart, the other finds there.")


def _right_cart(case: Case) -> list[str]:
    old = case[0].get(case[1]) if case[1] is not None else None
    return list(old["cart"]) if old and old["user"] is None else []


def _others(case: Case, answer: After) -> None:
    others = {key: value for key, value in case[0].items() if key != case[1]}
    for key, value in others.items():
        if answer.sessions.get(key) != value:
            raise Wrong(f"The session {key!r} is somebody else's, or of another browser, and has changed.")
    if extra := [key for key in answer.sessions if key not in others and key not in (answer.returned, case[1])]:
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
    show_answer=lambda answer: f"returned {answer.returned!r}; sessions is {answer.sessions!r}",
    shape="Returns a text, and leaves sessions in order",
    read=_read,
    properties=(
        ("Returns a new id, made once", _fresh),
        ("The new session belongs to the user", _user),
        ("The old id is worthless", _gone),
        ("The cart comes along from an anonymous session only", _cart),
        ("All other sessions stay as they were", _others),
    ),
    wrong=wrong.WRONG,
    hints=(
        "Take the old session out first: `sessions.pop(old_id, None)` does not mind if there is none.",
        "Whose cart is it? Only a session whose user is None passes its cart on.",
        "Then one new id, one new session under it, and return the id.",
    ),
)
