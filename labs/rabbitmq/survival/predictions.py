"""What lesson 11 asks about a broker that crashes."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.rabbitmq.survival.matrix import outcomes


def _gone() -> str:
    return GONE.options[2] if "gone" in outcomes(True, True)["not confirmed"] else GONE.options[0]


GONE = Question(
    id="rabbitmq-gone",
    question="The queue is durable, the message is persistent. The publisher's call has returned without an error. A "
    "moment later the broker is killed, and restarts with its disk intact. What can have become of the message?",
    options=[
        "It is in the queue: the call returned, so the message is on disk",
        "It is in the queue, or with the client library, which sends it again",
        "It is in the queue, or gone without a word to anybody",
        "It is in the queue, or gone, and the next call raises an error that says so",
    ],
    answer=_gone,
    because="The call returns when the bytes have left. Until the broker has written the message to disk, it is in "
    "memory only, or still on the wire. That is how o2 is lost below, though it has reached the queue. The one sign "
    "that a message is safe is the broker's confirm, and this publisher has not asked for one.",
)
