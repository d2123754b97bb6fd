"""JWS: bytes with a signature (RFC 7515). What the bytes mean is up to the layer above, jwt.py.

    token = base64url(header) . base64url(payload) . base64url(signature)
            └────── the signing input: what the signature is over ──────┘

`sign` puts one together; `verify` takes it apart and trusts none of it before the signature holds. It is strict: what
two readers might read in two ways is refused (RFC 8725).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from typing import Any

from labs.tokens.jws import base64url
from labs.tokens.jws.algorithms import OTHER_NAMES
from labs.tokens.jws.jwk import Key, Keys

PARTS = ("header", "payload", "signature")
CHECKS = ("three parts", "base64url", "header", "crit", "key", "algorithm", "signature")
"""What `verify` looks at, in this order."""
# What RFC 7515 itself defines may not stand in `crit` (§4.1.11).
_OWN = {"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"}
MAX_LENGTH = 16_384  # characters: more than common servers take in a header
LARGEST = int(sys.float_info.max)  # about 1.8e308: beyond it a double, all that many readers have, is infinite
DEEPEST = 100  # arrays and objects in one another; how many Python itself reads changes from version to version


class Refused(ValueError):
    """A token that must not be trusted. `check` names the check that failed, `part` the part of it."""

    def __init__(self, check: str, why: str, part: str = "") -> None:
        super().__init__(f"{check}: {why}")
        self.check, self.why, self.part = check, why, part


@dataclass(frozen=True)
class Signed:
    """What a token said, once its signature held."""

    header: Mapping[str, Any]
    payload: bytes
    key: Key


# ── putting together ──────────────────────────────────────────────────────────────────────────────────────────────────


def sign(payload: bytes, key: Key, header: Mapping[str, Any] | bytes | None = None) -> str:
    """A token with these bytes as its payload, signed with the key.

    The header says `alg` and, if the key has a name, `kid`; `header` adds to that, or gives the exact bytes to use.
    ValueError if the key cannot sign, or if the header names another algorithm than the key's.
    """
    if key.signs_with is None:
        raise ValueError(f"this {key.alg} key can only verify: its private half is not here")
    if isinstance(header, bytes):
        try:
            written, said = header, read_object(header)
        except ValueError as problem:
            raise ValueError(f"the header {problem}") from None
    else:
        said = {"alg": key.alg, **({"kid": key.kid} if key.kid else {}), **(header or {})}
        written = write_object(said)
    if key.alg not in (alg := said.get("alg"), OTHER_NAMES.get(str(alg))):
        raise ValueError(f"the header says {alg!r}, and the key is for {key.alg}")
    signing_input = f"{base64url.encode(written)}.{base64url.encode(payload)}"
    signature = key.algorithm.sign(key.signs_with, signing_input.encode())
    return f"{signing_input}.{base64url.encode(signature)}"


# ── taking apart ──────────────────────────────────────────────────────────────────────────────────────────────────────


def verify(token: str, keys: Key | Keys, *, understood: Collection[str] = ()) -> Signed:
    """What the token says, if its signature holds; else Refused, with the first check that failed.

    `understood` names the extensions that the caller supports, in case the header marks them as critical. TypeError for
    keys that have not been read yet.
    """
    if not isinstance(keys, Key | Keys):
        raise TypeError("a key has to be read first: read_key(…) of one JWK, read_keys(…) of a JWKS")
    parts = split(token)
    written, payload, signature = (decode_part(name, text) for name, text in zip(PARTS, parts, strict=True))
    header = read_header(written)
    check_crit(header, understood)
    key = choose_key(header, keys)
    check_algorithm(header, key)
    check_signature(key, f"{parts[0]}.{parts[1]}".encode(), signature)
    return Signed(header, payload, key)


def split(token: str) -> list[str]:
    """The three parts as text."""
    if not isinstance(token, str):
        raise Refused("three parts", f"a token is a text, and this is of type {type(token).__name__}")
    if len(token) > MAX_LENGTH:
        raise Refused("three parts", f"it is longer than {MAX_LENGTH} characters")
    parts = token.split(".")
    if len(parts) != 3:
        raise Refused("three parts", f"a token has two dots, and this has {len(parts) - 1}")
    return parts


def decode_part(name: str, text: str) -> bytes:
    """The bytes of a part."""
    try:
        return base64url.decode(text)
    except base64url.BadBase64 as problem:
        raise Refused("base64url", f"the {name} is not base64url: {problem}", name) from None


def read_header(written: bytes) -> dict[str, Any]:
    """The header as a JSON object with its `alg` and, if it is there, its `kid`."""
    try:
        header = read_object(written)
    except ValueError as problem:
        raise Refused("header", f"the header {problem}", "header") from None
    for name in ("alg", "kid", "typ", "cty"):
        if name in header and not isinstance(header[name], str):
            raise Refused("header", f"`{name}` must be a text", "header")
    if "alg" not in header:
        raise Refused("header", "the header has no `alg`", "header")
    return header


def check_crit(header: Mapping[str, Any], understood: Collection[str]) -> None:
    """Whoever does not understand what a header calls critical must refuse the token (RFC 7515 §4.1.11)."""
    if header.get("b64", True) is not True and "b64" not in understood:
        raise Refused("crit", "a payload that is not base64url (`b64`, RFC 7797) is not understood here", "header")
    if "crit" not in header:
        return
    names = header["crit"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise Refused("crit", "`crit` must be a list of names, and not an empty one", "header")
    for name in names:
        if name not in header:
            raise Refused("crit", f"`crit` lists {name!r}, which the header does not have", "header")
        if name in _OWN or names.count(name) > 1:
            raise Refused(
                "crit", f"`crit` lists {name!r}, which may not stand there, or twice, or is missing", "header"
            )
        if name not in understood:
            raise Refused("crit", f"{name!r} is critical, and is not understood here", "header")


def choose_key(header: Mapping[str, Any], keys: Key | Keys) -> Key:
    """The trusted key that the token means: the one that its `kid` names, or the only one, if either has no name."""
    kid = header.get("kid")
    if isinstance(keys, Keys) and len(keys) != 1:
        if kid is None:
            raise Refused("key", f"the header has no `kid` to choose one of {len(keys)} keys by", "header")
        key = keys.named(kid)
    else:
        only = keys if isinstance(keys, Key) else keys.keys[0]
        key = only if None in (kid, only.kid) or kid == only.kid else None
    if key is None or key.checks_with is None:
        raise Refused("key", f"no key that may verify is called {kid!r}", "header")
    return key


def check_algorithm(header: Mapping[str, Any], key: Key) -> None:
    """The algorithm is the key's. What the token says can only agree with it, and `none` never does."""
    alg = header["alg"]
    if OTHER_NAMES.get(alg, alg) != key.alg:
        raise Refused("algorithm", f"the header says {alg!r}, and the key is for {key.alg} only", "header")


def check_signature(key: Key, signing_input: bytes, signature: bytes) -> None:
    """The signature has the right length, and was made over exactly these bytes with exactly this key."""
    if len(signature) != key.signature_length:
        raise Refused(
            "signature",
            f"an {key.alg} signature by this key has {key.signature_length} bytes, and this one {len(signature)}",
            "signature",
        )
    if not key.algorithm.check(key.checks_with, signing_input, signature):
        raise Refused("signature", "it is not the signature of this header and payload with this key", "signature")


# ── JSON objects, strictly ────────────────────────────────────────────────────────────────────────────────────────────


def read_object(written: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are. ValueError says why they are none: "is not …", "says … twice"."""
    try:
        text = written.decode("utf-8")
        if _depth(text) > DEEPEST:
            raise _OddObject("is nested too deeply")
        value = _READER.decode(text)
        if _HALF.search(text) and _has_half(value):
            raise _OddObject("has half a character (a lone surrogate), which readers replace, drop or keep")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except json.JSONDecodeError as problem:
        what = problem.msg.lower().removesuffix(" at").removesuffix(" starting")  # some of them end so
        raise ValueError(f"is not JSON ({what} at character {problem.pos})") from None
    except _OddObject:
        raise
    except ValueError:  # Python reads no number of more than some thousand digits
        raise ValueError("has a number that is too long") from None
    if not isinstance(value, dict):
        raise ValueError("is no JSON object")
    return value


def write_object(members: Mapping[str, Any]) -> bytes:
    """The members as JSON, in their order and without a space.

    ValueError or TypeError for what JSON cannot say, or `read_object` would not read.
    """
    try:
        text = _WRITER.encode(members)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    simple = all(type(name) is str and type(value) in _SIMPLE for name, value in members.items())
    if not simple or len(text) > 300 or _HALF.search(text):  # else nothing in it can be odd
        read_object(text.encode())
    return text.encode()


class _OddObject(ValueError):
    pass


def _depth(text: str) -> int:
    """How deep arrays and objects are nested in this JSON; brackets in its strings do not count."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return 0  # too few of them to be too deep: most tokens are done here
    steps = ((sign in "[{") - (sign in "]}") for sign in re.sub(r'"(?:\\.|[^"\\])*"', "", text))
    return max(accumulate(steps), default=0)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _OddObject(f"says {next(n for n in names if names.count(n) > 1)!r} twice")
    return members


def _has_half(value: Any) -> bool:
    """Whether some text in the value is no Unicode: \\ud83d without its other half (RFC 8259 §8.2, RFC 7493 §2.1)."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _no_number(name: str) -> Any:
    raise _OddObject(f"has {name}, which is no JSON number")


def _float(digits: str) -> float:
    """A number that is not whole; 1e400 would be infinite here, and something else elsewhere (RFC 7493 §2.2)."""
    number = float(digits)
    if number in (inf, -inf):
        raise _OddObject("has a number that is too large")
    return number


def _int(digits: str) -> int:
    """A whole number, unless it would be infinite for readers that have nothing but doubles."""
    if len(digits) > 300 and abs(int(digits)) > LARGEST:
        raise _OddObject("has a number that is too large")
    return int(digits)


_SIMPLE = (str, int, float, bool, type(None))
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_READER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number, parse_float=_float, parse_int=_int)
_WRITER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
