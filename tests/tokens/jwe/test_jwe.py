"""JWE both ways with joserfc, and the vectors of Wycheproof (with those of RFC 7520) that fall under our list."""

import json
from itertools import product
from pathlib import Path

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from labs.tokens.attacks.real import FORGERS_RSA
from labs.tokens.examples import FOR_JWE, P256, RSA
from labs.tokens.jwe import ALGS, ENCS, Unreadable, decrypt, encrypt
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import read_object

VECTORS = Path("/work/shared/vectors/wycheproof/json_web_encryption_test.json")


def key_for(alg, enc):
    if alg.startswith("RSA"):
        return RSA, RSAKey
    if alg.startswith("ECDH"):
        return P256, ECKey
    size = ENCS[enc] if alg == "dir" else {"A128KW": 16, "A256KW": 32}[alg]
    return {"kty": "oct", "k": base64url.encode(bytes(range(size)))}, OctKey


@pytest.mark.parametrize(("alg", "enc"), list(product(ALGS, ENCS)))
def test_both_ways_with_joserfc(alg, enc):
    jwk, kind = key_for(alg, enc)
    theirs = kind.import_key(jwk)
    for text in (b"", b"hello", b"x" * 1000):
        ours = encrypt(text, jwk, alg, enc)
        assert decrypt(ours, jwk, alg) == text
        assert jwe.decrypt_compact(ours, theirs, algorithms=[alg, enc]).plaintext == text
        assert decrypt(jwe.encrypt_compact({"alg": alg, "enc": enc}, text, theirs, [alg, enc]), jwk, alg) == text


@pytest.mark.parametrize(("alg", "enc"), list(product(ALGS, ENCS)))
def test_a_changed_part_is_refused(alg, enc):
    jwk, _ = key_for(alg, enc)
    parts = encrypt(b"hello", jwk, alg, enc).split(".")
    for place, text in enumerate(parts):
        if text:
            changed = [*parts]
            changed[place] = ("B" if text[0] == "A" else "A") + text[1:]
            with pytest.raises(Unreadable):
                decrypt(".".join(changed), jwk, alg)


@pytest.mark.skipif(not VECTORS.exists(), reason="Wycheproof's JWE vectors: C2SP/wycheproof at dac1dd4")
def test_wycheproof():
    done = 0
    for group in json.loads(VECTORS.read_text())["testGroups"]:
        jwk = {name: value for name, value in group["private"].items() if name != "alg"}
        for test in group["tests"]:
            try:
                header = read_object(base64url.decode(test["jwe"].split(".")[0]))
            except (ValueError, AttributeError):
                header = {}
            own = group["private"].get("alg")
            alg = "dir" if own in ENCS else own
            ours = header.get("alg") == alg and alg in ALGS and header.get("enc") in ENCS and "zip" not in header
            if test["result"] == "valid" and ours:
                assert decrypt(test["jwe"], jwk, alg) == bytes.fromhex(test["pt"]), test["tcId"]
                done += 1
            else:
                with pytest.raises(Unreadable):
                    decrypt(test["jwe"], jwk, alg)
    assert done >= 20


def test_rfc_7516_a3():
    token = (
        "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ."
        "AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ"
    )
    assert decrypt(token, {"kty": "oct", "k": "GawgguFyGrWKav7AX4VKUg"}, "A128KW") == b"Live long and prosper."


A1 = (
    "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ."
    "OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23"
    "nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_"
    "tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMf"
    "Ijf7iGdXKHzg."
    "48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A."
    "XFBoMYUZodetZdvTiFvSkQ"
)


def test_rfc_7516_a1():
    said = b"The true sign of intelligence is not knowledge but imagination."
    assert decrypt(A1, FORGERS_RSA, "RSA-OAEP") == said


def test_rsa1_5_is_refused_before_anything_is_decrypted():  # as in RFC 7516 A.2, whose header this is
    header = base64url.encode(b'{"alg":"RSA1_5","enc":"A128CBC-HS256"}')
    token = ".".join([header, *A1.split(".")[1:]])
    for alg in ("RSA-OAEP", "RSA1_5"):
        with pytest.raises(Unreadable, match="RSA1_5"):
            decrypt(token, FORGERS_RSA, alg)


def test_a_token_inside_is_announced_by_cty_and_the_public_half_is_enough_to_write_one():
    public = {name: value for name, value in FOR_JWE.items() if name != "d"}
    sealed = encrypt(b"a.b.c", public, "ECDH-ES+A128KW", "A256GCM", cty="JWT")
    assert read_object(base64url.decode(sealed.split(".")[0]))["cty"] == "JWT"
    assert decrypt(sealed, FOR_JWE, "ECDH-ES+A128KW") == b"a.b.c"
    assert jwe.decrypt_compact(sealed, ECKey.import_key(FOR_JWE), algorithms=["ECDH-ES+A128KW", "A256GCM"])
