"""Right answers in other styles: none is refused."""

import json

import pytest

from labs.kit import check
from labs.tokens.examples import AUDIENCE, ISSUER
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import read_object


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def by_assertions(token, keys, used, now):
    try:
        header, claims = (read_object(base64url.decode(part)) for part in token.split(".")[:2])
        message, _, made = token.rpartition(".")
        assert token.count(".") == 2 and not {"crit", "b64"} & set(header)
        assert type(header["kid"]) is str and keys[header["kid"]].alg == header["alg"] and header["typ"] == "at+jwt"
        assert keys[header["kid"]].fits(message.encode(), base64url.decode(made))
        assert type(claims["exp"]) in (int, float) and now < claims["exp"] and claims["iss"] == ISSUER
        assert "nbf" not in claims or (type(claims["nbf"]) in (int, float) and now >= claims["nbf"])
        assert claims["aud"] == AUDIENCE or (type(claims["aud"]) is list and AUDIENCE in claims["aud"])
        assert isinstance(claims["jti"], str) and claims["jti"] not in used
    except Exception:
        return None
    used |= {claims["jti"]}
    return json.loads(json.dumps(claims))


def any_of(claims, tokens, users):
    blocked = users.get(claims.get("sub", object()))
    late = blocked is not None and claims.get("iat", blocked) <= blocked
    return any((claims.get("jti", object()) in tokens, late))


def two_steps(kid, cache, now, fetch):
    def renew():
        cache.update(keys=fetch(), at=now)

    limit = 300 if kid in cache["keys"] else 10
    while now - cache["at"] >= limit:
        renew()
        limit = 300
    try:
        return cache["keys"][kid]
    except KeyError:
        return None


@pytest.mark.parametrize(
    ("name", "answer"), [("tokens-guard", by_assertions), ("tokens-revoked", any_of), ("tokens-key-cache", two_steps)]
)
def test_a_right_answer_passes(name, answer):
    assert check(name, answer).verdict == "passed"
