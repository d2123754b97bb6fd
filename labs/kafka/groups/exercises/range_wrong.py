"""Range as people get it wrong: each of these is a whole answer to the exercise, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil

from labs.kafka.groups.assignors import range_assign
from labs.kafka.groups.members import Assignment, Member

Members = Sequence[Member]
Topics = Mapping[str, int]


# ── how long the runs are ─────────────────────────────────────────────────────────────────────────────────────────────


def long_first(partitions: int, readers: int) -> list[int]:
    """The right lengths."""
    return [partitions // readers + (i < partitions % readers) for i in range(readers)]


def long_last(partitions: int, readers: int) -> list[int]:
    """The longer runs at the end."""
    return long_first(partitions, readers)[::-1]


def rest_to_last(partitions: int, readers: int) -> list[int]:
    """The whole remainder in the last run."""
    return [partitions // readers] * (readers - 1) + [partitions // readers + partitions % readers]


def rest_to_first(partitions: int, readers: int) -> list[int]:
    """The whole remainder in the first run."""
    return rest_to_last(partitions, readers)[::-1]


def rest_to_nobody(partitions: int, readers: int) -> list[int]:
    """No remainder."""
    return [partitions // readers] * readers


def rounded_up(partitions: int, readers: int) -> list[int]:
    """As long as the longest, until nothing is left."""
    return [ceil(partitions / readers)] * readers


def one_longer_too_many(partitions: int, readers: int) -> list[int]:
    """`<=` where `<` is meant."""
    return [partitions // readers + (i <= partitions % readers) for i in range(readers)]


def rounded_bounds(partitions: int, readers: int) -> list[int]:
    """From one rounded boundary to the next."""
    return [b - a for a, b in pairwise(round(i * partitions / readers) for i in range(readers + 1))]


def floored_bounds(partitions: int, readers: int) -> list[int]:
    """The same, rounded down."""
    return [b - a for a, b in pairwise(i * partitions // readers for i in range(readers + 1))]


def nearest(partitions: int, readers: int) -> list[int]:
    """The share rounded to the nearest whole number."""
    return [round(partitions / readers)] * readers


def raised_bounds(partitions: int, readers: int) -> list[int]:
    """From one boundary to the next, each rounded up."""
    return [b - a for a, b in pairwise(ceil(i * partitions / readers) for i in range(readers + 1))]


# ── who comes first, and who reads a topic ────────────────────────────────────────────────────────────────────────────


def by_id(members: Members) -> list[Member]:
    """The right order."""
    return sorted(members, key=lambda m: m.id)


def as_listed(members: Members) -> list[Member]:
    """In the order of the list."""
    return list(members)


def as_numbers(members: Members) -> list[Member]:
    """`c2` before `c10`."""
    return sorted(members, key=lambda m: int("".join(filter(str.isdecimal, m.id)) or 0))


def after_the_letter(members: Members) -> list[Member]:
    """The same, for ids that all look like `c2`."""
    return sorted(members, key=lambda m: int(m.id[1:]))


def shortest_first(members: Members) -> list[Member]:
    """`c9` before `c10`."""
    return sorted(members, key=lambda m: (len(m.id), m.id))


def without_capitals(members: Members) -> list[Member]:
    """`anna` before `Bert`."""
    return sorted(members, key=lambda m: m.id.lower())


def backwards(members: Members) -> list[Member]:
    """The last by id first."""
    return by_id(members)[::-1]


def subscribes(member: Member, topic: str) -> bool:
    """The right question."""
    return topic in member.topics


def name_within(member: Member, topic: str) -> bool:
    """Finds `orders` in `orders-eu`."""
    return topic in ",".join(member.topics)


def first_topic(member: Member, topic: str) -> bool:
    """Looks at one topic of the member only."""
    return member.topics[:1] == (topic,)


def cut(
    members: Members,
    topics: Topics,
    *,
    lengths: Callable[[int, int], list[int]] = long_first,
    order: Callable[[Members], list[Member]] = by_id,
    reads: Callable[[Member, str], bool] = subscribes,
    everybody: bool = False,
) -> Assignment:
    """Range, with the parts that are given in place of the right ones."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = [m for m in order(members) if everybody or reads(m, topic)]
        numbers = iter(range(partitions))
        for member, length in zip(readers, lengths(partitions, len(readers)) if readers else [], strict=True):
            assignment[member.id] += [(topic, n) for _, n in zip(range(length), numbers, strict=False)]
    return assignment


# ── faults of another kind ────────────────────────────────────────────────────────────────────────────────────────────


def one_list(members: Members, topics: Topics) -> Assignment:
    """All topics laid end to end and cut once."""
    everything = [(topic, number) for topic in sorted(topics) for number in range(topics[topic])]
    runs = cut(members, {"": len(everything)}, everybody=True)
    return {name: [everything[n] for _, n in mine] for name, mine in runs.items()}


def in_turn_by_topic(members: Members, topics: Topics) -> Assignment:
    """Each topic dealt out by itself: 0 to the first, 1 to the second."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic in topics:
        readers = sorted(m.id for m in members if topic in m.topics)
        for number in range(topics[topic] if readers else 0):
            assignment[readers[number % len(readers)]].append((topic, number))
    return assignment


def carried_on(members: Members, topics: Topics) -> Assignment:
    """The longer runs of a topic go to the members after those that had the last ones."""
    assignment: Assignment = {m.id: [] for m in members}
    turn = 0
    for topic, partitions in topics.items():
        readers = [m for m in by_id(members) if topic in m.topics]
        if readers:
            share, longer = divmod(partitions, len(readers))
            extra = {(turn + i) % len(readers) for i in range(longer)}
            _deal_runs(assignment, topic, readers, [share + (i in extra) for i in range(len(readers))])
            turn += longer
    return assignment


def poorest_first(members: Members, topics: Topics) -> Assignment:
    """The longer runs go to those who have least so far."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = sorted((m for m in members if topic in m.topics), key=lambda m: (len(assignment[m.id]), m.id))
        _deal_runs(assignment, topic, readers, long_first(partitions, len(readers)) if readers else [])
    return assignment


def _deal_runs(assignment: Assignment, topic: str, readers: Iterable[Member], lengths: Iterable[int]) -> None:
    start = 0
    for reader, length in zip(readers, lengths, strict=True):
        assignment[reader.id] += [(topic, number) for number in range(start, start + length)]
        start += length


def divided_by_all(members: Members, topics: Topics) -> Assignment:
    """A run for every member, given only to those that subscribe."""
    return {
        m.id: [(topic, number) for topic, number in mine if topic in m.topics]
        for m, mine in ((m, cut(members, topics, everybody=True)[m.id]) for m in members)
    }


def runs_as_if_for_all(members: Members, topics: Topics) -> Assignment:
    """The subscribers get the first runs of those that would be cut for everybody."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = [m for m in by_id(members) if topic in m.topics]
        shares = [long_first(partitions, len(members))[by_id(members).index(m)] for m in readers]
        _deal_runs(assignment, topic, readers, shares)
    return assignment


def overlapping(members: Members, topics: Topics) -> Assignment:
    """The i-th run begins at `i * share`, however long those before it are."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = [m for m in by_id(members) if topic in m.topics]
        for i, length in enumerate(long_first(partitions, len(readers)) if readers else []):
            start = i * (partitions // len(readers))
            assignment[readers[i].id] += [(topic, number) for number in range(start, start + length)]
    return assignment


def start_kept(
    members: Members, topics: Topics, lengths: Callable[[int, int], list[int]] = long_first, reset: bool = False
) -> Assignment:
    """The counter is not set back to 0 for the next topic; with `reset` it is, and only the lengths are wrong."""
    assignment: Assignment = {m.id: [] for m in members}
    start = 0
    for topic, partitions in topics.items():
        readers = [m for m in by_id(members) if topic in m.topics]
        start = 0 if reset else start
        for reader, length in zip(readers, lengths(partitions, len(readers)) if readers else [], strict=True):
            assignment[reader.id] += [(topic, number) for number in range(start, start + length)]
            start += length
    return assignment


def returns_inside(members: Members, topics: Topics) -> Assignment:
    """`return` one step too far to the right."""
    read = [topic for topic in topics if any(topic in m.topics for m in members)]
    return range_assign(members, {topic: topics[topic] for topic in read[:1]})


def everything_to_everybody(members: Members, topics: Topics) -> Assignment:
    """All of a topic to each of its subscribers."""
    return {m.id: [(t, n) for t in topics if t in m.topics for n in range(topics[t])] for m in members}


def replaced(members: Members, topics: Topics) -> Assignment:
    """`assignment[id] = …` for each topic."""
    assignment: Assignment = {m.id: [] for m in members}
    for topic in topics:
        for name, mine in range_assign(members, {topic: topics[topic]}).items():
            if any(m.id == name and topic in m.topics for m in members):
                assignment[name] = mine
    return assignment


def one_list_for_all(members: Members, topics: Topics) -> Assignment:
    """`dict.fromkeys(ids, [])`."""
    assignment: Assignment = dict.fromkeys((m.id for m in members), [])  # noqa: RUF024 - the mistake itself
    for name, mine in range_assign(members, topics).items():
        assignment[name] += mine
    return assignment


def stops_at_unread(members: Members, topics: Topics) -> Assignment:
    """`break` where `continue` is meant."""
    read: dict[str, int] = {}
    for topic, partitions in topics.items():
        if not any(topic in m.topics for m in members):
            break
        read[topic] = partitions
    return range_assign(members, read)


def without_idle(members: Members, topics: Topics) -> Assignment:
    """Only those who get something."""
    return {name: mine for name, mine in range_assign(members, topics).items() if mine}


def only_readers(members: Members, topics: Topics) -> Assignment:
    """`setdefault(reader, [])`, topic by topic."""
    readers = {m.id for m in members if any(topic in m.topics for topic in topics)}
    return {name: mine for name, mine in range_assign(members, topics).items() if name in readers}
