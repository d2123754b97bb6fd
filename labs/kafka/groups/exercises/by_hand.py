"""The exercises of lesson 06. Here range and round robin; the sticky assignor and the capacity plan beside it."""

from __future__ import annotations

from itertools import cycle
from math import ceil
from typing import Any

from labs.kafka.groups.assignors import range_assign, round_robin_assign
from labs.kafka.groups.exercises.assignments import (
    ALWAYS,
    SHAPE,
    SUBSCRIBED,
    Group,
    Shares,
    beside,
    beware_of_unread,
    larger_groups,
    level,
    read,
    runs,
    same_as,
    show_call,
    show_shares,
    small_groups,
)
from labs.kafka.groups.members import Assignment
from labs.kit.exercise import Exercise, Wrong

# ── range ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def neighbours(case: Group, answer: Shares) -> None:
    """What a member gets of a topic has no gaps."""
    for name, mine in answer.items():
        for topic in case[1]:
            numbers = [number for t, number in mine if t == topic]
            if numbers and numbers[-1] - numbers[0] >= len(numbers):
                raise Wrong(f"Of {topic}, {name} gets {', '.join(runs(numbers))}: there is a gap.")


def as_range(case: Group, answer: Shares) -> None:
    """The runs are those of range."""
    right = {name: sorted(mine) for name, mine in range_assign(*case).items()}
    for topic in sorted(case[1]):
        for name in sorted(right):
            want = [n for t, n in right[name] if t == topic]
            got = [n for t, n in answer.get(name, ()) if t == topic]
            if got != want:
                told = ", ".join(runs(got)) or "nothing"
                raise Wrong(f"Of {topic}, {name} should get {', '.join(runs(want)) or 'nothing'}, and gets {told}.")


def _cut(members: Any, topics: Any, lengths: Any, *, everybody: bool = False, by_id: bool = True) -> Assignment:
    """Range with a fault: `lengths(partitions, readers)` are the lengths of the runs."""
    members = sorted(members, key=lambda m: m.id) if by_id else members
    assignment: Assignment = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = [m for m in members if everybody or topic in m.topics]
        numbers = iter(range(partitions))
        for member, length in zip(readers, lengths(partitions, len(readers)) if readers else [], strict=True):
            assignment[member.id] += [(topic, n) for _, n in zip(range(length), numbers, strict=False)]
    return assignment


def _long_first(partitions: int, readers: int) -> list[int]:
    return [partitions // readers + (i < partitions % readers) for i in range(readers)]


def _long_last(partitions: int, readers: int) -> list[int]:
    return _long_first(partitions, readers)[::-1]


def _rest_to_last(partitions: int, readers: int) -> list[int]:
    return [partitions // readers] * (readers - 1) + [partitions // readers + partitions % readers]


def _rest_to_first(partitions: int, readers: int) -> list[int]:
    return _rest_to_last(partitions, readers)[::-1]


def _rest_to_nobody(partitions: int, readers: int) -> list[int]:
    return [partitions // readers] * readers


def _rounded_up(partitions: int, readers: int) -> list[int]:
    return [ceil(partitions / readers)] * readers


def _one_list(members: Any, topics: Any) -> Assignment:
    """All topics laid end to end and cut once."""
    everything = [(topic, number) for topic in sorted(topics) for number in range(topics[topic])]
    cut = _cut(members, {"": len(everything)}, _long_first, everybody=True)
    return {name: [everything[n] for _, n in mine] for name, mine in cut.items()}


def _in_turn_by_topic(members: Any, topics: Any) -> Assignment:
    assignment: Assignment = {m.id: [] for m in members}
    for topic in topics:
        readers = sorted(m.id for m in members if topic in m.topics)
        for number in range(topics[topic] if readers else 0):
            assignment[readers[number % len(readers)]].append((topic, number))
    return assignment


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
        ("What a member gets of a topic are neighbours, without a gap", neighbours),
        ("Each topic is cut by itself, and the first members by id get the longer runs", as_range),
    ),
    misconceptions=(
        same_as(
            lambda members, topics: _cut(members, topics, _long_last),
            "Your answer gives the longer runs to the last members. Range gives them to the first: of 3 partitions and "
            "2 members, `c1` reads two.",
        ),
        same_as(
            lambda members, topics: _cut(members, topics, _rest_to_last),
            "Your answer leaves all that remains to the last member. What remains is shared: one more for each of the "
            "first members.",
        ),
        same_as(
            lambda members, topics: _cut(members, topics, _rest_to_first),
            "Your answer gives all that remains to the first member. What remains is shared: one more for each of the "
            "first members.",
        ),
        same_as(
            lambda members, topics: _cut(members, topics, _rest_to_nobody),
            "Your answer forgets what remains of the division: with 3 partitions and 2 members nobody would read the "
            "third partition.",
        ),
        same_as(
            lambda members, topics: _cut(members, topics, _rounded_up),
            "Your answer rounds every run up, so the last members are left with too little: only as many runs are "
            "longer as remain from the division.",
        ),
        same_as(
            round_robin_assign,
            "Your answer deals the partitions out one by one over all topics: that is round robin. Range cuts each "
            "topic into runs.",
        ),
        same_as(
            _in_turn_by_topic,
            "Your answer deals each topic out in turn, 0 to the first, 1 to the second. Range gives neighbours: the "
            "first member gets the first run.",
        ),
        same_as(
            _one_list,
            "Your answer lays all topics end to end and cuts that once. Range begins anew with the first member for "
            "each topic.",
        ),
        same_as(
            lambda members, topics: _cut(members, topics, _long_first, everybody=True),
            "Your answer counts every member for every topic. A topic is shared by those who subscribe to it.",
        ),
        same_as(
            lambda members, topics: _cut(members, topics, _long_first, by_id=False),
            "Your answer takes the members in the order of the list. Range takes them by id: sort them first, so that "
            "every consumer works out the same answer.",
        ),
        same_as(
            lambda members, topics: {name: mine for name, mine in range_assign(members, topics).items() if mine},
            "Your answer leaves idle members out. They are members all the same: start from an entry for everybody.",
        ),
    ),
    hints=(
        "Begin with an empty list for every member, then take one topic at a time and look only at its subscribers, "
        "sorted by id.",
        "`divmod(partitions, len(readers))` gives two numbers: how many partitions everybody gets, and how many "
        "members get one more.",
        "Walk through the readers with a counter `start`: the i-th reader gets `range(start, start + length)`, where "
        "`length` is one more while `i` is less than the remainder.",
    ),
    beware=beware_of_unread,
    show_case=show_call("range_assign"),
    show_answer=show_shares,
    picture=beside,
)


# ── round robin ───────────────────────────────────────────────────────────────────────────────────────────────────────


def as_round_robin(case: Group, answer: Shares) -> None:
    """The cards fall as in round robin."""
    right = {partition: name for name, mine in round_robin_assign(*case).items() for partition in mine}
    for partition in sorted(right):
        got = [name for name, mine in answer.items() if partition in mine]
        if got != [right[partition]]:
            topic, number = partition
            raise Wrong(
                f"{topic}-{number} should go to {right[partition]}, and goes to {' and '.join(got) or 'nobody'}."
            )


def even_if_alike(case: Group, answer: Shares) -> None:
    """With equal subscriptions nobody has two more than another."""
    if len({m.topics for m in case[0]}) == 1 and len(case[0]) == len(answer):
        level(answer)


def _deal(
    members: Any, topics: Any, *, by_id: bool = True, by_name: bool = True, everybody: bool = False, wait: bool = False
) -> Assignment:
    """Round robin with a fault; `wait`: when a member does not subscribe, the card stays until its next turn."""
    members = sorted(members, key=lambda m: m.id) if by_id else list(members)
    assignment: Assignment = {m.id: [] for m in members}
    in_order = sorted(topics) if by_name else topics
    cards = [(t, n) for t in in_order for n in range(topics[t]) if any(t in m.topics for m in members)]
    turns = cycle(members)
    for number, (topic, n) in enumerate(cards):
        readers = [m for m in members if topic in m.topics]
        if everybody:
            member = members[number % len(members)]
        elif wait:
            member = readers[number % len(readers)]
        else:
            member = next(m for m in turns if topic in m.topics)
        assignment[member.id].append((topic, n))
    return assignment


ROUND_ROBIN = Exercise(
    id="kafka-round-robin",
    lesson="06",
    title="Round robin, by hand",
    points=2,
    reference=round_robin_assign,
    cases=small_groups,
    strategy=larger_groups,
    shape=SHAPE,
    read=read,
    properties=(
        *ALWAYS,
        SUBSCRIBED,
        ("Where all subscribe to the same topics, nobody has two more than another", even_if_alike),
        ("The partitions are dealt out like cards, members in turn by id", as_round_robin),
    ),
    misconceptions=(
        same_as(
            range_assign,
            "Your answer is what range gives: runs of neighbours. Round robin deals one partition at a time.",
        ),
        same_as(
            _in_turn_by_topic,
            "Your answer begins with the first member again for each topic. Round robin goes on with whoever is next, "
            "so that the odd partitions do not all fall to the first.",
        ),
        same_as(
            lambda members, topics: _deal(members, topics, everybody=True),
            "Your answer gives the card to whoever is next, subscribed or not. A member that does not subscribe to the "
            "topic is passed over.",
        ),
        same_as(
            lambda members, topics: _deal(members, topics, wait=True),
            "Your answer counts turns among the subscribers of each topic. There is one circle, of all members: "
            "who does not subscribe is passed over, and the turn goes on from there.",
        ),
        same_as(
            lambda members, topics: _deal(members, topics, by_id=False),
            "Your answer takes the members in the order of the list. Round robin takes them by id: sort them first.",
        ),
        same_as(
            lambda members, topics: _deal(members, topics, by_name=False),
            "You took the topics in the order of the dict, which may be any. Round robin takes them by name: "
            "`sorted(topics)`.",
        ),
        same_as(
            lambda members, topics: {n: mine for n, mine in round_robin_assign(members, topics).items() if mine},
            "Your answer leaves idle members out. They are members all the same: start from an entry for everybody.",
        ),
    ),
    hints=(
        "Lay out the cards first: a list of all (topic, partition) pairs, topics by name, partitions by number. Leave "
        "out topics that nobody subscribes to.",
        "Keep one position in the circle of members, sorted by id, for all topics; `itertools.cycle` does it.",
        "For each card go round the circle to the next member that subscribes to its topic, give it the card, and go "
        "on from there for the next card.",
    ),
    beware=beware_of_unread,
    show_case=show_call("round_robin_assign"),
    show_answer=show_shares,
    picture=beside,
)
