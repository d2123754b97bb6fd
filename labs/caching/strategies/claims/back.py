"""What the notes say of write back."""

from __future__ import annotations

from typing import Any

from labs.caching.strategies.claims.notes import COHERENCE, EVICTION, JOUPPI, NOTES, database_down, more_hits
from labs.caching.strategies.five import Strategy, flush, read_database, read_through, write_back
from labs.caching.strategies.promises import database_operations, lost_writes, mean_latency, replies, stale_reads
from labs.caching.strategies.serve import serve
from labs.caching.strategies.workload import Request
from labs.kit.guessing.ledger import Finding
from labs.kit.trace import Fault


@NOTES.says(
    "caching-back-writes",
    "It suits an application that mostly writes.",
    JOUPPI,
    COHERENCE,
    about="write back",
    side="+",
)
def _back_writes() -> Finding:
    runs = {name: serve(strategy=name, read_share=0.1, skew=2, seed=1) for name in ("write through", "write back")}
    work = {name: database_operations(run, "write") for name, run in runs.items()}
    asked = len(replies(runs["write back"], "write"))
    return (
        {name: f"{asked} writes by the clients, {n} by the database" for name, n in work.items()},
        work["write back"] < work["write through"],
        "Several writes of one key between two flushes become one.",
    )


@NOTES.says(
    "caching-back-latency",
    "A write takes less time, since the database is written later.",
    JOUPPI,
    COHERENCE,
    about="write back",
    side="+",
)
def _back_latency() -> Finding:
    runs = {name: serve(strategy=name) for name in ("write through", "write back")}
    took = {name: mean_latency(run, "write") for name, run in runs.items()}
    return (
        {name: f"{1000 * t:.0f} ms" for name, t in took.items()},
        took["write back"] < took["write through"],
        "It saves the time by promising what has not been done yet.",
    )


@NOTES.says("caching-back-hits", "Hits become much more likely.", JOUPPI, about="write back", side="+")
def _back_hits() -> Finding:
    return more_hits("write back")


@NOTES.says(
    "caching-back-with-read-through",
    "Together with read through it performs much better.",
    COHERENCE,
    about="write back",
    side="+",
)
def _back_paired() -> Finding:
    ways = {
        "reads from the database": Strategy("a", read_database, write_back, flush, inline=True),
        "reads through": Strategy("b", read_through, write_back, flush, inline=True),
    }
    runs = {name: serve(strategy=way) for name, way in ways.items()}
    saw = {
        name: f"a read takes {1000 * mean_latency(run, 'read'):.0f} ms; {len(stale_reads(run))} stale answers"
        for name, run in runs.items()
    }
    quick = {name: mean_latency(run, "read") for name, run in runs.items()}
    return (
        saw,
        quick["reads through"] < 0.7 * quick["reads from the database"],
        "It is more than speed: a read that goes past the cache does not see what has not been flushed.",
    )


@NOTES.says(
    "caching-back-database-down",
    "Writes work even while the database is down.",
    COHERENCE,
    about="write back",
    side="+",
)
def _back_down() -> Finding:
    failed, asked, _ = database_down("write back")
    both = serve(
        strategy="write back",
        read_share=0.5,
        preheated=True,
        faults=[Fault(0, "down", "database"), Fault(8, "down", "cache"), Fault(8, "up", "cache")],
    )
    lost = len(lost_writes(both))
    return (
        {
            "the database is down": f"{failed} of {asked} writes fail",
            "and at 8 s the cache restarts": f"{lost} writes lost",
        },
        {"a write is accepted": failed == 0, "and is safe": lost == 0},
        "Until the flush the only copy is in the cache. "
        "If you need those writes, replicate the cache or log them to disk.",
    )


@NOTES.says(
    "caching-back-removed",
    "With write back, the write is lost if an entry leaves the cache before it is flushed; "
    "a long TTL (two days) prevents that.",
    COHERENCE,
    EVICTION,
    about="write back",
    side="–",
)
def _back_removed() -> Finding:
    two_days = 2 * 24 * 3600.0
    asked = [Request(1.0, "write", "a", 11), Request(1.2, "read", "b")]
    cases: dict[str, dict[str, Any]] = {
        "a TTL of 1 s": dict(ttl=1.0),
        "a TTL of two days": dict(ttl=two_days),
        "… and a full cache": dict(ttl=two_days, capacity=1),
        "… and a restart": dict(ttl=two_days, faults=[Fault(2, "down", "cache"), Fault(3, "up", "cache")]),
    }
    lost = {
        case: [w.value for w in lost_writes(serve(strategy="write back", requests=asked, flush_interval=4, **more))]
        for case, more in cases.items()
    }
    return (
        {case: f"lost: {', '.join(map(str, values)) or 'nothing'}" for case, values in lost.items()},
        {
            "it can be lost": lost["a TTL of 1 s"] == [11],
            "two days prevent it": not any(lost[case] for case in list(cases)[1:]),
        },
        "A long TTL guards against expiry only. "
        "A dirty entry must not be evicted before it is flushed (write-behind caches make sure of that), "
        "and must exist twice, or a restart loses it.",
    )
