"""One group reads a log, commits, and is struck down: what its work leaves behind in the world.

    deliver(commit="after", faults=[Fault(4.2, "crash", "c1")]) -> Trace

The consumer's loop (labs/kafka/offsets/loops.py, or one of the learner's own) is run as it is. Whatever it asks for takes time
on a virtual clock; when a crash is due in that time, the call never comes back. What a trace can contain:

| kind     | who      | particulars |
|----------|----------|-------------|
| append   | producer | partition, offset |
| start    | consumer | group: the process is up |
| idle     | consumer | it is given no partition, and stands by |
| resume   | consumer | partition, position, why ("committed", "earliest", "latest"), committed (None if there was none) |
| stuck    | consumer | partition, text: no offset to start from and auto.offset.reset is none |
| poll     | consumer | partition, first, next (its position from now on) |
| work     | consumer | partition, offset: begins to process this record |
| effect   | consumer | partition, offset, state: "done", "pending" (in an open transaction) or "skipped" (it was there already) |
| send     | consumer | offsets [[partition, offset] …]: a commit sets out; waits: does the loop wait for it? |
| commit   | consumer | group, offsets, and results [[partition, offset] …] that became visible with them: stored now |
| dropped  | consumer | offsets: a commit that died with its sender |
| abort    | consumer | results [[partition, offset] …] of the transaction that its predecessor's crash left open |
| give     | consumer | partition, to: a rebalance takes it away, in order |
| crash, leave, rename | consumer | the faults, as they strike |
| close    | consumer | it has left in order |
| note     | any      | text: why a fault struck nobody |

A commit is stored when half of its round trip is over; a crash before that takes it along. (On a real network a request
that has been sent may arrive after its sender's death: which of the two happens is luck.) A crash aborts no transaction:
the coordinator does, when the next producer with its transactional.id calls initTransactions, as the successor does here
on its start, or when transaction.timeout.ms (1 min) is over. Source: KIP-98.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from labs.kafka.offsets.calls import Consumer, Sink
from labs.kafka.offsets.committed import RESETS
from labs.kafka.offsets.loops import LOOPS
from labs.kafka.offsets.process import Process
from labs.kafka.offsets.world import Settings, World
from labs.kit.limits import Function, Limits, Maybe, Number, OneOf, Text, Whole, YesNo, check_faults, settle, takes
from labs.kit.trace import Fault, Trace

FAULTS = ("crash", "leave", "rename", "join")
SINKS = ("plain", "idempotent")
OFFSET = Whole(0, 10**9)
LIMITS: Limits = {
    "commit": OneOf(LOOPS),
    "loop": Maybe(Function("a consumer and a sink")),
    "start": Maybe(Function("committed, log_start, log_end and reset")),
    "records": Whole(1, 200),
    "backlog": Whole(0, 200),
    "rate": Number(0.01, 100, "records per second"),
    "partitions": Whole(1, 2),
    "batch": Whole(1, 500),
    "work": Number(0.01, 60, "seconds"),
    "round_trip": Number(0.02, 10, "seconds"),
    "auto_interval": Number(0.1, 600, "seconds"),
    "reset": OneOf(RESETS),
    "sink": OneOf(SINKS),
    "committed": Maybe(OFFSET),
    "log_start": OFFSET,
    "takeover": Number(0.1, 600, "seconds"),
    "group": Text(),
    "drain": YesNo(),
    "until": Number(1, 3600, "seconds"),
}


@takes(Settings)
def deliver(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Let a group read `records` records from 0 to `until` seconds and return what happened.

    `backlog` of the records are in the log at the start, the others arrive at `rate` per second, in each partition in
    turn; the first offset of a partition is `log_start` (older records have been deleted). A poll gives at most
    `batch` records (max.poll.records), each takes `work` seconds; a commit is stored in half of `round_trip` seconds.
    `reset` is auto.offset.reset, `committed` what the group has committed for each partition before the run. An
    "idempotent" `sink` writes nothing that it has written already. With `drain` poll gives [] at the end of the log;
    otherwise it waits. Defaults and units: world.Settings; limits: LIMITS.

    `commit` names a loop of LOOPS, `auto_interval` (auto.commit.interval.ms, 5 s) is for commit="auto" alone. `loop`
    takes the place of the named one, `start` that of `starting_position`: None means that there is no place to begin,
    an offset outside the log is pulled into it.

    `faults`: Fault(t, kind, who). "crash": it dies; `takeover` seconds later (they stand for the session timeout, 45 s
    by default) another process of the group has its partitions; how survivors share them out is lesson 06. "leave": it
    closes after its batch, and another process starts. "rename": the same, and the other one has a new group.id.
    "join": one consumer more; with two partitions it is given the second one, with one it stands by. Consumers are c1,
    c2 … in the order in which they start. A fault that finds nobody to strike is no more than a note in the trace. The
    same arguments give the same trace, everywhere.

    ValueError, in a sentence, for what cannot be. What `loop` and `start` raise goes through as it is.
    """
    chosen = settle(Settings, LIMITS, settings, seed)
    faults = check_faults(faults, FAULTS, chosen.until, "consumer")
    world = World(chosen, faults, seed)
    live(world)
    told = vars(chosen) | {"commit": getattr(chosen.loop, "__name__", "loop") if chosen.loop else chosen.commit}
    return Trace(told, faults, seed, chosen.until, world.told())


def live(world: World) -> None:
    """One life after the other. Two that go on at the same time have no partition in common, so they never meet."""
    known: dict[str, Process] = {}
    while world.lives:
        world.lives.sort(key=lambda life: life.t)
        process = Process(world, world.lives.pop(0))
        known[process.name] = process
        process.live(partial(world.loop, Consumer(process), Sink(process)))
    for join in world.joins:  # it found no partition to be given
        world.stand_by(world.name(), join.t)
    struck: set[tuple[float, str, str]] = {(event.t, event.kind, event.who) for event in world.diary}
    for fault in world.faults:
        if fault.kind != "join" and (round(fault.t, 3), fault.kind, fault.who) not in struck:
            why = f"{fault.who} has {'closed by then' if fault.kind == 'crash' else 'been told to stop already'}"
            if fault.who not in known or not known[fault.who].alive_at(fault.t):
                there = ", ".join(n for n, p in known.items() if p.alive_at(fault.t)) or "no consumer"
                why = f"{fault.who} is not running at {fault.t:g} s; {there} is"
            world.tell(fault.t, "note", fault.who, text=why)
