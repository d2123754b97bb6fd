"""Our assignors against what Apache's Java client (kafka-clients 4.3.0) answered; see vectors/assignors_java.json."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from labs.kafka.groups import Member, cooperative_sticky_assign, range_assign, round_robin_assign, sticky, sticky_assign

CASES = json.loads((Path(__file__).parent / "vectors" / "assignors_java.json").read_text())["cases"]
STICKY = [case for case in CASES if "sticky" in case]


def member(spec):
    return Member(spec["id"], tuple(spec["topics"]), instance_id=spec.get("instance"))


def assignment(answer):
    return {m: sorted((topic, n) for topic, numbers in share.items() for n in numbers) for m, share in answer.items()}


def by_member(answer):
    return {m: sorted(mine) for m, mine in answer.items()}


def imbalance(answer):
    """The difference in size summed over all pairs of members: what Apache's sticky assignor calls balance score."""
    sizes = [len(mine) for mine in answer.values()]
    return sum(abs(a - b) for i, a in enumerate(sizes) for b in sizes[:i])


def moved(members, answer):
    return sum(p not in answer[m.id] for m in members for p in m.owned)


def after_the_event(case):
    """The members as they come to the second assignment: those that stay own what Java's first one gave them."""
    fresh, event = assignment(case["sticky"]["fresh"]), case["sticky"]["event"]
    members = [replace(member(m), owned=tuple(fresh[m["id"]]), generation=1) for m in case["members"]]
    if "join" in event:
        return [*members, member(event["join"])]
    return [m for m in members if m.id != event["leave"]]


def test_the_vectors_are_all_there():
    assert len(CASES) == 120
    assert sum(any("instance" in m for m in case["members"]) for case in CASES) == 36
    assert len(STICKY) == 84


@pytest.mark.parametrize(("name", "assign"), [("range", range_assign), ("roundrobin", round_robin_assign)])
def test_range_and_round_robin_give_all_of_the_120_answers(name, assign):
    for case in CASES:
        answer = assign([member(m) for m in case["members"]], case["topics"])
        assert by_member(answer) == assignment(case["expect"][name]), case


def test_fresh_sticky_is_as_even_as_javas():
    for case in STICKY:
        ours = sticky_assign([member(m) for m in case["members"]], case["topics"])
        assert imbalance(ours) == imbalance(assignment(case["sticky"]["fresh"])), case


def test_after_a_join_or_a_leave_sticky_is_as_even_as_javas_and_moves_no_more():
    for case in STICKY:
        members, java = after_the_event(case), assignment(case["sticky"]["after"])
        ours = sticky_assign(members, case["topics"])
        assert imbalance(ours) == imbalance(java), case
        assert moved(members, ours) <= moved(members, java), case


def test_what_a_cooperative_round_withholds_is_what_java_withholds(monkeypatch):
    withheld = 0
    for case in STICKY:
        members, java = after_the_event(case), assignment(case["sticky"]["after"])
        # From one and the same target, so that only the withholding is compared.
        monkeypatch.setattr(sticky, "sticky_assign", lambda *_, java=java: java)
        first = cooperative_sticky_assign(members, case["topics"])
        assert by_member(first) == assignment(case["sticky"]["cooperative_first_round"]), case
        withheld += sum(map(len, java.values())) - sum(map(len, first.values()))
    assert withheld > 50


def test_in_our_cooperative_first_round_nobody_gets_what_another_still_holds():
    for case in STICKY:
        members = after_the_event(case)
        first = cooperative_sticky_assign(members, case["topics"])
        for m in members:
            assert not set(first[m.id]) & {p for other in members if other is not m for p in other.owned}
        second = [replace(m, owned=tuple(first[m.id]), generation=2) for m in members]
        assert cooperative_sticky_assign(second, case["topics"]) == sticky_assign(second, case["topics"])
        assert moved(second, sticky_assign(second, case["topics"])) == 0
