"""The real thing: a topic exchange of a real RabbitMQ, through pika, where RABBITMQ_URL names one that answers.

Without one, what RabbitMQ 3.10.8 answered stands in (RECORDED; the course's tests ask a real one again). Exchange and
queues have names of their own and are deleted again, so nothing of yours is touched.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.guarding.telling import LearnerError
from labs.kit.not_here import NotHere
from labs.rabbitmq.routing.matching import topic_matches

Case = tuple[str, str]
RECORDED: dict[Case, bool] = {  # (pattern, key): whether RabbitMQ let it through
    ("order.*", "order.new"): True,
    ("order.*", "order"): False,
    ("order.#", "order"): True,
    ("#.new", "new"): True,
    ("a.#.a", "a"): False,
    ("a.#.b", "a.b"): True,
    ("*.#", ""): False,
    ("#", ""): True,
    ("a.*.b", "a..b"): True,
    ("order", "Order"): False,
}


def ask_rabbitmq(cases: Sequence[Case], url: str) -> dict[Case, bool]:
    """What the broker at `url` lets through. NotHere where it cannot be asked."""
    import pika
    from pika.exceptions import AMQPError

    try:
        connection = pika.BlockingConnection(pika.URLParameters(url))
    except (AMQPError, OSError, ValueError) as error:
        raise NotHere(f"no RabbitMQ answers at RABBITMQ_URL ({type(error).__name__}): is it running?") from None
    try:
        channel = connection.channel()
        exchange = f"course-{os.getpid()}"
        channel.exchange_declare(exchange, "topic")
        found = {}
        for pattern, key in cases:
            queue = channel.queue_declare("", exclusive=True).method.queue
            channel.queue_bind(queue, exchange, pattern)
            channel.basic_publish(exchange, key, b"")
            found[pattern, key] = channel.basic_get(queue, auto_ack=True)[0] is not None
            channel.queue_delete(queue)
        channel.exchange_delete(exchange)
        return found
    finally:
        connection.close()


def compare_topics(yours: Callable[[str, str], bool]) -> Any:
    """A table (pandas DataFrame): what the model, the learner's matcher and RabbitMQ let through."""
    import pandas

    url = os.environ.get("RABBITMQ_URL")
    real = ask_rabbitmq(list(RECORDED), url) if url else RECORDED
    rows = []
    for pattern, key in RECORDED:
        try:
            mine = _yes(fenced(yours)(pattern, key))
        except LearnerError as error:
            mine = "not written yet" if error.kind == "unfinished" else "not usable"
        model = _yes(topic_matches(pattern, key))
        told = {"pattern": pattern, "routing key": key or "(empty)", "the model": model}
        rows.append(told | {"yours": mine, "RabbitMQ": _yes(real[pattern, key])})
    return pandas.DataFrame(rows).set_index("pattern")


def _yes(through: Any) -> str:
    return "yes" if through is True else "no" if through is False else "not usable"
