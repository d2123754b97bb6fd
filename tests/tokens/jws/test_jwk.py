from typing import Any

import pytest

from labs.tokens.examples import ED25519, P256, RSA, SECRET
from labs.tokens.jws import BadKey, public_jwk, read_key, read_keys
from labs.tokens.jws.base64url import decode, encode


def bad(jwk: Any, alg: str | None = None) -> str:
    with pytest.raises(BadKey) as caught:
        read_key(jwk, alg)
    return str(caught.value)


def test_a_key_is_for_one_algorithm() -> None:
    assert read_key(RSA, "RS256").alg == "RS256"
    assert read_key({**ED25519, "alg": "EdDSA"}).alg == read_key({**ED25519, "alg": "Ed25519"}).alg == "Ed25519"
    assert "one key, one algorithm" in bad({**RSA, "alg": "RS256"}, "PS256")
    assert "say which algorithm" in bad(RSA)
    assert "no algorithm of that name" in bad(SECRET, "none")
    assert "no algorithm of that name" in bad(RSA, "RSA")


@pytest.mark.parametrize(("jwk", "alg"), [(SECRET, "RS256"), (RSA, "HS256"), (P256, "Ed25519"), (ED25519, "ES256")])
def test_the_kind_of_key_fits_the_algorithm(jwk: dict[str, Any], alg: str) -> None:
    assert f"{alg} needs a key with `kty`" in bad(jwk, alg)


def test_the_curve_fits_the_algorithm() -> None:
    assert "needs the curve P-256" in bad({**P256, "crv": "P-384"}, "ES256")


@pytest.mark.parametrize(("alg", "bytes_"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_a_secret_is_as_long_as_the_hash(alg: str, bytes_: int) -> None:
    assert read_key({"kty": "oct", "k": encode(b"x" * bytes_)}, alg)
    assert f"at least {bytes_} bytes" in bad({"kty": "oct", "k": encode(b"x" * (bytes_ - 1))}, alg)


def test_an_rsa_key_is_long_enough() -> None:
    assert "2048 bits" in bad({**public_jwk(RSA), "n": encode((2**1024 - 1).to_bytes(128, "big"))}, "RS256")


@pytest.mark.parametrize(
    ("jwk", "alg", "why"),
    [
        ({**RSA, "n": encode(b"\0" + decode(RSA["n"]))}, "RS256", "shortest bytes"),
        ({**RSA, "p": RSA["q"]}, "RS256", "do not make a key"),
        ({**P256, "x": P256["y"]}, "ES256", "do not make a key"),
        ({**P256, "y": encode(decode(P256["y"])[:31])}, "ES256", "must be 32 bytes"),
        ({**P256, "d": encode((5).to_bytes(32, "big"))}, "ES256", "do not make a key"),
        ({**ED25519, "x": P256["x"]}, "Ed25519", "two halves"),
        ({**SECRET, "use": "enc"}, "HS256", "`use`"),
        ({**SECRET, "key_ops": ["wrapKey"]}, "HS256", "`key_ops`"),
        ({**SECRET, "kid": 7}, "HS256", "`kid`"),
        ({"kty": "oct"}, "HS256", "no `k`"),
        ({"kty": "RSA", "n": RSA["n"]}, "RS256", "no `e`"),
        ({**RSA, "oth": []}, "RS256", "primes"),
        ("a text", "HS256", "JSON object"),
    ],
)
def test_a_key_that_cannot_be_is_one_sentence(jwk: Any, alg: str, why: str) -> None:
    assert why in bad(jwk, alg)


def test_no_sentence_and_no_repr_holds_a_byte_of_the_secret() -> None:
    key = read_key(SECRET, "HS256")
    assert decode(SECRET["k"])[:4] not in repr(key).encode() and "\\x03#5" not in repr(key)
    assert "+" not in bad({"kty": "oct", "k": SECRET["k"][:-1] + "+"}, "HS256")


def test_what_a_key_may_do_is_kept() -> None:
    assert read_key({**SECRET, "key_ops": ["verify"]}, "HS256").signs_with is None
    assert read_key({**SECRET, "key_ops": ["sign"]}, "HS256").checks_with is None
    assert read_key(public_jwk(RSA), "RS256").signs_with is None


def test_a_shared_secret_is_not_published() -> None:
    assert not {"d", "p", "q", "dp", "dq", "qi"} & public_jwk(RSA).keys()
    with pytest.raises(BadKey, match="everybody sign"):
        public_jwk(SECRET)


def test_keys_are_found_by_their_exact_name() -> None:
    keys = read_keys({"keys": [{**P256, "alg": "ES256", "kid": "a"}, {**ED25519, "alg": "Ed25519", "kid": "b"}]})
    assert len(keys) == 2
    found = keys.named("b")
    assert found and found.alg == "Ed25519"
    for strange in ("", "B", "b ", "../b", "a,b"):
        assert keys.named(strange) is None


@pytest.mark.parametrize(
    ("jwks", "why"),
    [
        ({"keys": [{**SECRET, "alg": "HS256", "kid": "a"}, {**RSA, "alg": "RS256", "kid": "a"}]}, "two keys"),
        ({"keys": [{**SECRET, "alg": "HS256"}, {**RSA, "alg": "RS256"}]}, "no key of this set.*needs a `kid`"),
        ({"keys": [{**RSA, "kid": "a"}]}, "no key of this set can be used; key 1: say which algorithm"),
        ({}, '"keys"'),
        ([], '"keys"'),
    ],
)
def test_a_set_of_keys_that_cannot_be_is_one_sentence(jwks: Any, why: str) -> None:
    with pytest.raises(BadKey, match=why):
        read_keys(jwks)


GOOD = {**P256, "alg": "ES256", "kid": "good"}


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({**RSA, "kid": "a"}, "say which algorithm"),
        ({**RSA, "alg": "RS256"}, "needs a `kid`"),
        ({"kty": "EC", "crv": "P-521", "alg": "ES512", "kid": "a", "x": "AA", "y": "AA"}, "no algorithm of that name"),
        ({"kty": "AKP", "alg": "ML-DSA-44", "kid": "a", "pub": "AA"}, "no algorithm of that name"),
        ({**RSA, "alg": "RS256", "kid": "a", "use": "enc"}, "not for signatures"),
        ({**RSA, "alg": "RS256", "kid": "a", "key_ops": [{}]}, "neither sign nor verify"),
        ({**RSA, "alg": "RS256", "kid": "a", "key_ops": {"sign": 1}}, "neither sign nor verify"),
        ({**RSA, "alg": "RS256", "kid": ["a"]}, "a `kid` is a text"),
        ({**RSA, "alg": ["RS256"], "kid": "a"}, "no algorithm of that name"),
        ({**RSA, "alg": "RS256", "kid": "a", "n": 7}, "has no `n`"),
        ({}, "say which algorithm"),
        ("a key", "a JWK is a JSON object"),
        (None, "a JWK is a JSON object"),
    ],
)
def test_a_key_that_cannot_be_used_is_ignored_and_the_others_are_not(odd: Any, why: str) -> None:  # RFC 7517 §5
    for jwks in ([odd, GOOD], [GOOD, odd]):
        keys = read_keys({"keys": jwks})
        assert [key.kid for key in keys] == ["good"] and keys.named("good")
        assert len(keys.ignored) == 1 and why in keys.ignored[0]
        assert keys.ignored[0].startswith(f"key {jwks.index(odd) + 1}: ")


def test_a_set_without_keys_trusts_nobody() -> None:
    assert len(read_keys({"keys": []})) == 0


STRANGE = [None, True, 0, -1, 1.5, "", "AA", "\ud800", [], [[]], {}, [{}], {"a": []}]


@pytest.mark.parametrize("jwk", [SECRET, RSA, P256, ED25519], ids=lambda jwk: str(jwk["kty"]))
@pytest.mark.parametrize("alg", ["HS256", "RS256", "ES256", "Ed25519"])
def test_whatever_a_member_is_there_is_a_key_or_one_sentence(jwk: dict[str, Any], alg: str) -> None:
    for name in [*jwk, "alg", "kid", "use", "key_ops", "x5c", "oth"]:
        for strange in STRANGE:
            try:
                read_key({**jwk, name: strange}, alg)
            except BadKey as problem:
                assert "\n" not in str(problem)
