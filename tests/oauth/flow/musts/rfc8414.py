"""RFC 8414, Authorization Server Metadata: each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text, section by section.
"""

import json
import ssl

import pytest

from labs.http.messages import Answer
from labs.http.syntax import value
from labs.oauth.flow.discovery import OPENID, well_known
from labs.oauth.flow.loopback import loopback, over_http
from labs.oauth.flow.messages import content_of, says
from tests.oauth.flow.musts.site import Sent, Site
from tests.oauth.flow.musts.table import must

SECTIONS = "§2 §2.1 §3 §3.1 §3.2 §3.3 §4 §6.1 §6.2"


@must("8414 §2, §3.3", "The issuer in the metadata is the one that was asked, without query or fragment.")
def _(site: Site) -> None:
    assert site.metadata()["issuer"] == site.there.login and not {*"?#"} & {*site.there.login}


@must("8414 §2", "What is required is there: both endpoints and the response types.")
def _(site: Site) -> None:
    found = site.metadata()
    assert found["response_types_supported"] == ["code"]
    for name in ("authorization_endpoint", "token_endpoint"):
        assert site.ask("GET" if name.startswith("a") else "POST", found[name]).status in (400, 401)


@must("8414 §2", "How a client proves itself is told for each endpoint, and never as an unsigned JWT.")
def _(site: Site) -> None:
    found = site.metadata()
    by_secret, by_name = {"token": "x"}, {"token": "x", "client_id": "print"}
    for end in ("token", "introspection", "revocation"):
        assert "none" not in found.get(f"{end}_endpoint_auth_signing_alg_values_supported", ())
        said = found[f"{end}_endpoint_auth_methods_supported"]
        url = found[f"{end}_endpoint"].removeprefix(found["issuer"])
        assert (site.post(url, by_secret, f"batch:{site.secret}").status != 401) == ("client_secret_basic" in said)
        assert (site.post(url, by_name).status != 401) == ("none" in said)


@must("8414 §3, §3.1", "The metadata is found between host and path of the issuer, by GET.")
def _(site: Site) -> None:
    there = well_known(site.there.login)
    assert there == f"{site.there.login}/.well-known/oauth-authorization-server"
    assert (site.ask("GET", there).status, site.ask("POST", there, {}).status) == (200, 405)
    for slash in ("", "/"):
        assert well_known(f"https://login.example/one{slash}") == (
            "https://login.example/.well-known/oauth-authorization-server/one"
        )


@must("8414 §3", "The client looks under a registered name, openid-configuration, and nowhere else.")
def _(site: Site) -> None:
    sent = Sent(site)
    assert sent.begin() and sent.urls == [well_known(site.there.login, OPENID)]
    assert sent.urls[0].endswith("/.well-known/openid-configuration")


@must("8414 §3.2", "Metadata is answered with 200, as application/json, and nothing in it is an empty list.")
def _(site: Site) -> None:
    answer = site.ask("GET", "/.well-known/oauth-authorization-server")
    assert answer.status == 200 and value(answer.headers, "Content-Type") == "application/json"
    assert content_of(answer) and all(one not in ([], "", None) for one in content_of(answer).values())


@must("8414 §3.3, §6.2", "Metadata that names another issuer is not used.")
def _(site: Site) -> None:
    for issuer in ("https://evil.example", site.there.login + "/", None):
        sent = Sent(site, change=lambda url, answer, said=issuer: says(200, {**content_of(answer), "issuer": said}))
        assert sent.begin() == "" and not sent.client.metadata


@must("8414 §4", "Text is compared by its code points: escapes of JSON do not count, and nothing is normalized.")
def _(site: Site) -> None:
    def reads(issuer: str) -> bool:
        def change(url: str, answer: Answer) -> Answer:
            whole = json.dumps({**content_of(answer), "issuer": "?"}).replace('"?"', f'"{issuer}"')
            return Answer(200, [("Content-Type", "application/json")], whole.encode())

        return Sent(site, change=change).begin() != ""

    assert reads(site.there.login) and reads(site.there.login.replace("h", "\\u0068"))
    assert not reads(site.there.login.replace("h", "\\uff48"))  # a wide h, which NFKC makes an h
    assert not reads(site.there.login.replace("h", "H"))


@must("8414 §6.1, §6.2, 7009 §2, §5, 7662 §2, §4", "By https, a client asks only a server whose certificate holds.")
def _(site: Site) -> None:
    with loopback(tls=True) as there:
        assert there.login.startswith("https:") and there.trust
        secure, url = Site(there), well_known(there.login)
        sent = Sent(secure)
        sent.client.send = lambda *asked: over_http(*asked, there.trust)
        assert sent.finish() == {"logged in as": "ada"} and sent.client.revoke("tab")
        assert secure.introspect(secure.tokens()["access_token"])["active"] is True
        there.trust.maximum_version = ssl.TLSVersion.TLSv1_2
        assert over_http("GET", url, None, "", there.trust).status == 200
        for wrong, trust in ((url, None), (url.replace("127.0.0.1", "localhost"), there.trust)):
            with pytest.raises(ssl.SSLCertVerificationError):
                over_http("GET", wrong, None, "", trust)


NOT_HERE: dict[str, str] = {
    "§2, §3, §6.1 (https only)": "the lesson’s servers are on the loopback address; they can speak TLS (§6.1)",
    "§2 (use of a key)": "the server publishes signing keys only",
    "§2 (algorithms of a client’s JWT)": "clients prove themselves by Basic, never by a JWT",
    "§2.1": "signed metadata is optional and not offered, and the client ignores it",
    "§3 (issuers with a path)": "our server’s issuer has no path; for others’ the client’s address is tested (§3.1)",
    "§7": "what IANA and its experts have to do",
}
