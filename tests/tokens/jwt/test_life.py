import json
from typing import Any

import pytest

from labs.kit.trace import Fault
from labs.tokens.examples import example_key
from labs.tokens.jws import Refused, base64url, verify
from labs.tokens.jwt.exercises.verify import verify_token
from labs.tokens.jwt.life import tampered, use_token
from labs.tokens.jwt.picture import TOKEN, served_too_late

TAMPER, ROTATE, HURRY = Fault(100, "tamper", "ada"), Fault(200, "rotate", "issuer"), Fault(330, "hurry", "shop")


def refusals(**settings: Any) -> list[tuple[float, str]]:
    return [(e.t, e["check"]) for e in use_token(**settings).of("refused")]


def test_a_token_is_good_until_its_end_and_nobody_is_asked_meanwhile() -> None:
    trace = use_token(lifetime=240)
    assert refusals(lifetime=240) == [(255, "exp"), (495, "exp")]
    assert len(trace.of("fetch")) == 0
    assert len(trace.of("served")) + len(trace.of("refused")) == len(trace.of("call")) == 20
    assert len(trace.of("login")) == 1 + len(trace.of("refused"))


def test_a_changed_token_is_refused_at_the_signature() -> None:
    assert refusals(lifetime=600, faults=[TAMPER]) == [(105, "signature")]
    with pytest.raises(Refused) as caught:
        verify(tampered(TOKEN), example_key("HS256"))
    assert caught.value.check == "signature"


def test_a_new_key_is_fetched_once_and_old_tokens_go_on() -> None:
    trace = use_token(lifetime=240, faults=[ROTATE])
    assert [e["check"] for e in trace.of("refused")] == ["exp"] * 2
    assert [e["kid"] for e in trace.of("login")] == ["winter", "spring", "spring"]
    assert [e["kids"] for e in trace.of("fetch")] == [["winter", "spring"]]


def test_a_fast_clock_ends_a_token_early_and_leeway_makes_up_for_it() -> None:
    assert refusals(lifetime=600, until=600, faults=[HURRY]) == [(525, "exp")]
    assert refusals(lifetime=600, until=600, leeway=90, faults=[HURRY]) == []


def test_a_slow_clock_refuses_every_new_token_and_leeway_makes_up_for_it() -> None:
    slow = refusals(drift=-50)
    assert len(slow) == 20 and {check for _, check in slow} == {"nbf"}
    assert {check for _, check in refusals(drift=-50, leeway=60)} == {"exp"}


def test_leeway_serves_a_token_after_its_end_by_no_more_than_the_leeway() -> None:
    assert served_too_late(use_token(lifetime=240)) < 0
    assert 0 < served_too_late(use_token(lifetime=240, leeway=60)) < 60


def test_a_learners_verifier_guards_the_door() -> None:
    faults = [TAMPER, ROTATE, HURRY]
    with_theirs = use_token(verify=verify_token, faults=faults)
    assert [(e.t, e["check"]) for e in with_theirs.of("refused")] == refusals(alg="HS256", faults=faults)
    assert use_token(verify=lambda *case: {}, faults=faults).of("refused") == []
    assert {e["check"] for e in use_token(verify=lambda *case: None).of("refused")} == {"no claims"}


def test_a_secret_is_handed_over_and_a_public_key_is_published() -> None:
    said = {alg: use_token(alg=alg, faults=[ROTATE]).of("fault")[0] for alg in ("HS256", "Ed25519")}
    assert "to the shop alone, in private" in said["HS256"]["text"]
    assert "publish" not in said["HS256"]["text"]
    assert "publishes it beside the old one" in said["Ed25519"]["text"]
    assert {event["kid"] for event in said.values()} == {"spring"}


def test_a_time_is_told_by_the_shops_clock() -> None:
    assert use_token(drift=-50).of("refused")[0]["why"] == "it is not valid until 35 s from now by the shop's clock"
    assert use_token(drift=90).of("refused")[0]["why"] == "it expired 15 s ago by the shop's clock"


def test_whoever_believes_a_changed_token_serves_somebody_else() -> None:
    def gullible(token: str, *_: Any) -> Any:
        return json.loads(base64url.decode(token.split(".")[1]))

    trace = use_token(verify=gullible, faults=[TAMPER])
    assert [e["sub"] for e in trace.of("served")] == ["ada"] * 3 + ["bob"] * 17
    assert {e["sub"] for e in use_token(faults=[TAMPER]).of("served")} == {"ada"}


def test_the_same_call_gives_the_same_trace() -> None:
    assert use_token(faults=[TAMPER, ROTATE, HURRY]) == use_token(faults=[TAMPER, ROTATE, HURRY])


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"lifetime": 5}, "lifetime must be a whole number from 10 to 3600 .seconds., and not 5"),
        ({"leeway": -1}, "leeway must be"),
        ({"drift": 0.5}, "drift must be"),
        ({"every": True}, "every must be"),
        ({"faults": [Fault(10, "crash", "shop")]}, "no fault 'crash'"),
        ({"faults": [Fault(10, "tamper", "shop")]}, "no fault 'tamper' of 'shop'"),
        ({"faults": [Fault(-1, "tamper", "ada")]}, "outside the run"),
        ({"faults": [Fault(601, "tamper", "ada")]}, "outside the run"),
        ({"alg": "none"}, "alg must be one of HS256, .*, and not 'none'"),
        ({"alg": ["HS256"]}, "alg must be one of HS256"),
        ({"verify": "always"}, "verify must be a function of token, secret, now"),
        ({"faults": None}, "faults must be a list"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"faults": [Fault(float("nan"), "tamper", "ada")]}, "outside the run"),
    ],
)
def test_what_cannot_be_is_one_sentence(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        use_token(**settings)
