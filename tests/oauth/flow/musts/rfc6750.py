"""RFC 6750, Bearer Token Usage: each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text section by section. What it asks of the client (§2, §5.2, §5.3) stands with RFC 6749.
"""

import re

from labs.http.syntax import value, values
from tests.oauth.flow.musts.site import Site, token
from tests.oauth.flow.musts.table import must

SECTIONS = "§1 §2 §2.1 §2.2 §2.3 §3 §5.2 §5.3"
ATTRIBUTE = r'[a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]+"'


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


@must("6750 §3", "Every challenge is Bearer with attributes: each once, and in plain ASCII.")
def _(site: Site) -> None:
    without = {"/photos": "openid", "/userinfo": "photos"}
    for path, scope in without.items():
        url = f"{site.there.photos}{path}" if path == "/photos" else path
        for sent in (None, "Bearer wrong", f"Bearer {site.tokens(scope=scope)['access_token']}"):
            answer = site.ask("GET", url, None, {"Authorization": sent} if sent else {})
            (said,) = values(answer.headers, "WWW-Authenticate")
            assert answer.status in (401, 403) and re.fullmatch(rf"Bearer {ATTRIBUTE}(, {ATTRIBUTE})*", said)
            names = re.findall(r"([a-z_]+)=", said)
            assert len({*names}) == len(names)


@must("6750 §2.3, §5.3, 9700 §4.3.2", "A token in the address is not taken.")
def _(site: Site) -> None:
    assert site.photos(query=f"?access_token={site.tokens()['access_token']}").status == 401


@must("6750 §5.2, 9068 §4", "A token that was changed, or signed by somebody else or by nobody, is not taken.")
def _(site: Site) -> None:
    head, claims, signature = token(site).split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"  # {"alg":"none","typ":"at+jwt"}
    for wrong in (f"{head}.{claims}.{'A' * len(signature)}", f"{none}.{claims}.", token(site, alg="RS256")):
        assert site.photos(wrong).status == 401


NOT_HERE: dict[str, str] = {
    "§1, §5.2 (TLS), §5.3 (TLS)": "TLS and certificates: the servers are on the loopback address only",
    "§2.2, §2.3": "how a client sends a token in a form or a query: ours uses the header only (RFC 9700 §4.3.2)",
    "§3 (scope, error_description, error_uri)": "what these attributes may hold: no challenge has one",
    "§5.2 (references)": "tokens that are references: ours are JWTs, which carry what they say",
    "§5.2 (encryption)": "tokens that their client must not read: nothing in ours is secret from it",
    "§5.2 (load balancers)": "no proxy that ends TLS stands before the servers",
    "§5.3 (CSRF)": "tokens in cookies: the client keeps its tokens to itself",
}
