"""What the pictures of lesson 21 say, beside the messages: under no defence, each alone, in pairs, and all."""

from itertools import combinations

import pytest

from labs.kit.trace import Trace
from labs.oauth.flow.attacks import ATTACKS, play_attack
from labs.oauth.flow.picture import MONITORS, SHOWN
from labs.oauth.flow.rules import HARDENED, NAMES, SOFT, only
from labs.oauth.flow.world import World

RULES = [SOFT, HARDENED, *(only(*names) for n in (1, 2) for names in combinations(NAMES, n))]
TABLE = dict(MONITORS)


def told(trace):
    return [e["caption"] for e in trace.of("say", "end")]


@pytest.mark.parametrize("attack", [name for name in ATTACKS if name != "none"])
def test_what_is_said_of_a_run_is_so_in_its_messages(attack):
    for rules in RULES:
        trace = play_attack(attack, rules)
        said, messages = " ".join(told(trace)), trace.of("ask", "answer")
        sent = {name for e in messages for name in e["carries"]}
        if "the state is her own" in said:
            assert "state" in sent
        if "PKCE was no help" in said:
            assert rules.pkce
        if "and a verifier" in said:
            assert any("code_challenge" in e["carries"] for e in messages if e.who == "app")
        if "the state was missing" in said:
            assert [e["carries"] for e in messages if e.who == "app" and e["to"] == "ada"][-2] == {"error": "state"}
        if "The server sent the browser nowhere" in said:
            assert messages[-1].who == "login" and "→" not in messages[-1]["what"]
        if "The app's page forwarded the browser nowhere" in said:
            assert messages[-1].who == "app" and "→" not in messages[-1]["what"]
        if "the browser nowhere" in said:
            assert not any("code" in e["carries"] for e in messages if e["to"] == "mallory")
        if "gave Mallory no code" in said:
            assert not any("code" in e["carries"] for e in messages)
        photos = [e for e in messages if e.kind == "answer" and "photos of" in e["carries"]]
        hers = any(e["to"] == "mallory" and e["carries"]["photos of"] == "ada" for e in photos)
        swapped = any(e["to"] == "ada" and e["carries"]["photos of"] == "mallory" for e in photos)
        assert trace.of("end")[0]["won"] == (hers or swapped) == (TABLE["Mallory"](trace) == ("gets in", False))


def test_what_mallory_has_read_she_has_seen():
    for rules in RULES:
        for attack, reads in (("code interception", ("code", "state", "iss")), ("code injection", ("code",))):
            trace = play_attack(attack, rules)
            back = next(e for e in trace.of("answer", who="login") if "code" in e["carries"])
            seen = TABLE["seen by Mallory"](trace).split(", ")
            assert {SHOWN[name] for name in reads if name in back["carries"]} <= {*seen}
        assert "refresh token" in TABLE["seen by Mallory"](play_attack("refresh reuse", rules))


def test_whose_family_is_revoked_cannot_renew_and_keeps_an_access_token_for_minutes():
    world = World(HARDENED, Trace())
    ATTACKS["refresh reuse"](world)
    assert TABLE["Mallory"](world.trace)[0] == "cannot renew"
    token = [e["carries"]["access_token"] for e in world.trace.of("answer") if "access_token" in e["carries"]][-1]
    assert "last access token" in told(world.trace)[-1] and world.take(token)
