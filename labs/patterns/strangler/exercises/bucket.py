"""Lesson 01: the bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import product
from typing import Any, NamedTuple

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import whole
from labs.kit.guarding.telling import show
from labs.patterns.strangler.exercises import bucket_wrong as wrong
from labs.patterns.strangler.routing import bucket


def _buckets() -> Iterator[Any]:
    names = ("Ada", "ada", "Ben", "Benjamin", "Ünal", "U\u0308nal", "李", "user 11", "42", "", " Ada ", "t/Ada")
    yield from product(names, ("basket", "Basket", "basket-2", "Ä", ""))
    for n in range(60):
        yield f"user {n}", "search"
    yield from (("user 24890", "basket"), ("user 6547", "basket"))  # the buckets 0 and 9,999


class Both(NamedTuple):
    """Two calls for the same user, and what each returned."""

    first: Any
    second: Any

    def __repr__(self) -> str:
        return f"{show(self.first)}, then {show(self.second)}"


def _twice(function: Callable[..., Any], case: Any) -> Any:
    """What a call returns; if a second call returns something else, both."""
    first = function(*case)
    with redirect_stdout(StringIO()):  # what it prints is told once
        second = function(*case)
    return first if show(first) == show(second) else Both(first, second)


def _same_number(case: Any, answer: Any) -> int:
    if isinstance(answer, Both):
        raise Wrong("Called twice for the same user, it returned two answers: this user would be sent back and forth.")
    return whole(answer)


def _bucket_is(case: Any, answer: Any) -> None:
    if answer != bucket(*case):
        raise Wrong(f"This user's bucket is {bucket(*case)}, and not {answer!r}.", bucket(*case))


BUCKET = Exercise(
    id="patterns-bucket", lesson="01", title="A sticky bucket", points=2, reference=bucket, cases=_buckets,
    call=_twice, read=_same_number, keeps=True,
    shape="Returns a whole number, the same one every time",
    show_case=lambda case: f"bucket({case[0]!r}, {case[1]!r})",
    properties=(("Gives every user the right bucket in every rollout", _bucket_is),),
    wrong=(
        Mistake("You use Python's `hash`. For text it differs from process to process, so another façade, or this one "
                "after a restart, would send the same user elsewhere.", wrong.by_hash),
        Mistake("You leave the rollout's name out. In every rollout the same users would be the first.",
                wrong.one_for_all),
        Mistake("You join the two names the other way round. First comes the rollout.", wrong.other_way_round),
        Mistake("You join the names without the slash.", wrong.no_slash),
        Mistake("You make a hundred buckets. There are 10,000 of them.", wrong.percents),
        Mistake("You make 10,001 buckets. Take the remainder of a division by 10,000.", wrong.one_more),
        Mistake("Your buckets begin with 1. The first is 0, and the last 9,999.", wrong.from_one),
        Mistake("You leave bucket 0 out. It is a bucket like any other, and the first to move.", wrong.never_zero),
        Mistake("You use a different digest. The text asks for SHA-256.", wrong.by_md5),
        Mistake("You scale the number down to 0 … 9,999. Divide by 10,000 instead, and return the remainder.",
                wrong.scaled),
        Mistake("You read only the first eight digits. Read all 64 of them as one number.", wrong.eight_digits),
        Mistake("You turn the number into a float, which keeps only its first 16 digits or so. Stay with whole "
                "numbers: `%` works on any of them.", wrong.through_a_float),
        Mistake("You read the digest from its other end. The first digit is the most significant one.",
                wrong.other_end),
        Mistake("You leave out the characters that ASCII lacks. Encode the text as UTF-8.", wrong.ascii_only),
        Mistake("You encode the text as Latin-1. Encode it as UTF-8.", wrong.latin),
        Mistake("You normalise the names. Take them as they are, however an accent is written.", wrong.composed),
        Mistake("You change the names to small letters. `Ada` and `ada` are two users here.", wrong.small_letters),
        Mistake("You change the names to small letters. `Ada` and `ada` are two users here.", wrong.small_user),
        Mistake("You strip the names. Take them as they are.", wrong.tidied),
    ),
    hints=('The text to hash is `f"{rollout}/{user}"`; `.encode()` makes bytes of it.',
           "`int(text, 16)` reads hexadecimal digits.",
           "`sha256(…).hexdigest()` gives the digits, and `%` the remainder."),
)  # fmt: skip
