"""Lesson 21: the checks of the token endpoint, for a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.checking.reading import word
from labs.kit.guarding.telling import show
from labs.oauth.flow.exercises.kept import unchanged
from labs.oauth.flow.exercises.pkce import GOOD
from labs.oauth.flow.exercises.token_wrong import NEEDED, URI, WRONG, Codes, Form, judge
from labs.oauth.flow.pkce import challenge_of, proves

Case = tuple[Form, str, Codes, float]
ANSWERS = ("ok", "unsupported_grant_type", "invalid_request", "invalid_grant")


def redeem(form: Form, client: str, codes: Codes, now: float) -> str:
    """What the token endpoint answers: "ok" or an error (RFC 6749 §4.1.3 and §5.2, RFC 7636 §4.6)."""
    return judge(form, client, codes, now)


@dataclass(frozen=True)
class After:
    """What a request was told, and what it left behind."""

    told: str
    codes: Codes
    form: Form


def _call(function: Callable[..., Any], case: Case) -> Any:
    form, client, codes, now = deepcopy(case)
    told = function(form, client, codes, now)
    return After(told, codes, form) if isinstance(told, str) and told in ANSWERS else told


def _right(case: Case) -> After:
    form, client, codes, now = deepcopy(case)
    return After(redeem(form, client, codes, now), codes, form)


V, W = GOOD[0], GOOD[1]


def _code(**more: Any) -> dict[str, Any]:
    plain = {"client": "print", "redirect_uri": URI, "challenge": challenge_of(V), "expires": 60, "used": False}
    return plain | more


def _form(**more: str | None) -> Form:
    form = {"grant_type": "authorization_code", "code": "c1", "redirect_uri": URI, "code_verifier": V} | more
    return {name: text for name, text in form.items() if text is not None}


def _cases() -> Iterator[Case]:
    """One thing wrong at a time, then two; a second code that is fine, or is not, beside it."""
    ok = {"c1": _code()}
    yield _form(), "print", ok, 0
    for now in (59, 59.5, 60, 60.5, 61, 1000):
        yield _form(), "print", ok, now
    for name in ("grant_type", *NEEDED):
        yield _form(**{name: None}), "print", ok, 0
        yield _form(**{name: ""}), "print", ok, 0
    for kind in ("password", "refresh_token", "client_credentials", "Authorization_Code", "authorization_code "):
        yield _form(grant_type=kind), "print", ok, 0
        yield {"grant_type": kind}, "print", ok, 0
    for client in ("scan", "prin", "print2", "Print", ""):
        yield _form(), client, ok, 0
        yield _form(), "print", {"c1": _code(client=client)}, 0
    for uri in (URI + "/", URI + "?x=1", URI[:-1], URI.upper(), "https://evil.example/", "https://print.example"):
        yield _form(redirect_uri=uri), "print", ok, 0
        yield _form(), "print", {"c1": _code(redirect_uri=uri)}, 0
    for verifier in (W, challenge_of(V), V + "x", V[:-1], "x"):
        yield _form(code_verifier=verifier), "print", ok, 0
    for challenge in (None, "", V, challenge_of(V).lower()):
        yield _form(), "print", {"c1": _code(challenge=challenge)}, 0
    for liar in ("print", "scan", ""):
        yield _form(client_id=liar), "print", ok, 0
        yield _form(client_id=liar), "scan", ok, 0
    for now in (59, 59.2, 59.7, 60):
        yield _form(), "print", {"c1": _code(expires=59.5)}, now
    for code in ("c2", "C1", "c", "c11", "c1 ", "c1\n"):
        yield _form(code=code), "print", ok, 0
    yield _form(redirect_uri=URI + " "), "print", ok, 0
    yield _form(code_verifier=V + " "), "print", ok, 0
    yield _form(), "print", {"c1": _code(used=True)}, 0
    yield _form(), "print", {"c1": _code(expires=0)}, 0
    yield _form(), "print", {"c1": _code(expires=0)}, -1
    yield _form(), "print", {}, 0
    other = _code(client="scan", challenge=challenge_of(W))
    for both in ({"c1": _code(), "c2": other}, {"c2": other, "c1": _code()}, {"c1": _code(), "c10": _code(used=True)}):
        yield _form(), "print", both, 0
        yield _form(code="c2", code_verifier=W), "scan", both, 0
        yield _form(code="c2", code_verifier=W), "print", both, 0
        yield _form(code="c2"), "scan", both, 0
    yield _form(code_verifier=None), "scan", {"c1": _code(used=True)}, 100
    yield _form(redirect_uri=None), "scan", {"c1": _code(used=True)}, 100


def _strategy() -> Any:
    from hypothesis import strategies as st

    code = st.builds(
        _code, client=st.sampled_from(["print", "scan"]), used=st.booleans(), expires=st.sampled_from([0, 30, 60]),
        challenge=st.sampled_from([challenge_of(V), challenge_of(V), challenge_of(W), None]),
    )  # fmt: skip
    form = st.builds(
        _form,
        code=st.sampled_from(["c1", "c2", "c3", None]),
        code_verifier=st.sampled_from([V, V, W, None]),
        client_id=st.sampled_from(["print", "scan", None]),
    )
    codes = st.dictionaries(st.sampled_from(["c1", "c2"]), code)
    return st.tuples(form, st.sampled_from(["print", "scan"]), codes, st.sampled_from([0, 29, 30, 59, 60]))


def _read(case: Case, answer: Any) -> After:
    if not isinstance(answer, After):
        word(answer, ANSWERS)
    assert isinstance(answer, After)
    return answer


def _why(case: Case) -> str:
    form, client, codes, now = case
    kind = form.get("grant_type")
    if not kind:
        return "The grant_type is empty." if "grant_type" in form else "There is no grant_type."
    if kind != "authorization_code":
        return f"The grant_type is {kind!r}, and here only authorization_code is served."
    gone = [name for name in NEEDED if not form.get(name)]
    if gone:
        return f"The form's {gone[0]} is empty." if gone[0] in form else f"The form has no {gone[0]}."
    code = codes.get(form["code"])
    if code is None:
        return "There is no such code."
    if code["client"] != client:
        lie = "" if form.get("client_id", client) == client else " What the form says in `client_id` does not count."
        return f"The code is for the client {code['client']!r}, and {client!r} has brought it.{lie}"
    if code["redirect_uri"] != form["redirect_uri"]:
        return "This is not the redirect URI that the code was sent to."
    if now >= code["expires"]:
        return f"The code expired at {code['expires']}, and it is {now} now."
    if code["used"]:
        return "The code has been used."
    if not code["challenge"]:
        return "The code was asked for without a challenge, so no verifier proves anything: a PKCE downgrade."
    if not proves(code["challenge"], form["code_verifier"]):
        return "The verifier does not belong to the challenge."
    if form.get("client_id", client) != client:
        return "Every check holds. What the form says in `client_id` does not count: `client` is asking."
    return 'Every check holds, so the answer is "ok".'


def _answers(case: Case, answer: After) -> None:
    right = _right(case)
    if answer.told != right.told:
        raise Wrong(_why(case), right)


def _marks(case: Case, answer: After) -> None:
    right = _right(case)
    if answer.codes != right.codes:
        if any(isinstance(record, dict) and record.keys() > _code().keys() for record in answer.codes.values()):
            raise Wrong("There is a key too many in the code's record.", right)
        gone = [code for code in right.codes if code not in answer.codes]
        what = "marks the code, and only that one, as used" if right.told == "ok" else "changes nothing"
        lost = f" The record of {gone[0]!r} is gone." if gone else ""
        raise Wrong(f'A request that is answered with "{right.told}" {what}.{lost}', right)


def _form_kept(case: Case, answer: After) -> None:
    unchanged("form", case[0], answer.form)


def _shown(answer: After) -> str:
    """The answer, and what became of the codes: of a record with the right keys, its `used`."""
    known = _code().keys()
    left = [
        f"{code}: used={record['used']}" if isinstance(record, dict) and record.keys() == known else
        f"{code}: {show(record)}" for code, record in answer.codes.items()
    ]  # fmt: skip
    return f"returned {answer.told!r}; then codes has {'; '.join(left) or 'nothing'}"


TOKEN = Exercise(
    id="oauth-token",
    lesson="21",
    title="The token endpoint's checks",
    points=3,
    reference=redeem,
    cases=_cases,
    strategy=_strategy,
    call=_call,
    read=_read,
    shape="Returns “ok” or an error",
    show_answer=_shown,
    show_case=lambda case: f"redeem(form={case[0]}, client={case[1]!r}, codes={case[2]}, now={case[3]})",
    properties=(
        ("Answers as it should", _answers),
        ("Marks a redeemed code, and nothing else", _marks),
        ("Leaves the form alone", _form_kept),
    ),
    wrong=WRONG,
    hints=(
        "Apply rules 1 to 3 from top to bottom, and return as soon as one of them says so.",
        "`form.get(name)` is None where it is missing and \"\" where it is empty: `not` is true of both.",
        "Set `used` in the last line before you return \"ok\", and nowhere else.",
    ),
)  # fmt: skip
