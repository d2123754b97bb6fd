"""What is on a broker's disk: the batches of a partition's segments, by the record format of Kafka (message format 2).

A batch starts with its base offset, its length and the epoch of the leader that wrote it; Kafka's documentation has the
rest under *Message Format*.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
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
