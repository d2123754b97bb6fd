"""Our tokens beside PyJWT's and joserfc's: put one together, and take it apart with every check.

    python -m tests.bench.tokens

Figures are microseconds a token, the median of several rounds in which the three take turns. Every side has its key
ready, writes the same claims, and checks signature, exp, iss and aud; ours also refuses what the others let pass.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from labs.tokens.examples import AUDIENCE, ISSUER, example_jwk
from labs.tokens.jws import public_jwk, read_key
from labs.tokens.jwt import accept, issue

LIFETIME, ROUNDS, AT_LEAST = 3600, 9, 0.02
OLD = {"Ed25519": "EdDSA"}  # PyJWT's name for it
ALGS = ("HS256", "HS512", "RS256", "PS256", "ES256", "Ed25519")
Calls = dict[str, Callable[[], Any]]


def calls(alg: str) -> tuple[Calls, Calls]:
    """What each side does to encode and to decode."""
    import jwt as pyjwt
    from joserfc import jwk as joserfc_jwk
    from joserfc import jwt as joserfc_jwt

    jwk = example_jwk(alg)
    public = jwk if jwk["kty"] == "oct" else public_jwk(jwk)
    claims = {"iss": ISSUER, "sub": "ada", "aud": AUDIENCE, "exp": int(time.time()) + LIFETIME}
    name = OLD.get(alg, alg)
    our_key, our_public = read_key(jwk), read_key(public)
    their_key, their_public = pyjwt.PyJWK(jwk, name).key, pyjwt.PyJWK(public, name).key
    bare = [{n: v for n, v in key.items() if n != "alg"} for key in (jwk, public)]
    other_key, other_public = map(joserfc_jwk.import_key, bare)
    rules = joserfc_jwt.JWTClaimsRegistry(
        exp={"essential": True}, iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": AUDIENCE}
    )
    token, theirs = issue(claims, our_key), pyjwt.encode(claims, their_key, name)

    def joserfc_decode() -> None:
        rules.validate(joserfc_jwt.decode(token, other_public, [alg]).claims)

    encode: Calls = {
        "ours": lambda: issue(claims, our_key),
        "PyJWT": lambda: pyjwt.encode(claims, their_key, name),
        "joserfc": lambda: joserfc_jwt.encode({"alg": alg}, claims, other_key, [alg]),
    }
    decode: Calls = {
        "ours": lambda: accept(token, our_public, now=time.time(), issuer=ISSUER, audience=AUDIENCE),
        "PyJWT": lambda: pyjwt.decode(theirs, their_public, [name], issuer=ISSUER, audience=AUDIENCE),
        "joserfc": joserfc_decode,
    }
    return encode, decode


def microseconds(sides: Calls) -> dict[str, float]:
    """The median time of each side's call; the sides take turns, so that a busy moment strikes all of them."""
    times = {}
    for name, call in sides.items():  # how many calls last long enough to be measured
        start, times[name] = time.perf_counter(), 0
        while time.perf_counter() - start < AT_LEAST:
            call()
            times[name] += 1
    rounds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, call in sides.items():
            start = time.perf_counter()
            for _ in range(times[name]):
                call()
            rounds[name].append(1e6 * (time.perf_counter() - start) / times[name])
    return {name: statistics.median(all_of) for name, all_of in rounds.items()}


def measure(algs: Iterable[str] = ALGS) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Rows of the table: algorithm, what is done, microseconds of each side."""
    for alg in algs:
        for what, sides in zip(("encode", "decode"), calls(alg), strict=True):
            yield alg, what, microseconds(sides)


def table(rows: Iterable[tuple[str, str, dict[str, float]]]) -> Iterator[str]:
    layout = "{:<9}{:<8}{:>10}{:>10}{:>12}"
    yield layout.format("alg", "", "ours, µs", "PyJWT, µs", "joserfc, µs")
    for alg, what, times in rows:
        yield layout.format(alg, what, *(f"{times[name]:.1f}" for name in ("ours", "PyJWT", "joserfc")))


if __name__ == "__main__":
    for line in table(measure()):
        print(line, flush=True)
