"""RFC 9068, JWT Profile for Access Tokens: each MUST that applies, and NOT_HERE with the others."""

from labs.oauth.flow.messages import content_of
from labs.tokens.jws import base64url, read_keys
from labs.tokens.jws.jws import read_header
from tests.oauth.flow.musts.site import GRANT, Site, token
from tests.oauth.flow.musts.table import must


@must("9068 §2.1", "An access token is signed, never with none, and its typ is at+jwt.")
def _(site: Site) -> None:
    header = read_header(base64url.decode(site.tokens()["access_token"].split(".")[0]))
    assert header["typ"] == "at+jwt" and header["alg"] == "Ed25519"
    assert len(read_keys(content_of(site.ask("GET", "/jwks")))) == 1


@must("9068 §2.1", "Servers can sign, and resource servers check, with RS256.")
def _(site: Site) -> None:
    from labs.oauth.flow.loopback import loopback

    with loopback(alg="RS256") as there:
        other = Site(there)
        token = other.tokens()["access_token"]
        assert read_header(base64url.decode(token.split(".")[0]))["alg"] == "RS256"
        assert other.photos(token).status == 200 and site.photos(token).status == 401


@must("9068 §2.2, §2.2.3", "It says iss, exp, aud, sub, client_id, iat, jti, and the scope that was asked for.")
def _(site: Site) -> None:
    claims = site.introspect(site.tokens()["access_token"])
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= {*claims} and claims["scope"] == "photos"


@must("9068 §2.2", "Where a client acts for itself, sub is the client.")
def _(site: Site) -> None:
    got = content_of(site.post("/token", GRANT, f"batch:{site.secret}"))
    assert site.introspect(got["access_token"])["sub"] == "batch"


@must("9068 §3", "The audience is the resource that was asked for, else the default one.")
def _(site: Site) -> None:
    assert site.introspect(site.tokens()["access_token"])["aud"] == "photos.example"
    assert site.photos(site.tokens(resource="weather.example")["access_token"]).status == 401


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


NOT_HERE: dict[str, str] = {
    "§2.1, §4 (encryption)": "encrypted access tokens are not offered, so none can be expected",
    "§2.2.1": "claims about the login are required only where the token says how Ada logged in; it does not",
}
