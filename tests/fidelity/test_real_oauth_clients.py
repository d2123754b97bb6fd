"""Authlib and requests-oauthlib against the lesson's server, over real HTTP: what the lesson shows is what happens."""

import pytest

from labs.oauth.flow.real import RECORDED, try_clients

pytest.importorskip("authlib", reason="Authlib is not installed: `make env-test` brings it")
pytest.importorskip("requests_oauthlib", reason="requests-oauthlib is not installed: `make env-test` brings it")


def test_what_is_recorded_of_both_clients_happens_again():
    assert try_clients() == RECORDED
