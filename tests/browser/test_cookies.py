"""Cookies in a real Chromium: what lesson 18's tables say, with shop.test and evil.test on this machine, over https."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from labs.http.certificate import throwaway
from labs.http.servers import HOME
from labs.sessions.cookies.tables import CHROMIUM, KINDS, LINES, REQUESTS, sent
from tests.browser.conftest import FLAGS
from tools import chromium

LINK = '<a id="a" href="{pay}">x</a><script>document.getElementById("a").click()</script>'
FORM = '<form id="f" method="post" action="{pay}"></form><script>document.getElementById("f").submit()</script>'
PAGES = {
    "the shop's own page": ("shop.test", FORM),
    "a link on another site": ("evil.test", LINK),
    "a form that another site posts": ("evil.test", FORM),
    "the same, in the first two minutes": ("evil.test", FORM),
    "an image on another site": ("evil.test", '<img src="{pay}">'),
}  # fmt: skip


class Site:
    """One server for all host names. `.seen` are the Cookie headers that came to /pay."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.arrived = threading.Event()
        self.page = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                there = urlsplit(self.path)
                if there.path == "/pay":
                    site.seen.append(self.headers.get("Cookie", ""))
                    site.arrived.set()
                self.send_response(200)
                if there.path == "/set":
                    for line in parse_qs(there.query).get("line", []):
                        self.send_header("Set-Cookie", line)
                body = (site.page if there.path == "/page" else "ok").encode()
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.do_GET()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer((HOME, 0), Handler)
        self.server.socket = throwaway(HOME)[0].wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def url(self, host: str, path: str) -> str:
        return f"https://{host}:{self.server.server_port}{path}"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    there = Site()
    yield there
    there.server.shutdown()
    there.server.server_close()


RULES = "--host-resolver-rules=MAP shop.test 127.0.0.1, MAP www.shop.test 127.0.0.1, MAP evil.test 127.0.0.1"


def _found() -> str:
    path = chromium.found(whole=True)
    assert path, chromium.HOW_TO_GET_IT
    return path


@pytest.fixture(scope="module")
def mapped(browser: Browser) -> Iterator[Browser]:
    """A Chromium of its own, in which these names are on this machine."""
    one = browser.browser_type.launch(executable_path=_found(), args=[*FLAGS, RULES])
    yield one
    one.close()


@contextmanager
def fresh(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(ignore_https_errors=True)
    yield context
    context.close()


def given(context: BrowserContext, site: Site, *lines: str) -> None:
    """Lets the shop set these cookies."""
    page = context.new_page()
    page.goto(site.url("shop.test", "/set?" + "&".join(f"line={quote(line)}" for line in lines)))
    page.close()


def travelling(context: BrowserContext, site: Site, host: str, body: str) -> set[str]:
    """The names of the cookies that come to /pay from a page with this body on this host."""
    site.page, site.seen = body.replace("{pay}", site.url("shop.test", "/pay")), []
    site.arrived.clear()
    context.new_page().goto(site.url(host, "/page"), wait_until="commit")  # the page may go on to /pay at once
    assert site.arrived.wait(120)
    return set(re.findall(r"(\w+)=", site.seen[0]))


def wanted(what: str) -> set[str]:
    """What the model says."""
    return {KINDS[kind].partition("=")[0] for kind in KINDS if sent(kind, what)}


@pytest.mark.parametrize("what", [what for what in REQUESTS if "form that" not in what])
def test_which_cookies_travel(browser: Browser, site: Site, what: str, tmp_path: Path) -> None:
    """In an ordinary window whose user has not blocked third-party cookies."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps({"profile": {"cookie_controls_mode": 0}}))
    with browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=_found(), args=[*FLAGS, RULES], ignore_https_errors=True
    ) as context:
        given(context, site, *KINDS.values())
        assert travelling(context, site, *PAGES[what]) == wanted(what)


def test_a_private_window_blocks_third_party_cookies(mapped: Browser, site: Site) -> None:
    with fresh(mapped) as context:
        given(context, site, *KINDS.values())
        assert travelling(context, site, *PAGES["an image on another site"]) == set()


def test_an_older_cookie_without_same_site_is_lax(browser: Browser, site: Site) -> None:
    """The two minutes are shortened to ten seconds, by a switch that Chromium has for such tests."""
    old = "a form that another site posts"
    short = "--enable-features=ShortLaxAllowUnsafeThreshold"
    one = browser.browser_type.launch(executable_path=_found(), args=[*FLAGS, RULES, short])
    try:
        with fresh(one) as context:
            given(context, site, *KINDS.values())
            time.sleep(10.5)
            assert travelling(context, site, *PAGES[old]) == wanted(old)
    finally:
        one.close()


@pytest.mark.parametrize(("line", "kept"), LINES)
def test_which_cookies_are_taken(mapped: Browser, site: Site, line: str, kept: bool) -> None:
    with fresh(mapped) as context:
        given(context, site, line)
        assert bool(context.cookies()) == kept


@pytest.mark.parametrize("size", [4096, 4097])
def test_name_and_value_have_4096_bytes_at_most(mapped: Browser, site: Site, size: int) -> None:
    with fresh(mapped) as context:
        given(context, site, f"big={'x' * (size - 3)}; Secure; Path=/")
        assert bool(context.cookies()) == (size <= 4096)


def test_a_cookie_belongs_to_a_host_and_a_site_is_not_a_port(mapped: Browser, site: Site) -> None:
    other = Site()
    try:
        with fresh(mapped) as context:
            given(context, site, KINDS["Strict"], "wide=1; Secure; Path=/; Domain=shop.test")
            site.page, site.seen, other.seen = "", [], []
            page = context.new_page()
            page.goto(other.url("shop.test", "/pay"))
            page.goto(site.url("www.shop.test", "/pay"))
        assert "strict=1" in other.seen[0]  # another port, the same cookies
        assert site.seen[0] == "wide=1"  # a subdomain gets only what has a Domain
    finally:
        other.server.shutdown()
        other.server.server_close()


def test_the_tables_name_this_chromium(mapped: Browser) -> None:
    assert CHROMIUM.startswith("Chromium ")
    assert int(mapped.version.partition(".")[0]) > 80  # since then Lax is the default
