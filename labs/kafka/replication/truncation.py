"""Three stories in which a log has to be cut, from KIP-101 and KIP-279, each with the cut of its day and a later one.

Two brokers, step by step, one step a second. The rules are those of partition.py; only how a follower truncates
differs. The brokers are those of old, without eligible leader replicas: one that is quickly back has not left the set.
"""

from __future__ import annotations

from collections.abc import Callable

from labs.kafka.replication import partition as steps
from labs.kafka.replication.partition import Rules, fresh
from labs.kafka.replication.story import Story, name
from labs.kit.limits import OneOf, check_faults, check_settings
from labs.kit.trace import Fault, Trace

WAYS = {
    "watermark": "to the watermark (before 0.11)",
    "once": "by epoch, asked once (KIP-101)",
    "epoch": "by epoch (KIP-279, today)",
}
STORY_TITLES = {"restart": "a quick restart", "power": "a power cut", "flapping": "leadership moves twice"}


def truncated(
    *, story: str = "restart", truncation: str = "epoch", faults: tuple[Fault, ...] = (), seed: int = 0
) -> Trace:
    """Play a story: "restart" and "power" are KIP-101's two, "flapping" is KIP-279's."""
    check_settings(
        {"story": OneOf(tuple(STORIES)), "truncation": OneOf(tuple(WAYS))}, {"story": story, "truncation": truncation}
    )
    check_faults(faults, ())
    trace = Trace({"story": story, "truncation": truncation, "min_insync": 1, "acks": "all"}, (), seed, end=13.0)
    play = _Play(Rules(elr=False, unclean=story == "flapping", truncation=truncation), trace)
    STORIES[story](play)
    return play.story.close(13.0)


class _Play:
    """The words in which a story is written. Each takes the time at which it happens."""

    def __init__(self, rules: Rules, trace: Trace) -> None:
        self.rules, self.trace = rules, trace
        self.story = Story(fresh(rules, (1, 2)), trace)
        self.asked: dict[int, int] = {}  # record → the broker that owes the producer an answer

    def write(self, t: float, number: int) -> None:
        """The leader writes a record."""
        p = self.story.p
        self.trace.emit(t, "sent", "producer", number=number, to=name(p.leader), again=False)
        self.asked[number] = p.leader
        self.story.become(t, steps.append(p, p.leader, number, self.rules))
        self._acks(t)

    def fetch(self, t: float, broker: int, answered: bool = True) -> None:
        """A round; if it is not `answered`, the leader hears of it and the follower hears nothing."""
        before = self.story.p.of(broker)
        p = steps.fetch(self.story.p, broker, self.rules)
        if not answered:
            p = p.having(broker, log=before.log, watermark=before.watermark)
        self.story.become(t, p)
        self._acks(t)

    def die(self, t: float, broker: int, *, kept: int | None = None, missed: bool = True) -> None:
        """It stops. `kept`: how many records had reached the disk. `missed`: the controllers notice."""
        self.trace.emit(t, "kill", name(broker))
        self.asked = {number: by for number, by in self.asked.items() if by != broker}  # the connection is gone
        p = steps.kill(self.story.p, broker)
        if kept is not None:
            p = p.having(broker, log=p.of(broker).log[:kept], watermark=min(p.of(broker).watermark, kept))
        self.story.become(t, steps.fence(p, broker, self.rules) if missed else p)

    def back(self, t: float, broker: int) -> None:
        """It comes back, and follows whoever leads."""
        self.trace.emit(t, "back", name(broker), empty=False)
        p = self.story.p.having(broker, up=True)
        if p.leader == broker:
            p = steps.in_office(p, self.rules)  # it was elected before anybody had missed it
        self.story.become(t, steps.unfence(p, broker, self.rules) if broker in p.fenced else p)

    def follow(self, t: float, broker: int) -> None:
        """Before it fetches it cuts its log, if there is anything to cut."""
        self.trace.emit(t, "follows", name(broker), leader=name(self.story.p.leader))
        before = self.story.p.of(broker).end
        self.story.become(t, steps.follow(self.story.p, broker, self.rules))
        if self.story.p.of(broker).end == before:
            self.tell(t, "It cuts nothing.")

    def _acks(self, t: float) -> None:
        leader = self.story.p.of(self.story.p.leader)
        for offset, record in enumerate(leader.log[: leader.watermark]):
            if self.asked.get(record.number) == self.story.p.leader:
                self.story.ack(t, record.number, offset)

    def tell(self, t: float, text: str) -> None:
        """What this is about, in a sentence."""
        self.trace.emit(t, "tell", "story", text=text)


def _restart(play: _Play) -> None:
    play.write(1, 1)
    play.tell(1, "Two brokers. b1 leads, and writes record 1.")
    play.fetch(2, 2)
    play.fetch(3, 2)
    play.write(4, 2)
    play.fetch(5, 2)
    play.tell(5, "b2 has copied records 1 and 2.")
    play.fetch(6, 2, answered=False)
    play.tell(6, "b1 hears of it: its watermark is 2, and record 2 is acknowledged. Its answer does not reach b2.")
    play.tell(7, "b2 is restarted. Its own watermark still stands at 1.")
    play.die(7, 2, missed=False)
    play.back(8, 2)
    play.tell(9, "Before it fetches, b2 looks for what it has to cut off.")
    play.follow(9, 2)
    play.tell(10.5, "At that moment b1 dies. b2 is in sync, so it is elected.")
    play.die(10.5, 1)


def _power(play: _Play) -> None:
    play.write(1, 1)
    play.fetch(2, 2)
    play.write(3, 2)
    play.fetch(4, 2)
    play.fetch(5, 2)
    play.tell(5, "Both have records 1 and 2, and both are acknowledged.")
    play.tell(6, "A power cut at both. On b2 record 2 had not reached the disk yet.")
    play.die(6, 2, kept=1, missed=False)
    play.die(6, 1)
    play.back(7, 2)
    play.tell(7.5, "b2 comes up first, and leads. Record 2 is gone: no cut can bring it back.")
    play.write(8, 3)
    play.tell(8, "b2 writes record 3, at the offset where b1 still has record 2.")
    play.back(9, 1)
    play.tell(10, "b1 comes back. Before it fetches, it looks for what it has to cut off.")
    play.follow(10, 1)
    play.fetch(11, 1)
    play.tell(11.5, "It fetches from its log end on. Do the two logs agree?")


def _flapping(play: _Play) -> None:
    play.write(1, 1)
    play.fetch(2, 2)
    play.fetch(3, 2)
    play.write(4, 2)
    play.tell(4, "Both have record 1. Record 2 is written by b1 alone.")
    play.tell(5, "b1 dies before b2 has fetched.")
    play.die(5, 1)
    play.write(6, 3)
    play.tell(6, "b2 writes record 3, in epoch 1.")
    play.tell(7, "b2 dies as well.")
    play.die(7, 2)
    play.tell(8, "b1 comes back first, and is elected uncleanly: it never had record 3.")
    play.back(8, 1)
    play.write(9, 4)
    play.tell(9, "b1 writes record 4.")
    play.back(10, 2)
    play.tell(11, "b2 comes back. Before it fetches, it looks for what to cut. The leader does not know its epoch 1.")
    play.follow(11, 2)
    play.fetch(12, 2)
    play.tell(12, "It fetches from its log end on. Do the two logs agree?")


STORIES: dict[str, Callable[[_Play], None]] = {"restart": _restart, "power": _power, "flapping": _flapping}


def diverged(trace: Trace) -> list[int]:
    """The offsets at which two brokers hold different records, at the end."""
    logs = [e["log"] for e in trace.of("end") if e["log"]]
    shortest = min(map(len, logs), default=0)
    return [offset for offset in range(shortest) if len({tuple(log[offset]) for log in logs}) > 1]
