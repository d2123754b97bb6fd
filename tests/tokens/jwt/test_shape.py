import pytest

from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_claims, example_key, example_keys
from labs.tokens.jws import ALGORITHMS, Refused, verify
from labs.tokens.jws.base64url import ALPHABET
from labs.tokens.jwt import accept, issue
from labs.tokens.jwt.shape import changed, take_apart, take_shape

KEY = example_key("HS256")
TOKEN = issue(example_claims(), KEY)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_takes_shape_is_a_token(alg: str) -> None:
    key = example_key(alg)
    token = take_shape(example_claims(), key).events[-1]["text"]
    if ALGORITHMS[alg].repeats:
        assert token == issue(example_claims(), key)
        assert verify(token, key)
    else:  # nothing that changes from run to run is shown
        assert token.rpartition(".")[0] == issue(example_claims(), key).rpartition(".")[0]
        assert set(token.rpartition(".")[2]) == {"•"}
    assert take_shape(example_claims(), key) == take_shape(example_claims(), key)


def test_the_groups_of_a_part_are_its_letters() -> None:
    trace = take_shape(example_claims(), KEY)
    for done in trace.of("done")[:2]:
        assert "".join(e["text"] for e in trace.of("group", who=done.who)) == done["text"]
        written = bytes(byte for e in trace.of("group", who=done.who) for byte in e["data"])
        assert written.decode() == trace.of("json", who=done.who)[0]["text"]


def test_a_learners_encoding_takes_the_place_of_base64url() -> None:
    assert take_shape({"a": 1}, KEY, encode=bytes.hex).of("done")[1]["text"] == b'{"a":1}'.hex()


def verdict(token: str, **other: float | str) -> str:
    """What `accept` says: "" or the check that failed."""
    try:
        accept(token, KEY, **{"now": NOW, "issuer": ISSUER, "audience": AUDIENCE, **other})  # type: ignore[arg-type]
    except Refused as problem:
        return problem.check
    return ""


def test_taking_apart_says_what_accept_says_for_every_letter_changed() -> None:
    for place in range(len(TOKEN)):
        for to in ("next", ".", "=", "+", " ", "A"):
            token = changed(TOKEN, place, to)
            last = take_apart(token, KEY).events[-1]
            assert last.get("check", "") == verdict(token), (place, to)


@pytest.mark.parametrize(
    ("claims", "other"),
    [
        ({}, {}),
        ({}, {"now": NOW + 300}),
        ({}, {"now": NOW + 300, "leeway": 1}),
        ({"nbf": NOW + 9}, {}),
        ({"iat": NOW + 9}, {}),
        ({"iss": "evil.example"}, {}),
        ({"aud": ["bank.example"]}, {}),
        ({}, {"audience": "bank.example"}),
        ({}, {"typ": "at+jwt"}),
        ({"nbf": NOW - 9, "iat": NOW - 9}, {}),
    ],
)
def test_taking_apart_says_what_accept_says_for_every_claim(claims: dict[str, object], other: dict[str, float]) -> None:
    token = issue({**example_claims(), **claims}, KEY)
    trace = take_apart(token, KEY, **other)  # type: ignore[arg-type]
    assert trace.events[-1].get("check", "") == verdict(token, **other)
    assert len({e.who for e in trace.of("holds", "fails")}) == len(trace.of("holds", "fails"))


def test_checks_come_in_their_order_up_to_the_one_that_fails() -> None:
    from labs.tokens.jwt.jwt import ALL_CHECKS

    assert [e.who for e in take_apart(TOKEN, KEY).of("holds")] == list(ALL_CHECKS)
    late = take_apart(issue({**example_claims(), "iat": NOW + 1}, KEY), KEY)
    seen = [e.who for e in late.of("holds", "fails")]
    assert seen == list(ALL_CHECKS)[: len(seen)] and seen[-1] == "iat"


def test_keys_of_a_set() -> None:
    keys = example_keys(winter="HS256", spring="Ed25519")
    assert take_apart(issue(example_claims(), example_key("Ed25519", "spring")), keys).events[-1].kind == "accepted"


def test_a_letter_is_changed_to_the_next_of_the_64() -> None:
    for letter, after in zip(ALPHABET, ALPHABET[1:] + "A", strict=True):
        assert changed(letter, 0, "next") == after
    assert changed("a.b", 1, "next") == "aAb"
    assert changed("a.b", 1, "") == "a.b"
    with pytest.raises(ValueError, match="0 to 2; there is none at 3"):
        changed("a.b", 3, "next")
