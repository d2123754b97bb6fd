"""What the picture of a saga says, beside what the services did: after every crash, duplicate and late message."""

import pytest

from labs.kit.trace import Fault
from labs.patterns.saga import steps
from labs.patterns.saga.captions import teller
from labs.patterns.saga.exhaustive import runs
from labs.patterns.saga.picture import draw_saga
from labs.patterns.saga.run import ended, run_saga
from labs.patterns.saga.world import PATIENCE, SAFETY, SERVICES

SETTINGS = [("orchestrated", {"safety": safety}) for safety in SAFETY] + [("choreographed", {})]


def told(trace):
    """Each event with its sentence."""
    tell = teller(trace)
    for e in trace:
        sentence = tell(e)
        yield e, sentence[1] if isinstance(sentence, tuple) else sentence


@pytest.mark.parametrize(("style", "settings"), SETTINGS)
def test_a_sentence_tells_of_a_change_only_where_something_changed(style, settings):
    for trace in runs(style, **settings):
        holds, over = dict.fromkeys(SERVICES, 0), ""
        for e, sentence in told(trace):
            if e.kind == "commit":
                before, holds[e.who] = holds[e.who], e["taken"]
                changes = "commits its local transaction" in sentence or "takes it once more" in sentence
                assert changes == (e["taken"] > before), (trace.faults, sentence)
                assert ("undoes what was committed" in sentence) == (e["taken"] < before), (trace.faults, sentence)
                assert ("says no" in sentence or "say no" in sentence) == (e["outcome"] == "failed")
                assert not over or "still being undone" in over or e["taken"] >= before, (trace.faults, over)
                assert "knows no keys" not in sentence or settings["safety"] == SAFETY[1]
                if "closes the key" in sentence:
                    later = [x for x in trace.of("commit", who=e.who) if x.t > e.t and x["action"] in steps.AMOUNT]
                    assert not [x for x in later if x["taken"]], "what comes later is refused"
            if e.kind == "over":
                over = sentence


@pytest.mark.parametrize(("style", "settings"), SETTINGS)
def test_nobody_acts_while_down_and_whoever_has_forgotten_does_nothing_more(style, settings):
    up, forgotten = {}, False
    for trace in runs(style, **settings):
        up, forgotten = dict.fromkeys(("order", *SERVICES), True), False
        for e, sentence in told(trace):
            if e.kind in ("crash", "restart"):
                assert e.kind == "crash" or not up[e.who]
                up[e.who] = e.kind == "restart"
            elif e.kind in ("send", "commit", "noted", "over", "publish"):
                assert up[e.who] or "the broker delivers it again" in sentence, (trace.faults, e)
                assert not (forgotten and e.who == "order"), (trace.faults, e)
            elif e.kind == "forgotten":
                assert not trace.of("over"), "an order that is over is not forgotten"
                forgotten = True
        assert not forgotten or ended(trace) == "open"


def test_it_is_told_why_the_orchestrator_asks_again_and_when_it_gives_up():
    """After every crash, and where a participant is down for so long that nobody knows the outcome."""
    moments = [(who, t / 4) for who in SERVICES for t in range(1, 30)]
    longer = [run_saga(faults=[Fault(t, "crash", who), Fault(t + 2.5, "crash", who)]) for who, t in moments]
    heard = []
    for trace in [*runs("orchestrated"), *runs("orchestrated", safety=SAFETY[2]), *longer]:
        asked = {}
        for e, sentence in told(trace):
            if e.who != "order" or e.kind not in ("send", "noted"):
                continue
            heard.append(sentence)
            if e.kind == "noted":
                assert ("as unknown" in sentence) == (e["outcome"] == "unknown") == bool(sentence)
                continue
            before = asked.get(e["label"], e.t)
            assert ("again" in sentence) == (before < e.t), (trace.faults, sentence)
            since = [x for x in trace.of("noted", "crash", "restart", who="order") if before < x.t <= e.t]
            assert ("No reply to" in sentence) == (before < e.t and not since), (trace.faults, sentence)
            assert "No reply to" not in sentence or e.t - before == pytest.approx(PATIENCE)
            assert ("reads its log" in sentence) == bool(since and since[-1].kind == "restart" and before < e.t)
            asked[e["label"]] = e.t
    for words in ("asks again", "as unknown", "may have taken place", "reads its log"):
        assert any(words in sentence for sentence in heard), words


def test_a_name_that_the_saga_does_not_have_is_named():
    with pytest.raises(ValueError, match="'pay' is not an action or a compensation of these steps"):
        run_saga(decide=lambda steps, log: "pay")


def test_an_order_that_comes_in_while_its_service_is_down_is_sent_again():
    for style, settings in SETTINGS:
        trace = run_saga(style, "nobody", faults=[Fault(0, "crash", "order")], **settings)
        assert ended(trace) == "approved" and min(e.t for e in trace.of("send")) == 3.0
        assert "Its customer sends the order again." in draw_saga(trace).caption(3)


def test_a_service_that_is_struck_again_is_down_for_longer():
    faults = [Fault(1.0, "crash", "stock"), Fault(3.0, "crash", "stock")]
    trace = run_saga("orchestrated", "nobody", faults=faults)
    assert [e.t for e in trace.of("restart")] == [6.0]
    assert "crashes again as it starts" in draw_saga(trace).caption(3)


def test_a_message_that_is_missed_does_not_arrive_in_the_picture(monkeypatch):
    drawn = []
    from labs.kit.picture.scene import Scene

    monkeypatch.setattr(Scene, "message", lambda scene, t, who, goal, *_, lost, **more: drawn.append(lost))
    for style in "orchestrated", "choreographed":
        for tenth in range(0, 60, 3):
            drawn.clear()
            trace = run_saga(style, faults=[Fault(tenth / 10, "crash", name) for name in ("order", "payment")])
            draw_saga(trace)
            assert len(drawn) == len(trace.of("send")) and sum(drawn) == len(trace.of("missed")), trace.faults


def test_an_orchestrator_that_never_ends_is_not_told_to_have_stopped():
    busy = run_saga(decide=lambda steps, log: "reserve")
    assert draw_saga(busy).caption(busy.end) == "The order still hangs, and somebody is still working on it."
    idle = run_saga(safety="no log", faults=[Fault(2.5, "crash", "order")])
    assert draw_saga(idle).caption(idle.end) == "The order still hangs, and nobody is working on it."


def test_a_message_that_is_repeated_or_held_up_is_told_beforehand():
    for kind, words in ("twice", "is delivered twice"), ("late", "takes 9 s"):
        for t in (0.1, 1.5, 9.0):
            trace = run_saga(faults=[Fault(t, kind, "network")])
            assert f"The next message, if one comes, {words}." in draw_saga(trace).caption(t)
            plain = run_saga()
            assert (len(trace.of("send")) > len(plain.of("send"))) == (t < 6)
