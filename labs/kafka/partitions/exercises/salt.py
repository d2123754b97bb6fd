"""Lesson 05, going further: a hot key is spread over several partitions."""

from __future__ import annotations

from typing import Any

from labs.kafka.partitions.exercises import salt_wrong as wrong
from labs.kafka.partitions.exercises.keys import some_key
from labs.kafka.partitions.moving import salted
from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import as_list, several, whole
from labs.kit.guarding.telling import show

Case = tuple[bytes, int, dict[bytes, int], int]  # key, number of the record, hot keys with their salts, partitions
Places = tuple[int, tuple[int, ...]]


def _cases() -> list[Case]:
    hot = {b"ada": 4, b"ben": 1, b"": 3, b"zo\xc3\xab": 12, b"hana#0": 2}
    keys = (b"ada", b"lea", b"ben", b"", b"zo\xc3\xab", b"ad", b"ada1", b"hana#0", b"hana", b"ada#0")
    cases: list[Case] = [(b"ada", 0, {}, 1), (b"ada", 0, {b"ada": 1}, 1), (b"ada", 3, {}, 6), (b"", 0, {}, 6)]
    cases += [(b"ada", number, {b"ada": salts}, 6) for salts in (1, 2, 3, 4) for number in range(6)]
    for partitions in (6, 3, 2, 8, 20, 1):
        cases += [(key, number, hot, partitions) for key in keys for number in (0, 1, 2, 5, 13, 11)]
    return cases


def _larger() -> Any:
    from hypothesis import strategies as st

    def one(keys: list[bytes]) -> Any:
        hot = st.dictionaries(st.sampled_from(keys), st.integers(1, 15))
        return st.tuples(st.sampled_from(keys), st.integers(0, 1000), hot, st.integers(1, 40))

    return st.lists(some_key(), min_size=1, max_size=4, unique=True).flatmap(one)


def _read(case: Case, answer: Any) -> Places:
    write, read = several(answer, 2, "a pair, (where to write, where to read)")
    places = as_list(read, "a list of partitions", "It reads from")
    return whole(write, "the number of a partition", "It writes to"), tuple(
        whole(place, "numbers of partitions", "The list to read from holds") for place in places
    )


def _plain(case: Case, answer: Places) -> None:
    if case[0] not in case[2] and answer != _right(case):
        raise Wrong("This key is not hot: it is written as it is, and its readers read one partition.", _right(case))


def _right(case: Case) -> Places:
    write, read = salted(*case)
    return write, tuple(read)


def _writes(case: Case, answer: Places) -> None:
    key, number, hot, _ = case
    if key in hot and answer[0] != _right(case)[0]:
        name = key + b"#%d" % (number % hot[key])
        raise Wrong(f"Record {number} is written as {show(name, 40)}, to {_right(case)[0]}, and not to {answer[0]}.")


def _finds(case: Case, answer: Places) -> None:
    missing = [n for n in _right(case)[1] if n not in answer[1]]
    if case[0] in case[2] and missing:
        raise Wrong(f"Records of this key are in partition {missing[0]}, too, and nobody would read them there.")


def _no_more(case: Case, answer: Places) -> None:
    if case[0] in case[2] and set(answer[1]) <= set(_right(case)[1]) and answer[1] != _right(case)[1]:
        raise Wrong(f"Each partition once, in ascending order: {list(_right(case)[1])}.")
    extra = [n for n in answer[1] if n not in _right(case)[1]]
    if case[0] in case[2] and extra:
        raise Wrong(f"No record of this key is in partition {extra[0]}.")


SALT = Exercise(
    id="kafka-salt",
    lesson="05",
    title="Salt a hot key",
    points=2,
    reference=salted,
    cases=_cases,
    strategy=_larger,
    shape="Returns a pair: where to write, and a list of where to read",
    read=_read,
    show_answer=lambda places: show((places[0], list(places[1]))),
    properties=(
        ("A key that is not hot is left alone", _plain),
        ("The records of a hot key take its salts in turn", _writes),
        ("Its readers look wherever a record of it may be", _finds),
        ("And nowhere else, nor twice", _no_more),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You look for the key inside other keys. `ad` is not hot because `ada` is: ask `key in hot`.", wrong.within
        ),
        Mistake("You take the empty key for none. If it is hot, it is salted like any other.", wrong.no_empty),
        Mistake(
            "You write salts as one character. From 10 on they have two digits: `str(salt).encode()`.", wrong.one_digit
        ),
        Mistake(
            "You leave a hot key with a single salt as it is. It is in `hot`, so it is written under salt 0, too.",
            wrong.one_is_none,
        ),
        Mistake(
            "You read only from the partition that this record went to. The others of the key are elsewhere.",
            wrong.reads_one,
        ),
        Mistake("You read only from the salts used so far. Those who read later need them all.", wrong.reads_so_far),
        Mistake(
            "You read from the partition of the plain key, too. Nothing of a hot key is written there, unless a salt "
            "leads to it.",
            wrong.reads_plain,
        ),
        Mistake("You list a partition twice where two salts share it. Reading it once finds both.", wrong.reads_twice),
        Mistake("You list the partitions in the order of the salts. Sort them.", wrong.unsorted),
        Mistake("You let the readers ask every partition. Only those of the salts can hold the key.", wrong.reads_all),
        Mistake(
            "You take the salt for the partition. It is a part of the key, and the hash decides.", wrong.salt_is_place
        ),
        Mistake(
            "You go on to the partitions next to the key's own. Each salted key has a hash of its own, "
            "and that decides.",
            wrong.neighbours,
        ),
        Mistake("You count the salts from 1. The first one is 0.", wrong.from_one),
        Mistake("You use one salt too many. The last one is one less than `hot[key]`.", wrong.one_too_many),
        Mistake(
            "You write the salt as a byte of that value. It is a decimal number: `str(salt).encode()`.", wrong.as_byte
        ),
        Mistake(
            "You write as many zero bytes as the salt says, which is what `bytes(salt)` does in Python. "
            "It is a decimal number: `str(salt).encode()`.",
            wrong.zero_bytes,
        ),
        Mistake(
            "You put bytes into a text: `f\"{key}\"` writes them as Python shows them, `b'ada'`. "
            'Join bytes with bytes: `key + b"#" + …`.',
            wrong.as_shown,
        ),
        Mistake("You put the salt in front. It follows the key: `ada#0`.", wrong.in_front),
        Mistake(
            "You leave out the `#`. Without it `ada1` with salt 2 is the key of `ada` with salt 12.", wrong.no_mark
        ),
        Mistake("You use the record's number itself as the salt. Take it modulo the number of salts.", wrong.too_many),
        Mistake(
            "You divide the record's number by the partitions. It is the salts that take turns.", wrong.by_partitions
        ),
        Mistake("You salt every key. Only those in `hot` are spread.", wrong.salts_all),
        Mistake("You write a key that is not hot under salt 0. It is written as it is.", wrong.salts_once),
        Mistake("You never use a salt.", wrong.never),
    ),
    hints=(
        'The names under which a hot key is written: `[key + b"#" + str(salt).encode() for salt in range(hot[key])]`.',
        "A key that is not hot has one name, its own. With that both cases are the same.",
        "Where to write: the partition of `names[number % len(names)]`. Where to read: those of all names, each once.",
    ),
)
