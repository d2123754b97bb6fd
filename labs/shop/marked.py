"""Wrong answers of earlier exercises that are marked with a round: whoever plugs one in loses it.

Each is told by the beginning of its sentence in the exercise's `wrong`. A round is played with `Round.good`, or with
what stands here, and the promise named is the lamp that goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.kit.checking.catalogue import find
from labs.shop.rounds import ROUNDS


@dataclass(frozen=True)
class Marked:
    """In `round`, these wrong answers to an exercise break `promise`."""

    round: int
    exercise: str
    promise: str
    begin: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def functions(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        """(sentence, function) of every wrong answer that is marked; ValueError where a beginning fits none."""
        exercise = find(self.exercise)
        assert exercise is not None
        for begin in self.begin:
            fitting = [mistake for mistake in exercise.wrong if mistake.says.startswith(begin)]
            if not fitting:
                raise ValueError(f"no wrong answer to {self.exercise} begins with {begin!r}")
            yield from ((mistake.says, mistake.function) for mistake in fitting)

    @property
    def chosen(self) -> Mapping[str, Any]:
        """The settings with which the round is played."""
        return {**ROUNDS[self.round].good, **self.settings}


MARKED = (
    Marked(1, "queues-bounded", "lost", (
        "You treat every policy like 'drop oldest'.", "With 'reject' the producer has to be told",
        "You drop the message and acknowledge it.",
    )),
    Marked(2, "proxies-least-connections", "slow", ("`active` is ignored",)),
    Marked(3, "proxies-collapse", "slow", (
        "Nothing is collapsed", "The group stays when its answer has come", "A key that was asked for once",
        "The leader itself gets nothing.",
    )),
    Marked(4, "caching-leases", "out", (
        "Your function is plain cache aside", "Your function puts the value in with a call that needs no token.",
        "Your function puts the value in after the fill has been refused.", "Your function takes a lease after",
    )),
    Marked(5, "patterns-next-action", "lost", (
        "You turn back, but do not compensate the step whose outcome is unknown.", "You never turn back.",
    )),
    Marked(6, "kafka-sink", "double", (
        "You add the amount whether you have had the record before or not.",
        "You add the amount, and then note", "You take the last record again",
    )),
    Marked(6, "kafka-sink", "lost", (
        "You note that you have had the record, and then add", "You skip offset 0", "You go by account and amount.",
        "You take one payment per account.",
    )),
    Marked(6, "patterns-project", "lost", (
        "You compare with the versions of other rows.", "You do not write a new name into the orders",
        "You write a new name only into orders", "You write the name into the orders of other customers.",
    )),
    Marked(7, "kafka-retry", "lost", (
        "You have no limit", "You let the exception of the last try escape.",
        "You return None when the tries are used up",
    )),
    Marked(7, "rabbitmq-retry", "lost", (
        "A message rejected in `work` is dropped", "You declare `work` alone.", "Nothing expires in the waiting queue",
        "A message that expires in the waiting queue is dropped", "No queue is bound to your dead-letter exchange",
    )),
    Marked(8, "patterns-take", "double", ("You take again for a key that has been served.",)),
    Marked(9, "tokens-key-cache", "out", (
        "It never fetches for an unknown `kid`", "It adds new keys to the old ones",
    )),
    Marked(9, "tokens-revoked", "out", (
        "It never looks at the blocked users.", "It compares the wrong way round",
    )),
    Marked(10, "kafka-elect", "lost", ("You take whoever is alive.",)),
)  # fmt: skip
