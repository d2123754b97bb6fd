"""Every run of the course: whatever is asked of a setting, there is a trace, or one sentence that names the setting."""

import importlib
from inspect import signature

import pytest

from labs.kit.trace import Fault, Trace

# run → where its limits are
RUNS = {
    "labs.queues.pace.pace.pace": "labs.queues.pace.pace",
    "labs.kafka.groups.rebalance.rebalance": "labs.kafka.groups.settings",
    "labs.kafka.offsets.delivery.deliver": "labs.kafka.offsets.delivery",
    "labs.kafka.replication.run.replicate": "labs.kafka.replication.settings",
    "labs.proxies.balancing.balance.balance": "labs.proxies.balancing.settings",
    "labs.proxies.balancing.distance.first_page": "labs.proxies.balancing.distance",
    "labs.caching.strategies.serve.serve": "labs.caching.strategies.settings",
    "labs.caching.eviction.replay.replay": "labs.caching.eviction.replay",
    "labs.caching.eviction.layers.fall": "labs.caching.eviction.layers",
    "labs.caching.stampede.model.stampede": "labs.caching.stampede.model",
    "labs.caching.sharding.pool.serve_pool": "labs.caching.sharding.pool",
    "labs.tokens.jwt.life.use_token": "labs.tokens.jwt.life",
    "labs.tokens.jwt.picture.check_changed": "labs.tokens.jwt.picture",
}
ODD = [
    None, "3", "", b"x", True, 0, -1, 10**9 + 1, 10**5000, 0.5, float("nan"), float("inf"), -float("inf"), 1j, (), [[]],
    ["a"], {}, {"a": []}, {1}, object(), len, Fault(1, "crash", "a"),
]  # fmt: skip
NEEDED = {"first_page": {"user": "London", "origin": "Sydney"}}


def run_and_limits(path):
    module, _, name = path.rpartition(".")
    run = getattr(importlib.import_module(module), name)
    return run, importlib.import_module(RUNS[path]).LIMITS


@pytest.mark.parametrize("path", RUNS)
def test_every_setting_of_a_run_has_its_limit_and_no_limit_is_left_over(path):
    run, limits = run_and_limits(path)
    settings = set(signature(run).parameters) - {"faults", "seed"}
    assert settings == set(limits) - {"seed"}


@pytest.mark.parametrize("path", RUNS)
def test_defaults_are_within_the_limits(path):
    run, limits = run_and_limits(path)
    for name, parameter in signature(run).parameters.items():
        if name in limits and parameter.default is not parameter.empty:
            assert limits[name].allows(parameter.default), name


@pytest.mark.parametrize("path", RUNS)
def test_whatever_a_setting_is_there_is_a_trace_or_one_sentence_that_names_it(path):
    run, limits = run_and_limits(path)
    needed = NEEDED.get(run.__name__, {})
    for name in signature(run).parameters:
        for odd in ODD:
            if callable(odd) and limits.get(name) and limits[name].allows(odd):
                continue  # a function of the learner's own, which may do as it likes
            try:
                assert isinstance(run(**{**needed, name: odd}), Trace)
            except ValueError as error:
                sentence = str(error)
                assert name in sentence or ("fault" in sentence and name == "faults"), (name, odd, sentence)
                assert "\n" not in sentence and len(sentence) < 500, (name, odd, sentence)


@pytest.mark.parametrize("path", RUNS)
def test_no_fault_ends_in_anything_but_one_sentence(path):
    run, _ = run_and_limits(path)
    if "faults" not in signature(run).parameters:
        return
    for fault in [
        Fault(1, "explode", "c1"), Fault(1, "crash", "nobody"), Fault(-1, "crash", "c1"), Fault(float("nan"), "x", "y"),
        Fault(float("inf"), "crash", "a"), Fault(1, ["crash"], "a"), Fault(1, "crash", ["a"]), Fault(1, None, None),
        ("crash", 1, "a"), "crash", None,
    ]:  # fmt: skip
        try:
            assert isinstance(run(faults=[fault]), Trace)
        except ValueError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("controls", "limits"),
    [
        ("labs.kafka.groups.controls.CONTROLS", "labs.kafka.groups.settings"),
        ("labs.caching.strategies.picture.CONTROLS", "labs.caching.strategies.settings"),
        ("labs.tokens.jwt.picture._LIFE", "labs.tokens.jwt.life"),
    ],
)
def test_what_a_learner_can_choose_is_within_the_limits(controls, limits):
    module, _, name = controls.rpartition(".")
    limits = importlib.import_module(limits).LIMITS
    for control in getattr(importlib.import_module(module), name).values():
        choices = list(control.options) or (
            [control.value] if control.low == control.high else [control.low, control.high]
        )
        assert [choice for choice in choices if not limits[control.name].allows(choice)] == [], control.name
