from typing import Any

from labs.kafka.groups.coordinator import Answer, Coordinator
from labs.kafka.groups.members import Assignment, Member
from labs.kit.trace import Clock


class Desk:
    """A coordinator to talk to by hand: requests by consumer name, answers and what it told kept in lists."""

    def __init__(self, **settings: float) -> None:
        self.clock = Clock()
        self.told: list[tuple[float, str, str, dict[str, Any]]] = []
        self.group = Coordinator(
            self.clock,
            lambda kind, who, **data: self.told.append((self.clock.now, kind, who, data)),
            **{"session_timeout": 10, "rebalance_timeout": 30, "join_delay": 3} | settings,
        )
        self.answers: dict[str, list[tuple[float, Answer]]] = {}
        self.ids: dict[str, str] = {}

    def me(self, who: str, static: bool = False, generation: int | None = None) -> Member:
        at = self.group.generation if generation is None else generation
        return Member(self.ids.get(who, ""), ("orders",), who if static else None, (), at)

    def join(self, who: str, static: bool = False) -> None:
        note = self.answers.setdefault(who, []).append
        self.ids[who] = self.group.join(who, self.me(who, static), lambda answer: note((self.clock.now, answer)))

    def sync(self, who: str, assignment: Assignment | None = None, static: bool = False) -> list[Answer]:
        got: list[Answer] = []
        self.group.sync(self.me(who, static), assignment, got.append)
        return got

    def last(self, who: str) -> Answer:
        return self.answers[who][-1][1]

    def expired(self) -> list[tuple[float, str, str]]:
        return [(t, who, data["why"]) for t, kind, who, data in self.told if kind == "expired"]

    def stable(self, *names: str, static: bool = False) -> None:
        """Join and sync these; the first is the leader."""
        for who in names:
            self.join(who, static)
        self.clock.run(self.clock.now + 2 * self.group.join_delay + 0.001)
        share: Assignment = {self.ids[who]: [("orders", i)] for i, who in enumerate(names)}
        for i, who in enumerate(names):
            self.sync(who, None if i else share, static)
        assert self.group.state == "Stable"


def test_the_first_join_waits_and_waits_again_when_someone_came() -> None:
    alone, two = Desk(), Desk()
    alone.join("a")
    alone.clock.run(100)
    two.join("a")
    two.clock.at(1, lambda: two.join("b"))
    two.clock.run(100)
    assert alone.answers["a"][0][0] == 3
    assert [two.answers[who][0][0] for who in "ab"] == [6, 6]


def test_the_wait_of_the_first_join_ends_at_the_rebalance_timeout() -> None:
    desk = Desk(rebalance_timeout=10, session_timeout=100)
    for i in range(20):
        desk.clock.at(i, lambda i=i: desk.join(f"c{i}"))  # type: ignore[misc]
    desk.clock.run(10)
    assert desk.answers["c0"][0][0] == 10


def test_only_the_leader_hears_who_is_there_and_it_stays_the_leader() -> None:
    desk = Desk()
    desk.stable("a", "b")
    assert [m.id for m in desk.last("a").members] == ["a", "b"] and desk.last("b").members == ()
    desk.join("c")
    desk.join("b")
    desk.join("a")
    assert [m.id for m in desk.last("a").members] == ["a", "b", "c"] and desk.last("b").members == ()
    assert desk.group.generation == 2


def test_followers_are_answered_when_the_leader_has_brought_the_assignment() -> None:
    desk = Desk()
    desk.join("a")
    desk.join("b")
    desk.clock.run(6)
    follower = desk.sync("b")
    assert follower == [] and desk.group.state == "CompletingRebalance"
    leader = desk.sync("a", {"a": [("orders", 0)], "b": [("orders", 1)]})
    assert leader[0].partitions == (("orders", 0),) and follower[0].partitions == (("orders", 1),)


def test_a_rebalance_is_heard_of_by_heartbeat_only() -> None:
    desk = Desk()
    desk.stable("a", "b")
    assert desk.group.heartbeat(desk.me("a")) is None
    desk.join("c")
    assert desk.group.heartbeat(desk.me("a")) == "REBALANCE_IN_PROGRESS"
    assert desk.group.commit(desk.me("a")) is None  # it may still commit what it is about to give up
    desk.join("a")
    assert desk.answers["c"] == []  # b has not come yet
    desk.join("b")
    assert desk.last("c").generation == 2


def test_the_slowest_dynamic_member_is_waited_for_up_to_the_rebalance_timeout_and_then_removed() -> None:
    desk = Desk(rebalance_timeout=8)
    desk.stable("a", "b")
    start = desk.clock.now
    desk.join("c")
    desk.join("a")
    desk.clock.run(start + 60)
    assert desk.answers["c"][0][0] == start + 8
    assert desk.expired()[0] == (start + 8, "b", "rebalance timeout")
    assert [m.id for m in desk.answers["a"][1][1].members] == ["a", "c"]
    assert desk.group.commit(desk.me("b", generation=1)) == "UNKNOWN_MEMBER_ID"


def test_a_static_member_that_did_not_rejoin_keeps_its_seat_but_not_its_generation() -> None:
    desk = Desk(rebalance_timeout=8, session_timeout=50)
    desk.stable("a", "b", static=True)
    desk.join("c")
    desk.join("a", static=True)
    desk.clock.run(desk.clock.now + 8)
    assert [m.id for m in desk.last("a").members] == ["a", "b", "c"] and desk.expired() == []
    assert desk.group.commit(desk.me("b", static=True, generation=1)) == "ILLEGAL_GENERATION"


def test_a_silent_member_is_out_after_the_session_timeout_and_a_waiting_one_is_not() -> None:
    desk = Desk(rebalance_timeout=100)
    desk.stable("a", "b")
    start = desk.clock.now
    for t in range(1, 60):
        desk.clock.at(start + t, lambda: desk.group.heartbeat(desk.me("a")))
    desk.clock.run(start + 9)
    assert desk.expired() == []
    desk.join("c")  # and waits, without a heartbeat, for much longer than a session
    desk.clock.run(start + 50)
    assert desk.expired() == [(start + 10, "b", "session timeout")]
    assert "c" in desk.group.seats


def test_a_leave_starts_a_rebalance_at_once() -> None:
    desk = Desk()
    desk.stable("a", "b")
    assert desk.group.leave(desk.me("b")) is None
    assert desk.group.state == "PreparingRebalance"
    assert desk.group.leave(desk.me("b")) == "UNKNOWN_MEMBER_ID"
    desk.group.leave(desk.me("a"))
    assert desk.group.state == "Empty" and desk.group.generation == 2


def test_a_static_member_comes_back_under_a_new_id_to_its_old_partitions_without_a_rebalance() -> None:
    desk = Desk()
    desk.stable("a", "b", static=True)
    old, desk.ids["a"] = desk.me("a", static=True), ""
    desk.join("a", static=True)
    assert desk.ids["a"] == "a.2" and desk.last("a").generation == 1 and desk.last("a").members == ()
    assert desk.sync("a", static=True)[0].partitions == (("orders", 0),)
    assert desk.group.state == "Stable" and desk.group.leader == "a.2"
    for refused in (desk.group.heartbeat(old), desk.group.commit(old), desk.group.leave(old)):
        assert refused == "FENCED_INSTANCE_ID"


def test_a_static_twin_takes_the_place_of_one_that_waits_to_join() -> None:
    desk = Desk()
    desk.join("a", static=True)
    desk.ids["a"] = ""
    desk.join("a", static=True)
    desk.clock.run(10)
    assert [answer.error for _, answer in desk.answers["a"]] == ["FENCED_INSTANCE_ID", None]
    assert list(desk.group.seats) == ["a.2"]


def test_requests_of_strangers_and_of_old_generations_are_refused() -> None:
    desk = Desk()
    desk.stable("a", "b")
    stranger = Member("x", ("orders",))
    assert desk.group.heartbeat(stranger) == desk.group.commit(stranger) == "UNKNOWN_MEMBER_ID"
    old = desk.me("a", generation=0)
    assert desk.group.heartbeat(old) == desk.group.commit(old) == "ILLEGAL_GENERATION"
    got: list[Answer] = []
    desk.group.join("x", stranger, got.append)
    assert got[0].error == "UNKNOWN_MEMBER_ID"


def test_while_the_assignment_is_awaited_nobody_commits_and_a_newcomer_starts_over() -> None:
    desk = Desk()
    desk.join("a")
    desk.join("b")
    desk.clock.run(6)
    waiting = desk.sync("b")
    assert desk.group.commit(desk.me("b")) == "REBALANCE_IN_PROGRESS"
    desk.join("c")
    assert waiting[0].error == "REBALANCE_IN_PROGRESS"
    assert desk.sync("a", {"a": []})[0].error == "REBALANCE_IN_PROGRESS"


def test_a_leader_that_never_brings_an_assignment_is_removed() -> None:
    desk = Desk(rebalance_timeout=8, session_timeout=100)
    desk.join("a")
    desk.join("b")
    desk.clock.run(6)
    waiting = desk.sync("b")
    desk.clock.run(14)
    assert desk.expired() == [(14, "a", "rebalance timeout")] and waiting[0].error == "REBALANCE_IN_PROGRESS"
    desk.join("b")
    assert [m.id for m in desk.last("b").members] == ["b"]
