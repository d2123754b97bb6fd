"""Lesson 17: rendezvous hashing with weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from labs.caching.sharding.exercises.cases import some_servers
from labs.caching.sharding.placing import chance, rendezvous
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show

Case = tuple[dict[str, float], str, int]
KEYS = ("", "a", "b", "ada", "product-1", "product-2", "product-10", "größe", "🙂", "basket:7", "basket:70")
POOLS: tuple[dict[str, float], ...] = (
    {"a": 1},
    {"a": 1, "b": 1},
    {"b": 1, "a": 1},
    {"a": 1, "b": 2},
    {"a": 1, "b": 9},
    {"a": 0.5, "b": 1.5, "c": 1},
    {"a": 3, "b": 1, "c": 2, "d": 0.1},
    {"cache-1": 1, "cache-10": 1, "cache-2": 1, "cache-20": 4},
    {"a": 100, "b": 100, "c": 100},
)


def _cases() -> list[Case]:
    return [(dict(pool), key, copies) for pool in POOLS for copies in (1, 2, 3) for key in KEYS]


def _larger() -> Any:
    from hypothesis import strategies as st

    weights = st.sampled_from([0.5, 1, 1, 1, 2, 3, 8])
    pools = st.dictionaries(st.sampled_from([f"cache-{n}" for n in range(1, 13)]), weights, min_size=1, max_size=8)
    return st.tuples(pools, st.integers(0, 9999).map(lambda n: f"product-{n}"), st.integers(1, 5))


def _read(case: Case, answer: Any) -> tuple[str, ...]:
    return some_servers(list(case[0]), answer)


def _many(case: Case, answer: tuple[str, ...]) -> None:
    expected = min(case[2], len(case[0]))
    if twice := [name for name in answer if answer.count(name) > 1]:
        raise Wrong(f"It returned {show(list(answer))}: {twice[0]} is in it {answer.count(twice[0])} times.")
    if len(answer) != expected:
        raise Wrong(f"It returned {show(list(answer))}: expected {expected} server{'s' * (expected > 1)}.")


def _told(case: Case, name: str) -> str:
    return f"{name} scores {-case[0][name] / math.log(chance(name, case[1])):.2f}"


def _highest(case: Case, answer: tuple[str, ...]) -> None:
    right = rendezvous(*case)
    if set(answer) != set(right) and len(set(answer)) == len(right):
        better = next(name for name in right if name not in answer)
        worse = next(name for name in answer if name not in right)
        raise Wrong(f"{_told(case, better)} and {_told(case, worse)}.", right)


def _in_order(case: Case, answer: tuple[str, ...]) -> None:
    right = rendezvous(*case)
    if sorted(answer) == sorted(right) and list(answer) != right:
        raise Wrong(f"Expected {show(right)}: the highest score first.", right)


# ── as people get it wrong ────────────────────────────────────────────────────────────────────────────────────────────

Score = Callable[[str, float, str], float]


def _best(score: Score, weights: dict[str, float], key: str, copies: int) -> list[str]:
    return sorted(weights, key=lambda name: -score(name, weights[name], key))[:copies]


_unweighted = partial(_best, lambda name, weight, key: chance(name, key))
_times = partial(_best, lambda name, weight, key: weight * chance(name, key))
_positive = partial(_best, lambda name, weight, key: weight / math.log(chance(name, key)))
_lowest_chance = partial(_best, lambda name, weight, key: -weight * math.log(chance(name, key)))
_swapped = partial(_best, lambda name, weight, key: -weight / math.log(chance(key, name)))
_heaviest = partial(_best, lambda name, weight, key: weight)
_turned = partial(_best, lambda name, weight, key: -1 / (weight * math.log(chance(name, key))))


_whole = partial(_best, lambda name, weight, key: -weight // math.log(chance(name, key)))


def _repeated(weights: dict[str, float], key: str, copies: int) -> list[str]:
    def best(name: str) -> float:
        return max(chance(f"{name}-{number}", key) for number in range(max(1, int(weights[name]))))

    return sorted(weights, key=best, reverse=True)[:copies]


def _in_order_of_names(weights: dict[str, float], key: str, copies: int) -> list[str]:
    return sorted(rendezvous(weights, key, copies))


def _lowest_first(weights: dict[str, float], key: str, copies: int) -> list[str]:
    return rendezvous(weights, key, copies)[::-1]


def _always_one(weights: dict[str, float], key: str, copies: int) -> list[str]:
    return rendezvous(weights, key, 1)


def _one_again(weights: dict[str, float], key: str, copies: int) -> list[str]:
    return rendezvous(weights, key, 1) * copies


def _one_more(weights: dict[str, float], key: str, copies: int) -> list[str]:
    return rendezvous(weights, key, copies + 1)


def _all(weights: dict[str, float], key: str, copies: int) -> list[str]:
    return rendezvous(weights, key, len(weights))


RENDEZVOUS = Exercise(
    id="caching-rendezvous",
    lesson="17",
    title="Rendezvous with weights",
    points=2,
    reference=rendezvous,
    cases=_cases,
    strategy=_larger,
    shape="Returns a list of servers",
    read=_read,
    keeps=True,
    show_answer=lambda names: show(list(names)),
    properties=(
        ("As many servers as asked for, each once", _many),
        ("Those with the highest scores", _highest),
        ("The highest first", _in_order),
    ),
    wrong=(
        Mistake("You leave the weights out. Divide each server's own by the logarithm.", _unweighted),
        Mistake(
            "You multiply the weight by the chance: a server of weight 9 then nearly always beats one of weight 1. "
            "Divide it by the logarithm of the chance.",
            _times,
        ),
        Mistake("You take the lowest scores: the logarithm of a chance is negative, so the minus matters.", _positive),
        Mistake("You multiply by the logarithm. Divide the weight by it.", _lowest_chance),
        Mistake(
            "You swap `server` and `key` in `chance`, which gives another number. The server comes first.", _swapped
        ),
        Mistake("You let a server draw under several names: `chance` is asked for its own, once.", _repeated),
        Mistake("You take the heaviest servers. The chance has to decide, too.", _heaviest),
        Mistake(
            "The weight works the wrong way round: a server of larger weight gets fewer keys. "
            "Divide the weight by the logarithm.",
            _turned,
        ),
        Mistake("You round the scores, and close ones then count as equal. Compare them as they are.", _whole),
        Mistake("You sort the servers by name. Sort them by score, the highest first.", _in_order_of_names),
        Mistake("You return the lowest score first. The highest comes first.", _lowest_first),
        Mistake("You return one server, however many are asked for. Return `copies` of them.", _always_one),
        Mistake(
            "You return the best server again and again. Take the next best, as long as there are any.", _one_again
        ),
        Mistake("You return one server too many. Return `copies` of them.", _one_more),
        Mistake("You return all servers. Return the first `copies` of them.", _all),
    ),
    hints=(
        "Work out each server's score: `-weight / math.log(chance(server, key))`.",
        "`sorted(weights, key=score, reverse=True)` with a function `score(server)` of your own.",
        "Then `[:copies]`, which is content with fewer.",
    ),
)
