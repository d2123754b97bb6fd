"""Each MUST of OAuth's RFCs that applies, one test with its section: the rows are in `musts`."""

import pytest

from labs.oauth.flow.loopback import CALLBACK, loopback
from labs.oauth.flow.records import Registered
from tests.oauth.flow.musts import ODD, RFCS, ROWS, Site


@pytest.fixture(scope="module")
def site():
    with loopback() as there:
        several = Registered("queried", (f"{CALLBACK}?shop=1", CALLBACK))
        for more in (several, Registered("homeless"), Registered(ODD, (CALLBACK,), ODD)):
            there.server.known[more.id] = more
        yield Site(there)


@pytest.mark.parametrize(("section", "sentence", "row"), ROWS, ids=[f"{where}: {what}" for where, what, _ in ROWS])
def test_must(site, section, sentence, row):
    row(site)


def test_every_rfc_has_its_rows_and_what_is_left_out_has_a_reason():
    for rfc in RFCS:
        number = rfc.__name__[-4:]
        assert any(number in section for section, _, _ in ROWS), number
        assert all(section.startswith("§") and reason for section, reason in rfc.NOT_HERE.items())
    assert len({sentence for _, sentence, _ in ROWS}) == len(ROWS)
