"""Real clients on librdkafka's mock cluster: a hand-off that dies after any of its calls ends as the model said."""

import pytest

from labs.kafka.failing.exercises import hand_off_wrong as wrong
from labs.kafka.failing.handing_off import hand_off
from labs.kafka.failing.poison import undecodable
from labs.kafka.failing.real import real_crashes


@pytest.mark.parametrize("code", [hand_off, wrong.commits_first, wrong.flush_after_commit])
def test_every_moment_ends_as_in_the_model(code, capfd):
    rows = real_crashes(code)
    assert len(rows) == 11 and [row for row in rows if not row["same"]] == []
    assert any("lost" in row["real"] for row in rows) == (code is not hand_off)
    assert any("DLT 2×" in row["real"] for row in rows) == (code is hand_off)
    assert capfd.readouterr() == ("", "")


def test_what_does_not_work_in_the_model_never_meets_a_real_client():
    def stub(consumer, process, producer):
        raise NotImplementedError

    stub.__module__ = "__main__"
    assert real_crashes(stub) == [{"your hand-off": "It is not written yet."}]
    assert "A failed record ends it" in real_crashes(wrong.passes)[0]["your hand-off"]
    assert "another topic than orders.DLT" in real_crashes(wrong.back_to_main)[0]["your hand-off"]


def test_where_a_record_is_decoded_decides_where_the_exception_comes_from():
    first, second, third = undecodable()
    assert first["decoded inside of poll"] == first["decoded in the loop"] == "{'order': 1}"
    assert "poll raises ValueDeserializationError" in second["decoded inside of poll"]
    assert "the loop has the bytes" in second["decoded in the loop"]
    assert third["decoded inside of poll"] == third["decoded in the loop"] == "{'order': 3}"
