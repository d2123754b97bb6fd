"""What the picture of CQRS says, beside what was committed, published and projected at that moment."""

import re
from itertools import product

import pytest

from labs.kit.picture.scene import Scene
from labs.kit.trace import Fault
from labs.patterns.cqrs.captions import name_of, teller
from labs.patterns.cqrs.exhaustive import moments
from labs.patterns.cqrs.picture import draw_cqrs
from labs.patterns.cqrs.run import differences, run_cqrs
from labs.patterns.cqrs.world import PUBLISH


def sentences(trace):
    """Each event with its sentence."""
    tell = teller(trace)
    for e in trace:
        sentence = tell(e)
        yield e, sentence[1] if isinstance(sentence, tuple) else sentence


def crashes(**settings):
    """Runs with one crash at every moment, and with a second one 0.3, 2 or 5 s later."""
    times = moments(run_cqrs(**settings))
    for t, later, who in product(times, (0, 0.3, 2, 5), ("orders", "customers", "projector")):
        yield run_cqrs(faults=[Fault(t, "crash", who), Fault(t + later, "crash", who)], **settings)


@pytest.mark.parametrize("publish", PUBLISH)
def test_a_crash_is_told_with_what_it_falls_into(publish):
    for trace in crashes(publish=publish, writes=3):
        state, lost = {}, set()
        for e, sentence in sentences(trace):
            if e.kind in ("commit", "send", "published"):
                state[name_of(e["event"])] = e.kind
            if e.kind == "marked":
                state = {name: "marked" if was == "published" else was for name, was in state.items()}
            if e.kind == "crash" and not e["again"] and e.who != "projector":
                told = re.search(r"crashes\. (\w+ v\d) is (committed|published|on its way)", sentence)
                if told:
                    name, what = told.groups()
                    meant = {"committed": "commit", "published": "published", "on its way": "send"}[what]
                    assert state[name] == meant, (trace.faults, sentence)
                    assert name not in lost, (trace.faults, sentence)
                    lost |= {name} if publish == "no outbox" else set()
                else:
                    assert "commit" not in {state[name] for name in state if name[0] == e.who[0] and name not in lost}
            if e.kind == "published" and "is in the feed" in sentence:
                times = [one for one in trace.of("published") if one["event"] == e["event"] and one.t <= e.t]
                word = {2: "a second time", 3: "a third time"}[len(times)]
                assert word in sentence
            if "The projector writes" in sentence:
                assert name_of(e["event"]) in sentence


def test_an_event_that_is_in_the_feed_three_times_is_told_so():
    faults = [Fault(4.0, "crash", "orders"), Fault(7.6, "crash", "orders")]
    trace = run_cqrs(writes=2, faults=faults)
    assert len(trace.of("published", who="orders")) == 3
    assert "o1 v1 is in the feed a third time." in " ".join(caption for _, caption in draw_cqrs(trace).says)


def test_a_service_that_is_down_is_not_asked():
    for first, later in product((3.3, 4.9, 6.3), (7.6, 8.3, 9.5, 14.7)):
        faults = [Fault(first, "crash", "orders"), Fault(later, "crash", "orders")]
        up = True
        for e in run_cqrs(read="after own writes", look_every=5.0, faults=faults):
            up = e.kind == "restart" if e.kind in ("crash", "restart") and e.who == "orders" else up
            assert up or e.get("source") != "ask the owner", faults


def test_every_command_takes_place_and_in_its_order_however_often_a_service_crashes():
    for begin, who in product((0.9, 2.9, 8.9, 10.9), ("orders", "customers")):
        faults = [Fault(begin + 2.9 * n, "crash", who) for n in range(5)]
        trace = run_cqrs(faults=faults)
        assert len(trace.of("commit")) == 6 and differences(trace) == [], faults
        done = [name_of(e["event"]) for e in trace.of("commit")]
        assert done.index("o1 v1") < done.index("o1 v2") and done.index("c1 v1") < done.index("c1 v2")
        assert trace.events[-1]["join"].keys() == {"o2", "o3"}


def test_when_everything_is_quiet_everything_is():
    """A crash late in the run, pressed where the last one has made it end."""
    trace, faults = run_cqrs(), []
    for _ in range(6):
        faults.append(Fault(trace.end, "crash", "orders"))
        trace = run_cqrs(faults=faults)
        assert len(trace.of("restart")) == len(faults)


def test_nothing_flies_to_a_projector_that_is_down(monkeypatch):
    sent = []
    draw = Scene.send
    monkeypatch.setattr(
        Scene, "send", lambda scene, t, *who, **more: sent.append((t, *who)) or draw(scene, t, *who, **more)
    )
    for tenth in range(0, 80, 4):
        sent.clear()
        draw_cqrs(run_cqrs(writes=3, faults=[Fault(tenth / 10, "crash", "projector")]))
        down = [t for t, _, goal in sent if goal == "projector" and tenth / 10 <= t < tenth / 10 + 3 - 1e-9]
        assert not down


@pytest.mark.parametrize("t", [0, 5, 7, 12, 15.5])
def test_only_what_was_there_before_is_counted_as_replayed(t):
    trace = run_cqrs(rebuild="in place", faults=[Fault(t, "rebuild", "projector")])
    before = len([e for e in trace.of("projected") if e.t < t])
    label = draw_cqrs(trace).value("new", "label", trace.end)
    assert label == ("dropped" if not before else f"replayed: {before} event{'s' * (before > 1)}")


def test_a_fault_that_changes_nothing_is_told():
    """A rebuild with nobody to do it, or while one is under way; an event that is held up when none comes any more."""
    down = run_cqrs(faults=[Fault(5, "crash", "projector"), Fault(6, "rebuild", "projector")])
    assert draw_cqrs(down).caption(6) == "The projector is down: nothing is rebuilt." and not down.of("rebuild")
    twice = run_cqrs(faults=[Fault(15, "rebuild", "projector"), Fault(15.6, "rebuild", "projector")])
    assert draw_cqrs(twice).caption(15.6) == "A new table is being built already." and len(twice.of("rebuild")) == 1
    for t in (1.3, 20.0):
        late = run_cqrs(faults=[Fault(t, "late", "network")])
        assert "takes 4 s to its feed" in draw_cqrs(late).caption(t)
        assert max(e["over"] for e in late.of("send")) == pytest.approx(4.0 if t < 15 else 0.4)
