"""What can be set in a run of `rebalance` and what can go wrong in it, with the limits of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labs.kafka.groups.assignors import ASSIGNORS
from labs.kafka.groups.members import Assignor
from labs.kafka.groups.server_assignors import server_range_assign, server_uniform_assign
from labs.kit.limits import (
    A,
    Each,
    Either,
    Function,
    Limits,
    Maybe,
    Number,
    OneOf,
    Text,
    Whole,
    YesNo,
    check_faults,
    check_settings,
    settle,
)
from labs.kit.trace import Fault

# protocol → the assignors that go with it, the default first. (In Kafka, range comes first in the default list of the
# classic protocol, and range is eager; cooperative rebalancing has to be asked for by naming cooperative-sticky.)
PROTOCOLS: dict[str, dict[str, Assignor]] = {
    "eager": {name: ASSIGNORS[name] for name in ("range", "roundrobin", "sticky")},
    "cooperative": {"cooperative-sticky": ASSIGNORS["cooperative-sticky"]},
    "kip848": {"uniform": server_uniform_assign, "range": server_range_assign},
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be set in a run of `rebalance` (which explains it). Times are in seconds; the defaults are Kafka's."""

    consumers: int = 4
    partitions: int | Mapping[str, int] = 4  # per topic, or {topic: how many}
    topics: Sequence[str] = ("orders",)
    assignor: str | None = None  # None: the protocol's own default
    protocol: str = "eager"  # one of PROTOCOLS
    session_timeout: float = 45.0
    heartbeat: float | None = None  # the interval; None: 3 s, with kip848 5 s
    max_poll_interval: float = 300.0  # which is the rebalance timeout as well
    join_delay: float = 3.0  # group.initial.rebalance.delay.ms
    static: bool = False  # has each consumer a group.instance.id?
    assign: Assignor | None = None  # in place of the assignor
    subscriptions: Mapping[str, Sequence[str]] | None = None  # {consumer: topics}; the others read all topics
    until: float = 120.0
    stagger: float = 0.2  # between the starts of two consumers
    latency: float = 0.05  # one way
    heartbeats: bool = False  # show every heartbeat, not only those whose answer is news

    @property
    def sizes(self) -> dict[str, int]:
        """{topic: number of partitions}."""
        if isinstance(self.partitions, Mapping):
            return {topic: self.partitions[topic] for topic in self.topics}
        return dict.fromkeys(self.topics, self.partitions)

    @property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """{consumer: its topics}, of those that do not read all of them."""
        return {who: tuple(topics) for who, topics in (self.subscriptions or {}).items()}

    @property
    def starts(self) -> dict[str, float]:
        """When which consumer starts: {c1: 0.0, c2: …}."""
        return {f"c{i + 1}": i * self.stagger for i in range(self.consumers)}


PARTITIONS = Whole(1, 1000)
LIMITS: Limits = {
    "consumers": Whole(1, 100),
    "partitions": Either(PARTITIONS, A(Mapping, "{topic: how many}")),
    "topics": Each(Text(), 1),
    "assignor": Maybe(Text()),
    "protocol": OneOf(PROTOCOLS),
    "session_timeout": Number(1, 1800, "seconds"),
    "heartbeat": Maybe(Number(0.1, 600, "seconds")),
    "max_poll_interval": Number(1, 86400, "seconds"),
    "join_delay": Number(0, 300, "seconds"),
    "static": YesNo(),
    "assign": Maybe(Function("members and topics")),
    "subscriptions": Maybe(A(Mapping, "{consumer: its topics}")),
    "until": Number(1, 3600, "seconds"),
    "stagger": Number(0, 60, "seconds"),
    "latency": Number(0.001, 1, "seconds"),
    "heartbeats": YesNo(),
}


def settled(given: Mapping[str, Any], seed: int) -> Settings:
    """The settings of a run, each with a value. ValueError, in one sentence, for what cannot be."""
    chosen = settle(Settings, LIMITS, given, seed)
    beat = 5.0 if chosen.protocol == "kip848" else 3.0
    assignors = list(PROTOCOLS[chosen.protocol])
    chosen = replace(
        chosen,
        heartbeat=beat if chosen.heartbeat is None else chosen.heartbeat,
        assignor=assignors[0] if chosen.assignor is None else chosen.assignor,
    )
    if chosen.assignor not in assignors and chosen.assign is None:
        raise ValueError(
            f"there is no assignor {chosen.assignor!r} for protocol {chosen.protocol!r}; "
            f"choose {' or '.join(assignors)}"
        )
    least = (chosen.heartbeat or beat) + 2 * chosen.latency
    if chosen.session_timeout <= least:
        raise ValueError(
            f"session_timeout ({chosen.session_timeout} s) must be longer than a heartbeat interval and the way there"
            f" and back ({least:g} s), or every member is taken for dead between two heartbeats"
        )
    _check_topics(chosen)
    return chosen


def _check_topics(chosen: Settings) -> None:
    topics = ", ".join(chosen.topics)
    if isinstance(chosen.partitions, Mapping):
        if set(chosen.partitions) != set(chosen.topics):
            named = ", ".join(map(str, chosen.partitions)) or "nothing"
            raise ValueError(f"partitions names {named}, but the topics are {topics}")
        for size in chosen.partitions.values():
            check_settings({"partitions": PARTITIONS}, {"partitions": size})
    for who, its in (chosen.subscriptions or {}).items():
        if not Each(OneOf(chosen.topics)).allows(its):
            raise ValueError(f"{who} subscribes to {its!r}: give a tuple of some of {topics}")


# ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────────────

# A fault, the states in which it can find a consumer, and the state in which it leaves it.
FAULTS = {
    "join": (("gone", "crashed"), "running"),
    "leave": (("running",), "gone"),
    "crash": (("running", "stalled"), "crashed"),
    "stall": (("running",), "stalled"),
    "return": (("stalled", "crashed", "gone"), "running"),
}
_BEEN = {
    "running": "is still running", "stalled": "has already stalled", "crashed": "has already crashed",
    "gone": "has already left",
}  # fmt: skip


def possible(faults: Iterable[Fault], settings: Settings) -> tuple[Fault, ...]:
    """The faults in order of time, if each is possible at the moment at which it strikes; else ValueError."""
    faults = check_faults(faults, FAULTS, settings.until, "consumer")
    starts = settings.starts
    now = dict.fromkeys(starts, "running")
    for fault in faults:
        what = f"{fault.kind!r} at {fault.t:g} s"
        if not re.fullmatch(r"c[1-9]\d{0,3}", fault.who):
            raise ValueError(f"{what}: a consumer is called c1, c2, c3 …, and not {fault.who!r}")
        if fault.t < starts.get(fault.who, 0):
            raise ValueError(f"{what}: {fault.who} starts only at {starts[fault.who]:g} s")
        state, (finds, leaves) = now.get(fault.who), FAULTS[fault.kind]
        if state is None and fault.kind != "join":
            raise ValueError(f"{what}: there is no consumer {fault.who}; at that moment there are {', '.join(now)}")
        if state is not None and state not in finds:
            *others, last = (kind for kind, (states, _) in FAULTS.items() if state in states and kind != "join")
            able = f"{', '.join(others)} or {last}" if others else last
            raise ValueError(f"{what}: {fault.who} {_BEEN[state]}, so it cannot {fault.kind}; it can {able}")
        now[fault.who] = leaves
    return faults
