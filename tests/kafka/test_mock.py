"""The mock cluster that cannot be had: a sentence, and nothing is torn down that was never there."""

import pytest

from labs.kafka import mock
from labs.kit.not_here import NotHere


class Library:
    """librdkafka, of which one function fails; it notes what it is asked for."""

    def __init__(self, failing):
        self.failing, self.calls = failing, []

    def __getattr__(self, name):
        def call(*arguments):
            self.calls.append((name, arguments))
            if name in ("rd_kafka_new", "rd_kafka_conf_new", "rd_kafka_mock_cluster_new"):
                return None if name == self.failing else name
            if name == "rd_kafka_mock_topic_create":
                return -1 if name == self.failing else 0
            return None

        return call

    def torn_down(self):
        return [call for call in self.calls if call[0].endswith("_destroy")]


@pytest.mark.parametrize(
    ("failing", "says", "torn_down"),
    [
        ("rd_kafka_new", "would not start a client", [("rd_kafka_conf_destroy", ("rd_kafka_conf_new",))]),
        ("rd_kafka_mock_cluster_new", "mock cluster of 3 brokers", [("rd_kafka_destroy", ("rd_kafka_new",))]),
        (
            "rd_kafka_mock_topic_create",
            "would not make the topic 'orders'",
            [
                ("rd_kafka_mock_cluster_destroy", ("rd_kafka_mock_cluster_new",)),
                ("rd_kafka_destroy", ("rd_kafka_new",)),
            ],
        ),
    ],
)
def test_what_cannot_be_started_is_one_sentence(monkeypatch, failing, says, torn_down):
    library = Library(failing)
    monkeypatch.setattr(mock, "_c_library", lambda: library)
    with pytest.raises(NotHere, match=says), mock.mock_cluster({"orders": 4}, brokers=3):
        pytest.fail("there is no cluster")
    assert library.torn_down() == torn_down
    assert all(None not in arguments for name, arguments in library.calls if "mock" in name), "asked of no cluster"
