"""Range and round robin against real groups: librdkafka's consumers on its mock cluster, several groups at a time."""

import random
from concurrent.futures import ThreadPoolExecutor

from labs.kafka.groups import ASSIGNORS, compare, real_group, static_members


def some_group(seed):
    rng = random.Random(seed)
    topics = {f"topic-{c}": rng.choice([1, 2, 3, 4, 5, 7, 12]) for c in "abc"[: rng.randint(1, 3)]}
    names = rng.sample([f"c{i}" for i in range(1, 20)], rng.randint(2, 5))
    return {name: rng.sample(list(topics), rng.randint(1, len(topics))) for name in names}, topics


def test_real_groups_agree_in_every_row():
    groups = [(some_group(seed), assignor) for seed in range(12) for assignor in ("range", "roundrobin")]
    with ThreadPoolExecutor(4) as pool:
        real = list(pool.map(lambda g: real_group(*g[0], assignor=g[1], time_limit=120), groups))
    for ((members, topics), assignor), answer in zip(groups, real, strict=True):
        rows = compare(ASSIGNORS[assignor](static_members(members), topics), answer)
        assert len(rows) == len(members)
        assert all(row["same"] for row in rows), (assignor, topics, members, rows)
    assert any(len({frozenset(t) for t in members.values()}) > 1 for (members, _), _ in groups)
