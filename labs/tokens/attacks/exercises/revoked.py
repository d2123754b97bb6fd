"""The exercise `tokens-revoked`: is this token, or its user, on the list?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import truth


def is_revoked(claims: dict[str, Any], tokens: set[str], users: dict[str, float]) -> bool:
    """Whether the token's `jti` is listed, or it was issued no later than its user was blocked."""
    if claims.get("jti") in tokens:
        return True
    if claims.get("sub") not in users:
        return False
    return "iat" not in claims or claims["iat"] <= users[claims["sub"]]


Case = tuple[dict[str, Any], set[str], dict[str, float]]


def _cases() -> Iterator[Case]:
    tokens: tuple[set[str], ...] = (set(), {"a-1"}, {"a-11", "x"}, {"", "a"})
    users: tuple[dict[str, float], ...] = ({}, {"ada": 100}, {"bob": 100}, {"ada": 0, "adam": 900}, {"": 50.5})
    for sub, jti, iat, listed, blocked in product(
        ("ada", "", "adam", None), ("a-1", "", None, "a-11"), (100, 99, 101, 0, 50.5, 100.5, 50.9, None), tokens, users
    ):
        claims = {k: v for k, v in (("sub", sub), ("jti", jti), ("iat", iat)) if v is not None}
        yield claims, set(listed), dict(blocked)
    for sub, jti in (("Ada", "A-1"), ("ada ", "a-1 "), ("ad", "a-"), ("a-1", "ada")):
        yield {"sub": sub, "jti": jti, "iat": 99}, {"a-1"}, {"ada": 100}
        yield {"sub": "ada", "jti": "a-1", "iat": 99}, {jti}, {sub: 100}


def _read(case: Case, answer: Any) -> bool:
    return truth(answer)


def _out(case: Case, answer: Any) -> None:
    if is_revoked(*case) and not answer:
        by = (
            "its jti is listed"
            if case[0].get("jti") in case[1]
            else "its user is blocked, and it is no newer than that"
        )
        raise Wrong(f"This token is revoked: {by}.", True)


def _in(case: Case, answer: Any) -> None:
    if answer and not is_revoked(*case):
        raise Wrong("Neither this token nor its user at that time is listed.", False)


def _strictly(claims: Any, tokens: Any, users: Any) -> bool:
    blocked = users.get(claims.get("sub"))
    return claims.get("jti") in tokens or (blocked is not None and claims.get("iat", -1) < blocked)


def _for_ever(claims: Any, tokens: Any, users: Any) -> bool:
    return claims.get("jti") in tokens or claims.get("sub") in users


def _tokens_only(claims: Any, tokens: Any, users: Any) -> bool:
    return claims.get("jti") in tokens


def _users_only(claims: Any, tokens: Any, users: Any) -> bool:
    return is_revoked(claims, set(), users)


def _falsy(claims: Any, tokens: Any, users: Any) -> bool:
    blocked = users.get(claims.get("sub"))
    return claims.get("jti") in tokens or bool(blocked and claims.get("iat", 0) <= blocked)


def _without_iat(claims: Any, tokens: Any, users: Any) -> bool:
    return claims.get("jti") in tokens or ("iat" in claims and is_revoked(claims, set(), users))


def _whole_seconds(claims: Any, tokens: Any, users: Any) -> bool:
    late = {**claims, "iat": int(claims["iat"])} if "iat" in claims else claims
    return is_revoked(late, tokens, {user: int(blocked) for user, blocked in users.items()})


def _empty_is_missing(*names: str) -> Callable[..., bool]:
    def is_revoked_(claims: Any, tokens: Any, users: Any) -> bool:
        return is_revoked({k: v for k, v in claims.items() if v or k not in names}, tokens, users)

    return is_revoked_


def _missing_is_empty(*names: str) -> Callable[..., bool]:
    def is_revoked_(claims: Any, tokens: Any, users: Any) -> bool:
        return is_revoked({**dict.fromkeys(names, ""), **claims}, tokens, users)

    return is_revoked_


def _no_jti_is_out(claims: Any, tokens: Any, users: Any) -> bool:
    return "jti" not in claims or is_revoked(claims, tokens, users)


def _iat_of_zero(claims: Any, tokens: Any, users: Any) -> bool:
    return claims.get("jti") in tokens or (bool(claims.get("iat")) and is_revoked(claims, set(), users))


def _on_both(claims: Any, tokens: Any, users: Any) -> bool:
    return claims.get("jti") in tokens and is_revoked(claims, set(), users)


def _later(claims: Any, tokens: Any, users: Any) -> bool:
    blocked = users.get(claims.get("sub"))
    return claims.get("jti") in tokens or (blocked is not None and claims.get("iat", 10**9) >= blocked)


NAMES = (("jti", "sub"), ("jti",), ("sub",))

REVOKED = Exercise(
    id="tokens-revoked",
    lesson="20",
    title="A list of revoked tokens and blocked users",
    points=2,
    reference=is_revoked,
    cases=_cases,
    shape="Returns True or False",
    read=_read,
    properties=(("What is revoked is out", _out), ("All others stay in", _in)),
    wrong=(
        Mistake("A token that was issued at the very second of the block is out, too.", _strictly),
        Mistake("A blocked user who is let in again has new tokens: compare `iat` with the time.", _for_ever),
        Mistake("It never looks at the blocked users.", _tokens_only),
        Mistake("It never looks at the listed tokens.", _users_only),
        Mistake("A block at time 0 is a block: 0 is a time.", _falsy),
        Mistake("A token without `iat` of a blocked user cannot show that it is newer.", _without_iat),
        Mistake("It cuts the fractions of a second off.", _whole_seconds),
        *(
            Mistake(f"It takes an empty {' or '.join(f'`{n}`' for n in names)} for a missing one: \"\" is a string.",
                    _empty_is_missing(*names))
            for names in NAMES
        ),
        *(
            Mistake(f"It looks up a missing {' or '.join(f'`{n}`' for n in names)} as \"\": it matches nothing.",
                    _missing_is_empty(*names))
            for names in NAMES
        ),
        Mistake("It refuses a token for having no `jti`: what is missing matches nothing.", _no_jti_is_out),
        Mistake("It lets a token without `iat`, or with an `iat` of 0, pass: neither is newer than the block.",
                _iat_of_zero),
        Mistake("It asks for both lists to have it: one of them is enough.", _on_both),
        Mistake("It compares the wrong way round: the older tokens are out.", _later),
    ),
    hints=(
        "First the `jti`; then whether the `sub` is in `users`.",
        "A token of such a user is out if it has no `iat`, or `iat <= time`.",
    ),
    keeps=True,
)  # fmt: skip
