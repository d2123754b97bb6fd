"""The exercise `tokens-kid`: which of the published keys does a token mean?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from labs.kit.exercise import Exercise, Misconception, Wrong
from labs.kit.telling import show
from labs.tokens.examples import ED25519, P256

Header = dict[str, Any]
Case = tuple[Header, dict[str, Any]]


def find_key(header: Header, jwks: dict[str, Any]) -> dict[str, Any] | None:
    """The key in the set whose `kid` the header names, if it is for signatures with the header's `alg`; else None."""
    found: dict[str, Any] | None = _find(header, jwks)
    return found


def _find(
    header: Header, jwks: dict[str, Any], *, first: bool = False, only: bool = False, fold: bool = False,
    piece: bool = False, alg: bool = True, use: bool = True, own: bool = False, by_alg: bool = False,
) -> Any:  # fmt: skip
    """The reference, or with one of its mistakes, by which the mistake is recognised."""
    keys, kid = jwks["keys"], header.get("kid")
    if own and "jwk" in header:
        return header["jwk"]
    if by_alg:
        return next((key for key in keys if key["alg"] == header.get("alg")), None)
    for key in keys:
        same = key["kid"] == kid
        if kid is not None:
            same = same or (fold and key["kid"].lower() == kid.lower()) or (piece and key["kid"].startswith(kid))
        fits = (not alg or key["alg"] == header.get("alg")) and (not use or key.get("use", "sig") == "sig")
        if same and fits:
            return key
    if first and keys:
        return keys[0]
    return keys[0] if only and kid is None and len(keys) == 1 else None


_X = ED25519["x"]


def _key(kid: str, alg: str = "Ed25519", **more: Any) -> dict[str, Any]:
    public = {"kty": "OKP", "crv": "Ed25519", "x": _X}
    if alg == "ES256":
        public = {name: value for name, value in P256.items() if name != "d"}
    return {**public, "kid": kid, "alg": alg, **more}


STRANGERS = _key("winter", use="sig", note="the stranger's own")


def _cases() -> Iterable[Case]:
    sets = [
        [],
        [_key("winter")],
        [_key("winter"), _key("spring", "ES256")],
        [_key("spring", "ES256", use="sig"), _key("winter", use="sig")],
        [_key("winter", use="enc"), _key("spring", "ES256", use="sig")],
        [_key("spring", "ES256"), _key("winter-2"), _key("winter")],
    ]
    headers: list[Header] = [
        {"alg": "Ed25519", "kid": "winter"},
        {"alg": "ES256", "kid": "spring"},
        {"alg": "Ed25519", "kid": "autumn"},
        {"alg": "Ed25519"},
        {"alg": "Ed25519", "kid": "WINTER"},
        {"alg": "Ed25519", "kid": "win"},
        {"alg": "Ed25519", "kid": ""},
        {"alg": "ES256", "kid": "winter"},
        {"alg": "HS256", "kid": "winter"},
        {"alg": "Ed25519", "kid": "winter", "jwk": STRANGERS},
        {"alg": "Ed25519", "kid": "../winter"},
        {"kid": "winter"},
    ]
    cases = [(header, {"keys": keys}) for keys, header in product(sets, headers)]
    return sorted(cases, key=lambda case: (len(case[1]["keys"]), len(case[0])))


def _read(case: Case, answer: Any) -> Any:
    if answer is None or answer in case[1]["keys"] or answer == case[0].get("jwk"):
        return answer
    if isinstance(answer, str) and answer in [key["kid"] for key in case[1]["keys"]]:
        raise Wrong(f"{answer!r} is the name of a key: give back the key itself, the whole dict.")
    if isinstance(answer, list):
        raise Wrong("Give back one key, and not a list of them.")
    raise Wrong(f"Give back a key of the set, or None, and not {show(answer, 60)}.")


def _finds(case: Case, answer: Any) -> None:
    right = find_key(*case)
    if right is not None and answer != right:
        raise Wrong(f"The key {right['kid']!r} is there, for {right['alg']}, and is not found.", right)


def _by_name(case: Case, answer: Any) -> None:
    kid = case[0].get("kid")
    if answer is not None and answer in case[1]["keys"] and answer["kid"] != kid:
        raise Wrong(
            f"The header’s `kid` is {kid!r}, and the key given back is called {answer['kid']!r}.", find_key(*case)
        )


def _for_alg(case: Case, answer: Any) -> None:
    alg = case[0].get("alg")
    if answer is not None and answer.get("alg") != alg:
        says = f"says {alg}" if alg else "does not say its `alg`"
        raise Wrong(f"The header {says}, and this key is for {answer.get('alg')} alone.", find_key(*case))


def _for_signatures(case: Case, answer: Any) -> None:
    if answer is not None and answer.get("use", "sig") != "sig":
        raise Wrong("This key’s `use` is 'enc': it is for encrypting, and signs nothing.", find_key(*case))


def _from_the_set(case: Case, answer: Any) -> None:
    if answer is not None and answer not in case[1]["keys"]:
        raise Wrong(
            "This key is not in the set. It came with the token, from whoever wrote the token.", find_key(*case)
        )


def _like(sentence: str, **flaws: Any) -> Misconception:
    def recognise(case: Case, answer: Any, right: Any) -> str | None:
        return sentence if answer == _find(*case, **flaws) != right else None

    return recognise


def _show_key(key: Any) -> str:
    if not isinstance(key, dict):
        return repr(key)
    return repr({name: value if name not in ("x", "y") else value[:4] + "…" for name, value in key.items()})


def _show(case: Case) -> str:
    header, jwks = case
    told = {name: value for name, value in header.items() if name != "jwk"}
    own = ", 'jwk': <a key that came with the token>" if "jwk" in header else ""
    keys = "".join(f"\n    {_show_key(key)}," for key in jwks["keys"])
    return f"find_key({repr(told)[:-1]}{own}}}, {{'keys': [{keys}{chr(10) + '  ' if keys else ''}]}})"


KID = Exercise(
    id="tokens-kid",
    lesson="19",
    title="Look up the key by kid",
    points=2,
    reference=find_key,
    cases=_cases,
    shape="Gives back a key of the set, or None",
    read=_read,
    properties=(
        ("Finds the key that is meant", _finds),
        ("Takes the name to the letter", _by_name),
        ("Takes no key for another algorithm", _for_alg),
        ("Takes no key that is not for signatures", _for_signatures),
        ("Takes only keys of the set", _from_the_set),
    ),
    misconceptions=(
        _like("Upper and lower case are taken for the same. A name is compared to the letter.", fold=True),
        _like("A piece of the name is enough. A name is compared as a whole, with `==`.", piece=True),
        _like("The key’s own `alg` is not compared with the header’s: one key, one algorithm.", alg=False),
        _like("`use` is not looked at: a key for encryption signs nothing.", use=False),
        _like("Only the name is compared; `alg` and `use` are not.", alg=False, use=False),
        _like(
            "The key comes out of the token’s own header (`jwk`). A token that brings its own key proves nothing: look "
            "only in the set that you trust (RFC 8725 §3.10).",
            own=True,
        ),
        _like("A token without `kid` gets the only key. Here it should get None: no name, no key.", only=True),
        _like(
            "When no key of that name is there, the first one is taken. Then a token with any `kid`, or none, is "
            "checked "
            "with some key: refuse it.",
            first=True,
        ),
        _like("The key is chosen by its algorithm alone; `kid` says which one.", by_alg=True),
    ),
    hints=(
        "Go through `jwks['keys']`, and compare `key['kid']` with `header.get('kid')`.",
        "Two more conditions: `key['alg'] == header.get('alg')`, and `key.get('use', 'sig') == 'sig'`.",
        "No such key: `return None`. Nothing in the header but `kid` and `alg` is of any interest.",
    ),
    show_case=_show,
    show_answer=_show_key,
)
