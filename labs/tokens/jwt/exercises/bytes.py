"""The exercises of lesson 19. Here base64url and signing; verifying and the look-up of keys beside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any

from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show
from labs.tokens.examples import NOW, SECRET
from labs.tokens.jws import base64url
from labs.tokens.jws.jwk import read_key
from labs.tokens.jws.jws import sign, write_object

# ── base64url ───────────────────────────────────────────────────────────────────────────────────────────────────────

BYTES = (b"", b"f", b"fo", b"foo", b"foob", b"\0", b"\0\0", b"\0\0\0", b"\xff", b"\xfb\xff", b"\xff\xff\xff", b"{}",
         b'{"a":1}', b"\xfb\xef\xbe", b"Ada", b"login.example", bytes(range(0, 256, 5)))  # fmt: skip


def _bytes_cases() -> list[tuple[bytes]]:
    return [(data,) for data in BYTES]


def _larger_bytes() -> Any:
    from hypothesis import strategies as st

    return st.tuples(st.binary(max_size=24))


def _read_text(case: Any, answer: Any) -> str:
    if isinstance(answer, bytes | bytearray):
        raise Wrong("The letters are right or wrong, but they are bytes. A token is text: end with `.decode()`.")
    if not isinstance(answer, str):
        raise Wrong(f"Give back a text, and not {show(answer, 60)}.", base64url.encode(case[0]))
    return answer


def _letters(case: Any, answer: str) -> None:
    strange = sorted(set(answer) - set(base64url.ALPHABET))
    if strange:
        raise Wrong(f"{', '.join(map(repr, strange))} is none of base64url’s 64 letters.")


def _how_many(case: Any, answer: str) -> None:
    data = case[0]
    want = -(-len(data) * 8 // 6)
    if len(answer.rstrip("=")) != want:
        raise Wrong(
            f"{len(data) * 8} bits are {want} times six, the last filled up, and the answer has {len(answer)} letters."
        )


def _which(case: Any, answer: str) -> None:
    right = base64url.encode(case[0])
    if answer != right:
        place = next(
            (i for i, (a, b) in enumerate(zip(answer, right, strict=False)) if a != b), min(len(answer), len(right))
        )
        raise Wrong(f"They differ from letter {place} on.", right)


def same_as(wrong: Callable[..., Any], sentence: str) -> Misconception:
    """Recognise a misconception by the answer to which it leads."""

    def recognise(case: Any, answer: Any, right: Any) -> str | None:
        return sentence if answer == wrong(*case) != right else None

    return recognise


def _bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def _in_sixes(bits: str) -> str:
    return "".join(base64url.ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def _filled_in_front(data: bytes) -> str:
    """The last, short piece read as a number as it is: its zeros stand in front."""
    return _in_sixes(_bits(data))


def _all_in_front(data: bytes) -> str:
    bits = _bits(data)
    return _in_sixes("0" * (-len(bits) % 6) + bits)


def _rest_dropped(data: bytes) -> str:
    return base64url.encode(data)[: len(data) * 8 // 6]


BASE64URL = Exercise(
    id="tokens-base64url",
    lesson="19",
    title="Base64url, by hand",
    points=2,
    reference=base64url.encode,
    cases=_bytes_cases,
    strategy=_larger_bytes,
    shape="Gives back a text",
    read=_read_text,
    properties=(
        ("Uses only the 64 letters, and no padding", _letters),
        ("Has a letter for every six bits", _how_many),
        ("Spells the bytes as everybody does", _which),
    ),
    misconceptions=(
        same_as(
            lambda data: base64.urlsafe_b64encode(data).decode(),
            "The letters are right, but `=` fills them up to a multiple of four. A token leaves this padding away "
            "(RFC 7515 §2).",
        ),
        same_as(
            lambda data: base64.b64encode(data).decode(),
            "This is plain Base64: it uses `+` and `/`, which mean something in a URL, and pads with `=`. Base64url "
            "has "
            "`-` and `_` in their place, and no padding.",
        ),
        same_as(
            lambda data: base64.b64encode(data).decode().rstrip("="),
            "This is plain Base64, with `+` and `/`, which mean something in a URL. Base64url has `-` and `_` in their "
            "place.",
        ),
        same_as(bytes.hex, "This is hexadecimal: a letter for every four bits. Base64url has one for every six."),
        same_as(
            _filled_in_front,
            "The last piece of bits is shorter than six. Fill it up with zeros *behind* it; here they stand in front.",
        ),
        same_as(
            _all_in_front,
            "The zeros that make the bits come out even are in front of all of them, which moves every letter. They "
            "belong at the end.",
        ),
        same_as(
            _rest_dropped, "The bits that are left over after the last six are dropped; then they cannot be read again."
        ),
    ),
    hints=(
        "`f'{byte:08b}'` is a byte as eight bits. Put those of all bytes one after the other.",
        "Add zeros at the end until the number of bits is a multiple of six: `bits += '0' * (-len(bits) % 6)`.",
        "Six bits are a number, `int(six, 2)`, and the number a letter, `ALPHABET[number]`.",
    ),
    show_case=lambda case: f"encode({case[0]!r})",
    show_answer=lambda answer: repr(answer) if len(repr(answer)) < 300 else show(answer),
)

# ── signing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_SECRET = base64url.decode(SECRET["k"])


def sign_hs256(claims: dict[str, Any], secret: bytes) -> str:
    """The course's own token of these claims."""
    return sign(write_object(claims), read_key({"kty": "oct", "k": base64url.encode(secret)}, "HS256"), {"typ": "JWT"})


def _claims_cases() -> Iterable[tuple[dict[str, Any], bytes]]:
    claims: list[dict[str, Any]] = [
        {},
        {"a": 1},
        {"sub": "ada"},
        {"sub": "ada", "exp": NOW},
        {"name": "Zoë", "ok": True},
        {"roles": ["reader", "buyer"], "sub": None},
    ]
    return [(c, secret) for secret in (b"s" * 32, _SECRET) for c in claims]


def _larger_claims() -> Any:
    from hypothesis import strategies as st

    text = st.text(st.characters(codec="utf-8", max_codepoint=0x2FFF), max_size=8)
    claims = st.dictionaries(text, st.integers(-9, 9**9) | text | st.booleans() | st.none(), max_size=4)
    return st.tuples(claims, st.binary(min_size=32, max_size=64))


def _read_token(case: Any, answer: Any) -> str:
    if isinstance(answer, bytes | bytearray):
        raise Wrong("A token is text, and this is bytes: decode it (`.decode()`).")
    if not isinstance(answer, str):
        raise Wrong(f"Give back the token, a text, and not {show(answer, 60)}.")
    if answer.count(".") != 2:
        raise Wrong(f"A token has three parts with two dots between them, and here are {answer.count('.')} dots.")
    return answer


def _part(answer: str, place: int) -> bytes | None:
    """The bytes of a part; None where that is another property's worry."""
    try:
        return base64url.decode(answer.split(".")[place])
    except base64url.BadBase64:
        return None


def _spelt(case: Any, answer: str) -> None:
    for name, text in zip(("header", "payload", "signature"), answer.split("."), strict=True):
        try:
            base64url.decode(text)
        except base64url.BadBase64 as problem:
            raise Wrong(f"The {name} is not base64url: {problem}.") from None


def _json(written: bytes, name: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        raise Wrong(f"The {name} is {show(written, 60)}, which is not JSON: use `json.dumps`.") from None


def _header(case: Any, answer: str) -> None:
    written = _part(answer, 0)
    header = {"alg": "HS256", "typ": "JWT"} if written is None else _json(written, "header")
    if not isinstance(header, dict) or header.get("alg") != "HS256":
        said = header.get("alg") if isinstance(header, dict) else header
        raise Wrong(f"The header’s `alg` is {show(said, 40)}. The registered name is 'HS256'.")
    if header.get("typ") != "JWT":
        raise Wrong(f"The header’s `typ` is {show(header.get('typ'), 40)}, and should be 'JWT'.")


def _payload(case: Any, answer: str) -> None:
    written = _part(answer, 1)
    claims = case[0] if written is None else _json(written, "payload")
    if claims != case[0]:
        raise Wrong(f"The payload says {show(claims, 120)}, and should say {show(case[0], 120)}.")


def _hmac(secret: bytes, message: str | bytes) -> bytes:
    return hmac.digest(secret, message.encode() if isinstance(message, str) else message, "sha256")


def _signature(case: Any, answer: str) -> None:
    signature = _part(answer, 2)
    if signature is None:
        return
    if len(signature) != 32:
        raise Wrong(f"HMAC-SHA-256 gives 32 bytes, and the signature has {len(signature)}.")
    if signature != _hmac(case[1], answer.rpartition(".")[0]):
        raise Wrong(
            "The signature is not the HMAC-SHA-256, with the secret, of `header.payload` as it stands in the token."
        )


def _signed_as(wrong: Callable[[str, str, bytes], bytes], sentence: str) -> Misconception:
    """Recognise a signature over something else, made of this token's own header and payload."""

    def recognise(case: Any, answer: str, right: str) -> str | None:
        head, body, text = answer.split(".")
        return sentence if base64url.encode(wrong(head, body, case[1])) == text.rstrip("=") else None

    return recognise


_d = base64url.decode
SIGN = Exercise(
    id="tokens-sign",
    lesson="19",
    title="Sign with HS256",
    points=2,
    reference=sign_hs256,
    cases=_claims_cases,
    strategy=_larger_claims,
    shape="Gives back a text of three parts",
    read=_read_token,
    properties=(
        ("Each part is base64url without padding", _spelt),
        ("The header says `alg` HS256 and `typ` JWT", _header),
        ("The payload is the claims, as JSON", _payload),
        ("The signature is the HMAC of the two parts before it", _signature),
    ),
    misconceptions=(
        _signed_as(
            lambda h, b, s: _hmac(s, b),
            "Only the payload is signed. Then anybody can change the header: sign both, with the dot between them.",
        ),
        _signed_as(
            lambda h, b, s: _hmac(s, h + b), "The dot between header and payload is missing from what is signed."
        ),
        _signed_as(
            lambda h, b, s: _hmac(s, _d(h) + b"." + _d(b)),
            "What is signed is the JSON. Sign the *letters*, after "
            "base64url: JSON can be written in many ways, letters only in one.",
        ),
        _signed_as(
            lambda h, b, s: _hmac(s, _d(h) + _d(b)),
            "What is signed is the JSON. Sign the *letters*, after "
            "base64url, with the dot: JSON can be written in many ways, letters only in one.",
        ),
        _signed_as(
            lambda h, b, s: _hmac(s, f"{h}.{b}").hex().encode(),
            "The signature is written in hexadecimal and then in "
            "base64url. Take `digest()`, the 32 bytes, and not `hexdigest()`.",
        ),
        _signed_as(
            lambda h, b, s: hashlib.sha256(f"{h}.{b}".encode()).digest(),
            "This is a plain hash, without the secret. Everybody can compute it, so it proves nothing.",
        ),
        _signed_as(
            lambda h, b, s: hashlib.sha256(s + f"{h}.{b}".encode()).digest(),
            "This hashes secret and message one after "
            "the other. That can be extended by a stranger; HMAC was made to prevent it: `hmac.digest(secret, message, "
            "'sha256')`.",
        ),
        _signed_as(
            lambda h, b, s: _hmac(f"{h}.{b}".encode(), s),
            "Key and message have changed places: the secret comes first, `hmac.digest(secret, message, 'sha256')`.",
        ),
    ),
    hints=(
        "Three steps: two JSON texts, each as bytes (`json.dumps(…).encode()`) and then in base64url; a dot between "
        "them; "
        "the signature of that, in base64url, behind another dot.",
        "`hmac.digest(secret, message, 'sha256')` gives 32 bytes. The message is bytes, too: "
        "`f'{header}.{payload}'.encode()`.",
    ),
    show_case=lambda case: f"sign_hs256({case[0]!r}, {case[1]!r})",
    right="one right answer",
    examples=60,
)
