"""The picture, the captions and the controls of lesson 10, over many runs."""

import pytest

from labs.kafka.failing.controls import CONTROLS, explore_failing, explore_next_order
from labs.kafka.failing.handling import handle
from labs.kafka.failing.picture import draw_handling
from labs.kafka.failing.predictions import NEXT_ORDER, SLEEPS_THROUGH
from labs.kafka.failing.settings import POLICIES
from labs.kit.checking import catalogue
from labs.kit.trace import Fault

RUNS = [
    dict(policy=policy, failure=failure, redrive=redrive, failing=failing, hand_off=hand_off)
    for policy in POLICIES
    for failure in ("transient", "permanent")
    for redrive in ("none", "back")
    for failing, hand_off in ((0, "acknowledged"), (6, "acknowledged"), (2, "commit first"))
]


@pytest.mark.parametrize("settings", RUNS, ids=str)
def test_every_run_can_be_drawn_with_any_crash(settings):
    for faults in ((), (Fault(1.45, "crash", "c1"),), (Fault(2.0, "outage", "payments"), Fault(2.5, "crash", "r1"))):
        scene = draw_handling(handle(**settings, faults=faults))
        assert scene.svg(scene.end) and scene.stills


def test_the_first_picture_tells_few_things_and_ends_with_the_breach_in_sight():
    shown = explore_next_order()
    assert [len(scene.says) for _, scene in shown.scenes] == [5, 7]
    assert "✗ b1 is done after a later record of bob" in shown.scenes[1][1].svg(8.0)
    assert "✗ b1" not in shown.scenes[0][1].svg(8.0)


def test_what_is_lost_is_seen():
    trace = handle(failure="permanent", hand_off="commit first", records=6, faults=[Fault(1.45, "crash", "c1")])
    assert ">lost<" in draw_handling(trace).svg(trace.end)


def test_at_the_end_of_a_redrive_in_order_no_record_is_in_anybodys_hands():
    trace = handle(policy="park", failure="permanent", redrive="back", redrive_at=7.0, failing=3, until=16.0)
    scene = draw_handling(trace)
    cells = {f"{e['topic']}:{e['offset']}" for e in trace.of("append")}
    assert not [cell for cell in sorted(cells) if scene.value(cell, "fill", scene.end) == "warn"]


def test_predictions_are_answered_by_the_model():
    assert NEXT_ORDER.answer() == NEXT_ORDER.options[1] and SLEEPS_THROUGH.answer() == SLEEPS_THROUGH.options[1]


def test_every_control_can_be_shown_and_an_unknown_one_is_named():
    explore_failing(*[name for name in CONTROLS if name not in ("max_poll",)])
    with pytest.raises(ValueError, match="there is no control 'colour'"):
        explore_failing("colour")


@pytest.mark.parametrize("said", [[], None, 3, "b1", [1, 2], {}])
def test_a_loop_of_the_learner_that_gives_anything_ends_in_a_picture_or_a_sentence(said):
    def strange(records, held, process):
        return said

    strange.__module__ = "__main__"
    shown = explore_failing("failing", policy="park", park=strange, failure="permanent", redrive="back")
    assert shown.scenes


def test_the_exercises_have_hints_and_properties_of_different_names():
    for name in ("kafka-retry", "kafka-hand-off", "kafka-redrive"):
        exercise = catalogue.find(name)
        assert len(exercise.hints) == 3
        assert len({name for name, _ in exercise.properties}) == len(exercise.properties)
        assert len(exercise.wrong) >= 5
