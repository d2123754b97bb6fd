"""What several statements on caching strategies share: their sources, their ledger, and tests of more than one.

A statement is in reading.py, around_and_through.py or back.py; labs/kit/guessing/ledger.py says how one is entered.
"""

from __future__ import annotations

from typing import Any

from labs.caching.strategies.promises import database_operations, hit_ratio, replies, stale_reads
from labs.caching.strategies.serve import serve
from labs.caching.strategies.workload import Request
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

NSDI = (
    "Nishtala et al., Scaling Memcache at Facebook, NSDI 2013",
    "https://www.usenix.org/conference/nsdi13/technical-sessions/presentation/nishtala",
)
JOUPPI = ("Jouppi, Cache Write Policies and Performance, ISCA 1993", "https://doi.org/10.1145/165123.165154")
EHCACHE = ("Ehcache: cache usage patterns", "https://www.ehcache.org/documentation/3.10/caching-patterns.html")
COHERENCE = (
    "Oracle Coherence: read-through, write-through, write-behind",
    "https://docs.oracle.com/cd/E24290_01/coh.371/e22840/readthrough.htm",
)
EVICTION = ("Redis: key eviction", "https://redis.io/docs/latest/develop/reference/eviction/")
COMMIT = ("Gray and Lamport, Consensus on Transaction Commit, 2006", "https://arxiv.org/abs/cs/0408036")

FIVE = ("cache aside", "read through", "write around", "write through", "write back")
"""As the notes divide them: their *cache aside* is a read alone, and the write that goes with it is *write around*."""

NOTES = Ledger("16", "strategy", FIVE, short={
    NSDI: "NSDI 2013", JOUPPI: "ISCA 1993", EHCACHE: "Ehcache", COHERENCE: "Coherence", EVICTION: "Redis",
    COMMIT: "Gray, Lamport",
})  # fmt: skip
LONG: dict[str, Any] = {"until": 90.0, "ttl": 120.0}  # long enough for shares and ratios to settle


def reads_and_writes(strategy: str) -> Finding:
    """Hits and the database's work where most requests read, and where most write."""
    seen, work = {}, {}
    for share in (0.95, 0.3):
        run = serve(strategy=strategy, read_share=share, **LONG)
        without = serve(strategy="no cache", read_share=share, **LONG)
        work[share] = database_operations(run) / database_operations(without)
        seen[f"{100 * share:.0f} % reads"] = (
            f"{100 * hit_ratio(run):.0f} % hits; "
            f"the database does {100 * work[share]:.0f} % of what it does without a cache"
        )
    return seen, work[0.95] < 0.5 < work[0.3], ""


def _first_reads(strategy: str, preheated: bool) -> tuple[int, int]:
    """(first reads of a key, how many of them missed)."""
    asked = [Request(0.5 * i, "read", key) for i, key in enumerate("abcdef")]
    run = serve(strategy=strategy, requests=asked, preheated=preheated)
    return len(asked), sum(not e["hit"] for e in replies(run, "read"))


def first_miss(strategy: str) -> Finding:
    """First reads, cold and pre-warmed."""
    (asked, cold), (_, warm) = _first_reads(strategy, False), _first_reads(strategy, True)
    written = [Request(0, "write", "a", 11), Request(1, "read", "a")]
    fresh = serve(strategy=strategy, requests=written, preheated=True)
    again = [e["hit"] for e in replies(fresh, "read")]
    saw = {
        "cold cache": f"{cold} of {asked} first reads miss",
        "pre-warmed": f"{warm} of {asked} miss",
        "pre-warmed, then the key is written": f"the next read {'hits' if again == [True] else 'misses'}"
        + (f", and gets the old {replies(fresh, 'read')[0]['value']}" if stale_reads(fresh) else ""),
    }
    return (
        saw,
        {"cold": cold == asked, "pre-warmed": warm == asked},
        "Pre-warming moves the misses to a moment of your choosing. "
        "It helps with what you know beforehand, not with what is written later.",
    )


def database_down(strategy: str) -> tuple[int, int, Any]:
    """(writes that failed, writes) while the database is down, and the run."""
    run = serve(strategy=strategy, read_share=0.5, faults=[Fault(0, "down", "database")], preheated=True)
    return len(replies(run, "write", ok=False)), len(replies(run, "write")), run


def more_hits(strategy: str) -> Finding:
    """Hits compared with those of cache aside, with few writes and with many."""
    ratios = {
        share: (
            hit_ratio(serve(strategy=strategy, read_share=share, **LONG)),
            hit_ratio(serve(strategy="cache aside", read_share=share, **LONG)),
        )
        for share in (0.95, 0.6)
    }
    saw = {
        f"{100 * share:.0f} % reads": f"{100 * mine:.0f} % hits, {100 * aside:.0f} % with cache aside"
        for share, (mine, aside) in ratios.items()
    }
    much = {share: mine - aside > 0.1 for share, (mine, aside) in ratios.items()}
    return (
        saw,
        {"many writes": much[0.6], "few writes": much[0.95]},
        "A value that was written is then read from the cache, if it is read at all. What nobody reads takes up room.",
    )
