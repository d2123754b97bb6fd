import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from labs.kafka.groups.answers import BadAssignment
from labs.kafka.groups.assignors import range_assign
from labs.kafka.groups.members import Assignment, Member
from labs.kafka.groups.pauses import double_owners, moved, ownership
from labs.kafka.groups.rebalance import PROTOCOLS, rebalance
from labs.kit.trace import Event, Fault, Trace

DEMO: dict[str, Any] = {"session_timeout": 10, "heartbeat": 1, "max_poll_interval": 20}


def brief(trace: Trace, who: str, since: float = 0) -> list[str]:
    """What one actor did or was told, without numbers that depend on the seed."""
    said = []
    for event in trace:
        if event.t >= since and (event.who == who or event.get("to") == who):
            extra = event.get("what") or event.get("why") or event.get("state")
            error = event.get("error")
            said.append(event.kind + (f" {extra}" if extra else "") + (f" {error}" if error else ""))
    return said


def owners(trace: Trace) -> dict[int, str]:
    """Who reads which partition of orders at the end, and really owns it."""
    return {
        number: held[-1].owner
        for (_, number), held in ownership(trace).items()
        if held and held[-1].end == trace.end and not held[-1].believed
    }


def first(trace: Trace, kind: str, who: str, since: float = 0) -> Event:
    return next(e for e in trace.of(kind, who=who) if e.t >= since)


# ---- the core path --------------------------------------------------------------------------------------------------


def test_a_fifth_consumer_on_four_partitions_stops_everyone_and_gets_nothing() -> None:
    trace = rebalance(faults=[Fault(20, "join", "c5")], until=40)
    assert owners(trace) == {0: "c1", 1: "c2", 2: "c3", 3: "c4"}
    assert moved(trace) == []
    assert brief(trace, "c5") == [
        *("start", "send JoinGroup", "answer JoinGroup", "send SyncGroup", "answer SyncGroup")
    ]
    for who in ("c2", "c3", "c4"):
        assert brief(trace, who, since=20) == [
            *("send Heartbeat", "answer Heartbeat REBALANCE_IN_PROGRESS", "pause rebalance", "revoke rebalance"),
            *("send OffsetCommit", "answer OffsetCommit", "commit", "send JoinGroup", "answer JoinGroup"),
            *("send SyncGroup", "answer SyncGroup", "resume", "own"),
        ]
    assert [e["state"] for e in trace.of("state")] == ["PreparingRebalance", "CompletingRebalance", "Stable"] * 2
    assert [e["generation"] for e in trace.of("assign")] == [1, 2]
    assert {e.who for e in trace.of("assign")} == {"c1"}


def test_eager_waits_for_the_slowest() -> None:
    trace = rebalance(faults=[Fault(20, "join", "c5")], until=40)
    joins = [e["arrives"] for e in trace.of("send") if e["what"] == "JoinGroup" and e.t > 20]
    answers = {e.t for e in trace.of("answer") if e["what"] == "JoinGroup" and e.t > 20}
    assert answers == {max(joins)}


def test_one_join_is_one_rebalance_whenever_the_heartbeats_come() -> None:
    for seed in range(40):
        trace = rebalance(
            faults=[Fault(10, "join", "c5")], heartbeat=0.3, latency=0.3, join_delay=1, until=30, seed=seed
        )
        assert [e["generation"] for e in trace.of("assign")] == [1, 2]


def test_cooperative_keeps_reading_and_moves_in_a_second_round() -> None:
    trace = rebalance(
        consumers=2, partitions=6, protocol="cooperative", faults=[Fault(20, "join", "c3")], until=40, **DEMO
    )
    assert trace.of("pause") == []
    one, two = (e for e in trace.of("assign") if e.t > 20)
    assert len(one["withheld"]) == 2 and one["assignment"]["c3"] == []
    assert two["withheld"] == [] and two["assignment"]["c3"] == one["withheld"]
    given_up = [tuple(p) for e in trace.of("revoke") for p in e["partitions"]]
    assert sorted(given_up) == [tuple(p) for p in one["withheld"]]
    assert {e["why"] for e in trace.of("revoke")} == {"moving"}
    assert len(moved(trace)) == 2


@pytest.mark.parametrize("kind", ["join", "leave", "crash"])
def test_two_cooperative_rounds_are_enough(kind: str) -> None:
    for seed in range(10):
        for consumers in (2, 3, 5):
            fault = Fault(20, kind, f"c{consumers + 1}" if kind == "join" else "c2")
            trace = rebalance(
                consumers=consumers, partitions=12, protocol="cooperative", faults=[fault], seed=seed, **DEMO
            )
            rounds = [e for e in trace.of("assign") if e.t > 20]
            assert len(rounds) == (2 if kind == "join" else 1)
            assert rounds[-1]["withheld"] == []


def test_kip848_asks_only_those_to_stop_who_have_to_give_something_up() -> None:
    trace = rebalance(consumers=3, partitions=4, protocol="kip848", faults=[Fault(30, "join", "c4")], until=60)
    assert trace.of("pause") == []
    revoked = [e for e in trace.of("revoke") if e.t > 30]
    assert len(revoked) == 1 and len(revoked[0]["partitions"]) == 1
    own = first(trace, "own", "c4")
    assert own["partitions"] == revoked[0]["partitions"] and own.t > revoked[0].t
    assert {e["what"] for e in trace.of("send")} == {"ConsumerGroupHeartbeat", "OffsetCommit"}
    assert {e.who for e in trace.of("assign")} == {"coordinator"}


# ---- leaving, dying, hanging ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_crash_is_noticed_after_the_session_timeout_and_a_leave_at_once(protocol: str) -> None:
    for seed in range(5):
        dead = rebalance(protocol=protocol, faults=[Fault(30, "crash", "c2")], seed=seed, **DEMO)
        gone = rebalance(protocol=protocol, faults=[Fault(30, "leave", "c2")], seed=seed, **DEMO)
        noticed = first(dead, "expired", "c2")
        assert noticed["why"] == "session timeout" and 30 + 10 - 1 <= noticed.t <= 30 + 10 + 0.1
        assert not [e for e in dead.of("state", "own", "revoke", "pause") if 30 < e.t < noticed.t]
        assert first(gone, "state", "coordinator", since=30).t < 30.3
        assert gone.of("expired") == []
        assert set(owners(dead)) == set(owners(gone)) == {0, 1, 2, 3}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_static_member_that_closes_and_is_back_in_time_moves_nothing(protocol: str) -> None:
    faults = [Fault(30, "leave", "c2"), Fault(35, "return", "c2")]
    trace = rebalance(protocol=protocol, static=True, faults=faults, **DEMO)
    assert not [e for e in trace.of("state", "pause", "assign", "expired") if e.t > 30]
    assert not [e for e in trace.of("send") if e["what"] == "LeaveGroup"]
    assert owners(trace) == owners(rebalance(protocol=protocol, static=True, **DEMO))
    late = rebalance(protocol=protocol, static=True, faults=[Fault(30, "leave", "c2")], **DEMO)
    assert first(late, "expired", "c2")["why"] == "session timeout"
    assert "c2" not in owners(late).values() and len(owners(late)) == 4


@pytest.mark.parametrize("protocol", ["eager", "cooperative"])
def test_a_static_member_that_crashed_is_back_under_a_new_member_id(protocol: str) -> None:
    faults = [Fault(30, "crash", "c2"), Fault(35, "return", "c2")]
    trace = rebalance(protocol=protocol, static=True, faults=faults, **DEMO)
    assert not [e for e in trace.of("state", "pause", "expired") if e.t > 30]
    assert brief(trace, "c2", since=31)[-1] == "own"


def test_kip848_lets_a_crashed_static_member_in_only_after_its_session() -> None:
    faults = [Fault(30, "crash", "c2"), Fault(33, "return", "c2")]
    trace = rebalance(protocol="kip848", static=True, faults=faults, **DEMO)
    assert "answer ConsumerGroupHeartbeat UNRELEASED_INSTANCE_ID" in brief(trace, "c2", since=33)
    assert first(trace, "own", "c2", since=33).t > first(trace, "expired", "c2").t
    assert len(owners(trace)) == 4


def test_a_dynamic_member_that_crashed_and_is_back_has_to_wait_for_its_old_self() -> None:
    faults = [Fault(30, "crash", "c2"), Fault(32, "return", "c2")]
    trace = rebalance(faults=faults, **DEMO)
    old = first(trace, "expired", "c2")
    assert old["member"] == "c2" and old["why"] == "session timeout"
    assert first(trace, "own", "c2", since=32).t > old.t
    assert len(owners(trace)) == 4


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_hanging_dynamic_member_leaves_by_itself_becomes_a_zombie_and_is_fenced(protocol: str) -> None:
    faults = [Fault(30, "stall", "c2"), Fault(70, "return", "c2")]
    trace = rebalance(protocol=protocol, faults=faults, **DEMO)
    out = first(trace, "expired", "c2")
    assert out["why"] == "max poll interval" and 49 < out.t <= 50
    zombie = first(trace, "zombie", "c2")
    assert out.t < zombie.t < out.t + 0.2
    heirs = {e.who: e.t for e in trace.of("own") if 30 < e.t < 70 and zombie["partitions"][0] in e["partitions"]}
    assert len(heirs) == 1 and "c2" not in heirs and min(heirs.values()) > zombie.t
    commit = first(trace, "commit", "c2", since=70)
    assert commit["ok"] is False and commit["error"] == "UNKNOWN_MEMBER_ID"
    lost = first(trace, "lost", "c2", since=70)
    assert lost["partitions"] == zombie["partitions"]
    assert first(trace, "own", "c2", since=70).t > lost.t
    assert all(clash.believed for clash in double_owners(trace)) and double_owners(trace)


def test_a_hanging_static_member_falls_silent_and_its_session_has_to_end() -> None:
    trace = rebalance(static=True, faults=[Fault(30, "stall", "c2")], **DEMO)
    out = first(trace, "expired", "c2")
    assert out["why"] == "session timeout" and 50 + 10 - 2 < out.t < 50 + 10 + 0.1
    assert first(trace, "note", "c2").t <= 50
    assert not [e for e in trace.of("send") if e["what"] == "LeaveGroup"]


def test_a_short_hang_costs_nothing_but_its_own_time() -> None:
    trace = rebalance(faults=[Fault(30, "stall", "c2"), Fault(45, "return", "c2")], **DEMO)
    assert brief(trace, "c2", since=30) == [*("stall", "return", "send OffsetCommit", "answer OffsetCommit", "commit")]


def test_a_hanging_member_makes_eager_ones_wait_and_cooperative_ones_read_on() -> None:
    faults = [Fault(30, "stall", "c2"), Fault(32, "join", "c5")]
    eager = rebalance(faults=faults, **DEMO)
    assert brief(eager, "c2").count("answer Heartbeat REBALANCE_IN_PROGRESS") == 1  # shown once; it hears it each time
    assert first(eager, "resume", "c1").t - first(eager, "pause", "c1").t > 15
    cooperative = rebalance(protocol="cooperative", faults=faults, **DEMO)
    assert cooperative.of("pause") == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_who_hangs_while_the_group_forms_takes_up_its_partitions_when_it_goes_on(protocol: str) -> None:
    faults = [Fault(0.05, "stall", "c1"), Fault(15, "return", "c1")]
    trace = rebalance(consumers=1, protocol=protocol, faults=faults, **DEMO)
    assert [e.t for e in trace.of("own")] == [15] and trace.of("expired", "commit", "lost") == []


def test_a_static_member_that_missed_a_generation_is_refused_for_it() -> None:
    faults = [Fault(10, "stall", "c2"), Fault(12, "join", "c3"), Fault(45, "return", "c2")]
    trace = rebalance(consumers=2, static=True, faults=faults, **(DEMO | {"session_timeout": 60}))
    commit = first(trace, "commit", "c2", since=45)
    assert commit["error"] == "ILLEGAL_GENERATION"
    assert trace.of("expired") == [] and len(owners(trace)) == 4


# ---- promises -------------------------------------------------------------------------------------------------------


def random_faults(random: Random, consumers: int, number: int, gaps: Sequence[float]) -> tuple[list[Fault], Any]:
    """So many faults, each possible when it strikes, with such gaps; and how each consumer is at the end."""
    can = {"running": ("leave", "crash", "stall"), "stalled": ("crash", "return"), "gone": ("join", "return")}
    state = {f"c{i + 1}": "running" for i in range(consumers)}
    faults, t = [], 1.0
    for _ in range(number):
        t += random.choice(gaps) * random.uniform(0, 2)
        who = random.choice([*state, f"c{len(state) + 1}"])
        kind = random.choice(can[state[who]]) if who in state else "join"
        if t < 60:
            faults.append(Fault(t, kind, who))
            state[who] = {"leave": "gone", "crash": "gone", "stall": "stalled"}.get(kind, "running")
    return faults, state


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("hectic", [False, True])
def test_no_partition_ever_has_two_owners_and_in_the_end_each_has_one(protocol: str, hectic: bool) -> None:
    for seed in range(60 if hectic else 200):
        random = Random(f"{protocol} {seed}")
        consumers = random.randint(1, 5)
        number, gaps = (
            (25, (0.1, 0.3, 1, 2, 3)) if hectic else (random.randint(1, 8), (0.01, 0.05, 0.1, 0.3, 1, 3, 8, 15))
        )
        faults, state = random_faults(random, consumers, number, gaps)
        settings: dict[str, Any] = {
            "consumers": consumers,
            "partitions": random.randint(1, 9),
            "protocol": protocol,
            "assignor": random.choice(list(PROTOCOLS[protocol])),
            "session_timeout": random.choice([6, 10, 20]),
            "heartbeat": random.choice([0.5, 1, 3]),
            "max_poll_interval": 12,
            "latency": random.choice([0.05, 0.4, 0.9]),
            "join_delay": random.choice([0, 1, 3]),
            "stagger": random.choice([0, 0.2]),
            "static": random.random() < 0.4,
        }
        trace = rebalance(**settings, faults=faults, seed=seed, until=150)
        assert [c for c in double_owners(trace) if not c.believed] == [], (seed, settings, faults)
        if "running" in state.values():
            reading = owners(trace)
            assert len(reading) == settings["partitions"], (seed, settings, faults)
            assert {state[who] for who in reading.values()} == {"running"}, (seed, settings, faults)
        times = [event.t for event in trace]
        assert times == sorted(times)


def test_only_an_application_that_polls_joins_again() -> None:
    faults = [Fault(5, "stall", "c2"), Fault(6.05, "join", "c3"), Fault(12, "return", "c2")]
    trace = rebalance(consumers=2, faults=faults, **DEMO)
    assert "answer SyncGroup REBALANCE_IN_PROGRESS" in brief(trace, "c2")
    assert [e.t for e in trace.of("send", who="c2") if e["what"] == "JoinGroup"] == [0.2, 12.0]
    assert len(owners(trace)) == 4


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_hang_in_the_middle_of_a_commit_leaves_nothing_undone(protocol: str) -> None:
    for strike in (0.02, 0.08, 0.2, 0.5):
        base = rebalance(consumers=1, protocol=protocol, faults=[Fault(20, "join", "c2")], latency=0.5, **DEMO)
        t = first(base, "revoke", "c1", since=20).t + strike
        faults = [Fault(20, "join", "c2"), Fault(t, "stall", "c1"), Fault(t + 0.1, "return", "c1")]
        trace = rebalance(consumers=1, protocol=protocol, faults=faults, latency=0.5, **DEMO)
        assert len(trace.of("commit")) == 1
        assert sorted(owners(trace).values()) == ["c1", "c1", "c2", "c2"]


def test_the_same_call_gives_the_same_trace_whatever_the_hash_seed() -> None:
    program = (
        "from labs.kafka.groups.rebalance import rebalance, PROTOCOLS\n"
        "from labs.kit.trace import Fault\n"
        "f = [Fault(20, 'join', 'c5'), Fault(30, 'stall', 'c2'), Fault(60, 'crash', 'c1'), Fault(65, 'return', 'c1')]\n"
        "for p in PROTOCOLS:\n"
        "    for a in PROTOCOLS[p]:\n"
        "        print(list(rebalance(protocol=p, assignor=a, partitions=9, faults=f, max_poll_interval=20)))\n"
    )
    outs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outs) == 1 and len(outs.pop()) > 10_000


def test_another_seed_gives_other_moments() -> None:
    one, two = (rebalance(seed=seed, faults=[Fault(20, "join", "c5")]) for seed in (1, 2))
    assert [e.t for e in one] != [e.t for e in two]
    assert len(one) == len(two)


def test_steady_heartbeats_are_shown_only_on_demand() -> None:
    def beats(**settings: Any) -> int:
        return len([e for e in rebalance(until=60, **settings).of("send") if e["what"] == "Heartbeat"])

    assert beats() == 0
    assert 4 * 15 < beats(heartbeats=True) <= 4 * 20


def test_kafkas_own_defaults() -> None:
    settings = rebalance().settings
    assert (settings["session_timeout"], settings["heartbeat"], settings["max_poll_interval"]) == (45, 3, 300)
    assert (settings["assignor"], settings["join_delay"]) == ("range", 3)
    assert rebalance(protocol="kip848").settings["heartbeat"] == 5
    assert rebalance(protocol="kip848").settings["assignor"] == "uniform"
    assert rebalance(protocol="cooperative").settings["assignor"] == "cooperative-sticky"


# ---- an assignor of one's own ---------------------------------------------------------------------------------------


def test_a_learners_assignor_drives_the_group() -> None:
    seen: list[list[Member]] = []

    def all_to_the_last(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
        seen.append(list(members))
        last = max(m.id for m in members)
        return {m.id: [(t, n) for t in topics for n in range(topics[t])] if m.id == last else [] for m in members}

    trace = rebalance(consumers=2, assign=all_to_the_last, faults=[Fault(20, "join", "c3")], until=40)
    assert set(owners(trace).values()) == {"c3"}
    assert trace.settings["assignor"] == "all_to_the_last"
    again = {m.id: m for m in seen[1]}
    assert len(again["c2"].owned) == 4 and again["c2"].generation == 1 and again["c3"].generation == -1

    cooperative = rebalance(
        consumers=2, assign=all_to_the_last, protocol="cooperative", faults=[Fault(20, "join", "c3")], until=40
    )
    assert set(owners(cooperative).values()) == {"c3"}
    assert [len(e["withheld"]) for e in cooperative.of("assign")] == [0, 4, 0]


@pytest.mark.parametrize("assignor", ["range", "roundrobin", "sticky"])
def test_only_the_sticky_assignor_is_told_what_eager_members_had(
    assignor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[int]] = []
    real = PROTOCOLS["eager"][assignor]

    def spy(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
        seen.append({len(member.owned) for member in members})
        return real(members, topics)

    monkeypatch.setitem(PROTOCOLS["eager"], assignor, spy)
    rebalance(consumers=2, assignor=assignor, partitions=6, faults=[Fault(20, "join", "c3")], until=40)
    assert seen == [{0}, {0, 3} if assignor == "sticky" else {0}]


def test_what_the_learners_assignor_raises_goes_through_as_it_is() -> None:
    error = ZeroDivisionError("mine")

    def broken(members: Sequence[Member], topics: Mapping[str, int]) -> Assignment:
        raise error

    with pytest.raises(ZeroDivisionError) as caught:
        rebalance(assign=broken)
    assert caught.value is error


def test_a_bad_answer_stops_the_run_and_leaves_the_trace_so_far() -> None:
    with pytest.raises(BadAssignment, match="member 'c2' has no entry") as caught:
        rebalance(assign=lambda members, topics: {"c1": []})
    trace = caught.value.trace
    assert trace and trace.events[-1].kind == "error" and trace.events[-1].who == "c1"
    assert trace.end == trace.events[-1].t


def test_a_learners_assignor_cannot_spoil_the_run_by_changing_what_it_gets() -> None:
    def vandal(members: list[Member], topics: dict[str, int]) -> Assignment:
        answer = range_assign(members, topics)
        members.clear()
        topics.clear()
        return answer

    faults = [Fault(20, "join", "c5")]
    assert list(rebalance(assign=vandal, faults=faults)) == list(rebalance(assign=range_assign, faults=faults))  # type: ignore[arg-type]


def test_a_partition_left_out_is_said_and_is_read_by_nobody() -> None:
    trace = rebalance(assign=lambda members, topics: {m.id: [] for m in members}, until=20)
    assert trace.of("note")[0]["text"] == "the assignor leaves 4 partitions without a consumer"
    assert owners(trace) == {}


# ---- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"consumers": 0}, "consumers must be a whole number from 1 to 100, and not 0"),
        ({"consumers": 2.5}, "consumers must be a whole number"),
        ({"consumers": True}, "consumers must be a whole number"),
        ({"partitions": 0}, r"partitions must be a whole number from 1 to 1000 or \{topic: how many\}, and not 0"),
        ({"partitions": {"orders": "4"}}, "partitions must be a whole number"),
        ({"partitions": {"bills": 4}}, "partitions names bills, but the topics are orders"),
        ({"topics": "orders"}, "topics must be a list of 1 or more, each a text that is not empty, and not 'orders'"),
        ({"topics": ()}, "topics must be a list of 1 or more"),
        ({"topics": (["orders"],)}, "topics must be a list of 1 or more"),
        ({"session_timeout": -1}, r"session_timeout must be a number from 1 to 1800 \(seconds\), and not -1"),
        ({"session_timeout": "10"}, "session_timeout must be a number"),
        ({"session_timeout": float("nan")}, "session_timeout must be a number"),
        ({"session_timeout": 3, "heartbeat": 3}, "must be longer than a heartbeat interval"),
        ({"heartbeat": 0}, "heartbeat must be a number from 0.1 to 600"),
        ({"max_poll_interval": 0}, "max_poll_interval must be"),
        ({"join_delay": -1}, "join_delay must be"),
        ({"until": 1e9}, "until must be"),
        ({"protocol": "lazy"}, "protocol must be one of eager, cooperative, kip848, and not 'lazy'"),
        ({"assignor": "best"}, "no assignor 'best' for protocol 'eager'; choose range or roundrobin or sticky"),
        ({"assignor": "range", "protocol": "cooperative"}, "choose cooperative-sticky"),
        ({"assignor": "sticky", "protocol": "kip848"}, "choose uniform or range"),
        ({"subscriptions": {"c1": ("bills",)}}, r"c1 subscribes to \('bills',\): give a tuple of some of orders"),
        ({"subscriptions": {"c1": "orders"}}, "c1 subscribes to 'orders': give a tuple of some of orders"),
        ({"subscriptions": ["orders"]}, r"subscriptions must be \{consumer: its topics\}, or None"),
        ({"static": 1}, "static must be True or False, and not 1"),
        ({"faults": [Fault(20, "crash", ["c1"])]}, "strikes a consumer by its name"),
        ({"assign": "range"}, "assign must be a function"),
        ({"seed": None}, "seed must be a whole number"),
        ({"faults": [Fault(-1, "crash", "c1")]}, "'crash' at -1 s lies outside the run, which goes from 0 to 120 s"),
        ({"faults": [Fault(121, "crash", "c1")]}, "outside the run"),
        ({"faults": [Fault(20, "explode", "c1")]}, "no fault 'explode'; choose one of join, leave, crash, stall, ret"),
        ({"faults": [Fault(20, "crash", "c9")]}, "there is no consumer c9; at that moment there are c1, c2, c3, c4"),
        ({"faults": [Fault(20, "join", "c2")]}, "c2 is still running, so it cannot join; it can leave, crash or"),
        ({"faults": [Fault(20, "join", "bob")]}, "a consumer is called c1, c2, c3 …, and not 'bob'"),
        ({"faults": [Fault(0.1, "crash", "c4")]}, "c4 starts only at 0.6 s"),
        ({"faults": [Fault(20, "crash", "c1"), Fault(30, "leave", "c1")]}, "c1 has already crashed, so it cannot le"),
        ({"faults": [Fault(20, "stall", "c1"), Fault(30, "leave", "c1")]}, "it can crash or return"),
        ({"faults": [(20, "crash", "c1")]}, "a fault is written Fault"),
    ],
)
def test_bad_input_is_told_in_one_sentence(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        rebalance(**settings)
    assert "\n" not in str(caught.value)


def test_uneven_subscriptions_and_topics_of_several_sizes() -> None:
    trace = rebalance(
        consumers=2,
        topics=("orders", "bills"),
        partitions={"orders": 2, "bills": 1},
        subscriptions={"c2": ("bills",)},
        until=20,
    )
    final = {p: held[-1].owner for p, held in ownership(trace).items()}
    assert final == {("orders", 0): "c1", ("orders", 1): "c1", ("bills", 0): "c1"}
