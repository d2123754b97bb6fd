"""What the notes say of cache aside and read through."""

from __future__ import annotations

from typing import Any

from labs.caching.strategies.claims.notes import COHERENCE, EHCACHE, JOUPPI, NOTES, NSDI, first_miss, reads_and_writes
from labs.caching.strategies.five import ReadThrough, Strategy, read_through, write_database
from labs.caching.strategies.promises import hit_ratio, replies, stale_reads
from labs.caching.strategies.serve import serve
from labs.caching.strategies.stores import Cache, Database
from labs.kit.guessing.ledger import Finding
from labs.kit.trace import Fault


@NOTES.says(
    "caching-aside-reads", "It suits an application that mostly reads.", JOUPPI, NSDI, about="cache aside", side="+"
)
def _aside_reads() -> Finding:
    return reads_and_writes("cache aside")


@NOTES.says(
    "caching-aside-survives",
    "With cache aside, requests do not fail when the cache is down: they go to the database.",
    NSDI,
    about="cache aside",
    side="+",
)
def _aside_survives() -> Finding:
    faults = [Fault(0, "down", "cache")]
    quiet, busy = serve(faults=faults, rate=3), serve(faults=faults, rate=16)
    failed = {run.settings["rate"]: len(replies(run, ok=False)) for run in (quiet, busy)}
    asked = {run.settings["rate"]: len(replies(run)) for run in (quiet, busy)}
    saw = {f"{rate} requests per second": f"{failed[rate]} of {asked[rate]} failed" for rate in failed}
    saw["16, with the cache up"] = f"{len(replies(serve(rate=16), ok=False))} failed"
    return (
        saw,
        {"the database can take it all": failed[3] == 0, "it cannot": failed[16] == 0},
        "This database does 10 things a second. A cache that takes most of the load is not optional: "
        "without it all of the load reaches the database at once.",
    )


@NOTES.says(
    "caching-aside-structure",
    "What is cached may be structured differently from the database.",
    EHCACHE,
    about="cache aside",
    side="+",
)
def _aside_structure() -> Finding:
    cache, db = Cache(), Database({"user:1": "Ada", "orders:1": [7, 9]})

    def page(key: str) -> Any:
        """Cache aside, with a document made of two rows."""
        document = cache.get(key)
        if document is None:
            document = {"name": db.read("user:1"), "orders": len(db.read("orders:1") or [])}
            cache.set(key, document)
        return document

    page("page:1")
    held = {key: entry.value for key, entry in cache.entries.items()}
    return (
        {"two rows": str(db.rows), "one document": str(held)},
        held.keys() != db.rows.keys(),
        "The price: a program that writes a row has to know which documents are made from it.",
    )


@NOTES.says(
    "caching-aside-first-miss",
    "The first read of new data always misses (unless it was pre-warmed).",
    NSDI,
    about="cache aside",
    side="–",
)
def _aside_first() -> Finding:
    return first_miss("cache aside")


def _no_word_on_writes(strategy: str | Strategy) -> Finding:
    """Stale answers when writes tell the cache nothing, with a long and with a short TTL."""
    runs = {ttl: serve(strategy=strategy, ttl=ttl) for ttl in (60, 1)}
    stale = {ttl: len(stale_reads(run)) for ttl, run in runs.items()}
    saw = {
        f"a TTL of {ttl} s": f"{stale[ttl]} stale answers, {100 * hit_ratio(run):.0f} % hits"
        for ttl, run in runs.items()
    }
    return (
        saw,
        stale[60] > 0,
        (
            "A short TTL bounds how old an answer can be, and costs hits. "
            "Cache aside, as most people mean it, deletes the entry after each write."
        ),
    )


@NOTES.says(
    "caching-aside-inconsistent",
    "Unless writes are handled as well, cache and database disagree.",
    NSDI,
    about="cache aside",
    side="–",
)
def _aside_inconsistent() -> Finding:
    return _no_word_on_writes("TTL only")


@NOTES.says(
    "caching-read-through-reads",
    "It suits an application that mostly reads.",
    JOUPPI,
    COHERENCE,
    about="read through",
    side="+",
)
def _through_reads() -> Finding:
    return reads_and_writes("read through")


@NOTES.says(
    "caching-read-through-separate",
    "Fetching from the database is kept apart from the application.",
    EHCACHE,
    COHERENCE,
    about="read through",
    side="+",
)
def _through_separate() -> Finding:
    asks = {}
    for name in ("cache aside", "read through"):
        run = serve(strategy=name, read_share=1)
        asks[name] = sum(e.who.startswith("app") and e["store"] == "database" for e in run.of("ask"))
    down = serve(strategy="read through", read_share=1, faults=[Fault(0, "down", "cache")])
    failed = len(replies(down, ok=False))
    return (
        {
            **{f"the application asks the database, {name}": f"{n} times" for name, n in asks.items()},
            "read through with the cache down": f"{failed} of {len(replies(down))} reads fail",
        },
        asks["read through"] == 0 < asks["cache aside"],
        "So the application has no other way to the data: cache aside survives its cache, read through does not.",
    )


@NOTES.says(
    "caching-read-through-first-miss",
    "The first read of new data always misses (unless it was pre-warmed).",
    COHERENCE,
    about="read through",
    side="–",
)
def _through_first() -> Finding:
    return first_miss("read through")


@NOTES.says(
    "caching-read-through-inconsistent",
    "Unless writes are handled as well, cache and database disagree.",
    EHCACHE,
    about="read through",
    side="–",
)
def _through_inconsistent() -> Finding:
    return _no_word_on_writes(Strategy("read through, TTL only", read_through, write_database, inline=True))


@NOTES.says(
    "caching-read-through-structure",
    "What is cached must have the structure of the database's table.",
    EHCACHE,
    COHERENCE,
    about="read through",
    side="–",
)
def _through_structure() -> Finding:
    db, cache = Database({"1": ["Ada", "Lovelace", 1815]}), Cache()

    def loader(key: str) -> Any:
        """A row becomes a document."""
        first, last, born = db.read(key) or ("", "", 0)
        return {"name": f"{first} {last}", "born": born}

    ReadThrough(cache, loader).get("1")
    held = cache.entries["1"].value
    return (
        {"the row": str(db.rows["1"]), "cached by the loader": str(held)},
        held == db.rows["1"],
        "The loader is yours, and may map one structure to the other as it likes.",
    )
