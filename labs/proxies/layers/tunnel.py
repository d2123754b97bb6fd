"""A tunnel: a whole IP packet, encrypted, as the payload of another. The message has the shape of WireGuard's data
message (https://www.wireguard.com/protocol/):

    4 (one byte) · three zero bytes · receiver (4 bytes) · counter (8 bytes) · the encrypted packet and its tag

The packet is padded with zeros to a multiple of 16 bytes, and encrypted with ChaCha20-Poly1305 under the counter, so
whoever changes a bit is found out. Left out: the handshake that agrees on the keys, and new keys every two minutes.
"""

from __future__ import annotations

import struct

DATA = 4  # the type of a data message; 1 to 3 belong to the handshake
WINDOW = 64  # how far behind the newest counter an older packet may still come; WireGuard's window is wider


class Tunnel:
    """One direction of a tunnel. `key` is 32 bytes that both ends have; `receiver` numbers the session."""

    def __init__(self, key: bytes, receiver: int) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        self._cipher, self.receiver = ChaCha20Poly1305(key), receiver
        self.counter = 0  # of the next message that is sent: never the same twice under one key
        self._seen: set[int] = set()

    def seal(self, packet: bytes) -> bytes:
        """The message that carries this packet."""
        counter, self.counter = self.counter, self.counter + 1
        padded = packet + b"\0" * (-len(packet) % 16)
        return struct.pack("<IIQ", DATA, self.receiver, counter) + self._cipher.encrypt(nonce(counter), padded, None)

    def open(self, message: bytes) -> bytes:
        """The packet in a message, its padding included. ValueError for what is forged, repeated or of another kind."""
        from cryptography.exceptions import InvalidTag

        if len(message) < 32:
            raise ValueError("too short for a data message")
        kind, receiver, counter = struct.unpack_from("<IIQ", message)
        if kind != DATA or receiver != self.receiver:
            raise ValueError("not a data message of this tunnel")
        if counter in self._seen or counter + WINDOW <= max(self._seen, default=0):
            raise ValueError(f"message {counter} has been here before, or is too old")
        try:
            packet = self._cipher.decrypt(nonce(counter), message[16:], None)
        except InvalidTag:
            raise ValueError(f"message {counter} was changed on its way") from None
        self._seen.add(counter)  # only now: a forged counter must not move the window
        return packet


def nonce(counter: int) -> bytes:
    """The twelve bytes that make each encryption differ: four zeros and the counter."""
    return struct.pack("<4xQ", counter)
