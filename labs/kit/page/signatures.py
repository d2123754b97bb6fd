"""What stands in for the package cryptography where that is not: signatures by RSA, P-256 and Ed25519, nothing else.

In a browser's page (browser.py) the models of JWT sign and verify with it. EXAMPLE KEYS ONLY, as rsa.py says. The
curves are those of the package ecdsa.
"""

from __future__ import annotations

import hashlib
import sys
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from labs.kit.page.rsa import (
    MGF1,
    PSS,
    InvalidSignature,
    PKCS1v15,
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
    RSAPublicNumbers,
    der,
    der_number,
    pem,
)


class InvalidTag(Exception):
    """Kept for `except`; nothing here raises it."""


class SHA256:
    """The one hash that is signed here."""


# ── the curves ────────────────────────────────────────────────────────────────────────────────────────────────────────


class ECDSA(NamedTuple):
    """ECDSA, with its hash."""

    algorithm: Any


class SECP256R1:
    """P-256."""

    name = "secp256r1"


class EllipticCurvePublicNumbers(NamedTuple):
    """A point on P-256."""

    x: int
    y: int
    curve: Any = None

    def public_key(self) -> Curve:
        """The key; ValueError where the point is not on the curve."""
        import ecdsa

        point = b"\x04" + self.x.to_bytes(32, "big") + self.y.to_bytes(32, "big")
        try:
            return Curve(ecdsa.VerifyingKey.from_string(point, ecdsa.NIST256p, hashlib.sha256), None)
        except ecdsa.errors.MalformedPointError:
            raise ValueError("the point is not on the curve") from None


class EllipticCurvePrivateNumbers(NamedTuple):
    """The secret number, and the point that goes with it."""

    private_value: int
    public_numbers: EllipticCurvePublicNumbers

    def private_key(self) -> Curve:
        """The key; ValueError where the two do not belong together."""
        import ecdsa

        private = ecdsa.SigningKey.from_secret_exponent(self.private_value, ecdsa.NIST256p, hashlib.sha256)
        made = Curve(private.verifying_key, private)
        if made.public_numbers()[:2] != self.public_numbers[:2]:
            raise ValueError("these numbers are not those of one key")
        return made


class Curve:
    """A key on P-256 or Ed25519: to verify with and, where `private` is there, to sign with."""

    def __init__(self, public: Any, private: Any) -> None:
        self._public, self._private = public, private

    def public_key(self) -> Curve:
        """Its public half."""
        return Curve(self._public, None)

    def public_numbers(self) -> EllipticCurvePublicNumbers:
        """The point of P-256."""
        text = self._public.to_string()
        return EllipticCurvePublicNumbers(int.from_bytes(text[:32], "big"), int.from_bytes(text[32:], "big"))

    def public_bytes_raw(self) -> bytes:
        """The 32 bytes of Ed25519."""
        return bytes(self._public.to_string())

    def public_bytes(self, *_: Any) -> bytes:
        """A SubjectPublicKeyInfo as PEM."""
        return pem(bytes(self._public.to_der()))

    def sign(self, message: bytes, algorithm: ECDSA | None = None) -> bytes:
        """A signature: DER for ECDSA, 64 bytes for Ed25519."""
        from ecdsa.util import sigencode_der

        return bytes(self._private.sign(message, sigencode=sigencode_der) if algorithm else self._private.sign(message))

    def verify(self, signature: bytes, message: bytes, algorithm: ECDSA | None = None) -> None:
        """InvalidSignature where it is not one."""
        import ecdsa
        from ecdsa.util import sigdecode_der

        how = {"sigdecode": sigdecode_der} if algorithm else {}
        try:
            self._public.verify(signature, message, **how)
        except (ecdsa.BadSignatureError, ecdsa.der.UnexpectedDER, ValueError):
            raise InvalidSignature from None


class Ed25519PrivateKey:
    """The secret 32 bytes of an Ed25519 key."""

    @staticmethod
    def from_private_bytes(data: bytes) -> Curve:
        """The key."""
        import ecdsa

        private = ecdsa.SigningKey.from_string(data, ecdsa.Ed25519)
        return Curve(private.verifying_key, private)


class Ed25519PublicKey:
    """The public 32 bytes of an Ed25519 key."""

    @staticmethod
    def from_public_bytes(data: bytes) -> Curve:
        """The key; ValueError where they are no point of the curve."""
        import ecdsa

        try:
            return Curve(ecdsa.VerifyingKey.from_string(data, ecdsa.Ed25519), None)
        except ecdsa.errors.MalformedPointError:
            raise ValueError("the bytes are no point of the curve") from None


def encode_dss_signature(r: int, s: int) -> bytes:
    """r and s in DER."""
    return der(0x30, der_number(r) + der_number(s))


def decode_dss_signature(signature: bytes) -> tuple[int, int]:
    """r and s out of DER."""
    size = signature[3]
    return int.from_bytes(signature[4 : 4 + size], "big"), int.from_bytes(signature[6 + size :], "big")


# ── where all of it is found ──────────────────────────────────────────────────────────────────────────────────────────


class _Names:
    """Names that are only handed on."""

    PEM, DER, SubjectPublicKeyInfo = "PEM", "DER", "SubjectPublicKeyInfo"


ASYMMETRIC = "hazmat.primitives.asymmetric"
WHERE: dict[str, tuple[Any, ...]] = {
    "": (), "exceptions": (InvalidSignature, InvalidTag), "hazmat": (), "hazmat.primitives": (),
    "hazmat.primitives.hashes": (SHA256,), ASYMMETRIC: (),
    f"{ASYMMETRIC}.padding": (PKCS1v15, PSS, MGF1),
    f"{ASYMMETRIC}.rsa": (RSAPublicNumbers, RSAPrivateNumbers, RSAPublicKey, RSAPrivateKey),
    f"{ASYMMETRIC}.ec": (ECDSA, SECP256R1, EllipticCurvePublicNumbers, EllipticCurvePrivateNumbers),
    f"{ASYMMETRIC}.ed25519": (Ed25519PrivateKey, Ed25519PublicKey),
    f"{ASYMMETRIC}.utils": (encode_dss_signature, decode_dss_signature),
}  # fmt: skip
"""The modules of cryptography, and what each has here; anything else of theirs is missing, and so reported."""


def install() -> None:
    """Let `import cryptography` find this."""
    for place, things in WHERE.items():
        name = f"cryptography.{place}".rstrip(".")
        module = ModuleType(name, __doc__)
        for thing in things:
            setattr(module, thing.__name__, thing)
        module.__getattr__ = _missing  # type: ignore[method-assign]
        sys.modules[name] = module
        above, _, last = name.rpartition(".")
        if above:
            setattr(sys.modules[above], last, module)
    serialization = ModuleType("cryptography.hazmat.primitives.serialization")
    serialization.Encoding = serialization.PublicFormat = _Names  # type: ignore[attr-defined]
    sys.modules[serialization.__name__] = serialization


def _missing(name: str) -> NoReturn:
    if name.startswith("__"):  # Python asks modules about themselves
        raise AttributeError(name)
    raise ModuleNotFoundError(f"what stands in for cryptography has no {name}", name="cryptography")
