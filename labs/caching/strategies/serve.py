"""A cache and a database at work on a virtual clock, under any strategy.

    serve(strategy="write back", read_share=0.8, faults=[Fault(4, "down", "cache")]) -> Trace

Application servers "app 1", "app 2" … answer requests by a strategy (five.py); "cache" and "database" are the
stores. Everything takes about ten times as long as in life, so that it can be watched. What a trace can contain:

| kind    | who      | particulars |
|---------|----------|-------------|
| row     | database | key, value: a row, at the start and whenever it is written |
| request | app      | number, op ("read", "write"), key, value |
| ask     | app, cache | number, store, verb, key: on its way to a store |
| did     | cache, database | number, verb, key, value (written or found), ok, by: the store does it; not ok: error |
| entry   | cache    | key, value, dirty: what the cache holds under the key from now on |
| gone    | cache    | key, value, why: "deleted", "expired", "evicted", "down" |
| lost    | cache    | key, value, why: an acknowledged write that was nowhere else |
| reply   | app      | number, op, key, value, ok, error, hit (read without the database), took (s) |
| flush   | cache    | brought: how many dirty entries reached the database |
| down, up, stall, resume | any | the faults, and what becomes of them |
| note    | any      | text: a fault that changes nothing, and why |

`number` counts requests; the background flush has "flush". Times are seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from labs.caching.strategies.service import Run
from labs.caching.strategies.settings import LIMITS, Settings, asked, possible
from labs.kit.limits import settle, takes
from labs.kit.trace import Fault, Trace


@takes(Settings)
def serve(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Serve requests from 0 to `until` seconds and return what happened.

    `strategy` is one of STRATEGIES, "no cache", or a Strategy of your own. `rate` (a second), `read_share` (0 to 1),
    `keys` and `skew` make the requests (see workload), unless `requests` gives them. A question to the cache takes
    `cache_latency`, one to the database `db_latency`; it has `connections`, and whoever waits for one longer than
    `timeout` is refused. An entry lives `ttl` seconds, the cache holds `capacity` of them, dirty ones are flushed
    `flush_interval` after the last flush. `preheated`: the cache starts with as many keys as it holds.
    Defaults and limits: settings.py.

    `faults`: Fault(t, "down" | "up", who) for a store or an application server: the cache comes back empty, the
    database with all its rows; a server that goes down drops what it was doing. Fault(t, "stall", app): it stands still
    for a second. Fault(t, "evict", "cache"): the least recently used entry is thrown out. A fault comes after
    everything else at its moment. The same arguments give the same trace, everywhere.

    Raises ValueError, in a sentence, for what cannot be; what a strategy of your own raises goes through as it is,
    except StoreDown: then the request has failed.
    """
    chosen = settle(Settings, LIMITS, settings, seed)
    faults = possible(faults, chosen)
    told = {**vars(chosen), "strategy": chosen.how.name, "inline": chosen.how.inline}
    run = Run(chosen, Trace(told, faults, seed, chosen.until))
    run.begin(asked(chosen, seed))
    for fault in faults:  # written in a second time at its moment, it comes after all that was due then
        run.clock.at(fault.t, lambda f=fault: run.clock.at(f.t, lambda: run.strike(f)))  # type: ignore[misc]
    run.clock.run(chosen.until)
    return run.trace
