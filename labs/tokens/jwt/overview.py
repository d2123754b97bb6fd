"""Tables that compare algorithms and sizes of key: signature, strength, and how long a token gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labs.tokens.examples import example_key
from labs.tokens.jws import base64url
from labs.tokens.jws.algorithms import ALGORITHMS
from labs.tokens.jwt.jwt import issue

KEYS = {
    "oct": "one shared secret",
    "RSA": "private and public",
    "EC": "private and public",
    "OKP": "private and public",
}


STRENGTHS = {
    "RSA, 2048 bits": (2048, "112 bits"),
    "RSA, 3072 bits": (3072, "128 bits"),
    "RSA, 4096 bits": (4096, "between 128 and 192 bits"),
    "P-256 (ES256)": (512, "128 bits"),
    "Ed25519": (512, "128 bits"),
}
"""Kinds of key, with the bits of a signature by each and its strength (NIST SP 800-57 part 1 rev. 5, table 2)."""


def compare_key_sizes(claims: Mapping[str, Any]) -> Any:
    """A pandas DataFrame: how strong keys of several sizes are, and how long their signatures and tokens are."""
    import pandas

    rows = []
    for name, (bits, strength) in STRENGTHS.items():
        alg = "RS256" if name.startswith("RSA") else name if name in ALGORITHMS else "ES256"
        signing_input = issue(claims, example_key(alg)).rpartition(".")[0]  # it is the same for every size of key
        signature = base64url.encode(bytes(bits // 8))
        rows.append(
            {
                "key": name,
                "strength": strength,
                "signature, bytes": bits // 8,
                "token, characters": len(f"{signing_input}.{signature}"),
            }
        )
    return pandas.DataFrame(rows).set_index("key")


def compare_algorithms(claims: Mapping[str, Any]) -> Any:
    """A pandas DataFrame: what each algorithm needs, and how long its signature is, and a token of these claims."""
    import pandas

    rows = []
    for alg, algorithm in ALGORITHMS.items():
        token = issue(claims, example_key(alg))
        rows.append(
            {
                "alg": alg,
                "what it is": algorithm.says,
                "keys": KEYS[algorithm.kty],
                "signature, bytes": len(base64url.decode(token.rpartition(".")[2])),
                "token, characters": len(token),
                "same every time": "yes" if algorithm.repeats else "no",
            }
        )
    return pandas.DataFrame(rows).set_index("alg")
