"""`make bench`: the search of lesson 08 visits every state within its ten seconds; two is what a learner waits for.

Measured is the processor's time: the search waits for nothing.
"""

import time

import pytest

from labs.kafka.replication.search import search

LIMIT = 2.0  # seconds


@pytest.mark.parametrize(("careful", "records", "limit"), [(True, 1, LIMIT), (False, 1, 5.0), (True, 2, 10.0)])
def test_every_state_is_visited_in_time(careful, records, limit):
    began = time.process_time()
    found = search("all", 2, careful=careful, records=records)
    took = time.process_time() - began
    print(f"careful={careful}, {records} records: {found.states:,} states in {took:.2f} s")
    assert took < limit
