"""RFC 8414, Authorization Server Metadata: each MUST that applies, and NOT_HERE with the others."""

from labs.http.syntax import value
from labs.oauth.flow.messages import content_of, says
from tests.oauth.flow.musts.site import Sent, Site
from tests.oauth.flow.musts.table import must


@must("8414 §2, §3.3", "The issuer in the metadata is the one that was asked, without query or fragment.")
def _(site: Site) -> None:
    assert site.metadata()["issuer"] == site.there.login and not {*"?#"} & {*site.there.login}


@must("8414 §2", "What is required is there: both endpoints and the response types; nothing is an empty list.")
def _(site: Site) -> None:
    found = site.metadata()
    assert {"authorization_endpoint", "token_endpoint", "response_types_supported"} <= {*found}
    assert all(value not in ([], "", None) for value in found.values())


@must("8414 §3.2", "Metadata is answered with 200, as application/json.")
def _(site: Site) -> None:
    answer = site.ask("GET", "/.well-known/oauth-authorization-server")
    assert answer.status == 200 and value(answer.headers, "Content-Type") == "application/json"


@must("8414 §3.3", "Metadata that names another issuer is not used.")
def _(site: Site) -> None:
    for issuer in ("https://evil.example", site.there.login + "/", None):
        sent = Sent(site, change=lambda url, answer, said=issuer: says(200, {**content_of(answer), "issuer": said}))
        assert sent.begin() == ""


NOT_HERE: dict[str, str] = {
    "§6.1": "TLS: the servers are on the loopback address only",
    "§2.1": "signed metadata is optional and not offered",
}
