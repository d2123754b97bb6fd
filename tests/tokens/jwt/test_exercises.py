"""The exercises of lesson 19: what their cases vary, that their tokens are real ones, and odd answers."""

import pytest

from labs.kit import check
from labs.kit.checking import catalogue
from labs.kit.checking.exercise import Wrong
from labs.tokens.jws import Refused, base64url, read_key, verify
from labs.tokens.jwt.exercises.encode import BASE64URL
from labs.tokens.jwt.exercises.keys import KID
from labs.tokens.jwt.exercises.sign import SIGN
from labs.tokens.jwt.exercises.verify import VERIFY, failing, verify_token
from labs.tokens.jwt.exercises.verify_cases import NO_HEADERS, SHOP, payloads

EXERCISES = (BASE64URL, SIGN, VERIFY, KID)


def test_the_catalogue_finds_them():
    assert {e.id for e in EXERCISES} <= {name for name in catalogue.ids() if name.startswith("tokens-")}
    assert all(len(e.hints) >= 2 and len(e.wrong) >= 15 and e.lesson == "19" for e in EXERCISES)


def test_every_argument_of_a_verifier_varies_and_none_is_always_the_notebooks():
    _, secrets, times, issuers, audiences, leeways = (set(values) for values in zip(*VERIFY.cases(), strict=True))
    assert all(len(values) >= 3 for values in (secrets, times, issuers, audiences, leeways))
    assert any(now != int(now) for now in times) and any(leeway != int(leeway) for leeway in leeways)


@pytest.mark.parametrize("check_name", ["", "signature", "exp", "nbf", "iss", "aud"])
def test_every_check_of_a_verifier_is_met_often_and_alone(check_name):
    alone = frozenset({check_name} - {""})
    assert sum(failing(case) == alone for case in VERIFY.cases()) >= 20


def test_the_reference_agrees_with_the_course_on_the_bytes():
    for case in VERIFY.cases():
        try:
            verify(case[0], read_key({"kty": "oct", "k": base64url.encode(case[1])}, "HS256"))
            holds = True
        except Refused:
            holds = False
        if holds is not ("signature" not in failing(case)):
            assert case[0] in payloads(SHOP), case  # only what the payload says is JWT's affair, not JWS's


@pytest.mark.parametrize("header", NO_HEADERS)
def test_a_header_that_is_no_object_is_a_case(header):
    case = SHOP.case(SHOP.token(header))
    assert case in list(VERIFY.cases()) and verify_token(*case) == "signature"


def test_secrets_are_longer_than_a_block_of_the_hash_and_no_text():
    secrets = {secret for _, secret in SIGN.cases()}
    assert {len(secret) > 64 for secret in secrets} == {True, False}
    assert any(secret.strip() != secret for secret in secrets) and any(max(secret) > 127 for secret in secrets)


def test_bytes_are_more_than_mail_puts_in_a_line():
    assert {len(data) % 3 for (data,) in BASE64URL.cases() if len(data) >= 57} == {0, 1, 2}


def test_a_stranger_may_write_anything_into_a_header():
    kids = [header["kid"] for header, _ in KID.cases() if "kid" in header]
    assert {type(kid) for kid in kids} >= {str, int, list, dict, type(None), bool}
    names = {kid for kid in kids if isinstance(kid, str)}
    assert sum(a != b and a in b for a in names for b in names) >= 5


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("answer", [7, object(), [1], (), 1.5, b"x"])
def test_an_odd_answer_is_a_sentence(exercise, answer):
    with pytest.raises(Wrong) as told:
        exercise.read(next(iter(exercise.cases())), answer)
    assert told.value.sentence.endswith(".")


def test_what_is_unusual_about_a_case_is_said_where_the_code_breaks_off():
    def careless(header, jwks):
        return next((k for k in jwks["keys"] if k["kid"] == header["kid"] and k["alg"] == header["alg"]), None)

    report = check("tokens-kid", careless)
    assert "KeyError" in repr(report) and "In this case the header has no `kid`." in repr(report), repr(report)
