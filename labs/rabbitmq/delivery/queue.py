"""A queue: messages that are ready, messages that are out with a consumer, and the consumers that take turns."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from labs.rabbitmq.delivery.dispatch import Row, dispatch
from labs.rabbitmq.delivery.messages import Message

Dispatch = Callable[[Sequence[str], Sequence[Row]], list[tuple[str, str]]]
OVERFLOWS = ("drop-head", "reject-publish", "reject-publish-dlx")


@dataclass(order=True)
class Entry:
    """A message in its place: `place` grows with every arrival, and a message that comes back finds it again."""

    place: int
    message: Message = field(compare=False)
    expires: float | None = field(compare=False, default=None)
    returned: int = field(compare=False, default=0)  # how often it has come back unacknowledged

    @property
    def redelivered(self) -> bool:
        """The flag that the next consumer sees: somebody may have worked on it already."""
        return self.returned > 0


@dataclass
class Consumer:
    """A consumer on a channel of its own. `unacked` are its messages by delivery tag: 1, 2, 3 …"""

    name: str
    prefetch: int = 0
    auto_ack: bool = False
    unacked: dict[int, Entry] = field(default_factory=dict)
    tags: int = 0

    @property
    def row(self) -> Row:
        """As `dispatch` takes it."""
        return self.name, self.prefetch, len(self.unacked)


@dataclass
class Queue:
    """`arguments` are the x-arguments of its declaration, in RabbitMQ's words and units (milliseconds)."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    durable: bool = True
    give: Dispatch = dispatch
    ready: list[Entry] = field(default_factory=list)
    consumers: dict[str, Consumer] = field(default_factory=dict)
    turns: list[str] = field(default_factory=list)  # who is next; a consumer found without room waits outside
    arrived: int = 0

    def put(self, message: Message, now: float) -> Entry:
        """A new message goes to the end. It expires by the shorter of the queue's time to live and its own."""
        ttl = self.arguments.get("x-message-ttl")
        lives = [t for t in (message.expiration, None if ttl is None else ttl / 1000) if t is not None]
        self.arrived += 1
        entry = Entry(self.arrived, message, now + min(lives) if lives else None)
        self.ready.append(entry)
        return entry

    def put_back(self, entry: Entry) -> None:
        """A message that was out and not acknowledged goes back to its old place."""
        entry.returned += 1
        insort(self.ready, entry)

    @property
    def full(self) -> bool:
        """Whether one more would be too many. Only ready messages count."""
        most = self.arguments.get("x-max-length")
        return most is not None and len(self.ready) >= most

    def head_expires(self) -> float | None:
        """When the message at the head is due to expire. Those behind it are not looked at, however old."""
        return self.ready[0].expires if self.ready else None

    def hand_out(self) -> Iterator[tuple[Consumer, Entry]]:
        """Give ready messages to consumers with room, in turn, until either runs out."""
        while self.ready and self.turns:
            entry = self.ready[0]
            given = self.give([entry.message.id], [self.consumers[name].row for name in self.turns])
            place = self.turns.index(given[0][1]) if given else len(self.turns)
            chosen = self.turns[place : place + 1]
            self.turns = self.turns[place + 1 :] + chosen  # those before it were found without room: out of turn
            for name in chosen:
                consumer = self.consumers[name]
                consumer.tags += 1
                del self.ready[0]
                if not consumer.auto_ack:
                    consumer.unacked[consumer.tags] = entry
                yield consumer, entry

    def has_room(self, name: str) -> None:
        """A consumer that has given messages back, or done with them, takes its turn again, behind the others."""
        if name not in self.turns:
            self.turns.append(name)
