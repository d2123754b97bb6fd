"""What lesson 16 asks before it shows."""

from __future__ import annotations

from labs.caching.strategies.five import read_aside, write_around
from labs.caching.strategies.promises import lost_writes
from labs.caching.strategies.schedules import schedules
from labs.caching.strategies.serve import serve
from labs.caching.strategies.workload import ONE_PRICE, RESTART
from labs.kit.guessing.question import Question


def _second_answer() -> str:
    return str(serve(strategy="TTL only", requests=ONE_PRICE, keys=1, until=4).of("reply")[-1]["value"])


WHICH_PRICE = Question(
    id="caching-which-price",
    question="Price `a` is 10. At 0 s a client reads it. At 1 s a client changes it to 11, and is told that this is "
    "done. At 2 s another client reads it. What does it get?",
    options=["10", "11", "It depends on which application server answers"],
    answer=_second_answer,
    because="The first read left a copy in the cache, and the write told the cache nothing. Both servers use the same "
    "cache, so each of them would answer the same, for as long as the copy is there.",
)

HOW_MANY = [
    "In none: the delete comes after the write",
    "In one",
    "In four",
    "In five: whenever R takes the first step",
]


def _stale_schedules() -> str:
    race = schedules({"R": (read_aside, "a"), "W": (write_around, "a", 11)})
    return {0: HOW_MANY[0], 1: HOW_MANY[1], 4: HOW_MANY[2], 5: HOW_MANY[3]}[sum(o.stale for o in race)]


SCHEDULES = Question(
    id="caching-schedules",
    question="The cache is empty, the database has 10, and W writes 11. In how many of the ten schedules does the "
    "cache end up with 10, although the database has 11?",
    options=HOW_MANY,
    answer=_stale_schedules,
    because="R must read the database before W writes it, "
    "and must set only after W has deleted. One schedule does both.",
)

FATES = [
    "11: an entry lives for two days",
    "10, although the client was told that 11 is written",
    "10, and the client was told that the write failed",
]


def _after_the_restart() -> str:
    trace = serve(strategy="write back", **RESTART)
    return FATES[0] if not lost_writes(trace) else FATES[2 - trace.of("reply")[0]["ok"]]


RESTARTS = Question(
    id="caching-restart",
    question="Write back, a flush every 5 s, and a TTL of two days. At 1 s a client writes `a` = 11. At 2 s the cache "
    "crashes, and at 3 s it is back. At 4 s a client reads `a`. What does it get?",
    options=FATES,
    answer=_after_the_restart,
    because="Until the flush, the cache was the only place that had the value, and its memory is gone. A TTL says how "
    "long an entry may stay; it keeps no machine from crashing.",
)
