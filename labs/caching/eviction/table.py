"""The policies by name."""

from __future__ import annotations

from labs.caching.eviction.lru import LRU
from labs.caching.eviction.policies import FIFO, LFU
from labs.caching.eviction.s3fifo import S3FIFO

POLICIES = {"FIFO": FIFO, "LRU": LRU, "LFU": LFU, "S3-FIFO": S3FIFO}
