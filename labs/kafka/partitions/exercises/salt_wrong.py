"""Salting, as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from labs.kafka.partitions.moving import salted
from labs.kafka.partitions.records import java_partition

Hot = Mapping[bytes, int]
Places = tuple[int, list[int]]


def _named(key: bytes, hot: Hot, name: Callable[[bytes, int], bytes]) -> list[bytes]:
    return [name(key, salt) for salt in range(hot[key])] if key in hot else [key]


def _spread(names: Callable[[bytes, Hot], list[bytes]], key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    places = [java_partition(name, partitions) for name in names(key, hot)]
    return places[number % len(places)], sorted(set(places))


def _by(name: Callable[[bytes, int], bytes]) -> Callable[..., Places]:
    return partial(_spread, partial(_named, name=name))


one_digit = _by(lambda key, salt: key + b"#" + bytes([48 + salt]))
from_one = _by(lambda key, salt: key + b"#%d" % (salt + 1))
in_front = _by(lambda key, salt: b"%d#" % salt + key)
no_mark = _by(lambda key, salt: key + b"%d" % salt)
as_byte = _by(lambda key, salt: key + b"#" + bytes([salt]))
zero_bytes = _by(lambda key, salt: key + b"#" + bytes(salt))
as_shown = _by(lambda key, salt: f"{key!r}#{salt}".encode())


def within(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """`any(key in name for name in hot)`."""
    near = next((name for name in hot if key and key in name), None)
    return salted(key, number, {**({key: hot[near]} if near is not None else {}), **hot}, partitions)


def no_empty(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """`if key and …`."""
    return salted(key, number, hot if key else {}, partitions)


def reads_one(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """Where it has just written."""
    write, _ = salted(key, number, hot, partitions)
    return write, [write]


def reads_so_far(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """The salts up to this record's."""
    places = {salted(key, earlier, hot, partitions)[0] for earlier in range(number + 1)}
    return salted(key, number, hot, partitions)[0], sorted(places)


def reads_plain(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """The old place, too."""
    write, read = salted(key, number, hot, partitions)
    return write, sorted({*read, java_partition(key, partitions)})


def _all_places(key: bytes, hot: Hot, partitions: int) -> list[int]:
    return [salted(key, number, hot, partitions)[0] for number in range(hot.get(key, 1))]


def reads_twice(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """Without a set."""
    return salted(key, number, hot, partitions)[0], sorted(_all_places(key, hot, partitions))


def unsorted(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """Each once, in the order of the salts."""
    return salted(key, number, hot, partitions)[0], list(dict.fromkeys(_all_places(key, hot, partitions)))


def reads_all(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """Every partition of the topic."""
    write, read = salted(key, number, hot, partitions)
    return write, list(range(partitions)) if key in hot else read


def salt_is_place(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """Partition 0 for salt 0."""
    if key not in hot:
        return salted(key, number, hot, partitions)
    places = [salt % partitions for salt in range(hot[key])]
    return places[number % len(places)], sorted(set(places))


def one_is_none(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """`if hot.get(key, 1) > 1`."""
    return salted(key, number, {name: many for name, many in hot.items() if many > 1}, partitions)


def neighbours(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """The key's own partition, then the next ones."""
    places = [(java_partition(key, partitions) + salt) % partitions for salt in range(hot.get(key, 1))]
    return places[number % len(places)], sorted(set(places))


def one_too_many(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """`range(hot[key] + 1)`."""
    return salted(key, number, {name: many + 1 for name, many in hot.items()}, partitions)


def too_many(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """A salt of its own for each record."""
    write, read = salted(key, number, hot, partitions)
    return (java_partition(key + b"#%d" % number, partitions) if key in hot else write), read


def by_partitions(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """`number % partitions`."""
    write, read = salted(key, number, hot, partitions)
    return (java_partition(key + b"#%d" % (number % partitions), partitions) if key in hot else write), read


def salts_all(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """Four salts for whoever has none."""
    return salted(key, number, {key: 4, **hot}, partitions)


def salts_once(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """`hot.get(key, 1)` salts for each key."""
    return salted(key, number, {key: 1, **hot}, partitions)


def never(key: bytes, number: int, hot: Hot, partitions: int) -> Places:
    """The plain key."""
    return salted(key, number, {}, partitions)
