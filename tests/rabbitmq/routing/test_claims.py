"""The verdicts of lesson 11, its predictions, and what is recorded of RabbitMQ."""

from labs.rabbitmq.delivery.predictions import SLOW
from labs.rabbitmq.routing.claims import NOTES
from labs.rabbitmq.routing.exchanges import KINDS
from labs.rabbitmq.routing.matching import topic_matches
from labs.rabbitmq.routing.orders import route
from labs.rabbitmq.routing.picture import draw_routing
from labs.rabbitmq.routing.real import RECORDED, compare_topics


def test_the_verdicts() -> None:
    verdicts = {s.id: s.judge().claim.verdict for s in NOTES.statements}
    assert verdicts == {
        "rabbitmq-all-queues": "holds only in part",
        "rabbitmq-push-pull": "holds",
        "rabbitmq-either": "holds only in part",
    }
    assert SLOW.answer() == SLOW.options[2]


def test_the_model_answers_as_rabbitmq_did(monkeypatch) -> None:
    monkeypatch.delenv("RABBITMQ_URL", raising=False)
    assert {case: topic_matches(*case) for case in RECORDED} == RECORDED
    table = compare_topics(topic_matches)
    assert (table["yours"] == table["RabbitMQ"]).all()
    assert set(compare_topics(lambda pattern, key: None)["yours"]) == {"not usable"}


def test_every_kind_can_be_drawn() -> None:
    for kind in KINDS:
        for spare in (False, True):
            assert draw_routing(route(kind=kind, spare=spare)).stills
