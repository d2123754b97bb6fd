"""A consumer group at work on a virtual clock: who owns what, and what it costs to share out anew.

    rebalance(consumers=4, partitions=4, protocol="eager", faults=[Fault(20, "join", "c5")]) -> Trace

Consumers are called c1, c2 …, the other party is "coordinator". What a trace can contain (`who`: particulars):

| kind            | who         | particulars |
|-----------------|-------------|-------------|
| start           | consumer    | its process starts |
| send            | consumer    | to="coordinator", what ("JoinGroup", "SyncGroup", "Heartbeat", "LeaveGroup", "OffsetCommit", "ConsumerGroupHeartbeat"), arrives |
| answer          | coordinator | to, what, arrives, error (None, or Kafka's name for it: "REBALANCE_IN_PROGRESS", "UNKNOWN_MEMBER_ID" …) |
| state           | coordinator | state, generation (KIP-848: the group epoch), why |
| assign          | who did it  | assignment {consumer: its partitions}, generation, withheld (cooperative: what has to be given up first) |
| own             | consumer    | partitions that it begins to read |
| revoke          | consumer    | partitions that it stops reading, why: "rebalance" (eager: all of them), "moving", "leave" |
| lost            | consumer    | partitions that, it finds out, were taken from it |
| pause, resume   | consumer    | reads nothing because of a rebalance; pause has why: "rebalance", "fenced" |
| commit          | consumer    | ok, error: on revoking, and when a consumer that hung goes on |
| crash, leave, stall, return | consumer | the faults, as they strike; a "join" shows as start, as does the return of a dead one |
| expired         | consumer    | why: "session timeout", "max poll interval", "rebalance timeout"; member: the id that is out |
| zombie          | consumer    | partitions that it still believes to own, and no longer does |
| note            | anyone      | text: something worth saying that is none of the above |
| error           | who did it  | text: the assignor gave an answer that no group can use; the run ends here |

Heartbeats are shown only when the answer is news, or all of them with `heartbeats=True`. Partitions are written
["orders", 0]. Times are seconds. Sources: the docstrings of coordinator.py, server_group.py and consumers.py.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

from labs.kafka.groups.answers import BadAssignment, hold_back, usable
from labs.kafka.groups.classic_consumer import ClassicConsumer
from labs.kafka.groups.consumers import Consumer, Habits, Wire, listed
from labs.kafka.groups.coordinator import Coordinator
from labs.kafka.groups.members import Assignment, Member
from labs.kafka.groups.server_consumer import ServerConsumer
from labs.kafka.groups.server_group import ServerGroup
from labs.kafka.groups.settings import PROTOCOLS, Settings, possible, settled
from labs.kit.limits import takes
from labs.kit.trace import Clock, Fault, Trace

__all__ = ["PROTOCOLS", "rebalance"]


@takes(Settings)
def rebalance(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Run a group from 0 to `until` seconds and return what happened.

    `consumers` are started `stagger` seconds apart; each topic has `partitions` partitions (or {topic: how many}), and
    everyone reads all `topics` unless `subscriptions` {consumer: topics} says otherwise. With `static`, each consumer
    has a group.instance.id. `assignor` None is the protocol's own default, `heartbeat` None is 3 s (KIP-848: 5 s); the
    other defaults are Kafka's. The rebalance timeout is max_poll_interval, as in Kafka. `assign` takes the place of the
    assignor: whoever leads the group calls it (KIP-848: the broker). With protocol "cooperative" what it wants to move
    is then held back for a round, which Kafka's cooperative-sticky does itself.

    `faults`: Fault(t, kind, who) with "join" (a new consumer starts, or one that left), "leave" (it closes), "crash"
    (it dies), "stall" (it stops polling, its heartbeats go on), "return" (a stalled one goes on, a dead one restarts).
    `latency` is one way. The same arguments give the same trace, everywhere. Limits: settings.py.

    Raises ValueError, in a sentence, for a setting or fault that cannot be; BadAssignment (a ValueError, with the
    trace so far) for an answer of `assign` that cannot be; what `assign` itself raises goes through as it is.
    """
    chosen = settled(settings, seed)
    faults = possible(faults, chosen)
    by = getattr(chosen.assign, "__name__", "assign") if chosen.assign else chosen.assignor
    told = {**vars(chosen), "partitions": chosen.sizes, "assignor": by}
    run = _Run(chosen, seed)
    for name, start in chosen.starts.items():
        run.clock.at(start, run.consumer(name).start)
    for fault in faults:
        run.clock.at(fault.t, lambda fault=fault: run.strike(fault))  # type: ignore[misc]
    trace = Trace(told, faults, seed, chosen.until)
    try:
        run.clock.run(chosen.until)
    except BadAssignment as bad:
        bad.trace, trace.end = trace, run.clock.now
        raise
    finally:
        trace.events = sorted(run.diary, key=lambda e: e.t)
    return trace


class _Run(Wire):
    """One run: the clock, the coordinator, the consumers, and who asks which assignor."""

    def __init__(self, settings: Settings, seed: int) -> None:
        super().__init__(Clock(), settings.latency, settings.heartbeats)
        self.set, self.seed, self.topics, self.protocol = settings, seed, settings.sizes, settings.protocol
        self.habits = Habits(
            cooperative=self.protocol == "cooperative",
            remembers=settings.assign is not None or settings.assignor == "sticky",
            heartbeat=settings.heartbeat or 0,
            max_poll_interval=settings.max_poll_interval,
        )
        timeouts = {"session_timeout": settings.session_timeout, "rebalance_timeout": settings.max_poll_interval}
        self.group: Coordinator | ServerGroup
        if self.protocol == "kip848":
            self.group = ServerGroup(self.clock, self.tell, self.assign, **timeouts)
        else:
            self.group = Coordinator(self.clock, self.tell, join_delay=settings.join_delay, **timeouts)
        self.consumers: dict[str, Consumer] = {}

    def consumer(self, name: str) -> Consumer:
        """The consumer of this name; its habits depend on the seed and on nothing that the others do."""
        if name not in self.consumers:
            habits = (name, self, self.habits, self.set.reads.get(name, tuple(self.topics)), self.set.static)
            random = Random(f"{self.seed} {name}")
            self.consumers[name] = (
                ServerConsumer(self.group, *habits, random)
                if isinstance(self.group, ServerGroup)
                else ClassicConsumer(self.group, self.assign, *habits, random)
            )
        return self.consumers[name]

    def strike(self, fault: Fault) -> None:
        """A fault, at its moment."""
        victim = self.consumer(fault.who)
        if fault.kind in ("join", "return"):
            (victim.come_back if victim.status == "stalled" else victim.start)()
        else:
            {"leave": victim.leave, "crash": victim.crash, "stall": victim.stall}[fault.kind]()

    def tell(self, kind: str, who: str, **data: Any) -> None:
        """Write it down; and when the group has changed, look who has not noticed."""
        super().tell(kind, who, **data)
        if kind in ("state", "expired"):
            for consumer in self.consumers.values():
                if consumer.owned - consumer.taken and consumer.status != "closing":
                    taken = self.group.disowned(consumer.me(), consumer.owned - consumer.taken)
                    if taken:
                        consumer.taken |= taken
                        self.tell("zombie", consumer.name, partitions=listed(taken))

    def assign(self, members: Sequence[Member], who: str) -> Assignment:
        """Run the assignor in the name of `who`, and write down what it says."""
        withheld: list[Any] = []
        if self.set.assign:
            answer = self.set.assign(list(members), dict(self.topics))
            try:
                assignment, left_out = usable(answer, members, self.topics)
            except BadAssignment as bad:
                self.tell("error", who, text=str(bad))
                raise
            if left_out:
                self.tell("note", who, text=f"the assignor leaves {len(left_out)} partitions without a consumer")
        else:
            assignment = PROTOCOLS[self.protocol][self.set.assignor or ""](members, self.topics)
        if self.protocol == "cooperative":
            assignment, withheld = hold_back(assignment, members)
        shown: dict[str, list[list[Any]]] = {}
        for member_id, given in reversed(assignment.items()):  # should a restarted consumer's old self still be there,
            name = member_id.partition(".")[0]  # it is shown by its id
            shown[name if name not in shown else member_id if "." in member_id else f"{name}.1"] = listed(given)
        shown = dict(sorted(shown.items(), key=lambda item: int(item[0][1:].partition(".")[0])))
        generation = self.group.epoch if isinstance(self.group, ServerGroup) else self.group.generation
        self.tell("assign", who, assignment=shown, generation=generation, withheld=listed(withheld))
        return assignment
