"""Range and round robin: two assignors that look at nobody's past. And the table in which an assignor is found by name.

Both lay out the partitions in order (topics by name, partitions by number) and the members in order (static ones by
instance id, then the others by member id). Both skip a subscribed topic that does not exist. Both are the client-side
assignors of Apache Kafka: `RangeAssignor` and `RoundRobinAssignor` of kafka-clients. There, range also looks at racks
where both consumers and brokers are given one (KIP-881); racks are left out here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

from labs.kafka.groups.members import Assignment, Assignor, Member, check_group, in_order, partitions_of, subscribers
from labs.kafka.groups.sticky import cooperative_sticky_assign, sticky_assign


def range_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Cut each topic into as many runs of neighbouring partitions as it has subscribers, the longer runs first.

    `topics` is {topic: number of partitions}. Topic by topic, so whoever comes first gets the odd partition of *every*
    topic; in return, topics with as many partitions and the same subscribers are cut at the same places. A bad group
    (see `check_group`) is a ValueError.
    """
    check_group(members, topics)
    assignment: Assignment = {member.id: [] for member in members}
    for topic, readers in subscribers(members, topics).items():
        share, longer = divmod(topics[topic], len(readers))
        start = 0
        for i, member in enumerate(readers):
            end = start + share + (i < longer)
            assignment[member.id] += [(topic, number) for number in range(start, end)]
            start = end
    return assignment


def round_robin_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Deal all partitions of all topics out like cards, passing over members that do not subscribe to the topic.

    `topics` is {topic: number of partitions}. Even to within one partition when all subscribe to the same topics; when
    they do not, it can be far from even. A bad group (see `check_group`) is a ValueError.
    """
    check_group(members, topics)
    assignment: Assignment = {member.id: [] for member in members}
    subscribed = topics.keys() & set().union(*(member.topics for member in members))
    turns = cycle(in_order(members))
    for topic, number in partitions_of(sorted(subscribed), topics):
        member = next(m for m in turns if topic in m.topics)
        assignment[member.id].append((topic, number))
    return assignment


ASSIGNORS: dict[str, Assignor] = {
    "range": range_assign,
    "roundrobin": round_robin_assign,
    "sticky": sticky_assign,
    "cooperative-sticky": cooperative_sticky_assign,
}


def assignor_named(name: str) -> Assignor:
    """The assignor of this name, as written in a consumer's `partition.assignment.strategy`."""
    if name not in ASSIGNORS:
        raise ValueError(f"there is no assignor {name!r}; choose one of {', '.join(ASSIGNORS)}")
    return ASSIGNORS[name]
