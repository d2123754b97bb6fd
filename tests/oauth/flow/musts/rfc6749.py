"""RFC 6749, The OAuth 2.0 Authorization Framework: each MUST that applies, and NOT_HERE with the others."""

import time
from urllib.parse import urlsplit

from labs.http.syntax import value
from labs.oauth.flow.loopback import CALLBACK
from labs.oauth.flow.messages import ask, content_of, location_of, says, with_query
from labs.tokens.jws import base64url
from tests.oauth.flow.musts.site import GRANT, Sent, Site, failed, token
from tests.oauth.flow.musts.table import must


@must("6749 §2.3", "Whoever proves itself in two ways in one request is refused.")
def _(site: Site) -> None:
    basic = f"batch:{site.secret}"
    for more in ({"client_secret": site.secret}, {"client_id": "print"}):
        assert failed(site.post("/token", {"grant_type": "client_credentials", **more}, basic))[0] == 401


@must("6749 §2.3.1", "A client with a password may send it by HTTP Basic.")
def _(site: Site) -> None:
    assert site.post("/token", GRANT, f"batch:{site.secret}").status == 200


@must("6749 §2.2, §3.2.1", "A client that has a secret must prove itself: its name is no proof.")
def _(site: Site) -> None:
    code = site.back(client_id="batch")["code"]
    assert failed(site.redeem(code, client_id="batch")) == (401, "invalid_client")
    assert site.redeem(code, f"batch:{site.secret}").status == 200


@must("6749 §3.1, §3.2", "The endpoints’ addresses have no fragment.")
def _(site: Site) -> None:
    ends = {name: url for name, url in site.metadata().items() if name.endswith(("_endpoint", "_uri"))}
    assert len(ends) == 6 and not any("#" in url for url in ends.values())


@must("6749 §3.1", "The authorization endpoint takes a GET.")
def _(site: Site) -> None:
    assert site.back()["code"]


@must("6749 §3.1, §3.2", "A parameter without a value counts as left out.")
def _(site: Site) -> None:
    assert site.back(code_challenge="")["error"] == "invalid_request" and "state" not in site.back(state="")
    assert failed(site.redeem("")) == (400, "invalid_request")


@must("6749 §3.1, §3.2", "A parameter that nobody knows is ignored.")
def _(site: Site) -> None:
    assert site.redeem(site.back(colour="red")["code"], colour="red").status == 200


@must("6749 §3.1, §3.2", "A parameter that comes twice is an error.")
def _(site: Site) -> None:
    assert failed(site.ask("GET", "/authorize?client_id=print&client_id=print")) == (400, "invalid_request")
    assert failed(site.post("/token", f"{GRANT}&{GRANT}", f"batch:{site.secret}")) == (400, "invalid_request")


@must("6749 §3.1.1", "A response type that is missing or unknown is an error.")
def _(site: Site) -> None:
    assert site.back(response_type=None)["error"] == "invalid_request"
    assert site.back(response_type="token")["error"] == "unsupported_response_type"


@must("6749 §3.1.2", "A redirect address is absolute and has no fragment; its query is kept.")
def _(site: Site) -> None:
    for wrong in ("/callback", f"{CALLBACK}#here", "callback"):
        assert failed(site.authorize(redirect_uri=wrong)) == (400, "invalid_request")
    there = location_of(site.authorize(client_id="queried", redirect_uri=f"{CALLBACK}?shop=1"))
    assert there.startswith(f"{CALLBACK}?shop=1&") and "code=" in there


@must("6749 §3.1.2.2", "A public client without a registered address is sent no code.")
def _(site: Site) -> None:
    assert failed(site.authorize(client_id="homeless")) == (400, "invalid_request")


@must("6749 §3.1.2.3", "Where several addresses are registered, the request has to say which.")
def _(site: Site) -> None:
    assert failed(site.authorize(client_id="queried", redirect_uri=None)) == (400, "invalid_request")


@must("6749 §3.1.2.4, §4.1.2.1, §10.15", "To a wrong address, or for a wrong client, the browser is not sent.")
def _(site: Site) -> None:
    for wrong in ({"redirect_uri": "http://evil.example/"}, {"client_id": "nobody"}, {"client_id": None}):
        answer = site.authorize(**wrong)
        assert answer.status == 400 and not location_of(answer)


@must("6749 §3.2", "The token endpoint is asked by POST only.")
def _(site: Site) -> None:
    assert site.ask("GET", "/token?grant_type=client_credentials").status == 404


@must("6749 §3.3", "Whoever asks for no scope gets the default one, and is told which.")
def _(site: Site) -> None:
    got = site.tokens(scope=None)
    assert got["scope"] == "photos" and site.photos(got["access_token"]).status == 200


@must("6749 §3.3, §5.1", "A scope that is not the one asked for is told.")
def _(site: Site) -> None:
    got = site.tokens(scope="openid photos")
    assert content_of(site.refresh(got["refresh_token"], scope="photos"))["scope"] == "photos"


@must("6749 §4.1.2", "State comes back exactly as it was sent.")
def _(site: Site) -> None:
    for state in ("a b&c=d+é%41#", "s" * 500):
        assert site.back(state=state)["state"] == state


@must("6749 §4.1.2, §10.5", "A code is good for its client, its address, a short time, and once.")
def _(site: Site) -> None:
    code = site.back()["code"]
    assert failed(site.redeem(code, client_id="queried")) == (400, "invalid_grant")
    assert failed(site.redeem(code, redirect_uri=f"{CALLBACK}/")) == (400, "invalid_grant")
    site.there.server.codes[code].expires -= 60
    assert failed(site.redeem(code)) == (400, "invalid_grant")
    code = site.back()["code"]
    got = content_of(site.redeem(code))
    assert failed(site.redeem(code)) == (400, "invalid_grant")
    assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("6749 §4.1.3", "An address that was in the first request has to be in the second.")
def _(site: Site) -> None:
    assert failed(site.redeem(site.back()["code"], redirect_uri=None)) == (400, "invalid_request")


@must("6749 §4.4", "Only confidential clients may use the client credentials grant.")
def _(site: Site) -> None:
    assert failed(site.post("/token", f"{GRANT}&client_id=print")) == (400, "unauthorized_client")


@must("6749 §5.1", "An answer with tokens is JSON, is kept by no cache, and says their type.")
def _(site: Site) -> None:
    answer = site.redeem(site.back()["code"])
    fields = [value(answer.headers, name) for name in ("Content-Type", "Cache-Control", "Pragma")]
    assert fields == ["application/json", "no-store", "no-cache"]
    assert content_of(answer)["token_type"] == "Bearer" and content_of(answer)["expires_in"] > 0


@must("6749 §5.2", "A client that fails to prove itself by Basic is answered 401 and asked for Basic.")
def _(site: Site) -> None:
    for path in ("/token", "/introspect", "/revoke"):
        answer = site.post(path, f"{GRANT}&token=x", "batch:wrong")
        assert failed(answer) == (401, "invalid_client")
        assert (value(answer.headers, "WWW-Authenticate") or "").startswith("Basic ")


@must("6749 §5.2", "Every other error of the token endpoint is a 400 with its code.")
def _(site: Site) -> None:
    assert failed(site.post("/token", "client_id=print")) == (400, "invalid_request")
    assert failed(site.post("/token", "client_id=print&grant_type=magic")) == (400, "unsupported_grant_type")
    assert failed(site.redeem("unknown")) == (400, "invalid_grant")


@must("6749 §6, §10.4", "A refresh token works for its client only, and for no wider scope.")
def _(site: Site) -> None:
    got = site.tokens()
    assert failed(site.refresh(got["refresh_token"], client_id="queried")) == (400, "invalid_grant")
    assert failed(site.refresh(got["refresh_token"], scope="photos openid")) == (400, "invalid_scope")
    assert site.refresh(got["refresh_token"]).status == 200


@must("6749 §6", "A new refresh token has the old one’s scope, even if the access token asked for less.")
def _(site: Site) -> None:
    got = site.tokens(scope="openid photos")
    less = content_of(site.refresh(got["refresh_token"], scope="photos"))
    assert content_of(site.refresh(less["refresh_token"]))["scope"] == "openid photos"


@must("6749 §10.3, §10.10", "Codes and tokens cannot be guessed: at least 128 random bits.")
def _(site: Site) -> None:
    made = [site.back()["code"], site.back()["code"], site.tokens()["refresh_token"], site.tokens()["refresh_token"]]
    assert len({*made}) == 4 and all(len(base64url.decode(one)) >= 16 for one in made)


@must("6749 §10.14", "What comes in is no header: a line break in state stays in state.")
def _(site: Site) -> None:
    answer = site.authorize(state="s\r\nSet-Cookie: a=b")
    assert answer.status == 302 and value(answer.headers, "Set-Cookie") is None


@must("6749 §4.1.2, §5.1", "The client ignores parameters and members that it does not know.")
def _(site: Site) -> None:
    sent = Sent(site, change=lambda url, answer: says(answer.status, {**content_of(answer), "colour": "red"}))
    assert sent.finish(colour="red") == {"logged in as": "ada"}


@must("6749 §4.1.2", "The client uses a code once.")
def _(site: Site) -> None:
    sent = Sent(site)
    back = sent.back()
    sent.client.callback("tab", back)
    before = len(sent.urls)
    assert "error" in content_of(sent.client.callback("tab", back)) and len(sent.urls) == before


@must("6749 §7.1", "The client does not use a token whose type it does not know.")
def _(site: Site) -> None:
    sent = Sent(site, change=lambda url, answer: says(answer.status, {**content_of(answer), "token_type": "mac"}))
    assert sent.finish() == {"error": "no token"} and not sent.got_in()


@must("6749 §7.1", "The type’s upper and lower case are the same.")
def _(site: Site) -> None:
    sent = Sent(site, change=lambda url, answer: says(answer.status, {**content_of(answer), "token_type": "bEARER"}))
    assert sent.finish() == {"logged in as": "ada"}


@must("6749 §10.12, 9700 §2.1", "An answer to a flow that this browser has not begun is refused.")
def _(site: Site) -> None:
    for more in ({"state": "another"}, {"state": None}):
        sent = Sent(site)
        assert sent.finish(**more) == {"error": "state"} and not sent.got_in()
    sent = Sent(site)
    assert content_of(sent.client.callback("other tab", sent.back())) == {"error": "state"}


@must("6749 §3.1, 9207 §2.4", "A parameter that comes back twice is refused.")
def _(site: Site) -> None:
    sent = Sent(site)
    for name in ("iss", "state", "code"):
        url = with_query(CALLBACK, sent.back()) + f"&{name}=again"
        assert content_of(sent.client.respond(ask("GET", url, None, [("Cookie", "sid=tab")])))["error"]
        assert not sent.got_in()


@must("6749 §3.2, §2.3.1", "The client posts, and puts no secret, code or token into an address.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    sent.client.refresh("tab")
    sent.client.revoke("tab")
    assert sum(map(bool, sent.forms)) == 3 and not any(urlsplit(url).query for url in sent.urls)


@must("6749 §7, 6750 §3.1, 9068 §4", "A token without the scope is good for nothing here: 403, insufficient_scope.")
def _(site: Site) -> None:
    answer = site.photos(site.tokens(scope="openid")["access_token"])
    assert answer.status == 403
    assert 'error="insufficient_scope"' in (value(answer.headers, "WWW-Authenticate") or "")


@must("6749 §7, 6750 §5.2, 9068 §4", "A token that has expired is not taken; its life is limited.")
def _(site: Site) -> None:
    now = int(time.time())
    assert site.tokens()["expires_in"] <= 3600
    assert site.photos(token(site)).status == 200
    assert site.photos(token(site, iat=now - 600, exp=now - 300)).status == 401
    assert site.photos(token(site, exp=None)).status == 401


NOT_HERE: dict[str, str] = {
    "§1.6, §2.3.1, §3.1, §3.1.2.1, §3.2, §10.9": "TLS: the servers are on the loopback address only",
    "§2.3.1, §10.10": "guessing passwords: the secrets have 256 random bits, and Ada’s login is not modelled",
    "§3.1.2.5": "third-party scripts in the page after the redirect: the client answers with JSON and no page",
    "§4.2, §4.3, §10.16": "the implicit and the password grant are not offered (RFC 9700 §2.1.2, §2.4)",
    "§8": "new endpoints, grants and parameters: none are defined here",
    "§10.12 (server), §10.13": "the consent page: Ada agrees by a cookie, there is no page to forge or to frame",
}
