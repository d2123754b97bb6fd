import pytest

from labs.kit.trace import Clock, Event, Fault, Trace


def test_a_trace_keeps_events_in_order_and_finds_them():
    trace = Trace(end=3.0)
    trace.emit(1, "sent", "a", number=7)
    trace.emit(1, "got", "b", number=7)
    trace.emit(4, "sent", "b")
    assert [e.kind for e in trace] == ["sent", "got", "sent"] and len(trace) == 3
    assert trace.of("sent", who="a") == [Event(1, "sent", "a", {"number": 7})]
    assert trace.of("got")[0]["number"] == 7 and trace.of("got")[0].get("nothing", 1) == 1
    assert trace.end == 4
    assert list(trace.table("sent").columns) == ["t", "kind", "who", "number"]


def test_a_trace_never_runs_backwards():
    trace = Trace()
    trace.emit(2, "sent", "a")
    with pytest.raises(ValueError, match=r"got at 1 s comes after an event at 2 s"):
        trace.emit(1, "got", "b")


def test_the_clock_lives_through_its_diary_in_order_and_keeps_the_order_of_writing():
    clock, lived = Clock(), []
    clock.at(2, lambda: lived.append("second"))
    clock.at(1, lambda: (lived.append("first"), clock.after(1, lambda: lived.append("third"))))
    clock.at(9, lambda: lived.append("never"))
    clock.run(5)
    assert lived == ["first", "second", "third"] and clock.now == 5
    with pytest.raises(ValueError, match=r"stands at 5 s"):
        clock.at(4, lambda: None)


def test_faults_are_values():
    assert Fault(1, "crash", "c1") == Fault(1, "crash", "c1")
