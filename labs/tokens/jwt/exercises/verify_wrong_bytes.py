"""Plausible wrong answers to `tokens-verify`: the parts of a token, their spelling, its header and its payload."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises.verify_steps import BadBytes, Claims, open_token, read_object, verify


def _three_of_them(token: str) -> list[str]:
    return token.split(".")[:3]


def _stripped(token: str) -> list[str]:
    return token.strip().split(".")


def _sloppy(part: str) -> bytes:
    """Python's own decoder passes over whatever is none of the 64, and over the bits to spare."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _padding_off(part: str) -> bytes:
    return base64url.decode(part.rstrip("="))


def _any_alg(header: Any) -> bool:
    return True


def _none_but_none(header: Any) -> bool:
    return header.get("alg") not in (None, "none")


def _hs256_or_nothing(header: Any) -> bool:
    return bool(header.get("alg", "HS256") == "HS256")


def _any_case(header: Any) -> bool:
    return str(header.get("alg")).upper() == "HS256"


def _any_hs(header: Any) -> bool:
    return str(header.get("alg")).startswith("HS")


def _hs256_in_it(header: Any) -> bool:
    return "HS256" in (header.get("alg") or "")


def _typ_too(header: Any) -> bool:
    return bool(header.get("alg") == "HS256" and header.get("typ") == "JWT")


def _just_these_two(header: Any) -> bool:
    return bool(header == {"alg": "HS256", "typ": "JWT"})


def _always_sha256(header: Any) -> bool:
    return header.get("alg") in ("HS256", "HS384", "HS512")


def _agile(token: str, secret: bytes) -> Claims:
    """HS384 and HS512 are fine as well, each with its own hash."""
    alg = str(read_object([*token.split("."), ""], 0).get("alg"))
    if alg not in ("HS384", "HS512"):
        return open_token(token, secret)
    return open_token(token, secret, trusted=_always_sha256, right=partial(_by_hash, digest=f"sha{alg[2:]}"))


def _by_hash(secret: bytes, header: str, payload: str, digest: str) -> bytes:
    return hmac.digest(secret, f"{header}.{payload}".encode(), digest)


def _none_believed(token: str, secret: bytes) -> Claims:
    """A header that says `none` needs no signature."""
    parts = [*token.split("."), "", ""]
    return read_object(parts, 1) if read_object(parts, 0).get("alg") == "none" else open_token(token, secret)


def _looked_up_by_get(token: str, secret: bytes) -> Claims:
    """Takes it for granted that the header is an object."""
    _header(token).get("alg")
    return open_token(token, secret)


def _looked_up_by_name(token: str, secret: bytes) -> Claims:
    """Takes it for granted that the header is an object with an `alg`."""
    _header(token)["alg"]
    return open_token(token, secret)


def _header(token: str) -> Any:
    try:
        return json.loads(base64url.decode(token.split(".")[0]).decode())
    except ValueError:
        raise BadBytes("its header is no JSON") from None


def _payload_taken_for_granted(token: str, secret: bytes) -> Any:
    """The claims of any JSON whatever."""
    try:
        return open_token(token, secret)
    except BadBytes as problem:
        if "its payload is JSON" not in str(problem):
            raise
        return json.loads(base64url.decode(token.split(".")[1]).decode())


def _json_taken_for_granted(token: str, secret: bytes) -> Any:
    """The payload is read outside of what catches the errors."""
    try:
        return open_token(token, secret)
    except BadBytes as problem:
        if "its payload is not JSON" in str(problem):
            json.loads(base64url.decode(token.split(".")[1]))
        raise


def _ascii_only(token: str, secret: bytes) -> Claims:
    """`compare_digest` of two texts raises TypeError where one is not ASCII."""
    head, _, signature = token.rpartition(".")
    if head.count(".") == 1:
        hmac.compare_digest(signature, "")
    return open_token(token, secret)


def _opens(**step: Any) -> Callable[..., Any]:
    return partial(verify, opened=partial(open_token, **step))


WRONG_BYTES = (
    Mistake(
        "The token's first three parts are checked and a fourth is ignored. Then anything may follow a token: "
        "refuse one that has not exactly three parts.",
        _opens(split=_three_of_them),
    ),
    Mistake(
        "Spaces and line breaks around the token are ignored. Then one token has many spellings.",
        _opens(split=_stripped),
    ),
    Mistake(
        "Padding (`=`) is ignored. Then one token has many spellings; a token has none.", _opens(decode=_padding_off)
    ),
    Mistake(
        "Python's own `base64` ignores characters that are not among the 64, and spare bits in the last one. "
        "Then one token has many spellings: `base64url.decode` refuses them.",
        _opens(decode=_sloppy),
    ),
    Mistake("The header may say `hs256`, too. A name is compared exactly: HS256.", _opens(trusted=_any_case)),
    Mistake(
        "It is enough that HS256 is *in* the header's `alg`, in a longer name or in a list. Compare with `==`.",
        _opens(trusted=_hs256_in_it),
    ),
    Mistake("A header without `alg` is accepted. It has to say HS256.", _opens(trusted=_hs256_or_nothing)),
    Mistake(
        "HS384 and HS512 are accepted as well, so it is the token that chooses. Accept HS256 and nothing else.",
        partial(verify, opened=_agile),
    ),
    Mistake("A header that names HS384 or HS512 is accepted. It has to say HS256.", _opens(trusted=_always_sha256)),
    Mistake("Any `alg` that begins with HS is accepted. It has to be HS256.", _opens(trusted=_any_hs)),
    Mistake(
        "The token chooses how it is checked: its header says `none`, and nothing is checked. The algorithm is HS256, "
        "and you know that in advance (RFC 8725 §3.1).",
        partial(verify, opened=_none_believed),
    ),
    Mistake(
        "Only `none` is refused. The header has to say HS256, and nothing else will do.", _opens(trusted=_none_but_none)
    ),
    Mistake("The header's `alg` is ignored. It has to say HS256.", _opens(trusted=_any_alg)),
    Mistake("A token without `typ` is refused. `typ` is optional, and not required here.", _opens(trusted=_typ_too)),
    Mistake(
        "A good token is refused unless its header is just `alg` and `typ`. "
        "Look only at `alg`: a header may say more, or less.",
        _opens(trusted=_just_these_two),
    ),
    Mistake(
        "It raises an exception where the header is JSON but not an object, or has no `alg`. "
        "A stranger wrote it: check first.",
        partial(verify, opened=_looked_up_by_name),
    ),
    Mistake(
        "It raises an exception where the header is JSON but not an object. A stranger wrote it: "
        "make sure that it is a dict.",
        partial(verify, opened=_looked_up_by_get),
    ),
    Mistake(
        "It raises an exception where the payload is JSON but not an object. Make sure that it is a dict.",
        partial(verify, opened=_payload_taken_for_granted),
    ),
    Mistake(
        "It raises an exception where the payload is not JSON. "
        "Anyone who has the key can sign anything: catch that, too.",
        partial(verify, opened=_json_taken_for_granted),
    ),
    Mistake(
        "`hmac.compare_digest` takes texts only if they are ASCII, and a stranger may write anything. Compare bytes.",
        partial(verify, opened=_ascii_only),
    ),
)
