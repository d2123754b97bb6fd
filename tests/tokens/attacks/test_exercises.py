"""Right answers in other styles: none is refused."""

import json

import pytest

from labs.kit import check
from labs.tokens.attacks.tools import claims_of
from labs.tokens.examples import AUDIENCE, ISSUER
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import read_object


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


def by_pattern(token, keys, used, now):
    try:
        parts = token.split(".")
        head, body = (read_object(base64url.decode(part)) for part in parts[:2])
        match head, body:
            case (
                {"kid": str(kid), "alg": str(alg), "typ": "at+jwt"},
                {"exp": int() | float() as exp, "iss": str(iss), "aud": str() | list() as aud, "jti": str(jti)},
            ):
                pass
            case _:
                return None
        key, nbf = keys.get(kid), body.get("nbf", float("-inf"))
        times = all(isinstance(t, (int, float)) and t is not True and t is not False for t in (exp, nbf))
        fits = len(parts) == 3 and key and key.fits(token.rpartition(".")[0].encode(), base64url.decode(parts[2]))
    except ValueError:
        return None
    to_us = aud == AUDIENCE or (isinstance(aud, list) and AUDIENCE in aud)
    if not (fits and times and to_us and alg == key.alg and nbf <= now < exp and iss == ISSUER and jti not in used):
        return None
    if head.keys() & {"crit", "b64"}:
        return None
    used.update([jti])
    return dict(body)


def by_infinity(claims, tokens, users):
    blocked = users.get(claims.get("sub"), float("-inf"))
    return claims.get("jti") in tokens or (claims.get("sub") in users and claims.get("iat", 0) <= blocked)


def in_place(kid, cache, now, fetch):
    if cache["at"] <= now - 300 or (kid not in cache["keys"] and cache["at"] <= now - 10):
        new = dict(fetch())
        cache["keys"].clear()
        cache["keys"].update(new)
        cache["at"] = now
    return cache["keys"].get(kid, None)


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
    ("name", "answer"),
    [
        ("tokens-guard", by_assertions),
        ("tokens-guard", by_pattern),
        ("tokens-revoked", any_of),
        ("tokens-revoked", by_infinity),
        ("tokens-key-cache", two_steps),
        ("tokens-key-cache", in_place),
    ],
)
def test_a_right_answer_passes(name, answer):
    assert check(name, answer).verdict == "passed"


@pytest.mark.parametrize("change", ["keys.clear()", "keys.pop('winter')", "keys.setdefault('x', None)"])
def test_whoever_changes_the_keys_is_told(change):
    def answer(token, keys, used, now):
        claims = by_assertions(token, keys, used, now)
        exec(change, {"keys": keys})
        return claims

    assert "Leave `keys` as they are" in repr(check("tokens-guard", answer))


def test_the_key_cache_is_told_call_by_call():
    def always(kid, cache, now, fetch):
        cache["keys"] = fetch()
        return cache["keys"].get(kid, "?")

    said = repr(check("tokens-key-cache", always))
    assert "you fetched once; no fetch was needed" in said
    assert "you returned '?' for 'new'; the set has no such key, so return None" in said
    assert "\"key 'old'\"   (fetched once)" in said


@pytest.mark.parametrize("style", [lambda iat: iat or 0, lambda iat: 0 if iat is None else iat])
def test_a_missing_iat_may_be_read_as_zero_since_no_time_is_negative(style):
    def answer(claims, tokens, users):
        sub = claims.get("sub")
        return claims.get("jti") in tokens or (sub in users and style(claims.get("iat")) <= users[sub])

    assert check("tokens-revoked", answer).verdict == "passed"


def test_names_are_compared_letter_for_letter():
    def answer(claims, tokens, users):
        sub = claims.get("sub")
        sub = sub if sub is None or sub in users else sub.lower()
        return claims.get("jti") in tokens or (sub in users and claims.get("iat", 0) <= users[sub])

    assert check("tokens-revoked", answer).verdict == "failed"


def test_a_report_shows_what_is_inside_a_token():
    def answer(token, keys, used, now):
        head, body, tail = token.split(".")[:3]
        return by_assertions(f"{head}.{body}.{tail}", keys, used, now) if token.count(".") == 3 else None

    said = repr(check("tokens-guard", answer))
    assert "The door opens, and it should not: a good token and a fourth part, an empty one." in said
    assert "This is a good token (RS256), and it has to pass with its claims." in said

    def half(token, keys, used, now):
        head, body, _ = token.split(".")
        return by_assertions(token, keys, used, now) or (claims_of(token) if head and body else None)

    said = repr(check("tokens-guard", half)).replace("\u200b", "")
    assert "The door opens, and it should not: alg none." in said
    assert 'header     {"alg":"none","kid":"winter","typ":"at+jwt"}' in said
    assert '"role":"admin"' in said and "signature  0 bytes" in said
