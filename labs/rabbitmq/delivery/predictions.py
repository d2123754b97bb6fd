"""What lesson 11 asks about consumers."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.rabbitmq.delivery.work import finished, share_work


def _slow() -> str:
    one, hundred = (finished(share_work(prefetch=prefetch)) for prefetch in (1, 100))
    return SLOW.options[2] if hundred > 1.5 * one else SLOW.options[1]


SLOW = Question(
    id="rabbitmq-prefetch",
    question="Twelve messages for two consumers: c1 takes half a second for each, c2 three seconds. All are done after "
    "6.8 s if each consumer holds one unacknowledged message at most. And if each may hold a hundred?",
    options=[
        "Sooner: nobody has to wait for the next message",
        "Just as soon: the same two do the same work",
        "Later: some messages wait behind the slow one",
    ],
    answer=_slow,
    because="The broker serves its consumers in turn, and does not know who is slow. With a prefetch of 100 it has "
    "pushed six messages to c2 before c2 has done even one. They are c2's now: c1 is idle, and cannot have them.",
)
