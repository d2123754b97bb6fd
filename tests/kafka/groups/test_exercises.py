"""The exercises of lesson 06: right answers in any style pass, wrong ones are caught and told nothing untrue, and the
cases hold what is easily forgotten. (Stub, solution and the named mistakes of every exercise: tests/kit.)
"""

from collections import Counter
from itertools import product

import pytest

from labs.kafka.groups import Member, range_assign, round_robin_assign
from labs.kafka.groups.capacity import Plan
from labs.kafka.groups.exercises import range_wrong, sticky_wrong
from labs.kafka.groups.exercises.capacity import is_clear, plan
from labs.kafka.groups.exercises.cases import (
    larger_groups,
    larger_pasts,
    small_groups,
    small_pasts,
    twice,
    unread_topics,
    vanished,
)
from labs.kafka.groups.exercises.shares import beside, read
from labs.kafka.groups.exercises.sticky import all_there, few_moves, fewest_moves
from labs.kit import check
from labs.kit.checking import catalogue
from labs.kit.checking.exercise import Wrong
from tests.kafka.groups import answers_to_capacity, answers_to_range, answers_to_round_robin, answers_to_sticky
from tests.kit.answers import fails, passes, right_ones, wrong_ones

IDS = ("kafka-range", "kafka-round-robin", "kafka-sticky", "kafka-capacity")
EXERCISES = {name: catalogue.find(name) for name in IDS}
ANSWERS = [one.answers for one in (answers_to_range, answers_to_round_robin, answers_to_sticky, answers_to_capacity)]


@pytest.mark.parametrize(("exercise", "function"), right_ones(*ANSWERS))
def test_a_right_answer_passes_in_whatever_style(exercise, function):
    passes(exercise, function)


@pytest.mark.parametrize(("exercise", "function", "told"), wrong_ones(*ANSWERS))
def test_a_wrong_answer_is_caught_and_told_only_what_is_true(exercise, function, told):
    fails(exercise, function, told)


def test_these_are_the_exercises():
    assert {name for name in catalogue.ids() if catalogue.find(name).lesson == "06"} == set(IDS)
    assert [EXERCISES[name].points for name in IDS] == [2, 2, 3, 2]
    assert all(len(EXERCISES[name].hints) >= 3 for name in IDS)


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", IDS)
def test_the_smallest_cases_come_first_and_no_case_has_static_members(name):
    cases = list(EXERCISES[name].cases())
    assert len(cases) > 50
    if name != "kafka-capacity":
        sizes = [len(members) + sum(topics.values()) for members, topics in cases]
        assert sizes[0] == 2 and max(sizes[:20]) < min(sizes[-20:])
        assert all(m.instance_id is None for members, _ in cases for m in members)


def _order(key):
    return lambda members: sorted(members, key=key)


def test_small_groups_tell_every_order_of_the_members_from_text_order():
    for key in (
        lambda m: int("".join(filter(str.isdecimal, m.id)) or 0),
        lambda m: m.id.lower(),
        lambda m: (len(m.id), m.id),
        lambda m: m.id.encode("utf-8", "replace")[::-1],
    ):
        assert any(_order(key)(members) != _order(lambda m: m.id)(members) for members, _ in small_groups())


def test_small_groups_have_all_that_is_easily_forgotten():
    groups = small_groups()
    assert any(not m.topics for members, _ in groups for m in members)  # subscribes to nothing
    assert any(unread_topics(group) for group in groups)
    assert any(list(topics) != sorted(topics) for _, topics in groups)
    assert any(a in b for _, topics in groups for a in topics for b in topics if a != b)  # names inside one another
    assert any(sorted(topics, key=len) != sorted(topics) for _, topics in groups)
    assert any(max(topics.values()) > 10 for _, topics in groups)
    assert any(not m.id.isascii() for members, _ in groups for m in members)


def test_small_pasts_have_all_that_is_easily_forgotten():
    gone = {p for case in small_pasts() for p in vanished(case)}
    assert {("orders", 1), ("orders", 3), ("payments", 0)} <= gone
    assert any(len(case[1]) == 2 for case in small_pasts()) and any(twice(case) for case in small_pasts())


@pytest.mark.parametrize("larger", [larger_pasts, larger_groups])
def test_larger_cases_have_it_too(larger):
    from hypothesis import find

    if larger is larger_pasts:
        for gone in (("orders", 5), ("refunds", 0)):
            assert find(larger(), lambda case, gone=gone: gone in vanished(case))
    else:
        assert find(larger(), lambda case: list(case[1]) != sorted(case[1]))
        assert find(larger(), unread_topics)
        assert find(larger(), lambda case: any(m.id == "c10" for m in case[0]))


def test_loads_are_fractional_too_and_no_limit_is_met_so_exactly_that_rounding_decides():
    loads = list(EXERCISES["kafka-capacity"].cases())
    assert any(isinstance(load[0], float) and load[0] % 1 for load in loads)
    assert not is_clear((0.1, 0.5, 0.5)) and is_clear((60, 20, 30))
    for rate, consumer, partition in loads:
        assert plan(rate, consumer, partition) == Plan(
            *answers_to_capacity.answers.rights[0](rate, consumer, partition)
        )


@pytest.mark.parametrize(
    ("name", "function", "partitions"),
    [
        ("kafka-range", lambda m, t: range_wrong.cut(m, t, order=range_wrong.as_listed), 1),
        ("kafka-range", lambda m, t: range_wrong.cut(m, t, order=range_wrong.as_numbers), 1),
        ("kafka-range", lambda m, t: range_wrong.cut(m, t, lengths=range_wrong.rest_to_nobody), 1),
        ("kafka-range", range_wrong.in_turn_by_topic, 3),
        ("kafka-range", range_wrong.without_idle, 1),
        ("kafka-round-robin", range_assign, 3),
        ("kafka-sticky", lambda m, t: sticky_wrong.share_out(m, t, order=sticky_wrong.first_by_id), 1),
        ("kafka-sticky", lambda m, t: sticky_wrong.share_out(m, t, believe=sticky_wrong.the_first), 2),
        ("kafka-sticky", lambda m, t: sticky_wrong.share_out(m, t, quota=sticky_wrong.no_limit), 2),
        ("kafka-sticky", lambda m, t: sticky_wrong.share_out(m, t, quota=sticky_wrong.rounded_up), 4),
    ],
)
def test_the_smallest_case_that_shows_a_mistake_is_shown(name, function, partitions):
    report = check(name, function)
    assert sum(report.failure.case[1].values()) == partitions, repr(report)
    assert "smallest case found" in repr(report) and len(repr(report).splitlines()) < 30


# ── reading an answer ─────────────────────────────────────────────────────────────────────────────────────────────────

CASE = ([Member("c1", ("orders",)), Member("c2", ("orders",))], {"orders": 2})


my_range, my_plan = range_assign, answers_to_capacity.answers.rights[0]


def test_lists_tuples_and_sets_in_any_order_do():
    assert read(CASE, {"c2": set(), "c1": ([["orders", 1], ("orders", 0)])}) == {
        "c1": (("orders", 0), ("orders", 1)),
        "c2": (),
    }
    assert check("kafka-range", lambda m, t: {k: set(v) for k, v in reversed(my_range(m, t).items())}).passed
    assert check("kafka-capacity", lambda *case: Plan(*my_plan(*case))).passed
    assert check("kafka-capacity", lambda *case: [float(n) for n in my_plan(*case)]).passed


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "It returned None: expected a dict with a list of partitions for each member's id."),
        ([("orders", 0)], "It returned [('orders', 0)]: expected a dict"),
        ({"c1": None}, "c1 → None: expected a list of (topic, partition) pairs."),
        ({"c1": "orders"}, "c1 → 'orders': expected a list of (topic, partition) pairs."),
        ({"c1": [0]}, "c1 → [0]: expected a list of (topic, partition) pairs, such as ('orders', 0)."),
        ({"c1": [("orders", "0")]}, "c1 → [('orders', '0')]: expected"),
        ({"c1": [("orders", True)]}, "c1 → [('orders', True)]: expected"),
        ({"c1": [("orders", 2)]}, "c1 → orders-2: orders has 2, numbered from 0 to 1."),
        ({"c1": [("other", 0)]}, "c1 → other-0: there is no topic other."),
        ({"c3": []}, "There is no member 'c3'."),
        ({CASE[0][0]: []}, "A key is the whole Member c1: expected its id, 'c1'."),
    ],
)
def test_the_wrong_kind_of_answer_is_one_sentence(answer, told):
    with pytest.raises(Wrong) as caught:
        read(CASE, answer)
    assert caught.value.sentence.startswith(told)


@pytest.mark.parametrize("answer", [3, (1, 2, 3), (0, 1), (1.5, 1), ("1", 1), (True, 1)])
def test_no_plan_is_one_sentence(answer):
    report = check("kafka-capacity", lambda *case: answer)
    assert ("bad", EXERCISES["kafka-capacity"].shape) in report.marks and "expected" in repr(report)


def without_a_guard(members, topics):
    answer = {m.id: [] for m in members}
    for topic in topics:
        readers = sorted(m.id for m in members if topic in m.topics)
        each, more = divmod(topics[topic], len(readers))
        for n in range(topics[topic]):
            place = n // (each + 1) if n < more * (each + 1) else (n - more) // each
            answer[readers[place]].append((topic, n))
    return answer


def goes_round_for_ever(members, topics):
    answer = {m.id: [] for m in members}
    circle, turn = sorted(members, key=lambda m: m.id), 0
    for topic in sorted(topics):
        for n in range(topics[topic]):
            while topic not in circle[turn % len(circle)].topics:
                turn += 1
            answer[circle[turn % len(circle)].id].append((topic, n))
            turn += 1
    return answer


@pytest.mark.parametrize(
    ("name", "function", "told"),
    [
        ("kafka-range", without_a_guard, "ZeroDivisionError"),
        ("kafka-round-robin", goes_round_for_ever, "did not come back within"),
        ("kafka-round-robin", lambda m, t: without_a_guard(m, t) and round_robin_assign(m, t), "ZeroDivisionError"),
    ],
)
def test_a_topic_that_nobody_reads_stops_nobody(name, function, told):
    report = check(name, function)
    assert report.failure.case == ([Member("c1", ("orders",))], {"orders": 1, "payments": 1})
    assert told in report.failure.sentence and report.failure.expected is None
    assert report.misconception.startswith("Nobody subscribes to payments here")


@pytest.mark.parametrize(("name", "right"), [("kafka-range", range_assign), ("kafka-round-robin", round_robin_assign)])
def test_a_topic_that_nobody_reads_goes_to_nobody(name, right):
    def to_all(members, topics):
        answer = right(members, topics)
        for topic in unread_topics((members, topics)):
            answer[min(answer)] += [(topic, n) for n in range(topics[topic])]
        return answer

    assert "c1 gets payments-0, but subscribes only to orders." in repr(check(name, to_all))


def test_what_a_sticky_assignor_stumbles_over_is_named():
    def looks_up(members, topics):
        assert all(number < topics[topic] for m in members for topic, number in m.owned if topics[topic])
        return sticky_wrong.share_out(members, topics)

    assert check("kafka-sticky", looks_up).misconception.startswith("Somebody owned orders-1 here, which has vanished")


def test_what_has_vanished_moves_nowhere_and_is_nobodys():
    gone, kept = ("orders", 1), ("orders", 0)
    case = ([Member(n, ("orders",), owned=(gone,), generation=1) for n in ("c1", "c2")], {"orders": 1})
    assert vanished(case) == {gone} and twice(case) == set() and fewest_moves(case) == 0
    few_moves(case, {"c1": (kept,), "c2": ()})
    with pytest.raises(Wrong, match=r"c1 gets orders-1, which has vanished: orders has 1, numbered from 0 to 0\."):
        all_there(case, {"c1": (kept, gone), "c2": ()})
    assert read(case, {"c2": [gone]}) == {"c2": (gone,)}


def test_the_picture_tells_no_entry_from_nothing():
    svg, told = beside(CASE, {"c1": (("orders", 0), ("orders", 1))}, {"c1": (("orders", 0), ("orders", 1)), "c2": ()})
    assert svg.count(">no entry<") == 1 and svg.count(">nothing<") == 1
    assert told == "your answer: c1: orders-0, orders-1; c2: no entry. expected: c1: orders-0, orders-1; c2: nothing"


def test_a_plan_is_shown_as_a_call_of_the_function_in_the_lesson():
    def plan(rate, per_consumer, per_partition):
        return 1, 1

    for function in (plan, lambda *case: (1, 1)):
        assert "plan(rate=30, per_consumer=25, per_partition=30)" in repr(check("kafka-capacity", function))


def test_a_picture_stands_beside_the_words():
    for name, wrong in [("kafka-range", round_robin_assign), ("kafka-sticky", range_assign)]:
        html = check(name, wrong)._repr_mimebundle_()["text/html"]
        assert 'src="data:image/svg+xml;base64,' in html and 'alt="' in html and "your answer: c1: " in html


# ── the fewest moves ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fewest_moves_are_the_fewest_of_all_balanced_assignments():
    looked_at = 0
    for case in small_pasts():
        members, topics = case
        partitions = [(topic, n) for topic in topics for n in range(topics[topic])]
        if len(members) ** len(partitions) > 100:
            continue
        lost, best = twice(case) | vanished(case), len(partitions)
        for owners in product(members, repeat=len(partitions)):
            many = Counter({m.id: 0 for m in members})
            many.update(m.id for m in owners)
            if max(many.values()) - min(many.values()) <= 1:
                now = dict(zip(partitions, owners, strict=True))
                moved = sum(now[p] != m for m in members for p in m.owned if p not in lost)
                best = min(best, moved)
        assert fewest_moves(case) == best, case
        looked_at += 1
    assert looked_at > 150


def test_one_move_too_many_is_counted():
    case = ([Member("c1", ("orders",), owned=(("orders", 0),), generation=1), Member("c2", ("orders",))], {"orders": 2})
    few_moves(case, {"c1": (("orders", 0),), "c2": (("orders", 1),)})
    with pytest.raises(Wrong, match=r"1 partition leaves its owner \(orders-0\), where none has to"):
        few_moves(case, {"c1": (("orders", 1),), "c2": (("orders", 0),)})
