"""One request from a café to a shop: the bytes on every link of the way, and what can be read in them there.

Nothing here is told who may know what. `reads` looks into the bytes that pass, and finds what it finds.
"""

from __future__ import annotations

from typing import Any

from labs.kit.trace import Fault, Trace
from labs.proxies.layers.packet import Packet, from_ip, to_ip
from labs.proxies.layers.recorded import RECORDED, REQUEST
from labs.proxies.layers.tls import records, server_name
from labs.proxies.layers.tunnel import ends

LAPTOP, CAFE, VPN, SHOP, APP = "192.168.1.7", "203.0.113.9", "198.51.100.1", "192.0.2.80", "10.0.0.21"
INSIDE, PROXY = "10.8.0.2", "10.0.0.10"  # the laptop in the tunnel; the reverse proxy on the shop's network
OBSERVERS = ("café Wi-Fi", "café's provider", "VPN server", "shop's provider", "reverse proxy", "shop's network")
NOWHERE, AT_PROXY, AT_APP = "nowhere: plain http", "at the reverse proxy", "at the application"
TLS = (NOWHERE, AT_PROXY, AT_APP)
STEP = 2.0
FIRST, SECOND = RECORDED[0][1], RECORDED[2][1]  # the ClientHello; the client's last message and the request


def walk(vpn: bool = False, tls: str = AT_PROXY, *, faults: tuple[Fault, ...] = (), seed: int = 0) -> Trace:
    """The request on its way. `tls` says where TLS ends. An event "seen" for each observer, with bytes and findings."""
    if tls not in TLS:
        raise ValueError(f"tls is one of {', '.join(TLS)}, not {tls!r}")
    if faults:
        raise ValueError("nothing breaks on this way: change a setting instead")
    trace = Trace({"vpn": vpn, "tls": tls}, (), seed, end=STEP * len(OBSERVERS) + 2)
    t = 1.0
    for who in OBSERVERS:
        if who == "VPN server" and not vpn:
            continue
        data, opened = _link(who, vpn, tls)
        trace.emit(t, "seen", who, packets=data, reads=reads(data, opened))
        t += STEP
    return trace


def _link(who: str, vpn: bool, tls: str) -> tuple[list[bytes], bytes]:
    """The IP packets that pass this observer, and what it can open itself because the encryption ends there.

    At the VPN server each packet comes twice: as it arrives, and as it comes out of the tunnel.
    """
    payloads = [REQUEST] if tls == NOWHERE else [FIRST, SECOND]
    source = LAPTOP if who == "café Wi-Fi" else CAFE
    if vpn and who in ("café Wi-Fi", "café's provider", "VPN server"):
        tunnel, _ = ends(bytes(range(32)), bytes(range(32, 64)))
        passing = []
        for inner in [_tcp(INSIDE, SHOP, payload) for payload in payloads]:
            outer = to_ip(Packet("udp", source, 51820, VPN, 51820, tunnel.seal(inner)))
            passing += [outer, inner] if who == "VPN server" else [outer]
        return passing, b""
    if who == "shop's network":
        plain = [REQUEST] if tls != AT_APP else payloads
        return [_tcp(PROXY, APP, payload) for payload in plain], b""
    passing = [_tcp(VPN if vpn else source, SHOP, payload) for payload in payloads]
    return passing, REQUEST if who == "reverse proxy" and tls == AT_PROXY else b""


def _tcp(source: str, destination: str, payload: bytes) -> bytes:
    port = 443 if payload != REQUEST else 80
    return to_ip(Packet("tcp", source, 51000, destination, port, payload))


def reads(packets: list[bytes], opened: bytes = b"") -> dict[str, Any]:
    """What stands in these packets: sender, receiver, the site's name, the first line of the request; "" if hidden.

    Where a packet comes out of a tunnel, the sender is whoever sent the outer one, and the receiver the inner one's.
    """
    read = [from_ip(data) for data in packets]
    name = next((found for packet in read if (found := server_name(packet.payload))), "")
    for text in (opened, *(packet.payload for packet in read)):
        if text.startswith(b"GET "):
            line, host = text.decode("ascii").split("\r\n")[:2]
            return {"from": read[0].source, "to": read[-1].destination, "site": host.removeprefix("Host: "),
                    "request": line.removesuffix(" HTTP/1.1")}  # fmt: skip
    return {"from": read[0].source, "to": read[-1].destination, "site": name, "request": ""}


def layers(data: bytes) -> tuple[str, str, str, bytes]:
    """The packet told layer by layer: IP, TCP or UDP, what is in that, and the bytes of it."""
    packet = from_ip(data)
    ports = f"{packet.source_port} → {packet.port}"
    if packet.protocol == "udp":
        inner = f"tunnel message, {len(packet.payload)} bytes: 16 of header, the rest encrypted"
    elif packet.payload.startswith(b"GET "):
        inner = f"HTTP, {len(packet.payload)} bytes, in plain text"
    else:
        inner = f"TLS, {len(packet.payload)} bytes: {', '.join(r.type for r in records(packet.payload))}"
    return f"{packet.source} → {packet.destination}", ports, inner, packet.payload
