"""Headers matching as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from labs.rabbitmq.routing.matching import same_value

Table = Mapping[str, Any]


def match(
    arguments: Table,
    headers: Table,
    *,
    default: str = "all",
    counts: Callable[[str, str], bool] = lambda name, how: how.endswith("-with-x") or not name.startswith("x-"),
    same: Callable[[Any, Any], bool] = same_value,
    present: Callable[[Table, str], bool] = lambda table, name: name in table,
    void: bool = True,
    empty: bool | None = None,
) -> bool:
    """The right answer, but for what is given."""
    how = arguments.get("x-match", default)
    wanted = {name: value for name, value in arguments.items() if name != "x-match" and counts(name, how)}
    met = [
        present(headers, name) and ((void and value is None) or same(value, headers.get(name)))
        for name, value in wanted.items()
    ]
    if not met and empty is not None:
        return empty
    return all(met) if how.startswith("all") else any(met)


def swapped(arguments: Table, headers: Table) -> bool:
    """The message's table as the binding's."""
    return match(headers, arguments)


def without_capitals(arguments: Table, headers: Table) -> bool:
    """Names in small letters."""
    return match(*({name.lower(): value for name, value in table.items()} for table in (arguments, headers)))


def any_with_x_is_all(arguments: Table, headers: Table) -> bool:
    """Only the word `any` alone is any."""
    how = str(arguments.get("x-match", "all"))
    return match({**arguments, "x-match": "all-with-x"} if how == "any-with-x" else arguments, headers)


def default_is_any(arguments: Table, headers: Table) -> bool:
    """Without x-match: any."""
    return match(arguments, headers, default="any")


def always_all(arguments: Table, headers: Table) -> bool:
    """x-match is not looked at."""
    how = "all-with-x" if str(arguments.get("x-match", "")).endswith("-with-x") else "all"
    return match({**arguments, "x-match": how}, headers)


def counts_x(arguments: Table, headers: Table) -> bool:
    """Arguments with x- always count."""
    return match(arguments, headers, counts=lambda name, how: True)


def never_counts_x(arguments: Table, headers: Table) -> bool:
    """Arguments with x- never count."""
    return match(arguments, headers, counts=lambda name, how: not name.startswith("x-"))


def any_x(arguments: Table, headers: Table) -> bool:
    """Everything that begins with an x is passed over."""
    return match(arguments, headers, counts=lambda name, how: how.endswith("-with-x") or not name.startswith("x"))


def capital_x(arguments: Table, headers: Table) -> bool:
    """X- is passed over, too."""
    return match(
        arguments, headers, counts=lambda name, how: how.endswith("-with-x") or not name.lower().startswith("x-")
    )


def x_anywhere(arguments: Table, headers: Table) -> bool:
    """Every name with x- in it is passed over."""
    return match(arguments, headers, counts=lambda name, how: how.endswith("-with-x") or "x-" not in name)


def a_bool_is_an_int(arguments: Table, headers: Table) -> bool:
    """isinstance: the argument 1 fits True."""
    return match(arguments, headers, same=lambda a, b: isinstance(b, type(a)) and bool(a == b))


def none_asks_nothing(arguments: Table, headers: Table) -> bool:
    """None is passed over: any message will do."""
    there = {name: None for name, value in arguments.items() if value is None}
    return match(arguments, {**there, **headers})


def no_kinds(arguments: Table, headers: Table) -> bool:
    """Python's own ==."""
    return match(arguments, headers, same=lambda a, b: bool(a == b))


def as_text(arguments: Table, headers: Table) -> bool:
    """Compared as text."""
    return match(arguments, headers, same=lambda a, b: str(a) == str(b))


def none_is_a_value(arguments: Table, headers: Table) -> bool:
    """None has to be equal to None."""
    return match(arguments, headers, void=False)


def falsy_is_presence(arguments: Table, headers: Table) -> bool:
    """0, False and "" ask only for presence, as None does."""
    return match(arguments, headers, same=lambda a, b: not a or same_value(a, b))


def falsy_is_absent(arguments: Table, headers: Table) -> bool:
    """A header of 0, False, "" or None is taken for missing."""
    return match(arguments, headers, present=lambda table, name: bool(table.get(name)))


def none_is_absent(arguments: Table, headers: Table) -> bool:
    """A header of None is taken for missing."""
    return match(arguments, headers, present=lambda table, name: table.get(name) is not None)


def missing_is_fine(arguments: Table, headers: Table) -> bool:
    """Only headers that are there are compared."""
    wanted = {name: value for name, value in arguments.items() if name == "x-match" or name in headers}
    return match(wanted, headers)


def the_whole_table(arguments: Table, headers: Table) -> bool:
    """With all, the message may have no other headers."""
    how = arguments.get("x-match", "all")
    return match(arguments, headers) and (not how.startswith("all") or set(headers) <= set(arguments))


def nothing_wanted_fails(arguments: Table, headers: Table) -> bool:
    """A binding that wants nothing lets nothing through."""
    return match(arguments, headers, empty=False)


def nothing_wanted_passes(arguments: Table, headers: Table) -> bool:
    """A binding that wants nothing lets everything through, with any, too."""
    return match(arguments, headers, empty=True)


def x_match_wanted(arguments: Table, headers: Table) -> bool:
    """With -with-x, x-match itself is looked for among the headers."""
    how = arguments.get("x-match", "all")
    wanted = {n: v for n, v in arguments.items() if how.endswith("-with-x") or not n.startswith("x-")}
    met = [n in headers and (v is None or same_value(v, headers[n])) for n, v in wanted.items()]
    return all(met) if how.startswith("all") else any(met)


def exactly_all(arguments: Table, headers: Table) -> bool:
    """Compared with "all" and nothing else: all-with-x is then any."""
    how = arguments.get("x-match", "all")
    return match({**arguments, "x-match": "any-with-x" if how == "all-with-x" else how}, headers)
