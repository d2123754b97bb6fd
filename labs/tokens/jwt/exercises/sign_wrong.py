"""Plausible wrong answers to `tokens-sign`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.tokens.examples import NOW, SECRET
from labs.tokens.jws import base64url

Claims = dict[str, Any]
HEADER = {"alg": "HS256", "typ": "JWT"}
LESSONS = base64url.decode(SECRET["k"])


def mac(secret: bytes, message: bytes, digest: str = "sha256") -> bytes:
    """The HMAC of a message."""
    return hmac.digest(secret, message, digest)


RECIPES: dict[str, Callable[[str, str, bytes], bytes]] = {
    "right": lambda h, p, s: mac(s, f"{h}.{p}".encode()),
    "payload": lambda h, p, s: mac(s, p.encode()),
    "header": lambda h, p, s: mac(s, h.encode()),
    "no dot": lambda h, p, s: mac(s, (h + p).encode()),
    "one dot more": lambda h, p, s: mac(s, f"{h}.{p}.".encode()),
    "JSON": lambda h, p, s: mac(s, base64url.decode(h) + b"." + base64url.decode(p)),
    "JSON, no dot": lambda h, p, s: mac(s, base64url.decode(h) + base64url.decode(p)),
    "payload's JSON": lambda h, p, s: mac(s, base64url.decode(p)),
    "hex": lambda h, p, s: mac(s, f"{h}.{p}".encode()).hex().encode(),
    "hex text": lambda h, p, s: base64url.decode(mac(s, f"{h}.{p}".encode()).hex()),
    "half": lambda h, p, s: mac(s, f"{h}.{p}".encode())[:16],
    "plain hash": lambda h, p, s: hashlib.sha256(f"{h}.{p}".encode()).digest(),
    "secret before": lambda h, p, s: hashlib.sha256(s + f"{h}.{p}".encode()).digest(),
    "secret after": lambda h, p, s: hashlib.sha256(f"{h}.{p}".encode() + s).digest(),
    "swapped": lambda h, p, s: mac(f"{h}.{p}".encode(), s),
    "SHA-512": lambda h, p, s: mac(s, f"{h}.{p}".encode(), "sha512"),
    "SHA-1": lambda h, p, s: mac(s, f"{h}.{p}".encode(), "sha1"),
    "secret as text": lambda h, p, s: mac(str(s).encode(), f"{h}.{p}".encode()),
    "secret in hex": lambda h, p, s: mac(s.hex().encode(), f"{h}.{p}".encode()),
    "secret stripped": lambda h, p, s: mac(s.strip(), f"{h}.{p}".encode()),
    "secret cut at 32": lambda h, p, s: mac(s[:32], f"{h}.{p}".encode()),
    "secret cut at 64": lambda h, p, s: mac(s[:64], f"{h}.{p}".encode()),
    "the lesson's secret": lambda h, p, s: mac(LESSONS, f"{h}.{p}".encode()),
}
"""What a signature may be computed from, rightly or wrongly."""


def compact(value: Any) -> bytes:
    """JSON without a space."""
    return json.dumps(value, separators=(",", ":")).encode()


def spell(data: bytes) -> str:
    """In base64url."""
    return base64url.encode(data)


def signed(
    claims: Any, secret: bytes, *, over: str = "right", header: Any = HEADER,
    spell: Callable[[bytes], str] = spell, write: Callable[[Any], bytes] = compact,
) -> str:  # fmt: skip
    """A token whose signature is computed by one of RECIPES; the other arguments are mistakes of other kinds."""
    head, body = spell(write(header)), spell(write(claims))
    return f"{head}.{body}.{spell(RECIPES[over](head, body, secret))}"


def _padded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()


def _standard(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _as_str(value: Any) -> bytes:
    return str(value).encode()


def _latin(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("latin-1", "replace")


def _spaces_out(value: Any) -> bytes:
    return json.dumps(value).replace(" ", "").encode()


def _of_other_claims(claims: Claims, secret: bytes, *, change: Callable[[Claims], Claims]) -> str:
    return signed(change(claims), secret)


def _changed(change: Callable[[Claims], Claims]) -> Callable[[Claims, bytes], str]:
    return partial(_of_other_claims, change=change)


def _falsy_dropped(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if value}


def _none_dropped(claims: Claims) -> Claims:
    return {name: value for name, value in claims.items() if value is not None}


def _as_texts(claims: Claims) -> Claims:
    return {name: str(value) for name, value in claims.items()}


def _dated(claims: Claims) -> Claims:
    return {**claims, "iat": NOW}


def _whole_numbers(claims: Claims) -> Claims:
    return {name: int(value) if isinstance(value, float) else value for name, value in claims.items()}


def _secret_as_utf8(claims: Claims, secret: bytes) -> str:
    return signed(claims, secret.decode().encode())


def _unsigned(claims: Claims, secret: bytes) -> str:
    return signed(claims, secret).rpartition(".")[0] + "."


def _payload_first(claims: Claims, secret: bytes) -> str:
    head, body, signature = signed(claims, secret).split(".")
    return f"{body}.{head}.{signature}"


def _claims_in_header(claims: Claims, secret: bytes) -> str:
    return signed(claims, secret, header={**HEADER, **claims})


_AS_IT_STANDS = "Sign the text as the token has it: JSON can be spelt in many ways."

WRONG = (  # the narrower mistakes first: of two that explain as much, the first is named
    Mistake(
        "The secret is cut off after 64 bytes. HMAC takes longer ones, too: pass all of it.",
        partial(signed, over="secret cut at 64"),
    ),
    Mistake(
        "The secret is cut off after 32 bytes. HMAC takes longer ones, too: pass all of it.",
        partial(signed, over="secret cut at 32"),
    ),
    Mistake(
        "Spaces at the ends of the secret are stripped. A secret is bytes, and every one of them counts.",
        partial(signed, over="secret stripped"),
    ),
    Mistake("The secret is decoded as text. It is bytes, and not all bytes are text.", _secret_as_utf8),
    Mistake("Claims whose value is `None` are left out. JSON has a word for it, `null`.", _changed(_none_dropped)),
    Mistake("Claims are left out if their value is false, 0 or empty. Write them all.", _changed(_falsy_dropped)),
    Mistake("Fractions are dropped. JSON can write 1.5: leave the values as they are.", _changed(_whole_numbers)),
    Mistake(
        "Every value becomes a text. JSON has numbers, true, false and lists: leave the values as they are.",
        _changed(_as_texts),
    ),
    Mistake("A claim is added, `iat`, that nobody asked for.", _changed(_dated)),
    Mistake(
        "Every space is removed from the JSON, even inside texts: `separators=(',', ':')` leaves those alone.",
        partial(signed, write=_spaces_out),
    ),
    Mistake("The JSON is not in UTF-8. `.encode()` without an argument sees to that.", partial(signed, write=_latin)),
    Mistake(
        "`str` of a dict is Python, not JSON: it has single quotes, and `True` for `true`. Use `json.dumps`.",
        partial(signed, write=_as_str),
    ),
    Mistake("The claims belong in the payload. Here they are in the header, too.", _claims_in_header),
    Mistake(
        "It has `+` and `/`: this is standard Base64. `base64url.encode` has `-` and `_` in their place.",
        partial(signed, spell=_standard),
    ),
    Mistake("It has padding (`=`). A token has none: use `base64url.encode`.", partial(signed, spell=_padded)),
    Mistake("The payload comes first. The order is header, payload, signature.", _payload_first),
    Mistake("There is no signature after the second dot.", _unsigned),
    Mistake(
        "Only the payload is signed. Then anybody can change the header: sign both, with the dot between them.",
        partial(signed, over="payload"),
    ),
    Mistake(
        "Only the header is signed. Then anybody can change the payload: sign both, with the dot between them.",
        partial(signed, over="header"),
    ),
    Mistake("The dot between header and payload is missing from what is signed.", partial(signed, over="no dot")),
    Mistake(
        "A second dot, after the payload, is signed as well. Only the one between the two should be.",
        partial(signed, over="one dot more"),
    ),
    Mistake(f"What is signed is the JSON, before base64url. {_AS_IT_STANDS}", partial(signed, over="JSON")),
    Mistake(
        f"What is signed is the JSON, before base64url and without a dot. {_AS_IT_STANDS}",
        partial(signed, over="JSON, no dot"),
    ),
    Mistake(
        f"What is signed is the payload's JSON alone. Sign the header, too, and the dot between them. {_AS_IT_STANDS}",
        partial(signed, over="payload's JSON"),
    ),
    Mistake(
        "The signature is in hexadecimal. Take `digest()`, the 32 bytes, and write them in base64url.",
        partial(signed, over="hex text"),
    ),
    Mistake(
        "The signature is written in hexadecimal and then in base64url. "
        "Take `digest()`, the 32 bytes, and not `hexdigest()`.",
        partial(signed, over="hex"),
    ),
    Mistake("Half of the signature is missing: HS256 has all 32 bytes.", partial(signed, over="half")),
    Mistake(
        "This is a plain hash, without the secret. Anybody can compute it, so it proves nothing.",
        partial(signed, over="plain hash"),
    ),
    Mistake(
        "This hashes the secret followed by the message. A stranger can extend such a message; HMAC was made to "
        "prevent that: `hmac.digest(secret, message, 'sha256')`.",
        partial(signed, over="secret before"),
    ),
    Mistake(
        "This hashes the message followed by the secret. HMAC does more than that: "
        "`hmac.digest(secret, message, 'sha256')`.",
        partial(signed, over="secret after"),
    ),
    Mistake(
        "Key and message are swapped: the secret comes first, `hmac.digest(secret, message, 'sha256')`.",
        partial(signed, over="swapped"),
    ),
    Mistake("The hash is SHA-512. The 256 in HS256 stands for SHA-256.", partial(signed, over="SHA-512")),
    Mistake("The hash is SHA-1. The 256 in HS256 stands for SHA-256.", partial(signed, over="SHA-1")),
    Mistake(
        "The key is `str(secret)`, which begins with `b'`. The secret is bytes already: use it as it is.",
        partial(signed, over="secret as text"),
    ),
    Mistake("The key is the secret in hexadecimal. Use its bytes as they are.", partial(signed, over="secret in hex")),
    Mistake(
        "The lesson's own secret signs it. Sign with the one that is passed in.",
        partial(signed, over="the lesson's secret"),
    ),
)
