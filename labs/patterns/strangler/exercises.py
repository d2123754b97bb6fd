"""Lesson 01: the bucket, the route table, and the controller of the ramp."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import product
from typing import Any, NamedTuple

from labs.kit.exercise import Exercise, Mistake, Wrong
from labs.kit.telling import show
from labs.patterns.strangler import wrong, wrong_ramp
from labs.patterns.strangler.routing import bucket, next_share, route

STEPS = [10, 20, 30, 50, 75]


def _buckets() -> Iterator[Any]:
    names = ("Ada", "ada", "Ben", "Benjamin", "Ünal", "U\u0308nal", "李", "user 11", "42", "", " Ada ", "t/Ada")
    yield from product(names, ("basket", "Basket", "basket-2", "Ä", ""))
    for n in range(60):
        yield f"user {n}", "search"
    yield from (("user 24890", "basket"), ("user 6547", "basket"))  # the buckets 0 and 9,999


def _whole(case: Any, answer: Any) -> Any:
    if answer is not None and (isinstance(answer, bool) or not isinstance(answer, int)):
        raise Wrong(f"Return a whole number. You returned {answer!r}.")
    return answer


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


def _same_number(case: Any, answer: Any) -> Any:
    if isinstance(answer, Both):
        raise Wrong("Called twice for the same user, it returned two answers: this user would be sent back and forth.")
    return _whole(case, answer)


def _side(case: Any, answer: Any) -> Any:
    if answer is not None and answer not in ("old", "new"):
        raise Wrong(f'Return "old" or "new". You returned {answer!r}.')
    return answer


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
        Mistake("You take another digest than SHA-256.", wrong.by_md5),
        Mistake("You read only the first eight digits. Read all 64 of them as one number.", wrong.eight_digits),
        Mistake("You turn the number into a float, which keeps only its first 16 digits or so. Stay with whole "
                "numbers: `%` works on any of them.", wrong.through_a_float),
        Mistake("You read the digest from its other end. The first digit is the most significant one.",
                wrong.other_end),
        Mistake("You leave out the characters that ASCII lacks. Encode the text as UTF-8.", wrong.ascii_only),
        Mistake("You encode the text as Latin-1. Encode it as UTF-8.", wrong.latin),
        Mistake("You normalise the names. Take them as they are, however an accent is written.", wrong.composed),
        Mistake("You change the names to small letters. `Ada` and `ada` are two users here.", wrong.small_letters),
        Mistake("You strip the names. Take them as they are.", wrong.tidied),
    ),
    hints=('The text to hash is `f"{rollout}/{user}"`; `.encode()` makes bytes of it.',
           "`int(text, 16)` reads hexadecimal digits.",
           "`sha256(…).hexdigest()` gives the digits, and `%` the remainder."),
)  # fmt: skip

TABLES: tuple[dict[str, int], ...] = (
    {},
    {"/basket": 20},
    {"/basket": 0, "/basket/items": 100},
    {"/basket/items": 0, "/basket": 100},
    {"/basket": 100, "/basket/items": 30, "/basket/items/11": 0},
    {"/z": 100, "/basket": 10, "/basket-old": 0, "/bas": 50},
    {"/käse": 50, "/basket/items/1": 100, "/basket/items": 1},
)
PATHS = (
    "/basket", "/basket/items", "/basket/items/1", "/basket/items/11", "/basket/items/11/price", "/basket-old",
    "/baskets", "/", "/search/basket", "/käse/ä", "/basket/itemsets", "/basket/",
)  # fmt: skip


def _routes() -> Iterator[Any]:
    for table, path, number in product(TABLES, PATHS, (0, 99, 100, 999, 1000, 1999, 2000, 2999, 3000, 5000, 9999)):
        yield dict(table), path, number
    for path in ("/Basket", "//basket", "/basket//items"):
        yield {"/basket": 100, "/basket/items": 0}, path, 0


def _route_is(case: Any, answer: Any) -> None:
    right = route(*case)
    if answer != right:
        raise Wrong(f"This request goes to {right!r}, and not to {answer!r}.", right)


ROUTE = Exercise(
    id="patterns-route", lesson="01", title="The façade's route table", points=2, reference=route, cases=_routes,
    read=_side, shape='Returns "old" or "new"', keeps=True,
    beware=lambda case: "The table is empty here." if not case[0] else None,
    properties=(("Sends every request to the right side", _route_is),),
    wrong=(
        Mistake("You compare text, not segments: `/basket` does not cover `/baskets`.", wrong.plain_text),
        Mistake("You look for the exact path only. A prefix covers everything below it as well.", wrong.exact_only),
        Mistake("A prefix covers its own path as well, not only what is below it.", wrong.never_itself),
        Mistake("You look at the first segment only. A prefix may have several.", wrong.first_segment),
        Mistake("You take the first prefix that covers the path. The longest one decides, wherever it stands.",
                wrong.first_found),
        Mistake("You take the last prefix that covers the path. The longest one decides, wherever it stands.",
                wrong.last_found),
        Mistake("You take the shortest prefix. The longest one decides.", wrong.shortest),
        Mistake("You send to the new system what no prefix covers. That belongs to the monolith.",
                wrong.unclaimed_is_new),
        Mistake("You let one bucket too many through. At 10 % the buckets 0 to 999 are new.", wrong.one_too_many),
        Mistake("You compare a bucket with a percentage. One per cent is 100 buckets.", wrong.not_scaled),
        Mistake("You begin with the highest buckets. The lowest ones move first.", wrong.upside_down),
        Mistake("You look at the last two digits of the bucket. At 10 % the buckets 0 to 999 are new.",
                wrong.last_two_digits),
        Mistake("You let one per cent too many through: `number // 100` counts from 0, so at 10 % it must be below 10.",
                wrong.one_per_cent_too_many),
        Mistake("You leave out the last bucket of the share. At 10 % bucket 999 is new as well.", wrong.one_too_few),
        Mistake("You pass over a share of 0. It is a decision: this route belongs to the monolith.",
                wrong.zero_is_nothing),
        Mistake("You let every prefix that covers the path have its say. The longest one alone decides.",
                wrong.greatest_share),
        Mistake("You look for the prefix anywhere in the path. It has to stand at the beginning, and to end where a "
                "segment ends.", wrong.anywhere),
        Mistake("You look at two segments at most. A prefix may have more.", wrong.two_segments),
        Mistake("You look up the whole path and its first segment only. A prefix may have any number of segments.",
                wrong.whole_or_first),
        Mistake("You take capital letters for small ones. `/Basket` is another path than `/basket`.", wrong.any_case),
        Mistake("You take two slashes for one. Paths are taken as they are.", wrong.merged_slashes),
    ),
    hints=('A prefix covers a path if the path equals it, or begins with the prefix and a `"/"`.',
           "Of those that cover the path, `max(…, key=len)` is the longest. There may be none.",
           "One per cent of the users is 100 buckets. Which buckets are new at 1 %, and which at 2 %?"),
)  # fmt: skip


def _windows() -> Iterator[Any]:
    for share, requests, least, budget in (
        *((20, 100, 40, budget) for budget in (5, 7, 14, 18)),  # on the budget, where fractions are not exact
        *product((10, 20, 15, 75, 0, 5, 100, 50), (0, 1, 2, 39, 40, 41, 1000), (40, 1), (5, 0, 10)),
    ):
        limit = budget * max(requests, least) // 100
        for errors in sorted({0, 1, limit, limit + 1, requests}):
            if errors <= requests:
                yield list(STEPS), share, requests, errors, least, budget
    yield [100], 10, 50, 0, 40, 5
    yield [], 10, 50, 0, 40, 5


def _share_is(case: Any, answer: Any) -> None:
    right = next_share(*case)
    if answer != right:
        raise Wrong(f"The next share is {right} %, and not {answer!r}.", right)


RAMP = Exercise(
    id="patterns-ramp", lesson="01", title="The controller of the ramp", points=3, reference=next_share,
    cases=_windows, read=_whole, shape="Returns a whole number", keeps=True,
    beware=lambda case: "The plan has no steps here." if not case[0] else None,
    properties=(("Advances, holds and rolls back at the right moments", _share_is),),
    wrong=(
        Mistake("You compare the number of errors with a percentage. Five errors in 1,000 requests are few.",
                wrong_ramp.on_count),
        Mistake("You roll back when the budget is just used up. Roll back only when it is exceeded.",
                wrong_ramp.at_the_budget),
        Mistake("You roll back when the budget is just used up. Roll back only when it is exceeded.",
                wrong_ramp.at_the_budget_if_any),
        Mistake("You advance on too few requests. Nothing is known yet: hold.", wrong_ramp.never_waits),
        Mistake("You hold at exactly `least` requests. That is enough.", wrong_ramp.one_too_few),
        Mistake("You wait for enough requests before you roll back. Once there are more errors than `least` requests "
                "may have, there is nothing to wait for.", wrong_ramp.waits_to_roll_back),
        Mistake("You roll back on a handful of requests. Divide by `requests`, but never by less than `least`.",
                wrong_ramp.panics),
        Mistake("You divide first. 7 / 100 * 100 is a little more than 7 in floating point, so exactly on the budget "
                "you roll back. Multiply instead, and compare whole numbers.", wrong_ramp.in_fractions),
        Mistake("A budget of 0 is a budget: not one request may fail. Python takes 0 for false.",
                wrong_ramp.zero_is_no_budget),
        Mistake("You stay on a step that you stand on. Take the smallest step *above* the present share.",
                wrong_ramp.stands_still),
        Mistake("You round the rate of errors to whole per cent, so a little more than the budget passes.",
                wrong_ramp.rounded_down),
        Mistake("You round the rate of errors to whole per cent, so a little more than the budget passes.",
                wrong_ramp.rounded),
        Mistake("You compare what has succeeded, in fractions. 1 - 18 / 100 is not exactly 82 / 100 in floating point, "
                "so exactly on the budget you roll back. Multiply instead, and compare whole numbers.",
                wrong_ramp.what_succeeded),
        Mistake("You advance only if nothing has failed. Within the budget, errors are allowed.",
                wrong_ramp.faultless),
        Mistake("You add `errors` to `requests`, which counts them already.", wrong_ramp.counted_twice),
        Mistake("You go back one step. Roll back at once, to 0.", wrong_ramp.one_step_back),
        Mistake("You only hold when the budget is exceeded. The users would stay with a service that fails.",
                wrong_ramp.only_holds),
        Mistake("You start again from 0 on your own. After a rollback a person looks at it first.",
                wrong_ramp.starts_again),
        Mistake("You go on to 100 after the last step. The plan ends where it ends: hold.", wrong_ramp.to_the_end),
        Mistake("You look for the share among the steps. It may lie between two of them: take the next greater one.",
                wrong_ramp.by_index),
        Mistake("You go back to the last step from a share above it. Where there is no step above, hold.",
                wrong_ramp.down_to_the_plan),
        Mistake("You leap to the last step. Advance to the next one only.", wrong_ramp.all_at_once),
    ),
    hints=("Three questions, in this order: roll back? hold? else advance.",
           "Without division: compare `errors * 100` with the budget times the number that you would divide by.",
           "`min(…, default=…)` takes the second value where there is nothing to choose from."),
)  # fmt: skip
