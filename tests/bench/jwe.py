"""Our JWE beside joserfc's: the same token for the same key, encrypted and decrypted.

    python -m tests.bench.jwe

Figures are microseconds per token, the median of several rounds in which the two take turns. Each side is given its
key in the form that it works with, once: joserfc a key object, ours the JWK itself, which it reads each time.
"""

from collections.abc import Iterable, Iterator

from labs.tokens.examples import P256, RSA
from labs.tokens.jwe import decrypt, encrypt
from labs.tokens.jws import base64url
from tests.bench.tokens import Calls, microseconds

PLAINTEXT = b'{"iss":"login.example","sub":"ada","aud":"shop.example","exp":1767225900}'
PAIRS = (("A128KW", "A128CBC-HS256"), ("dir", "A256GCM"), ("RSA-OAEP-256", "A256GCM"), ("ECDH-ES", "A128GCM"))
Row = tuple[str, str, dict[str, float]]


def calls(alg: str, enc: str) -> tuple[Calls, Calls]:
    """What each side does to encrypt and to decrypt."""
    from joserfc import jwe
    from joserfc.jwk import import_key

    secret = {"kty": "oct", "k": base64url.encode(bytes(range(32 if alg == "dir" else 16)))}
    jwk = RSA if alg.startswith("RSA") else P256 if alg.startswith("ECDH") else secret
    key, header, allowed = import_key(jwk), {"alg": alg, "enc": enc}, [alg, enc]
    ours, theirs = encrypt(PLAINTEXT, jwk, alg, enc), jwe.encrypt_compact(header, PLAINTEXT, key, allowed)
    seal: Calls = {
        "ours": lambda: encrypt(PLAINTEXT, jwk, alg, enc),
        "joserfc": lambda: jwe.encrypt_compact(header, PLAINTEXT, key, allowed),
    }
    unseal: Calls = {
        "ours": lambda: decrypt(theirs, jwk, alg),
        "joserfc": lambda: jwe.decrypt_compact(ours, key, allowed),
    }
    assert unseal["ours"]() == PLAINTEXT == unseal["joserfc"]().plaintext
    return seal, unseal


def measure() -> Iterator[Row]:
    """Rows of the table: the two algorithms, what is done, microseconds of each side."""
    for alg, enc in PAIRS:
        for what, sides in zip(("encrypt", "decrypt"), calls(alg, enc), strict=True):
            yield f"{alg}, {enc}", what, microseconds(sides)


def table(rows: Iterable[Row]) -> Iterator[str]:
    layout = "{:<24}{:<9}{:>10}{:>12}"
    yield layout.format("alg, enc", "", "ours, µs", "joserfc, µs")
    for algs, what, times in rows:
        yield layout.format(algs, what, *(f"{times[name]:.1f}" for name in ("ours", "joserfc")))


if __name__ == "__main__":
    for line in table(measure()):
        print(line, flush=True)
