"""What the notes claim about proxies, VPNs and firewalls, put to a run."""

from __future__ import annotations

from labs.kit.guessing.ledger import Finding, Ledger
from labs.kit.trace import Trace
from labs.proxies.layers.gate import KINDS, PACKETS, gate, let_in, rules_of
from labs.proxies.layers.observers import AT_APP, AT_PROXY, walk
from labs.proxies.layers.packet import from_ip
from labs.proxies.layers.stateful import Stateful
from labs.proxies.sources import CONNECT, GATEWAY, NIST_FIREWALLS, WIREGUARD

NOTES = Ledger("14")


def _reads(trace: Trace, who: str, what: str) -> str:
    found: str = trace.of("seen", who=who)[0]["reads"][what]
    return found


@NOTES.says("proxies-encrypt", "A proxy cannot encrypt and decrypt; a VPN can.", GATEWAY, CONNECT, WIREGUARD)
def encrypt() -> Finding:
    """The request before the reverse proxy and at it; then before the VPN server and at it."""
    plain, tunnelled = walk(tls=AT_PROXY), walk(vpn=True)
    proxy = not _reads(plain, "shop's provider", "request") and bool(_reads(plain, "reverse proxy", "request"))
    vpn = not _reads(tunnelled, "café's provider", "site") and bool(_reads(tunnelled, "VPN server", "site"))
    return (
        {
            "reverse proxy": "decrypts the request" if proxy else "cannot decrypt it",
            "VPN server": "decrypts the packet" if vpn else "cannot decrypt it",
        },
        {"a VPN can": vpn, "a proxy cannot, even where TLS ends at it": not proxy},
        "A reverse proxy decrypts where TLS ends, and can encrypt again towards the server. A forward proxy usually "
        "passes TLS on unread, in a tunnel (CONNECT). The difference is the layer: a VPN carries IP packets, whatever "
        "is in them; an HTTP proxy carries requests.",
    )


@NOTES.says(
    "proxies-vpn-way",
    "Data goes from the VPN client to the VPN server in encrypted form, and the VPN server decrypts it.",
    WIREGUARD,
)
def vpn_way() -> Finding:
    """What can be read before the VPN server and after it."""
    trace = walk(vpn=True)
    before, after = (_reads(trace, who, "to") for who in ("café's provider", "VPN server"))
    hidden = not _reads(trace, "café's provider", "site")
    return (
        {"receiver, before the VPN server": before, "receiver, after it": after},
        hidden and before != after,
        "And there the tunnel ends: from the VPN server on, the packets travel as they would have without it.",
    )


@NOTES.says("proxies-vpn-calls", "The VPN server then calls the main server.", WIREGUARD)
def vpn_calls() -> Finding:
    """What leaves the VPN server, and what would have left the laptop without it."""
    sent, own = (
        [from_ip(packet) for packet in run.of("seen", who="shop's provider")[0]["packets"]]
        for run in (walk(vpn=True), walk())
    )
    same = [(packet.payload, packet.source_port, packet.port) for packet in own]
    forwards = [(packet.payload, packet.source_port, packet.port) for packet in sent] == same
    return (
        {
            "the laptop's packets, by their sender": own[0].source,
            "the same packets behind the VPN": f"{sent[0].source}; all else is {'equal' if forwards else 'different'}",
        },
        not forwards,
        "A VPN server forwards packets, as a router does. The TCP connection is between the laptop and the main "
        "server, and the VPN server opens none of its own. A proxy does.",
    )


@NOTES.says(
    "proxies-headers",
    "A firewall scans packets: it looks at the header, that is at addresses and ports, and allows the packet or not.",
    NIST_FIREWALLS,
)
def headers() -> Finding:
    """The same packet twice: once as the answer to a question, once unasked."""
    (_, question), (_, answer) = PACKETS[:2]
    verdicts = {}
    for asked in (True, False):
        firewall = Stateful(rules_of(KINDS[1], "deny first"))
        if asked:
            firewall.verdict(0, question)
        verdicts[asked] = firewall.verdict(1, answer)
    same = verdicts[True] == verdicts[False]
    return (
        {"stateful: the answer, asked for": verdicts[True], "stateful: the same bytes, unasked": verdicts[False]},
        {
            "a packet filter looks at the header alone": let_in(gate(KINDS[0]), PACKETS[1][0]),
            "a stateful filter looks at the header alone": same,
        },
        "A packet filter does just that. A stateful filter also has a memory, and an application "
        "firewall looks at the content.",
    )


@NOTES.says("proxies-content", "A proxy has the data, and can have rules on the data.", GATEWAY, CONNECT)
def content() -> Finding:
    """The request at the reverse proxy, with TLS ending there and passing through."""
    ends, passes = (_reads(walk(tls=tls), "reverse proxy", "request") for tls in (AT_PROXY, AT_APP))
    return (
        {"TLS ends at the proxy: it reads": ends or "nothing", "TLS passes through: it reads": passes or "nothing"},
        {"a proxy where TLS ends": bool(ends), "a proxy that TLS passes through": bool(passes)},
        "Rules on content need content. A proxy that passes TLS on sees addresses, ports and the name of the site.",
    )
