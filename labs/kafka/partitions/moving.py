"""What becomes of keys when a topic gets more partitions, and when one key is spread over several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labs.kafka.partitions.records import java_partition


def moved_keys(keys: Sequence[bytes], before: int, after: int) -> list[bytes]:
    """The keys whose partition is another one among `after` partitions than among `before`."""
    return [key for key in keys if java_partition(key, before) != java_partition(key, after)]


def salted(key: bytes, number: int, hot: Mapping[bytes, int], partitions: int) -> tuple[int, list[int]]:
    """Where the `number`-th record of a key goes, and from which partitions its readers have to gather.

    `hot` says over how many salts a hot key is spread: its records are written under key#0, key#1, … in turn.
    """
    names = [key + b"#%d" % salt for salt in range(hot[key])] if key in hot else [key]
    places = [java_partition(name, partitions) for name in names]
    return places[number % len(places)], sorted(set(places))
