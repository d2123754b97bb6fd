"""A sticky assignor as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import ceil

from labs.kafka.groups.exercises.range_wrong import Members, Topics, by_id
from labs.kafka.groups.members import Assignment, Partition

Keeps = Mapping[str, list[Partition]]

# ── which claims are believed ─────────────────────────────────────────────────────────────────────────────────────────


def neither(claimants: Sequence[str]) -> Sequence[str]:
    """The right answer: only a claim that nobody disputes."""
    return claimants if len(claimants) == 1 else ()


def the_first(claimants: Sequence[str]) -> Sequence[str]:
    """Whoever comes first in the list."""
    return claimants[:1]


def the_last(claimants: Sequence[str]) -> Sequence[str]:
    """Whoever comes last in the list."""
    return claimants[-1:]


def everybody(claimants: Sequence[str]) -> Sequence[str]:
    """All of them."""
    return claimants


def is_there(partition: Partition, topics: Topics) -> bool:
    """The right question."""
    return partition[1] < topics.get(partition[0], 0)


def trusted(partition: Partition, topics: Topics) -> bool:
    """Whatever is in `owned`."""
    return True


def of_a_topic(partition: Partition, topics: Topics) -> bool:
    """The topic is there, perhaps with fewer partitions."""
    return partition[0] in topics


def up_to_the_count(partition: Partition, topics: Topics) -> bool:
    """`<=` where `<` is meant."""
    return partition[1] <= topics.get(partition[0], -1)


def by_number(partition: Partition, topics: Topics) -> bool:
    """Some topic has so many."""
    return partition[1] < max(topics.values())


# ── who may keep one more ─────────────────────────────────────────────────────────────────────────────────────────────


def most_first(keeps: Keeps, members: Members) -> list[str]:
    """The right order: whoever owns most."""
    return sorted(first_by_id(keeps, members), key=lambda name: -len(keeps[name]))


def least_first(keeps: Keeps, members: Members) -> list[str]:
    """Whoever owns least."""
    return sorted(first_by_id(keeps, members), key=lambda name: len(keeps[name]))


def first_by_id(keeps: Keeps, members: Members) -> list[str]:
    """The first members by id."""
    return sorted(keeps)


def first_in_the_list(keeps: Keeps, members: Members) -> list[str]:
    """The first members of the list."""
    return [m.id for m in members]


def most_said(keeps: Keeps, members: Members) -> list[str]:
    """Whoever says that it owns most, whatever became of it."""
    said = {m.id: len(m.owned) for m in members}
    return sorted(keeps, key=lambda name: (-said[name], name))


def exact(share: int, longer: int, place: int) -> int:
    """The right number for whoever is at this place."""
    return share + (place < longer)


def rounded_up(share: int, longer: int, place: int) -> int:
    """The longer share for everybody."""
    return share + (longer > 0)


def rounded_down(share: int, longer: int, place: int) -> int:
    """The shorter share for everybody."""
    return share


def down_to_one(share: int, longer: int, place: int) -> int:
    """The same, but one at least."""
    return max(1, share)


def no_limit(share: int, longer: int, place: int) -> int:
    """Whatever it has."""
    return 1_000_000


# ── who gets what is free ─────────────────────────────────────────────────────────────────────────────────────────────

Fill = Callable[[Assignment, list[Partition]], None]


def to_the_poorest(assignment: Assignment, free: list[Partition]) -> None:
    """The right way: one by one to whoever has least."""
    for partition in free:
        min(assignment.values(), key=len).append(partition)


def in_turn(assignment: Assignment, free: list[Partition]) -> None:
    """One for each in turn, whatever they have."""
    for place, partition in enumerate(free):
        list(assignment.values())[place % len(assignment)].append(partition)


def to_the_first(assignment: Assignment, free: list[Partition]) -> None:
    """All to one."""
    next(iter(assignment.values())).extend(free)


def to_nobody(assignment: Assignment, free: list[Partition]) -> None:
    """None of them."""


# ── the whole ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def share_out(
    members: Members,
    topics: Topics,
    *,
    believe: Callable[[Sequence[str]], Sequence[str]] = neither,
    there: Callable[[Partition, Topics], bool] = is_there,
    order: Callable[[Keeps, Members], list[str]] = most_first,
    quota: Callable[[int, int, int], int] = exact,
    fill: Fill = to_the_poorest,
) -> Assignment:
    """A sticky assignor, with the parts that are given in place of the right ones."""
    everything = [(topic, number) for topic in sorted(topics) for number in range(topics[topic])]
    keeps: Assignment = {
        m.id: [p for p in sorted(m.owned) if there(p, topics) and m.id in believe(_claimants(members, p))]
        for m in by_id(members)
    }
    share, longer = divmod(len(everything), len(members))
    most = {name: quota(share, longer, place) for place, name in enumerate(order(keeps, members))}
    assignment = {name: mine[: most[name]] for name, mine in keeps.items()}
    taken = {partition for mine in assignment.values() for partition in mine}
    fill(assignment, [partition for partition in everything if partition not in taken])
    return assignment


def _claimants(members: Members, partition: Partition) -> list[str]:
    return [m.id for m in members if partition in m.owned]


def to_the_quota(members: Members, topics: Topics, order: Callable[[Keeps, Members], list[str]]) -> Assignment:
    """Each is filled up to a quota that goes by `order`."""
    everything = [(topic, number) for topic in sorted(topics) for number in range(topics[topic])]
    share, longer = divmod(len(everything), len(members))
    keeps = share_out(members, topics, quota=no_limit, fill=to_nobody)
    most = {name: exact(share, longer, place) for place, name in enumerate(order(keeps, members))}
    assignment = {name: mine[: most[name]] for name, mine in keeps.items()}
    free = [p for p in everything if not any(p in mine for mine in assignment.values())]
    for name, mine in assignment.items():
        while len(mine) < most[name]:
            mine.append(free.pop(0))
    return assignment


def rounded_share(members: Members, topics: Topics) -> Assignment:
    """Everybody keeps up to the nearest whole number."""
    most = round(sum(topics.values()) / len(members))
    return share_out(members, topics, quota=lambda *_: most)


def two_more_allowed(members: Members, topics: Topics) -> Assignment:
    """Evened out until nobody has three more than another."""
    assignment = share_out(members, topics, quota=no_limit)
    while True:
        poorest, richest = min(assignment.values(), key=len), max(assignment.values(), key=len)
        if len(richest) - len(poorest) <= 2:
            return assignment
        poorest.append(richest.pop())


def remainder_dropped(members: Members, topics: Topics) -> Assignment:
    """Everybody gets the rounded-down share, and the rest goes to nobody."""
    share = sum(topics.values()) // len(members)
    return {name: mine[:share] for name, mine in share_out(members, topics, quota=rounded_down).items()}


def disputed_to_nobody(members: Members, topics: Topics) -> Assignment:
    """What two claim is given to neither, nor to anybody else."""
    right = share_out(members, topics)
    return {name: [p for p in mine if len(_claimants(members, p)) < 2] for name, mine in right.items()}


def liars_lose_all(members: Members, topics: Topics) -> Assignment:
    """A member with one disputed partition is believed in nothing."""
    disputed = {m.id for m in members if any(len(_claimants(members, p)) > 1 for p in m.owned)}
    return share_out([replace(m, owned=()) if m.id in disputed else m for m in members], topics)


def only_among_owners(members: Members, topics: Topics) -> Assignment:
    """Newcomers get nothing."""
    owners = [m for m in members if m.owned] or list(members)
    return {m.id: share_out(owners, topics).get(m.id, []) for m in members}


def topic_by_topic(members: Members, topics: Topics) -> Assignment:
    """Even within each topic, not over all of them."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        had = [replace(m, owned=tuple(p for p in m.owned if p[0] == topic)) for m in members]
        for name, mine in share_out(had, {topic: partitions}).items():
            assignment[name] += mine
    return assignment


def first_topic_only(members: Members, topics: Topics) -> Assignment:
    """The other topics go to nobody."""
    topic = min(topics)
    return share_out(members, {topic: topics[topic]})


def only_what_was_owned(members: Members, topics: Topics) -> Assignment:
    """What nobody owned stays unread."""
    owned = {p for m in members for p in m.owned}
    return {name: [p for p in mine if p in owned] for name, mine in share_out(members, topics).items()}


def sorted_by_owner(members: Members, topics: Topics) -> Assignment:
    """All partitions in order of their owners, cut into equal runs."""
    everything = sorted((topic, number) for topic in topics for number in range(topics[topic]))
    everything.sort(key=lambda p: min(neither(_claimants(members, p)), default="~"))
    size, assignment = ceil(len(everything) / len(members)), {}
    for place, member in enumerate(by_id(members)):
        assignment[member.id] = everything[place * size : (place + 1) * size]
    return assignment


def without_idle(members: Members, topics: Topics) -> Assignment:
    """Only those who get something."""
    return {name: mine for name, mine in share_out(members, topics).items() if mine}
