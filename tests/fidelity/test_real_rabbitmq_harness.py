"""The harness itself: a broker that is killed and restarted keeps its disk, and listens on this machine only."""

import socket

import pika
import pytest

from tests.fidelity.real_rabbitmq import RabbitMQ


def test_the_disk_outlives_the_broker(rabbitmq: RabbitMQ) -> None:
    channel = rabbitmq.connect().channel()
    channel.queue_declare("harness", durable=True)
    channel.confirm_delivery()
    channel.basic_publish("", "harness", b"kept", pika.BasicProperties(delivery_mode=2))
    rabbitmq.kill()
    assert not rabbitmq.answers()
    rabbitmq.restart()
    channel = rabbitmq.connect().channel()
    assert channel.queue_delete("harness").method.message_count == 1


def test_nothing_listens_on_another_address(rabbitmq: RabbitMQ) -> None:
    for port in (rabbitmq.port, rabbitmq.dist_port, rabbitmq.epmd_port):
        socket.create_connection(("127.0.0.1", port), 2).close()
        with pytest.raises(ConnectionRefusedError):  # what listens on all addresses would listen on this one, too
            socket.create_connection(("127.0.0.2", port), 2)
