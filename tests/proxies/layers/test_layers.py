"""Lesson 14's bytes are read by others; its verdicts, its record and its answers."""

from ipaddress import ip_address, ip_network

import dpkt
import pytest
from hypothesis import HealthCheck, given, settings

from labs.kit.trace import Fault
from labs.proxies.layers import recorded
from labs.proxies.layers.claims import NOTES
from labs.proxies.layers.client_address import node, of_request
from labs.proxies.layers.exercises import filter_wrong, stateful_wrong
from labs.proxies.layers.exercises.filter import FILTER
from labs.proxies.layers.exercises.stateful import STATEFUL
from labs.proxies.layers.filter import Rule, verdict
from labs.proxies.layers.gate import KINDS, ORDERS, gate, let_in
from labs.proxies.layers.gate_picture import draw_gate
from labs.proxies.layers.handshake import fresh
from labs.proxies.layers.observers import TLS, walk
from labs.proxies.layers.observers_picture import draw_walk
from labs.proxies.layers.packet import SYN, Packet, from_ip, to_ethernet, to_ip
from labs.proxies.layers.predictions import CAFE, UNASKED
from labs.proxies.layers.stateful import Stateful
from labs.proxies.layers.tls import records, server_name
from labs.proxies.layers.tunnel import WINDOW, Tunnel, ends
from tests.kit.answers import passes

PACKETS = [
    Packet(protocol, *ends, payload=payload, flags=SYN, sequence=7)
    for protocol in ("tcp", "udp")
    for ends in (("10.0.0.7", 4000, "192.0.2.80", 443), ("2001:db8::7", 65535, "2001:db8::80", 1))
    for payload in (b"", b"odd", b"even", bytes(1200))
]


@pytest.mark.parametrize("packet", PACKETS)
def test_dpkt_reads_our_packets_and_agrees_on_the_checksums(packet):
    frame = dpkt.ethernet.Ethernet(to_ethernet(packet, b"source", b"target"))
    ip = frame.data
    segment = ip.data
    assert (frame.src, frame.dst) == (b"source", b"target")
    assert (str(ip_address(ip.src)), str(ip_address(ip.dst))) == (packet.source, packet.destination)
    assert (segment.sport, segment.dport, bytes(segment.data)) == (packet.source_port, packet.port, packet.payload)
    ours = segment.sum
    segment.sum = 0
    if isinstance(ip, dpkt.ip.IP):
        head, ip.sum = ip.sum, 0
        assert bytes(ip)[10:12] == head.to_bytes(2, "big")
    else:
        around = ip.src + ip.dst + len(bytes(segment)).to_bytes(4, "big") + bytes([0, 0, 0, ip.nxt])
        segment.sum = dpkt.in_cksum(around + bytes(segment))
    assert dpkt.ip.IP(bytes(ip)).data.sum == ours if isinstance(ip, dpkt.ip.IP) else segment.sum == ours


def test_what_is_written_is_read_again():
    for packet in PACKETS:
        back = from_ip(to_ip(packet))
        assert back.flow == packet.flow and back.payload == packet.payload
    for cut in (b"", to_ip(PACKETS[0])[:21], b"\x15" + bytes(40)):
        with pytest.raises(ValueError):
            from_ip(cut)


def test_a_fresh_handshake_is_built_like_the_recorded_one():
    made = fresh(recorded.HOST, recorded.REQUEST, recorded.ANSWER)
    assert [who for who, _ in made] == [who for who, _ in recorded.RECORDED]
    for (_, new), (_, old) in zip(made, recorded.RECORDED, strict=True):
        assert [record.type for record in records(new)] == [record.type for record in records(old)]
        assert server_name(new) == server_name(old)
    everything = b"".join(data for _, data in made)
    assert everything.count(b"shop.example") == 1 and b"orders" not in everything and b"shipped" not in everything
    assert server_name(made[0][1]) == "shop.example"


def test_only_a_host_name_is_read_as_the_name_of_a_site():
    """RFC 6066, section 3: each name in the extension has a type, and 0 is a host name."""
    hello = recorded.RECORDED[0][1]
    at = hello.index(b"shop.example") - 3
    assert hello[at] == 0
    assert server_name(hello[:at] + b"\1" + hello[at + 1 :]) is None
    assert server_name(hello[: at - 4] + bytes(2) + hello[at - 2 :]) is None, "an extension without a name"


def test_the_tunnel_finds_out_what_was_changed_or_repeated():
    one, two = bytes(32), bytes(range(32))
    ours, theirs = ends(one, two)
    first, second = ours.seal(b"one"), ours.seal(b"x" * 16)
    assert first[:16] == bytes([4, 0, 0, 0, 7, 0, 0, 0]) + bytes(8) and len(first) == 16 + 16 + 16
    assert theirs.open(second) == b"x" * 16 and theirs.open(first)[:3] == b"one"  # in another order, too
    for bad in (first, second, b"", second[:20], ours.seal(b"")[:-1] + b"?", Tunnel(one, two, 8, 7).seal(b"")):
        with pytest.raises(ValueError):
            theirs.open(bad)


@pytest.mark.parametrize("behind", [0, 1, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + 5])
def test_a_late_message_may_be_as_far_behind_as_the_window_says(behind):
    """As in Linux, whose counter_validate in drivers/net/wireguard/receive.c lets in what is just so far behind."""
    ours, theirs = ends(bytes(32), bytes(range(32)))
    sent = [ours.seal(b"x") for _ in range(WINDOW + 10)]
    theirs.open(sent[-1])
    if 0 < behind <= WINDOW:
        theirs.open(sent[-1 - behind])
    with pytest.raises(ValueError, match="too old"):
        theirs.open(sent[-1 - behind])


def test_each_direction_of_the_tunnel_has_a_key_and_a_number_of_its_own():
    client, server = ends(bytes(32), bytes(range(32)))
    there, back = client.seal(b"x" * 16), server.seal(b"x" * 16)
    assert there[8:16] == back[8:16] and there[16:] != back[16:]  # one counter, and not the same bytes
    assert (there[4], back[4]) == (7, 8)
    assert server.open(there) == client.open(back) == b"x" * 16
    for who, message in ((client, there), (server, back)):
        with pytest.raises(ValueError, match="not a data message for this end"):
            who.open(message)
    with pytest.raises(ValueError, match="changed"):
        ends(bytes(range(32)), bytes(32))[1].open(there)


def test_the_verdicts_and_the_predictions():
    verdicts = {s.id: s.judge().claim.verdict for s in NOTES.statements}
    assert verdicts == {
        "proxies-encrypt": "holds only in part",
        "proxies-vpn-way": "holds",
        "proxies-vpn-calls": "does not hold",
        "proxies-headers": "holds only in part",
        "proxies-content": "holds only in part",
    }
    assert CAFE.answer() == CAFE.options[2] and UNASKED.answer() == UNASKED.options[1]


def test_everything_can_be_drawn_and_what_cannot_be_is_told():
    for tls in TLS:
        for vpn in (False, True):
            assert draw_walk(walk(vpn, tls)).stills
    for kind in KINDS:
        for order in ORDERS:
            assert draw_gate(gate(kind, order)).stills
            assert let_in(gate(kind, order), "the administrator, by ssh") == (order == ORDERS[1])
    late = gate(KINDS[1], faults=(Fault(12, "forget", "firewall"),))
    assert not let_in(late, "more of the page") and draw_gate(late).stills
    for wrong in ({"kind": "none"}, {"faults": (Fault(1, "forget", "firewall"),)}):
        with pytest.raises(ValueError):
            gate(**wrong)
    with pytest.raises(ValueError):
        walk(tls="somewhere")


def test_the_forms_of_an_address():
    for text in ("203.0.113.9", "203.0.113.9:4711", ' "203.0.113.9:0" '):
        assert node(text) == "203.0.113.9"
    for text in ("2001:db8::9", "[2001:DB8::9]", '"[2001:db8:0::9]:4711"'):
        assert node(text) == "2001:db8::9"
    for text in ("", "unknown", "_gazonk", "300.1.1.1", "[2001:db8::9", "[2001:db8::9]4711", "1.2.3.4:x", "fe80::1%e"):
        assert node(text) is None


def test_of_a_request():
    ours = ["10.0.0.0/8"]
    spoofed = [("X-Forwarded-For", "10.0.0.9, , 203.0.113.9"), ("X-Forwarded-For", "10.0.0.2")]
    assert of_request("10.0.0.1", spoofed, ours) == "203.0.113.9"
    assert of_request("192.0.2.1", spoofed, ours) == "192.0.2.1"
    standard = [("Forwarded", 'for=10.0.0.9, for="[2001:db8::9]:4711";proto=https'), ("Forwarded", "For=10.0.0.2")]
    assert of_request("10.0.0.1", standard + spoofed, ours, standard=True) == "2001:db8::9"
    assert of_request("10.0.0.1", standard + spoofed, ours) == "203.0.113.9"
    assert of_request("10.0.0.1", [("Forwarded", "for=unknown")], ours, standard=True) is None
    assert of_request("10.0.0.1", [("Forwarded", "proto=https")], ours, standard=True) is None
    assert of_request("10.0.0.1", [("Forwarded", "for=203.0.113.9")], ours) == "10.0.0.1"


def _recursive(peer, entries, trusted):
    if not any(ip_address(peer) in ip_network(n) for n in trusted):
        return peer
    rest = [e for e in entries if e.strip()]
    if not rest:
        return peer
    address = node(rest[-1])
    return address and _recursive(address, rest[:-1], trusted)


def _one_loop(rules, packet):
    for rule in rules:
        for key in rule.keys() - {"action"}:
            value = rule[key]
            if "/" in str(value):
                if ip_address(packet[key]) not in ip_network(value):
                    break
            elif packet[key] != value:
                break
        else:
            return rule["action"]
    return "drop"


def _both_directions(packets, timeout):
    seen, out = {}, []
    for t, way, protocol, a, p, b, q in packets:
        ends = frozenset([(way == "out", a, p), (way != "out", b, q)])
        ok = way == "out" or t - seen.get((protocol, ends), float("-inf")) <= timeout
        if ok:
            seen[protocol, ends] = t
        out.append("accept" if ok else "drop")
    return tuple(out)


@pytest.mark.parametrize(
    ("exercise", "function"),
    [
        ("proxies-client-address", _recursive),
        ("proxies-packet-filter", _one_loop),
        ("proxies-stateful", _both_directions),
    ],
    ids=["client", "filter", "stateful"],
)
def test_right_in_another_style(exercise, function):
    passes(exercise, function)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(FILTER.strategy())
def test_the_exercise_and_the_model_agree_on_a_packet(case):
    rules, packet = case
    ours = [
        Rule(
            rule["action"],
            rule.get("source"),
            rule.get("destination"),
            rule.get("protocol"),
            (rule["port"], rule["port"]) if "port" in rule else None,
        )
        for rule in rules
    ]
    asked = Packet(packet["protocol"], packet["source"], 50000, packet["destination"], packet["port"])
    assert filter_wrong.packet_filter(rules, packet) == verdict(ours, asked)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(STATEFUL.strategy())
def test_the_exercise_and_the_model_agree_on_a_conversation(case):
    packets, timeout = case
    model = Stateful([Rule("accept", "10.0.0.0/8")], timeout)
    verdicts = [model.verdict(t, Packet(*rest)) for t, _, *rest in packets]
    assert stateful_wrong.stateful_filter(packets, timeout) == verdicts
