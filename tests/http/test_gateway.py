"""One connection, many requests: where each ends, what is said in between, and what a server may say."""

import asyncio
import socket
import threading
import time
from contextlib import contextmanager, suppress
from random import Random

import h11
import pytest

from labs.http import gateway
from labs.http.loopback import reverse_proxy
from labs.http.servers import fetch, real_servers
from labs.http.shared_cache import SharedCache
from labs.http.syntax import NotHTTP
from labs.http.wire import read_answer

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@contextmanager
def saying(answer):
    """A server that reads a request, says these bytes, and closes: its address, and the requests that it got."""
    listener, got = socket.create_server(("127.0.0.1", 0)), []

    def whole(raw):
        head, end, body = raw.partition(b"\r\n\r\n")
        lines = [line.split(b": ")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: ")]
        return end and len(body) >= int(lines[0] if lines else 0)

    def work():
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                raw = b""
                while not whole(raw) and (more := line.recv(65536)):
                    raw += more
                got.append(raw)
                line.sendall(answer)

    threading.Thread(target=work, daemon=True).start()
    try:
        yield listener.getsockname(), got
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def through(answer, message, answer_to):
    """What the client gets for its message where the server says this, and what the server got."""
    with saying(answer) as (address, got), reverse_proxy(address) as url:
        return answer_to(int(url.rpartition(":")[2]), message), got


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


# ── requests


def test_requests_come_one_after_the_other_and_are_answered_in_order(answer_to):
    with real_servers("a") as servers, reverse_proxy(servers["a"].address) as url:
        port = int(url.rpartition(":")[2])
        told = answer_to(port, GET + b"HEAD /two HTTP/1.1\r\nHost: a\r\n\r\n" + LAST + GET)
        assert told.count(b"HTTP/1.1 200 OK") == 3 and told.count(b"Connection: close") == 1
        assert [path for path, _ in servers["a"].seen] == ["/", "/two", "/last"]


@pytest.mark.parametrize(
    "body", [b"Content-Length: %d\r\n\r\n%s", b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"]
)
@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"DELETE", b"OPTIONS", b"POST"])
def test_a_body_that_nobody_asked_for_is_not_the_next_request(method, body, answer_to):
    hidden = b"GET /admin HTTP/1.1\r\nHost: a\r\n\r\n"
    message = method + b" / HTTP/1.1\r\nHost: a\r\n" + body % (len(hidden), hidden) + LAST
    told, got = through(OK, message, answer_to)
    assert told.count(b"HTTP/1.1 200") == 2
    assert [one.partition(b" HTTP")[0] for one in got] == [method + b" /", b"GET /last"]
    assert got[0].endswith(b"\r\n\r\n" + hidden) and b"Content-Length: %d\r\n" % len(hidden) in got[0]


def test_after_what_is_not_http_nothing_is_read_on(answer_to):
    told, got = through(OK, GET + b"nonsense\r\n\r\n" + GET, answer_to)
    assert told.count(b"HTTP/1.1 200") == 1 and told.count(b"HTTP/1.1 400") == 1 and len(got) == 1


def test_connection_cannot_take_the_length_off_a_body(answer_to):
    message = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close, Content-Length\r\nContent-Length: 5\r\n\r\nhello"
    _, got = through(OK, message, answer_to)
    assert got[0].endswith(b"\r\n\r\nhello") and got[0].lower().count(b"content-length: 5\r\n") == 1


def test_chunks_are_put_together_and_their_framing_goes_no_further(answer_to):
    message = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    message += b"3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n"
    _, (got,) = through(OK, message, answer_to)
    assert got.endswith(b"\r\n\r\nhello") and b"Content-Length: 5\r\n" in got
    assert b"chunked" not in got and b"X-Sum" not in got


def test_a_post_without_a_body_says_so(answer_to):
    _, (got,) = through(OK, b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", answer_to)
    assert b"Content-Length: 0\r\n" in got


def test_who_expects_a_100_gets_it_before_the_body():
    with real_servers("a") as servers, reverse_proxy(servers["a"].address) as url:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60) as line:
            ask = (
                b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
            )
            line.sendall(ask)
            assert line.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            assert not servers["a"].seen
            line.sendall(b"hello")
            assert b"".join(iter(lambda: line.recv(1000), b"")).startswith(b"HTTP/1.1 200 OK")
        assert "expect" not in servers["a"].seen[0][1]


def test_expect_of_an_old_client_without_a_body_or_too_large(answer_to):
    old = b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"
    empty = b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    large = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"
    for message, first in ((old, b"200"), (empty, b"200"), (large, b"413")):
        assert through(OK, message, answer_to)[0].startswith(b"HTTP/1.1 " + first), message


def test_an_old_client_gets_one_answer_and_the_end_of_its_connection(answer_to):
    told, got = through(OK, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + GET, answer_to)
    assert told.count(b"HTTP/1.1 ") == 1 and b"Connection: close\r\n" in told and len(got) == 1
    assert b"Via: 1.0 proxy\r\n" in got[0] and got[0].startswith(b"GET / HTTP/1.1\r\n")


def test_a_slow_client_is_let_go(monkeypatch):
    monkeypatch.setattr("labs.http.wire.PATIENCE", 0.3)
    with real_servers("a") as servers, reverse_proxy(servers["a"].address) as url:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60) as line:
            for piece in (b"GET / HT", b"TP/1.1\r\n", b"Host: a\r\n", b"X: "):
                with suppress(OSError):  # on a busy machine it has been let go by then
                    line.sendall(piece)
                time.sleep(0.12)
            assert line.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert not servers["a"].seen


# ── answers


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense",
        b"ok\r\n\r\n",
        b"HTTP/1.1 200",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 99 x\r\n\r\n",
        b"HTTP/1.1 2000 x\r\n\r\n",
        b"HTTP/1.1 999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        b"HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: y\r\n z\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + OK,
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 20,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    ],
)
def test_a_server_s_nonsense_is_a_502(answer, answer_to):
    told, _ = through(answer, GET, answer_to)
    assert told.startswith(b"HTTP/1.1 502 ") and told.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n0\r\nX: y\r\n\r\n", b"hello"),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", b"to the end"),
        (b"HTTP/1.0 200\r\n\r\nold", b"old"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", b"ok"),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    ],
)
def test_an_answer_comes_whole_with_one_length(answer, body, answer_to):
    told, _ = through(answer, GET, answer_to)
    final = told.removeprefix(b"HTTP/1.1 100 Continue\r\nVia: 1.1 proxy\r\n\r\n")
    head, _, got = final.partition(b"\r\n\r\n")
    assert got == body and b"chunked" not in head
    if b" 200 " in head:
        assert head.count(b"Content-Length: %d" % len(body)) == 1
    assert b" 204 " not in head or b"Content-Length" not in head


def heard(raw):
    """What our proxy hears in these bytes after a GET; None if that is nonsense."""

    async def hear():
        reader = asyncio.StreamReader()
        reader.feed_data(raw)
        reader.feed_eof()
        return (await read_answer(reader, "GET")).answer

    try:
        return asyncio.run(hear())
    except NotHTTP:
        return None


def h11_hears(raw):
    """The status and the body that h11 hears, or None."""
    line, body, status = h11.Connection(h11.CLIENT), b"", 0
    line.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    line.send(h11.EndOfMessage())
    try:
        line.receive_data(raw)
        line.receive_data(b"")
        while not isinstance(event := line.next_event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.ConnectionClosed) or event in (h11.NEED_DATA, h11.PAUSED):
                return None
    except h11.RemoteProtocolError:
        return None
    return status, body


def test_a_spoilt_answer_is_heard_as_h11_hears_it_or_not_at_all():
    sound = [OK, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
             b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno",
             b"HTTP/1.1 200 OK\r\nX: y\r\n\r\nto the end"]  # fmt: skip
    chance, agreed, refused = Random(11), 0, 0
    for _ in range(2000):
        raw = bytearray(chance.choice(sound))
        at = chance.randrange(len(raw))
        piece = bytes([chance.choice(b'\x00\t\n\r ",/:;=0129aA\x7f\x80+-')])
        raw[at : at + chance.choice((0, 1, 2))] = piece * chance.choice((0, 1, 1))
        ours, theirs = heard(bytes(raw)), h11_hears(bytes(raw))
        if ours is None:
            refused += 1
        else:
            agreed += 1
            assert theirs == (ours.status, ours.body), bytes(raw)
    assert agreed > 200 and refused > 200


def test_early_hints_go_on_to_a_client_that_can_read_them(answer_to):
    answer = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: X\r\nX: y\r\n\r\n" + OK
    told, _ = through(answer, GET, answer_to)
    assert told.startswith(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nVia: 1.1 proxy\r\n\r\nHTTP/1.1 200 OK\r\n")
    old, _ = through(answer, b"GET / HTTP/1.0\r\n\r\n", answer_to)
    assert old.startswith(b"HTTP/1.1 200 OK\r\n")


def test_head_has_the_length_and_no_body(answer_to):
    told, _ = through(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", answer_to)
    assert told.endswith(b"\r\n\r\n") and told.lower().count(b"content-length: 5\r\n") == 1


def test_a_server_that_is_not_there_is_a_502():
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    with reverse_proxy(address) as url:
        assert fetch(url).status == 502


NOT_HTTP = b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (NOT_HTTP, 400),
        (b"TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 501),
        (LAST.replace(b"Connection", b"Cache-Control: only-if-cached\r\nConnection"), 504),
        (LAST, 502),
        (LAST.replace(b"GET", b"HEAD"), 502),
    ],
)
def test_an_answer_of_the_proxy_s_own_has_a_date(message, status, answer_to, monkeypatch):
    """As with every origin that has a clock: RFC 9110 §6.6.1."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    with reverse_proxy(address, SharedCache(time.time)) as url:
        monkeypatch.setattr(gateway.time, "time", lambda: 784_111_777.0)
        told = answer_to(int(url.rpartition(":")[2]), message)
    assert told.startswith(b"HTTP/1.1 %d " % status)
    assert told.count(b"\r\nDate: ") == told.count(b"\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n") == 1


def test_nginx_dates_its_own_answers_too(nginx_with, answer_to):
    # Else nginx says nothing where it sees the end of our request (`answer_to` closes its side) before the refusal.
    ignoring = "proxy_ignore_client_abort on; "
    with nginx_with(f"server {{ listen PORT; location / {{ {ignoring}proxy_pass http://127.0.0.1:1; }} }}") as port:
        for message, status in ((NOT_HTTP, b"400"), (LAST, b"502")):
            told = answer_to(port, message)
            assert told.startswith(b"HTTP/1.1 " + status) and told.count(b"\r\nDate: ") == 1


def test_what_comes_before_the_answer_has_no_date_of_ours(answer_to):
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    told, _ = through(early + OK, LAST, answer_to)
    first, _, rest = told.partition(b"\r\n\r\n")
    assert b"103" in first and b"Date" not in first and rest.count(b"\r\nDate: ") == 1
