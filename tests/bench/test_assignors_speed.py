"""`make bench`: print the table of assignors.py, and hold it to what the course promises."""

from tests.bench.assignors import measure, table


def test_a_thousand_consumers_share_ten_thousand_partitions_within_a_second_and_no_slower_than_the_peer():
    rows = list(measure(full=False))
    print("", *table(rows), sep="\n")
    assert all(ours < 1000 for name, *_, ours, _ in rows if name == "sticky")
    compared = [(ours, theirs) for *_, ours, theirs in rows if theirs is not None]
    assert compared, "kafka-python is not there to compare with: uv sync --group bench"
    assert all(ours <= theirs for ours, theirs in compared)
