"""Right answers to tokens-verify and tokens-kid, written in many styles: every one of them passes."""

# ruff: noqa: B904, RUF021, SIM102  (they are written as learners write)

import hashlib
import hmac
import json
import operator
import secrets

import pytest

from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises import verify_cases
from labs.tokens.jwt.exercises import verify_steps as steps
from labs.tokens.jwt.exercises.verify import LEAKS, VERIFY, near_miss
from tests.kit.answers import Answers, passes, right_ones

VERIFIERS = Answers("tokens-verify")
KID = Answers("tokens-kid")


# ── verify ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


@VERIFIERS.right
def step_by_step(token, secret, now, issuer, audience, leeway):
    parts = token.split(".")
    if len(parts) != 3:
        return "signature"
    try:
        head, body, sig = [base64url.decode(p) for p in parts]
    except ValueError:
        return "signature"
    try:
        header = json.loads(head)
    except ValueError:
        return "signature"
    if not isinstance(header, dict) or header.get("alg") != "HS256":
        return "signature"
    good = hmac.new(secret, ".".join(parts[:2]).encode("ascii"), hashlib.sha256).digest()
    if not hmac.compare_digest(good, sig):
        return "signature"
    try:
        claims = json.loads(body)
    except ValueError:
        return "signature"
    if not isinstance(claims, dict):
        return "signature"
    exp = claims.get("exp")
    if not number(exp) or not now - leeway < exp:
        return "exp"
    if "nbf" in claims and (not number(claims["nbf"]) or now + leeway < claims["nbf"]):
        return "nbf"
    if claims.get("iss") != issuer:
        return "iss"
    aud = claims.get("aud")
    if aud != audience and not (isinstance(aud, list) and audience in aud):
        return "aud"
    return claims


@VERIFIERS.right
def backwards(token, secret, now, issuer, audience, leeway):
    """The claims in another order, and the signature compared as text."""
    try:
        signing_input, _, sig = token.rpartition(".")
        head, body = signing_input.split(".")
        header, claims = json.loads(base64url.decode(head)), json.loads(base64url.decode(body))
        assert isinstance(header, dict) and isinstance(claims, dict) and header["alg"] == "HS256"
        expected = base64url.encode(hmac.digest(secret, signing_input.encode(), "sha256"))
        assert hmac.compare_digest(sig.encode(), expected.encode())
    except (ValueError, AssertionError, KeyError):
        return "signature"
    aud = claims.get("aud")
    if audience not in (aud if type(aud) is list else [aud]):
        return "aud"
    if claims.get("iss") != issuer:
        return "iss"
    if "nbf" in claims:
        if not number(claims["nbf"]) or claims["nbf"] > now + leeway:
            return "nbf"
    if "exp" in claims and number(claims["exp"]) and claims["exp"] + leeway > now:
        return claims
    return "exp"


@VERIFIERS.right
def by_match(token, secret, now, issuer, audience, leeway):
    def read(part):
        value = json.loads(base64url.decode(part))
        if not isinstance(value, dict):
            raise ValueError
        return value

    try:
        match token.split("."):
            case [h, p, s]:
                if read(h).get("alg") != "HS256" or not hmac.compare_digest(
                    base64url.decode(s), hmac.digest(secret, (h + "." + p).encode(), "sha256")
                ):
                    return "signature"
                claims = read(p)
            case _:
                return "signature"
    except ValueError:
        return "signature"
    checks = {
        "exp": lambda: number(claims.get("exp")) and now - leeway < claims["exp"],
        "nbf": lambda: "nbf" not in claims or number(claims["nbf"]) and claims["nbf"] <= now + leeway,
        "iss": lambda: claims.get("iss") == issuer,
        "aud": lambda: (
            claims.get("aud") == audience or isinstance(claims.get("aud"), list) and audience in claims["aud"]
        ),
    }
    return next((name for name, holds in checks.items() if not holds()), claims)


class Refuse(Exception):
    pass


@VERIFIERS.right
def verified_by_a_class(token, secret, now, issuer, audience, leeway):
    class Verifier:
        def need(self, fine, name):
            if not fine:
                raise Refuse(name)

        def run(self):
            try:
                h, p, s = token.split(".")
                header, sig = json.loads(base64url.decode(h)), base64url.decode(s)
                c = json.loads(base64url.decode(p))
            except Exception:
                raise Refuse("signature")
            self.need(isinstance(header, dict) and header.get("alg") == "HS256", "signature")
            self.need(hmac.compare_digest(sig, hmac.new(secret, f"{h}.{p}".encode(), "sha256").digest()), "signature")
            self.need(isinstance(c, dict), "signature")
            self.need(type(c.get("exp")) in (int, float) and now < c["exp"] + leeway, "exp")
            self.need("nbf" not in c or type(c["nbf"]) in (int, float) and not c["nbf"] > now + leeway, "nbf")
            self.need("iss" in c and c["iss"] == issuer, "iss")
            auds = c.get("aud", [])
            auds = auds if isinstance(auds, list) else [auds]
            self.need(any(a == audience for a in auds), "aud")
            return c

    try:
        return Verifier().run()
    except Refuse as r:
        return r.args[0]


@VERIFIERS.right
def with_pyjwt(token, secret, now, issuer, audience, leeway):
    """PyJWT for the signature, the claims by hand; base64url checked strictly by the lesson's decode."""
    import jwt

    try:
        if [base64url.decode(part) for part in token.split(".")] and token.count(".") != 2:
            return "signature"
        claims = jwt.api_jws.PyJWS().decode(token, secret, algorithms=["HS256"])
        claims = json.loads(claims)
        if not isinstance(claims, dict):
            return "signature"
    except (jwt.PyJWTError, ValueError):
        return "signature"
    try:
        if float(claims["exp"]) != claims["exp"] or now - leeway >= claims["exp"]:
            return "exp"
    except (KeyError, TypeError, ValueError):
        return "exp"
    nbf = claims.get("nbf", float("-inf"))
    if not isinstance(nbf, (int, float)) or now + leeway < nbf:
        return "nbf"
    if claims.get("iss") != issuer:
        return "iss"
    match claims.get("aud"):
        case str(one) if one == audience:
            return claims
        case list(many) if audience in many:
            return claims
    return "aud"


# ── kid ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def fits(key, header):
    return (
        "kid" in key
        and "kid" in header
        and key["kid"] == header["kid"]
        and "alg" in key
        and key["alg"] == header.get("alg")
        and key.get("use", "sig") == "sig"
    )


@KID.right
def at_once(header, jwks):
    return next((key for key in jwks["keys"] if fits(key, header)), None)


@KID.right
def filtered(header, jwks):
    if "kid" not in header or "alg" not in header:
        return None
    found = [k for k in jwks["keys"] if k.get("kid") == header["kid"]]
    found = [k for k in found if k.get("alg") == header["alg"]]
    found = [k for k in found if "use" not in k or k["use"] == "sig"]
    return found[0] if found else None


@KID.right
def recursively(header, jwks):
    def look(keys):
        if not keys:
            return None
        return keys[0] if fits(keys[0], header) else look(keys[1:])

    return look(list(jwks["keys"]))


@KID.right
def from_a_table(header, jwks):
    kid, alg = header.get("kid"), header.get("alg")
    if not isinstance(kid, str) or not isinstance(alg, str):
        return None
    by_name = {}
    for k in jwks["keys"]:
        if isinstance(k.get("kid"), str):
            by_name[k["kid"]] = k
    key = by_name.get(kid)
    if key is None or key.get("alg") != alg or key.get("use", "sig") != "sig":
        return None
    return dict(key)


@KID.right
def trying(header, jwks):
    for key in jwks["keys"]:
        try:
            if (key["kid"], key["alg"]) == (header["kid"], header["alg"]) and ("use" not in key or key["use"] == "sig"):
                return key
        except KeyError:
            continue


@KID.right
def with_a_ring(header, jwks):
    class Ring:
        def __init__(self, keys):
            self.keys = keys

        def named(self, kid):
            return [k for k in self.keys if k.get("kid") == kid]

    if header.get("kid") is None or header.get("alg") is None:
        return None
    for key in Ring(jwks["keys"]).named(header["kid"]):
        if key.get("alg") == header["alg"] and key.get("use") in (None, "sig"):
            return key
    return None


@pytest.mark.parametrize(("exercise", "function"), right_ones(VERIFIERS, KID))
def test_a_right_answer_passes_in_any_style(exercise, function):
    passes(exercise, function)


def test_there_are_five_styles_of_each():
    assert all(len(one.rights) >= 5 for one in (VERIFIERS, KID))


# ── in constant time ──────────────────────────────────────────────────────────────────────────────────────────────────


def comparing(same):
    """A right answer but for how it compares."""

    def verify(token, secret, now, issuer, audience, leeway):
        return steps.verify(
            token, secret, now, issuer, audience, leeway, opened=lambda *case: steps.open_token(*case, same=same)
        )

    return verify


def by_cryptography(given, right):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.hmac import HMAC

    whole = HMAC(b"any", hashes.SHA256())
    whole.update(right)
    other = HMAC(b"any", hashes.SHA256())
    other.update(given)
    try:
        whole.verify(other.finalize())
    except InvalidSignature:
        return False
    return True


def test_a_near_miss_has_to_be_compared_in_constant_time():
    near = next(case for case in verify_cases.cases() if near_miss(case))
    for same in (hmac.compare_digest, secrets.compare_digest, by_cryptography):
        assert VERIFY.call(comparing(same), near) == "signature"
    for same in (operator.eq, lambda given, right: right == given, lambda given, right: list(given) == list(right)):
        assert VERIFY.call(comparing(same), near) == LEAKS
    assert sum(map(near_miss, verify_cases.cases())) >= 3
