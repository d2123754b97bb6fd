"""What the notes say about distributed caches, the predictions, and the real servers behind both."""

import pytest

from labs.caching.sharding import predictions, real
from labs.caching.sharding.placing import modulo, on_ring
from labs.caching.sharding.rings import owner
from labs.kit.guarding.telling import LearnerError
from labs.kit.guessing.ledger import claims_table

VERDICTS = {
    "caching-one-server": "holds",
    "caching-pool": "holds only in part",
    "caching-client-in-server": "does not hold",
    "caching-allots-server": "holds only in part",
}


def test_each_claim_has_its_verdict_on_what_came_out():
    rows = claims_table("17").rows
    assert {row.statement.id: row.claim.verdict for row in rows} == VERDICTS
    saw = {row.statement.id: row.saw for row in rows}
    assert saw["caching-client-in-server"]["entries found, asking each server alone for all 300"] == "300 of 900"
    assert saw["caching-one-server"]["reads at the database after one died, of one"] == "120 of 120"


def test_the_answers_of_the_predictions_are_run():
    asked = (predictions.ELEVENTH, predictions.POINT, predictions.BACK)
    assert [question.options.index(question.answer()) for question in asked] == [2, 2, 2]


def test_the_stand_in_counts_the_same_misses(monkeypatch):
    monkeypatch.setattr(real.shutil, "which", lambda program: None)
    assert real.lose_one(on_ring()) == [2000, 0, 654, 0, 654]
    assert real.lose_one(modulo)[:4] == [2000, 0, 1354, 0]


def test_the_table_has_the_learner_s_ring_beside_the_others(monkeypatch):
    monkeypatch.setattr(real.shutil, "which", lambda program: None)
    shown = real.kill_one(owner)
    assert list(shown.loc["ring"]) == list(shown.loc["your ring"])
    with pytest.raises(LearnerError, match="none of the servers"):
        real.kill_one(lambda points, place: "z")
