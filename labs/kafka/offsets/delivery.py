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

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from labs.kafka.offsets.committed import RESETS, CommitLog, Start, starting_position
from labs.kafka.offsets.loops import LOOPS, Loop
from labs.kafka.offsets.process import TOPIC, Process
from labs.kit.trace import Event, Fault, Trace

FAULTS = ("crash", "leave", "rename", "join")
SINKS = ("plain", "idempotent")


def deliver(
    *,
    commit: str = "after",
    loop: Loop | None = None,
    start: Start | None = None,
    records: int = 14,
    backlog: int = 4,
    rate: float = 1.0,
    partitions: int = 1,
    batch: int = 3,
    work: float = 0.5,
    round_trip: float = 0.6,
    auto_interval: float = 5.0,
    reset: str = "earliest",
    sink: str = "plain",
    committed: int | None = None,
    log_start: int = 0,
    takeover: float = 3.0,
    group: str = "billing",
    drain: bool = False,
    faults: Iterable[Fault] = (),
    seed: int = 0,
    until: float = 20.0,
) -> Trace:
    """Let a group read `records` records from 0 to `until` seconds and give back what happened.

    `backlog` of the records are in the log at the start, the others come `rate` a second, to each partition in turn;
    the first offset of a partition is `log_start` (older records are deleted already). A poll gives at most `batch`
    records (max.poll.records), each takes `work` seconds; a commit is stored in half of `round_trip` seconds. `reset`
    is auto.offset.reset, `committed` what the group has committed for each partition before the run. An "idempotent"
    `sink` writes nothing that it has written already. With `drain` poll gives [] at the end of the log; else it waits.

    `commit` names a loop of LOOPS, `auto_interval` (auto.commit.interval.ms, 5 s) is for commit="auto" alone. `loop`
    takes the place of the named one, `start` that of `starting_position`: None means that there is no place to begin,
    an offset outside the log is pulled into it.

    `faults`: Fault(t, kind, who). "crash": it dies; `takeover` seconds later (they stand for the session timeout, 45 s
    by default) another process of the group has its partitions; how survivors share them out is lesson 06. "leave": it
    closes after its batch, and another process starts. "rename": the same, and the other one has a new group.id.
    "join": a consumer more; with two partitions it is given the second one, with one it stands by. Consumers are c1, c2
    … in the order in which they start. A fault that finds nobody to strike is no more than a note in the trace. The
    same arguments give the same trace, everywhere.

    ValueError, in a sentence, for what cannot be. What `loop` and `start` raise goes through as it is.
    """
    if commit not in LOOPS:
        raise ValueError(f"there is no commit mode {commit!r}; choose one of {', '.join(LOOPS)}")
    if sink not in SINKS:
        raise ValueError(f"sink must be one of {', '.join(SINKS)}, and not {sink!r}")
    if reset not in RESETS:
        raise ValueError(f"auto.offset.reset must be one of {', '.join(RESETS)}, and not {reset!r}")
    for name, value, low, high, whole in (
        ("records", records, 1, 200, True), ("backlog", backlog, 0, 200, True), ("rate", rate, 0.01, 100, False),
        ("partitions", partitions, 1, 2, True), ("batch", batch, 1, 500, True), ("work", work, 0.01, 60, False),
        ("round_trip", round_trip, 0.02, 10, False), ("auto_interval", auto_interval, 0.1, 600, False),
        ("log_start", log_start, 0, 10**9, True), ("takeover", takeover, 0.1, 600, False),
        ("until", until, 1, 3600, False),
    ):  # fmt: skip
        kind = int if whole else int | float
        if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
            raise ValueError(f"{name} must be a {'whole ' * whole}number from {low} to {high}, and not {value!r}")
    faults = tuple(faults)
    for fault in faults:
        if not isinstance(fault, Fault):
            raise ValueError(f"a fault is written Fault(seconds, kind, consumer), and not {fault!r}")
    faults = tuple(sorted(faults, key=lambda fault: fault.t))
    for fault in faults:
        if fault.kind not in FAULTS or not 0 <= fault.t <= until:
            raise ValueError(f"{fault} cannot be: a fault is one of {', '.join(FAULTS)}, from 0 to {until:g} s")
    settings = dict(
        commit=getattr(loop, "__name__", "loop") if loop else commit, records=records, backlog=backlog, rate=rate,
        partitions=partitions, batch=batch, work=work, round_trip=round_trip, auto_interval=auto_interval, reset=reset,
        sink=sink, committed=committed, log_start=log_start, takeover=takeover, group=group, drain=drain,
    )  # fmt: skip
    run = Run(settings, loop or LOOPS[commit], commit == "auto" and not loop, faults, seed, until, start)
    run.live()
    return Trace(settings, faults, seed, until, run.told())


class Run:
    """What outlives a consumer: the log, the group's committed offsets, the results, and the diary."""

    def __init__(
        self, settings: Mapping[str, Any], loop: Loop, auto: bool, faults: Sequence[Fault], seed: int, until: float,
        start: Start | None,
    ) -> None:  # fmt: skip
        self.settings, self.loop, self.auto, self.faults, self.until = settings, loop, auto, faults, until
        self.start = start or starting_position
        self.diary: list[Event] = []
        self.store = CommitLog()
        self.results: set[tuple[int, int]] = set()
        self.open: list[tuple[int, int]] = []  # results in transactions that crashed consumers have left open
        self.joins = [fault for fault in faults if fault.kind == "join"]
        self.started = 0
        self.log_start: int = settings["log_start"]
        self.arrivals = self._arrivals(Random(f"{seed} arrivals"))
        self.lives: list[tuple[float, tuple[int, ...], str, str]] = []  # to be lived: from t, partitions, group, name
        if settings["committed"] is not None:
            for partition in range(settings["partitions"]):
                self.store.append((settings["group"], TOPIC, partition), settings["committed"])

    def _arrivals(self, random: Random) -> list[list[float]]:
        """When each record of each partition is appended."""
        count, settings, t = self.settings["partitions"], self.settings, 0.0
        logs: list[list[float]] = [[] for _ in range(count)]
        for i in range(settings["records"]):
            if i >= settings["backlog"]:
                t = round(t + max(0.1, round(random.uniform(0.5, 1.5) / settings["rate"], 1)), 1)
            logs[i % count].append(t)
            if t <= self.until:
                offset = self.log_start + len(logs[i % count]) - 1
                self.tell(t, "append", "producer", partition=i % count, offset=offset)
        return logs

    def live(self) -> None:
        """One life after the other. Two that go on at the same time have no partition in common, so they never meet."""
        self.lives.append((0.0, tuple(range(self.settings["partitions"])), self.settings["group"], ""))
        known: dict[str, Process] = {}
        while self.lives:
            self.lives.sort(key=lambda life: life[0])
            t, partitions, group, name = self.lives.pop(0)
            process = Process(self, name or self.name(), group, t, partitions)
            known[process.name] = process
            process.live()
        for join in self.joins:  # it found no partition to be given
            name = self.name()
            self.tell(join.t, "start", name, group=self.settings["group"])
            self.tell(join.t, "idle", name)
        for fault in self.faults:
            if fault.kind != "join" and (fault.who not in known or not known[fault.who].alive_at(fault.t)):
                there = ", ".join(n for n, p in known.items() if p.alive_at(fault.t)) or "no consumer"
                self.tell(fault.t, "note", fault.who, text=f"{fault.who} is not running at {fault.t:g} s; {there} is")

    def name(self) -> str:
        """The name of the next consumer that starts."""
        self.started += 1
        return f"c{self.started}"

    def succeed(self, t: float, partitions: tuple[int, ...], group: str) -> None:
        """Whoever stands by, or else a new process, has these partitions from t on."""
        if t >= self.until:
            return
        standby = next((join for join in self.joins if join.t <= t), None)
        name = ""
        if standby and group == self.settings["group"]:
            self.joins.remove(standby)
            name = self.name()
            self.tell(standby.t, "start", name, group=group)
            self.tell(standby.t, "idle", name)
        self.lives.append((t, partitions, group, name))

    def log_end(self, partition: int, t: float) -> int:
        """The offset that the next record would get."""
        return self.log_start + bisect_right(self.arrivals[partition], t)

    def tell(self, t: float, kind: str, who: str, **data: Any) -> None:
        """Write it down."""
        if t <= self.until:
            self.diary.append(Event(round(t, 3), kind, who, data))

    def told(self) -> list[Event]:
        """The diary in the order of time; what happens at one moment stays in the order of cause and effect."""
        return sorted(self.diary, key=lambda event: event.t)
