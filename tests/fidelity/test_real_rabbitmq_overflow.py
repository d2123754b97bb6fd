"""A real RabbitMQ's full queues: each overflow policy does to generated messages what the model says."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labs.queues.buffer import real
from tests.fidelity.real_rabbitmq import RabbitMQ

CASES = st.tuples(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12), st.integers(1, 9))


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(CASES)
def test_each_overflow_policy_is_the_model_s(rabbitmq: RabbitMQ, case: tuple[list[str], int]) -> None:
    messages, bound = case
    for overflow, policy in real.OVERFLOW.items():
        seen, ours = real.rabbit(overflow, messages, bound, rabbitmq.url), real.model(policy, messages, bound)
        assert (seen.waiting, seen.told) == (ours.waiting, ours.told), overflow


def test_what_was_dropped_or_refused_is_dead_lettered_where_the_policy_says_so(rabbitmq: RabbitMQ) -> None:
    """With reject-publish-dlx the producer is told *and* the message is kept: it may then be there twice."""
    dead = {overflow: real.rabbit(overflow, list("abcde"), 3, rabbitmq.url).dead for overflow in real.OVERFLOW}
    assert dead == {"drop-head": ["a", "b"], "reject-publish": [], "reject-publish-dlx": ["d", "e"]}


def test_without_confirms_a_refused_message_is_dropped_in_silence(rabbitmq: RabbitMQ) -> None:
    channel = rabbitmq.connect().channel()
    arguments = {"x-max-length": 2, "x-overflow": "reject-publish"}
    queue = channel.queue_declare("", exclusive=True, arguments=arguments).method.queue
    for message in "abcd":
        channel.basic_publish("", queue, message.encode())  # no exception, no answer
    assert real._drained(channel, queue) == ["a", "b"]


def test_the_lesson_s_table_is_the_same_with_rabbitmq(rabbitmq: RabbitMQ, monkeypatch, capsys) -> None:
    monkeypatch.delenv("RABBITMQ_URL", raising=False)
    without = real.compare_full("abcde", bound=3)
    monkeypatch.setenv("RABBITMQ_URL", rabbitmq.url)
    assert real.compare_full("abcde", bound=3).equals(without)
    assert capsys.readouterr().out == "", "it was RabbitMQ that answered"
