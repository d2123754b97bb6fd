"""`make bench`: print the table of murmur2.py, and hold it to what the course promises."""

from tests.bench.murmur2 import measure, table


def test_murmur2_is_no_slower_than_the_peer_s():
    rows = list(measure())
    print("", *table(rows), sep="\n")
    assert all(times["ours"] <= times["kafka-python"] for _, times in rows)
