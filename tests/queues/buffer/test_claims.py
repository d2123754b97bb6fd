"""The verdicts on what the notes say of queues, and the answers to the predictions: each comes from a run."""

import pytest

from labs.queues.buffer import predictions
from labs.queues.buffer.claims import NOTES


def test_each_claim_of_the_notes_has_its_verdict():
    verdicts = {row.statement.id: row.claim.verdict for row in NOTES.everything().rows}
    assert verdicts == {
        "queues-asynchronous": "holds only in part",
        "queues-retry": "holds only in part",
        "queues-pace": "holds",
        "queues-three-services": "does not hold",
        "queues-cars": "holds only in part",
        "queues-point-to-point": "holds only in part",
        "queues-pub-sub": "holds",
    }


def test_what_came_out_is_what_is_said_of_it():
    saw = {row.statement.id: row.saw for row in NOTES.everything().rows}
    assert saw["queues-asynchronous"]["a queue without a bound"] == "a producer had to wait 0 times"
    assert saw["queues-retry"] == {
        "acknowledged after the work": "0 of 600 lost",
        "acknowledged on delivery": "1 of 600 lost",
    }
    assert saw["queues-pace"]["taken out"] == "one every 67 ms: 15 per second"
    assert saw["queues-three-services"]["after 10 s"] == "449 wait, the oldest for 7 s"
    assert saw["queues-three-services"]["after 90 s"] == "4050 wait, the oldest for 67 s"
    assert saw["queues-cars"]["450 cars, at most 400 wait"] == "positions up to 10.0 s old, 199 of 1800 reports dropped"
    assert saw["queues-pub-sub"] == {
        "queues that each message is put into": "3 of 3",
        "consumers that each message reaches": "3 of 3",
    }


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (predictions.LONGEST_WAIT, "about 30 s"),
        (predictions.BUSY, "about 18"),
        (predictions.WHO_LEARNS, "nobody"),
        (predictions.WAVES, "waves"),
    ],
)
def test_the_answer_is_one_of_the_options(question, answer):
    assert question.answer() in question.options and question.answer().startswith(answer)
