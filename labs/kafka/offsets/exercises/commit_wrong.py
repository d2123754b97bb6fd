"""Offsets to commit as people get them wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from itertools import takewhile

from labs.kafka.offsets.committed import offset_to_commit


def sorted_as_text(committed: int, done: list[int]) -> int:
    """`sorted(map(str, done))`."""
    for offset in sorted(map(str, done)):
        if offset != str(committed):
            break
        committed += 1
    return committed


def found_in_text(committed: int, done: list[int]) -> int:
    """`str(committed) in text`."""
    text = str(sorted(done))
    while str(committed) in text:
        committed += 1
    return committed


def zero_is_nothing(committed: int, done: list[int]) -> int:
    """`if not committed`."""
    return offset_to_commit(committed, done) if committed else 0


def once_through(committed: int, done: list[int]) -> int:
    """The list in its order, once."""
    for offset in done:
        committed += offset == committed
    return committed


def first_ones_only(committed: int, done: list[int]) -> int:
    """The list in its order, up to the first that is not the next."""
    for offset in done:
        if offset != committed:
            break
        committed += 1
    return committed


def one_step(committed: int, done: list[int]) -> int:
    """One record at most."""
    return committed + (committed in done)


def only_before_a_gap(committed: int, done: list[int]) -> int:
    """It moves on only if there is a gap."""
    for expected, offset in enumerate(sorted(done), committed):
        if offset != expected:
            return expected
    return committed


def last_if_no_gap(committed: int, done: list[int]) -> int:
    """The last record, if there is no gap."""
    right = offset_to_commit(committed, done)
    return right - (bool(done) and right == max(done) + 1)


def all_or_nothing(committed: int, done: list[int]) -> int:
    """Not at all, if there is a gap."""
    whole = sorted(done) == list(range(committed, committed + len(done)))
    return committed + len(done) if whole else committed


def highest_if_the_next(committed: int, done: list[int]) -> int:
    """The highest, if the next one is done."""
    return max(done) + 1 if committed in done else committed


def highest_plus_one(committed: int, done: list[int]) -> int:
    """One more than the highest."""
    return max(done, default=committed - 1) + 1


def highest(committed: int, done: list[int]) -> int:
    """The highest."""
    return max(done, default=committed)


def last_listed(committed: int, done: list[int]) -> int:
    """One more than the last entry of the list."""
    return done[-1] + 1 if done else committed


def counted(committed: int, done: list[int]) -> int:
    """As many as are done."""
    return committed + len(done)


def counted_from_zero(committed: int, done: list[int]) -> int:
    """The same, from 0 on."""
    return len(done)


def from_zero(committed: int, done: list[int]) -> int:
    """The first gap from 0 on."""
    return offset_to_commit(0, done)


def from_zero_if_higher(committed: int, done: list[int]) -> int:
    """The same, but never less than what is committed."""
    return max(committed, offset_to_commit(0, done))


def one_before_is_done(committed: int, done: list[int]) -> int:
    """Whatever follows a record that is done."""
    return max((o + 1 for o in done if o == committed or o - 1 in done), default=committed)


def gap_between_the_done(committed: int, done: list[int]) -> int:
    """The first gap among those that are done."""
    return offset_to_commit(min(done, default=committed), done)


def one_gap_allowed(committed: int, done: list[int]) -> int:
    """It steps over a gap of one record."""
    for offset in sorted(done):
        if offset <= committed + 1:
            committed = offset + 1
    return committed


def longest_run(committed: int, done: list[int]) -> int:
    """The end of the longest run."""
    runs = [(len(list(takewhile(done.__contains__, range(o, o + len(done))))), -o) for o in done]
    length, start = max(runs, default=(0, -committed))
    return length - start


def lowest(committed: int, done: list[int]) -> int:
    """The lowest."""
    return min(done, default=committed)


def lowest_plus_one(committed: int, done: list[int]) -> int:
    """One more than the lowest."""
    return min(done, default=committed - 1) + 1


def before_the_gap(committed: int, done: list[int]) -> int:
    """The last record before the gap."""
    return offset_to_commit(committed, done) - (committed in done)


def one_too_low(committed: int, done: list[int]) -> int:
    """One less than right."""
    return offset_to_commit(committed, done) - 1


def taken_for_done(committed: int, done: list[int]) -> int:
    """As if the record at `committed` were done."""
    return offset_to_commit(committed + 1, done)


def after_the_next(committed: int, done: list[int]) -> int:
    """`while committed + 1 in done`."""
    return offset_to_commit(committed + 1, done) - 1


def never(committed: int, done: list[int]) -> int:
    """It never moves on."""
    return committed


def highest_of_some(committed: int, done: list[int]) -> int:
    """`max(done)` without a default."""
    return max(done) + 1


def missing_of_some(committed: int, done: list[int]) -> int:
    """The same for what is missing."""
    return min(set(range(committed, max(done) + 2)) - set(done))
