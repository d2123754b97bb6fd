"""`make bench`: print the table of sessions.py, and hold it to what lesson 18's model assumes."""

from labs.sessions.journey.travel import VERIFY, Settings
from tests.bench.sessions import measure


def test_verifying_costs_a_small_part_of_a_lookup_over_the_network():
    rows = dict(measure())
    print("", *(f"{what:20} {took:.3f} ms" for what, took in rows.items()), sep="\n")
    assert all(took < Settings().lookup / 2 for what, took in rows.items() if what.startswith("verify"))
    assert VERIFY / 10 < rows["verify RS256"] < VERIFY * 10
