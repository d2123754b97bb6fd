"""The exercise `tokens-sign`: header, payload and the signature over both."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show
from labs.tokens.examples import NOW, SECRET
from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises.sign_wrong import HEADER, RECIPES, WRONG, signed

Case = tuple[dict[str, Any], bytes]

PARTS = ("header", "payload", "signature")
SECRETS = (
    b"an example secret of 32 letters.",
    b"short",
    base64url.decode(SECRET["k"]),  # RFC 7515's, 64 bytes and no text
    b" a secret with a space at either end and 65 bytes, one too many. ",
    bytes(range(255, 135, -1)),
)
"""From 65 bytes on HMAC hashes the secret first, which somebody who cuts it off at 64 gets wrong."""


def sign_hs256(claims: dict[str, Any], secret: bytes) -> str:
    """A token of these claims, signed with HMAC-SHA-256."""
    return signed(claims, secret)


def _cases() -> Iterable[Case]:
    claims: list[dict[str, Any]] = [
        {},
        {"a": 1},
        {"sub": "ada"},
        {"sub": "ada", "exp": NOW},
        {"exp": 1.5, "nbf": 0, "ok": True, "no": False, "note": "", "sub": None},
        {"name": "Zoë", "says": 'it\'s € 5, "no" less\n', "日": "日"},
        {"roles": ["reader", "buyer", []], "address": {"city": "Oslo", "zip": "0150"}, "aud": []},
    ]
    return [(c, secret) for secret in SECRETS for c in claims]


def _larger() -> Any:
    from hypothesis import strategies as st

    text = st.text(st.characters(codec="utf-8", max_codepoint=0x2FFF), max_size=8)
    number = st.integers(-9, 9**9) | st.floats(-9, 9, allow_nan=False, width=16)
    claims = st.dictionaries(text, number | text | st.booleans() | st.none() | st.lists(text, max_size=2), max_size=4)
    return st.tuples(claims, st.binary(min_size=32, max_size=80))


# ── the answer in plain form ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Token:
    """What an answer says, however its JSON is spelt: two that make the same mistake are equal."""

    text: str = field(compare=False)
    spelling: str  # "padded", "standard" where one part is; else empty
    header: str
    payload: str
    signature: str  # what it is computed from, one of RECIPES; or the signature itself, if that is unknown


def _read(case: Case, answer: Any) -> Token:
    if isinstance(answer, bytes | bytearray):
        raise Wrong("A token is text, and these are bytes: decode them (`.decode()`).")
    if not isinstance(answer, str):
        raise Wrong(f"Return the token as text, not {show(answer, 60)}.")
    parts = answer.split(".")
    if len(parts) != 3:
        dots = f"{len(parts) - 1} dot{'s' * (len(parts) != 2)}"
        raise Wrong(f"A token has three parts with two dots between them, but your answer has {dots}.")
    spelling = "padded" if "=" in answer else "standard" if set("+/") & set(answer) else ""
    header, payload = (_canonical(_lenient(part)) for part in parts[:2])
    return Token(answer, spelling, header, payload, _recipe(parts[0], parts[1], parts[2], case[1]))


def _lenient(part: str) -> bytes | None:
    """The bytes, also of standard Base64 and with padding; None if it is neither."""
    try:
        return base64url.decode(part.rstrip("=").translate(str.maketrans("+/", "-_")))
    except base64url.BadBase64:
        return None


def _canonical(written: bytes | None) -> str:
    """JSON in one spelling, in which 1, 1.0 and true differ; what is no JSON as it is."""
    try:
        return json.dumps(json.loads((written or b"").decode("utf-8")), sort_keys=True)
    except ValueError:
        return repr(written)


def _recipe(header: str, payload: str, signature: str, secret: bytes) -> str:
    found = _lenient(signature)
    for name, recipe in RECIPES.items():
        try:
            if found == recipe(header, payload, secret):
                return name
        except (ValueError, TypeError):  # this header, payload or secret does not suit the recipe
            continue
    return signature


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _part(answer: Token, place: int) -> bytes | None:
    """The bytes of a part; None where the first property has said already that they cannot be read."""
    return _lenient(answer.text.split(".")[place])


def _spelt(case: Case, answer: Token) -> None:
    for name, text in zip(PARTS, answer.text.split("."), strict=True):
        try:
            base64url.decode(text)
        except base64url.BadBase64 as problem:
            raise Wrong(f"The {name} is not base64url: {problem}.") from None


def _json(written: bytes, name: str) -> Any:
    try:
        return json.loads(written.decode("utf-8"))
    except UnicodeDecodeError:
        raise Wrong(f"The {name} is {show(written, 60)}, which is not UTF-8: use `json.dumps(…).encode()`.") from None
    except ValueError:
        raise Wrong(f"The {name} is {show(written, 60)}, which is not JSON: use `json.dumps`.") from None


def _header(case: Case, answer: Token) -> None:
    written = _part(answer, 0)
    said = HEADER if written is None else _json(written, "header")
    if not isinstance(said, dict):
        raise Wrong(f"The header is {show(said, 60)}, but should be {HEADER}.")
    for name, value in HEADER.items():
        if said.get(name) != value:
            found = f"The header's `{name}` is {show(said[name], 40)}" if name in said else f"There is no `{name}`"
            raise Wrong(f"{found}; the header should be {HEADER}.")
    if len(said) > len(HEADER):
        raise Wrong(f"The header is {show(said, 80)}, but should say no more than {HEADER}.")


def _payload(case: Case, answer: Token) -> None:
    written = _part(answer, 1)
    said = case[0] if written is None else _json(written, "payload")
    if json.dumps(said, sort_keys=True) != json.dumps(case[0], sort_keys=True):
        raise Wrong(f"The payload says {show(said, 120)}, but should say {show(case[0], 120)}.")


def _signature(case: Case, answer: Token) -> None:
    signature = _part(answer, 2)
    if signature is not None and len(signature) != 32:
        raise Wrong(f"HMAC-SHA-256 gives 32 bytes, but the signature has {len(signature)}.")
    if signature is not None and answer.signature != "right":
        raise Wrong("The signature is not the HMAC-SHA-256, with the secret, of `header.payload` as the token has it.")


SIGN = Exercise(
    id="tokens-sign",
    lesson="19",
    title="Sign with HS256",
    points=2,
    reference=sign_hs256,
    cases=_cases,
    strategy=_larger,
    shape="Returns text of three parts",
    read=_read,
    properties=(
        ("Each part is base64url without padding", _spelt),
        ("The header says `alg` HS256 and `typ` JWT", _header),
        ("The payload is the claims, as JSON", _payload),
        ("The signature is the HMAC of the two parts before it", _signature),
    ),
    wrong=WRONG,
    hints=(
        "Three steps: turn header and payload into JSON bytes (`json.dumps(…).encode()`) and those into base64url; "
        "put a dot "
        "between them; put the signature of that, in base64url, behind another dot.",
        "`hmac.digest(secret, message, 'sha256')` gives 32 bytes. The message has to be bytes, too: "
        "`f'{header}.{payload}'.encode()`.",
    ),
    show_case=lambda case: f"sign_hs256({case[0]!r}, {case[1]!r})",
    show_answer=lambda answer: show(answer.text if isinstance(answer, Token) else answer),
    right="one right answer",
    examples=60,
    keeps=True,
)
