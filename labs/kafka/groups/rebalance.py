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

import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from labs.kafka.groups.answers import BadAssignment, hold_back, usable
from labs.kafka.groups.assignors import ASSIGNORS
from labs.kafka.groups.classic_consumer import ClassicConsumer
from labs.kafka.groups.consumers import Consumer, Settings, Wire, listed
from labs.kafka.groups.coordinator import Coordinator
from labs.kafka.groups.members import Assignment, Assignor, Member
from labs.kafka.groups.server_assignors import server_range_assign, server_uniform_assign
from labs.kafka.groups.server_consumer import ServerConsumer
from labs.kafka.groups.server_group import ServerGroup
from labs.kit.trace import Clock, Fault, Trace

# protocol → the assignors that go with it, the default first. (In Kafka, range comes first in the default list of the
# classic protocol, and range is eager; cooperative rebalancing has to be asked for by naming cooperative-sticky.)
PROTOCOLS: dict[str, dict[str, Assignor]] = {
    "eager": {name: ASSIGNORS[name] for name in ("range", "roundrobin", "sticky")},
    "cooperative": {"cooperative-sticky": ASSIGNORS["cooperative-sticky"]},
    "kip848": {"uniform": server_uniform_assign, "range": server_range_assign},
}
FAULTS = ("join", "leave", "crash", "stall", "return")


def rebalance(
    *,
    consumers: int = 4,
    partitions: int | Mapping[str, int] = 4,
    topics: Sequence[str] = ("orders",),
    assignor: str | None = None,
    protocol: str = "eager",
    session_timeout: float = 45.0,
    heartbeat: float | None = None,
    max_poll_interval: float = 300.0,
    join_delay: float = 3.0,
    static: bool = False,
    assign: Assignor | None = None,
    subscriptions: Mapping[str, Sequence[str]] | None = None,
    faults: Iterable[Fault] = (),
    seed: int = 0,
    until: float = 120.0,
    stagger: float = 0.2,
    latency: float = 0.05,
    heartbeats: bool = False,
) -> Trace:
    """Run a group from 0 to `until` seconds and give back what happened.

    `consumers` are started `stagger` seconds apart; each topic has `partitions` partitions (or {topic: how many}), and
    everyone reads all `topics` unless `subscriptions` {consumer: topics} says otherwise. With `static`, each consumer
    has a group.instance.id. `assignor` None is the protocol's own default, `heartbeat` None is 3 s (KIP-848: 5 s); the
    other defaults are Kafka's. The rebalance timeout is max_poll_interval, as in Kafka. `assign` takes the place of the
    assignor: whoever leads the group calls it (KIP-848: the broker). With protocol "cooperative" what it wants to move
    is then held back for a round, which Kafka's cooperative-sticky does itself.

    `faults`: Fault(t, kind, who) with "join" (a new consumer starts, or one that left), "leave" (it closes), "crash"
    (it dies), "stall" (it stops polling, its heartbeats go on), "return" (a stalled one goes on, a dead one restarts).
    `latency` is one way. The same arguments give the same trace, everywhere.

    Raises ValueError, in a sentence, for a setting or fault that cannot be; BadAssignment (a ValueError, with the
    trace so far) for an answer of `assign` that cannot be; what `assign` itself raises goes through as it is.
    """
    heartbeat = heartbeat if heartbeat is not None else 5.0 if protocol == "kip848" else 3.0
    if protocol not in PROTOCOLS:
        raise ValueError(f"there is no protocol {protocol!r}; choose one of {', '.join(PROTOCOLS)}")
    names = list(PROTOCOLS[protocol])
    assignor = names[0] if assignor is None else assignor
    if assignor not in names and assign is None:
        raise ValueError(f"there is no assignor {assignor!r} for protocol {protocol!r}; choose {' or '.join(names)}")
    for name, value, low, high in (
        ("consumers", consumers, 1, 100),
        ("session_timeout", session_timeout, 1, 1800),
        ("heartbeat", heartbeat, 0.1, 600),
        ("max_poll_interval", max_poll_interval, 1, 86400),
        ("join_delay", join_delay, 0, 300),
        ("until", until, 1, 3600),
        ("stagger", stagger, 0, 60),
        ("latency", latency, 0.001, 1),
    ):
        whole = name == "consumers"
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not low <= value <= high:
            raise ValueError(
                f"{name} must be a {'whole ' if whole else ''}number from {low} to {high}"
                f"{'' if whole else ' (seconds)'}, and not {value!r}"
            )
    if session_timeout <= heartbeat + 2 * latency:
        raise ValueError(
            f"session_timeout ({session_timeout} s) must be longer than a heartbeat interval and the way there and"
            f" back ({heartbeat + 2 * latency:g} s), or every member is taken for dead between two heartbeats"
        )
    if assign is not None and not callable(assign):
        raise ValueError(f"assign must be a function of members and topics, and not {assign!r}")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError(f"seed must be a whole number, and not {seed!r}")
    sizes = _sizes(topics, partitions)
    reads = _subscriptions(subscriptions or {}, sizes)
    faults = tuple(faults)
    for fault in faults:
        if not isinstance(fault, Fault):
            raise ValueError(f"a fault is written Fault(seconds, kind, consumer), and not {fault!r}")
    faults = tuple(sorted(faults, key=lambda f: f.t))
    _check(faults, {f"c{i + 1}": i * stagger for i in range(consumers)}, until)

    by = getattr(assign, "__name__", "assign") if assign else assignor
    settings = dict(
        consumers=consumers, partitions=dict(sizes), assignor=by,
        protocol=protocol, session_timeout=session_timeout, heartbeat=heartbeat, max_poll_interval=max_poll_interval,
        join_delay=join_delay, static=static, stagger=stagger, latency=latency,
    )  # fmt: skip
    run = _Run(sizes, PROTOCOLS[protocol].get(assignor), assign, settings, seed, reads, heartbeats)
    for i in range(consumers):
        run.clock.at(i * stagger, run.consumer(f"c{i + 1}").start)
    for fault in faults:
        run.clock.at(fault.t, lambda fault=fault: run.strike(fault))  # type: ignore[misc]
    trace = Trace(settings, faults, seed, until)
    try:
        run.clock.run(until)
    except BadAssignment as bad:
        bad.trace, trace.end = trace, run.clock.now
        raise
    finally:
        trace.events = sorted(run.diary, key=lambda e: e.t)
    return trace


class _Run(Wire):
    """One run: the clock, the coordinator, the consumers, and who asks which assignor."""

    def __init__(
        self,
        topics: Mapping[str, int],
        built_in: Assignor | None,
        learners: Assignor | None,
        settings: Mapping[str, Any],
        seed: int,
        reads: Mapping[str, tuple[str, ...]],
        heartbeats: bool,
    ) -> None:
        super().__init__(Clock(), settings["latency"], heartbeats)
        self.topics, self.built_in, self.learners, self.seed, self.reads = topics, built_in, learners, seed, reads
        self.protocol, self.static = settings["protocol"], settings["static"]
        self.habits = Settings(
            cooperative=self.protocol == "cooperative",
            remembers=learners is not None or settings["assignor"] == "sticky",
            heartbeat=settings["heartbeat"],
            max_poll_interval=settings["max_poll_interval"],
        )
        timeouts = {"session_timeout": settings["session_timeout"], "rebalance_timeout": settings["max_poll_interval"]}
        self.group: Coordinator | ServerGroup
        if self.protocol == "kip848":
            self.group = ServerGroup(self.clock, self.tell, self.assign, **timeouts)
        else:
            self.group = Coordinator(self.clock, self.tell, join_delay=settings["join_delay"], **timeouts)
        self.consumers: dict[str, Consumer] = {}

    def consumer(self, name: str) -> Consumer:
        """The consumer of this name; its habits depend on the seed and on nothing that the others do."""
        if name not in self.consumers:
            habits = (name, self, self.habits, self.reads.get(name, tuple(self.topics)), self.static)
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
        if self.learners:
            answer = self.learners(list(members), dict(self.topics))
            try:
                assignment, left_out = usable(answer, members, self.topics)
            except BadAssignment as bad:
                self.tell("error", who, text=str(bad))
                raise
            if left_out:
                self.tell("note", who, text=f"the assignor leaves {len(left_out)} partitions without a consumer")
        else:
            assert self.built_in
            assignment = self.built_in(members, self.topics)
        if self.protocol == "cooperative":
            assignment, withheld = hold_back(assignment, members)
        shown: dict[str, list[list[Any]]] = {}
        for member_id, given in reversed(assignment.items()):  # should a restarted consumer's old self still be there,
            name = member_id.partition(".")[0]  # it is shown by its id
            shown[member_id if name in shown else name] = listed(given)
        shown = dict(sorted(shown.items(), key=lambda item: int(item[0][1:].partition(".")[0])))
        generation = self.group.epoch if isinstance(self.group, ServerGroup) else self.group.generation
        self.tell("assign", who, assignment=shown, generation=generation, withheld=listed(withheld))
        return assignment


def _sizes(topics: Sequence[str], partitions: int | Mapping[str, int]) -> dict[str, int]:
    """{topic: number of partitions}, or ValueError."""
    if not isinstance(topics, tuple | list) or not topics or not all(isinstance(t, str) and t for t in topics):
        raise ValueError(f"topics must be a tuple of one or more names such as ('orders',), and not {topics!r}")
    sizes = dict(partitions) if isinstance(partitions, Mapping) else dict.fromkeys(topics, partitions)
    if set(sizes) != set(topics):
        raise ValueError(f"partitions names {', '.join(sizes) or 'nothing'}, but the topics are {', '.join(topics)}")
    for topic in topics:
        if isinstance(sizes[topic], bool) or not isinstance(sizes[topic], int) or not 1 <= sizes[topic] <= 1000:
            raise ValueError(f"partitions must be a whole number from 1 to 1000, and not {sizes[topic]!r} ({topic})")
    return {topic: sizes[topic] for topic in topics}


def _subscriptions(wanted: Mapping[str, Sequence[str]], topics: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    for who, its_topics in wanted.items():
        if isinstance(its_topics, str) or not set(its_topics) <= set(topics):
            raise ValueError(f"{who} subscribes to {its_topics!r}: give a tuple of some of {', '.join(topics)}")
    return {who: tuple(its_topics) for who, its_topics in wanted.items()}


def _check(faults: Sequence[Fault], starts: Mapping[str, float], until: float) -> None:
    """Walk through the faults in order of time: is each of them possible when it strikes? ValueError if not."""
    now = dict.fromkeys(starts, "running")
    possible = {
        "join": ("gone", "crashed"),
        "leave": ("running",),
        "crash": ("running", "stalled"),
        "stall": ("running",),
        "return": ("stalled", "crashed", "gone"),
    }
    been = {"running": "is running", "stalled": "has stalled", "crashed": "has crashed", "gone": "has left"}
    for fault in faults:
        if fault.kind not in FAULTS:
            raise ValueError(f"there is no fault {fault.kind!r}; choose one of {', '.join(FAULTS)}")
        what = f"{fault.kind!r} at {fault.t:g} s"
        if not 0 <= fault.t <= until:
            raise ValueError(f"{what} lies outside the run, which goes from 0 to {until:g} s")
        if not re.fullmatch(r"c[1-9]\d{0,3}", fault.who):
            raise ValueError(f"{what}: a consumer is called c1, c2, c3 …, and not {fault.who!r}")
        if fault.t < starts.get(fault.who, 0):
            raise ValueError(f"{what}: {fault.who} starts only at {starts[fault.who]:g} s")
        state = now.get(fault.who)
        if state is None and fault.kind != "join":
            raise ValueError(f"{what}: there is no consumer {fault.who}; at that moment there are {', '.join(now)}")
        if state is not None and state not in possible[fault.kind]:
            raise ValueError(
                f"{what}: {fault.who} {been[state]} by then, so it cannot {fault.kind};"
                f" it can {' or '.join(kind for kind in FAULTS if state in possible[kind])}"
            )
        after = {"leave": "gone", "crash": "crashed", "stall": "stalled"}
        now[fault.who] = after.get(fault.kind, "running")
