"""nginx finds the client that we find: `real_ip_recursive on`, with lists that can be read throughout.

At an entry that is no address we say None, and nginx keeps the last address that it could read: the last test. Nor can
it read the first entry of a list that begins with a comma.
"""

import socket
from itertools import product
from random import Random

import pytest

from labs.proxies.layers.client_address import client_address

TRUSTED = ["127.0.0.1/32", "10.0.0.0/8", "192.168.0.0/16", "2001:db8:1::/48"]
ENTRIES = (
    "203.0.113.9", "198.51.100.66", "10.0.0.0", "10.255.255.255", "192.168.0.255", "203.0.113.9:4711",
    "2001:db8::9", "[2001:DB8::9]:4711", "2001:db8:1::2", "[2001:db8:1::2]:443", "", " ",
)  # fmt: skip
BLOCK = (
    "server { listen PORT; real_ip_header X-Forwarded-For; real_ip_recursive on; keepalive_requests 100000;"
    + "".join(f"set_real_ip_from {network};" for network in TRUSTED)
    + 'location / { return 200 "$remote_addr"; } }'
)


@pytest.fixture(scope="module")
def of_nginx(nginx_with):
    with nginx_with(BLOCK) as port:
        yield lambda peer, lists: [_asked(port, peer, entries) for entries in lists]


def _asked(port, peer, entries):
    with socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(peer, 0)) as line:
        field = f"X-Forwarded-For: {','.join(entries)}\r\n" if entries else ""
        line.sendall(f"GET / HTTP/1.0\r\n{field}\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return answer.partition(b"\r\n\r\n")[2].decode()


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.2"])
def test_the_same_client(of_nginx, peer):
    chance = Random(14)
    lists = [[], *([entry] for entry in ENTRIES), *map(list, product(ENTRIES, repeat=2))]
    lists += [chance.choices(ENTRIES, k=chance.randint(3, 8)) for _ in range(200)]
    lists = [entries for entries in lists if not entries or entries[0].strip()]
    for entries, theirs in zip(lists, of_nginx(peer, lists), strict=True):
        assert client_address(peer, entries, TRUSTED) == theirs, entries


def test_where_we_know_nothing_nginx_keeps_the_last_address_that_it_read(of_nginx):
    entries = ["203.0.113.9", "unknown", "10.0.0.2"]
    assert client_address("127.0.0.1", entries, TRUSTED) is None
    assert of_nginx("127.0.0.1", [entries]) == ["10.0.0.2"]
