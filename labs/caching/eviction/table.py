"""The policies by name."""

from __future__ import annotations

from collections.abc import Callable

from labs.caching.eviction.lru import LRU
from labs.caching.eviction.policies import FIFO, LFU, Policy
from labs.caching.eviction.s3fifo import S3FIFO

POLICIES: dict[str, Callable[[int], Policy]] = {"FIFO": FIFO, "LRU": LRU, "LFU": LFU, "S3-FIFO": S3FIFO}
