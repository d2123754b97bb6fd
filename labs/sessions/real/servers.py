"""Three application servers on 127.0.0.1, and a client with the library's cookie jar.

    with three_servers(open_store()) as urls:
        client = Client()
        client.get(urls[0] + "/login?user=ada")
        client.get(urls[1] + "/me")       # (200, "ada")

`/login` opens a session (or, with `&as=token`, answers with a signed token); `/me` says who is asking. Any password
will do here. The servers share one store, as in a real deployment; they live in threads of this process.
"""

from __future__ import annotations

import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

from labs.http.servers import HOME, PATIENCE
from labs.kit.not_here import NotHere, said
from labs.sessions.real.stores import Store, open_store
from labs.tokens.examples import AUDIENCE, ISSUER, example_key
from labs.tokens.jws.jws import Refused
from labs.tokens.jwt.jwt import accept, issue

LIFETIME = 900  # seconds


def _handler(store: Store) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            there = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(there.query).items()}
            if there.path == "/login":
                self._log_in(asked.get("user", "ada"), asked.get("as", "session"))
            else:
                user = self._user()
                self._say(200 if user else 401, user or "log in first")

        def _log_in(self, user: str, how: str) -> None:
            if how == "token":
                claims = {"iss": ISSUER, "sub": user, "aud": AUDIENCE, "exp": int(time.time()) + LIFETIME}
                self._say(200, issue(claims, example_key()))
            else:
                id = secrets.token_urlsafe(16)  # 128 random bits, always new: nothing of the browser's is kept
                store.put(id, user)
                self._say(200, user, cookie=f"sid={id}; HttpOnly; SameSite=Lax; Path=/")

        def _user(self) -> str | None:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            if scheme == "Bearer":
                try:
                    now = time.time()
                    return str(accept(token, example_key(), now=now, issuer=ISSUER, audience=AUDIENCE)["sub"])
                except Refused:
                    return None
            sent = SimpleCookie(self.headers.get("Cookie", ""))
            return store.find(sent["sid"].value) if "sid" in sent else None

        def _say(self, status: int, text: str, cookie: str = "") -> None:
            body = text.encode()
            self.send_response(status)
            if cookie:
                self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@contextmanager
def three_servers(store: Store) -> Iterator[list[str]]:
    """The URLs of three servers with one store. NotHere where nothing can listen here."""
    with ExitStack() as stack:
        urls = []
        for _ in range(3):
            try:
                server = ThreadingHTTPServer((HOME, 0), _handler(store))
            except OSError:
                raise NotHere(f"No server can listen on {HOME} here.") from None
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            urls.append(f"http://{HOME}:{server.server_port}")
        yield urls


class Client:
    """urllib with its cookie jar, or with a token in the header."""

    def __init__(self, token: str = "") -> None:
        self.jar = CookieJar()
        self._token = token
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def get(self, url: str) -> tuple[int, str]:
        """Status and text."""
        request = urllib.request.Request(url)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()


def journey() -> Any:
    """A pandas DataFrame: Ada's journey on three real servers, with a session and with a token, before and after.

    A sentence where nothing can listen here.
    """
    import pandas

    store = open_store()
    rows = []
    try:
        with three_servers(store) as urls:
            ada, text = Client(), Client().get(f"{urls[0]}/login?as=token")[1]
            ada.get(f"{urls[0]}/login")
            for design, client in (("session", ada), ("token", Client(text))):
                before = store.asked
                open_ = [client.get(url + "/me")[0] for url in urls]
                told = {"design": design, "answers of the three servers": open_, "lookups": store.asked - before}
                rows.append((told, client))
            store.close("ada")
            for told, client in rows:
                told["answers after closing"] = [client.get(url + "/me")[0] for url in urls]
    except NotHere as why:
        return said(why)
    finally:
        store.end()
    return pandas.DataFrame([told for told, _ in rows]).set_index("design")
