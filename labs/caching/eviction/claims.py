"""What the notes claim about caches, put to the models."""

from __future__ import annotations

from typing import Any

from labs.caching.eviction.layers import NAMES, fall
from labs.caching.eviction.replay import PATTERNS, hit_ratio, replay
from labs.caching.strategies.five import read_aside
from labs.caching.strategies.stores import CacheDown, Database
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

RFC_9111 = ("RFC 9111, HTTP caching", "https://www.rfc-editor.org/rfc/rfc9111")
RFC_5861 = ("RFC 5861, stale-while-revalidate and stale-if-error", "https://www.rfc-editor.org/rfc/rfc5861")
S3 = ("Yang et al., FIFO queues are all you need (SOSP 2023)", "https://doi.org/10.1145/3600006.3613147")
DEAN = ("Jeff Dean, LADIS 2009", "https://www.cs.cornell.edu/projects/ladis2009/talks/dean-keynote-ladis2009.pdf")
NSDI = ("Nishtala et al., Scaling Memcache at Facebook (NSDI 2013)",
        "https://www.usenix.org/conference/nsdi13/technical-sessions/presentation/nishtala")  # fmt: skip
NOTES = Ledger("15")


@NOTES.says(
    "caching-frequent",
    "Caching stores frequently used data in a fast memory, rather than reading it from a slow one each time.",
    S3,
)
def frequent() -> Finding:
    """What is in an LRU cache, and in S3-FIFO, after a scan."""
    struck = [Fault(1999.5, "scan", "cache")]
    left = {}
    for policy in ("LRU", "S3-FIFO"):
        cached = replay(policy=policy, faults=struck).of("scan")[0]["cached"]
        left[policy] = sum(not isinstance(key, str) for key in cached)
    return (
        {
            f"{name}: slots that a scan leaves to what is used frequently": f"{many} of 100"
            for name, many in left.items()
        },
        {"rather than reading it each time": True, "an LRU cache keeps what is used frequently": left["LRU"] > 50},
        "What is kept is what the policy values: LRU keeps what was used recently, LFU what was used frequently. "
        "And the fast memory may be a disk, as in a browser or a CDN: it only has to be nearer than the source.",
    )


@NOTES.says("caching-latency", "A cache makes the system very fast; it reduces latency.", DEAN)
def latency() -> Finding:
    """The requests of the layers; and a loop that never hits."""
    took = [e["took"] for e in fall().of("answer")]
    loop = hit_ratio(replay(pattern=PATTERNS[1]))
    return (
        {
            "five requests": ", ".join(f"{ms:g} ms" for ms in took),
            "hit ratio of LRU on a loop that is one too large": f"{100 * loop:.0f} %",
        },
        {
            "on average": sum(took) / len(took) < max(took),
            "the slowest request": min(took) == max(took),
            "whatever is requested": loop > 0,
        },
        "A hit is fast; a miss is a little slower than without a cache, since the cache was consulted for nothing. "
        "So the average falls as the hit ratio rises, and the slowest requests stay as they were, unless the database "
        "was overloaded: then even a miss may be quicker.",
    )


@NOTES.says("caching-fault-tolerance", "A cache helps to achieve fault tolerance.", RFC_5861, NSDI)
def fault_tolerance() -> Finding:
    """The database goes down after the first request."""
    asked = ("ada logo", "ben logo", "ada cart")
    answers = fall(asked=asked, faults=[Fault(6.5, "down", "database")]).of("answer")
    return (
        {e["request"]: f"from the {e['source']}" if e["source"] else "fails: the database is down" for e in answers},
        {"for what is cached": bool(answers[1]["source"]), "for everything else": bool(answers[2]["source"])},
        "What is cached is still answered for as long as it may be served (RFC 5861 has stale-if-error for that). "
        "But a system that lives by its cache may not survive without it: the database cannot take the whole load.",
    )


@NOTES.says(
    "caching-layers",
    "There are caches at several layers: the browser, a CDN, the load balancer, the server (Redis).",
    RFC_9111,
)
def layers() -> Finding:
    """The logo again and again, each time with one cache more emptied, from the browser on."""
    caches, between = NAMES[:-1], (10.5, 14.5, 19.5)  # steps at which nothing is under way
    faults = [Fault(t, "empty", name) for many, t in enumerate(between, 1) for name in caches[:many]]
    sources = [e["source"] for e in fall(asked=["ada logo"] * 5, faults=faults).of("answer")[1:]]
    return (
        {"the logo, each time with one more cache emptied, comes from": ", ".join(sources)},
        {f"the {name}": source == name for name, source in zip(caches, sources, strict=True)},
        "Which of them keep anything is a matter of configuration. What belongs to one user may be kept by that user's "
        "browser, and by no cache that hands it to others.",
    )


@NOTES.says("caching-cdn-static", "A CDN is used to store static data.", RFC_9111)
def cdn() -> Finding:
    """A logo, which never changes, and a page, which does."""
    kept = fall(asked=["ada logo", "ada page", "ada cart"]).of("answer")[-1]["kept"]["CDN"]
    return (
        {"the CDN keeps": ", ".join(kept)},
        {"static data": "logo" in kept, "nothing but static data": "page" not in kept},
        "It may keep whatever has a lifetime and belongs to nobody in particular: also a page that changes, for a few "
        "seconds.",
    )


class _Down:
    def get(self, key: str) -> Any:
        raise CacheDown("no cache")

    set = get


@NOTES.says(
    "caching-between", "On the server's side the cache sits between the application server and the database.", NSDI
)
def between() -> Finding:
    """Cache aside, without its cache."""
    db = Database()
    db.write("a", 10)
    down: Any = _Down()
    got = read_aside("a", down, db)
    return (
        f"cache aside, with the cache down: the application reads {got} from the database",
        {"with read through": True, "with cache aside": False},
        "In cache aside, the most common strategy (lesson 16), the cache stands beside the database: the application "
        "asks both. In read through it does sit in between.",
    )
