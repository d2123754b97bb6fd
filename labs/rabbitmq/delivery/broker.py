"""A broker with exchanges, queues and consumers, on a virtual clock. What is declared, is declared in pika's words.

    broker = Broker()
    broker.exchange_declare("orders", "topic")
    broker.queue_declare("billing", arguments={"x-message-ttl": 5000})
    broker.queue_bind("billing", "orders", "order.*")
    broker.publish(0.0, Message("m1", "orders", "order.new"))
    broker.consume(1.0, "billing", "c1", prefetch=1)
    broker.ack(2.0, "c1", 1)

It is one virtual host. What it leaves out: connections, permissions, exchange-to-exchange bindings, priorities. What
a crash does to it is the room `survival`. Every consumer has a channel of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labs.kit.trace import Trace
from labs.rabbitmq.delivery.dispatch import dispatch
from labs.rabbitmq.delivery.messages import Message
from labs.rabbitmq.delivery.queue import OVERFLOWS, Consumer, Dispatch, Entry, Queue
from labs.rabbitmq.routing.exchanges import KINDS, Binding, Exchange

HEARD = {"ack": "confirm", "nack": "refuse", "returned": "return"}  # as the trace calls what a publisher hears


class Broker:
    """See the module's text. Everything that happens is written into `trace`; times must not run backwards."""

    def __init__(self, trace: Trace | None = None, give: Dispatch = dispatch) -> None:
        self.trace = Trace() if trace is None else trace
        self.exchanges = {"": Exchange("", durable=True)}
        for kind in KINDS:  # every broker has one of each kind from the start
            self.exchanges[f"amq.{kind}"] = Exchange(f"amq.{kind}", kind, durable=True)
        self.queues: dict[str, Queue] = {}
        self.give, self.now = give, 0.0

    # ---- declaring --------------------------------------------------------------------------------------------------

    def exchange_declare(
        self, exchange: str, exchange_type: str = "direct", *, durable: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Make an exchange of a kind of KINDS; the argument `alternate-exchange` names the one for what is left."""
        if exchange_type not in KINDS:
            raise ValueError(f"an exchange is one of {', '.join(KINDS)}, and not {exchange_type!r}")
        if exchange == "":
            raise ValueError("the default exchange, whose name is empty, is always there and cannot be declared")
        alternate = (arguments or {}).get("alternate-exchange", "")
        if old := self.exchanges.get(exchange):
            if (old.kind, old.alternate, old.durable) != (exchange_type, alternate, durable):
                raise ValueError(f"the exchange {exchange!r} is there already, and its properties cannot be changed")
            return
        if exchange.startswith("amq."):
            raise ValueError(f"names that begin with 'amq.' belong to the broker, so {exchange!r} cannot be declared")
        self.exchanges[exchange] = Exchange(exchange, exchange_type, alternate, durable)

    def queue_declare(
        self, queue: str, *, durable: bool = False, exclusive: bool = False,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Make a queue, bound to the default exchange under its own name. Declaring it otherwise later is refused.

        An `exclusive` queue goes with its connection, so it does not outlive a restart, durable or not.
        """
        given, stays = dict(arguments or {}), durable and not exclusive
        for name in ("x-message-ttl", "x-max-length", "x-delivery-limit"):
            value = given.get(name, 0)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"{name} of {queue!r} has to be a whole number, 0 or more, not {value!r}")
        if given.get("x-overflow", "drop-head") not in OVERFLOWS:
            raise ValueError(f"x-overflow is one of {', '.join(OVERFLOWS)}, and not {given['x-overflow']!r}")
        if "x-dead-letter-routing-key" in given and "x-dead-letter-exchange" not in given:
            raise ValueError(f"{queue!r} has an x-dead-letter-routing-key, and no x-dead-letter-exchange")
        if old := self.queues.get(queue):
            if (old.arguments, old.durable) != (given, stays):
                raise ValueError(f"the queue {queue!r} is there already, and its properties cannot be changed")
            return
        self.queues[queue] = Queue(queue, given, stays, self.give)
        self.exchanges[""].bindings.append(Binding(queue, queue))

    def queue_bind(
        self, queue: str, exchange: str, routing_key: str | None = None, arguments: Mapping[str, Any] | None = None
    ) -> None:
        """Let the queue have what the exchange finds to match. The same binding twice is one binding.

        Without a routing key pika takes the queue's name for it, and so does this.
        """
        if exchange == "":
            raise ValueError("the default exchange has its bindings, one for every queue, and takes no others")
        self._queue(queue)
        binding = Binding(queue, queue if routing_key is None else routing_key, dict(arguments or {}))
        bindings = self._exchange(exchange).bindings
        if binding not in bindings:
            bindings.append(binding)

    # ---- publishing -------------------------------------------------------------------------------------------------

    def publish(self, t: float, message: Message, *, mandatory: bool = False) -> str:
        """Route a message. What its publisher hears where confirms are on: "ack", "nack", or "returned" (then acked).

        A message that no binding lets through is dropped, and acked all the same: nothing more can happen to it.
        """
        self.advance(t)
        self._exchange(message.exchange)
        self.trace.emit(t, "publish", message.exchange, message=message.id, key=message.key, headers=message.headers)
        queues = self._route(t, message)
        refused = [q for q in queues if q.full and q.arguments.get("x-overflow", "drop-head") != "drop-head"]
        for queue in queues:
            if queue in refused:
                if queue.arguments["x-overflow"] == "reject-publish-dlx":
                    self._dead(t, queue, message, "maxlen")
            else:
                self._arrive(t, queue, message)
        answer = "nack" if refused else "returned" if mandatory and not queues else "ack"
        self.trace.emit(t, HEARD[answer], "publisher", message=message.id, queues=[queue.name for queue in queues])
        return answer

    def _route(self, t: float, message: Message, seen: tuple[str, ...] = ()) -> list[Queue]:
        exchange = self.exchanges.get(message.exchange if not seen else seen[-1])
        if exchange is None or exchange.name in seen[:-1]:
            return []
        bindings = exchange.matching(message.key, message.headers)
        for binding in bindings:
            self.trace.emit(t, "match", exchange.name, message=message.id, queue=binding.queue, key=binding.key)
        names = dict.fromkeys(binding.queue for binding in bindings)  # one copy a queue, however many bindings match
        if not names and exchange.alternate:
            return self._route(t, message, (*(seen or (exchange.name,)), exchange.alternate))
        if not names:
            self.trace.emit(t, "unroutable", exchange.name, message=message.id, key=message.key)
        return [self.queues[name] for name in names]

    def _arrive(self, t: float, queue: Queue, message: Message) -> None:
        waiting = bool(queue.ready)
        entry = queue.put(message, t)
        self.trace.emit(t, "ready", queue.name, message=message.id, deaths=_told(message))
        if not waiting:
            self._hand_out(t, queue)
        most = queue.arguments.get("x-max-length")
        while most is not None and len(queue.ready) > most:  # drop-head: the oldest makes room, be it the new one
            entry = queue.ready.pop(0)
            self._dead(t, queue, entry.message, "maxlen")
        self._serve(t, queue)

    # ---- consuming --------------------------------------------------------------------------------------------------

    def consume(self, t: float, queue: str, consumer: str, *, prefetch: int = 0, auto_ack: bool = False) -> None:
        """Push the queue's messages to a consumer, at most `prefetch` unacknowledged at a time (0: no limit)."""
        self.advance(t)
        if any(consumer in q.consumers for q in self.queues.values()):
            raise ValueError(f"there is a consumer {consumer!r} already")
        place = self._queue(queue)
        place.consumers[consumer] = Consumer(consumer, prefetch, auto_ack)
        place.turns.append(consumer)
        self.trace.emit(t, "consume", consumer, queue=queue, prefetch=prefetch)
        self._serve(t, place)

    def ack(self, t: float, consumer: str, tag: int, *, multiple: bool = False) -> None:
        """Done: the message is forgotten. With `multiple` so are all that this consumer was given before it."""
        queue, entries = self._settle(t, consumer, tag, multiple)
        for entry in entries:
            self.trace.emit(t, "ack", consumer, queue=queue.name, message=entry.message.id)
        queue.has_room(consumer)
        self._serve(t, queue)

    def nack(self, t: float, consumer: str, tag: int, *, requeue: bool = True, multiple: bool = False) -> None:
        """Not done: back to its old place with `requeue`, else it is dead-lettered as rejected."""
        queue, entries = self._settle(t, consumer, tag, multiple)
        for entry in entries:
            if requeue:
                self._put_back(t, queue, entry, consumer)
            else:
                self._dead(t, queue, entry.message, "rejected")
        queue.has_room(consumer)
        self._serve(t, queue)

    def close(self, t: float, consumer: str) -> None:
        """The consumer's channel is gone: all that it had not acknowledged is ready again, in its old order."""
        self.advance(t)
        queue = self._queue_of(consumer)
        gone = queue.consumers.pop(consumer)
        queue.turns = [name for name in queue.turns if name != consumer]
        self.trace.emit(t, "close", consumer, queue=queue.name, held=len(gone.unacked))
        for entry in gone.unacked.values():
            self._put_back(t, queue, entry, consumer)
        self._serve(t, queue)

    def advance(self, until: float) -> None:
        """Let time pass: what comes to the head of its queue too old expires then, and not before."""
        if until < self.now:
            raise ValueError(f"the broker's clock stands at {self.now} s: {until} s has passed")
        while due := [
            (e, q.name) for q in self.queues.values() if (e := q.head_expires()) is not None and e <= until
        ]:  # fmt: skip
            when, name = min(due)
            self.now = max(self.now, when)
            self._serve(self.now, self.queues[name])
        self.now = until

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _serve(self, t: float, queue: Queue) -> None:
        while (expires := queue.head_expires()) is not None and expires <= t:
            self._dead(t, queue, queue.ready.pop(0).message, "expired")
        self._hand_out(t, queue)

    def _hand_out(self, t: float, queue: Queue) -> None:
        for consumer, entry in queue.hand_out():
            self.trace.emit(t, "deliver", consumer.name, queue=queue.name, message=entry.message.id, tag=consumer.tags,
                            redelivered=entry.redelivered, deaths=_told(entry.message))  # fmt: skip

    def _settle(self, t: float, consumer: str, tag: int, multiple: bool) -> tuple[Queue, list[Entry]]:
        self.advance(t)
        queue = self._queue_of(consumer)
        unacked = queue.consumers[consumer].unacked
        if tag not in unacked:
            raise ValueError(f"{consumer} holds no message with the delivery tag {tag}; RabbitMQ closes the channel")
        return queue, [unacked.pop(n) for n in list(unacked) if n == tag or (multiple and n < tag)]

    def _put_back(self, t: float, queue: Queue, entry: Entry, consumer: str) -> None:
        limit = queue.arguments.get("x-delivery-limit")
        if limit is not None and entry.returned >= limit:
            self._dead(t, queue, entry.message, "delivery_limit")
            return
        queue.put_back(entry)
        self.trace.emit(t, "requeue", queue.name, message=entry.message.id, consumer=consumer)

    def _dead(self, t: float, queue: Queue, message: Message, reason: str) -> None:
        """Dead-letter a message: publish it to the queue's dead-letter exchange with one more death, or drop it."""
        exchange = queue.arguments.get("x-dead-letter-exchange")
        self.trace.emit(t, "dead", queue.name, message=message.id, reason=reason, to=exchange)
        if exchange is None or exchange not in self.exchanges:
            return
        died = message.died(queue.name, reason)
        key = queue.arguments.get("x-dead-letter-routing-key", message.key)
        died = Message(died.id, exchange, key, died.headers, None, died.deaths)
        for goal in self._route(t, died):
            if reason != "rejected" and died.goes_round(goal.name):
                self.trace.emit(t, "cycle", goal.name, message=message.id)
            else:
                self._arrive(t, goal, died)

    def _exchange(self, name: str) -> Exchange:
        if name not in self.exchanges:
            raise ValueError(f"there is no exchange {name!r}; RabbitMQ closes the channel (404, NOT_FOUND)")
        return self.exchanges[name]

    def _queue(self, name: str) -> Queue:
        if name not in self.queues:
            raise ValueError(f"there is no queue {name!r}; RabbitMQ closes the channel (404, NOT_FOUND)")
        return self.queues[name]

    def _queue_of(self, consumer: str) -> Queue:
        for queue in self.queues.values():
            if consumer in queue.consumers:
                return queue
        raise ValueError(f"there is no consumer {consumer!r}")


class Channel:
    """The part of pika's channel with which one declares."""

    def __init__(self, broker: Broker) -> None:
        self.exchange_declare = broker.exchange_declare
        self.queue_declare = broker.queue_declare
        self.queue_bind = broker.queue_bind


def _told(message: Message) -> list[tuple[str, str, int]]:
    return [(death.queue, death.reason, death.count) for death in message.deaths]
