"""A consumer that speaks the classic protocol with coordinator.py: JoinGroup, SyncGroup, Heartbeat (KIP-62).

*Eager*: it stops reading everything before it joins again. *Cooperative* (KIP-429): it reads on while it joins, and
gives up only what the new assignment does not have any more; having done so, it joins once more, so that a second round
can give that to its new owner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kafka.groups.consumers import FATAL, Consumer
from labs.kafka.groups.coordinator import Answer, Coordinator, Reply
from labs.kafka.groups.members import Assignment, Member, Partition


class ClassicConsumer(Consumer):
    """JoinGroup, SyncGroup, Heartbeat. `assign(members, leader's name)` runs the assignor, should this one lead."""

    def __init__(
        self, group: Coordinator, assign: Callable[[tuple[Member, ...], str], Assignment], *args: Any, **named: Any
    ) -> None:
        self.group: Coordinator = group
        self.assign = assign
        super().__init__(*args, **named)

    def _reset(self) -> None:
        super()._reset()
        self.kept: tuple[Partition, ...] = ()  # its last assignment, of which an eager sticky assignor is told
        self.due = False  # has it heard that it should join again?
        self.step = "out"  # "joining", "syncing", "in"
        self.given: tuple[Partition, ...] | None = None  # an assignment that waits for a poll

    def join(self) -> None:
        """JoinGroup. Its heartbeats rest until the answer comes; the coordinator knows that it is there."""
        if self.status == "closing":
            return
        self.step, self.joining, self.due, self.beating = "joining", True, False, False
        me = self.me(self.owned if self.habits.cooperative else self.kept if self.habits.remembers else ())
        life = self.life

        def request(reply: Reply) -> None:
            member_id = self.group.join(self.name, me, reply)
            if self.life == life and self.step == "joining":
                self.member_id = member_id

        self.wire.ask(self, "JoinGroup", request, self._joined)

    def _joined(self, answer: Answer) -> None:
        if self.step != "joining" or self.status == "closing":
            return
        if answer.error:
            return self._refused(answer.error)
        self.step, self.beating = "syncing", True
        self.member_id, self.generation = answer.member_id, answer.generation
        assignment = self.assign(answer.members, self.name) if answer.members else None
        me = self.me()
        self.wire.ask(self, "SyncGroup", lambda reply: self.group.sync(me, assignment, reply), self._synced)

    def _synced(self, answer: Answer) -> None:
        if self.step != "syncing" or self.status == "closing":
            return
        if answer.error:
            return self._refused(answer.error)
        self.step, self.given = "in", answer.partitions
        self.poll()

    def _refused(self, error: str) -> None:
        """What it waited for in its poll did not come about: it tries again, in this poll unless it hangs."""
        self.step, self.joining = "in", False
        if error == "REBALANCE_IN_PROGRESS":
            self.due = True
        else:
            self.out = error
        self.poll()

    def _take_up(self) -> None:
        """The end of a rebalance for this consumer, unless (cooperative) it has to hand something on."""
        given, self.given, self.joining = self.given or (), None, False
        self.kept, self.taken = given, set()
        self.resume()
        moving = self.owned - set(given)
        if moving:
            self.give_up(moving, "moving")
        self.take(set(given) - self.owned)
        if moving:  # so that a second round can give it to its new owner
            self.commit(lambda error: self.join())
        elif self.due:
            self.wake()

    def _start_over(self, error: str) -> None:
        """The coordinator does not know this member, or not in this generation: lose everything and join anew."""
        self.lose()
        if error != "ILLEGAL_GENERATION":
            self.member_id = ""
        self.generation, self.kept, self.given, self.out = -1, (), None, None
        self.join()

    def beat(self) -> None:
        """Heartbeat. The answer may be that a rebalance has begun, which is dealt with at the next poll."""
        me = self.me()

        def news(answer: Answer) -> bool:
            return answer.error is not None and not self.due and not self.out and self.generation == me.generation

        def heard(answer: Answer) -> None:
            if self.step == "joining" or self.generation != me.generation:
                return  # it has moved on since
            if answer.error == "REBALANCE_IN_PROGRESS":
                self.due = True
                self.wake()
            elif answer.error:
                self.out, self.beating = answer.error, False
                self.wake()

        self.wire.ask(self, "Heartbeat", lambda reply: reply(Answer(self.group.heartbeat(me))), heard, news)

    def poll(self) -> None:
        """Join again if that is due. Eager: stop reading everything first. Cooperative: read on meanwhile."""
        if self.status != "up" or self.committing:
            return
        if self.out and self.step != "joining":
            self._start_over(self.out)
        elif self.given is not None:
            self._take_up()
        elif self.due and not self.joining:
            if self.owned and not self.habits.cooperative:
                self.pause("rebalance")
                self.give_up(self.owned, "rebalance")
                self.commit(lambda error: self._start_over(error) if error in FATAL else self.join())
            else:
                self.join()

    def give_in(self) -> None:
        """A dynamic member leaves; a static one just falls silent, and has until its session ends (KIP-345)."""
        self.step = "out"
        if self.instance_id:
            self.wire.tell("note", self.name, text="no poll for max.poll.interval: static, so it only falls silent")
        else:
            self.wire.tell("expired", self.name, why="max poll interval", member=self.member_id)
            self.goodbye()

    def goodbye(self) -> None:
        """LeaveGroup, which a static member does not send: it may be back soon."""
        if not self.instance_id:
            me = self.me()
            self.wire.ask(self, "LeaveGroup", lambda reply: reply(Answer(self.group.leave(me))), lambda answer: None)
