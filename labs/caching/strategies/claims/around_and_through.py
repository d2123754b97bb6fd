"""What the notes say of write around and write through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.caching.strategies.claims.notes import (
    COHERENCE,
    COMMIT,
    EHCACHE,
    JOUPPI,
    NOTES,
    NSDI,
    database_down,
    more_hits,
    reads_and_writes,
)
from labs.caching.strategies.five import (
    Strategy,
    read_aside,
    read_database,
    read_leased,
    write_around,
    write_back,
    write_through,
    write_through_database_first,
)
from labs.caching.strategies.promises import hit_ratio, mean_latency, refused_reads, replies, stale_reads
from labs.caching.strategies.schedules import crash_points, schedules
from labs.caching.strategies.serve import serve
from labs.caching.strategies.stores import Cache, Database
from labs.caching.strategies.workload import Request
from labs.kit.guessing.ledger import Finding
from labs.kit.trace import Fault


@NOTES.says(
    "caching-around-dirty-flag",
    "A write around marks the cached entry as dirty, so that the next read misses and fetches the new value.",
    JOUPPI,
    NSDI,
    about="write around",
    side="·",
)
def _around_dirty() -> Finding:
    around, back = _step_by_step(write_around), _step_by_step(write_back)
    return (
        {
            "write around, 10 → 11": f"cache {around[0]}, dirty {around[1]}, database {around[2]}; "
            "the next read misses",
            "write back, 10 → 11": f"cache {back[0]}, dirty {back[1]}, database {back[2]}",
        },
        {"the next read fetches the new value": around[0] == {}, "by a dirty flag": bool(around[1])},
        "Dirty means the reverse: the cache is newer than the store, as in write back. "
        "After a write around the entry is stale, and is deleted (or waits for its TTL).",
    )


def _step_by_step(write: Callable[..., Any]) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """What the stores hold after one write of 11, from 10 in both."""
    cache, db = Cache(), Database({"a": 10})
    cache.set("a", 10)
    write("a", 11, cache, db)
    return {key: entry.value for key, entry in cache.entries.items()}, list(cache.dirty()), db.rows


@NOTES.says(
    "caching-around-reads", "It suits an application that mostly reads.", JOUPPI, about="write around", side="+"
)
def _around_reads() -> Finding:
    return reads_and_writes("cache aside")


@NOTES.says(
    "caching-around-consistent",
    "Write around resolves the inconsistency between cache and database.",
    NSDI,
    about="write around",
    side="+",
)
def _around_consistent() -> Finding:
    race = schedules({"R": (read_aside, "a"), "W": (write_around, "a", 11)})
    cured = schedules({"R": (read_leased, "a"), "W": (write_around, "a", 11)})
    crashes = crash_points({"W": (write_around, "a", 11)}, cached={"a": 10})
    plain, around = serve(strategy="TTL only", ttl=60), serve(strategy="cache aside", ttl=60)
    stale = [o.schedule for o in race if o.stale]
    return (
        {
            "one workload": f"{len(stale_reads(around))} stale answers; "
            f"{len(stale_reads(plain))} if writes do not delete",
            "reader, writer": f"{len(stale)} of {len(race)} schedules leaves a stale entry: {stale[0]}",
            "with leases": f"{sum(o.stale for o in cured)} of {len(cured)}",
            "the writer dies": f"{sum(o.stale for o in crashes)} of {len(crashes)} moments leaves a stale entry",
        },
        {
            "one after the other": not stale_reads(around),
            "at the same time": not stale,
            "with a crash": not any(o.stale for o in crashes),
        },
        "Leases cure the race (§3.2.1 of the paper). "
        "For the crash there is the TTL, or a delete that is sent again from the database's log.",
    )


@NOTES.says(
    "caching-around-first-miss",
    "The first read of new data always misses (unless it was pre-warmed).",
    JOUPPI,
    about="write around",
    side="–",
)
def _around_first() -> Finding:
    asked = [Request(0, "write", "a", 11), Request(1, "read", "a"), Request(2, "read", "a")]
    run = serve(strategy="cache aside", requests=asked, preheated=True)
    hits = [e["hit"] for e in replies(run, "read")]
    return (
        f"pre-warmed; a is written, then read twice: {', '.join('hit' if hit else 'miss' for hit in hits)}",
        hits[:1] == [False],
        "Every write makes the next read of its key a miss, so pre-warming does not help here.",
    )


@NOTES.says(
    "caching-around-database-down", "If the database is down, a write fails.", NSDI, about="write around", side="–"
)
def _around_down() -> Finding:
    failed, asked, _ = database_down("cache aside")
    return f"{failed} of {asked} writes fail", failed == asked > 0, ""


@NOTES.says(
    "caching-through-consistent",
    "Cache and database are always consistent.",
    NSDI,
    COHERENCE,
    about="write through",
    side="+",
)
def _write_through_consistent() -> Finding:
    quiet = serve(strategy="write through")
    crashes = crash_points({"W": (write_through, "a", 11)}, cached={"a": 10})
    writers = schedules({"V": (write_through, "a", 11), "W": (write_through, "a", 12)}, cached={"a": 10})
    down = serve(strategy="write through", read_share=0.5, faults=[Fault(4, "down", "database")])
    bad = [o.schedule for o in writers if o.stale]
    return (
        {
            "one after the other": f"{len(stale_reads(quiet))} stale answers",
            "two writers in every order": f"{len(bad)} of {len(writers)} end differently in the two stores: {bad[0]}",
            "the writer dies": f"{sum(o.stale for o in crashes)} of {len(crashes)} moments leaves them different",
            "the database goes down": f"{len(refused_reads(down))} answers with a value whose write had failed",
        },
        {
            "one after the other": not stale_reads(quiet),
            "at the same time": not bad,
            "with a crash": not any(o.stale for o in crashes),
            "with the database down": not refused_reads(down),
        },
        "Two stores written one after the other are not atomic. "
        "Writing the database first at least keeps refused values out of the cache.",
    )


@NOTES.says("caching-through-hits", "Hits become much more likely.", JOUPPI, about="write through", side="+")
def _write_through_hits() -> Finding:
    return more_hits("write through")


@NOTES.says(
    "caching-through-alone",
    "By itself it only makes writes slower; it is useful together with read through or cache aside.",
    JOUPPI,
    EHCACHE,
    about="write through",
    side="–",
)
def _write_through_alone() -> Finding:
    alone = serve(strategy=Strategy("write through alone", read_database, write_through))
    paired, without = serve(strategy="write through"), serve(strategy="no cache")
    saw = {}
    for run in (without, alone, paired):
        name = run.settings["strategy"] + (" with read through" if run is paired else "")
        read, write = (f"{1000 * mean_latency(run, what):.0f} ms" for what in ("read", "write"))
        saw[name] = f"{100 * hit_ratio(run):.0f} % hits, a read {read}, a write {write}"
    return (
        saw,
        {
            "slower writes": mean_latency(alone, "write") > mean_latency(without, "write"),
            "no hits": not hit_ratio(alone),
        },
        "",
    )


@NOTES.says(
    "caching-through-two-phase-commit",
    "Write through needs two-phase commit, to keep the transaction atomic.",
    COMMIT,
    NSDI,
    about="write through",
    side="–",
)
def _write_through_commit() -> Finding:
    first = crash_points({"W": (write_through, "a", 11)}, cached={"a": 10})
    second = crash_points({"W": (write_through_database_first, "a", 11)}, cached={"a": 10})
    way = Strategy("database first", read_aside, write_through_database_first)
    asked = [
        Request(0, "read", "a"),
        Request(1, "write", "a", 11, app=1),
        *(Request(t, "read", "a", app=2) for t in (2, 4)),
    ]
    healed = serve(strategy=way, requests=asked, ttl=3, faults=[Fault(1.15, "down", "app 1")])
    values = [e["value"] for e in replies(healed, "read")]
    return (
        {
            "cache first": f"after {sum(o.stale for o in first)} of {len(first)} crashes "
            "the cache has a value that the database never got",
            "database first": f"after {sum(o.stale for o in second)} of {len(second)} crashes the cache is stale",
            "TTL of 3 s": f"reads at 0, 2 and 4 s get {', '.join(map(str, values))}",
        },
        {
            "without it the two can differ": any(o.stale for o in first) and any(o.stale for o in second),
            "nothing less will do": values[-1] != 11,
        },
        "Hardly anybody runs two-phase commit with a cache: few caches can prepare, "
        "and a coordinator that dies between the phases leaves the key locked. "
        "The usual practice takes the database as the truth; TTLs, deletes or the database's log repair the cache.",
    )


@NOTES.says(
    "caching-through-database-down",
    "If the database is down, a write fails.",
    COHERENCE,
    about="write through",
    side="–",
)
def _write_through_down() -> Finding:
    failed, asked, run = database_down("write through")
    return (
        {
            "writes that fail": f"{failed} of {asked}",
            "later answers with a refused value": str(len(refused_reads(run))),
        },
        failed == asked > 0,
        "With the cache written first, the write fails and its value is read all the same.",
    )
