"""Where a request goes: the user's bucket, the route table, and the controller that raises the share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

BUCKETS = 10_000  # so a share can be as fine as a hundredth of a per cent


def bucket(user: str, rollout: str) -> int:
    """A number from 0 to 9,999: always the same for this user and this rollout, on every machine."""
    digest = sha256(f"{rollout}/{user}".encode()).hexdigest()
    return int(digest, 16) % BUCKETS


def route(table: Mapping[str, int], path: str, number: int) -> str:
    """ "new" or "old": the longest prefix in the table that covers the path decides, by its share in per cent."""
    covering = [prefix for prefix in table if path == prefix or path.startswith(prefix + "/")]
    share = table[max(covering, key=len)] if covering else 0
    return "new" if number < share * BUCKETS // 100 else "old"


def next_share(steps: Sequence[int], share: int, requests: int, errors: int, least: int, budget: int) -> int:
    """The share (per cent) for the next window, by what the new system did in this one.

    `least` requests are needed to go on; `budget` is how many per cent of them may fail.
    """
    if errors * 100 > budget * max(requests, least):
        return 0
    if share == 0 or requests < least:
        return share
    return min((step for step in steps if step > share), default=share)
