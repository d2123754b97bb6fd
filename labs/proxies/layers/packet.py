"""Packets as bytes: a segment (TCP) or datagram (UDP) in an IP packet, and the IP packet in an Ethernet frame.

address       who: IPv4, four bytes, or IPv6, sixteen             RFC 791, RFC 8200
port          which program on that machine: a number of 16 bits
flow          protocol, source, source port, destination, destination port: what tells two conversations apart
checksum      the ones' complement sum that finds bits that fell over; it keeps nobody from changing them   RFC 1071

Left out: options, fragments, extension headers, ICMP.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import ip_address

NUMBERS = {"tcp": 6, "udp": 17}
NAMES = {number: name for name, number in NUMBERS.items()}
SYN, ACK = 0x02, 0x10


@dataclass(frozen=True)
class Packet:
    """The fields that a packet filter looks at, and the payload that it passes over."""

    protocol: str  # "tcp" or "udp"
    source: str
    source_port: int
    destination: str
    port: int
    payload: bytes = b""
    flags: int = ACK  # of TCP
    sequence: int = 0  # of TCP

    @property
    def flow(self) -> tuple[str, str, int, str, int]:
        """What tells this conversation from any other, seen from the sender."""
        return self.protocol, self.source, self.source_port, self.destination, self.port

    @property
    def back(self) -> tuple[str, str, int, str, int]:
        """The flow of an answer to this packet."""
        return self.protocol, self.destination, self.port, self.source, self.source_port


def to_ip(packet: Packet) -> bytes:
    """The IP packet, byte by byte. ValueError if one address is IPv4 and the other IPv6."""
    source, destination = ip_address(packet.source), ip_address(packet.destination)
    if source.version != destination.version:
        raise ValueError(f"a packet cannot go from IPv{source.version} to IPv{destination.version}")
    number, inner = NUMBERS[packet.protocol], _segment(packet)
    if source.version == 6:
        around = source.packed + destination.packed + struct.pack("!IxxxB", len(inner), number)
        head = struct.pack("!IHBB", 6 << 28, len(inner), number, 64) + source.packed + destination.packed
    else:
        around = source.packed + destination.packed + struct.pack("!xBH", number, len(inner))
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(inner), 0, 0x4000, 64, number, 0)
        head += source.packed + destination.packed
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    at = 16 if packet.protocol == "tcp" else 6  # where the segment has its checksum
    total = checksum(around + inner) or (0xFFFF if packet.protocol == "udp" else 0)  # UDP: 0 says "none"
    return head + inner[:at] + struct.pack("!H", total) + inner[at + 2 :]


def _segment(packet: Packet) -> bytes:
    ports = struct.pack("!HH", packet.source_port, packet.port)
    if packet.protocol == "udp":
        return ports + struct.pack("!HH", 8 + len(packet.payload), 0) + packet.payload
    return ports + struct.pack("!IIBBHHH", packet.sequence, 0, 5 << 4, packet.flags, 65535, 0, 0) + packet.payload


def to_ethernet(packet: Packet, source: bytes, destination: bytes) -> bytes:
    """The frame around the IP packet, from one network card to the next (six bytes each)."""
    kind = 0x86DD if ip_address(packet.source).version == 6 else 0x0800
    return destination + source + struct.pack("!H", kind) + to_ip(packet)


def from_ip(data: bytes) -> Packet:
    """Read an IP packet as it was written by `to_ip`. ValueError for what is neither TCP nor UDP, or cut off."""
    try:
        version = data[0] >> 4
        if version == 6:
            start, number, source, destination = 40, data[6], data[8:24], data[24:40]
        elif version == 4:
            start, number, source, destination = (data[0] & 15) * 4, data[9], data[12:16], data[16:20]
        else:
            raise ValueError(f"IP has no version {version}")
        if number not in NAMES:
            raise ValueError(f"protocol {number} is neither TCP nor UDP")
        source_port, port = struct.unpack_from("!HH", data, start)
        sequence, flags, skip = 0, 0, 8
        if NAMES[number] == "tcp":
            (sequence,), flags = struct.unpack_from("!I", data, start + 4), data[start + 13]
            skip = (data[start + 12] >> 4) * 4
    except (IndexError, struct.error) as error:
        raise ValueError("the packet is cut off") from error
    sender, receiver = str(ip_address(source)), str(ip_address(destination))
    return Packet(NAMES[number], sender, source_port, receiver, port, data[start + skip :], flags, sequence)


def checksum(data: bytes) -> int:
    """The Internet checksum: the complement of the sum of 16-bit words, carries added back in (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF
