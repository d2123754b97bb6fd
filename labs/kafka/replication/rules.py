"""The four rules of replication, each a small function of plain values: what is safe, who leads, where logs diverge.

An offset counts records from 0; a log end is the offset that the next record will get. An *epoch* is the number of
a leader's term of office: it is raised by one whenever the leader changes, and stands beside every record that this
leader has written. Sources: Kafka's Partition.scala and PartitionChangeBuilder.java (4.3), KIP-101, KIP-279, KIP-966.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

Epochs = Sequence[int]  # of each record of a log, from offset 0 on; they never get smaller


def high_watermark(ends: Mapping[int, int | None], isr: Collection[int], before: int, min_insync: int) -> int:
    """Up to where every in-sync replica has the log, and so the offset below which consumers may read.

    `ends` are the log ends that the leader knows, its own included: None is a follower that has not fetched in this
    epoch. The watermark never goes back. It stands still while the in-sync set is smaller than `min_insync` (KIP-966).
    """
    heard = [ends[broker] for broker in isr]
    if len(isr) < min_insync or None in heard:
        return before
    return max(before, min(end for end in heard if end is not None))


def elect(
    replicas: Sequence[int], alive: Collection[int], isr: Collection[int], eligible: Collection[int], unclean: bool
) -> int | None:
    """The new leader, or None: the first of the replicas, in their order, that is alive and in the in-sync set.

    Where the in-sync set is empty the eligible leader replicas are used instead (KIP-966). `unclean` takes any
    replica that is alive if nobody else can be had.
    """
    running = [broker for broker in replicas if broker in alive]
    complete = [broker for broker in running if broker in (isr or eligible)]
    if complete:
        return complete[0]
    return running[0] if unclean and running else None


def end_of_epoch(log: Epochs, epoch: int) -> tuple[int, int]:
    """What a leader answers when it is asked for the end of `epoch`: the largest epoch in its log that is not larger
    than the one asked for, and the offset where it ends. (-1, 0) where there is none.
    """
    known = [(found, offset + 1) for offset, found in enumerate(log) if found <= epoch]
    return known[-1] if known else (-1, 0)


def truncate(log: Epochs, leader: Epochs) -> int:
    """How many of its records a follower keeps before it fetches from a new leader.

    It asks for the end of its own last epoch. If the leader does not know that epoch, it is cut back to the last one
    of its own that is not larger than the leader's answer, and asks again (KIP-279).
    """
    kept = len(log)
    while kept:
        mine = log[kept - 1]
        theirs, end = end_of_epoch(leader, mine)
        if theirs == mine:
            return min(kept, end)
        kept = end_of_epoch(log[:kept], theirs)[1]
    return 0
