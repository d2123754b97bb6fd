"""Lesson 05: murmur2, by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from labs.kafka.partitions.exercises import murmur2_wrong as wrong
from labs.kafka.partitions.exercises.keys import KEYS, some_key
from labs.kafka.partitions.exercises.murmur2_wrong import variant
from labs.kafka.partitions.murmur2 import FACTOR, LOW_31, murmur2
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole

Case = tuple[bytes]


LONGEST = bytes(range(97, 122)) * 40  # 1,000 bytes: few enough groups to call oneself for each of them


def _cases() -> list[Case]:
    return [(key,) for key in (*KEYS, LONGEST)]


def _larger() -> Any:
    from hypothesis import strategies as st

    return st.tuples(some_key())


def _read(case: Case, answer: Any) -> int:
    return whole(answer)


def _in_range(case: Case, answer: int) -> None:
    if not -(2**31) <= answer <= LOW_31:
        raise Wrong(f"{answer} does not fit into 32 bits with a sign, which end at {LOW_31}.", murmur2(case[0]))


def _is_hash(case: Case, answer: int) -> None:
    if answer != murmur2(case[0]):
        few = {0: "the empty key", 1: "this byte"}
        these = few.get(len(case[0]), f"these {len(case[0])} bytes")
        raise Wrong(f"Kafka's hash of {these} is {murmur2(case[0])}, not {answer}.", murmur2(case[0]))


def _groups(case: Case, answer: int) -> None:
    if len(case[0]) % 4 == 0:
        _is_hash(case, answer)


def _rests(case: Case, answer: int) -> None:
    if len(case[0]) % 4:
        _is_hash(case, answer)


MURMUR2 = Exercise(
    id="kafka-murmur2",
    lesson="05",
    title="murmur2, by hand",
    points=3,
    reference=murmur2,
    cases=_cases,
    strategy=_larger,
    shape="Returns a whole number",
    read=_read,
    properties=(
        ("The number has 32 bits and a sign, as in Java", _in_range),
        ("Keys of 0, 4, 8 … bytes have Kafka's hash", _groups),
        ("So do keys with one, two or three bytes left over", _rests),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You read bytes from 128 on as negative numbers. Java has to write `& 0xff` against that; "
            "in Python a byte is 0 to 255 already.",
            partial(variant, tail=wrong.signed_tail),
        ),
        Mistake(
            "You count characters. The length that starts the hash counts bytes: `len(key)`.",
            partial(variant, length=lambda key: len(key.decode("utf-8", "replace"))),
        ),
        Mistake(
            "You multiply once more where no bytes are left over. That step is only for one to three of them.",
            partial(variant, tail_if_none=True),
        ),
        Mistake(
            "Your number has no sign. Java reads the highest of the 32 bits as minus: subtract 2**32 where it is set.",
            wrong.unsigned,
        ),
        Mistake(
            "Your number has lost its sign bit, by a mask or because you subtract 2**31. Clearing it is the next step, "
            "in the partitioner; the hash itself may be negative: subtract 2**32.",
            wrong.without_sign_bit,
        ),
        Mistake(
            "You put a minus before the other 31 bits. Java counts down from 2**32: where the highest bit is set, "
            "subtract 2**32.",
            wrong.sign_and_size,
        ),
        Mistake("You take the absolute value. The hash may be negative.", wrong.absolute),
        Mistake(
            "You take the last four bytes for left-over ones when the length divides evenly by four. They are a full "
            "group, and nothing is left over.",
            wrong.last_group_left,
        ),
        Mistake(
            "You read the left-over bytes from the wrong end: the first of them is the lowest.",
            partial(variant, tail=lambda rest: int.from_bytes(rest, "big")),
        ),
        Mistake(
            "You use only the first of the left-over bytes. There can be two or three: shift the second by 8 bits and "
            "the third by 16.",
            partial(variant, tail=lambda rest: rest[0]),
        ),
        Mistake("You drop the bytes that are left over after the last full group.", wrong.no_tail),
        Mistake(
            "You treat the left-over bytes as one more group. They are only joined to `h`, which is then multiplied.",
            wrong.all_as_groups,
        ),
        Mistake(
            "You read the groups of four from the wrong end: the first byte is the lowest.",
            partial(variant, groups="big"),
        ),
        Mistake(
            "You read all bytes from the wrong end, in the groups and in what is left over: the first byte of each is "
            "the lowest.",
            partial(variant, groups="big", tail=lambda rest: int.from_bytes(rest, "big")),
        ),
        Mistake(
            "You leave the length out. The hash starts from the seed, joined with the number of bytes.",
            partial(variant, length=lambda key: 0),
        ),
        Mistake(
            "You add the length to the seed. It is joined with exclusive or: `^`.",
            partial(variant, length=lambda key: (0x9747B28C + len(key)) ^ 0x9747B28C),
        ),
        Mistake("You start from 0. Kafka's seed is 0x9747b28c.", partial(variant, seed=0)),
        Mistake(
            "Your numbers grow past 32 bits, and the shifts then bring the excess back in. "
            "Cut back after every multiplication.",
            wrong.forgets_carry,
        ),
        Mistake(
            "Your numbers are never cut back to 32 bits, and grow with every multiplication: "
            "write `& 0xffffffff` after each of them.",
            wrong.never_cut,
        ),
        Mistake(
            "Your shifts to the right keep the sign, as Java's `>>` does. Kafka uses `>>>`: "
            "keep the numbers unsigned until the very end.",
            partial(variant, end=wrong.arithmetic_end),
        ),
        Mistake(
            "You multiply `h` after a group has been joined to it. First `h` is multiplied, then joined with `k`.",
            partial(variant, join=lambda h, k: (h ^ k) * FACTOR),
        ),
        Mistake("You leave out `k ^= k >> 24`, between the two multiplications.", partial(variant, mix=lambda k: k)),
        Mistake("You leave out the last three steps.", partial(variant, end=wrong.no_end)),
        Mistake("You leave out the very last step, `h ^= h >> 15`.", partial(variant, end=wrong.short_end)),
        Mistake(
            "You shift by 15 first and by 13 last. It is the other way round.", partial(variant, end=wrong.swapped_end)
        ),
        Mistake(
            "That is CRC32, the hash that librdkafka uses by default. Kafka's Java client uses murmur2.", wrong.crc
        ),
    ),
    hints=(
        "Keep `h` and `k` between 0 and 0xffffffff: after each multiplication write `& 0xffffffff`. "
        "Shifts to the right and `^` never make them longer.",
        '`int.from_bytes(key[i:i + 4], "little")` reads four bytes, the first as the lowest. '
        "It reads one to three bytes just as well.",
        "At the end: `return h - 2**32 if h >= 2**31 else h`.",
    ),
)
