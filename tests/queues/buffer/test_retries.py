"""Clients that call again: in step without jitter, spread out with it; and what a pause may be."""

from collections import Counter
from itertools import pairwise

import pytest

from labs.kit.trace import Fault
from labs.queues.buffer.backoff import PAUSES, exponential, full_jitter
from labs.queues.buffer.retries import retries


def moments(policy):
    return Counter(round(e.t, 3) for e in retries(policy=policy).of("call"))


def test_without_jitter_the_clients_come_in_waves():
    assert dict(moments("exponential")) == {0: 40, 1: 34, 3: 28, 7: 22, 15: 16, 23: 10, 31: 4}
    assert all(t == int(t) for t in moments("fixed"))


def test_with_jitter_they_spread_out_and_are_served_sooner_with_fewer_calls():
    spread = moments("full jitter")
    assert max(n for t, n in spread.items() if t) <= 2
    for seed in range(5):
        calm, waves = retries(policy="full jitter", seed=seed), retries(policy="exponential", seed=seed)
        assert len(calm.of("call")) < len(waves.of("call"))
        assert calm.of("served")[-1].t < waves.of("served")[-1].t


def test_hasty_retries_keep_the_server_from_working():
    assert not retries(policy="at once").of("served")
    assert len(retries(policy="at once", refusal=0).of("served")) == 40
    with pytest.raises(ValueError, match=r"the pauses are too short: more than 10000 calls within \d+.\d s"):
        retries(pause=lambda *a: 0.001)


@pytest.mark.parametrize("policy", [name for name in PAUSES if name != "at once"])
def test_every_client_is_served_once_and_the_server_does_one_call_at_a_time(policy):
    run = retries(policy=policy)
    assert sorted(e["number"] for e in run.of("served")) == list(range(1, 41))
    served = [e.t for e in run.of("served")]
    assert min(b - a for a, b in pairwise(served)) > 0.1 - 1e-9


def test_a_stopped_server_fails_what_it_holds_and_all_are_served_in_the_end():
    run = retries(policy="full jitter", faults=[Fault(2.5, "stop", "server"), Fault(6, "start", "server")])
    assert [e for e in run.of("served") if e.t < 2.5] and not [e for e in run.of("served") if 2.5 < e.t < 6]
    assert len(run.of("served")) == 40 and not [e for e in run.of("call") if 2.5 < e.t < 6 and e["ok"]]
    assert len([e for e in run.of("pause") if e.t == 2.5]) > 0, "those whose calls it held"
    away = retries(policy="full jitter", faults=[Fault(0.25, "away", "server")])
    assert [e.t for e in away.of("stop", "start")] == [0.25, 6.25] and len(away.of("served")) == 40
    twice = [
        Fault(1, "stop", "server"),
        Fault(2, "stop", "server"),
        Fault(3, "start", "db"),
        Fault(4, "start", "server"),
    ]
    assert [e.t for e in retries(faults=[*twice, Fault(5, "start", "server")]).of("stop", "start")] == [1, 4]


def test_pauses_double_up_to_the_cap():
    assert [exponential(n, 1, 8, 0) for n in range(1, 7)] == [1, 2, 4, 8, 8, 8]
    assert full_jitter(3, 1, 8, 0.5) == 2 and full_jitter(5000, 0.1, 60, 0.5) == 30 and full_jitter(1, 9, 2, 0.5) == 1


@pytest.mark.parametrize("pause", [-1, None, float("nan"), float("inf"), "1", True])
def test_a_pause_that_is_none_is_one_sentence(pause):
    with pytest.raises(ValueError, match="a pause is a number of seconds, 0 or more, and not"):
        retries(pause=lambda *a: pause)


def test_a_pause_of_nothing_does_not_stop_the_clock():
    assert len(retries(pause=lambda *a: 0, clients=10, refusal=0, until=1).of("served")) == 10
