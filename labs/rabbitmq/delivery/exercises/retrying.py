"""Lesson 11: declare queues so that what is rejected is tried again later. The check runs what was declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.trace import Clock
from labs.kit.wording import listed
from labs.rabbitmq.delivery.broker import Broker, Channel
from labs.rabbitmq.delivery.exercises import retry_wrong as wrong
from labs.rabbitmq.delivery.messages import Message

PAUSE = 5.0
UNTIL = 60.0
ROOM = 100  # messages that a bounded queue has to have room for
ALLOWED = ("x-message-ttl", "x-dead-letter-exchange", "x-dead-letter-routing-key", "x-max-length")


@dataclass(frozen=True)
class Case:
    """When which message is published, how often each is rejected, and when the one consumer begins (seconds)."""

    published: tuple[tuple[float, str], ...]
    rejected: tuple[tuple[str, int], ...] = ()
    begins: float = 0.0


@dataclass(frozen=True)
class Seen:
    """What happened: every delivery as (seconds, message), and what became of the topology."""

    deliveries: tuple[tuple[float, str], ...]
    deaths: tuple[tuple[float, str], ...]  # (seconds, reason), in whichever queue
    left: int  # messages that are still in some queue
    fragile: tuple[str, ...]  # queues and exchanges that are not durable
    there: bool = True  # whether there is a queue `work`
    lead: tuple[str, ...] = ()  # where what is rejected in `work` goes, then where what dies there goes
    lives: int | None = None  # the time to live of `work`, in milliseconds
    tight: tuple[tuple[str, int], ...] = ()  # queues with a bound below ROOM
    others: tuple[tuple[str, str], ...] = ()  # queue and argument, where it is none of ALLOWED


def declare_retry(channel: Any) -> None:
    """A right answer, out of many."""
    channel.queue_declare(
        "work", durable=True, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait"}
    )
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("wait", durable=True, arguments={"x-message-ttl": 5000, **back})


def play(declare: Callable[[Any], None], case: Case) -> Seen:
    """Declare, publish, and let one consumer (prefetch 1) work: a second per message, then it rejects or acks it."""
    broker, clock = Broker(), Clock()
    declare(Channel(broker))
    fragile = (
        *sorted(queue.name for queue in broker.queues.values() if not queue.durable),
        *sorted(exchange.name for exchange in broker.exchanges.values() if not exchange.durable),
    )
    if "work" not in broker.queues:
        near = tuple(name for name in broker.queues if name.lower() == "work")
        return Seen((), (), 0, fragile, there=False, lead=near)
    lead, left = _lead(broker), dict(case.rejected)

    def look(seen: int) -> None:
        for event in broker.trace.events[seen:]:
            if event.kind == "deliver":
                clock.after(1.0, lambda event=event: settle(event))  # type: ignore[misc]

    def then(act: Callable[[], Any]) -> None:
        seen = len(broker.trace)
        broker.advance(clock.now)
        act()
        look(seen)

    def settle(event: Any) -> None:
        again = left.get(event["message"], 0)
        left[event["message"]] = again - 1
        if again > 0:
            then(lambda: broker.nack(clock.now, "c1", event["tag"], requeue=False))
        else:
            then(lambda: broker.ack(clock.now, "c1", event["tag"]))

    for t, name in case.published:
        clock.at(t, lambda name=name: then(lambda: broker.publish(clock.now, Message(name, "", "work"))))  # type: ignore[misc]
    clock.at(case.begins, lambda: then(lambda: broker.consume(clock.now, "work", "c1", prefetch=1)))
    for n in range(int(UNTIL * 4) + 1):
        clock.at(n / 4, lambda: then(lambda: None))
    clock.run(UNTIL)
    trace = broker.trace
    return Seen(
        tuple((e.t, e["message"]) for e in trace.of("deliver")),
        tuple((e.t, e["reason"]) for e in trace.of("dead")),
        sum(len(queue.ready) for queue in broker.queues.values()),
        fragile,
        lead=lead,
        **_declared(broker),
    )


def _declared(broker: Broker) -> dict[str, Any]:
    """What no run of a minute would show: it is read from the declarations."""
    queues = sorted(broker.queues.values(), key=lambda queue: queue.name)
    bounds = [(queue.name, queue.arguments.get("x-max-length", ROOM)) for queue in queues]
    return {
        "lives": broker.queues["work"].arguments.get("x-message-ttl"),
        "tight": tuple((name, most) for name, most in bounds if most < ROOM),
        "others": tuple((queue.name, name) for queue in queues for name in queue.arguments if name not in ALLOWED),
    }


def _leads(broker: Broker, queue: str, key: str) -> tuple[str, list[str]]:
    """Where a message with this key goes when it dies in the queue: in words, and the queues."""
    arguments = broker.queues[queue].arguments
    if "x-dead-letter-exchange" not in arguments:
        return "no dead-letter exchange", []
    exchange = broker.exchanges.get(arguments["x-dead-letter-exchange"])
    if exchange is None:
        return "no such exchange", []
    found = exchange.matching(arguments.get("x-dead-letter-routing-key", key), {})
    goals = list(dict.fromkeys(binding.queue for binding in found))
    told = sorted("work" if goal == "work" else "itself" if goal == queue else "another" for goal in goals)
    return " and ".join(told) or ("no matching binding" if exchange.bindings else "no binding"), goals


def _lead(broker: Broker) -> tuple[str, ...]:
    first, goals = _leads(broker, "work", "work")
    key = broker.queues["work"].arguments.get("x-dead-letter-routing-key", "work")
    further = [_leads(broker, goal, key)[0] for goal in goals if goal != "work"]
    return (first, *further, f"{len(broker.queues) - 1} other queues" if first.startswith("no ") else "")


def _call(declare: Callable[[Any], None], case: Case) -> Seen:
    return play(declare, case)


def _cases() -> Iterator[Case]:
    one = ((1.0, "m1"),)
    yield Case(one, (("m1", 1),))
    yield Case(one)
    yield Case(one, begins=30.0)
    yield Case(((1.0, "m1"), (2.0, "m2"), (2.0, "m3")), (("m2", 1),))
    yield Case(((1.0, "m1"), (1.0, "m2"), (1.0, "m3")), (("m1", 1), ("m2", 1), ("m3", 1)))
    yield Case(one, (("m1", 3),))
    yield Case(((1.0, "m1"), (12.0, "m2"), (20.0, "m3")), (("m1", 2), ("m3", 1)))
    yield Case(((0.0, "m1"), (0.5, "m2")), (("m2", 2),), begins=9.0)
    yield Case(tuple((0.5 * n, f"m{n}") for n in range(1, 9)), (("m1", 1), ("m4", 2), ("m8", 1)))


def _often(n: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(n, f"{n} times")


def _exists(case: Case, answer: Seen) -> None:
    if not answer.there:
        raise Wrong("There is no queue named `work`.")


def _stays(case: Case, answer: Seen) -> None:
    if not answer.there:
        return
    right = play(declare_retry, case)
    fine = {name for _, name in case.published} - {name for name, n in case.rejected if n}
    for name in sorted(fine):
        got = [t for t, message in answer.deliveries if message == name]
        want = [t for t, message in right.deliveries if message == name]
        if len(got) != len(want):
            raise Wrong(f"{name}, which nobody rejects, is delivered {_often(len(got))}, and should be once.")
    if answer.lives is not None:
        raise Wrong(f"A message that waits in `work` for {answer.lives / 1000:g} s expires there, and it should stay.")


def _comes_back(case: Case, answer: Seen) -> None:
    if not answer.there:
        return
    right = play(declare_retry, case)
    for name, n in case.rejected:
        got = [t for t, message in answer.deliveries if message == name]
        want = [t for t, message in right.deliveries if message == name]
        if len(got) != len(want):
            raise Wrong(
                f"{name} is rejected {_often(n)}, so it should be delivered {_often(n + 1)}; it was {_often(len(got))}."
            )
        for before, again, due in zip(got, got[1:], want[1:], strict=False):
            if abs(again - due) > 0.01:
                raise Wrong(
                    f"{name}, rejected at {before + 1:g} s, should be back at {due:g} s, and is at {again:g} s."
                )


def _same(case: Case, answer: Seen) -> None:
    right = play(declare_retry, case)
    often = dict(case.rejected)
    again = [[given for given in seen.deliveries if often.get(given[1])] for seen in (answer, right)]
    if answer.there and again[0] == again[1] and answer.deliveries != right.deliveries:
        raise Wrong("The deliveries are not those of a queue that waits only for what is rejected.")


def _durable(case: Case, answer: Seen) -> None:
    if answer.fragile:
        names = listed(f"`{name}`" for name in answer.fragile)
        raise Wrong(f"{names} would not survive a restart: not durable.")


def _roomy(case: Case, answer: Seen) -> None:
    for name, most in answer.tight:
        raise Wrong(f"`{name}` holds {most} messages at most. Leave room for a hundred.")


def _plain(case: Case, answer: Seen) -> None:
    for queue, name in answer.others:
        if name == "x-expires":
            raise Wrong(f"x-expires deletes `{queue}` when nobody consumes from it, with all that waits there.")
        raise Wrong(f"`{queue}` has the argument {name}, which is not one of the four that the text allows.")


def _read(case: Case, answer: Any) -> Seen:
    return answer if isinstance(answer, Seen) else Seen((), (), 0, (), there=False)


def _told(answer: Seen) -> str:
    given = ", ".join(f"{message} at {t:g} s" for t, message in answer.deliveries)
    return f"deliveries: {given or 'none'}; left in queues: {answer.left}"


def _case_told(case: Case) -> str:
    sent = ", ".join(f"{name} at {t:g} s" for t, name in case.published)
    often = ", ".join(f"{name} × {n}" for name, n in case.rejected if n) or "none"
    return f"declare(channel), then published: {sent}; rejected: {often}; the consumer begins at {case.begins:g} s"


RETRY = Exercise(
    id="rabbitmq-retry",
    lesson="11",
    title="A topology that tries again",
    points=3,
    reference=declare_retry,
    cases=_cases,
    call=_call,
    read=_read,
    shape="Declares a queue `work`",
    properties=(
        ("There is a queue named `work`", _exists),
        ("A message that nobody rejects waits in `work` for as long as it has to, and is delivered once", _stays),
        ("A rejected message is back in `work` after 5 s, each time", _comes_back),
        ("Nothing else is delayed", _same),
        ("A restart keeps every queue and every exchange", _durable),
        ("A queue with a bound has room for a hundred messages", _roomy),
        ("Sets only the arguments that the text allows", _plain),
    ),
    show_case=_case_told,
    show_answer=_told,
    wrong=tuple(Mistake(says, function) for says, function in wrong.WRONG),
    hints=(
        'Two queues are enough, and the default exchange "", in which every queue is bound under its own name.',
        "`work` needs two arguments, x-dead-letter-exchange and x-dead-letter-routing-key, so that a "
        "rejected message goes to the second queue.",
        "The second queue needs x-message-ttl, in milliseconds, and the same two arguments, so that an expired "
        "message goes back.",
    ),
)
