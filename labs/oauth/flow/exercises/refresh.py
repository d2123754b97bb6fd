"""Lesson 21: refresh tokens that work once, and what a second use means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, product
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.checking.reading import misread
from labs.kit.guarding.telling import show
from labs.oauth.flow.exercises.refresh_wrong import WRONG
from labs.oauth.flow.rotation import Tokens, refresh

Steps = list[tuple[str, str]]  # (token, client), presented one after the other
Case = tuple[Steps]


def _start() -> Tokens:
    return {
        "r1": {"client": "print", "family": "f1", "used": False},
        "r2": {"client": "print", "family": "f2", "used": False},
        "s1": {"client": "scan", "family": "f3", "used": False},
        "e1": {"client": "print", "family": "", "used": False},
    }


@dataclass(frozen=True)
class After:
    """What came out of each step, and what they left behind."""

    told: list[str | None]
    tokens: Tokens
    revoked: list[str]


def _call(function: Callable[..., Any], case: Case) -> Any:
    tokens, revoked, numbers = _start(), set[str](), count(1)

    def fresh() -> str:
        return f"new{next(numbers)}"

    told = []
    for token, client in case[0]:
        told.append(function(token, client, tokens, revoked, fresh))
        if told[-1] is not None and not isinstance(told[-1], str):
            return told[-1]
    return After(told, tokens, sorted(revoked))


def _right(case: Case) -> After:
    after = _call(refresh, case)
    assert isinstance(after, After)
    return after


def _cases() -> Iterator[Case]:
    """A few steps in every order, then longer lives."""
    p = [("r1", "print"), ("new1", "print"), ("r1", "scan"), ("r2", "print"), ("no", "print"), ("new2", "print")]
    yield ([p[0]],)
    yield ([p[0], p[0]],)
    for length in (1, 2, 3):
        yield from (([*some],) for some in product(p, repeat=length))
    yield ([("", "print")],)
    yield ([("e1", "print")],)
    yield ([("e1", "print"), ("e1", "print"), ("new1", "print")],)
    yield ([("no", "print"), ("r1", "scan"), ("r1", "print")],)
    yield ([("s1", "scan"), ("r1", "print"), ("new1", "scan"), ("new2", "print"), ("new3", "print")],)
    yield ([("r1", "print"), ("r2", "print"), ("r1", "print"), ("new2", "print"), ("new1", "print")],)
    yield ([("r1", "print"), ("new1", "print"), ("new2", "print"), ("new1", "print"), ("new3", "print")],)
    yield ([("r1", "print"), ("new1", "scan"), ("new1", "print"), ("r1", "scan"), ("new2", "print")],)
    yield ([("r1", "print"), *((f"new{n}", "print") for n in range(1, 12)), ("r1", "print"), ("new12", "print")],)


def _strategy() -> Any:
    from hypothesis import strategies as st

    token = st.sampled_from(["r1", "r2", "s1", "e1", "new1", "new2", "new3", "new4"])
    step = st.tuples(token, st.sampled_from(["print", "print", "print", "scan"]))
    return st.tuples(st.lists(step, min_size=2, max_size=8))


def _read(case: Case, answer: Any) -> After:
    if not isinstance(answer, After):
        raise misread(answer, "the new token, or None")
    return answer


def _answers(case: Case, answer: After) -> None:
    right = _right(case)
    for n, (got, want) in enumerate(zip(answer.told, right.told, strict=True)):
        if got != want:
            token, client = case[0][n]
            what = f"must be refused, but the answer was {got!r}" if want is None else f"gets {want!r}, and not {got!r}"
            raise Wrong(f"Step {n + 1}: {token!r}, presented by {client!r}, {what}.", right)


def _families(case: Case, answer: After) -> None:
    right = _right(case)
    if answer.revoked != right.revoked:
        raise Wrong("`revoked` should hold the families of which a used token was presented, and no others.", right)


def _records(case: Case, answer: After) -> None:
    right = _right(case)
    got, wanted = answer.tokens, right.tokens
    for token in [*wanted, *got]:
        if token not in got:
            raise Wrong(f"There is no record of {token!r} afterwards.", right)
        if token not in wanted:
            raise Wrong(f"There should be no record of {token!r} afterwards.", right)
        if got[token] != wanted[token]:
            raise Wrong(f"The record of {token!r} should be {wanted[token]}, and is {got[token]}.", right)


def _told(answer: After) -> str:
    """What came out, what is revoked, and every token's record in short."""
    start, tokens = _start(), answer.tokens
    changed = [_record(token, tokens[token]) for token in tokens if tokens[token] != start.get(token)]
    gone = [f"no {token}" for token in start if token not in tokens]
    told, revoked, new = map(", ".join, (map(repr, answer.told), map(repr, answer.revoked), changed + gone))
    return f"returned {told}; then revoked has {revoked or 'nothing'}; changed in tokens: {new or 'nothing'}"


def _record(token: str, record: Any) -> str:
    if not isinstance(record, dict) or record.keys() != {"client", "family", "used"}:
        return f"{token} ({show(record)})"
    return f"{token} (client {record['client']!r}, family {record['family']!r}, used={record['used']})"


def _shown(case: Case) -> str:
    return "; then ".join(f"refresh({token!r}, {client!r}, …)" for token, client in case[0])


REFRESH = Exercise(
    id="oauth-refresh",
    lesson="21",
    title="Rotation with reuse detection",
    points=3,
    reference=refresh,
    cases=_cases,
    strategy=_strategy,
    call=_call,
    read=_read,
    show_case=_shown,
    show_answer=_told,
    shape="Returns a token or None, each time",
    properties=(
        ("Refuses and renews as it should", _answers),
        ("Revokes the right families", _families),
        ("Keeps the right records", _records),
    ),
    wrong=WRONG,
    hints=(
        "First the three reasons to refuse without any change: unknown, another client's, of a revoked family.",
        "Then the one reason that changes something: it has been used. Add its family to `revoked`.",
        "Whatever is left is renewed: set `used`, call `fresh()`, and enter a record for the new token.",
    ),
)  # fmt: skip
