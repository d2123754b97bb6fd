"""What the notes say about topics, partitions and keys, and what became of it when it was run."""

from labs.kit.guessing.ledger import claims_table

VERDICTS = {
    "kafka-parts": "holds only in part",
    "kafka-record-fields": "holds only in part",
    "kafka-key-first": "holds only in part",
    "kafka-hash-decides": "holds only in part",
    "kafka-topic-on-brokers": "holds",
    "kafka-partition-limit": "holds only in part",
    "kafka-round-robin-even": "does not hold",
}


def test_each_claim_has_its_verdict():
    rows = claims_table("05").rows
    assert {row.statement.id: row.claim.verdict for row in rows} == VERDICTS


def test_what_came_out_is_what_the_verdict_stands_on():
    saw = {row.statement.id: row.saw for row in claims_table("05").rows}
    assert saw["kafka-key-first"]["key ada (p5 of 6) and partition 2"] == "p2"
    assert list(saw["kafka-hash-decides"].values()) == ["0 of 8", "6 of 8", "777 of 1,000"]
    assert len(set(list(saw["kafka-partition-limit"].values())[3:])) == 1  # twice the partitions change nothing
