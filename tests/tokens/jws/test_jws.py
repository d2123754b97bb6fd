import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from labs.tokens.examples import P256, example_jwk, example_key, example_keys
from labs.tokens.jws import ALGORITHMS, Key, Keys, Refused, read_key, sign, verify
from labs.tokens.jws.base64url import ALPHABET, decode, encode
from labs.tokens.jws.jws import CHECKS, check_signature

KEY = example_key("HS256")


def refused(token: Any, key: Key | Keys = KEY, **more: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        verify(token, key, **more)
    assert caught.value.check in CHECKS
    return caught.value


def signed(header: str | bytes, payload: bytes = b"hello", key: Key = KEY) -> str:
    """A token with a header of any bytes and a signature that holds."""
    written = header.encode() if isinstance(header, str) else header
    signing_input = f"{encode(written)}.{encode(payload)}"
    return f"{signing_input}.{encode(key.algorithm.sign(key.signs_with, signing_input.encode()))}"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_what_is_signed_is_read_again(alg: str) -> None:
    key = example_key(alg)
    token = sign(b"hello", key, {"typ": "x"})
    said = verify(token, key)
    assert said.payload == b"hello"
    assert said.header == {"alg": alg, "typ": "x"}
    assert len(decode(token.split(".")[2])) == key.signature_length
    assert (sign(b"hello", key) == sign(b"hello", key)) == ALGORITHMS[alg].repeats


@pytest.mark.parametrize("alg", ["HS256", "Ed25519"])
def test_every_single_byte_changed_is_refused(alg: str) -> None:
    key = example_key(alg)
    token = sign(b'{"sub":"ada"}', key)
    seen = set()
    values = range(256) if alg == "HS256" else [ord(c) for c in ALPHABET + ".=+/ "]
    for place, was in enumerate(token):
        for value in values:
            if chr(value) != was:
                seen.add(refused(token[:place] + chr(value) + token[place + 1 :], key).check)
    assert {"three parts", "base64url", "header", "signature"} <= seen


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
def test_a_byte_changed_anywhere_is_refused_with_slow_algorithms(alg: str) -> None:
    key = example_key(alg)
    token = sign(b'{"sub":"ada"}', key)
    for place, was in enumerate(token):
        for value in "A_.=" if was not in "A_" else "Z.=":
            if value != was:
                refused(token[:place] + value + token[place + 1 :], key)


def test_every_character_left_out_or_added_is_refused() -> None:
    token = sign(b'{"sub":"ada"}', KEY)
    for place in range(len(token) + 1):
        for more in "A.=\n ":
            refused(token[:place] + more + token[place:])
        if place < len(token):
            refused(token[:place] + token[place + 1 :])


def other_spellings(part: str) -> Iterator[str]:
    """What a lax reader takes for the same bytes."""
    data = decode(part)
    yield part + "="
    yield part + "=" * (-len(part) % 4 or 4)
    yield part + "\n"
    yield " " + part
    yield part[:3] + "\r\n" + part[3:]
    yield part + "!"
    if "-" in part or "_" in part:
        yield part.replace("-", "+").replace("_", "/")
    for letter in ALPHABET:
        if len(data) % 3 and letter != part[-1] and _loosely(part[:-1] + letter) == data:
            yield part[:-1] + letter


def _loosely(part: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.mark.parametrize("alg", ["HS256", "RS256", "ES256", "Ed25519"])
def test_every_other_spelling_of_the_same_bytes_is_refused(alg: str) -> None:
    key = example_key(alg)
    token = sign(b"\xff\xfe\xfd hello?", key)
    parts = token.split(".")
    count = 0
    for place in range(3):
        for other in other_spellings(parts[place]):
            problem = refused(".".join([*parts[:place], other, *parts[place + 1 :]]), key)
            assert problem.check == "base64url"
            count += 1
    assert count > 20


@pytest.mark.parametrize(
    ("header", "check"),
    [
        ('{"alg":"HS256","alg":"HS256"}', "header"),
        ('{"alg":"none","alg":"HS256"}', "header"),
        ('{"alg":"HS256","x":{"a":1,"a":1}}', "header"),
        ('{"alg":"HS256","kid":"a","kid":"b"}', "header"),
        ('{"alg":"HS256","a":NaN}', "header"),
        ('{"alg":"HS256","a":-Infinity}', "header"),
        ('{"alg":"HS256"} x', "header"),
        ('["alg"]', "header"),
        ("null", "header"),
        ("", "header"),
        ("{}", "header"),
        ('{"alg":7}', "header"),
        ('{"alg":null}', "header"),
        ('{"alg":["HS256"]}', "header"),
        ('{"alg":"HS256","kid":7}', "header"),
        ("\ufeff" + '{"alg":"HS256"}', "header"),
        ('{"alg":"HS256"}'.encode("utf-16"), "header"),
        (b'{"alg":"HS256","x":"\xff"}', "header"),
        ('{"alg":"HS256","x":' + "[" * 3000 + "]" * 3000 + "}", "header"),
        ('{"alg":"HS256","x":' + "[" * 100 + "]" * 100 + "}", "header"),
        ('{"alg":"HS256","x":"]]]\\"]]]","y":' + "[" * 100 + "]" * 100 + "}", "header"),
        ('{"alg":"HS256","x":' + "1" * 5000 + "}", "header"),
        ('{"alg":"HS256","crit":["exp"],"exp":1}', "crit"),
        ('{"alg":"HS256","crit":[]}', "crit"),
        ('{"alg":"HS256","crit":"exp","exp":1}', "crit"),
        ('{"alg":"HS256","crit":["exp"]}', "crit"),
        ('{"alg":"HS256","crit":["alg"]}', "crit"),
        ('{"alg":"HS256","crit":[7]}', "crit"),
        ('{"alg":"HS256","crit":null}', "crit"),
        ('{"alg":"HS256","b64":false}', "crit"),
        ('{"alg":"HS256","b64":false,"crit":["b64"]}', "crit"),
        ('{"alg":"none"}', "algorithm"),
        ('{"alg":"None"}', "algorithm"),
        ('{"alg":"hs256"}', "algorithm"),
        ('{"alg":"HS384"}', "algorithm"),
        ('{"alg":"RS256"}', "algorithm"),
        ('{"alg":"RSA"}', "algorithm"),
        ('{"alg":"EdDSA"}', "algorithm"),
    ],
)
def test_a_header_is_refused_however_well_it_is_signed(header: str | bytes, check: str) -> None:
    assert refused(signed(header)).check == check


def test_a_header_may_be_nested_deep_and_hold_brackets_in_its_strings() -> None:
    deep = '{"alg":"HS256","x":' + "[" * 99 + "]" * 99 + ',"y":["\\\\","' + "[" * 200 + '\\"["]}'
    assert verify(signed(deep), KEY).header["y"][1] == "[" * 200 + '"['


def test_a_critical_extension_passes_only_where_it_is_understood() -> None:
    token = signed('{"alg":"HS256","crit":["exp"],"exp":1}')
    assert verify(token, KEY, understood={"exp"}).header["exp"] == 1
    assert refused(token, understood={"other"}).check == "crit"
    assert refused(signed('{"alg":"HS256","crit":["exp","exp"],"exp":1}'), understood={"exp"}).check == "crit"


@pytest.mark.parametrize("token", [None, 7, b"a.b.c", "", ".", "..", "a.b", "a.b.c.d", "A" * 20_000, "é.é.é"])
def test_what_is_no_token_is_one_sentence(token: Any) -> None:
    assert len(str(refused(token))) < 150


def test_a_key_that_is_not_read_yet_is_one_sentence() -> None:
    for unread in (P256, b"secret", "secret", None):
        with pytest.raises(TypeError, match="read_key"):
            verify(sign(b"hello", KEY), unread)  # type: ignore[arg-type]


def test_a_signature_left_out_is_refused() -> None:
    head, body, _ = sign(b"hello", KEY).split(".")
    problem = refused(f"{head}.{body}.")
    assert problem.check == "signature" and "32 bytes" in str(problem)


@pytest.mark.parametrize(("alg", "length"), [("HS256", 32), ("ES256", 64), ("Ed25519", 64), ("RS256", 256)])
def test_a_signature_has_its_exact_length(alg: str, length: int) -> None:
    key = example_key(alg)
    head, body, text = sign(b"hello", key).split(".")
    right = decode(text)
    wrong = [right[:-1], right + b"\0", b"\0" + right, b""]
    if alg == "ES256":
        half = length // 2
        wrong += [right[:half] + b"\0" + right[half:], _asn1(right)]
    for signature in wrong:
        assert f"{length} bytes" in str(refused(f"{head}.{body}.{encode(signature)}", key))


def _asn1(signature: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


@pytest.mark.parametrize("signature", [b"\0" * 64, b"\xff" * 64, b"\0" * 32 + b"\x01" * 32, b"\x01" + b"\0" * 63])
def test_a_made_up_signature_of_the_right_length_is_refused(signature: bytes) -> None:
    for alg in ("ES256", "Ed25519"):
        head, body, _ = sign(b"hello", example_key(alg)).split(".")
        assert refused(f"{head}.{body}.{encode(signature)}", example_key(alg)).check == "signature"


def test_hmac_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import hmac

    asked = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: asked.append((a, b)) or real(a, b))
    verify(sign(b"hello", KEY), KEY)
    assert len(asked) == 1


def test_the_token_does_not_choose_the_algorithm() -> None:
    """The classic: an RS256 service's public key, used as an HMAC secret."""
    public = json.dumps({"n": example_jwk("RS256")["n"]}).encode()
    forger = read_key({"kty": "oct", "k": encode(public)}, "HS256")
    assert refused(sign(b"hello", forger), example_key("RS256")).check == "algorithm"


def test_rs256_and_ps256_are_two_algorithms_though_the_key_is_one() -> None:
    assert refused(sign(b"hello", example_key("PS256")), example_key("RS256")).check == "algorithm"


def test_the_key_is_the_one_that_kid_names() -> None:
    keys = example_keys(winter="HS256", spring="Ed25519", summer="ES256")
    for key in keys:
        assert verify(sign(b"hello", key), keys).key is key
    assert refused(sign(b"hello", example_key("HS256")), keys).check == "key"
    assert refused(sign(b"hello", example_key("HS256", "autumn")), keys).check == "key"
    assert refused(sign(b"hello", example_key("HS256", "spring")), keys).check == "algorithm"
    assert refused(sign(b"hello", KEY), Keys(())).check == "key"


def test_a_name_that_is_not_the_only_keys_is_refused() -> None:
    assert verify(sign(b"hello", example_key("HS256", "a")), KEY).payload == b"hello"
    assert refused(sign(b"hello", example_key("HS256", "a")), example_key("HS256", "b")).check == "key"


def test_a_key_that_may_only_sign_does_not_verify() -> None:
    only_signs = read_key({**example_jwk("HS256"), "key_ops": ["sign"]})
    assert refused(sign(b"hello", only_signs), only_signs).check == "key"


def test_a_public_key_does_not_sign() -> None:
    public = read_key({name: value for name, value in P256.items() if name != "d"}, "ES256")
    with pytest.raises(ValueError, match="only verify"):
        sign(b"hello", public)


def test_a_header_that_names_another_algorithm_is_not_signed() -> None:
    for header in ({"alg": "none"}, {"alg": ["HS256"]}, b'{"alg":"none"}', b"{}", b"[]"):
        with pytest.raises(ValueError, match=r"the key is for HS256|the header is no JSON object"):
            sign(b"hello", KEY, header)


def test_the_checks_can_be_asked_one_by_one() -> None:
    head, body, text = sign(b"hello", KEY).split(".")
    check_signature(KEY, f"{head}.{body}".encode(), decode(text))
    with pytest.raises(Refused):
        check_signature(KEY, f"{head}.{body}x".encode(), decode(text))


def test_the_family_is_imported_without_cryptography() -> None:
    code = "import sys; import labs.tokens, labs.tokens.examples; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {name.split(".")[0] for name in said.split()} & {"cryptography", "pandas", "hypothesis"}
