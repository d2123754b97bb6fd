"""The life of a token: Ada logs in and shows her token to the shop, which decides each time on its own.

    use_token(lifetime=300, leeway=0, drift=0, faults=[Fault(100, "tamper", "ada")]) -> Trace

The issuer signs; the shop has the issuer's public keys (its JWKS) and a clock of its own. With HS256 there is no public
key: then the two share a secret, and a new one is never published. When the shop refuses a call, Ada's app logs in
again and tries the new token with the next call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labs.kit.limits import SEED, Function, Limits, Maybe, OneOf, Whole, check_faults, check_settings
from labs.kit.trace import Fault, Trace
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_jwk
from labs.tokens.jws import base64url, jws
from labs.tokens.jws.algorithms import ALGORITHMS, OTHER_NAMES
from labs.tokens.jws.jwk import Keys, public_jwk, read_key, read_keys
from labs.tokens.jws.jws import Refused
from labs.tokens.jwt.jwt import accept, issue

FAULTS = {"tamper": "ada", "rotate": "issuer", "hurry": "shop"}
"""What can go wrong, and to whom: a changed payload, a new signing key, a clock that jumps 90 s ahead."""
JUMP = 90  # seconds
KEY_NAMES = ("winter", "spring", "summer", "autumn")
Verifier = Callable[[str, bytes, float, str, str, float], Any]
LIMITS: Limits = {
    "lifetime": Whole(10, 3600, "seconds"),
    "leeway": Whole(0, 600, "seconds"),
    "drift": Whole(-600, 600, "seconds"),
    "every": Whole(5, 300, "seconds"),
    "until": Whole(30, 3600, "seconds"),
    "alg": OneOf((*ALGORITHMS, *OTHER_NAMES)),
    "verify": Maybe(Function("token, secret, now, issuer, audience and leeway")),
    "seed": SEED,
}


def use_token(
    *,
    lifetime: int = 240,
    leeway: int = 0,
    drift: int = 0,
    every: int = 30,
    until: int = 600,
    alg: str = "Ed25519",
    verify: Verifier | None = None,
    faults: Sequence[Fault] = (),
    seed: int = 0,
) -> Trace:
    """Ten minutes of calls. All times in seconds; `drift` is how far the shop's clock is ahead of the issuer's.

    Events: "login" (`number`, `kid`, `expires`), "call" (`number`), "fetch" (`kids`: the shop fetches the JWKS for a
    `kid` that it does not know; with HS256 it asks for the secret in private), "served" (`sub`: as whom) or
    "refused" (`check`, `why`), "fault" (`text`; of "rotate" also the new `kid`).

    `verify` takes the place of the shop's check, with HS256: verify(token, secret, now, issuer, audience, leeway) gives
    the claims, or the name of the check that failed. Nothing here is random: `seed` is taken, as by every run, and not
    used.

    ValueError, in a sentence, for a setting or fault that cannot be.
    """
    check_settings(
        LIMITS,
        dict(
            lifetime=lifetime, leeway=leeway, drift=drift, every=every, until=until, alg=alg, verify=verify, seed=seed
        ),
    )
    faults = check_faults(faults, FAULTS, until, "ada, issuer or shop")
    for fault in faults:
        if FAULTS[fault.kind] != fault.who:
            told = ", ".join(f"{kind} ({who})" for kind, who in FAULTS.items())
            raise ValueError(f"there is no fault {fault.kind!r} of {fault.who!r} here; there are {told}")
    settings = dict(lifetime=lifetime, leeway=leeway, drift=drift, every=every, alg="HS256" if verify else alg)
    trace = Trace(settings, faults, seed, until)
    _Run(trace, verify).live(faults)
    return trace


class _Run:
    """Who has what: the issuer its keys, Ada her token, the shop its copy of the keys and its clock."""

    def __init__(self, trace: Trace, verify: Verifier | None) -> None:
        self.trace, self.verify = trace, verify
        self.alg: str = trace.settings["alg"]
        self.drift: float = trace.settings["drift"]
        self.keys = [self._new_jwk(0)]  # the issuer's; the shop is given their public halves, or the shared secret
        self.secret = self.keys[0]["kty"] == "oct"
        self.known: Keys = read_keys(self._told())
        self.token, self.number = "", 0

    def _new_jwk(self, number: int) -> dict[str, Any]:
        """The issuer's n-th key. (An example: all that differs is its name, and for HMAC one byte.)"""
        name = KEY_NAMES[number % 4] + (f"-{number // 4 + 1}" if number > 3 else "")
        jwk = example_jwk(self.alg, name)
        if jwk["kty"] == "oct":
            jwk["k"] = base64url.encode(bytes([number]) + base64url.decode(jwk["k"])[1:])
        return jwk

    def _told(self) -> dict[str, Any]:
        """The keys as the shop gets them: of a pair only the public half."""
        return {"keys": [jwk if self.secret else public_jwk(jwk) for jwk in self.keys]}

    def live(self, faults: Sequence[Fault]) -> None:
        """Go through the ten minutes, call by call, with the faults between them."""
        due = list(faults)
        self.login(0.0)
        every = self.trace.settings["every"]
        for t in range(every // 2, int(self.trace.end), every):
            while due and due[0].t <= t:
                self.strike(due.pop(0))
            self.call(float(t))
        for fault in due:
            self.strike(fault)

    def strike(self, fault: Fault) -> None:
        """A fault, at its moment."""
        more: dict[str, Any] = {}
        if fault.kind == "tamper":
            text = "Ada changes her token: now it says that she is bob"
            if self.token == tampered(self.token):
                text = "Ada changes her token again, and it still says that she is bob"
            self.token = tampered(self.token)
        elif fault.kind == "rotate":
            self.keys.append(self._new_jwk(len(self.keys)))
            more["kid"] = kid = self.keys[-1]["kid"]
            old = f"old one{'s' * (len(self.keys) > 2)}"
            text = f"the issuer signs with a new key, {kid}, and publishes it beside the {old}"
            if self.secret:
                text = f"the issuer signs with a new secret, {kid}, and will tell it to the shop alone, in private"
        else:
            self.drift += JUMP
            text = f"the shop's clock jumps {JUMP} s ahead"
        self.trace.emit(fault.t, "fault", fault.who, what=fault.kind, text=text, **more)

    def login(self, t: float) -> None:
        """The issuer signs a token that is good from now until `lifetime` from now, by the issuer's clock."""
        key = read_key(self.keys[-1])
        now, self.number = NOW + int(t), self.number + 1
        ends = now + self.trace.settings["lifetime"]
        self.token = issue({"iss": ISSUER, "sub": "ada", "aud": AUDIENCE, "nbf": now, "exp": ends}, key)
        self.trace.emit(t, "login", "ada", number=self.number, kid=key.kid, expires=t + ends - now)

    def call(self, t: float) -> None:
        """Ada calls the shop; whoever is refused logs in anew."""
        self.trace.emit(t, "call", "ada", number=self.number)
        try:
            claims = self.shop_accepts(t)
        except Refused as problem:
            by_its_clock = self.verify is None and problem.check in ("exp", "nbf", "iat")
            why = problem.why + (" by the shop's clock" if by_its_clock else "")
            self.trace.emit(t, "refused", "shop", check=problem.check, why=why, number=self.number)
            self.login(t)
        else:
            self.trace.emit(t, "served", "shop", number=self.number, sub=str(claims.get("sub", "nobody"))[:20])

    def shop_accepts(self, t: float) -> Mapping[str, Any]:
        """The claims that the shop believes. It asks the issuer nothing, but for a key that it has never heard of."""
        now, leeway = NOW + t + self.drift, self.trace.settings["leeway"]
        kid = read_kid(self.token)
        if self.known.named(kid) is None and any(jwk["kid"] == kid for jwk in self.keys):
            self.known = read_keys(self._told())
            self.trace.emit(t, "fetch", "shop", kids=[key.kid for key in self.known])
        if self.verify is None:
            return accept(self.token, self.known, now=now, issuer=ISSUER, audience=AUDIENCE, leeway=leeway)
        key = self.known.named(kid)
        said = self.verify(self.token, key.checks_with if key else b"", now, ISSUER, AUDIENCE, leeway)
        if not isinstance(said, Mapping):
            raise Refused(said[:20] if isinstance(said, str) and said else "no claims", "your verifier says so")
        return said


def tampered(token: str) -> str:
    """The token with another subject in its payload, and the signature as it was."""
    header, payload, signature = token.split(".")
    forged = base64url.decode(payload).replace(b'"ada"', b'"bob"')
    return f"{header}.{base64url.encode(forged)}.{signature}"


def read_kid(token: str) -> str:
    """The `kid` in a token's header, before anything about the token is trusted; "" if there is none to be read."""
    try:
        return str(jws.read_header(jws.decode_part("header", jws.split(token)[0])).get("kid", ""))
    except Refused:
        return ""
