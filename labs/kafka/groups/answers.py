"""Is an assignor's answer one that a group can use? Asked of a learner's own assignor before anyone acts on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labs.kafka.groups.members import Assignment, Member, Partition

if TYPE_CHECKING:
    from labs.kit.trace import Trace


class BadAssignment(ValueError):
    """An assignment that no group can use; says why in one sentence. `trace` is the run up to there, if in a run."""

    trace: Trace | None = None

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def usable(answer: Any, members: Sequence[Member], topics: Mapping[str, int]) -> tuple[Assignment, list[Partition]]:
    """The answer as an Assignment, and the partitions that it leaves without an owner (bad, but not impossible).

    `topics` is {topic: number of partitions}. Raises BadAssignment if the answer is not {member id: [(topic, number),
    …]} with an entry for every member, or gives out a partition that does not exist, that the member does not subscribe
    to, or that someone has already.
    """
    if not isinstance(answer, Mapping):
        raise BadAssignment(
            f"an assignor returns a dict, member id → list of partitions, and not {_short(answer)}"
            + (": is its return missing?" if answer is None else "")
        )
    subscribed = {member.id: member.topics for member in members}
    for member_id in answer:
        if member_id not in subscribed:
            raise BadAssignment(f"{_short(member_id)} is no member of this group ({', '.join(subscribed)})")
    owner: dict[Partition, str] = {}
    assignment: Assignment = {}
    for member_id, its_topics in subscribed.items():
        if member_id not in answer:
            raise BadAssignment(f"member {member_id!r} has no entry: every member needs one, if only an empty list")
        given = answer[member_id]
        if isinstance(given, str | bytes | Mapping) or not hasattr(given, "__iter__"):
            raise BadAssignment(f"member {member_id!r} is given {_short(given)}, and not a list of partitions")
        assignment[member_id] = []
        for partition in given:
            try:
                topic, number = partition
                known = isinstance(topic, str) and isinstance(number, int) and 0 <= number < topics.get(topic, 0)
            except (TypeError, ValueError):
                raise BadAssignment(
                    f"member {member_id!r} is given {_short(partition)}: a partition is a pair such as ('orders', 0)"
                ) from None
            if not known:
                raise BadAssignment(f"member {member_id!r} is given {_short((topic, number))}, which does not exist")
            if topic not in its_topics:
                raise BadAssignment(
                    f"member {member_id!r} is given {topic}-{number}, but does not subscribe to {topic}"
                )
            if (topic, number) in owner:
                first = owner[topic, number]
                twice = "twice" if first == member_id else f"to {first!r} and to {member_id!r}"
                raise BadAssignment(f"partition {topic}-{number} is given out {twice}")
            owner[topic, number] = member_id
            assignment[member_id].append((topic, number))
    wanted = {topic for member in members for topic in member.topics if topic in topics}
    left_out = [(t, n) for t in sorted(wanted) for n in range(topics[t]) if (t, n) not in owner]
    return assignment, left_out


def hold_back(assignment: Assignment, members: Sequence[Member]) -> tuple[Assignment, list[Partition]]:
    """KIP-429: what would move straight from one member to another is given to nobody in this round.

    Gives the assignment without these partitions, and the partitions. Their owners will see that they are to go, give
    them up and join again; the next round can give them away. An answer that has already been through this is not
    changed. Of two members that claim a partition, the one of the later generation is its owner.
    """
    owner: dict[Partition, str] = {}
    for member in sorted(members, key=lambda m: m.generation):
        owner.update(dict.fromkeys(member.owned, member.id))
    kept = {i: [p for p in given if owner.get(p, i) == i] for i, given in assignment.items()}
    given_out = {p for given in kept.values() for p in given}
    return kept, sorted(p for p in owner if p not in given_out)


def _short(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else text[:57] + "…"
