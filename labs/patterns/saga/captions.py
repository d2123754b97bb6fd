"""What the picture of a saga says: a sentence for each event that matters, true of what it changed."""

from __future__ import annotations

from collections.abc import Callable

from labs.kit.trace import Event, Trace
from labs.patterns.saga import steps
from labs.patterns.saga.orchestration import TRIES
from labs.patterns.saga.world import LATE, PATIENCE

Told = str | tuple[str, str]


def teller(trace: Trace) -> Callable[[Event], Told]:
    """What to say of each event of this run."""
    first: dict[tuple[str, str, str], float] = {}  # when an event was first sent to a listener
    asks = _Asks()

    def tell(e: Event) -> Told:
        if e.kind == "send" and trace.settings["style"] == "choreographed":
            sent = first.setdefault((e.who, e["goal"], e["label"]), e.t)
            late = f"The {e['goal']} service has not acknowledged “{e['label']}”: the broker delivers it again."
            return ("again", late) if e.t > sent else ""
        if e.kind in ("send", "noted") and e.who == "order":
            return asks(e, trace)
        if e.kind == "commit":
            return _undone(e) if e["action"] in steps.UNDOES else _taken(e)
        if e.kind == "over":
            return _over(e, trace)
        return _service(e)

    return tell


class _Asks:
    """What is told of an orchestrator that asks again, or gives up asking, and why."""

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}  # action -> when it was last sent
        self.noted: Event | None = None

    def __call__(self, e: Event, trace: Trace) -> Told:
        if e.kind == "noted":
            self.noted = e
            open_ = f"No reply to {TRIES} requests: the order service notes the outcome of {e['action']} as unknown."
            return ("unknown", open_) if e["outcome"] == "unknown" else ""
        action, before = e["label"], self.sent.get(e["label"], e.t)
        self.sent[action] = e.t
        noted = self.noted if self.noted and self.noted.t == e.t else None
        if noted and noted["outcome"] == "unknown":
            if steps.UNDOES.get(action) == noted["action"]:
                return ("unknown", f"It may have taken place, so {action} comes next.")
            return ("unknown", "It asks again.") if before < e.t else ""
        if before == e.t:  # the first of its name, or a duplicate
            return ""
        if noted:
            return f"The order service sends {action} again."
        if any(back.t == e.t for back in trace.of("restart", who="order")):
            return ("restart", f"It reads its log, and sends {action} again.")
        return f"No reply to {action} for {PATIENCE:g} s: the order service asks again."


def _service(e: Event) -> Told:
    if e.kind == "crash" and e["again"]:
        return f"The {e.who} service crashes again as it starts."
    if e.kind == "crash":
        return f"The {e.who} service crashes. Its database survives; messages that arrive now are missed."
    sentences: dict[str, Told] = {
        "restart": ("restart", f"The {e.who} service is back."),
        "ordered again": ("restart", "Its customer sends the order again."),
        "twice": "The next message, if one comes, is delivered twice.",
        "late": f"The next message, if one comes, takes {LATE:g} s.",
        "forgotten": ("restart", "It kept the saga in memory only, and has forgotten this order."),
    }
    return sentences.get(e.kind, "")


def _taken(e: Event) -> str:
    """What a step has done, which may be nothing."""
    action, who = e["action"], f"the {e.who} service"
    if e["outcome"] == "done":
        if not e["changed"]:
            return f"{action} again: {who} knows the key, changes nothing, and answers as before."
        if e["had"]:
            return f"{action} again: {who} knows no keys, and takes it once more."
        return f"{action}: {who} commits its local transaction."
    if e["closed"] == "undone":
        return f"{action}: it comes after its compensation. The key is closed, so {who} says no."
    return f"{action}{' again' * bool(e['closed'])}: {who} has to say no."


def _undone(e: Event) -> str:
    """What a compensation has done, which may be nothing."""
    action = e["action"]
    if e["changed"]:
        return f"{action}: a compensation, a new transaction that undoes what was committed."
    if e["closed"] == "undone":
        return f"{action} again: it is undone already, and nothing changes."
    late = f" It closes the key, in case the {steps.UNDOES[action]} comes later." if e["closes"] else ""
    return f"{action}: nothing was taken, so there is nothing to give back.{late}"


def _over(e: Event, trace: Trace) -> str:
    """The end of an order is that of its saga, unless services that listen have not yet compensated."""
    listening = trace.settings["style"] == "choreographed" and not e["well"]
    if listening and any(later["changed"] for later in trace.of("commit") if later.t > e.t):
        return "The order is rejected, and what was done before is still being undone."
    return f"The order is {'approved' if e['well'] else 'rejected'}: the saga is over."
