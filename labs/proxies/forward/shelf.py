"""One answer in a proxy's cache, and a client that asks for it every few seconds: RFC 9111 on a virtual clock.

The cache is the one that the real proxy has (labs/http/shared_cache.py); only its clock is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from labs.http.messages import Answer, read_request_head
from labs.http.shared_cache import SharedCache
from labs.http.syntax import value
from labs.kit.limits import Limits, OneOf, Whole, check_faults, check_settings
from labs.kit.trace import Clock, Fault, Trace

SAYS = ("max-age=20", "s-maxage=10, max-age=20", "max-age=20, stale-if-error=60", "no-cache", "private", "no-store")
EVERY, END = 4.0, 60.0
ASKED = b"GET /logo HTTP/1.1\r\nHost: shop.example\r\n\r\n"
LIMITS: Limits = {"says": OneOf(SAYS), "brought": Whole(0, 30, "seconds")}


def shelf(says: str = "max-age=20", brought: int = 0, *, faults: Sequence[Fault] = (), seed: int = 0) -> Trace:
    """A `served` event per request, with how ("hit", "miss", "validated", "stale", "502", "no proxy"), its age, what
    the origin said ("200", "304" or ""), and whether the cache had `kept` an answer until then; `down` where the origin
    or the proxy goes down or comes back.

    `says` is the answer's Cache-Control, `brought` the Age that it has when it comes: what it spent in other caches.
    """
    check_settings(LIMITS, {"says": says, "brought": brought})
    for fault in check_faults(faults, ("down",), END, "origin or proxy"):
        if fault.who not in ("origin", "proxy"):
            raise ValueError(f"'down' strikes the origin or the proxy, and not {fault.who!r}")
    trace = Trace({"says": says, "brought": brought}, tuple(faults), seed, end=END)
    clock, out = Clock(), {"origin": False, "proxy": False}
    cache = [SharedCache(lambda: clock.now)]
    page = Answer(200, [("Cache-Control", says), ("ETag", '"v1"'), *[("Age", str(brought))] * bool(brought)], b"logo")

    def switch(who: str) -> None:
        out[who] = not out[who]
        if who == "proxy":
            cache[0] = SharedCache(lambda: clock.now)  # what was in memory is gone
        trace.emit(clock.now, "down", who, down=out[who])

    def served() -> None:
        if out["proxy"]:
            trace.emit(clock.now, "served", "client", how="no proxy", age=0, origin="", kept=False)
            return
        plan = cache[0].plan(read_request_head(ASKED))
        told, answer = "", plan.answer
        if plan.ask is not None:
            unchanged = value(plan.ask.headers, "if-none-match") == '"v1"'
            reply = None if out["origin"] else page._replace(status=304, body=b"") if unchanged else page
            told = "" if reply is None else str(reply.status)
            answer = cache[0].settle(plan, reply, clock.now)
        how = "hit" if plan.ask is None else {"200": "miss", "304": "validated"}.get(told, "stale" if answer else "502")
        age = int(value(answer.headers, "age") or 0) if answer else 0
        trace.emit(clock.now, "served", "client", how=how, age=age, origin=told, kept=plan.stored is not None)

    for fault in faults:
        clock.at(fault.t, partial(switch, fault.who))
    for step in range(int(END // EVERY)):
        clock.at(1 + step * EVERY, served)
    clock.run(END)
    return trace


def fresh_for(said: Mapping[str, Any], authorized: bool, age: int, held: int) -> int:
    """For how many seconds more a shared cache may serve an answer without asking, by its Cache-Control; 0 for never.

    {"max-age": 60, "public": True} stands for `max-age=60, public`. Source: RFC 9111 §3, §3.5, §4.2.
    """
    if any(name in said for name in ("no-store", "private", "no-cache")):
        return 0
    if authorized and not any(name in said for name in ("public", "s-maxage", "must-revalidate")):
        return 0
    lifetime: int = said.get("s-maxage", said.get("max-age", 0))
    return max(0, lifetime - age - held)
