from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_claims, example_key
from labs.tokens.jws import Refused, sign
from labs.tokens.jws.jws import write_object
from labs.tokens.jwt import accept, issue
from labs.tokens.jwt.jwt import ALL_CHECKS, kind_of_claim

KEY = example_key("HS256")
HERE: dict[str, Any] = {"now": NOW, "issuer": ISSUER, "audience": AUDIENCE}


def refused(token: str, **other: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        accept(token, KEY, **{**HERE, **other})
    assert caught.value.check in ALL_CHECKS
    return caught.value


def signed(payload: bytes, typ: Any = "JWT") -> str:
    return sign(payload, KEY, {"typ": typ})


def test_claims_come_back_as_they_were() -> None:
    claims = example_claims(roles=["reader"], nbf=NOW - 5, iat=NOW - 5, jti="1")
    assert accept(issue(claims, KEY), KEY, **HERE) == claims


@given(
    exp=st.integers(-400, 400),
    nbf=st.integers(-400, 400),
    leeway=st.integers(0, 120),
    fraction=st.sampled_from([0, 0.5]),
)
def test_a_token_lives_from_nbf_to_before_exp(exp: int, nbf: int, leeway: int, fraction: float) -> None:
    token = issue(example_claims(exp, nbf=NOW + nbf), KEY)
    now = NOW + fraction
    alive = now < NOW + exp + leeway and now >= NOW + nbf - leeway
    try:
        accept(token, KEY, now=now, issuer=ISSUER, audience=AUDIENCE, leeway=leeway)
    except Refused as problem:
        assert not alive and problem.check in ("exp", "nbf")
    else:
        assert alive


def test_the_last_second_is_the_one_before_exp() -> None:  # RFC 7519 §4.1.4: the time must be before exp
    token = issue(example_claims(10), KEY)
    accept(token, KEY, **{**HERE, "now": NOW + 9.999})
    assert refused(token, now=NOW + 10).check == "exp"
    accept(token, KEY, **{**HERE, "now": NOW + 10}, leeway=1)
    assert refused(token, now=NOW + 11, leeway=1).check == "exp"


def test_the_first_second_is_nbf() -> None:
    token = issue(example_claims(nbf=NOW + 10), KEY)
    accept(token, KEY, **{**HERE, "now": NOW + 10})
    assert refused(token, now=NOW + 9).check == "nbf"
    accept(token, KEY, **{**HERE, "now": NOW + 9}, leeway=1)


def test_a_token_from_the_future_is_refused() -> None:
    assert refused(issue(example_claims(iat=NOW + 61), KEY), leeway=60).check == "iat"


@pytest.mark.parametrize("aud", [AUDIENCE, [AUDIENCE], ["other.example", AUDIENCE]])
def test_an_audience_is_one_or_a_list(aud: Any) -> None:
    accept(issue(example_claims(aud=aud), KEY), KEY, **HERE)


@pytest.mark.parametrize("aud", ["other.example", [], ["other.example"], AUDIENCE + "/", AUDIENCE[:-1]])
def test_another_audience_is_refused(aud: Any) -> None:
    assert refused(issue(example_claims(aud=aud), KEY)).check == "aud"


@pytest.mark.parametrize("iss", ["evil.example", ISSUER + "/", ISSUER.upper()])
def test_another_issuer_is_refused(iss: str) -> None:
    assert refused(issue(example_claims(iss=iss), KEY)).check == "iss"


@pytest.mark.parametrize(("name", "check"), [("exp", "exp"), ("iss", "iss"), ("aud", "aud")])
def test_what_has_to_be_there_has_to_be_there(name: str, check: str) -> None:
    claims = {n: v for n, v in example_claims().items() if n != name}
    assert refused(issue(claims, KEY)).check == check


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b'"ada"',
        b'{"exp":1,"exp":2}',
        b'{"exp":"1767225900"}',
        b'{"exp":true}',
        b'{"exp":null}',
        b'{"exp":1e400}',
        b'{"exp":-1}',
        b'{"exp":NaN}',
        b'{"nbf":"now"}',
        b'{"iat":[1]}',
        b'{"iss":7}',
        b'{"sub":7}',
        b'{"jti":7}',
        b'{"aud":7}',
        b'{"aud":{"a":1}}',
        b'{"aud":["a",7]}',
        b'{"sub":"\xff"}',
        b'{"iss":"login.example","iss\\ud800":"evil.example"}',  # one member or two: readers differ
        b'{"sub":"\\uDC00"}',
        b'{"a":[{"b":"\\ud83d\\ud83d\\ude00"}]}',
        b'{"x":1e400}',
        b'{"x":[-1e400]}',
        b'{"x":' + b"9" * 310 + b"}",
        b'{"x":-' + b"9" * 310 + b"}",
        b'{"x":{"a":1,"a":1}}',
    ],
)
def test_a_payload_that_is_no_set_of_claims_is_refused_however_well_it_is_signed(payload: bytes) -> None:
    assert refused(signed(payload)).check == "claims"


@pytest.mark.parametrize("claims", [{"exp": "1"}, {"exp": True}, {"iss": 7}, {"aud": ["a", 7]}, {"exp": 1e300}])
def test_what_could_not_be_accepted_is_not_issued(claims: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="has an"):
        issue(claims, KEY)


def test_json_has_no_word_for_nan() -> None:
    with pytest.raises(ValueError):
        issue(example_claims(ratio=float("nan")), KEY)


@pytest.mark.parametrize(
    "claims", [{"sub": "\ud800"}, {"\ud800": 1}, {"x": 10**400}, {1: "a", "1": "b"}, {"x": float("inf")}], ids=repr
)
def test_what_a_strict_reader_would_refuse_is_not_written(claims: dict[Any, Any]) -> None:
    with pytest.raises(ValueError):
        issue(example_claims() | claims, KEY)
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nested too deeply"):
        issue(example_claims(deep=deep), KEY)


@pytest.mark.parametrize("value", ["\U0001f600", "ü", 1.7e308, 10**300, -1.5e-5, 1e-400, 2**63, "\\ud800"])
def test_what_looks_odd_and_is_not_is_accepted(value: Any) -> None:
    assert accept(issue(example_claims(x=value), KEY), KEY, **HERE)["x"] == value


def test_kinds_of_token_are_kept_apart() -> None:
    payload = write_object(example_claims())
    assert refused(signed(payload, "at+jwt")).check == "typ"
    accept(signed(payload, "jwt"), KEY, **HERE)
    accept(signed(payload, "application/at+JWT"), KEY, **HERE, typ="at+jwt")
    accept(sign(payload, KEY), KEY, **HERE)
    assert refused(sign(payload, KEY), typ="at+jwt").check == "typ"
    for said in ("at+jwt", "AT+JWT", "application/at+jwt"):
        for expected in ("at+jwt", "application/at+jwt", "Application/AT+jwt"):
            accept(signed(payload, said), KEY, **HERE, typ=expected)
    for other in ("jwt", "text/at+jwt", "application/application/at+jwt", "at+jwt/", "/at+jwt", "at+jwt "):
        assert refused(signed(payload, other), typ="at+jwt").check == "typ"


def test_nothing_is_said_about_claims_whose_signature_does_not_hold() -> None:
    token = issue(example_claims(-1000, iss="evil"), KEY)
    assert refused(token[:-2] + ("AA" if token[-2:] != "AA" else "BA")).check in ("signature", "base64url")
    assert refused(issue(example_claims(-1000, iss="evil"), example_key("HS384"))).check == "algorithm"


def test_the_three_kinds_of_claims() -> None:
    assert kind_of_claim("exp") == "registered"
    assert kind_of_claim("https://shop.example/roles") == "public"
    assert kind_of_claim("basket") == "private"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": None},
        {"issuer": ""},
        {"audience": None},
        {"audience": ["a"]},
        {"now": float("nan")},
        {"now": -1},
        {"now": None},
        {"now": "1"},
        {"now": True},
        {"leeway": None},
        {"issuer": ["login.example"]},
        {"typ": None},
        {"typ": ""},
        {"leeway": -1},
        {"leeway": float("inf")},
        {"leeway": float("nan")},
    ],
)
def test_an_expectation_that_is_none_is_the_callers_mistake_and_no_open_door(wrong: dict[str, Any]) -> None:
    anybodys = issue({"exp": NOW + 300}, KEY)
    with pytest.raises(ValueError) as caught:
        accept(anybodys, KEY, **{**HERE, **wrong})
    assert not isinstance(caught.value, Refused)
