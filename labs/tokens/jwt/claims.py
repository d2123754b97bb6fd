"""What the notes claim about JWT, each sentence put to a token and judged. (Sessions, attacks and OAuth come later.)"""

from __future__ import annotations

import base64
import json
from typing import Any

from labs.kit.guessing.ledger import Finding, Ledger
from labs.tokens import sources as said_in
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_claims, example_jwk, example_key, example_keys
from labs.tokens.jws import ALGORITHMS, Key, Keys, Refused, base64url, public_jwk, read_key, sign, verify
from labs.tokens.jwt.jwt import accept, issue, kind_of_claim
from labs.tokens.jwt.life import use_token
from labs.tokens.jwt.picture import TOKEN, check_changed

NOTES = Ledger("19")
HEAD, BODY, SIGNATURE = TOKEN.split(".")
FITS = 8192  # bytes: nginx's limit of a header line, unless told otherwise


def refusal(token: str, keys: Key | Keys, **other: Any) -> str:
    """The check that refuses this token, or "" if it is accepted."""
    try:
        accept(token, keys, **{"now": NOW, "issuer": ISSUER, "audience": AUDIENCE, **other})
    except Refused as problem:
        return problem.check
    return ""


def verdict(token: str, keys: Key | Keys, **other: Any) -> str:
    """The same, in words."""
    check = refusal(token, keys, **other)
    return f"refused at: {check}" if check else "accepted"


# ── the four that are guessed ─────────────────────────────────────────────────────────────────────────────────────────


@NOTES.says("tokens-secure", "A JWT transmits information securely between two parties.", said_in.RFC_7515)
def _secure() -> Finding:
    ends = [check_changed(place, "next").events[-1].kind for place in range(len(TOKEN))]
    unnoticed = ends.count("accepted")
    readable = json.loads(base64url.decode(BODY))["sub"]
    return (
        {
            "characters that can be changed unnoticed": f"{unnoticed} of {len(TOKEN)}",
            "read without any key": f"sub is {readable!r}",
        },
        {"nobody can change it unnoticed": not unnoticed, "nobody else can read it": readable != "ada"},
        "A signature gives integrity and origin, not secrecy. TLS keeps a token secret on its way; after that, whoever "
        "holds it can read it, and use it.",
    )


@NOTES.says("tokens-base64", "Header and payload are encoded with Base64.", said_in.RFC_7515_BASE64, said_in.RFC_4648)
def _base64() -> Finding:
    written = b'{"page":"/search?q=~~~?"}'
    plain, ours = base64.b64encode(written).decode(), base64url.encode(written)
    return (
        {"Base64": plain, "in a token": ours},
        plain == ours,
        "It is base64url: `-` and `_` in place of `+` and `/`, and no `=` at the end, "
        "so nothing has to be escaped in a URL.",
    )


@NOTES.says("tokens-expiry", "Expiry is built into a JWT.", said_in.RFC_7519_EXP)
def _expiry() -> Finding:
    late = NOW + 301
    signature_only = verify(TOKEN, example_key()).payload
    return (
        {
            "claims checked, 299 s later": verdict(TOKEN, example_key(), now=NOW + 299),
            "claims checked, 301 s later": verdict(TOKEN, example_key(), now=late),
            "only the signature checked, at any time": "it holds" if signature_only else "it does not hold",
        },
        {
            "there is a claim for it": refusal(TOKEN, example_key(), now=late) == "exp",
            "a token expires on its own": not signature_only,
        },
        "`exp` is optional, and it is a statement, not a mechanism: it works where somebody checks it.",
    )


@NOTES.says(
    "tokens-stateless",
    "A JWT is self-contained, hence stateless: "
    "the payload has all that is needed about the user, and no database is queried.",
    said_in.RFC_7662,
)
def _stateless() -> Finding:
    run = use_token(lifetime=600)
    return (
        {
            "calls served": len(run.of("served")),
            "questions asked to serve them": len(run.of("fetch")),
            "logins": len(run.of("login")),
        },
        len(run.of("served")) == 20 and not run.of("fetch"),
        "True as long as what it says stays true. Take away Ada's role or block her, and the shop serves her until "
        "`exp`. To end a token early somebody has to keep a list and look it up: the query is back.",
    )


# ── those that are met where their topic is ───────────────────────────────────────────────────────────────────────────


@NOTES.says(
    "tokens-parts",
    "A JWT is header, payload and signature, encoded and joined by dots; "
    "what is signed is the first two with the dot between them.",
    said_in.RFC_7515,
)
def _parts() -> Finding:
    key = example_key()
    again = base64url.encode(key.algorithm.sign(key.signs_with, f"{HEAD}.{BODY}".encode()))
    return (
        {
            "header": base64url.decode(HEAD).decode(),
            "payload": base64url.decode(BODY).decode(),
            "the first two, signed again": again,
        },
        again == SIGNATURE,
        "This is the compact form. There is also a JSON form, which can carry several signatures.",
    )


@NOTES.says(
    "tokens-hmac-or-rsa",
    "A JWT is signed with HMAC (symmetric) or RSA (asymmetric); RSA is verified with the public key of the pair.",
    said_in.RFC_7518,
    said_in.RFC_9864,
)
def _hmac_or_rsa() -> Finding:
    well = {alg: not refusal(issue(example_claims(), example_key(alg)), example_key(alg)) for alg in ALGORITHMS}
    public = read_key(public_jwk(example_jwk("RS256")))
    return (
        {
            "signed and verified": ", ".join(alg for alg in well if well[alg]),
            "an RSA public key can sign": public.signs_with is not None,
        },
        {
            "with a shared secret": well["HS256"],
            "with an RSA key pair": not refusal(issue(example_claims(), example_key("RS256")), public),
            "with nothing else": not (well["ES256"] or well["Ed25519"]),
        },
        "Elliptic curves (ES256, Ed25519) do what RSA does, with signatures a quarter as long.",
    )


@NOTES.says(
    "tokens-alg-rsa",
    'The header names the algorithm, as in "alg": "RSA".',
    said_in.RFC_7518,
    said_in.IANA_JOSE,
    said_in.RFC_8725_ALG,
)
def _alg_rsa() -> Finding:
    names = ("RSA", "HMAC", "RS256", "PS256", "HS256")
    return (
        {name: "registered" if name in ALGORITHMS else "no such algorithm" for name in names},
        {
            "the header names the algorithm": '"alg":"HS256"' in base64url.decode(HEAD).decode(),
            '"RSA" is such a name': "RSA" in ALGORITHMS,
        },
        "RSA is a family. The name says which signature and which hash: RS256, PS256. "
        "And it decides nothing: the verifier's key does.",
    )


@NOTES.says(
    "tokens-none",
    'An unsecured JWT, with "alg": "none", should be rejected.',
    said_in.RFC_7519_UNSECURED,
    said_in.RFC_8725_ALG,
)
def _none() -> Finding:
    header = base64url.encode(b'{"alg":"none"}')
    said = {alg: verdict(f"{header}.{BODY}.", example_key(alg)) for alg in ALGORITHMS}
    return (
        {f"checked with an {alg} key": said[alg] for alg in ("HS256", "RS256", "Ed25519")},
        all(told == "refused at: algorithm" for told in said.values()),
        "It is legal as an *unsecured* JWT. "
        "A verifier that takes the algorithm from its own key never meets the question.",
    )


@NOTES.says(
    "tokens-typ",
    "typ is the type of the token; it is generally JWT, and always written.",
    said_in.RFC_8725_TYP,
    said_in.RFC_9068,
)
def _typ() -> Finding:
    written = json.dumps(example_claims()).encode()
    kinds = {typ: sign(written, example_key(), {"typ": typ} if typ else None) for typ in ("JWT", "", "at+jwt")}
    said = {typ: verdict(token, example_key()) for typ, token in kinds.items()}
    return (
        {f"typ {typ or 'left out'}, JWT expected": told for typ, told in said.items()},
        {"JWT is accepted": said["JWT"] == "accepted", "it has to be there": said[""] != "accepted"},
        "It is optional, and it can do more: a value of its own, such as at+jwt for access tokens, keeps one kind of "
        "token from being used as another.",
    )


@NOTES.says(
    "tokens-three-kinds",
    "A payload holds claims of three kinds: registered, public and private. Custom ones can be added.",
    said_in.RFC_7519_CLAIMS,
    said_in.IANA_JWT,
)
def _three_kinds() -> Finding:
    claims = {**example_claims(), "https://shop.example/tier": "gold", "role": "buyer"}
    came = accept(issue(claims, example_key()), example_key(), now=NOW, issuer=ISSUER, audience=AUDIENCE)
    kinds = ("registered", "public", "private")
    return (
        {kind: ", ".join(name for name in claims if kind_of_claim(name) == kind) for kind in kinds},
        came == claims and {kind_of_claim(name) for name in claims} == set(kinds),
        "Registered: seven names of RFC 7519, all optional. Public: listed at IANA, or unique since they hold a domain "
        "of yours. Private: whatever two sides agree on; it may collide with a name of somebody else's.",
    )


@NOTES.says(
    "tokens-compact",
    "It is compact, so it fits into an HTTP header and travels fast.",
    said_in.RFC_6750,
    said_in.NGINX_HEADERS,
)
def _compact() -> Finding:
    def line(alg: str, permissions: int = 0) -> int:
        more = {"permissions": [f"orders:{i:03}:write" for i in range(permissions)]} if permissions else {}
        return len("Authorization: Bearer " + issue({**example_claims(), **more}, example_key(alg)))

    few = {alg: line(alg) for alg in ("HS256", "Ed25519", "RS256")}
    many = line("RS256", 400)
    sizes = {**few, "RS256, 400 permissions": many, "a session id of 16 bytes": len("Cookie: sid=") + 22}
    return (
        {what: f"{n:,} bytes" for what, n in sizes.items()},
        {"with a few claims it fits": max(few.values()) < FITS, "whatever it holds": many < FITS},
        "Servers limit a header line: nginx to 8 KB by default. And a token travels with every call, six to fifteen "
        "times as long as a session id.",
    )


@NOTES.says(
    "tokens-jwe", "It is encoded, not encrypted; to hide the payload, use JWE.", said_in.RFC_7516, said_in.RFC_7515
)
def _jwe() -> Finding:
    text = base64url.decode(BODY).decode()
    return (
        {"decoded without a key": text},
        text.startswith('{"iss"'),
        "A JWE hides what it says. Made with a public key, it does not prove who wrote it: anybody has that key. Where "
        "you need both, sign first, then encrypt the signed token. Best of all, leave secrets out.",
    )


@NOTES.says(
    "tokens-jwks",
    "The header's kid says which key to look up at https://{auth server}/.well-known/jwks.json.",
    said_in.RFC_7515_KID,
    said_in.RFC_7517,
    said_in.RFC_8414,
)
def _jwks() -> Finding:
    algs = {"winter": "ES256", "spring": "Ed25519"}
    trusted = example_keys(**algs)
    found = {kid: verify(issue(example_claims(), example_key(alg, kid)), trusted).key.kid for kid, alg in algs.items()}
    strange = verdict(issue(example_claims(), example_key("Ed25519", "autumn")), trusted)
    return (
        {**{f"kid {kid}": f"key {name}" for kid, name in found.items()}, "kid autumn": strange},
        all(kid == name for kid, name in found.items()) and strange == "refused at: key",
        "That path is a convention; the real address is `jwks_uri` in the issuer's metadata, and comes from your "
        "configuration, never from the token.",
    )


@NOTES.says(
    "tokens-uses",
    "JWTs are used to authenticate (who is it?), to authorize (may they?), "
    "and for single sign-on (log in once, use several applications).",
    said_in.OIDC_CORE,
    said_in.RFC_9068,
)
def _uses() -> Finding:
    key = example_key("Ed25519")
    once = issue({**example_claims(), "aud": ["shop.example", "bank.example"], "role": "buyer"}, key)
    at = {who: accept(once, key, now=NOW, issuer=ISSUER, audience=who) for who in ("shop.example", "bank.example")}
    return (
        {who: f"it is {said['sub']}, a {said['role']}" for who, said in at.items()}
        | {"blog.example": verdict(once, key, audience="blog.example")},
        all(said["sub"] == "ada" and said["role"] == "buyer" for said in at.values()),
        "Different tokens for different uses: an ID token (OpenID Connect) tells an app who logged in; an access token "
        "lets it call a service. Name one audience in each, or every service can use it at the others.",
    )
