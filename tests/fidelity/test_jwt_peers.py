"""Tokens go both ways between this course and PyJWT and joserfc: theirs verify here, ours there, and say the same."""

import json
from collections.abc import Callable
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from joserfc import jwt as joserfc_jwt

from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_claims, example_jwk, example_key
from labs.tokens.jws import ALGORITHMS, Refused, public_jwk, read_key, sign, verify
from labs.tokens.jws.base64url import encode
from labs.tokens.jws.jws import write_object
from labs.tokens.jwt import accept, issue

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # joserfc says so of the old name

ALGS = tuple(ALGORITHMS)
KEYS = {alg: example_key(alg) for alg in ALGS}
OLD = {"Ed25519": "EdDSA"}  # the only name that PyJWT has for it
HERE: dict[str, Any] = {"now": NOW, "issuer": ISSUER, "audience": AUDIENCE}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
more_claims = st.dictionaries(
    texts.filter(lambda name: name not in ("iss", "sub", "aud", "exp", "nbf", "iat", "jti")), values, max_size=4
)
kids = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
few = settings(max_examples=25, deadline=None, derandomize=True)

_PYJWK = {alg: pyjwt.PyJWK(example_jwk(alg), OLD.get(alg, alg)) for alg in ALGS}
_PUBLIC = {
    alg: key if "HS" in alg else pyjwt.PyJWK(public_jwk(example_jwk(alg)), OLD.get(alg, alg))
    for alg, key in _PYJWK.items()
}
_JOSERFC = {alg: joserfc_jwk.import_key({n: v for n, v in example_jwk(alg).items() if n != "alg"}) for alg in ALGS}
NO_CLOCK = {"verify_exp": False, "verify_aud": False, "verify_nbf": False, "verify_iat": False}


def pyjwt_reads(token: str, alg: str) -> dict[str, Any]:
    claims: dict[str, Any] = pyjwt.decode(token, _PUBLIC[alg], [OLD.get(alg, alg)], options=NO_CLOCK)
    return claims


def joserfc_reads(token: str, alg: str) -> dict[str, Any]:
    claims: dict[str, Any] = joserfc_jwt.decode(token, _JOSERFC[alg], [alg, OLD.get(alg, alg)]).claims
    return claims


def pyjwt_writes(claims: dict[str, Any], alg: str, header: dict[str, Any]) -> str:
    return pyjwt.encode(claims, _PYJWK[alg].key, OLD.get(alg, alg), header)


def joserfc_writes(claims: dict[str, Any], alg: str, header: dict[str, Any]) -> str:
    return joserfc_jwt.encode({"alg": alg, **header}, claims, _JOSERFC[alg], [alg])


def ours(claims: dict[str, Any], alg: str, header: dict[str, Any], old: bool) -> str:
    name = OLD.get(alg, alg) if old else alg
    return sign(write_object(claims), KEYS[alg], {"alg": name, "typ": "JWT", **header})


@pytest.mark.parametrize("write", [pyjwt_writes, joserfc_writes])
@pytest.mark.parametrize("alg", ALGS)
@few
@given(more=more_claims, kid=kids)
def test_their_tokens_verify_here(write: Callable[..., str], alg: str, more: dict[str, Any], kid: str | None) -> None:
    claims = example_claims(**{"jti": "1", "nbf": NOW}) | more
    token = write(claims, alg, {"kid": kid} if kid else {})
    assert accept(token, KEYS[alg], **HERE) == claims
    assert verify(token, KEYS[alg]).header.get("kid") == kid


@pytest.mark.parametrize(("read", "old"), [(pyjwt_reads, True), (joserfc_reads, False), (joserfc_reads, True)])
@pytest.mark.parametrize("alg", ALGS)
@few
@given(more=more_claims, kid=kids)
def test_our_tokens_verify_there(
    read: Callable[..., Any], old: bool, alg: str, more: dict[str, Any], kid: str | None
) -> None:
    claims = example_claims() | more
    token = ours(claims, alg, {"kid": kid} if kid else {}, old)
    assert read(token, alg) == claims


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512", "RS256", "Ed25519"])
def test_the_same_bytes_get_the_same_signature(alg: str) -> None:
    """Where a signature is the same each time, theirs and ours are equal to the letter."""
    payload = write_object(example_claims())
    name = OLD.get(alg, alg)
    header = {"alg": name, "typ": "JWT"}
    theirs = pyjwt.PyJWS().encode(payload, _PYJWK[alg].key, name, sort_headers=True)
    assert sign(payload, KEYS[alg], header) == theirs
    assert joserfc_jws.serialize_compact(header, payload, _JOSERFC[alg], [name]) == theirs


@few
@given(data=st.data(), alg=st.sampled_from(["HS256", "Ed25519"]))
def test_what_a_peer_refuses_is_refused_here(data: Any, alg: str) -> None:
    """Cut, swapped, doubled, re-encoded: whatever is no longer the token is refused, here as there."""
    token = issue(example_claims(), KEYS[alg])
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(len(token), start + 8)))
    instead = data.draw(st.text(st.sampled_from("AQgw-_.=+/ \n{}é"), max_size=8))
    changed = token[:start] + instead + token[end:]
    if changed == token:
        return
    with pytest.raises(Refused):
        accept(changed, KEYS[alg], **HERE)


ODD_HEADERS = [
    '{"alg":"HS256","alg":"HS256"}',
    '{"alg":"HS256","crit":["exp"],"exp":1}',
    '{"alg":"HS256","crit":[]}',
    '{"alg":"HS256","b64":false}',
    '{"alg":"HS256","kid":7}',
    '{"alg":"none"}',
    '{"alg":"HS384"}',
    "[]",
]


@pytest.mark.parametrize("header", ODD_HEADERS)
def test_as_strict_as_the_strictest(header: str) -> None:
    """Correctly signed, but odd: where either peer refuses, so do we (and in a few cases where neither does)."""
    key = KEYS["HS256"]
    signing_input = f"{encode(header.encode())}.{encode(write_object(example_claims()))}"
    token = f"{signing_input}.{encode(key.algorithm.sign(key.signs_with, signing_input.encode()))}"
    with pytest.raises(Refused):
        accept(token, key, **HERE)


def test_keys_are_read_as_they_write_them() -> None:
    """A key pair that joserfc makes signs here, and its public half verifies there."""
    for kind, argument, alg in (
        ("oct", 256, "HS256"),
        ("RSA", 2048, "RS256"),
        ("EC", "P-256", "ES256"),
        ("OKP", "Ed25519", "Ed25519"),
    ):
        theirs = joserfc_jwk.generate_key(kind, argument)
        jwk = json.loads(json.dumps(theirs.as_dict(private=True)))
        token = issue(example_claims(), read_key(jwk, alg))
        assert joserfc_jwt.decode(token, theirs, [alg]).claims == example_claims()
        public = read_key(jwk if kind == "oct" else public_jwk(jwk), alg)
        assert accept(joserfc_jwt.encode({"alg": alg}, example_claims(), theirs, [alg]), public, **HERE)


@pytest.mark.parametrize(("seconds", "leeway"), [(-1, 0), (0, 0), (1, 0), (-60, 60), (-59, 60), (-61, 60)])
def test_the_end_is_where_joserfc_has_it(seconds: int, leeway: int) -> None:
    """`exp` at the very second, and with a leeway, on one injected clock."""
    from joserfc.errors import JoseError

    claims = example_claims(seconds)
    try:
        joserfc_jwt.JWTClaimsRegistry(now=NOW, leeway=leeway, exp={"essential": True}).validate(claims)
        there = True
    except JoseError:
        there = False
    try:
        accept(issue(claims, KEYS["HS256"]), KEYS["HS256"], **HERE, leeway=leeway)
        here = True
    except Refused:
        here = False
    # At the very second RFC 7519 §4.1.4 says "before": it is over. joserfc lets that one second pass.
    assert here == (there and seconds + leeway != 0)
