"""Python's own bounded queues, and what is said where no RabbitMQ answers."""

import pytest

from labs.queues.buffer import real


def test_python_s_own_queues_do_as_the_model_does(monkeypatch):
    monkeypatch.delenv("RABBITMQ_URL", raising=False)
    table = real.compare_full("abcdefg", bound=3)
    assert list(table.index) == ["drop oldest", "reject", "block"] and table["the model agrees"].all()
    assert list(table["then waiting"]) == ["e f g", "a b c", "a b c"]


@pytest.mark.parametrize("bound", [1, 2, 7])
def test_each_of_them_at_any_bound(bound):
    messages = list("abcde")
    assert real.python_deque(messages, bound) == real.model("drop oldest", messages, bound)
    assert real.python_queue(messages, bound, block=False) == real.model("reject", messages, bound)
    assert real.python_queue(messages, bound, block=True) == real.model("block", messages, bound)


def test_no_rabbit_is_one_sentence():
    with pytest.raises(real.NoRabbit, match=r"No RabbitMQ answers at RABBITMQ_URL \(\w+\)\."):
        real.rabbit("drop-head", ["a"], 1, "amqp://guest:guest@127.0.0.1:9/?connection_attempts=1&socket_timeout=1")


def test_an_address_where_nobody_answers_is_told_and_python_s_queues_answer(monkeypatch, capsys):
    monkeypatch.setenv("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:9/?connection_attempts=1&socket_timeout=1")
    assert real.compare_full()["the model agrees"].all()
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2 and told[0].endswith("Python's own queues take the place of drop-head.")
