"""RFC 9068, JWT Profile for Access Tokens: each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text, section by section.
"""

import time

from labs.http.syntax import value
from labs.oauth.flow.client import Client
from labs.oauth.flow.loopback import loopback
from labs.oauth.flow.messages import ask, content_of, location_of, says
from labs.tokens.jws import base64url, read_keys
from labs.tokens.jws.jws import read_header
from tests.oauth.flow.musts.site import GRANT, HOME, Sent, Site, failed, token
from tests.oauth.flow.musts.table import must

SECTIONS = "§2.1 §2.2 §2.2.3 §3 §4 §5 §6"
REQUIRED = {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"}


@must("9068 §2.1", "An access token is signed, never with none, and its typ is at+jwt.")
def _(site: Site) -> None:
    header = read_header(base64url.decode(site.tokens()["access_token"].split(".")[0]))
    assert header["typ"] == "at+jwt" and header["alg"] == "Ed25519"
    assert len(read_keys(content_of(site.ask("GET", "/jwks")))) == 1


@must("9068 §2.1", "Servers can sign, and resource servers check, with RS256.")
def _(site: Site) -> None:
    with loopback(alg="RS256") as there:
        other = Site(there)
        token = other.tokens()["access_token"]
        assert read_header(base64url.decode(token.split(".")[0]))["alg"] == "RS256"
        assert other.photos(token).status == 200 and site.photos(token).status == 401


@must("9068 §2.2", "By whatever grant, it says iss, exp, aud, sub, client_id, iat and jti; no jti comes twice.")
def _(site: Site) -> None:
    first = site.tokens()
    second = content_of(site.refresh(first["refresh_token"]))
    third = content_of(site.post("/token", GRANT, f"batch:{site.secret}"))
    told = [site.introspect(got["access_token"]) for got in (first, second, third)]
    assert all({*claims} >= REQUIRED for claims in told) and len({claims["jti"] for claims in told}) == 3
    assert [claims["client_id"] for claims in told] == ["print", "print", "batch"]


@must("9068 §2.2.3", "It has the scope that was asked for.")
def _(site: Site) -> None:
    assert site.introspect(site.tokens(scope="openid photos")["access_token"])["scope"] == "openid photos"


@must("9068 §2.2.3, §3", "A scope means something where the token is for, and is clear; else no token is issued.")
def _(site: Site) -> None:
    for scope in ("magic", "photos magic", "Photos"):
        assert site.back(scope=scope)["error"] == "invalid_scope"
        assert failed(site.post("/token", f"{GRANT}&scope={scope}", f"batch:{site.secret}")) == (400, "invalid_scope")
    assert site.back(resource="evil.example")["error"] == "invalid_target"  # RFC 8707 §2
    two = location_of(site.authorize()).partition("?")[2] + "&resource=photos.example&resource=weather.example"
    assert failed(site.ask("GET", f"/authorize?{two}", None, {"Cookie": "user=ada"})) == (400, "invalid_request")


@must("9068 §2.2", "Where a client acts for itself, sub is the client.")
def _(site: Site) -> None:
    got = content_of(site.post("/token", GRANT, f"batch:{site.secret}"))
    assert site.introspect(got["access_token"])["sub"] == "batch"


@must("9068 §3, §5", "The audience is the resource that was asked for, else the default one; each has its own name.")
def _(site: Site) -> None:
    basic = f"batch:{site.secret}"
    for more, status in (({}, 200), ({"resource": "photos.example"}, 200), ({"resource": "weather.example"}, 401)):
        itself = content_of(site.post("/token", {"grant_type": "client_credentials", **more}, basic))
        for got in (site.tokens(**more), itself):
            assert site.photos(got["access_token"]).status == status
    assert site.introspect(site.tokens()["access_token"])["aud"] == "photos.example"


@must("9068 §4", "What the server publishes for OAuth and for OpenID Connect is the same.")
def _(site: Site) -> None:
    openid = content_of(site.ask("GET", "/.well-known/openid-configuration"))
    assert openid and openid == site.metadata()


@must("9068 §4", "Only at+jwt, or application/at+jwt, is taken: no ID token, no other JWT.")
def _(site: Site) -> None:
    for typ, status in (("at+jwt", 200), ("application/at+jwt", 200), ("AT+JWT", 200), ("JWT", 401), ("jwt", 401)):
        assert site.photos(token(site, typ=typ)).status == status
    got = site.tokens(scope="openid photos")
    assert (site.photos(got["id_token"]).status, site.photos(got["access_token"]).status) == (401, 200)


@must("9068 §4", "The issuer is exactly the one that is trusted.")
def _(site: Site) -> None:
    for wrong in (site.there.login + "/", site.there.login.upper(), "https://evil.example", None):
        assert site.photos(token(site, iss=wrong)).status == 401


@must("9068 §4, 9700 §2.3", "The audience is this very server, alone or among others.")
def _(site: Site) -> None:
    for aud, status in (
        (["photos.example", "x"], 200),
        ("weather.example", 401),
        ([], 401),
        ("photos", 401),
        (None, 401),
    ):
        assert site.photos(token(site, aud=aud)).status == status


@must("9068 §4", "Whatever check fails, the answer is 401 and says invalid_token.")
def _(site: Site) -> None:
    head, claims, signature = token(site).split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"  # {"alg":"none","typ":"at+jwt"}
    now = int(time.time())
    wrong = {
        "typ": token(site, typ="JWT"),
        "iss": token(site, iss="https://evil.example"),
        "aud": token(site, aud="weather.example"),
        "signature": f"{head}.{claims}.{'A' * len(signature)}",
        "alg none": f"{none}.{claims}.",
        "another key": token(site, alg="RS256"),
        "exp": token(site, exp=now - 1),
        "no exp": token(site, exp=None),
        "no JWT": "wrong",
    }
    for what, text in wrong.items():
        answer = site.photos(text)
        assert answer.status == 401, what
        assert 'error="invalid_token"' in (value(answer.headers, "WWW-Authenticate") or ""), what


@must("9068 §6", "The client does not look into an access token: one that is no JWT works just as well.")
def _(site: Site) -> None:
    def opaque(url: str, answer: object) -> object:
        return says(200, {"access_token": "opaque", "token_type": "Bearer"}) if url.endswith("/token") else answer

    sent = Sent(site, change=opaque)
    photos = f"{site.there.photos}/photos"
    sent.client = Client("print", HOME, (site.there.login,), photos, sent.send, sent.client.fresh)
    assert sent.finish() == {"logged in": True}
    answer = sent.client.respond(ask("GET", f"{HOME}/photos", None, [("Cookie", "sid=tab")]))
    assert sent.urls[-1] == photos and content_of(answer) == {"error": "invalid_token"}


NOT_HERE: dict[str, str] = {
    "§4 (encryption)": "encrypted access tokens are not offered, so none can be expected",
    "§7": "what IANA has to do",
}
