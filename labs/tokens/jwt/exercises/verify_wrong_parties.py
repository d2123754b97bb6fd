"""Plausible wrong answers to `tokens-verify`: from whom, for whom, in which order, and what is returned."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.tokens.examples import AUDIENCE, ISSUER, NOW
from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises.verify_steps import Claims, for_audience, from_issuer, verify

# ── iss ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _a_piece_of_the_issuer(claims: Claims, issuer: str) -> bool:
    return str(claims.get("iss", "?")) in issuer


def _issuer_is_a_piece(claims: Claims, issuer: str) -> bool:
    return issuer in str(claims.get("iss"))


def _begins_with_the_issuer(claims: Claims, issuer: str) -> bool:
    return str(claims.get("iss")).startswith(issuer)


def _ends_with_the_issuer(claims: Claims, issuer: str) -> bool:
    return str(claims.get("iss")).endswith(issuer)


def _issuer_in_any_case(claims: Claims, issuer: str) -> bool:
    return str(claims.get("iss")).lower() == issuer.lower()


def _slash_forgiven(claims: Claims, issuer: str) -> bool:
    return str(claims.get("iss")).rstrip("/") == issuer.rstrip("/")


def _issuer_optional(claims: Claims, issuer: str) -> bool:
    return "iss" not in claims or from_issuer(claims, issuer)


def _issuer_by_name(claims: Claims, issuer: str) -> bool:
    return bool(claims["iss"] == issuer)


def _any_issuer(claims: Claims, issuer: str) -> bool:
    return True


def _notebooks_issuer(claims: Claims, issuer: str) -> bool:
    return from_issuer(claims, ISSUER)


# ── aud ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_the_text(claims: Claims, audience: str) -> bool:
    aud = claims.get("aud", [])
    return isinstance(aud, str | list) and audience in aud


def _in_anything(claims: Claims, audience: str) -> bool:
    return audience in claims.get("aud", [])


def _not_a_text(claims: Claims, audience: str) -> bool:
    aud = claims.get("aud", [])
    return audience in ([aud] if isinstance(aud, str) else aud)


def _in_any_of_the_texts(claims: Claims, audience: str) -> bool:
    aud = claims.get("aud")
    return for_audience(claims, audience) or (isinstance(aud, list) and any(audience in str(said) for said in aud))


def _in_a_set(claims: Claims, audience: str) -> bool:
    aud = claims.get("aud")
    return bool(aud == audience or (isinstance(aud, list) and audience in set(aud)))


def _only_a_text(claims: Claims, audience: str) -> bool:
    return bool(claims.get("aud") == audience)


def _only_a_list(claims: Claims, audience: str) -> bool:
    return isinstance(claims.get("aud"), list) and for_audience(claims, audience)


def _only_the_first(claims: Claims, audience: str) -> bool:
    aud = claims.get("aud")
    return bool(aud == audience or (isinstance(aud, list) and aud[:1] == [audience]))


def _alone(claims: Claims, audience: str) -> bool:
    return claims.get("aud") in (audience, [audience])


def _empty_is_everybody(claims: Claims, audience: str) -> bool:
    return not claims.get("aud") or for_audience(claims, audience)


def _audience_optional(claims: Claims, audience: str) -> bool:
    return "aud" not in claims or for_audience(claims, audience)


def _audience_in_any_case(claims: Claims, audience: str) -> bool:
    aud = claims.get("aud")
    said = aud if isinstance(aud, list) else [aud]
    return audience.lower() in [str(one).lower() for one in said]


def _audience_by_name(claims: Claims, audience: str) -> bool:
    return claims["aud"] == audience or for_audience(claims, audience)


def _anybody(claims: Claims, audience: str) -> bool:
    return True


def _notebooks_audience(claims: Claims, audience: str) -> bool:
    return for_audience(claims, AUDIENCE)


# ── the order of the checks, and what is returned ───────────────────────────────────────────────────────────────────


def _claims_first(*case: Any) -> Any:
    """Believes a claim before the signature holds."""
    try:
        claims = json.loads(base64url.decode(case[0].split(".")[1]))
        said = verify(*case, opened=lambda token, secret: claims) if isinstance(claims, dict) else claims
    except (ValueError, IndexError):
        said = None
    return said if isinstance(said, str) and said in ("exp", "nbf", "iss", "aud") else verify(*case)


def _registered_only(*case: Any) -> Any:
    answer = verify(*case)
    known = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti")
    return {n: answer[n] for n in known if n in answer} if isinstance(answer, dict) else answer


def _notebooks_all(token: str, secret: bytes, now: float, issuer: str, audience: str, leeway: float) -> Any:
    return verify(token, secret, NOW, ISSUER, AUDIENCE, leeway)


def _whose(step: Callable[..., bool]) -> Callable[..., Any]:
    return partial(verify, whose=step)


def _for_whom(step: Callable[..., bool]) -> Callable[..., Any]:
    return partial(verify, for_whom=step)


WRONG_PARTIES = (
    Mistake("A piece of the issuer's name is enough. Compare with `==`.", _whose(_a_piece_of_the_issuer)),
    Mistake("A slash at the end of `iss` is ignored. Compare exactly.", _whose(_slash_forgiven)),
    Mistake(
        "An issuer whose name begins with the trusted one is accepted. Compare with `==`.",
        _whose(_begins_with_the_issuer),
    ),
    Mistake(
        "An issuer whose name ends with the trusted one is accepted. Compare with `==`.", _whose(_ends_with_the_issuer)
    ),
    Mistake(
        "It is enough that the trusted issuer is *in* `iss`, in a longer name or in a list. Compare with `==`.",
        _whose(_issuer_is_a_piece),
    ),
    Mistake("Upper and lower case are treated as the same in `iss`. Compare exactly.", _whose(_issuer_in_any_case)),
    Mistake("A token without `iss` is accepted.", _whose(_issuer_optional)),
    Mistake(
        "It raises an exception where there is no `iss`: `claims.get('iss')` is None then.", _whose(_issuer_by_name)
    ),
    Mistake("`iss` is compared with the notebook's `ISSUER`. Use the argument `issuer`.", _whose(_notebooks_issuer)),
    Mistake("`iss` is ignored: a token from any issuer that has the key would pass.", _whose(_any_issuer)),
    Mistake(
        "`in` looks for a *piece* of text when `aud` is a text: 'shop.example' is in 'myshop.example'. "
        "Put it into a list first.",
        _for_whom(_in_the_text),
    ),
    Mistake(
        "An `aud` that is neither text nor a list is treated as a list: in an object `in` looks "
        "at the names, and into a number or null it cannot look at all.",
        _for_whom(_not_a_text),
    ),
    Mistake(
        "`audience in aud` is right only for a list: in a text it finds pieces, in an object it "
        "looks at the names, and into a number it cannot look at all.",
        _for_whom(_in_anything),
    ),
    Mistake(
        "A piece of one of the texts in the list is enough. `audience in aud` compares them as a whole.",
        _for_whom(_in_any_of_the_texts),
    ),
    Mistake(
        "A list or an object within the list of `aud` cannot go into a set. A stranger may write anything there: "
        "`in` works on the list as it is.",
        _for_whom(_in_a_set),
    ),
    Mistake("Only the first in the list counts. Any of them may be you.", _for_whom(_only_the_first)),
    Mistake("A list of several audiences is refused. It is enough that you are one of them.", _for_whom(_alone)),
    Mistake("`aud` may also be a list of audiences; one of them has to be you.", _for_whom(_only_a_text)),
    Mistake("`aud` may also be one text and not a list.", _for_whom(_only_a_list)),
    Mistake("A token without `aud` is accepted. It has to name you.", _for_whom(_audience_optional)),
    Mistake("A token with an empty `aud`, or none, is accepted. It has to name you.", _for_whom(_empty_is_everybody)),
    Mistake(
        "Upper and lower case are treated as the same in `aud`. Compare exactly.", _for_whom(_audience_in_any_case)
    ),
    Mistake(
        "It raises an exception where there is no `aud`: `claims.get('aud')` is None then.",
        _for_whom(_audience_by_name),
    ),
    Mistake(
        "`aud` is compared with the notebook's `AUDIENCE`. Use the argument `audience`.", _for_whom(_notebooks_audience)
    ),
    Mistake("`aud` is ignored: a token made for another service opens this one.", _for_whom(_anybody)),
    Mistake("The claims are checked before the signature. Until it holds, they are a stranger's words.", _claims_first),
    Mistake("The notebook's `NOW`, `ISSUER` and `AUDIENCE` are used. Use the arguments.", _notebooks_all),
    Mistake("Only the registered claims are returned. Return all of them.", _registered_only),
)
