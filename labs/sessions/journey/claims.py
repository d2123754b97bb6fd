"""What the notes claim about sessions and tokens, put to a run."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault
from labs.sessions import sources as said_in
from labs.sessions.journey.sizes import COOKIE, NGINX_LINE, lines, most_groups
from labs.sessions.journey.travel import asked, let_in, travel, turned_away

NOTES = Ledger("18")
WHERE = {
    "shared": "kept in a shared store",
    "sticky": "kept in the memory of the user's server",
    "replicated": "kept in each server's memory, and copied to the others",
}
TOLD = {
    "token": "token",
    "token + denylist": "token, and each server fetches a list of closed accounts every 5 min",
    "session": "session",
}


@NOTES.says(
    "sessions-query", "A session id is only a random string; the server has to query a database for the details.",
    said_in.OWASP,
)  # fmt: skip
def query() -> Finding:
    """Eighteen requests, by where the session is kept."""
    shared, own = asked(travel()), asked(travel(store="sticky"))
    cached = asked(travel(design="cached session"))
    return (
        {
            "sessions in a store that all servers share": f"{shared} lookups there for 18 requests",
            "the same, and each server keeps an answer for 5 minutes": f"{cached} lookups there for 18 requests",
            "sessions in the server's own memory": f"{own} lookups elsewhere for 18 requests",
        },
        {"with a shared store": shared == 18, "with sessions in the server's own memory": own == 18},
        "The id has to be looked up somewhere, but that need not be a database: a cache such as Redis, or the server's "
        "own memory, will do.",
    )


@NOTES.says(
    "sessions-stateful", "Sessions are stateful, and that causes problems in a distributed system.", said_in.OWASP
)
def stateful() -> Finding:
    """One of three servers crashes, by where the session is kept."""
    hit = {
        WHERE[store]: len(turned_away(travel(store=store, faults=[Fault(4.5, "crash", "s1")])))
        for store in ("shared", "sticky", "replicated")
    }
    return (
        {f"{where}: requests turned away, account open": str(n) for where, n in hit.items()},
        {"kept in each server": hit[WHERE["sticky"]] > 0, "kept in a shared store": hit[WHERE["shared"]] > 0},
        "The trouble comes from state kept in one application server. In a shared store the servers are stateless; "
        "then the store has to be available, and fast.",
    )


@NOTES.says(
    "sessions-stateless", "A token contains all that is needed about the user, and so avoids querying the database.",
    said_in.RFC_7519, said_in.RFC_7662,
)  # fmt: skip
def stateless() -> Finding:
    """Counted: lookups in the store, and requests let in after the account was closed, at minute 1."""
    faults = [Fault(1, "close", "ada")]
    runs = {design: travel(design=design, faults=faults) for design in ("token", "token + denylist", "session")}
    return (
        {
            f"{TOLD[design]}; account closed at minute 1": f"{asked(run)} lookups, {len(let_in(run))} let in after that"
            for design, run in runs.items()
        },
        {
            "as long as nobody is thrown out": asked(runs["token"]) == 0,
            "with revocation": asked(runs["token + denylist"]) == 0,
        },
        "What a token says was true when it was issued. To find out what is true now, somebody has to be asked again.",
    )  # fmt: skip


@NOTES.says(
    "sessions-compact", "Because a token is compact, it can be sent in an HTTP header.", said_in.NGINX_HEADERS,
    said_in.RFC_6265BIS,
)  # fmt: skip
def compact() -> Finding:
    """Bytes of the header line."""
    told = {name: len(line) for name, line in lines().items()}
    fits = most_groups(NGINX_LINE)
    return (
        {name: f"{n} bytes" for name, n in told.items()}
        | {
            "groups that fit into 8 KB (nginx)": str(fits),
            "groups that fit into a cookie": str(most_groups(COOKIE, "__Host-token")),
        },
        all(n <= NGINX_LINE for n in told.values()),
        "With a few statements about the user it fits easily, though it is several times as long as a session "
        "cookie and travels with every request. Put long lists of rights somewhere else.",
    )
