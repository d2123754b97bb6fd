import pytest

from labs.kit import catalogue
from labs.kit.checks import check
from labs.kit.trace import Fault
from labs.queues.pace.pace import pace, workers_needed
from labs.queues.pace.picture import draw_pace, explore_pace

EXERCISES = {name: catalogue.find(name) for name in catalogue.ids() if name.startswith("queues-")}


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


def stub(arrivals, per_worker):
    raise NotImplementedError()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda a, e: a // e, "rounds down"),
        (lambda a, e: a // e + 1, "one too many"),
        (lambda a, e: round(a / e), "nearest whole number"),
        (lambda a, e: e // a, "the other way round"),
        (lambda a, e: a / e, "It gave back 2.6666666666666665. Workers come whole: round up."),
        (lambda a, e: float("inf"), "It gave back inf: expected a whole number of workers."),
        (lambda a, e: float("nan"), "It gave back nan: expected a whole number of workers."),
        (lambda a, e: print(a / e), "You printed it: give it back with `return`."),
    ],
)
def test_the_three_proofs_of_the_tiny_exercise(wrong, sentence, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    assert check("queues-workers", stub).verdict == "not started"
    assert check("queues-workers", EXERCISES["queues-workers"].reference).passed
    report = check("queues-workers", wrong)
    first = report.failure.case
    assert first in [(60, 15), (40, 15), (20, 15)], "an easier case would do"
    assert f"workers_needed(arrivals={first[0]}, per_worker={first[1]})" in repr(report)
    assert report.verdict == "failed" and sentence in repr(report)
