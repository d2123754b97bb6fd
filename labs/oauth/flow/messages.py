"""Requests and answers, as OAuth uses them: parameters in a query or a form, answers as redirects or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from labs.http.messages import Answer, Request, head
from labs.http.syntax import Headers, value
from labs.http.targets import read_target

FORM = "application/x-www-form-urlencoded"
UNKEPT = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
"""The fields of an answer that no cache may keep, not even one that knows HTTP/1.0 only (RFC 6749 §5.1)."""


class BadForm(ValueError):
    """Parameters that contradict each other: one of them comes twice (RFC 6749 §3.1, §3.2), for instance."""


class Problem(NamedTuple):
    """An OAuth error, and a sentence on it for whoever writes the client (RFC 6749 §4.1.2.1, §5.2).

    The sentence is ASCII without quotation marks and backslashes, and repeats nothing of the request.
    """

    error: str
    error_description: str


TWICE = Problem("invalid_request", "A parameter comes twice.")


def ask(method: str, url: str, form: Mapping[str, str] | None = None, headers: Headers | None = None) -> Request:
    """A request to this URL, with a form as its body where there is one."""
    there = urlsplit(url)
    target = (there.path or "/") + (f"?{there.query}" if there.query else "")
    fields: Headers = [("Host", there.netloc), *(headers or [])]
    body = b""
    if form is not None:
        body = urlencode(form).encode()
        fields += [("Content-Type", FORM), ("Content-Length", str(len(body)))]
    return Request(method, read_target(target, method), "1.1", there.netloc, fields, body)


def query_of(request: Request) -> dict[str, str]:
    """The parameters in the query."""
    return read_form(request.target.query or "")


def form_of(request: Request) -> dict[str, str]:
    """The parameters in the body."""
    return read_form(request.body.decode("utf-8", "replace"))


def read_form(text: str) -> dict[str, str]:
    """Parameters by name; those without a value count as left out (RFC 6749 §3.1). BadForm where one comes twice."""
    params, twice = sort_out(text)
    if twice:
        raise BadForm(TWICE.error_description)
    return params


def sort_out(text: str) -> tuple[dict[str, str], bool]:
    """The parameters that come once, by name, and whether others come more often: nobody knows which to believe."""
    pairs = parse_qsl(text)
    times = Counter(name for name, _ in pairs)
    params = {name: text for name, text in pairs if times[name] == 1}
    return params, len(params) < len(times)


def bearer_of(request: Request) -> str:
    """The token in `Authorization: Bearer …` (RFC 6750 §2.1), or ""."""
    scheme, _, token = (value(request.headers, "authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def cookie_of(request: Request, name: str) -> str:
    """The value of a cookie, or ""."""
    pairs = (pair.strip().partition("=") for pair in (value(request.headers, "cookie") or "").split(";"))
    return next((text for key, _, text in pairs if key == name), "")


def with_query(url: str, params: Mapping[str, str]) -> str:
    """The URL with these parameters added to its query."""
    return url + ("&" if "?" in url else "?") + urlencode(params, quote_via=quote, safe=":/") if params else url


def redirect(url: str) -> Answer:
    """Send the browser on to this URL. There may be a code in it, so no cache may keep the answer."""
    return Answer(302, [("Location", url), *UNKEPT, ("Content-Length", "0")], reason="Found")


def page(title: str, words: str) -> Answer:
    """A page for the user. No other site may show it in a frame, where a click could be stolen (RFC 6749 §10.13)."""
    body = f"<!doctype html>\n<title>{title}</title>\n<p>{words}</p>\n".encode()
    alone = [("Content-Security-Policy", "frame-ancestors 'none'"), ("X-Frame-Options", "DENY")]
    fields = [("Content-Type", "text/html; charset=utf-8"), *UNKEPT, *alone, ("Content-Length", str(len(body)))]
    return Answer(200, fields, body, reason="OK")


def says(status: int, content: Mapping[str, Any] | Sequence[Any], *more: tuple[str, str]) -> Answer:
    """An answer as JSON that no cache may keep."""
    body = json.dumps(content).encode()
    reason = HTTPStatus(status).phrase
    fields = [("Content-Type", "application/json"), *UNKEPT, ("Content-Length", str(len(body)))]
    return Answer(status, [*fields, *more], body, reason=reason)


def error(code: str, description: str = "", status: int = 400, *more: tuple[str, str]) -> Answer:
    """An OAuth error (RFC 6749 §5.2), with a sentence on it as in Problem."""
    return says(status, {"error": code} | ({"error_description": description} if description else {}), *more)


def no_bearer(token: str, realm: str, code: str = "invalid_token", status: int = 401) -> Answer:
    """What a protected resource answers to this token (RFC 6750 §3). Where there is none at all, nothing is wrong yet:
    the answer only says that one is needed.
    """
    said = f'Bearer realm="{realm}"' + (f', error="{code}"' if token else "")
    return error(code, "", status, ("WWW-Authenticate", said))


def content_of(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer; {} where it holds none."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def location_of(answer: Answer) -> str:
    """Where an answer sends the browser, or ""."""
    return value(answer.headers, "location") or ""


def as_text(message: Request | Answer) -> str:
    """The message as it stands on the wire."""
    if isinstance(message, Request):
        first = f"{message.method} {message.asked} HTTP/1.1"
    else:
        first = f"HTTP/1.1 {message.status} {message.reason}"
    return (head(first, message.headers) + message.body).decode().replace("\r\n", "\n").strip()
