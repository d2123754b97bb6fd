"""What the notes claim about the strangler fig, put to a run."""

from __future__ import annotations

from labs.kit.ledger import Finding, Ledger
from labs.patterns.strangler.data import WAYS
from labs.patterns.strangler.picture import BUG, ROLL_BACK
from labs.patterns.strangler.routing import BUCKETS, route
from labs.patterns.strangler.run import USERS, failed, lost_at_the_end, run_rollout, sent_back

NOTES = Ledger("01")

FOWLER = ("Fowler: Strangler Fig Application", "https://martinfowler.com/bliki/StranglerFigApplication.html")
AZURE = (
    "Microsoft: Strangler Fig pattern",
    "https://learn.microsoft.com/en-us/azure/architecture/patterns/strangler-fig",
)
SHARED = ("Richardson: pattern Shared database", "https://microservices.io/patterns/data/shared-database.html")


@NOTES.says("patterns-facade", "A controller in front divides the traffic between the monolith and the microservices.",
            FOWLER, AZURE)  # fmt: skip
def facade() -> Finding:
    """Every user of a whole roll-out is served by one of the two."""
    seconds = run_rollout().of("second")
    shares = sorted({e["share"] for e in seconds})
    return (
        {"shares in one roll-out": ", ".join(f"{share} %" for share in shares)},
        all(0 <= e["new"] <= len(USERS) for e in seconds) and seconds[0]["new"] == 0 and seconds[-1]["new"] == 200,
        "This controller is the façade: a reverse proxy or a gateway. The clients notice nothing.",
    )


@NOTES.says("patterns-percent", "We move the traffic gradually: 10 %, 20 %, 30 % and so on.", FOWLER, AZURE)
def percent() -> Finding:
    """The same ramp by coin, by bucket, and with a bug; and a share for one route only."""
    coin, sticky = run_rollout("coin"), run_rollout()
    blind, gated = run_rollout(gate="no gate", faults=BUG), run_rollout(faults=BUG)
    table = {"/basket": 100}
    return (
        {
            "sent back, by coin": str(sent_back(coin)), "sent back, by bucket": str(sent_back(sticky)),
            "failed, without a gate": str(failed(blind)), "failed, with one": str(failed(gated)),
        },
        {
            "by bucket and with a gate": sent_back(sticky) == 0 and failed(gated) < failed(blind),
            "by a coin for each request": sent_back(coin) == 0,
            "of all the traffic at once": route(table, "/search", BUCKETS - 1) == "new",
        },
        "A share is one way to switch, and needs sticky users and a gate. What is moved is a route, that is, a "
        "capability such as the basket; the others stay with the monolith until their turn comes.",
    )  # fmt: skip


@NOTES.says("patterns-divide-data", "When we divide the monolith into microservices, we divide its database as well.",
            FOWLER, SHARED)  # fmt: skip
def divide() -> Finding:
    """Roll back in mid-ramp, with the data kept in four ways: what do six users miss?"""
    lost = {way: lost_at_the_end(run_rollout(data=way, faults=ROLL_BACK)) for way in WAYS}
    return (
        {f"{way}: items lost from sight at the roll-back": str(number) for way, number in lost.items()},
        {"once nobody rolls back": lost_at_the_end(run_rollout()) == 0, "in mid-ramp": lost["two stores"] == 0},
        "As the goal, yes. On the way there, both systems need the same data, and a roll-back needs the new writes in "
        "the old store. Until nobody will roll back, that takes a shared store, a dual write or a feed.",
    )
