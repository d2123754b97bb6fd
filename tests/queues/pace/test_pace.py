from functools import partial
from itertools import product

import pytest

from labs.kit.picture.frame import in_one_frame
from labs.kit.picture.scene import Scene
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


# ── what the picture says, beside what the model did ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("workers", [1, 2, 3, 6])
def test_whoever_stops_the_captions_count_those_who_still_work(workers):
    moments = (0, 0.5, 7.2, 7.2, 7.9, 19.5, 20)
    for first, second in product(moments, moments):
        whom = ("worker 1", f"worker {workers}")
        trace = pace(workers=workers, faults=[Fault(first, "stop", whom[0]), Fault(second, "stop", whom[1])])
        scene = draw_pace(trace)
        stops = trace.of("stop")
        assert {e.who for e in stops} == set(whom), "each fault is seen, at the very end too"
        for place, e in enumerate(stops):
            left = workers - place - 1
            words = {0: "Nobody still works", 1: "Only one still works"}.get(left, f"{left} still work")
            assert f"{e.who.capitalize()} stops. {words}." in scene.caption(e.t)
        for e in trace.of("second"):
            assert e["working"] == workers - sum(stop.t < e.t for stop in stops)
        if workers == 1:
            assert not any("workers" in caption for _, caption in scene.says)


def test_nothing_flies_to_a_worker_that_has_stopped_when_it_arrives(monkeypatch):
    sent = []
    monkeypatch.setattr(Scene, "send", lambda scene, t, start, goal, *, over: sent.append((t + over, goal)))
    for tenth in range(0, 200, 3):
        draw_pace(pace(workers=3, faults=[Fault(tenth / 10, "stop", "worker 2")]))
        assert not [t for t, goal in sent if goal == "worker 2" and t > tenth / 10 + 1e-9]
        sent.clear()
