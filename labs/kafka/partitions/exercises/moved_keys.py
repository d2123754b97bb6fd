"""Lesson 05: which keys move when partitions are added."""

from __future__ import annotations

from typing import Any

from labs.kafka.partitions.exercises import moved_keys_wrong as wrong
from labs.kafka.partitions.exercises.keys import KEYS, some_key
from labs.kafka.partitions.moving import moved_keys
from labs.kafka.partitions.records import java_partition
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import as_list, misread
from labs.kit.guarding.telling import show

Case = tuple[list[bytes], int, int]  # keys, number of partitions before and after
Keys = tuple[bytes, ...]
GROWTHS = (
    (6, 8),
    (1, 2),
    (2, 3),
    (3, 4),
    (4, 8),
    (6, 6),
    (5, 10),
    (6, 7),
    (8, 12),
    (3, 10),
    (10, 100),
    (7, 9),
    (12, 13),
)


def _cases() -> list[Case]:
    cases: list[Case] = [([], 6, 8), ([b""], 6, 8), ([b""], 6, 6), ([b""], 1, 9)]
    cases += [([key], *growth) for key in KEYS[1:30:2] for growth in GROWTHS[:4]]
    cases += [([b"lea", b"ada", b"ben", b"hana"], *growth) for growth in GROWTHS]
    cases += [(KEYS[start : start + 9][::-1], *growth) for start in range(0, 70, 7) for growth in GROWTHS]
    return cases


def _larger() -> Any:
    from hypothesis import strategies as st

    def grown(before: int) -> Any:
        return st.tuples(
            st.lists(some_key(), unique=True, max_size=12), st.just(before), st.integers(before, 3 * before)
        )

    return st.integers(1, 40).flatmap(grown)


def _read(case: Case, answer: Any) -> Keys:
    keys = as_list(answer, "a list of keys")
    for key in keys:
        if not isinstance(key, bytes):
            raise misread(key, "keys, which are bytes", "The list holds")
    return tuple(keys)


def _told(key: bytes, case: Case) -> str:
    before, after = java_partition(key, case[1]), java_partition(key, case[2])
    return f"{show(key, 40)} is in partition {before} of {case[1]}, and in {after} of {case[2]}"


def _all(case: Case, answer: Keys) -> None:
    for key in moved_keys(*case):
        if key not in answer:
            raise Wrong(f"{_told(key, case)}: it moves, and is not in your list.")


def _only(case: Case, answer: Keys) -> None:
    right = moved_keys(*case)
    for key in answer:
        if key not in case[0]:
            raise Wrong(f"{show(key, 40)} is not one of the keys.")
        if key not in right:
            raise Wrong(f"{_told(key, case)}: it stays, and is in your list.")


def _in_order(case: Case, answer: Keys) -> None:
    if sorted(answer) == sorted(moved_keys(*case)) and list(answer) != moved_keys(*case):
        raise Wrong("These are the keys, but not in the order in which they were given.")
    if len(set(answer)) != len(answer):
        raise Wrong("A key is in your list twice.")


MOVED_KEYS = Exercise(
    id="kafka-moved-keys",
    lesson="05",
    title="Which keys move?",
    points=2,
    reference=moved_keys,
    cases=_cases,
    strategy=_larger,
    shape="Returns a list of keys",
    read=_read,
    show_answer=lambda keys: show(list(keys)),
    properties=(
        ("Every key that moves is in the list", _all),
        ("No key is in it that stays", _only),
        ("Each once, in the order given", _in_order),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake("You leave the empty key out. It is a key, and has a hash.", wrong.no_empty),
        Mistake(
            "You take the keys that end in a new partition. A key can move from one old partition to another: "
            "compare its place before with its place after.",
            wrong.into_new,
        ),
        Mistake(
            "You take the remainder of the signed hash. Clear its sign bit first, `& 0x7fffffff`: without that, "
            "negative hashes have other remainders.",
            wrong.unmasked,
        ),
        Mistake("You use `abs` in place of the mask, `& 0x7fffffff`.", wrong.absolute),
        Mistake("You place the keys by CRC32. Kafka's Java client uses murmur2.", wrong.crc),
        Mistake("You return the keys that stay.", wrong.stay),
        Mistake("You sort the keys. Keep the order in which they were given.", wrong.in_order_of_bytes),
        Mistake("You turn the order round. Keep the order in which the keys were given.", wrong.backwards),
        Mistake(
            "You remove keys from the list while you loop over it: each time, the loop skips the key after the one "
            "that has gone. Gather those that move in a list of your own.",
            wrong.removes_while_looping,
        ),
        Mistake("You stop at the first key that moves.", wrong.first_only),
        Mistake("You return all keys: some stay where they are.", wrong.everything),
        Mistake("You take a share of the keys. Which ones move depends on each key's own hash.", wrong.a_share),
    ),
    hints=(
        "Work out each key's partition twice: among `before` partitions, and among `after`.",
        "A helper makes it short: `def place(key, n): return (kafkas_murmur2(key) & 0x7fffffff) % n`.",
        "`[key for key in keys if place(key, before) != place(key, after)]`",
    ),
)
