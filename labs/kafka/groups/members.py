"""The words of a consumer group: who its members are, what they may read, and who has been given what.

A topic is cut into partitions, numbered from 0. The members of a group share the partitions of the topics to which they
subscribe, so that each partition is read by one member. Whoever decides which member reads which is an *assignor*:

    assignor(members, {topic: number of partitions}) -> {member id: its partitions}
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Partition = tuple[str, int]  # ("orders", 0)
Assignment = dict[str, list[Partition]]  # member id → its partitions, in order; a member with none has an empty list


@dataclass(frozen=True)
class Member:
    """A consumer as its group sees it.

    `id` is new each time a consumer joins. `instance_id` (Kafka's group.instance.id, KIP-345) is chosen by whoever runs
    the consumer and outlives a restart: it makes a *static* member. `owned` are the partitions that the member says it
    held, and `generation` the round of the group in which it was given them (-1: it never was in the group).
    """

    id: str
    topics: tuple[str, ...]
    instance_id: str | None = None
    owned: tuple[Partition, ...] = ()
    generation: int = -1

    def __post_init__(self) -> None:
        if isinstance(self.topics, str):
            raise ValueError(f"the topics of {self.id!r} must be a tuple such as ({self.topics!r},), not one string")


Assignor = Callable[[Sequence[Member], Mapping[str, int]], Assignment]


def check_group(members: Collection[Member], topics: Mapping[str, int]) -> None:
    """Raise ValueError, in one sentence, if these are not members and topics that a group can have."""
    for topic, partitions in topics.items():
        if isinstance(partitions, bool) or not isinstance(partitions, int) or partitions < 0:
            raise ValueError(f"topic {topic!r} cannot have {partitions!r} partitions: give a whole number, 0 or more")
    for what, names in (
        ("id", [m.id for m in members]),
        ("instance id", [m.instance_id for m in members if m.instance_id is not None]),
    ):
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"two members have the {what} {twice!r}: each member needs its own")


def in_order(members: Iterable[Member]) -> list[Member]:
    """The members as range and round robin call them up: static ones by instance id, then the others by member id."""
    return sorted(members, key=lambda m: (m.instance_id is None, m.instance_id or m.id))


def subscribers(members: Iterable[Member], topics: Mapping[str, int]) -> dict[str, list[Member]]:
    """Topic → the members that subscribe to it, both in order; a subscribed topic that does not exist is left out."""
    by_topic: dict[str, list[Member]] = {}
    for member in in_order(members):
        for topic in dict.fromkeys(member.topics):
            if topic in topics:
                by_topic.setdefault(topic, []).append(member)
    return dict(sorted(by_topic.items()))


def partitions_of(by_topic: Iterable[str], topics: Mapping[str, int]) -> list[Partition]:
    """All partitions of these topics, topic after topic, each from 0 up."""
    return [(topic, number) for topic in by_topic for number in range(topics[topic])]
