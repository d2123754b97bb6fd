"""Lesson 01: the façade's route table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import word
from labs.patterns.strangler.exercises import route_wrong as wrong
from labs.patterns.strangler.routing import route

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
    for path in ("/v1.0", "/v1.0/basket", "/v1x0", "/v1x0/basket", "/k%C3%A4se"):
        yield {"/v1.0": 100, "/käse": 100}, path, 0


def _side(case: Any, answer: Any) -> str:
    return word(answer, ("old", "new"))


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
        Mistake("You have the two systems the wrong way round: the buckets below the share are new.", wrong.swapped),
        Mistake("You leave bucket 0 out. It is a bucket like any other, and the first to move.", wrong.never_zero),
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
        Mistake("You look up the whole path and the one above it only. A prefix may be further up.", wrong.one_above),
        Mistake("You read the prefix as a regular expression, in which a `.` stands for any character. "
                "Compare plain text, or use `re.escape`.", wrong.as_a_pattern),
        Mistake("You decode the path. Paths are taken as they are.", wrong.decoded),
        Mistake("You look up the whole path and its first segment only. A prefix may have any number of segments.",
                wrong.whole_or_first),
        Mistake("You ignore case. `/Basket` and `/basket` are two different paths.", wrong.any_case),
        Mistake("You merge slashes. Paths are taken as they are.", wrong.merged_slashes),
    ),
    hints=('A prefix covers a path if the path equals it, or begins with the prefix and a `"/"`.',
           "Of those that cover the path, `max(…, key=len)` is the longest. There may be none.",
           "One per cent of the users is 100 buckets. Which buckets are new at 1 %, and which at 2 %?"),
)  # fmt: skip
