"""Lesson 06: range, by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

from labs.kafka.groups.assignors import range_assign, round_robin_assign
from labs.kafka.groups.exercises import range_wrong as wrong
from labs.kafka.groups.exercises.cases import Group, larger_groups, small_groups
from labs.kafka.groups.exercises.shares import (
    ALWAYS,
    SHAPE,
    SUBSCRIBED,
    Shares,
    beside,
    beware_of_unread,
    read,
    runs,
    show_call,
    show_shares,
)
from labs.kit.checking.exercise import Exercise, Mistake, Wrong


def neighbours(case: Group, answer: Shares) -> None:
    """What a member gets of a topic has no gaps."""
    for name, mine in answer.items():
        for topic in case[1]:
            numbers = [number for t, number in mine if t == topic]
            if numbers and numbers[-1] - numbers[0] >= len(numbers):
                raise Wrong(f"{name} gets {_named(numbers)} of {topic}: there is a gap.")


def as_range(case: Group, answer: Shares) -> None:
    """The runs are those of range."""
    right = {name: sorted(mine) for name, mine in range_assign(*case).items()}
    for topic in sorted(case[1]):
        for name in sorted(right):
            want = [n for t, n in right[name] if t == topic]
            got = [n for t, n in answer.get(name, ()) if t == topic]
            if got != want:
                raise Wrong(f"{name} should get {_named(want)} of {topic}, and gets {_named(got)}.")


def _named(numbers: list[int]) -> str:
    """Some partitions in words: partitions 2 and 3."""
    if not numbers:
        return "nothing"
    return f"partition{'s' * (len(numbers) > 1)} {', '.join(runs(numbers))}"


BOUNDS = (
    "You round each boundary by itself, so a longer run can fall to anybody. The longer runs go to the first members."
)
AS_TEXT = (
    "You compare the ids as numbers, or by their length. "
    "Kafka compares them as text, as `sorted` does: `c10` comes before `c2`."
)


DIVIDED_BY_ALL = (
    "You divide by the number of all members, so the share of those that do not subscribe goes to nobody. Divide by "
    "the number of the topic's subscribers."
)
ONE_LONGER = (
    "One run too many is longer. With a remainder of 2 only the first two readers, numbers 0 and 1, get one more: "
    "compare with `<`."
)


def _cut(lengths: Any, **further: Any) -> Any:
    return partial(wrong.cut, lengths=lengths, **further)


RANGE = Exercise(
    id="kafka-range",
    lesson="06",
    title="Range, by hand",
    points=2,
    reference=range_assign,
    cases=small_groups,
    strategy=larger_groups,
    shape=SHAPE,
    read=read,
    properties=(
        *ALWAYS,
        SUBSCRIBED,
        ("A member's share of a topic is one run, without a gap", neighbours),
        ("Each topic is cut by itself, and the first members by id get the longer runs", as_range),
    ),
    wrong=(  # of those that agree equally often the first is named: so what shows in few cases comes first
        Mistake(
            "You compare the ids without regard to capitals. Compare them as they are, as `sorted` does: "
            "`Bert` comes before `anna`.",
            _cut(wrong.long_first, order=wrong.without_capitals),
        ),
        Mistake(AS_TEXT, _cut(wrong.long_first, order=wrong.as_numbers)),
        Mistake(AS_TEXT, _cut(wrong.long_first, order=wrong.after_the_letter)),
        Mistake(AS_TEXT, _cut(wrong.long_first, order=wrong.shortest_first)),
        Mistake(
            "You give the longer runs to the last members. Range gives them to the first: of 3 partitions and 2 "
            "members, the first reads two.",
            _cut(wrong.long_last),
        ),
        Mistake(
            "You leave the whole remainder to the last member. The remainder is shared out: "
            "one more for each of the first members.",
            _cut(wrong.rest_to_last),
        ),
        Mistake(
            "You give the whole remainder to the first member. The remainder is shared out: "
            "one more for each of the first members.",
            _cut(wrong.rest_to_first),
        ),
        Mistake(
            "You round the share to the nearest whole number. It is rounded down for everybody; with a remainder of 2, "
            "the first two members get one more each.",
            _cut(wrong.nearest),
        ),
        Mistake(
            "You drop the remainder of the division: with 3 partitions and 2 members nobody would read the third.",
            _cut(wrong.rest_to_nobody),
        ),
        Mistake(
            "You round every run up, so the last members are left with too little. With a remainder of 2, only the "
            "first two runs are longer.",
            _cut(wrong.rounded_up),
        ),
        Mistake(ONE_LONGER, _cut(wrong.one_longer_too_many)),
        Mistake(ONE_LONGER, partial(wrong.start_kept, lengths=wrong.one_longer_too_many, reset=True)),
        Mistake(
            "You begin the i-th run at `i * share`. Each longer run before it moves its beginning on by one: keep a "
            "counter, and add the length of each run to it.",
            wrong.overlapping,
        ),
        Mistake(BOUNDS, _cut(wrong.rounded_bounds)),
        Mistake(BOUNDS, _cut(wrong.floored_bounds)),
        Mistake(BOUNDS, _cut(wrong.raised_bounds)),
        Mistake(
            "You deal the partitions out one by one, over all topics: that is round robin. "
            "Range cuts each topic into runs.",
            round_robin_assign,
        ),
        Mistake(
            "You deal each topic out in turn, 0 to the first member, 1 to the second. Range gives neighbours: the "
            "first member gets the first run.",
            wrong.in_turn_by_topic,
        ),
        Mistake(
            "You lay all topics end to end and cut that once. Range starts again with the first member for each topic.",
            wrong.one_list,
        ),
        Mistake(
            "You let the longer runs of one topic follow on from those of the topic before. Range starts again with "
            "the first member for each topic.",
            wrong.carried_on,
        ),
        Mistake(
            "You give the longer runs to those who have least so far. Range takes each topic by itself, and the first "
            "members get the longer runs every time.",
            wrong.poorest_first,
        ),
        Mistake(
            "You count every member for every topic. A topic is shared only by those who subscribe to it.",
            _cut(wrong.long_first, everybody=True),
        ),
        Mistake(DIVIDED_BY_ALL, wrong.divided_by_all),
        Mistake(DIVIDED_BY_ALL, wrong.runs_as_if_for_all),
        Mistake(
            "You take the members in the order of the list. Range takes them by id: sort them first, so that every "
            "consumer works out the same answer.",
            _cut(wrong.long_first, order=wrong.as_listed),
        ),
        Mistake(
            "You sort the members backwards: whoever is first by id comes first.",
            _cut(wrong.long_first, order=wrong.backwards),
        ),
        Mistake(
            "You give every subscriber all partitions of its topics. In a group each partition has one reader.",
            wrong.everything_to_everybody,
        ),
        Mistake(
            "You look for the topic's name inside other text, so `orders` is found in `orders-eu`. Compare whole "
            "names: `topic in member.topics`.",
            _cut(wrong.long_first, reads=wrong.name_within),
        ),
        Mistake(
            "You look only at the first topic of each member. "
            "A member may subscribe to several: `topic in member.topics`.",
            _cut(wrong.long_first, reads=wrong.first_topic),
        ),
        Mistake(
            "Each topic replaces what a member had got of the topics before. Add to its list instead.", wrong.replaced
        ),
        Mistake(
            "All your members share one list, so each of them has everything. Give each its own: `{member.id: [] for "
            "member in members}`.",
            wrong.one_list_for_all,
        ),
        Mistake(
            "Your counter goes on where the topic before ended. Set it back to 0 for each topic: its partitions are "
            "numbered from 0.",
            wrong.start_kept,
        ),
        Mistake(
            "You return after the first topic. The `return` belongs after the loop, not inside it.",
            wrong.returns_inside,
        ),
        Mistake(
            "You stop at a topic to which nobody subscribes. Skip it, and go on with the next one.",
            wrong.stops_at_unread,
        ),
        Mistake(
            "You leave idle members out. They are members all the same: start with an entry for everybody.",
            wrong.without_idle,
        ),
        Mistake(
            "You have no entry for a member that subscribes to nothing. It is a member all the same: "
            "start with an entry for everybody.",
            wrong.only_readers,
        ),
    ),
    hints=(
        "Start with an empty list for every member, "
        "then take one topic at a time and look only at its subscribers, sorted by id.",
        "`divmod(partitions, len(readers))` gives two numbers: "
        "how many partitions everybody gets, and how many members get one more.",
        "Walk through the readers with a counter `start`: the i-th reader gets `range(start, start + length)`, where "
        "`length` is one more while `i` is less than the remainder.",
    ),
    beware=beware_of_unread,
    show_case=show_call("range_assign"),
    show_answer=show_shares,
    picture=beside,
)
