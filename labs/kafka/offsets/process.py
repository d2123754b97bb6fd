"""One consumer process: a clock of its own, the calls that its loop may make, and the death that can strike in any.

`Consumer` and `Sink` are all that a loop (loops.py) sees; `Process` is behind them. Each call takes time; if a crash
is due in that time, the call never comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labs.kafka.offsets.committed import NoOffset

if TYPE_CHECKING:
    from labs.kafka.offsets.delivery import Run

TOPIC = "orders"
FETCH = 0.1  # seconds from asking for records that are there to having them
START = 0.5  # seconds until a new process takes over from one that left in order
TOO_MANY = 50  # polls that gave nothing, in a row: a loop that does not stop then never will


@dataclass(frozen=True)
class Record:
    """What a consumer is handed."""

    partition: int
    offset: int
    value: str = ""


class Crash(BaseException):
    """The process dies here. No `except Exception` sees it, as no code of a dead process does."""


class Over(BaseException):
    """The run ends here; nothing has gone wrong."""


class LoopGoesOn(Exception):
    """The loop was told to stop, by polls that gave [], and did not."""


class Process:
    """One consumer from its start to its end, with a clock of its own, and the sink that it writes to."""

    def __init__(self, run: Run, name: str, group: str, start: float, partitions: tuple[int, ...]) -> None:
        self.run, self.name, self.group, self.now, self.born = run, name, group, start, start
        self.owned, self.at = list(partitions), dict.fromkeys(partitions, 0)
        self.flying: list[tuple[float, dict[int, int]]] = []  # commits on their way: when they will be stored
        self.next_auto = round(start + run.settings["auto_interval"], 3)
        self.auto_committed: dict[int, int] = {}
        fates = [f for f in run.faults if f.who == name and f.kind != "join" and f.t >= start]
        self.dies = next((f.t for f in fates if f.kind == "crash"), run.until + 1)
        self.goes = next((f for f in fates if f.kind in ("leave", "rename")), None)
        self.told_to_go, self.dead, self.nothing = False, False, 0
        self.ended = run.until
        self.consumer, self.sink = Consumer(self), Sink(self)

    def live(self) -> None:
        """Start, read until the end, and see who comes after."""
        run = self.run
        standing_by = any(event.who == self.name for event in run.diary)
        if not standing_by:
            run.tell(self.now, "start", self.name, group=self.group)
        self.init_transactions()
        try:
            for partition in self.owned:
                self.begin(partition)
            run.loop(self.consumer, self.sink)
            if not self.dead:  # a loop may have swallowed the crash and returned as if nothing had been
                self.close()
        except (Crash, Over):
            pass
        except NoOffset as nowhere:
            self.tell("stuck", partition=self.owned[0], text=str(nowhere))
            with suppress(Crash, Over):
                self.do_nothing()
        except BaseException:  # … or tripped over the pieces
            if not self.dead:
                raise

    def init_transactions(self) -> None:
        """Its transactional.id is that of whoever had its partitions: what a crash has left open is aborted now."""
        left = [result for result in self.run.open if result[0] in self.owned]
        if left:
            self.run.open = [result for result in self.run.open if result not in left]
            self.tell("abort", results=[list(result) for result in left])

    def do_nothing(self) -> None:
        """It has no place to begin, and waits for somebody to restart it; or it crashes, and the next one is stuck."""
        end = self.goes.t if self.goes and self.goes.t < self.dies else self.run.until + 1
        self.spend(max(0.0, round(end - self.now, 3)))
        self.close()

    def alive_at(self, t: float) -> bool:
        """Whether there is such a process at t, for a fault to strike."""
        return self.born <= t <= self.ended

    def tell(self, kind: str, **data: Any) -> None:
        """Write down what happens to it now."""
        self.run.tell(self.now, kind, self.name, **data)

    def begin(self, partition: int) -> None:
        """Look up where to read on."""
        run, reset = self.run, self.run.settings["reset"]
        committed = run.store.committed((self.group, TOPIC, partition))
        end = run.log_end(partition, self.now)
        begins = run.start(committed, run.log_start, end, reset)
        if begins is None:
            raise NoOffset("it is given no place to begin")
        self.at[partition] = max(run.log_start, min(begins, end))
        why = "committed" if self.at[partition] == committed else reset
        self.tell("resume", partition=partition, position=self.at[partition], why=why, committed=committed)

    # ---- time ------------------------------------------------------------------------------------------------------

    def spend(self, seconds: float) -> None:
        """Let time pass, and be struck by what is due in it."""
        if self.dead:
            raise Crash
        t = round(self.now + seconds, 3)
        end = min(self.dies, self.run.until)
        if t > end or self.now >= self.dies:
            self.arrive(end)
            self.now = max(self.now, end)
            if self.dies > self.run.until:
                self.dead = True  # for code that catches everything and goes on
                raise Over
            self.die()
        self.arrive(t)
        self.now = t
        if self.goes and self.now >= self.goes.t and not self.told_to_go:
            self.told_to_go = True
            self.run.tell(self.goes.t, self.goes.kind, self.name)

    def arrive(self, t: float) -> None:
        """Store the commits that have reached the broker by t, in the order in which they were sent."""
        while self.flying and self.flying[0][0] <= t:
            when, offsets = self.flying.pop(0)
            self.stored(when, offsets)

    def stored(self, t: float, offsets: Mapping[int, int], results: Iterable[tuple[int, int]] = ()) -> None:
        """The broker appends a commit to the group's log; in a transaction the results become visible with it."""
        for partition, offset in offsets.items():
            self.run.store.append((self.group, TOPIC, partition), offset)
        self.run.results.update(results)
        self.run.tell(
            t, "commit", self.name, group=self.group, offsets=_listed(offsets), results=[list(r) for r in results]
        )

    def die(self) -> None:
        """The process is gone with its memory, and with what was still on its way."""
        self.dead, self.ended = True, self.now
        self.tell("crash")
        for _, offsets in self.flying:
            self.tell("dropped", offsets=_listed(offsets))
        if self.sink.open:
            self.run.open += self.sink.pending
        self.run.succeed(round(self.now + self.run.settings["takeover"], 3), tuple(self.owned), self.group)
        raise Crash

    def close(self) -> None:
        """Leave in order; with auto-commit this commits."""
        if self.run.auto:
            self.commit(self.at, wait=True)
        self.wait_for_commits()
        self.ended = self.now
        self.tell("close")
        if self.goes:
            group = self.group + "-2" if self.goes.kind == "rename" else self.group
            self.run.succeed(round(self.now + START, 3), tuple(self.owned), group)

    # ---- what its loop asks for ------------------------------------------------------------------------------------

    def poll(self) -> list[Record]:
        """See Consumer.poll."""
        run = self.run
        self.spend(0)
        self.auto_commit()
        self.rebalance()
        while not self.told_to_go:
            ready = [p for p in self.owned if self.at[p] < run.log_end(p, self.now)]
            if ready:
                self.nothing = 0
                return self.fetch(ready[0])
            moments = [t for p in self.owned for t in run.arrivals[p] if t > self.now]
            if run.settings["drain"] and not moments:
                break
            moments += [self.goes.t] if self.goes and self.goes.t > self.now else []
            moments += [join.t for join in run.joins if join.t > self.now and len(self.owned) > 1]
            moments += [self.next_auto] if run.auto else []
            self.spend(max(0.0, round(min([*moments, run.until + 1]) - self.now, 3)))
            self.auto_commit()
            self.rebalance()
        self.nothing += 1
        if self.nothing > TOO_MANY:
            raise LoopGoesOn("poll gave [] again and again, which means that the loop is to stop")
        return []

    def fetch(self, partition: int) -> list[Record]:
        """The next records of this partition; the next poll begins with the other one."""
        self.spend(FETCH)
        first = self.at[partition]
        last = min(first + int(self.run.settings["batch"]), self.run.log_end(partition, self.now))
        self.at[partition] = last
        self.owned = [p for p in self.owned if p != partition] + [partition]
        self.tell("poll", partition=partition, first=first, next=last)
        return [Record(partition, offset, f"order {offset}") for offset in range(first, last)]

    def rebalance(self) -> None:
        """If a consumer has joined meanwhile, the second partition is its from now on. Commits arrive first."""
        for join in [join for join in self.run.joins if join.t <= self.now and len(self.owned) > 1]:
            self.run.joins.remove(join)
            given, name = max(self.owned), self.run.name()
            self.run.tell(join.t, "start", name, group=self.group)
            if self.run.auto:
                self.commit(self.at, wait=True)
            self.wait_for_commits()
            self.owned.remove(given)
            self.tell("give", partition=given, to=name)
            self.run.lives.append((self.now, (given,), self.group, name))
            del self.at[given]

    def auto_commit(self) -> None:
        """When the interval is over: commit what the polls before this one have handed out, without waiting.

        (Kafka's consumer commits again even if nothing has changed since; here that is left out, for it does nothing.)
        """
        if self.run.auto and self.now >= self.next_auto:
            self.next_auto = round(self.now + self.run.settings["auto_interval"], 3)
            if self.at != self.auto_committed:
                self.auto_committed = dict(self.at)
                self.commit(self.at, wait=False)

    def commit(self, offsets: Mapping[int, int], wait: bool) -> None:
        """Send a commit, and wait for the answer or not."""
        self.spend(0)
        there = round(self.run.settings["round_trip"] / 2, 3)
        self.tell("send", offsets=_listed(offsets), waits=wait)
        self.flying.append((round(self.now + there, 3), dict(offsets)))
        if wait:
            self.spend(there)
            self.spend(there)

    def wait_for_commits(self) -> None:
        """Until every commit that was sent is stored."""
        while self.flying:
            self.spend(max(0.0, self.flying[0][0] - self.now))


class Consumer:
    """What a loop sees of its consumer."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def poll(self) -> list[Record]:
        """The next records of one partition, at least one; [] when the consumer is to stop. Rebalances happen here."""
        return self._process.poll()

    def positions(self) -> dict[int, int]:
        """{partition: the next offset that poll will hand out}."""
        return dict(self._process.at)

    def commit_sync(self, offset: int | None = None, partition: int = 0) -> None:
        """Commit an offset, or all positions if none is given; comes back when it is stored."""
        self._process.commit(self._offsets(offset, partition), wait=True)

    def commit_async(self, offset: int | None = None, partition: int = 0) -> None:
        """The same, but it comes back at once, and nobody says whether it arrived."""
        self._process.commit(self._offsets(offset, partition), wait=False)

    def _offsets(self, offset: int | None, partition: int) -> dict[int, int]:
        if offset is None:
            return self.positions()
        if isinstance(offset, bool) or not isinstance(offset, int) or offset < 0:
            raise ValueError(f"an offset is a whole number from 0 on, and not {offset!r}")
        if partition not in self._process.at:
            raise ValueError(f"partition {partition!r} is not assigned to this consumer")
        return {partition: offset}


class Sink:
    """Where results go: the world outside, which does not forget when a consumer dies."""

    def __init__(self, process: Process) -> None:
        self._process, self.open = process, False
        self.pending: list[tuple[int, int]] = []
        self._offsets: dict[int, int] = {}

    def write(self, record: Record) -> None:
        """Do a record's work; when it is done, its result is out in the world (or part of the open transaction)."""
        process, result = self._process, (record.partition, record.offset)
        process.spend(0)
        process.tell("work", partition=record.partition, offset=record.offset)
        process.spend(process.run.settings["work"])
        there = process.run.settings["sink"] == "idempotent" and result in process.run.results
        if self.open and not there:
            self.pending.append(result)
        elif not there:
            process.run.results.add(result)
        state = "skipped" if there else "pending" if self.open else "done"
        process.tell("effect", partition=record.partition, offset=record.offset, state=state)

    def begin_transaction(self) -> None:
        """What is written from now on becomes visible with commit_transaction, or never."""
        self.open, self.pending, self._offsets = True, [], {}

    def send_offsets_to_transaction(self, offsets: Mapping[int, int]) -> None:
        """The group's offsets {partition: offset} are committed with the results."""
        self._offsets = dict(offsets)

    def commit_transaction(self) -> None:
        """All at once: results visible, offsets committed."""
        process = self._process
        there = round(process.run.settings["round_trip"] / 2, 3)
        process.tell("send", offsets=_listed(self._offsets), waits=True)
        process.spend(there)
        process.stored(process.now, self._offsets, self.pending)
        self.open = False
        process.spend(there)


def _listed(offsets: Mapping[int, int]) -> list[list[int]]:
    return [[partition, offset] for partition, offset in sorted(offsets.items())]
