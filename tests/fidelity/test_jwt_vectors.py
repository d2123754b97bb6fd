"""The tokens that the RFCs print: RFC 7515 appendix A.1 to A.3 and A.5, RFC 8037 appendix A."""

import hashlib
import json

import pytest

from labs.tokens.examples import ED25519, P256, RSA, SECRET
from labs.tokens.jws import Key, Refused, read_key, read_keys, sign, verify
from labs.tokens.jws.base64url import decode, encode

PAYLOAD = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
BODY = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
A1 = f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{BODY}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
A2 = (
    f"eyJhbGciOiJSUzI1NiJ9.{BODY}."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12j"
    "zDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
    "Ge77Rw"
)
A3 = (
    f"eyJhbGciOiJFUzI1NiJ9.{BODY}."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
A5 = f"eyJhbGciOiJub25lIn0.{BODY}."
RFC8037_A4 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)


def test_a1_hs256() -> None:
    key = read_key(SECRET, "HS256")
    assert verify(A1, key).payload == PAYLOAD
    assert sign(PAYLOAD, key, b'{"typ":"JWT",\r\n "alg":"HS256"}') == A1


def test_a2_rs256() -> None:
    key = read_key(RSA, "RS256")
    assert verify(A2, key).payload == PAYLOAD
    assert sign(PAYLOAD, key, b'{"alg":"RS256"}') == A2


def test_a3_es256() -> None:  # a signature of its own each time: theirs verifies, and so does a new one
    key = read_key(P256, "ES256")
    assert verify(A3, key).payload == PAYLOAD
    ours = sign(PAYLOAD, key, b'{"alg":"ES256"}')
    assert ours.rpartition(".")[0] == A3.rpartition(".")[0] and ours != A3
    assert verify(ours, key).payload == PAYLOAD


@pytest.mark.parametrize("jwk", [(SECRET, "HS256"), (RSA, "RS256"), (P256, "ES256"), (ED25519, "Ed25519")])
def test_a5_none_is_refused_whatever_the_key(jwk: tuple[dict[str, str], str]) -> None:
    with pytest.raises(Refused) as caught:
        verify(A5, read_key(*jwk))
    assert caught.value.check == "algorithm"


def test_rfc_7520_hs256_with_a_kid() -> None:  # section 4.4
    jwk = {
        "kty": "oct",
        "kid": "018c0ae5-4d9b-471b-bfd6-eef314bc7037",
        "use": "sig",
        "alg": "HS256",
        "k": "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
    }
    said = (
        "It\u2019s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep "
        "your feet, there\u2019s no knowing where you might be swept off to."
    )
    token = sign(said.encode(), read_key(jwk))
    assert token.startswith("eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9.SXTigJlz")
    assert token.endswith(".s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0")
    assert verify(token, read_keys({"keys": [jwk]})).payload.decode() == said


def test_rfc_8037_ed25519_under_its_old_name() -> None:
    key = read_key(ED25519, "EdDSA")
    assert verify(RFC8037_A4, key).payload == b"Example of Ed25519 signing"
    assert sign(b"Example of Ed25519 signing", key, {"alg": "EdDSA"}) == RFC8037_A4


def test_rfc_9864_gives_the_same_signature_over_another_header() -> None:
    key = read_key(ED25519, "Ed25519")
    token = sign(b"Example of Ed25519 signing", key)
    assert verify(token, key).header == {"alg": "Ed25519"}
    assert token.split(".")[1] == RFC8037_A4.split(".")[1] and token != RFC8037_A4


def test_rfc_8037_the_example_key_is_the_rfcs() -> None:  # appendix A.3 prints its thumbprint (RFC 7638)
    members = {name: ED25519[name] for name in ("crv", "kty", "x")}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    assert encode(digest) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize(
    ("token", "key"),
    [
        (A1, read_key(SECRET, "HS256")),
        (A2, read_key(RSA, "RS256")),
        (A3, read_key(P256, "ES256")),
        (RFC8037_A4, read_key(ED25519, "Ed25519")),
    ],
    ids=["A1", "A2", "A3", "8037"],
)
def test_every_bit_of_the_rfcs_signatures_matters(token: str, key: Key) -> None:
    head, _, text = token.rpartition(".")
    right = decode(text)
    for bit in range(len(right) * 8):
        wrong = bytearray(right)
        wrong[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refused):
            verify(f"{head}.{encode(bytes(wrong))}", key)
