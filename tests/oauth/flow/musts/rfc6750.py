"""RFC 6750, Bearer Token Usage: each MUST that applies, and NOT_HERE with the others."""

from labs.http.syntax import value
from tests.oauth.flow.musts.site import Site, token
from tests.oauth.flow.musts.table import must


@must("6750 §2.1", "A token in the Authorization header is taken, however Bearer is written.")
def _(site: Site) -> None:
    good = site.tokens()["access_token"]
    assert [site.photos(good, scheme).status for scheme in ("Bearer", "bearer", "BEARER", "Basic")] == [200] * 3 + [401]


@must("6750 §3", "Without a good token the answer is 401 and asks for Bearer; without any, it blames nobody.")
def _(site: Site) -> None:
    none, wrong = site.photos(), site.photos("wrong")
    assert (none.status, wrong.status) == (401, 401)
    assert value(none.headers, "WWW-Authenticate") == 'Bearer realm="photos.example"'
    assert value(wrong.headers, "WWW-Authenticate") == 'Bearer realm="photos.example", error="invalid_token"'
    assert site.ask("GET", "/userinfo").status == 401


@must("6750 §5.2, 9700 §4.3.2", "A token in the address is not taken.")
def _(site: Site) -> None:
    assert site.photos(query=f"?access_token={site.tokens()['access_token']}").status == 401


@must("6750 §5.2, 9068 §4", "A token that was changed, or signed by somebody else or by nobody, is not taken.")
def _(site: Site) -> None:
    head, claims, signature = token(site).split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"  # {"alg":"none","typ":"at+jwt"}
    for wrong in (f"{head}.{claims}.{'A' * len(signature)}", f"{none}.{claims}.", token(site, alg="RS256")):
        assert site.photos(wrong).status == 401


NOT_HERE: dict[str, str] = {
    "§2": "two ways to send a token in one request: only the header is read, so there is no second way",
    "§2.2, §2.3": "tokens in a form or a query are optional and not offered (RFC 9700 §4.3.2)",
    "§5.2 (TLS)": "TLS: the servers are on the loopback address only",
}
