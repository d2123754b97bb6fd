"""The runs of the lesson: what it says about them, what they refuse, and that their pictures can be drawn."""

from __future__ import annotations

import pytest

from labs.kit import Fault
from labs.kit.trace import Trace
from labs.rabbitmq.delivery.picture import draw_retry, draw_work, explore_work
from labs.rabbitmq.delivery.predictions import SLOW
from labs.rabbitmq.delivery.retry import retry
from labs.rabbitmq.delivery.work import done_by, done_twice, finished, share_work


def test_a_large_prefetch_leaves_the_work_with_the_slow_one() -> None:
    assert finished(share_work(prefetch=1)) == 6.75 and done_by(share_work(prefetch=1)) == {"c1": 10, "c2": 2}
    assert finished(share_work(prefetch=100)) == 18.75 and done_by(share_work(prefetch=100)) == {"c1": 6, "c2": 6}
    assert share_work(prefetch=0).of("deliver") == share_work(prefetch=100).of("deliver")


@pytest.mark.parametrize("moment", [0.6 + n / 2 for n in range(14)])
@pytest.mark.parametrize("who", ["c1", "c2"])
@pytest.mark.parametrize("system", ["RabbitMQ", "Kafka"])
def test_no_message_is_lost_whoever_crashes_and_whenever(system: str, who: str, moment: float) -> None:
    trace = share_work(system=system, prefetch=5, until=100, faults=[Fault(moment, "crash", who)])
    assert {e["message"] for e in trace.of("done")} == {f"m{n}" for n in range(1, 13)}
    assert system == "Kafka" or not done_twice(trace)  # acked one by one; Kafka commits once per poll
    draw_work(trace)


def test_kafka_repeats_what_was_done_and_not_committed() -> None:
    crash = [Fault(3.4, "crash", "c1")]
    assert done_twice(share_work(system="Kafka", every=0.1, faults=crash, until=100))


def test_both_may_crash() -> None:
    for system in ("RabbitMQ", "Kafka"):
        draw_work(share_work(system=system, faults=[Fault(1, "crash", "c1"), Fault(2, "crash", "c2")]))


@pytest.mark.parametrize("system", ["RabbitMQ", "Kafka"])
@pytest.mark.parametrize("prefetch", [1, 100])
@pytest.mark.parametrize("who", ["", "c1", "c2"])
@pytest.mark.parametrize("messages", [5, 12, 24])
def test_what_is_said_is_so(system: str, prefetch: int, who: str, messages: int) -> None:
    for moment in (0.2, 1.9, 2.05, 5, 9) if who else (0,):
        for slow in (0.5, 3, 5):
            faults = [Fault(moment, "crash", who)] if who else []
            trace = share_work(system=system, prefetch=prefetch, slow=slow, messages=messages, faults=faults)
            said = [(t, words) for t, words, *_ in draw_work(trace).says]
            for t, words in said:
                if "nothing left to do" in words:
                    undone = messages - len({e["message"] for e in trace.of("done") if e.t <= t})
                    held = {name: sum(e.who == name and e.t <= t for e in trace.of("deliver")) - sum(
                        e.who == name and e.t <= t for e in trace.of("ack")) for name in ("c1", "c2")}  # fmt: skip
                    assert f"{undone} messages" in words and held["c1"] == 0, (moment, words)
                    assert system == "Kafka" or held["c2"] == undone
                    assert not [e for e in trace.of("deliver", who="c1") if e.t > t]
            assert [words for _, words in said if "All done" in words], "one consumer is left, and does the rest"
            moved = [words for _, words in said if "moves to" in words]
            assert len(moved) == (system == "Kafka" and bool(faults))


def test_six_are_pushed_before_the_slow_one_has_done_any() -> None:
    trace = share_work(prefetch=100)
    assert len([e for e in trace.of("deliver", who="c2") if e.t < trace.of("done", who="c2")[0].t]) == 6
    assert "before c2 has done even one" in SLOW.because


def test_what_is_parked_is_not_done() -> None:
    for limit in (1, 3):
        scene = draw_retry(retry(limit=limit))
        assert scene.value("done c1", "label", scene.end) == "done: 2"
    assert any("counts 1 rejection." in words for _, words in draw_retry(retry(limit=1)).says)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"prefetch": -1}, "prefetch must be a whole number"),
        ({"system": "Redis"}, "system must be one of"),
        ({"speed": 1}, "no setting 'speed'"),
        ({"faults": [Fault(1, "crash", "c3")]}, "no consumer 'c3'"),
        ({"faults": [Fault(1, "stall", "c1")]}, "no fault"),
        ({"faults": [Fault(1, "crash", "c1"), Fault(2, "crash", "c1")]}, "cannot crash again"),
        ({"seed": "x"}, "seed must be"),
    ],
)
def test_bad_input_is_one_sentence(settings: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told) as error:
        share_work(**settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("limit", [1, 3, 5])
def test_it_is_parked_after_so_many_rejections(limit: int) -> None:
    trace = retry(limit=limit)
    assert [e["rejected"] for e in trace.of("park")] == [limit]
    assert len([e for e in trace.of("dead") if e["reason"] == "rejected"]) == limit
    assert not trace.of("cycle")
    draw_retry(trace)


def _bad(ready, consumers):
    return [("nothing", "nobody")]


def _raises(ready, consumers):
    raise KeyError(ready)


def _loops(ready, consumers):
    while True:
        pass


@pytest.mark.parametrize("give", [_bad, _raises, lambda ready, consumers: None, lambda r, c: [(r[0], c)]])
def test_a_learners_own_dispatch_that_goes_wrong_is_a_sentence(give) -> None:
    for function in (give,):
        function.__module__ = "__main__"
        explorer = explore_work("prefetch", give=function, prefetch=2)
        assert explorer.scenes[0][1].says


def test_the_same_call_gives_the_same_trace() -> None:
    def plain(trace: Trace) -> list:
        return [(e.t, e.kind, e.who, dict(e.data)) for e in trace]

    assert plain(share_work(prefetch=5)) == plain(share_work(prefetch=5))
    assert plain(retry()) == plain(retry())
