"""What a run kept of its promises: hits, stale answers, lost writes, the database's load, how long a client waited.

Every function looks at a trace of `serve` and at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from labs.kit.trace import Event, Trace

INFINITY = float("inf")


def replies(trace: Trace, op: str = "", ok: bool | None = None) -> list[Event]:
    """The replies to reads, to writes or to both; only those that went well (True) or did not (False)."""
    return [e for e in trace.of("reply") if op in ("", e["op"]) and ok in (None, e["ok"])]


def hit_ratio(trace: Trace) -> float:
    """The share of the answered reads that did not need the database; 0 where nothing was read."""
    reads = replies(trace, "read", ok=True)
    return sum(e["hit"] for e in reads) / len(reads) if reads else 0.0


def mean_latency(trace: Trace, op: str = "") -> float:
    """Seconds that a client waited for an answer that went well, on average; 0 where there was none."""
    waited = [e["took"] for e in replies(trace, op, ok=True)]
    return sum(waited) / len(waited) if waited else 0.0


def database_operations(trace: Trace, verb: str = "") -> int:
    """How many reads, writes or both the database did."""
    return sum(e.who == "database" and e["ok"] and verb in ("", e["verb"]) for e in trace.of("did"))


# ---- stale -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Write:
    """A write: when its client asked (s), when it heard that all went well, and when it was done for sure.

    `acked` is infinite if the client never heard so. `done` is finite as well where the database got the value although
    the client heard of a failure: whoever crashes after the first of two writes has written all the same.
    """

    key: str
    value: Any
    began: float
    acked: float = INFINITY
    done: float = INFINITY


def writes(trace: Trace) -> list[Write]:
    """All writes in the order in which they began; the rows of the beginning count as written long before."""
    out = [Write(e["key"], e["value"], -INFINITY, -INFINITY, -INFINITY) for e in trace.of("row") if e.t == 0]
    heard = {e["number"]: e for e in replies(trace, "write")}
    stands = {(e["key"], e["value"]): e.t for e in trace.of("row")}
    for e in trace.of("request"):
        if e["op"] == "write":
            reply, row = heard.get(e["number"]), stands.get((e["key"], e["value"]), INFINITY)
            acked = reply.t if reply and reply["ok"] else INFINITY
            done = max(reply.t, row) if reply and not reply["ok"] else acked
            out.append(Write(e["key"], e["value"], e.t, acked, done))
    return out


def stale_reads(trace: Trace) -> list[Event]:
    """Replies with a value that had been replaced, for all to know, before the question was asked.

    A newer write was done before the read began, and had itself begun after the write of the value was done. Reads and
    writes that overlap may come out either way, so they do not count.
    """
    known = writes(trace)
    wrote = {(w.key, w.value): w for w in known}
    stale = []
    for e in replies(trace, "read", ok=True):
        read = wrote.get((e["key"], e["value"]))
        newer = (w for w in known if w.key == e["key"] and -INFINITY < w.done <= e.t - e["took"])
        if any(read is None or w.began >= read.done for w in newer):
            stale.append(e)
    return stale


def refused_reads(trace: Trace) -> list[Event]:
    """Replies with a value that the database never got, and whose writer had been told so before."""
    rows = {(e["key"], e["value"]) for e in trace.of("row")}
    asked = {e["number"]: (e["key"], e["value"]) for e in trace.of("request")}
    failed = {asked[e["number"]]: e.t for e in replies(trace, "write", ok=False)}
    return [
        e
        for e in replies(trace, "read", ok=True)
        if (e["key"], e["value"]) not in rows and failed.get((e["key"], e["value"]), INFINITY) <= e.t
    ]


# ---- lost ------------------------------------------------------------------------------------------------------------


def lost_writes(trace: Trace) -> list[Write]:
    """Acknowledged writes that no longer stand anywhere, although no later acknowledged write replaced them.

    Either the only copy left the cache, or at the end the database holds something older and the cache has nothing
    that is still to be flushed.
    """
    acked = [w for w in writes(trace) if -INFINITY < w.acked < INFINITY]
    gone = {(e["key"], e["value"]) for e in trace.of("lost")}
    cache, db = contents(trace)
    lost = [w for w in acked if (w.key, w.value) in gone]
    order = {(w.key, w.value): w for w in writes(trace)}
    for key in dict.fromkeys(w.key for w in acked):
        last = max((w for w in acked if w.key == key), key=lambda w: w.began)
        kept, dirty = order.get((key, db[key])), cache.get(key, (None, False))
        waits = dirty[1] and dirty[0] == last.value
        if not waits and (kept is None or kept.acked <= last.began) and kept != last and last not in lost:
            lost.append(last)
    return lost


def waiting_writes(trace: Trace) -> int:
    """How many entries were dirty at one time, at most: acknowledged, and only in the cache."""
    dirty: set[str] = set()
    most = 0
    for e in trace:
        if e.kind == "entry" and e["dirty"]:
            dirty.add(e["key"])
        elif e.kind in ("entry", "gone"):
            dirty.discard(e["key"])
        most = max(most, len(dirty))
    return most


def contents(trace: Trace, until: float = INFINITY) -> tuple[dict[str, tuple[Any, bool]], dict[str, Any]]:
    """What the cache {key: (value, dirty)} and the database {key: value} hold after all that happened by `until`."""
    cache: dict[str, tuple[Any, bool]] = {}
    db: dict[str, Any] = {}
    for e in trace:
        if e.t > until:
            break
        if e.kind == "row":
            db[e["key"]] = e["value"]
        elif e.kind == "entry":
            cache[e["key"]] = (e["value"], e["dirty"])
        elif e.kind == "gone":
            cache.pop(e["key"], None)
    return cache, db


# ---- over time -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """From `start` to `end` (s) the cache held `value` under a key: "same" as the database's, "old" or "ahead"."""

    start: float
    end: float
    state: str
    value: Any


def history(trace: Trace) -> dict[str, list[Stretch]]:
    """For each key, what the cache held when; the gaps are when it held nothing."""
    order = {(w.key, w.value): i for i, w in enumerate(writes(trace))}
    keys = list(dict.fromkeys(e["key"] for e in trace.of("row")))
    out: dict[str, list[Stretch]] = {key: [] for key in keys}
    cache: dict[str, Any] = {}
    db: dict[str, Any] = {}
    open_: dict[str, tuple[float, str, Any]] = {}

    def turn(t: float, key: str) -> None:
        """Close the stretch of a key and open the next, if it is another."""
        now = None
        if key in cache:
            here, there = order.get((key, cache[key]), -1), order.get((key, db.get(key)), -1)
            now = ("same" if here == there else "old" if here < there else "ahead", cache[key])
        before = open_.get(key)
        if before and before[1:] != now:
            if t > before[0]:
                out[key].append(Stretch(before[0], t, before[1], before[2]))
            del open_[key]
        if now and key not in open_:
            open_[key] = (t, *now)

    for e in trace:
        if e.kind == "row":
            db[e["key"]] = e["value"]
        elif e.kind == "entry":
            cache[e["key"]] = e["value"]
        elif e.kind == "gone":
            cache.pop(e["key"], None)
        else:
            continue
        turn(e.t, e["key"])
    for key in list(open_):
        cache.pop(key, None)
        turn(trace.end, key)
    return out


def seconds(stretches: Iterable[Stretch], state: str) -> float:
    """How long the cache held something in this state."""
    return sum(s.end - s.start for s in stretches if s.state == state)


def stale_seconds(trace: Trace) -> float:
    """Seconds that entries were older than the database, over all keys."""
    return sum(seconds(stretches, "old") for stretches in history(trace).values())


def load(trace: Trace) -> list[tuple[float, float]]:
    """How many operations the database has before it, running or waiting: [(t, how many), …]."""
    steps: list[tuple[float, int]] = []
    for e in trace:
        if e.kind == "ask" and e["store"] == "database":
            steps.append((e.t, 1))
        elif e.kind == "did" and e.who == "database" and e["number"] != "preheat":
            steps.append((e.t, -1))
    many, line = 0, [(0.0, 0.0)]
    for t, change in sorted(steps):
        many = max(0, many + change)
        line.append((t, float(many)))
    return line
