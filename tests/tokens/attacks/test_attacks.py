"""Thirty attacks, six verifiers: what falls, what does not, and that every good token passes."""

import itertools

import pytest

from labs.tokens.attacks.door import GOOD, KEYS, guard
from labs.tokens.attacks.doors import DOORS, opens
from labs.tokens.attacks.grid import forge, good_passes, result, try_all
from labs.tokens.attacks.picture import draw_forge, explore_grid, parts_of
from labs.tokens.attacks.real import FAR, FORGERS_RSA, for_pyjwt
from labs.tokens.attacks.revocation import WAYS, costs
from labs.tokens.attacks.rotation import failed, rotate
from labs.tokens.attacks.tools import ATTACKS
from labs.tokens.examples import AUDIENCE, ISSUER
from labs.tokens.jws import public_jwk


def test_the_grid_is_large_enough_and_the_learner_has_a_column():
    trace = try_all(verify=guard)
    assert len(ATTACKS) >= 24 and len(trace.settings["doors"]) >= 6 and trace.settings["doors"][-1] == "yours"
    assert len(trace.of("tried")) == len(ATTACKS) * len(trace.settings["doors"])


def test_a_right_verifier_of_the_learners_turns_its_column_green():
    def theirs(token, keys, used, now):
        return guard(token, keys, used, now)

    theirs.__module__ = "__main__"  # as in a notebook
    shown = repr(explore_grid(verify=theirs)._repr_mimebundle_())
    assert "ours 0, yours 0" in shown and f"yours {len(GOOD)}/{len(GOOD)}" in shown


@pytest.mark.parametrize("attack", ATTACKS)
def test_ours_refuses_every_attack(attack):
    assert not result(attack, "ours")
    assert not opens(guard, ATTACKS[attack].tokens, ATTACKS[attack].now, KEYS)


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_forgery_can_be_shown_beside_a_token_of_adas(attack):
    trace = forge(attack=attack)
    draw_forge(trace)  # an error where a text does not fit its box
    (was, now) = (parts_of(trace.of(kind)[0]["token"]) for kind in ("has", "forges"))
    assert (was == now) == (attack in ("expired", "replay")), "these two show Ada's own token"
    if attack == "spare bits":
        assert was[:2] == now[:2] and was[2][:-1] == now[2][:-1] and was[2][-1] != now[2][-1]


@pytest.mark.parametrize("attack", ["alg none", "payload changed", "RS256 → HS256", "jwk"])
def test_a_forged_payload_differs_from_adas_in_the_role_only(attack):
    trace = forge(attack=attack)
    was, now = (parts_of(trace.of(kind)[0]["token"])[1] for kind in ("has", "forges"))
    assert now == was.replace("buyer", "admin")


@pytest.mark.parametrize(("door", "token"), list(itertools.product(DOORS, GOOD)))
def test_every_good_token_passes_everywhere(door, token):
    assert good_passes(token, door)


def test_every_attack_but_the_two_plain_forgeries_opens_some_door():
    unharmed = {name for name in ATTACKS if not any(result(name, door) for door in DOORS)}
    assert unharmed == {"payload changed", "a stranger's key"}


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


def fails(published, signs, retires, cache=30, lifetime=20):
    """Whether any good token is refused: every phase of a verifier's cache, every moment of issue and of use."""
    for issued in range(published - 40, retires + 60):
        kid = "new" if issued >= signs else "old"
        for used in range(issued, issued + lifetime):
            for fetched in range(used - cache + 1, used + 1):
                in_set = {"old"} if fetched < retires else set()
                if kid not in (in_set | {"new"} if fetched >= published else in_set):
                    return True
    return False


@pytest.mark.parametrize("signs", range(60, 151, 10))
def test_every_order_of_publishing_signing_and_retiring(signs):
    for retires in range(60, 181, 10):
        safe = signs >= 100 + 30 and retires >= signs + 20
        assert fails(100, signs, retires) != safe, (signs, retires)


def test_what_pyjwt_refuses_and_what_it_leaves_to_its_caller():
    import jwt

    def accepted(tokens, **options):
        try:
            for token in tokens:
                jwt.decode(token, KEYS["winter"].material, ["RS256"], issuer=ISSUER, audience=AUDIENCE, options=options)
        except jwt.PyJWTError:
            return False
        return True

    tokens = for_pyjwt()
    assert {name for name in tokens if accepted(tokens[name])} == {"another typ", "role twice", "replay", "no exp"}
    assert not accepted(tokens["no exp"], require=["exp"])
    for name in ("jwk", "jku", "kid as a path"):  # good signatures, by the forger's key
        mine = jwt.PyJWK({**public_jwk(FORGERS_RSA), "alg": "RS256"}).key
        assert jwt.decode(tokens[name][0], mine, ["RS256"], issuer=ISSUER, audience=AUDIENCE)["role"] == "admin"
    for name, shown in tokens.items():
        assert not opens(guard, shown, FAR - 1, KEYS), name


def test_what_the_ways_to_revoke_cost():
    table = {way: costs(way) for way in WAYS}
    assert table["new key"]["others thrown out"] == "bob, eve"
    assert table["wait for exp"]["lookups per request"] == "0.00" != table["denylist"]["lookups per request"]
    assert table["denylist"]["Ada is served for another"] == "0 s" != costs("denylist", 60)["Ada is served for another"]
