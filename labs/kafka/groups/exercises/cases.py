"""Groups to try an assignor on. A case is (members, topics), as the learner's function gets them: the small ones are
counted out, the smallest first, and the larger ones are drawn by Hypothesis.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

from labs.kafka.groups.members import Member, Partition

Group = tuple[list[Member], dict[str, int]]

TOPICS = ("orders", "payments", "refunds")
# Names as people choose them. Kafka compares them as text, so c10 comes before c2, and a capital before small letters.
NAMES = (("c2", "c10", "c1"), ("c10", "c9", "c8"), ("anna", "Bert", "bob"), ("zoe", "éva", "ann"))
OTHER_TOPICS = (
    {"orders": "orders", "payments": "orders-eu"},  # one name is a part of the other
    {"orders": "payments", "payments": "refunds"},  # the longer name comes first
)


# ── without a past ────────────────────────────────────────────────────────────────────────────────────────────────────


def small_groups() -> list[Group]:
    """Up to four members and two topics: in order of name and in others, with names of all kinds, with a member that
    subscribes to nothing (as one does whose pattern fits no topic), and with topics to which nobody subscribes.
    """
    plain = [_group([("orders",)] * count, partitions) for count, partitions in product((1, 2, 3, 4), range(1, 7))]
    subscriptions: list[tuple[str, ...]] = [("orders",), ("payments",), ("orders", "payments")]
    for count in (1, 2, 3):
        for topics in product(subscriptions, repeat=count):
            if {topic for subscription in topics for topic in subscription} == {"orders", "payments"}:
                plain += [_group(topics, first, second) for first, second in product((1, 2, 3), (1, 2, 3))]
    unread = [
        _group([(topic,)] * count, first, second)
        for topic, count, first, second in product(("orders", "payments"), (1, 2), (1, 2), (1, 2))
    ]
    idle = [_group([*topics, ()], first) for topics, first in product(([], [("orders",)], [("orders",)] * 2), (1, 2))]
    many = [_group([("orders",)] * count, partitions) for count, partitions in ((2, 11), (3, 12), (3, 13))]
    groups = plain + unread + idle[2:] + many + [variant for group in plain for variant in _variants(group)]
    return sorted(groups, key=_size)


def _group(subscriptions: Iterable[tuple[str, ...]], *partitions: int) -> Group:
    members = [Member(f"c{i}", topics) for i, topics in enumerate(subscriptions, 1)]
    return members, dict(zip(TOPICS, partitions, strict=False))


def _variants(group: Group) -> list[Group]:
    """The same group, told otherwise: members in another order, topics in another order, other names."""
    members, topics = group
    turn = sum(topics.values()) + sum(len(m.topics) for m in members)
    some = NAMES if len(topics) == 1 else NAMES[turn % len(NAMES) :][:1]
    backwards = [(members[::-1], topics)] if 1 < len(members) < 4 else []
    swapped = [(members, dict(reversed(topics.items())))] if len(topics) == 2 else []
    renamed = [_renamed(group, names) for names in some] if 1 < len(members) < 4 else []
    other = [_with_other_topics(group, OTHER_TOPICS[turn % 2])] if len(topics) == 2 else []
    variants = backwards + swapped + renamed + other
    if len(members) < 3 or not variants:
        return variants
    return [variants[turn % len(variants)]]  # of the many larger groups, one variant each


def _renamed(group: Group, names: Sequence[str]) -> Group:
    members, topics = group
    return [replace(member, id=name) for member, name in zip(members, names, strict=False)], topics


def _with_other_topics(group: Group, names: Mapping[str, str]) -> Group:
    members, topics = group
    return (
        [replace(member, topics=tuple(names[topic] for topic in member.topics)) for member in members],
        {names[topic]: partitions for topic, partitions in topics.items()},
    )


def _size(group: Group) -> int:
    members, topics = group
    uneven = len({m.topics for m in members}) > 1
    ids = [m.id for m in members]
    odd = (ids != [f"c{i}" for i in range(1, len(ids) + 1)]) + (list(topics) != sorted(topics))
    odd += 3 * len(unread_topics(group)) + (not set(topics) <= set(TOPICS[:2]))
    return len(members) + sum(topics.values()) + len(topics) + uneven + odd


def unread_topics(group: Group) -> list[str]:
    """The topics to which nobody subscribes, in order of name."""
    members, topics = group
    return [topic for topic in sorted(topics) if not any(topic in m.topics for m in members)]


def larger_groups() -> Any:
    """A Hypothesis strategy: up to six members and three topics, all in any order, and any subscriptions."""
    from hypothesis import strategies as st

    names = [f"c{i}" for i in range(1, 13)]

    @st.composite
    def group(draw: Any) -> Group:
        topics = {name: draw(st.integers(1, 12)) for name in draw(st.permutations(TOPICS[: draw(st.integers(1, 3))]))}
        ids = draw(st.permutations(names))[: draw(st.integers(1, 6))]
        some = st.lists(st.sampled_from(sorted(topics)), min_size=1, unique=True)
        return [Member(name, tuple(draw(some))) for name in ids], topics

    return group()


# ── with a past ───────────────────────────────────────────────────────────────────────────────────────────────────────


def small_pasts() -> list[Group]:
    """One topic, everybody subscribes to it, and each partition was owned by nobody, somebody, or by two at once; or
    somebody owned partitions that have vanished, as when a topic is deleted, and perhaps created again with fewer.
    """
    groups = []
    for count, partitions in [(1, 1), (1, 2), *product((2,), (1, 2, 3, 4)), *product((3,), (1, 2, 3, 4)), (4, 2)]:
        ids = [f"c{i}" for i in range(1, count + 1)]
        claims: list[tuple[str, ...]] = [(), *((name,) for name in ids), *combinations(ids, 2), *combinations(ids, 3)]
        for owners in product(claims, repeat=partitions):
            if sum(len(who) > 1 for who in owners) <= (count * partitions < 12):
                there = [("orders", n) for n in range(partitions)]
                groups.append(_with_past(ids, {"orders": partitions}, there, owners))
    groups += [
        _with_past(ids, {"orders": n}, [("orders", i) for i in range(n)], [ids[:1]] * n)
        for n, ids in product(range(4, 9), (["c1", "c2", "c3"], ["c10", "c9", "c8"]))
    ]
    for ids, n in [(["c1"], 1), *((["c1", "c2"], n) for n in (1, 2, 3))]:
        for gone in ([("orders", n)], [("orders", n), ("orders", n + 2)], [("payments", 0), ("payments", 1)]):
            for *before, last in product(*[["", *ids]] * n, ids):  # "": it was nobody's
                there = [("orders", i) for i in range(n)]
                had = [(name,) for name in (*before, *[last] * len(gone))]
                groups.append(_with_past(ids, {"orders": n}, there + gone, had))
    for first, second, who in product((1, 2, 3), (1, 3), ("c1", "c2", "")):  # two topics, the first of them owned
        topics = {"orders": first, "payments": second}
        groups.append(_with_past(["c1", "c2"], topics, [("orders", n) for n in range(first)], [(who,)] * first))
    return sorted(groups, key=lambda group: (_size(group) + bool(vanished(group)), sum(len(m.owned) for m in group[0])))


def _with_past(
    ids: Sequence[str], topics: dict[str, int], partitions: Sequence[Partition], owners: Sequence[Sequence[str]]
) -> Group:
    owned = {name: tuple(p for p, who in zip(partitions, owners, strict=True) if name in who) for name in ids}
    return [
        Member(n, tuple(sorted(topics)), owned=mine, generation=1 if mine else -1) for n, mine in owned.items()
    ], topics


def larger_pasts() -> Any:
    """A Hypothesis strategy: up to six members in any order, two topics, and any past. Now and then a partition is
    claimed twice, or was owned and is no longer there.
    """
    from hypothesis import strategies as st

    @st.composite
    def group(draw: Any) -> Group:
        topics = {name: draw(st.integers(1, 8)) for name in TOPICS[: draw(st.integers(1, 2))]}
        ids = draw(st.permutations([f"c{i}" for i in range(1, draw(st.integers(1, 6)) + 1)]))
        claims: list[tuple[str, ...]] = [(), *((name,) for name in ids), *combinations(ids, 2), *combinations(ids, 3)]
        partitions = [(topic, n) for topic in topics for n in range(topics[topic] + draw(st.integers(0, 2)))]
        partitions += [("refunds", 0)] * draw(st.integers(0, 1))
        return _with_past(ids, topics, partitions, [draw(st.sampled_from(claims)) for _ in partitions])

    return group()


def twice(case: Group) -> set[Partition]:
    """The partitions that more than one member says it owned; those that have vanished do not matter."""
    claims = Counter(partition for member in case[0] for partition in set(member.owned))
    return {partition for partition, times in claims.items() if times > 1} - vanished(case)


def vanished(case: Group) -> set[Partition]:
    """The partitions that somebody says it owned and that are no longer there."""
    members, topics = case
    return {(topic, n) for member in members for topic, n in member.owned if n >= topics.get(topic, 0)}
