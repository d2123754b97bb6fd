"""Right answers to tokens-base64url and tokens-sign, written in many styles: every one of them passes."""

# ruff: noqa: E731  (they are written as learners write)

import base64
import binascii
import hashlib
import hmac
import json
import math

import pytest

from labs.tokens.jws import base64url
from labs.tokens.jws.base64url import ALPHABET
from tests.kit.answers import Answers, passes, right_ones

BASE64URL = Answers("tokens-base64url")
SIGN = Answers("tokens-sign")


# ── base64url ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@BASE64URL.right
def by_the_library(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@BASE64URL.right
def as_one_number(data):
    n = int.from_bytes(data, "big") << (-len(data) * 8 % 6)
    count = math.ceil(len(data) * 8 / 6)
    return "".join(ALPHABET[(n >> 6 * (count - 1 - i)) & 63] for i in range(count))


@BASE64URL.right
def group_by_group(data):
    if not data:
        return ""
    group = data[:3]
    bits = int.from_bytes(group + bytes(3 - len(group)), "big")
    text = "".join(ALPHABET[bits >> s & 63] for s in (18, 12, 6, 0))[: len(group) + 1]
    return text + group_by_group(data[3:])


@BASE64URL.right
def buffer(data):
    out, acc, have = [], 0, 0
    for b in data:
        acc = (acc << 8) | b
        have += 8
        while have >= 6:
            have -= 6
            out.append(ALPHABET[acc >> have])
            acc &= (1 << have) - 1
    if have:
        out.append(ALPHABET[acc << 6 - have])
    return "".join(out)


@BASE64URL.right
def numpy(data):
    import numpy

    bits = numpy.unpackbits(numpy.frombuffer(bytes(data), dtype=numpy.uint8))
    bits = numpy.append(bits, numpy.zeros(-len(bits) % 6, dtype=numpy.uint8)).reshape(-1, 6)
    return "".join(ALPHABET[i] for i in bits @ (1 << numpy.arange(5, -1, -1)))


@BASE64URL.right
def translate(data):
    return binascii.b2a_base64(data, newline=False).decode().translate(str.maketrans({"+": "-", "/": "_", "=": None}))


@BASE64URL.right
def with_a_class(data):
    class Writer:
        def __init__(self):
            self.text = ""

        def put(self, six):
            self.text += ALPHABET[six]

    w = Writer()
    bits = "".join(bin(b)[2:].zfill(8) for b in data)
    for i in range(0, len(bits), 6):
        w.put(int(bits[i : i + 6].ljust(6, "0"), 2))
    return w.text


# ── sign ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


HEAD = {"alg": "HS256", "typ": "JWT"}


def _token(claims, secret, header=HEAD, digest="sha256", dumps=json.dumps):
    h, p = (base64url.encode(dumps(x).encode()) for x in (header, claims))
    return f"{h}.{p}." + base64url.encode(hmac.digest(secret, f"{h}.{p}".encode(), digest))


@SIGN.right
def compact(claims, secret):
    d = lambda x: base64url.encode(json.dumps(x, separators=(",", ":"), sort_keys=True).encode())
    si = ".".join(map(d, (HEAD, claims)))
    return si + "." + base64url.encode(hmac.new(secret, si.encode(), hashlib.sha256).digest())


@SIGN.right
def typ_first(claims, secret):
    return _token(claims, secret, {"typ": "JWT", "alg": "HS256"})


@SIGN.right
def utf8(claims, secret):
    return _token(claims, secret, dumps=lambda x: json.dumps(x, ensure_ascii=False, indent=2))


@SIGN.right
def in_bytes(claims, secret):
    b = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=")
    si = b(b'{"alg":"HS256","typ":"JWT"}') + b"." + b(json.dumps(claims).encode("utf-8"))
    return (si + b"." + b(hmac.new(secret, si, "sha256").digest())).decode("ascii")


@SIGN.right
def hmac_by_hand(claims, secret):
    h, p = (base64url.encode(json.dumps(x).encode()) for x in (HEAD, claims))
    key = hashlib.sha256(secret).digest() if len(secret) > 64 else secret
    key = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(k ^ 0x36 for k in key) + f"{h}.{p}".encode()).digest()
    return f"{h}.{p}." + base64url.encode(hashlib.sha256(bytes(k ^ 0x5C for k in key) + inner).digest())


@SIGN.right
def pyjwt(claims, secret):
    import jwt

    return jwt.encode(claims, secret, "HS256")


@SIGN.right
def signed_by_a_class(claims, secret):
    class Token:
        parts = ()

        def add(self, raw):
            self.parts += (base64url.encode(raw),)
            return self

        def __str__(self):
            return ".".join(self.parts)

    t = Token().add(json.dumps(HEAD).encode()).add(json.dumps(claims).encode())
    return str(t.add(hmac.new(key=secret, msg=str(t).encode(), digestmod="sha256").digest()))


@pytest.mark.parametrize(("exercise", "function"), right_ones(BASE64URL, SIGN))
def test_a_right_answer_passes_in_any_style(exercise, function):
    passes(exercise, function)


def test_there_are_five_styles_of_each():
    assert all(len(one.rights) >= 5 for one in (BASE64URL, SIGN))
