"""The auditor: right answers in several styles pass, and it agrees with the shop."""

from collections import defaultdict

import pytest

from labs.kit.checking.checks import check
from labs.shop.audit import audit


def with_a_class(orders, payments, price):
    class Book:
        def __init__(self):
            self.now = self.top = 0

        def add(self, amount):
            self.now += amount
            self.top = max(self.top, self.now)

    books = defaultdict(Book)
    for number, amount in payments:
        books[number].add(amount)
    bad = {"open": lambda book: True, "approved": lambda book: book.now < price, "rejected": lambda book: book.now > 0}
    lost = [n for n, ended in orders if bad[ended](books[n])]
    return sorted(lost), sorted(n for n, _ in orders if books[n].top > price)


def one_order_at_a_time(orders, payments, price):
    lost, double = [], []
    for number, ended in sorted(orders):
        sums = [0]
        for other, amount in payments:
            if other == number:
                sums.append(sums[-1] + amount)
        if max(sums) > price:
            double.append(number)
        if ended == "open" or (ended == "approved" and sums[-1] < price) or (ended == "rejected" and sums[-1] > 0):
            lost.append(number)
    return [lost, double]


@pytest.mark.parametrize("right", [audit, with_a_class, one_order_at_a_time])
def test_right_answers_pass_in_any_style(right):
    report = check("shop-audit", right)
    assert report.verdict == "passed", report
