"""The exercise `tokens-kid`: which of the published keys does a token mean?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show
from labs.tokens.examples import ED25519, P256
from labs.tokens.jwt.exercises.keys_wrong import WRONG, find

Header = dict[str, Any]
Case = tuple[Header, dict[str, Any]]


def find_key(header: Header, jwks: dict[str, Any]) -> dict[str, Any] | None:
    """The key in the set whose `kid` the header names, if it is for signatures with the header's `alg`; else None."""
    found: dict[str, Any] | None = find(header, jwks)
    return found


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _key(alg: Any = "Ed25519", **more: Any) -> dict[str, Any]:
    """A public key; what is None is left out."""
    public = {"kty": "OKP", "crv": "Ed25519", "x": ED25519["x"]}
    if alg == "ES256":
        public = {name: value for name, value in P256.items() if name != "d"}
    return {**public, **{name: value for name, value in {"alg": alg, **more}.items() if value is not None}}


WINTER, SPRING = _key(kid="winter"), _key("ES256", kid="spring")
STRANGERS = _key(kid="winter", use="sig", note="the stranger's own")
SETS: tuple[list[dict[str, Any]], ...] = (
    [],
    [WINTER],
    [WINTER, SPRING],
    [_key("ES256", kid="spring", use="sig"), _key(kid="winter", use="sig")],
    [_key(kid="winter", use="enc"), _key("ES256", kid="spring", use="sig")],
    [SPRING, _key(kid="winter-2"), WINTER],
    [_key(kid="my-winter"), _key(kid="WINTER"), _key(kid=" winter"), _key(kid="w"), WINTER, SPRING],
    [_key(kid="winter-2"), _key(kid="my-winter"), _key(kid="WINTER"), _key(kid="winter ")],
)
HEADERS: tuple[Header, ...] = (
    {"alg": "Ed25519", "kid": "winter"},
    {"kid": "spring", "typ": "JWT", "alg": "ES256"},
    {"alg": "Ed25519", "kid": "autumn"},
    {"alg": "Ed25519"},
    {"kid": "winter"},
    {},
    *({"alg": "Ed25519", "kid": kid} for kid in ("WINTER", "win", "inter", "winter-2", "winter ", "../winter", "w")),
    *({"alg": "Ed25519", "kid": kid} for kid in ("", 7, None, ["winter"], {"winter": 1}, True, 0)),
    *({"alg": alg, "kid": "winter"} for alg in ("ES256", "HS256", "none", "ed25519", "Ed25519ph", "Ed", "EdDSA")),
    *({"alg": alg, "kid": "winter"} for alg in (None, ["Ed25519"], "")),
    {"alg": "Ed25519", "kid": "winter", "jwk": STRANGERS},
    {"alg": "Ed25519", "kid": "autumn", "jwk": STRANGERS},
)
"""What a stranger may write: names that contain one another, or are not text; and a key of their own."""


def _cases() -> Iterator[Case]:
    """Few keys first; then keys that lack something, or have an odd `use` or name."""
    for keys in SETS:
        for header in HEADERS:
            yield header, {"keys": keys}
    for use in ("sig", "enc", "SIG", "sign", "wrap", ""):
        yield HEADERS[0], {"keys": [_key(kid="winter", use=use)]}
    some = [_key(), _key(None), WINTER, _key("ES256"), SPRING]
    for keys in ([_key()], [_key(None, kid="winter")], [_key(None)], some):
        for header in HEADERS[:6]:
            yield header, {"keys": keys}
    for kid in ("7", 7, 0, "0", "", "None", ["winter"]):
        yield {"alg": "Ed25519", "kid": kid}, {"keys": [_key(kid="7"), _key(kid="winter"), _key(kid="0")]}


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(case: Case, answer: Any) -> Any:
    keys = case[1]["keys"]
    if answer is None or answer in keys or (isinstance(answer, dict) and answer == case[0].get("jwk")):
        return answer
    right = find_key(*case)
    if isinstance(answer, str) and answer in [key.get("kid") for key in keys]:
        raise Wrong(f"{answer!r} is the name of a key: return the key itself, the whole dict.", right)
    if isinstance(answer, list | tuple):
        raise Wrong(f"Return one key, or None, not a {type(answer).__name__}.", right)
    raise Wrong(f"Return a key of the set as it is, or None, not {_show_key(answer)}.", right)


def _called(said: dict[str, Any], what: str) -> str:
    return f"{what} has no `kid`" if "kid" not in said else f"{what}'s `kid` is {show(said['kid'], 60)}"


def _finds(case: Case, answer: Any) -> None:
    right = find_key(*case)
    if right is not None and answer != right:
        raise Wrong(f"The key {right['kid']!r} is there, for {right['alg']}, but is not found.", right)


def _by_name(case: Case, answer: Any) -> None:
    header = case[0]
    if answer is None or answer not in case[1]["keys"]:
        return
    if "kid" not in header or "kid" not in answer or answer["kid"] != header["kid"]:
        raise Wrong(f"{_called(header, 'The header')}, and {_called(answer, 'this key')}.", find_key(*case))


def _for_alg(case: Case, answer: Any) -> None:
    header = case[0]
    if answer is not None and ("alg" not in answer or answer["alg"] != header.get("alg")):
        says = f"says {show(header['alg'], 60)}" if "alg" in header else "does not say its `alg`"
        own = f"is for {answer['alg']} alone" if "alg" in answer else "does not say what it is for"
        raise Wrong(f"The header {says}, and this key {own}.", find_key(*case))


def _for_signatures(case: Case, answer: Any) -> None:
    if answer is not None and answer.get("use", "sig") != "sig":
        raise Wrong(f"This key's `use` is {answer['use']!r}, not 'sig': it is not for signatures.", find_key(*case))


def _from_the_set(case: Case, answer: Any) -> None:
    if answer is not None and answer not in case[1]["keys"]:
        raise Wrong(
            "This key is not in the set. It came with the token, from whoever wrote the token.", find_key(*case)
        )


# ── how it is shown ───────────────────────────────────────────────────────────────────────────────────────────────────


def _show_key(key: Any) -> str:
    if not isinstance(key, dict):
        return show(key)
    return show({name: f"{value[:4]}…" if name in ("x", "y") else value for name, value in key.items()})


def _show(case: Case) -> str:
    header, jwks = case
    told = {name: value for name, value in header.items() if name != "jwk"}
    own = ", 'jwk': <a key that came with the token>" if "jwk" in header else ""
    keys = "".join(f"\n    {_show_key(key)}," for key in jwks["keys"])
    return f"find_key({repr(told)[:-1]}{own}}}, {{'keys': [{keys}{chr(10) + '  ' if keys else ''}]}})"


def _beware(case: Case) -> str | None:
    """What is unusual about a case in which the learner's code breaks off."""
    header, keys = case[0], case[1]["keys"]
    for name in ("kid", "alg"):
        if name not in header:
            return f"In this case the header has no `{name}`."
        if not isinstance(header[name], str):
            return f"In this case the header's `{name}` is {show(header[name], 60)}: a stranger may write anything."
        if any(name not in key for key in keys):
            return f"In this case there is a key without `{name}`."
    return None if keys else "In this case there is no key in the set."


KID = Exercise(
    id="tokens-kid",
    lesson="19",
    title="Look up the key by kid",
    points=2,
    reference=find_key,
    cases=_cases,
    shape="Returns a key of the set, or None",
    read=_read,
    properties=(
        ("Finds the key that is meant", _finds),
        ("Compares the whole name", _by_name),
        ("Accepts no key for another algorithm", _for_alg),
        ("Accepts no key that is not for signatures", _for_signatures),
        ("Accepts only keys of the set", _from_the_set),
    ),
    wrong=WRONG,
    hints=(
        "Go through `jwks['keys']`, and compare each key's `kid` and `alg` with the header's.",
        "Look up what may be missing with `get`: `key.get('use', 'sig') == 'sig'`. But mind that None equals None: a "
        "header without `kid` does not mean a key without `kid`.",
        "Where there is no such key, `return None`. Nothing in the header but `kid` and `alg` matters here.",
    ),
    show_case=_show,
    show_answer=_show_key,
    beware=_beware,
    keeps=True,
)
