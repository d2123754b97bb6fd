"""JWE in its compact form (RFC 7516), with the algorithms of RFC 7518 that are in `ALGS` and `ENCS`.

    token = encrypt(b"hello", jwk, "RSA-OAEP-256", "A256GCM")
    decrypt(token, jwk, "RSA-OAEP-256") -> b"hello"

    header . encrypted content key . initialization vector . ciphertext . tag

The caller names the algorithm: what the header says can only agree. Everything else is refused in one sentence, PBES2,
RSA1_5 and `zip` among it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

from labs.tokens.jwe.keys import CURVES, Unreadable, ec_private, ec_public, new_key, oaep, public_of, rsa_key, secret_of
from labs.tokens.jws import base64url
from labs.tokens.jws.jws import read_object, write_object

ALGS = ("dir", "A128KW", "A256KW", "RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW")
"""How the content key comes to the receiver."""
ENCS = {"A128GCM": 16, "A256GCM": 32, "A128CBC-HS256": 32}
"""How the content is encrypted, with the length of its key in bytes."""
WRAPS = {"A128KW": 16, "A256KW": 32, "ECDH-ES+A128KW": 16}
MAX_LENGTH = 250_000  # characters


# ── both ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def encrypt(plaintext: bytes, jwk: Mapping[str, Any], alg: str, enc: str, *, cty: str = "") -> str:
    """A JWE for whoever has the private half of this key. Unreadable for a key that does not fit.

    `cty` is "JWT" if the plaintext is a token itself (RFC 7519 §5.2).
    """
    header: dict[str, Any] = {"alg": alg, "enc": enc, **({"cty": cty} if cty else {})}
    check_header(header, jwk, alg)
    wrapped, content_key = b"", os.urandom(ENCS[enc])
    if alg == "dir":
        content_key = secret_of(jwk, ENCS[enc])
    elif alg.startswith("RSA"):
        wrapped = rsa_key(jwk, private=False).encrypt(content_key, oaep(alg))
    elif alg.startswith("ECDH"):
        own = new_key(jwk["crv"])
        header["epk"] = public_of(own, jwk["crv"])
        agreed = agree(own, ec_public(jwk, jwk["crv"]), header)
        content_key = agreed if alg == "ECDH-ES" else content_key
        wrapped = b"" if alg == "ECDH-ES" else wrap(agreed, content_key)
    else:
        wrapped = wrap(secret_of(jwk, WRAPS[alg]), content_key)
    head = base64url.encode(write_object(header))
    sealed = seal(enc, content_key, plaintext, head.encode())
    return ".".join([head, *map(base64url.encode, (wrapped, *sealed))])


def decrypt(token: str, jwk: Mapping[str, Any], alg: str) -> bytes:
    """The content, if the token was made for this key and algorithm and nobody has changed it; else Unreadable."""
    if not isinstance(token, str) or len(token) > MAX_LENGTH or token.count(".") != 4:
        raise Unreadable("a JWE is a text of five parts, and not too long a one")
    try:
        head, *rest = token.split(".")
        header = read_object(base64url.decode(head))
        wrapped, iv, ciphertext, tag = map(base64url.decode, rest)
    except ValueError as problem:
        raise Unreadable(f"a part of it cannot be read: {problem}") from None
    check_header(header, jwk, alg)
    content_key = unwrap(header, jwk, wrapped)
    return opened(header["enc"], content_key, iv, ciphertext, tag, head.encode())


def check_header(header: Mapping[str, Any], jwk: Mapping[str, Any], alg: str) -> None:
    """Only what the caller and the key allow, and none of what invites abuse."""
    if alg not in ALGS:
        raise Unreadable(f"{alg!r} is not done here; choose one of {', '.join(ALGS)}")
    if header.get("alg") != alg:
        raise Unreadable(f"the header says {header.get('alg')!r}, and this key is for {alg} only")
    if not isinstance(header.get("enc"), str) or header["enc"] not in ENCS:
        raise Unreadable(f"the content encryption {header.get('enc')!r} is not done here; only {', '.join(ENCS)} are")
    if "zip" in header:
        raise Unreadable("compressed content (`zip`) is not taken: a small text could become a huge one")
    if "crit" in header:
        raise Unreadable("an extension that is marked as critical is not understood here")
    if jwk.get("use", "enc") != "enc" or jwk.get("alg", alg) not in (alg, header["enc"] if alg == "dir" else alg):
        raise Unreadable("the key is meant for something else")
    kty = "RSA" if alg.startswith("RSA") else "EC" if alg.startswith("ECDH") else "oct"
    if jwk.get("kty") != kty or (kty == "EC" and jwk.get("crv") not in CURVES):
        raise Unreadable(f"{alg} needs a key of the kind {kty}")


# ── the content key ───────────────────────────────────────────────────────────────────────────────────────────────────


def unwrap(header: Mapping[str, Any], jwk: Mapping[str, Any], wrapped: bytes) -> bytes:
    """The content key. Every failure is the same sentence: which it was must not be told."""
    alg, size = header["alg"], ENCS[header["enc"]]
    if alg in ("dir", "ECDH-ES") and wrapped:
        raise Unreadable(f"{alg} has no encrypted key, and here is one")
    if alg == "dir":
        return secret_of(jwk, size)
    if alg.startswith("ECDH"):
        epk = header.get("epk")
        if not isinstance(epk, Mapping) or epk.get("kty") != "EC" or epk.get("crv") != jwk["crv"]:
            raise Unreadable("`epk` is no public key on the curve of ours")
        agreed = agree(ec_private(jwk), ec_public(epk, jwk["crv"]), header)
        return agreed if alg == "ECDH-ES" else unwrapped(agreed, wrapped, size)
    if alg.startswith("RSA"):
        try:
            key = bytes(rsa_key(jwk, private=True).decrypt(wrapped, oaep(alg)))
        except ValueError:
            key = b""
        if len(key) != size:
            raise Unreadable("the encrypted key is not for this key")
        return key
    return unwrapped(secret_of(jwk, WRAPS[alg]), wrapped, size)


def wrap(key: bytes, content_key: bytes) -> bytes:
    """AES key wrap (RFC 3394)."""
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap

    return aes_key_wrap(key, content_key)


def unwrapped(key: bytes, wrapped: bytes, size: int) -> bytes:
    """The other way round."""
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

    try:
        content_key = aes_key_unwrap(key, wrapped)
    except (InvalidUnwrap, ValueError):
        content_key = b""
    if len(content_key) != size:
        raise Unreadable("the encrypted key is not for this key")
    return content_key


def agree(private: Any, public: Any, header: Mapping[str, Any]) -> bytes:
    """A key that both sides can compute, by the Concat KDF (RFC 7518 §4.6.2)."""
    from cryptography.hazmat.primitives.asymmetric import ec

    alone = header["alg"] == "ECDH-ES"
    size = ENCS[header["enc"]] if alone else WRAPS[header["alg"]]
    told = [header["enc" if alone else "alg"].encode(), *(part_of(header, name) for name in ("apu", "apv"))]
    info = b"".join(len(text).to_bytes(4, "big") + text for text in told) + (8 * size).to_bytes(4, "big")
    secret = private.exchange(ec.ECDH(), public)
    return hashlib.sha256((1).to_bytes(4, "big") + secret + info).digest()[:size]


def part_of(header: Mapping[str, Any], name: str) -> bytes:
    """`apu` or `apv`, which may be missing."""
    try:
        return base64url.decode(header.get(name, ""))
    except (ValueError, AttributeError, TypeError):
        raise Unreadable(f"`{name}` is not base64url") from None


# ── the content ───────────────────────────────────────────────────────────────────────────────────────────────────────


def seal(enc: str, key: bytes, plaintext: bytes, aad: bytes) -> tuple[bytes, bytes, bytes]:
    """Initialization vector, ciphertext and tag."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.padding import PKCS7

    if enc.endswith("GCM"):
        iv = os.urandom(12)
        made = AESGCM(key).encrypt(iv, plaintext, aad)
        return iv, made[:-16], made[-16:]
    iv, padder = os.urandom(16), PKCS7(128).padder()
    ciphertext = cbc(key, iv).encryptor().update(padder.update(plaintext) + padder.finalize())
    return iv, ciphertext, cbc_tag(key, iv, ciphertext, aad)


def opened(enc: str, key: bytes, iv: bytes, ciphertext: bytes, tag: bytes, aad: bytes) -> bytes:
    """The plaintext, once the tag has been found to fit."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.padding import PKCS7

    if len(tag) != 16 or len(iv) != (12 if enc.endswith("GCM") else 16):
        raise Unreadable("the initialization vector or the tag has the wrong length")
    try:
        if enc.endswith("GCM"):
            return AESGCM(key).decrypt(iv, ciphertext + tag, aad)
        if not hmac.compare_digest(cbc_tag(key, iv, ciphertext, aad), tag):
            raise InvalidTag
        remover = PKCS7(128).unpadder()
        return remover.update(cbc(key, iv).decryptor().update(ciphertext)) + remover.finalize()
    except (InvalidTag, ValueError):
        raise Unreadable("the tag does not fit: it was changed, or is for another key") from None


def cbc(key: bytes, iv: bytes) -> Any:
    """AES in CBC mode, with the second half of the key (RFC 7518 §5.2.2)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(key[16:]), modes.CBC(iv))


def cbc_tag(key: bytes, iv: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    """The first half of an HMAC, with the first half of the key."""
    return hmac.digest(key[:16], aad + iv + ciphertext + (8 * len(aad)).to_bytes(8, "big"), "sha256")[:16]
