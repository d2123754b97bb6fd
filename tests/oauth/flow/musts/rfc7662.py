"""RFC 7662, Token Introspection: each MUST that applies, and NOT_HERE with the others."""

from labs.http.syntax import value
from labs.oauth.flow.messages import content_of
from tests.oauth.flow.musts.site import Site, failed
from tests.oauth.flow.musts.table import must


@must("7662 §2.1", "Introspection is by POST, needs a token, and is for those who prove who they are.")
def _(site: Site) -> None:
    token, basic = site.tokens()["access_token"], f"batch:{site.secret}"
    assert site.ask("GET", f"/introspect?token={token}").status == 404
    assert failed(site.post("/introspect", {}, basic)) == (400, "invalid_request")
    assert failed(site.post("/introspect", {"token": token, "client_id": "print"})) == (401, "invalid_client")
    assert site.introspect(token, token_type_hint="refresh_token")["active"] is True


@must("7662 §2.2", "The answer is JSON and says `active`; of a token that is not, it says no more.")
def _(site: Site) -> None:
    answer = site.post("/introspect", {"token": "unknown"}, f"batch:{site.secret}")
    assert answer.status == 200 and content_of(answer) == {"active": False}
    assert value(answer.headers, "Content-Type") == "application/json"


@must("7662 §4", "All is looked at: signature, end, revocation, and for whom it is.")
def _(site: Site) -> None:
    got = site.tokens()
    head, claims, signature = got["access_token"].split(".")
    assert site.introspect(got["access_token"])["sub"] == "ada"
    assert site.introspect(f"{head}.{claims}.{'A' * len(signature)}") == {"active": False}
    assert site.introspect(site.tokens(resource="weather.example")["access_token"]) == {"active": False}
    now, site.there.server.now = site.there.server.now, lambda: now() + 301
    try:
        assert site.introspect(got["access_token"]) == {"active": False}
    finally:
        site.there.server.now = now


NOT_HERE: dict[str, str] = {
    "§2.1 (TLS)": "TLS: the servers are on the loopback address only",
    "§2.2 (JWT answers), §2.3": "signed answers and further error codes are not offered",
}
