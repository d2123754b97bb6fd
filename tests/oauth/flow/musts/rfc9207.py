"""RFC 9207, Issuer Identification: each MUST that applies, and NOT_HERE with the others."""

from tests.oauth.flow.musts.site import Sent, Site
from tests.oauth.flow.musts.table import must


@must("9207 §2, §2.4", "Answers say who they are from, errors too: the issuer of the metadata.")
def _(site: Site) -> None:
    assert site.back()["iss"] == site.back(response_type="token")["iss"] == site.metadata()["issuer"]


@must("9207 §2.3, §3", "The metadata says so.")
def _(site: Site) -> None:
    assert site.metadata()["authorization_response_iss_parameter_supported"] is True


@must("9207 §2.4, 8252 §8.10, 9700 §2.1", "The client compares iss as text; another or none is refused, in errors too.")
def _(site: Site) -> None:
    for more in ({"iss": site.there.login + "/"}, {"iss": "https://evil.example"}, {"iss": None}):
        for error in (None, "access_denied"):
            sent = Sent(site)
            before = len(sent.urls)
            assert sent.finish(**more, error=error, code=None if error else "x") == {"error": "iss"}
            assert len(sent.urls) == before + 1  # the metadata: nothing went to a token endpoint


NOT_HERE: dict[str, str] = {"§2.2": "responses as a JWT (JARM) are not offered"}
