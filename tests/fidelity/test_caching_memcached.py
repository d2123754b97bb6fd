"""The ring against libmemcached, asked by ctypes, and the client of lesson 17 on three real memcached servers."""

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

import pytest

from labs.caching.sharding.ketama import weighted_ring
from labs.caching.sharding.measures import KEYS
from labs.caching.sharding.placing import modulo, on_ring
from labs.caching.sharding.real import Client, cache_servers, lose_one
from tests.programs import missing, program

KETAMA, KETAMA_WEIGHTED = 3, 16  # MEMCACHED_BEHAVIOR_…
KEYS_OF_ALL_KINDS = [f"{word}-{number}" for number in range(500) for word in ("key", "größe", "🙂", "a:b/c?d")]


@pytest.fixture(scope="module")
def library() -> Any:
    try:
        found: Any = ctypes.CDLL("libmemcached.so.11")
    except OSError:
        missing("libmemcached", "libmemcached11")
    found.memcached_create.restype = ctypes.c_void_p
    found.memcached_create.argtypes = [ctypes.c_void_p]
    found.memcached_free.argtypes = [ctypes.c_void_p]
    found.memcached_behavior_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint64]
    found.memcached_server_add_with_weight.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint16, ctypes.c_uint32,
    ]  # fmt: skip
    found.memcached_generate_hash.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    found.memcached_generate_hash.restype = ctypes.c_uint32
    found.memcached_set.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_long,
        ctypes.c_uint32,
    ]  # fmt: skip
    return found


def connected(library: Any, weights: Mapping[str, int], behaviour: int = KETAMA_WEIGHTED) -> Any:
    """A client of libmemcached that uses ketama on these servers, each "host" or "host:port"."""
    client = library.memcached_create(None)
    assert library.memcached_behavior_set(client, behaviour, 1) == 0
    for name, weight in weights.items():
        host, _, port = name.partition(":")
        assert library.memcached_server_add_with_weight(client, host.encode(), int(port or 11211), weight) == 0
    return client


def theirs(
    library: Any, weights: Mapping[str, int], keys: Sequence[str], behaviour: int = KETAMA_WEIGHTED
) -> list[str]:
    client, names = connected(library, weights, behaviour), list(weights)
    answers = [names[library.memcached_generate_hash(client, key.encode(), len(key.encode()))] for key in keys]
    library.memcached_free(client)
    return answers


def test_the_owner_of_2000_keys_is_libmemcached_s(library: Any) -> None:
    servers = {f"10.0.1.{number}": 1 for number in range(1, 9)}
    ring = weighted_ring(servers)
    answers = theirs(library, servers, KEYS_OF_ALL_KINDS)
    assert [ring.owner(key) for key in KEYS_OF_ALL_KINDS] == answers and len(set(answers)) == 8


def test_its_plain_ketama_is_another_ring(library: Any) -> None:
    servers = {f"10.0.1.{number}": 1 for number in range(1, 9)}
    ring, answers = weighted_ring(servers), theirs(library, servers, KEYS_OF_ALL_KINDS, KETAMA)
    same = sum(ring.owner(key) == answer for key, answer in zip(KEYS_OF_ALL_KINDS, answers, strict=True))
    assert same < len(KEYS_OF_ALL_KINDS) / 4, "about one in eight would agree by chance"


def test_with_99_sets_of_weights_too(library: Any) -> None:
    random = Random(17)
    for number in range(99):
        names = [f"10.0.{number}.{n}{random.choice(['', ':11212', ':80'])}" for n in range(random.randrange(1, 13))]
        weights = {name: random.choice([1, 2, 7, random.randrange(1, 2000)]) for name in names}
        ring, keys = weighted_ring(weights), random.sample(KEYS_OF_ALL_KINDS, 60)
        assert [ring.owner(key) for key in keys] == theirs(library, weights, keys), weights


@pytest.fixture(scope="module")
def servers() -> Iterator[Any]:
    program("memcached", "memcached")
    with cache_servers("abc") as started:
        yield started


def test_what_libmemcached_writes_to_real_servers_our_client_finds_there(library: Any, servers: Any) -> None:
    """Each client works out by itself where a key is: 2,000 keys, and not one is looked for on a wrong server."""
    ports = {f"127.0.0.1:{server.port}": server.port for server in servers.values()}
    writer = connected(library, dict.fromkeys(ports, 1))
    for key in KEYS:
        value = f"price of {key}".encode()
        assert library.memcached_set(writer, key.encode(), len(key), value, len(value), 0, 0) == 0
    library.memcached_free(writer)
    reader = Client(ports, on_ring())
    assert all(reader.get(key) == f"price of {key}".encode() for key in KEYS)
    reader.close()
    elsewhere = Client(ports, modulo)
    found = sum(elsewhere.get(key) is not None for key in KEYS)
    elsewhere.close()
    assert 500 < found < 840, "by a remainder it looks on the right one of three servers by chance"


def test_one_of_three_real_servers_is_killed_and_exactly_its_keys_are_missed(servers: Any) -> None:
    for place in (on_ring(), on_ring(1)):
        cold, warm, after, again, its = lose_one(place)
        assert (cold, warm, after, again) == (len(KEYS), 0, its, 0)
    cold, warm, after, again, its = lose_one(modulo)
    assert (cold, warm, again) == (len(KEYS), 0, 0) and 0.6 * len(KEYS) < after < 0.75 * len(KEYS) and its < after
