"""Each MUST of OAuth's RFCs that applies, one test with its section: the rows are in `musts`."""

import re

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


@pytest.mark.parametrize("rfc", RFCS, ids=lambda rfc: rfc.__name__[-7:])
def test_every_section_with_a_must_has_a_row_or_a_reason_and_no_row_names_another(rfc):
    rows = {part for section, _, _ in ROWS for part in sections(section, rfc.__name__[-4:])}
    reasons = {part for section in rfc.NOT_HERE for part in re.findall(r"§[A-Z0-9.]+", section)}
    demands = {*rfc.SECTIONS.split()}
    assert demands <= rows | reasons and rows <= demands
    assert all(rfc.NOT_HERE.values())


def test_every_row_says_something_of_its_own():
    assert len({sentence for _, sentence, _ in ROWS}) == len(ROWS)


def sections(label: str, rfc: str) -> set[str]:
    """Those of this RFC in a row's label: sections("6749 §3.1, B, 9207 §2", "6749") is {"§3.1", "§B"}."""
    parts = [part.split() for part in label.split(", ")]
    found, number = set(), ""
    for *new, section in parts:
        number = new[0] if new else number
        if number == rfc:
            found.add(f"§{section.removeprefix('§')}")
    return found
