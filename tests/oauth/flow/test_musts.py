"""Each MUST of OAuth's RFCs that applies, one test with its section: the rows are in musts_server and musts_client."""

import pytest

from labs.oauth.flow.loopback import CALLBACK, loopback
from labs.oauth.flow.records import Registered
from tests.oauth.flow import musts_client, musts_server
from tests.oauth.flow.musts import NOT_HERE, RFCS, ROWS, Site

assert musts_client and musts_server  # which have filled ROWS


@pytest.fixture(scope="module")
def site():
    with loopback() as there:
        for more in (Registered("queried", (f"{CALLBACK}?shop=1", CALLBACK)), Registered("homeless")):
            there.server.known[more.id] = more
        yield Site(there)


@pytest.mark.parametrize(("section", "sentence", "row"), ROWS, ids=[f"{where}: {what}" for where, what, _ in ROWS])
def test_must(site, section, sentence, row):
    row(site)


def test_every_rfc_has_its_rows_and_what_is_left_out_has_a_reason():
    for rfc in RFCS:
        assert any(rfc in section for section, _, _ in ROWS), rfc
    assert all(section[:4] in RFCS and reason for section, reason in NOT_HERE.items())
    assert len({sentence for _, sentence, _ in ROWS}) == len(ROWS)
