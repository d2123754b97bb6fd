"""`make bench`: print the table of ring.py, and hold it to what the course promises."""

from tests.bench.ring import measure, table


def test_a_lookup_on_the_ring_is_no_slower_than_the_peer_s():
    rows = list(measure())
    print("", *table(rows), sep="\n")
    for servers, what, times in rows:
        if what != "a pick":  # the same question to both; the peer has no picks
            assert times["ours"] <= min(times["uhashring"], times["its ketama"]), (servers, what)
