"""The client that logs people in, at our own server: what it looks up, sends, and refuses."""

import pytest

from labs.http.messages import Answer
from labs.oauth.flow.discovery import OPENID, Unfit, check_metadata, well_known
from labs.oauth.flow.identity import half_hash, read_id_token
from labs.oauth.flow.messages import ask, content_of, location_of, says
from labs.oauth.flow.records import Registered
from labs.oauth.flow.server import AuthorizationServer
from labs.oauth.flow.sign_in import SignIn
from labs.oauth.flow.world import APP, LOGIN, read_query, secrets
from labs.tokens.examples import NOW, example_jwk, example_key, example_keys
from labs.tokens.jws import Refused
from labs.tokens.jwt import issue

RIGHT = {"iss": LOGIN, "sub": "ada", "aud": "print", "iat": NOW, "exp": NOW + 300, "nonce": "n1"}


class Both:
    """The client and the server. `change` may answer in the server's place: (method, URL, its answer) → answer."""

    def __init__(self, change=lambda method, url, answer: answer):
        self.change, self.asked = change, []
        clients = [Registered("print", (f"{APP}/callback",))]
        self.server = AuthorizationServer(LOGIN, clients, secrets(0, "login"), lambda: NOW, example_jwk("Ed25519"))
        self.client = SignIn("print", APP, (LOGIN,), "", self.send, secrets(0, "app"), now=lambda: NOW)

    def send(self, method, url, form, token) -> Answer:
        self.asked.append(f"{method} {url}")
        headers = [("Authorization", f"Bearer {token}")] if token else []
        return self.change(method, url, self.server.respond(ask(method, url, form, headers)))

    def log_in(self) -> Answer:
        begun = self.client.login("tab", LOGIN)
        if not location_of(begun):
            return begun
        back = self.server.respond(ask("GET", location_of(begun), None, [("Cookie", "user=ada")]))
        return self.client.callback("tab", read_query(location_of(back)))


def changed(path, **more):
    """A server that says something else in its answer at this path; None takes a member away."""

    def change(method, url, answer):
        if not url.endswith(path):
            return answer
        return says(200, {name: value for name, value in (content_of(answer) | more).items() if value is not None})

    return change


def test_ada_is_logged_in_refreshes_and_logs_out():
    both = Both()
    assert content_of(both.log_in()) == {"logged in as": "ada"} and both.client.users == {"tab": "ada"}
    assert both.asked[0] == f"GET {LOGIN}/.well-known/openid-configuration"
    assert both.client.refresh("tab")
    refresh = both.client.tokens["tab"]["refresh_token"]
    assert both.client.revoke("tab") and not both.client.tokens
    assert both.server.refresh_tokens[refresh].family in both.server.revoked


@pytest.mark.parametrize(
    "forged", [{"code": "c"}, {"code": "c", "state": "s", "iss": LOGIN}, {"error": "access_denied", "state": "s"}]
)
def test_a_forged_answer_does_not_end_the_flow_that_ada_has_begun_and_hers_does(forged):
    both = Both()
    begun = location_of(both.client.login("tab", LOGIN))
    assert both.client.callback("tab", forged).status == 400
    back = read_query(location_of(both.server.respond(ask("GET", begun, None, [("Cookie", "user=ada")]))))
    assert content_of(both.client.callback("tab", back)) == {"logged in as": "ada"}
    assert not both.client.begun and not both.client.nonces and both.client.callback("tab", back).status == 400


@pytest.mark.parametrize(
    ("path", "more", "error"),
    [
        (OPENID, {"issuer": "https://evil.example"}, "unfit server"),  # RFC 8414 §3.3
        (OPENID, {"issuer": None}, "unfit server"),
        (OPENID, {"code_challenge_methods_supported": ["plain"]}, "unfit server"),  # RFC 9700 §2.1.1
        (OPENID, {"response_types_supported": ["token"]}, "unfit server"),
        (OPENID, {"token_endpoint": None}, "unfit server"),
        ("/token", {"token_type": "mac"}, "no token"),  # RFC 6749 §7.1
        ("/token", {"access_token": None}, "no token"),
        ("/token", {"id_token": None}, "no ID token for this login"),
        ("/token", {"id_token": issue(RIGHT, example_key("Ed25519"))}, "no ID token for this login"),  # another nonce
        ("/token", {"access_token": "another"}, "no ID token for this login"),  # at_hash
        ("/jwks", {"keys": [example_jwk("ES256")]}, "no ID token for this login"),
        ("/jwks", {"keys": []}, "no ID token for this login"),
    ],
)
def test_an_answer_that_is_not_right_logs_nobody_in(path, more, error):
    both = Both(changed(path, **more))
    assert content_of(both.log_in()) == {"error": error}
    assert not both.client.tokens and not both.client.users


def test_a_server_that_a_link_names_is_not_asked():
    both = Both()
    answer = both.client.respond(ask("GET", f"{APP}/login?with=https://evil.example", None, [("Cookie", "sid=tab")]))
    assert content_of(answer) == {"error": "unknown issuer"}
    assert not both.asked


def test_rfc_6749_6_a_refresh_without_a_new_refresh_token_keeps_the_old_one():
    both = Both()
    both.log_in()
    old = both.client.tokens["tab"]["refresh_token"]
    both.change = changed("/token", refresh_token=None)
    assert both.client.refresh("tab") and both.client.tokens["tab"]["refresh_token"] == old


def test_rfc_8414_3_1_where_the_metadata_is():
    assert well_known(LOGIN) == f"{LOGIN}/.well-known/oauth-authorization-server"
    assert well_known(f"{LOGIN}/one/") == f"{LOGIN}/.well-known/oauth-authorization-server/one"
    assert well_known(f"{LOGIN}/one", OPENID) == f"{LOGIN}/one/.well-known/openid-configuration"
    with pytest.raises(Unfit):
        check_metadata({}, LOGIN)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"nonce": None}, "nonce"), ({"nonce": "n2"}, "nonce"), ({"sub": None}, "claims"), ({"iat": None}, "claims"),
        ({"aud": ["print", "game"]}, "aud"), ({"azp": "game"}, "azp"), ({"at_hash": "x"}, "at_hash"),
        ({"aud": "game"}, "aud"), ({"exp": NOW}, "exp"), ({"iss": "https://evil.example"}, "iss"),
        ({"at_hash": 1}, "at_hash"),
    ],
)  # fmt: skip
def test_openid_connect_core_3_1_3_7_what_is_refused(change, check):
    claims = {name: value for name, value in {**RIGHT, **change}.items() if value is not None}
    token = issue(claims, example_key("Ed25519"))
    with pytest.raises(Refused) as refused:
        read(token)
    assert refused.value.check == check


def test_openid_connect_core_3_1_3_7_what_is_good():
    for more in ({}, {"azp": "print"}, {"aud": ["print"]}, {"aud": ["game", "print"], "azp": "print"}):
        assert read(issue({**RIGHT, **more}, example_key("Ed25519")))["sub"] == "ada"


def test_openid_connect_core_3_1_3_6_at_hash_is_by_the_algorithm_of_the_key():
    keys = example_keys(a="ES256", b="Ed25519")
    for kid, size in (("a", 22), ("b", 43)):
        key = keys.named(kid)
        half = half_hash("the access token", key.alg)
        assert len(half) == size and read(issue({**RIGHT, "at_hash": half}, key), keys)


def test_openid_connect_core_a_3_the_access_token_hash_of_the_example():
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"


def read(token, keys=None):
    keys = keys or example_key("Ed25519")
    return read_id_token(
        token, keys, now=NOW, issuer=LOGIN, client="print", nonce="n1", access_token="the access token"
    )
