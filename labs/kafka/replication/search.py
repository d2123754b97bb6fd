"""Everything that up to three failures can do to a partition, searched state by state for an acknowledged record lost.

A search of *orders* would have to try each order of every step. States are fewer: two orders that lead to the same
state go on alike, so each state is visited once. The steps are those of partition.py, the very functions that the run
calls by the clock. Breadth first, so the first loss that is found is one with the fewest failures, and among these one
with the fewest steps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from labs.kafka.replication import partition as steps
from labs.kafka.replication.partition import BROKERS, Partition, Rules, fresh

FAILURES = {"kill": "is killed", "wipe": "is killed and loses its disk", "cut": "is cut off"}


class State(NamedTuple):
    """The partition; which records the producer holds to be safe; and the brokers that have failed and are not yet back
    in sync. A follower that is merely slow has not failed.
    """

    p: Partition
    acked: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Result:
    """`way` are the steps to the shortest loss, in words: () if there is none. `states` is how many were visited."""

    way: tuple[str, ...]
    failures: int
    states: int

    def __str__(self) -> str:
        if not self.way:
            return f"nothing is lost, in {self.states:,} states"
        count = "1 failure" if self.failures == 1 else f"{self.failures} failures"
        return f"lost with {count}: {' → '.join(self.way)}"


def search(
    acks: str = "all", min_insync: int = 1, *, unclean: bool = False, elr: bool = True, failures: int = 3,
    careful: bool = False, slow: bool = True, records: int = 1, kinds: tuple[str, ...] = tuple(FAILURES),
) -> Result:  # fmt: skip
    """Search all states that up to `failures` failures can lead to. `careful`: no broker fails before the last one that
    failed is back in the in-sync set. `kinds` are the failures there are; `slow` is whether a follower may also stop
    fetching at any moment, which is load and no failure.
    """
    rules = Rules(min_insync, unclean, elr)
    start = State(_plain(fresh(rules)))
    came: dict[State, tuple[State, str] | None] = {start: None}
    layer, failed = deque([start]), 0
    while layer:
        after_one_more: list[tuple[State, State, str]] = []  # a failure leads on into the next layer
        while layer:
            state = layer.popleft()
            for step, after in _next(state, acks, rules, records, slow):
                if after not in came:
                    came[after] = state, step
                    if _lost(after):
                        return Result(_way(came, after), failed, len(came))
                    layer.append(after)
            if failed < failures and not (careful and state.broken):
                after_one_more += ((after, state, step) for step, after in _failures(state, acks, rules, kinds))
        failed += 1
        for after, state, step in after_one_more:
            if after not in came:
                came[after] = state, step
                if _lost(after):
                    return Result(_way(came, after), failed, len(came))
                layer.append(after)
    return Result((), failures, len(came))


def _plain(p: Partition) -> Partition:
    """The same state without what no longer matters, so that states which go on alike are one.

    Epochs are numbered without gaps; of a follower that has not heard of the newest one it does not matter which it
    knows. A follower's watermark is below its leader's, and so all that lies below it has been acknowledged before.
    What a leader knows of a follower outside of the in-sync set, it learns again with its next fetch.
    """
    replicas = [
        r._replace(ends=tuple(end if b == me or b in r.isr else None for b, end in zip(BROKERS, r.ends, strict=True)))
        if r.leads
        else r._replace(watermark=0, epoch=r.epoch if r.epoch == p.epoch else -1)
        for me, r in zip(BROKERS, p.replicas, strict=True)
    ]
    known = {p.epoch, *(r.epoch for r in replicas), *(record.epoch for r in replicas for record in r.log)} - {-1}
    rank = {-1: -1} | {epoch: place for place, epoch in enumerate(sorted(known))}
    numbered = tuple(
        r._replace(epoch=rank[r.epoch], log=tuple(record._replace(epoch=rank[record.epoch]) for record in r.log))
        for r in replicas
    )
    return p._replace(replicas=numbered, epoch=rank[p.epoch], unclean=False)


def _way(came: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    way: list[str] = []
    while before := came[state]:
        state, step = before
        way.append(step)
    return tuple(reversed(way))


def _lost(state: State) -> bool:
    """The leader in office, by the controllers' word, does not have a record that was acknowledged."""
    p = state.p
    if not p.leader or not p.of(p.leader).leads or p.of(p.leader).epoch != p.epoch:
        return False
    return not state.acked <= {record.number for record in p.of(p.leader).log}


def _next(state: State, acks: str, rules: Rules, records: int, slow: bool) -> Iterator[tuple[str, State]]:
    """Every step that can come next and is no failure, in words, and the state after it."""
    p = state.p
    yield from _writes(state, acks, rules, records)
    for broker in BROKERS:
        me, who = p.of(broker), f"b{broker}"
        if steps.hears(p, broker):
            if me.epoch != p.epoch:
                yield f"{who} follows", _told(state, steps.follow(p, broker, rules), acks)
            else:
                yield f"{who} fetches", _told(state, steps.fetch(p, broker, rules), acks)
        if slow and me.up and broker in p.isr and _leads_well(p) and broker != p.leader:
            yield f"{who} is slow and leaves the in-sync set", _told(state, steps.shrink(p, (broker,), rules), acks)
        if not me.up:
            yield f"{who} comes back", _told(state, steps.start(p, broker, rules), acks)
        elif me.cut:
            yield f"{who} is healed", _told(state, steps.heal(p, broker, rules), acks)


def _leads_well(p: Partition) -> bool:
    """The leader is in office and reaches the controllers."""
    return bool(p.leader) and p.of(p.leader).leads and not p.of(p.leader).cut


def _failures(state: State, acks: str, rules: Rules, kinds: tuple[str, ...]) -> Iterator[tuple[str, State]]:
    """Every failure that can come next. The controllers miss the broker at once: until they do, nothing can be
    acknowledged that is not there already."""
    for broker in BROKERS:
        for kind in kinds if state.p.of(broker).up else ():
            if kind == "cut" and state.p.of(broker).cut:
                continue
            p = state.p
            p = steps.cut_off(p, broker) if kind == "cut" else steps.kill(p, broker, kind == "kill")
            if broker not in p.fenced:
                p = steps.fence(p, broker, rules)
            yield f"b{broker} {FAILURES[kind]}", _told(state._replace(broken=state.broken | {broker}), p, acks)


def _writes(state: State, acks: str, rules: Rules, records: int) -> Iterator[tuple[str, State]]:
    """The producer sends the first record that is not acknowledged, to any broker that believes it leads."""
    number = len(state.acked) + 1
    if number > records:
        return
    for broker in BROKERS:
        me = state.p.of(broker)
        if not me.up and acks == "0" and broker == state.p.leader:
            yield f"record {number} is sent to b{broker}, which is dead", state._replace(acked=state.acked | {number})
        if not me.up or not me.leads or any(record.number == number for record in me.log):
            continue
        if acks == "all" and len(me.isr) < rules.min_insync:
            continue  # refused
        after = _told(state, steps.append(state.p, broker, number, rules), acks)
        done = after._replace(acked=after.acked | {number}) if acks != "all" else after
        word = "sent to" if acks == "0" else "acknowledged by" if number in done.acked else "written by"
        yield f"record {number} is {word} b{broker}", done


def _told(state: State, p: Partition, acks: str) -> State:
    """After a step: what has passed a leader's watermark is acknowledged; who is in sync again, is not broken."""
    broken = state.broken
    if broken:
        broken = frozenset(b for b in broken if b not in p.isr or b in p.fenced or not p.of(b).up or p.of(b).cut)
    number = len(state.acked) + 1
    acked = state.acked
    for me in p.replicas if acks == "all" else ():
        if me.leads and me.up and any(record.number == number for record in me.log[: me.watermark]):
            acked = acked | {number}
            break
    return State(_plain(p), acked, broken)
