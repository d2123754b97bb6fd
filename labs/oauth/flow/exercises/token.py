"""Lesson 21: the checks of the token endpoint, for a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.oauth.flow.exercises.pkce import GOOD
from labs.oauth.flow.pkce import challenge_of, proves

Form = dict[str, str]
Codes = dict[str, dict[str, Any]]
Case = tuple[Form, str, Codes, float]
Result = tuple[str, Codes, Form]  # what came out; the codes and the form afterwards
ERRORS = ("unsupported_grant_type", "invalid_request", "invalid_grant")
NEEDED = ("code", "redirect_uri", "code_verifier")


def redeem(form: Form, client: str, codes: Codes, now: float) -> str:
    """What the token endpoint answers: "ok" or an error (RFC 6749 §4.1.3 and §5.2, RFC 7636 §4.6)."""
    return judge(form, client, codes, now)


def judge(
    form: Form, client: str, codes: Codes, now: float, *, without: str = "", mark: bool = True,
    late: Callable[[float, float], bool] = lambda now, end: now >= end,
    same_uri: Callable[[str, str], bool] = lambda given, kept: given == kept,
    proved: Callable[[str | None, str | None], bool] = proves, none: str = "invalid_request",
    missing: str = "invalid_request", grant: str = "unsupported_grant_type", burn: bool = False,
) -> str:  # fmt: skip
    """The reference, and with other arguments what people make of it; `without` names a check left out."""
    kind = form.get("grant_type")
    if not kind:
        return none
    if kind != "authorization_code" and without != "grant":
        return grant
    if not all(form.get(name) for name in NEEDED):
        return missing
    code = codes.get(form.get("code", ""))
    if code is None:
        return "invalid_grant"
    refused = (
        (without != "client" and code["client"] != client)
        or (without != "uri" and not same_uri(form.get("redirect_uri", ""), code["redirect_uri"]))
        or (without != "late" and late(now, code["expires"]))
        or (without != "used" and code["used"])
        or (without != "pkce" and not proved(code["challenge"], form.get("code_verifier")))
    )
    if mark and (not refused or burn):
        code["used"] = True
    return "invalid_grant" if refused else "ok"


def _call(function: Callable[..., Any], case: Case) -> Result:
    form, client, codes, now = deepcopy(case)
    return function(form, client, codes, now), codes, form


V, W = GOOD[0], GOOD[1]
URI = "https://print.example/callback"


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
    for code in ("c2", "C1", "c", "c11"):
        yield _form(code=code), "print", ok, 0
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


def _read(case: Case, answer: Any) -> Result:
    told, codes, form = answer
    if told != "ok" and told not in ERRORS:
        raise Wrong(f'Return "ok" or one of the errors: {", ".join(ERRORS)}.')
    return told, codes, form


def _why(case: Case) -> str:
    form, client, codes, now = case
    kind = form.get("grant_type")
    if not kind:
        return "There is no grant_type."
    if kind != "authorization_code":
        return f"The grant_type is {kind!r}, and here only authorization_code is served."
    gone = [name for name in NEEDED if not form.get(name)]
    if gone:
        return f"The form has no {gone[0]}."
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


def _answers(case: Case, answer: Result) -> None:
    right = _call(redeem, case)[0]
    if answer[0] != right:
        raise Wrong(_why(case), right)


def _marks(case: Case, answer: Result) -> None:
    codes = _call(redeem, case)[1]
    if answer[1] != codes:
        if any(isinstance(record, dict) and record.keys() > _code().keys() for record in answer[1].values()):
            raise Wrong("There is a key too many in the code's record.", codes)
        told = _call(redeem, case)[0]
        what = "marks the code, and only that one, as used" if told == "ok" else "changes nothing"
        raise Wrong(f'A request that is answered with "{told}" {what}.', codes)


def _form_kept(case: Case, answer: Result) -> None:
    if answer[2] != case[0]:
        raise Wrong("`form` has been changed.", case[0])


def _with(**more: Any) -> Callable[[Form, str, Codes, float], str]:
    """The same, with other arguments for `judge`."""

    def wrong(form: Form, client: str, codes: Codes, now: float) -> str:
        return judge(form, client, codes, now, **more)

    return wrong


def _without(check: str) -> Callable[[Form, str, Codes, float], str]:
    return _with(without=check)


def _deleted(form: Form, client: str, codes: Codes, now: float) -> str:
    told = judge(form, client, codes, now)
    if told == "ok":
        del codes[form["code"]]
    return told


def _client_from_the_form(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, form.get("client_id", client), codes, now)


def _popped(form: Form, client: str, codes: Codes, now: float) -> str:
    told = judge(form, client, codes, now)
    form.pop("grant_type", None)
    return told


def _whole_seconds(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, client, codes, int(now))


def _fields_first(form: Form, client: str, codes: Codes, now: float) -> str:
    return redeem(form, client, codes, now) if all(form.get(name) for name in NEEDED) else "invalid_request"


def _empty_is_there(form: Form, client: str, codes: Codes, now: float) -> str:
    if "grant_type" not in form or any(name not in form for name in NEEDED):
        return redeem(form, client, codes, now)
    if not form["grant_type"]:
        return "unsupported_grant_type"
    told = redeem(form, client, codes, now)
    return "invalid_grant" if told == "invalid_request" else told


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
    show_case=lambda case: f"redeem(form={case[0]}, client={case[1]!r}, codes={case[2]}, now={case[3]})",
    properties=(
        ("Answers as it should", _answers),
        ("Marks a redeemed code, and nothing else", _marks),
        ("Leaves the form alone", _form_kept),
    ),
    wrong=(
        Mistake("You do not look at whom the code is for. A stranger's client could redeem it.", _without("client")),
        Mistake("You do not compare the redirect URI with the one that the code was sent to.", _without("uri")),
        Mistake("You compare the redirect URI by its beginning. It must be equal.",
                _with(same_uri=lambda given, kept: given.startswith(kept))),
        Mistake("You do not look at the time. A code lives for a minute, not for ever.", _without("late")),
        Mistake("A code whose `expires` is now has expired: let it live only while now is less.",
                _with(late=lambda now, end: now > end)),
        Mistake("A code may be redeemed once. You do not look at `used`.", _without("used")),
        Mistake("You never set `used`, so a code works any number of times.", _with(mark=False)),
        Mistake("You set `used` where you refuse, too: then a stranger's guess spoils the right client's code.",
                _with(burn=True)),
        Mistake("You delete the code. Then nobody can tell a replayed code from one that never was: set `used`.",
                _deleted),
        Mistake("You do not ask for the verifier's proof.", _without("pkce")),
        Mistake("You serve other grant types as if they were authorization_code.", _without("grant")),
        Mistake("Another grant_type is an unsupported_grant_type, not an invalid_grant.", _with(grant="invalid_grant")),
        Mistake("Another grant_type is an unsupported_grant_type, not an invalid_request.",
                _with(grant="invalid_request")),
        Mistake("A form in which something is missing or empty is an invalid_request.", _with(missing="invalid_grant")),
        Mistake("You ask for the proof only where there was a challenge. An attacker leaves the challenge out: a code "
                "without one is an invalid_grant.",
                _with(proved=lambda challenge, verifier: not challenge or proves(challenge, verifier))),
        Mistake("You believe the `client_id` in the form. Compare with `client`, which the server has authenticated.",
                _client_from_the_form),
        Mistake("You change `form`: `pop` takes a parameter away.", _popped),
        Mistake("You cut `now` to whole seconds. Compare it as it is.", _whole_seconds),
        Mistake("A missing or empty grant_type is an invalid_request, not an unsupported_grant_type.",
                _with(none="unsupported_grant_type")),
        Mistake("You look for the other parameters before you look at what the grant_type is.", _fields_first),
        Mistake("You ask whether a parameter is there. It may also be empty, which counts as missing.",
                _empty_is_there),
        Mistake("You compare redirect URIs without regard to capitals. They must be equal.",
                _with(same_uri=lambda given, kept: given.lower() == kept.lower())),
        Mistake("You ignore a slash at the end of a redirect URI. They must be equal.",
                _with(same_uri=lambda given, kept: given.rstrip("/") == kept.rstrip("/"))),
    ),
    hints=(
        "Apply rules 1 to 3 from top to bottom, and return as soon as one of them says so.",
        "`form.get(name)` is None where it is missing and \"\" where it is empty: `not` is true of both.",
        "Set `used` in the last line before you return \"ok\", and nowhere else.",
    ),
)  # fmt: skip
