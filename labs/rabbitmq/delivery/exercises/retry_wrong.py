"""Retry topologies as people get them wrong: (what is wrong, the declaration)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Declare = Callable[[Any], None]
TO_WAIT = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"}
TO_WORK = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
TTL = {"x-message-ttl": 5000}


def _two(
    work: dict[str, Any] | None = None, wait: dict[str, Any] | None = None, *, hold: tuple[bool, bool] = (True, True)
) -> Declare:
    """Two queues, with these arguments in place of the right ones; `hold`: whether each is durable."""

    def declare(channel: Any) -> None:
        channel.queue_declare("work", durable=hold[0], arguments=TO_WAIT if work is None else work)
        channel.queue_declare("wait", durable=hold[1], arguments={**TTL, **TO_WORK} if wait is None else wait)

    return declare


def _plain(channel: Any) -> None:
    channel.queue_declare("work", durable=True)


def _one_queue(channel: Any) -> None:
    channel.queue_declare("work", durable=True, arguments={**TTL, **TO_WORK})


def _other_name(channel: Any) -> None:
    channel.queue_declare("Work", durable=True, arguments=TO_WAIT)
    channel.queue_declare(
        "wait", durable=True, arguments={**TTL, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "Work"}
    )


def _unbound(channel: Any) -> None:
    channel.exchange_declare("retry", "direct", durable=True)
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "retry"})
    channel.queue_declare("wait", durable=True, arguments={**TTL, **TO_WORK})


def _wrong_key(channel: Any) -> None:
    channel.exchange_declare("retry", "direct", durable=True)
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "retry"})
    channel.queue_declare("wait", durable=True, arguments={**TTL, **TO_WORK})
    channel.queue_bind("wait", "retry", "wait")


def _fleeting(channel: Any) -> None:
    channel.exchange_declare("retry", "fanout")
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "retry"})
    channel.queue_declare("wait", durable=True, arguments={**TTL, **TO_WORK})
    channel.queue_bind("wait", "retry")


def _both_bound(channel: Any) -> None:
    channel.exchange_declare("retry", "fanout", durable=True)
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "retry"})
    channel.queue_declare("wait", durable=True, arguments={**TTL, **TO_WORK})
    channel.queue_bind("wait", "retry")
    channel.queue_bind("work", "retry")


def _one_for_both(channel: Any) -> None:
    channel.exchange_declare("retry", "fanout", durable=True)
    for name, more in (("work", {}), ("wait", TTL)):
        channel.queue_declare(name, durable=True, arguments={"x-dead-letter-exchange": "retry", **more})
        channel.queue_bind(name, "retry")


def _two_waits(channel: Any) -> None:
    channel.exchange_declare("retry", "fanout", durable=True)
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "retry"})
    for name in ("wait", "wait-2"):
        channel.queue_declare(name, durable=True, arguments={**TTL, **TO_WORK})
        channel.queue_bind(name, "retry")


WRONG: tuple[tuple[str, Declare], ...] = (
    (
        "Two messages cannot wait at the same time: x-max-length throws the first one out.",
        _two(wait={**TTL, **TO_WORK, "x-max-length": 1}),
    ),
    ("`work` is not durable. A restart of the broker takes it away, with all that is in it.", _two(hold=(False, True))),
    (
        "The waiting queue is not durable. A restart of the broker takes it away, with its messages.",
        _two(hold=(True, False)),
    ),
    (
        "None of your queues is durable. In pika, `durable` is False unless you say otherwise.",
        _two(hold=(False, False)),
    ),
    (
        "Your exchange is not durable. A restart takes it away, and then a message rejected in `work` is dropped.",
        _fleeting,
    ),
    (
        "The time to live is set on `work`, too, so a message that merely waits for a consumer expires.",
        _two(work={**TTL, **TO_WAIT}),
    ),
    (
        "The time to live of `work` is long, but whatever waits for a consumer longer than that still leaves `work`.",
        _two(work={**TO_WAIT, "x-message-ttl": 3_600_000}),
    ),
    (
        "x-expires deletes a queue that nobody consumes from. That is just what a waiting queue is.",
        _two(wait={**TTL, **TO_WORK, "x-expires": 60_000}),
    ),
    ("Your bound is too tight: leave room for a hundred messages.", _two(wait={**TTL, **TO_WORK, "x-max-length": 99})),
    ("The time to live is set on `work`, and not on the waiting queue.", _two(work={**TTL, **TO_WAIT}, wait=TO_WORK)),
    ("x-message-ttl counts milliseconds: 5 s are 5000.", _two(wait={**TO_WORK, "x-message-ttl": 5})),
    ("The messages wait for ten times as long: 5 s are 5000 ms.", _two(wait={**TO_WORK, "x-message-ttl": 50000})),
    ("Nothing expires in the waiting queue: it has no x-message-ttl, and nobody consumes from it.", _two(wait=TO_WORK)),
    ("A message that expires in the waiting queue is dropped: that queue has no dead-letter exchange.", _two(wait=TTL)),
    ("A message rejected in `work` is dropped: the queue has no dead-letter exchange.", _two(work={})),
    ("You declare `work` alone. A rejected message has nowhere to go.", _plain),
    (
        "`work` dead-letters into itself: without an x-dead-letter-routing-key a message keeps its own key, `work`. So "
        "a rejected message is back at once, without a pause.",
        _two(work={"x-dead-letter-exchange": ""}),
    ),
    (
        "The waiting queue dead-letters into itself: without an x-dead-letter-routing-key a message keeps the key with "
        "which it came in. RabbitMQ ends that cycle by dropping the message.",
        _two(wait={**TTL, "x-dead-letter-exchange": ""}),
    ),
    ("The queue is named `Work`. Names are compared exactly as written.", _other_name),
    ("No queue is bound to your dead-letter exchange, so it drops what it is given.", _unbound),
    ("Your waiting queue is bound under a key that no dead letter has: they keep their own, `work`.", _wrong_key),
    ("Your dead-letter exchange gives a copy to `work` itself, at once, and both queues use it.", _one_for_both),
    ("Your dead-letter exchange gives a copy to `work` itself, at once.", _both_bound),
    ("Your dead-letter exchange gives a copy to two waiting queues, so a message comes back twice.", _two_waits),
    (
        "`work` names a dead-letter exchange that does not exist (a queue's name is none), so a rejected message is "
        "dropped. Declare it, or use the default exchange.",
        _two(work={**TO_WAIT, "x-dead-letter-exchange": "dead"}),
    ),
    (
        "The waiting queue names a dead-letter exchange that does not exist (a queue's name is none), so a message "
        "that expires there is dropped. Declare it, or use the default exchange.",
        _two(wait={**TTL, "x-dead-letter-exchange": "work"}),
    ),
    (
        "What is rejected in `work` goes straight back to `work`, and nothing waits. Send it to a second queue, and "
        "set the time to live there.",
        _one_queue,
    ),
)
