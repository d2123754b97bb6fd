"""The queue of lesson 04: nothing is lost without a word, and Little's law holds to the last digit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kit.trace import Fault
from labs.queues.buffer.buffer import AWAY, BURST, buffer
from labs.queues.buffer.capacity import drain
from labs.queues.buffer.line import at_random, line
from labs.queues.buffer.measure import backlog, fates, mean_backlog, oldest, waits
from labs.queues.buffer.overflow import POLICIES, offer


def test_the_notes_own_case():
    run = buffer()
    assert fates(run) == {"sent": 600, "done": 600, "lost": 0, "rejected": 0, "under way": 0}
    assert run.of("done")[-1].t == pytest.approx(40) and max(waits(run)) == pytest.approx(30, abs=0.2)
    lasting = buffer(rush=45)
    assert backlog(lasting)[-1][1] == pytest.approx(45 * 45, abs=3)
    assert oldest(lasting, 1)[-1][1] == pytest.approx(45 * 45 / 60, abs=0.2), "the oldest came when 675 had come"


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        ("drop oldest", {"sent": 600, "done": 250, "lost": 350, "rejected": 0, "under way": 0}),
        ("drop newest", {"sent": 600, "done": 250, "lost": 350, "rejected": 0, "under way": 0}),
        ("reject", {"sent": 600, "done": 250, "lost": 0, "rejected": 350, "under way": 0}),
    ],
)
def test_a_full_queue_does_what_its_policy_says(policy, what):
    run = buffer(bound=100, overflow=policy)
    assert fates(run) == what
    assert max(level for _, level in backlog(run)) == 100


def test_a_producer_that_is_blocked_sends_no_faster_than_the_worker_works():
    run = buffer(bound=100, overflow="block", rush=20, until=60)
    from_then = [e for e in run.of("send") if 10 < e.t <= 20]
    assert len(from_then) == pytest.approx(150, abs=3)
    assert fates(run)["lost"] == fates(run)["rejected"] == 0 and fates(run)["done"] == fates(run)["sent"]


SETTINGS = st.fixed_dictionaries(
    {
        "producers": st.lists(st.integers(1, 20), min_size=1, max_size=3).map(tuple),
        "rush": st.integers(1, 6),
        "spacing": st.sampled_from(["even", "random", "together"]),
        "every": st.integers(1, 3),
        "workers": st.integers(1, 4),
        "per_worker": st.integers(1, 30),
        "work": st.sampled_from(["fixed", "random"]),
        "bound": st.sampled_from([0, 1, 3, 20]),
        "overflow": st.sampled_from(POLICIES),
        "acks": st.sampled_from(["after the work", "on delivery"]),
        "seed": st.integers(0, 99),
    }
)
FAULTS = st.lists(
    st.tuples(
        st.integers(0, 40).map(lambda t: t / 4),
        st.sampled_from([("stop", "worker 1"), ("away", "workers"), ("start", "workers"), ("burst", "producer 1")]),
    ),
    max_size=4,
).map(lambda struck: [Fault(t, kind, who) for t, (kind, who) in struck])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(SETTINGS, FAULTS)
def test_every_message_has_one_fate_and_little_s_law_is_exact(given, faults):
    run = buffer(**given, faults=[*faults, Fault(12, "start", "workers")], until=1000)
    what = fates(run)
    assert what["under way"] == 0 and what["sent"] == what["done"] + what["lost"] + what["rejected"]
    here, level, total, last = {}, 0, 0.0, 0.0  # queue and workers together; blocked ones are not in yet
    stayed = []
    for event in run:
        total += level * (event.t - last)
        last = event.t
        if event.kind == "admit" or (event.kind == "send" and event["told"] == "accepted"):
            here[event["number"]] = event.t
            level += 1
        gone = event["numbers"] if event.kind == "lost" else [event["number"]] if event.kind == "done" else []
        for number in gone:
            stayed.append(event.t - here.pop(number))
            level -= 1
    assert not here and level == 0
    # messages × time = time × messages: L · T = λ · T · W, whatever the policy, the pattern and the faults
    assert total == pytest.approx(sum(stayed), rel=1e-9, abs=1e-9)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(SETTINGS, FAULTS)
def test_the_same_call_gives_the_same_run(given, faults):
    assert buffer(**given, faults=faults).events == buffer(**given, faults=faults).events


def test_messages_are_done_in_the_order_in_which_they_came():
    run = buffer(spacing="random", seed=3)
    numbers = [e["number"] for e in run.of("work")]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(("acks", "lost"), [("after the work", 0), ("on delivery", 1)])
def test_a_worker_that_stops_loses_only_what_it_acknowledged_too_early(acks, lost):
    run = buffer(acks=acks, faults=[Fault(5, "stop", "workers"), Fault(12, "start", "workers")], until=60)
    assert fates(run)["lost"] == lost and fates(run)["done"] == 600 - lost
    (stop,) = run.of("stop")
    again = [e for e in run.of("work") if e["number"] in stop["back"]]
    assert [e.t for e in again][1:] == [12] * len(stop["back"]), "it is the first that is done again"


def test_a_burst_is_sent_at_once_and_names_that_are_not_there_are_let_be():
    run = buffer(
        faults=[Fault(20, "burst", "producer 2"), Fault(21, "burst", "producer 9"), Fault(3, "stop", "worker 9")]
    )
    assert fates(run)["sent"] == 600 + BURST and [e.t for e in run.of("burst")] == [20] and not run.of("stop")


def test_to_be_away_is_to_stop_and_to_start_again():
    apart = [Fault(5, "stop", "workers"), Fault(5 + AWAY, "start", "workers")]
    assert buffer(faults=[Fault(5, "away", "workers")]).events == buffer(faults=apart).events


@pytest.mark.parametrize("policy", POLICIES)
def test_offer_is_never_given_more_than_its_bound(policy):
    """Not even when a worker has given its message back to a full queue: a learner's function may rely on it."""
    seen = []

    def watched(waiting, message, bound, policy):
        seen.append((len(waiting), bound))
        return offer(waiting, message, bound, policy)

    away = [Fault(5, "away", "workers")]
    run = buffer(bound=50, overflow=policy, faults=away, offer=watched)
    assert all(waiting <= bound for waiting, bound in seen)
    assert run.events == buffer(bound=50, overflow=policy, faults=away).events


def test_two_stops_are_one():
    away = [Fault(5, "stop", "workers"), Fault(6, "stop", "worker 1"), Fault(8, "start", "worker 1")]
    run = buffer(faults=[*away, Fault(9, "start", "worker 1")], until=60)
    assert [e.kind for e in run.of("stop", "start")] == ["stop", "start"] and fates(run)["done"] == 600


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"bound": -1}, "bound must be a whole number from 0 to 1000000 (messages), and not -1"),
        ({"overflow": "drop"}, "overflow must be one of drop oldest, drop newest, reject, block, and not 'drop'"),
        ({"producers": ()}, "producers must be a list of 1 to 8"),
        ({"offer": 3, "bound": 1}, "offer must be a function of waiting, message, bound and policy"),
        ({"offer": lambda *a: None, "bound": 1}, "offer must return three things"),
        ({"offer": lambda *a: ([], "lost", []), "bound": 1}, "offer tells the producer 'lost'"),
        ({"offer": lambda w, m, b, p: ([[m]], "accepted", []), "bound": 1}, "lists of the messages that it was given"),
        (
            {"faults": [Fault(1, "crash", "worker 1")]},
            "there is no fault 'crash'; choose one of stop, start, away, burst",
        ),
    ],
)
def test_bad_input_is_one_sentence(wrong, sentence):
    with pytest.raises(ValueError) as told:
        buffer(**wrong)
    assert sentence in str(told.value)


def test_the_age_of_the_oldest_follows_the_queue():
    run = buffer(faults=[Fault(0, "stop", "workers")], producers=(1,), rush=3, until=5)
    assert [age for _, age in oldest(run, 1)] == [0, 1, 2, 3, 4, 5]
    assert mean_backlog(run) == pytest.approx((1 + 2 + 3 * 3) / 5)


def test_the_line_of_five_lines_is_the_same_queue():
    run = buffer(producers=(9,), spacing="random", work="random", per_worker=10, rush=60, until=200, seed=5)
    came = [e.t for e in run.of("send")]
    took = [done.t - work.t for work, done in zip(run.of("work"), run.of("done"), strict=True)]
    assert list(line(came, took)) == pytest.approx(waits(run), abs=1e-9)
    assert list(line([0, 1, 1, 9], [3, 1, 1, 1])) == [0, 2, 3, 0]
    assert list(at_random(2, 0, None)) == []


def test_a_rejected_message_is_not_lost_and_a_dropped_one_is():
    assert offer([1], 2, 1, "reject") == ([1], "rejected", []) and offer([1], 2, 1, "block") == ([1], "wait", [])
    assert offer([1], 2, 1, "drop oldest") == ([2], "accepted", [1])
    assert offer([1], 2, 1, "drop newest") == ([1], "accepted", [2])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 300), st.integers(0, 40), st.integers(1, 20), st.integers(1, 30))
def test_the_workers_that_drain_says_do_drain_it_in_time(waiting, arrivals, each, within):
    workers, seconds = drain(waiting, arrivals, each, within)
    assert seconds <= within + 1e-9 and workers * each > arrivals
    left = float(waiting)
    for _ in range(100):  # a hundred slices of that time
        left += (arrivals - workers * each) * seconds / 100
    assert left == pytest.approx(0, abs=1e-6)
    assert ((workers - 1) * each - arrivals) * within < waiting


def test_nobody_drains_anything_with_nothing():
    assert drain(0, 60, 15, 10) == (4, 0) and drain(0, 0, 15, 10) == (0, 0)
    for wrong in ((1, 1, 0, 1), (1, 1, 1, 0)):
        with pytest.raises(ValueError, match="must be above 0"):
            drain(*wrong)
