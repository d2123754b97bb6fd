"""Nine packets come to a firewall, between an office (10.0.0.0/8, 2001:db8:1::/48) and the rest of the world."""

from __future__ import annotations

from labs.kit.trace import Fault, Trace
from labs.proxies.layers.filter import ACCEPT, Rule, deciding, verdict
from labs.proxies.layers.packet import Packet
from labs.proxies.layers.stateful import Stateful

KINDS = ("packet filter", "stateful filter")
ORDERS = ("deny first", "exception first")
SSH, DNS, HTTPS = (22, 22), (53, 53), (443, 443)

DENY, EXCEPTION = Rule("drop", protocol="tcp", port=SSH), Rule("accept", "203.0.113.32/28", protocol="tcp", port=SSH)
INSIDE = [Rule("accept", "10.0.0.0/8"), Rule("accept", "2001:db8:1::/48")]
ANSWERS = [Rule("accept", protocol="udp", source_port=DNS), Rule("accept", protocol="tcp", source_port=HTTPS)]
WEB = Rule("accept", destination="10.0.0.80/32", protocol="tcp", port=HTTPS)

# What each packet is, and the packet.
PACKETS = (
    ("the office asks for a name", Packet("udp", "10.0.0.7", 40000, "192.0.2.53", 53)),
    ("the answer to that", Packet("udp", "192.0.2.53", 53, "10.0.0.7", 40000)),
    ("nobody asked for this", Packet("udp", "198.51.100.66", 53, "10.0.0.9", 5353)),
    ("the office opens a page", Packet("tcp", "10.0.0.7", 41000, "192.0.2.80", 443)),
    ("the answer to that", Packet("tcp", "192.0.2.80", 443, "10.0.0.7", 41000)),
    ("a stranger tries ssh", Packet("tcp", "198.51.100.66", 42000, "10.0.0.5", 22)),
    ("the administrator, by ssh", Packet("tcp", "203.0.113.40", 43000, "10.0.0.5", 22)),
    ("a stranger, over IPv6", Packet("tcp", "2001:db8:66::1", 44000, "2001:db8:1::80", 443)),
    ("more of the page", Packet("tcp", "192.0.2.80", 443, "10.0.0.7", 41000)),
)
STEP = 2.0


def rules_of(kind: str, order: str) -> list[Rule]:
    """The rules of the office. A packet filter has to let answers in by their source port."""
    ssh = [DENY, EXCEPTION] if order == ORDERS[0] else [EXCEPTION, DENY]
    return [*ssh, *INSIDE, *(ANSWERS if kind == KINDS[0] else []), WEB]


def gate(kind: str = KINDS[0], order: str = ORDERS[0], *, faults: tuple[Fault, ...] = (), seed: int = 0) -> Trace:
    """The packets, one every two seconds. A fault "forget" empties the table of a stateful filter."""
    if kind not in KINDS or order not in ORDERS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}, and order one of {', '.join(ORDERS)}")
    for fault in faults:
        if fault.kind != "forget" or kind == KINDS[0]:
            raise ValueError("only a stateful filter has a table, and all that can go wrong is that it forgets it")
    trace = Trace({"kind": kind, "order": order}, faults, seed, end=STEP * len(PACKETS) + 2)
    rules = rules_of(kind, order)
    stateful, due = Stateful(rules), sorted(faults, key=lambda fault: fault.t)
    for n, (what, packet) in enumerate(PACKETS):
        t = 1 + n * STEP
        while due and due[0].t <= t:
            trace.emit(due.pop(0).t, "forget", "firewall", flows=len(stateful.table))
            stateful.table.clear()
        known = kind == KINDS[1] and stateful.known(t, packet)
        became = stateful.verdict(t, packet) if kind == KINDS[1] else verdict(rules, packet)
        place = None if known else deciding(rules, packet)
        trace.emit(t, "packet", "firewall", n=n, what=what, packet=packet, verdict=became, rule=place, known=known,
                   flows=len(stateful.table) if kind == KINDS[1] else 0)  # fmt: skip
    for fault in due:
        trace.emit(fault.t, "forget", "firewall", flows=len(stateful.table))
        stateful.table.clear()
    return trace


def let_in(trace: Trace, what: str) -> bool:
    """Whether the first packet that is this was accepted."""
    return next(bool(e["verdict"] == ACCEPT) for e in trace.of("packet") if e["what"] == what)


def told(rule: Rule) -> str:
    """A rule as one line."""
    parts = [rule.protocol or "any"]
    if rule.source:
        parts.append(f"from {rule.source}")
    if rule.source_port:
        parts.append(f"from port {rule.source_port[0]}")
    if rule.destination:
        parts.append(f"to {rule.destination}")
    if rule.port:
        parts.append(f"to port {rule.port[0]}")
    return f"{rule.action}: {' '.join(parts)}"
