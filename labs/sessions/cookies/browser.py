"""What a browser does with cookies: which it takes, and with which requests it sends them (RFC 6265bis).

    cookie = take("__Host-sid=3fK9; Secure; Path=/; SameSite=Lax", "shop.test", https=True)
    sends(cookie, "https://shop.test/pay", "POST", "form", "https://evil.test")   # False

Simplified: a site is a scheme with the last two labels of a host name (browsers have a list of public suffixes), paths
other than / are compared as written, and nothing expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

LIMIT = 4096  # bytes of name and value together
GRACE = 120  # seconds for which Chromium lets a cookie without SameSite travel with a top-level POST
WAYS = ("link", "form", "embedded")  # a page opened by GET; by a form's POST; an image, frame or script's request


class NotTaken(ValueError):
    """Why the browser ignores a cookie, in one sentence."""


@dataclass(frozen=True)
class Cookie:
    """A cookie in the jar. `domain` is empty where it belongs to one host only; `same_site` where none was given."""

    name: str
    value: str
    host: str
    domain: str = ""
    path: str = "/"
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    since: float = 0.0


def take(line: str, host: str, *, https: bool, now: float = 0.0) -> Cookie:
    """The cookie of a Set-Cookie line from this host; NotTaken where the browser ignores it."""
    pair, *rest = (part.strip() for part in line.split(";"))
    name, _, value = pair.partition("=")
    given = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in rest)}
    cookie = Cookie(
        name, value, host, given.get("domain", "").removeprefix(".").lower(), given.get("path") or "/",
        "secure" in given, "httponly" in given, given.get("samesite", "").capitalize(), now,
    )  # fmt: skip
    if len(name.encode()) + len(value.encode()) > LIMIT:
        raise NotTaken(f"name and value are longer than {LIMIT} bytes")
    if cookie.secure and not https:
        raise NotTaken("Secure is only taken over https")
    if cookie.same_site == "None" and not cookie.secure:
        raise NotTaken("SameSite=None needs Secure")
    if cookie.domain and not within(host, cookie.domain):
        raise NotTaken(f"{host} does not belong to {cookie.domain}")
    if name.lower().startswith("__secure-") and not cookie.secure:
        raise NotTaken("__Secure- needs Secure")
    if name.lower().startswith("__host-") and not (cookie.secure and given.get("path") == "/" and not cookie.domain):
        raise NotTaken("__Host- needs Secure, Path=/, no Domain")
    return cookie


def sends(cookie: Cookie, url: str, method: str, way: str, page: str, now: float = 0.0) -> bool:
    """Whether the cookie travels with this request to `url`, made from the page at `page` ("" for the address bar)."""
    there = urlsplit(url)
    host = there.hostname or ""
    if not (within(host, cookie.domain) if cookie.domain else host == cookie.host):
        return False
    if cookie.secure and there.scheme != "https":
        return False
    if cookie.path != "/" and not (there.path + "/").startswith(cookie.path.rstrip("/") + "/"):
        return False
    cross_site = bool(page) and site(page) != site(url)
    shown = "embedded" if way == "embedded" else "page"
    return travels(cookie.same_site, cross_site, shown, method, int(now - cookie.since))


def travels(same_site: str, cross_site: bool, way: str, method: str, age: int) -> bool:
    """Whether a cookie travels with a request, by its SameSite ("" where none was given) and its age in seconds.

    `way` is "page" where the request opens a page, and "embedded" otherwise.
    """
    if not cross_site or same_site == "None":
        return True
    if same_site == "Strict" or way == "embedded":
        return False
    return method in ("GET", "HEAD") or (not same_site and age <= GRACE)


def within(host: str, domain: str) -> bool:
    """Whether a host is this domain or below it."""
    return host == domain or host.endswith("." + domain)


def site(url: str) -> tuple[str, str]:
    """The scheme and the last two labels of the host. The port does not count."""
    parts = urlsplit(url)
    return parts.scheme, ".".join((parts.hostname or "").split(".")[-2:])
