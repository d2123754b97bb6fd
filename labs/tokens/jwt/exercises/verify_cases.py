"""The tokens that `tokens-verify` tries: good ones, near misses of every claim, and bytes that are out of order."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from labs.tokens.examples import AUDIENCE, ISSUER, NOW, SECRET
from labs.tokens.jws import base64url
from labs.tokens.jwt.exercises.sign_wrong import RECIPES

Case = tuple[str, bytes, float, str, str, float]  # token, secret, now, issuer, audience, leeway

HEADER = {"alg": "HS256", "typ": "JWT"}
NO_HEADERS: tuple[Any, ...] = ([], 5, "x", None, ["alg"], "HS256", ["HS256"])
"""JSON, but no object: a stranger may send it, and nothing can be looked up in it."""
MISSING = object()


class World(NamedTuple):
    """Who verifies, and when."""

    secret: bytes
    now: float
    issuer: str
    audience: str

    def case(self, token: str, leeway: float = 0) -> Case:
        """A token as it comes to be verified here."""
        return (token, *self, leeway)

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Good claims, with some of them changed or MISSING."""
        good = {"iss": self.issuer, "sub": "ada", "aud": self.audience, "exp": self.now + 300}
        return {name: value for name, value in {**good, **changed}.items() if value is not MISSING}

    def token(self, header: Any = HEADER, **changed: Any) -> str:
        """A token of such claims, correctly signed, whatever its header says."""
        return signed(_json(header), _json(self.claims(**changed)), self.secret)


SHOP = World(b"an example secret of 32 letters.", NOW, ISSUER, AUDIENCE)
BANK = World(bytes(range(250, 170, -1)), 2_000_000_000.5, "https://id.example/realms/main", "https://bank.example/v1")
OLD = World(base64url.decode(SECRET["k"]), 100, "a", "b")


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def signed(header: bytes, payload: bytes, secret: bytes, digest: str = "sha256") -> str:
    """A token of these bytes."""
    return seal(f"{base64url.encode(header)}.{base64url.encode(payload)}", secret, digest)


def seal(signing_input: str, secret: bytes, digest: str = "sha256") -> str:
    """The signature put behind any text."""
    return f"{signing_input}.{base64url.encode(hmac.digest(secret, signing_input.encode(), digest))}"


# ── claims ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def changes(world: World, leeway: float) -> Iterator[dict[str, Any]]:
    """What may be other than in a good token: the nearest that still passes, and the nearest that does not."""
    now, iss, aud = world.now, world.issuer, world.audience
    said: Any
    for said in (now - 1, now, now + 1, *(now - leeway + beside for beside in (-1, -0.5, 0, 0.5, 1))):
        yield {"exp": said}
    for said in (now + 10**9, MISSING, None, str(now + 300), "", True, 0, [now + 300]):
        yield {"exp": said}
    for said in (now - 1, now, now + 1, now + leeway, now + leeway + 0.5, now + leeway + 1, 0):
        yield {"nbf": said}
    for said in (None, str(now - 10), "", [now - 10]):
        yield {"nbf": said}
    for said in ("evil.example", MISSING, None, "", iss + "x", "x" + iss, iss[:-1], iss[1:], iss.upper(), iss + "/",
                 iss[::-1], "evil." + iss, " " + iss, [iss], {iss: 1}):  # fmt: skip
        yield {"iss": said}
    for said in ("other.example", MISSING, None, "", "my" + aud, aud + ".evil", aud[:-1], aud[1:], aud.upper(),
                 aud + "/", [aud], ["other.example", aud], [aud, "other.example"], [], ["other.example"], ["my" + aud],
                 [aud + "x"], [aud[:-1]], [aud.upper()], f"other.example,{aud}", f"{aud} other.example",
                 f"{aud}, other.example", "evil." + aud, ["evil." + aud], {aud: 1}, 5, True,
                 [[aud]], [{aud: 1}]):  # fmt: skip
        yield {"aud": said}
    yield {"admin": False, "visits": 0, "note": "", "roles": ["buyer", None], "address": {"city": "Malmö"}, "iat": 1}
    yield {"iat": now + 1000, "jti": 7}
    yield {"exp": now - 100, "aud": "other.example"}
    yield {"nbf": now + 100, "iss": "evil.example"}


# ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def good_spellings(world: World) -> Iterator[str]:
    """Correctly signed tokens that look unlike the usual."""
    said, secret = world.claims(), world.secret
    yield world.token({"alg": "HS256"})
    yield world.token({"typ": "JWT", "alg": "HS256"})
    yield world.token({"alg": "HS256", "typ": "at+jwt", "kid": "winter"})
    yield world.token({"alg": "HS256", "typ": "JWT", "kid": "winter"})
    yield signed(b'{ "typ":"JWT",\r\n "alg":"HS256" }', json.dumps(said, indent=2).encode(), secret)
    yield signed(b'{"alg":"\\u0048S256"}', json.dumps({**said, "name": "Zoë"}, ensure_ascii=False).encode(), secret)


def forgeries(world: World) -> Iterator[str]:
    """Tokens whose signature does not fit."""
    secret = world.secret
    good, bob = world.token(), world.token(sub="bob")
    head, body, signature = good.split(".")
    made = base64url.decode(signature)
    yield f"{head}.{bob.split('.')[1]}.{signature}"
    yield f"{head}.{body}."
    yield f"{world.token(exp=world.now - 100).rpartition('.')[0]}.{signature}"
    one_bit = made[:-1] + bytes([made[-1] ^ 1])
    turned = made[1:] + made[:1]
    for wrong in (one_bit, made[:-1], made[1:], made[:16], made + b"\0", turned, made.swapcase(), bytes(32)):
        yield f"{head}.{body}.{base64url.encode(wrong)}"
    yield f"{head}.{body}.{signature.swapcase()}"
    for other in (b"some other secret of 32 letters.", secret + b"x", secret[:-1], secret[:32] + b"x", b""):
        yield signed(_json(HEADER), _json(world.claims()), other)


def other_signatures(world: World) -> Iterator[str]:
    """Tokens signed in every way in which one may think that they are. (Some are good after all: a short secret is not
    changed by being cut off.)
    """
    head, body, _ = world.token().split(".")
    for recipe in RECIPES.values():
        yield f"{head}.{body}.{base64url.encode(recipe(head, body, world.secret))}"
    spaced = base64url.encode(b'{"alg": "HS256"}')
    yield f"{spaced}.{body}.{world.token({'alg': 'HS256'}).rpartition('.')[2]}"


def headers(world: World) -> Iterator[str]:
    """Headers that name another algorithm, or nothing at all."""
    unsigned = world.token({"alg": "none"}).rpartition(".")[0]
    yield f"{unsigned}."
    yield world.token({"alg": "none"})
    yield signed(b'{"alg":"HS512"}', _json(world.claims()), world.secret, "sha512")
    for alg in ("HS512", "RS256", "hs256", "HS256x", "xHS256", " HS256", "HS256 ", "HS25", "", None, 256, ["HS256"],
                {"HS256": 1}):  # fmt: skip
        yield world.token({"alg": alg, "typ": "JWT"})
    yield world.token({"typ": "JWT"})
    yield world.token({})
    for header in NO_HEADERS:
        yield world.token(header)
    for written in (b"", b"HS256", b'{"alg":"HS256"', b'\xff{"alg":"HS256"}'):
        yield signed(written, _json(world.claims()), world.secret)


def spellings(world: World) -> Iterator[str]:
    """Bytes that are spelt otherwise than base64url has them, or in another number of parts."""
    good = world.token()
    head, body, signature = good.split(".")
    yield f"{head}.{body}"
    yield from ("", head, "..", f".{good}", f"{good}.", f"{good}.x", f"{good}.{signature}")
    last = base64url.ALPHABET[base64url.ALPHABET.index(signature[-1]) + 1]  # the same bytes, but for the bits to spare
    yield from (f"{good}=", f"{good[:-1]}{last}", f"{good}\n", f"{good} ", f" {good}", f"{good}é", f"{good}!")
    yield f"{head}.{body}.{signature[:9]}\n{signature[9:]}"
    for payload in (f"{body}==", f"{body}=", f"{body}\n", f"{body}!", f"{body}é", "e30A"[:3] + "=", "e31"):
        yield seal(f"{head}.{payload}", world.secret)
    yield seal(f"{head}=.{body}", world.secret)
    yield seal(f"{head}é.{body}", world.secret)
    text = base64url.encode(_json(world.claims(sub="~~~???>>>")))
    yield seal(f"{head}.{text.translate(str.maketrans('-_', '+/'))}", world.secret)


def payloads(world: World) -> Iterator[str]:
    """Correctly signed payloads that are no JSON object."""
    for payload in ([], ["exp"], None, 5, "ada", "exp", [world.claims()], True):
        yield signed(_json(HEADER), _json(payload), world.secret)
    for written in (b"", b"ada", b'{"sub":"ada"', b'{"sub":"\xff"}'):
        yield signed(_json(HEADER), written, world.secret)


# ── all of them ───────────────────────────────────────────────────────────────────────────────────────────────────────


def cases() -> Iterator[Case]:
    """The small cases; what is good and the plain failures first."""
    for token in (SHOP.token(), *other_signatures(SHOP)):
        yield SHOP.case(token)
    for leeway in (0, 60):
        for changed in changes(SHOP, leeway):
            yield SHOP.case(SHOP.token(**changed), leeway)
    for make in (good_spellings, forgeries, headers, spellings, payloads):
        for token in make(SHOP):
            yield SHOP.case(token)
    yield (SHOP.token(), *SHOP[:1], NOW + 300, ISSUER, AUDIENCE, 0)  # the first token again, later and elsewhere
    yield (SHOP.token(), *SHOP[:2], ISSUER, "bank.example", 0)
    yield (SHOP.token(), *SHOP[:2], "bank.example", AUDIENCE, 0)
    for world in (OLD, BANK):
        yield world.case(world.token())
        for changed in changes(world, 2.5):
            yield world.case(world.token(**changed), 2.5)
        for token in (*forgeries(world), *other_signatures(world)):
            yield world.case(token)


def larger() -> Any:
    """Any claims in any world."""
    from hypothesis import strategies as st

    @st.composite
    def case(draw: Any) -> Case:
        text = st.text("abc.", min_size=1, max_size=5)
        now = draw(st.integers(500, 2 * NOW))
        world = World(draw(st.binary(min_size=32, max_size=70)), now, draw(text), draw(text))
        changed = {
            "exp": world.now + draw(st.integers(-90, 90)),
            "nbf": draw(st.just(MISSING) | st.integers(-90, 90).map(lambda n: world.now + n)),
            "iss": draw(st.just(world.issuer) | text),
            "aud": draw(st.just(world.audience) | text | st.lists(st.just(world.audience) | text, max_size=3)),
        }
        return world.case(world.token(**changed), draw(st.sampled_from([0, 30, 60])))

    return case()
