"""One popular entry, many requests, a database that does a few queries at a time: `stampede(...) → Trace`.

Three application servers share a cache. The entry lives for `ttl` seconds, and loading it takes the database
`load_time` seconds. What a server does with a miss is the cure:

- none: every request that misses asks the database.
- lock: whoever misses first locks the key in the shared cache, and loads; the others look again every POLL seconds.
- single flight: each server lets one of its requests load; its others wait for that one's answer.
- early: each request may decide to load *before* the entry expires, the likelier the nearer that is (XFetch: Vattani,
  Chierichetti and Lowenstein, "Optimal probabilistic cache stampede prevention", VLDB 2015).
- stale: an entry that has expired is still served, while one request reloads it (stale-while-revalidate, RFC 5861).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from math import log
from random import Random
from typing import Any

from labs.kit.limits import SEED, Limit, Number, OneOf, Whole, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace

CURES = ("none", "lock", "single flight", "early", "stale")
SERVERS, POLL, END = 3, 0.1, 30.0
LIMITS: dict[str, Limit] = {
    "cure": OneOf(CURES),
    "rate": Number(1, 100, "requests per second"),
    "ttl": Number(2, 30, "seconds"),
    "load_time": Number(0.1, 5, "seconds"),
    "slots": Whole(1, 100, "queries at once"),
    "beta": Number(0.1, 10),
    "seed": SEED,
}


def recomputes_early(now: float, expires: float, load_time: float, beta: float, random: float) -> bool:
    """XFetch: whether this request should load before the entry expires. `random` is above 0, and 1 at most."""
    return now - load_time * beta * log(random) >= expires


def stampede(
    *, cure: str = "none", rate: float = 40, ttl: float = 10, load_time: float = 1, slots: int = 4, beta: float = 1,
    faults: Iterable[Fault] = (), seed: int = 0,
) -> Trace:  # fmt: skip
    """Thirty seconds of requests at random moments; the entry is cached at 0 s.

    The fault "evict" removes the entry. Events:
    "query" (a server asks the database: `load` is how many queries it has then), "done" (likewise), "set", "expired",
    "reply" (how long it `waited`, and whether what it got was `stale`).
    """
    given: dict[str, Any] = dict(cure=cure, rate=rate, ttl=ttl, load_time=load_time, slots=slots, beta=beta)
    check_settings(LIMITS, {**given, "seed": seed})
    faults = check_faults(faults, ("evict",), END, "entry")
    run = _Run(Trace(given, faults, seed, END))
    for fault in faults:
        run.clock.at(fault.t, run.evict)
    random, t = Random(f"{seed} arrivals"), 0.0
    while (t := t + random.expovariate(rate)) < END:
        run.clock.at(t, lambda at=t: run.arrive(at))  # type: ignore[misc]
    run.clock.run(END)
    run.trace.end = END
    return run.trace


class _Run:
    """The cache with its one entry, the database's queue, and the servers that wait."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.clock = trace, Clock()
        self.of: dict[str, Any] = dict(trace.settings)
        self.expires, self.there = self.of["ttl"], True  # `there`: an entry is in the cache, good or stale
        self.locked = False
        self.flights: dict[int, list[float]] = {}  # a server that loads → when those that wait for it came
        self.queue: deque[tuple[int, list[float]]] = deque()  # whose queries wait, and whom each will answer
        self.busy = 0
        self.random = Random(f"{trace.seed} early")
        self.server = Random(f"{trace.seed} servers")
        self.clock.at(self.expires, self.tell_expired)

    def tell_expired(self) -> None:
        if self.there and self.clock.now >= self.expires:
            self.trace.emit(self.clock.now, "expired", "entry")

    def evict(self) -> None:
        self.there, self.expires = False, self.clock.now
        self.trace.emit(self.clock.now, "evict", "entry")

    # ---- a request -----------------------------------------------------------------------------------------------

    def arrive(self, came: float) -> None:
        """A request comes to one of the servers."""
        server = self.server.randrange(SERVERS)
        now, fresh = self.clock.now, self.there and self.clock.now < self.expires
        early = self.of["cure"] == "early" and fresh and recomputes_early(
            now, self.expires, self.of["load_time"], self.of["beta"], 1 - self.random.random()
        )  # fmt: skip
        if fresh:
            self.reply(came, stale=False)
            if early:
                self.ask(server, [])
        elif self.of["cure"] == "stale" and self.there:
            self.reply(came, stale=True)
            if not self.locked:
                self.locked = True
                self.ask(server, [])
        else:
            self.miss(server, came)

    def miss(self, server: int, came: float) -> None:
        """What a server does where there is nothing to serve."""
        cure = self.of["cure"]
        if cure in ("lock", "stale"):
            if self.locked:
                self.clock.after(POLL, lambda: self.look_again(server, came))
            else:
                self.locked = True
                self.ask(server, [came])
        elif cure == "single flight":
            if server in self.flights:
                self.flights[server].append(came)
            else:
                self.flights[server] = [came]
                self.ask(server, self.flights[server])
        else:
            self.ask(server, [came])

    def look_again(self, server: int, came: float) -> None:
        if self.there and self.clock.now < self.expires:
            self.reply(came, stale=False)
        else:
            self.miss(server, came)

    def reply(self, came: float, stale: bool) -> None:
        self.trace.emit(self.clock.now, "reply", "client", waited=self.clock.now - came, stale=stale)

    # ---- the database --------------------------------------------------------------------------------------------

    def ask(self, server: int, answers: list[float]) -> None:
        self.queue.append((server, answers))
        self.trace.emit(self.clock.now, "query", f"app {server + 1}", load=self.busy + len(self.queue))
        self.work()

    def work(self) -> None:
        while self.queue and self.busy < self.of["slots"]:
            self.busy += 1
            server, answers = self.queue.popleft()
            self.clock.after(self.of["load_time"], lambda s=server, a=answers: self.done(s, a))  # type: ignore[misc]

    def done(self, server: int, answers: list[float]) -> None:
        """A query is answered: the entry is new, and so are those who waited for it."""
        self.busy -= 1
        now = self.clock.now
        self.trace.emit(now, "done", f"app {server + 1}", load=self.busy + len(self.queue))
        self.there, self.expires, self.locked = True, now + self.of["ttl"], False
        self.clock.at(self.expires, self.tell_expired)
        self.trace.emit(now, "set", f"app {server + 1}")
        for came in answers:
            self.reply(came, stale=False)
        if self.flights.get(server) is answers:
            del self.flights[server]
        self.work()


# ── what a run was like ───────────────────────────────────────────────────────────────────────────────────────────────


def load(trace: Trace) -> list[tuple[float, float]]:
    """How many queries the database has, over time."""
    return [(0.0, 0.0), *((e.t, float(e["load"])) for e in trace.of("query", "done"))]


def peak(trace: Trace) -> int:
    """The most queries that the database had at once."""
    return int(max(many for _, many in load(trace)))


def longest_wait(trace: Trace) -> float:
    """How long the slowest of the answered requests took, in seconds."""
    return max((float(e["waited"]) for e in trace.of("reply")), default=0.0)


def stale_answers(trace: Trace) -> int:
    """How many answers were older than the TTL allows."""
    return sum(bool(e["stale"]) for e in trace.of("reply"))
