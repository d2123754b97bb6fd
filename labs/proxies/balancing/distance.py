"""How far away is the server, in time? What a CDN saves is not the sending but the waiting for what travels.

A first page over https takes three round trips: one to connect (RFC 9293 §3.5), one for TLS 1.3 (RFC 9846 §2), one for
the request itself. Light in glass covers some 200 km a millisecond, and no server is nearer for being quicker.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from labs.kit.limits import Limits, Maybe, OneOf, YesNo, check_settings
from labs.kit.trace import Trace

Place = tuple[float, float]  # latitude and longitude, in degrees
FIBRE = 200_000.0  # km/s: the speed of light in vacuum, divided by the refractive index of glass, about 1.5
EARTH = 6371.0  # km, its mean radius

CITIES: dict[str, Place] = {
    "Frankfurt": (50.1, 8.7),
    "London": (51.5, -0.1),
    "Mumbai": (19.1, 72.9),
    "New York": (40.7, -74.0),
    "São Paulo": (-23.5, -46.6),
    "Singapore": (1.4, 103.8),
    "Sydney": (-33.9, 151.2),
}
LIMITS: Limits = {"user": OneOf(CITIES), "origin": OneOf(CITIES), "edge": Maybe(OneOf(CITIES)), "cached": YesNo()}


def kilometres(here: Place, there: Place) -> float:
    """The shortest way over the globe (the haversine formula), in km; cables take longer ones."""
    (lat1, lon1), (lat2, lon2) = [(radians(lat), radians(lon)) for lat, lon in (here, there)]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def round_trip(here: Place, there: Place) -> float:
    """The least time from asking to hearing, in seconds."""
    return 2 * kilometres(here, there) / FIBRE


def first_page(user: str, origin: str, edge: str | None = None, cached: bool = False) -> Trace:
    """A user in one of CITIES asks for a page, over https and for the first time, of an origin in another.

    With an `edge` (a CDN's reverse proxy) the user talks to that, and the edge asks the origin over a connection that
    it keeps open, unless it has the page `cached`. Events: send (who "user", "edge" or "origin"; to, what, arrives),
    then page. Times are seconds; computing takes none. Raises ValueError for a city that is not known.
    """
    settings = {"user": user, "origin": origin, "edge": edge, "cached": cached}
    check_settings(LIMITS, settings)
    trace = Trace(settings)
    near, now = ("edge", edge) if edge else ("origin", origin), 0.0

    def there_and_back(a: tuple[str, str], b: tuple[str, str], ask: str, answer: str, between: bool = False) -> None:
        nonlocal now
        for start, goal, what in ((a, b, ask), (b, a, answer)):
            arrives = now + round_trip(CITIES[start[1]], CITIES[goal[1]]) / 2
            trace.emit(now, "send", start[0], to=goal[0], what=what, arrives=arrives)
            now = arrives
            if between and goal == b:
                there_and_back(near, ("origin", origin), "request", "page")

    me = ("user", user)
    there_and_back(me, near, "connect", "accept")
    there_and_back(me, near, "TLS hello", "TLS done")
    there_and_back(me, near, "request", "page", between=edge is not None and not cached)
    trace.emit(now, "page", "user")
    return trace
