"""What lesson 19 asks before it shows."""

from __future__ import annotations

from labs.kit.guessing.question import Question
from labs.tokens.jwt.copied import copy_token
from labs.tokens.jwt.life import use_token
from labs.tokens.jwt.picture import check_changed

COPY = [
    "Nothing: without the key it is noise",
    "Read it, but not use it",
    "Read it and use it, but not change it",
    "Read it, use it and change it",
]


def _what_a_stranger_can_do() -> str:
    trace = copy_token()
    can = {e["which"]: e.kind == "serves" for e in trace.of("serves", "refuses")}
    readable = '"sub":"ada"' in trace.of("reads")[0]["text"]
    return COPY[readable + can["copy"] + can["changed"]]


STRANGER = Question(
    id="tokens-stranger",
    question="Somebody copies Ada's token on its way to the shop. They do not have the key. What can they do with it?",
    options=COPY,
    answer=_what_a_stranger_can_do,
    because="A token is signed, not encrypted: base64url is a spelling, and everybody can read it back. The signature "
    "only makes sure that nobody without the key can write a token or change one. And the copy is as good as the "
    "original: that is why tokens travel over TLS (the encryption of https) and live only briefly.",
)

GUESSES = {
    "base64url": "base64url: the changed character cannot be decoded",
    "claims": "claims: the payload is no longer JSON",
    "signature": "signature: it was not made over these characters",
    "": "None: one character does not matter",
}
ONE_CHARACTER = Question(
    id="tokens-one-letter",
    question="One character in the middle of the payload is replaced by another of the 64. Which check fails?",
    options=list(GUESSES.values()),
    answer=lambda: GUESSES[check_changed(60, "next").events[-1].get("check", "")],
    because="It is still base64url, and it may even be JSON that says something else. But the signature was made over "
    "exactly the original characters. Until it holds, the payload is not even looked at.",
)

CLOCK = {
    0: "They are served as if nothing were wrong",
    1: "Each token is refused, however often Ada logs in",
    2: "Tokens are served for 50 s less than they should be",
}


def _with_a_slow_clock() -> str:
    slow = use_token(drift=-50)
    return CLOCK[0 if not slow.of("refused") else 1 if not slow.of("served") else 2]


SLOW_CLOCK = Question(
    id="tokens-slow-clock",
    question="Each token says that it is valid from now (`nbf`), for four minutes. The shop's clock is 50 s slow, and "
    "Ada calls every 30 s. What happens to her calls?",
    options=list(CLOCK.values()),
    answer=_with_a_slow_clock,
    because="By the shop's clock each new token is not valid yet. Ada's app logs in again, and gets one that begins "
    "even later. A leeway of a minute cures it.",
)
