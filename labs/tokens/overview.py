"""Tables that compare: one row an algorithm, its key, its signature and what a token by it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labs.tokens import base64url
from labs.tokens.algorithms import ALGORITHMS
from labs.tokens.examples import example_key
from labs.tokens.jwt import issue

KEYS = {
    "oct": "one shared secret",
    "RSA": "private and public",
    "EC": "private and public",
    "OKP": "private and public",
}


def compare_algorithms(claims: Mapping[str, Any]) -> Any:
    """A pandas DataFrame: what each algorithm needs, and how long its signature and a token of these claims are."""
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
