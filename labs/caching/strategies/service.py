"""One run of `serve`: the clock, the stores, the servers, and every request on its way through a strategy.

serve.py says what a run can be told, and what its trace contains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labs.caching.strategies.connections import Connections
from labs.caching.strategies.settings import Settings
from labs.caching.strategies.steps import Call, Step
from labs.caching.strategies.stores import Cache, CacheDown, Database, DatabaseDown, Entry, StoreDown, preheat
from labs.caching.strategies.workload import FIRST, KEYS, Request
from labs.kit.trace import Clock, Fault, Trace

STALL = 1.0  # seconds that a stalled application server stands still


@dataclass
class Job:
    """One request on its way through a strategy, or one flush."""

    number: int | str
    app: str  # the server that works on it; "cache" for a flush
    request: Request | None
    call: Call
    start: float
    over: bool = False
    hit: bool = True
    brought: int = 0  # to the database, by a flush


class Run:
    """The clock, the stores, the servers, and what is under way."""

    def __init__(self, settings: Settings, trace: Trace) -> None:
        self.set, self.trace, self.clock = settings, trace, Clock()
        self.strategy, self.servers = settings.how, settings.servers
        self.cache = Cache(settings.capacity, settings.ttl, lambda: self.clock.now, self.gone)
        self.db = Database()
        self.down: set[str] = set()
        self.stalled: dict[str, list[Job]] = {}
        self.jobs: list[Job] = []
        self.connections: Connections[Job] = Connections(
            self.clock,
            settings.connections,
            settings.db_latency,
            settings.timeout,
            do=lambda job, step: self.do(job, step, "database"),
            done=self.advance,
            refuse=lambda job, step: self.refuse(job, DatabaseDown("no connection to the database in time")),
            over=lambda job: job.over,
        )
        self.flushes = 0

    def tell(self, kind: str, who: str, **data: Any) -> None:
        """Write it into the trace; times are rounded, since sums of tenths are not exact."""
        self.trace.emit(round(self.clock.now, 4), kind, who, **data)

    def begin(self, requests: Sequence[Request]) -> None:
        """Rows, a warm cache if it is to be, and the diary of what will be asked."""
        for key in dict.fromkeys([*KEYS[: self.set.keys], *(r.key for r in requests)]):
            self.db.write(key, FIRST)
            self.tell("row", "database", key=key, value=FIRST)
        if self.set.preheated:
            preheat(list(self.db.rows)[: self.cache.capacity], self.cache, self.db)
            for key, entry in self.cache.entries.items():
                self.tell(
                    "did", "database", number="preheat", verb="read", key=key, value=entry.value, ok=True, by="cache"
                )
                self.tell("entry", "cache", key=key, value=entry.value, dirty=False)
                self._expire_later()
        for number, request in enumerate(requests, 1):
            self.clock.at(request.t, lambda n=number, r=request: self.arrive(n, r))  # type: ignore[misc]
        self._flush_later()

    # ---- a request, step by step -------------------------------------------------------------------------------

    def arrive(self, number: int, request: Request) -> None:
        """A request comes to its server, or to the next one that is up."""
        first = (request.app or number) - 1
        turn = [self.servers[(first + i) % len(self.servers)] for i in range(len(self.servers))]
        app = next((name for name in turn if name not in self.down), turn[0])
        args: tuple[Any, ...] = (request.key,) if request.op == "read" else (request.key, request.value)
        call = Call(self.strategy.read if request.op == "read" else self.strategy.write, args)
        job = Job(number, app, request, call, self.clock.now)
        self.tell("request", app, number=number, op=request.op, key=request.key, value=request.value)
        if app in self.down:
            self.reply(job, "no application server is up")
        else:
            self.jobs.append(job)
            self.advance(job)

    def advance(self, job: Job) -> None:
        """On to the next step, or to the reply."""
        if job.over:
            return
        if job.app in self.stalled:
            self.stalled[job.app].append(job)
            return
        step = job.call.go()
        if step is None:
            self.finish(job)
        else:
            by = "cache" if step.store == "database" and self.in_cache(job) else job.app
            job.hit = job.hit and step.store == "cache"
            if job.request is not None or step.store == "database":
                self.tell("ask", by, number=job.number, store=step.store, verb=step.verb, key=step.key)
            if step.store == "database":
                self.ask_database(job, step)
            else:
                latency = self.set.cache_latency if job.request is not None else 0.0  # a flush runs inside the cache
                self.clock.after(latency / 2, lambda: self.do(job, step, "cache"))
                self.clock.after(latency, lambda: self.advance(job))

    def in_cache(self, job: Job) -> bool:
        """Whether the cache has taken it on: then the application does not talk to the database itself."""
        asked = job.call.answers[0][0] if job.call.answers else job.call.step
        return self.strategy.inline and asked is not None and asked.store == "cache"

    def ask_database(self, job: Job, step: Step) -> None:
        """Over a connection, if there is a database."""
        if "database" in self.down:
            self.clock.after(self.set.cache_latency, lambda: self.refuse(job, DatabaseDown("the database is down")))
        else:
            self.connections.ask(job, step)

    def refuse(self, job: Job, error: StoreDown) -> None:
        """A step that the database did not do."""
        if not job.over and job.call.step is not None:
            self.refused(job, job.call.step, error)
            self.advance(job)

    def refused(self, job: Job, step: Step, error: StoreDown) -> None:
        """Write down that a store did not do a step, and let the strategy hear of it."""
        self.tell("did", step.store, number=job.number, verb=step.verb, key=step.key, value=None, ok=False,
                  error=str(error), by=job.app)  # fmt: skip
        job.call.refuse(error)

    def do(self, job: Job, step: Step, store: str) -> None:
        """The step takes place: a store does what it was asked, even if the server that asked has gone since."""
        if store in self.down:
            if not job.over:
                error = CacheDown if store == "cache" else DatabaseDown
                self.refused(job, step, error(f"the {store} is down"))
            return
        key, written = step.key, step.value
        before = self.cache.entries.get(key)
        answer = step.on(self.cache, self.db)
        found = answer[0] if step.verb == "lease" else answer
        told = written if step.verb in ("set", "add", "write", "fill", "clean") else found
        if job.request is not None or store == "database":
            ok = answer is not False
            self.tell("did", store, number=job.number, verb=step.verb, key=key, value=told, ok=True, by=job.app,
                      **({} if ok else {"refused": True}))  # fmt: skip
        if step.verb == "write":
            job.brought += 1
            self.tell("row", "database", key=key, value=written)
        elif step.verb == "delete" and before is not None:
            self.tell("gone", "cache", key=key, value=before.value, why="deleted")
        elif step.verb in ("set", "add", "fill", "clean") and answer is not False:
            self.tell("entry", "cache", key=key, value=written, dirty=self.cache.entries[key].dirty)
            self._expire_later()
        if not job.over:
            job.call.answer(answer)

    def finish(self, job: Job) -> None:
        """The strategy has come to its end."""
        error = job.call.error
        if error is not None and not isinstance(error, StoreDown):
            raise error
        if job.request is not None:
            self.reply(job, str(error or ""))
        else:
            job.over = True
            if job.brought:
                self.tell("flush", "cache", brought=job.brought)
            self._flush_later()

    def reply(self, job: Job, error: str = "") -> None:
        """What the client hears."""
        job.over = True
        request = job.request
        assert request is not None
        value = request.value if request.op == "write" else job.call.value
        self.tell("reply", job.app, number=job.number, op=request.op, key=request.key, value=None if error else value,
                  ok=not error, error=error, hit=job.hit and not error and request.op == "read",
                  took=round(self.clock.now - job.start, 4))  # fmt: skip

    # ---- in the background -------------------------------------------------------------------------------------

    def _expire_later(self) -> None:
        if self.clock.now + self.cache.ttl <= self.trace.end:
            self.clock.after(self.cache.ttl, self.cache.expire)

    def _flush_later(self) -> None:
        self.flushes += 1
        if self.strategy.flush is not None:
            self.clock.after(self.set.flush_interval, lambda number=self.flushes: self.flush(number))  # type: ignore[misc]

    def flush(self, number: int) -> None:
        """Start a flush, unless it was called off."""
        if number == self.flushes and self.strategy.flush is not None:
            job = Job("flush", "cache", None, Call(self.strategy.flush), self.clock.now)
            self.jobs.append(job)
            self.advance(job)

    def gone(self, key: str, entry: Entry, why: str) -> None:
        """An entry has left the cache."""
        self.tell("gone", "cache", key=key, value=entry.value, why=why)
        if entry.dirty and self.db.rows.get(key) != entry.value:
            self.tell("lost", "cache", key=key, value=entry.value, why=why)

    # ---- faults ------------------------------------------------------------------------------------------------

    def strike(self, fault: Fault) -> None:
        """A fault, at its moment."""
        {"down": self.go_down, "up": self.come_up, "stall": self.stall, "evict": self.evict}[fault.kind](fault.who)

    def evict(self, who: str) -> None:
        """The cache needs room."""
        if not self.cache.entries:
            self.tell("note", who, text="the cache has nothing to throw out")
        self.cache.evict()

    def go_down(self, who: str) -> None:
        """A store or a server goes away, and with it what it was working on."""
        if who in self.down:
            self.tell("note", who, text=f"{who} is down already")
            return
        self.down.add(who)
        self.tell("down", who)
        if who == "cache":
            self.cache.forget()
            self.flushes += 1  # calls off the flush that is due
        if who == "database":
            for job, _ in self.connections.clear():
                self.refuse(job, DatabaseDown("the database is down"))
        for job in [job for job in self.jobs if not job.over]:
            if job.app == who and job.request is not None:
                self.reply(job, f"{who} has crashed")
            elif who == "cache" and job.request is None:
                job.over = True
            elif who == "cache" and self.in_cache(job):
                self.reply(job, "the cache has crashed")

    def come_up(self, who: str) -> None:
        """It is back: the cache empty, the database as it was, a server with nothing to do."""
        if who not in self.down:
            self.tell("note", who, text=f"{who} is up: there is nothing to bring back")
            return
        self.down.discard(who)
        self.tell("up", who)
        if who == "cache":
            self._flush_later()

    def stall(self, app: str) -> None:
        """A server stands still, say to collect garbage; what is on its way to it waits."""
        if app in self.stalled or app in self.down:
            self.tell("note", app, text=f"{app} stands still already")
            return
        self.stalled[app] = []
        self.tell("stall", app)
        self.clock.after(STALL, lambda: self.resume(app))

    def resume(self, app: str) -> None:
        """And goes on where it stood."""
        waiting = self.stalled.pop(app)
        self.tell("resume", app)
        for job in waiting:
            self.advance(job)
