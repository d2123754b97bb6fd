"""What the pictures and tables of lesson 20 say, beside what happened: every attack, every rotation, every way."""

import json

import pytest

from labs.tokens.attacks.door import KEYS
from labs.tokens.attacks.grid import forge, try_all
from labs.tokens.attacks.picture import draw_forge, draw_grid, draw_rotation
from labs.tokens.attacks.revocation import BLOCKED, USERS, WAYS, costs, revoke
from labs.tokens.attacks.rotation import VERIFIERS, failed, rotate
from labs.tokens.attacks.tools import ATTACKS
from labs.tokens.examples import NOW
from labs.tokens.jws import base64url


def whose(token: str) -> str:
    """Whose work a token is, looked up again: "forged" unless a trusted key's signature holds, strictly read."""
    signing_input, _, tail = token.rpartition(".")
    kid = json.loads(base64url.decode(token.split(".")[0])).get("kid")
    try:
        fits = kid in KEYS and KEYS[kid].fits(signing_input.encode(), base64url.decode(tail))
    except ValueError:
        return "forged"
    return "signed" if fits else "forged"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_is_said_to_have_made_what_they_have_not_made(attack):
    trace = forge(attack=attack)
    was, now = (trace.of(kind)[0]["token"] for kind in ("has", "forges"))
    scene = draw_forge(trace)
    told = scene.caption(1)
    begins = "They make no other." if was == now else "They make another." if whose(now) == "forged" else "They have an"
    assert told.startswith(begins)
    marked = [scene.value(f"right-{row}", "fill", 1) for row in ("header", "payload", "signature")]
    assert told.endswith("Nothing differs." if was == now else "What differs is marked.")
    assert ("warn" in marked) == (was != now)
    assert ("forged" in scene.title) == (whose(now) == "forged")
    assert "The same" not in told, "as what? The picture shows one attack"


def test_when_a_token_is_good_is_said_by_its_claims():
    said = json.loads(base64url.decode(ATTACKS["not yet valid"].tokens[0].split(".")[1]))
    assert said["nbf"] - ATTACKS["not yet valid"].now == 1 and "a second from now" in ATTACKS["not yet valid"].trick
    said = json.loads(base64url.decode(ATTACKS["expired"].tokens[0].split(".")[1]))
    assert ATTACKS["expired"].now - said["exp"] == 1 and "a second after its end" in ATTACKS["expired"].trick
    assert said["exp"] > NOW


def test_the_captions_of_the_grid_stand_beside_rows_of_their_kind():
    scene = draw_grid(try_all(only=("ours",)))
    signed = False
    for t, attack in enumerate(ATTACKS, 1):
        tokens = ATTACKS[attack].tokens
        signed = signed or scene.caption(t).startswith("From here on, the issuer's own key has signed.")
        assert (whose(tokens[-1]) == "signed") == signed, attack
        if "its spelling" in scene.caption(t):
            assert whose(tokens[-1]) == "forged", attack
        if "picks the algorithm" in scene.caption(t):
            assert "HS256" in attack
        if "picks the key" in scene.caption(t):
            assert attack in ("a stranger's key", "jwk", "jku", "x5u", "kid as a path", "kid as a query", "weak secret")


def refused(trace, who):
    """From when until when good tokens are refused, call by call."""
    found, open_ = [], None
    for call in (e for e in trace.of("serves", "refuses") if e.who == who):
        state = (call.kind, call["kid"])
        if open_ and state != open_[1]:
            found.append((open_[0], call.t, open_[1][1]))
            open_ = None
        if call.kind == "refuses" and not open_:
            open_ = call.t, state
    assert not open_, "at the end all is well again"
    return found


@pytest.mark.parametrize("refetch", [False, True])
def test_a_rotation_ends_with_what_was_refused(refetch):
    for wait in range(0, 601, 60):
        for keep in range(0, 901, 60):
            trace = rotate(wait=wait, keep=keep, refetch=refetch)
            told = [
                f"by the {who} from {start:g} to {end:g} s (no {kid} key)"
                for who in VERIFIERS
                for start, end, kid in refused(trace, who)
            ]
            last = draw_rotation(trace).says[-1][1] if (wait + keep) % 180 == 0 else ""
            assert not last or last.endswith(
                f"Good tokens were refused (✗): {'; '.join(told)}." if told else "No good token was refused."
            )
            assert bool(told) == bool(failed(trace))


def test_the_smallest_waits_are_those_of_the_rule():
    """As in the lesson: first the one, then the other. A cache's age, then a token's lifetime."""
    first = min(wait for wait in range(0, 601, 60) if not failed(rotate(wait=wait, keep=900)))
    second = min(keep for keep in range(0, 901, 60) if not failed(rotate(wait=first, keep=keep)))
    asked_again = min(keep for keep in range(0, 901, 60) if not failed(rotate(wait=0, keep=keep, refetch=True)))
    assert (first, second, asked_again) == (300, 300, 300)
    for wait in range(0, 300, 60):
        assert all(failed(rotate(wait=wait, keep=keep)) for keep in range(0, 901, 60))


@pytest.mark.parametrize("cache", [0, 10, 60, 299])
@pytest.mark.parametrize("way", WAYS)
def test_nobody_learns_of_a_block_without_a_lookup_since(way, cache):
    trace = revoke(way=way, cache=cache)
    for e in trace.of("refuses"):
        if e["why"] == "revoked":
            mine = USERS if way == "new key" else (e.who,)
            looked = [one.t for one in trace.of("looks up") if one.who in mine and one.t <= e.t]
            assert looked and looked[-1] >= BLOCKED and e.t - looked[-1] <= cache
    if way == "new key":
        assert (costs(way, cache)["lookups per request"] == "0.83") == (cache == 0)
