"""Wrong answers to tokens-sign, written from its text alone; each with a piece of what it is told."""

import base64
import hashlib
import hmac
import json

import pytest

from labs.kit import check
from labs.tokens.examples import SECRET
from labs.tokens.jws import base64url

HEAD = {"alg": "HS256", "typ": "JWT"}


def _token(claims, secret, header=HEAD, digest="sha256", dumps=json.dumps):
    h, p = (base64url.encode(dumps(x).encode()) for x in (header, claims))
    return f"{h}.{p}." + base64url.encode(hmac.digest(secret, f"{h}.{p}".encode(), digest))


def _made(claims, secret, header=HEAD, enc=base64url.encode, message=None, mac=None, fmt="{}.{}.{}", dumps=json.dumps):
    h, p = enc(dumps(header).encode()), enc(dumps(claims).encode())
    si = (message or (lambda h, p: f"{h}.{p}".encode()))(h, p)
    return fmt.format(h, p, enc((mac or (lambda s, m: hmac.digest(s, m, "sha256")))(secret, si)))


def payload_only(claims, secret):
    return _made(claims, secret, message=lambda h, p: p.encode())


def no_dot_signed(claims, secret):
    return _made(claims, secret, message=lambda h, p: (h + p).encode())


def plain_json_signed(claims, secret):
    return _made(claims, secret, message=lambda h, p: (json.dumps(HEAD) + "." + json.dumps(claims)).encode())


def hex_signature(claims, secret):
    t = _made(claims, secret).rsplit(".", 1)[0]
    return t + "." + hmac.new(secret, t.encode(), "sha256").hexdigest()


def hex_encoded(claims, secret):
    return _made(claims, secret, mac=lambda s, m: hmac.new(s, m, "sha256").hexdigest().encode())


def hash_of_secret_and_message(claims, secret):
    return _made(claims, secret, mac=lambda s, m: hashlib.sha256(s + m).digest())


def no_typ(claims, secret):
    return _made(claims, secret, {"alg": "HS256"})


def lower_alg(claims, secret):
    return _made(claims, secret, {"alg": "hs256", "typ": "JWT"})


def sha512(claims, secret):
    return _made(claims, secret, mac=lambda s, m: hmac.digest(s, m, "sha512"))


def str_claims(claims, secret):
    return _made(claims, secret, dumps=str)


def padded(claims, secret):
    return _made(claims, secret, enc=lambda b: base64.urlsafe_b64encode(b).decode())


def plain_base64(claims, secret):
    return _made(claims, secret, enc=lambda b: base64.b64encode(b).decode().rstrip("="))


def no_signature(claims, secret):
    return _made(claims, secret).rsplit(".", 1)[0]


def changes_claims(claims, secret):
    claims["iat"] = 1767225600
    return _made(claims, secret)


def text_secret(claims, secret):
    return _made(claims, secret.decode().encode())


def stripped_secret(claims, secret):
    return _made(claims, secret.strip())


def block_secret(claims, secret):
    return _made(claims, secret[:64])


def lesson_secret(claims, secret):
    return _made(claims, base64url.decode(SECRET["k"]))


def latin(claims, secret):
    h, p = (
        base64url.encode(json.dumps(HEAD).encode()),
        base64url.encode(json.dumps(claims, ensure_ascii=False).encode("latin-1", "replace")),
    )
    return f"{h}.{p}." + base64url.encode(hmac.digest(secret, f"{h}.{p}".encode(), "sha256"))


def no_falsy(claims, secret):
    return _made({k: v for k, v in claims.items() if v}, secret)


def no_none(claims, secret):
    return _made({k: v for k, v in claims.items() if v is not None}, secret)


def twice(claims, secret):
    return _made(json.dumps(claims), secret)


def extra_header(claims, secret):
    return _made(claims, secret, {"alg": "HS256", "typ": "JWT", "kid": "1"})


def int_times(claims, secret):
    return _made({k: int(v) if isinstance(v, float) else v for k, v in claims.items()}, secret)


def quoted_json(claims, secret):
    return _made(claims, secret, dumps=lambda x: json.dumps(x).replace(" ", ""))


def swapped_parts(claims, secret):
    return _made(claims, secret, fmt="{1}.{0}.{2}")


WRONG = [
    ("payload_only", payload_only, "Only the payload is signed"),
    ("no_dot_signed", no_dot_signed, "The dot between header and payload is missing from what is signed"),
    ("plain_json_signed", plain_json_signed, "What is signed is the JSON, before base64url"),
    ("hex_signature", hex_signature, "The signature is in hexadecimal"),
    ("hex_encoded", hex_encoded, "The signature is written in hexadecimal and then in base64url"),
    ("hash_of_secret_and_message", hash_of_secret_and_message, "This hashes the secret followed by the message"),
    ("no_typ", no_typ, "There is no `typ`"),
    ("lower_alg", lower_alg, "The header's `alg` is 'hs256'; the header should be {'alg': 'HS256', 'typ': 'JWT'}"),
    ("sha512", sha512, "The hash is SHA-512"),
    ("str_claims", str_claims, "`str` of a dict is Python, not JSON: it has single quotes, and `True` for `true`"),
    ("padded", padded, "It has padding (`=`). A token has none"),
    ("plain_base64", plain_base64, "The signature is not base64url"),
    ("no_signature", no_signature, "A token has three parts with two dots between them, but your answer has 1 dot"),
    ("changes_claims", changes_claims, "A claim is added, `iat`, that nobody asked for"),
    ("text_secret", text_secret, "The secret is decoded as text"),
    ("stripped_secret", stripped_secret, "Spaces at the ends of the secret are stripped"),
    ("block_secret", block_secret, "The secret is cut off after 64 bytes"),
    ("lesson_secret", lesson_secret, "The lesson's own secret signs it"),
    ("latin", latin, "The JSON is not in UTF-8"),
    ("no_falsy", no_falsy, "Claims are left out if their value is false, 0 or empty"),
    ("no_none", no_none, "Claims whose value is `None` are left out"),
    ("twice", twice, "The payload says '{}', but should say {}"),
    (
        "extra_header",
        extra_header,
        "The header is {'alg': 'HS256', 'kid': '1', 'typ': 'JWT'}, but should say no more than",
    ),
    ("int_times", int_times, "Fractions are dropped"),
    ("quoted_json", quoted_json, "Every space is removed from the JSON, even inside texts"),
    ("swapped_parts", swapped_parts, "There is no `alg`"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("tokens-sign", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)
