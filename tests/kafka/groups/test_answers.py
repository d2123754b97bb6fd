from typing import Any

import pytest

from labs.kafka.groups.answers import BadAssignment, hold_back, usable
from labs.kafka.groups.members import Member

A, B = Member("a", ("orders",)), Member("b", ("orders", "bills"))
TOPICS = {"orders": 2, "bills": 1}
GOOD: dict[str, Any] = {"a": [("orders", 0)], "b": [("orders", 1), ("bills", 0)]}


def test_a_good_answer_is_taken_as_it_is() -> None:
    assert usable(GOOD, [A, B], TOPICS) == (GOOD, [])
    assert usable({"b": [["orders", 1]], "a": ()}, [A, B], TOPICS) == (
        {"a": [], "b": [("orders", 1)]},
        [("bills", 0), ("orders", 0)],
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "not None: is its return missing"),
        ([("orders", 0)], "returns a dict"),
        ({"a": []}, "member 'b' has no entry"),
        (GOOD | {"c": []}, r"'c' is no member of this group \(a, b\)"),
        (GOOD | {"a": None}, "'a' is given None, and not a list"),
        (GOOD | {"a": "orders"}, "'a' is given 'orders', and not a list"),
        (GOOD | {"a": [0]}, "'a' is given 0: a partition is a pair"),
        (GOOD | {"a": [("orders", 7)]}, r"'a' is given \('orders', 7\), which does not exist"),
        (GOOD | {"a": [("orders", -1)]}, "does not exist"),
        (GOOD | {"a": [("order", 0)]}, "does not exist"),
        (GOOD | {"a": [("orders", "0")]}, "does not exist"),
        ({"a": [("bills", 0)], "b": []}, "'a' is given bills-0, but does not subscribe to bills"),
        (GOOD | {"a": [("orders", 1)]}, "orders-1 is given out to 'a' and to 'b'"),
        (GOOD | {"a": [("orders", 0)] * 2}, "orders-0 is given out twice"),
        (GOOD | {"a": ["x" * 500]}, "…"),
    ],
)
def test_a_bad_answer_is_told_in_one_sentence(answer: Any, said: str) -> None:
    with pytest.raises(BadAssignment, match=said) as caught:
        usable(answer, [A, B], TOPICS)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200


def test_what_would_move_is_held_back_and_what_is_free_is_not() -> None:
    a = Member("a", ("orders",), None, (("orders", 0), ("orders", 1)), 4)
    b = Member("b", ("orders",))
    assignment, withheld = hold_back({"a": [("orders", 0)], "b": [("orders", 1), ("orders", 2)]}, [a, b])
    assert assignment == {"a": [("orders", 0)], "b": [("orders", 2)]} and withheld == [("orders", 1)]
    assert hold_back(assignment, [a, b]) == (assignment, withheld)


def test_of_two_claims_the_later_generation_counts() -> None:
    old, new = (Member(i, ("orders",), None, (("orders", 0),), g) for i, g in (("a", 3), ("b", 4)))
    for members in ([old, new], [new, old]):
        assert hold_back({"a": [], "b": [("orders", 0)]}, members) == ({"a": [], "b": [("orders", 0)]}, [])
        assert hold_back({"a": [("orders", 0)], "b": []}, members) == ({"a": [], "b": []}, [("orders", 0)])
