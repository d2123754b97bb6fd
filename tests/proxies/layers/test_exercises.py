"""Answers to lesson 14's exercises as learners write them: the right ones pass, the wrong ones are told why."""

from ipaddress import ip_address, ip_network

import pytest

from labs.proxies.layers.client_address import node
from tests.kit.answers import Answers, fails, passes, right_ones, wrong_ones

FILTER, STATEFUL, CLIENT = (
    Answers("proxies-packet-filter"), Answers("proxies-stateful"), Answers("proxies-client-address"),
)  # fmt: skip


def matches(rule, packet):
    for end in ("source", "destination"):
        if end in rule and ip_address(packet[end]) not in ip_network(rule[end]):
            return False
    return all(rule[what] == packet[what] for what in ("protocol", "port") if what in rule)


def ours(address, trusted):
    return any(ip_address(address) in ip_network(network) for network in trusted)


@FILTER.right
def by_recursion(rules, packet):
    if not rules:
        return "drop"
    return rules[0]["action"] if matches(rules[0], packet) else by_recursion(rules[1:], packet)


@FILTER.wrong()
def uses_the_rules_up(rules, packet):
    while rules:
        rule = rules.pop(0)
        if matches(rule, packet):
            return rule["action"]
    return "drop"


@FILTER.wrong("first and last address")
def only_hosts(rules, packet):
    for rule in rules:
        edges = [
            address
            for end in ("source", "destination")
            if end in rule and (network := ip_network(rule[end])).num_addresses > 2
            for address in (network[0], network[-1])
            if str(address) == packet[end]
        ]
        if matches(rule, packet) and not edges:
            return rule["action"]
    return "drop"


@FILTER.wrong("no conditions")
def wants_a_condition(rules, packet):
    return next((rule["action"] for rule in rules if len(rule) > 1 and matches(rule, packet)), "drop")


@FILTER.right
def by_whole_numbers(rules, packet):
    def inside(address, network):
        one, net = ip_address(address), ip_network(network)
        return one.version == net.version and net[0] <= one <= net[-1]

    for rule in rules:
        ends = [inside(packet[end], rule[end]) for end in ("source", "destination") if end in rule]
        if all(ends) and all(packet[what] == rule[what] for what in rule.keys() & {"protocol", "port"}):
            return rule["action"]
    return "drop"


def whole_bytes(address, network):
    """A network as so many numbers between the dots: right where its length is 8, 16, 24 or 32."""
    if ":" in address + network:
        return ip_address(address) in ip_network(network)
    start, _, bits = network.partition("/")
    whole = int(bits) // 8
    return address.split(".")[:whole] == start.split(".")[:whole]


def by_each(rules, packet, inside, missing=None):
    for rule in rules:
        networks = {end: rule.get(end, missing) for end in ("source", "destination")}
        near = all(inside(packet[end], network) for end, network in networks.items() if network)
        if near and all(rule.get(what, packet[what]) == packet[what] for what in ("protocol", "port")):
            return rule["action"]
    return "drop"


def by_addresses(address, network):
    return ip_address(address) in ip_network(network)


@FILTER.wrong()
def whole_bytes_only(rules, packet):
    return by_each(rules, packet, whole_bytes)


@FILTER.wrong("0.0.0.0/0 in the place")
def anywhere_is_ipv4(rules, packet):
    return by_each(rules, packet, by_addresses, missing="0.0.0.0/0")


@FILTER.wrong("never holds")
def no_key_no_match(rules, packet):
    for rule in rules:
        near = (by_addresses(packet[end], rule.get(end, "0.0.0.0/0")) for end in ("source", "destination"))
        if all(near) and all(rule.get(what) == packet[what] for what in ("protocol", "port")):
            return rule["action"]
    return "drop"


@FILTER.wrong("2222 is not 22")
def ports_as_text(rules, packet):
    near = [rule for rule in rules if str(packet["port"]).startswith(str(rule.get("port", packet["port"])))]
    return by_each([{**rule, "port": packet["port"]} for rule in near], packet, by_addresses)


@STATEFUL.right
def looks_back(packets, timeout):
    verdicts = []
    for n, (t, direction, protocol, *ends) in enumerate(packets):
        verdict = "accept" if direction == "out" else "drop"
        for before in range(n - 1, -1, -1) if direction == "in" else ():
            t2, direction2, protocol2, *ends2 = packets[before]
            wanted = ends[2:] + ends[:2] if direction2 == "out" else ends
            if verdicts[before] == "accept" and protocol2 == protocol and ends2 == wanted:
                verdict = "accept" if t - t2 <= timeout else "drop"
                break
        verdicts.append(verdict)
    return verdicts


@STATEFUL.right
def throws_old_ones_out(packets, timeout):
    table, verdicts = {}, []
    for t, direction, protocol, a, p, b, q in packets:
        table = {flow: last for flow, last in table.items() if last >= t - timeout}
        flow = (protocol, (a, p), (b, q)) if direction == "out" else (protocol, (b, q), (a, p))
        known = direction == "out" or flow in table
        if known:
            table[flow] = t
        verdicts.append("accept" if known else "drop")
    return verdicts


TABLE = {}


def with_a_table(table, known, swapped=lambda a, p, b, q: [(b, q, a, p)]):
    def answer(packets, timeout):
        last, verdicts = table(), []
        for t, direction, protocol, *ends in packets:
            flows = [(protocol, *ends)] if direction == "out" else [(protocol, *way) for way in swapped(*ends)]
            found = [flow for flow in flows if direction == "out" or known(last, flow, t, timeout)]
            if found:
                last[found[0]] = t
            verdicts.append("accept" if found else "drop")
        return verdicts

    return answer


def in_time(last, flow, t, timeout):
    return flow in last and t - last[flow] <= timeout


STATEFUL.right(with_a_table(dict, in_time))
STATEFUL.wrong("0 is falsy")(
    with_a_table(dict, lambda last, flow, t, timeout: last.get(flow) and t - last[flow] <= timeout)
)
STATEFUL.wrong("ends not swapped")(with_a_table(dict, in_time, lambda a, p, b, q: [(b, q, a, p), (a, p, b, q)]))


STATEFUL.wrong("addresses and not the ports")(with_a_table(dict, in_time, lambda a, p, b, q: [(b, p, a, q)]))
STATEFUL.wrong("all UDP")(
    with_a_table(dict, lambda last, flow, t, timeout: flow[0] == "udp" or in_time(last, flow, t, timeout))
)


no_far_port = with_a_table(dict, lambda last, flow, t, timeout: any(
    known[:4] == flow[:4] and t - seen <= timeout for known, seen in last.items()
))  # fmt: skip


@STATEFUL.wrong()
def uses_the_packets_up(packets, timeout):
    copied = list(packets)
    packets.clear()
    return with_a_table(dict, in_time)(copied, timeout)


@CLIENT.right
def with_a_copy(peer, entries, trusted):
    rest, found = [entry for entry in entries if entry.strip()], peer
    while found is not None and rest and ours(found, trusted):
        found = node(rest.pop())
    return found


@CLIENT.wrong()
def turns_the_list_round(peer, entries, trusted):
    entries.reverse()
    return with_a_copy(peer, entries[::-1], trusted)


@CLIENT.wrong("first trusted network only")
def one_network(peer, entries, trusted):
    return with_a_copy(peer, entries, trusted[:1])


@CLIENT.wrong()
def trusts_whole_bytes(peer, entries, trusted):
    rest, found = [entry for entry in entries if entry.strip()], peer
    while found is not None and rest and any(whole_bytes(found, network) for network in trusted):
        found = node(rest.pop())
    return found


@CLIENT.wrong("as text, by their beginnings")
def trusts_beginnings(peer, entries, trusted):
    rest, found = [entry for entry in entries if entry.strip()], peer
    while (
        found is not None
        and rest
        and any(found.startswith(network.split("/")[0].rstrip("0").rstrip(".:")) for network in trusted)
    ):
        found = node(rest.pop())
    return found


@CLIENT.wrong("ask whether it is in one of the networks")
def looks_for_the_text(peer, entries, trusted):
    rest, found = [entry for entry in entries if entry.strip()], peer
    while found is not None and rest and found in trusted:
        found = node(rest.pop())
    return found


@CLIENT.wrong("never need it")
def one_bad_entry_spoils_all(peer, entries, trusted):
    filled = [entry for entry in entries if entry.strip()]
    return None if None in map(node, filled) else with_a_copy(peer, entries, trusted)


@CLIENT.wrong("spaces only")
def spaces_are_an_entry(peer, entries, trusted):
    rest, found = [entry for entry in entries if entry], peer
    while found is not None and rest and ours(found, trusted):
        found = node(rest.pop())
    return found


@CLIENT.wrong("Without trusted networks")
def nobody_trusted_is_everybody(peer, entries, trusted):
    filled = [entry for entry in entries if entry.strip()]
    return with_a_copy(peer, entries, trusted) if trusted or not filled else node(filled[0])


@pytest.mark.parametrize(("exercise", "function"), right_ones(FILTER, STATEFUL, CLIENT))
def test_right(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(FILTER, STATEFUL, CLIENT))
def test_wrong(exercise, function, told):
    fails(exercise, function, told)


def test_a_table_kept_between_calls_is_asked_about():
    from labs.kit import check

    report = check("proxies-stateful", with_a_table(lambda: TABLE, in_time))
    assert report.verdict == "failed" and "kept between calls" in repr(report)


@pytest.mark.parametrize(
    ("exercise", "function", "told"),
    [
        ("proxies-packet-filter", whole_bytes_only, "its source, 172.32.0.9, is not in 172.16.0.0/12"),
        ("proxies-stateful", no_far_port, "nothing that it could answer has gone out"),
        ("proxies-client-address", trusts_whole_bytes, "172.32.0.9, the first from the right"),
    ],
)
def test_the_case_says_why(exercise, function, told):
    """Where no mistake is named, the sentence on the case still says what was overlooked."""
    from labs.kit import check

    assert told in repr(check(exercise, function))
