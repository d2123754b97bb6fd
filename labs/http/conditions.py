"""Has it changed? A client, or a cache, that has an old answer asks for a new one only if it differs.

validator    what tells two versions of a page apart: ETag, a name for the version, or Last-Modified    RFC 9110 §8.8
condition    If-None-Match: not if it is still this version; If-Modified-Since: not if unchanged since    §13.1
304          it has not changed: keep yours, with these newer headers                                     §15.4.5
"""

from __future__ import annotations

from labs.http.dates import read_date
from labs.http.messages import Answer, Request
from labs.http.syntax import Headers, members, value, values, without

CONDITIONS = ("if-none-match", "if-modified-since")
FOR_THE_SERVER = ("if-match", "if-unmodified-since", "if-range")  # no cache decides on these: RFC 9111 §4.3.2
# A 304 does not speak of the body, so what describes it stays as it was: RFC 9111 §3.2; with them the version's name.
OF_THE_BODY = {"content-length", "content-encoding", "content-range", "content-md5", "etag"}
# What a 304 has of the answer that it stands for: RFC 9110 §15.4.5.
IN_A_304 = {"cache-control", "content-location", "date", "etag", "expires", "vary", "age", "set-cookie", "via"}


def same_version(one: str, other: str) -> bool:
    """The weak comparison: W/"1" and "1" name the same thing, if not the same bytes: RFC 9110 §8.8.3.2."""
    return one.removeprefix("W/") == other.removeprefix("W/")


def unchanged(request: Request, answer: Answer) -> bool:
    """Whether the client's condition says that it has this answer already, so that a 304 will do: RFC 9110 §13.2.2.

    If-None-Match goes before If-Modified-Since. Without Last-Modified the answer's Date stands for it: RFC 9111 §4.3.2.
    """
    if request.method not in ("GET", "HEAD") or answer.status != 200:
        return False
    if values(request.headers, "if-none-match"):
        tag, named = value(answer.headers, "etag"), members(request.headers, "if-none-match")
        return named == ["*"] or (tag is not None and any(same_version(one, tag) for one in named))
    since = read_date(value(request.headers, "if-modified-since"))
    changed = read_date(value(answer.headers, "last-modified") or value(answer.headers, "date"))
    return since is not None and changed is not None and changed <= since


def not_modified(answer: Answer) -> Answer:
    """The 304 that stands for this answer."""
    kept = [(name, value) for name, value in answer.headers if name.lower() in IN_A_304]
    if not values(kept, "etag"):
        kept += [(name, value) for name, value in answer.headers if name.lower() == "last-modified"]
    return Answer(304, kept)


def ask_whether_changed(headers: Headers, stored: Answer) -> Headers:
    """A request's headers with the stored answer's validators for a condition, in place of the client's own."""
    tag, changed = value(stored.headers, "etag"), value(stored.headers, "last-modified")
    asked = without(headers, *CONDITIONS)
    if tag:
        asked.append(("If-None-Match", tag))
    if changed:
        asked.append(("If-Modified-Since", changed))
    return asked


def freshened(stored: Answer, newer: Headers) -> Answer:
    """The stored answer with the newer headers of a 304, or of an answer to HEAD, for its own: RFC 9111 §3.2."""
    new = [(name, value) for name, value in newer if name.lower() not in OF_THE_BODY]
    names = {name.lower() for name, _ in new} | {"age"}  # the old age is not the new one's
    return stored._replace(headers=[*((n, v) for n, v in stored.headers if n.lower() not in names), *new])
