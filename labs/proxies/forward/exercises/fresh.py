"""Lesson 12: for how long may a shared cache give an answer?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.proxies.forward.shelf import fresh_for

Case = tuple[dict[str, Any], bool, int, int]
FORBID = ("no-store", "private", "no-cache")
ALLOW = ("public", "s-maxage", "must-revalidate")
OTHERS = ("proxy-revalidate", "immutable", "no-transform")  # real ones, which change nothing here


def _cases() -> Iterator[Case]:
    plain: list[dict[str, Any]] = [
        {"max-age": 60}, {}, {"max-age": 0}, {"s-maxage": 60}, {"s-maxage": 10, "max-age": 60},
        {"max-age": 10, "s-maxage": 60}, {"s-maxage": 0, "max-age": 60}, {"s-maxage": 60, "max-age": 0},
    ]  # fmt: skip
    flags: list[dict[str, Any]] = [
        {}, *({name: True} for name in (*FORBID, "public", "must-revalidate", *OTHERS)),
        {"public": True, "private": True}, {"public": True, "must-revalidate": True},
        {"stale-if-error": 600}, {"stale-while-revalidate": 30},
    ]  # fmt: skip
    for (said, flag), authorized in product(product(plain, flags), (False, True)):
        yield {**said, **flag}, authorized, 0, 0
        yield {**flag, **said}, authorized, 4, 3
    ages = ((0, 59), (0, 60), (0, 61), (59, 0), (60, 0), (30, 30), (30, 29), (9, 0), (0, 9))
    for said, (age, held) in product(plain, ages):
        yield dict(said), False, age, held
        yield {**said, "public": True}, True, age, held


def _strategy() -> Any:
    from hypothesis import strategies as st

    seconds = st.integers(0, 100_000)
    numbers = st.dictionaries(st.sampled_from(["max-age", "s-maxage", "stale-if-error"]), seconds, max_size=3)
    flag = st.sampled_from([*FORBID, "public", "must-revalidate", *OTHERS])
    flags = st.dictionaries(flag, st.just(True), max_size=1)
    small = st.integers(0, 1000)
    return st.tuples(st.tuples(numbers, flags).map(lambda two: {**two[0], **two[1]}), st.booleans(), small, small)


def _read(case: Case, answer: Any) -> int:
    return whole(answer, "a whole number of seconds", rounded=True)


def _why(case: Case) -> str:
    said, authorized, _, _ = case
    for name in FORBID:
        if name in said:
            return f" (`{name}`)"
    if authorized and not any(name in said for name in ALLOW):
        return " (the request had `Authorization`, and nothing says that the answer is for all)"
    return ""


def _right(case: Case, answer: int) -> None:
    right = fresh_for(*case)
    if answer != right:
        raise Wrong(f"It may be given for {right} s more{_why(case)}.", right)


# ── plausible wrong answers ───────────────────────────────────────────────────────────────────────────────────────────


def _usual(said: dict[str, Any]) -> int:
    lifetime: int = said.get("s-maxage", said.get("max-age", 0))
    return lifetime


def _fresh(
    said: dict[str, Any], authorized: bool, age: int, held: int, *, forbid: tuple[str, ...] = FORBID,
    allow: tuple[str, ...] = ALLOW, look: bool = True,
    lifetime: Callable[[dict[str, Any]], int] = _usual,
    left: Callable[[int, int, int], int] = lambda lifetime, age, held: max(0, lifetime - age - held),
) -> int:  # fmt: skip
    if any(name in said for name in forbid):
        return 0
    if look and authorized and not any(name in said for name in allow):
        return 0
    return left(lifetime(said), age, held)


def _public_wins(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
    allowed = authorized and any(name in said for name in ALLOW)
    return _fresh(said, authorized, age, held, forbid=() if allowed else FORBID)


def _public_first(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
    return _fresh(said, authorized, age, held, forbid=() if "public" in said else FORBID)


def _s_maxage_first(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
    return _fresh(said, authorized, age, held, forbid=() if "s-maxage" in said else FORBID)


def _all_three(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
    return 0 if authorized and not all(name in said for name in ALLOW) else _fresh(said, authorized, age, held)


def _by_beginning(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
    return 0 if any(name.startswith("no-") for name in said) else _fresh(said, authorized, age, held)


def _only_public(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
    return _fresh(said, authorized, age, held) if "public" in said else 0


def _flawed(**flaw: Any) -> Callable[..., int]:
    def function(said: dict[str, Any], authorized: bool, age: int, held: int) -> int:
        return _fresh(said, authorized, age, held, **flaw)

    return function


FRESH = Exercise(
    id="proxies-fresh-for",
    lesson="12",
    title="How long is it fresh?",
    points=2,
    reference=fresh_for,
    cases=_cases,
    strategy=_strategy,
    read=_read,
    keeps=True,
    shape="Returns a whole number of seconds",
    properties=(("Gives an answer for as long as a shared cache may, and no longer", _right),),
    wrong=(
        Mistake("`private` is passed over. Such an answer was meant for one client only: 0.",
                _flawed(forbid=("no-store", "no-cache"))),
        Mistake("`no-cache` is passed over. It means: ask the origin each time, so 0.",
                _flawed(forbid=("no-store", "private"))),
        Mistake("`no-store` is passed over. Such an answer may not even be kept: 0.",
                _flawed(forbid=("private", "no-cache"))),
        Mistake("`authorized` is not looked at: one user's answer is given to others.", _flawed(look=False)),
        Mistake("What allows an answer after `Authorization` does not lift `no-store`, `private` or `no-cache`.",
                _public_wins),
        Mistake("`public` does not lift `no-store`, `private` or `no-cache`.", _public_first),
        Mistake("`s-maxage` does not lift `no-store`, `private` or `no-cache`.", _s_maxage_first),
        Mistake("After `Authorization` you ask for all three names. One of them is enough.", _all_three),
        Mistake("Without `public` nothing is given. It matters only after `Authorization`.", _only_public),
        Mistake("`must-revalidate` is taken for `no-cache`. It matters only once the answer is stale.",
                _flawed(forbid=(*FORBID, "must-revalidate"))),
        Mistake("`no-transform` changes nothing here: it is neither `no-store` nor `no-cache`.",
                _by_beginning),
        Mistake('It is always 0. Does it say `if "no-store" or …`? That is always true: each name needs its `in said`.',
                lambda said, authorized, age, held: 0),
        Mistake("After `Authorization` only `public` counts for you. `s-maxage` and `must-revalidate` do it, too.",
                _flawed(allow=("public",))),
        Mistake("After `Authorization`, `s-maxage` allows it, too.", _flawed(allow=("public", "must-revalidate"))),
        Mistake("After `Authorization`, `must-revalidate` allows it, too.", _flawed(allow=("public", "s-maxage"))),
        Mistake("`proxy-revalidate` does not make an answer one for all. `must-revalidate` does.",
                _flawed(allow=(*ALLOW, "proxy-revalidate"))),
        Mistake("After `Authorization` nothing is given, whatever the answer says. `public` allows it.",
                _flawed(allow=())),
        Mistake("`max-age` is preferred. In a shared cache `s-maxage` goes first.",
                _flawed(lifetime=lambda said: said.get("max-age", said.get("s-maxage", 0)))),
        Mistake("An `s-maxage` of 0 is taken for none: `or` cannot tell them apart.",
                _flawed(lifetime=lambda said: said.get("s-maxage") or said.get("max-age", 0))),
        Mistake("The longer of the two times counts for you. It is `s-maxage` where there is one.",
                _flawed(lifetime=lambda said: max(said.get("s-maxage", 0), said.get("max-age", 0)))),
        Mistake("The shorter of the two times counts for you. It is `s-maxage` where there is one.",
                _flawed(lifetime=lambda said: min((said[n] for n in ("s-maxage", "max-age") if n in said), default=0))),
        Mistake("`s-maxage` is not looked at. It is the shared cache's own `max-age`.",
                _flawed(lifetime=lambda said: said.get("max-age", 0))),
        Mistake("`max-age` is not looked at where there is no `s-maxage`.",
                _flawed(lifetime=lambda said: said.get("s-maxage", 0))),
        Mistake("The age that the answer came with is forgotten. It has been getting older in other caches.",
                _flawed(left=lambda lifetime, age, held: max(0, lifetime - held))),
        Mistake("The time in this cache is forgotten: subtract `held`, too.",
                _flawed(left=lambda lifetime, age, held: max(0, lifetime - age))),
        Mistake("Of `age` and `held` only the longer is subtracted. The answer is as old as both together.",
                _flawed(left=lambda lifetime, age, held: max(0, lifetime - max(age, held)))),
        Mistake("What is stale gets a negative number. Return 0 there.",
                _flawed(left=lambda lifetime, age, held: lifetime - age - held)),
        Mistake("The whole lifetime is returned. How much of it is left?",
                _flawed(left=lambda lifetime, age, held: lifetime if lifetime > age + held else 0)),
        Mistake("`stale-if-error` is added. It is for the time when the origin cannot be reached.",
                _flawed(lifetime=lambda said: _usual(said) + said.get("stale-if-error", 0))),
    ),
    hints=(
        "Three names settle it at once. Look for them first.",
        "After `Authorization` one of three other names has to be there.",
        "`said.get(\"s-maxage\", said.get(\"max-age\", 0))` is the lifetime. Subtract both ages; `max(0, …)`.",
    ),
)  # fmt: skip
