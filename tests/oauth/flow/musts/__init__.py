"""Every MUST of OAuth's ten RFCs, a module for an RFC: the test that asks for it, or why it does not apply.

    @must("6749 §3.2", "The token endpoint is asked by POST only.")
    def _(site): ...

A row sends its requests over real HTTP (`Site`) and asserts what the answer has to be. A row that two RFCs demand
names both, and stands in the first one's module. SECTIONS are those in which the RFC's text demands something.
"""

from tests.oauth.flow.musts import (
    rfc6749,
    rfc6750,
    rfc7009,
    rfc7636,
    rfc7662,
    rfc8252,
    rfc8414,
    rfc9068,
    rfc9207,
    rfc9700,
)
from tests.oauth.flow.musts.site import ODD, Site
from tests.oauth.flow.musts.table import ROWS

RFCS = (rfc6749, rfc6750, rfc7009, rfc7636, rfc7662, rfc8252, rfc8414, rfc9068, rfc9207, rfc9700)

__all__ = ["ODD", "RFCS", "ROWS", "Site"]
