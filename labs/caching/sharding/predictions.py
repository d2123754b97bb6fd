"""What lesson 17 asks before it shows."""

from __future__ import annotations

from labs.caching.sharding.measures import largest
from labs.caching.sharding.pool import serve_pool
from labs.kit.guessing.question import Question
from labs.kit.trace import Fault


def _eleventh() -> str:
    begin, add = serve_pool(placement="hash % n", faults=[Fault(6, "add", "servers")]).of("begin", "add")
    moved = sum(begin["owners"][key] != owner for key, owner in add["owners"].items())
    return ELEVENTH.options[0 if moved < 8 else 1 if moved < 25 else 2]


ELEVENTH = Question(
    id="caching-eleventh-server",
    question="Ten servers hold 40 keys, each key on server number `hash % 10`. An eleventh joins, so from now on it is "
    "`hash % 11`. How many of the 40 keys are now looked for on another server?",
    options=["Some 4: the new server's share", "Some 20: half of the remainders change", "Some 36: nearly all"],
    answer=_eleventh,
    because="The remainder by 11 has nothing to do with the remainder by 10: a key stays put only if both happen to be "
    "equal, one time in eleven. Here 37 of 40 move. The entries are still there, but nobody looks for them there.",
)


def _one_point() -> str:
    share = largest(1)
    return POINT.options[0 if share < 0.11 else 1 if share < 0.2 else 2 if share < 0.4 else 3]


POINT = Question(
    id="caching-one-point",
    question="Ten servers, and each has one point on the ring, at a place that its hash decides. "
    "How much of the ring does the largest of them own, on average?",
    options=[
        "10 %: hashes are even",
        "12 %: a little more than its share",
        "29 %: three times its share",
        "55 %: more than the other nine together",
    ],
    answer=_one_point,
    because="Ten random points cut a circle into very unequal pieces. The largest is (1 + 1/2 + 1/3 + … + 1/10) / 10 "
    "of the circle on average, which is 29 %.",
)


def _back_again() -> str:
    trace = serve_pool(writes=0.3, faults=[Fault(5, "cut", "a"), Fault(12, "cut", "a")])
    reads = [event for event in trace.of("read") if event.t > 12 and event["server"] == "a"]
    return BACK.options[2 if any(event["stale"] for event in reads) else 0 if not any(e["hit"] for e in reads) else 1]


BACK = Question(
    id="caching-back-again",
    question="For seven seconds nobody can reach server a, so its keys are looked for on other servers. Meanwhile "
    "writes go on, and each deletes the entry in the cache. Then a can be reached again. What does it answer?",
    options=[
        "Nothing at first: every read of its keys is a miss",
        "What the database has: the writes have deleted the entries that changed",
        "Some old values",
    ],
    answer=_back_again,
    because="The deletes went to the servers that stood in for a. Its own entries stayed as they were, and now it is "
    "asked for them again.",
)
