"""Our OAuth client at a server that is not ours: npm's oidc-provider, over real HTTP, with a person's forms between.

It has other endpoints than ours (the client looks them up), other keys, and opinions of its own.
"""

import os
import secrets
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

requests = pytest.importorskip("requests", reason="requests is not installed: `make env-test` brings it")

from labs.oauth.flow.discovery import OAUTH, OPENID, Unfit, check_metadata, well_known  # noqa: E402
from labs.oauth.flow.identity import read_id_token  # noqa: E402
from labs.oauth.flow.loopback import over_http  # noqa: E402
from labs.oauth.flow.messages import ask, content_of, location_of, with_query  # noqa: E402
from labs.oauth.flow.resource import ResourceServer  # noqa: E402
from labs.oauth.flow.sign_in import SignIn  # noqa: E402
from labs.tokens.jws import Refused, read_keys  # noqa: E402
from tests.fidelity.real_oidc import ALGS, Browser, Missing, modules, oidc_provider  # noqa: E402

HOME = "http://127.0.0.1:1"  # nobody listens there: the browser stops before it
BACK = f"{HOME}/callback"
APP = {
    "application_type": "native", "redirect_uris": [BACK], "token_endpoint_auth_method": "none",
    "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
}  # fmt: skip
SECRET = "the photo server's, for a test"
FRONT = {"response_types": ["code id_token token"], "grant_types": ["authorization_code", "implicit"]}
CLIENTS = [
    *({**APP, "client_id": alg, "id_token_signed_response_alg": alg} for alg in ALGS),
    *({**APP, **FRONT, "client_id": f"front-{alg}", "id_token_signed_response_alg": alg} for alg in ALGS),
    {"client_id": "photos", "client_secret": SECRET, "redirect_uris": [], "response_types": [], "grant_types": []},
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    try:
        modules()
    except (Missing, OSError) as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing}; in CI nothing is skipped")
        pytest.skip(str(missing))
    with oidc_provider(CLIENTS) as there:
        yield there


def client_of(issuer, alg="ES256", home=HOME):
    """Our client, registered there under the name of the algorithm that its ID tokens are signed with."""
    return SignIn(alg, home, (issuer,), "", over_http, secrets.token_urlsafe, now=time.time)


def begin(client, browser="tab", **more):
    """Ada starts in the client and comes back from the server: the parameters that she brings."""
    url = location_of(client.login(browser, client.issuers[0]))
    back = Browser().go(with_query(url, more), until=client.redirect_uri)
    return dict(parse_qsl(urlsplit(back).query))


def log_in(client):
    answer = client.callback("tab", begin(client))
    assert (answer.status, content_of(answer)) == (200, {"logged in as": "ada"})
    return client.tokens["tab"]


def introspect(client, token):
    """What the server says of a token to the photo server, which proves who it is (RFC 7662)."""
    url = client.metadata[client.issuers[0]]["introspection_endpoint"]
    return requests.post(url, data={"token": token}, auth=("photos", SECRET), timeout=60).json()


def redeem(client, **form):
    url, flow = client.end(client.issuers[0], "token"), client.begun["tab"]
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": flow.verifier, **form}
    answer = over_http("POST", url, {"client_id": client.id, **form})
    return answer.status, content_of(answer).get("error")


def test_rfc_8414_the_metadata_is_found_at_both_addresses_and_is_the_issuers_own(issuer):
    for name in (OAUTH, OPENID):
        found = check_metadata(content_of(over_http("GET", well_known(issuer, name), None)), issuer)
        assert found["authorization_response_iss_parameter_supported"] is True
        assert found["authorization_endpoint"] != f"{issuer}/authorize"  # so a client that does not look is lost
    with pytest.raises(Unfit, match="was asked"):
        check_metadata(found, issuer.replace("127.0.0.1", "localhost"))


@pytest.mark.parametrize("alg", ALGS)
def test_a_login_by_code_and_pkce_with_an_id_token_of_each_algorithm(issuer, alg):
    client = client_of(issuer, alg)
    got = log_in(client)
    assert client.users == {"tab": "ada"} and introspect(client, got["access_token"])["active"] is True
    answer = over_http("GET", client.end(issuer, "userinfo"), None, got["access_token"])
    assert content_of(answer) == {"sub": "ada"}


@pytest.mark.parametrize("alg", ALGS)
def test_the_id_token_is_for_this_client_this_flow_and_this_access_token_only(issuer, alg):
    client = client_of(issuer, alg)
    params = begin(client)
    nonce = client.nonces["tab"]
    client.callback("tab", params)
    got, keys = client.tokens["tab"], read_keys(content_of(over_http("GET", client.metadata[issuer]["jwks_uri"], None)))
    right = dict(now=time.time(), issuer=issuer, client=alg, nonce=nonce, access_token=got["access_token"])
    claims = read_id_token(got["id_token"], keys, **right)
    assert claims["nonce"] == nonce
    for name, wrong, check in (
        ("nonce", "another", "nonce"), ("client", "other", "aud"),
        ("issuer", issuer + "/", "iss"), ("now", time.time() + 1e6, "exp"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            read_id_token(got["id_token"], keys, **{**right, name: wrong})
        assert refused.value.check == check


@pytest.mark.parametrize("alg", ALGS)
def test_at_hash_ties_the_id_token_to_the_access_token_beside_it(issuer, alg):
    """In the code flow at_hash is optional and this server leaves it out; in the hybrid flow it must be there."""
    client = client_of(issuer, f"front-{alg}")
    url = location_of(client.login("tab", issuer)).replace(
        "response_type=code", "response_type=code%20id_token%20token"
    )
    back = dict(parse_qsl(urlsplit(Browser().go(url, until=BACK)).fragment))
    keys = read_keys(content_of(over_http("GET", client.metadata[issuer]["jwks_uri"], None)))
    right = dict(now=time.time(), issuer=issuer, client=client.id, nonce=client.nonces["tab"])
    assert read_id_token(back["id_token"], keys, access_token=back["access_token"], **right)["at_hash"]
    with pytest.raises(Refused, match="access token"):
        read_id_token(back["id_token"], keys, access_token=back["access_token"] + "x", **right)


def test_rfc_9207_the_answer_says_who_it_is_from_and_another_iss_or_state_is_refused(issuer):
    for name, wrong in (("iss", "http://127.0.0.1:2"), ("state", "another"), ("iss", None)):
        client = client_of(issuer)
        params = begin(client)
        assert params["iss"] == issuer
        changed = {key: text for key, text in {**params, name: wrong}.items() if text is not None}
        assert content_of(client.callback("tab", changed)) == {"error": name} and not client.tokens


def test_rfc_7636_another_verifier_or_none_is_refused(issuer):
    for wrong in ("w" * 43, ""):
        client = client_of(issuer)
        code = begin(client)["code"]
        assert redeem(client, code=code, code_verifier=wrong) == (400, "invalid_grant")


def test_rfc_6749_4_1_2_a_code_that_comes_twice_is_refused_and_ends_what_it_gave(issuer):
    client = client_of(issuer)
    code = begin(client)["code"]
    flow = client.begun["tab"]
    client.callback("tab", {"code": code, "state": flow.state, "iss": issuer})
    got, client.begun["tab"] = client.tokens.get("tab"), flow
    assert got and redeem(client, code=code) == (400, "invalid_grant")
    assert introspect(client, got["access_token"]) == {"active": False} and client.refresh("tab") is False


def test_rfc_6749_4_1_2_1_an_address_that_is_not_registered_is_sent_no_browser(issuer):
    browser, client = Browser(), client_of(issuer, home="http://127.0.0.1:1/other")
    url = location_of(client.login("tab", issuer))
    assert browser.go(url, until="http://127.0.0.1:1/") == "" and browser.answer.status_code == 400


def test_rfc_6749_4_1_3_nor_is_the_code_redeemed_for_another_address(issuer):
    client = client_of(issuer)
    code = begin(client)["code"]
    assert redeem(client, code=code, redirect_uri=f"{HOME}/other") == (400, "invalid_grant")


def test_rfc_8252_7_3_a_native_app_may_listen_on_any_port(issuer):
    client = client_of(issuer, home="http://127.0.0.1:2")
    assert log_in(client)["access_token"]


def test_rfc_9700_4_14_a_refresh_token_is_rotated_and_its_reuse_ends_the_family(issuer):
    client = client_of(issuer)
    first = dict(log_in(client))
    assert client.refresh("tab")
    second = dict(client.tokens["tab"])
    assert second["refresh_token"] != first["refresh_token"] and second["access_token"] != first["access_token"]
    client.tokens["tab"]["refresh_token"] = first["refresh_token"]  # somebody has copied it
    assert client.refresh("tab") is False
    client.tokens["tab"]["refresh_token"] = second["refresh_token"]
    assert client.refresh("tab") is False and introspect(client, second["access_token"]) == {"active": False}


def test_rfc_7009_what_is_revoked_is_not_active_any_more(issuer):
    client = client_of(issuer)
    got = log_in(client)
    assert client.revoke("tab") is True and "tab" not in client.tokens
    assert introspect(client, got["refresh_token"]) == {"active": False}
    assert introspect(client, "unknown") == {"active": False}  # RFC 7662 §2.2


def test_rfc_9068_our_resource_server_takes_its_access_token_if_it_is_for_it(issuer):
    client = client_of(issuer)
    client.callback("tab", begin(client, resource="https://photos.example"))
    keys = read_keys(content_of(over_http("GET", client.metadata[issuer]["jwks_uri"], None)))
    bearer = [("Authorization", f"Bearer {client.tokens['tab']['access_token']}")]
    for audience, status in (("photos.example", 200), ("weather.example", 401)):
        photos = ResourceServer(audience, issuer, keys, time.time)
        assert photos.respond(ask("GET", "https://photos.example/photos", None, bearer)).status == status
    ident = [("Authorization", f"Bearer {client.tokens['tab']['id_token']}")]
    photos = ResourceServer("photos.example", issuer, keys, time.time)
    assert photos.respond(ask("GET", "https://photos.example/photos", None, ident)).status == 401
