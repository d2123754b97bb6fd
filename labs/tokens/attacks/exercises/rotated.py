"""The exercise `tokens-key-cache`: keep the key set, fetch it again in time, and once for an unknown kid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.guarding.telling import show

MAX_AGE, PAUSE = 300, 10  # seconds
Case = tuple[tuple[tuple[float, str], ...], tuple[tuple[float, tuple[str, ...]], ...]]


def key_for(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
    """The key of this name or None, from a set that is less than MAX_AGE old."""
    age = now - cache["at"]
    if age >= MAX_AGE or (kid not in cache["keys"] and age >= PAUSE):
        cache["keys"], cache["at"] = fetch(), now
    return cache["keys"].get(kid)


def _cases() -> Iterator[Case]:
    both = ((0.0, ("old",)), (100.0, ("old", "new")), (500.0, ("new",)))
    gone = ((0.0, ("old", "")), (60.0, ()))
    for sets in (both, gone):
        for first, gap, kid in product(
            (0.0, 0.5, 95.0, 290.0), (5, 9.5, 10, 11, 299, 299.5, 300, 301), ("old", "new", "", "ol")
        ):
            yield ((first, "old"), (first + gap, kid), (first + gap + 5, kid), (first + gap + 10, "old")), sets
        yield tuple((float(t), f"random-{t}") for t in range(15)), sets
        yield tuple((t * 50.0, "new" if t > 5 else "old") for t in range(16)), sets


def _call(function: Callable[..., Any], case: Case) -> Any:
    """All requests on one cache, with what was fetched when."""
    asks, sets = case
    cache: dict[str, Any] = {"keys": {}, "at": -1e9}
    told = []
    for now, kid in asks:
        times = [0]

        def fetch(now: float = now, times: list[int] = times) -> dict[str, Any]:
            times[0] += 1
            return {name: f"key {name!r}" for name in [names for since, names in sets if since <= now][-1]}

        told.append((function(kid, cache, now, fetch), times[0]))
    return told


def _read(case: Case, answer: Any) -> Any:
    for key, _ in answer:
        if key is not None and not isinstance(key, str):
            raise Wrong(f"Return the key as it is in the set, or None, not {show(key, 60)}.")
    return answer


def _fetches(case: Case, answer: Any) -> None:
    for (now, kid), (_, times), (_, right) in zip(case[0], answer, _call(key_for, case), strict=True):
        if times > right:
            needed = "one fetch would do" if right else "no fetch was needed"
            raise Wrong(f"At {now:g} s, for {kid!r}, you fetched {_times(times)}; {needed}.")
        if times < right:
            raise Wrong(f"At {now:g} s, for {kid!r}, the set had to be fetched, and you did not fetch it.")


def _keys(case: Case, answer: Any) -> None:
    for (now, kid), (key, _), (right, _) in zip(case[0], answer, _call(key_for, case), strict=True):
        if key != right:
            has = "has no such key, so return None" if right is None else f"has {right!r} under that name"
            raise Wrong(f"At {now:g} s you returned {show(key)} for {kid!r}; the set {has}.")


def _times(times: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(times, f"{times} times")


def _told(answer: Any) -> str:
    """One line per call: what was returned, and whether that took a fetch."""
    return "\n".join(f"{show(key)}" + (f"   (fetched {_times(times)})" if times else "") for key, times in answer)


def _show(case: Case) -> str:
    """The calls, one per line, and what the issuer's set held when."""
    lines = [f"key_for({kid!r}, cache, {now:g}, fetch)" for now, kid in case[0]]
    held = (f"from {t:g} s on {', '.join(map(repr, names)) or 'nothing'}" for t, names in case[1])
    return "\n".join([*lines, f"the issuer's set: {'; '.join(held)}"])


def _made(old: Callable[[float], bool], unknown: Callable[[float], bool], *, notes: bool = True) -> Callable[..., Any]:
    def key_for(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
        age = now - cache["at"]
        if old(age) or (kid not in cache["keys"] and unknown(age)):
            cache["keys"] = fetch()
            if notes or old(age):
                cache["at"] = now
        return cache["keys"].get(kid)

    return key_for


def _merged(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
    age = now - cache["at"]
    if age >= MAX_AGE or (kid not in cache["keys"] and age >= PAUSE):
        cache["keys"], cache["at"] = {**cache["keys"], **fetch()}, now
    return cache["keys"].get(kid)


def _both_reasons(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
    if now - cache["at"] >= MAX_AGE and kid not in cache["keys"]:
        cache["keys"], cache["at"] = fetch(), now
    return cache["keys"].get(kid)


def _whole_seconds(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
    age = int(now) - int(cache["at"])
    if age >= MAX_AGE or (kid not in cache["keys"] and age >= PAUSE):
        cache["keys"], cache["at"] = fetch(), now
    return cache["keys"].get(kid)


def _no_name(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
    return key_for(kid, cache, now, fetch) if kid else None


def _one_after_the_other(kid: str, cache: dict[str, Any], now: float, fetch: Callable[[], dict[str, Any]]) -> Any:
    age = now - cache["at"]
    if age >= MAX_AGE:
        cache["keys"], cache["at"] = fetch(), now
    if kid not in cache["keys"] and age >= PAUSE:
        cache["keys"], cache["at"] = fetch(), now
    return cache["keys"].get(kid)


KEY_CACHE = Exercise(
    id="tokens-key-cache",
    lesson="20",
    title="A key set that is fetched in time",
    points=2,
    reference=key_for,
    cases=_cases,
    call=_call,
    shape="Returns a key or None",
    read=_read,
    properties=(("Fetches when it has to, and no more often", _fetches), ("Returns the key of the set", _keys)),
    wrong=(
        Mistake("It never fetches for an unknown `kid`: a new key is refused for minutes.",
                _made(lambda age: age >= MAX_AGE, lambda age: False)),
        Mistake("It fetches for every unknown `kid`: random names make it hammer the issuer.",
                _made(lambda age: age >= MAX_AGE, lambda age: True)),
        Mistake("It never fetches again what it knows: a retired key is trusted for ever.",
                _made(lambda age: age >= 1e8, lambda age: age >= PAUSE)),
        Mistake("It asks for both reasons at once: each of them is enough to fetch.", _both_reasons),
        Mistake("At exactly 300 s the set is too old.", _made(lambda age: age > MAX_AGE, lambda age: age >= PAUSE)),
        Mistake("At exactly 10 s it may fetch again.", _made(lambda age: age >= MAX_AGE, lambda age: age > PAUSE)),
        Mistake("It does not note when it fetched for an unknown `kid`.",
                _made(lambda age: age >= MAX_AGE, lambda age: age >= PAUSE, notes=False)),
        Mistake("It fetches every time, as it does where `cache[\"at\"]` is never set to `now`, or only in a new "
                "dict.",
                _made(lambda age: True, lambda age: True)),
        Mistake("It adds new keys to the old ones: a retired key stays.", _merged),
        Mistake("It cuts the fractions of a second off.", _whole_seconds),
        Mistake("It takes an empty `kid` for none. An empty string is a name like any other.", _no_name),
        Mistake("It fetches for each of the two reasons. One fetch is enough for both.", _one_after_the_other),
    ),
    hints=(
        "`age = now - cache['at']`. There are two reasons to fetch: the age, or an unknown `kid`.",
        "After a fetch set both `cache['keys']` and `cache['at']`; then look the `kid` up with `get`.",
    ),
    show_case=_show,
    show_answer=_told,
    shows_right=True,
)  # fmt: skip
