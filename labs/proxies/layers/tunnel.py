"""A tunnel: a whole IP packet, encrypted, as the payload of another. The message has the shape of WireGuard's data
message (https://www.wireguard.com/protocol/):

    4 (one byte) · three zero bytes · receiver (4 bytes) · counter (8 bytes) · the encrypted packet and its tag

The packet is padded with zeros to a multiple of 16 bytes, and encrypted with ChaCha20-Poly1305 under the counter, so
a changed bit does not go unnoticed. Each direction has a key of its own: both ends count from 0, and no key may see the
same counter twice. Left out: the handshake that agrees on the keys; new keys after 120 s or 2⁶⁰ messages (and the end
of the old ones after 180 s or some 2⁶⁴); and AllowedIPs, which say which addresses may come out of the tunnel.
"""

from __future__ import annotations

import struct

DATA = 4  # the type of a data message; 1 to 3 belong to the handshake
WINDOW = 64  # how far behind the newest counter an older packet may still come; 8128 in Linux on 64-bit machines


class Tunnel:
    """One end of a tunnel: `sends` and `opens` are its keys, of 32 bytes, for what it sends and what it receives.

    `receiver` is the number by which the other end knows this session, `own` the one by which this end does.
    """

    def __init__(self, sends: bytes, opens: bytes, receiver: int, own: int) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._sends, self._opens = ChaCha20Poly1305(sends), ChaCha20Poly1305(opens)
        self.receiver, self.own = receiver, own
        self.counter = 0  # of the next message that is sent: never the same twice under one key
        self._seen: set[int] = set()

    def seal(self, packet: bytes) -> bytes:
        """The message that carries this packet."""
        counter, self.counter = self.counter, self.counter + 1
        padded = packet + b"\0" * (-len(packet) % 16)
        return struct.pack("<IIQ", DATA, self.receiver, counter) + self._sends.encrypt(nonce(counter), padded, None)

    def open(self, message: bytes) -> bytes:
        """The packet in a message, with its padding. ValueError if it is forged, repeated or no data message for us."""
        from cryptography.exceptions import InvalidTag

        if len(message) < 32:
            raise ValueError("too short for a data message")
        kind, receiver, counter = struct.unpack_from("<IIQ", message)
        if kind != DATA or receiver != self.own:
            raise ValueError("not a data message for this end of the tunnel")
        if counter in self._seen or counter + WINDOW < max(self._seen, default=0):
            raise ValueError(f"message {counter} has been here before, or is too old")
        try:
            packet = self._opens.decrypt(nonce(counter), message[16:], None)
        except InvalidTag:
            raise ValueError(f"message {counter} was changed on its way") from None
        self._seen.add(counter)  # only now: a forged counter must not move the window
        return packet


def ends(there: bytes, back: bytes) -> tuple[Tunnel, Tunnel]:
    """The two ends of a tunnel: client and server. One key for the way there, another for the way back."""
    return Tunnel(there, back, receiver=7, own=8), Tunnel(back, there, receiver=8, own=7)


def nonce(counter: int) -> bytes:
    """The twelve bytes that make each encryption differ: four zeros and the counter."""
    return struct.pack("<4xQ", counter)
