"""Lesson 21: the client's callback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong

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
    yield good, "", {"": flows["ada"], "ada": flows["bob"]}
    yield good, "ada", {"ada": flows["ada"]}
    yield {}, "ada", flows


def _read(case: Case, answer: Any) -> Result:
    told, flows, params = answer
    if told is not None and not isinstance(told, str):
        raise Wrong("Return the code, or None.")
    return told, flows, params


def _why(case: Case) -> str:
    """Why the right answer is what it is."""
    params, browser, flows = case
    flow = flows.get(browser)
    if flow is None:
        return f"The browser {browser!r} has no flow."
    for name, kept in (("state", flow["state"]), ("iss", flow["issuer"])):
        if name not in params:
            return f"There is no `{name}`."
        if params[name] != kept:
            return f"`{name}` is {params[name]!r}, and the flow of {browser!r} has {kept!r}."
    if "error" in params:
        return "There is a parameter `error`, even if it is empty." if not params["error"] else "There is an `error`."
    if not params.get("code"):
        return "The code is empty." if "code" in params else "There is no code."
    return "Everything is as it should be, so the code is returned, and the flow ends."


def _answers(case: Case, answer: Result) -> None:
    right = _call(callback, case)[0]
    if answer[0] != right:
        raise Wrong(_why(case), right)


def _flows(case: Case, answer: Result) -> None:
    right = _call(callback, case)
    if answer[1] != right[1]:
        raise Wrong(_what_of_flows(case, answer), right[1])


def _what_of_flows(case: Case, answer: Result) -> str:
    """What is wrong with the flows afterwards."""
    (_, browser, before), (told, right, _) = case, _call(callback, case)
    gone = [name for name in right if name not in answer[1]]
    if told is None:
        return "A refused answer changes no flow." + (f" The flow of {gone[0]!r} is gone." if gone else "")
    if gone:
        return f"Only the flow of {browser!r} ends. That of {gone[0]!r} is gone, too."
    if browser in answer[1] and answer[1][browser] != before[browser]:
        return f"The flow ends with its answer: the key {browser!r} itself has to go from `flows`."
    if browser in answer[1]:
        return "The flow ends with its answer."
    return "Another browser's flow has been changed."


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


def _iss_may_be_missing(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: given is None or given == kept)


def _iss_begins(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: (given or "").startswith(kept))


def _iss_slash(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: (given or "").rstrip("/") == kept)


def _error_not_empty(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, without="" if params.get("error") else "error")


def _empty_code(params: Params, browser: str, flows: Flows) -> str | None:
    if params.get("code") == "":
        told = judge({**params, "code": "x"}, browser, flows)
        return told and ""
    return judge(params, browser, flows)


def _iss_by_another_name(params: Params, browser: str, flows: Flows) -> str | None:
    given = {name: text for name, text in params.items() if name != "iss"}
    return judge(given | ({"iss": params["issuer"]} if "issuer" in params else {}), browser, flows)


def _empty_browser(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows) if browser else None


def _ends_if_known(params: Params, browser: str, flows: Flows) -> str | None:
    flow = flows.get(browser)
    mine = flow is not None and (params.get("state"), params.get("iss")) == (flow["state"], flow["issuer"])
    return judge(params, browser, flows, ends="always" if mine else "never")


def _all_end(params: Params, browser: str, flows: Flows) -> str | None:
    told = judge(params, browser, flows)
    if told is not None:
        flows.clear()
    return told


def _none_left(params: Params, browser: str, flows: Flows) -> str | None:
    told = judge(params, browser, flows)
    if told is not None:
        flows[browser] = None  # type: ignore[assignment]
    return told


CALLBACK = Exercise(
    id="oauth-callback",
    lesson="21",
    title="The client's callback",
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
        Mistake("You look for the state in every browser's flow. It has to be this browser's.", _any_flow),
        Mistake("You let an answer without `iss` through. An attacker would leave it out.", _iss_optional),
        Mistake("You let an answer without `iss` through. An attacker would leave it out.", _iss_may_be_missing),
        Mistake("You do not compare `iss`: the mix-up gets through.", _without("iss")),
        Mistake("You compare `iss` by its beginning. It must be equal.", _iss_begins),
        Mistake("You ignore a slash at the end of `iss`. It must be equal, character for character.", _iss_slash),
        Mistake("You do not look for `error`. With it the answer is no success.", _without("error")),
        Mistake("You never delete the flow, so one answer works twice (`flows = …` only makes another dict).",
                _never_ends),
        Mistake("You delete the flow even where you refuse: a forged answer then ends Ada's own flow.", _always_ends),
        Mistake("You delete the flow where there is an `error` or no code. The text says: change nothing.",
                _ends_if_known),
        Mistake("You let an empty `error` pass. Whether the parameter is there is what counts.", _error_not_empty),
        Mistake("You return an empty code. It counts as missing.", _empty_code),
        Mistake("You delete every flow. Only this browser's ends: Bob's is still open.", _all_end),
        Mistake("You set the flow to None, and its key stays: `del flows[browser]`.", _none_left),
        Mistake("In `params` the issuer is called `iss`, and only in the flow `issuer`.", _iss_by_another_name),
        Mistake("You take an empty `browser` for none. An empty string can have a flow, too.", _empty_browser),
    ),
    hints=(
        "`flows.get(browser)` is None where the browser has begun nothing.",
        "`params.get(\"iss\")` is None where it is missing, and None is not equal to any issuer.",
        "`del flows[browser]` belongs just before you return the code.",
    ),
)  # fmt: skip
