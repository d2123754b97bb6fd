"""What lesson 18 asks first, and what it asks about a crash."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.kit.trace import Fault
from labs.sessions.journey.travel import let_in, travel, turned_away


def _closed() -> str:
    late = [bool(let_in(travel(design=design, faults=[Fault(1, "close", "ada")]))) for design in ("session", "token")]
    return CLOSED.options[{(False, False): 0, (False, True): 1, (True, False): 2, (True, True): 3}[late[0], late[1]]]


CLOSED = Question(
    id="sessions-closed",
    question="Ada logs in. A minute later her laptop is stolen, and her account is closed at once. The thief's "
    "browser goes on sending requests. Which of the two designs still lets the thief in?",
    options=[
        "Neither: the account is closed",
        "The token, until it expires",
        "The session, until its cookie expires",
        "Both, until the thief closes the browser",
    ],
    answer=_closed,
    because="The session is a row in the store: delete it, and the next lookup finds nothing. The token is checked "
    "without asking anybody. Its signature still fits and its end has not come, so every server lets it in.",
)


def _crash() -> str:
    hit = {store: bool(turned_away(travel(store=store, faults=[Fault(4.5, "crash", "s1")]))) for store in
           ("shared", "sticky")}  # fmt: skip
    return CRASH.options[1 if hit["sticky"] and not hit["shared"] else 0]


CRASH = Question(
    id="sessions-crash",
    question="Each server keeps the sessions of its own users in its memory, and the balancer always sends Ada to s1. "
    "At 4.5 minutes s1 crashes; the balancer notices and sends her to s2. What happens?",
    options=[
        "Nothing that she notices: s2 takes over her session",
        "She has to log in again",
        "Requests fail until s1 is back, then all is as before",
    ],
    answer=_crash,
    because="Her session was in the memory of s1, and s2 has never heard of it. When s1 is back, its memory is empty.",
)
