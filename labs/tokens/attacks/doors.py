"""Five verifiers that people have really written, each with the mistakes of its kind. NEVER use one of them.

trusting(token, keys, used, now)     believes the header: algorithm, key and all
blocklist(token, keys, used, now)    refuses "none", and lets the header choose among all other algorithms
helpful(token, keys, used, now)      takes the algorithms that it knows, and any key it is offered
careless(token, keys, used, now)     the right key, compared and decoded carelessly
half(token, keys, used, now)         checks the signature well, and no claim at all
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from labs.tokens.attacks.door import KEYS, WEAK, Claims, TrustedKey, Verifier, guard
from labs.tokens.attacks.weak_curve import careless_fits
from labs.tokens.examples import AUDIENCE, ISSUER
from labs.tokens.jws import base64url, read_key
from labs.tokens.jws.algorithms import ALGORITHMS
from labs.tokens.jws.jws import read_object

Ring = Mapping[str, TrustedKey]
LEGACY = TrustedKey(
    "HS256", lambda message, made: hmac.compare_digest(hmac.digest(WEAK, message, "sha256"), made), WEAK
)
WITH_LEGACY = {**KEYS, "legacy": LEGACY}
"""The key set as it was found: with a secret that nobody has dared to remove. Lesson 19's `read_key` refuses it."""


class Web:
    """What lies at an address, in a file and in a table: as the attacker has arranged it."""

    pages: ClassVar[dict[str, Any]] = {}
    files: ClassVar[dict[str, bytes]] = {"/dev/null": b"", "keys/../../dev/null": b"", "../../dev/null": b""}

    @staticmethod
    def query(kid: str) -> bytes:
        """SELECT secret FROM keys WHERE kid = '…', with the text put in as it is."""
        return kid.split("'")[2].encode() if "' UNION SELECT '" in kid else b""


def decode(text: str) -> bytes:
    """Base64url as lenient libraries read it: padding and spare bits as you like."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "==")


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, payload, signing input and signature; of a name that comes twice the last counts."""
    head, body, tail = token.split(".")
    return json.loads(decode(head)), json.loads(decode(body)), f"{head}.{body}".encode(), decode(tail)


def in_time(claims: Claims, now: float) -> bool:
    """`exp` and `nbf`, for tokens that have them."""
    return bool(claims.get("nbf", 0) <= now < claims.get("exp", now + 1))


def checked(alg: str, material: Any, message: bytes, signature: bytes) -> bool:
    """Verify with this algorithm, whatever the key was meant for."""
    if alg.startswith("HS"):
        secret = material if isinstance(material, bytes) else pem(material)
        return hmac.compare_digest(hmac.digest(secret, message, "sha256"), signature)
    return ALGORITHMS[alg].check(material, message, signature)


def pem(public: Any) -> bytes:
    """A public key as the text that everybody may have."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def offered(header: Mapping[str, Any], keys: Ring) -> Any:
    """The key, wherever the header says that it is."""
    kid = header.get("kid", "winter")
    if "jwk" in header:
        return read_key(header["jwk"]).checks_with
    for name in ("jku", "x5u"):
        if name in header:
            return read_key(Web.pages[header[name]]).checks_with
    if kid in keys:
        return keys[kid].material
    return Web.files[kid] if kid in Web.files else Web.query(kid)


def trusting(token: str, keys: Ring, used: set[str], now: float) -> Claims | None:
    """Does what the header says."""
    header, claims, message, signature = opened(token)
    if header["alg"].lower() == "none" or not signature:
        return claims
    return claims if checked(header["alg"], offered(header, keys), message, signature) else None


def blocklist(token: str, keys: Ring, used: set[str], now: float) -> Claims | None:
    """Refuses "none" by its name. (Further down, the library reads algorithms in any case.)"""
    header, claims, message, signature = opened(token)
    if header["alg"] == "none" or header.get("kid") not in keys:
        return None
    alg, material = header["alg"], keys[header["kid"]].material
    if alg.lower() != "none" and not checked(alg, material, message, signature):
        return None
    if claims.get("iss") != ISSUER or AUDIENCE not in claims.get("aud", ""):
        return None
    return claims if in_time(claims, now) else None


def helpful(token: str, keys: Ring, used: set[str], now: float) -> Claims | None:
    """Has a list of good algorithms, and looks for the key wherever the header points."""
    header, claims, message, signature = opened(token)
    key = keys.get(header.get("kid", ""))
    if header["alg"] not in ("RS256", "ES256", "Ed25519", "HS256") or (key and key.alg != header["alg"]):
        return None
    if not checked(header["alg"], offered(header, keys), message, signature):
        return None
    right = claims.get("iss") == ISSUER and AUDIENCE in claims.get("aud", "")
    return claims if right and in_time(claims, now) else None


def careless(token: str, keys: Ring, used: set[str], now: float) -> Claims | None:
    """The right key for the right algorithm; but `in` for "equal", and a cryptography of its own."""
    header, claims, message, signature = opened(token)
    key = keys.get(header.get("kid", ""))
    if key is None or header["alg"] != key.alg:
        return None
    if key.alg == "HS256":
        right = hmac.digest(key.material, message, "sha256")
        fits = all(a == b for a, b in zip(right, signature, strict=False))  # as many bytes as there are
    elif key.alg == "ES256":
        numbers = key.material.public_numbers()
        fits = careless_fits((numbers.x, numbers.y), message, signature)
    else:
        fits = key.fits(message, signature)
    said = claims.get("aud", "")
    ours = claims.get("iss", "") in ISSUER and any(
        AUDIENCE in one for one in ([said] if isinstance(said, str) else said)
    )
    return claims if fits and ours and in_time(claims, now) else None


def half(token: str, keys: Ring, used: set[str], now: float) -> Claims | None:
    """Bytes and signature as they should be. Then it believes every claim."""
    parts = token.split(".")
    header_bytes, payload, signature = map(base64url.decode, parts)
    header = read_object(header_bytes)
    key = keys.get(header.get("kid", ""))
    if key is None or header["alg"] != key.alg or not key.fits(f"{parts[0]}.{parts[1]}".encode(), signature):
        return None
    return read_object(payload)


def ours(token: str, keys: Ring, used: set[str], now: float) -> Claims | None:
    """The course's own, with the keys that are long enough."""
    return guard(token, {kid: key for kid, key in keys.items() if kid != "legacy"}, used, now)


DOORS: dict[str, Verifier] = {
    "trusting": trusting,
    "blocklist": blocklist,
    "helpful": helpful,
    "careless": careless,
    "half": half,
    "ours": ours,
}
"""The columns of the grid; the learner's own is one more."""


def opens(verify: Verifier, tokens: tuple[str, ...], now: float, keys: Ring = WITH_LEGACY) -> bool:
    """Whether the last of these tokens opens the door, after the others were shown to it."""
    used: set[str] = set()
    answer: Claims | None = None
    for token in tokens:
        try:
            answer = verify(token, keys, used, now)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # a crash opens no door
            answer = None
    return isinstance(answer, dict)
