"""The exercise `tokens-guard`: the verifier on which every row of the grid turns green."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.guarding.telling import show
from labs.tokens.attacks.door import ALGS, GOOD, KEYS, TYP, Claims, TrustedKey, guard, signed_by
from labs.tokens.attacks.doors import decode
from labs.tokens.attacks.exercises.guard_wrong import WRONG
from labs.tokens.attacks.tools import ATTACKS, claims_of, part
from labs.tokens.examples import AUDIENCE, ISSUER, NOW, example_key
from labs.tokens.jws import base64url

Case = tuple[tuple[str, ...], float, str]  # tokens, one after the other; now; what the last of them is
ODD: dict[str, tuple[Any, ...]] = {
    "jti": (7, None, True, ["a-1"]),
    "exp": (str(NOW + 9), None, "", [NOW + 9], False, {}, NOW - 0.5),
    "nbf": ("0", NOW + 0.5, None, "", [], {}, True, False),
    "aud": ([], None, {AUDIENCE: 1}, [AUDIENCE + "x"], [[AUDIENCE]], AUDIENCE + " ", AUDIENCE.upper(), "", "shop"),
    "iss": (ISSUER.upper(), None, [ISSUER], ISSUER + "/", ISSUER + ".evil.example", "my" + ISSUER, ""),
}
"""Values of claims that have to be refused."""
HEADER = {"alg": "HS256", "kid": "office", "typ": TYP}


def _signed(kid: str, header: Any, payload: Any) -> str:
    """Any header and payload, under a good signature by this key of the issuer's."""
    signing_input = f"{part(header)}.{part(payload)}"
    key = example_key(ALGS[kid], kid)
    return f"{signing_input}.{base64url.encode(key.algorithm.sign(key.signs_with, signing_input.encode()))}"


def _office(header: Any, payload: Any) -> str:
    return _signed("office", header, payload)


@cache  # an ES256 signature differs each time, and a case has to be the same
def _cases() -> tuple[Case, ...]:
    return tuple(chain(_grid(), _replays(), _claims(), _headers(), _texts()))


def _grid() -> Iterator[Case]:
    for name, token in GOOD.items():
        yield (token,), NOW, f"a good token ({name})"
    for attack in ATTACKS.values():
        yield attack.tokens, attack.now, attack.name


def _replays() -> Iterator[Case]:
    good, empty = GOOD["RS256"], signed_by("winter", jti="")
    late, other = signed_by("winter", exp=NOW - 1), signed_by("winter", aud="bank.example")
    yield (late, good), NOW, "a good token, after a refused one with its jti"
    yield (other, good), NOW, "a good token, after one for the bank with its jti"
    yield (good, signed_by("winter", jti="a-11")), NOW, "a good token with another jti"
    yield (good, signed_by("winter", jti="a-2"), good), NOW, "a good token again, after another one"
    yield (good, GOOD["ES256"]), NOW, "the same jti in another token"
    yield (empty, empty), NOW, "an empty jti, for the second time"
    yield (good, good, good), NOW, "a good token, for the third time"
    yield (good, late, good), NOW, "a good token again, after a refused one with its jti"
    twelve = tuple(signed_by("office", jti=f"n-{i}") for i in range(12))
    yield twelve, NOW, "a good token, the twelfth"
    yield (*twelve, twelve[0]), NOW, "a good token again, after eleven others"


def _claims() -> Iterator[Case]:
    good = claims_of(GOOD["HS256"])
    yield (GOOD["RS256"],), NOW + 299.5, "a good token, half a second before its end"
    yield (GOOD["RS256"],), NOW + 300, "`now` is exactly `exp`"
    yield (signed_by("winter", exp=NOW + 0.5),), NOW + 0.5, "`now` is exactly `exp`, which has a fraction"
    yield (_office(HEADER, {**good, "exp": True}),), 0, "`exp` is True, and now is 0"
    for name, values in ODD.items():
        for value in values:
            yield (_office(HEADER, {**good, name: value}),), NOW, f"`{name}` is {value!r}"
    for name in ("exp", "iss", "aud", "jti"):
        yield (_office(HEADER, {k: v for k, v in good.items() if k != name}),), NOW, f"there is no `{name}`"


def _headers() -> Iterator[Case]:
    good = claims_of(GOOD["HS256"])
    for kid in (["office"], None, 7, "OFFICE", "off", " office", "keys/office", "office.pem", {"office": 1}, ""):
        yield (_office({**HEADER, "kid": kid}, good),), NOW, f"`kid` is {kid!r}"
    for alg in ("HS512", "none", "RS256", None, ["HS256"], "hs256", "HS256 "):
        yield (_office({**HEADER, "alg": alg}, good),), NOW, f"`alg` is {alg!r}, and the key is for HS256"
    for kid, alg in ALGS.items():
        yield (_signed(kid, {"alg": alg, "typ": TYP}, good),), NOW, f"there is no `kid`, but {alg} fits one of the keys"
        yield (_signed(kid, {**HEADER, "kid": kid, "alg": alg.lower()}, good),), NOW, f"`alg` is {alg.lower()!r}"
    for typ in (None, "JWT", "at+jwt ", ["at+jwt"], "AT+JWT", "application/at+jwt", "xat+jwt"):
        yield (_office({**HEADER, "typ": typ}, good),), NOW, f"`typ` is {typ!r}"
    for name, value in (("crit", []), ("crit", None), ("crit", ["exp"]), ("b64", True), ("b64", False), ("b64", None)):
        yield (_office({**HEADER, name: value}, good),), NOW, f"`{name}` is {value!r}"
    for name in ("kid", "alg", "typ"):
        yield (_office({k: v for k, v in HEADER.items() if k != name}, good),), NOW, f"there is no `{name}`"
    header: Any
    for header in ([], 5, None, "alg", {}):
        yield (_office(header, good),), NOW, f"the header is {header!r}"


def _texts() -> Iterator[Case]:
    good = GOOD["HS256"]
    for payload in ([], None, "x", [claims_of(good)]):
        yield (_office(HEADER, payload),), NOW, f"the payload is {payload!r}"
    for text in ("", ".", "..", "a.b.c", "é.é.é"):
        yield (text,), NOW, f"the text {text!r}"
    for text, what in (
        (f"{good}.", "a good token and a fourth part, an empty one"),
        (f".{good}", "a dot before a good token"),
        (f"{good}=", "a good token with padding"),
        (part(HEADER), "a header alone"),
        (f"{good}.{good}", "two good tokens, joined by a dot"),
    ):
        yield (text,), NOW, what
    for text, where in ((f" {good}", "before"), (f"{good} ", "after"), (f"{good}\n", "after"),
                        (good.replace(".", " ."), "within")):  # fmt: skip
        yield (text,), NOW, f"white space {where} a good token"


@dataclass(frozen=True)
class KeysChanged:
    """An answer that came with other `keys` than before."""

    returned: Any


def _call(function: Callable[..., Any], case: Case) -> Any:
    """What the last token gets."""
    used: set[str] = set()
    keys = dict(KEYS)
    answer = None
    for token in case[0]:
        answer = function(token, keys, used, case[1])
    kept = {name: key is KEYS.get(name) for name, key in keys.items()} == dict.fromkeys(KEYS, True)
    return answer if kept else KeysChanged(answer)


def _reference(token: str, keys: Mapping[str, TrustedKey], used: set[str], now: float) -> Claims | None:
    return guard(token, keys, used, now)


_reference.__name__ = "guard"


def _read(case: Case, answer: Any) -> Any:
    if isinstance(answer, KeysChanged):
        raise Wrong("Leave `keys` as they are: the next token needs them, too.")
    if answer is None or isinstance(answer, dict):
        return answer
    raise Wrong(f"Return the claims (a dict) or None, not {show(answer, 60)}.")


def _good(case: Case, answer: Any) -> None:
    right = _call(guard, case)
    if right is not None and answer != right:
        raise Wrong(f"This is {case[2]}, and it has to pass with its claims.", right)


def _bad(case: Case, answer: Any) -> None:
    if answer is not None and _call(guard, case) is None:
        raise Wrong(f"The door opens, and it should not: {case[2]}.")


def _show(case: Case) -> str:
    """The call, and what is inside its last two tokens: in base64url nobody could see what is wrong with them."""
    lines = [f"guard(token, keys, used, now={case[1]})   # {case[2]}"]
    for token in case[0][-2:]:
        lines += [f"  token = {f'{token[:24]}…' if len(token) > 40 else token!r}", *_inside(token)]
    return "\n".join(lines)


def _inside(token: str) -> list[str]:
    """Header and payload as they stand in the token, read as leniently as can be, and how long its signature is."""
    parts = token.split(".")
    if len(parts) != 3:
        return []
    with suppress(ValueError):
        # A line may break after a comma.
        header, payload = (decode(text).decode().replace(",", ",\u200b") for text in parts[:2])
        size = len(parts[2]) * 6 // 8
        return [f"    header     {header}", f"    payload    {payload}", f"    signature  {size} bytes"]
    return []


GUARD = Exercise(
    id="tokens-guard",
    lesson="20",
    title="The verifier that turns the grid green",
    points=4,
    reference=_reference,
    cases=_cases,
    call=_call,
    shape="Returns the claims, or None",
    read=_read,
    properties=(("Every good token passes", _good), ("No attack opens the door", _bad)),
    wrong=WRONG,
    hints=(
        "Split at the dots, decode with `base64url.decode`, and read header and payload with `read_object`. All three "
        "raise ValueError for malformed input: one `try` around them is enough.",
        "The key comes from `keys`, by a `kid` that is a string. Compare `alg` with `key.alg`; `typ` with 'at+jwt'; "
        "refuse `crit` and `b64`. Then `key.fits(signing_input, signature)`.",
        "Look at `jti` last, and note it last: `used.add(jti)`.",
    ),
    show_case=_show,
    shows_right=False,
)
