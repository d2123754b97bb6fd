"""What lesson 13 asks before it shows."""

from __future__ import annotations

from typing import Any

from labs.kit.guessing.question import Question
from labs.kit.trace import Fault, Trace
from labs.proxies.balancing.balance import balance
from labs.proxies.balancing.captions import waits
from labs.proxies.balancing.controls import as_the_last_comes

# The runs that are asked about. The lesson's pictures play the same.
TWELVE: dict[str, Any] = {"requests": 12, "cost": "heavy", "seed": 4192}
CRASH = [Fault(4, "crash", "b")]
BAD_MOMENT = [Fault(3, "slow", name) for name in "abc"] + [Fault(7, "return", name) for name in "abc"]
RETRYING: dict[str, Any] = {"algorithm": "least connections", "load": 0.6, "timeout": 3, "requests": 100}

SHARES = [
    "Hardly anything: each server gets about a third of the requests either way",
    "It nearly disappears",
    "It gets longer, because they all crowd onto the server that is free",
]


def _longest(algorithm: str) -> float:
    return max(waits(balance(algorithm=algorithm, **TWELVE)).values())


def _tail() -> str:
    turns, least = _longest("round robin"), _longest("least connections")
    return SHARES[1] if least < 0.2 * turns else SHARES[2] if least > turns else SHARES[0]


FAIR_SHARES = Question(
    id="proxies-fair-shares",
    question="Twelve requests come to three equal servers. Request 3 needs 2.75 s of work, each of the others 0.25 s. "
    "The proxy changes from round robin to least connections. What becomes of the longest wait in a queue?",
    options=SHARES,
    answer=_tail,
    because="Round robin sends requests 6, 9 and 12 to the server that is still at work on request 3, as it is its "
    "turn. Least connections notices that an answer is missing there, and passes that server over.",
)

FAIL = [
    "Hardly any: b answers nothing, so nothing more is sent there",
    "About a third: b's share of the requests",
    "More than half",
]


def _failed_after_the_crash() -> str:
    run = balance(algorithm="least connections", checks=False, faults=CRASH)
    later = [e["number"] for e in run.of("arrive") if e.t > CRASH[0].t]
    share = sum(not e["ok"] for e in run.of("reply") if e["number"] in later) / len(later)
    return FAIL[0] if share < 0.1 else FAIL[2] if share > 0.5 else FAIL[1]


BLACK_HOLE = Question(
    id="proxies-black-hole",
    question="After b has crashed, 33 more requests come. There are no health checks and no retries. "
    "With least connections, how many of the 33 fail?",
    options=FAIL,
    answer=_failed_after_the_crash,
    because="A refusal takes no time. So b never has an unanswered request, looks idle, and is picked again and again.",
)

ENDS = [
    "All is well within a few seconds",
    "It takes some twenty seconds to work off the queues",
    "It stays down, although the servers are well",
]


def storm(retries: int, budget: float | None = None) -> Trace:
    """The run with the bad moment, up to its last request."""
    return as_the_last_comes(balance(**RETRYING, retries=retries, budget=budget, faults=BAD_MOMENT))


def _after_the_bad_moment() -> str:
    run = storm(2)
    bad = [e.t for e in run.of("reply") if not e["ok"]]
    last = max(bad, default=0.0)
    return ENDS[2] if last > run.end - 3 else ENDS[1] if last > 15 else ENDS[0]


RETRY_STORM = Question(
    id="proxies-retry-storm",
    question="From 3 s to 7 s all servers are five times slower. Then they are well again, and could do all the work "
    "in 60 % of the time. The proxy gives up on a try after 3 s, and makes up to two more. What happens after 7 s?",
    options=ENDS,
    answer=_after_the_bad_moment,
    because="A server does not know that nobody is waiting any more. It works on tries that were given up (grey), "
    "while the proxy sends the same request to the next server as well. Three tries per request are a load of 180 %. "
    "That keeps the queues so long that hardly any try succeeds in time.",
)
