"""The real thing: full queues of Python's own, and of a RabbitMQ where one answers at RABBITMQ_URL.

RabbitMQ calls the policies drop-head, reject-publish and reject-publish-dlx (with a dead-letter queue for what was
refused). Python's deque with a maxlen drops its oldest; asyncio.Queue refuses (`put_nowait`) or blocks (`put`).
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from labs.queues.buffer.overflow import offer

OVERFLOW = {"drop-head": "drop oldest", "reject-publish": "reject", "reject-publish-dlx": "reject"}


class NoRabbit(Exception):
    """No RabbitMQ answers, or its client is missing; the text says what to do."""


@dataclass
class Full:
    """What became of some messages: who waits, what each producer was told, and what lies in the dead-letter queue."""

    waiting: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)


def model(policy: str, messages: list[str], bound: int) -> Full:
    """By the model: `offer`, message by message."""
    full = Full()
    for message in messages:
        full.waiting, told, _ = offer(full.waiting, message, bound, policy)
        full.told.append(told)
    return full


def python_deque(messages: list[str], bound: int) -> Full:
    """collections.deque(maxlen=…): it drops at its other end, and says nothing."""
    queue = deque[str](maxlen=bound)
    for message in messages:
        queue.append(message)
    return Full(list(queue), ["accepted"] * len(messages))


def python_queue(messages: list[str], bound: int, *, block: bool) -> Full:
    """asyncio.Queue(maxsize=…): `put_nowait` raises QueueFull at once, `put` waits until there is room."""
    with ThreadPoolExecutor(1) as other:  # a notebook has a running event loop already, and a thread has only one
        return other.submit(lambda: asyncio.run(_asyncio_queue(messages, bound, block))).result()


async def _asyncio_queue(messages: list[str], bound: int, block: bool) -> Full:
    queue, full, waiting = asyncio.Queue[str](bound), Full(), []
    for message in messages:
        if block:
            put = asyncio.ensure_future(queue.put(message))
            await asyncio.sleep(0)  # it runs up to where it has to wait
            full.told.append("accepted" if put.done() else "wait")
            waiting.append(put)
            continue
        try:
            queue.put_nowait(message)
            full.told.append("accepted")
        except asyncio.QueueFull:
            full.told.append("rejected")
    for put in waiting:
        put.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    full.waiting = [queue.get_nowait() for _ in range(queue.qsize())]
    return full


def rabbit(overflow: str, messages: list[str], bound: int, url: str) -> Full:
    """A RabbitMQ queue with x-max-length and this x-overflow, each message confirmed; the queues are gone afterwards.

    NoRabbit, with a sentence, if there is no client or no answer.
    """
    try:
        import pika
    except ImportError:
        raise NoRabbit("The client is missing: pip install pika") from None
    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
    except Exception as error:
        raise NoRabbit(f"No RabbitMQ answers at RABBITMQ_URL ({type(error).__name__}).") from None
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        dead = channel.queue_declare("", exclusive=True).method.queue
        arguments = {"x-max-length": bound, "x-overflow": overflow, "x-dead-letter-exchange": "",
                     "x-dead-letter-routing-key": dead}  # fmt: skip
        queue = channel.queue_declare("", exclusive=True, arguments=arguments).method.queue
        full = Full()
        for message in messages:
            try:
                channel.basic_publish("", queue, message.encode())
                full.told.append("accepted")
            except pika.exceptions.NackError:
                full.told.append("rejected")
        full.waiting, full.dead = _drained(channel, queue), _drained(channel, dead)
        return full
    finally:
        with suppress(Exception):
            connection.close()


def _drained(channel: Any, queue: str) -> list[str]:
    """All that waits in a queue."""
    found = []
    while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
        found.append(got[2].decode())
    return found


def compare_full(messages: str = "abcde", bound: int = 3) -> Any:
    """A table: each policy by the model and for real, as a pandas DataFrame.

    With RABBITMQ_URL set RabbitMQ answers for drop oldest and reject. Without, or if it does not answer (which is then
    said in a sentence), Python's own queues do, with the same result.
    """
    import pandas

    letters = list(messages)
    real = {
        "drop oldest": _by_rabbit("drop-head", letters, bound) or python_deque(letters, bound),
        "reject": _by_rabbit("reject-publish", letters, bound) or python_queue(letters, bound, block=False),
        "block": python_queue(letters, bound, block=True),
    }
    rows = []
    for policy, seen in real.items():
        ours = model(policy, letters, bound)
        rows.append(
            {
                "when full": policy,
                "then waiting": " ".join(seen.waiting),
                "told": ", ".join(seen.told),
                "the model agrees": (ours.waiting, ours.told) == (seen.waiting, seen.told),
            }
        )
    return pandas.DataFrame(rows).set_index("when full")


def _by_rabbit(overflow: str, messages: list[str], bound: int) -> Full | None:
    """What RabbitMQ does, or None where RABBITMQ_URL is not set or nobody answers there."""
    url = os.environ.get("RABBITMQ_URL")
    if not url:
        return None
    try:
        return rabbit(overflow, messages, bound, url)
    except NoRabbit as problem:
        print(f"{problem} Python's own queues take the place of {overflow}.")
        return None
