"""What the notes claim about the strangler fig, put to a run."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
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
CANARY = ("Sato: Canary Release", "https://martinfowler.com/bliki/CanaryRelease.html")
SHARED = ("Richardson: pattern Shared database", "https://microservices.io/patterns/data/shared-database.html")


@NOTES.says("patterns-facade", "A controller in front divides the traffic between the monolith and the microservices.",
            FOWLER, AZURE)  # fmt: skip
def facade() -> Finding:
    """Who serves how many of the users, as the share of a whole rollout grows."""
    served = {e["share"]: e["new"] for e in run_rollout().of("second")}
    return (
        {
            f"at a share of {share} %": f"{len(USERS) - served[share]} users by the monolith, "
            f"{served[share]} by the new service"
            for share in (0, 10, 50, 100)
        },
        (served[0], served[100]) == (0, len(USERS)) and list(served.values()) == sorted(served.values()),
        "What the notes call a controller is the façade: a reverse proxy or a gateway. The clients need not change.",
    )


@NOTES.says("patterns-percent", "We move the traffic gradually: 10 %, 20 %, 30 % and so on.", CANARY, AZURE)
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
            "for a path that is not in the table": route(table, "/search", BUCKETS - 1) == "new",
        },
        "A share is one way to switch, and needs sticky users and a gate. What moves is one capability, such as the "
        "basket, with its routes; the others stay with the monolith until their turn comes.",
    )  # fmt: skip


@NOTES.says("patterns-divide-data", "When we divide the monolith into microservices, we divide its database as well.",
            FOWLER, SHARED)  # fmt: skip
def divide() -> Finding:
    """Roll back halfway up the ramp, with the data kept in four ways: what do six users miss?"""
    lost = {way: lost_at_the_end(run_rollout(data=way, faults=ROLL_BACK)) for way in WAYS}
    return (
        {f"{way}: items that six users do not find after a rollback": str(number) for way, number in lost.items()},
        {
            "once nobody rolls back": lost_at_the_end(run_rollout()) == 0,
            "while somebody may still roll back": lost["two stores"] == 0,
        },
        "As the goal, yes. On the way there, both systems need the same data, and a rollback needs the new writes in "
        "the old store. Until nobody will roll back, that takes a shared store, a dual write or a feed.",
    )
