"""What lesson 12 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.proxies.forward.crowd import crowd
from labs.proxies.forward.views import known, views
from labs.proxies.forward.ways_in import TRIES, by_name


def _hidden() -> str:
    origin = known(views(), "origin")
    return HIDDEN.options[2 if "cookie" in origin and "client's address" not in origin else 0]


HIDDEN = Question(
    id="proxies-origin-sees",
    question="Alice is logged in at shop.example. She opens her cart over plain http, through a forward proxy that "
    "passes requests on and says nothing about its clients. What does the shop know?",
    options=[
        "Her address: the proxy passes it on",
        "Nothing about her: that is what the proxy is for",
        "Who she is, but not her address",
        "That a proxy has asked, and not which page",
    ],
    answer=_hidden,
    because="The connection comes from the proxy, so her address does not show. But her cookie is a field like any "
    "other: it travels on, and the shop knows its customer. Via tells it that there was a proxy.",
)


def _private() -> str:
    asks = len(crowd(answer="private").of("ask"))
    return CROWD.options[{1: 0, 2: 1, 100: 3}.get(asks, 2)]


CROWD = Question(
    id="proxies-private-crowd",
    question="A hundred clients ask a proxy for the same page within half a second. It asks the origin once and lets "
    "the others wait. The answer comes, and says `Cache-Control: private`. "
    "How many requests does the origin get in all?",
    options=[
        "1: the others get that answer, too",
        "2: one more for all the others together",
        "1, and the others get an error",
        "100: one for each client",
    ],
    answer=_private,
    because="A private answer is meant for one client. Nobody else may have it, so the origin has to be asked again "
    "for each of the others. They have waited for nothing.",
)


def _through() -> str:
    inner = {"wiki.internal", "127.0.0.1", "innocent.example", "[::ffff:10.0.0.5]", "167772165"}
    out = {host for method, host, port, _ in TRIES if host in inner and not by_name(method, host, port)}
    return RULE.options[3 if out == {"innocent.example", "[::ffff:10.0.0.5]", "167772165"} else 0]


RULE = Question(
    id="proxies-list-of-names",
    question="The company's wiki is at 10.0.0.5, which nobody outside can reach. A proxy is open to all, but refuses "
    "`localhost`, names ending in `.internal`, and hosts beginning with `127.`, `10.` or `192.168.`. "
    "How does a stranger get to the wiki?",
    options=[
        "Not at all: 10.0.0.5 begins with `10.`, and is refused",
        "By the wiki's own name: `http://wiki.internal/`",
        "Only by guessing a password",
        "By another name, or another spelling of its address",
    ],
    answer=_through,
    because="Whoever owns a name decides where it leads: `innocent.example` can have the address 10.0.0.5. And one "
    "address has several spellings: `[::ffff:10.0.0.5]` is the same machine, and so is "
    "`167772165`. A rule has to look at the address that "
    "the connection really goes to.",
)
