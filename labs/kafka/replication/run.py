"""A producer, three brokers and a consumer by the clock: `replicate(settings, faults, seed) -> Trace`.

Time goes in rounds of half a second. In a round the faults strike, the controllers look for brokers that have been
silent, every follower fetches once, the producer sends, and the consumer reads. In a real cluster a fetch waits at the
leader for new records, so that a round takes milliseconds; what follows upon what is the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from labs.kafka.replication import partition as steps
from labs.kafka.replication.clients import Consumer, Producer
from labs.kafka.replication.partition import BROKERS, Rules, fresh
from labs.kafka.replication.settings import FAULTS, LIMITS, TICK, Settings
from labs.kafka.replication.story import Story, name
from labs.kit.limits import check_faults, settle, takes
from labs.kit.trace import Fault, Trace

CONTROLLERS = ("c1", "c2", "c3")


@takes(Settings)
def replicate(*, faults: Any = (), seed: int = 0, **settings: Any) -> Trace:
    """One partition on three brokers. ValueError, in one sentence, for a setting or a fault that cannot be.

    Nothing here is random, so the seed changes nothing.
    """
    chosen = settle(Settings, LIMITS, settings, seed)
    struck = check_faults(faults, FAULTS, chosen.until, "broker")
    for fault in struck:
        known = CONTROLLERS if fault.kind == "controller" else tuple(map(name, BROKERS))
        if fault.who not in known:
            raise ValueError(f"there is no {fault.who!r} for {fault.kind!r} to strike; there are {', '.join(known)}")
    run = Run(chosen, struck, Trace(vars(chosen), struck, seed, end=chosen.until))
    for number in range(int(chosen.until / TICK) + 1):
        run.tick(number * TICK)
    run.story.close(chosen.until)
    return run.trace


class Run:
    """A run that goes on by one round with each `tick`, so that somebody else's clock can drive it."""

    def __init__(self, settings: Settings, faults: tuple[Fault, ...], trace: Trace) -> None:
        self.settings, self.trace = settings, trace
        rules = Rules(settings.min_insync, settings.unclean, settings.elr)
        rules = replace(rules, elect=settings.elect) if settings.elect else rules
        self.rules = replace(rules, high_watermark=settings.watermark) if settings.watermark else rules
        self.story = Story(fresh(self.rules), trace)
        self.producer = Producer(settings, self.rules, self.story)
        self.consumer = Consumer(settings, self.story)
        self.silent = dict.fromkeys(BROKERS, 0.0)  # since when the controllers have not heard from a broker
        self.behind = dict.fromkeys(BROKERS, 0.0)  # when a follower last had all that the leader had
        self.clean: set[int] = set()  # down, after a clean shutdown
        self.returning: set[int] = set()  # started, and not yet admitted
        self.controllers = set(CONTROLLERS)
        self.waiting = list(faults)

    def tick(self, t: float) -> None:
        """One round, at `t` s: what strikes by then, the controllers, the followers, the two clients."""
        while self.waiting and self.waiting[0].t <= t:
            self._strike(self.waiting.pop(0))
        self._controllers(t)
        self._followers(t)
        self.producer.tick(t)
        self.consumer.tick(t)

    # ---- what goes wrong, and what comes back ------------------------------------------------------------------------

    def _strike(self, fault: Fault) -> None:
        t = fault.t
        if fault.kind == "controller":
            self._lose(t, fault.who)
            return
        broker = int(fault.who[1:])
        p, me = self.story.p, self.story.p.of(broker)
        if why := self._nothing(fault.kind, broker):
            self.trace.emit(t, "note", fault.who, text=why)
            return
        self.trace.emit(t, fault.kind, fault.who)
        if fault.kind in ("kill", "wipe"):
            self.clean.discard(broker)
            self.returning.discard(broker)
            self.story.become(t, steps.kill(p, broker, fault.kind == "kill"))
        elif fault.kind == "stop":
            self.clean.add(broker)
            self.story.become(t, steps.stop(p, broker, self.rules))
        elif fault.kind == "start":
            self.returning.add(broker)
        elif fault.kind == "cut":
            self.story.become(t, steps.cut_off(p, broker))
        elif fault.kind == "slow":
            self.story.become(t, p.having(broker, slow=True))
        elif fault.kind == "heal":
            self.story.become(t, steps.heal(p, broker, self.rules))
        elif fault.kind == "prefer":
            self.story.become(t, steps.prefer(p, broker, self.rules))
        if me.up and not me.cut:
            self.silent[broker] = t

    def _nothing(self, kind: str, broker: int) -> str:
        """Why a fault changes nothing, in words; empty if it does."""
        p, me, who = self.story.p, self.story.p.of(broker), name(broker)
        if kind == "start":
            return f"{who} is running already" if me.up or broker in self.returning else ""
        if broker in self.returning:
            return "" if kind in ("kill", "wipe") else f"{who} is starting, and not back yet"
        if not me.up:
            again = " already" if kind in ("kill", "wipe", "stop") else ""
            return "" if kind == "wipe" and me.log else f"{who} is down{again}"
        if kind == "heal" and not (me.cut or me.slow):
            return f"nothing is wrong with {who}"
        if kind == "slow" and (me.slow or broker == p.leader):
            return f"{who} leads, and does not fetch" if broker == p.leader else f"{who} does not fetch as it is"
        if kind == "cut" and me.cut:
            return f"{who} is cut off already"
        if kind == "stop" and (me.cut or not p.quorum):
            return f"{who} cannot say goodbye to the controllers"
        if kind == "prefer" and (broker not in p.isr or broker == p.leader or not p.quorum):
            if broker == p.leader:
                return f"{who} leads already"
            return f"{who} is not in sync, so it is not elected" if p.quorum else "the controllers cannot decide"
        return ""

    def _lose(self, t: float, who: str) -> None:
        if who not in self.controllers:
            self.trace.emit(t, "note", who, text=f"{who} is gone already")
            return
        self.controllers.discard(who)
        quorum = len(self.controllers) > len(CONTROLLERS) // 2
        self.trace.emit(t, "controller", who, left=len(self.controllers), quorum=quorum)
        self.story.become(t, self.story.p._replace(quorum=quorum))

    # ---- a round -----------------------------------------------------------------------------------------------------

    def _controllers(self, t: float) -> None:
        """Brokers that have been silent for their session are fenced; those that are back are admitted."""
        for broker in BROKERS:
            p, me = self.story.p, self.story.p.of(broker)
            if me.up and not me.cut:
                self.silent[broker] = t
            if not p.quorum:
                continue
            if broker not in p.fenced and t - self.silent[broker] >= self.settings.session:
                self.trace.emit(t, "fenced", name(broker))
                self.story.become(t, steps.fence(p, broker, self.rules))
            elif broker in p.fenced and broker in self.returning:
                self.returning.discard(broker)
                self.trace.emit(t, "back", name(broker), empty=not me.log)
                self.story.become(t, steps.start(p, broker, self.rules, clean=broker in self.clean))
                self.clean.discard(broker)
                self.silent[broker] = t

    def _followers(self, t: float) -> None:
        """Every follower that reaches the leader fetches once; the leader takes out those that have fallen behind."""
        for broker in BROKERS:
            p = self.story.p
            if not steps.hears(p, broker):
                continue
            if p.of(broker).epoch != p.epoch:
                self.story.become(t, steps.follow(p, broker, self.rules))
                continue
            if p.of(broker).end == p.of(p.leader).end:
                self.behind[broker] = t
            self.story.become(t, steps.fetch(p, broker, self.rules))
        p = self.story.p
        for broker in BROKERS:
            if broker == p.leader or broker not in p.isr or not p.leader or not p.of(p.leader).leads:
                self.behind[broker] = t
        late = [b for b in BROKERS if t - self.behind[b] >= self.settings.lag_time and steps.lags(p, b)]
        if late:
            self.story.become(t, steps.shrink(p, late, self.rules))
