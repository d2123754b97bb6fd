"""The harness itself: its broker listens on this machine only. (That it can be killed and restarted: …_survival.py.)"""

import socket

import pytest

from tests.fidelity.real_rabbitmq import RabbitMQ


def test_nothing_listens_on_another_address(rabbitmq: RabbitMQ) -> None:
    for port in (rabbitmq.port, rabbitmq.dist_port, rabbitmq.epmd_port):
        socket.create_connection(("127.0.0.1", port), 60).close()
        with pytest.raises(ConnectionRefusedError):  # what listens on all addresses would listen on this one, too
            socket.create_connection(("127.0.0.2", port), 60)
