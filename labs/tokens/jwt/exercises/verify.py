"""The exercise `tokens-verify`: the signature, then every claim that matters."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show
from labs.tokens.examples import AUDIENCE, ISSUER, NOW
from labs.tokens.jws import base64url
from labs.tokens.jws.jwk import read_key
from labs.tokens.jws.jws import Refused
from labs.tokens.jwt.jwt import accept

SECRET = b"an example secret of 32 letters."
REASONS = ("signature", "exp", "nbf", "iss", "aud")
HEADER = {"alg": "HS256", "typ": "JWT"}
BASE: dict[str, Any] = {"iss": ISSUER, "sub": "ada", "aud": AUDIENCE, "exp": NOW + 300}
NO_HEADERS: tuple[Any, ...] = ([], 5, "x", None)
"""JSON, but no object: a stranger may send it, and nothing can be looked up in it."""
Case = tuple[str, bytes, float, str, str, float]


def verify_token(token: str, secret: bytes, now: float, issuer: str, audience: str, leeway: float) -> Any:
    """The claims, or the name of the check that failed: exp, nbf, iss, aud, or signature for all that comes before.

    It is the course's own verifier that decides.
    """
    key = read_key({"kty": "oct", "k": base64url.encode(secret)}, "HS256")
    try:
        return accept(token, key, now=now, issuer=issuer, audience=audience, leeway=leeway)
    except Refused as problem:
        return problem.check if problem.check in REASONS else "signature"


@dataclass(frozen=True)
class Flaws:
    """A verifier with one mistake, by which the mistake is recognised. With none it is as good as any."""

    signed: bool = True  # looks at the signature at all
    claims_first: bool = False
    token_chooses: bool = False  # `alg` none is believed
    lax: bool = False  # padding and spare bits are overlooked
    last_second: bool = False  # good at `exp` itself
    end_needed: bool = True
    leeway_at_the_end: float = 1  # times so much
    leeway_at_the_start: float = 1
    begins: bool = True  # looks at `nbf`
    from_whom: bool = True
    for_whom: bool = True
    inside: bool = False  # `in` on a text
    lists: bool = True


def _verify(
    token: str, secret: bytes, now: float, issuer: str, audience: str, leeway: float, flaws: Flaws | None = None
) -> Any:
    f = flaws or Flaws()
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    written = _decoded(body)
    claims = json.loads(written) if written else {}

    def sound() -> bool:
        header = json.loads(_decoded(head) or b"{}")
        alg = header.get("alg") if isinstance(header, dict) else None
        if f.token_chooses and alg == "none":
            return True
        right = base64url.encode(hmac.digest(secret, f"{head}.{body}".encode(), "sha256"))
        return (signature.rstrip("=") if f.lax else signature) == right and (alg == "HS256" or f.token_chooses)

    def bad_claim() -> str:
        aud = claims.get("aud", [])
        texts = [aud] if isinstance(aud, str) else aud if f.lists else []
        meant = audience in aud if f.inside and isinstance(aud, str) else audience in texts
        ends = claims.get("exp")
        over = ends is not None and now - f.leeway_at_the_end * leeway > ends - (0 if f.last_second else 0.001)
        if over or (ends is None and f.end_needed):
            return "exp"
        if f.begins and now + f.leeway_at_the_start * leeway < claims.get("nbf", now - 1e9):
            return "nbf"
        if f.from_whom and claims.get("iss") != issuer:
            return "iss"
        return "aud" if f.for_whom and not meant else ""

    if f.claims_first and bad_claim():
        return bad_claim()
    if f.signed and not sound():
        return "signature"
    return bad_claim() or claims


def _decoded(part: str) -> bytes:
    try:
        return base64url.decode(part.rstrip("="))
    except base64url.BadBase64:
        return b""


# ── cases ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def make(claims: dict[str, Any], header: Any = HEADER, secret: bytes = SECRET) -> str:
    """A token of these claims, rightly signed, whatever its header says."""
    head, body = (base64url.encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{head}.{body}.{base64url.encode(hmac.digest(secret, f'{head}.{body}'.encode(), 'sha256'))}"


def _case(token: str, leeway: float = 0) -> Case:
    return (token, SECRET, NOW, ISSUER, AUDIENCE, leeway)


def _said(**claims: Any) -> dict[str, Any]:
    """The base claims with some of them other, or (None) missing."""
    return {name: value for name, value in {**BASE, **claims}.items() if value is not None}


def _cases() -> Iterable[Case]:
    good = make(BASE)
    head, body, signature = good.split(".")
    forged = base64url.encode(json.dumps(_said(sub="bob"), separators=(",", ":")).encode())
    late = make(_said(exp=NOW - 100)).rpartition(".")[0]
    none = make(BASE, {"alg": "none"}).rpartition(".")[0]
    yield _case(good)
    for leeway in (0, 60):
        for claims in (
            _said(exp=NOW - 1),
            _said(exp=NOW),
            _said(exp=NOW + 1),
            _said(exp=NOW - 60),
            _said(exp=NOW - 59),
            _said(exp=NOW - 61),
            _said(exp=None),
            _said(exp=NOW + 30),
            _said(nbf=NOW),
            _said(nbf=NOW + 1),
            _said(nbf=NOW + 60),
            _said(nbf=NOW + 61),
            _said(nbf=NOW - 30),
            _said(iss="evil.example"),
            _said(iss=None),
            _said(aud="bank.example"),
            _said(aud=f"my{AUDIENCE}"),
            _said(aud=["bank.example", AUDIENCE]),
            _said(aud=["bank.example"]),
            _said(aud=[]),
            _said(aud=None),
        ):
            yield _case(make(claims), leeway)
    for token in (
        f"{head}.{forged}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-2]}AA",
        make(BASE, secret=b"some other secret of 32 letters."),
        f"{none}.",
        make(BASE, {"alg": "none"}),
        make(BASE, {"alg": "HS512"}),
        make(BASE, {"typ": "JWT"}),
        *(make(BASE, header) for header in NO_HEADERS),
        f"{good}=",
        f"{late}.{signature}",
        f"{head}.{forged[:-1]}.{signature}",
    ):
        yield _case(token)


def _larger() -> Any:
    from hypothesis import strategies as st

    @st.composite
    def case(draw: Any) -> Case:
        exp = NOW + draw(st.integers(-90, 90))
        nbf = draw(st.none() | st.integers(NOW - 90, NOW + 90))
        aud = draw(st.sampled_from([AUDIENCE, "bank.example", [AUDIENCE], ["bank.example"], f"{AUDIENCE}.evil"]))
        iss = draw(st.sampled_from([ISSUER, "evil.example"]))
        return _case(make(_said(exp=exp, nbf=nbf, aud=aud, iss=iss)), draw(st.sampled_from([0, 30, 60])))

    return case()


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> Any:
    if isinstance(answer, dict) or (isinstance(answer, str) and answer in REASONS):
        return answer
    if isinstance(answer, bool):
        raise Wrong("Yes or no is not enough: give back the claims, or say which check failed.")
    if isinstance(answer, str):
        raise Wrong(f"{answer!r} is none of the checks: {', '.join(REASONS)}.")
    raise Wrong(f"Give back the claims (a dict), or the name of the check that failed, and not {show(answer, 60)}.")


def _failing(case: Case) -> set[str]:
    """Which checks this token fails, all of them; with a bad signature only that, as nothing else may be looked at."""
    token, _, now, issuer, audience, leeway = case
    first = verify_token(*case)
    if not isinstance(first, str) or first == "signature":
        return {first} if isinstance(first, str) else set()
    claims = json.loads(base64url.decode(token.split(".")[1]))
    aud = claims.get("aud", [])
    found = {
        "exp": now - leeway >= claims.get("exp", 0),
        "nbf": now + leeway < claims.get("nbf", 0),
        "iss": claims.get("iss") != issuer,
        "aud": audience not in ([aud] if isinstance(aud, str) else aud),
    }
    return {name for name, failed in found.items() if failed}


def _good(case: Case, answer: Any) -> None:
    if _failing(case):
        return
    if isinstance(answer, str):
        raise Wrong(f"This token is good, and it is refused for {answer}.", verify_token(*case))
    if answer != verify_token(*case):
        raise Wrong("This token is good, but what comes back is not what it says.", verify_token(*case))


def _bytes(case: Case, answer: Any) -> None:
    if "signature" in _failing(case) and answer != "signature":
        what = "its claims are believed" if isinstance(answer, dict) else f"it is refused for {answer}, a claim"
        raise Wrong(
            f"The signature does not hold, and {what}. None of its claims may be looked at before.", "signature"
        )


def _asks(check: str, what: str) -> Callable[[Case, Any], None]:
    def holds(case: Case, answer: Any) -> None:
        failing = _failing(case)
        if check in failing and isinstance(answer, dict):
            raise Wrong(f"It is accepted, although {what}.", check)
        if isinstance(answer, str) and answer == check not in failing and failing and "signature" not in failing:
            raise Wrong(
                f"It is refused for {check}, and that is in order; what is wrong is {', '.join(sorted(failing))}."
            )

    return holds


def _like(sentence: str, **flaws: Any) -> Misconception:
    flawed = Flaws(**flaws)

    def recognise(case: Case, answer: Any, right: Any) -> str | None:
        return sentence if answer == _verify(*case, flawed) != right else None

    return recognise


def _show(case: Case) -> str:
    token, _, now, issuer, audience, leeway = case
    parts = [*token.split("."), "", ""]
    head, body = (_decoded(part).decode("utf-8", "replace") for part in parts[:2])
    told = f"{head}\n        {body}"
    signed = (
        "signed rightly"
        if make_again(token)
        else "NOT signed rightly: the third part is " + (repr(parts[2]) or "missing")
    )
    return (
        f"verify_token(token, secret, now={now}, issuer={issuer!r}, audience={audience!r}, leeway={leeway})\n"
        f"  token {told}\n        {signed}\n  {token}"
    )


def make_again(token: str) -> bool:
    """Whether the third part is the HMAC of the first two with the exercise's secret."""
    signing_input, _, signature = token.rpartition(".")
    return signature == base64url.encode(hmac.digest(SECRET, signing_input.encode(), "sha256"))


VERIFY = Exercise(
    id="tokens-verify",
    lesson="19",
    title="Verify: the signature, then the claims",
    points=3,
    reference=verify_token,
    cases=_cases,
    strategy=_larger,
    shape="Gives back the claims, or the name of a check",
    read=_read,
    properties=(
        ("A good token gives its claims", _good),
        ("Nothing is believed before the signature holds", _bytes),
        (
            "`exp` has to be there, and now has to be before it",
            _asks("exp", "it is over, or does not say when it ends"),
        ),
        ("`nbf`, if it is there, has to have come", _asks("nbf", "its time has not begun")),
        ("`iss` is the issuer that is trusted", _asks("iss", "it comes from somebody else")),
        ("`aud` is this audience, or a list with it", _asks("aud", "it is meant for somebody else")),
    ),
    misconceptions=(  # of two that explain as much the first is named, so the particular ones come first
        _like(
            "The claims are looked at before the signature. Until it holds, they are a stranger’s words.",
            claims_first=True,
        ),
        _like(
            "The token chooses how it is checked: its header says `none`, or another algorithm, and is believed. The "
            "algorithm is HS256, and you know that beforehand (RFC 8725 §3.1).",
            token_chooses=True,
        ),
        _like(
            "Padding behind the signature is overlooked. Then one token has many spellings; compare the letters.",
            lax=True,
        ),
        _like("The signature is never looked at: then everybody can write their own token.", signed=False),
        _like(
            "At the very second of `exp` a token is over: now must be *before* it (RFC 7519 §4.1.4).", last_second=True
        ),
        _like("A token without `exp` is accepted: it would be good for ever.", end_needed=False),
        _like("The leeway is left out at the end (`exp`).", leeway_at_the_end=0),
        _like(
            "The leeway works the wrong way round at the end: it lets a token live longer, not shorter.",
            leeway_at_the_end=-1,
        ),
        _like("The leeway is left out at the start (`nbf`).", leeway_at_the_start=0),
        _like(
            "The leeway works the wrong way round at the start: a token may be used a little *before* `nbf`.",
            leeway_at_the_start=-1,
        ),
        _like("`nbf` is not looked at.", begins=False),
        _like("`iss` is not looked at: a token from any issuer that shares the key would pass.", from_whom=False),
        _like(
            "`in` looks for a *piece* of text when `aud` is a text: 'shop.example' is in 'myshop.example'. Make a "
            "list of "
            "it first.",
            inside=True,
        ),
        _like("`aud` may also be a list of audiences; one of them has to be you.", lists=False),
        _like("`aud` is not looked at: a token made for another service opens this one.", for_whom=False),
    ),
    hints=(
        "Split at the dots; if there are not three parts, that is `signature`. Compute the signature yourself, with "
        "HS256 "
        "and nothing else, and compare the letters with `hmac.compare_digest`.",
        "Decode the header only to see that its `alg` is HS256. Then, and not before, decode the payload.",
        "Over is `now - leeway >= exp`; not begun is `now + leeway < nbf`.",
        "`aud = claims.get('aud', [])`, then `[aud] if isinstance(aud, str) else aud`.",
    ),
    show_case=_show,
    examples=60,
)
