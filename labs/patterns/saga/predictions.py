"""What lesson 02 asks before its runs."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.patterns.saga.isolation import bad_schedules
from labs.patterns.saga.picture import CHARGED
from labs.patterns.saga.run import held, run_saga


def _charged() -> str:
    taken = held(run_saga(refuses="nobody", safety="log, no keys", faults=CHARGED))["payment"]
    return CARD.options[2] if taken == 60 else CARD.options[0]


CARD = Question(
    id="patterns-charged",
    question="The card has been charged 30, and the reply is on its way. Now the order service crashes. Three seconds "
    "later it is back, reads its log and carries on. The payment service charges the card for every request that comes "
    "in. What happens to the card?",
    options=[
        "It is charged 30: the log says how far the saga has got",
        "It is charged 30, but the order hangs for ever",
        "It is charged 60, and the order is approved",
        "It is charged 0: the crash rolls the payment back",
    ],
    answer=_charged,
    because="The log says that the items are reserved, and nothing about the charge: the order service crashed after "
    "the card had been charged, and before it could write that down. So it sends the charge again. Only a key that is "
    "the same on every retry tells the payment service that it has served this request already.",
)


def _isolated() -> str:
    return DIRTY.options[1] if bad_schedules("dirty read", "none") else DIRTY.options[0]


DIRTY = Question(
    id="patterns-isolated",
    question="Saga A takes the last item, is refused later and gives it back. Every transaction in it is a proper ACID "
    "transaction. Can customer B be turned away for lack of items, though the item is there in the end?",
    options=[
        "No: isolation hides what A does until A is over",
        "Yes: B may read the stock between A's step and its compensation",
        "Only if the database of the stock service is misconfigured",
    ],
    answer=_isolated,
    because="Each local transaction is isolated, the saga is not. A's first step is committed, so everybody sees it, "
    "and a compensation cannot take back what somebody has read in the meantime.",
)
