"""KIP-848's assignors on the broker, by their properties: complete, valid, even, and how sticky each is."""

import random
from dataclasses import replace

import pytest

from labs.kafka.groups import Member, range_assign, server_range_assign, server_uniform_assign, sticky_assign


def some_group(seed, *, equal):
    rng = random.Random(seed)
    topics = {f"t{i}": rng.randint(0, 9) for i in range(rng.randint(1, 4))}
    kinds = (
        [tuple(topics)] if equal else [tuple(rng.sample(list(topics), rng.randint(1, len(topics)))) for _ in range(3)]
    )
    return [Member(f"m{i}", rng.choice(kinds)) for i in range(rng.randint(1, 8))], topics


def settle(members, assignment):
    """The next target is computed from this one: members own what the broker last decided for them."""
    return [replace(m, owned=tuple(assignment.get(m.id, ())), generation=1) for m in members]


def after_an_event(rng, members, topics):
    if rng.random() < 0.4 and len(members) > 1:
        leaver = rng.choice(members)
        return [m for m in members if m is not leaver], topics
    if rng.random() < 0.6:
        newcomer = Member(f"{rng.choice('az')}-new-{rng.random()}", rng.choice(members).topics)
        return [*members, newcomer], topics
    return members, {topic: count + rng.randint(0, 4) for topic, count in topics.items()}


def moved(members, assignment):
    return sum(p not in assignment[m.id] for m in members for p in m.owned)


def check_complete_and_valid(members, topics, assignment):
    by_id = {m.id: m for m in members}
    assert assignment.keys() == by_id.keys()
    assert all(topic in by_id[m].topics for m, mine in assignment.items() for topic, _ in mine)
    wanted = {topic for m in members for topic in m.topics}
    given = sorted(p for mine in assignment.values() for p in mine)
    assert given == sorted((t, n) for t in wanted for n in range(topics[t]))


def sizes(assignment):
    return [len(mine) for mine in assignment.values()]


@pytest.mark.parametrize("equal", [True, False], ids=["equal", "uneven"])
def test_uniform_is_complete_valid_and_even(equal):
    for seed in range(300):
        rng = random.Random(seed)
        members, topics = some_group(seed, equal=equal)
        for _ in range(3):
            assignment = server_uniform_assign(members, topics)
            check_complete_and_valid(members, topics, assignment)
            if equal:
                assert max(sizes(assignment)) - min(sizes(assignment)) <= 1
            for poor in members:  # nobody could take over a partition of a reader with two more
                for mine in assignment.values():
                    if len(mine) >= len(assignment[poor.id]) + 2:
                        assert not any(topic in poor.topics for topic, _ in mine)
            members, topics = after_an_event(rng, settle(members, assignment), topics)


@pytest.mark.parametrize("equal", [True, False], ids=["equal", "uneven"])
def test_uniform_moves_nothing_when_nothing_happened(equal):
    for seed in range(200):
        members, topics = some_group(seed, equal=equal)
        assignment = server_uniform_assign(members, topics)
        assert server_uniform_assign(settle(members, assignment), topics) == assignment


def test_uniform_keeps_every_member_filled_up_to_its_quota():
    for seed in range(300):
        members, topics = some_group(seed, equal=True)
        members, topics = after_an_event(
            random.Random(seed), settle(members, server_uniform_assign(members, topics)), topics
        )
        assignment = server_uniform_assign(members, topics)
        for m in members:
            kept = [p for p in m.owned if p in assignment[m.id]]
            assert len(kept) == min(len(m.owned), len(assignment[m.id])), (seed, m.id)


def test_uniform_leaves_a_larger_share_where_it_is():
    """Before Kafka 4.1 the first members got the larger shares, whoever held one (KAFKA-18688)."""
    first = Member("a", ("t",), owned=(("t", 0),), generation=1)
    last = Member("b", ("t",), owned=(("t", 1), ("t", 2)), generation=1)
    assert server_uniform_assign([first, last], {"t": 3}) == {"a": [("t", 0)], "b": [("t", 1), ("t", 2)]}


def test_in_a_new_group_uniform_gives_the_larger_shares_to_the_last_members():
    members = [Member(name, ("t",)) for name in "abc"]
    assert sizes(server_uniform_assign(members, {"t": 5})) == [1, 2, 2]


def test_with_equal_subscriptions_uniform_moves_no_more_than_sticky_does():
    for seed in range(300):
        rng = random.Random(seed)
        members, topics = some_group(seed, equal=True)
        for _ in range(3):
            members, topics = after_an_event(rng, settle(members, server_uniform_assign(members, topics)), topics)
            assert moved(members, server_uniform_assign(members, topics)) == moved(
                members, sticky_assign(members, topics)
            )


def test_a_name_that_no_topic_bears_makes_a_group_uneven():
    """Then it is the first members that have more, and, of those who have most, the last that gives."""
    alike = [Member(name, ("t",)) for name in "abc"]
    odd = [*alike[:2], Member("c", ("t", "nobody"))]
    assert sizes(server_uniform_assign(alike, {"t": 4})) == [1, 1, 2]
    assert sizes(server_uniform_assign(odd, {"t": 4})) == [2, 1, 1]
    two = settle(alike[:2], server_uniform_assign(alike[:2], {"t": 4}))
    joined = server_uniform_assign([*two, odd[2]], {"t": 4})
    assert joined == {"a": [("t", 0), ("t", 1)], "b": [("t", 2)], "c": [("t", 3)]}


@pytest.mark.parametrize("equal", [True, False], ids=["equal", "uneven"])
def test_range_on_the_broker_cuts_as_range_in_the_client_does_whatever_was_owned(equal):
    for seed in range(100):
        members, topics = some_group(seed, equal=equal)
        rng = random.Random(seed)
        members = [replace(m, instance_id=rng.choice([None, f"i{9 - i}"])) for i, m in enumerate(members)]
        expected = range_assign(members, topics)
        check_complete_and_valid(members, topics, expected)
        assert server_range_assign(settle(members, sticky_assign(members, topics)), topics) == expected
