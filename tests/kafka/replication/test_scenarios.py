"""The scripts for the real brokers, as the model plays them (tests/fidelity plays them on three real ones)."""

from labs.kafka.replication.scenarios import SCENARIOS, play, table


def test_every_script_ends_with_all_three_in_sync_and_a_leader():
    for scenario in SCENARIOS:
        for topic in scenario.topics:
            last = play(scenario, topic)[-1]
            assert last.leader > 0 and last.isr == (1, 2, 3) and last.elr == ()


def test_what_is_lost_in_each():
    rows = table()
    assert list(rows["lost"]) == ["none"] * 6 + ["2, 3", "1, 2", "1", "2"] + ["none"] * 4
