"""What lesson 14's pictures say and show, beside the bytes and the trace."""

from itertools import product

import pytest

from labs.kit.trace import Fault
from labs.proxies.layers.filter import ACCEPT
from labs.proxies.layers.gate import KINDS, ORDERS, gate
from labs.proxies.layers.gate_picture import draw_gate
from labs.proxies.layers.observers import CAFE, INSIDE, SHOP, TLS, VPN, layers, walk
from labs.proxies.layers.observers_picture import draw_walk
from labs.proxies.layers.packet import from_ip
from labs.proxies.layers.tunnel import ends


@pytest.mark.parametrize("tls", TLS)
def test_at_the_vpn_server_a_packet_comes_out_that_was_in_the_tunnel(tls):
    trace = walk(vpn=True, tls=tls)
    provider, server = (trace.of("seen", who=who)[0] for who in ("café's provider", "VPN server"))
    outer, inner = server["packets"][::2], server["packets"][1::2]
    assert outer == provider["packets"]  # what arrives is what has passed there
    _, end = ends(bytes(range(32)), bytes(range(32, 64)))
    for sealed, plain in zip(outer, inner, strict=True):
        assert end.open(from_ip(sealed).payload)[: len(plain)] == plain
    assert {(from_ip(plain).source, from_ip(plain).destination) for plain in inner} == {(INSIDE, SHOP)}
    assert (server["reads"]["from"], server["reads"]["to"]) == (CAFE, SHOP)
    assert draw_walk(trace).value("p:IP", "label", server.t) == f"IP: {INSIDE} → {SHOP}"


@pytest.mark.parametrize(("vpn", "tls"), [*product((False, True), TLS)])
def test_what_is_said_to_be_read_stands_in_the_bytes(vpn, tls):
    trace = walk(vpn, tls)
    scene = draw_walk(trace)
    for seen in trace:
        said, everything = scene.caption(seen.t), b"".join(seen["packets"])
        plain, named = b"GET /orders" in everything, b"shop.example" in everything
        assert ("in plain text" in said) == plain, said
        assert ("named the site" in said) == (named and not plain and "TLS ends" not in said), said
        assert ("nothing of what is inside" in said) == (not named), said
        assert f"IP: {layers(seen['packets'][-1])[0]}" == scene.value("p:IP", "label", seen.t)
        if "tunnel's ends" in said:
            assert {from_ip(packet).destination for packet in seen["packets"]} == {VPN}


@pytest.mark.parametrize(("kind", "order"), [*product(KINDS, ORDERS)])
def test_the_rule_that_is_lit_is_the_one_that_is_named(kind, order):
    for moments in [()] if kind == KINDS[0] else [(), (0,), (8,), (9, 9), (12, 16), (20,)]:
        scene = draw_gate(trace := gate(kind, order, faults=tuple(Fault(t, "forget", "firewall") for t in moments)))
        rules = sum(name[0] == "r" and name[1:].isdigit() for name in scene._parts)
        for event in trace.of("packet"):
            lit = [n for n in range(rules) if scene.value(f"r{n}", "fill", event.t + 0.1) in ("good", "bad")]
            said, well = scene.caption(event.t), event["verdict"] == ACCEPT
            named = "no rule" if lit == [rules - 1] else f"(rule {lit[0] + 1})"
            why = "a known conversation" if event["known"] else named
            assert len(lit) == 1 and why in said and ("accepted" if well else "dropped") in said
