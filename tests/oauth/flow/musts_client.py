"""The rows about the client and the resource server; see musts.py."""

import secrets
import time
from urllib.parse import urlsplit

from labs.http.syntax import value
from labs.oauth.flow.loopback import CALLBACK, over_http
from labs.oauth.flow.messages import ask, content_of, location_of, says, with_query
from labs.oauth.flow.pkce import VERIFIER, challenge_of, proves
from labs.oauth.flow.sign_in import SignIn
from labs.oauth.flow.world import read_query
from labs.tokens.examples import example_jwk
from labs.tokens.jws import read_key
from labs.tokens.jwt import issue
from tests.oauth.flow.musts import Site, must

HOME = CALLBACK.removesuffix("/callback")


class Sent:
    """A client of the site's, and what it sends over real HTTP. `change` may answer in the server's place."""

    def __init__(self, site: Site, *more: str, change=None):
        self.site, self.urls, self.forms, self.change = site, [], [], change
        self.client = SignIn(
            "print", HOME, (site.there.login, *more), f"{site.there.photos}/photos", self.send, secrets.token_urlsafe,
            now=time.time,
        )  # fmt: skip

    def send(self, method, url, form, token):
        self.urls.append(url)
        self.forms.append(form or {})
        answer = over_http(method, url, form, token)
        return self.change(url, answer) if self.change else answer

    def begin(self, issuer=""):
        return location_of(self.client.login("tab", issuer or self.site.there.login))

    def back(self):
        return read_query(location_of(self.site.ask("GET", self.begin(), None, {"Cookie": "user=ada"})))

    def finish(self, **more):
        params = {name: text for name, text in {**self.back(), **more}.items() if text is not None}
        return content_of(self.client.callback("tab", params))

    def got_in(self) -> bool:
        return "tab" in self.client.tokens


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


@must("7009 §2", "The client does not use a token that it has revoked.")
def _(site: Site) -> None:
    sent = Sent(site)
    sent.finish()
    assert sent.client.revoke("tab") and not sent.got_in()
    answer = sent.client.respond(ask("GET", f"{HOME}/photos", None, [("Cookie", "sid=tab")]))
    assert answer.status == 404


@must("7636 §4.1, §7.1", "Each flow has a verifier of its own, which cannot be guessed: 256 random bits.")
def _(site: Site) -> None:
    sent, made = Sent(site), []
    for _ in range(3):
        sent.begin()
        made.append(sent.client.begun["tab"].verifier)
    assert len({*made}) == 3 and all(VERIFIER.fullmatch(one) and len(one) == 43 for one in made)


@must("7636 §4.2, §4.3, 8252 §8.1, 9700 §2.1.1", "The client sends a challenge, by S256.")
def _(site: Site) -> None:
    sent = Sent(site)
    asked = read_query(sent.begin())
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] == challenge_of(sent.client.begun["tab"].verifier)


@must("7636 §7.2", "The client never falls back to plain.")
def _(site: Site) -> None:
    plain = {"code_challenge_methods_supported": ["plain"]}
    sent = Sent(site, change=lambda url, answer: says(200, {**content_of(answer), **plain}))
    assert sent.begin() == "" and content_of(sent.client.login("tab", site.there.login)) == {"error": "unfit server"}


@must("7636 B", "The example of the appendix.")
def _(site: Site) -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge_of(verifier) == challenge and proves(challenge, verifier)
    code = site.back(code_challenge=challenge)["code"]
    assert site.redeem(code, code_verifier=verifier).status == 200


@must("8414 §3.3", "Metadata that names another issuer is not used.")
def _(site: Site) -> None:
    for issuer in ("https://evil.example", site.there.login + "/", None):
        sent = Sent(site, change=lambda url, answer, said=issuer: says(200, {**content_of(answer), "issuer": said}))
        assert sent.begin() == ""


@must("9207 §2.4, 8252 §8.10, 9700 §2.1", "The client compares iss as text; another or none is refused, in errors too.")
def _(site: Site) -> None:
    for more in ({"iss": site.there.login + "/"}, {"iss": "https://evil.example"}, {"iss": None}):
        for error in (None, "access_denied"):
            sent = Sent(site)
            before = len(sent.urls)
            assert sent.finish(**more, error=error, code=None if error else "x") == {"error": "iss"}
            assert len(sent.urls) == before + 1  # the metadata: nothing went to a token endpoint


@must("9700 §2.1", "The client is no open redirector.")
def _(site: Site) -> None:
    sent = Sent(site)
    answer = sent.client.respond(ask("GET", f"{HOME}/go?to=https://evil.example", None, [("Cookie", "sid=tab")]))
    assert answer.status == 404 and not location_of(answer)


# ── the resource server ───────────────────────────────────────────────────────────────────────────────────────────────


def token(site: Site, typ: str = "at+jwt", alg: str = "Ed25519", **more: object) -> str:
    now = int(time.time())
    claims = {
        "iss": site.there.login, "sub": "ada", "aud": "photos.example", "client_id": "print", "scope": "photos",
        "iat": now, "exp": now + 300, "jti": "j",
    }  # fmt: skip
    claims = {name: value for name, value in {**claims, **more}.items() if value is not None}
    return issue(claims, read_key(example_jwk(alg)), typ=typ)


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


@must("6749 §7, 6750 §3.1, 9068 §4", "A token without the scope is good for nothing here: 403, insufficient_scope.")
def _(site: Site) -> None:
    answer = site.photos(site.tokens(scope="openid")["access_token"])
    assert answer.status == 403
    assert 'error="insufficient_scope"' in (value(answer.headers, "WWW-Authenticate") or "")


@must("6750 §5.2, 9700 §4.3.2", "A token in the address is not taken.")
def _(site: Site) -> None:
    assert site.photos(query=f"?access_token={site.tokens()['access_token']}").status == 401


@must("6749 §7, 6750 §5.2, 9068 §4", "A token that has expired is not taken; its life is limited.")
def _(site: Site) -> None:
    now = int(time.time())
    assert site.tokens()["expires_in"] <= 3600
    assert site.photos(token(site)).status == 200
    assert site.photos(token(site, iat=now - 600, exp=now - 300)).status == 401
    assert site.photos(token(site, exp=None)).status == 401


@must("6750 §5.2, 9068 §4", "A token that was changed, or signed by somebody else or by nobody, is not taken.")
def _(site: Site) -> None:
    head, claims, signature = token(site).split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"  # {"alg":"none","typ":"at+jwt"}
    for wrong in (f"{head}.{claims}.{'A' * len(signature)}", f"{none}.{claims}.", token(site, alg="RS256")):
        assert site.photos(wrong).status == 401


@must("9068 §4", "Only at+jwt, or application/at+jwt, is taken: no ID token, no other JWT.")
def _(site: Site) -> None:
    for typ, status in (("at+jwt", 200), ("application/at+jwt", 200), ("AT+JWT", 200), ("JWT", 401), ("jwt", 401)):
        assert site.photos(token(site, typ=typ)).status == status
    got = site.tokens(scope="openid photos")
    assert (site.photos(got["id_token"]).status, site.photos(got["access_token"]).status) == (401, 200)


@must("9068 §4", "The issuer is exactly the one that is trusted.")
def _(site: Site) -> None:
    for wrong in (site.there.login + "/", site.there.login.upper(), "https://evil.example", None):
        assert site.photos(token(site, iss=wrong)).status == 401


@must("9068 §4, 9700 §2.3", "The audience is this very server, alone or among others.")
def _(site: Site) -> None:
    for aud, status in (
        (["photos.example", "x"], 200),
        ("weather.example", 401),
        ([], 401),
        ("photos", 401),
        (None, 401),
    ):
        assert site.photos(token(site, aud=aud)).status == status
