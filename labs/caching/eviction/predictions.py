"""What lesson 15 asks about a cache that is full, before it shows."""

from __future__ import annotations

from labs.caching.eviction.replay import PATTERNS, hit_ratio, replay
from labs.kit.guessing.question import Question

NIGHT = "a b c a b c a b c s1 s2 s3 s4 s5 a b c"


def _after_the_export() -> str:
    last = replay(policy="LRU", capacity=4, asked=NIGHT.split()).of("hit", "miss")[-3:]
    return EXPORT.options[{3: 0, 1: 1, 0: 2}[sum(e.kind == "hit" for e in last)]]


EXPORT = Question(
    id="caching-after-the-export",
    question="The cache has room for four, and evicts the least recently used entry. Customers ask for a, b and c, "
    "three times each. Then a nightly export reads s1 to s5, each once. Then a, b and c are requested again. "
    "How many of these last three requests hit?",
    options=["All three: they have been used more often than anything else", "One", "None"],
    answer=_after_the_export,
    because="LRU looks only at when an entry was last used. To it, five keys that were just read once are worth more "
    "than three favourites that were used a moment earlier.",
)


def _loop() -> str:
    return LOOP.options[0 if hit_ratio(replay(policy="LRU", pattern=PATTERNS[1])) > 0.9 else 2]


LOOP = Question(
    id="caching-one-too-large",
    question="A program goes through 101 entries, again and again, in the same order. Its LRU cache has room for 100. "
    "What is the hit ratio?",
    options=["99 %: only one entry in 101 is missing", "About one half", "0 %"],
    answer=_loop,
    because="When an entry is put in, the one that goes is the least recently used: the very one that is needed "
    "next. So each request misses, and evicts what the next one needs.",
)
