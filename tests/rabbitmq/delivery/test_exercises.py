"""Right answers to handing out and to the retry topology, in many styles; wrong ones that nobody has named."""

from collections import deque

import pytest

from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

dispatch, retry = Answers("rabbitmq-dispatch"), Answers("rabbitmq-retry")


@dispatch.right
def with_a_deque(ready, consumers):
    ring, out = deque([n, p, u] for n, p, u in consumers), []
    for message in ready:
        for _ in range(len(ring)):
            one = ring[0]
            ring.rotate(-1)
            if one[1] == 0 or one[2] < one[1]:
                one[2] += 1
                out.append((message, one[0]))
                break
        else:
            break
    return out


@dispatch.right
def with_rooms(ready, consumers):
    room = [(name, float("inf") if most == 0 else max(0, most - held)) for name, most, held in consumers]
    waiting, out = list(ready), []
    while waiting and any(left > 0 for _, left in room):
        after = []
        for name, left in room:
            if waiting and left > 0:
                out.append((waiting.pop(0), name))
                left -= 1
            after.append((name, left))
        room = after
    return out


@dispatch.right
def by_recursion(ready, consumers):
    for place, (name, most, held) in enumerate(consumers):
        if ready and (not most or held < most):
            rest = list(consumers[place + 1 :]) + list(consumers[:place]) + [(name, most, held + 1)]
            return [(ready[0], name), *by_recursion(ready[1:], rest)]
    return []


@dispatch.right
class Dealer:
    def __new__(cls, ready, consumers):
        active = [list(row) for row in consumers if row[1] == 0 or row[2] < row[1]]
        pairs = []
        for message in ready:
            if not active:
                break
            row = active.pop(0)
            pairs.append([message, row[0]])
            row[2] += 1
            if row[1] == 0 or row[2] < row[1]:
                active.append(row)
        return pairs


@dispatch.wrong("do not look at the prefetch")
def by_the_sum_of_its_characters(ready, consumers):
    return [(m, consumers[sum(map(ord, m)) % len(consumers)][0]) for m in ready] if consumers else []


@dispatch.wrong("")
def endless(ready, consumers):
    out, i = [], 0
    while len(out) < len(ready):
        name, most, held = consumers[i % len(consumers)]
        if most == 0 or held < most:
            out.append((ready[len(out)], name))
        i += 1
        if i > 100:
            break
    return out


@dispatch.wrong("")
def a_dict(ready, consumers):
    return {name: [m for m, n in with_a_deque(ready, consumers) if n == name] for name, *_ in consumers}


@dispatch.wrong("everything that it has room for")
def one_consumer_at_a_time(ready, consumers):
    waiting, out = list(ready), []
    for name, most, held in consumers:
        while waiting and (most == 0 or held < most):
            out.append((waiting.pop(0), name))
            held += 1
    return out


@retry.right
def through_exchanges(channel):
    channel.exchange_declare("dead", "fanout", durable=True)
    channel.exchange_declare("again", exchange_type="direct", durable=True)
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "dead"})
    channel.queue_declare(
        queue="pause",
        durable=True,
        arguments={"x-message-ttl": 5_000, "x-dead-letter-exchange": "again", "x-dead-letter-routing-key": "w"},
    )
    channel.queue_bind("pause", "dead")
    channel.queue_bind(queue="work", exchange="again", routing_key="w")


@retry.right
def the_key_is_kept(channel):
    channel.exchange_declare("dead", "topic", durable=True)
    channel.queue_declare("retry.5s", durable=True, arguments={"x-message-ttl": 5000, "x-dead-letter-exchange": ""})
    channel.queue_bind("retry.5s", "dead", "#")
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "dead"})


@retry.right
def bound_under_the_queue_s_own_name(channel):  # as pika does where no key is given
    channel.exchange_declare("dead", durable=True)
    to = {"x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "hold"}
    channel.queue_declare("work", durable=True, arguments=to)
    channel.queue_declare("hold", durable=True, arguments={"x-dead-letter-exchange": "", "x-message-ttl": 5000,
                                                           "x-dead-letter-routing-key": "work"})  # fmt: skip
    channel.queue_bind("hold", "dead")


@retry.right
def in_a_loop_and_bounded(channel):
    queues = {
        "wait": {"x-message-ttl": 5000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"},
        "work": {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait", "x-max-length": 1000},
    }
    for name, arguments in queues.items():
        channel.queue_declare(name, durable=True, arguments=arguments)
    channel.queue_declare("failed", durable=True)


@retry.right
def with_room_for_just_a_hundred(channel):
    to = {"x-dead-letter-exchange": "", "x-max-length": 100}
    channel.queue_declare("work", durable=True, arguments=to | {"x-dead-letter-routing-key": "wait"})
    channel.queue_declare(
        "wait", durable=True, arguments=to | {"x-dead-letter-routing-key": "work", "x-message-ttl": 5000}
    )


@retry.right
def by_headers(channel):
    channel.exchange_declare("dead", "headers", durable=True)
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "dead"})
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("hold", durable=True, arguments=back | {"x-message-ttl": 5000})
    channel.queue_bind("hold", "dead", arguments={"x-match": "all"})


@retry.right
def through_the_broker_s_own_exchange(channel):
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "amq.fanout"})
    channel.queue_declare("hold", durable=True, arguments={"x-dead-letter-exchange": "", "x-message-ttl": 5000})
    channel.queue_bind("hold", "amq.fanout")


@retry.wrong("")
def an_exchange_that_a_restart_takes_away(channel):
    channel.exchange_declare("dead", "topic")
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "dead"})
    channel.queue_declare("hold", durable=True, arguments={"x-dead-letter-exchange": "", "x-message-ttl": 5000})
    channel.queue_bind("hold", "dead", "#")


@retry.wrong("a queue's name is none")
def queues_named_as_exchanges(channel):
    channel.queue_declare("work", durable=True, arguments={"x-dead-letter-exchange": "hold"})
    channel.queue_declare("hold", durable=True, arguments={"x-dead-letter-exchange": "work", "x-message-ttl": 5000})


@retry.wrong("Send it to a second queue")
def each_queue_to_itself(channel):
    for name, more in (("work", {"x-message-ttl": 5000}), ("hold", {})):
        back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": name}
        channel.queue_declare(name, durable=True, arguments=back | more)


@retry.wrong("")
def almost_five(channel):
    channel.queue_declare(
        "work", durable=True, arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "w"}
    )
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("w", durable=True, arguments=back | {"x-message-ttl": 4500})


@retry.wrong("")
def requeue_limit(channel):
    channel.queue_declare("work", durable=True, arguments={"x-delivery-limit": 3})


@retry.wrong("")
def nothing_at_all(channel):
    return channel


@retry.wrong("")
def room_for_98_in_work(channel):
    to = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "wait", "x-max-length": 98}
    channel.queue_declare("work", durable=True, arguments=to)
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("wait", durable=True, arguments=back | {"x-message-ttl": 5000})


@retry.wrong("")
def bounded_too_tightly(channel):
    arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "w", "x-max-length": 2}
    channel.queue_declare("work", durable=True, arguments=arguments)
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work"}
    channel.queue_declare("w", durable=True, arguments=back | {"x-message-ttl": 5000})


@retry.wrong("")
def an_exchange_of_no_kind(channel):
    channel.exchange_declare("dead", "fan-out")


@pytest.mark.parametrize(("exercise", "function"), right_ones(dispatch, retry))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(dispatch, retry))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)
