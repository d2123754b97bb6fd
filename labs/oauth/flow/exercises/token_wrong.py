"""The token endpoint's checks as people get them wrong: each of these is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kit.checking.exercise import Mistake
from labs.oauth.flow.pkce import proves

Form = dict[str, str]
Codes = dict[str, dict[str, Any]]
NEEDED = ("code", "redirect_uri", "code_verifier")
URI = "https://print.example/callback"


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


def _taken_out(form: Form, client: str, codes: Codes, now: float) -> str:
    told = judge(form, client, codes, now)
    if told in ("ok", "invalid_grant"):
        codes.pop(form["code"], None)
    return told


def _client_from_the_form(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, form.get("client_id", client), codes, now)


def _client_only_from_the_form(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, form.get("client_id", "nobody"), codes, now)


def _both_clients(form: Form, client: str, codes: Codes, now: float) -> str:
    named = form.get("client_id", client) == client
    told = judge(form, client, codes, now, mark=named)
    return told if named or told != "ok" else "invalid_grant"


def _white_space_off(*names: str) -> Callable[[Form, str, Codes, float], str]:
    def wrong(form: Form, client: str, codes: Codes, now: float) -> str:
        return judge({k: text.strip() if k in names else text for k, text in form.items()}, client, codes, now)

    return wrong


def _redirect_uri_optional(form: Form, client: str, codes: Codes, now: float, *, empty: bool = True) -> str:
    kept = codes.get(form.get("code", ""), {}).get("redirect_uri", URI)
    given = form.get("redirect_uri", kept)
    return judge(form | {"redirect_uri": given or (kept if empty else "none")}, client, codes, now)


def _redirect_uri_may_be_missing(form: Form, client: str, codes: Codes, now: float) -> str:
    return _redirect_uri_optional(form, client, codes, now, empty=False)


def _invalid_request_for(*which: str) -> Callable[[Form, str, Codes, float], str]:
    """The reference, but some of what makes a grant invalid is taken for a mistake in the request."""

    def wrong(form: Form, client: str, codes: Codes, now: float) -> str:
        code = codes.get(form.get("code", ""))
        why = "unknown" if code is None else "used" if code["used"] else "else"
        told = judge(form, client, codes, now)
        return "invalid_request" if told == "invalid_grant" and why in which else told

    return wrong


def _popped(form: Form, client: str, codes: Codes, now: float) -> str:
    told = judge(form, client, codes, now)
    form.pop("grant_type", None)
    return told


def _whole_seconds(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, client, codes, int(now))


def _rounded(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, client, codes, round(now))


def _fields_first(form: Form, client: str, codes: Codes, now: float) -> str:
    return judge(form, client, codes, now) if all(form.get(name) for name in NEEDED) else "invalid_request"


def _empty_is_there(form: Form, client: str, codes: Codes, now: float) -> str:
    if "grant_type" not in form or any(name not in form for name in NEEDED):
        return judge(form, client, codes, now)
    if not form["grant_type"]:
        return "unsupported_grant_type"
    told = judge(form, client, codes, now)
    return "invalid_grant" if told == "invalid_request" else told


def _empty_grant_type(form: Form, client: str, codes: Codes, now: float) -> str:
    return "unsupported_grant_type" if form.get("grant_type") == "" else judge(form, client, codes, now)


def _empty_parameter(form: Form, client: str, codes: Codes, now: float) -> str:
    told = judge(form, client, codes, now)
    there = bool(form.get("grant_type")) and all(name in form for name in NEEDED)
    return "invalid_grant" if told == "invalid_request" and there else told


WRONG = (
    Mistake("You do not look at whom the code is for. A stranger's client could redeem it.", _without("client")),
    Mistake("You do not compare the redirect URI with the one that the code was sent to.", _without("uri")),
    Mistake("You compare the redirect URI by its beginning. It must be equal.",
            _with(same_uri=lambda given, kept: given.startswith(kept))),
    Mistake("You compare the redirect URI by its beginning. It must be equal.",
            _with(same_uri=lambda given, kept: kept.startswith(given))),
    Mistake("You do not look at the time. A code lives for a minute, not for ever.", _without("late")),
    Mistake("A code whose `expires` is now has expired: let it live only while now is less.",
            _with(late=lambda now, end: now > end)),
    Mistake("A code may be redeemed once. You do not look at `used`.", _without("used")),
    Mistake("You never set `used`, so a code works any number of times.", _with(mark=False)),
    Mistake("You set `used` where you refuse, too: then a stranger's guess spoils the right client's code.",
            _with(burn=True)),
    Mistake("You delete the code. Then nobody can tell a replayed code from one that never was: set `used`.",
            _deleted),
    Mistake("You take the code out of `codes` to look at it, so a stranger's guess spoils it. Look it up, "
            "and set `used` where you return \"ok\".", _taken_out),
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
    Mistake("You believe the `client_id` in the form. Compare with `client`, which the server has authenticated.",
            _client_only_from_the_form),
    Mistake("You refuse a form whose `client_id` is another one. What it says there does not count.",
            _both_clients),
    Mistake("You refuse a code even where everything is right. Ask `proves(challenge, verifier)`, in this order.",
            _with(proved=lambda challenge, verifier: proves(verifier, challenge))),
    Mistake("You take white space off what the form says. Compare it as it is.", _white_space_off("code")),
    Mistake("You take white space off what the form says. Compare it as it is.", _white_space_off("redirect_uri")),
    Mistake("You take white space off what the form says. Compare it as it is.", _white_space_off(*NEEDED)),
    Mistake("You let a form without a `redirect_uri` through. Our server requires one.", _redirect_uri_optional),
    Mistake("You let a form without a `redirect_uri` through. Our server requires one.",
            _redirect_uri_may_be_missing),
    Mistake("A complete form with a bad code is an invalid_grant, not an invalid_request.",
            _invalid_request_for("unknown")),
    Mistake("A complete form with a bad code is an invalid_grant, not an invalid_request.",
            _invalid_request_for("used")),
    Mistake("A complete form with a bad code is an invalid_grant, not an invalid_request.",
            _invalid_request_for("unknown", "used", "else")),
    Mistake("You change `form`: `pop` takes a parameter away.", _popped),
    Mistake("You cut `now` to whole seconds. Compare it as it is.", _whole_seconds),
    Mistake("You round `now` to whole seconds. Compare it as it is.", _rounded),
    Mistake("A missing or empty grant_type is an invalid_request, not an unsupported_grant_type.",
            _with(none="unsupported_grant_type")),
    Mistake("You look for the other parameters before you look at what the grant_type is.", _fields_first),
    Mistake("You ask whether a parameter is there. It may also be empty, which counts as missing.",
            _empty_is_there),
    Mistake("You ask whether a parameter is there. It may also be empty, which counts as missing.",
            _empty_grant_type),
    Mistake("You ask whether a parameter is there. It may also be empty, which counts as missing.",
            _empty_parameter),
    Mistake("You compare redirect URIs without regard to capitals. They must be equal.",
            _with(same_uri=lambda given, kept: given.lower() == kept.lower())),
    Mistake("You ignore a slash at the end of a redirect URI. They must be equal.",
            _with(same_uri=lambda given, kept: given.rstrip("/") == kept.rstrip("/"))),
)  # fmt: skip
