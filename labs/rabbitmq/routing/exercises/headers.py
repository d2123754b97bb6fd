"""Lesson 11, going further: the matcher of a headers exchange."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth
from labs.rabbitmq.routing.exercises import headers_wrong as wrong
from labs.rabbitmq.routing.matching import X_MATCH, headers_match

Case = tuple[dict[str, Any], dict[str, Any]]
VALUES: tuple[Any, ...] = (None, True, False, 0, 1, 1.0, 0.0, "", "1", "eu", "EU", "True")


def _cases() -> Iterator[Case]:
    hows: list[dict[str, Any]] = [{}, *({"x-match": how} for how in X_MATCH)]
    wanted: list[dict[str, Any]] = [
        {}, {"a": 1}, {"a": None}, {"a": 1, "b": 2}, {"x-a": 1}, {"a": 1, "x-a": 1}, {"X-a": 1}, {"xa": 1}, {"x": 1},
        {"max-size": 1},
    ]  # fmt: skip
    given: list[dict[str, Any]] = [
        {}, {"a": 1}, {"a": 2}, {"a": None}, {"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 2}, {"c": 3}, {"a": 1, "c": 3},
        {"x-a": 1}, {"a": 1, "x-a": 1}, {"a": 1, "x-a": 2}, {"x-match": "any"}, {"X-a": 1}, {"xa": 1}, {"x": 1},
        {"a": 1, "x-match": "all-with-x"}, {"max-size": 1}, {"max-size": 2},
    ]  # fmt: skip
    for how, more, headers in product(hows, wanted, given):
        yield {**how, **more}, dict(headers)
    for value, other in product(VALUES, VALUES):
        yield {"a": value}, {"a": other}
        yield {"x-match": "any", "a": value, "b": 7}, {"a": other}
        yield {"x-match": "any", "a": value}, {"b": other}


def _strategy() -> Any:
    from hypothesis import strategies as st

    value = st.sampled_from(VALUES)
    table = st.dictionaries(st.sampled_from(["a", "b", "max-size", "x-a", "X-a"]), value, max_size=4)
    how = st.sampled_from([{}, *({"x-match": how} for how in X_MATCH)])
    return st.tuples(st.tuples(how, table).map(lambda two: {**two[0], **two[1]}), table)


def _read(case: Case, answer: Any) -> bool:
    return truth(answer)


def _matches(case: Case, answer: bool) -> None:
    right = headers_match(*case)
    if answer != right:
        raise Wrong(f"The message {'should' if right else 'should not'} get through.", right)


HEADERS = Exercise(
    id="rabbitmq-headers",
    lesson="11",
    title="The headers matcher",
    points=2,
    reference=headers_match,
    cases=_cases,
    strategy=_strategy,
    shape="Returns True or False",
    read=_read,
    properties=(("Lets through what RabbitMQ lets through", _matches),),
    wrong=(
        Mistake(
            "You look for `x-match` itself among the headers. It says how to match, and is never matched.",
            wrong.x_match_wanted,
        ),
        Mistake("You pass over `X-…`, too. Only names that begin with a small `x-` are special.", wrong.capital_x),
        Mistake(
            "You pass over every name that begins with an x. Only those that begin with `x-` are special.", wrong.any_x
        ),
        Mistake(
            "You pass over every name with an `x-` in it. Only those that begin with it are special; `max-size` does "
            "not.",
            wrong.x_anywhere,
        ),
        Mistake(
            "You compare with Python's `==`, for which `1`, `1.0` and `True` are one. In AMQP they are three values: "
            "compare the types, too.",
            wrong.no_kinds,
        ),
        Mistake(
            "You ask for the type with `isinstance`. In Python `True` is an int as well: compare the types themselves.",
            wrong.a_bool_is_an_int,
        ),
        Mistake(
            'You compare values as strings. The string `"1"` and the number 1 are two different values.', wrong.as_text
        ),
        Mistake(
            "You want a header to be None where the argument is None. None only asks that the header is there.",
            wrong.none_is_a_value,
        ),
        Mistake(
            "You let an argument of None through where the message has no such header. It has to be there, whatever "
            "its value.",
            wrong.none_asks_nothing,
        ),
        Mistake(
            'You treat 0, False and `""` as None: as if they only asked that the header is there. They are values.',
            wrong.falsy_is_presence,
        ),
        Mistake(
            'You take a header with an empty value (0, False, `""`) for one that is missing. Ask `name in headers`.',
            wrong.falsy_is_absent,
        ),
        Mistake("You take a header of None for one that is missing. Ask `name in headers`.", wrong.none_is_absent),
        Mistake(
            "You compare only the headers that are there. With all, one that is missing is a reason to refuse.",
            wrong.missing_is_fine,
        ),
        Mistake(
            "You refuse a message that has further headers. A binding does not look at what it does not name.",
            wrong.the_whole_table,
        ),
        Mistake("You take any for the default. Without x-match it is all.", wrong.default_is_any),
        Mistake("You always ask for all. With any, one that fits is enough.", wrong.always_all),
        Mistake(
            "You count arguments that begin with `x-` under all and any. These two pass over them.", wrong.counts_x
        ),
        Mistake(
            "You pass over arguments that begin with `x-` under all-with-x and any-with-x, which count them.",
            wrong.never_counts_x,
        ),
        Mistake(
            "You let nothing through where nothing is wanted. With all, there is nothing that could fail.",
            wrong.nothing_wanted_fails,
        ),
        Mistake(
            "You let everything through where nothing is wanted. With any, one has to fit.", wrong.nothing_wanted_passes
        ),
        Mistake('You take any-with-x for all, since it is not equal to `"any"`.', wrong.any_with_x_is_all),
        Mistake("You compare names without regard to capitals. `X-a` and `x-a` are two names.", wrong.without_capitals),
        Mistake(
            "You take the message's headers for the binding's arguments: every argument that counts is looked for "
            "among the headers, not the other way round.",
            wrong.swapped,
        ),
        Mistake('You take all-with-x for any, since it is not equal to `"all"`.', wrong.exactly_all),
    ),
    hints=(
        "First find out which arguments count: not x-match, and with all and any none that begins with `x-`.",
        "For each of these, is its header there, and is it equal, in type and value? An argument of None only asks for "
        "the first.",
        "`all(…)` of nothing is True, and `any(…)` of nothing is False; RabbitMQ sees it the same way.",
    ),
)
