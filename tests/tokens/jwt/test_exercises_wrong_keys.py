"""Wrong answers to tokens-kid, written from its text alone; each with a piece of what it is told."""

# ruff: noqa: RUF015  (they are written as learners write)

from functools import wraps

import pytest

from labs.kit import check


def flawed(function, **flaw):
    return wraps(function)(lambda *case: function(*case, **flaw))


def fits(key, header):
    return (
        "kid" in key
        and "kid" in header
        and key["kid"] == header["kid"]
        and "alg" in key
        and key["alg"] == header.get("alg")
        and key.get("use", "sig") == "sig"
    )


def _find(
    header,
    jwks,
    kid=lambda k, h: "kid" in k and "kid" in h and k["kid"] == h["kid"],
    alg=lambda k, h: "alg" in k and k["alg"] == h.get("alg"),
    use=lambda k: k.get("use", "sig") == "sig",
    out=lambda k: k,
    none=None,
    keys=lambda s: s["keys"],
):
    for key in keys(jwks):
        if kid(key, header) and alg(key, header) and use(key):
            return out(key)
    return none


def first_miss(header, jwks):
    for key in jwks["keys"]:
        if fits(key, header):
            return key
        else:
            return None


def by_name3(header, jwks):
    if "kid" not in header:
        return None
    keys = {key["kid"]: key for key in jwks["keys"] if "kid" in key}
    key = keys.get(header["kid"])
    if key and key.get("alg") == header.get("alg") and key.get("use", "sig") == "sig":
        return key


def falls_back_only(header, jwks):
    if "kid" not in header and len(jwks["keys"]) == 1:
        return jwks["keys"][0]
    return _find(header, jwks)


def falls_back_alg(header, jwks):
    return _find(header, jwks) or _find(header, jwks, kid=lambda k, h: True)


def embedded(header, jwks):
    return header.get("jwk") or _find(header, jwks)


def index_error(header, jwks):
    return [k for k in jwks["keys"] if fits(k, header)][0]


WRONG = [
    ("kid only", flawed(_find, alg=lambda k, h: True), "The key's own `alg` is not compared with the header's"),
    ("no use", flawed(_find, use=lambda k: True), "`use` is ignored"),
    ("use must be there", flawed(_find, use=lambda k: k.get("use") == "sig"), "A key without `use` is refused"),
    ("use not enc", flawed(_find, use=lambda k: k.get("use") != "enc"), "Only a `use` of 'enc' is refused"),
    (
        "use startswith",
        flawed(_find, use=lambda k: k.get("use", "sig").startswith("sig")),
        "It is enough that `use` begins with `sig`. Compare it with `==`",
    ),
    (
        "get kid",
        flawed(_find, kid=lambda k, h: k.get("kid") == h.get("kid")),
        "A header without `kid` gets a key without one, because None equals None",
    ),
    (
        "get kid, get alg",
        flawed(_find, kid=lambda k, h: k.get("kid") == h.get("kid"), alg=lambda k, h: k.get("alg") == h.get("alg")),
        "What is missing on both sides counts as the same",
    ),
    (
        "header KeyError",
        flawed(_find, kid=lambda k, h: k.get("kid") == h["kid"]),
        "It raises an exception where the header has no `kid`",
    ),
    (
        "printed: key KeyError",
        flawed(_find, kid=lambda k, h: k["kid"] == h.get("kid"), alg=lambda k, h: k["alg"] == h.get("alg")),
        "It raises an exception where a key has no `kid`",
    ),
    (
        "alg optional",
        flawed(_find, alg=lambda k, h: k.get("alg", h.get("alg")) == h.get("alg")),
        "A key without `alg` is accepted for any algorithm",
    ),
    (
        "alg get",
        flawed(_find, alg=lambda k, h: k.get("alg") == h.get("alg")),
        "A header without `alg` gets a key without one, because None equals None",
    ),
    (
        "alg upper",
        flawed(_find, alg=lambda k, h: "alg" in k and k["alg"].upper() == str(h.get("alg")).upper()),
        "Upper and lower case are treated as the same in `alg`",
    ),
    (
        "alg startswith",
        flawed(_find, alg=lambda k, h: "alg" in k and str(h.get("alg", "?")).startswith(k["alg"])),
        "It is enough that the header's `alg` begins with the key's",
    ),
    (
        "kid startswith",
        flawed(_find, kid=lambda k, h: "kid" in k and "kid" in h and str(h["kid"]).startswith(k["kid"])),
        "It is enough that the header's `kid` begins like the key's",
    ),
    (
        "kid in",
        flawed(_find, kid=lambda k, h: "kid" in k and "kid" in h and str(h["kid"]) in k["kid"]),
        "A piece of the key's name is enough",
    ),
    (
        "kid str",
        flawed(_find, kid=lambda k, h: "kid" in k and "kid" in h and str(k["kid"]) == str(h["kid"])),
        "A `kid` that is a number is treated as text",
    ),
    (
        "kid path",
        flawed(_find, kid=lambda k, h: "kid" in k and "kid" in h and k["kid"] == str(h["kid"]).split("/")[-1]),
        "The `kid` is treated as a path, and only its last step is compared",
    ),
    ("kid ignored", flawed(_find, kid=lambda k, h: True), "The key is chosen by its algorithm alone"),
    ("gives kid", flawed(_find, out=lambda k: k["kid"]), "This is the name of the key"),
    ("gives list", flawed(_find, out=lambda k: [k]), "Return one key, or None, not a list"),
    ("gives {}", flawed(_find, none={}), "Return a key of the set as it is, or None, not {}"),
    ("first_miss", first_miss, "The search ends at the first key, whether it matches or not"),
    ("by_name3", by_name3, "A `kid` that is a list or an object cannot be looked up in a dict"),
    ("falls_back_only", falls_back_only, "A token without `kid` gets the only key"),
    (
        "falls_back_alg",
        falls_back_alg,
        "When there is no key of that name, one is chosen by `alg`. Then the name would not matter",
    ),
    (
        "embedded",
        embedded,
        "The key is taken from the token's own header (`jwk`). A token that brings its own key proves nothing",
    ),
    ("index_error", index_error, "It raises an exception where there is no such key"),
]


@pytest.mark.parametrize(("name", "function", "sentence"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_answer_is_caught_and_told_what_is_wrong_with_it(name, function, sentence):
    report = check("tokens-kid", function)
    assert report.verdict == "failed" and report.points == 0, repr(report)
    assert sentence in f"{report.failure.sentence} {report.misconception}", repr(report)
