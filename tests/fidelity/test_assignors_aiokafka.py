"""Range and round robin against aiokafka's on generated groups: uneven subscriptions, absent topics, nobody static."""

import logging
import random
from types import SimpleNamespace

import pytest
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from labs.kafka.groups import Member, range_assign, round_robin_assign

GROUPS = 600


def some_group(seed):
    rng = random.Random(seed)
    names = [f"topic-{c}" for c in "abcdefg"[: rng.randint(1, 7)]]
    topics = {name: rng.choice([0, 1, 2, 3, 5, 8, 13, 40]) for name in names if rng.random() > 0.1}
    # Numbers of different length, so that order by text and order by number are not the same.
    ids = rng.sample(range(200), rng.randint(1, 12))
    return [Member(f"member-{i}", tuple(rng.sample(names, rng.randint(1, len(names))))) for i in ids], topics


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(range_assign, RangePartitionAssignor), (round_robin_assign, RoundRobinPartitionAssignor)],
    ids=["range", "roundrobin"],
)
def test_the_same_answer_for_every_group(ours, theirs, caplog):
    caplog.set_level(logging.ERROR)  # it warns of every absent topic
    uneven = 0
    for seed in range(GROUPS):
        members, topics = some_group(seed)
        cluster = SimpleNamespace(
            partitions_for_topic=lambda name, topics=topics: set(range(topics[name])) if name in topics else None
        )
        answer = theirs.assign(cluster, {m.id: theirs.metadata(m.topics) for m in members})
        expected = {
            member: sorted((p.topic, p.partition) for p in given.partitions()) for member, given in answer.items()
        }
        assert ours(members, topics) == expected, seed
        uneven += len({frozenset(m.topics) for m in members}) > 1
    assert uneven > GROUPS / 2
