"""Batches of records in the format of Kafka (message format 2), as a producer writes them and a broker keeps them.

A batch starts with its base offset, its length and the epoch of the leader that wrote it; Kafka's documentation has the
rest under *Message Format*.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HEAD = struct.Struct(">qiibIhiqqqhii")  # up to and with the number of records
TRANSACTIONAL, CONTROL = 0x10, 0x20


@dataclass(frozen=True)
class Batch:
    """The offsets first to last, as the leader of this epoch wrote them."""

    first: int
    last: int
    epoch: int
    control: bool  # the marker of a transaction's end
    transactional: bool
    segment: int  # the base offset of the file


def read_log(folder: Path) -> list[Batch]:
    """All batches of a partition's folder; [] if there is none. A batch that is being written may be missing."""
    batches = []
    for file in sorted(folder.glob("*.log")):
        data, at = file.read_bytes(), 0
        while at + HEAD.size <= len(data):
            base, length, epoch, _magic, _crc, attributes, last, *_rest = HEAD.unpack_from(data, at)
            if length <= 0 or at + 12 + length > len(data):
                break
            batches.append(
                Batch(
                    base,
                    base + last,
                    epoch,
                    bool(attributes & CONTROL),
                    bool(attributes & TRANSACTIONAL),
                    int(file.stem),
                )
            )
            at += 12 + length
    return batches


def batch(value: bytes, producer: int = -1, epoch: int = -1, sequence: int = -1) -> bytes:
    """A batch with one record of at most 57 bytes, without a key; numbered where an idempotent `producer` is given."""
    record = b"\0\0\0\1" + bytes([2 * len(value)]) + value + b"\0"  # attributes, two deltas, no key; no headers
    record = bytes([2 * len(record)]) + record
    body = struct.pack(">hiqqqhii", 0, 0, 1, 1, producer, epoch, sequence, 1) + record
    return struct.pack(">qiibI", 0, 9 + len(body), -1, 2, _crc32c(body)) + body


@cache
def _crc32c_table() -> list[int]:
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return table


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _crc32c_table()[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF
