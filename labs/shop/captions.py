"""What is said about a run of the shop: the story of one order, an incident and what follows, and the verdict."""

from __future__ import annotations

from labs.kit.trace import Event, Trace
from labs.shop.promises import PROMISES
from labs.shop.rounds import EVERY

STRUCK = {  # incident → the station that it strikes
    "crowd": "proxy", "slow": "servers", "restart": "service", "stall": "service", "kill": "saga", "outage": "saga",
    "repeat": "saga", "crash": "invoices", "stuck": "invoices", "evicted": "invoices", "retry": "invoices",
    "poison": "log",
    "rotate": "proxy", "log kill": "log", "log slow": "log",
}  # fmt: skip
FOLLOWED = 1  # the order that a day without an incident tells of
STORY = {  # what happens to it, in words
    "arrive": "Follow order 1. It comes to the proxy, with a token.",
    "enter": "The proxy finds the key that signed the token, and lets the order in.",
    "pick": "The balancer picks server {who}, the least busy one.",
    "look": "The service looks up the catalogue, and whether the customer may buy: in the cache, or else in the "
    "database.",
    "accept": "It answers “accepted”, {latency:.1f} s after the order came. That time is what p95 is about.",
    "reserve": "The orchestrator begins a saga. The item is reserved.",
    "charge": "The card is charged 30.",
    "book": "A van is booked.",
    "approved": "The order is approved, and waits to be published to the log.",
    "log acked": "Every broker in sync has it: the log has acknowledged it.",
    "booked": "The consumer has read it and put it on the customer's invoice.",
    "mailed": "The customer is told by mail. One order is done; the others go the same way.",
}


class Teller:
    """Which events get a caption: the incident, what it leads to, and every promise that breaks."""

    def __init__(self, trace: Trace) -> None:
        self.chosen = EVERY[trace.settings["round"]]
        self.told: set[str] = set()
        self.slow = ""  # the server that is slow

    def tell(self, event: Event) -> str:
        """A sentence, or nothing."""
        kind = event.kind
        if self.chosen.number == 0:
            told = STORY.get(event.get("action", kind), "") if event.get("order") == FOLLOWED else ""
            return told.format(**{"who": event.who, **event.data})
        if kind == "arrive" and event["thief"]:
            kind = "thief"
        if kind == "look" and "restart" in self.told:
            kind = "miss"
        elif kind == "pick" and event.who == self.slow and "out" in self.told:  # once the rest is told
            kind = "unlucky"
        elif kind == "slow":
            self.slow = event.who
        if kind == "broken":
            return f"A promise is broken: {event['why']}."
        once = {
            "arrive": "Orders come in; each is a numbered chip on its way through the shop.",
            "turned": "The forged token is refused.",
            "crowd": self.chosen.told,
            "slow": self.chosen.told,
            "restart": self.chosen.told,
            "miss": f"Order {event.get('order')} needs the catalogue, and the cache does not have it.",
            "unlucky": f"Order {event.get('order')} is sent to the slow server all the same.",
            "stall": "Eve's order has read “active” in the database. Now its server pauses, before it fills the cache.",
            "rotate": self.chosen.told,
            "repeat": self.chosen.told,
            "poison": self.chosen.told,
            "outage": "A card has been charged, and the payment service dies before it can say so.",
            "log slow": "Broker b2 falls behind. Soon it is no longer in sync.",
            "log kill": f"The leader {event.who} dies. Its last record is on no other broker yet.",
            "back": "The backlog is full.",
            "aside": "A record has failed for good. It is put aside, for an operator to mend.",
            "retry": f"The consumer cannot process order {event.get('order')}. It tries again, and pauses in between; "
            "all others wait behind it.",
            "stuck": "The consumer tries the same record again and again; all others wait behind it.",
            "mended": "The operator has mended the record, and sends it to the end of the log.",
            "login": "A token is refused, and its customer logs in again.",
            "out": "Eve is blocked: from now on no order of hers may be accepted.",
        }
        many = {
            "thief": f"The thief comes with a token for {event.who}, forged with the leaked key.",
            "evicted": "The consumer has not polled for 20 s: the group removes it. The next one starts with the same "
            "record.",
            "kill": f"The orchestrator is killed, and is back {event.get('seconds', 0):g} s later.",
            "crash": f"The consumer of the invoices dies{_of(event)}. Another resumes where the group has committed.",
            "log leads": f"Broker {event.who} leads now.",
        }
        if kind in once and kind not in self.told:
            self.told.add(kind)
            return once[kind]
        if kind in many and not (kind == "log leads" and event.t == 0):
            return many[kind] if sum(name.startswith(kind) for name in self.told) < 3 and not self._count(kind) else ""
        return ""

    def _count(self, kind: str) -> bool:
        """Whether it has been told twice."""
        n = sum(name.startswith(f"{kind} #") for name in self.told)
        self.told.add(f"{kind} #{n + 1}")
        return n >= 2


def stills(trace: Trace) -> list[float]:
    """The incident, what decides it, and the first promise that breaks."""
    moments = [event.t for event in trace if event.kind in STRUCK][:1]
    for kind in ("log kill", "evicted", "broken"):
        moments += [event.t for event in trace.of(kind)][:1]
    return sorted(set(moments))


def verdict(trace: Trace) -> str:
    """The last caption: which promises are broken."""
    gone = [PROMISES[event.who] for event in trace.of("broken")]
    return f"The round is over. Broken: {', '.join(gone)}." if gone else "The round is over, and every promise is kept."


def _of(event: Event) -> str:
    """What it died of, where that was a mistake in a piece."""
    return f" ({event['why']})" if event.get("why") else ""
