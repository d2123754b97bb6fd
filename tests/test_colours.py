"""One colour for one concept in every lesson: labs/kit/picture/palette.py begins with them. Two are held here."""

import pytest

from labs.kafka.failing.hand_off_picture import fate
from labs.kafka.failing.handling import handle
from labs.kafka.failing.picture import draw_handling
from labs.kafka.failing.records import DEAD
from labs.kafka.offsets.delivery import deliver as read
from labs.kafka.offsets.picture import draw_delivery as draw_offsets
from labs.proxies.balancing.balance import balance
from labs.proxies.balancing.picture import draw_balancing
from labs.queues.buffer.delivery import deliver
from labs.queues.buffer.delivery_picture import draw_delivery
from labs.rabbitmq.delivery.picture import draw_retry, draw_work
from labs.rabbitmq.delivery.retry import retry
from labs.rabbitmq.delivery.work import share_work
from labs.shop.controls import explore_round


def fills(scene, label, t):
    """The colours of the boxes with this label that can be seen at this moment."""
    boxes = (name for name, part in scene._parts.items() if part["kind"] == "box")
    shown = (name for name in boxes if float(scene.value(name, "opacity", t)) > 0)
    return {scene.value(name, "fill", t) for name in shown if scene.value(name, "label", t) == label}


@pytest.mark.parametrize(
    ("run", "draw", "kind", "number"),
    [
        (deliver, draw_delivery, "work", "number"),
        (read, draw_offsets, "work", "offset"),
        (handle, draw_handling, "try", "record"),
        (share_work, draw_work, "work", "message"),
        (balance, draw_balancing, "start", "number"),
    ],
    ids=["04", "07", "10", "11", "13"],
)
def test_what_is_being_worked_on_is_yellow(run, draw, kind, number):
    trace = run()
    begun = trace.of(kind)[0]
    assert "warn" in fills(draw(trace), str(begun[number]), begun.t)


def test_a_dead_letter_is_orange():
    trace = handle(policy="park")
    dead = next(event for event in trace.of("append") if event["topic"] == DEAD)
    assert "bad" in fills(draw_handling(trace), dead["record"], dead.t) and fate(0, 1) == ("DLT", "bad")
    trace = retry()
    assert "bad" in fills(draw_retry(trace), "m2", trace.of("park")[0].t)
    shop = explore_round(7)
    (aside, *_), scene = shop.traces[0].of("aside"), shop.scenes[0][1]
    assert "bad" in fills(scene, str(aside["order"]), aside.t)
