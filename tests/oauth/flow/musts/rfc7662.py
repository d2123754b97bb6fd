"""RFC 7662, Token Introspection: each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text, section by section.
"""

from labs.http.syntax import value
from labs.oauth.flow.messages import content_of
from tests.oauth.flow.musts.site import Site, failed, token
from tests.oauth.flow.musts.table import must

SECTIONS = "§2 §2.1 §2.2 §2.3 §4 §5"
REGISTERED = {"active", "scope", "client_id", "username", "token_type", "exp", "iat", "nbf", "sub", "aud", "iss", "jti"}


@must("7662 §2.1", "Introspection is by POST, as a form, and needs a token.")
def _(site: Site) -> None:
    token, basic = site.tokens()["access_token"], f"batch:{site.secret}"
    assert site.ask("GET", f"/introspect?token={token}").status == 405
    assert failed(site.post("/introspect", {}, basic)) == (400, "invalid_request")
    assert failed(site.post(f"/introspect?token={token}", {}, basic)) == (400, "invalid_request")


@must("7662 §2.1", "A hint that is wrong or unknown does no harm.")
def _(site: Site) -> None:
    for hint in ("refresh_token", "magic"):
        assert site.introspect(site.tokens()["access_token"], token_type_hint=hint)["active"] is True


@must("7662 §2.1, §2.3, §4", "It is for those who prove who they are; others are told 401, and nothing of the token.")
def _(site: Site) -> None:
    form = {"token": site.tokens()["access_token"]}
    for more, basic in (({}, ""), ({"client_id": "print"}, ""), ({"client_id": "batch"}, ""), ({}, "batch:wrong")):
        answer = site.post("/introspect", {**form, **more}, basic)
        assert failed(answer) == (401, "invalid_client")
        assert {*content_of(answer)} == {"error", "error_description"} and form["token"] not in answer.body.decode()
    assert failed(site.post("/introspect", form, "print:"))[0] == 401  # public: anybody can give this name


@must("7662 §2.2", "The answer is JSON and says `active`, a boolean; its other names are registered ones.")
def _(site: Site) -> None:
    answer = site.post("/introspect", {"token": site.tokens()["access_token"]}, f"batch:{site.secret}")
    assert answer.status == 200 and value(answer.headers, "Content-Type") == "application/json"
    assert content_of(answer)["active"] is True and {*content_of(answer)} <= REGISTERED


@must("7662 §2.2, §2.3", "A token that is not good is no error: the answer is that it is not active, and no more.")
def _(site: Site) -> None:
    refresh = site.tokens()["refresh_token"]  # no resource server has any use for it
    for wrong in ("unknown", "é", "a.b.c", refresh, site.tokens(resource="weather.example")["access_token"]):
        answer = site.post("/introspect", {"token": wrong}, f"batch:{site.secret}")
        assert answer.status == 200 and content_of(answer) == {"active": False}


@must("7662 §4", "All is looked at: signature, begin and end, revocation, and for whom it is.")
def _(site: Site) -> None:
    got = site.tokens()
    head, claims, signature = got["access_token"].split(".")
    assert site.introspect(got["access_token"])["sub"] == "ada"
    assert site.introspect(f"{head}.{claims}.{'A' * len(signature)}") == {"active": False}
    assert site.introspect(token(site))["active"] is True
    for more in ({"nbf": 10**11}, {"exp": 1}, {"aud": "weather.example"}):
        assert site.introspect(token(site, **more)) == {"active": False}
    now, site.there.server.now = site.there.server.now, lambda: now() + 301
    try:
        assert site.introspect(got["access_token"]) == {"active": False}
    finally:
        site.there.server.now = now
    assert site.introspect(got["access_token"])["active"] is True
    site.post("/revoke", {"token": got["refresh_token"], "client_id": "print"})
    assert site.introspect(got["access_token"]) == {"active": False}


@must("7662 §4, §5", "No cache may keep an answer, so it is not kept beyond the token’s end, nor shown to others.")
def _(site: Site) -> None:
    for one in (site.tokens()["access_token"], "unknown"):
        answer = site.post("/introspect", {"token": one}, f"batch:{site.secret}")
        assert value(answer.headers, "Cache-Control") == "no-store"


NOT_HERE: dict[str, str] = {
    "§2, §4 (TLS)": "the lesson’s servers are on the loopback address; that they can speak TLS is tested with RFC 8414",
    "§3.1": "what IANA and its experts have to do",
    "§4 (what a cache of answers costs)": "photos.example checks the signature itself: it asks for none and keeps none",
    "§4 (encrypted tokens)": "none are issued",
}
