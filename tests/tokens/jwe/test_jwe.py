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


A2 = (
    "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPoltGRhWhw7Z"
    "x0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5hl"
    "Rirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHH"
    "i29NX0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4"
    "HffxPSUrfmqCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw"
)
A2_KEY = {
    "kty": "RSA",
    "e": "AQAB",
    "n": (
        "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHH"
        "yXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75ID"
        "rGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1Bz"
        "BZI0KQB0GaDWFLN-aEAw3vRw"
    ),
    "d": (
        "VFCWOqXr8nvZNyaaJLXdnNPXZKRaWCjkU5Q2egQQpTBMwhprMzWzpR8Sxq1OPThh_J6MUD8Z35wky9b8eEO0pwNS8xlh1lOFRRBoNqDIKV"
        "Oku0aZb-rynq8cxjDTLZQ6Fz7jSjR1Klop-YKaUHc9GsEofQqYruPhzSA-QgajZGPbE_0ZaVDJHfyd7UUBUKunFMScbflYAAOYJqVIVwaY"
        "R5zWEEceUjNnTNo_CVSj-VvXLO5VZfCUAVLgW4dpf1SrtZjSt34YLsRarSb127reG_DUwg9Ch-KyvjT1SkHgUWRVGcyly7uvVGRSDwsXyp"
        "drNinPA4jlhoNdizK2zF2CWQ"
    ),
    "p": (
        "9gY2w6I6S6L0juEKsbeDAwpd9WMfgqFoeA9vEyEUuk4kLwBKcoe1x4HG68ik918hdDSE9vDQSccA3xXHOAFOPJ8R9EeIAbTi1VwBYnbTp8"
        "7X-xcPWlEPkrdoUKW60tgs1aNd_Nnc9LEVVPMS390zbFxt8TN_biaBgelNgbC95sM"
    ),
    "q": (
        "uKlCKvKv_ZJMVcdIs5vVSU_6cPtYI1ljWytExV_skstvRSNi9r66jdd9-yBhVfuG4shsp2j7rGnIio901RBeHo6TPKWVVykPu1iYhQXw1j"
        "IABfw-MVsN-3bQ76WLdt2SDxsHs7q7zPyUyHXmps7ycZ5c72wGkUwNOjYelmkiNS0"
    ),
    "dp": (
        "w0kZbV63cVRvVX6yk3C8cMxo2qCM4Y8nsq1lmMSYhG4EcL6FWbX5h9yuvngs4iLEFk6eALoUS4vIWEwcL4txw9LsWH_zKI-hwoReoP77cO"
        "dSL4AVcraHawlkpyd2TWjE5evgbhWtOxnZee3cXJBkAi64Ik6jZxbvk-RR3pEhnCs"
    ),
    "dq": (
        "o_8V14SezckO6CNLKs_btPdFiO9_kC1DsuUTd2LAfIIVeMZ7jn1Gus_Ff7B7IVx3p5KuBGOVF8L-qifLb6nQnLysgHDh132NDioZkhH7mI"
        "7hPG-PYE_odApKdnqECHWw0J-F0JWnUd6D2B_1TvF9mXA2Qx-iGYn8OVV1Bsmp6qU"
    ),
    "qi": (
        "eNho5yRBEBxhGBtQRww9QirZsB66TrfFReG_CcteI1aCneT0ELGhYlRlCtUkTRclIfuEPmNsNDPbLoLqqCVznFbvdB7x-Tl-m0l_eFTj2K"
        "iqwGqE9PZB9nNTwMVvH3VRRSLWACvPnSiwP8N5Usy-WRXS-V7TbpxIhvepTfE0NNo"
    ),
}


@pytest.mark.filterwarnings("ignore:JWE algorithm")  # joserfc advises against it, too
def test_rfc_7516_a2_is_refused_before_anything_is_decrypted_though_it_is_sound():
    """RSA1_5's padding can be guessed byte by byte wherever a decrypter lets on whether it fitted (Bleichenbacher)."""
    theirs = jwe.decrypt_compact(A2, RSAKey.import_key(A2_KEY), algorithms=["RSA1_5", "A128CBC-HS256"])
    assert theirs.plaintext == b"Live long and prosper."
    for alg in ("RSA-OAEP", "RSA1_5"):
        with pytest.raises(Unreadable, match="RSA1_5") as refused:
            decrypt(A2, A2_KEY, alg)
        assert "\n" not in str(refused.value)


def test_a_token_inside_is_announced_by_cty_and_the_public_half_is_enough_to_write_one():
    public = {name: value for name, value in FOR_JWE.items() if name != "d"}
    sealed = encrypt(b"a.b.c", public, "ECDH-ES+A128KW", "A256GCM", cty="JWT")
    assert read_object(base64url.decode(sealed.split(".")[0]))["cty"] == "JWT"
    assert decrypt(sealed, FOR_JWE, "ECDH-ES+A128KW") == b"a.b.c"
    assert jwe.decrypt_compact(sealed, ECKey.import_key(FOR_JWE), algorithms=["ECDH-ES+A128KW", "A256GCM"])
