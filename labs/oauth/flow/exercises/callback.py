"""Lesson 21: the client's callback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from labs.kit.exercise import Exercise, Mistake, Wrong

Params = dict[str, str]
Flows = dict[str, dict[str, str]]
Case = tuple[Params, str, Flows]
Result = tuple[str | None, Flows, Params]
LOGIN, EVIL = "https://login.example", "https://evil.example"


def callback(params: Params, browser: str, flows: Flows) -> str | None:
    """The code, if this answer belongs to a flow that this browser has begun with that server; else None."""
    return judge(params, browser, flows)


def judge(
    params: Params, browser: str, flows: Flows, *, without: str = "", ends: str = "ok",
    same: Callable[[str | None, str], bool] = lambda given, kept: given == kept,
) -> str | None:  # fmt: skip
    """The reference, and with other arguments what people make of it; `without` names a check left out."""
    flow = flows.get(browser)
    if flow is None:
        return None
    well = (
        (without == "state" or params.get("state") == flow["state"])
        and (without == "iss" or same(params.get("iss"), flow["issuer"]))
        and (without == "error" or "error" not in params)
        and bool(params.get("code"))
    )
    if ends == "always" or (ends == "ok" and well):
        del flows[browser]
    return params["code"] if well else None


def _call(function: Callable[..., Any], case: Case) -> Result:
    params, browser, flows = deepcopy(case)
    return function(params, browser, flows), flows, params


def _cases() -> Iterator[Case]:
    flows = {"ada": {"state": "s1", "issuer": LOGIN}, "bob": {"state": "s2", "issuer": EVIL}}
    good = {"code": "c1", "state": "s1", "iss": LOGIN}
    yield good, "ada", flows
    yield {"code": "c2", "state": "s2", "iss": EVIL}, "bob", flows
    for browser in ("bob", "eve", "", "Ada"):
        yield good, browser, flows
    for name in good:
        yield {key: text for key, text in good.items() if key != name}, "ada", flows
        yield {**good, name: ""}, "ada", flows
        yield {**good, name: good[name] + "x"}, "ada", flows
        yield {**good, name: good[name][:-1]}, "ada", flows
    for state in ("s2", "S1", "s10", "s"):
        yield {**good, "state": state}, "ada", flows
    for iss in (EVIL, LOGIN + "/", LOGIN.upper(), LOGIN + ".evil.example", "login.example", "http://login.example"):
        yield {**good, "iss": iss}, "ada", flows
    yield {**good, "error": "access_denied"}, "ada", flows
    yield {**good, "error": ""}, "ada", flows
    yield {"error": "access_denied", "state": "s1", "iss": LOGIN}, "ada", flows
    yield {**good, "scope": "photos"}, "ada", flows
    yield good, "ada", {}
    yield good, "ada", {"ada": flows["ada"]}
    yield {}, "ada", flows


def _read(case: Case, answer: Any) -> Result:
    told, flows, params = answer
    if told is not None and not isinstance(told, str):
        raise Wrong("Return the code, or None.")
    return told, flows, params


def _answers(case: Case, answer: Result) -> None:
    right = _call(callback, case)[0]
    if answer[0] != right:
        raise Wrong("Everything fits." if right else "Something in this answer does not fit the browser’s flow.", right)


def _flows(case: Case, answer: Result) -> None:
    right = _call(callback, case)
    if answer[1] != right[1]:
        raise Wrong("The flow ends with its answer." if right[0] else "A refused answer changes no flow.", right[1])


def _params(case: Case, answer: Result) -> None:
    if answer[2] != case[0]:
        raise Wrong("`params` has been changed.", case[0])


def _without(check: str) -> Callable[[Params, str, Flows], str | None]:
    def wrong(params: Params, browser: str, flows: Flows) -> str | None:
        return judge(params, browser, flows, without=check)

    return wrong


def _any_flow(params: Params, browser: str, flows: Flows) -> str | None:
    """State from a global."""
    for name, flow in list(flows.items()):
        if params.get("state") == flow["state"]:
            return judge(params, name, flows)
    return None


def _never_ends(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, ends="never")


def _always_ends(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, ends="always")


def _iss_optional(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: not given or given == kept)


def _iss_begins(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: (given or "").startswith(kept))


def _iss_slash(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: (given or "").rstrip("/") == kept)


CALLBACK = Exercise(
    id="oauth-callback",
    lesson="21",
    title="The client’s callback",
    points=2,
    reference=callback,
    cases=_cases,
    call=_call,
    read=_read,
    shape="Returns a code or None",
    show_case=lambda case: f"callback(params={case[0]}, browser={case[1]!r}, flows={case[2]})",
    properties=(
        ("Returns the code where it should", _answers),
        ("Ends the flow, and no other", _flows),
        ("Leaves the parameters alone", _params),
    ),
    wrong=(
        Mistake("You do not compare the state: a forged callback gets through.", _without("state")),
        Mistake("You look for the state in every browser’s flow. It has to be this browser’s.", _any_flow),
        Mistake("You let an answer without `iss` through. An attacker would leave it out.", _iss_optional),
        Mistake("You do not compare `iss`: the mix-up gets through.", _without("iss")),
        Mistake("You compare `iss` by its beginning. It must be equal.", _iss_begins),
        Mistake("You ignore a slash at the end of `iss`. It must be equal, character for character.", _iss_slash),
        Mistake("You do not look for `error`. With it the answer is no success.", _without("error")),
        Mistake("You never delete the flow, so one answer works twice.", _never_ends),
        Mistake("You delete the flow even where you refuse: a forged answer then ends Ada’s own flow.", _always_ends),
    ),
    hints=(
        "`flows.get(browser)` is None where the browser has begun nothing.",
        "`params.get(\"iss\")` is None where it is missing, and None is not equal to any issuer.",
        "`del flows[browser]` belongs just before you return the code.",
    ),
)  # fmt: skip
