from functools import partial

import pytest

from labs.kit.picture.frame import in_one_frame
from labs.kit.trace import Fault
from labs.queues.pace.pace import pace, workers_needed
from labs.queues.pace.picture import draw_pace, explore_pace


@pytest.mark.parametrize(("workers", "left"), [(1, 900), (2, 600), (4, 0), (6, 0)])
def test_what_waits_is_what_comes_less_what_goes(workers, left):
    assert pace(workers=workers, until=20).events[-1]["waiting"] == left


def test_a_stopped_worker_takes_nothing_from_that_second_on():
    run = pace(workers=4, faults=[Fault(9.5, "stop", "worker 2"), Fault(12, "stop", "worker 2")], until=20)
    assert [e["done"] for e in run.of("second")][8:11] == [60, 45, 45]
    assert run.events[-1]["waiting"] == 11 * 15 and [e.t for e in run.of("stop")] == [9.5]


def test_only_workers_can_be_stopped():
    assert pace(workers=2, faults=[Fault(3, "stop", "worker 5")]).events == pace(workers=2).events
    with pytest.raises(ValueError, match="there is no fault 'crash'; choose one of stop"):
        pace(faults=[Fault(3, "crash", "worker 1")])


def test_the_picture_tells_who_stops_and_what_follows():
    scene = draw_pace(pace(workers=4, faults=[Fault(9.5, "stop", "worker 2")]))
    assert scene.caption(9.5).startswith("Worker 2 stops. 3 still work.")
    assert scene.caption(10) == "15 too many every second: they wait, and the queue grows."
    assert explore_pace(versus=("workers", 3, 4)).table == [
        ("records that wait at the end", [("300", False), ("0", True)])
    ]


def test_the_least_number_of_workers():
    assert [workers_needed(60, each) for each in (15, 16, 60, 61)] == [4, 4, 1, 1]
    with pytest.raises(ValueError, match="never keeps up"):
        workers_needed(1, 0)


def test_the_scene_tells_whether_it_ends_well():
    assert "will not drain on its own" in draw_pace(pace(workers=2)).caption(20)
    assert "keep up" in draw_pace(pace(workers=4)).caption(20)


def test_the_tank_is_as_full_as_its_count_says_and_on_one_scale_beside_another():
    few, many = in_one_frame([partial(draw_pace, pace(workers=workers)) for workers in (3, 2)])
    assert few.value("waiting", "label", 20) == "300 wait" and many.value("waiting", "label", 20) == "600 wait"
    assert few.value("level", "w", 20) == pytest.approx(many.value("level", "w", 20) / 2)
    assert few.value("level", "w", 10) == pytest.approx(few.value("level", "w", 20) / 2)
