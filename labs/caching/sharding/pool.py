"""A run: requests for products, a pool of cache servers, and the database behind them.

| event  | who           | what happened                                                                               |
|--------|---------------|---------------------------------------------------------------------------------------------|
| read   | who answered  | `key` was read: a `hit` or not, `stale` or not, from `server` (None: none was up)           |
| write  | database      | `key` was written, and its `deleted` entries were deleted in the caches                     |
| add    | a server      | it joins, empty                                                                             |
| kill   | a server      | its process dies, and what it held is gone                                                  |
| revive | a server      | it is started again, empty                                                                  |
| cut    | a server      | nobody can reach it; it keeps what it holds                                                 |
| join   | a server      | it can be reached again, with what it held                                                  |
| hot    | a key         | from now on most requests are for this one                                                  |
| cool   | a key         | from now on it is a key like any other                                                      |

Who answers a read is a server, "app" for a local copy, or "database". All others but a write have `owners`, {key: the
server on which it is looked for}, `moved`, the keys that now belong to another server than before, and `missing`, those
whose owner does not have the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from labs.caching.sharding.placing import PLACINGS, Place, placing
from labs.kit.guarding.telling import LearnerError, show
from labs.kit.limits import Function, Limit, Maybe, Number, OneOf, Whole, check_faults, settle, takes
from labs.kit.trace import Fault, Trace

NAMES = "abcdefghijkl"  # the servers there can be
FAULTS = ("add", "kill", "cut", "hot")
HOT = 0.6  # the hot key's share of the requests
LOCAL = 1.0  # seconds for which an application keeps its local copy of the hot key
APPS = 3
CURES = ("none", "local copy", "three copies")


@dataclass(frozen=True)
class Settings:
    """`rate` is requests per second, `writes` their share that writes; `points` are those of a server on the ring."""

    placement: str = "ring"
    servers: int = 10
    points: int = 4
    keys: int = 40
    rate: int = 8
    writes: float = 0.0
    cure: str = "none"
    until: float = 20.0
    place: Place | None = None


LIMITS: dict[str, Limit] = {
    "placement": OneOf(PLACINGS),
    "servers": Whole(1, len(NAMES)),
    "points": Whole(1, 160),
    "keys": Whole(1, 60),
    "rate": Whole(1, 40, "requests per second"),
    "writes": Number(0, 1),
    "cure": OneOf(CURES),
    "until": Number(1, 60, "seconds"),
    "place": Maybe(Function("servers and key")),
}


class Pool:
    """The servers, what each of them holds, and the database: {key: version}."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.place = settings.place or placing(settings.placement, settings.points)
        self.keys = [f"product-{number}" for number in range(1, settings.keys + 1)]
        self.state = dict.fromkeys(NAMES[: settings.servers], "up")
        self.database = dict.fromkeys(self.keys, 0)
        self.held: dict[str, dict[str, int]] = {name: {} for name in self.state}
        self.local: dict[
            int, tuple[float, int]
        ] = {}  # application → until when its local copy is good, and its version
        self.hot = ""
        self.homes = self.owners()  # key → the last server to which it belonged
        for key, owner in self.homes.items():  # the caches are warm
            self.held[owner][key] = 0

    def up(self) -> list[str]:
        """The servers that can be reached, in the order in which they joined."""
        return [name for name, state in self.state.items() if state == "up"]

    def owner(self, key: str) -> str:
        """The server on which the key is looked for; "" where none is up."""
        up = self.up()
        if not up:
            return ""
        answer = self.place(list(up), key)
        if not isinstance(answer, str) or answer not in up:
            missing = " Is its return missing?" if answer is None else ""
            raise LearnerError(
                "raised", f"Your function returned {show(answer, 60)}; the servers are {', '.join(up)}.{missing}"
            )
        return answer

    def owners(self) -> dict[str, str]:
        """Where every key is looked for."""
        return {key: self.owner(key) for key in self.keys}

    def changed(self) -> dict[str, Any]:
        """What an event says of the keys: `owners`, `moved` and `missing`, see the module's text."""
        owners = self.owners()
        moved = [key for key, owner in owners.items() if owner not in ("", self.homes[key])]
        self.homes |= {key: owner for key, owner in owners.items() if owner}
        missing = [key for key, owner in owners.items() if key not in self.held.get(owner, {})]
        return {"owners": owners, "moved": moved, "missing": missing}

    def copies(self, key: str) -> list[str]:
        """The names under which a key is kept: three for a hot key that is kept on three servers."""
        many = 3 if key == self.hot and self.settings.cure == "three copies" else 1
        return [key, *(f"{key}#{copy}" for copy in range(2, many + 1))]

    def read(self, key: str, app: int, now: float, dice: Random) -> dict[str, Any]:
        """Look where the key belongs; on a miss load it from the database and leave it there."""
        if key == self.hot and self.settings.cure == "local copy":
            good_until, version = self.local.get(app, (-1.0, 0))
            if now < good_until:
                return {"who": "app", "server": None, "hit": True, "stale": version < self.database[key]}
        names = self.copies(key)
        name = names[dice.randrange(len(names))]
        server = self.owner(name)
        held = self.held.get(server, {})
        hit = name in held
        version = held.setdefault(name, self.database[key])
        if key == self.hot and self.settings.cure == "local copy":
            self.local[app] = now + LOCAL, version
        stale = hit and version < self.database[key]
        return {"who": server if hit else "database", "server": server or None, "hit": hit, "stale": stale}

    def write(self, key: str) -> int:
        """Write to the database, then delete every copy that can be reached; how many places were told."""
        self.database[key] += 1
        for name in self.copies(key):
            self.held.get(self.owner(name), {}).pop(name, None)
        return len(self.copies(key))

    def strike(self, fault: Fault) -> tuple[str, str]:
        """Do what a fault says; which event that is, and who it is about. ValueError for what cannot be."""
        if fault.kind == "hot":
            if fault.who not in self.database:
                raise ValueError(f"'hot' cannot strike {show(fault.who, 60)}: choose a key")
            self.hot = "" if self.hot == fault.who else fault.who
            return "hot" if self.hot else "cool", fault.who
        if fault.kind == "add":
            if len(self.state) == len(NAMES):
                raise ValueError(f"there are {len(NAMES)} servers, and no room for another in the picture")
            name = NAMES[len(self.state)]
            self.state[name], self.held[name] = "up", {}
            return "add", name
        if fault.who not in self.state:
            do = {"kill": "kill it", "cut": "cut it off"}[fault.kind]
            raise ValueError(f"{show(fault.who, 60)} is not one of the servers at that moment: nobody can {do}")
        return self._toggle(fault.kind, fault.who)

    def _toggle(self, kind: str, name: str) -> tuple[str, str]:
        down = {"kill": "dead", "cut": "cut off"}[kind]
        if self.state[name] == "up":
            self.state[name] = down
            if kind == "kill":
                self.held[name] = {}
            return kind, name
        if self.state[name] != down:
            raise ValueError(f"{name} is {self.state[name]} at that moment: undo that first")
        self.state[name] = "up"
        return {"kill": "revive", "cut": "join"}[kind], name


@takes(Settings)
def serve_pool(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Requests at a steady rate, keys in an order of chance. ValueError, in one sentence, for what cannot be."""
    chosen = settle(Settings, LIMITS, settings, seed)
    struck = list(check_faults(faults, FAULTS, chosen.until, "server"))
    told = {**asdict(chosen), "place": chosen.place}
    trace, pool = Trace(told, tuple(struck), seed, chosen.until), Pool(chosen)
    trace.emit(0, "begin", "pool", **pool.changed())
    order, dice = _order(pool.keys, Random(f"{seed} keys")), Random(f"{seed} copies")
    hot, writing = Random(f"{seed} hot"), Random(f"{seed} writes")
    for number in range(int(chosen.rate * chosen.until)):
        now = (number + 0.5) / chosen.rate  # never on the second: what is struck on one is felt after it
        while struck and struck[0].t <= now:
            _strike(trace, pool, struck.pop(0))
        key = next(order)
        if pool.hot and hot.random() < HOT:
            key = pool.hot
        if writing.random() < chosen.writes:
            trace.emit(now, "write", "database", key=key, deleted=pool.write(key))
        else:
            answer = pool.read(key, number % APPS, now, dice)
            trace.emit(now, "read", answer.pop("who"), key=key, **answer)
    for fault in struck:
        _strike(trace, pool, fault)
    return trace


def _strike(trace: Trace, pool: Pool, fault: Fault) -> None:
    kind, who = pool.strike(fault)
    trace.emit(fault.t, kind, who, **pool.changed())


def _order(keys: Sequence[str], random: Random) -> Any:
    """Every key once in a round, each round in an order of its own."""
    while True:
        yield from random.sample(keys, len(keys))
