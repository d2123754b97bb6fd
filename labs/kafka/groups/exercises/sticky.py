"""Lesson 06, going further: a sticky assignor for members that all subscribe to the same topics."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labs.kafka.groups.assignors import range_assign, round_robin_assign
from labs.kafka.groups.exercises.assignments import (
    ALWAYS,
    SHAPE,
    Group,
    Shares,
    before_and_after,
    counts,
    larger_pasts,
    level,
    read,
    show_call,
    show_shares,
    small_pasts,
    there_are,
    twice,
    vanished,
)
from labs.kafka.groups.sticky import sticky_assign
from labs.kit.exercise import Exercise, Wrong


def all_there(case: Group, answer: Shares) -> None:
    """Nobody gets a partition that has vanished since somebody owned it."""
    for name, mine in answer.items():
        for topic, number in mine:
            if (topic, number) in vanished(case):
                raise Wrong(f"{name} gets {topic}-{number}, which has vanished: {there_are(topic, case[1])}.")


def even(case: Group, answer: Shares) -> None:
    """All subscribe to the same topics, so loads differ by one at most (KIP-54)."""
    if len(answer) == len(case[0]):
        level(answer)


def few_moves(case: Group, answer: Shares) -> None:
    """No more partitions leave an owner that is still there than balance asks for."""
    moved = [p for m in case[0] for p in _mine_alone(case, m.owned) if p not in answer.get(m.id, ())]
    least = fewest_moves(case)
    if len(moved) > least:
        enough = f"{least} {'is' if least == 1 else 'are'} enough" if least else "none has to"
        topic, number = moved[0]
        raise Wrong(f"{len(moved)} {'leaves its owner' if len(moved) == 1 else 'leave their owners'} "
                    f"({topic}-{number}{' and others' if len(moved) > 1 else ''}), where {enough}.")  # fmt: skip


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


def _mine_alone(case: Group, owned: Any) -> list[Any]:
    lost = twice(case) | vanished(case)
    return [partition for partition in owned if partition not in lost]


def _kept(case: Group, answer: Shares) -> list[int]:
    return [sum(p in answer[m.id] for p in _mine_alone(case, m.owned)) for m in case[0]]


def _keeps_claims_of_two(case: Group, answer: Shares, right: Shares) -> str | None:
    for topic, number in sorted(twice(case)):
        owners = [name for name, mine in answer.items() if (topic, number) in mine]
        if len(owners) > 1:
            return (
                f"Both {' and '.join(owners)} say that they own {topic}-{number}, and your answer believes both. One "
                "of them is out of date: give such a partition to one member only."
            )
        if not owners:
            return f"Your answer gives {topic}-{number} to nobody, because two claim it: it is free, so give it away."
    return None


def _keeps_the_vanished(case: Group, answer: Shares, right: Shares) -> str | None:
    if any(partition in vanished(case) for mine in answer.values() for partition in mine):
        return "Your answer trusts `owned`, but a partition may have vanished: keep only what is still in `topics`."
    return None


def _trusts_one_of_two(case: Group, answer: Shares, right: Shares) -> str | None:
    """It would be right, if the claim of one of them were to be believed."""
    members, topics = case
    for topic, number in sorted(twice(case)):
        claim = (topic, number)
        claimants = [m.id for m in members if claim in m.owned]
        trusted = [name for name in claimants if claim in answer[name]]
        others = [replace(m, owned=tuple(p for p in m.owned if p != claim or m.id in trusted)) for m in members]
        if len(trusted) == 1 and _holds(few_moves, (others, topics), answer) and not _holds(few_moves, case, answer):
            return (
                f"{topic}-{number} is claimed by {' and '.join(claimants)}, and your answer counts it as "
                f"{trusted[0]}’s. Neither may be trusted with it: treat it as free."
            )
    return None


def _holds(property: Any, case: Group, answer: Shares) -> bool:
    try:
        property(case, answer)
    except Wrong:
        return False
    return True


def _extra_to_the_poor(case: Group, answer: Shares, right: Shares) -> str | None:
    share, longer = divmod(sum(case[1].values()), len(case[0]))
    many = counts(answer)
    had = {m.id: len(_mine_alone(case, m.owned)) for m in case[0]}
    lucky = [name for name in sorted(many) if many[name] > share >= had[name]]
    robbed = [name for name in many if many[name] == share < had[name]]
    if not lucky or not robbed or max(many.values()) > share + 1:
        return None
    extra = "The one extra place" if longer == 1 else f"One of the {longer} extra places"
    return (
        f"{extra} went to {lucky[0]}, who had {had[lucky[0]] or 'nothing'}. Give the extra places to those who own "
        "most."
    )


def _forgets_the_past(case: Group, answer: Shares, right: Shares) -> str | None:
    fresh = [range_assign(*case), round_robin_assign(*case)]
    if any(answer == {n: tuple(sorted(mine)) for n, mine in shares.items()} for shares in fresh):
        return "Your answer shares everything out anew, whoever owned what: start from `member.owned`."
    return None


def _keeps_everything(case: Group, answer: Shares, right: Shares) -> str | None:
    kept = all(set(_mine_alone(case, m.owned)) <= set(answer[m.id]) for m in case[0])
    many = counts(answer).values()
    if kept and max(many) - min(many) > 1 and fewest_moves(case) > 0:
        return "Everybody keeps all that they had, so newcomers stay poor: whoever has too much has to hand some over."
    return None


def _too_many_long(case: Group, answer: Shares, right: Shares) -> str | None:
    share, longer = divmod(sum(case[1].values()), len(case[0]))
    kept = _kept(case, answer)
    if longer and max(kept) == share + 1 and sum(n == share + 1 for n in kept) > longer:
        return (
            "Your answer lets too many members keep the rounded-up share. Only as many may as remain from the "
            f"division: here {longer}."
        )
    return None


def _never_one_more(case: Group, answer: Shares, right: Shares) -> str | None:
    share, longer = divmod(sum(case[1].values()), len(case[0]))
    kept = _kept(case, answer)
    if longer and max(counts(answer).values()) - min(counts(answer).values()) <= 1 and max(kept) <= share:
        return (
            "Your answer lets nobody keep more than the rounded-down share. When the division leaves a remainder, so "
            f"many members may keep one more: here {longer}."
        )
    return None


def _blind_fill(case: Group, answer: Shares, right: Shares) -> str | None:
    many = counts(answer).values()
    kept = all(set(_mine_alone(case, m.owned)) <= set(answer[m.id]) for m in case[0])
    if kept and fewest_moves(case) == 0 and max(many) - min(many) > 1:
        return "What is free has to go, one by one, to whoever has least at that moment."
    return None


def _drops_the_free(case: Group, answer: Shares, right: Shares) -> str | None:
    owned = {p for m in case[0] for p in m.owned}
    given = {p for mine in answer.values() for p in mine}
    if given <= owned and len(given) < sum(case[1].values()):
        return "Your answer gives away only what somebody owned: the partitions that nobody owns need a reader too."
    return None


STICKY = Exercise(
    id="kafka-sticky",
    lesson="06",
    title="A sticky assignor",
    points=3,
    reference=sticky_assign,
    cases=small_pasts,
    strategy=larger_pasts,
    shape=SHAPE,
    read=read,
    properties=(
        ("Nobody gets a partition that is no longer there", all_there),
        *ALWAYS,
        ("Nobody has two partitions more than another", even),
        ("No more partitions leave their owner than balance asks for", few_moves),
    ),
    misconceptions=(
        _keeps_claims_of_two,
        _keeps_the_vanished,
        _trusts_one_of_two,
        _extra_to_the_poor,
        _forgets_the_past,
        _too_many_long,
        _keeps_everything,
        _never_one_more,
        _blind_fill,
        _drops_the_free,
    ),
    hints=(
        "Three steps: let everybody keep what they owned; give what is free to whoever has least; and see to it that "
        "nobody keeps too much.",
        "How much may a member keep? `share, longer = divmod(partitions, len(members))`: `share` each, and one more "
        "for at most `longer` members, for those who had more than `share`.",
        "A partition that two members claim has no owner you could rely on: treat it as free. Then give the free ones "
        "away one by one, each time to `min(members, key=…)`, the one with the fewest.",
    ),
    show_case=show_call("sticky_assign"),
    show_answer=show_shares,
    picture=before_and_after,
    right="one right answer",
)
