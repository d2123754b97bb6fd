"""Lesson 14: the packet filter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import word
from labs.proxies.layers.exercises import filter_wrong as wrong
from labs.proxies.layers.exercises.networks import BY_OCTETS

Case = tuple[list[dict[str, Any]], dict[str, Any]]
SOURCES = (
    "10.0.0.7", "10.0.1.7", "100.0.0.7", "192.0.2.9", "10.0.0.0", "10.0.0.255", "10.255.255.255", "172.31.0.9",
    "172.32.0.9", "2001:db8::7", "2001:db8:1::7", "2001:db8::",
)  # fmt: skip
IPV4 = sum(":" not in source for source in SOURCES)
NETWORKS = ("10.0.0.0/24", "10.0.0.0/8", "172.16.0.0/12", "0.0.0.0/0", "192.0.2.9/32", "2001:db8::/32", "::/0")


def _cases() -> Iterator[Case]:
    for source, port in product(SOURCES, (22, 443, 0)):
        packet = {"source": source, "destination": "10.0.0.80", "protocol": "tcp", "port": port}
        if ":" in source:
            packet["destination"] = "2001:db8::80"
        yield [], packet
        yield [{"action": "accept"}], packet
        for network in NETWORKS:
            yield [{"action": "accept", "source": network}], dict(packet)
            yield [{"action": "accept", "destination": network}], dict(packet)
        ssh, near = {"action": "drop", "port": 22}, {"action": "accept", "source": "10.0.0.0/8"}
        yield [ssh, near], dict(packet)
        yield [near, ssh], dict(packet)
        yield [{"action": "accept", "port": 0}], dict(packet)
        yield [{"action": "accept", "port": 22}], packet | {"port": 2222}
        yield [{"action": "accept", "source": "10.0.0.0/8", "port": 443}], dict(packet)
        yield [{"action": "accept", "protocol": "udp"}, {"action": "drop"}, {"action": "accept"}], dict(packet)
        yield [{"action": "accept", "protocol": "tcp", "destination": "10.0.0.80/32"}], dict(packet)


def _strategy() -> Any:
    from hypothesis import strategies as st

    rule = st.fixed_dictionaries(
        {"action": st.sampled_from(["accept", "drop"])},
        optional={
            "source": st.sampled_from(NETWORKS),
            "destination": st.sampled_from(NETWORKS),
            "protocol": st.sampled_from(["tcp", "udp"]),
            "port": st.sampled_from([0, 22, 443]),
        },
    )
    protocol, port = st.sampled_from(["tcp", "udp"]), st.sampled_from([0, 22, 443])
    packets = [
        st.fixed_dictionaries(
            {"source": st.sampled_from(some), "destination": st.sampled_from(some), "protocol": protocol, "port": port}
        )
        for some in (SOURCES[:IPV4], SOURCES[IPV4:])
    ]
    return st.tuples(st.lists(rule, max_size=12), st.one_of(packets))


def _read(case: Case, answer: Any) -> str:
    return word(answer, ("accept", "drop"))


def _why(rules: list[dict[str, Any]], packet: dict[str, Any]) -> str:
    """Why the verdict is what it is: a fact of this case, whatever was answered."""
    first = next((n for n, rule in enumerate(rules, 1) if wrong.match(rule, packet)), None)
    if len(rules) != 1:
        return f"rule {first} is the first that matches" if first else "no rule matches it"
    (rule,) = rules
    for field in wrong.FIELDS:
        if field in rule and not wrong.match({field: rule[field]}, packet):
            within = "in " if field in ("source", "destination") else ""
            return f"its {field}, {packet[field]}, is not {within}{rule[field]}"
    networks = [field for field in ("source", "destination") if field in rule]
    if networks:
        return f"its {networks[0]}, {packet[networks[0]]}, is in {rule[networks[0]]}"
    return "the rule sets no condition" if rule.keys() == {"action"} else "every condition of the rule holds"


def _right(case: Case, answer: str) -> None:
    right = wrong.decide(*case)
    if answer != right:
        raise Wrong(f"The verdict on this packet is {right}: {_why(*case)}.", right)


FILTER = Exercise(
    id="proxies-packet-filter",
    lesson="14",
    title="A packet filter",
    points=2,
    reference=wrong.packet_filter,
    cases=_cases,
    strategy=_strategy,
    shape="Returns accept or drop",
    read=_read,
    keeps=True,
    properties=(("Gives the verdict of the first rule that matches", _right),),
    wrong=(
        Mistake("You let the last rule that matches decide. The first one does.", wrong.last_match),
        Mistake("You accept what no rule matches. The default is to drop it.", wrong.default_accept),
        Mistake("You let any matching drop win, wherever it stands. The first match decides.", wrong.drop_wins),
        Mistake("You let any matching accept win, wherever it stands. The first match decides.", wrong.accept_wins),
        Mistake("You look at the first rule only. If it does not match, the next one is tried.", wrong.first_only),
        Mistake("One condition is enough for you. A rule matches if all its conditions hold.", wrong.one_is_enough),
        Mistake(
            "One condition is enough for you, and a rule without any never matches. All that it has must hold.",
            wrong.any_of,
        ),
        Mistake("A key that is missing sets no condition. For you it is one that never holds.", wrong.missing_is_no),
        Mistake(
            "You put 0.0.0.0/0 in the place of a missing network. It holds no IPv6 address: leave that condition out.",
            wrong.missing_is_ipv4,
        ),
        Mistake(
            "You let the rule with the most conditions decide. The first that matches does.", wrong.most_conditions
        ),
        Mistake("You look for the source in the destination's network, and the other way round.", wrong.swapped),
        Mistake("You do not look at the destination.", wrong.no_destination),
        Mistake("You do not look at the source.", wrong.no_source),
        Mistake("You do not look at the protocol.", wrong.no_protocol),
        Mistake("You do not look at the port.", wrong.no_port),
        Mistake("You take port 0 in a rule for no condition at all. Ask whether the key is there.", wrong.zero_is_any),
        Mistake(
            "You compare the beginnings of strings. 100.0.0.7 begins with 10, and is not in 10.0.0.0/8.", wrong.prefix
        ),
        Mistake(BY_OCTETS, wrong.octets),
        Mistake(
            "You compare an address with a network as text. Ask whether the address is in the network.", wrong.as_text
        ),
        Mistake("You compare ports as text, by their beginnings. 2222 is not 22.", wrong.port_begins),
        Mistake("You leave out a network's first and last address. They are in it, too.", wrong.hosts_only),
        Mistake("You match no rule that has no conditions. It matches every packet.", wrong.none_is_never),
        Mistake("You match no IPv6 address. A rule may name an IPv6 network.", wrong.no_ipv6),
        Mistake("You take 0.0.0.0/0 for every address. It holds the IPv4 addresses only.", wrong.zero_is_everything),
    ),
    hints=(
        "Write a small function first: does this rule match this packet?",
        "`ip_address(a) in ip_network(n)` is False where one is IPv4 and the other IPv6: just what is wanted.",
        'A condition that is missing holds. Ask `"port" in rule`, since a port may be 0.',
    ),
)
