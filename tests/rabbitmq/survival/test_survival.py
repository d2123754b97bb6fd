"""Orders over a broker that is killed: nothing confirmed is lost, and the matrix is as the lesson prints it."""

from __future__ import annotations

from itertools import product

import pytest

from labs.kit import Fault
from labs.rabbitmq.survival.matrix import crashes, matrix, outcomes
from labs.rabbitmq.survival.picture import draw_survival
from labs.rabbitmq.survival.predictions import GONE
from labs.rabbitmq.survival.survive import left, lost, lost_though_confirmed, sent, survive, twice

MOMENTS = [n / 10 + 0.05 for n in range(60)]


def test_the_matrix() -> None:
    assert matrix().to_numpy().tolist() == [["kept", "may be lost"]] + [["lost", "lost"]] * 3
    assert matrix("stop").equals(matrix())


def test_one_cell_depends_on_the_moment() -> None:
    assert outcomes(True, True)["not confirmed"] == {"there", "gone"}
    assert {knows for _, knows, _ in crashes(True, True)} == {"confirmed", "not confirmed"}


@pytest.mark.parametrize("how", ["kill", "stop"])
@pytest.mark.parametrize(("durable", "persistent"), list(product((True, False), repeat=2)))
def test_every_moment(how: str, durable: bool, persistent: bool) -> None:
    for moment in MOMENTS:
        settings = {
            "durable": durable,
            "persistent": persistent,
            "until": 12.0,
            "faults": [Fault(moment, how, "broker")],
        }
        waits, forgets = survive(confirms=True, **settings), survive(**settings)
        assert sent(waits) == sent(forgets) == [1, 2, 3]
        assert not twice(forgets)
        if durable and persistent:
            assert not lost(waits), moment
        assert (durable and persistent) or set(lost(forgets)) >= set(lost_though_confirmed(waits))
        for trace in (waits, forgets):
            draw_survival(trace)


def test_a_queue_that_is_not_durable_is_gone_itself() -> None:
    for how, persistent in product(("kill", "stop"), (True, False)):
        trace = survive(durable=False, persistent=persistent, faults=[Fault(2.0, how, "broker")])
        said = " ".join(words for _, words in draw_survival(trace).says)
        assert "the queue is gone" in said and "what was on disk" not in said
        assert "what has to be written" not in said


def test_what_the_lesson_says() -> None:
    at = [survive(faults=[Fault(t, "kill", "broker")]) for t in (2.0, 3.2)]
    assert [lost(trace) for trace in at] == [[2], [3]]
    again = survive(confirms=True, faults=[Fault(2.6, "kill", "broker")])
    assert twice(again) == [2] and left(again).count(2) == 2
    assert GONE.answer() == GONE.options[2]


@pytest.mark.parametrize(("moment", "cut"), [(1.6, {"✓", "o2"}), (2.0, set()), (2.6, {"✓", "o3"})])
def test_what_is_on_the_wire_at_the_crash_does_not_arrive(moment: float, cut: set[str]) -> None:
    scene = draw_survival(survive(confirms=True, faults=[Fault(moment, "kill", "broker")]))
    dots = [f"message-{n}" for n in range(1, 20) if scene.has(f"message-{n}")]
    seen = {name: scene.value(name, "label", moment) for name in dots if scene.value(name, "fill", moment) == "bad"}
    assert set(seen.values()) == cut
    for name in seen:
        assert 180 < float(scene.value(name, "x", moment)) < 270, "halfway between publisher and broker"
        assert scene.value(name, "opacity", moment + 0.2) == 0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"durable": 1}, "durable must be True or False"),
        ({"faults": [Fault(1, "kill", "publisher")]}, "strikes the broker"),
        ({"faults": [Fault(1, "kill", "broker"), Fault(2, "stop", "broker")]}, "is down until 2.5 s"),
        ({"faults": [Fault(99, "kill", "broker")]}, "outside the run"),
    ],
)
def test_bad_input_is_one_sentence(settings: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told) as error:
        survive(**settings)
    assert "\n" not in str(error.value)
