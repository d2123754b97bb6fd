"""Thirty attacks, six verifiers: what falls, what does not, and that every good token passes."""

import itertools

import pytest

from labs.tokens.attacks.door import GOOD, KEYS, guard
from labs.tokens.attacks.doors import DOORS, opens
from labs.tokens.attacks.grid import good_passes, result, try_all
from labs.tokens.attacks.revocation import WAYS, costs
from labs.tokens.attacks.rotation import failed, rotate
from labs.tokens.attacks.tools import ATTACKS


def test_the_grid_is_large_enough_and_the_learner_has_a_column():
    trace = try_all(verify=guard)
    assert len(ATTACKS) >= 24 and len(trace.settings["doors"]) >= 6 and trace.settings["doors"][-1] == "yours"
    assert len(trace.of("tried")) == len(ATTACKS) * len(trace.settings["doors"])


@pytest.mark.parametrize("attack", ATTACKS)
def test_ours_refuses_every_attack(attack):
    assert not result(attack, "ours")
    assert not opens(guard, ATTACKS[attack].tokens, ATTACKS[attack].now, KEYS)


@pytest.mark.parametrize(("door", "token"), list(itertools.product(DOORS, GOOD)))
def test_every_good_token_passes_everywhere(door, token):
    assert good_passes(token, door)


def test_every_attack_but_the_two_plain_forgeries_opens_some_door():
    unharmed = {name for name in ATTACKS if not any(result(name, door) for door in DOORS)}
    assert unharmed == {"payload changed", "a stranger’s key"}


@pytest.mark.parametrize("door", [name for name in DOORS if name != "ours"])
def test_every_weak_verifier_falls_for_several(door):
    assert sum(result(name, door) for name in ATTACKS) >= 8


@pytest.mark.parametrize("keep", [0, 60, 240, 300, 600])
@pytest.mark.parametrize("wait", [0, 60, 240, 300, 600])
def test_a_rotation_fails_nobody_if_both_waits_are_long_enough(wait, keep):
    if keep >= 300 and wait >= 300:
        assert not failed(rotate(wait=wait, keep=keep))
    if keep >= 300:
        assert not failed(rotate(wait=wait, keep=keep, refetch=True))
    if wait == 0 or keep == 0:
        assert failed(rotate(wait=wait, keep=keep))


def test_what_the_ways_to_revoke_cost():
    table = {way: costs(way) for way in WAYS}
    assert table["new key"]["others thrown out"] == "bob, eve"
    assert table["wait for exp"]["look-ups per request"] == "0.00" != table["denylist"]["look-ups per request"]
    assert table["denylist"]["Ada is served until"] == "no more" != costs("denylist", 60)["Ada is served until"]
