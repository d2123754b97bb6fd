"""The assignors of the broker: in KIP-848's protocol no consumer computes anything, the group coordinator does.

The coordinator (Kafka 4.x) comes with two, uniform (the default) and range, and keeps a *target assignment* which the
members reach step by step. `Member.owned` is here a member's share of the last target. A subscribed topic that does not
exist has no partitions to assign, but its name counts when the broker compares subscriptions. Followed from
org.apache.kafka.coordinator.group.assignor (Kafka 4.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heapreplace
from itertools import islice

from labs.kafka.groups.assignors import range_assign
from labs.kafka.groups.members import Assignment, Member, Partition, check_group, partitions_of, subscribers
from labs.kafka.groups.sticky import holders


def server_range_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """`range` of the broker: the client's range assignor, moved to the other side of the wire.

    Its first version also tried to be sticky; since it was written anew (KAFKA-16944, 2024) the members are in order,
    static ones first, and each topic is cut into runs, whoever held what. Arguments and errors as in `range_assign`.
    """
    return range_assign(members, topics)


def server_uniform_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """`uniform` of the broker, its default: as even as sticky, and with equal subscriptions as sticky, too.

    `topics` is {topic: number of partitions}; a bad group (`check_group`) is a ValueError. The broker goes through the
    members in whatever order its hash table has them; here it is by id, so that the same call gives the same answer.
    Whether all members read the same is decided by the names they subscribe to, even names that no topic has.
    """
    check_group(members, topics)
    members = sorted(members, key=lambda m: m.id)
    if len({frozenset(m.topics) for m in members}) <= 1:
        return uniform_for_equal_subscriptions(members, topics)
    return uniform_for_uneven_subscriptions(members, topics)


def uniform_for_equal_subscriptions(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Set everyone's quota, keep up to it, then fill up to it.

    When the partitions do not divide evenly, some members may have one more. A member that does not hold that many
    leaves the extra one to those after it, as long as there are enough of them. So a member that already holds one more
    keeps it (before Kafka 4.1 it could lose it to an earlier member: KAFKA-18688), and in a new group the last members
    get the larger shares.
    """
    held = holders(members)
    mine: dict[str, list[Partition]] = {member.id: [] for member in members}
    left: list[Partition] = []
    for partition in partitions_of(subscribers(members, topics), topics):
        owners = held.get(partition, [])
        (mine[owners[0]] if len(owners) == 1 else left).append(partition)
    share, extra = divmod(len(left) + sum(map(len, mine.values())), max(1, len(members)))
    room: dict[str, int] = {}
    for i, (member, partitions) in enumerate(mine.items()):
        quota = share + (extra > 0)
        left += partitions[quota:]
        del partitions[quota:]
        if share < quota > len(partitions) and len(members) - i > extra:
            quota = share
        extra -= quota > share
        room[member] = quota - len(partitions)
    rest = iter(left)
    return {member: sorted([*partitions, *islice(rest, room[member])]) for member, partitions in mine.items()}


def uniform_for_uneven_subscriptions(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Keep, fill and level as sticky does, one topic at a time, those with the most partitions for each reader first.

    (Topics that are equal in that are taken by name; the broker goes by their random ids.)
    """
    readers = {topic: sorted(m.id for m in who) for topic, who in subscribers(members, topics).items()}

    def crowding(topic: str) -> tuple[float, int, str]:
        return -topics[topic] / len(readers[topic]), len(readers[topic]), topic

    order = sorted(readers, key=crowding)
    subscriptions = {member.id: set(member.topics) for member in members}
    owner = {
        partition: owners[0]
        for partition, owners in holders(members).items()
        if len(owners) == 1 and partition[0] in subscriptions[owners[0]] and partition[1] < topics.get(partition[0], 0)
    }
    load = Counter(owner.values())
    for topic in order:
        takers = lightest_first(readers[topic], load)
        for partition in partitions_of([topic], topics):
            if partition not in owner:
                owner[partition] = taker = next(takers)
                load[taker] += 1
    for _ in range(16):  # levelling one topic may tilt another; after so many times round the broker leaves it at that
        if not any([level_topic(partitions_of([topic], topics), readers[topic], owner, load) for topic in order]):
            break
    assignment: Assignment = {member.id: [] for member in members}
    for partition in partitions_of(sorted(readers), topics):
        assignment[owner[partition]].append(partition)
    return assignment


def lightest_first(readers: Sequence[str], load: Mapping[str, int]) -> Iterator[str]:
    """Who gets the next partition, and the next …: the members with the least in turn; at each new level, those who
    were there already join in. The caller adds each partition to `load` before asking for the next.
    """
    order = sorted(readers, key=lambda member: load[member])
    lowest, end = load[order[0]], 0
    while True:
        while end < len(order) and load[order[end]] == lowest:
            end += 1
        yield from order[:end]
        lowest += 1


def level_topic(
    partitions: Sequence[Partition], readers: Sequence[str], owner: dict[Partition, str], load: Counter[str]
) -> bool:
    """The member with the most (of several, the last) gives its last partition of this topic to the member with the
    least, until they differ by at most one. True if something moved.
    """
    shares: dict[str, list[Partition]] = {member: [] for member in readers}
    for partition in partitions:
        shares[owner[partition]].append(partition)
    order = sorted(readers, key=lambda member: load[member])
    fullest = [(-load[member], -place, member) for place, member in enumerate(order) if shares[member]]
    heapify(fullest)
    moved = False
    for taker in lightest_first(readers, load):
        if not fullest or -fullest[0][0] - load[taker] < 2:
            return moved
        _, place, giver = fullest[0]
        owner[shares[giver].pop()] = taker
        load[giver] -= 1
        load[taker] += 1
        moved = True
        if shares[giver]:
            heapreplace(fullest, (-load[giver], place, giver))
        else:
            heappop(fullest)
    return moved
