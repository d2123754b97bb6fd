"""RFC 7636, Proof Key for Code Exchange (PKCE): each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text, section by section.
"""

from labs.oauth.flow.messages import content_of, location_of, says
from labs.oauth.flow.pkce import VERIFIER, challenge_of, proves
from labs.oauth.flow.world import read_query
from tests.oauth.flow.musts.site import Sent, Site, V, failed
from tests.oauth.flow.musts.table import must

SECTIONS = "§4.1 §4.2 §4.3 §4.4 §4.4.1 §4.5 §4.6 §7.1 §7.2 §B"


@must("7636 §4.3, §4.4.1", "No challenge, plain, or an unknown method: invalid_request.")
def _(site: Site) -> None:
    wrong = ({"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None})
    for more in (*wrong, {"code_challenge_method": "S512"}):
        assert site.back(**more)["error"] == "invalid_request"


@must("7636 §4.4", "The challenge is not to be read in the code.")
def _(site: Site) -> None:
    back = location_of(site.authorize())
    code = read_query(back)["code"]
    assert site.there.server.codes[code].challenge == challenge_of(V) and challenge_of(V) not in back


@must("7636 §4.4, §4.6", "Each code has its own challenge: the verifier of another flow is invalid_grant.")
def _(site: Site) -> None:
    other = "w" * 43
    first, second = site.back()["code"], site.back(code_challenge=challenge_of(other))["code"]
    assert failed(site.redeem(first, code_verifier=other)) == (400, "invalid_grant")
    assert failed(site.redeem(second, code_verifier=V)) == (400, "invalid_grant")
    assert site.redeem(first).status == site.redeem(second, code_verifier=other).status == 200


@must("7636 §4.1, §4.5, §4.6", "A verifier that is wrong, missing, too short or too long is invalid_grant.")
def _(site: Site) -> None:
    code = site.back()["code"]
    for wrong in ("w" * 43, None, V[:42], V + "v", "v" * 129):
        assert failed(site.redeem(code, code_verifier=wrong)) == (400, "invalid_grant")
    assert site.redeem(code).status == 200


@must("7636 §4.5", "The method is the one that the code was asked for by; the token request cannot change it.")
def _(site: Site) -> None:
    code, plain = site.back()["code"], {"code_challenge_method": "plain"}
    assert failed(site.redeem(code, code_verifier=challenge_of(V), **plain)) == (400, "invalid_grant")
    assert site.redeem(code, **plain).status == 200


@must("7636 §4.2, §7.2", "The server can do S256.")
def _(site: Site) -> None:
    assert site.metadata()["code_challenge_methods_supported"] == ["S256"]
    assert site.redeem(site.back(code_challenge_method="S256")["code"]).status == 200


@must("7636 §4.1, §7.1", "Each flow has a verifier of its own, which cannot be guessed: 256 random bits.")
def _(site: Site) -> None:
    sent, made = Sent(site), []
    for _ in range(3):
        sent.begin()
        made.append(sent.client.begun["tab"].verifier)
    assert len({*made}) == 3 and all(VERIFIER.fullmatch(one) and len(one) == 43 for one in made)


@must("7636 §4.2, §4.3, §4.5, 8252 §6, 9700 §2.1.1", "The client sends a challenge, by S256, and then its verifier.")
def _(site: Site) -> None:
    sent = Sent(site)
    asked = read_query(sent.begin())
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == challenge_of(sent.client.begun["tab"].verifier)
    assert sent.finish() == {"logged in as": "ada"}
    assert VERIFIER.fullmatch(next(form["code_verifier"] for form in sent.forms if form))


@must("7636 §7.2", "The client never falls back to plain: not if that is all there is, nor when S256 was refused.")
def _(site: Site) -> None:
    plain = {"code_challenge_methods_supported": ["plain"]}
    sent = Sent(site, change=lambda url, answer: says(200, {**content_of(answer), **plain}))
    assert sent.begin() == "" and content_of(sent.client.login("tab", site.there.login)) == {"error": "unfit server"}
    sent = Sent(site)
    assert sent.finish(error="invalid_request", code=None)["error"]
    assert read_query(sent.begin())["code_challenge_method"] == "S256"


@must("7636 B", "The example of the appendix.")
def _(site: Site) -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge_of(verifier) == challenge and proves(challenge, verifier)
    code = site.back(code_challenge=challenge)["code"]
    assert site.redeem(code, code_verifier=verifier).status == 200


NOT_HERE: dict[str, str] = {
    "§4.2 (plain)": "only a client that cannot compute SHA-256 may use plain; the server refuses it",
    "§7.2 (plain in a code)": "the server refuses plain, and keeps challenges to itself",
}
