"""RFC 9207, Issuer Identification: each MUST that applies, and NOT_HERE with the others.

Laid beside the RFC's text, section by section.
"""

from urllib.parse import quote

from labs.oauth.flow.client import Client
from labs.oauth.flow.messages import ask, content_of, location_of, says
from labs.oauth.flow.world import read_query
from tests.oauth.flow.musts.site import HOME, Sent, Site
from tests.oauth.flow.musts.table import must

SECTIONS = "§2 §2.3 §2.4 §3 §4"


@must("9207 §2, §2.3", "Answers say who they are from, errors too: the issuer of the metadata.")
def _(site: Site) -> None:
    assert site.back()["iss"] == site.back(response_type="token")["iss"] == site.metadata()["issuer"]


@must("9207 §2", "The issuer is a URL without a query or a fragment.")
def _(site: Site) -> None:
    assert site.back()["iss"] == site.there.login and not {"?", "#"} & {*site.there.login}


@must("9207 §2.3, §3", "The metadata says so.")
def _(site: Site) -> None:
    assert site.metadata()["authorization_response_iss_parameter_supported"] is True


@must("9207 §2.4, §4, 9700 §2.1, §4.4.2, §4.4.2.1", "The client compares iss as text; another or none is refused.")
def _(site: Site) -> None:
    right = site.there.login
    for wrong in (right + "/", right.upper(), quote(right, safe=""), "https://evil.example", None):
        for error in (None, "access_denied"):  # an error is not believed either: nobody knows whose it is
            sent = Sent(site)
            before = len(sent.urls)
            assert sent.finish(iss=wrong, error=error, code=None if error else "x") == {"error": "iss"}
            assert len(sent.urls) == before + 1  # the metadata: nothing went to a token endpoint


@must("9207 §2.4", "The client decodes iss, and compares it with the issuer in the metadata.")
def _(site: Site) -> None:
    sent = Sent(site)
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in sent.back().items())
    assert "iss=http%3A%2F%2F127.0.0.1%3A" in query
    answer = sent.client.respond(ask("GET", f"{HOME}/callback?{query}", None, [("Cookie", "sid=tab")]))
    assert content_of(answer) == {"logged in as": "ada"}
    assert sent.client.metadata[site.there.login]["issuer"] == site.there.login


@must("9207 §2.4", "A client without metadata compares iss with the issuer that it was set up with.")
def _(site: Site) -> None:
    sent = Sent(site)
    client = Client("print", HOME, (site.there.login,), "", sent.send, sent.client.fresh)
    for wrong, told in (("https://evil.example", {"error": "iss"}), (site.there.login, {"logged in": True})):
        begun = location_of(client.login("tab", site.there.login))
        back = read_query(location_of(site.ask("GET", begun, None, {"Cookie": "user=ada"})))
        assert content_of(client.callback("tab", {**back, "iss": wrong})) == told


@must("9207 §4", "No two servers have one issuer: a server that gives another’s name is not worked with.")
def _(site: Site) -> None:
    honest = site.metadata()
    sent = Sent(site, site.there.photos, change=lambda url, answer: says(200, honest))
    assert content_of(sent.client.login("tab", site.there.photos)) == {"error": "unfit server"}
    assert location_of(sent.client.login("tab", site.there.login)).startswith(site.there.login)


NOT_HERE: dict[str, str] = {
    "§2 (https)": "the issuer of a server on the loopback address has no TLS",
    "§2.4 (servers without iss)": "the client works only with servers that send iss, so it need not remember which do",
    "§2.4 (ID token)": "the authorization endpoint returns codes only, never an ID token or a JWT (JARM)",
    "§2.4 (other clients)": "the client supports iss; RFC 6749 tells others to ignore it",
}
