"""The rows about the authorization server; see musts.py."""

from labs.http.syntax import value
from labs.oauth.flow.loopback import CALLBACK
from labs.oauth.flow.messages import content_of, location_of
from labs.tokens.jws import base64url, read_keys
from labs.tokens.jws.jws import read_header
from tests.oauth.flow.musts import Site, V, failed, must

GRANT = "grant_type=client_credentials"


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


@must("7009 §2", "Refresh tokens can be revoked, by POST, and access tokens here, too.")
def _(site: Site) -> None:
    for name in ("refresh_token", "access_token"):
        got = site.tokens()
        assert site.ask("GET", f"/revoke?token={got[name]}&client_id=print").status == 404
        assert site.introspect(got["access_token"])["active"] is True
        assert site.post("/revoke", {"token": got[name], "client_id": "print"}).status == 200
        assert site.introspect(got["access_token"]) == {"active": False}
        assert failed(site.refresh(got["refresh_token"])) == (400, "invalid_grant")


@must("7009 §2.1", "The server asks who revokes, and a token of another client’s stays good.")
def _(site: Site) -> None:
    got = site.tokens()
    assert failed(site.post("/revoke", {"token": got["refresh_token"], "client_id": "batch"}))[0] == 401
    for name in ("refresh_token", "access_token"):
        assert site.post("/revoke", {"token": got[name], "client_id": "queried"}).status == 400
    assert site.refresh(got["refresh_token"]).status == 200


@must("7009 §2.1", "Token is required, and a hint that is wrong or unknown does no harm.")
def _(site: Site) -> None:
    assert failed(site.post("/revoke", {"client_id": "print"})) == (400, "invalid_request")
    for hint in ("access_token", "magic"):
        token = site.tokens()["refresh_token"]
        site.post("/revoke", {"token": token, "token_type_hint": hint, "client_id": "print"})
        assert failed(site.refresh(token)) == (400, "invalid_grant")


@must("7009 §2.2", "A token that nobody knows is no error.")
def _(site: Site) -> None:
    assert site.post("/revoke", {"token": "unknown", "client_id": "print"}).status == 200


@must("7662 §2.1", "Introspection is by POST, needs a token, and is for those who prove who they are.")
def _(site: Site) -> None:
    token, basic = site.tokens()["access_token"], f"batch:{site.secret}"
    assert site.ask("GET", f"/introspect?token={token}").status == 404
    assert failed(site.post("/introspect", {}, basic)) == (400, "invalid_request")
    assert failed(site.post("/introspect", {"token": token, "client_id": "print"})) == (401, "invalid_client")
    assert site.introspect(token, token_type_hint="refresh_token")["active"] is True


@must("7662 §2.2", "The answer is JSON and says `active`; of a token that is not, it says no more.")
def _(site: Site) -> None:
    answer = site.post("/introspect", {"token": "unknown"}, f"batch:{site.secret}")
    assert answer.status == 200 and content_of(answer) == {"active": False}
    assert value(answer.headers, "Content-Type") == "application/json"


@must("7662 §4", "All is looked at: signature, end, revocation, and for whom it is.")
def _(site: Site) -> None:
    got = site.tokens()
    head, claims, signature = got["access_token"].split(".")
    assert site.introspect(got["access_token"])["sub"] == "ada"
    assert site.introspect(f"{head}.{claims}.{'A' * len(signature)}") == {"active": False}
    assert site.introspect(site.tokens(resource="weather.example")["access_token"]) == {"active": False}
    now, site.there.server.now = site.there.server.now, lambda: now() + 301
    try:
        assert site.introspect(got["access_token"]) == {"active": False}
    finally:
        site.there.server.now = now


@must("7636 §4.3, §4.4.1", "No challenge, plain, or an unknown method: invalid_request.")
def _(site: Site) -> None:
    wrong = ({"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None})
    for more in (*wrong, {"code_challenge_method": "S512"}):
        assert site.back(**more)["error"] == "invalid_request"


@must("7636 §4.4", "The challenge is not to be read in the code.")
def _(site: Site) -> None:
    back = location_of(site.authorize())
    assert "code=" in back and site.there.server.codes[site.back()["code"]].challenge not in back


@must("7636 §4.1, §4.6", "A verifier that is wrong, missing, too short or too long is invalid_grant.")
def _(site: Site) -> None:
    code = site.back()["code"]
    for wrong in ("w" * 43, None, V[:42], V + "v", "v" * 129):
        assert failed(site.redeem(code, code_verifier=wrong)) == (400, "invalid_grant")
    assert site.redeem(code).status == 200


@must("7636 §4.2", "The server can do S256.")
def _(site: Site) -> None:
    assert site.metadata()["code_challenge_methods_supported"] == ["S256"]


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


@must("9068 §2.1", "An access token is signed, never with none, and its typ is at+jwt.")
def _(site: Site) -> None:
    header = read_header(base64url.decode(site.tokens()["access_token"].split(".")[0]))
    assert header["typ"] == "at+jwt" and header["alg"] == "Ed25519"
    assert len(read_keys(content_of(site.ask("GET", "/jwks")))) == 1


@must("9068 §2.1", "Servers can sign, and resource servers check, with RS256.")
def _(site: Site) -> None:
    from labs.oauth.flow.loopback import loopback

    with loopback(alg="RS256") as there:
        other = Site(there)
        token = other.tokens()["access_token"]
        assert read_header(base64url.decode(token.split(".")[0]))["alg"] == "RS256"
        assert other.photos(token).status == 200 and site.photos(token).status == 401


@must("9068 §2.2, §2.2.3", "It says iss, exp, aud, sub, client_id, iat, jti, and the scope that was asked for.")
def _(site: Site) -> None:
    claims = site.introspect(site.tokens()["access_token"])
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= {*claims} and claims["scope"] == "photos"


@must("9068 §2.2", "Where a client acts for itself, sub is the client.")
def _(site: Site) -> None:
    got = content_of(site.post("/token", GRANT, f"batch:{site.secret}"))
    assert site.introspect(got["access_token"])["sub"] == "batch"


@must("9068 §3", "The audience is the resource that was asked for, else the default one.")
def _(site: Site) -> None:
    assert site.introspect(site.tokens()["access_token"])["aud"] == "photos.example"
    assert site.photos(site.tokens(resource="weather.example")["access_token"]).status == 401


@must("9207 §2, §2.4", "Answers say who they are from, errors too: the issuer of the metadata.")
def _(site: Site) -> None:
    assert site.back()["iss"] == site.back(response_type="token")["iss"] == site.metadata()["issuer"]


@must("9207 §2.3, §3", "The metadata says so.")
def _(site: Site) -> None:
    assert site.metadata()["authorization_response_iss_parameter_supported"] is True


@must("9700 §2.1, §4.1.3", "Redirect addresses match character for character, but for a loopback port.")
def _(site: Site) -> None:
    wrong = (
        f"{CALLBACK}?",
        f"{CALLBACK}%2F",
        CALLBACK.upper(),
        CALLBACK[:-1],
        f"{CALLBACK}/../callback",
        f" {CALLBACK}",
    )
    for uri in wrong:
        assert failed(site.authorize(redirect_uri=uri)) == (400, "invalid_request")


@must("9700 §2.1.1", "PKCE is supported, can be seen to be, and is enforced.")
def _(site: Site) -> None:
    assert "S256" in site.metadata()["code_challenge_methods_supported"]
    assert failed(site.redeem(site.back()["code"], code_verifier=None)) == (400, "invalid_grant")


@must("9700 §2.1.1, §4.8.2", "A verifier is taken only where there was a challenge.")
def _(site: Site) -> None:
    code = site.back()["code"]
    site.there.server.codes[code].challenge = None  # as if the challenge had been taken out on the way
    assert failed(site.redeem(code)) == (400, "invalid_grant")


@must("9700 §2.2.2, §4.14.2", "A public client’s refresh token works once; a second use ends the family.")
def _(site: Site) -> None:
    first = site.tokens()["refresh_token"]
    second = content_of(site.refresh(first))
    assert failed(site.refresh(first)) == (400, "invalid_grant")
    assert failed(site.refresh(second["refresh_token"])) == (400, "invalid_grant")
    assert site.introspect(second["access_token"]) == {"active": False}


@must("9700 §2.4", "The password grant is not used.")
def _(site: Site) -> None:
    answer = site.post("/token", "grant_type=password&username=ada&password=x&client_id=print")
    assert failed(answer) == (400, "unsupported_grant_type")


@must("9700 §2.6", "The authorization endpoint does not allow requests from other origins’ scripts (CORS).")
def _(site: Site) -> None:
    answer = site.ask("GET", "/authorize?client_id=print", None, {"Origin": "https://evil.example"})
    assert value(answer.headers, "Access-Control-Allow-Origin") is None


@must("9700 §4.11.2", "Nobody is sent on, not even with an error, before Ada is known.")
def _(site: Site) -> None:
    answer = site.authorize(user="", response_type="token")
    assert answer.status == 401 and not location_of(answer)


@must("9700 §4.12", "A redirect is never a 307, which would send a form on.")
def _(site: Site) -> None:
    assert site.authorize().status == site.authorize(response_type="token").status == 302
