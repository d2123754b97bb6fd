"""What the pictures of lesson 04 say, and that every run can be drawn."""

import pytest

from labs.kit.trace import Fault
from labs.queues.buffer.buffer import buffer
from labs.queues.buffer.controls import busy, explore_buffer, explore_knee, explore_retries, fleet
from labs.queues.buffer.delivery import deliver
from labs.queues.buffer.delivery_picture import draw_delivery
from labs.queues.buffer.knee_picture import STEPS, TOP, _means, draw_knee
from labs.queues.buffer.measure import backlog
from labs.queues.buffer.overflow import POLICIES
from labs.queues.buffer.picture import draw_buffer
from labs.queues.buffer.retries import retries
from labs.queues.buffer.retries_picture import draw_retries


def told(scene):
    return [caption for _, caption in scene.says]


def test_the_rush_is_told_from_its_beginning_to_its_end():
    scene = draw_buffer(buffer())
    assert told(scene)[0] == "10 + 20 + 30 messages arrive per second; the worker does 15."
    assert told(scene)[-1] == "At 40 s the last message is done. The longest wait was 30 s."
    assert scene.value("waiting", "label", 10.2).startswith("448 wait, the oldest for 8 s")
    assert scene.value("count-done", "label", 45) == "done 600"


def test_the_tank_is_as_full_as_its_count_says_when_the_count_changes():
    scene = draw_buffer(buffer())
    full = scene.value("queue", "h", 0) / max(448, 20)
    for t in (7.5, 15, 30, 37.5):  # a multiple of the 45 s / 120 after which it changes
        assert scene.value("level", "h", t) == pytest.approx(
            full * int(scene.value("waiting", "label", t).split()[0]), rel=0.02
        )


def test_of_a_run_that_is_cut_off_only_what_is_known_is_told():
    """The last of 2,025 has to wait for 135 s; the run ends when the oldest that waits has done so for 34 s."""
    assert told(draw_buffer(buffer(rush=30)))[-1] == "1125 wait: that is 75 s of work."
    assert explore_buffer("rush", rush=30).table[0] == ("longest wait", [("at least 33.8 s", None)])
    assert explore_buffer("rush").table[0] == ("longest wait", [("30.0 s", None)])


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("more", [{}, {"workers": 0}, {"workers": 6}, {"rush": 0}, {"rush": 45}, {"spacing": "random"}])
def test_every_run_can_be_drawn(policy, more):
    faults = [Fault(4, "burst", "producer 1"), Fault(5, "stop", "workers"), Fault(12, "start", "workers")]
    for bound in (0, 50):
        assert draw_buffer(buffer(bound=bound, overflow=policy, faults=faults, **more)).svg(20)


def test_a_fleet_is_told_wave_by_wave():
    assert "Nothing waits when the next ones arrive." in told(draw_buffer(fleet(cars=300)))[1]
    assert "50 still wait when the next ones arrive." in told(draw_buffer(fleet(cars=450)))[1]
    assert draw_buffer(fleet(cars=600, bound=100, faults=[Fault(3, "stop", "workers")])).svg(60)


@pytest.mark.parametrize("faults", [[], [Fault(16, "away", "workers")]])
def test_how_long_the_last_of_a_wave_waits_is_what_the_run_did(faults):
    """It has to wait for a dashboard that is away, too."""
    run = fleet(cars=300, faults=faults)
    last = max(e["number"] for e in run.of("send") if e.t == 20)
    waited = next(e["waited"] for e in run.of("work") if e["number"] == last)
    assert draw_buffer(run).caption(20).endswith(f"The last of them has to wait for {waited:.1f} s.")
    assert waited == pytest.approx(13 if faults else 7.5, abs=0.1)


@pytest.mark.parametrize(
    ("acks", "gone"), [("after the work", "were not acknowledged: they go back"), ("on delivery", "and are lost.")]
)
def test_workers_that_stop_together_are_told_together(acks, gone):
    scene = draw_buffer(buffer(acks=acks, workers=3, faults=[Fault(5, "away", "workers")], until=60))
    assert scene.caption(5).startswith("The 3 workers stop. The 3 messages in their hands") and gone in scene.caption(5)
    assert scene.caption(13) == "The 3 workers are back."
    two = draw_buffer(buffer(workers=3, faults=[Fault(30, "stop", "worker 1"), Fault(31, "stop", "workers")]))
    assert (two.caption(30), two.caption(31)) == ("Worker 1 stops.", "2 workers stop.")


def test_the_dot_ends_at_what_the_run_measured():
    explored = explore_knee(seed=24)
    assert explored.table[0] == ("waiting on average", [("17.8", None)])
    assert told(explored.scenes[0][1])[-1].startswith("On average 17.8 waited")


@pytest.mark.parametrize("load", [0.5, 0.9, 0.95])
def test_the_dot_and_the_caption_are_true_all_the_while(load):
    """The dot is within the chart; the peak is told with its time, and the moment when it has been worked off."""
    run = busy(load=load, seed=24)
    scene, line = draw_knee(run), backlog(run)
    assert max(_means(line, run.end / STEPS)) < TOP
    highest = max(level for _, level in line)
    peak = next(t for t, level in line if level == highest)
    assert scene.caption(peak + 0.2).startswith(f"{highest:.0f} wait at {peak:.0f} s: many arrived close together.")
    if load == 0.95:
        assert scene.caption(60) == "At 51 s nothing waits any more: catching up has taken 34 s."
        assert next(t for t, level in line if t > peak and not level) == pytest.approx(51, abs=0.5)


@pytest.mark.parametrize("policy", ["exponential", "full jitter"])
def test_the_counters_of_the_retries_agree_with_the_captions(policy):
    run = retries(policy=policy)
    scene = draw_retries(run)
    counted = [scene.value(f"count-{name}", "label", 0) for name in ("calls", "refused", "served")]
    assert counted == ["calls 40", "refused 34", "served 0"] and "34 are refused" in told(scene)[0]
    assert scene.value("count-calls", "label", run.end) == f"calls {len(run.of('call'))}"


def test_the_waves_and_the_end_of_the_retries_are_told():
    waves = told(draw_retries(retries()))
    assert "34 clients call at the same moment; 28 are refused." in waves[1]
    assert waves[-1] == "At 31.4 s everybody has been served. It took 154 calls."
    hasty = told(draw_retries(retries(policy="at once")))[-1]
    assert hasty.startswith("40 still have no answer") and hasty.endswith("busy refusing calls.")
    assert "still have no answer" in told(draw_retries(retries(faults=[Fault(0, "stop", "server")])))[-1]
    for policy in ("at once", "fixed", "full jitter"):
        assert draw_retries(
            retries(policy=policy, faults=[Fault(1, "stop", "server"), Fault(3, "start", "server")])
        ).svg(9)


def test_a_server_is_back_before_it_takes_a_call_of_the_same_moment():
    scene = draw_retries(retries(policy="fixed", faults=[Fault(1, "away", "server")]))
    assert scene.caption(1).startswith("The server stops: every call fails. 34 clients call")
    assert scene.caption(7).startswith("The server is back. 34 clients call")


@pytest.mark.parametrize("style", ["point-to-point", "publish/subscribe"])
def test_what_is_left_at_the_end_is_counted(style):
    what = {"point-to-point": "message", "publish/subscribe": "copy"}[style]
    late = draw_delivery(deliver(style=style, consumers=1, faults=[Fault(9.9, "stop", "A")]))
    assert told(late)[-1].endswith(f"1 {what} is still to be done.")
    early = draw_delivery(deliver(style=style, consumers=1, faults=[Fault(2.5, "away", "A")]))
    assert told(early)[-1].endswith(f"3 {'messages' if what == 'message' else 'copies'} are still to be done.")


@pytest.mark.parametrize("style", ["point-to-point", "publish/subscribe"])
@pytest.mark.parametrize("consumers", [1, 2, 3])
def test_who_gets_what_is_told(style, consumers):
    whole = draw_delivery(deliver(style=style, consumers=consumers, work=0.5))
    assert told(whole)[0].startswith("Message 1 goes to the")
    for number in range(1, 7):  # so that one can step through them
        assert any(f"essage {number}" in caption for caption in told(whole))
    times = {1: "once", 2: "twice", 3: "3 times"}[consumers if style == "publish/subscribe" else 1]
    assert told(whole)[-1].endswith(f"Each message was done {times}.")
    if style == "publish/subscribe":
        assert whole.value("A-done", "label", whole.end) == "✓ 1 2 3 4 5 6"
    struck = [Fault(2.2, "stop", "A"), Fault(5, "start", "A")]
    assert "A stops." in " ".join(told(draw_delivery(deliver(style=style, consumers=consumers, faults=struck))))


def unfinished(*arguments):
    raise NotImplementedError


def misfit(*arguments):
    return 7


for function in (unfinished, misfit):
    function.__module__ = "__main__"  # as if a learner had written it


@pytest.mark.parametrize("function", [unfinished, misfit])
def test_a_learner_s_unfinished_function_is_borne(function):
    for picture in (explore_buffer("overflow", bound=50, offer=function), explore_retries(pause=function)):
        assert picture._repr_mimebundle_()
