"""`make bench`: print the table of lru.py, and hold it to what the course promises."""

from tests.bench.lru import measure, table


def test_our_lru_is_no_slower_than_cachetools_and_does_not_slow_down_as_it_grows():
    rows = list(measure())
    print("", *table(rows), sep="\n")
    assert all(times["ours"] <= times["cachetools"] for _, times in rows)
    (_, small), (_, large), _ = rows
    assert large["ours"] < 3 * small["ours"], "64 times the size: only the processor's own caches may be felt"
