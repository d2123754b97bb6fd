"""Where does a body end? Decided once, from the head, for everybody who handles the message afterwards: RFC 9112 §6.3.

    Content-Length: 5              so many bytes, and not one fewer
    Transfer-Encoding: chunked     pieces, each with its length before it; a piece of length 0 is the end
    neither                        a request has no body; an answer's ends with its connection

Request smuggling needs two readers that decide differently: one goes by the length, the other by the chunks (CL.TE and
TE.CL), or by a coding that one of them does not recognise (TE.TE). So a message that says it twice is refused, even
where the RFC has a rule for which of the two wins, and so is one that says it strangely.
"""

from __future__ import annotations

import re

from labs.http.messages import Answer, Request
from labs.http.syntax import Headers, NotHTTP, Refuse, field, members, values, words

LARGEST = 1_000_000  # bytes of a body that this course's programs take; 413 beyond
SIZE_LINE = 256  # bytes of a chunk's first line, its extensions with it
TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
# chunk-size [chunk-ext]: RFC 9112 §7.1. Sixteen digits are more than there are bytes in the world.
QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e])*"'
EXTENSION = rf";[ \t]*{TOKEN}(?:[ \t]*=[ \t]*(?:{TOKEN}|{QUOTED}))?"
SIZE = re.compile(rf"([0-9A-Fa-f]{{1,16}})(?:{EXTENSION})*")
# Fields that decide something before the body comes, and so may not come after it: RFC 9110 §6.5.1.
NOT_AFTER = {"host", "content-length", "transfer-encoding", "authorization", "content-encoding", "content-type", "te"}

CHUNKED = "chunked"
TO_THE_END = "to the end"
Framing = int | str  # a length in bytes, CHUNKED, or TO_THE_END


def request_framing(request: Request) -> Framing:
    """How the request's body is framed. Refuse: 501 for a coding we do not know, 413 too large; else NotHTTP, a 400."""
    coded, length = _coding(request.headers, request.version), _length(request.headers)
    if coded is None:
        if (length or 0) > LARGEST:
            raise Refuse(413, "too large")
        return length or 0
    unknown = [coding for coding in coded if coding != CHUNKED]
    if coded.count(CHUNKED) > 1 or (coded[-1] != CHUNKED and CHUNKED in coded):
        raise NotHTTP("chunked must be the last coding, and once: RFC 9112 §6.1")
    if unknown:
        raise Refuse(501, f"a transfer coding that is not known here: {unknown[0]}")
    return CHUNKED


def answer_framing(answer: Answer, method: str) -> Framing:
    """How the body of an answer to this method is framed. NotHTTP, which the client sees as a 502."""
    coded, length = _coding(answer.headers, answer.version), _length(answer.headers)
    if coded is not None and (coded != [CHUNKED] or answer.status == 204):
        raise NotHTTP("a transfer coding that is not known here")
    if method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
        return 0  # whatever the fields say: RFC 9112 §6.3, the first rule
    if length is not None and length > LARGEST:
        raise NotHTTP("too large")
    return CHUNKED if coded else TO_THE_END if length is None else length


def _length(headers: Headers) -> int | None:
    """Content-Length, or None. Digits and nothing else, once: "+5", "5, 5" and "0x5" are read differently elsewhere."""
    told = values(headers, "content-length")
    if len(told) > 1 or not all(re.fullmatch("[0-9]{1,19}", one) for one in told):
        raise NotHTTP("a Content-Length that is none")
    return int(told[0]) if told else None


def _coding(headers: Headers, version: str) -> list[str] | None:
    """The transfer codings in order, or None. NotHTTP where there is a length besides, or HTTP/1.0: RFC 9112 §6.1."""
    if not (told := values(headers, "transfer-encoding")):
        return None
    if values(headers, "content-length"):
        raise NotHTTP("a length and a transfer coding: which of them counts?")
    if version == "1.0" or len(told) > 1 or not re.fullmatch(rf"{TOKEN}(?: *, *{TOKEN})*", told[0]):
        raise NotHTTP("a transfer coding that is none")
    return [coding.strip().lower() for coding in told[0].split(",")]


def chunk_size(line: bytes) -> int:
    """The length of the chunk that follows, from its first line without CR and LF. Its extensions mean nothing here."""
    found = SIZE.fullmatch(line.decode("latin-1")) if len(line) <= SIZE_LINE else None
    if not found:
        raise NotHTTP("a chunk's length is none")
    size = int(found[1], 16)
    if size > LARGEST:
        raise Refuse(413, "too large")
    return size


def trailer(line: bytes) -> tuple[str, str]:
    """A field after the last chunk. NotHTTP where it is none, or one that may not stand there."""
    name, told = field(line.decode("latin-1"))
    if name.lower() in NOT_AFTER:
        raise NotHTTP(f"{name} after the body")
    return name, told


def expects_continue(request: Request) -> bool:
    """Whether the client waits for a 100 before it sends its body. Refuse, 417, what else it expects: RFC 9110 §10.1.1.

    Of an HTTP/1.0 client the field is ignored.
    """
    if request.version == "1.0" or not (told := members(request.headers, "expect")):
        return False
    if [one.lower() for one in told] != ["100-continue"]:
        raise Refuse(417, "only 100-continue can be expected")
    return True


def stays_open(request: Request) -> bool:
    """Whether another request may follow on the connection; with an HTTP/1.0 client a proxy never lets one: §9.3."""
    return request.version == "1.1" and "close" not in words(request.headers, "connection")
