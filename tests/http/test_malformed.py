"""What RFC 9112 forbids, or lets one refuse, is refused, as is whatever h11 or nginx refuses; the rest is served."""

import asyncio
from random import Random

import h11
import pytest

from labs.http.framing import request_framing
from labs.http.loopback import reverse_proxy
from labs.http.servers import real_servers
from labs.http.syntax import NotHTTP, Refuse
from labs.http.wire import read_body, read_request
from tests.http.malformed import MALFORMED, WELL_FORMED

CASES = [pytest.param(message, id=f"{family}: {what}") for family, what, message in MALFORMED]


@pytest.fixture(scope="module")
def ours():
    """A server and the port of our proxy in front of it."""
    with real_servers("a") as servers, reverse_proxy(servers["a"].address) as url:
        yield servers["a"], int(url.rpartition(":")[2])


@pytest.fixture(scope="module")
def nginx_port(nginx_with):
    with (
        real_servers("a") as servers,
        nginx_with(
            "server { listen PORT; proxy_ignore_client_abort on;"
            f"location / {{ proxy_pass http://127.0.0.1:{servers['a'].port}; }} }}"
        ) as port,
    ):
        yield port


def status(answer):
    """The status of the first answer, 0 where there is none."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def h11_refuses(message):
    line = h11.Connection(h11.SERVER)
    try:
        line.receive_data(message)
        while (event := line.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.EndOfMessage):
                return False
    except h11.RemoteProtocolError:
        return True
    return False  # it waits for more


def test_there_are_at_least_two_hundred_of_all_families():
    assert len({message for _, _, message in MALFORMED}) == len(MALFORMED) >= 200
    assert {"CL.TE", "TE.CL", "TE.TE", "chunks", "field", "host", "length", "request line", "target"} == {
        family for family, _, _ in MALFORMED
    }


@pytest.mark.parametrize("message", CASES)
def test_it_is_refused_once_and_the_server_never_hears_of_it(message, ours, answer_to):
    server, port = ours
    before = len(server.seen)
    answer = answer_to(port, message)
    assert 400 <= status(answer) < 600 and status(answer) not in (502, 504)
    assert answer.count(b"HTTP/1.1 ") == 1 and b"Connection: close\r\n" in answer
    assert len(server.seen) == before


@pytest.mark.parametrize("message", [pytest.param(m, id=w) for w, m in WELL_FORMED.items()])
def test_what_is_well_formed_is_served_by_all_three(message, ours, nginx_port, answer_to):
    server, port = ours
    before = len(server.seen)
    answer = answer_to(port, message)
    assert status(answer) == 200 and answer.count(b"HTTP/1.1 ") == 1 and len(server.seen) == before + 1
    assert not h11_refuses(message)
    assert status(answer_to(nginx_port, message)) == 200


def spoilt(number):
    """A well-formed message with a byte or two changed, taken out, doubled, or put in."""
    chance = Random(number)
    message = bytearray(chance.choice(list(WELL_FORMED.values())))
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(message))
        piece = bytes([chance.choice(b'\x00\t\n\r ",/:;=@[]%09aA\x7f\x80#+-')])
        change = chance.choice(("put", "take", "change", "double"))
        if change == "take":
            del message[at]
        elif change == "double":
            message[at:at] = message[at : at + 1]
        else:
            message[at : at + (change == "change")] = piece
    return bytes(message)


@pytest.mark.parametrize("part", range(4))
def test_whatever_h11_or_nginx_refuses_is_refused_here(part, ours, nginx_port, answer_to):
    _, port = ours
    refused = 0
    for number in range(150 * part, 150 * (part + 1)):
        message = spoilt(number)
        theirs = status(answer_to(nginx_port, message))
        if h11_refuses(message) or 400 <= theirs < 600:
            refused += 1
            here = status(answer_to(port, message))
            assert 400 <= here < 600, (number, message, theirs)
    assert refused > 40


def ours_reads(message):
    """Method, path and body as we read them, and what is left for the next request; None where we refuse."""

    async def read():
        reader = asyncio.StreamReader()
        reader.feed_data(message)
        reader.feed_eof()
        request = await read_request(reader)
        body = await read_body(reader, request_framing(request))
        return request.method, request.asked, body, await reader.read()

    try:
        return asyncio.run(read())
    except (NotHTTP, Refuse):
        return None


def h11_reads(message):
    """The same as h11 reads them."""
    line, body = h11.Connection(h11.SERVER), b""
    line.receive_data(message)
    request = line.next_event()
    while isinstance(event := line.next_event(), h11.Data):
        body += event.data
    assert isinstance(event, h11.EndOfMessage)
    return request.method.decode(), request.target.decode(), body, line.trailing_data[0]


def test_whatever_is_read_is_read_as_h11_reads_it():
    """What both take, but cut at different places, is how a request is smuggled."""
    taken = 0
    for number in range(1000, 4000):
        message = spoilt(number) + b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        if b"://" not in message and (ours := ours_reads(message)):
            taken += 1
            assert ours == h11_reads(message), (number, message)
    assert taken > 500


def test_an_unknown_coding_is_501_and_what_is_not_http_400(ours, answer_to):
    for coding in (b"xchunked", b"gzip, chunked", b"identity", b"cow"):
        message = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n"
        assert status(answer_to(ours[1], message)) == 501, coding
    for nonsense in (b"\n", b"hello\r\n\r\n", b"\x16\x03\x01\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"GET /\r\n"):
        assert status(answer_to(ours[1], nonsense)) == 400, nonsense
    assert answer_to(ours[1], b"") == b""
