"""The consumers of a group, as small state machines: what a client does with the coordinator's answers.

Two threads live in a client, and the difference between them explains most surprises. The *application's* thread calls
poll, works on what it got, and calls poll again; only there are partitions revoked, joined for and taken up. The
*background* thread heartbeats. So an application that hangs (`stall`) still looks alive, until the background thread
sees that no poll came for max.poll.interval and gives up on its behalf.

Here is what all clients share; classic_consumer.py and server_consumer.py have what the two protocols do differently.
Partitions that are revoked in order are committed first, as an application does in its rebalance listener.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from labs.kafka.groups.coordinator import Answer, Coordinator, Reply
from labs.kafka.groups.members import Member, Partition
from labs.kafka.groups.server_group import ServerGroup
from labs.kit.trace import Clock, Event

FATAL = ("UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID", "FENCED_MEMBER_EPOCH")


@dataclass(frozen=True)
class Habits:
    """What all consumers of a run have in common; times in seconds."""

    cooperative: bool = False
    remembers: bool = False  # eager: does it tell the assignor what it had before (as Kafka's sticky assignor does)?
    heartbeat: float = 3.0
    max_poll_interval: float = 300.0


class Wire:
    """The network between consumers and coordinator, `latency` seconds each way, and the diary of all that happens."""

    def __init__(self, clock: Clock, latency: float, heartbeats: bool) -> None:
        self.clock, self.latency, self.heartbeats = clock, latency, heartbeats
        self.diary: list[Event] = []

    def tell(self, kind: str, who: str, **data: Any) -> None:
        """Write down what happens now."""
        self.diary.append(Event(round(self.clock.now, 6), kind, who, data))

    def ask(
        self,
        consumer: Consumer,
        what: str,
        request: Callable[[Reply], None],
        heard: Reply,
        worth_telling: Callable[[Answer], bool] | None = None,
    ) -> None:
        """Send a request; `heard` gets the answer, unless the consumer that asked is no more when it arrives.

        With `worth_telling` the pair is written down only if that is true of the answer (or all heartbeats are wanted).
        """
        life, sent = consumer.life, self.clock.now
        message = {"to": "coordinator", "what": what, "arrives": round(sent + self.latency, 6)}
        telling = worth_telling is None or self.heartbeats
        if telling:
            self.tell("send", consumer.name, **message)

        def answered(answer: Answer) -> None:
            arrives = self.clock.now + self.latency
            if not telling and worth_telling and worth_telling(answer):  # now one knows; the diary is sorted at the end
                self.diary.append(Event(round(sent, 6), "send", consumer.name, message))
            if telling or (worth_telling and worth_telling(answer)):
                data = {"to": consumer.name, "what": what, "arrives": round(arrives, 6), "error": answer.error}
                self.tell("answer", "coordinator", **data)
            self.clock.at(arrives, lambda: heard(answer) if consumer.life == life else None)

        self.clock.after(self.latency, lambda: request(answered))


class Consumer:
    """What both protocols share: a life, a poll loop, partitions to read, and the things that can befall it."""

    def __init__(
        self, name: str, wire: Wire, habits: Habits, topics: tuple[str, ...], static: bool, random: Random
    ) -> None:
        self.name, self.wire, self.clock, self.habits, self.topics = name, wire, wire.clock, habits, topics
        self.instance_id = name if static else None
        self.batch = random.uniform(0.2, 0.6)  # seconds of work between two polls
        self.phase = random.random() * habits.heartbeat  # its heartbeats are not in step with the others'
        self.life = 0  # which process this is: a restart begins another
        self.status = "down"  # "up", "stalled", "closing"
        self._reset()

    def _reset(self) -> None:
        self.member_id, self.generation = "", -1
        self.owned: set[Partition] = set()
        self.out: str | None = None  # the error by which it learned that it is no longer a member
        self.hung = -1.0  # when it last polled, if its application hangs
        self.beating = self.awake = self.paused = False
        self.joining = self.committing = False  # what a poll may be waiting for
        self.taken: set[Partition] = set()  # of what it owns: what the group has taken from it without its knowing

    # ---- what befalls it --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """The process starts and the application subscribes."""
        self._reset()
        self.life += 1
        self.status, self.born = "up", self.clock.now
        self.wire.tell("start", self.name)
        self._heartbeats(self.life, self.clock.now + self.phase)
        self.join()

    def crash(self) -> None:
        """The process dies; nobody is told."""
        self.wire.tell("crash", self.name)
        self._end()

    def leave(self) -> None:
        """The application closes its consumer."""
        self.wire.tell("leave", self.name)
        self.status, self.beating = "closing", False
        if self.owned:
            self.give_up(self.owned, "leave")
            self.commit(lambda error: self._close())
        else:
            self._close()

    def stall(self) -> None:
        """The application hangs: no more polls. If it hangs for too long, the background thread draws the line."""
        self.wire.tell("stall", self.name)
        self.status = "stalled"
        life, last_poll = (
            self.life,
            self.clock.now if self.joining or self.committing else max(self.born, self._poll_after() - self.batch),
        )
        self.hung = last_poll

        def too_long() -> None:
            if self.life == life and self.status == "stalled" and self.hung == last_poll and not self.out:
                self.beating, self.out = False, "UNKNOWN_MEMBER_ID"
                self.give_in()

        self.clock.at(max(self.clock.now, last_poll + self.habits.max_poll_interval), too_long)

    def come_back(self) -> None:
        """A hanging application goes on: it commits the work that it has finished, then polls and finds out."""
        self.wire.tell("return", self.name)
        self.status, self.hung = "up", -1.0
        if not self.owned or self.joining or self.committing:  # it hung in the middle of a poll
            return self.poll()

        def committed(error: str | None) -> None:
            self.out = self.out or (error if error in FATAL else None)
            self.poll()

        self.commit(committed)

    def _close(self) -> None:
        if self.member_id:
            self.goodbye()
            self._end()
        else:  # its first JoinGroup is still on its way
            life = self.life
            self.clock.after(self.wire.latency, lambda: self._close() if self.life == life else None)

    def _end(self) -> None:
        self._reset()
        self.life += 1
        self.status = "down"

    # ---- polling and heartbeating -----------------------------------------------------------------------------------

    def _poll_after(self) -> float:
        """When the application polls next."""
        return self.born + ((self.clock.now - self.born) // self.batch + 1) * self.batch

    def wake(self) -> None:
        """There is something to do at the next poll; a consumer that has nothing to work on sits in a poll already."""
        if not self.awake and self.status == "up":
            self.awake, life = True, self.life

            def polls() -> None:
                if self.life == life:
                    self.awake = False
                    self.poll()

            self.clock.at(self._poll_after() if self.owned else self.clock.now, polls)

    def _heartbeats(self, life: int, t: float) -> None:
        def beat() -> None:
            if self.life == life:
                self._heartbeats(life, self.clock.now + self.habits.heartbeat)
                if self.beating:
                    self.beat()

        self.clock.at(t, beat)

    # ---- partitions -------------------------------------------------------------------------------------------------

    def take(self, partitions: Collection[Partition]) -> None:
        """Begin to read these."""
        if partitions:
            self.owned |= set(partitions)
            self.wire.tell("own", self.name, partitions=listed(partitions))

    def give_up(self, partitions: Collection[Partition], why: str) -> None:
        """Stop reading these, in order: what is done so far can be committed."""
        gone = listed(partitions)
        self.owned -= set(partitions)
        self.wire.tell("revoke", self.name, partitions=gone, why=why)

    def lose(self) -> None:
        """It finds out that it is out of the group: what it believed to own may have another owner by now."""
        if self.owned:
            self.wire.tell("lost", self.name, partitions=listed(self.owned))
            self.pause("fenced")
        self.owned, self.taken = set(), set()

    def pause(self, why: str) -> None:
        """It had partitions, and reads nothing until it is told what is next."""
        if not self.paused:
            self.paused = True
            self.wire.tell("pause", self.name, why=why)

    def resume(self) -> None:
        """It knows what is next."""
        if self.paused:
            self.paused = False
            self.wire.tell("resume", self.name)

    def commit(self, then: Callable[[str | None], None]) -> None:
        """OffsetCommit, waited for."""
        me = self.me()

        def heard(answer: Answer) -> None:
            self.committing = False
            self.wire.tell("commit", self.name, ok=answer.error is None, error=answer.error)
            then(answer.error)

        self.committing = True
        self.wire.ask(self, "OffsetCommit", lambda reply: reply(Answer(self.group.commit(me))), heard)

    def me(self, owned: Iterable[Partition] = ()) -> Member:
        """What it says about itself in a request."""
        return Member(self.member_id, self.topics, self.instance_id, tuple(sorted(owned)), self.generation)

    # ---- what the protocols do in their own ways --------------------------------------------------------------------

    group: Coordinator | ServerGroup

    def join(self) -> None:
        """Ask to be let in, or in again."""
        raise NotImplementedError

    def beat(self) -> None:
        """Send a heartbeat."""
        raise NotImplementedError

    def poll(self) -> None:
        """The application polls: do what is due."""
        raise NotImplementedError

    def give_in(self) -> None:
        """max.poll.interval has passed without a poll: the background thread acts."""
        raise NotImplementedError

    def goodbye(self) -> None:
        """The last message of a consumer that closes."""
        raise NotImplementedError


def listed(partitions: Iterable[Partition]) -> list[list[Any]]:
    """Partitions in order, in a form that JSON knows."""
    return [[topic, number] for topic, number in sorted(partitions)]
