"""A part of an answer: a client asks for some of its bytes, and a cache that holds them all cuts them out.

    Range: bytes=0-99        the first hundred                  Range: bytes=-100      the last hundred
    Range: bytes=100-        all but the first hundred          Content-Range: bytes 0-99/1234   which ones they are

Source: RFC 9110 §14. Several ranges at once may be answered with the whole, and are. An answer of 206 is not kept.
"""

from __future__ import annotations

import re

from labs.http.messages import Answer, Request
from labs.http.syntax import value, without

ONE = re.compile(r"(?i:bytes)=([0-9]{0,15})-([0-9]{0,15})")


def part(request: Request, answer: Answer) -> Answer:
    """What the request's Range asks for of a whole answer, a 206; the whole where it asks for no one part of it.

    A 416 where the answer has none of these bytes: RFC 9110 §15.5.17.
    """
    found = ONE.fullmatch(value(request.headers, "range") or "")
    if not found or request.method != "GET" or answer.status != 200:
        return answer
    size, (first, last) = len(answer.body), found.groups()
    if first == last == "" or (first and last and int(last) < int(first)):
        return answer  # this is no range, and is ignored: RFC 9110 §14.2
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        return Answer(416, [("Content-Range", f"bytes */{size}")])
    headers = without(answer.headers, "content-length", "content-range")
    return Answer(206, [*headers, ("Content-Range", f"bytes {start}-{end}/{size}")], answer.body[start : end + 1])
