"""Every exercise of lesson 06: the stub is not started, a solution holds, plausible wrong answers are told apart."""

from collections import Counter
from itertools import cycle, product
from math import ceil

import pytest

from labs.kafka.groups import Member, cooperative_sticky_assign
from labs.kafka.groups.capacity import Plan
from labs.kafka.groups.exercises.assignments import (
    beside,
    larger_groups,
    larger_pasts,
    read,
    small_groups,
    small_pasts,
    twice,
    vanished,
)
from labs.kafka.groups.exercises.sticky import all_there, few_moves, fewest_moves
from labs.kit import catalogue, check
from labs.kit.exercise import Wrong

EXERCISES = {name: catalogue.find(name) for name in catalogue.ids() if name.startswith("kafka-")}

IDS = ("kafka-range", "kafka-round-robin", "kafka-sticky", "kafka-capacity")


@pytest.fixture(autouse=True)
def course(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


# ── solutions, as a learner may write them ────────────────────────────────────────────────────────────────────────────


def my_range(members, topics, *, first=True, by_id=True, everybody=False, idle=True, step=divmod):
    answer = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = [m.id for m in members if everybody or topic in m.topics]
        if by_id:
            readers.sort()
        if not readers:
            continue
        each, more = step(partitions, len(readers))
        start = 0
        for i, name in enumerate(readers):
            length = each + (i < more if first else i >= len(readers) - more)
            answer[name] += [(topic, n) for n in range(start, min(start + length, partitions))]
            start += length
    return answer if idle else {name: mine for name, mine in answer.items() if mine}


def subscribed(members, topics):
    return sorted(topic for topic in topics if any(topic in m.topics for m in members))


def my_round_robin(members, topics, pick=subscribed):
    answer = {m.id: [] for m in members}
    circle = cycle(sorted(members, key=lambda m: m.id))
    for topic in pick(members, topics):
        for n in range(topics[topic]):
            reader = next(m for m in circle if topic in m.topics)
            answer[reader.id].append((topic, n))
    return answer


def my_sticky(members, topics, *, trust=1, most=None, all_there=True):
    everything = [(topic, n) for topic in topics for n in range(topics[topic])]
    claims = Counter(p for m in members for p in m.owned)
    share, longer = divmod(len(everything), len(members))
    answer = {m.id: [] for m in members}
    for m in members:
        mine = [p for p in m.owned if claims[p] <= trust and (p in everything or not all_there)]
        room = most(share, longer, len(members)) if most else share + (longer > 0)
        answer[m.id] = mine[:room]
        if not most and len(answer[m.id]) > share:
            longer -= 1
    taken = {p for mine in answer.values() for p in mine}
    for partition in everything:
        if partition not in taken:
            min(answer.values(), key=len).append(partition)
    return answer


def my_plan(rate, per_consumer, per_partition):
    partitions = ceil(rate / min(per_consumer, per_partition))
    consumers = 1
    while ceil(partitions / consumers) * rate / partitions > per_consumer:
        consumers += 1
    return partitions, consumers


SOLUTIONS = {
    "kafka-range": my_range, "kafka-round-robin": my_round_robin, "kafka-sticky": my_sticky, "kafka-capacity": my_plan,
}  # fmt: skip


def test_these_are_the_exercises():
    assert {exercise.id for exercise in EXERCISES.values() if exercise.lesson == "06"} == set(IDS)
    assert [EXERCISES[name].points for name in IDS] == [2, 2, 3, 2]
    assert all(len(EXERCISES[n].hints) >= 3 and len(EXERCISES[n].misconceptions) >= 3 for n in IDS)


@pytest.mark.parametrize("name", IDS)
def test_the_stub_is_not_started(name):
    def stub(*args):
        # YOUR CODE HERE
        raise NotImplementedError()

    assert check(name, stub).verdict == "not started"


@pytest.mark.parametrize("name", IDS)
def test_the_solution_holds(name):
    report = check(name, SOLUTIONS[name])
    assert report.passed and report.points == EXERCISES[name].points, repr(report)


@pytest.mark.parametrize("name", IDS)
def test_the_reference_holds(name):
    assert check(name, EXERCISES[name].reference).passed


@pytest.mark.parametrize("name", IDS)
def test_the_smallest_cases_come_first_and_no_case_has_static_members(name):
    cases = list(EXERCISES[name].cases())
    assert len(cases) > 50
    if name != "kafka-capacity":
        sizes = [len(members) + sum(topics.values()) for members, topics in cases]
        assert sizes[0] == 2 and max(sizes[:20]) < min(sizes[-20:])
        assert all(m.instance_id is None for members, _ in cases for m in members)


# ── wrong answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def wrong_range(**fault):
    return lambda members, topics: my_range(members, topics, **fault)


def rest_to_last(members, topics):
    answer = {m.id: [] for m in members}
    for topic, partitions in topics.items():
        readers = sorted(m.id for m in members if topic in m.topics)
        for n in range(partitions if readers else 0):
            answer[readers[min(n // max(1, partitions // len(readers)), len(readers) - 1)]].append((topic, n))
    return answer


def end_to_end(members, topics):
    everything = [(t, n) for t in subscribed(members, topics) for n in range(topics[t])]
    cut = my_range([Member(m.id, ("all",)) for m in members], {"all": len(everything)})
    return {name: [everything[n] for _, n in mine] for name, mine in cut.items()}


def each_topic_in_turn(members, topics):
    answer = {m.id: [] for m in members}
    for topic in subscribed(members, topics):
        for (_, n), name in zip(
            [(topic, n) for n in range(topics[topic])],
            cycle(sorted(m.id for m in members if topic in m.topics)),
            strict=False,
        ):
            answer[name].append((topic, n))
    return answer


def in_turn_subscribed_or_not(members, topics):
    answer = {m.id: [] for m in members}
    circle = cycle(sorted(answer))
    for topic in sorted(topics):
        for n in range(topics[topic]):
            answer[next(circle)].append((topic, n))
    return answer


def in_turn_in_order_of_joining(members, topics):
    answer = {m.id: [] for m in members}
    circle = cycle(members)
    for topic in subscribed(members, topics):
        for n in range(topics[topic]):
            answer[next(m for m in circle if topic in m.topics).id].append((topic, n))
    return answer


def turns_among_subscribers(members, topics):
    answer = {m.id: [] for m in members}
    cards = [(t, n) for t in subscribed(members, topics) for n in range(topics[t])]
    for i, (topic, n) in enumerate(cards):
        readers = sorted(m.id for m in members if topic in m.topics)
        answer[readers[i % len(readers)]].append((topic, n))
    return answer


def round_robin_without_idle(members, topics):
    return {name: mine for name, mine in my_round_robin(members, topics).items() if mine}


def keeps_everything(members, topics):
    return my_sticky(members, topics, most=lambda share, longer, n: 99)


def fills_blindly(members, topics):
    answer = my_sticky(members, topics)
    kept = {m.id: [p for p in answer[m.id] if p in m.owned] for m in members}
    free = [p for name in answer for p in answer[name] if p not in kept[name]]
    for i, partition in enumerate(sorted(free)):
        kept[members[i % len(members)].id].append(partition)
    return kept


def in_the_order_of_the_dict(members, topics):
    return my_round_robin(members, topics, lambda members, topics: [t for t in topics if t in subscribed(members, [t])])


def keeps_the_vanished(members, topics):
    return my_sticky(members, topics, all_there=False)


def lesson_sticky(members, topics, *, rank=lambda keeps, name: -len(keeps[name]), trust=lambda claimants: ()):
    """As in the lesson; `rank` orders those who get the extra places, `trust` picks a claimant to be believed."""
    everything = [(topic, n) for topic in sorted(topics) for n in range(topics[topic])]
    claimants = {p: [m.id for m in members if p in m.owned] for p in everything}
    keeps = {
        m.id: [p for p in m.owned if p in everything and (claimants[p] == [m.id] or m.id in trust(claimants[p]))]
        for m in members
    }
    share, longer = divmod(len(everything), len(members))
    quota = {name: share + (i < longer) for i, name in enumerate(sorted(keeps, key=lambda name: rank(keeps, name)))}
    answer = {name: mine[: quota[name]] for name, mine in keeps.items()}
    free = [p for p in everything if not any(p in mine for mine in answer.values())]
    for name, mine in answer.items():
        while len(mine) < quota[name]:
            mine.append(free.pop(0))
    return answer


def extra_to_the_first(members, topics):
    return lesson_sticky(members, topics, rank=lambda keeps, name: name)


def trusts_the_first(members, topics):
    return lesson_sticky(members, topics, trust=lambda claimants: claimants[:1])


def trusts_the_last(members, topics):
    return lesson_sticky(members, topics, trust=lambda claimants: claimants[-1:])


def gives_only_what_was_owned(members, topics):
    owned = {p for m in members for p in m.owned}
    return {name: [p for p in mine if p in owned] for name, mine in my_sticky(members, topics).items()}


WRONG = [
    ("kafka-range", wrong_range(first=False), "gives the longer runs to the last members", 1),
    ("kafka-range", rest_to_last, "leaves all that remains to the last member", None),
    ("kafka-range", wrong_range(step=lambda p, n: (p // n, 0)), "forgets what remains of the division", 1),
    ("kafka-range", wrong_range(step=lambda p, n: (ceil(p / n), 0)), "rounds every run up", None),
    ("kafka-range", my_round_robin, "that is round robin", 3),
    ("kafka-range", each_topic_in_turn, "deals each topic out in turn", 3),
    ("kafka-range", end_to_end, "lays all topics end to end", None),
    ("kafka-range", wrong_range(everybody=True), "counts every member for every topic", None),
    ("kafka-range", wrong_range(by_id=False), "in the order of the list", 1),
    ("kafka-range", wrong_range(idle=False), "leaves idle members out", 1),
    ("kafka-round-robin", my_range, "is what range gives", 3),
    ("kafka-round-robin", each_topic_in_turn, "begins with the first member again for each topic", None),
    ("kafka-round-robin", in_turn_subscribed_or_not, "subscribed or not", None),
    ("kafka-round-robin", turns_among_subscribers, "counts turns among the subscribers", None),
    ("kafka-round-robin", in_turn_in_order_of_joining, "in the order of the list", 1),
    ("kafka-round-robin", in_the_order_of_the_dict, "You took the topics in the order of the dict", 2),
    ("kafka-round-robin", round_robin_without_idle, "leaves idle members out", 1),
    ("kafka-sticky", my_range, "shares everything out anew", None),
    ("kafka-sticky", my_round_robin, "shares everything out anew", None),
    ("kafka-sticky", keeps_the_vanished, "a partition may have vanished", 1),
    ("kafka-sticky", extra_to_the_first,
     "The one extra place went to c1, who had nothing. Give the extra places to those who own most.", 1),
    ("kafka-sticky", trusts_the_first,
     "orders-0 is claimed by c1 and c2, and your answer counts it as c1’s. Neither may be trusted with it: treat it as "
     "free.", 2),
    ("kafka-sticky", trusts_the_last, "and your answer counts it as c2’s", 2),
    ("kafka-sticky", keeps_everything, "newcomers stay poor", 2),
    ("kafka-sticky", lambda m, t: my_sticky(m, t, trust=2), "your answer believes both", 2),
    ("kafka-sticky", lambda m, t: my_sticky(m, t, most=lambda share, longer, n: share + (longer > 0)),
     "lets too many members keep the rounded-up share", 4),
    ("kafka-sticky", lambda m, t: my_sticky(m, t, most=lambda share, longer, n: share), "rounded-down share", None),
    ("kafka-sticky", fills_blindly, "one by one, to whoever has least", None),
    ("kafka-sticky", gives_only_what_was_owned, "only what somebody owned", 1),
    ("kafka-sticky", cooperative_sticky_assign, "to nobody", None),
    ("kafka-capacity", lambda rate, c, p: (max(1, rate // min(c, p)), max(1, rate // c)), "rounds down", None),
    ("kafka-capacity", lambda rate, c, p: (rate // min(c, p) + 1, rate // c + 1), "adds one even where", None),
    ("kafka-capacity", lambda rate, c, p: (ceil(rate / p), ceil(rate / c)), "consumers beyond the number", None),
    ("kafka-capacity", lambda rate, c, p: (ceil(rate / p), ceil(rate / max(c, p))), "fewer consumers than", None),
    ("kafka-capacity", lambda rate, c, p: (ceil(rate / min(c, p)), ceil(rate / c)), "right on average", None),
    ("kafka-capacity", lambda rate, c, p: (ceil(rate / min(c, p)),) * 2, "a consumer of its own", None),
    ("kafka-capacity", lambda rate, c, p: my_plan(rate, c, p)[::-1], "the other way round", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "function", "told", "partitions"), WRONG)
def test_a_plausible_wrong_answer_is_told_what_it_is(name, function, told, partitions):
    report = check(name, function)
    assert report.verdict == "failed" and told in report.misconception, repr(report)
    assert "smallest case found" in repr(report) and len(repr(report).splitlines()) < 30
    if partitions is not None:  # of the smallest failing case
        assert sum(report.failure.case[1].values()) == partitions, repr(report)


def test_each_wrong_answer_has_a_message_of_its_own():
    for name in IDS:
        messages = {told for exercise, _, told, _ in WRONG if exercise == name}
        assert len(messages) >= 3


# ── reading an answer ─────────────────────────────────────────────────────────────────────────────────────────────────

CASE = ([Member("c1", ("orders",)), Member("c2", ("orders",))], {"orders": 2})


def test_lists_tuples_and_sets_in_any_order_do():
    assert read(CASE, {"c2": set(), "c1": ([["orders", 1], ("orders", 0)])}) == {
        "c1": (("orders", 0), ("orders", 1)), "c2": (),
    }  # fmt: skip
    assert check("kafka-range", lambda m, t: {k: set(v) for k, v in reversed(my_range(m, t).items())}).passed
    assert check("kafka-capacity", lambda *case: Plan(*my_plan(*case))).passed
    assert check("kafka-capacity", lambda *case: [float(n) for n in my_plan(*case)]).passed


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, "It gave back None: expected a dict with a list of partitions for each member’s id."),
        ([("orders", 0)], "It gave back [('orders', 0)]: expected a dict"),
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


@pytest.mark.parametrize(
    ("name", "function", "told"),
    [
        ("kafka-range", without_a_guard, "ZeroDivisionError"),
        ("kafka-round-robin", lambda m, t: my_round_robin(m, t, lambda m, t: sorted(t)), "did not come back within"),
        ("kafka-round-robin", lambda m, t: without_a_guard(m, t) and my_round_robin(m, t), "ZeroDivisionError"),
    ],
)
def test_a_topic_that_nobody_reads_stops_nobody(name, function, told):
    report = check(name, function)
    assert report.failure.case == ([Member("c1", ("orders",))], {"orders": 1, "payments": 1})
    assert told in report.failure.sentence and report.failure.expected is None
    assert report.misconception.startswith("Nobody subscribes to payments here")


@pytest.mark.parametrize("name", ("kafka-range", "kafka-round-robin"))
def test_a_topic_that_nobody_reads_goes_to_nobody(name):
    def to_all(members, topics):
        answer = SOLUTIONS[name](members, topics)
        for topic in set(topics) - set(subscribed(members, topics)):
            answer[min(answer)] += [(topic, n) for n in range(topics[topic])]
        return answer

    assert "c1 gets payments-0, but subscribes to orders only." in repr(check(name, to_all))


def test_small_cases_have_all_that_is_easily_forgotten():
    for members, topics in [
        ([Member("c1", ("orders", "payments")), Member("c2", ("orders", "payments"))], {"payments": 1, "orders": 1}),
        ([Member("c1", ("payments",))], {"orders": 1, "payments": 1}),
    ]:
        assert any(case == (members, topics) and list(case[1]) == list(topics) for case in small_groups())
    assert {p for case in small_pasts() for p in vanished(case)} == {
        ("orders", 1), ("orders", 2), ("orders", 3), ("payments", 0), ("payments", 1)
    }  # fmt: skip


@pytest.mark.parametrize("larger", [larger_pasts, larger_groups])
def test_larger_cases_have_it_too(larger):
    from hypothesis import find

    if larger is larger_pasts:
        for gone in (("orders", 5), ("refunds", 0)):
            assert find(larger(), lambda case, gone=gone: gone in vanished(case))
    else:
        assert find(larger(), lambda case: list(case[1]) != sorted(case[1]))
        assert find(larger(), lambda case: len(subscribed(*case)) < len(case[1]))


def test_what_has_vanished_moves_nowhere_and_is_nobodys():
    gone, kept = ("orders", 1), ("orders", 0)
    case = ([Member(n, ("orders",), owned=(gone,), generation=1) for n in ("c1", "c2")], {"orders": 1})
    assert vanished(case) == {gone} and twice(case) == set() and fewest_moves(case) == 0
    few_moves(case, {"c1": (kept,), "c2": ()})
    with pytest.raises(Wrong, match=r"c1 gets orders-1, which has vanished: orders has 1, numbered from 0 to 0\."):
        all_there(case, {"c1": (kept, gone), "c2": ()})
    assert read(case, {"c2": [gone]}) == {"c2": (gone,)}


def test_owning_what_has_vanished_gives_no_right_to_an_extra_place():
    def by_all_owned(members, topics):
        had = {m.id: len(m.owned) for m in members}
        return lesson_sticky(members, topics, rank=lambda keeps, name: -had[name])

    assert check("kafka-sticky", by_all_owned).verdict == "failed"
    assert check("kafka-sticky", lesson_sticky).passed


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
    for name, wrong in [("kafka-range", my_round_robin), ("kafka-sticky", keeps_everything)]:
        html = check(name, wrong)._repr_mimebundle_()["text/html"]
        assert 'src="data:image/svg+xml;base64,' in html and 'alt="' in html and "your answer: c1: " in html


# ── the fewest moves ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fewest_moves_are_the_fewest_of_all_balanced_assignments():
    looked_at = 0
    for case in small_pasts():
        members, topics = case
        partitions = [("orders", n) for n in range(topics["orders"])]
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
    with pytest.raises(Wrong, match=r"1 leaves its owner \(orders-0\), where none has to"):
        few_moves(case, {"c1": (("orders", 1),), "c2": (("orders", 0),)})


def test_range_cases_tell_range_from_its_neighbours():
    for other in (my_round_robin, end_to_end, each_topic_in_turn, rest_to_last):
        assert any(my_range(*case) != other(*case) for case in small_groups())
