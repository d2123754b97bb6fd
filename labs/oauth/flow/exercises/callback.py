"""Lesson 21: the client's callback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from labs.kit.checking.exercise import Exercise, Wrong
from labs.kit.checking.reading import misread
from labs.kit.guarding.telling import show
from labs.oauth.flow.exercises.callback_wrong import WRONG, Flows, Params, judge
from labs.oauth.flow.exercises.kept import unchanged

Case = tuple[Params, str, Flows]
LOGIN, EVIL = "https://login.example", "https://evil.example"


def callback(params: Params, browser: str, flows: Flows) -> str | None:
    """The code, if this answer belongs to a flow that this browser has begun with that server; else None."""
    return judge(params, browser, flows)


@dataclass(frozen=True)
class After:
    """What came out, and what it left behind."""

    told: str | None
    flows: Flows
    params: Params


def _call(function: Callable[..., Any], case: Case) -> Any:
    params, browser, flows = deepcopy(case)
    told = function(params, browser, flows)
    return After(told, flows, params) if told is None or isinstance(told, str) else told


def _right(case: Case) -> After:
    params, browser, flows = deepcopy(case)
    return After(callback(params, browser, flows), flows, params)


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
    cy = {"cy": {"state": "s3", "issuer": LOGIN}}  # begun with the same server as Ada's
    yield good, "ada", cy | flows
    yield {"code": "c3", "state": "s3", "iss": LOGIN}, "cy", flows | cy
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


def _read(case: Case, answer: Any) -> After:
    if not isinstance(answer, After):
        raise misread(answer, "the code, or None")
    return answer


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


def _answers(case: Case, answer: After) -> None:
    right = _right(case)
    if answer.told != right.told:
        raise Wrong(_why(case), right)


def _flows(case: Case, answer: After) -> None:
    right = _right(case)
    if answer.flows != right.flows:
        raise Wrong(_what_of_flows(case, answer.flows, right), right)


def _what_of_flows(case: Case, flows: Flows, right: After) -> str:
    """What is wrong with the flows afterwards."""
    _, browser, before = case
    gone = [name for name in right.flows if name not in flows]
    if browser in right.flows or browser not in before:
        why = "This browser has no flow" if browser not in before else "The state is not right"
        return f"{why}, so nothing changes." + (f" The flow of {gone[0]!r} is gone." if gone else "")
    if gone:
        return f"Only the flow of {browser!r} ends. That of {gone[0]!r} is gone, too."
    if browser in flows and flows[browser] != before[browser]:
        return f"The state is right, so the flow ends: the key {browser!r} itself has to go from `flows`."
    if browser in flows:
        return "The state is right, so the flow ends" + (
            ", even if the answer is refused." * (right.told is None) or "."
        )
    return "Another browser's flow has been changed."


def _params(case: Case, answer: After) -> None:
    unchanged("params", case[0], answer.params)


def _shown(answer: After) -> str:
    """The answer, and whose flows are left; of one that is no flow any more, what it is."""
    left = [repr(name) if isinstance(flow, dict) else f"{name!r} ({show(flow)})" for name, flow in answer.flows.items()]
    return f"returned {answer.told!r}; then flows has {', '.join(left) or 'nothing'}"


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
    show_answer=_shown,
    show_case=lambda case: f"callback(params={case[0]}, browser={case[1]!r}, flows={case[2]})",
    properties=(
        ("Returns the code where it should", _answers),
        ("Ends the flow, and no other", _flows),
        ("Leaves the parameters alone", _params),
    ),
    wrong=WRONG,
    hints=(
        "`flows.get(browser)` is None where the browser has begun nothing.",
        "`params.get(\"iss\")` is None where it is missing, and None is not equal to any issuer.",
        "`del flows[browser]` belongs right behind the comparison of the state, before all others.",
    ),
)  # fmt: skip
