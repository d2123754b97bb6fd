"""KIP-848 against a real broker: the same heartbeats to the model's coordinator and to Kafka's, answer by answer.

The requests are sent by hand, so member ids, epochs and what a member owns are the test's to choose. The broker goes
through the members in the order of its hash table, which for ids of one letter, "a" to "o", is the alphabet.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from labs.kafka.groups import Assignor, Member, Partition, server_range_assign, server_uniform_assign
from labs.kafka.groups.server_group import JOIN, LEAVE, LEAVE_FOR_A_WHILE, ServerGroup
from labs.kit.trace import Clock
from tests.fidelity.real_kafka import Kafka, until

ASSIGNORS: dict[str, Assignor] = {"uniform": server_uniform_assign, "range": server_range_assign}
TOPICS = {"kip848-four": 4, "kip848-seven": 7, "kip848-three": 3}
FOUR, SEVEN, THREE = TOPICS
FIRST_EPOCH = 1  # of a group without members, in Kafka 4.3; the model's is 0
ERRORS = {
    0: None,
    25: "UNKNOWN_MEMBER_ID",
    82: "FENCED_INSTANCE_ID",
    110: "FENCED_MEMBER_EPOCH",
    111: "UNRELEASED_INSTANCE_ID",
    113: "STALE_MEMBER_EPOCH",
}


@dataclass(frozen=True)
class Answer:
    """What a heartbeat is told; `partitions` None: nothing new."""

    error: str | None = None
    epoch: int = 0
    partitions: frozenset[Partition] | None = None


@dataclass
class Client:
    """A member as it sees itself."""

    id: str
    topics: tuple[str, ...]
    instance: str | None = None
    epoch: int = JOIN
    told: frozenset[Partition] = frozenset()
    owned: frozenset[Partition] = frozenset()


class ModelGroup:
    """The model's coordinator, with the epochs of Kafka 4.3."""

    def __init__(self, assignor: str, rebalance_timeout: float = 1000) -> None:
        assign, self.clock = ASSIGNORS[assignor], Clock()
        self.group = ServerGroup(
            self.clock,
            lambda *_told, **_more: None,
            lambda members, _who: assign(members, TOPICS),
            session_timeout=1000,
            rebalance_timeout=rebalance_timeout,
        )

    def beat(self, client: Client, epoch: int, owned: Collection[Partition] | None) -> Answer:
        """One heartbeat."""
        counted = epoch - FIRST_EPOCH if epoch > JOIN else epoch
        asked = Member(client.id, client.topics, client.instance, (), counted if counted or epoch == JOIN else -9)
        answer = self.group.heartbeat(client.id, asked, owned)
        if answer.error or epoch < JOIN:
            return Answer(answer.error)
        return Answer(None, answer.generation + FIRST_EPOCH, frozenset(answer.partitions))


class RealGroup:
    """A group of its own on the real broker."""

    def __init__(self, kafka: Kafka, assignor: str, rebalance_timeout: float = 1000) -> None:
        self.kafka, self.assignor, self.id = kafka, assignor, f"kip848-{uuid.uuid4()}"
        self.rebalance_timeout = int(rebalance_timeout * 1000)
        self.ids = {topic: kafka.topic_id(topic) for topic in TOPICS}
        self.names = {topic_id: topic for topic, topic_id in self.ids.items()}

    def beat(self, client: Client, epoch: int, owned: Collection[Partition] | None) -> Answer:
        """One heartbeat; with `owned` it is a full one, which is always told the whole assignment."""
        said: dict[str, Any] = {}
        if owned is not None:
            held: dict[str, list[int]] = {}
            for topic, number in owned:
                held.setdefault(topic, []).append(number)
            said = {
                "TopicPartitions": [{"TopicId": self.ids[topic], "Partitions": held[topic]} for topic in held],
                "SubscribedTopicNames": list(client.topics),
                "RebalanceTimeoutMs": self.rebalance_timeout,
                "ServerAssignor": self.assignor,
            }
        who = {"GroupId": self.id, "MemberId": client.id, "InstanceId": client.instance, "MemberEpoch": epoch}
        answer = self.kafka.ask("ConsumerGroupHeartbeat", **who, **said)
        error = ERRORS.get(answer["ErrorCode"], str(answer["ErrorCode"]))
        if error or epoch < JOIN:
            return Answer(error)
        given = answer["Assignment"]
        return Answer(None, answer["MemberEpoch"], None if given is None else self._partitions(given))

    def describe(self) -> dict[str, Any]:
        """ConsumerGroupDescribe."""
        described: dict[str, Any] = self.kafka.ask("ConsumerGroupDescribe", GroupIds=[self.id])["Groups"][0]
        return described

    def _partitions(self, given: dict[str, Any]) -> frozenset[Partition]:
        return frozenset(
            (self.names[t["TopicId"]], number) for t in given["TopicPartitions"] for number in t["Partitions"]
        )


@dataclass
class Both:
    """The two side by side: whatever is asked of one is asked of the other, and they have to answer the same."""

    model: ModelGroup
    real: RealGroup
    said: list[tuple[Any, ...]] = field(default_factory=list)

    def beat(self, client: Client, epoch: int | None = None, owned: Collection[Partition] | None = None) -> Answer:
        """Send it, compare, and let the client take note of what it is told."""
        epoch = client.epoch if epoch is None else epoch
        model, real = self.model.beat(client, epoch, owned), self.real.beat(client, epoch, owned)
        self.said.append((client.id, client.instance, client.topics, epoch, owned, "model:", model, "broker:", real))
        same = (model.error, model.epoch) == (real.error, real.epoch) and real.partitions in (None, model.partitions)
        assert same, "\n".join(map(str, self.said[-12:]))
        if model.error is None and epoch >= JOIN:
            client.epoch, client.told = model.epoch, model.partitions or frozenset()
        return model

    def join(self, client: Client) -> Answer:
        """A heartbeat at epoch 0, from a member that owns nothing."""
        client.owned = frozenset()
        return self.beat(client, JOIN, ())

    def follow(self, client: Client) -> Answer:
        """Do as the last answer said, and say so."""
        client.owned = client.told
        return self.beat(client, None, client.owned)

    def settle(self, *clients: Client) -> dict[str, frozenset[Partition]]:
        """Everybody follows until there is nothing to follow."""
        for _ in range(2 * len(clients) + 2):
            for client in clients:
                self.follow(client)
        state = self.real.describe()
        assert (state["GroupState"], self.model.group.state) == ("Stable", "Stable")
        assert state["GroupEpoch"] == state["AssignmentEpoch"] == self.model.group.epoch + FIRST_EPOCH
        return {client.id: client.owned for client in clients}


@pytest.fixture(scope="module")
def broker(kafka: Kafka) -> Kafka:
    for topic, partitions in TOPICS.items():
        kafka.create_topic(topic, partitions)
    return kafka


@pytest.fixture
def both(broker: Kafka, request: pytest.FixtureRequest) -> Both:
    assignor = getattr(request, "param", "uniform")
    return Both(ModelGroup(assignor), RealGroup(broker, assignor))


# ---- scripts: every answer of every heartbeat --------------------------------------------------------------------


def play(rng: random.Random, both: Both, topics_of: Callable[[str], tuple[str, ...]], static: bool) -> None:
    """Members come, follow or lag behind, repeat themselves, go, come back under another id; strangers call."""
    here: dict[str, Client] = {}
    second = dict(zip("abcde", "fghij", strict=True))  # the member id of an instance that was started again
    for _ in range(rng.randint(10, 30)):
        away = [name for name in "abcde" if name not in here]
        what = rng.choice(["join", "beat", "beat", "beat", "leave", "old epoch", "restart", "stranger"])
        if what == "join" and away:
            name = rng.choice(away)
            here[name] = Client(name, topics_of(name), name if static else None)
            both.join(here[name])
        if not here:
            continue
        client = here[rng.choice(sorted(here))]
        if what == "beat":
            if rng.random() < 0.5:
                client.owned = client.told
            both.beat(client, None, client.owned if rng.random() < 0.7 else None)
        elif what == "old epoch":
            told, epoch = client.told, max(1, client.epoch - rng.randint(-1, 3))
            owned = rng.choice([None, client.owned, client.owned & told, frozenset()])
            if both.beat(client, epoch, owned).error and not static:
                both.join(client)  # what a fenced member does
        elif what == "restart" and static:
            if rng.random() < 0.5:  # the old process is still there
                assert both.join(Client("k", client.topics, client.instance)).error == "UNRELEASED_INSTANCE_ID"
            both.beat(client, LEAVE_FOR_A_WHILE)
            client.id = rng.choice([client.id, second.get(client.id, client.id)])
            both.join(client)
        elif what == "stranger":
            ghost = Client("k", client.topics, client.instance)
            both.beat(
                ghost, rng.choice([2, LEAVE, LEAVE_FOR_A_WHILE] if static else [2, LEAVE]), rng.choice([None, ()])
            )
        elif what == "leave" and len(here) > 1:  # an empty group the broker may clear away at any moment
            both.beat(client, LEAVE)
            here = {name: other for name, other in here.items() if other is not client}
            for other in list(here.values())[:1]:  # the broker computes a new target with the next heartbeat
                both.beat(other, None, other.owned)
    for client in here.values():
        both.beat(client, LEAVE)


SUBSCRIPTIONS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "one topic": lambda name: (SEVEN,),
    "a name that no topic bears": lambda name: (FOUR, "nobody") if name in "bd" else (FOUR,),
    "uneven": lambda name: {"a": (FOUR, SEVEN), "b": (SEVEN,), "c": (FOUR, THREE), "d": (SEVEN, THREE), "e": (FOUR,)}[
        name
    ],
}


@pytest.mark.parametrize("both", ASSIGNORS, indirect=True)
@pytest.mark.parametrize("static", [False, True], ids=["dynamic", "static"])
@pytest.mark.parametrize("kind", SUBSCRIPTIONS)
def test_every_answer_is_the_brokers(both: Both, kind: str, static: bool) -> None:
    answers = 0
    for seed in range(25):
        both = Both(ModelGroup(both.real.assignor), RealGroup(both.real.kafka, both.real.assignor))
        play(random.Random(f"{seed} {kind} {static}"), both, SUBSCRIPTIONS[kind], static)
        answers += len(both.said)
    assert answers > 200


# ---- the rules by name, and settled states ---------------------------------------------------------------------------


@pytest.mark.parametrize("both", ASSIGNORS, indirect=True)
def test_with_several_topics_for_all_everybody_gets_as_many(both: Both) -> None:
    """Which topic's partitions a member keeps first depends on the topics' random ids; how many it keeps does not."""
    everything = tuple(TOPICS)
    members: list[Client] = []

    def shares(group: ModelGroup | RealGroup) -> dict[str, int]:
        for _ in range(2 * len(members) + 2):
            for client in members:
                told = group.beat(client, client.epoch, client.owned)
                client.epoch, client.owned = told.epoch, told.partitions or frozenset()
        assert sum(len(client.owned) for client in members) == sum(TOPICS.values())
        return {client.id: len(client.owned) for client in members}

    sizes = {}
    for name, group in (("model", both.model), ("broker", both.real)):
        members, found = [], []
        for newcomer in "cabed":
            members.append(Client(newcomer, everything))
            told = group.beat(members[-1], JOIN, ())
            members[-1].epoch, members[-1].owned = told.epoch, told.partitions or frozenset()
            found.append(shares(group))
        group.beat(members.pop(1), LEAVE, None)
        found.append(shares(group))
        sizes[name] = found
    assert sizes["model"] == sizes["broker"]
    assert sizes["model"][2] == (
        {"c": 5, "a": 5, "b": 4} if both.real.assignor == "uniform" else {"a": 6, "b": 4, "c": 4}
    )


def test_one_joins_and_one_leaves_with_the_epochs_of_each(both: Both) -> None:
    a, b, c = (Client(name, (SEVEN,)) for name in "abc")
    both.join(a)
    assert a.epoch == 2 and len(a.told) == 7
    both.join(b)
    assert (b.epoch, b.told) == (3, frozenset())  # at the group's epoch at once, with nothing
    both.follow(a)
    assert (a.epoch, len(a.told)) == (2, 4)  # stays at its own until it has given up what it has to
    both.follow(a)
    assert a.epoch == 3
    both.join(c)
    before = both.settle(a, b, c)
    assert sorted(map(len, before.values())) == [2, 2, 3]
    both.beat(b, LEAVE)
    after = both.settle(a, c)
    assert a.epoch == c.epoch == 5
    assert all(before[name] <= after[name] for name in "ac")  # nothing moves that need not


def test_a_fenced_member_starts_anew_and_loses_nothing_that_it_is_to_have(both: Both) -> None:
    a, b = Client("a", (FOUR,)), Client("b", (FOUR,))
    both.join(a)
    both.join(b)
    both.settle(a, b)
    assert both.beat(a, a.epoch + 1, a.owned).error == "FENCED_MEMBER_EPOCH"
    assert both.beat(a, a.epoch - 2, a.owned).error == "FENCED_MEMBER_EPOCH"
    assert both.beat(a, a.epoch - 1, None).error == "FENCED_MEMBER_EPOCH"
    assert both.join(a).epoch == 3 and len(a.told) == 2


def test_a_static_member_is_known_again_and_its_old_self_is_fenced(both: Both) -> None:
    a, b = Client("a", (FOUR,), "i-a"), Client("b", (FOUR,), "i-b")
    both.join(a)
    both.join(b)
    both.settle(a, b)
    had = a.owned
    assert both.join(Client("c", (FOUR,), "i-a")).error == "UNRELEASED_INSTANCE_ID"
    both.beat(a, LEAVE_FOR_A_WHILE)
    back = Client("c", (FOUR,), "i-a")
    assert both.join(back).partitions == had and back.epoch == a.epoch  # no rebalance
    assert both.beat(a, None, had).error == "FENCED_INSTANCE_ID"
    assert both.beat(a, LEAVE).error == "FENCED_INSTANCE_ID"


def on_fresh_groups(broker: Kafka, story: Callable[[RealGroup, float], None], rebalance_timeout: float) -> None:
    """Play a story that depends on time; on a machine that was too busy, again on a fresh group, and in slow motion."""
    for attempt in range(3):
        try:
            return story(RealGroup(broker, "uniform", rebalance_timeout * 3**attempt), 3.0**attempt)
        except AssertionError:
            if attempt == 2:
                raise


def heartbeat_until(group: RealGroup, client: Client, error: str) -> None:
    """It heartbeats and says every time that it still owns what it owns."""
    until(lambda: group.beat(client, client.epoch, client.owned).error == error, 60, f"no {error}")


def three_members(group: RealGroup) -> Iterator[Client]:
    for name in "abc":
        client = Client(name, (SEVEN,))
        told = group.beat(client, JOIN, ())
        client.epoch = told.epoch
        client.owned = told.partitions or frozenset()
        yield client


def test_a_member_that_does_not_give_up_its_partitions_in_time_is_removed(broker: Kafka) -> None:
    """As in the model: tests/kafka/groups/test_server_group.py, test_a_member_that_does_not_give_up…"""

    def story(group: RealGroup, _slower: float) -> None:
        members = three_members(group)
        a, b = next(members), next(members)
        heartbeat_until(group, a, "UNKNOWN_MEMBER_ID")
        assert group.beat(b, b.epoch, ()).partitions == frozenset((SEVEN, i) for i in range(7))

    on_fresh_groups(broker, story, rebalance_timeout=1.0)


def test_each_target_has_the_whole_rebalance_timeout(broker: Kafka) -> None:
    """As in the model: test_whoever_acknowledges_in_time_stays_however_many_targets_follow."""

    def story(group: RealGroup, slower: float) -> None:
        members = three_members(group)
        a, _b = next(members), next(members)
        told = group.beat(a, a.epoch, a.owned)
        start = time.monotonic()
        assert told.epoch == a.epoch and len(told.partitions or ()) == 4
        time.sleep(2 * slower)
        next(members)
        again = group.beat(a, a.epoch, told.partitions)
        assert again.epoch == a.epoch and len(again.partitions or ()) == 3  # the next one to give up, at the same epoch
        time.sleep(max(0.0, start + 3.6 * slower - time.monotonic()))
        followed = group.beat(a, a.epoch, again.partitions)
        assert (followed.error, followed.epoch) == (None, a.epoch + 2)

    on_fresh_groups(broker, story, rebalance_timeout=3.0)


# ---- where the broker differs, as docs/model-and-broker.md says ------------------------------------------------------


def test_since_4_3_a_commit_under_an_older_epoch_is_taken_for_partitions_that_it_had_by_then(broker: Kafka) -> None:
    """KIP-1251. The model refuses it, as brokers before 4.3 do."""
    group = RealGroup(broker, "uniform")
    a, b = Client("a", (FOUR,)), Client("b", (FOUR,))
    a.epoch = group.beat(a, JOIN, ()).epoch
    b.epoch = group.beat(b, JOIN, ()).epoch
    kept = group.beat(a, a.epoch, [(FOUR, i) for i in range(4)]).partitions or frozenset()
    assert group.beat(a, a.epoch, kept).epoch == a.epoch + 1

    def commit(partition: Partition, epoch: int) -> str | None:
        topic = {"TopicId": group.ids[FOUR], "Partitions": [{"PartitionIndex": partition[1], "CommittedOffset": 0}]}
        asked = {"GroupId": group.id, "GenerationIdOrMemberEpoch": epoch, "MemberId": a.id, "Topics": [topic]}
        answer = broker.ask("OffsetCommit", **asked)
        return ERRORS[answer["Topics"][0]["Partitions"][0]["ErrorCode"]]

    mine, given_up = min(kept), next((FOUR, i) for i in range(4) if (FOUR, i) not in kept)
    assert commit(mine, a.epoch + 1) is None
    assert commit(mine, a.epoch) is None
    assert commit(given_up, a.epoch) == "STALE_MEMBER_EPOCH"


def test_a_target_is_computed_with_the_next_heartbeat(broker: Kafka) -> None:
    """The model computes it at once; nobody hears of it before a heartbeat either way."""
    group = RealGroup(broker, "uniform")
    for client in (a := Client("a", (FOUR,)), b := Client("b", (FOUR,))):
        client.epoch = group.beat(client, JOIN, ()).epoch
    group.beat(b, LEAVE, None)
    state = group.describe()
    assert (state["GroupState"], state["GroupEpoch"], state["AssignmentEpoch"]) == ("Assigning", 4, 3)
    group.beat(a, a.epoch, ())
    assert group.describe()["AssignmentEpoch"] == 4
