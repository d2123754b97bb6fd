"""Rebalances of real clients on a real broker: who is told what, who ends up with what, and in how many generations.

What the stories of test_rebalance_real.py ask of librdkafka's mock cluster is asked of Kafka here, and what the mock
does not know: static members, the real assignors of the broker, and how often the group went through a rebalance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import confluent_kafka
import pytest

from labs.kafka.groups import Member
from labs.kafka.groups.coordinator import Coordinator
from labs.kafka.groups.pauses import ownership
from labs.kafka.groups.rebalance import rebalance
from labs.kit.trace import Clock, Fault, Trace
from tests.fidelity.real_kafka import Kafka, settled
from tests.fidelity.test_rebalance_real import CLASSIC, PATIENT, PROTOCOLS, Group, listener, one_hangs, sizes

SIX = frozenset(range(6))
Told = dict[str, list[tuple[str, frozenset[int]]]]


class RealGroup(Group):
    """The group of test_rebalance_real.py, whose broker can also be asked for the generation."""

    kafka: Kafka

    def start(self, name: str, **more: Any) -> None:
        """As there; `more` settings for this one."""
        before = self.settings
        self.settings = before | {key.replace("_", "."): value for key, value in more.items()}
        super().start(name)
        self.settings = before

    def generation(self) -> int:
        """The number of the last rebalance; KIP-848: the group's epoch."""
        group = self.settings["group.id"]
        if "group.protocol" in self.settings:
            return int(self.kafka.ask("ConsumerGroupDescribe", GroupIds=[group])["Groups"][0]["GroupEpoch"])
        member = self.kafka.ask("DescribeGroups", Groups=[group])["Groups"][0]["Members"][0]
        who = {"MemberId": member["MemberId"], "GroupInstanceId": member["GroupInstanceId"]}
        answers = (  # nothing tells the generation, but a heartbeat is refused with any other
            self.kafka.ask("Heartbeat", GroupId=group, GenerationId=generation, **who)["ErrorCode"]
            for generation in range(1, 100)
        )
        return next((number for number, error in enumerate(answers, 1) if error != 22), 0)

    def at_rest(self, *names: str) -> int:
        """Poll until these share all partitions and nothing has changed for a second; the generation then."""
        self.poll_until(lambda: self.shared_out(*names), limit=60)

        def look() -> Any:
            for consumer in self.consumers.values():
                consumer.poll(0.02)
            return {name: self.owned(name) for name in names}, self.generation()

        shares, generation = settled(look, still=1.0)
        assert frozenset().union(*shares.values()) == SIX
        return int(generation)

    def stop(self, name: str) -> None:
        """It leaves in an orderly way."""
        self.consumers.pop(name).close()


@dataclass(frozen=True)
class Change:
    """An event in a group at rest, until it is at rest again."""

    before: dict[str, frozenset[int]]
    told: Told
    after: dict[str, frozenset[int]]
    generations: int


def changed(group: RealGroup, event: Callable[[], None], before: tuple[str, ...], after: tuple[str, ...]) -> Change:
    generation = group.at_rest(*before)
    had, calls = {name: group.owned(name) for name in before}, {name: len(group.heard[name]) for name in before}
    event()
    later = group.at_rest(*after)
    told = {name: [call for call in group.heard[name][calls.get(name, 0) :] if call[1]] for name in after}
    return Change(had, told, {name: group.owned(name) for name in after}, later - generation)


def joins_and_leaves(group: RealGroup) -> tuple[Change, Change]:
    """c1 and c2 share six partitions, c3 joins; then c2 leaves."""
    group.start("c1")
    group.start("c2")
    joined = changed(group, lambda: group.start("c3"), ("c1", "c2"), ("c1", "c2", "c3"))
    return joined, changed(group, lambda: group.stop("c2"), ("c1", "c2", "c3"), ("c1", "c3"))


def static_restart(group: RealGroup) -> tuple[Change, frozenset[int]]:
    """A static member closes, and is started again before its session has ended."""
    group.start("c1", group_instance_id="i1")
    group.start("c2", group_instance_id="i2")

    def restart() -> None:
        group.stop("c2")
        group.poll_until(lambda: len(group.owned("c1")) == 3)
        group.start("c2", group_instance_id="i2")

    change = changed(group, restart, ("c1", "c2"), ("c1", "c2"))
    return change, group.owned("c2")


def static_gone(group: RealGroup) -> Change:
    """A static member closes and does not come back: its session has to end first."""
    patient = {key.replace(".", "_"): value for key, value in PATIENT["eager"].items()}
    group.start("c1", group_instance_id="i1", **patient)
    group.start("c2", group_instance_id="i2")
    return changed(group, lambda: group.stop("c2"), ("c1", "c2"), ("c1",))


def static_twice(group: RealGroup) -> tuple[str, frozenset[int], frozenset[int]]:
    """Two processes with one instance id: which error ends the first, what it had, what the second has."""
    group.start("c1", group_instance_id="i1")
    group.at_rest("c1")
    had = group.owned("c1")
    group.start("c2", group_instance_id="i1")
    errors: list[str] = []

    def fenced() -> bool:
        group.consumers["c2"].poll(0.02)
        message = group.consumers["c1"].poll(0.02)
        if message is not None and message.error():
            errors.append(message.error().str())
        return bool(errors) and len(group.owned("c2")) == 6

    group.poll_until(fenced, "c2")
    return errors[0], had, group.owned("c2")


STORIES: dict[str, tuple[Callable[[RealGroup], Any], dict[str, Any]]] = {
    **{f"joins and leaves, {name}": (joins_and_leaves, about | PATIENT[name]) for name, about in PROTOCOLS.items()},
    **{f"one hangs, {protocol}": (one_hangs, PROTOCOLS[protocol]) for protocol in ("eager", "cooperative")},
    "static restart": (static_restart, CLASSIC | PATIENT["eager"]),
    "static gone": (static_gone, CLASSIC),
    "static twice": (static_twice, CLASSIC | PATIENT["eager"]),
}


def generations(changes: tuple[Change, ...]) -> list[int]:
    """How many each took. One more on a busy machine: a member hears of its assignment when the next has begun."""
    return [change.generations for change in changes]


def in_the_model(story: str) -> list[int]:
    """The same, where everybody hears in time."""
    return generations(tuple(model_changes(story.removeprefix("joins and leaves, "))))


@pytest.fixture(scope="module")
def real(kafka: Kafka) -> Iterator[Callable[[str], Any]]:
    """All stories at once, each in a group of its own, since most of their time is waiting."""
    if not kafka.describe("orders"):
        kafka.create_topic("orders", 6)

    def play(name: str) -> Any:
        story, settings = STORIES[name]
        for attempt in range(3):
            group = RealGroup(kafka.bootstrap, f"{name} {attempt}", settings)
            group.kafka = kafka
            try:
                told = story(group)
                if attempt == 2 or story is not joins_and_leaves or generations(told) == in_the_model(name):
                    return told
            except (OSError, LookupError, AssertionError, confluent_kafka.KafkaException):
                if attempt == 2:
                    raise
            finally:
                group.close()

    with ThreadPoolExecutor(len(STORIES)) as pool:
        told: dict[str, Future[Any]] = {name: pool.submit(play, name) for name in STORIES}
        yield lambda name: told[name].result()


def shares_at(trace: Trace, t: float) -> dict[str, frozenset[int]]:
    """Who reads what at a moment."""
    held = [
        (span.owner, p) for (_, p), spans in ownership(trace).items() for span in spans if span.start < t < span.end
    ]
    return {owner: frozenset(p for who, p in held if who == owner) for owner, _ in held}


def model_change(trace: Trace, names: tuple[str, ...], since: float, until: float) -> Change:
    """The same of a run of the model."""
    told = {name: listener(trace, name, since) for name in names}
    told = {name: calls[: len(calls) - len(listener(trace, name, until))] for name, calls in told.items()}
    generations = [max((e["generation"] for e in trace.of("state") if e.t < t), default=0) for t in (since, until)]
    return Change(shares_at(trace, since - 0.1), told, shares_at(trace, until), generations[1] - generations[0])


JOIN_AND_LEAVE = [Fault(30, "join", "c3"), Fault(60, "leave", "c2")]
MOMENTS = ((("c1", "c2", "c3"), 30), (("c1", "c3"), 60))  # who is there afterwards, and when it begins


def model_changes(protocol: str) -> list[Change]:
    """What a join and a leave change in a run of the model."""
    trace = rebalance(consumers=2, partitions=6, protocol=protocol, faults=JOIN_AND_LEAVE, until=90)
    return [model_change(trace, names, since, since + 29) for names, since in MOMENTS]


def counts(shares: dict[str, frozenset[int]]) -> list[int]:
    return sorted(map(len, shares.values()))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_join_and_a_leave_are_in_the_model_what_they_are_in_a_real_group(
    protocol: str, real: Callable[[str], Any]
) -> None:
    """Which member is which depends on random ids there; who is told what, and how often, does not."""
    trace = rebalance(consumers=2, partitions=6, protocol=protocol, faults=JOIN_AND_LEAVE, until=90)
    changes = zip(MOMENTS, real(f"joins and leaves, {protocol}"), model_changes(protocol), strict=True)
    for (names, since), change, model in changes:
        assert counts(change.before) == counts(model.before) and counts(change.after) == counts(model.after)
        assert change.generations == model.generations, (protocol, names)
        assert by_kind(change.told, protocol) == by_kind(model.told, protocol), (protocol, names)
        stopped = [name for name, had in change.before.items() if name in names and gave_up(change.told[name]) >= had]
        paused = {event.who for event in trace.of("pause") if since <= event.t < since + 29}
        assert len(stopped) == len(paused) == (2 if protocol == "eager" else 0)


def by_kind(told: Told, protocol: str) -> Any:
    """Who is told how much, call by call; KIP-848 may give in two heartbeats what another time comes in one."""
    if protocol != "kip848":
        return sizes(told)
    kinds = ("assign", "revoke", "lost")
    return sorted([sum(len(ps) for kind, ps in calls if kind == wanted) for wanted in kinds] for calls in told.values())


def gave_up(calls: list[tuple[str, frozenset[int]]]) -> frozenset[int]:
    return frozenset().union(*(partitions for kind, partitions in calls if kind == "revoke"))


@pytest.mark.parametrize("protocol", ["eager", "cooperative"])
def test_a_consumer_that_hangs_still_believes_and_is_fenced(protocol: str, real: Callable[[str], Any]) -> None:
    before, believed, error, told = real(f"one hangs, {protocol}")
    model = rebalance(
        consumers=2, partitions=6, protocol=protocol, session_timeout=3, heartbeat=0.3, max_poll_interval=4,
        faults=[Fault(20, "stall", "c2"), Fault(40, "return", "c2")], until=60,
    )  # fmt: skip
    assert before == believed and len(before) == 3
    assert next(e["error"] for e in model.of("commit", who="c2")) == error == "UNKNOWN_MEMBER_ID"
    assert told == [kind for kind, _ in listener(model, "c2", 20)] == ["lost", "assign"]


def test_a_static_member_that_restarts_in_time_causes_no_rebalance(real: Callable[[str], Any]) -> None:
    change, again = real("static restart")
    trace = rebalance(
        consumers=2,
        partitions=6,
        static=True,
        session_timeout=10,
        until=60,
        faults=[Fault(30, "leave", "c2"), Fault(33, "join", "c2")],
    )
    model = model_change(trace, ("c1",), 30, 50)
    assert change.generations == model.generations == 0
    assert change.told["c1"] == model.told["c1"] == []
    assert again == change.before["c2"] and model.before == model.after


def test_a_static_member_that_stays_away_is_missed_when_its_session_ends(real: Callable[[str], Any]) -> None:
    change = real("static gone")
    trace = rebalance(consumers=2, partitions=6, static=True, session_timeout=3, heartbeat=0.3, until=60,
                      faults=[Fault(30, "leave", "c2")])  # fmt: skip
    model = model_change(trace, ("c1",), 30, 59)
    assert change.generations == model.generations == 1
    assert sizes(change.told) == sizes(model.told)
    assert change.after == {"c1": SIX} == model.after
    left, next_own = 30.0, next(e.t for e in trace.of("own", who="c1") if e.t > 30)
    assert next_own - left > 2.5


def test_of_two_processes_with_one_instance_id_the_first_is_fenced(real: Callable[[str], Any]) -> None:
    error, had, has = real("static twice")
    assert had == has == SIX
    assert "fenced by other consumer with same group.instance.id" in error
    group, answers = Coordinator(Clock(), lambda *_told, **_more: None, join_delay=0), []
    first = group.join("c1", Member("", ("orders",), "i1"), answers.append)
    group.clock.run(1)
    group.sync(Member(first, ("orders",), "i1", (), 1), {first: [("orders", 0)]}, answers.append)
    second = group.join("c2", Member("", ("orders",), "i1"), answers.append)
    assert first != second and answers[-1].generation == 1  # the same generation: no rebalance
    assert group.heartbeat(Member(first, ("orders",), "i1", (), 1)) == "FENCED_INSTANCE_ID"
    assert group.heartbeat(Member(second, ("orders",), "i1", (), 1)) is None
