"""Lesson 22: the auditor, who decides two of the four lamps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from labs.kit.checking.exercise import Exercise, Mistake, Wrong
from labs.kit.checking.reading import as_list, is_whole, misread, several
from labs.shop.audit import audit

Orders = Sequence[tuple[int, str]]
Payments = Sequence[tuple[int, int]]
Case = tuple[list[tuple[int, str]], list[tuple[int, int]], int]
ENDS = ("approved", "rejected", "open")


def _cases() -> Iterator[Case]:
    yield [], [], 30
    for ended, amounts in product(ENDS, ((), (30,), (30, 30), (30, -30), (30, 30, -30), (30, -30, 30), (20,), (20, 10),
                                         (20, 20), (30, -10), (31,), (1,) * 30, (-30, 30, 30),
                                         (30, 30, 5), (30, 30, -30, 30))):  # fmt: skip
        yield [(7, ended)], [(7, amount) for amount in amounts], 30
    yield [(0, "open"), (1, "approved")], [(1, 30)], 30
    yield [(0, "approved")], [(0, 10), (0, 10)], 10
    yield [(10, "open"), (9, "open"), (2, "open")], [], 30
    yield [(10, "approved"), (9, "approved"), (2, "approved")], [(n, 5) for n in (10, 2, 9, 9, 2, 10)], 5
    yield [(1, "approved"), (11, "rejected")], [(11, 7), (1, 7), (11, -7)], 7
    yield [(1, "approved"), (2, "approved")], [(2, 7), (1, 7), (1, 7), (2, 0)], 7
    yield [(1, "approved")], [(1, 30), (99, 30), (99, 30)], 30
    yield [(3, "rejected"), (1, "approved"), (2, "open")], [(1, 4), (3, 4), (2, 4), (3, -4), (2, 4)], 4


def _strategy() -> Any:
    from hypothesis import strategies as st

    orders = st.lists(st.tuples(st.integers(0, 15), st.sampled_from(ENDS)), max_size=6, unique_by=lambda it: it[0])
    payments = st.lists(st.tuples(st.integers(0, 15), st.sampled_from((30, 30, -30, 10, -10))), max_size=12)
    return st.tuples(orders, payments, st.sampled_from((30, 10)))


def _read(case: Case, answer: Any) -> tuple[list[int], list[int]]:
    lost, double = several(answer, 2, "two lists, `lost, double`")
    return _numbers(lost, "`lost` is"), _numbers(double, "`double` is")


def _numbers(some: Any, it: str) -> list[int]:
    what = "a list of order numbers, which may be empty"
    numbers = as_list(some, what, it)
    if not all(map(is_whole, numbers)):
        raise misread(some, what, it)
    return numbers


def _list(place: int, what: str) -> Callable[[Case, tuple[list[int], list[int]]], None]:
    def look(case: Case, answer: tuple[list[int], list[int]]) -> None:
        right = audit(*case)
        got, want = answer[place], right[place]
        if got == want:
            return
        if sorted(got) == want:
            raise Wrong(f"{what} are the right ones, in another order: {got}.", right)
        odd = next((n for n in [*want, *got] if (n in want) != (n in got)), None)
        if odd is None:
            raise Wrong(f"{what} holds a number more than once: {got}.", right)
        raise Wrong(f"Order {odd} {'belongs' if odd in want else 'does not belong'} in {what}.", right)

    return look


# ── plausible wrong answers: the auditor with one step changed ────────────────────────────────────────────────────────


def _books(
    orders: Orders, payments: Payments, price: int, *, running: bool = True, count: bool = False, least: int = 1,
    open_lost: bool = True, unpaid: bool = True, kept: bool = True, full: bool = False, order: bool = True,
    refunds: bool = True, strangers: bool = False, falsy: bool = False, twice: bool = False,
) -> tuple[list[int], list[int]]:  # fmt: skip
    held, charges, double = {number: 0 for number, _ in orders}, {number: 0 for number, _ in orders}, list[int]()
    for number, amount in payments:
        if number not in held and not strangers:
            continue
        held[number] = held.get(number, 0) + (amount if refunds or amount > 0 else 0)
        charges[number] = charges.get(number, 0) + (amount > 0)
        if running and held[number] >= price + least and (twice or number not in double):
            double.append(number)
    if count:
        double = [number for number, n in charges.items() if n > 1]
    elif not running:
        double = [number for number, n in held.items() if n > price]
    lost = []
    for number, ended in orders:
        short = held[number] < price if not full else not held[number]
        if (ended == "open" and open_lost) or (ended == "approved" and short and unpaid) or (
            ended == "rejected" and held[number] > 0 and kept
        ):  # fmt: skip
            lost.append(number)
    if falsy:
        lost, double = [n for n in lost if n], [n for n in double if n]
    return (sorted(lost), sorted(double)) if order else (lost, double)


def _but(**change: Any) -> Callable[..., Any]:
    def audit(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
        return _books(orders, payments, price, **change)

    return audit


def _no_entry(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    held = {number: 0 for number, _ in orders}
    for number, amount in payments:
        held[number] += amount
    return audit(orders, payments, price)


def _open_if_unpaid(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    paid = {number for number, _ in payments}
    lost, double = audit(orders, payments, price)
    return [n for n in lost if (n, "open") not in orders or n not in paid], double


def _open_if_held(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    lost, double = audit(orders, payments, price)
    held = {number: sum(amount for n, amount in payments if n == number) for number, _ in orders}
    return [n for n in lost if (n, "open") not in orders or held[n] > 0], double


def _gross(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    lost, _ = audit(orders, payments, price)
    return lost, _books(orders, payments, price, refunds=False)[1]


def _double_if_approved(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    lost, double = audit(orders, payments, price)
    return lost, [n for n in double if (n, "approved") in orders]


def _lost_if_inexact(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    lost, double = audit(orders, payments, price)
    held = {number: sum(amount for n, amount in payments if n == number) for number, _ in orders}
    return sorted({*lost, *(n for n, ended in orders if ended == "approved" and held[n] != price)}), double


def _one_list_each(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    lost, double = audit(orders, payments, price)
    return [n for n in lost if n not in double], double


def _lost_if(ended: str, when: Callable[[list[int], int], bool]) -> Callable[..., Any]:
    """The auditor, but whether an order that ended like this is lost is told by its payments in another way."""

    def books(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
        lost, double = audit(orders, payments, price)
        of = {number: [amount for n, amount in payments if n == number] for number, _ in orders}
        others = [n for n, how in orders if how != ended and n in lost]
        return sorted([*others, *(n for n, how in orders if how == ended and when(of[n], price))]), double

    return books


def _only_paid(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    lost, double = audit(orders, payments, price)
    return [n for n in lost if n in dict(payments)], double


def _price_30(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    return audit(orders, payments, 30)


def _never_below_0(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    held, double = {number: 0 for number, _ in orders}, set()
    for number, amount in payments:
        if number in held:
            held[number] = max(0, held[number] + amount)
            double |= {number} if held[number] > price else set()
    lost = [n for n, ended in orders if ended == "open" or (ended == "approved" and held[n] < price)
            or (ended == "rejected" and held[n] > 0)]  # fmt: skip
    return sorted(lost), sorted(double)


def _swapped(orders: Orders, payments: Payments, price: int) -> tuple[list[int], list[int]]:
    return audit(orders, payments, price)[::-1]


AUDIT = Exercise(
    id="shop-audit",
    lesson="22",
    title="The auditor",
    points=2,
    reference=audit,
    cases=_cases,
    strategy=_strategy,
    read=_read,
    shape="Returns two lists of order numbers",
    keeps=True,
    properties=(("Finds the lost orders", _list(0, "`lost`")), ("Finds the double charges", _list(1, "`double`"))),
    wrong=(
        Mistake("Order 0 is an order like any other; you drop it.", _but(falsy=True)),
        Mistake("Your lists are the right ones, the other way round: `lost` comes first.", _swapped),
        Mistake("You count a payment for an order that is not in the list. Leave those out.", _but(strangers=True)),
        Mistake("A payment may be for an order that is not in the list, so your dict has no entry for it, and that "
                "raises KeyError. Leave such payments out.", _no_entry),
        Mistake("You list an order again with each payment that takes it above the price. List it once.",
                _but(twice=True)),
        Mistake("Your lists are not sorted by number.", _but(order=False)),
        Mistake("You take an order for paid as soon as anything is paid. It has to be the whole price.",
                _but(full=True)),
        Mistake("You call an order double when exactly its price is held. It has to be more.", _but(least=0)),
        Mistake("You only look at what is held at the end, or take the payments in another order. A double charge "
                "that is refunded later was one all the same.", _but(running=False)),
        Mistake("You add up the charges, and leave out the refunds. They lower what is held, so that the price may be "
                "held again.", _gross),
        Mistake("You only look for double charges among the approved orders. Look at every order in the list.",
                _double_if_approved),
        Mistake("You call an approved order lost for which more than the price is held. It is double, and that is all.",
                _lost_if_inexact),
        Mistake("You leave the double orders out of `lost`. An order can be in both.", _one_list_each),
        Mistake("You never let what is held fall below 0. A refund may come first, and then less is held than nothing.",
                _never_below_0),
        Mistake("You count the charges. One that was refunded before the next came is no double charge, and a single "
                "one may be too high.", _but(count=True)),
        Mistake("You ignore the refunds. They lower what is held.", _but(refunds=False)),
        Mistake("An open order that was paid for is lost, too: nobody is working on it.", _open_if_unpaid),
        Mistake("An open order is lost even if nothing is held for it: nobody is working on it.", _open_if_held),
        Mistake("An open order that was paid for is lost, too: nobody is working on it.",
                _lost_if("open", lambda paid, price: sum(paid) < price)),
        Mistake("You call a rejected order lost because it was ever charged. If the money was given back, it is not.",
                _lost_if("rejected", lambda paid, price: any(amount > 0 for amount in paid))),
        Mistake("You call a rejected order lost because less than 0 is held for it. Only money that is kept counts.",
                _lost_if("rejected", lambda paid, price: sum(paid) != 0)),
        Mistake("You only go through the orders that have a payment. One without any may be lost, too.", _only_paid),
        Mistake("You compare with 30, which is only this shop's price. Use the argument `price`.", _price_30),
        Mistake("You leave out the open orders. They are lost as well.", _but(open_lost=False)),
        Mistake("You leave out the approved orders that are not paid.", _but(unpaid=False)),
        Mistake("You leave out the rejected orders whose money is kept.", _but(kept=False)),
    ),
    hints=(
        "Keep a dict: order number → what is held. Begin with 0 for every order in the list.",
        "Look for “more than the price” after each payment, not only at the end; a set keeps each number once.",
        "Then go through `orders` once for the lost ones, and sort both lists.",
    ),
)  # fmt: skip
