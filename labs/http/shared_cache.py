"""The cache in a reverse proxy: an answer that is still fresh is given again, and no server hears of the request.

It is enough to see what a cache saves, and not safe for strangers' traffic. Not dealt with yet (RFC 9111):

* an answer to a request with `Authorization` is kept and given to everybody (§3.5);
* of several `Cache-Control` headers only the last counts, so that a `private` may be overlooked (§4.2.1), and what a
  request itself says about caching is not looked at (§5.2.1);
* the `Age` that an answer brings along is not subtracted from its life, and `Expires` and `Date` are not read (§4.2);
* a POST, PUT or DELETE leaves the old answer where it is (§4.4), and nothing is ever validated with the server (§4.3);
* a partial answer, a `Range`, and the difference between HTTP and HTTPS are not known here;
* nothing is thrown out when there is no room, not even what is no longer fresh.

It is made anew with lesson 12 (HTTP).
"""

from __future__ import annotations

import re
from collections.abc import Callable

Response = tuple[int, dict[str, str], bytes]  # status, headers (names in small letters), body


def freshness(status: int, headers: dict[str, str]) -> float:
    """For how many seconds a shared cache may give this response again without asking; 0: not at all.

    s-maxage is for shared caches and goes before max-age; what is private, no-store or no-cache is not given again.
    This cache keeps only a 200, and never one that sets a cookie or says that it Varies.
    Source: RFC 9111 §3, §4.2.1 and §5.2.2.
    """
    said = dict(re.findall(r'([a-z-]+)(?:="?(\d+)"?)?', headers.get("cache-control", "").lower()))
    if (
        status != 200
        or "set-cookie" in headers
        or "vary" in headers
        or said.keys() & {"private", "no-store", "no-cache"}
    ):
        return 0.0
    return float(said.get("s-maxage") or said.get("max-age") or 0)


class SharedCache:
    """Responses to GET by (host, target), each until it is no longer fresh. `now` gives the time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._kept: dict[tuple[str, str], tuple[float, float, Response]] = {}
        self.hits = 0

    def get(self, host: str, target: str) -> Response | None:
        """The response if there is a fresh one, with its Age (RFC 9111 §5.1), else None."""
        since, until, (status, headers, body) = self._kept.get((host, target), (0.0, 0.0, (0, {}, b"")))
        if self._now() >= until:
            return None
        self.hits += 1
        return status, {**headers, "age": str(int(self._now() - since))}, body

    def put(self, host: str, target: str, response: Response) -> None:
        """Keep a response for as long as it says that it is fresh."""
        if (seconds := freshness(*response[:2])) > 0:
            self._kept[host, target] = (self._now(), self._now() + seconds, response)
