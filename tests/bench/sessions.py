"""What it costs to find out who is asking: a lookup in SQLite and in Redis, and verifying a token, in milliseconds.

`python -m tests.bench.sessions` prints the table. Everything is on one machine, so Redis has no network in between.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator

from labs.sessions.journey.sizes import claims
from labs.sessions.real.stores import SqliteSessions, open_store
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_key
from labs.tokens.jwt.jwt import accept, issue

SESSIONS, REPEATS = 10_000, 1_000


def median(ask: Callable[[], object]) -> float:
    """The median of many calls, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return 1000 * sorted(times)[REPEATS // 2]


def measure() -> Iterator[tuple[str, float]]:
    """(what, milliseconds): each store that is there, and each way to sign."""
    stores = [SqliteSessions()] + ([open_store()] if os.environ.get("REDIS_URL") else [])
    for store in stores:
        ids = [secrets.token_urlsafe(16) for _ in range(SESSIONS)]
        for id in ids:
            store.put(id, "ada")
        yield f"lookup in {store.name}", median(lambda store=store, id=ids[77]: store.find(id))  # type: ignore[misc]
        store.end()
    for alg in ("HS256", "RS256", "ES256"):
        key = example_key(alg)
        token = issue(claims(), key)
        yield (
            f"verify {alg}",
            median(lambda token=token, key=key: accept(token, key, now=NOW, issuer=ISSUER, audience=AUDIENCE)),  # type: ignore[misc]
        )


if __name__ == "__main__":
    for what, took in measure():
        print(f"{what:20} {took:.3f} ms")
