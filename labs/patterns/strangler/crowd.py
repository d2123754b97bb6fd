"""Ten thousand users: how many are moved, who is sent back, and who is first in two rollouts."""

from __future__ import annotations

from math import sqrt

from labs.patterns.strangler.routing import bucket, route

USERS = tuple(f"user {n}" for n in range(10_000))


def moved(rollout: str, share: int, users: tuple[str, ...] = USERS) -> set[str]:
    """The users whom the new system serves at this share (per cent)."""
    return {user for user in users if route({"/basket": share}, "/basket", bucket(user, rollout)) == "new"}


def bound(share: float, users: int) -> float:
    """Four standard deviations of the binomial distribution, in users: chance alone hardly ever goes beyond."""
    return 4 * sqrt(users * share * (1 - share))


def report() -> None:
    """Print the share, who is sent back, and how independent two rollouts are."""
    ten, twenty = moved("basket", 10), moved("basket", 20)
    print(f"at 10 %: {len(ten)} of {len(USERS)} users (by chance: 1000 ± {bound(0.1, len(USERS)):.0f})")
    print(f"at 20 %: {len(twenty)} users; sent back since 10 %: {len(ten - twenty)}")
    both = ten & moved("search", 10)
    print(f"in the first 10 % of both rollouts: {len(both)} (by chance: 100 ± {bound(0.01, len(USERS)):.0f})")
