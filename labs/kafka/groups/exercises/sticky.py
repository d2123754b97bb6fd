"""Lesson 06, going further: a sticky assignor for members that all subscribe to the same topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from labs.kafka.groups.assignors import range_assign, round_robin_assign
from labs.kafka.groups.exercises import sticky_wrong as wrong
from labs.kafka.groups.exercises.cases import Group, larger_pasts, small_pasts, twice, vanished
from labs.kafka.groups.exercises.shares import (
    ALWAYS,
    SHAPE,
    Shares,
    before_and_after,
    level,
    read,
    show_call,
    show_shares,
    there_are,
)
from labs.kafka.groups.members import Partition
from labs.kafka.groups.sticky import sticky_assign
from labs.kit.checking.exercise import Exercise, Mistake, Property, Wrong


@dataclass(frozen=True)
class Told:
    """An assignment, and what is the same in all that were made by one rule, whoever the free ones happened to go to:
    of each member, how many it had, kept and got; and how many partitions nobody, several or no longer there have.
    """

    shares: Shares = field(compare=False)
    members: tuple[tuple[int, int, int], ...]
    nobody: int
    several: int
    gone: int
    missing: int


def _read(case: Group, answer: Any) -> Told:
    shares = read(case, answer)
    members, topics = case
    owners = Counter(p for mine in shares.values() for p in set(mine))
    return Told(
        shares,
        tuple(
            sorted(
                (len(_mine_alone(case, m.owned)), _kept(case, shares, m), len(shares.get(m.id, ()))) for m in members
            )
        ),
        sum((topic, n) not in owners for topic in topics for n in range(topics[topic])),
        sum(many > 1 for many in owners.values()),
        len(vanished(case) & set(owners)),
        len(members) - len(shares),
    )


def _mine_alone(case: Group, owned: tuple[Partition, ...]) -> list[Partition]:
    lost = twice(case) | vanished(case)
    return [partition for partition in owned if partition not in lost]


def _kept(case: Group, shares: Shares, member: Any) -> int:
    return sum(p in shares.get(member.id, ()) for p in _mine_alone(case, member.owned))


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────


def all_there(case: Group, shares: Shares) -> None:
    """Nobody gets a partition that has vanished since somebody owned it."""
    for name, mine in shares.items():
        for topic, number in mine:
            if (topic, number) in vanished(case):
                raise Wrong(f"{name} gets {topic}-{number}, which has vanished: {there_are(topic, case[1])}.")


def even(case: Group, shares: Shares) -> None:
    """All subscribe to the same topics, so loads differ by one at most (KIP-54)."""
    if len(shares) == len(case[0]):
        level(shares)


def few_moves(case: Group, shares: Shares) -> None:
    """No more partitions leave an owner that is still there than balance asks for."""
    moved = [p for m in case[0] for p in _mine_alone(case, m.owned) if p not in shares.get(m.id, ())]
    least = fewest_moves(case)
    if len(moved) > least:
        needed = f"only {least} {'has' if least == 1 else 'have'} to" if least else "none has to"
        topic, number = moved[0]
        raise Wrong(
            f"{len(moved)} {'partition leaves its owner' if len(moved) == 1 else 'partitions leave their owners'} "
            f"({topic}-{number}{' and others' if len(moved) > 1 else ''}), where {needed}."
        )


def fewest_moves(case: Group) -> int:
    """How many owned partitions must change hands, all subscribing to the same topics.

    Of P partitions and n members everybody ends up with P // n, and P % n of them with one more: so each keeps up to
    P // n, and P % n of those who had more keep one more. What two claim has no owner who could lose it, and what has
    vanished cannot be lost.
    """
    members, topics = case
    share, longer = divmod(sum(topics.values()), len(members))
    had = [len(_mine_alone(case, m.owned)) for m in members]
    kept = sum(min(n, share) for n in had) + min(longer, sum(n > share for n in had))
    return sum(had) - kept


def _of_the_shares(holds: Callable[[Group, Shares], None]) -> Property:
    return lambda case, told: holds(case, told.shares)


def _beware(case: Group) -> str | None:
    """What code stumbles over that takes `owned` for granted, or wants everybody to have equally many."""
    members, topics = case
    for topic, number in sorted(vanished(case)):
        return f"Somebody owned {topic}-{number} here, which has vanished: {there_are(topic, topics)}."
    many, each = sum(topics.values()), len(members)
    if many % each:
        some, verb = ("1 partition", "leaves") if many == 1 else (f"{many} partitions", "leave")
        return f"{some} for {each} members {verb} a remainder: not everybody can have equally many."
    return None


# ── what people get wrong ─────────────────────────────────────────────────────────────────────────────────────────────

AS_YOU_LIKE = "You share everything out anew, whoever owned what. Start from `member.owned`."
DISPUTED = (
    "Two members claim the same partition, and you believe one of them. "
    "Neither may be trusted with it: treat it as free."
)
ROUNDED_DOWN = (
    "You let nobody keep more than the rounded-down share. With a remainder of 2, two members may keep one more."
)
BLIND = "What is free has to go, one by one, to whoever has least at that moment."
EXTRA = "You give the extra places to the first members. Give them to those who own most, so that they lose nothing."


def _out(**faults: Any) -> Any:
    return partial(wrong.share_out, **faults)


WRONG = (
    Mistake(
        "You keep a partition by its number alone. Its topic may have vanished: look at topic and number.",
        _out(there=wrong.by_number),
    ),
    Mistake(
        "Partitions are numbered from 0, so a topic with 3 of them has no number 3: compare with `<`.",
        _out(there=wrong.up_to_the_count),
    ),
    Mistake(
        "You keep a partition as long as its topic is there. The topic may have fewer partitions now than before.",
        _out(there=wrong.of_a_topic),
    ),
    Mistake(
        "You trust `owned`, but a partition may have vanished: keep only what is still in `topics`.",
        _out(there=wrong.trusted),
    ),
    Mistake(
        "Two members claim the same partition, and you believe both. One of them is out of date: "
        "it has to go to one member only.",
        _out(believe=wrong.everybody),
    ),
    Mistake(
        "You give a partition that two members claim to nobody. It is free, so give it away.", wrong.disputed_to_nobody
    ),
    Mistake(
        "Once one partition of a member is claimed twice, you believe the member in nothing. "
        "Only that partition is in doubt.",
        wrong.liars_lose_all,
    ),
    Mistake(DISPUTED, _out(believe=wrong.the_first)),
    Mistake(DISPUTED, _out(believe=wrong.the_last)),
    Mistake(
        "You count what has vanished, or is claimed twice, among what a member owns. "
        "It gives no right to an extra place.",
        _out(order=wrong.most_said),
    ),
    Mistake(
        "You round the share to the nearest whole number. "
        "`divmod` tells how many everybody gets, and how many members get one more.",
        wrong.rounded_share,
    ),
    Mistake(ROUNDED_DOWN, _out(quota=wrong.down_to_one)),
    Mistake(EXTRA, _out(order=wrong.first_by_id)),
    Mistake(EXTRA, partial(wrong.to_the_quota, order=wrong.first_by_id)),
    Mistake(EXTRA, partial(wrong.to_the_quota, order=wrong.first_in_the_list)),
    Mistake(
        "You give the extra places to those who own least. Give them to those who own most, so that they lose nothing.",
        partial(wrong.to_the_quota, order=wrong.least_first),
    ),
    Mistake(
        "You give the extra places to those who own least. Give them to those who own most, so that they lose nothing.",
        _out(order=wrong.least_first),
    ),
    Mistake(
        "You let too many members keep the rounded-up share. With a remainder of 2, only two may.",
        _out(quota=wrong.rounded_up),
    ),
    Mistake(ROUNDED_DOWN, _out(quota=wrong.rounded_down)),
    Mistake("You give away only the rounded-down share, so the remainder goes to nobody.", wrong.remainder_dropped),
    Mistake(
        "You stop evening out while somebody still has two more than somebody else. Go on until it is one at most.",
        wrong.two_more_allowed,
    ),
    Mistake(
        "Everybody keeps all that they had, so newcomers stay poor. Whoever has too much has to hand some over.",
        _out(quota=wrong.no_limit),
    ),
    Mistake(
        "You give newcomers nothing. The partitions are shared by all members, whether they owned any or not.",
        wrong.only_among_owners,
    ),
    Mistake(
        "You make each topic even by itself, so the same members get one more each time. Count all topics together.",
        wrong.topic_by_topic,
    ),
    Mistake("You share out only one topic. All of them need readers.", wrong.first_topic_only),
    Mistake(BLIND, _out(fill=wrong.in_turn)),
    Mistake(BLIND, _out(fill=wrong.to_the_first)),
    Mistake(
        "You give away only what somebody owned. The partitions that nobody owns need a reader too.",
        wrong.only_what_was_owned,
    ),
    Mistake(
        "What is free goes to nobody. Everybody keeps some, and then the rest has to be given away.",
        _out(fill=wrong.to_nobody),
    ),
    Mistake(
        "You cut all partitions into runs, in the order of their owners. "
        "A run can begin in the middle of what somebody owned.",
        wrong.sorted_by_owner,
    ),
    Mistake(AS_YOU_LIKE, range_assign),
    Mistake(AS_YOU_LIKE, round_robin_assign),
    Mistake(
        "You leave idle members out. They are members all the same: start with an entry for everybody.",
        wrong.without_idle,
    ),
)


STICKY = Exercise(
    id="kafka-sticky",
    lesson="06",
    title="A sticky assignor",
    points=3,
    reference=sticky_assign,
    cases=small_pasts,
    strategy=larger_pasts,
    shape=SHAPE,
    read=_read,
    properties=(
        ("Nobody gets a partition that is no longer there", _of_the_shares(all_there)),
        *((name, _of_the_shares(holds)) for name, holds in ALWAYS),
        ("Nobody has two partitions more than anybody else", _of_the_shares(even)),
        ("No more partitions leave their owner than balance asks for", _of_the_shares(few_moves)),
    ),
    wrong=WRONG,
    hints=(
        "Three steps: let everybody keep what they owned; give what is free to whoever has least; "
        "and see to it that nobody keeps too much.",
        "How much may a member keep? `share, longer = divmod(partitions, len(members))`: `share` each, and one more "
        "for at most `longer` members, for those who had more than `share`.",
        "A partition that two members claim has no owner you could rely on: treat it as free. Then give the free ones "
        "away one by one, each time to `min(members, key=…)`, the one with the fewest.",
    ),
    beware=_beware,
    show_case=show_call("sticky_assign"),
    show_answer=lambda told: show_shares(told.shares),
    picture=lambda case, told, right: before_and_after(case, told.shares, right.shares),
    right="one right answer",
)
