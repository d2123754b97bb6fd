"""What lesson 01 asks before its runs."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.patterns.strangler.picture import ROLL_BACK
from labs.patterns.strangler.run import lost_at_the_end, run_rollout


def _ada() -> str:
    return COIN.options[2] if any(e["missing"] for e in run_rollout("coin").of("serve", who="Ada")) else COIN.options[0]


COIN = Question(
    id="patterns-ada",
    question="Each system keeps the baskets in a store of its own; whatever the monolith writes is copied to the new "
    "service, but not the other way round. For each request the façade tosses a coin: at 10 %, one in ten goes to the "
    "new service. Ada puts things into her basket, and looks at it every second. What does she see while the share "
    "grows?",
    options=[
        "Her basket, complete: both systems have her items",
        "At first the old basket, and from some moment on the new one",
        "Her basket complete, then items missing, then complete again",
        "An empty basket, until the share reaches 100 %",
    ],
    answer=_ada,
    because="She is served by two systems in turn. What she adds in the new service is not in the monolith's store, "
    "so it is missing whenever the monolith answers.",
)


def _feed() -> str:
    return BACK.options[1] if lost_at_the_end(run_rollout(faults=ROLL_BACK)) else BACK.options[0]


BACK = Question(
    id="patterns-roll-back",
    question="The data is shared by the one-way feed. The façade chooses by bucket, so nobody is sent back and "
    "forth. The share stands at 80 %, and the team rolls back to 0 %. Do the users still find the items that they "
    "added in the new service?",
    options=[
        "Yes: a rollback only changes the route",
        "No",
        "Yes, a little later: the feed copies them to the monolith",
    ],
    answer=_feed,
    because="The feed runs one way, from the monolith to the new service. The items are still in the new store, but "
    "the monolith has never heard of them. The route goes back; the data does not.",
)
