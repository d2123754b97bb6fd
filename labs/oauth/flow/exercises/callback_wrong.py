"""The client's callback as people get it wrong: each of these is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kit.checking.exercise import Mistake

Params = dict[str, str]
Flows = dict[str, dict[str, str]]


def judge(
    params: Params, browser: str, flows: Flows, *, without: str = "", ends: str = "state",
    same: Callable[[str | None, str], bool] = lambda given, kept: given == kept,
) -> str | None:  # fmt: skip
    """The reference, and with other arguments what people make of it; `without` names a check left out."""
    flow = flows.get(browser)
    if flow is None:
        return None
    mine = without == "state" or params.get("state") == flow["state"]
    well = (
        mine
        and (without == "iss" or same(params.get("iss"), flow["issuer"]))
        and (without == "error" or "error" not in params)
        and bool(params.get("code"))
    )
    if {"state": mine, "code": well, "always": True, "never": False}[ends]:
        del flows[browser]
    return params["code"] if well else None


def _with(**more: Any) -> Callable[[Params, str, Flows], str | None]:
    """The same, with other arguments for `judge`."""

    def wrong(params: Params, browser: str, flows: Flows) -> str | None:
        return judge(params, browser, flows, **more)

    return wrong


def _kept_if(spoiled: Callable[[Params, dict[str, str]], bool]) -> Callable[[Params, str, Flows], str | None]:
    """The flow lives on after an answer with the right state that is spoiled in this way."""

    def wrong(params: Params, browser: str, flows: Flows) -> str | None:
        kept = browser in flows and spoiled(params, flows[browser])
        return judge(params, browser, flows, ends="code" if kept else "state")

    return wrong


def _any_flow(params: Params, browser: str, flows: Flows) -> str | None:
    """State from a global."""
    for name, flow in list(flows.items()):
        if params.get("state") == flow["state"]:
            return judge(params, name, flows)
    return None


def _any_flow_and_this_one_ends(params: Params, browser: str, flows: Flows) -> str | None:
    if any(params.get("state") == flow["state"] for flow in flows.values()):
        told = _any_flow(params, browser, dict(flows))
        flows.pop(browser, None)
        return told
    return None


def _state_may_be_missing(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, without="" if "state" in params else "state")


def _one_of_two(params: Params, browser: str, flows: Flows) -> str | None:
    flow = flows.get(browser, {"state": "", "issuer": ""})
    state, iss = params.get("state") == flow["state"], params.get("iss") == flow["issuer"]
    return judge(params, browser, flows, without="iss" if state else "state") if state or iss else None


def _error_not_empty(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, without="" if params.get("error") else "error")


def _empty_code(params: Params, browser: str, flows: Flows) -> str | None:
    if params.get("code") == "":
        told = judge({**params, "code": "x"}, browser, flows)
        return told and ""
    return judge(params, browser, flows)


def _empty_text(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows) or ""


def _iss_by_another_name(params: Params, browser: str, flows: Flows) -> str | None:
    given = {name: text for name, text in params.items() if name != "iss"}
    return judge(given | ({"iss": params["issuer"]} if "issuer" in params else {}), browser, flows)


def _no_flow(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, params.get("state", ""), flows)


def _empty_browser(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows) if browser else None


def _where_it_ends(act: Callable[[str, Flows, Flows], object]) -> Callable[[Params, str, Flows], str | None]:
    """The reference; where the flow ends, something more is done, given the browser, the flows and those before."""

    def wrong(params: Params, browser: str, flows: Flows) -> str | None:
        before = dict(flows)
        told = judge(params, browser, flows)
        if flows.keys() != before.keys():
            act(browser, flows, before)
        return told

    return wrong


def _same_server_ends(browser: str, flows: Flows, before: Flows) -> None:
    for name in [name for name, flow in flows.items() if flow["issuer"] == before[browser]["issuer"]]:
        del flows[name]


def _none_left(browser: str, flows: Flows, before: Flows) -> None:
    flows[browser] = None  # type: ignore[assignment]


WRONG = (
    Mistake("You do not compare the state: a forged callback gets through.", _with(without="state")),
    Mistake("You let an answer without `state` through. A forged one has none.", _state_may_be_missing),
    Mistake("You look for the state in every browser's flow. It has to be this browser's.", _any_flow),
    Mistake("You look for the state in every browser's flow. It has to be this browser's.",
            _any_flow_and_this_one_ends),
    Mistake("One of the two is enough for you. Both `state` and `iss` have to be right.", _one_of_two),
    Mistake("You let an answer without `iss` through. An attacker would leave it out.",
            _with(same=lambda given, kept: not given or given == kept)),
    Mistake("You let an answer without `iss` through. An attacker would leave it out.",
            _with(same=lambda given, kept: given is None or given == kept)),
    Mistake("You do not compare `iss`: the mix-up gets through.", _with(without="iss")),
    Mistake("You compare `iss` by its beginning. It must be equal.",
            _with(same=lambda given, kept: (given or "").startswith(kept))),
    Mistake("You ignore a slash at the end of `iss`. It must be equal, character for character.",
            _with(same=lambda given, kept: (given or "").rstrip("/") == kept)),
    Mistake("You compare `iss` without regard to capitals. It must be equal, character for character.",
            _with(same=lambda given, kept: (given or "").lower() == kept)),
    Mistake("You do not look for `error`. With it the answer is no success.", _with(without="error")),
    Mistake("You never delete the flow, so one answer works twice (`flows = …` only makes another dict).",
            _with(ends="never")),
    Mistake("You delete the flow even where the state is wrong: a forged answer then ends Ada's own flow.",
            _with(ends="always")),
    Mistake("You delete the flow only where you return a code. Once its state has come back it is used up, "
            "whatever else is wrong.", _with(ends="code")),
    Mistake("You keep the flow where there is an `error`. Once its state has come back it is used up.",
            _kept_if(lambda params, flow: "error" in params)),
    Mistake("You keep the flow where `iss` is wrong. Once its state has come back it is used up.",
            _kept_if(lambda params, flow: params.get("iss") != flow["issuer"])),
    Mistake("You keep the flow where there is no code. Once its state has come back it is used up.",
            _kept_if(lambda params, flow: not params.get("code"))),
    Mistake("You keep the flow where there is an `error` or no code. Once its state has come back it is used up.",
            _kept_if(lambda params, flow: "error" in params or not params.get("code"))),
    Mistake("You let an empty `error` pass. Whether the parameter is there is what counts.", _error_not_empty),
    Mistake("You return an empty code. It counts as missing.", _empty_code),
    Mistake("You delete every flow. Only this browser's ends: Bob's is still open.",
            _where_it_ends(lambda browser, flows, before: flows.clear())),
    Mistake("You delete all flows that were begun with this server. Only this browser's ends.",
            _where_it_ends(_same_server_ends)),
    Mistake("You set the flow to None, and its key stays: `del flows[browser]`.", _where_it_ends(_none_left)),
    Mistake("In `params` the issuer is called `iss`, and only in the flow `issuer`.", _iss_by_another_name),
    Mistake("You refuse every answer, even the right one. Look the flow up by `browser`; then compare `state` with its "
            "`state`, and `iss` with its `issuer`: in `params` the issuer is called `iss`, and only in the flow "
            "`issuer`.", _no_flow),
    Mistake("You take an empty `browser` for none. An empty string can have a flow, too.", _empty_browser),
    Mistake("Where you refuse, return None, not an empty string.", _empty_text),
)  # fmt: skip
