"""Wrong answers to tokens-verify, written from its text alone; each with a piece of what it is told."""

# ruff: noqa: E741, RUF021, SIM300  (they are written as learners write)

import base64
import hmac
import json
from functools import wraps

import pytest

from labs.kit import check
from labs.tokens.examples import AUDIENCE, ISSUER, NOW
from labs.tokens.jws import base64url


def flawed(function, **flaw):
    return wraps(function)(lambda *case: function(*case, **flaw))


def number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def _verify(
    token,
    secret,
    now,
    issuer,
    audience,
    leeway,
    *,
    split=lambda t: t.split("."),
    decode=base64url.decode,
    sigdecode=None,
    alg=lambda h: h.get("alg") == "HS256",
    header_ok=lambda h: isinstance(h, dict),
    mac=None,
    same=hmac.compare_digest,
    exp=lambda c, n, l: "exp" in c and number(c["exp"]) and n - l < c["exp"],
    nbf=lambda c, n, l: "nbf" not in c or (number(c["nbf"]) and c["nbf"] <= n + l),
    iss=lambda c, i: c.get("iss") == i,
    aud=lambda c, a: a == c.get("aud") or (isinstance(c.get("aud"), list) and a in c["aud"]),
    body_ok=lambda c: isinstance(c, dict),
    body_errors=(ValueError,),
    bad="signature",
    order="exp nbf iss aud",
    out=lambda c: c,
    message=lambda h, p, hr, b: f"{h}.{p}".encode(),
    caught=(ValueError,),
    early=False,
):
    try:
        h, p, s = split(token)
        hr = decode(h)
        header = json.loads(hr)
        if not header_ok(header) or not alg(header):
            return bad
        body = decode(p)
        expected = (mac or (lambda s, m, h: hmac.digest(s, m, "sha256")))(secret, message(h, p, hr, body), header)
        got = (sigdecode or decode)(s)
        if not early and not same(got, expected):
            return bad
    except caught:
        return bad
    try:
        claims = json.loads(body)
    except body_errors:
        return bad
    if not body_ok(claims):
        return bad
    tests = {
        "exp": lambda: exp(claims, now, leeway),
        "nbf": lambda: nbf(claims, now, leeway),
        "iss": lambda: iss(claims, issuer),
        "aud": lambda: aud(claims, audience),
    }
    for name in order.split():
        if not tests[name]():
            return name
    if early and not same(got, expected):
        return bad
    return out(claims)


def sloppy(t):
    return base64.urlsafe_b64decode(t + "=" * (-len(t) % 4))


SEEN = {}


def broad(token, secret, now, issuer, audience, leeway):
    try:
        return _verify(
            token, secret, now, issuer, audience, leeway, exp=lambda c, n, l: "exp" in c and n - l < c["exp"]
        )
    except Exception:
        return "signature"


def text_compare(token, secret, now, issuer, audience, leeway):
    """compare_digest of two texts: raises TypeError where the stranger's is not ASCII"""
    parts = token.split(".")
    if len(parts) != 3:
        return "signature"
    h, p, s = parts
    want = base64url.encode(hmac.digest(secret, f"{h}.{p}".encode(), "sha256"))
    if not hmac.compare_digest(s, want):
        return "signature"
    return _verify(token, secret, now, issuer, audience, leeway)


def cached(token, secret, now, issuer, audience, leeway):
    if token not in SEEN:
        SEEN[token] = _verify(token, secret, now, issuer, audience, leeway)
    return SEEN[token]


WRONG = [
    (
        "alg upper",
        flawed(_verify, alg=lambda h: str(h.get("alg")).upper() == "HS256"),
        "The header may say `hs256`, too",
    ),
    (
        "alg agile",
        flawed(
            _verify,
            alg=lambda h: h.get("alg") in ("HS256", "HS384", "HS512"),
            mac=lambda s, m, h: hmac.digest(s, m, "sha" + h["alg"][2:]),
        ),
        "HS384 and HS512 are accepted as well, so it is the token that chooses",
    ),
    (
        "typ must be JWT",
        flawed(_verify, alg=lambda h: h.get("alg") == "HS256" and h.get("typ") == "JWT"),
        "A token without `typ` is refused",
    ),
    (
        "header fixed",
        flawed(_verify, alg=lambda h: h == {"alg": "HS256", "typ": "JWT"}),
        "A good token is refused unless its header is just `alg` and `typ`",
    ),
    (
        "header not object raises",
        flawed(_verify, header_ok=lambda h: True),
        "It raises an exception where the header is JSON but not an object",
    ),
    (
        "four parts",
        flawed(_verify, split=lambda t: t.split(".")[:3]),
        "The token's first three parts are checked and a fourth is ignored",
    ),
    (
        "re-serialised compact",
        flawed(
            _verify,
            message=lambda h, p, hr, b: (
                base64url.encode(json.dumps(json.loads(hr), separators=(",", ":")).encode())
                + "."
                + base64url.encode(json.dumps(json.loads(b), separators=(",", ":")).encode())
            ).encode(),
        ),
        "It is accepted, although its signature does not fit",
    ),
    (
        "sloppy base64",
        flawed(_verify, decode=sloppy),
        "Python's own `base64` ignores characters that are not among the 64, and spare bits in the last one",
    ),
    (
        "sloppy base64 of signature",
        flawed(_verify, sigdecode=sloppy),
        "It is accepted, although its signature is not base64url (it ends in padding (=), which",
    ),
    (
        "signature startswith",
        flawed(_verify, same=lambda g, e: e.startswith(g)),
        "A signature that is cut short, or empty, is accepted",
    ),
    (
        "signature extended",
        flawed(_verify, same=lambda g, e: g.startswith(e)),
        "A signature with something added after it is accepted",
    ),
    (
        "signature optional",
        flawed(_verify, same=lambda g, e: not g or g == e),
        "A token without a signature is accepted",
    ),
    ("JSON errors not caught", flawed(_verify, body_errors=()), "It raises an exception where the payload is not JSON"),
    (
        "claims before signature",
        flawed(_verify, early=True),
        "It is refused for `exp`, although its signature does not fit",
    ),
    (
        "exp <=",
        flawed(_verify, exp=lambda c, n, l: "exp" in c and number(c["exp"]) and n - l <= c["exp"]),
        "At the very second of `exp` a token has expired",
    ),
    (
        "exp null is for ever",
        flawed(_verify, exp=lambda c, n, l: "exp" in c and (c["exp"] is None or number(c["exp"]) and n - l < c["exp"])),
        "A token whose `exp` is null is accepted",
    ),
    ("exp text read", flawed(_verify, exp=lambda c, n, l: "exp" in c and n - l < float(c["exp"])), "TypeError"),
    (
        "exp NOW",
        flawed(_verify, exp=lambda c, n, l: "exp" in c and number(c["exp"]) and NOW - l < c["exp"]),
        "`exp` is compared with the notebook's `NOW`",
    ),
    (
        "nbf required",
        flawed(_verify, nbf=lambda c, n, l: number(c.get("nbf")) and c["nbf"] <= n + l),
        "A token without `nbf` is refused",
    ),
    (
        "nbf null fine",
        flawed(_verify, nbf=lambda c, n, l: c.get("nbf") is None or number(c["nbf"]) and c["nbf"] <= n + l),
        "A token whose `nbf` is null is accepted",
    ),
    ("iss in", flawed(_verify, iss=lambda c, i: c.get("iss", "") in i), "It is accepted, although it has no `iss`"),
    (
        "iss slash",
        flawed(_verify, iss=lambda c, i: str(c.get("iss")).rstrip("/") == i.rstrip("/")),
        "A slash at the end of `iss` is ignored",
    ),
    (
        "iss ISSUER",
        flawed(_verify, iss=lambda c, i: c.get("iss") == ISSUER),
        "`iss` is compared with the notebook's `ISSUER`",
    ),
    (
        "aud in text",
        flawed(_verify, aud=lambda c, a: a in c.get("aud", [])),
        "`audience in aud` is right only for a list",
    ),
    (
        "aud first",
        flawed(_verify, aud=lambda c, a: c.get("aud") == a or isinstance(c.get("aud"), list) and c["aud"][:1] == [a]),
        "Only the first in the list counts",
    ),
    (
        "aud in a set",
        flawed(_verify, aud=lambda c, a: c.get("aud") == a or isinstance(c.get("aud"), list) and a in {*c["aud"]}),
        "A list or an object within the list of `aud` cannot go into a set",
    ),
    (
        "aud dict",
        flawed(
            _verify,
            aud=lambda c, a: c.get("aud") == a or not isinstance(c.get("aud"), str) and a in (c.get("aud") or ()),
        ),
        "It is accepted, although its `aud` is {'shop.example': 1} and the audience is",
    ),
    (
        "aud pieces of a list",
        flawed(
            _verify,
            aud=lambda c, a: c.get("aud") == a or isinstance(c.get("aud"), list) and any(a in str(x) for x in c["aud"]),
        ),
        "A piece of one of the texts in the list is enough",
    ),
    (
        "aud AUDIENCE",
        flawed(
            _verify,
            aud=lambda c, a: AUDIENCE == c.get("aud") or isinstance(c.get("aud"), list) and AUDIENCE in c["aud"],
        ),
        "`aud` is compared with the notebook's `AUDIENCE`",
    ),
    ("gives True", flawed(_verify, out=lambda c: True), "Yes or no is not enough"),
    (
        "gives subset",
        flawed(_verify, out=lambda c: {k: v for k, v in c.items() if k in ("iss", "sub", "aud", "exp", "nbf")}),
        "This token is good, but what you return is not what it says",
    ),
    ("broad", broad, "It is refused for `signature`, although its bytes and its signature are in order"),
    (
        "text_compare",
        text_compare,
        "`hmac.compare_digest` takes texts only if they are ASCII, and a stranger may write",
    ),
    ("cached", cached, "This token is good, but it is refused for `exp`, although its `exp` is 1767225599 and"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("tokens-verify", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)
