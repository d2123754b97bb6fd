"""What lesson 11 asks about a broker that crashes."""

from __future__ import annotations

from labs.kit.question import Question
from labs.rabbitmq.survival.matrix import outcomes


def _gone() -> str:
    return GONE.options[2] if "gone" in outcomes(True, True)["not confirmed"] else GONE.options[0]


GONE = Question(
    id="rabbitmq-gone",
    question="The queue is durable, the message is persistent. The publisher's call has returned without an error. A "
    "moment later the broker is killed, and restarts with its disk intact. Where is the message?",
    options=[
        "In the queue: durable and persistent mean that both are on the disk",
        "In the queue, marked as redelivered",
        "It may be gone, and nobody will say so",
        "With the publisher: its client library sends it again",
    ],
    answer=_gone,
    because="The call returns when the bytes have left. Until the broker has written the message to its disk, it is in "
    "memory only, or still on the wire. The one sign that it is safe is the broker's confirm, and this publisher had "
    "not asked for one.",
)
