"""The flow, the attacks and the servers of lesson 21, held to the RFCs; the section is in each test's name or text."""

import base64

import pytest

from labs.kit.trace import Trace
from labs.oauth.flow.attacks import ATTACKS, LIMITS, attack_flow, play_attack, succeeds
from labs.oauth.flow.claims import NOTES
from labs.oauth.flow.messages import ask, content_of, location_of, with_query
from labs.oauth.flow.picture import draw_flow
from labs.oauth.flow.pkce import challenge_of, proves
from labs.oauth.flow.predictions import CODE, FAMILY, MIX_UP, REUSE, STOLEN, TO_WHOM
from labs.oauth.flow.records import Registered
from labs.oauth.flow.rules import HARDENED, NAMES, SOFT, only
from labs.oauth.flow.server import AuthorizationServer, fits
from labs.oauth.flow.tokens import IDLE
from labs.oauth.flow.world import APP, LOGIN, World, read_query, secrets
from labs.tokens.examples import NOW, example_jwk
from labs.tokens.jwt import accept

REAL = [name for name in ATTACKS if name != "none"]
STOPS = {
    "code interception": {"pkce", "demand"},
    "code injection": {"pkce", "demand"},
    "CSRF": {"pkce", "demand", "state"},
    "PKCE downgrade": {"demand", "state"},
    "prefix match": {"exact"},
    "open redirect": {"exact", "closed"},
    "mix-up": {"iss"},
    "refresh reuse": {"family"},
    "wrong audience": {"audience"},
}
URI, V = f"{APP}/callback", "v" * 43


@pytest.mark.parametrize("attack", REAL)
def test_an_attack_works_and_is_stopped_by_just_these(attack):
    assert succeeds(attack, SOFT) and not succeeds(attack, HARDENED)
    assert {name for name in NAMES if not succeeds(attack, only(name))} == STOPS[attack]


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_run_is_the_same_again_and_can_be_drawn(attack):
    for down in (False, True):
        settings = dict.fromkeys(NAMES, down)
        first, second = (attack_flow(attack=attack, **settings) for _ in range(2))
        assert first.events == second.events
        assert draw_flow(first).stills


@pytest.mark.parametrize("attack", ATTACKS)
def test_rfc_6265_5_4_a_browser_sends_a_cookie_to_the_host_that_set_it_and_to_no_other(attack):
    for rules in (SOFT, HARDENED):
        for ask_ in play_attack(attack, rules).of("ask"):
            sent = [line for line in ask_["text"].splitlines() if line.startswith("Cookie: ")]
            name = {"login": "user", "app": "sid"}.get(ask_["to"])
            browses = ask_.who in ("ada", "mallory") and ask_["text"].startswith("GET") and name is not None
            assert sent == ([f"Cookie: {name}={ask_.who}"] if browses else [])


def test_settings_out_of_range_are_one_sentence():
    with pytest.raises(ValueError, match="attack must be one of"):
        attack_flow(attack="phishing")
    assert set(LIMITS) == {"attack", *NAMES}


def test_the_predictions_and_verdicts():
    assert (CODE.answer(), MIX_UP.answer(), FAMILY.answer()) == (STOLEN[2], TO_WHOM[2], REUSE[1])
    verdicts = {one.id: one.judge().claim.verdict for one in NOTES.statements}
    assert verdicts == {
        "oauth-four-roles": "holds",
        "oauth-five-grants": "holds only in part",
        "oauth-sign-in": "holds only in part",
    }


def test_rfc_7636_appendix_b():
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert challenge_of(verifier) == challenge and proves(challenge, verifier)


class Time:
    def __init__(self):
        self.now = NOW


@pytest.fixture
def there():
    clock = Time()
    clients = [Registered("print", (URI,)), Registered("scan", (URI,)), Registered("batch", (URI,), "example only")]
    server = AuthorizationServer(LOGIN, clients, secrets(0, "test"), lambda: clock.now, example_jwk("Ed25519"))
    server.clock = clock
    return server


def authorize(server, **more):
    params = {"response_type": "code", "client_id": "print", "redirect_uri": URI, "scope": "photos", "state": "s"}
    params |= {"code_challenge": challenge_of(V), "code_challenge_method": "S256"} | more
    url = with_query(f"{LOGIN}/authorize", {name: text for name, text in params.items() if text is not None})
    return server.respond(ask("GET", url, None, [("Cookie", "user=ada")]))


def post(server, path="token", basic="", **form):
    headers = [("Authorization", f"Basic {base64.b64encode(basic.encode()).decode()}")] if basic else []
    return server.respond(ask("POST", f"{LOGIN}/{path}", form, headers))


def redeem(server, got, **more):
    form = {"grant_type": "authorization_code", "code": got, "redirect_uri": URI, "code_verifier": V}
    form = {"client_id": "print", **form} | more
    return post(server, **{name: text for name, text in form.items() if text is not None})


def refresh(server, token):
    return post(server, grant_type="refresh_token", refresh_token=token, client_id="print")


def error_of(answer):
    return content_of(answer).get("error")


def code_of(answer):
    return read_query(location_of(answer))["code"]


def test_rfc_6749_4_1_2_1_a_wrong_client_or_redirect_uri_sends_the_browser_nowhere(there):
    for wrong in ({"client_id": "nobody"}, {"redirect_uri": f"{URI}/"}, {"redirect_uri": None}, {"client_id": None}):
        answer = authorize(there, **wrong)
        assert answer.status == 400 and not location_of(answer)


def test_other_errors_go_back_with_state_and_rfc_9207_iss(there):
    wrong = [({"response_type": "token"}, "unsupported_response_type"), ({"response_type": None}, "invalid_request")]
    wrong += [({"code_challenge": None}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request")]
    wrong += [({"code_challenge_method": None}, "invalid_request")]
    for more, error in wrong:
        back = read_query(location_of(authorize(there, **more)))
        assert back.pop("error_description").endswith(".")
        assert back == {"error": error, "state": "s", "iss": LOGIN}


def test_rfc_6749_3_1_a_parameter_that_comes_twice_is_refused(there):
    url = f"{LOGIN}/authorize?client_id=print&client_id=print"
    assert error_of(there.respond(ask("GET", url))) == "invalid_request"


def test_rfc_6749_4_1_3_what_the_token_endpoint_checks(there):
    code = code_of(authorize(there))
    assert error_of(redeem(there, code, client_id="scan")) == "invalid_grant"
    assert error_of(redeem(there, code, redirect_uri=URI + "/")) == "invalid_grant"
    assert error_of(redeem(there, code, code_verifier="w" * 43)) == "invalid_grant"
    assert error_of(redeem(there, code, code_verifier=None)) == "invalid_grant"
    assert error_of(redeem(there, code, code=None)) == "invalid_request"
    assert error_of(redeem(there, code, grant_type=None)) == "invalid_request"
    assert error_of(redeem(there, code, grant_type="password")) == "unsupported_grant_type"
    there.clock.now += 59
    answer = redeem(there, code)
    assert answer.status == 200 and ("Cache-Control", "no-store") in answer.headers  # §5.1


def test_a_code_ends_after_its_minute(there):
    code = code_of(authorize(there))
    there.clock.now += 60
    assert error_of(redeem(there, code)) == "invalid_grant"


def test_rfc_6749_4_1_2_a_code_that_comes_twice_ends_what_it_was_exchanged_for(there):
    code = code_of(authorize(there))
    tokens = content_of(redeem(there, code))
    assert error_of(redeem(there, code)) == "invalid_grant"
    assert error_of(refresh(there, tokens["refresh_token"])) == "invalid_grant"


@pytest.mark.parametrize("rules", [HARDENED, SOFT])
def test_rfc_9700_4_14_2_a_refresh_token_expires_if_it_is_not_used_for_two_weeks(there, rules):
    there.rules = rules  # SOFT does not rotate: each use then gives the same token two weeks more
    token = content_of(redeem(there, code_of(authorize(there))))["refresh_token"]
    for _ in range(3):
        there.clock.now += IDLE - 1
        token = content_of(refresh(there, token))["refresh_token"]
    there.clock.now += IDLE
    assert error_of(refresh(there, token)) == "invalid_grant"


def test_a_used_refresh_token_ends_the_family_even_when_it_has_expired(there):
    old = content_of(redeem(there, code_of(authorize(there))))["refresh_token"]
    new = old
    for _ in range(3):
        there.clock.now += IDLE - 1
        new = content_of(refresh(there, new))["refresh_token"]
    for token in (old, new):
        assert error_of(refresh(there, token)) == "invalid_grant"


def test_rfc_6749_5_2_a_client_that_cannot_prove_who_it_is(there):
    answer = post(there, basic="batch:wrong", grant_type="client_credentials")
    assert answer.status == 401 and ("WWW-Authenticate", 'Basic realm="login.example"') in answer.headers
    assert post(there, grant_type="client_credentials", client_id="batch").status == 401
    assert content_of(post(there, grant_type="client_credentials", client_id="print"))["error"] == "unauthorized_client"
    assert post(there, basic="batch:example only", grant_type="client_credentials").status == 200


def test_rfc_8252_7_3_only_the_port_of_a_loopback_address_may_differ():
    app = ("http://127.0.0.1/back", "http://[::1]:1/back", URI)
    for well in ("http://127.0.0.1:5000/back", "http://[::1]:77/back", URI):
        assert fits(well, app, True)
    assert fits("http://127.0.0.1:5000/back", ("http://127.0.0.1:1/back",), True)
    for ill in ("http://127.0.0.1:5000/other", "http://127.0.0.1:x/back", "https://127.0.0.1:5/back", f"{URI}#x", ""):
        assert not fits(ill, app, True)
    assert not fits("https://print.example:444/callback", app, True)


def test_rfc_7662_and_7009_introspection_and_revocation(there):
    tokens = content_of(redeem(there, code_of(authorize(there))))
    look = lambda: content_of(post(there, "introspect", "batch:example only", token=tokens["access_token"]))  # noqa: E731
    assert look()["active"] is True and look()["sub"] == "ada"
    assert post(there, "introspect", token="x", client_id="print").status == 401  # 7662 §2.1: the caller must prove
    assert post(there, "revoke", token="unknown", client_id="print").status == 200  # 7009 §2.2
    assert post(there, "revoke", token=tokens["refresh_token"], client_id="scan").status == 400  # 7009 §2.1
    assert look()["active"] is True
    post(there, "revoke", token=tokens["refresh_token"], client_id="print")
    assert look() == {"active": False}


def test_openid_connect_an_id_token_is_for_the_client_and_userinfo_asks_for_its_scope(there):
    tokens = content_of(redeem(there, code_of(authorize(there, scope="openid photos", nonce="n1"))))
    claims = accept(tokens["id_token"], there.key, now=NOW, issuer=LOGIN, audience="print")
    assert (claims["sub"], claims["nonce"], len(claims["at_hash"])) == ("ada", "n1", 43)
    bearer = [("Authorization", f"Bearer {tokens['access_token']}")]
    assert content_of(there.respond(ask("GET", f"{LOGIN}/userinfo", None, bearer))) == {"sub": "ada"}
    plain = content_of(redeem(there, code_of(authorize(there))))
    assert "id_token" not in plain
    bearer = [("Authorization", f"Bearer {plain['access_token']}")]
    assert there.respond(ask("GET", f"{LOGIN}/userinfo", None, bearer)).status == 403  # RFC 6750 §3.1
    assert there.respond(ask("GET", f"{LOGIN}/userinfo")).status == 401


def test_rfc_8414_2_each_scope_in_the_metadata_is_granted_and_no_other(there):
    scopes = there.metadata()["scopes_supported"]
    assert scopes == ["openid", "photos"]
    for scope in scopes:
        assert content_of(redeem(there, code_of(authorize(there, scope=scope))))["scope"] == scope
    assert read_query(location_of(authorize(there, scope="video")))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("token", "POST"), ("introspect", "POST"), ("revoke", "POST"), ("userinfo", "GET, HEAD, POST")]
    + [(path, "GET, HEAD") for path in ("authorize", "jwks")]
    + [(f".well-known/{name}", "GET, HEAD") for name in ("oauth-authorization-server", "openid-configuration")],
)
def test_rfc_9110_15_5_6_a_known_path_says_which_methods_it_takes(there, path, allowed):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
        answer = there.respond(ask(method, f"{LOGIN}/{path}"))
        refused = (answer.status, dict(answer.headers).get("Allow")) == (405, allowed)
        assert refused == (method not in allowed.split(", ")) and (refused or answer.status != 404)
        assert there.respond(ask(method, f"{LOGIN}/nowhere")).status == 404


def test_rfc_9068_the_access_token_and_rfc_8414_the_metadata(there):
    access = content_of(redeem(there, code_of(authorize(there))))["access_token"]
    claims = accept(access, there.key, now=NOW, issuer=LOGIN, audience="photos.example", typ="at+jwt")
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"} <= set(claims)
    found = content_of(there.respond(ask("GET", f"{LOGIN}/.well-known/oauth-authorization-server")))
    assert found["issuer"] == LOGIN and found["code_challenge_methods_supported"] == ["S256"]
    keys = content_of(there.respond(ask("GET", f"{LOGIN}/jwks")))["keys"]
    assert keys and "d" not in keys[0]


def test_the_honest_flow_gets_the_photos():
    trace = play_attack("none", HARDENED)
    assert trace.of("answer")[-1]["carries"] == {"photos of": "ada"}
    assert World(HARDENED, Trace()).login.metadata()["issuer"] == LOGIN
