"""JWE both ways with joserfc, and the vectors of Wycheproof (with those of RFC 7520) that fall under our list."""

import json
from itertools import product
from pathlib import Path

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from labs.tokens.examples import P256, RSA
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
