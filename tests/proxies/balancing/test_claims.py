"""What the notes say about reverse proxies, and what lesson 13 asks before it shows."""

import pytest

from labs.proxies.balancing import predictions
from labs.proxies.balancing.claims import NOTES

VERDICTS = {
    "proxies-cannot-proxy": "holds only in part",
    "proxies-hides": "holds only in part",
    "proxies-one-server": "holds",
    "proxies-cdn-near": "holds only in part",
    "proxies-reverse": "holds only in part",
    "proxies-balances": "holds",
    "proxies-cdn-cache": "holds",
}


def test_every_claim_has_its_verdict():
    assert {one.id: one.judge().claim.verdict for one in NOTES.statements} == VERDICTS


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (predictions.FAIR_SHARES, "It nearly disappears"),
        (predictions.BLACK_HOLE, "More than half"),
        (predictions.RETRY_STORM, "It stays down, although the servers are well"),
    ],
    ids=lambda it: getattr(it, "id", ""),
)
def test_the_answer_of_a_prediction_comes_from_a_run(question, answer):
    assert question.answer() == answer and answer in question.options


def test_the_question_names_the_costs_and_the_numbers_of_its_run():
    from labs.proxies.balancing.settings import settled
    from labs.proxies.balancing.workload import workload

    seed, run = predictions.TWELVE["seed"], {k: v for k, v in predictions.TWELVE.items() if k != "seed"}
    costs = [cost for _, cost, _ in workload(settled(run, seed), seed)]
    assert [n for n, cost in enumerate(costs, 1) if cost == 2.75] == [3] and costs.count(0.25) == 11
