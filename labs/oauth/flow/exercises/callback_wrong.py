"""The client's callback as people get it wrong: each of these is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable

from labs.kit.checking.exercise import Mistake

Params = dict[str, str]
Flows = dict[str, dict[str, str]]


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


def _any_flow_and_this_one_ends(params: Params, browser: str, flows: Flows) -> str | None:
    told = _any_flow(params, browser, dict(flows))
    if told is not None:
        flows.pop(browser, None)
    return told


def _state_may_be_missing(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, without="" if "state" in params else "state")


def _one_of_two(params: Params, browser: str, flows: Flows) -> str | None:
    flow = flows.get(browser, {"state": ""})
    return judge(params, browser, flows, without="iss" if params.get("state") == flow["state"] else "state")


def _empty_text(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows) or ""


def _same_server_ends(params: Params, browser: str, flows: Flows) -> str | None:
    issuer = flows.get(browser, {}).get("issuer")
    told = judge(params, browser, flows)
    if told is not None:
        for name in [name for name, flow in flows.items() if flow["issuer"] == issuer]:
            del flows[name]
    return told


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


def _iss_any_capitals(params: Params, browser: str, flows: Flows) -> str | None:
    return judge(params, browser, flows, same=lambda given, kept: (given or "").lower() == kept)


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


def _ends_with_an_error(params: Params, browser: str, flows: Flows) -> str | None:
    flow = flows.get(browser)
    mine = flow is not None and (params.get("state"), params.get("iss")) == (flow["state"], flow["issuer"])
    return judge(params, browser, flows, ends="always" if mine and "error" in params else "ok")


def _ends_if_the_state_is_wrong(params: Params, browser: str, flows: Flows) -> str | None:
    flow = flows.get(browser)
    forged = flow is not None and params.get("state") != flow["state"]
    return judge(params, browser, flows, ends="always" if forged else "ok")


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


WRONG = (
    Mistake("You do not compare the state: a forged callback gets through.", _without("state")),
    Mistake("You let an answer without `state` through. A forged one has none.", _state_may_be_missing),
    Mistake("You look for the state in every browser's flow. It has to be this browser's.", _any_flow),
    Mistake("You look for the state in every browser's flow. It has to be this browser's.",
            _any_flow_and_this_one_ends),
    Mistake("One of the two is enough for you. Both `state` and `iss` have to be right.", _one_of_two),
    Mistake("You let an answer without `iss` through. An attacker would leave it out.", _iss_optional),
    Mistake("You let an answer without `iss` through. An attacker would leave it out.", _iss_may_be_missing),
    Mistake("You do not compare `iss`: the mix-up gets through.", _without("iss")),
    Mistake("You compare `iss` by its beginning. It must be equal.", _iss_begins),
    Mistake("You ignore a slash at the end of `iss`. It must be equal, character for character.", _iss_slash),
    Mistake("You compare `iss` without regard to capitals. It must be equal, character for character.",
            _iss_any_capitals),
    Mistake("You do not look for `error`. With it the answer is no success.", _without("error")),
    Mistake("You never delete the flow, so one answer works twice (`flows = …` only makes another dict).",
            _never_ends),
    Mistake("You delete the flow even where you refuse: a forged answer then ends Ada's own flow.", _always_ends),
    Mistake("You delete the flow where there is an `error` or no code. The text says: change nothing.",
            _ends_if_known),
    Mistake("You delete the flow where there is an `error`. The text says: change nothing.", _ends_with_an_error),
    Mistake("You delete the flow even where you refuse: a forged answer then ends Ada's own flow.",
            _ends_if_the_state_is_wrong),
    Mistake("You let an empty `error` pass. Whether the parameter is there is what counts.", _error_not_empty),
    Mistake("You return an empty code. It counts as missing.", _empty_code),
    Mistake("You delete every flow. Only this browser's ends: Bob's is still open.", _all_end),
    Mistake("You delete all flows that were begun with this server. Only this browser's ends.",
            _same_server_ends),
    Mistake("You set the flow to None, and its key stays: `del flows[browser]`.", _none_left),
    Mistake("You refuse every answer, even the right one. Look the flow up by `browser`; then compare `state` with "
            "its `state`, and `iss` with its `issuer`: in `params` the issuer is called `iss`, and only in the "
            "flow `issuer`.", _iss_by_another_name),
    Mistake("Where you refuse, return None, not an empty string.", _empty_text),
    Mistake("You take an empty `browser` for none. An empty string can have a flow, too.", _empty_browser),
)  # fmt: skip
