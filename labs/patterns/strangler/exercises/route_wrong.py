"""The route table of lesson 01 as people get it wrong: each is a whole answer, with one fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote


def covers(prefix: str, path: str) -> bool:
    """By whole segments."""
    return path == prefix or path.startswith(prefix + "/")


def decide(
    table: Mapping[str, int], path: str, number: int, *,
    covering: Callable[[str, str], bool] = covers, choose: Callable[[list[str]], str] = lambda some: max(some, key=len),
    unclaimed: str = "old", is_new: Callable[[int, int], bool] = lambda number, share: number < share * 100,
) -> str:  # fmt: skip
    """The right answer, but for what is given."""
    found = [prefix for prefix in table if covering(prefix, path)]
    if not found:
        return unclaimed
    return "new" if is_new(number, table[choose(found)]) else "old"


def plain_text(table: Mapping[str, int], path: str, number: int) -> str:
    """startswith, without regard to segments."""
    return decide(table, path, number, covering=lambda prefix, p: p.startswith(prefix))


def exact_only(table: Mapping[str, int], path: str, number: int) -> str:
    """Only the very path."""
    return decide(table, path, number, covering=lambda prefix, p: p == prefix)


def never_itself(table: Mapping[str, int], path: str, number: int) -> str:
    """Only what is below the prefix."""
    return decide(table, path, number, covering=lambda prefix, p: p.startswith(prefix + "/"))


def first_segment(table: Mapping[str, int], path: str, number: int) -> str:
    """Only the first segment is looked up."""
    return decide(table, path, number, covering=lambda prefix, p: prefix == "/" + p.split("/")[1])


def first_found(table: Mapping[str, int], path: str, number: int) -> str:
    """The first in the table that covers the path."""
    return decide(table, path, number, choose=lambda some: some[0])


def last_found(table: Mapping[str, int], path: str, number: int) -> str:
    """The last in the table that covers the path."""
    return decide(table, path, number, choose=lambda some: some[-1])


def shortest(table: Mapping[str, int], path: str, number: int) -> str:
    """The shortest prefix."""
    return decide(table, path, number, choose=lambda some: min(some, key=len))


def unclaimed_is_new(table: Mapping[str, int], path: str, number: int) -> str:
    """A path that no prefix covers goes to the new system."""
    return decide(table, path, number, unclaimed="new")


def one_too_many(table: Mapping[str, int], path: str, number: int) -> str:
    """At most, in place of below."""
    return decide(table, path, number, is_new=lambda n, share: n <= share * 100)


def not_scaled(table: Mapping[str, int], path: str, number: int) -> str:
    """A bucket compared with a percentage."""
    return decide(table, path, number, is_new=lambda n, share: n < share)


def upside_down(table: Mapping[str, int], path: str, number: int) -> str:
    """The highest buckets go first."""
    return decide(table, path, number, is_new=lambda n, share: n >= 10_000 - share * 100)


def zero_is_nothing(table: Mapping[str, int], path: str, number: int) -> str:
    """A share of 0 is passed over for a shorter prefix."""
    return decide({prefix: share for prefix, share in table.items() if share}, path, number)


def greatest_share(table: Mapping[str, int], path: str, number: int) -> str:
    """The greatest share of all prefixes that cover the path."""
    return decide(table, path, number, choose=lambda some: max(some, key=lambda prefix: table[prefix]))


def last_two_digits(table: Mapping[str, int], path: str, number: int) -> str:
    """The bucket's last two digits are taken for its place among a hundred."""
    return decide(table, path, number, is_new=lambda n, share: n % 100 < share)


def one_per_cent_too_many(table: Mapping[str, int], path: str, number: int) -> str:
    """In whole per cent, and at most in place of below."""
    return decide(table, path, number, is_new=lambda n, share: n // 100 <= share)


def one_too_few(table: Mapping[str, int], path: str, number: int) -> str:
    """The last bucket of the share is left out."""
    return decide(table, path, number, is_new=lambda n, share: n + 1 < share * 100)


def anywhere(table: Mapping[str, int], path: str, number: int) -> str:
    """The prefix may stand in the middle of the path."""
    return decide(table, path, number, covering=lambda prefix, p: prefix in p)


def two_segments(table: Mapping[str, int], path: str, number: int) -> str:
    """Only the path's first two segments are looked up, then the first."""
    parts = path.split("/")
    return decide(table, path, number, covering=lambda prefix, p: prefix in ("/".join(parts[:3]), "/".join(parts[:2])))


def whole_or_first(table: Mapping[str, int], path: str, number: int) -> str:
    """The whole path is looked up, then its first segment."""
    return decide(table, path, number, covering=lambda prefix, p: prefix in (p, "/" + p.split("/")[1]))


def any_case(table: Mapping[str, int], path: str, number: int) -> str:
    """Capital letters are taken for small ones."""
    return decide(table, path, number, covering=lambda prefix, p: covers(prefix.lower(), p.lower()))


def merged_slashes(table: Mapping[str, int], path: str, number: int) -> str:
    """Two slashes are taken for one."""
    return decide(table, "/" + "/".join(part for part in path.split("/") if part), number)


def swapped(table: Mapping[str, int], path: str, number: int) -> str:
    """The buckets below the share stay, the others move."""
    return decide(table, path, number, is_new=lambda n, share: n >= share * 100)


def never_zero(table: Mapping[str, int], path: str, number: int) -> str:
    """Bucket 0 never moves."""
    return decide(table, path, number, is_new=lambda n, share: 0 < n < share * 100)


def one_above(table: Mapping[str, int], path: str, number: int) -> str:
    """The whole path is looked up, then the one above it."""
    return decide(table, path, number, covering=lambda prefix, p: prefix in (p, p.rpartition("/")[0]))


def as_a_pattern(table: Mapping[str, int], path: str, number: int) -> str:
    """The prefix is taken for a regular expression."""
    return decide(table, path, number, covering=lambda prefix, p: bool(re.match(f"{prefix}(/|$)", p)))


def decoded(table: Mapping[str, int], path: str, number: int) -> str:
    """What is percent-encoded in the path is decoded first."""
    return decide(table, unquote(path), number)
