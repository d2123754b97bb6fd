"""One user's requests to several servers: how does each server know who is asking, and what does that cost?

    travel(design="session", store="shared", faults=[Fault(1, "close", "ada")]) -> Trace

Ada logs in at minute 0, and her browser sends a request every minute. Four designs:

session           the cookie holds a random id; a store knows who it belongs to, and every request asks it
cached session    the same, and each server keeps the store's answers for `pause` minutes
token             the browser holds a signed token, valid for `lifetime` minutes, and no server asks anybody
token + denylist  the same, and every `pause` minutes each server fetches the list of closed accounts

For the design "session" the store is shared by all servers, or each server has its own: with `sticky`, the balancer
sends a browser to one server; with `replicated`, each server copies its changes to all the others. The tokens are real
ones (labs.tokens). What a check costs is an assumption: see VERIFY, OWN and the setting `lookup`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from labs.kit.limits import Limits, Number, OneOf, Whole, check_faults, settle, takes
from labs.kit.trace import Clock, Fault, Trace
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_key
from labs.tokens.jws.jws import Refused
from labs.tokens.jwt.jwt import accept, issue

DESIGNS = ("session", "cached session", "token", "token + denylist")
STORES = ("shared", "sticky", "replicated")
FAULTS = ("close", "crash")  # an account is closed; a server or the store crashes
NAMES = ("s1", "s2", "s3", "s4")
VERIFY = 0.05  # ms to verify a token's signature (measured: HS256 0.02, RS256 0.05, ES256 0.1)
OWN = 0.001  # ms to look into one's own memory
WAY, DOWN = 0.25, 3.0  # minutes: from one machine to the next (exaggerated), and until a crashed one is back
LAG = 1.6  # minutes until a change has reached the other servers, when sessions are replicated (exaggerated)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`lookup` is in milliseconds; `lifetime`, `pause` and `until` are in minutes."""

    design: str = "session"
    store: str = "shared"
    servers: int = 3
    lookup: float = 1.0
    lifetime: int = 15
    pause: int = 5
    until: int = 18


LIMITS: Limits = {
    "design": OneOf(DESIGNS),
    "store": OneOf(STORES),
    "servers": Whole(1, len(NAMES)),
    "lookup": Number(0.1, 50, "milliseconds"),
    "lifetime": Whole(1, 30, "minutes"),
    "pause": Whole(1, 15, "minutes"),
    "until": Whole(4, 40, "minutes"),
}


class Servers:
    """The servers, their stores, and Ada's browser."""

    def __init__(self, settings: Settings, faults: tuple[Fault, ...], trace: Trace) -> None:
        self.settings, self.trace, self.clock = settings, trace, Clock()
        self.names = NAMES[: settings.servers]
        self.apart = settings.design == "session" and settings.store != "shared"
        self.up = {name: True for name in (*self.names, "store")}
        self.sessions: dict[str, bool] = {}  # where a session is kept → whether it is there
        self.closed = False  # Ada's account
        self.listed: dict[str, bool] = {}  # server → whether its copy of the denylist has her
        self.cached: dict[str, float] = {}  # server → until when it trusts the store's last answer
        self.token = ""
        for fault in faults:
            self.clock.at(fault.t, lambda f=fault: self.close() if f.kind == "close" else self.crash(f.who))  # type: ignore[misc]
        if settings.design == "token + denylist":
            for minute in range(0, settings.until + 1, settings.pause):
                self.clock.at(minute, self.fetch)
        self.clock.at(0, self.log_in)
        for n in range(1, settings.until + 1):
            self.clock.at(n, lambda n=n: self.request(n))  # type: ignore[misc]

    def say(self, kind: str, who: str, **data: Any) -> None:
        """Write it into the trace."""
        self.trace.emit(self.clock.now, kind, who, **data)

    # ---- what happens to Ada and to the machines --------------------------------------------------------------------

    def log_in(self) -> None:
        """Server s1 has checked her password: it opens a session, or hands her a token."""
        if self.settings.design.startswith("token"):
            claims = {"iss": ISSUER, "sub": "ada", "aud": AUDIENCE, "exp": NOW + 60 * self.settings.lifetime}
            self.token = issue(claims, example_key())
        elif self.apart:
            self.put("s1", True)
        else:
            self.sessions["store"] = True
        self.say("login", "s1", token=self.token)

    def put(self, server: str, there: bool) -> None:
        """A server that has its own store changes the session in it, and tells the others if they are replicas."""
        self.copy(server, there)
        if self.settings.store == "replicated":
            for other in self.names:
                if other != server:
                    self.clock.after(LAG, lambda other=other: self.copy(other, there))  # type: ignore[misc]

    def copy(self, server: str, there: bool) -> None:
        """What a server has in its own memory, if it is up."""
        if self.up[server]:
            self.sessions[server] = there
            self.say("copy", server, there=there)

    def close(self) -> None:
        """Ada's account is closed: whoever keeps her session deletes it. Nobody can reach into her browser."""
        self.closed = True
        if self.apart:
            first = next((name for name in self.names if self.sessions.get(name)), "s1")
            self.put(first, False)
        elif self.up["store"]:
            self.sessions["store"] = False
        self.say("close", "ada")

    def crash(self, who: str) -> None:
        """It loses the sessions, answers and lists in its memory, and is back after a while.

        Which accounts are closed is kept for good: that much the store still knows.
        """
        self.up[who] = False
        self.sessions.pop(who, None)
        self.cached.pop(who, None)
        self.listed.pop(who, None)
        self.say("crash", who)
        self.clock.after(DOWN, lambda: self.restart(who))

    def restart(self, who: str) -> None:
        """It is back; a replica copies the sessions of the others, and a server that needs the denylist fetches it."""
        self.up[who] = True
        if self.apart and self.settings.store == "replicated" and who in self.names:
            others = any(self.sessions.get(name) for name in self.names if self.up[name])
            self.say("restart", who)
            self.copy(who, others)
        else:
            self.say("restart", who)
        if self.settings.design == "token + denylist" and who in self.names:
            self.fetch([who])

    def fetch(self, servers: Sequence[str] = ()) -> None:
        """These servers (or all) fetch the list of closed accounts. If the store is down they keep what they have."""
        if self.up["store"]:
            there = [name for name in servers or self.names if self.up[name]]
            for name in there:
                self.listed[name] = self.closed
            self.say("fetch", "store", to=there, closed=self.closed)

    # ---- a request --------------------------------------------------------------------------------------------------

    def request(self, n: int) -> None:
        """The balancer picks a server that is up: in turn, or always the same one."""
        sticky = self.settings.design == "session" and self.settings.store == "sticky"
        turns = self.names if sticky else [self.names[(n + i) % len(self.names)] for i in range(len(self.names))]
        server = next((name for name in turns if self.up[name]), "")
        self.say("request", server, n=n)
        if server:
            self.clock.after(WAY, lambda: self.check(server, n))
        else:
            self.answer(server, n, 503, "no server is up")

    def check(self, server: str, n: int) -> None:
        """Who is asking?"""
        if not self.up[server]:
            self.answer(server, n, 503, f"{server} has crashed")
        elif self.settings.design.startswith("token"):
            self.check_token(server, n)
        elif self.apart:
            self.say("lookup", server, place=server, ms=OWN, n=n)
            self.judge(server, n, bool(self.sessions.get(server)))
        elif self.cached.get(server, -1.0) > self.clock.now:
            self.say("lookup", server, place=server, ms=OWN, n=n)
            self.judge(server, n, True)
        elif not self.up["store"]:
            self.say("lookup", server, place="store", ms=self.settings.lookup, n=n)
            self.answer(server, n, 503, "the store does not answer")
        else:
            self.say("lookup", server, place="store", ms=self.settings.lookup, n=n)
            there = bool(self.sessions.get("store"))
            if there and self.settings.design == "cached session":
                self.cached[server] = self.clock.now + self.settings.pause
            self.judge(server, n, there)

    def check_token(self, server: str, n: int) -> None:
        """The server verifies the signature and looks at the end of the token's life, all by itself."""
        self.say("verify", server, ms=VERIFY, n=n)
        if self.listed.get(server):
            self.answer(server, n, 401, "Ada is on the denylist")
            return
        try:
            accept(self.token, example_key(), now=NOW + 60 * self.clock.now, issuer=ISSUER, audience=AUDIENCE)
        except Refused:
            self.answer(server, n, 401, "the token has expired")
        else:
            self.answer(server, n, 200, "the token is valid")

    def judge(self, server: str, n: int, there: bool) -> None:
        """A session was looked up."""
        self.answer(server, n, 200 if there else 401, "the session is there" if there else "no such session")

    def answer(self, server: str, n: int, status: int, why: str) -> None:
        """The server answers."""
        self.say("answer", server, n=n, status=status, why=why, closed=self.closed)


@takes(Settings)
def travel(*, faults: Iterable[Fault] = (), seed: int = 0, **given: Any) -> Trace:
    """Ada's requests; faults close her account ("close", "ada") or crash a server or the store ("crash", "s2").

    Events: "login", "copy" (`there`: a server has the session in its memory, or no longer), "request", "lookup"
    (`place`: "store", or the server itself; `ms`), "verify" (`ms`), "fetch" (`to`: the servers that fetch the
    denylist), "answer" (`status`, `why`; `closed`: the account was closed already), "close", "crash", "restart".
    Nothing is random: `seed` is taken and not used.
    """
    settings = settle(Settings, LIMITS, given, seed)
    faults = check_faults(faults, FAULTS, settings.until)
    back: dict[str, float] = {}
    machines = (*NAMES[: settings.servers], "store")
    for fault in sorted(faults, key=lambda fault: fault.t):
        if fault.kind == "close" and (fault.who != "ada" or "ada" in back):
            raise ValueError("only Ada's account can be closed, and only once")
        if fault.kind == "crash" and fault.who not in machines:
            raise ValueError(f"there is no {fault.who!r} to crash; there are {', '.join(machines)}")
        if fault.t < back.get(fault.who, 0):
            raise ValueError(f"{fault.who} is down until minute {back[fault.who]:g}")
        back[fault.who] = fault.t + DOWN
    trace = Trace(vars(settings), faults, seed, end=settings.until + 1.0)
    run = Servers(settings, tuple(faults), trace)
    run.clock.run(settings.until + 0.9)
    return trace


# ---- what came of it -------------------------------------------------------------------------------------------------


def asked(trace: Trace) -> int:
    """How often a server had to ask the store, denylist included."""
    fetches = sum(len(e["to"]) for e in trace.of("fetch"))
    return len([e for e in trace.of("lookup") if e["place"] == "store"]) + fetches


def spent(trace: Trace) -> float:
    """Milliseconds that all requests together waited for their check."""
    return round(float(sum(e["ms"] for kind in ("lookup", "verify") for e in trace.of(kind))), 3)


def let_in(trace: Trace) -> list[int]:
    """The requests that were served although the account had been closed."""
    return [e["n"] for e in trace.of("answer") if e["closed"] and e["status"] == 200]


def turned_away(trace: Trace) -> list[int]:
    """The requests that were refused or failed although the account was open."""
    return [e["n"] for e in trace.of("answer") if not e["closed"] and e["status"] != 200]
