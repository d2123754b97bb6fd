"""HTTP/1.1 messages: a request or an answer from the bytes of its head, and back into bytes.

    POST /cart HTTP/1.1        the request line: method, target, version      RFC 9112 §3
    Host: shop.example         fields, each on a line of its own              §5
    Content-Length: 3
                               an empty line ends the head                    §2.1
    a=1                        the body: labs/http/framing.py says where it ends

Every line ends with CR and LF, and neither stands anywhere else. Where RFC 9112 lets a recipient choose between mending
a message and refusing it, this one refuses it: somebody else may have mended it differently.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from labs.http.syntax import Headers, NotHTTP, Refuse, field, value, values
from labs.http.targets import Target, read_host, read_target

HEAD_LIMIT = 16_384  # bytes of a head; 431 beyond: RFC 6585 §5
LINE_LIMIT = 8_000  # bytes of one of its lines; 414 beyond for the first (RFC 9112 §3), else 431; nginx takes 8 KiB
FIELD_LIMIT = 100  # fields in a head; 431 beyond

# RFC 9110 has any token for a method. Every one that is registered has capitals, and nginx takes no other.
METHOD = re.compile(r"[A-Z][A-Z_-]*")
VERSION = re.compile(r"HTTP/([0-9])\.([0-9])")
STATUS = re.compile(r"HTTP/1\.([0-9]) ([1-5][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?")
# Fields of which a message has one at most, since the second would be read by somebody else: RFC 9110 §5.3.
SINGLE = (
    "host", "content-length", "transfer-encoding", "content-type", "authorization", "proxy-authorization", "expect",
    "if-modified-since", "if-unmodified-since", "if-range", "range", "content-range", "max-forwards", "from", "referer",
    "user-agent", "if-match", "if-none-match",  # these two may come twice by the RFC, and nginx refuses it
)  # fmt: skip


class Request(NamedTuple):
    """A request. `host` is the one that counts: of an absolute target, else of the field Host; "" if there is none."""

    method: str
    target: Target
    version: str  # "1.0" or "1.1"
    host: str
    headers: Headers
    body: bytes = b""

    @property
    def asked(self) -> str:
        """The target in origin form, as a server is asked: path and query."""
        query = self.target.query
        return self.target.path + ("" if query is None else f"?{query}") if self.target.path else "*"


class Answer(NamedTuple):
    """An answer; `reason` is the phrase after the status, which means nothing: RFC 9112 §4."""

    status: int
    headers: Headers
    body: bytes = b""
    version: str = "1.1"
    reason: str = ""


def read_request_head(raw: bytes) -> Request:
    """A request from its head, up to and with the empty line. Refuse or NotHTTP, which is a 400, where it is none."""
    first, headers = _lines(raw)
    parts = first.split(" ")
    if len(parts) != 3 or not METHOD.fullmatch(parts[0]):
        raise NotHTTP("this is not a request line")
    method, target, version = parts[0], read_target(parts[1], parts[0]), _version(parts[2])
    for name in SINGLE:
        if len(values(headers, name)) > 1:
            raise NotHTTP(f"two fields {name}")
    host = value(headers, "host")
    if host is None and version == "1.1":
        raise NotHTTP("a request without Host")
    if host is not None:
        read_host(host)
    if target.host is not None:  # it goes before the field Host, which is replaced: RFC 9112 §3.2.2
        headers = [("Host", target.host), *((n, v) for n, v in headers if n.lower() != "host")]
    return Request(method, target, version, target.host or host or "", headers)


def read_answer_head(raw: bytes) -> Answer:
    """An answer from its head. NotHTTP, which the client sees as a 502, where it is none."""
    first, headers = _lines(raw)
    found = STATUS.fullmatch(first)
    if not found:
        raise NotHTTP("this is not a status line")
    return Answer(int(found[2]), headers, b"", "1.0" if found[1] == "0" else "1.1", found[3] or "")


def head(first: str, headers: Headers) -> bytes:
    """The bytes of a head: its first line, its fields, an empty line."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1")


def _lines(raw: bytes) -> tuple[str, Headers]:
    first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    if len(first) > LINE_LIMIT:
        raise Refuse(414, "the first line is too long")
    if len(raw) > HEAD_LIMIT or len(lines) > FIELD_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
        raise Refuse(431, "the head is too large")
    return first, [field(line) for line in lines]


def _version(text: str) -> str:
    found = VERSION.fullmatch(text)
    if not found:
        raise NotHTTP("this is not a request line")
    if found[1] != "1" or found[2] > "1":  # a version that nobody has defined may mean anything
        raise Refuse(505, "only HTTP/1.0 and HTTP/1.1")
    return f"{found[1]}.{found[2]}"
