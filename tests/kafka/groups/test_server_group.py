from typing import Any

from labs.kafka.groups.coordinator import Answer
from labs.kafka.groups.members import Assignment, Member, Partition
from labs.kafka.groups.rebalance import rebalance
from labs.kafka.groups.server_group import JOIN, LEAVE, LEAVE_FOR_A_WHILE, ServerGroup
from labs.kit.trace import Clock

P0, P1, P2, P3 = (("orders", i) for i in range(4))


class Desk:
    """A group to talk to by hand. Its assignor deals four partitions out, the later members first."""

    def __init__(self, **settings: float) -> None:
        self.clock, self.told = Clock(), []  # type: ignore[var-annotated]
        self.group = ServerGroup(
            self.clock, self.tell, self.assign, **{"session_timeout": 10, "rebalance_timeout": 8} | settings
        )

    def tell(self, kind: str, who: str, **data: Any) -> None:
        self.told.append((self.clock.now, kind, who, data.get("why")))

    def assign(self, members: list[Member], who: str) -> Assignment:
        names = sorted(m.id for m in members)
        return {name: [("orders", p) for p in range(4) if names[p % len(names)] == name] for name in names}

    def beat(self, who: str, epoch: int, *owned: Partition, static: bool = False, id: str = "") -> Answer:
        member = Member(id or who, ("orders",), who if static else None, (), epoch)
        return self.group.heartbeat(who, member, owned)

    def quiet(self, who: str, epoch: int) -> Answer:
        return self.group.heartbeat(who, Member(who, ("orders",), None, (), epoch))


def test_a_partition_is_given_on_only_after_its_owner_has_said_that_it_gave_it_up() -> None:
    desk = Desk()
    assert desk.beat("a", JOIN).partitions == (P0, P1, P2, P3)
    desk.beat("a", 1, P0, P1, P2, P3)
    joined = desk.beat("b", JOIN)
    assert joined.generation == 2 and joined.partitions == ()
    told = desk.quiet("a", 1)
    assert told.generation == 1 and told.partitions == (P0, P2)  # still at its epoch
    assert desk.quiet("b", 2).partitions == ()
    assert desk.beat("a", 1, P0, P1, P2, P3).generation == 1  # has heard, has not done it yet
    assert desk.quiet("b", 2).partitions == ()
    assert desk.beat("a", 1, P0, P2).generation == 2
    assert desk.group.state == "Reconciling"
    assert desk.quiet("b", 2).partitions == (P1, P3)
    assert desk.group.state == "Stable"


def test_a_member_whose_target_stays_the_same_is_asked_for_nothing() -> None:
    desk = Desk()
    epochs = {who: desk.beat(who, JOIN).generation for who in "abcd"}
    for _ in range(2):
        for who, owned in zip("abcd", (P0, P1, P2, P3), strict=True):
            epochs[who] = desk.beat(who, epochs[who], owned).generation
    assert desk.group.state == "Stable" and set(epochs.values()) == {4}
    assert desk.beat("e", JOIN).partitions == ()
    assert [desk.quiet(who, 4).partitions for who in "abcd"] == [(P0,), (P1,), (P2,), (P3,)]
    assert desk.group.state == "Stable" and desk.group.epoch == 5


def test_a_silent_member_is_out_after_the_session_timeout_and_a_leaving_one_at_once() -> None:
    desk = Desk()
    desk.beat("a", JOIN)
    desk.beat("b", JOIN)
    desk.clock.run(5)
    desk.beat("a", 1, P0, P2)
    desk.clock.run(12)
    assert (10, "expired", "b", "session timeout") in desk.told
    assert desk.quiet("b", 2).error == "UNKNOWN_MEMBER_ID"
    assert desk.quiet("a", 2).partitions == (P0, P1, P2, P3)
    desk.beat("a", LEAVE)
    assert desk.group.state == "Empty" and desk.group.seats == {}


def test_a_member_that_does_not_give_up_its_partitions_in_time_is_out() -> None:
    desk = Desk(session_timeout=60)
    desk.beat("a", JOIN)
    desk.beat("b", JOIN)
    desk.quiet("a", 1)
    desk.clock.run(8)
    assert desk.told[-2][1:] == ("expired", "a", "rebalance timeout")
    assert desk.quiet("b", 2).partitions == (P0, P1, P2, P3)


def test_whoever_acknowledges_in_time_stays_however_many_targets_follow() -> None:
    """Each target has the whole rebalance timeout (8 s), also if the member's epoch has not changed since the last."""
    desk = Desk(session_timeout=60)
    desk.beat("a", JOIN)
    desk.beat("b", JOIN)
    assert desk.quiet("a", 1).partitions == (P0, P2)
    desk.clock.run(6)
    desk.beat("c", JOIN)
    assert desk.beat("a", 1, P0, P2).partitions == (P0,)  # P1 and P3 were given up; now it is P2 that c is to have
    desk.clock.run(13)
    followed = desk.beat("a", 1, P0)
    assert (followed.generation, followed.partitions) == (3, (P0, P3))
    assert not [what for what in desk.told if what[1] == "expired"]


def test_members_that_follow_are_never_removed() -> None:
    trace = rebalance(
        protocol="kip848",
        consumers=3,
        stagger=0.3,
        partitions=12,
        heartbeat=0.3,
        max_poll_interval=1.0,
        seed=3,
        until=30,
    )
    assert trace.of("expired", "lost", "zombie") == []
    assert trace.of("state")[-1]["state"] == "Stable"


def test_only_the_current_epoch_counts_and_the_one_before_while_nothing_else_is_owned() -> None:
    desk = Desk()
    desk.beat("a", JOIN)
    desk.beat("b", JOIN)
    desk.beat("a", 1, P0, P1, P2, P3)
    assert desk.beat("a", 1, P0, P2).generation == 2
    assert desk.beat("a", 1, P0).generation == 2  # the answer with epoch 2 may have been lost
    assert desk.quiet("a", 1).error == "FENCED_MEMBER_EPOCH"  # what does it own?
    assert desk.beat("a", 1, P0, P1).error == "FENCED_MEMBER_EPOCH"
    assert desk.beat("a", 3, P0).error == "FENCED_MEMBER_EPOCH"
    desk.beat("c", JOIN)
    desk.beat("a", 2, P0)
    assert desk.quiet("a", 3).generation == 3
    assert desk.beat("a", 1, P0).error == "FENCED_MEMBER_EPOCH"  # two epochs ago
    assert desk.beat("a", JOIN).generation == 3  # a fenced member starts anew


def test_while_it_is_told_to_give_up_a_partition_the_others_that_move_are_not_free_either() -> None:
    desk = Desk()
    desk.beat("a", JOIN)
    desk.beat("b", JOIN)
    desk.beat("a", 1, P1)  # has P3 no more, P1 still; the broker waits for both
    assert desk.quiet("b", 2).partitions == ()
    desk.beat("a", 1)
    assert desk.quiet("b", 2).partitions == (P1, P3)


def test_commits_are_fenced_by_the_member_epoch() -> None:
    desk = Desk()
    desk.beat("a", JOIN)
    assert desk.group.commit(Member("a", ("orders",), None, (), 1)) is None
    assert desk.group.commit(Member("a", ("orders",), None, (), 0)) == "STALE_MEMBER_EPOCH"
    assert desk.group.commit(Member("x", ("orders",), None, (), 1)) == "UNKNOWN_MEMBER_ID"
    assert desk.quiet("a", 7).error == "FENCED_MEMBER_EPOCH"


def test_a_static_member_that_closed_finds_its_partitions_again() -> None:
    desk = Desk()
    desk.beat("a", JOIN, static=True)
    desk.beat("b", JOIN, static=True)
    desk.beat("a", LEAVE_FOR_A_WHILE, static=True)
    assert desk.group.epoch == 2
    back = desk.beat("a", JOIN, static=True, id="a.2")
    assert back.generation == desk.group.epoch == 2 and back.partitions == (P0, P2)
    assert desk.beat("a", 2, static=True).error == "FENCED_INSTANCE_ID"


def test_a_static_member_that_leaves_frees_what_it_had_to_give_up_and_is_unknown_under_its_old_epoch() -> None:
    desk = Desk()
    desk.beat("a", JOIN, static=True)
    desk.beat("b", JOIN)
    desk.beat("a", 1, P0, P1, P2, P3, static=True)
    assert desk.quiet("b", 2).partitions == ()
    desk.beat("a", LEAVE_FOR_A_WHILE, static=True)
    assert desk.quiet("b", 2).partitions == (P1, P3)
    assert desk.beat("a", 1, P0, static=True).error == "FENCED_MEMBER_EPOCH"
    desk.clock.run(9)
    assert desk.beat("a", JOIN, static=True).partitions == (P0, P2)


def test_a_static_member_that_died_has_to_wait_for_its_own_session_to_end() -> None:
    desk = Desk()
    desk.beat("a", JOIN, static=True)
    assert desk.beat("a", JOIN, static=True, id="a.2").error == "UNRELEASED_INSTANCE_ID"
    desk.clock.run(10)
    assert desk.beat("a", JOIN, static=True, id="a.2").error is None
