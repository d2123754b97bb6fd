"""Which messages a binding lets through: the patterns of a topic exchange, the arguments of a headers exchange.

Both answer as RabbitMQ does; tests/fidelity/test_real_rabbitmq_routing.py puts 500 cases of each to a real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

X_MATCH = ("all", "any", "all-with-x", "any-with-x")


def words(text: str) -> list[str]:
    """The words of a routing key or a pattern. An empty string has none; a word may be empty: `a..b` has three."""
    return text.split(".") if text else []


def topic_matches(pattern: str, key: str) -> bool:
    """Whether a topic exchange lets the key through: `*` stands for exactly one word, `#` for any number, none too."""
    given = words(key)
    reached = {0}  # how many words of the key the pattern, as far as it was read, can account for
    for part in words(pattern):
        if part == "#":
            reached = set(range(min(reached, default=len(given) + 1), len(given) + 1))
        else:
            reached = {n + 1 for n in reached if n < len(given) and part in ("*", given[n])}
    return len(given) in reached


def same_value(wanted: Any, given: Any) -> bool:
    """Equal and of one kind: to AMQP 1, 1.0, True and "1" are four different values."""
    return type(wanted) is type(given) and bool(wanted == given)


def headers_match(arguments: Mapping[str, Any], headers: Mapping[str, Any]) -> bool:
    """Whether a binding with these arguments to a headers exchange lets a message with these headers through.

    `x-match` is "all" (the default) or "any"; both pass over arguments whose names begin with `x-`, which all-with-x
    and any-with-x count like the others. A wanted value of None asks only that the header is there.
    """
    how = arguments.get("x-match", "all")
    wanted = {
        name: value
        for name, value in arguments.items()
        if name != "x-match" and (how.endswith("-with-x") or not name.startswith("x-"))
    }
    met = [name in headers and (value is None or same_value(value, headers[name])) for name, value in wanted.items()]
    return all(met) if how.startswith("all") else any(met)
