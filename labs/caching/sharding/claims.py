"""What the notes claim about distributed caches, each sentence put to a run and judged."""

from __future__ import annotations

from labs.caching.sharding.measures import KEYS, moved, names
from labs.caching.sharding.placing import modulo, on_ring
from labs.caching.sharding.pool import serve_pool
from labs.caching.sharding.real import Client, cache_servers, read_all
from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Fault

KARGER = ("Karger et al., Consistent Hashing and Random Trees, STOC 1997", "https://doi.org/10.1145/258533.258660")
MEMCACHED = ("memcached: overview", "https://github.com/memcached/memcached/wiki/Overview")
NSDI = (
    "Nishtala et al., Scaling Memcache at Facebook, NSDI 2013",
    "https://www.usenix.org/conference/nsdi13/technical-sessions/presentation/nishtala",
)

NOTES = Ledger("17")


@NOTES.says(
    "caching-one-server",
    "A single cache server cannot be scaled any further at some point, and it is a single point of failure: "
    "if it is gone, caching is gone.",
    NSDI,
)
def one_server() -> Finding:
    """One server and ten, and one of them dies."""
    dead = [Fault(5, "kill", "a")]
    reads = {
        many: [e for e in serve_pool(servers=many, points=160, faults=dead).of("read") if e.t > 5] for many in (1, 10)
    }
    missed = {many: sum(not event["hit"] for event in seen) for many, seen in reads.items()}
    whole = serve_pool(servers=10, points=160).of("read")
    busiest = max(sum(event.who == name for event in whole) for name in "abcdefghij")
    return (
        {
            "reads at the busiest server, of one / of ten": f"{len(whole)} / {busiest} of {len(whole)}",
            "reads at the database after one died, of one": f"{missed[1]} of {len(reads[1])}",
            "the same, of ten": f"{missed[10]} of {len(reads[10])}",
        },
        {
            "one server has all the load": busiest < len(whole),
            "without it there is no cache": missed[1] == len(reads[1]),
        },
        "A pool shares the load, and a server that dies takes only its own part with it. "
        "The database has to bear the misses meanwhile.",
    )


@NOTES.says(
    "caching-pool",
    "In a cache pool there are N cache servers, and each application server connects to a particular one of them.",
    MEMCACHED,
    KARGER,
)
def pool() -> Finding:
    """One application reads all of its keys through a client."""
    with cache_servers("abc") as servers:
        client = Client({name: server.port for name, server in servers.items()}, on_ring())
        read_all(client, KEYS[:300])
        used = {name: sum(client.place(client.up, key) == name for key in KEYS[:300]) for name in servers}
        client.close()
    return (
        {"keys of one application on each of three servers": ", ".join(f"{n}: {many}" for n, many in used.items())},
        {"there are several servers": len(used) > 1, "an application uses one of them": used["a"] in (0, 300)},
        "Every application server is connected to all cache servers. If each used one of its own, "
        "the same entry would be in several, and a write would have to be told to all of them.",
    )


@NOTES.says("caching-client-in-server", "Each cache server has its own cache client.", MEMCACHED)
def client_in_server() -> Finding:
    """Three servers that were started without a word about each other; only the client knows the list."""
    with cache_servers("abc") as servers:
        client = Client({name: server.port for name, server in servers.items()}, on_ring())
        read_all(client, KEYS[:300])
        missing = read_all(client, KEYS[:300])
        alone = {name: Client({name: server.port}, on_ring()) for name, server in servers.items()}
        found = sum(one.get(key) is not None for one in alone.values() for key in KEYS[:300])
        for one in (client, *alone.values()):
            one.close()
    return (
        {
            "misses of a client that knows all three": missing,
            "entries found, asking each server alone for all 300": f"{found} of 900",
        },
        found != 300,
        "With memcached, the client is a library in the application: it knows the list of servers "
        "and works out where each key is. "
        "The servers know nothing of each other; a key that is asked for at the wrong one is simply a miss.",
    )


@NOTES.says(
    "caching-allots-server",
    "Which cache server is allotted to an application server is decided by consistent hashing.",
    KARGER,
    MEMCACHED,
)
def allots_server() -> Finding:
    """What is hashed, and what it is good for."""
    place = on_ring()
    homes = {place(names(10), key) for key in KEYS}
    grown = {name: moved(way, names(10), names(11)) for name, way in {"hash % n": modulo, "ring": place}.items()}
    return (
        {
            "servers that one application's 2,000 keys are on": len(homes),
            "keys that move from 10 to 11 servers": ", ".join(f"{n}: {100 * part:.0f} %" for n, part in grown.items()),
        },
        {
            "consistent hashing is used": grown["ring"] < 0.2 < grown["hash % n"],
            "for application servers": len(homes) == 1,
        },
        "It places each key, not each application: all applications look for one key on the same server. "
        "Consistent means that few keys move when a server comes or goes.",
    )
