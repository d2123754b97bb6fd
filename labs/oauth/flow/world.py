"""Ada, an app, an authorization server, a resource server, and Mallory: what they say to each other, as a trace.

Every message is an HTTP request or answer (labs.http). A step is a message, so the trace's time counts messages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from labs.http.messages import Answer, Request
from labs.kit.trace import Trace
from labs.oauth.flow.client import Client
from labs.oauth.flow.messages import (
    as_text,
    ask,
    content_of,
    error,
    form_of,
    location_of,
    query_of,
    read_form,
    redirect,
    with_query,
)  # fmt: skip
from labs.oauth.flow.records import Registered
from labs.oauth.flow.resource import ResourceServer
from labs.oauth.flow.rules import Rules
from labs.oauth.flow.server import AuthorizationServer
from labs.tokens.examples import NOW, example_jwk, example_key
from labs.tokens.jws import base64url

LOGIN, APP, PHOTOS, EVIL = (f"https://{name}.example" for name in ("login", "print", "photos", "evil"))
WEATHER = "weather.example"  # another resource server of login.example's
HOSTS = {
    "print.example": "app", "login.example": "login", "photos.example": "photos", "evil.example": "mallory",
    "print.example.evil.example": "mallory",
}  # fmt: skip
COOKIES = {"print.example": "sid", "login.example": "user"}
"""Which host has set a cookie in the browsers. A browser sends it to that host and to no other (RFC 6265 §5.4)."""


def secrets(seed: int, whose: str) -> Callable[[], str]:
    """A maker of secrets that are the same in every run. A real one uses the `secrets` module."""
    chance = random.Random(f"{seed} {whose}")
    return lambda: base64url.encode(chance.randbytes(32))


class World:
    """All of them together, on one trace."""

    def __init__(self, rules: Rules, trace: Trace) -> None:
        self.trace, self.rules, self.step = trace, rules, 0
        key, seed = example_key("Ed25519"), trace.seed
        self.login = AuthorizationServer(
            LOGIN,
            [Registered("print", (f"{APP}/callback",))],
            secrets(seed, "login"),
            lambda: NOW,
            example_jwk("Ed25519"),
            rules,
        )
        self.photos = ResourceServer("photos.example", LOGIN, key, lambda: NOW, rules, (WEATHER,))
        self.app = Client("print", APP, (LOGIN, EVIL), f"{PHOTOS}/photos", self._from_app, secrets(seed, "app"), rules)
        self.caught: dict[str, str] = {}  # what reached Mallory's server
        self.parts = {"login": self.login.respond, "app": self.app.respond, "photos": self.photos.respond}
        self.parts["mallory"] = self._evil

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────

    def send(
        self, who: str, method: str, url: str, form: Mapping[str, str] | None = None, token: str = "", cookie: str = ""
    ) -> Answer:
        """`who` asks the server at this URL; both messages go into the trace."""
        headers = [("Authorization", f"Bearer {token}")] if token else []
        headers += [("Cookie", cookie)] if cookie else []
        request, to = ask(method, url, form, headers), HOSTS[urlsplit(url).netloc]
        carries = ({"Bearer": token} if token else {}) | (form_of(request) if form is not None else query_of(request))
        self._emit("ask", who, to=to, text=as_text(request), what=f"{method} {request.target.path}", carries=carries)
        answer = self.parts[to](request)
        there = location_of(answer)
        carries = read_query(there) if there else content_of(answer)
        what = f"{answer.status} → {urlsplit(there).netloc}" if there else str(answer.status)
        self._emit("answer", to, to=who, text=as_text(answer), what=what, carries=carries)
        return answer

    def browse(self, who: str, url: str, until: str = "") -> str:
        """A browser goes to the URL and follows redirects. It stops before a URL that begins with `until`.

        Returns the URL before which it stopped, or "".
        """
        while url:
            if until and url.startswith(until):
                return url
            name = COOKIES.get(urlsplit(url).netloc)
            url = location_of(self.send(who, "GET", url, cookie=f"{name}={who}" if name else ""))
        return ""

    def say(self, caption: str, still: bool = False) -> None:
        """What is told of the next messages."""
        self.trace.emit(self.step + 1, "say", "", caption=caption, still=still)

    def note(self, who: str, words: str, sees: Mapping[str, str] | None = None) -> None:
        """Something that happens without a message; `sees` is what comes to be known by it, by its name."""
        self._emit("note", who, words=words, carries=sees or {})

    def end(self, won: bool, caption: str, lost: str = "stays out") -> None:
        """How it ended: whether Mallory got what she wanted, and what becomes of her where she has `lost`."""
        words = "gets in" if won else lost
        self._emit("note", "mallory", words=words, won=won, carries={})
        self.trace.emit(self.step, "end", "mallory", won=won, words=words, caption=caption)

    def _emit(self, kind: str, who: str, **data: Any) -> None:
        self.step += 1
        self.trace.emit(self.step, kind, who, **data)

    # ── parts ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _from_app(self, method: str, url: str, form: Mapping[str, str] | None, token: str) -> Answer:
        return self.send("app", method, url, form, token)

    def _evil(self, request: Request) -> Answer:
        """Mallory's server: an authorization server that sends Ada on to the honest one, and keeps what comes in."""
        params = query_of(request)
        if request.target.path == "/authorize":
            return redirect(with_query(f"{LOGIN}/authorize", params))
        self.caught |= params | (form_of(request) if request.method == "POST" else {})
        return error("server_error")

    # ── what Mallory does ─────────────────────────────────────────────────────────────────────────────────────────

    def redeem(self, code: str, verifier: str = "", redirect_uri: str = f"{APP}/callback") -> dict[str, Any]:
        """Mallory brings a code to the token endpoint, as if she were the app, which has no secret."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "client_id": "print"}
        form |= {"code_verifier": verifier} if verifier else {}
        return content_of(self.send("mallory", "POST", f"{LOGIN}/token", form))

    def take(self, token: str) -> bool:
        """Mallory asks for photos with a token; whether she gets Ada's."""
        answer = self.send("mallory", "GET", f"{PHOTOS}/photos", token=token)
        return content_of(answer).get("photos of") == "ada"


def read_query(url: str) -> dict[str, str]:
    """The parameters in a URL."""
    return read_form(urlsplit(url).query)
