"""A real Squid and our forward proxy get the same requests: what the origin and the client get is compared by field.

Where Squid is not installed this is one skipped line; in CI, where it is, its absence is a failure.
"""

import socket
import tempfile
import threading
import time
from collections import namedtuple
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from labs.http.messages import read_answer_head, read_request_head
from labs.http.shared_cache import SharedCache
from labs.proxies.forward.access import Rule
from labs.proxies.forward.real import forward_proxy, https_site
from tests.ports import free_port
from tests.programs import program, running

# What differs by design. Squid tells its client's address, limits the age that it takes from other caches, and keeps
# connections to origins open; to clients it says what its cache did.
OF_THE_ORIGIN = {"x-forwarded-for", "cache-control", "connection"}
OF_THE_CLIENT = {"x-cache", "x-cache-lookup", "connection", "via", "cache-status"}
Said = namedtuple("Said", "status headers body")


class Origin:
    """A server that keeps the heads it gets and answers each with the same bytes."""

    def __init__(self, answer):
        self.answer, self.heads = answer, []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line):
        with line:
            line.settimeout(60)
            raw = b""
            while b"\r\n\r\n" not in raw:
                piece = line.recv(65536)
                if not piece:
                    return
                raw += piece
            head, _, body = raw.partition(b"\r\n\r\n")
            request = read_request_head(head + b"\r\n\r\n")
            length = int(next((v for n, v in request.headers if n.lower() == "content-length"), 0))
            while len(body) < length:
                body += line.recv(65536)
            self.heads.append(request._replace(body=body))
            line.sendall(self.answer)

    def close(self):
        with suppress(OSError):  # not every system lets one
            self.listening.shutdown(socket.SHUT_RDWR)  # or the thread that waits in accept would take one more
        self.listening.close()


@pytest.fixture(scope="module")
def squid():
    """The port of a Squid that knows two names, of this machine, and lets its clients go anywhere."""
    found, port = program("squid", "squid"), free_port()
    with tempfile.TemporaryDirectory(prefix="squid-") as place:  # pytest closes its own to others, as Squid is
        folder = Path(place)
        (folder / "hosts").write_text("127.0.0.1 shop.example bank.example\n")
        (folder / "squid.conf").write_text(
            f"http_port 127.0.0.1:{port}\nhttp_access allow all\nhosts_file {folder}/hosts\npid_filename none\n"
            f"cache_log stdio:{folder}/cache.log\naccess_log none\ncache_mem 8 MB\nvisible_hostname squid\n"
            f"coredump_dir {folder}\nshutdown_lifetime 0 seconds\ncollapsed_forwarding on\nnetdb_filename none\n"
            "pinger_enable off\nconnect_retries 0\nforward_max_tries 1\n"
            "refresh_pattern . 0 20% 4320\n"  # as in the squid.conf that it comes with
        )
        folder.chmod(0o777)
        with running([found, "-N", "-f", str(folder / "squid.conf")], port, folder / "cache.log"):
            yield port


@contextmanager
def ours(port, **how):
    """Our proxy, with both names, for this port only; the port that it listens on."""
    names = {"shop.example": ("127.0.0.1", port), "bank.example": ("127.0.0.1", port)}
    rules = (Rule(ports=(port,)), Rule("CONNECT", ports=(port,)))
    with forward_proxy(names, rules=rules, **how) as proxy:
        yield int(proxy.url.rsplit(":", 1)[1])


def say(port, raw):
    """Send these bytes, and read the answer until its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(raw)
        got = b""
        while piece := line.recv(65536):
            got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    answer = read_answer_head(head + b"\r\n\r\n")
    return Said(answer.status, answer.headers, body)


def fields(headers, without):
    """Names in small letters, with their values; of a Date only that it is there."""
    return sorted((n.lower(), "" if n.lower() == "date" else v) for n, v in headers if n.lower() not in without)


def both(squid, raw, answer=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi", **how):
    """What the origin got and the client got, by way of Squid and of our proxy."""
    found = []
    for proxy in ("squid", "ours"):
        origin = Origin(answer)
        sent = raw.replace(b"PORT", str(origin.port).encode())
        try:
            if proxy == "squid":
                said = say(squid, sent)
            else:
                with ours(origin.port, **how) as port:
                    said = say(port, sent)
        finally:
            origin.close()
        found.append((origin, said))
    return found


END = b"Connection: close\r\n\r\n"
REQUESTS = {
    "plain": b"GET http://shop.example:PORT/cart?x=1 HTTP/1.1\r\nHost: shop.example:PORT\r\n" + END,
    "cookie": b"GET http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\nCookie: a=1\r\n" + END,
    "another Host": b"GET http://shop.example:PORT/ HTTP/1.1\r\nHost: other.example\r\n" + END,
    "no path": b"GET http://shop.example:PORT HTTP/1.1\r\nHost: shop.example:PORT\r\n" + END,
    "a query and no path": b"GET http://shop.example:PORT?a=b HTTP/1.1\r\nHost: shop.example:PORT\r\n" + END,
    "hop by hop": b"GET http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\nKeep-Alive: 5\r\n"
    b"TE: trailers\r\nProxy-Connection: close\r\nProxy-Authorization: Basic eDp5\r\nUpgrade: h2c\r\n" + END,
    "named in Connection": b"GET http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\nX-Once: 1\r\n"
    b"X-All: 2\r\nConnection: close, X-Once\r\n\r\n",
    "HEAD": b"HEAD http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\n" + END,
    "POST": b"POST http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\nContent-Length: 3\r\n"
    + END
    + b"a=1",
    "DELETE": b"DELETE http://shop.example:PORT/1 HTTP/1.1\r\nHost: shop.example:PORT\r\n" + END,
    "Max-Forwards": b"OPTIONS http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\nMax-Forwards: 7\r\n"
    + END,
    "Via before": b"GET http://shop.example:PORT/ HTTP/1.1\r\nHost: shop.example:PORT\r\nVia: 1.0 fred\r\n" + END,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_origin_and_client_get_the_same_by_way_of_squid_and_of_ours(squid, name):
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Once: 1\r\nContent-Length: 2\r\n"
    answer += b"Connection: close, X-Once\r\n\r\n"
    answer += b"" if name == "HEAD" else b"hi"
    (theirs, they_said), (mine, we_said) = both(squid, REQUESTS[name], answer)
    assert len(theirs.heads) == len(mine.heads) == 1
    a, b = theirs.heads[0], mine.heads[0]
    port = {str(theirs.port): "PORT", str(mine.port): "PORT"}

    def plain(pairs):
        told = []
        for field, value in pairs:
            for number, word in port.items():
                value = value.replace(number, word)
            told.append((field, value.replace("1.1 squid (squid/5.7)", "1.1 proxy") if field == "via" else value))
        return told

    assert (a.method, a.asked, a.body) == (b.method, b.asked, b.body)
    assert plain(fields(a.headers, OF_THE_ORIGIN)) == plain(fields(b.headers, OF_THE_ORIGIN))
    assert they_said.status == we_said.status and they_said.body == we_said.body
    assert fields(they_said.headers, OF_THE_CLIENT) == fields(we_said.headers, OF_THE_CLIENT)
    assert [n for n, _ in we_said.headers].count("Via") == [n for n, _ in they_said.headers].count("Via") == 1


def test_forwarded_addresses_are_told_alike(squid):
    raw = REQUESTS["plain"].replace(b"Connection", b"X-Forwarded-For: 192.0.2.9\r\nConnection")
    (theirs, _), (mine, _) = both(squid, raw, tells="X-Forwarded-For")
    told = [[v for n, v in origin.heads[0].headers if n.lower() == "x-forwarded-for"] for origin in (theirs, mine)]
    assert told == [["192.0.2.9, 127.0.0.1"]] * 2


def test_the_proxy_at_which_max_forwards_is_0_answers_itself(squid):
    raw = REQUESTS["Max-Forwards"].replace(b": 7", b": 0")
    (theirs, they_said), (mine, we_said) = both(squid, raw)
    assert theirs.heads == mine.heads == []
    assert (they_said.status, we_said.status) == (501, 200)  # this Squid answers such an OPTIONS by an error


def test_options_about_a_whole_server_is_asked_by_a_star():
    """RFC 9112 §3.2.4. (Squid 5.7 asks for the path / instead.)"""
    origin = Origin(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    with ours(origin.port) as port:
        say(port, f"OPTIONS http://shop.example:{origin.port} HTTP/1.1\r\nHost: shop.example\r\n".encode() + END)
    origin.close()
    assert origin.heads[0].asked == "*"


@pytest.mark.parametrize("says", ["max-age=60", "private", "no-store", "s-maxage=0, max-age=60", "public, max-age=50"])
@pytest.mark.parametrize("asks", [b"", b"Authorization: Basic eDp5\r\n"], ids=["", "Authorization"])
def test_both_keep_the_same_answers(squid, says, asks):
    """Asked twice: did the second request reach the origin?"""
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()).encode()
    answer = b"HTTP/1.1 200 OK\r\nDate: " + date + b"\r\nContent-Length: 2\r\nConnection: close\r\nCache-Control: "
    answer += says.encode() + b"\r\n\r\nhi"
    raw = REQUESTS["plain"].replace(b"Connection", asks + b"Connection")
    reached = []
    origin = Origin(answer)
    sent = raw.replace(b"PORT", str(origin.port).encode())
    say(squid, sent), say(squid, sent)
    reached.append(len(origin.heads))
    with ours(origin.port, cache=SharedCache(time.time)) as port:
        say(port, sent), say(port, sent)
    reached.append(len(origin.heads) - reached[0])
    origin.close()
    assert reached[0] == reached[1]


def test_a_tunnel_carries_the_same_bytes_to_a_tls_server(squid):
    with https_site("bank.example", "the bank") as ((_, port), trust, asked), ours(port) as own:
        heard = []
        for proxy in (squid, own):
            with socket.create_connection(("127.0.0.1", proxy), timeout=60) as line:
                line.sendall(f"CONNECT bank.example:{port} HTTP/1.1\r\nHost: bank.example:{port}\r\n\r\n".encode())
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += line.recv(1)
                answer = read_answer_head(head)
                assert answer.status == 200
                assert not {"content-length", "transfer-encoding", "date"} & {n.lower() for n, _ in answer.headers}
                with trust.wrap_socket(line, server_hostname="bank.example") as secret:
                    secret.sendall(b"GET /b HTTP/1.1\r\nHost: bank.example\r\nCookie: a=1\r\nConnection: close\r\n\r\n")
                    got = b""
                    while piece := secret.recv(65536):
                        got += piece
                heard.append([line for line in got.split(b"\r\n") if not line.startswith(b"Date: ")])
        assert heard[0] == heard[1] and heard[0][-1] == b"the bank"
        assert asked[0] == asked[1]


def test_what_is_stale_is_given_without_the_origin_only_where_nothing_forbids_it(squid):
    """RFC 9111 §4.2.4 leaves the rest to the cache: Squid gives it, ours does not."""
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - 100)).encode()
    told = {}
    for says in ("max-age=60", "max-age=60, stale-if-error=600", "max-age=60, must-revalidate", "s-maxage=60"):
        answer = b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Length: 2\r\nConnection: close\r\nDate: ' + date
        origin = Origin(answer + b"\r\nCache-Control: " + says.encode() + b"\r\n\r\nhi")
        sent = REQUESTS["plain"].replace(b"PORT", str(origin.port).encode())
        with ours(origin.port, cache=SharedCache(time.time)) as own:
            assert [say(proxy, sent).status for proxy in (squid, own)] == [200, 200]
            origin.close()
            told[says] = [say(proxy, sent).status for proxy in (squid, own)]
    assert told == {
        "max-age=60": [200, 502],
        "max-age=60, stale-if-error=600": [200, 200],
        "max-age=60, must-revalidate": [504, 502],
        "s-maxage=60": [504, 502],
    }


def test_who_cannot_be_reached_is_an_error_of_the_gateway_for_both(squid):
    port = free_port()
    raw = REQUESTS["plain"].replace(b"PORT", str(port).encode())
    with ours(port) as own:
        assert say(own, raw).status == 502
    assert say(squid, raw).status in (502, 503)


def test_a_request_by_path_only_is_refused_by_both(squid):
    raw = b"GET /cart HTTP/1.1\r\nHost: shop.example\r\n" + END
    with ours(80) as own:
        assert say(squid, raw).status == say(own, raw).status == 400


def test_both_date_the_answers_that_are_their_own(squid):
    """RFC 9110 §6.6.1 demands it of an origin. Neither puts a Date on the 200 that opens a tunnel (above)."""
    nobody = free_port()
    asked = {
        "by a path": b"GET /cart HTTP/1.1\r\nHost: shop.example\r\n" + END,
        "nobody there": REQUESTS["plain"].replace(b"PORT", str(nobody).encode()),
        "not HTTP": b"GET http://shop.example/ HTTP/1.1\r\nHost : shop.example\r\n" + END,
    }
    with ours(nobody) as own:
        for how, raw in asked.items():
            for proxy in (squid, own):
                said = say(proxy, raw)
                assert said.status >= 400 and [n for n, _ in said.headers].count("Date") == 1, how
