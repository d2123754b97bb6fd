"""What the notes claim about the challenges of JWT, each sentence put to a token and judged."""

from __future__ import annotations

import json

from labs.kit.guessing.ledger import Finding, Ledger
from labs.tokens import sources as said_in
from labs.tokens.attacks.grid import result
from labs.tokens.attacks.revocation import costs
from labs.tokens.attacks.tools import adas
from labs.tokens.jws import base64url

NOTES = Ledger("20")
RFC_7009 = ("RFC 7009 §3: revoking access tokens", "https://www.rfc-editor.org/rfc/rfc7009#section-3")
RFC_7519_JTI = ("RFC 7519 §4.1.7: jti", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.7")
RFC_8725_NONE = ("RFC 8725 §3.2: appropriate algorithms", "https://www.rfc-editor.org/rfc/rfc8725#section-3.2")
RFC_9449 = ("RFC 9449 §4.2: DPoP proofs", "https://www.rfc-editor.org/rfc/rfc9449#section-4.2")
OIDC_ROTATION = (
    "OpenID Connect Core §10.1.1: rotating signing keys",
    "https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys",
)
RFC_8725_ISSUER = ("RFC 8725 §3.8: keys of the issuer", "https://www.rfc-editor.org/rfc/rfc8725#section-3.8")
RFC_8725_KEYS = ("RFC 8725 §3.10: do not trust received claims", "https://www.rfc-editor.org/rfc/rfc8725#section-3.10")


def _opened(attack: str) -> dict[str, str]:
    return {
        f"{attack}, {door}": "opens" if result(attack, door) else "refused" for door in ("trusting", "helpful", "ours")
    }


@NOTES.says("tokens-denylist-costs", "A list of revoked tokens has to be looked up while validating.", RFC_7009)
def _denylist() -> Finding:
    found = costs("denylist")
    return (
        found,
        found["lookups per request"] != "0.00",
        "Caching the answer saves lookups, and costs seconds. "
        "With introspection (RFC 7662), a related thing, the issuer is asked about the token itself.",
    )


@NOTES.says("tokens-key-change", "Changing the secret key invalidates the tokens of all users.", OIDC_ROTATION)
def _key_change() -> Finding:
    found, kept = costs("new key"), costs("new key", cache=60)
    return (
        {"thrown out beside Ada": found["others thrown out"],
         "Ada is served, if key sets are kept for 60 s, for another": kept["Ada is served for another"]},
        {"the others are out, too": "bob" in found["others thrown out"],
         "at once, where verifiers keep the key set": kept["Ada is served for another"] == "0 s"},
        "A verifier that keeps the key set trusts the old key until it fetches the set again.",
    )  # fmt: skip


@NOTES.says("tokens-short-life", "Very short-lived tokens solve the problem of revocation.", RFC_7009)
def _short() -> Finding:
    found, long = costs("short life"), costs("wait for exp")
    return (
        {"60 s tokens: Ada is served for another": found["Ada is served for another"],
         "60 s tokens: fetched": found["new tokens fetched"], "300 s tokens: fetched": long["new tokens fetched"]},
        {"the time is shorter": found["Ada is served for another"] != long["Ada is served for another"],
         "she is out at once": found["Ada is served for another"] == "0 s"},
        "It bounds the time, and moves the lookup to the login server, which is asked more often.",
    )  # fmt: skip


@NOTES.says("tokens-once", "A token that can be used only once solves it, too.", RFC_7519_JTI)
def _once() -> Finding:
    found = costs("one-time")
    return (
        found,
        {"she is out at once": found["Ada is served for another"] == "0 s",
         "without a lookup": found["lookups per request"] == "0.00"},
        "Used `jti`s have to be stored and looked up, and every call needs a new token.",
    )  # fmt: skip


@NOTES.says("tokens-encoded", "A JWT is encoded, not encrypted.", said_in.RFC_7515, said_in.RFC_7516)
def _encoded() -> Finding:
    said = json.loads(base64url.decode(adas().split(".")[1]))
    return (
        {"read without a key": f"sub is {said['sub']!r}"},
        said["sub"] == "ada",
        ("This is so for a signed JWT (JWS). JWE encrypts. Without a signature inside, it does not say who wrote it."),
    )


@NOTES.says("tokens-none", "An unsecured JWT, with `alg` none, should be rejected.", RFC_8725_NONE)
def _none() -> Finding:
    return (
        _opened("alg none"),
        not result("alg none", "ours"),
        (
            "Unless a caller explicitly asks for it (RFC 8725 §3.2). Rejecting the name is not enough: "
            "compare with the one algorithm of the key."
        ),
    )


@NOTES.says(
    "tokens-jwk",
    "A public key in the header (`jwk`) of an access token must not be used to verify it.",
    RFC_8725_ISSUER,
    RFC_8725_KEYS,
    RFC_9449,
)
def _jwk() -> Finding:
    return (
        _opened("jwk"),
        not result("jwk", "ours"),
        "A DPoP proof (RFC 9449) brings its key on purpose: it proves that the sender holds that key, and who that is "
        "stands in the access token. For `jku` and `x5u` RFC 8725 advises a list of addresses that are allowed.",
    )


@NOTES.says("tokens-kid-lookup", "Use `kid` to look the public key up in the issuer's key set.", said_in.RFC_7515_KID)
def _kid() -> Finding:
    return (
        {**_opened("kid as a path"), **_opened("kid as a query")},
        not result("kid as a path", "ours") and not result("kid as a query", "ours"),
        "In a set whose address you have configured, and by exact comparison.",
    )
