"""One consumer process: a clock of its own, the calls that its loop may make, and the death that can strike in any.

What a loop sees of it is in calls.py. Each call takes time; if a crash is due in that time, the call never comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from labs.kafka.offsets.committed import NoOffset
from labs.kafka.offsets.world import TOPIC, Life, World

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
    """One consumer from its start to its end, with a clock of its own, in a `world` that goes on without it."""

    def __init__(self, world: World, life: Life) -> None:
        self.world, self.settings, self.until = world, world.settings, world.settings.until
        self.name, self.group, self.now, self.born = life.name or world.name(), life.group, life.t, life.t
        self.owned, self.at = list(life.partitions), dict.fromkeys(life.partitions, 0)
        self.flying: list[tuple[float, dict[int, int]]] = []  # commits on their way: when they will be stored
        self.next_auto = round(life.t + self.settings.auto_interval, 3)
        self.auto_committed: dict[int, int] = {}
        self.transaction: list[tuple[int, int]] | None = None  # the results in it, while one is open
        fates = [f for f in world.faults if f.who == self.name and f.kind != "join" and f.t >= life.t]
        self.dies = next((f.t for f in fates if f.kind == "crash"), self.until + 1)
        self.goes = next((f for f in fates if f.kind in ("leave", "rename")), None)
        self.told_to_go, self.dead, self.nothing = False, False, 0
        self.ended = self.until

    def live(self, loop: Callable[[], None]) -> None:
        """Start, let the loop read until the end, and see who comes after."""
        standing_by = any(event.who == self.name for event in self.world.diary)
        if not standing_by:
            self.tell("start", group=self.group)
        self.init_transactions()
        try:
            for partition in self.owned:
                self.begin(partition)
            loop()
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
        left = [result for result in self.world.open if result[0] in self.owned]
        if left:
            self.world.open = [result for result in self.world.open if result not in left]
            self.tell("abort", results=[list(result) for result in left])

    def do_nothing(self) -> None:
        """It has no place to begin, and waits for somebody to restart it; or it crashes, and the next one is stuck."""
        end = self.goes.t if self.goes and self.goes.t < self.dies else self.until + 1
        self.spend(max(0.0, round(end - self.now, 3)))
        self.close()

    def alive_at(self, t: float) -> bool:
        """Whether there is such a process at t, for a fault to strike."""
        return self.born <= t <= self.ended

    def tell(self, kind: str, **data: Any) -> None:
        """Write down what happens to it now."""
        self.world.tell(self.now, kind, self.name, **data)

    def begin(self, partition: int) -> None:
        """Look up where to read on."""
        world, reset, log_start = self.world, self.settings.reset, self.settings.log_start
        committed = world.store.committed((self.group, TOPIC, partition))
        end = world.log_end(partition, self.now)
        begins = world.start(committed, log_start, end, reset)
        if begins is None:
            raise NoOffset("it is given no place to begin")
        self.at[partition] = max(log_start, min(begins, end))
        why = "committed" if self.at[partition] == committed else reset
        self.tell("resume", partition=partition, position=self.at[partition], why=why, committed=committed)

    # ---- time ------------------------------------------------------------------------------------------------------

    def spend(self, seconds: float) -> None:
        """Let time pass, and be struck by what is due in it."""
        if self.dead:
            raise Crash
        t = round(self.now + seconds, 3)
        end = min(self.dies, self.until)
        if t > end or self.now >= self.dies:
            self.arrive(end)
            self.now = max(self.now, end)
            self.hear()
            if self.dies > self.until:
                self.dead = True  # for code that catches everything and goes on
                raise Over
            self.die()
        self.arrive(t)
        self.now = t
        self.hear()

    def hear(self) -> None:
        """It is told to go, if that is due; it sees to it at its next poll, should it live to see that."""
        if self.goes and self.now >= self.goes.t and not self.told_to_go:
            self.told_to_go = True
            self.world.tell(self.goes.t, self.goes.kind, self.name)

    def arrive(self, t: float) -> None:
        """Store the commits that have reached the broker by t, in the order in which they were sent."""
        while self.flying and self.flying[0][0] <= t:
            when, offsets = self.flying.pop(0)
            self.stored(when, offsets)

    def stored(self, t: float, offsets: Mapping[int, int], results: Iterable[tuple[int, int]] = ()) -> None:
        """The broker appends a commit to the group's log; in a transaction the results become visible with it."""
        for partition, offset in offsets.items():
            self.world.store.append((self.group, TOPIC, partition), offset)
        self.world.results.update(results)
        self.world.tell(
            t, "commit", self.name, group=self.group, offsets=listed(offsets), results=[list(r) for r in results]
        )

    def die(self) -> None:
        """The process is gone with its memory, and with what was still on its way."""
        self.dead, self.ended = True, self.now
        self.tell("crash")
        for _, offsets in self.flying:
            self.tell("dropped", offsets=listed(offsets))
        self.world.open += self.transaction or []
        self.world.succeed(round(self.now + self.settings.takeover, 3), tuple(self.owned), self.group)
        raise Crash

    def close(self) -> None:
        """Leave in order; with auto-commit this commits."""
        if self.world.auto:
            self.commit(self.at, wait=True)
        self.wait_for_commits()
        self.ended = self.now
        self.tell("close")
        if self.goes:
            group = self.group + "-2" if self.goes.kind == "rename" else self.group
            self.world.succeed(round(self.now + START, 3), tuple(self.owned), group)

    # ---- what its loop asks for ------------------------------------------------------------------------------------

    def poll(self) -> list[Record]:
        """See Consumer.poll."""
        world = self.world
        self.spend(0)
        self.auto_commit()
        self.rebalance()
        while not self.told_to_go:
            ready = [p for p in self.owned if self.at[p] < world.log_end(p, self.now)]
            if ready:
                self.nothing = 0
                return self.fetch(ready[0])
            moments = [t for p in self.owned for t in world.arrivals[p] if t > self.now]
            if self.settings.drain and not moments:
                break
            moments += [self.goes.t] if self.goes and self.goes.t > self.now else []
            moments += [join.t for join in world.joins if join.t > self.now and len(self.owned) > 1]
            moments += [self.next_auto] if world.auto else []
            self.spend(max(0.0, round(min([*moments, self.until + 1]) - self.now, 3)))
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
        last = min(first + self.settings.batch, self.world.log_end(partition, self.now))
        self.at[partition] = last
        self.owned = [p for p in self.owned if p != partition] + [partition]
        self.tell("poll", partition=partition, first=first, next=last)
        return [Record(partition, offset, f"order {offset}") for offset in range(first, last)]

    def rebalance(self) -> None:
        """If a consumer has joined meanwhile, the second partition is its from now on. Commits arrive first."""
        for join in [join for join in self.world.joins if join.t <= self.now]:
            if len(self.owned) < 2:
                break
            self.world.joins.remove(join)
            given, name = max(self.owned), self.world.name()
            self.world.tell(join.t, "start", name, group=self.group)
            if self.world.auto:
                self.commit(self.at, wait=True)
            self.wait_for_commits()
            self.owned.remove(given)
            self.tell("give", partition=given, to=name)
            self.world.lives.append(Life(self.now, (given,), self.group, name))
            del self.at[given]

    def auto_commit(self) -> None:
        """When the interval is over: commit what the polls before this one have handed out, without waiting.

        (Kafka's consumer commits again even if nothing has changed since; here that is left out, for it does nothing.)
        """
        if self.world.auto and self.now >= self.next_auto:
            self.next_auto = round(self.now + self.settings.auto_interval, 3)
            if self.at != self.auto_committed:
                self.auto_committed = dict(self.at)
                self.commit(self.at, wait=False)

    def commit(self, offsets: Mapping[int, int], wait: bool) -> None:
        """Send a commit, and wait for the answer or not."""
        self.spend(0)
        there = round(self.settings.round_trip / 2, 3)
        self.tell("send", offsets=listed(offsets), waits=wait)
        self.flying.append((round(self.now + there, 3), dict(offsets)))
        if wait:
            self.spend(there)
            self.spend(there)

    def wait_for_commits(self) -> None:
        """Until every commit that was sent is stored."""
        while self.flying:
            self.spend(max(0.0, self.flying[0][0] - self.now))


def listed(offsets: Mapping[int, int]) -> list[list[int]]:
    """Offsets {partition: offset} as a trace has them."""
    return [[partition, offset] for partition, offset in sorted(offsets.items())]
