"""The pictures of lesson 19, each in one short call: `explore_copy`, `explore_shape`, `token_map` and so on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from labs.kit.guarding.fence import fenced
from labs.kit.limits import SEED, A, Limits, Text, Whole, check_faults, check_settings
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Fault, Trace
from labs.tokens.examples import NOW, example_claims, example_key
from labs.tokens.jws import base64url
from labs.tokens.jws.algorithms import ALGORITHMS
from labs.tokens.jws.jws import PARTS
from labs.tokens.jwt.checks_picture import draw_checks
from labs.tokens.jwt.copied import copy_token
from labs.tokens.jwt.copied_picture import draw_copied
from labs.tokens.jwt.jwt import issue
from labs.tokens.jwt.life import Verifier, use_token
from labs.tokens.jwt.life_picture import draw_life
from labs.tokens.jwt.shape import changed, take_apart, take_shape
from labs.tokens.jwt.shape_picture import draw_shape
from labs.tokens.jwt.token_map import token_map

__all__ = ["explore_checks", "explore_copy", "explore_life", "explore_shape", "token_map"]

# ── copied on its way ────────────────────────────────────────────────────────────────────────────────────────────────


def explore_copy(*, after: Any = None) -> Explorer:
    """A stranger copies Ada's token, reads it, changes it and uses it."""
    minutes = Control("minutes", 1, low=0, high=10, label="the copy is used after", unit="min")
    return explore(copy_token, draw_copied, controls=[minutes], after=after)


# ── taking shape ─────────────────────────────────────────────────────────────────────────────────────────────────────


def explore_shape(*, encode: Callable[[bytes], str] | None = None, after: Any = None) -> Explorer:
    """A token takes shape; `encode` is a learner's own base64url."""
    if encode is not None:
        from labs.kit.guarding.telling import LearnerError

        safe = fenced(encode)

        def by_hand(data: bytes) -> str:
            answer = safe(data)
            if not isinstance(answer, str):
                raise LearnerError(
                    "raised", f"Your function returns {type(answer).__name__}, and a token is made of text."
                )
            return answer

    def run(alg: str, custom: bool, faults: Sequence[Fault], seed: int) -> Trace:
        more = {"role": "buyer"} if custom else {}
        return take_shape(
            {**example_claims(), **more}, example_key(alg), encode=by_hand if encode else base64url.encode
        )

    controls = [
        Control("alg", "HS256", options=tuple(ALGORITHMS), label="algorithm"),
        Control("custom", False, label="add a claim of our own"),
    ]
    return explore(run, draw_shape, controls=controls, monitors=SIZES, after=after)


def _lengths(trace: Trace) -> str:
    done = trace.of("done")
    return " + ".join(str(len(e["text"])) for e in done) + " characters, and 2 dots"


SIZES = [
    ("header + payload + signature", _lengths),
    ("the HTTP header that carries it", lambda t: f"{len('Authorization: Bearer ' + t.of('token')[0]['text'])} bytes"),
    ("the signature before base64url", lambda t: f"{t.of('done')[-1]['bytes']} bytes"),
    ("signed again: the same?", lambda t: "yes" if t.of("done")[-1]["repeats"] else "no: random bits go into it"),
]

# ── taking apart, with one character changed ─────────────────────────────────────────────────────────────────────────

CHANGES = {"": "itself (unchanged)", "next": "the next of the 64", ".": "a dot", "=": "=", "+": "+", " ": "a space"}
TOKEN = issue(example_claims(), example_key("HS256"))
"""The token of the lesson: HS256, Ada, for the shop, five minutes from NOW."""

LIMITS: Limits = {
    "position": Whole(0, len(TOKEN) - 1),
    "to": A(str, "a text"),
    "minutes": Whole(0, 10**6),
    "audience": Text(),
    "seed": SEED,
}


def check_changed(
    position: int = 60,
    to: str = "next",
    minutes: int = 0,
    audience: str = "shop.example",
    faults: Sequence[Fault] = (),
    seed: int = 0,
) -> Trace:
    """The lesson's token, one character changed, checked by a service of that name `minutes` after it was issued."""
    check_settings(LIMITS, dict(position=position, to=to, minutes=minutes, audience=audience, seed=seed))
    check_faults(faults, ())
    token = changed(TOKEN, position, to)
    trace = take_apart(token, example_key("HS256"), now=NOW + 60 * minutes, audience=audience)
    trace.settings = {**trace.settings, "position": position if token != TOKEN else None}
    return trace


def explore_checks(*, to: str = "next", position: int = 60, after: Any = None) -> Explorer:
    """Change one character anywhere, and watch which check fails."""
    controls = [
        Control("position", position, low=0, high=len(TOKEN) - 1, label="character (from 0)"),
        Control("to", to, options=CHANGES, label="becomes"),
        Control("minutes", 0, low=0, high=10, label="minutes later"),
        Control("audience", "shop.example", options=("shop.example", "bank.example"), label="checked by"),
    ]
    return explore(check_changed, draw_checks, controls=controls, monitors=FINDINGS, after=after)


def _where(trace: Trace) -> str:
    place = trace.settings["position"]
    if place is None:
        return "nothing"
    was, now = TOKEN[place], trace.settings["token"][place]
    part = "which was a dot" if was == "." else f"in the {PARTS[TOKEN[:place].count('.')]}"
    return f"{was!r} became {now!r}, {part}"


def _verdict(trace: Trace) -> tuple[str, bool]:
    last = trace.events[-1]
    return ("accepted", True) if last.kind == "accepted" else (f"refused: {last['check']}", False)


def lax_reading(token: str) -> str:
    """What a reader who checks nothing gets out of the payload, as text; bytes that are not text are shown as ▯."""
    import binascii

    payload = [*token.split("."), "", ""][1]
    try:
        data = binascii.a2b_base64(payload.replace("-", "+").replace("_", "/") + "===")
    except ValueError:
        return "nothing: it cannot be decoded"
    text = "".join(c if c.isprintable() and c != "\ufffd" else "▯" for c in data.decode("utf-8", "replace"))
    return (text if len(text) <= 90 else text[:89] + "…").replace(",", ",\u200b")  # where the line may break


FINDINGS = [
    ("what was changed", _where),
    ("verdict", _verdict),
    ("the payload, unchecked", lambda trace: lax_reading(trace.settings["token"])),
]

# ── the life of a token ──────────────────────────────────────────────────────────────────────────────────────────────

_LIFE = {
    control.name: control
    for control in (
        Control("lifetime", 240, low=60, high=600, step=30, unit="s"),
        Control("leeway", 0, low=0, high=120, step=10, unit="s"),
        Control("drift", 0, low=-120, high=120, step=10, unit="s", label="shop's clock is off by"),
    )
}
_STRIKES = [
    Strike("tamper", "Change Ada's token", who=lambda trace: "ada"),
    Strike("rotate", "New signing key", who=lambda trace: "issuer"),
    Strike("hurry", "Shop's clock jumps 90 s", who=lambda trace: "shop"),
]


def explore_life(
    *controls: str,
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    verify: Verifier | None = None,
    after: Any = None,
    **settings: Any,
) -> Explorer:
    """Ten minutes of Ada, the issuer and the shop, with the named controls (lifetime, leeway, drift).

    `settings` are those of `use_token`. `verify` is the learner's own check at the shop's door, fenced in: all its
    calls in a run have five seconds between them.
    """

    def run(**chosen: Any) -> Trace:
        door = fenced(verify, total=5) if verify is not None else None
        return use_token(**{**settings, **chosen}, verify=door)

    return explore(
        run, draw_life, controls=pick_controls(controls, _LIFE, settings), strikes=_STRIKES, monitors=STAYS,
        versus=versus, called=_LIFE[versus[0]].tell if versus else None, faults=faults, after=after,
    )  # fmt: skip


def _refusals(trace: Trace) -> tuple[str, bool]:
    refused = [e["check"] for e in trace.of("refused")]
    told = ", ".join(f"{refused.count(check)} for {check}" for check in dict.fromkeys(refused))
    return (f"{len(refused)} ({told})", False) if refused else ("none", True)


def served_too_late(trace: Trace) -> float:
    """The most seconds by which a token was served after its end, by the issuer's clock; below 0 if always before."""
    ends: dict[int, float] = {e["number"]: e["expires"] for e in trace.of("login")}
    return max((e.t - ends[e["number"]] for e in trace.of("served")), default=-1.0)


def _impostors(trace: Trace) -> tuple[str, bool]:
    others = [e["sub"] for e in trace.of("served") if e["sub"] != "ada"]
    return (f"{len(others)} times, as {', '.join(sorted(set(others)))}", False) if others else ("never", True)


def _questions(trace: Trace) -> str:
    logins, keys = len(trace.of("login")), len(trace.of("fetch"))
    how = "asked for its secret" if trace.settings["alg"].startswith("HS") else "asked for its key set"
    return f"{logins} login{'s' * (logins != 1)}; {how} {keys} time{'s' * (keys != 1)}"


def _late(trace: Trace) -> str:
    late = served_too_late(trace)
    return "never" if late < 0 else f"for up to {late:g} s" if late else "only at the very moment of its end"


STAYS = [
    ("calls served", lambda trace: f"{len(trace.of('served'))} of {len(trace.of('call'))}"),
    ("calls refused", _refusals),
    ("Ada was served as somebody else", _impostors),
    ("served after it had expired", _late),
    ("work for the issuer", _questions),
]
