"""Tables of what a browser takes and sends, by the model and as a real Chromium did (the tests ask one again)."""

from __future__ import annotations

from typing import Any

from labs.sessions.cookies.browser import GRACE, NotTaken, sends, take

CHROMIUM = "Chromium 156"
SHOP, EVIL = "https://shop.test", "https://evil.test"
KINDS = {
    "Strict": "strict=1; Secure; Path=/; SameSite=Strict",
    "Lax": "lax=1; Secure; Path=/; SameSite=Lax",
    "not given": "unset=1; Secure; Path=/",
    "None": "none=1; Secure; Path=/; SameSite=None",
}
REQUESTS = {  # what happens: (method, way, page, seconds since the cookie was set)
    "the shop's own page": ("POST", "form", SHOP, 0),
    "a link on another site": ("GET", "link", EVIL, 0),
    "a form that another site posts": ("POST", "form", EVIL, GRACE + 1),
    "the same, in the first two minutes": ("POST", "form", EVIL, 0),
    "an image on another site": ("GET", "embedded", EVIL, 0),
}
LINES = (  # Set-Cookie lines from https://shop.test, and whether Chromium keeps the cookie
    ("sid=1; Secure; HttpOnly; SameSite=Lax; Path=/", True),
    ("sid=1; SameSite=None", False),
    ("__Host-sid=1; Secure; Path=/", True),
    ("__Host-sid=1; Secure; Path=/; Domain=shop.test", False),
    ("__Host-sid=1; Secure; Path=/account", False),
    ("__Secure-sid=1; Path=/", False),
    ("sid=1; Secure; Domain=evil.test", False),
)


def sent(kind: str, what: str) -> bool:
    """Whether the model's browser sends this kind of cookie then."""
    method, way, page, age = REQUESTS[what]
    return sends(take(KINDS[kind], "shop.test", https=True), f"{SHOP}/pay", method, way, page, age)


def same_site() -> Any:
    """A pandas DataFrame: which cookies of the shop travel with a request, by their SameSite."""
    import pandas

    rows = [{"request comes from": what, **{kind: "sent" if sent(kind, what) else "–" for kind in KINDS}}
            for what in REQUESTS]  # fmt: skip
    return pandas.DataFrame(rows).set_index("request comes from")


def taken() -> Any:
    """A pandas DataFrame: which lines a browser takes from https://shop.test, and why it ignores the others."""
    import pandas

    rows = []
    for line, kept in LINES:
        try:
            take(line, "shop.test", https=True)
            told = "taken"
        except NotTaken as why:
            told = f"ignored: {why}"
        rows.append({"Set-Cookie": line, "the model": told, CHROMIUM: "taken" if kept else "ignored"})
    return pandas.DataFrame(rows).set_index("Set-Cookie")
