"""Scripts that the model and three real brokers both play: what is done, and what each of them says after every step.

A step is a tuple: ("kill", 1), ("stop", 1), ("start", 1), ("wipe", 1), ("cut", 1), ("slow", 1), ("heal", 1),
("prefer", 1); ("lose",) takes away the controller that decides, ("return",) brings back all that are gone;
("write", acks) sends one record to every topic, to whoever leads there, ("write to", 1) with acks=1 to a broker that
may have been deposed. After each step all comes to rest; only then is it looked at.

A step that ends with EITHER can come out in two ways in a real cluster, and is not compared. There is one: where the
last leader comes back with an empty disk, Kafka 4.3.1 elects it at once, or only when the next broker is back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labs.kafka.replication import partition as steps
from labs.kafka.replication.partition import BROKERS, Partition, Rules, fresh

Step = tuple[Any, ...]
EITHER = "either"
CONTROLLERS = 3


@dataclass(frozen=True)
class Topic:
    """A topic of one partition, with its replicas in this order: the first is the preferred leader."""

    name: str
    min_insync: int = 1
    unclean: bool = False
    placed: tuple[int, ...] = BROKERS


@dataclass(frozen=True)
class Scenario:
    """What is done to a cluster that holds these topics."""

    name: str
    topics: tuple[Topic, ...]
    script: tuple[Step, ...]


@dataclass(frozen=True)
class Seen:
    """What is known of a topic at rest; `answer` is that of the last write: "acknowledged", "refused" or "no answer".

    `readable` are the records below the leader's watermark, None where nobody leads, or it is down and nobody decides.
    """

    leader: int
    epoch: int
    isr: tuple[int, ...]
    elr: tuple[int, ...]
    readable: tuple[int, ...] | None
    answer: str = ""


ONE, TWO = Topic("one"), Topic("two", min_insync=2)
UNCLEAN = Topic("unclean", unclean=True)
FOLLOWS = Topic("follows", min_insync=2, placed=(2, 1, 3))  # broker 1 is a follower there
AS_A_FOLLOWER = "the same broker is cut off in a topic that b2 leads"

SCENARIOS = (
    Scenario(
        "the leader is killed, comes back, and is asked to lead again",
        (ONE, TWO),
        (("write", "all"), ("kill", 1), ("write", "all"), ("start", 1), ("write", "all"), ("prefer", 1)),
    ),
    Scenario(
        "all are shut down cleanly, one after the other",
        (ONE, TWO),
        (("write", "all"), ("stop", 3), ("stop", 2), ("write", "all"), ("stop", 1), ("start", 2), ("start", 1),
         ("start", 3)),
    ),
    Scenario(
        "all are killed, one after the other, and come back",
        (ONE, TWO, UNCLEAN),
        (("write", "all"), ("kill", 3), ("kill", 2), ("write", "all"), ("write", "1"), ("kill", 1), ("start", 2),
         ("start", 1), ("start", 3)),
    ),
    Scenario(
        "the last one in sync comes back without its disk",
        (ONE, TWO),
        (("write", "all"), ("kill", 3), ("kill", 2), ("write", "all"), ("kill", 1), ("wipe", 1), ("start", 1, EITHER),
         ("start", 2), ("start", 3)),
    ),
    Scenario(
        "a leader is cut off, and still believes",
        (ONE, FOLLOWS),
        (("write", "all"), ("cut", 1), ("write to", 1), ("write", "all"), ("heal", 1)),
    ),
    Scenario(
        "both followers are slow, one after the other, and catch up",
        (ONE, TWO),
        (("write", "all"), ("slow", 3), ("write", "all"), ("slow", 2), ("write", "all"), ("heal", 2), ("write", "all"),
         ("heal", 3)),
    ),
    Scenario(
        "two controllers are lost, each just before a leader, and return",
        (ONE,),
        (("write", "all"), ("lose",), ("kill", 1), ("write", "all"), ("lose",), ("write", "all"), ("kill", 2),
         ("write", "all"), ("return",), ("start", 2), ("start", 1)),
    ),
)  # fmt: skip


def play(scenario: Scenario, topic: Topic) -> list[Seen]:
    """What the model says after each step of the script, for one of its topics. Numbers are those of the brokers."""
    return [_seen(table, topic) for table in _Table(topic).play(scenario.script)]


@dataclass
class _At:
    p: Partition
    answer: str


class _Table:
    """The script on one topic. Inside, brokers are numbered in the order of its replicas."""

    def __init__(self, topic: Topic) -> None:
        self.topic, self.rules = topic, Rules(topic.min_insync, topic.unclean)
        self.p, self.number, self.clean, self.controllers = fresh(self.rules), 0, set[int](), CONTROLLERS

    def play(self, script: tuple[Step, ...]) -> list[_At]:
        """Where it stands after each step."""
        return [_At(self.p, answer) for step in script for answer in [self._step(step)]]

    def _step(self, step: Step) -> str:
        what, *of = step
        answer = ""
        if what == "write":
            self.number += 1
            answer = self._write(of[0], self.p.leader)
        else:
            broker = self.topic.placed.index(of[0]) + 1 if of else 0
            if what == "write to":
                self.number += 1
                answer = self._write("1", broker)
            else:
                self._happens(what, broker)
        self.p = settled(self.p, self.rules)
        return answer

    def _happens(self, what: str, broker: int) -> None:
        p, rules = self.p, self.rules
        if what == "kill":
            p = self._missed(steps.kill(p, broker))
        elif what == "slow":
            p = p.having(broker, slow=True)
        elif what in ("lose", "return"):
            self.controllers = self.controllers - 1 if what == "lose" else CONTROLLERS
            p = self._missed(p._replace(quorum=self.controllers > CONTROLLERS // 2))
        elif what == "wipe":
            p = steps.kill(p, broker, disk=False)
        elif what == "stop":
            self.clean.add(broker)
            p = steps.stop(p, broker, rules)
        elif what == "start":
            p = steps.start(p, broker, rules, clean=broker in self.clean)
            self.clean.discard(broker)
        elif what == "cut":
            p = steps.fence(steps.cut_off(p, broker), broker, rules)
        elif what == "heal":
            p = steps.heal(p, broker, rules)
        elif what == "prefer":
            p = steps.prefer(p, broker, rules)
        self.p = p

    def _missed(self, p: Partition) -> Partition:
        """The controllers notice which brokers are down, if enough of them are left to decide anything."""
        for broker in BROKERS:
            if p.quorum and not p.of(broker).up and broker not in p.fenced:
                p = steps.fence(p, broker, self.rules)
        return p

    def _write(self, acks: str, to: int) -> str:
        """One record, to this broker."""
        if not to or not self.p.of(to).leads:
            return "no answer"
        if acks == "all" and len(self.p.of(to).isr) < self.topic.min_insync:
            return "refused"
        offset = self.p.of(to).end
        self.p = settled(steps.append(self.p, to, self.number, self.rules), self.rules)
        return "acknowledged" if acks == "1" or self.p.of(to).watermark > offset else "no answer"


def settled(p: Partition, rules: Rules) -> Partition:
    """Followers follow and fetch, and slow ones are taken out of the set, until nothing changes any more."""
    while True:
        before = p
        if late := [b for b in p.isr if p.of(b).slow and p.leader and steps.lags(p, b)]:
            p = steps.shrink(p, late, rules)
        for broker in BROKERS:
            if steps.hears(p, broker):
                stale = p.of(broker).epoch != p.epoch
                p = steps.follow(p, broker, rules) if stale else steps.fetch(p, broker, rules)
        if p == before:
            return p


def _seen(at: _At, topic: Topic) -> Seen:
    p = at.p
    names = dict(zip(BROKERS, topic.placed, strict=True))
    readable = None
    if p.leader and p.of(p.leader).up:
        leader = p.of(p.leader)
        readable = tuple(record.number for record in leader.log[: leader.watermark])
    return Seen(
        names.get(p.leader, -1), p.epoch, tuple(sorted(names[b] for b in p.isr)),
        tuple(sorted(names[b] for b in p.elr)), readable, at.answer,
    )  # fmt: skip


def table() -> Any:
    """Every scenario and topic as the model sees it at its end, as a pandas DataFrame."""
    import pandas

    rows = []
    for scenario in SCENARIOS:
        for topic in scenario.topics:
            seen = play(scenario, topic)
            answers = [s.answer for s in seen]
            safe = [number for number, answer in enumerate(filter(None, answers), 1) if answer == "acknowledged"]
            readable = seen[-1].readable or ()
            rows.append(
                {
                    "what happens": AS_A_FOLLOWER if topic is FOLLOWS else scenario.name,
                    "min.insync": topic.min_insync,
                    "unclean": "on" if topic.unclean else "off",
                    "leader, epoch": f"b{seen[-1].leader}, {seen[-1].epoch}",
                    "in sync": ", ".join(f"b{broker}" for broker in seen[-1].isr),
                    "acknowledged": ", ".join(map(str, safe)),
                    "lost": ", ".join(str(n) for n in safe if n not in readable) or "none",
                }
            )
    return pandas.DataFrame(rows)
