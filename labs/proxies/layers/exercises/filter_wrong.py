"""Packet filters as people get them wrong: each is a whole answer, with one fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from labs.proxies.layers.exercises.networks import by_octets, within

Table = dict[str, Any]
FIELDS = ("source", "destination", "protocol", "port")


def match(
    rule: Table, packet: Table, fields: Sequence[str] = FIELDS, inside: Callable[[str, str], bool] = within,
    combine: Callable[[list[bool]], bool] = all,
) -> bool:  # fmt: skip
    """Whether the rule matches, but for what is given."""
    held = []
    for field in fields:
        if field in rule:
            near = field in ("source", "destination")
            held.append(inside(packet[field], rule[field]) if near else packet[field] == rule[field])
    return combine(held)


def decide(rules: list[Table], packet: Table, default: str = "drop", **changed: Any) -> str:
    """The first match decides, but for what is given."""
    return next((rule["action"] for rule in rules if match(rule, packet, **changed)), default)


def packet_filter(rules: list[Table], packet: Table) -> str:
    """The right answer."""
    return decide(rules, packet)


def last_match(rules: list[Table], packet: Table) -> str:
    """From the end."""
    return decide(rules[::-1], packet)


def default_accept(rules: list[Table], packet: Table) -> str:
    """Open by default."""
    return decide(rules, packet, default="accept")


def drop_wins(rules: list[Table], packet: Table) -> str:
    """Any drop decides."""
    found = [rule["action"] for rule in rules if match(rule, packet)]
    return "accept" if found and "drop" not in found else "drop"


def accept_wins(rules: list[Table], packet: Table) -> str:
    """Any accept decides."""
    return "accept" if any(rule["action"] == "accept" and match(rule, packet) for rule in rules) else "drop"


def first_only(rules: list[Table], packet: Table) -> str:
    """The first rule or nothing."""
    return decide(rules[:1], packet)


def one_is_enough(rules: list[Table], packet: Table) -> str:
    """Any condition will do."""
    return decide(rules, packet, combine=lambda held: not held or any(held))


def no_destination(rules: list[Table], packet: Table) -> str:
    """The destination does not matter."""
    return decide(rules, packet, fields=("source", "protocol", "port"))


def no_source(rules: list[Table], packet: Table) -> str:
    """The source does not matter."""
    return decide(rules, packet, fields=("destination", "protocol", "port"))


def no_protocol(rules: list[Table], packet: Table) -> str:
    """TCP or UDP, all the same."""
    return decide(rules, packet, fields=("source", "destination", "port"))


def no_port(rules: list[Table], packet: Table) -> str:
    """The port does not matter."""
    return decide(rules, packet, fields=FIELDS[:3])


def zero_is_any(rules: list[Table], packet: Table) -> str:
    """Port 0 is falsy."""
    return decide([{k: v for k, v in rule.items() if v} for rule in rules], packet)


def prefix(rules: list[Table], packet: Table) -> str:
    """Networks as the beginnings of strings."""

    def begins(address: str, network: str) -> bool:
        return address.startswith(network.partition("/")[0].rstrip("0:.") or "")

    return decide(rules, packet, inside=begins)


def no_ipv6(rules: list[Table], packet: Table) -> str:
    """IPv6 is forgotten."""
    return decide(rules, packet, inside=lambda a, n: ":" not in a and ":" not in n and within(a, n))


def zero_is_everything(rules: list[Table], packet: Table) -> str:
    """0.0.0.0/0 stands for any address."""
    return decide(rules, packet, inside=lambda a, n: n == "0.0.0.0/0" or within(a, n))


def hosts_only(rules: list[Table], packet: Table) -> str:
    """Neither the first nor the last address of a network."""

    def among_hosts(address: str, network: str) -> bool:
        net, one = ip_network(network), ip_address(address)
        edge = net.num_addresses > 2 and one in (net.network_address, net.broadcast_address)
        return one in net and not edge

    return decide(rules, packet, inside=among_hosts)


def none_is_never(rules: list[Table], packet: Table) -> str:
    """A rule without conditions matches nothing."""
    return decide(rules, packet, combine=lambda held: bool(held) and all(held))


def any_of(rules: list[Table], packet: Table) -> str:
    """`any` in the place of `all`: of no conditions, none holds."""
    return decide(rules, packet, combine=any)


def missing_is_no(rules: list[Table], packet: Table) -> str:
    """`rule.get(field)` is compared, None too."""
    return decide([rule for rule in rules if all(field in rule for field in FIELDS)], packet)


def missing_is_ipv4(rules: list[Table], packet: Table) -> str:
    """`rule.get("source", "0.0.0.0/0")`."""
    anywhere = {"source": "0.0.0.0/0", "destination": "0.0.0.0/0"}
    return decide([anywhere | rule for rule in rules], packet)


def most_conditions(rules: list[Table], packet: Table) -> str:
    """The most particular rule decides, the first of several."""
    found = [rule for rule in rules if match(rule, packet)]
    return str(max(found, key=len)["action"]) if found else "drop"


def swapped(rules: list[Table], packet: Table) -> str:
    """The two ends mixed up."""
    return decide(rules, packet | {"source": packet["destination"], "destination": packet["source"]})


def octets(rules: list[Table], packet: Table) -> str:
    """Numbers between the dots in the place of bits."""
    return decide(rules, packet, inside=by_octets)


def as_text(rules: list[Table], packet: Table) -> str:
    """The address is compared with the network's name."""
    return decide(rules, packet, inside=lambda address, network: address == network.removesuffix("/32"))


def port_begins(rules: list[Table], packet: Table) -> str:
    """A port as the beginning of another."""
    port = str(packet["port"])
    begins = [rule for rule in rules if port.startswith(str(rule.get("port", "")))]
    return decide([rule | {"port": packet["port"]} for rule in begins], packet)
