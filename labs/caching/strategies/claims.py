"""What the notes say for and against the five strategies, each sentence put to a run.

`judged("write through", "consistent")` is one of them as a card, `everything()` the table of all. A test below is a
function that runs something and gives back what came out (`saw`), whether the sentence holds (True, False, or {case:
held}) and, where it needs saying, what the real systems do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from labs.caching.strategies.five import (
    ReadThrough,
    Strategy,
    read_aside,
    read_database,
    read_leased,
    read_through,
    write_around,
    write_back,
    write_through,
    write_through_database_first,
)
from labs.caching.strategies.promises import (
    database_operations,
    hit_ratio,
    lost_writes,
    mean_latency,
    refused_reads,
    replies,
    stale_reads,
)
from labs.caching.strategies.schedules import crash_points, schedules
from labs.caching.strategies.serve import serve
from labs.caching.strategies.stores import Cache, Database
from labs.caching.strategies.workload import Request
from labs.kit.card import badge, rich
from labs.kit.claims import Claim, claim
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

LONG: dict[str, Any] = {"until": 90.0, "ttl": 120.0}  # long enough for shares and ratios to settle
SHORT = {
    NSDI: "NSDI 2013", JOUPPI: "ISCA 1993", EHCACHE: "Ehcache", COHERENCE: "Coherence", EVICTION: "Redis",
    COMMIT: "Gray, Lamport",
}  # fmt: skip

Finding = tuple[Any, bool | dict[str, bool], str]  # saw, holds, what the real system does
Source = tuple[str, str]


@dataclass(frozen=True)
class Statement:
    """A sentence of the notes, in our words: for ("+") or against ("–") a strategy, or how it works ("·")."""

    strategy: str
    side: str
    name: str
    says: str
    source: tuple[Source, ...]
    test: Callable[[], Finding]

    def judge(self) -> tuple[Claim, Any]:
        """Run the test: the card, and what was seen."""
        saw, holds, real = self.test()
        return claim(self.says, saw=saw, holds=holds, real=real or None, source=list(self.source)), saw


STATEMENTS: list[Statement] = []


def _statement(strategy: str, side: str, name: str, says: str, *source: Source) -> Callable[..., Any]:
    def add(test: Callable[[], Finding]) -> Callable[[], Finding]:
        STATEMENTS.append(Statement(strategy, side, name, says, source, test))
        return test

    return add


def judged(strategy: str, name: str) -> Claim:
    """One statement, run and judged, as a card. ValueError for one that there is not."""
    for statement in STATEMENTS:
        if (statement.strategy, statement.name) == (strategy, name):
            return statement.judge()[0]
    known = ", ".join(repr(s.name) for s in STATEMENTS if s.strategy == strategy) or "nothing"
    raise ValueError(f"nothing called {name!r} is said of {strategy!r}; there is {known}")


# ---- cache aside and read through ------------------------------------------------------------------------------------


def _reads_and_writes(strategy: str) -> Finding:
    """Hits and the database's work where most requests read, and where most write."""
    seen, work = {}, {}
    for share in (0.95, 0.3):
        run = serve(strategy=strategy, read_share=share, **LONG)
        without = serve(strategy="no cache", read_share=share, **LONG)
        work[share] = database_operations(run) / database_operations(without)
        seen[f"{100 * share:.0f} % reads"] = (
            f"{100 * hit_ratio(run):.0f} % hits; the database does {100 * work[share]:.0f} % of what it does without a "
            "cache"
        )
    return seen, work[0.95] < 0.5 < work[0.3], ""


@_statement("cache aside", "+", "reads", "It suits an application that mostly reads.", JOUPPI, NSDI)
def _aside_reads() -> Finding:
    return _reads_and_writes("cache aside")


@_statement(
    "cache aside", "+", "survives", "If the cache is down, requests do not fail: they go to the database.", NSDI
)
def _aside_survives() -> Finding:
    faults = [Fault(0, "down", "cache")]
    quiet, busy = serve(faults=faults, rate=3), serve(faults=faults, rate=16)
    failed = {run.settings["rate"]: len(replies(run, ok=False)) for run in (quiet, busy)}
    asked = {run.settings["rate"]: len(replies(run)) for run in (quiet, busy)}
    saw = {f"{rate} requests a second": f"{failed[rate]} of {asked[rate]} failed" for rate in failed}
    saw["with the cache up, 16 a second"] = f"{len(replies(serve(rate=16), ok=False))} failed"
    return (
        saw,
        {"the database can take it all": failed[3] == 0, "it cannot": failed[16] == 0},
        "This database does 10 things a second. A cache that takes most of the load is no spare part: without it the "
        "database meets all of it at once.",
    )


@_statement(
    "cache aside", "+", "structure", "What is cached may have another structure than what the database has.", EHCACHE
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
    return {"two rows": str(db.rows), "one document": str(held)}, held.keys() != db.rows.keys(), (
        "The price: whoever writes a row has to know which documents are made of it."
    )  # fmt: skip


def _first_reads(strategy: str, preheated: bool) -> tuple[int, int]:
    """(first reads of a key, how many of them missed)."""
    asked = [Request(0.5 * i, "read", key) for i, key in enumerate("abcdef")]
    run = serve(strategy=strategy, requests=asked, preheated=preheated)
    return len(asked), sum(not e["hit"] for e in replies(run, "read"))


def _first_miss(strategy: str) -> Finding:
    """First reads, cold and pre-heated."""
    (asked, cold), (_, warm) = _first_reads(strategy, False), _first_reads(strategy, True)
    written = [Request(0, "write", "a", 11), Request(1, "read", "a")]
    fresh = serve(strategy=strategy, requests=written, preheated=True)
    again = [e["hit"] for e in replies(fresh, "read")]
    saw = {
        "cold cache": f"{cold} of {asked} first reads miss",
        "pre-heated": f"{warm} of {asked} miss",
        "pre-heated, then the key is written": f"the next read {'hits' if again == [True] else 'misses'}"
        + (f", and gets the old {replies(fresh, 'read')[0]['value']}" if stale_reads(fresh) else ""),
    }
    return (
        saw,
        {"cold": cold == asked, "pre-heated": warm == asked},
        "Pre-heating moves the misses to a moment of your choosing. It helps with what is known beforehand, not with "
        "what "
        "is written later.",
    )  # fmt: skip


@_statement(
    "cache aside", "–", "first miss", "The first read of new data always misses (unless it was pre-heated).", NSDI
)
def _aside_first() -> Finding:
    return _first_miss("cache aside")


def _no_word_on_writes(strategy: str) -> Finding:
    """Stale answers when writes go past the cache, with a long and with a short life of entries."""
    runs = {ttl: serve(strategy=strategy, ttl=ttl) for ttl in (60, 1)}
    stale = {ttl: len(stale_reads(run)) for ttl, run in runs.items()}
    saw = {
        f"an entry lives {ttl} s": f"{stale[ttl]} stale answers, {100 * hit_ratio(run):.0f} % hits"
        for ttl, run in runs.items()
    }
    return saw, stale[60] > 0, "A short life of entries bounds how old an answer can be, and costs hits."


@_statement(
    "cache aside", "–", "inconsistent", "Unless writes are dealt with as well, cache and database disagree.", NSDI
)
def _aside_inconsistent() -> Finding:
    return _no_word_on_writes("cache aside")


@_statement("read through", "+", "reads", "It suits an application that mostly reads.", JOUPPI, COHERENCE)
def _through_reads() -> Finding:
    return _reads_and_writes("read through")


@_statement(
    "read through",
    "+",
    "separate",
    "Fetching from the database is kept apart from the application.",
    EHCACHE,
    COHERENCE,
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
        "And so the application has no way round: cache aside survives its cache, read through does not.",
    )


@_statement("read through", "–", "first miss", "The first read of new data always misses (unless it was pre-heated).",
            COHERENCE)  # fmt: skip
def _through_first() -> Finding:
    return _first_miss("read through")


@_statement(
    "read through", "–", "inconsistent", "Unless writes are dealt with as well, cache and database disagree.", EHCACHE
)
def _through_inconsistent() -> Finding:
    return _no_word_on_writes("read through")


@_statement(
    "read through",
    "–",
    "structure",
    "What is cached must have the structure of the database's table.",
    EHCACHE,
    COHERENCE,
)
def _through_structure() -> Finding:
    db, cache = Database({"1": ["Ada", "Lovelace", 1815]}), Cache()

    def loader(key: str) -> Any:
        """A row becomes a document."""
        first, last, born = db.read(key) or ("", "", 0)
        return {"name": f"{first} {last}", "born": born}

    ReadThrough(cache, loader).get("1")
    held = cache.entries["1"].value
    return {"the row": str(db.rows["1"]), "cached by the loader": str(held)}, held == db.rows["1"], (
        "The loader is yours, and may map as it likes. It is where the two structures meet."
    )  # fmt: skip


# ---- write around ----------------------------------------------------------------------------------------------------


@_statement(
    "write around", "·", "dirty flag",
    "A write around marks the cached entry as dirty, so that the next read misses and fetches the new value.",
    JOUPPI, NSDI,
)  # fmt: skip
def _around_dirty() -> Finding:
    around, back = _step_by_step(write_around), _step_by_step(write_back)
    return (
        {
            "write around, 10 → 11": f"cache {around[0]}, dirty {around[1]}, database {around[2]}; the next read "
            f"misses",
            "write back, 10 → 11": f"cache {back[0]}, dirty {back[1]}, database {back[2]}",
        },
        {"the next read fetches the new value": around[0] == {}, "by a dirty flag": bool(around[1])},
        "Dirty means the reverse: the cache is newer than the store, as in write back. After a write around the "
        "entry is "
        "old, and is deleted (or waits for its time to run out).",
    )


def _step_by_step(write: Callable[..., Any]) -> tuple[dict[str, Any], list[str], dict[str, Any]]:
    """What the stores hold after one write of 11, from 10 in both."""
    cache, db = Cache(), Database({"a": 10})
    cache.set("a", 10)
    write("a", 11, cache, db)
    return {key: entry.value for key, entry in cache.entries.items()}, list(cache.dirty()), db.rows


@_statement("write around", "+", "reads", "It suits an application that mostly reads.", JOUPPI)
def _around_reads() -> Finding:
    return _reads_and_writes("write around")


@_statement("write around", "+", "consistent", "It resolves the inconsistency between cache and database.", NSDI)
def _around_consistent() -> Finding:
    race = schedules({"R": (read_aside, "a"), "W": (write_around, "a", 11)})
    cured = schedules({"R": (read_leased, "a"), "W": (write_around, "a", 11)})
    crashes = crash_points({"W": (write_around, "a", 11)}, cached={"a": 10})
    plain, around = serve(strategy="cache aside", ttl=60), serve(strategy="write around", ttl=60)
    stale = [o.schedule for o in race if o.stale]
    return (
        {
            "one workload": f"{len(stale_reads(around))} stale answers; {len(stale_reads(plain))} with plain cache "
            f"aside",
            "a reader and a writer in every order": f"{len(stale)} of {len(race)} leaves a stale entry: {stale[0]}",
            "the same with leases": f"{sum(o.stale for o in cured)} of {len(cured)}",
            "the writer dies": f"{sum(o.stale for o in crashes)} of {len(crashes)} moments leaves a stale entry",
        },
        {
            "one after the other": not stale_reads(around),
            "at the same time": not stale,
            "with a crash": not any(o.stale for o in crashes),
        },
        "Leases cure the race (§3.2.1 of the paper). For the crash there is the entry's limited life, or a delete "
        "that is "
        "sent again from the database's log.",
    )


@_statement("write around", "–", "first miss", "The first read of new data always misses (unless it was pre-heated).",
            JOUPPI)  # fmt: skip
def _around_first() -> Finding:
    asked = [Request(0, "write", "a", 11), Request(1, "read", "a"), Request(2, "read", "a")]
    run = serve(strategy="write around", requests=asked, preheated=True)
    hits = [e["hit"] for e in replies(run, "read")]
    return (
        f"pre-heated; a is written, then read twice: {', '.join('hit' if hit else 'miss' for hit in hits)}",
        hits[:1] == [False],
        "Every write makes the next read of its key a miss, so pre-heating does not help here.",
    )


def _database_down(strategy: str) -> tuple[int, int, Any]:
    """(writes that failed, writes) while the database is down, and the run."""
    run = serve(strategy=strategy, read_share=0.5, faults=[Fault(0, "down", "database")], preheated=True)
    return len(replies(run, "write", ok=False)), len(replies(run, "write")), run


@_statement("write around", "–", "database down", "If the database is down, a write fails.", NSDI)
def _around_down() -> Finding:
    failed, asked, _ = _database_down("write around")
    return f"{failed} of {asked} writes fail", failed == asked > 0, ""


# ---- write through ---------------------------------------------------------------------------------------------------


@_statement("write through", "+", "consistent", "Cache and database are always consistent.", NSDI, COHERENCE)
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
        "Two stores written one after the other are not one. Writing the database first at least keeps refused "
        "values out "
        "of the cache.",
    )


@_statement("write through", "+", "hits", "Hits become much more likely.", JOUPPI)
def _write_through_hits() -> Finding:
    return _more_hits("write through")


def _more_hits(strategy: str) -> Finding:
    ratios = {
        share: (hit_ratio(serve(strategy=strategy, read_share=share, **LONG)),
                hit_ratio(serve(strategy="write around", read_share=share, **LONG)))
        for share in (0.95, 0.6)
    }  # fmt: skip
    saw = {f"{100 * share:.0f} % reads": f"{100 * mine:.0f} % hits, {100 * around:.0f} % with write around"
           for share, (mine, around) in ratios.items()}  # fmt: skip
    much = {share: mine - around > 0.1 for share, (mine, around) in ratios.items()}
    return saw, {"many writes": much[0.6], "few writes": much[0.95]}, (
        "What is written is read from the cache afterwards, if it is read at all; what nobody reads takes up room."
    )  # fmt: skip


@_statement(
    "write through", "–", "alone",
    "By itself it only makes writes slower; it is of use together with read through or cache aside.", JOUPPI, EHCACHE,
)  # fmt: skip
def _write_through_alone() -> Finding:
    alone = serve(strategy=Strategy("write through alone", read_database, write_through))
    paired, without = serve(strategy="write through"), serve(strategy="no cache")
    saw = {
        run.settings["strategy"] + (" with read through" if run is paired else ""):
        f"{100 * hit_ratio(run):.0f} % hits, a read {1000 * mean_latency(run, 'read'):.0f} ms, a write "
        f"{1000 * mean_latency(run, 'write'):.0f} ms"
        for run in (without, alone, paired)
    }  # fmt: skip
    return (
        saw,
        {
            "slower writes": mean_latency(alone, "write") > mean_latency(without, "write"),
            "no hits": not hit_ratio(alone),
        },
        "",
    )


@_statement(
    "write through", "–", "two-phase commit", "It needs two-phase commit, to keep the transaction whole.", COMMIT, NSDI
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
            "cache first, the writer dies": f"{sum(o.stale for o in first)} of {len(first)} moments: the cache has a "
            f"value "
            "that the database never got",
            "database first, the writer dies": f"{sum(o.stale for o in second)} of {len(second)} moments: the cache "
            f"is old",
            "the same on a clock, entries live 3 s": f"reads at 0, 2 and 4 s get {', '.join(map(str, values))}",
        },
        {
            "without it the two can differ": any(o.stale for o in first) and any(o.stale for o in second),
            "nothing less will do": values[-1] != 11,
        },
        "Hardly anybody runs two-phase commit with a cache: few caches can prepare, and a coordinator that dies "
        "between the "
        "phases leaves the key locked. The database is the truth; the cache is put right by its entries' limited "
        "life, by "
        "deletes, or from the database's log.",
    )  # fmt: skip


@_statement("write through", "–", "database down", "If the database is down, a write fails.", COHERENCE)
def _write_through_down() -> Finding:
    failed, asked, run = _database_down("write through")
    return (
        {
            "writes that fail": f"{failed} of {asked}",
            "later answers with a refused value": str(len(refused_reads(run))),
        },
        failed == asked > 0,
        "With the cache written first, it fails and is read all the same.",
    )


# ---- write back ------------------------------------------------------------------------------------------------------


@_statement("write back", "+", "writes", "It suits an application that mostly writes.", JOUPPI, COHERENCE)
def _back_writes() -> Finding:
    runs = {name: serve(strategy=name, read_share=0.1, skew=2, seed=1) for name in ("write through", "write back")}
    work = {name: database_operations(run, "write") for name, run in runs.items()}
    asked = len(replies(runs["write back"], "write"))
    return (
        {name: f"{asked} writes by the clients, {n} by the database" for name, n in work.items()},
        work["write back"] < work["write through"],
        "Several writes of one key between two flushes become one.",
    )


@_statement(
    "write back", "+", "latency", "A write takes less time, since the database is written later.", JOUPPI, COHERENCE
)
def _back_latency() -> Finding:
    runs = {name: serve(strategy=name) for name in ("write through", "write back")}
    took = {name: mean_latency(run, "write") for name, run in runs.items()}
    return {name: f"{1000 * t:.0f} ms" for name, t in took.items()}, took["write back"] < took["write through"], (
        "The time is saved by promising what is not done yet."
    )  # fmt: skip


@_statement("write back", "+", "hits", "Hits become much more likely.", JOUPPI)
def _back_hits() -> Finding:
    return _more_hits("write back")


@_statement("write back", "+", "with read through", "Together with read through it performs much better.", COHERENCE)
def _back_paired() -> Finding:
    ways = {
        "reads from the database": Strategy("a", read_database, write_back, _flush(), inline=True),
        "reads through": Strategy("b", read_through, write_back, _flush(), inline=True),
    }
    runs = {name: serve(strategy=way) for name, way in ways.items()}
    saw = {
        name: f"a read takes {1000 * mean_latency(run, 'read'):.0f} ms; {len(stale_reads(run))} stale answers"
        for name, run in runs.items()
    }
    quick = {name: mean_latency(run, "read") for name, run in runs.items()}
    return saw, quick["reads through"] < 0.7 * quick["reads from the database"], (
        "It is more than speed: who reads past the cache does not see what has not been flushed."
    )  # fmt: skip


def _flush() -> Any:
    from labs.caching.strategies.five import flush

    return flush


@_statement("write back", "+", "database down", "Writes work even while the database is down.", COHERENCE)
def _back_down() -> Finding:
    failed, asked, _ = _database_down("write back")
    both = serve(
        strategy="write back", read_share=0.5, preheated=True,
        faults=[Fault(0, "down", "database"), Fault(8, "down", "cache"), Fault(8, "up", "cache")],
    )  # fmt: skip
    lost = len(lost_writes(both))
    return (
        {
            "the database is down": f"{failed} of {asked} writes fail",
            "and at 8 s the cache restarts": f"{lost} writes lost",
        },
        {"a write is accepted": failed == 0, "and is safe": lost == 0},
        "Until the flush the only copy is in the cache. Whoever needs those writes replicates the cache, or logs to "
        "disk.",
    )


@_statement(
    "write back", "–", "removed",
    "If an entry leaves the cache before it was flushed, the write is lost; a long life of entries (two days) "
    "prevents it.",
    COHERENCE, EVICTION,
)  # fmt: skip
def _back_removed() -> Finding:
    two_days = 2 * 24 * 3600.0
    asked = [Request(1.0, "write", "a", 11), Request(1.2, "read", "b")]
    cases: dict[str, dict[str, Any]] = {
        "it expires after 1 s": dict(ttl=1.0),
        "lives two days": dict(ttl=two_days),
        "lives two days, the cache is full": dict(ttl=two_days, capacity=1),
        "lives two days, the cache restarts": dict(
            ttl=two_days, faults=[Fault(2, "down", "cache"), Fault(3, "up", "cache")]
        ),
    }
    lost = {
        case: [w.value for w in lost_writes(serve(strategy="write back", requests=asked, flush_interval=4, **more))]
        for case, more in cases.items()
    }
    return (
        {case: f"lost: {', '.join(map(str, values)) or 'nothing'}" for case, values in lost.items()},
        {
            "it can be lost": lost["it expires after 1 s"] == [11],
            "two days prevent it": not any(lost[case] for case in list(cases)[1:]),
        },
        "The life of an entry guards against expiry only. An entry that is dirty must not be evicted before it is "
        "flushed "
        "(write-behind caches see to that), and must exist twice, or a restart loses it.",
    )


# ---- all of them -----------------------------------------------------------------------------------------------------


def everything() -> Ledger:
    """All statements, run and judged, as one table."""
    return Ledger([(statement, *statement.judge()) for statement in STATEMENTS])


class Ledger:
    """The table: strategy, for or against, what is said, the verdict, and what was seen."""

    def __init__(self, rows: list[tuple[Statement, Claim, Any]]) -> None:
        self.rows = rows

    def __repr__(self) -> str:
        lines = []
        for statement, found, _ in self.rows:
            detail = f" ({found.detail})" if found.detail else ""
            lines.append(f"{statement.strategy:13} {statement.side} {statement.says}  → {found.verdict}{detail}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        cell = 'style="text-align: left; vertical-align: top; padding: 4px 10px"'
        head = "".join(
            f"<th {cell}>{name}</th>"
            for name in ("strategy", "", "the notes say", "verdict", "what came out", "source")
        )
        body, before = "", ""
        for statement, found, seen in self.rows:
            name = f"<strong>{escape(statement.strategy)}</strong>" if statement.strategy != before else ""
            before = statement.strategy
            told = [f"{what}: {value}" for what, value in seen.items()] if isinstance(seen, Mapping) else [seen]
            saw = "<br>".join(map(rich, told))
            detail = f"<br>{rich(found.detail)}" if found.detail else ""
            links = "<br>".join(f'<a href="{escape(one[1])}">{escape(SHORT[one])}</a>' for one in statement.source)
            cells = (name, statement.side, rich(statement.says), badge(found.tone, found.verdict) + detail, saw, links)
            body += "<tr>" + "".join(f"<td {cell}>{text}</td>" for text in cells) + "</tr>"
        html = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return {"text/html": html, "text/plain": repr(self)}
