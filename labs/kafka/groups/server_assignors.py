"""The assignors of the broker: in KIP-848's protocol no consumer computes anything, the group coordinator does.

The coordinator (Kafka 4.x) comes with two, uniform (the default) and range, and keeps a *target assignment* which the
members reach step by step. `Member.owned` is here a member's share of the last target. A subscribed topic that does not
exist has been taken out before an assignor is called. Followed from org.apache.kafka.coordinator.group.assignor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from labs.kafka.groups.assignors import range_assign
from labs.kafka.groups.members import Assignment, Member, Partition, check_group, partitions_of, subscribers
from labs.kafka.groups.sticky import holders, share_out


def server_range_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """`range` of the broker: the client's range assignor, moved to the other side of the wire.

    Its first version also tried to be sticky; since it was written anew (KAFKA-16944, 2024) the members are in order,
    static ones first, and each topic is cut into runs, whoever held what. Arguments and errors as in `range_assign`.
    """
    return range_assign(members, topics)


def server_uniform_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """`uniform` of the broker, its default: as even as sticky, and nearly as sticky.

    `topics` is {topic: number of partitions}; a bad group (`check_group`) is a ValueError. The broker goes through the
    members in whatever order its hash table has them; here it is by id, so that the same call gives the same answer.
    """
    check_group(members, topics)
    members = sorted(members, key=lambda m: m.id)
    if len({frozenset(m.topics).intersection(topics) for m in members}) <= 1:
        return uniform_for_equal_subscriptions(members, topics)
    return uniform_for_uneven_subscriptions(members, topics)


def uniform_for_equal_subscriptions(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Set everyone's quota first, then keep up to it, then fill up to it.

    Which members may have the one partition more is settled by their order, not by what they held: a member that held
    one more may lose it to a member earlier in the list. That is why uniform can move more than sticky does.
    """
    partitions = partitions_of(subscribers(members, topics), topics)
    held = holders(members)
    assignment: Assignment = {member.id: [] for member in members}
    share, larger = divmod(len(partitions), max(1, len(members)))
    quota = {member.id: share + (i < larger) for i, member in enumerate(members)}
    left: list[Partition] = []
    for partition in partitions:
        match held.get(partition):
            case [owner] if len(assignment[owner]) < quota[owner]:
                assignment[owner].append(partition)
            case _:
                left.append(partition)
    rest = iter(left)
    for member, mine in assignment.items():
        mine += islice(rest, quota[member] - len(mine))
        mine.sort()
    return assignment


def uniform_for_uneven_subscriptions(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Keep, fill and level as sticky does, one topic at a time, those with the most partitions for each reader first.

    The broker stops levelling after 16 times round, balanced or not; here levelling goes on to the end.
    """
    by_topic = {topic: sorted(m.id for m in readers) for topic, readers in subscribers(members, topics).items()}

    def crowding(topic: str) -> tuple[float, int, str]:
        return -topics[topic] / len(by_topic[topic]), len(by_topic[topic]), topic

    return share_out(members, [(by_topic[t], partitions_of([t], topics)) for t in sorted(by_topic, key=crowding)])
