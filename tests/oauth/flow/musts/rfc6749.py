"""RFC 6749, The OAuth 2.0 Authorization Framework: each MUST that applies, and NOT_HERE with the others.

It was laid beside the RFC's text section by section.
"""

import json
import re
import time
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import pytest

from labs.http.messages import Answer
from labs.http.syntax import value
from labs.oauth.flow.loopback import CALLBACK
from labs.oauth.flow.messages import as_text, ask, content_of, location_of, says, with_query
from labs.oauth.flow.records import Registered
from labs.oauth.flow.tokens import IDLE
from labs.oauth.flow.world import read_query
from labs.tokens.jws import base64url
from tests.oauth.flow.musts.site import GRANT, HOME, ODD, Sent, Site, failed, token
from tests.oauth.flow.musts.table import must

SECTIONS = (
    "§2 §2.2 §2.3 §2.3.1 §2.3.2 §3.1 §3.1.1 §3.1.2 §3.1.2.2 §3.1.2.3 §3.1.2.4 §3.1.2.5 §3.2 §3.2.1 §3.3 "
    "§4.1.1 §4.1.2 §4.1.2.1 §4.1.3 §4.2 §4.3 §4.4 §4.4.2 §5.1 §5.2 §6 §7 §7.1 §8 §10.1 §10.2 §10.3 §10.4 "
    "§10.5 §10.6 §10.8 §10.9 §10.10 §10.11 §10.12 §10.14 §10.15 §10.16 §11 §B"
)
PRINTABLE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")  # what an error may consist of


# ── the authorization server: clients, and how they prove who they are ────────────────────────────────────────────────


@must("6749 §2.3, §5.2", "A client that proves itself in two ways in one request is refused.")
def _(site: Site) -> None:
    basic = f"batch:{site.secret}"
    assert failed(site.post("/token", f"{GRANT}&client_secret=x", basic)) == (400, "invalid_request")
    assert failed(site.post("/token", f"{GRANT}&client_id=print", basic)) == (401, "invalid_client")


@must("6749 §2.3.1", "A client with a password may send it by HTTP Basic.")
def _(site: Site) -> None:
    assert site.post("/token", GRANT, f"batch:{site.secret}").status == 200


@must("6749 §2.3.1, B", "The name and the password in Basic are encoded as in a form.")
def _(site: Site) -> None:
    assert site.post("/token", GRANT, f"{quote_plus(ODD)}:{quote_plus(ODD)}").status == 200
    assert site.post("/token", GRANT, f"{ODD}:{ODD}").status == 401


@must("6749 §2.3.1", "What stands in the token endpoint’s address does not count, least of all a secret.")
def _(site: Site) -> None:
    batch, form = f"client_id=batch&client_secret={site.secret}", {"grant_type": "refresh_token", "refresh_token": "x"}
    assert failed(site.post(f"/token?{batch}", GRANT)) == (401, "invalid_client")
    assert failed(site.post("/token?client_id=print", form)) == (401, "invalid_client")


@must("6749 §2.2, §3.2.1, §4.1.3, §4.4.2, §10.2", "A client that has a secret must prove itself: its name is no proof.")
def _(site: Site) -> None:
    code = site.back(client_id="batch")["code"]
    assert failed(site.redeem(code, client_id="batch")) == (401, "invalid_client")
    assert failed(site.post("/token", f"{GRANT}&client_id=batch")) == (401, "invalid_client")
    assert site.redeem(code, f"batch:{site.secret}").status == 200


@must("6749 §4.1.3, §6", "A proof that comes along is checked, a public client’s too.")
def _(site: Site) -> None:
    got = site.tokens()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": got, "client_id": "print"}
    assert failed(site.post("/token", form, "print:wrong")) == (401, "invalid_client")
    assert failed(site.post("/token", {**form, "client_secret": "wrong"})) == (401, "invalid_client")
    assert failed(site.ask("POST", "/token", form, {"Authorization": "Bearer x"})) == (401, "invalid_client")
    assert site.post("/token", form).status == 200


# ── its authorization endpoint ────────────────────────────────────────────────────────────────────────────────────────


@must("6749 §3.1, 9700 §4.16", "First the user has to be known: until then there is a page, which nobody may frame.")
def _(site: Site) -> None:
    before = {*site.there.server.codes}
    answer = site.authorize(user="")
    assert answer.status == 200 and not location_of(answer) and {*site.there.server.codes} == before
    assert (value(answer.headers, "Content-Type") or "").startswith("text/html") and b"Log in" in answer.body
    assert value(answer.headers, "Content-Security-Policy") == "frame-ancestors 'none'"


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
    good = site.authorization()
    for name, text in read_query(good).items():
        answer = site.ask("GET", with_query(good, {name: text}), None, {"Cookie": "user=ada"})
        if name in ("client_id", "redirect_uri"):
            assert failed(answer) == (400, "invalid_request") and not location_of(answer)
        else:
            assert read_query(location_of(answer))["error"] == "invalid_request"
    assert failed(site.post("/token", f"{GRANT}&{GRANT}", f"batch:{site.secret}")) == (400, "invalid_request")


@must("6749 §3.1, §3.2", "Nor does a parameter come twice in an answer.")
def _(site: Site) -> None:
    for answer in (site.authorize(), site.authorize(response_type="token")):
        names = [name for name, _ in parse_qsl(urlsplit(location_of(answer)).query)]
        assert len(names) >= 3 and len({*names}) == len(names)
    for answer in (site.redeem(site.back()["code"]), site.redeem("unknown")):
        names = [name for name, _ in json.loads(answer.body, object_pairs_hook=list)]
        assert names and len({*names}) == len(names)


@must("6749 §3.1.1", "A response type that is missing or unknown is an error.")
def _(site: Site) -> None:
    assert site.back(response_type=None)["error"] == "invalid_request"
    assert site.back(response_type="token")["error"] == "unsupported_response_type"


@must("6749 §4.1.2.1", "Whatever comes twice, the client is told by redirect, unless its name or address is in doubt.")
def _(site: Site) -> None:
    good = site.authorization()

    def twice(name: str, text: str, cookie: str = "user=ada") -> Answer:
        return site.ask("GET", with_query(good, {name: text}), None, {"Cookie": cookie})

    for name in ("response_type", "scope", "code_challenge", "resource", "colour"):
        answer = site.ask("GET", with_query(good, {name: "x"}) + f"&{name}=y", None, {"Cookie": "user=ada"})
        back = read_query(location_of(answer))
        assert (back["error"], back["state"], back["iss"]) == ("invalid_request", "s", site.there.login)
    back = read_query(location_of(twice("state", "another")))
    assert back["error"] == "invalid_request" and "state" not in back  # which of the two is the client's?
    for name, text in (("client_id", "print"), ("client_id", "batch"), ("redirect_uri", "https://evil.example/")):
        answer = twice(name, text)
        assert failed(answer) == (400, "invalid_request") and not location_of(answer)
    answer = twice("scope", "openid", "")
    assert answer.status == 200 and not location_of(answer)  # first Ada has to be known: RFC 9700 §4.11.2


@must("6749 §3.1.2", "A redirect address is absolute and has no fragment; its query is kept.")
def _(site: Site) -> None:
    for wrong in ("/callback", f"{CALLBACK}#here", "callback"):
        assert failed(site.authorize(redirect_uri=wrong)) == (400, "invalid_request")
        with pytest.raises(ValueError, match="scheme and no fragment"):
            Registered("new", (wrong,))
    there = location_of(site.authorize(client_id="queried", redirect_uri=f"{CALLBACK}?shop=1"))
    assert there.startswith(f"{CALLBACK}?shop=1&") and "code=" in there


@must("6749 §3.1.2.2, §10.2, §10.6", "A public client without a registered address is sent no code.")
def _(site: Site) -> None:
    assert failed(site.authorize(client_id="homeless")) == (400, "invalid_request")


@must("6749 §3.1.2.3", "Where several addresses are registered, the request has to say which.")
def _(site: Site) -> None:
    assert failed(site.authorize(client_id="queried", redirect_uri=None)) == (400, "invalid_request")


@must("6749 §3.1.2.3, §10.6", "An address is compared with the registered ones as a string, and nothing more.")
def _(site: Site) -> None:
    home = f"{CALLBACK}?shop=1"
    for near in (f"{home}1", f"{CALLBACK}?shop=%31", f"{home}&", f"{CALLBACK}?", f"{CALLBACK}/", CALLBACK.upper()):
        assert failed(site.authorize(client_id="queried", redirect_uri=near)) == (400, "invalid_request")
    for uri in (home, CALLBACK):
        assert location_of(site.authorize(client_id="queried", redirect_uri=uri)).startswith(uri)


@must("6749 §3.1.2.4, §4.1.2.1, §10.15", "To a wrong address, or for a wrong client, the browser is not sent.")
def _(site: Site) -> None:
    for wrong in ({"redirect_uri": "http://evil.example/"}, {"client_id": "nobody"}, {"client_id": None}):
        answer = site.authorize(**wrong)
        assert answer.status == 400 and not location_of(answer)


@must("6749 §3.2", "The token endpoint is asked by POST only.")
def _(site: Site) -> None:
    answer = site.ask("GET", "/token?grant_type=client_credentials")
    assert answer.status == 405 and value(answer.headers, "Allow") == "POST"


@must("6749 §3.3", "Whoever asks for no scope gets the default one, and is told which.")
def _(site: Site) -> None:
    got = site.tokens(scope=None)
    assert got["scope"] == "photos" and site.photos(got["access_token"]).status == 200


@must("6749 §3.3, §5.1", "A scope that is not the one asked for is told.")
def _(site: Site) -> None:
    got = site.tokens(scope="openid photos")
    assert content_of(site.refresh(got["refresh_token"], scope="photos"))["scope"] == "photos"


@must("6749 §4.1.2, §4.1.2.1", "State comes back exactly as it was sent, with an error too.")
def _(site: Site) -> None:
    for state in ("a b&c=d+é%41#", "s" * 500):
        assert site.back(state=state)["state"] == state
        assert site.back(state=state, response_type="token")["state"] == state


@must("6749 B", "What goes into a query is UTF-8 first, and then escaped; the example of the appendix.")
def _(site: Site) -> None:
    url = site.authorization(state=None) + "&state=+%25%26%2B%C2%A3%E2%82%AC"
    there = location_of(site.ask("GET", url, None, {"Cookie": "user=ada"}))
    assert read_query(there)["state"] == " %&+£€" and "%25%26%2B%C2%A3%E2%82%AC" in there


@must("6749 §4.1.2.1, §5.2", "An error is one code, in plain ASCII without quotes and backslashes.")
def _(site: Site) -> None:
    wrong = '"\\é\n'
    told = [site.back(response_type=wrong), site.back(code_challenge_method=wrong)]
    told += [content_of(site.redeem(wrong)), content_of(site.redeem("x", grant_type=wrong))]
    told += [content_of(site.refresh(site.tokens()["refresh_token"], scope=wrong))]
    for said in told:
        assert said["error"] and all(PRINTABLE.fullmatch(said[name]) for name in said if name.startswith("error"))


@must("6749 §4.1.2.1, §5.2", "Each error has a description, one sentence of such characters, whatever came in.")
def _(site: Site) -> None:
    odd, basic = '"\\é\n', f"batch:{site.secret}"
    good, used, late, bare = site.authorization(), *(site.back()["code"] for _ in range(3))
    site.there.server.codes[late].expires -= 60
    site.there.server.codes[bare].challenge = None
    got, unused, again = content_of(site.redeem(used)), *(site.tokens()["refresh_token"] for _ in range(2))
    site.refresh(again)
    site.there.server.refresh_tokens[unused].expires -= IDLE
    doubled = site.ask("GET", with_query(good, {"scope": odd}), None, {"Cookie": "user=ada"})
    backs = [
        site.authorize(**{name: wrong})
        for name in ("response_type", "code_challenge", "code_challenge_method", "scope", "resource")
        for wrong in (odd, None)
        if (name, wrong) not in (("code_challenge", odd), ("scope", None), ("resource", None))
    ]
    answers = [
        site.authorize(client_id=odd),
        site.redeem("x", client_id=odd),
        site.redeem(odd),
        site.redeem(None),
        *(site.redeem(code) for code in (used, late, bare)),
        site.redeem(site.back()["code"], code_verifier=odd),
        site.redeem("x", grant_type=odd),
        site.redeem("x", grant_type=None),
        site.refresh(odd),
        site.refresh(""),
        *(site.refresh(token) for token in (got["refresh_token"], unused, again)),  # the first one's code came twice
        site.refresh(site.tokens()["refresh_token"], scope=odd),
        site.post("/token", f"{GRANT}&client_id=print"),
        site.post("/token", f"{GRANT}&resource=x", basic),
        site.post("/token", f"{GRANT}&scope=x", basic),
        site.post("/token", f"{GRANT}&{GRANT}", basic),
        site.post("/token", f"{GRANT}&client_secret=x", basic),
        site.post("/introspect", "token=x&client_id=print"),
        site.post("/introspect", "hint=x", basic),
        site.post("/revoke", "token=x"),
        site.post("/revoke", "client_id=print"),
        site.post("/revoke", {"client_id": "queried", "token": site.tokens()["refresh_token"]}),
        site.ask("GET", "/token"),
        site.ask("GET", "/nowhere"),
    ]
    told = [read_query(location_of(answer)) for answer in (doubled, *backs)] + [*map(content_of, answers)]
    for said in told:
        assert PRINTABLE.fullmatch(said["error"])
        assert PRINTABLE.fullmatch(said["error_description"]) and said["error_description"].endswith(".")


# ── its token endpoint ────────────────────────────────────────────────────────────────────────────────────────────────


@must("6749 §4.1.2, §4.1.3, §10.5, §10.6", "A code is good for its client, its address, a short time, and once.")
def _(site: Site) -> None:
    code = site.back()["code"]
    assert failed(site.redeem(code, client_id="queried")) == (400, "invalid_grant")
    assert failed(site.redeem(code, f"batch:{site.secret}")) == (400, "invalid_grant")
    assert failed(site.redeem(code, redirect_uri=f"{CALLBACK}/")) == (400, "invalid_grant")
    site.there.server.codes[code].expires -= 60
    assert failed(site.redeem(code)) == (400, "invalid_grant")
    code = site.back()["code"]
    got = content_of(site.redeem(code))
    assert failed(site.redeem(code)) == (400, "invalid_grant")
    assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("6749 §3.2.1, §4.1.3", "A client that does not prove itself has to give its name with a code.")
def _(site: Site) -> None:
    assert failed(site.redeem(site.back()["code"], client_id=None)) == (401, "invalid_client")


@must("6749 §4.1.3", "An address that was in the first request has to be in the second.")
def _(site: Site) -> None:
    assert failed(site.redeem(site.back()["code"], redirect_uri=None)) == (400, "invalid_request")


@must("6749 §4.4", "Only confidential clients may use the client credentials grant.")
def _(site: Site) -> None:
    assert failed(site.post("/token", f"{GRANT}&client_id=print")) == (400, "unauthorized_client")


@must("6749 §5.1", "An answer with tokens is JSON, is kept by no cache, and says their type.")
def _(site: Site) -> None:
    first = site.redeem(site.back()["code"])
    second, own = site.refresh(content_of(first)["refresh_token"]), site.post("/token", GRANT, f"batch:{site.secret}")
    for answer in (first, second, own):
        assert value(answer.headers, "Content-Type") == "application/json" and _unkept(answer)
        assert content_of(answer)["token_type"] == "Bearer" and content_of(answer)["expires_in"] > 0


@must("6749 §5.1", "No cache keeps an answer with a code, or with what a token says.")
def _(site: Site) -> None:
    access = site.tokens(scope="openid photos")["access_token"]
    bearer = {"Authorization": f"Bearer {access}"}
    said = site.post("/introspect", {"token": access}, f"batch:{site.secret}")
    for answer in (site.authorize(), said, site.ask("GET", "/userinfo", None, bearer), site.photos(access)):
        assert _unkept(answer)


def _unkept(answer) -> bool:
    return [value(answer.headers, name) for name in ("Cache-Control", "Pragma")] == ["no-store", "no-cache"]


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


@must("6749 §6, §10.4", "A confidential client proves itself with its refresh token, too.")
def _(site: Site) -> None:
    basic = f"batch:{site.secret}"
    got = content_of(site.redeem(site.back(client_id="batch")["code"], basic))["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": got}
    assert failed(site.post("/token", {**form, "client_id": "batch"})) == (401, "invalid_client")
    assert failed(site.post("/token", form, f"{quote_plus(ODD)}:{quote_plus(ODD)}")) == (400, "invalid_grant")
    assert site.post("/token", form, basic).status == 200


@must("6749 §6", "A refresh token is checked: an unknown one is good for nothing.")
def _(site: Site) -> None:
    assert failed(site.refresh("unknown")) == (400, "invalid_grant")
    assert failed(site.refresh("")) == (400, "invalid_request")


@must("6749 §6", "A new refresh token has the old one’s scope, even if the access token asked for less.")
def _(site: Site) -> None:
    got = site.tokens(scope="openid photos")
    less = content_of(site.refresh(got["refresh_token"], scope="photos"))
    assert content_of(site.refresh(less["refresh_token"]))["scope"] == "openid photos"


@must("6749 §10.3, §10.4, §10.10", "Codes and tokens cannot be guessed: at least 128 random bits.")
def _(site: Site) -> None:
    made = [site.back()["code"], site.back()["code"], site.tokens()["refresh_token"], site.tokens()["refresh_token"]]
    assert len({*made}) == 4 and all(len(base64url.decode(one)) >= 16 for one in made)


@must("6749 §10.14", "What comes in is no header: a line break in state stays in state, and in an address is refused.")
def _(site: Site) -> None:
    answer = site.authorize(state="s\r\nSet-Cookie: a=b")
    assert answer.status == 302 and value(answer.headers, "Set-Cookie") is None
    answer = site.authorize(redirect_uri=f"{CALLBACK}\r\nSet-Cookie: a=b")
    assert answer.status == 400 and value(answer.headers, "Set-Cookie") is None


# ── the client ────────────────────────────────────────────────────────────────────────────────────────────────────────


@must("6749 §2.3, §3.2.1, §4.1.1, §4.1.3, §6", "The client’s requests are whole, and its name is its only proof.")
def _(site: Site) -> None:
    sent = Sent(site)
    asked = read_query(sent.begin())
    assert (asked["response_type"], asked["client_id"], asked["redirect_uri"]) == ("code", "print", CALLBACK)
    sent.finish()
    sent.client.refresh("tab")
    redeemed, refreshed = [form for form in sent.forms if form]
    wanted = {"grant_type": "authorization_code", "client_id": "print", "redirect_uri": asked["redirect_uri"]}
    assert redeemed.items() >= wanted.items() and redeemed["code"]
    assert refreshed.items() >= {"grant_type": "refresh_token", "client_id": "print"}.items()
    for form, bearer in zip(sent.forms, sent.bearers, strict=True):
        assert not form or ("client_secret" not in form and not bearer)


@must("6749 §3.1, §3.2", "The client keeps the query that an endpoint’s address has.")
def _(site: Site) -> None:
    ends = {f"{name}_endpoint": f"{site.metadata()[f'{name}_endpoint']}?house=1" for name in ("authorization", "token")}
    sent = Sent(site, change=lambda url, answer: says(answer.status, {**content_of(answer), **ends}))
    assert read_query(sent.begin()).items() >= {"house": "1", "response_type": "code"}.items()
    assert sent.finish() == {"logged in as": "ada"} and f"{site.there.login}/token?house=1" in sent.urls


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


@must("6749 §6", "The client throws its old refresh token away when it gets a new one.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    old = sent.client.tokens["tab"]["refresh_token"]
    assert sent.client.refresh("tab") and old not in sent.client.tokens["tab"].values()
    assert sent.client.refresh("tab")  # with the new one: the old one would end the family


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


@must("6749 §10.12", "State cannot be guessed, and is another one each time.")
def _(site: Site) -> None:
    sent = Sent(site)
    made = [read_query(sent.begin())["state"] for _ in range(3)]
    assert len({*made}) == 3 and all(len(base64url.decode(one)) >= 16 for one in made)


@must("6749 §10.14, §10.15", "The client sends no browser to an address from a link, and its form holds what comes in.")
def _(site: Site) -> None:
    sent = Sent(site)
    answer = sent.client.respond(ask("GET", f"{HOME}/login?with=https://evil.example", None, [("Cookie", "sid=tab")]))
    assert answer.status == 400 and not location_of(answer)
    code = "c&client_id=batch&redirect_uri=https://evil.example"
    assert sent.finish(code=code) == {"error": "no token"}
    assert sent.forms[-1].items() >= {"code": code, "client_id": "print", "redirect_uri": CALLBACK}.items()


@must("6749 §10.3, §10.4, 6750 §2, §5.2, §5.3", "A token goes to whom it is for, in one way, and never to the browser.")
def _(site: Site) -> None:
    sent = Sent(site)
    tab = [("Cookie", "sid=tab")]
    first = sent.client.respond(ask("GET", with_query(CALLBACK, sent.back()), None, tab))
    got = {**sent.client.tokens["tab"]}
    second = sent.client.respond(ask("GET", f"{HOME}/photos", None, tab))
    sent.client.refresh("tab")
    assert content_of(second) == {"photos of": "ada"}
    asked = list(zip(sent.urls, sent.forms, sent.bearers, strict=True))
    photos, end = f"{site.there.photos}/photos", f"{site.there.login}/token"
    for name, place in (("access_token", photos), ("refresh_token", end)):
        seen = [url for url, form, bearer in asked if got[name] in f"{url} {urlencode(form)} {bearer}"]
        assert seen == [place] and got[name] not in as_text(first) + as_text(second)
    assert asked[-2] == (photos, {}, got["access_token"])
    assert value(first.headers, "Set-Cookie") is value(second.headers, "Set-Cookie") is None


@must("6749 §3.1, 9207 §4", "A parameter that comes back twice is refused.")
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


# ── the resource server ───────────────────────────────────────────────────────────────────────────────────────────────


@must("6749 §7, 6750 §3, 9068 §4", "A token without the scope is good for nothing here: 403, insufficient_scope.")
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
    "§1.6, §2.3.1, §3.1, §3.1.2.1, §3.2, §10.3, §10.4, §10.5, §10.8, §10.9, §10.11": (
        "TLS: the servers are on the loopback address only"
    ),
    "§2, §10.1": "registration, and a secret’s storage at the client: who registers is written into the program",
    "§2.3 (public)": "recognising a public client by a proof of its own: it has none",
    "§2.3.1, §10.10": "guessing passwords: the secrets have 256 random bits, and Ada’s login is not modelled",
    "§2.3.2": "other ways for a client to prove itself: only Basic is offered",
    "§3.1.2.5": "third-party scripts in the page after the redirect: the client answers with JSON and no page",
    "§4.2, §4.3, §10.16": "the implicit and the password grant are not offered (RFC 9700 §2.1.2, §2.4)",
    "§8": "new endpoints, grants and parameters: none are defined here",
    "§10.1 (native)": "an app on a phone or in a browser is given no secret: print, the only public client, has none",
    "§10.12 (cookie)": "where the client keeps its cookie: the model’s browsers have it from the start",
    "§10.12 (server)": "Ada’s consent: she agrees to everything, and there is no page to forge",
    "§11": "registrations with IANA",
}
