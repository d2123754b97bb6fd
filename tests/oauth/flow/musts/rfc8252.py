"""RFC 8252, OAuth 2.0 for Native Apps: each MUST that applies, and NOT_HERE with the others.

Laid beside the RFC's text, section by section. The server's half applies; of the app's half only PKCE does, since the
course's client is a website.
"""

from dataclasses import replace

from labs.oauth.flow.loopback import CALLBACK
from labs.oauth.flow.messages import location_of
from tests.oauth.flow.musts.site import GRANT, Site, failed
from tests.oauth.flow.musts.table import must

OWN_SCHEME, CLAIMED = "com.example.print:/callback", "https://print.example/callback"
SECTIONS = "§5 §6 §7 §7.1 §7.2 §7.3 §8.4 §8.5 §8.10 §8.12 §A §B.3"
WITHOUT_PORT = ("http://127.0.0.1/callback", "http://[::1]/callback")


@must("8252 §6", "The server supports PKCE for native apps.")
def _(site: Site) -> None:
    assert site.redeem(site.back()["code"]).status == 200
    assert site.back(code_challenge=None)["error"] == "invalid_request"


@must("8252 §7, §A", "An app may have a scheme of its own, an https address, or the loopback address.")
def _(site: Site) -> None:
    native = replace(site.there.server.known["print"], id="native", redirect_uris=(OWN_SCHEME, CLAIMED, *WITHOUT_PORT))
    site.there.server.known["native"] = native
    for uri in native.redirect_uris:
        there = location_of(site.authorize(client_id="native", redirect_uri=uri))
        assert there.startswith(f"{uri}?code=")
        code = site.back(client_id="native", redirect_uri=uri)["code"]
        assert site.redeem(code, client_id="native", redirect_uri=uri).status == 200


@must("8252 §7.3", "A native app on the loopback address may listen on any port.")
def _(site: Site) -> None:
    native = replace(site.there.server.known["print"], id="native", redirect_uris=WITHOUT_PORT)
    site.there.server.known["native"] = native
    elsewhere = {"native": [uri.replace("/callback", ":54321/callback") for uri in WITHOUT_PORT]}
    elsewhere["print"] = [CALLBACK.replace(":1/", ":54321/"), CALLBACK.replace(":1/", ":80/")]
    for client, uris in elsewhere.items():
        for uri in uris:
            code = site.back(client_id=client, redirect_uri=uri)["code"]
            assert site.redeem(code, client_id=client, redirect_uri=uri).status == 200


@must("8252 §8.4, §8.10", "But for the port, its whole address is registered and has to match.")
def _(site: Site) -> None:
    for wrong in (f"{CALLBACK}/x", CALLBACK.replace("127.0.0.1", "localhost"), CALLBACK.replace("http:", "https:")):
        assert failed(site.authorize(redirect_uri=wrong)) == (400, "invalid_request")
    host = replace(
        site.there.server.known["print"], id="host", redirect_uris=("https://a.example", "https://b.example/*")
    )
    site.there.server.known["host"] = host  # neither a host nor a pattern stands for other addresses
    for wrong in ("https://a.example/", "https://a.example/callback", "https://b.example/callback"):
        assert failed(site.authorize(client_id="host", redirect_uri=wrong)) == (400, "invalid_request")


@must("8252 §7.2, §8.4", "A native app is public, is recorded as that, and is treated as that.")
def _(site: Site) -> None:
    assert site.there.server.known["print"].secret == ""
    assert failed(site.post("/token", f"{GRANT}&client_id=print")) == (400, "unauthorized_client")
    assert failed(site.post("/introspect", "token=x&client_id=print")) == (401, "invalid_client")


NOT_HERE: dict[str, str] = {
    "§5, §8.12": "the browser is always another program than the client; there is no embedded one",
    "§7.1": "an app’s choice of its own scheme; the course’s client has an http or https address",
    "§8.5": "the server gives no secret to a native app, so there is none that it might take for a proof",
    "§8.10 (client)": "the client is a website, not a native app; against the mix-up it compares iss (RFC 9207), which "
    "RFC 9700 §4.4.2.2 prefers to a redirect address for each server",
    "§B.3": "Windows’ broker for logging in",
}
