"""Right answers to the two matchers in many styles: none is refused. (Stub, solution, named mistakes: tests/kit.)"""

import fnmatch
import re
from functools import lru_cache

import pytest

from labs.kit.checking import catalogue
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

topic, headers = Answers("rabbitmq-topic"), Answers("rabbitmq-headers")


@topic.right
def a_table(pattern, key):
    p = [] if pattern == "" else pattern.split(".")
    k = [] if key == "" else key.split(".")
    well = [[False] * (len(k) + 1) for _ in range(len(p) + 1)]
    well[0][0] = True
    for i in range(1, len(p) + 1):
        for j in range(len(k) + 1):
            if p[i - 1] == "#":
                well[i][j] = well[i - 1][j] or (j > 0 and well[i][j - 1])
            else:
                well[i][j] = j > 0 and well[i - 1][j - 1] and p[i - 1] in ("*", k[j - 1])
    return well[-1][-1]


@topic.right
def a_regular_expression(pattern, key):
    parts = pattern.split(".") if pattern else []
    text = "".join(
        r"(?:[^.]*\.)*" if part == "#" else (r"[^.]*" if part == "*" else re.escape(part)) + r"\." for part in parts
    )
    return re.fullmatch(text, key + "." if key else "", re.DOTALL) is not None


@topic.right
def with_a_cache(pattern, key):
    p, k = tuple(pattern.split(".")) if pattern else (), tuple(key.split(".")) if key else ()

    @lru_cache(None)
    def go(i, j):
        if i == len(p):
            return j == len(k)
        if p[i] == "#":
            return go(i + 1, j) or (j < len(k) and go(i, j + 1))
        return j < len(k) and (p[i] == "*" or p[i] == k[j]) and go(i + 1, j + 1)

    return go(0, 0)


@topic.right
def plain_recursion(pattern, key):
    def go(p, k):
        if not p:
            return not k
        first, *rest = p
        if first == "#":
            return any(go(rest, k[n:]) for n in range(len(k) + 1))
        return bool(k) and first in ("*", k[0]) and go(rest, k[1:])

    return go(pattern.split(".") if pattern else [], key.split(".") if key else [])


@topic.right
class AsAClass:
    def __new__(cls, pattern, key):
        states = {0}
        parts = [w for w in pattern.split(".")] if pattern else []
        words = [w for w in key.split(".")] if key else []

        def closed(some):
            for i, part in enumerate(parts):
                if i in some and part == "#":
                    some = some | {i + 1}
            return some

        states = closed(states)
        for word in words:
            states = closed(
                {i for i in states if i < len(parts) and parts[i] == "#"}
                | {i + 1 for i in states if i < len(parts) and parts[i] in ("*", word) and parts[i] != "#"}
            )
        return len(parts) in states


@topic.wrong("one word or more")
def regex_plus(pattern, key):
    parts = [r"[^.]+(\.[^.]+)*" if p == "#" else r"[^.]*" if p == "*" else re.escape(p) for p in pattern.split(".")]
    return bool(re.fullmatch(r"\.".join(parts), key))


@topic.wrong()
def always(pattern, key):
    return True


@topic.wrong()
def by_length(pattern, key):
    return "#" in pattern or len(pattern.split(".")) == len(key.split("."))


@topic.wrong("part of a word")
def glob_for_each_word(pattern, key):
    p, k = pattern.split(".") if pattern else [], key.split(".") if key else []

    def go(i, j):
        if i == len(p):
            return j == len(k)
        if p[i] == "#":
            return go(i + 1, j) or (j < len(k) and go(i, j + 1))
        return j < len(k) and fnmatch.fnmatchcase(k[j], p[i]) and go(i + 1, j + 1)

    return go(0, 0)


@topic.wrong()
def a_number(pattern, key):
    return 1 if a_table(pattern, key) else 0


@topic.wrong("keep the dots")
def hash_inside_words(pattern, key):
    return bool(re.fullmatch(re.escape(pattern).replace(r"\#", ".*").replace(r"\*", "[^.]*"), key))


@headers.right
def in_one_go(arguments, headers):
    how = arguments.get("x-match", "all")
    results = []
    for name, value in arguments.items():
        if name == "x-match":
            continue
        if how in ("all", "any") and name[:2] == "x-":
            continue
        if name not in headers:
            results.append(False)
        elif value is None:
            results.append(True)
        else:
            results.append(type(headers[name]) == type(value) and headers[name] == value)  # noqa: E721
    return False not in results if how in ("all", "all-with-x") else True in results


@headers.right
def with_a_missing_mark(arguments, headers):
    missing = object()
    how = "all"
    if "x-match" in arguments:
        how = arguments["x-match"]
    names = [n for n in arguments if n != "x-match" and ("with" in how or not n.startswith("x-"))]

    def fits(name):
        got = headers.get(name, missing)
        return got is not missing and (
            arguments[name] is None or (type(got), got) == (type(arguments[name]), arguments[name])
        )

    return (all if how.startswith("all") else any)(map(fits, names))


@headers.right
def early_returns(arguments, headers):
    how = arguments.get("x-match", "all")
    wants_all = how in {"all", "all-with-x"}
    for name in sorted(arguments):
        if name == "x-match" or (name.startswith("x-") and how in {"all", "any"}):
            continue
        value = arguments[name]
        fits = name in headers and (
            value is None
            or (
                value == headers[name]
                and isinstance(headers[name], type(value))
                and isinstance(value, type(headers[name]))
            )
        )
        if fits != wants_all:
            return fits
    return wants_all


@headers.wrong("")
def subset(arguments, headers):
    return set(arguments.items()) <= set(headers.items())


@headers.wrong("")
def get_and_compare(arguments, headers):
    how = arguments.pop("x-match", "all")
    results = [headers.get(k) == v for k, v in arguments.items() if not k.startswith("x-")]
    return all(results) if how == "all" else any(results)


@headers.wrong("isinstance")
def isinstance_only(arguments, headers):
    how = arguments.get("x-match", "all")
    names = [n for n in arguments if n != "x-match" and ("with" in how or not n.startswith("x-"))]
    fits = [
        n in headers
        and (arguments[n] is None or (isinstance(headers[n], type(arguments[n])) and headers[n] == arguments[n]))
        for n in names
    ]
    return all(fits) if how.startswith("all") else any(fits)


@pytest.mark.parametrize(("exercise", "function"), right_ones(topic, headers))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(topic, headers))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


def test_these_are_the_exercises():
    found = {name for name in catalogue.ids() if catalogue.find(name).lesson == "11"}
    assert found == {"rabbitmq-topic", "rabbitmq-dispatch", "rabbitmq-retry", "rabbitmq-headers"}
