"""Sticky assignors: first even, then with as few partitions as possible changing hands.

KIP-54 calls an assignment *balanced* when nobody could take a partition from a member that has two or more partitions
more than itself. Among balanced assignments a sticky one leaves partitions where they were. Three steps do it:

    keep    what a member owned and may still read stays with it
    fill    what nobody owns goes, one partition after the other, to the reader that has least
    level   while a reader has two more than another, it hands one over: first what it was just given, then what it had

Apache's `StickyAssignor` and `CooperativeStickyAssignor` (kafka-clients) make the same promise; where several answers
are equally good, theirs and this one may differ. When all members subscribe to the same topics, the number of
partitions taken from members that are still there is the smallest possible; when not, it is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heapreplace

from labs.kafka.groups.members import Assignment, Member, Partition, check_group, partitions_of

Lot = tuple[list[str], list[Partition]]  # the members that may read some partitions, and those partitions
Shares = dict[str, list[Partition]]  # who has which partitions of one lot; each of its readers has an entry


def sticky_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """Share the partitions out evenly and, as far as that allows, leave them where they were (KIP-54).

    `topics` is {topic: number of partitions}. If several members say that they own a partition, the newest generation
    is right (KIP-341); if two of the same generation say so, neither is. A bad group (`check_group`) is a ValueError.
    """
    check_group(members, topics)
    return share_out(members, lots(members, topics))


def cooperative_sticky_assign(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
    """The first round of a cooperative rebalance (KIP-429): the sticky answer without what somebody else still holds.

    Each member goes on reading what it keeps and gives up what it lost. Giving up calls for a second round, in which
    the withheld partitions have no owner any more and are given away. With equal subscriptions that is the end of it;
    with uneven ones a third round is needed now and then. Arguments and errors as in `sticky_assign`.
    """
    held = holders(members)
    return {
        member: [partition for partition in partitions if held.get(partition, [member]) == [member]]
        for member, partitions in sticky_assign(members, topics).items()
    }


def holders(members: Iterable[Member]) -> dict[Partition, list[str]]:
    """Partition → who says that they own it, with the newest generation in which anybody says so."""
    held: dict[Partition, list[str]] = {}
    newest: dict[Partition, int] = {}
    for member in members:
        for partition in dict.fromkeys(member.owned):
            if partition not in held or member.generation > newest[partition]:
                held[partition], newest[partition] = [member.id], member.generation
            elif member.generation == newest[partition]:
                held[partition].append(member.id)
    return held


def lots(members: Iterable[Member], topics: Mapping[str, int]) -> list[Lot]:
    """All partitions that have readers, those with the same readers together; those with the fewest readers first.

    Few readers are little choice, so they choose first. If everybody subscribes to the same topics, there is one lot.
    """
    subscriptions: dict[frozenset[str], list[str]] = {}
    for member in sorted(members, key=lambda m: m.id):
        subscriptions.setdefault(frozenset(member.topics), []).append(member.id)
    by_readers: dict[tuple[frozenset[str], ...], list[str]] = {}
    for topic in sorted(topics):
        by_readers.setdefault(tuple(s for s in subscriptions if topic in s), []).append(topic)
    found = [
        (sorted(member for subscription in who for member in subscriptions[subscription]), partitions_of(what, topics))
        for who, what in by_readers.items()
        if who
    ]
    return sorted(found, key=lambda lot: len(lot[0]))


def share_out(members: Sequence[Member], lots: Sequence[Lot]) -> Assignment:
    """Keep, fill and level, lot by lot; what counts as a member's load is what it has of all lots together."""
    held = holders(members)
    load = {member.id: 0 for member in members}
    shares = [keep(lot, held, load) for lot in lots]
    for lot, share in zip(lots, shares, strict=True):
        fill(lot, share, load)
    while any([level(share, load) for share in shares]):
        pass  # levelling one lot may have tilted another
    assignment: Assignment = {member.id: [] for member in members}
    for share in shares:
        for member, partitions in share.items():
            assignment[member] += partitions
    return {member: sorted(partitions) for member, partitions in assignment.items()}


def keep(lot: Lot, held: Mapping[Partition, list[str]], load: dict[str, int]) -> Shares:
    """Leave each partition of the lot with the one member that holds it, if that member may read it."""
    readers, partitions = lot
    shares: Shares = {member: [] for member in readers}
    for partition in partitions:
        match held.get(partition):
            case [owner] if owner in shares:
                shares[owner].append(partition)
                load[owner] += 1
    return shares


def fill(lot: Lot, shares: Shares, load: dict[str, int]) -> None:
    """Give each partition that nobody kept to the reader with the smallest load; of several, to the first by id.

    It goes to the end of the reader's share, and from the end it will be the first that is handed on.
    """
    readers, partitions = lot
    kept = {partition for share in shares.values() for partition in share}
    emptiest = [(load[member], member) for member in readers]
    heapify(emptiest)
    for partition in partitions:
        if partition not in kept:
            member = emptiest[0][1]
            shares[member].append(partition)
            load[member] += 1
            heapreplace(emptiest, (load[member], member))


def level(shares: Shares, load: dict[str, int]) -> bool:
    """While the fullest member with something in this lot has two more than the emptiest reader, hand one over.

    Each move makes the loads more equal (the sum of their squares falls), so it ends. True if something moved.
    """
    # Who has given is not called up again to take, nor the other way round, so each heap need not know of the other's.
    moved = False
    emptiest = [(load[member], member) for member in shares]
    fullest = [(-load[member], member) for member in shares if shares[member]]
    heapify(emptiest)
    heapify(fullest)
    while fullest:
        giver, taker = fullest[0][1], emptiest[0][1]
        if load[giver] - load[taker] < 2:
            break
        shares[taker].append(shares[giver].pop())
        load[giver] -= 1
        load[taker] += 1
        moved = True
        heapreplace(emptiest, (load[taker], taker))
        if shares[giver]:
            heapreplace(fullest, (-load[giver], giver))
        else:
            heappop(fullest)
    return moved
