"""Every exercise of lesson 19: the stub is not started, a solution holds, plausible wrong answers are told apart."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from labs.kit import catalogue, check
from labs.kit.exercise import Wrong
from labs.tokens.examples import AUDIENCE, ISSUER
from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises.keys import STRANGERS
from labs.tokens.jwt.exercises.verify import BASE, NO_HEADERS, SECRET, Flaws, _verify, make, verify_token

EXERCISES = {name: catalogue.find(name) for name in catalogue.ids() if name.startswith("tokens-")}

IDS = ("tokens-base64url", "tokens-sign", "tokens-verify", "tokens-kid")


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


# ── solutions, as a learner may write them ──────────────────────────────────────────────────────────────────────────


def my_base64url(data, *, fill=True, alphabet=base64url.ALPHABET, pad=False):
    bits = "".join(f"{byte:08b}" for byte in data)
    if fill:
        bits += "0" * (-len(bits) % 6)
    text = "".join(alphabet[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))
    return text + "=" * (-len(text) % 4 if pad else 0)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def my_sign(claims, secret, *, alg="HS256", typ="JWT", spell=b64, over="{head}.{body}", sign=None, dumps=json.dumps):
    head, body = spell(dumps({"alg": alg, "typ": typ}).encode()), spell(dumps(claims).encode())
    message = over.format(head=head, body=body).encode()
    signature = sign(secret, message) if sign else hmac.new(secret, message, hashlib.sha256).digest()
    return f"{head}.{body}.{spell(signature)}"


def my_verify(token, secret, now, issuer, audience, leeway):
    parts = token.split(".")
    if len(parts) != 3:
        return "signature"
    try:
        header = json.loads(base64url.decode(parts[0]))
        if not isinstance(header, dict) or header.get("alg") != "HS256":
            return "signature"
        base64url.decode(parts[1])
    except ValueError:
        return "signature"
    right = b64(hmac.digest(secret, f"{parts[0]}.{parts[1]}".encode(), "sha256"))
    if not hmac.compare_digest(parts[2].encode(), right.encode()):
        return "signature"
    claims = json.loads(base64url.decode(parts[1]))
    if "exp" not in claims or now - leeway >= claims["exp"]:
        return "exp"
    if "nbf" in claims and now + leeway < claims["nbf"]:
        return "nbf"
    if claims.get("iss") != issuer:
        return "iss"
    aud = claims.get("aud", [])
    if audience not in ([aud] if isinstance(aud, str) else aud):
        return "aud"
    return claims


def my_find(header, jwks):
    for key in jwks["keys"]:
        if key["kid"] == header.get("kid") and key["alg"] == header.get("alg") and key.get("use", "sig") == "sig":
            return key
    return None


SOLUTIONS = {
    "tokens-base64url": [my_base64url, base64url.encode, b64],
    "tokens-sign": [my_sign, partial(my_sign, dumps=partial(json.dumps, separators=(",", ":"), ensure_ascii=False))],
    "tokens-verify": [my_verify, partial(_verify, flaws=Flaws())],
    "tokens-kid": [my_find],
}


@pytest.mark.parametrize("name", IDS)
def test_what_is_not_written_is_not_started(name: str) -> None:
    def stub(*_: Any) -> None:
        raise NotImplementedError()

    report = check(name, stub)
    assert report.verdict == "not started" and report.points == 0
    assert {tone for tone, _ in report.marks} == {"idle"}


@pytest.mark.parametrize("name", IDS)
def test_solutions_hold(name: str) -> None:
    for solution in SOLUTIONS[name]:
        report = check(name, solution)
        assert report.verdict == "passed", repr(report)
    assert check(name, EXERCISES[name].reference).passed


# ── wrong answers: the function, the smallest case that fails, and what the report must say ─────────────────────────


def first(*args: Any) -> Callable[[Any], bool]:
    return lambda case: case[: len(args)] == args


def said(**claims: Any) -> Callable[[Any], bool]:
    """The token of the case says the base claims with these changes."""
    wanted = {name: value for name, value in {**BASE, **claims}.items() if value is not None}
    return lambda case: json.loads(base64url.decode(case[0].split(".")[1])) == wanted


def piecewise(header, key):
    """Whether this is the key, a piece of its name being enough."""
    enough = key["kid"].startswith(header.get("kid", "?"))
    return my_find({**header, "kid": key["kid"]}, {"keys": [key]}) if enough else None


NOW = 1767225600
WRONG: dict[str, list[tuple[Callable[..., Any], Callable[[Any], bool], str]]] = {
    "tokens-base64url": [
        (lambda d: base64.urlsafe_b64encode(d).decode(), first(b"f"), "leaves this padding away"),
        (lambda d: base64.b64encode(d).decode(), first(b"f"), "and pads with `=`"),
        (lambda d: base64.b64encode(d).decode().rstrip("="), first(b"\xff"), "`-` and `_` in their place"),
        (lambda d: d.hex(), first(b"f"), "This is hexadecimal"),
        (partial(my_base64url, fill=False), first(b"f"), "Fill it up with zeros *behind* it"),
        (lambda d: base64.urlsafe_b64encode(d), first(b""), "end with `.decode()`"),
        (lambda d: list(d), first(b""), "Give back a text"),
        (lambda d: my_base64url(d[::-1]), first(b"fo"), "They differ from letter"),
        (lambda d: my_base64url(d)[: len(d) * 8 // 6], first(b"f"), "left over"),
    ],
    "tokens-sign": [
        (partial(my_sign, over="{body}"), first({}), "Only the payload is signed"),
        (partial(my_sign, over="{head}{body}"), first({}), "The dot between header and payload is missing"),
        (partial(my_sign, spell=lambda d: base64.urlsafe_b64encode(d).decode()), first({}), "padding"),
        (partial(my_sign, alg="RSA"), first({}), "The registered name is 'HS256'"),
        (partial(my_sign, alg="HMAC"), first({}), "The header’s `alg` is 'HMAC'"),
        (partial(my_sign, typ="token"), first({}), "should be 'JWT'"),
        (partial(my_sign, sign=lambda s, m: hashlib.sha256(m).digest()), first({}), "plain hash"),
        (partial(my_sign, sign=lambda s, m: hashlib.sha256(s + m).digest()), first({}), "secret and message one after"),
        (partial(my_sign, sign=lambda s, m: hmac.digest(m, s, "sha256")), first({}), "changed places"),
        (
            partial(my_sign, sign=lambda s, m: hmac.new(s, m, "sha256").hexdigest().encode()),
            first({}),
            "not `hexdigest()`",
        ),
        (partial(my_sign, sign=lambda s, m: hmac.digest(s, m, "sha512")), first({}), "the signature has 64"),
        (lambda c, s: my_sign(c, s).rpartition(".")[0], first({}), "here are 1 dots"),
        (lambda c, s: my_sign(c, s).encode(), first({}), "decode it"),
        (lambda c, s: my_sign({**c, "iat": 0}, s), first({}), "The payload says"),
        (partial(my_sign, dumps=str), first({}), "use `json.dumps`"),
    ],
    "tokens-verify": [
        (partial(_verify, flaws=Flaws(signed=False)), said(sub="bob"), "signature is never looked at"),
        (partial(_verify, flaws=Flaws(claims_first=True)), said(exp=NOW - 100), "looked at before the signature"),
        (partial(_verify, flaws=Flaws(token_chooses=True)), said(), "The token chooses how it is checked"),
        (partial(_verify, flaws=Flaws(lax=True)), said(), "many spellings"),
        (partial(_verify, flaws=Flaws(last_second=True)), said(exp=NOW), "must be *before* it"),
        (partial(_verify, flaws=Flaws(end_needed=False)), said(exp=None), "good for ever"),
        (partial(_verify, flaws=Flaws(leeway_at_the_end=0)), said(exp=NOW - 1), "left out at the end"),
        (partial(_verify, flaws=Flaws(leeway_at_the_end=-1)), said(exp=NOW - 1), "wrong way round at the end"),
        (partial(_verify, flaws=Flaws(leeway_at_the_start=0)), said(nbf=NOW + 1), "left out at the start"),
        (partial(_verify, flaws=Flaws(leeway_at_the_start=-1)), said(nbf=NOW), "wrong way round at the start"),
        (partial(_verify, flaws=Flaws(begins=False)), said(nbf=NOW + 1), "`nbf` is not looked at"),
        (partial(_verify, flaws=Flaws(from_whom=False)), said(iss="evil.example"), "`iss` is not looked at"),
        (partial(_verify, flaws=Flaws(for_whom=False)), said(aud="bank.example"), "`aud` is not looked at"),
        (partial(_verify, flaws=Flaws(inside=True)), said(aud="myshop.example"), "a *piece* of text"),
        (partial(_verify, flaws=Flaws(lists=False)), said(aud=["bank.example", "shop.example"]), "also be"),
        (lambda *case: isinstance(my_verify(*case), dict), said(), "Yes or no is not enough"),
        (lambda *case: {}.get("none"), said(), "Give back the claims"),
        (lambda *case: "expired", said(), "none of the checks"),
        (lambda *case: "exp", said(), "This token is good"),
    ],
    "tokens-kid": [
        (lambda h, j: my_find(h, j) or next(iter(j["keys"]), None), first({"alg": "Ed25519"}), "the first one"),
        (
            lambda h, j: j["keys"][0] if "kid" not in h and len(j["keys"]) == 1 else my_find(h, j),
            first({"alg": "Ed25519"}),
            "no name, no key",
        ),
        (
            lambda h, j: my_find({**h, "kid": h.get("kid", "").lower()}, j),
            first({"alg": "Ed25519", "kid": "WINTER"}),
            "Upper and lower case",
        ),
        (
            lambda h, j: next(filter(None, (piecewise(h, k) for k in j["keys"])), None),
            first({"alg": "Ed25519", "kid": "win"}),
            "A piece of the name",
        ),
        (
            lambda h, j: next((k for k in j["keys"] if k["kid"] == h.get("kid") and k.get("use") != "enc"), None),
            first({"kid": "winter"}),
            "one key, one algorithm",
        ),
        (
            lambda h, j: next((k for k in j["keys"] if k["kid"] == h.get("kid") and k["alg"] == h.get("alg")), None),
            first({"alg": "Ed25519", "kid": "winter"}),
            "`use` is not looked at",
        ),
        (
            lambda h, j: next((k for k in j["keys"] if k["kid"] == h.get("kid")), None),
            first({"kid": "winter"}),
            "Only the name is compared; `alg` and `use` are not.",
        ),
        (
            lambda h, j: h.get("jwk") or my_find(h, j),
            first({"alg": "Ed25519", "kid": "winter", "jwk": STRANGERS}),
            "brings its own key",
        ),
        (
            lambda h, j: next((k for k in j["keys"] if k["alg"] == h.get("alg")), None),
            first({"alg": "Ed25519"}),
            "chosen by its algorithm",
        ),
        (lambda h, j: (my_find(h, j) or {}).get("kid"), first({"alg": "Ed25519", "kid": "winter"}), "the whole dict"),
        (lambda h, j: [my_find(h, j)], first({"alg": "Ed25519"}), "not a list"),
        (lambda h, j: {}.get("none"), first({"alg": "Ed25519", "kid": "winter"}), "is not found"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("header", NO_HEADERS)
def test_a_header_that_is_no_object_is_a_case_and_stops_no_solution(header: Any) -> None:
    case = (make(BASE, header), SECRET, NOW, ISSUER, AUDIENCE, 0)
    assert case in EXERCISES["tokens-verify"].cases()
    assert my_verify(*case) == verify_token(*case) == "signature"
    with pytest.raises(TypeError):
        careless(*case)
    assert "TypeError" in repr(check("tokens-verify", careless))


def careless(token, secret, now, issuer, audience, leeway):
    """Believes that whatever is JSON is an object."""
    head = token.split(".")[0]
    try:
        if json.loads(base64url.decode(head))["alg"] != "HS256":
            return "signature"
    except (ValueError, KeyError):
        return "signature"
    return my_verify(token, secret, now, issuer, audience, leeway)


def test_a_header_without_alg_means_no_key() -> None:
    def careless(header, jwks):
        return next((k for k in jwks["keys"] if k["kid"] == header.get("kid") and k["alg"] == header["alg"]), None)

    report = check("tokens-kid", careless)
    assert report.verdict == "failed" and "KeyError" in repr(report), repr(report)


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, wrong in WRONG.items() for number in range(len(wrong))]
)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(name: str, number: int) -> None:
    function, smallest, sentence = WRONG[name][number]
    report = check(name, function)
    assert report.verdict == "failed" and report.points == 0
    assert report.failure is not None
    assert sentence in repr(report), repr(report)
    assert smallest(report.failure.case), repr(report)


@pytest.mark.parametrize("name", IDS)
def test_at_least_three_wrong_answers_have_a_sentence_each(name: str) -> None:
    sentences = {sentence for _, _, sentence in WRONG[name]}
    assert len(sentences) >= 3
    every = [m for m in EXERCISES[name].misconceptions]
    assert len(every) >= 3


def test_the_flawed_verifier_without_a_flaw_is_the_courses() -> None:
    for case in EXERCISES["tokens-verify"].cases():
        assert _verify(*case) == verify_token(*case), case


def test_each_flaw_shows_in_some_case() -> None:
    cases = list(EXERCISES["tokens-verify"].cases())
    whole = Flaws()
    for name, value in vars(whole).items():
        other = not value
        assert any(_verify(*case, Flaws(**{name: other})) != verify_token(*case) for case in cases), name


def test_the_tokens_of_the_exercise_are_real_ones() -> None:
    from labs.tokens.jws import read_key, verify

    assert verify(make(BASE), read_key({"kty": "oct", "k": b64(SECRET)}, "HS256"))


def test_an_odd_answer_is_a_sentence() -> None:
    for name in IDS:
        exercise = EXERCISES[name]
        case = next(iter(exercise.cases()))
        for answer in (7, object(), [1], {1: 2} if name != "tokens-verify" else 7):
            with pytest.raises(Wrong):
                exercise.read(case, answer)
