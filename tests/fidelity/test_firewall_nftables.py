"""Our filters give nftables' verdict: 500 packets under each of 50 rule sets, IPv4 and IPv6, with and without state."""

import json
import os
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from labs.proxies.layers.filter import ACCEPT, Rule, verdict
from labs.proxies.layers.packet import ACK, SYN, Packet, to_ip
from labs.proxies.layers.stateful import Stateful
from tests.fidelity import nft_verdicts

PACKETS, RULE_SETS = 500, 50
NEAR = {4: ("10.0.0.7", "10.0.0.80", "10.1.2.3"), 6: ("2001:db8:1::7", "2001:db8:1::80", "2001:db8:1:2::3")}
FAR = {4: ("192.0.2.9", "198.51.100.53", "203.0.113.66"), 6: ("2001:db8:2::9", "2001:db8:66::1", "2001:db8:1000::1")}
NETWORKS = (
    "10.0.0.0/8", "10.0.0.0/24", "10.0.0.80/32", "192.0.2.0/24", "198.51.100.53/32", "0.0.0.0/0", "2001:db8:1::/48",
    "2001:db8:1::80/128", "2001:db8::/32", "2001:db8:66::/48", "::/0",
)  # fmt: skip
PORTS = (22, 53, 443, 1024, 40000, 65535)
LAST = 7777  # no other packet has this port, and no rule speaks of it


def _why_not() -> str | None:
    if os.geteuid() != 0:
        return "nftables needs a network namespace: run the tests as root"
    if shutil.which("nft") is None or shutil.which("ip") is None:
        return "nftables is not here: apt-get install nftables iproute2"
    if not Path("/dev/net/tun").exists():
        return "no /dev/net/tun here: in a container, give it that device"
    tried = subprocess.run(["unshare", "-n", "nft", "add", "table", "inet", "t"], capture_output=True)
    return "this kernel lets nobody make a namespace with nftables in it" if tried.returncode else None


pytestmark = pytest.mark.skipif(_why_not() is not None, reason=_why_not() or "")


def _packets(seed: int) -> list[Packet]:
    """Half of them begin a conversation; of the others most are answers, and some nearly are.

    TCP's are a SYN, from a port of its own, and the SYN-ACK to it: whatever else its flags may say, Linux looks into,
    and our stateful filter does not.
    """
    chance, made = random.Random(f"{seed} packets"), []
    for n in range(PACKETS):
        if made and chance.random() < 0.5:
            one = chance.choice([packet for packet in made if packet.protocol == "udp" or packet.flags == SYN])
            packet = Packet(one.protocol, one.destination, one.port, one.source, one.source_port, flags=SYN | ACK)
            if chance.random() < 0.3:
                packet = replace(packet, port=chance.choice(PORTS))
        else:
            family = chance.choice((4, 6))
            ends = [chance.choice(NEAR[family]), chance.choice(FAR[family])]
            chance.shuffle(ends)
            ports = chance.choice(PORTS), chance.choice(PORTS)
            packet = Packet(chance.choice(("tcp", "udp")), ends[0], ports[0], ends[1], ports[1], flags=SYN)
            if packet.protocol == "tcp":
                packet = replace(packet, source_port=20000 + n)
        made.append(replace(packet, payload=b"mark" + n.to_bytes(4, "big")))
    return made


def _rules(seed: int) -> list[Rule]:
    chance = random.Random(f"{seed} rules")

    def ports() -> tuple[int, int] | None:
        first, last = sorted(chance.choices(PORTS, k=2))
        return chance.choice([None, (first, first), (first, last)])

    def network() -> str | None:
        return chance.choice([None, chance.choice(NETWORKS)])

    return [
        Rule(chance.choice(("accept", "drop")), network(), network(), chance.choice((None, "tcp", "udp")), ports(),
             chance.choice([None, None, ports()]))
        for _ in range(chance.randint(0, 10))
    ]  # fmt: skip


def _nft(rules: list[Rule], stateful: bool) -> str:
    lines = [f"udp sport {LAST} udp dport {LAST} accept", *["ct state established accept"] * stateful]
    for rule in rules:
        words = [f"meta l4proto {rule.protocol}"] if rule.protocol else []
        for network, word in ((rule.source, "saddr"), (rule.destination, "daddr")):
            if network:
                family = "ip6" if ":" in network else "ip"
                # nft leaves out a condition that holds for all of a family, and with it the family: so it is asked for
                words += [f"meta nfproto {'ipv6' if family == 'ip6' else 'ipv4'}", f"{family} {word} {network}"]
        for ports, word in ((rule.source_port, "sport"), (rule.port, "dport")):
            if ports:
                words.append(f"th {word} {ports[0]}-{ports[1]}" if ports[0] < ports[1] else f"th {word} {ports[0]}")
        lines.append(" ".join([*words, rule.action]))
    chain = ["table inet t {", "chain c {", "type filter hook forward priority 0; policy drop;", *lines, "}", "}"]
    return "\n".join(chain) + "\n"


def _job(seed: int, stateful: bool) -> dict:
    inside = NEAR[4] + NEAR[6]
    packets = [[0 if p.source in inside else 1, to_ip(p).hex()] for p in _packets(seed)]
    ends = (NEAR[4][0], FAR[4][0])
    last = [
        Packet("udp", source, LAST, destination, LAST, payload=b"mark" + (PACKETS + n).to_bytes(4, "big"))
        for n, (source, destination) in enumerate((ends, ends[::-1]))
    ]
    told = [[n, to_ip(packet).hex()] for n, packet in enumerate(last)]
    return {"nft": _nft(_rules(seed), stateful), "packets": packets, "last": told}


def _of_kernel(stateful: bool) -> list[list[bool]]:
    jobs = [_job(seed, stateful) for seed in range(RULE_SETS)]
    done = subprocess.run(
        [sys.executable, nft_verdicts.__file__], input=json.dumps(jobs), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _ours(seed: int, stateful: bool) -> list[bool]:
    rules, packets = _rules(seed), _packets(seed)
    table = Stateful(rules)
    if stateful:
        return [table.verdict(0, packet) == ACCEPT for packet in packets]
    return [verdict(rules, packet) == ACCEPT for packet in packets]


@pytest.mark.parametrize("stateful", [False, True], ids=["packet filter", "stateful filter"])
def test_the_same_verdict(stateful):
    theirs = _of_kernel(stateful)
    accepted = 0
    for seed, kernel in enumerate(theirs):
        for packet, said, ours in zip(_packets(seed), kernel, _ours(seed, stateful), strict=True):
            assert said == ours, (_nft(_rules(seed), stateful), packet, f"nftables lets it through: {said}")
            accepted += said
    assert 0.1 < accepted / (PACKETS * RULE_SETS) < 0.9  # or the test would say nothing


def test_state_makes_a_difference():
    assert any(_ours(seed, True) != _ours(seed, False) for seed in range(RULE_SETS))
