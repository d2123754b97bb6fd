"""Our ring of hashes beside uhashring's: which server a key belongs to.

    python -m tests.bench.ring

Figures are microseconds per lookup, the median of several rounds in which all take turns. "a lookup" asks a ring that
stands, as the peer's does, by nginx's CRC-32, and "by ketama" one by MD5; "a pick" asks the balancer, which is handed
the servers anew each time and passes over those that are down. The peer comes with the dependency group `bench`.
"""

from collections.abc import Iterable, Iterator
from random import Random

from labs.caching.sharding import ketama
from labs.proxies.balancing.algorithms import Request, Server, ring_hash
from labs.proxies.balancing.hashing import ring as nginx_ring
from tests.bench.tokens import Calls, microseconds

SIZES = (3, 8, 100)
KEYS = 1000


def sides(servers: int) -> dict[str, Calls]:
    """What is done → what each side does for it; a call looks KEYS keys up."""
    from uhashring import HashRing

    random, names = Random(1), [f"10.0.0.{i}:8080" for i in range(servers)]
    keys = [f"/page{random.randrange(10**6)}" for _ in range(KEYS)]
    ours, ours_by_md5 = nginx_ring(tuple((name, 1) for name in names)), ketama.ring(names)
    theirs, theirs_by_md5 = HashRing(names), HashRing(names, hash_fn="ketama")
    seen = [Server(name) for name in names]
    requests = [Request(path=key) for key in keys]

    def through(find: object, asked: list[object]) -> object:
        def call() -> None:
            for one in asked:
                find(one)  # type: ignore[operator]

        return call

    peers = {"uhashring": through(theirs.get_node, keys), "its ketama": through(theirs_by_md5.get_node, keys)}
    return {
        "a lookup": {"ours": through(ours.owner, keys), **peers},
        "by ketama": {"ours": through(ours_by_md5.owner, keys), **peers},
        "a pick": {"ours": through(lambda request: ring_hash(seen, {}, request), requests), **peers},
    }  # type: ignore[dict-item]


def measure(sizes: Iterable[int] = SIZES) -> Iterator[tuple[int, str, dict[str, float]]]:
    """Rows of the table: servers, what is done, microseconds of each side."""
    for servers in sizes:
        for what, calls in sides(servers).items():
            yield servers, what, {name: time / KEYS for name, time in microseconds(calls).items()}


def table(rows: Iterable[tuple[int, str, dict[str, float]]]) -> Iterator[str]:
    layout = "{:>8}  {:<10}{:>10}{:>15}{:>16}"
    yield layout.format("servers", "", "ours, µs", "uhashring, µs", "its ketama, µs")
    for servers, what, times in rows:
        yield layout.format(servers, what, *(f"{times[name]:.2f}" for name in ("ours", "uhashring", "its ketama")))


if __name__ == "__main__":
    for line in table(measure()):
        print(line, flush=True)
