"""Requests queue at servers behind a reverse proxy, on a virtual clock: who is picked, who waits, what fails.

    balance(algorithm="least connections", speeds=(1, 0.5, 1), faults=[Fault(4, "crash", "b")]) -> Trace

The proxy is called "proxy", the servers "a", "b", "c" … What a trace can contain (`who`: particulars):

| kind            | who     | particulars |
|-----------------|---------|-------------|
| arrive          | client  | number of the request, path |
| hit             | proxy   | number: answered from the proxy's own cache |
| pick            | proxy   | number, to, attempt (1 is the first), servers (as the proxy saw them), scores {server: number}, memory (after it) |
| start, finish   | server  | number: its work begins, is done (it may be that no one waits for it any more) |
| refused, lost   | server  | number: there was nobody there; it was there when the server crashed |
| timeout         | proxy   | number, to: the proxy waits no longer; the server knows nothing of that and does the work all the same |
| reply           | proxy   | number, ok, latency (s since it came), tries |
| no retry        | proxy   | number: there was a try left, but the budget did not allow it |
| probe           | server  | ok, against: the probes in a row that contradict what the proxy believes (shown when that changes) |
| eject, readmit  | server  | by: "probes" or "answers" (a passive check) |
| crash, slow, return | server | the faults, as they strike |
| error           | proxy   | text: the balancer gave an answer that no proxy can use; the run ends here |
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from labs.kit.limits import takes
from labs.kit.trace import Fault, Trace
from labs.proxies.balancing.algorithms import ALGORITHMS, BadChoice, Pick, Request, Server, observe, usable
from labs.proxies.balancing.health import OUT_FOR, Health, judge
from labs.proxies.balancing.retries import RetryBudget
from labs.proxies.balancing.settings import Judge, Settings, possible, settled
from labs.proxies.balancing.workload import workload

if TYPE_CHECKING:
    import simpy

SLOWER = 5.0  # times slower, after the fault "slow"
AT_ONCE = 0.01  # seconds until a refused connection, or an answer from the cache, is known


@takes(Settings)
def balance(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Let `requests` requests come to a proxy with a server for each of `speeds`; ends when the last is answered.

    A request means `work` seconds on average for a worker of speed 1, spread as `cost` says ("exponential", "equal",
    "heavy": one in ten costs eleven times what the others do); each server has `workers` of them and one queue, first
    come, first served. Requests come at random (Poisson), so many that healthy servers without a cache would be busy
    for the share `load` of the time. `clients` ask for `pages` pages, the first of them the most.

    `algorithm` is one of ALGORITHMS, or `pick` takes its place; `weights` are 1 unless given. After `timeout` seconds
    a try has failed; up to `retries` more follow, each with a server not yet tried, if `budget` (the share of requests
    that may be retried; None: no limit) allows. With `checks` every server is probed each `probe_every` seconds and
    judged (by `judged_by`, else `health.judge`); with `passive` a failed try ejects it for OUT_FOR seconds. `cache`:
    for how many seconds the proxy keeps an answer. Defaults and limits: settings.py.

    `faults`: Fault(t, kind, server) with "crash" (the process is gone, what was there is lost, connections are
    refused), "slow" (five times slower, for work that begins from then on), "return" (as good as new).

    Raises ValueError, in a sentence, for a setting or fault that cannot be, BadChoice (a ValueError) for an answer
    of `pick` that cannot be; what `pick` itself raises goes through as it is.
    """
    chosen = settled(settings, seed)
    faults = possible(faults, chosen.names)
    trace = Trace({**vars(chosen)}, faults, seed)
    run = _Run(chosen, faults, seed, trace.emit)
    try:
        run.until_answered()
    except BadChoice as bad:
        trace.emit(run.env.now, "error", "proxy", text=str(bad))
        raise
    trace.end = run.env.now + 0.3
    return trace


def outcomes(trace: Trace, requests: int = 1000) -> list[tuple[bool, float]]:
    """How the same run goes on: for each of its first `requests` requests, whether it was answered well and after how
    many seconds, in the order in which they came. (The picture shows the first of them; percentiles need many.)
    """
    run = _Run(settled({**trace.settings, "requests": requests}, trace.seed), trace.faults, trace.seed, _say_nothing)
    run.until_answered()
    return [run.answered[number] for number in sorted(run.answered)]


def _say_nothing(t: float, kind: str, who: str, **data: Any) -> None:
    """What a run is told where nobody looks at its trace."""


class _Machine:
    """A server as it really is, and what the proxy counts and believes of it."""

    def __init__(self, env: simpy.Environment, name: str, speed: float, weight: int, workers: int) -> None:
        import simpy

        self.name, self.speed, self.full_speed, self.weight = name, float(speed), float(speed), weight
        self.queue = simpy.Resource(env, capacity=workers)
        self.alive = True
        self.inside: list[Any] = []  # the processes that wait or work here
        self.health, self.shunned = Health(), False  # what probes have found; whether a passive check has ejected it
        self.active, self.latency, self.measured = 0, 0.0, 0.0

    @property
    def up(self) -> bool:
        """Whether it gets requests."""
        return self.health.up and not self.shunned


class _Run:
    """One run. `tell(t, kind, who, **data)` is told all that happens; `answered` is {number: (ok, latency)}."""

    def __init__(self, settings: Settings, faults: Sequence[Fault], seed: int, tell: Callable[..., Any]) -> None:
        import simpy

        self.set, self.tell, self.env, self._lost = settings, tell, simpy.Environment(), simpy.Interrupt
        self.machines = {
            name: _Machine(self.env, name, speed, weight, settings.workers)
            for name, speed, weight in zip(settings.names, settings.speeds, settings.weights or (), strict=True)
        }
        self.pick: Pick = settings.pick or ALGORITHMS[settings.algorithm]
        self.pick_name = getattr(self.pick, "__name__", "the balancer")
        self.judge: Judge = settings.judged_by or judge
        self.budget = None if settings.budget is None else RetryBudget(settings.budget)
        self.memory: Any = {}
        self.fresh: dict[str, float] = {}  # page → until when
        self.answered: dict[int, tuple[bool, float]] = {}
        self.all_answered = self.env.event()
        self.problem: Exception | None = None
        for fault in faults:
            self.env.process(self._strike(fault))
        if settings.checks and (faults or settings.judged_by):  # else each probe finds what is believed: no news
            self.env.process(self._watched(self._probe()))
        self.env.process(self._arrivals(seed))

    def until_answered(self) -> None:
        """Live until every request has its answer, or somebody's balancer or health check has raised something."""
        self.env.run(until=self.all_answered)
        if self.problem is not None:
            raise self.problem

    def _watched(self, process: Generator[Any]) -> Generator[Any]:
        """The process, whose exception is kept as it is: SimPy would raise a copy, which does not know the line."""
        try:
            yield from process
        except Exception as problem:
            self.problem = problem
            self.all_answered.succeed()

    # ---- requests --------------------------------------------------------------------------------------------

    def _arrivals(self, seed: int) -> Generator[Any]:
        for gap, cost, request in workload(self.set, seed):
            yield self.env.timeout(gap)
            self.env.process(self._watched(self._handle(request, cost)))

    def _handle(self, request: Request, cost: float) -> Generator[Any]:
        """One request, from its arrival to its answer."""
        came, number = self.env.now, request.number
        self.tell(came, "arrive", request.client, number=number, path=request.path)
        if self.budget:
            self.budget.request(came)
        ok, tried = False, list[str]()
        if self.fresh.get(request.path, 0) > came:
            self.tell(came, "hit", "proxy", number=number)
            yield self.env.timeout(AT_ONCE)
            ok = True
        while not ok and len(tried) <= self.set.retries:
            servers = [self._as_seen(machine, tried) for machine in self.machines.values()]
            if not any(server.up for server in servers):
                break
            if tried and self.budget and not self.budget.retry(self.env.now):
                self.tell(self.env.now, "no retry", "proxy", number=number)
                break
            choice = usable(self.pick(servers, self.memory, request), servers, self.pick_name)
            self.memory = choice.memory
            tried.append(choice.name)
            self.tell(
                self.env.now, "pick", "proxy", number=number, to=choice.name, attempt=len(tried), servers=servers,
                scores=choice.scores, memory=choice.memory,
            )  # fmt: skip
            ok = yield from self._try(self.machines[choice.name], number, cost)
        if ok and self.set.cache and tried:
            self.fresh[request.path] = self.env.now + self.set.cache
        latency = self.env.now - came
        self.answered[number] = ok, latency
        self.tell(self.env.now, "reply", "proxy", number=number, ok=ok, latency=latency, tries=len(tried))
        if len(self.answered) == self.set.requests:
            self.all_answered.succeed()

    def _try(self, machine: _Machine, number: int, cost: float) -> Generator[Any, Any, bool]:
        """Send it there and wait for the answer, but not longer than the timeout."""
        sent, limit = self.env.now, self.set.timeout
        machine.active += 1
        if limit is None:
            ok = yield from self._serve(machine, number, cost)
        else:
            work = self.env.process(self._serve(machine, number, cost))
            yield work | self.env.timeout(limit)
            ok = work.triggered and bool(work.value)
            if not work.triggered:
                self.tell(self.env.now, "timeout", "proxy", number=number, to=machine.name)
        machine.active -= 1
        now = self.env.now
        machine.latency = observe(machine.latency, now - machine.measured, now - sent)
        machine.measured = now
        if not ok and self.set.passive and not machine.shunned:
            self.env.process(self._shun(machine))
        return ok

    def _serve(self, machine: _Machine, number: int, cost: float) -> Generator[Any, Any, bool]:
        """What the server does with it, whether or not anyone still waits."""
        if not machine.alive:
            self.tell(self.env.now, "refused", machine.name, number=number)
            yield self.env.timeout(AT_ONCE)
            return False
        me = self.env.active_process
        machine.inside.append(me)
        try:
            with machine.queue.request() as turn:
                yield turn
                self.tell(self.env.now, "start", machine.name, number=number)
                yield self.env.timeout(cost / machine.speed)
            self.tell(self.env.now, "finish", machine.name, number=number)
            return True
        except self._lost:
            self.tell(self.env.now, "lost", machine.name, number=number)
            return False
        finally:
            machine.inside.remove(me)

    def _as_seen(self, machine: _Machine, tried: Sequence[str]) -> Server:
        faded = observe(machine.latency, self.env.now - machine.measured, 0.0) if machine.latency else 0.0
        up = machine.up and machine.name not in tried
        return Server(machine.name, machine.weight, machine.active, faded, up)

    # ---- health and faults -----------------------------------------------------------------------------------

    def _probe(self) -> Generator[Any]:
        while True:
            yield self.env.timeout(self.set.probe_every)
            for machine in self.machines.values():
                before, ok = machine.health, machine.alive
                machine.health = _as_health(self.judge(before, ok, self.set.rise, self.set.fall))
                now, name = machine.health, machine.name
                if now != before:
                    self.tell(self.env.now, "probe", name, ok=ok, against=now.against)
                if now.up != before.up and not machine.shunned:
                    self.tell(self.env.now, "readmit" if now.up else "eject", name, by="probes")

    def _shun(self, machine: _Machine) -> Generator[Any]:
        """A passive check: a server that has failed a request gets none for a while, and then another chance."""
        if machine.shunned:  # a crash loses several requests at one moment: the first of them has seen to it
            return
        if machine.up:
            self.tell(self.env.now, "eject", machine.name, by="answers")
        machine.shunned = True
        yield self.env.timeout(OUT_FOR)
        machine.shunned = False
        if machine.up:
            self.tell(self.env.now, "readmit", machine.name, by="answers")

    def _strike(self, fault: Fault) -> Generator[Any]:
        yield self.env.timeout(fault.t)
        machine = self.machines[fault.who]
        self.tell(self.env.now, fault.kind, fault.who)
        if fault.kind == "crash":
            machine.alive = False
            for process in list(machine.inside):
                process.interrupt()
        elif fault.kind == "slow":
            machine.speed = machine.full_speed / SLOWER
        else:
            machine.alive, machine.speed = True, machine.full_speed


def _as_health(answer: Any) -> Health:
    """A judge's answer as Health: (up, against) will do."""
    if not isinstance(answer, tuple | list) or len(answer) != 2 or not isinstance(answer[0], bool):
        raise BadChoice(f"a health check returned {answer!r}: it must be Health(up, against), such as Health(True, 0).")
    return Health(*answer)
