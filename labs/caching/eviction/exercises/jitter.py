"""The exercise `caching-jitter`: how long each of many entries may live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from labs.caching.eviction.ttl import lifetimes
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import misread, number
from labs.kit.guarding.telling import show

Case = tuple[list[str], float, float, list[float]]  # keys, TTL, spread, what `random` gives, one after the other
Draw = Callable[[], float]


def cases() -> Iterator[Case]:
    """No key, one, several; every argument in its turn; draws at both ends."""
    draws = [0.5, 0.0, 0.999, 0.25, 0.75, 0.1, 0.9, 0.3, 0.6, 0.2, 0.8, 0.4]
    yield [], 60, 0.1, draws
    yield ["a"], 100, 0.2, draws
    yield ["a"], 100, 0.2, [0.0]
    yield ["a", "b"], 100, 0.2, [0.25, 0.75]
    yield ["a", "b", "c"], 60, 0, draws
    yield ["b", "a", "c"], 60, 1, draws
    yield ["a", "b", "c"], 7, 0.1, draws
    yield ["a", "b", "c"], 0.5, 0.3, draws
    yield ["page:10", "page:1", ""], 3600, 0.05, draws
    yield [f"k{n}" for n in range(12)], 300, 0.15, draws


def larger() -> Any:
    """A Hypothesis strategy: up to twelve keys."""
    from hypothesis import strategies as st

    keys = st.lists(st.sampled_from([f"k{n}" for n in range(30)]), max_size=12, unique=True)
    draws = st.lists(st.integers(0, 99).map(lambda n: n / 100), min_size=12, max_size=12)
    return st.tuples(keys, st.sampled_from([1, 10, 60, 3600]), st.sampled_from([0, 0.05, 0.1, 0.5, 1]), draws)


def call(function: Callable[..., Any], case: Case) -> Any:
    """Call it with a `random` that gives the case's draws, and 0.5 when they are used up."""
    keys, ttl, spread, draws = case
    coming = iter(draws)
    return function(keys, ttl, spread, lambda: next(coming, 0.5))


def read(case: Case, answer: Any) -> dict[str, float]:
    """A dictionary of numbers, or Wrong."""
    if not isinstance(answer, dict):
        raise misread(answer, "a dictionary")
    lives = {k: number(life, "a number of seconds", f"The lifetime of {show(k)} is") for k, life in answer.items()}
    return {key: round(life, 6) for key, life in lives.items()}


def _right(case: Case) -> dict[str, float]:
    return read(case, call(lifetimes, case))


def every_key(case: Case, answer: dict[str, float]) -> None:
    """Each key once, and no other."""
    if sorted(answer, key=str) != sorted(case[0]):
        raise Wrong(f"The keys are {show(list(answer), 60)}: expected {show(case[0], 60)}.", _right(case))


def within(case: Case, answer: dict[str, float]) -> None:
    """No longer than the TTL, and shorter by the spread at most."""
    _, ttl, spread, _ = case
    for key, life in answer.items():
        if life > ttl + 1e-5:
            raise Wrong(f"{show(key)} lives for {life:g} s, longer than the TTL of {ttl:g} s.", _right(case))
        if life < ttl * (1 - spread) - 1e-5:
            least = ttl * (1 - spread)
            raise Wrong(f"{show(key)} lives for {life:g} s: it may lose {spread:.0%} at most, and live {least:g} s.",
                        _right(case))  # fmt: skip


def by_the_draws(case: Case, answer: dict[str, float]) -> None:
    """Each key has a draw of its own, and loses as much as that says."""
    right = _right(case)
    for key, draw in zip(case[0], case[3], strict=False):
        if key in answer and abs(answer[key] - right[key]) > 1e-5:
            why = f", since its draw is {draw:g}" if case[2] else ""
            raise Wrong(f"{show(key)} lives for {answer[key]:g} s: expected {right[key]:g} s{why}.", right)


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────


def _one_draw(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    draw = random()
    return {key: ttl * (1 - spread * draw) for key in keys}


def _longer(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 + spread * random()) for key in keys}


def _both_ways(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread + 2 * spread * random()) for key in keys}


def _about_the_ttl(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 + spread * (random() - 0.5)) for key in keys}


def _in_seconds(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl - spread * random() for key in keys}


def _all_of_it(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * random() for key in keys}


def _whole_seconds(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: int(ttl * (1 - spread * random())) for key in keys}


def _nearest_second(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: round(ttl * (1 - spread * random())) for key in keys}


def _only_the_cut(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * spread * random() for key in keys}


def _goes_on(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    lives = {}
    for key in keys:
        ttl -= ttl * spread * random()
        lives[key] = ttl
    return lives


def _sorted_keys(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread * random()) for key in sorted(keys)}


def _last_key_first(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread * random()) for key in reversed(keys)}


def _upside_down(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread) + ttl * spread * random() for key in keys}


def _no_jitter(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return dict.fromkeys(keys, ttl)


def _fixed_steps(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread * n / max(1, len(keys))) for n, key in enumerate(keys)}


def _another_random(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread * (sum(map(ord, key)) % 89 / 89)) for key in sorted(keys)}


def _two_draws(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread * random()) if random() >= 0 else ttl for key in keys}


def _always_shortest(keys: list[str], ttl: float, spread: float, random: Draw) -> Any:
    return {key: ttl * (1 - spread) for key in keys}


BOTH_WAYS = "Your jitter goes both ways, and half of the entries outlive their TTL: only shorten."
WHOLE = "You round to whole seconds: entries that fall into one second expire together again. Do not round."
ORDER = "Each lifetime is right for another key: call `random()` for the keys in the order of the list."

JITTER = Exercise(
    id="caching-jitter",
    lesson="15",
    title="A TTL with jitter",
    points=1,
    reference=lifetimes,
    cases=cases,
    strategy=larger,
    call=call,
    read=read,
    keeps=True,
    shape="Returns a dictionary of numbers",
    show_case=lambda case: f"lifetimes({show(case[0])}, {case[1]:g}, {case[2]:g}, random), draws {show(case[3][:3])}…",
    properties=(
        ("Every key has its lifetime", every_key),
        ("No lifetime is above the TTL, and none too short", within),
        ("Each key has a draw of its own", by_the_draws),
    ),
    wrong=(
        Mistake("One draw for all of them: then they still expire together. Draw once for each key.", _one_draw),
        Mistake("Your jitter lengthens the lifetime. The TTL is a promise of how old an answer can be: only shorten.",
                _longer),
        Mistake(BOTH_WAYS, _both_ways),
        Mistake(BOTH_WAYS, _about_the_ttl),
        Mistake("`spread` is a share of the TTL, not a number of seconds: an entry may lose `ttl * spread` of them.",
                _in_seconds),
        Mistake("You leave `spread` out: an entry may lose that share at most, not its whole lifetime.", _all_of_it),
        Mistake(WHOLE, _whole_seconds),
        Mistake(WHOLE, _nearest_second),
        Mistake("You return what comes off the TTL: the lifetime is what is left of it.", _only_the_cut),
        Mistake("Each lifetime starts from the one before: start from the TTL for every key.", _goes_on),
        Mistake(ORDER, _sorted_keys),
        Mistake(ORDER, _last_key_first),
        Mistake("A draw of 0 takes nothing off. You add to the shortest lifetime: subtract from the TTL instead.",
                _upside_down),
        Mistake("All of them live for the whole TTL: there is no jitter. Shorten each by a draw of its own.",
                _no_jitter),
        Mistake("You space the lifetimes evenly: take `random()`, so that two servers do not choose alike.",
                _fixed_steps),
        Mistake("The draws have to come from `random()`.", _another_random),
        Mistake("You draw twice for each key: call `random()` once.", _two_draws),
        Mistake("You take the whole spread off every lifetime: `random()` says how much of it.", _always_shortest),
    ),
    hints=(
        "What comes off is a share of the TTL: `spread * random()`, from nothing to the whole spread.",
        "A dictionary comprehension over the keys calls `random()` once for each.",
    ),
)  # fmt: skip
