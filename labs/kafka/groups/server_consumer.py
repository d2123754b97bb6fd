"""A consumer that speaks KIP-848's protocol with server_group.py: ConsumerGroupHeartbeat, and nothing else.

The broker says what it may read. It gives up what is no longer allowed, takes what is newly allowed, and says so.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from labs.kafka.groups.consumers import Consumer
from labs.kafka.groups.coordinator import Answer
from labs.kafka.groups.members import Member, Partition
from labs.kafka.groups.server_group import JOIN, LEAVE, LEAVE_FOR_A_WHILE, ServerGroup


class ServerConsumer(Consumer):
    """ConsumerGroupHeartbeat for everything; the broker says what to read, and this consumer follows."""

    def __init__(self, group: ServerGroup, *args: Any, **named: Any) -> None:
        self.group: ServerGroup = group
        super().__init__(*args, **named)

    def _reset(self) -> None:
        super()._reset()
        self.target: set[Partition] = set()  # what the broker last said it may read
        self.in_flight = self.unsaid = self.refused = False
        self.turn = 0  # counts its joins, so that an answer to a heartbeat before that is not taken for one after it

    def join(self) -> None:
        """A heartbeat at epoch 0. The client makes up its own member id."""
        self.member_id = self.member_id or (self.name if self.life == 1 else f"{self.name}.{self.life}")
        self.generation, self.out, self.target, self.beating = JOIN, None, set(), True
        self.in_flight, self.turn = False, self.turn + 1
        self._send(())

    def beat(self) -> None:
        """A heartbeat that has nothing to say but that the member lives."""
        if not self.in_flight:
            self._send(None if self.generation > JOIN else ())

    def _send(self, owned: Collection[Partition] | None) -> None:
        if self.in_flight:  # one at a time: what the consumer owns is said after the answer that is on its way
            self.unsaid = True
            return
        self.in_flight, self.unsaid = True, False
        me, turn, said = self.me(), self.turn, None if owned is None else tuple(owned)

        def news(answer: Answer) -> bool:
            if answer.error:
                return not self.refused
            return (answer.generation, set(answer.partitions)) != (self.generation, self.target)

        self.wire.ask(
            self,
            "ConsumerGroupHeartbeat",
            lambda reply: reply(self.group.heartbeat(self.name, me, said)),
            lambda answer: self._heard(answer) if self.turn == turn else None,
            news if said is None or self.refused else None,
        )

    def _heard(self, answer: Answer) -> None:
        self.in_flight = False
        if self.out or self.status == "closing":
            return
        if answer.error == "UNRELEASED_INSTANCE_ID":  # the client gives up here; whoever runs it starts it again
            if not self.refused:
                text = "its instance id is still taken: it stops with an error and is started again"
                self.wire.tell("note", self.name, text=text)
            self.refused = True
        elif answer.error:
            self.out, self.beating = answer.error, False
            self.wake()
        else:
            target = set(answer.partitions)
            changed = target != self.target
            self.generation, self.target, self.refused = answer.generation, target, False
            if target != self.owned:
                self.wake()
            elif changed or self.unsaid:
                self._send(self.owned)

    def poll(self) -> None:
        """Follow the broker: give up what it no longer allows, take what it newly allows, and say so at once."""
        if self.status != "up" or self.committing:
            return
        if self.out:
            self.lose()
            self.join()
        elif moving := self.owned - self.target:
            self.give_up(moving, "moving")
            self.commit(lambda error: self._followed())
        elif self.target != self.owned:
            self._followed()

    def _followed(self) -> None:
        if self.status == "closing" or self.out:
            return self.wake()
        if self.status == "up":
            self.resume()
            self.take(self.target - self.owned)
        self._send(self.owned)
        if self.owned != self.target:
            self.wake()

    def give_in(self) -> None:
        """The background thread leaves; a static member leaves for a while, so that its partitions wait for it."""
        if self.instance_id:
            self.wire.tell("note", self.name, text="no poll for max.poll.interval: static, so it leaves for a while")
        else:
            self.wire.tell("expired", self.name, why="max poll interval", member=self.member_id)
        self.goodbye()

    def goodbye(self) -> None:
        """A heartbeat at epoch -1, or -2 for a static member."""
        epoch = LEAVE_FOR_A_WHILE if self.instance_id else LEAVE
        me = Member(self.member_id, self.topics, self.instance_id, (), epoch)
        self.wire.ask(
            self,
            "ConsumerGroupHeartbeat",
            lambda reply: reply(self.group.heartbeat(self.name, me, ())),
            lambda answer: None,
        )
