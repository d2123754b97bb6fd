"""The auditor: which orders are lost, and which were charged too often, by the books alone."""

from __future__ import annotations

from collections.abc import Sequence


def audit(
    orders: Sequence[tuple[int, str]], payments: Sequence[tuple[int, int]], price: int
) -> tuple[list[int], list[int]]:
    """(lost, double): the numbers of the orders that break a promise, each list in ascending order.

    Lost is an order that is open, one that is approved and not paid in full, and one that is rejected while some of
    its money is kept. Double is an order for which more than its price was held at any moment.
    """
    held = {number: 0 for number, _ in orders}
    double = set()
    for number, amount in payments:
        if number in held:
            held[number] += amount
            if held[number] > price:
                double.add(number)
    lost = []
    for number, ended in orders:
        unpaid = ended == "approved" and held[number] < price
        kept = ended == "rejected" and held[number] > 0
        if ended == "open" or unpaid or kept:
            lost.append(number)
    return sorted(lost), sorted(double)
