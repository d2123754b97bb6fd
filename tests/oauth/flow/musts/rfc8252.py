"""RFC 8252, OAuth 2.0 for Native Apps: each MUST that applies, and NOT_HERE with the others."""

from labs.oauth.flow.loopback import CALLBACK
from tests.oauth.flow.musts.site import GRANT, Site, failed
from tests.oauth.flow.musts.table import must


@must("8252 §7.3", "A native app on the loopback address may listen on any port.")
def _(site: Site) -> None:
    elsewhere = CALLBACK.replace(":1/", ":54321/")
    code = site.back(redirect_uri=elsewhere)["code"]
    assert site.redeem(code, redirect_uri=elsewhere).status == 200


@must("8252 §8.4", "But for the port, its whole address is registered and has to match.")
def _(site: Site) -> None:
    for wrong in (f"{CALLBACK}/x", CALLBACK.replace("127.0.0.1", "localhost"), CALLBACK.replace("http:", "https:")):
        assert failed(site.authorize(redirect_uri=wrong)) == (400, "invalid_request")


@must("8252 §8.1, §8.5", "A native app is public, is recorded as that, and needs PKCE.")
def _(site: Site) -> None:
    assert site.there.server.known["print"].secret == ""
    assert failed(site.post("/token", f"{GRANT}&client_id=print")) == (400, "unauthorized_client")
    assert site.back(code_challenge=None)["error"] == "invalid_request"


NOT_HERE: dict[str, str] = {
    "§7.1, §7.2": "custom schemes and claimed https addresses belong to a phone’s system",
    "§6, §8.12": "the browser is always another program than the client; there is no embedded one",
}
