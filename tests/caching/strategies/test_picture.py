"""The pictures of lesson 16, and the table of all that the notes say."""

from __future__ import annotations

import json

import pytest

from labs.caching.strategies.claims.notes import NOTES
from labs.caching.strategies.five import STRATEGIES, Strategy, read_aside, read_through, write_around, write_back
from labs.caching.strategies.picture import compare_strategies, draw_stores, explore_strategies
from labs.caching.strategies.promises import stale_reads
from labs.caching.strategies.schedule_explorer import compare_leases, explore_schedules
from labs.caching.strategies.schedule_picture import draw_schedule, show_schedules
from labs.caching.strategies.schedules import schedules
from labs.caching.strategies.serve import serve
from labs.caching.strategies.workload import ONE_PRICE, RESTART, SLOW_READER, Request
from labs.kit import claims_table
from labs.kit.trace import Fault


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "faults",
    [
        [],
        [Fault(4, "down", "cache"), Fault(6, "up", "cache"), Fault(8, "evict", "cache")],
        [Fault(3, "down", "database"), Fault(6, "up", "database"), Fault(7, "stall", "app 1")],
        [Fault(3, "down", "app 1"), Fault(5, "down", "app 2"), Fault(6, "up", "app 1")],
    ],
)
def test_a_run_is_drawn_small(strategy, faults):
    scene = draw_stores(serve(strategy=strategy, faults=faults, rate=4, seed=6))
    assert len(json.dumps(scene.live())) < 60_000
    assert 1 <= len(scene.stills) <= 3 and all(said for _, said in scene.says)


def test_the_picture_says_what_is_in_the_stores():
    run = serve(strategy="write back", seed=6)
    scene = draw_stores(run)
    assert scene.value("cache-a", "label", 1.6) == "a = 11 · newer"
    assert scene.value("database-a", "label", 1.6) == "a = 10"
    assert scene.value("cache-a", "fill", 1.6) == "actor5" and scene.value("cache-b", "opacity", 0) == 0


def test_the_first_picture_plays_the_question_and_ends_where_the_answer_can_be_seen():
    scene = draw_stores(serve(strategy="TTL only", requests=ONE_PRICE, keys=1, until=4))
    assert len(scene.says) <= 12
    ends = [scene.value(f"request-{i}", "label", scene.end) for i in (1, 2, 3)]
    assert ends == ["read a: got 10", "a = 11: done", "read a: got 10 (stale)"]
    assert scene.value("cache-a", "label", scene.end) == "a = 10 · stale"
    assert scene.value("database-a", "label", scene.end) == "a = 11"


def test_a_request_lies_where_it_is_worked_on_and_carries_what_it_has_read():
    """App 1 has read the old row and stalls: its chip is at app 1, and says so."""
    scene = draw_stores(
        serve(strategy="cache aside", requests=SLOW_READER, keys=1, until=4, faults=[Fault(0.2, "stall", "app 1")])
    )
    x = {t: scene.value("chip-0", "x", t) for t in (0.17, 0.5)}
    assert scene.value("chip-0", "label", 0.5) == "a=10"
    assert x[0.17] > scene.value("database", "x", 0) and x[0.5] < scene.value("cache", "x", 0)


def test_a_write_that_is_lost_is_marked_as_lost():
    scene = draw_stores(serve(strategy="write back", **RESTART))
    assert scene.value("request-1", "label", 1.5) == "a = 11: done"
    assert scene.value("request-1", "label", scene.end) == "a = 11: done, then lost"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_busy_run_is_told_in_few_captions(strategy):
    scene = draw_stores(serve(strategy=strategy, seed=6, keys=4))
    assert 1 <= len(scene.says) <= 12


def test_all_ten_schedules_are_in_the_menu_and_the_first_shown_is_harmless():
    explorer = explore_schedules()
    menu = explorer._controls["schedule"].options
    assert len(menu) == 10 and explorer.table == [("a stale entry is left", [("no", True)])]
    for name in menu:
        explorer.widget.ask = json.dumps({"number": 1, "settings": {"schedule": name}, "faults": []})
        assert explorer.table[0][1] == [("yes", False) if name == "R R W W R" else ("no", True)]


def test_leases_are_compared_on_the_schedule_that_does_harm_and_on_any_other():
    explorer = compare_leases()
    assert explorer.settings == {"schedule": "R R W W R"}
    assert [cell for _, cells in explorer.table for cell in cells] == [("yes", False), ("no", True)]
    assert len(explorer._controls["schedule"].options) == 10
    for _, scene in explorer.scenes:
        assert len(scene.caption(scene.end)) <= 80, "the verdict does not fit its line"


def test_in_a_longer_run_a_stale_answer_is_told_once_and_counted_at_the_end():
    trace = serve(strategy="TTL only", seed=6, until=12)
    told = [caption for _, caption in draw_stores(trace).says]
    assert len(stale_reads(trace)) > 3 and sum("That is stale" in caption for caption in told) == 1
    assert told[-1].endswith(f"{len(stale_reads(trace))} of them with a stale value.")


def test_the_chart_counts_the_stale_answers():
    def steps(strategy):
        svg = draw_stores(serve(strategy=strategy, seed=6)).live()["svg"]
        path = svg[svg.index('data-part="load-line1"') :].split('d="')[1].split('"')[0]
        return len({point.split()[1] for point in path.replace("M", "").split("L")})

    assert steps("TTL only") == 1 + len(stale_reads(serve(strategy="TTL only", seed=6))) > 1
    assert steps("write through") == 1


def test_a_stale_answer_and_a_lost_write_are_said():
    said = " ".join(text for _, text in draw_stores(serve(strategy="TTL only", seed=6)).says)
    assert "That is stale" in said
    run = serve(strategy="write back", seed=6, read_share=0.5, faults=[Fault(5, "down", "cache")])
    assert "Lost: " in " ".join(text for _, text in draw_stores(run).says)


def test_an_explorer_answers_every_control_and_strike():
    explorer = explore_strategies("strategy", "rate", "read_share", "skew", "ttl", "flush_interval", "db_latency",
                                  "cache_latency", "capacity", "preheated")  # fmt: skip
    before = [text for _, cells in explorer.table for text, _ in cells]
    wish = {**explorer.settings, "strategy": "write back", "preheated": True, "capacity": 2}
    faults = [dict(t=4.0, kind="down", who="database"), dict(t=6.0, kind="up", who="database")]
    explorer.widget.ask = json.dumps({"number": 1, "settings": wish, "faults": faults})
    assert "error" not in json.loads(explorer.widget.data)
    assert [text for _, cells in explorer.table for text, _ in cells] != before
    explorer.widget.ask = json.dumps(
        {"number": 2, "settings": wish, "faults": [dict(t=1.0, kind="stall", who="cache")]}
    )
    assert "cannot happen to 'cache'" in json.loads(explorer.widget.data)["error"]


def test_any_two_are_compared_on_the_same_requests():
    explorer = compare_strategies("cache aside", "write back", "read_share")
    assert [t.settings["strategy"] for t in explorer.traces] == ["cache aside", "write back"]
    asked = [[(e.t, e["key"]) for e in t.of("request")] for t in explorer.traces]
    assert asked[0] == asked[1]
    explorer.widget.ask = json.dumps(
        {"number": 1, "settings": {**explorer.settings, "A": "leases", "B": "TTL only"}, "faults": []}
    )
    assert [t.settings["strategy"] for t in explorer.traces] == ["leases", "TTL only"]


def test_the_learners_strategy_drives_the_picture_and_its_mistake_is_a_sentence():
    mine = Strategy("yours", lambda key, cache, db: read_aside(key, cache, db), write_around)
    explorer = explore_strategies(mine=mine, seed=6)
    assert explorer.traces[0].settings["strategy"] == "yours"

    def broken(cache, db):
        return cache.dirty()["nobody"]

    bad = Strategy("yours", read_through, write_back, broken, inline=True)
    shown = explore_strategies(strategy="yours", mine=bad, seed=6)
    assert "KeyError" in repr(shown._repr_mimebundle_()) or "nobody" in repr(shown._repr_mimebundle_())


def test_a_schedule_is_drawn_with_its_verdict():
    race = schedules({"R": (read_aside, "a"), "W": (write_around, "a", 11)})
    for outcome in race:
        scene = draw_schedule(outcome)
        assert ("every read from now on" in scene.caption(scene.end)) == outcome.stale
    table = show_schedules(race)
    assert repr(table).startswith("1 of 10") and table._repr_mimebundle_()["text/html"].count("stale</span>") == 1


# ── what the notes say ────────────────────────────────────────────────────────────────────────────────────────────────

VERDICTS = {
    "caching-aside-reads": "holds",
    "caching-aside-survives": "holds only in part",
    "caching-aside-structure": "holds",
    "caching-aside-first-miss": "holds only in part",
    "caching-aside-inconsistent": "holds",
    "caching-read-through-reads": "holds",
    "caching-read-through-separate": "holds",
    "caching-read-through-first-miss": "holds only in part",
    "caching-read-through-inconsistent": "holds",
    "caching-read-through-structure": "does not hold",
    "caching-around-dirty-flag": "holds only in part",
    "caching-around-reads": "holds",
    "caching-around-consistent": "holds only in part",
    "caching-around-first-miss": "holds",
    "caching-around-database-down": "holds",
    "caching-through-consistent": "holds only in part",
    "caching-through-hits": "holds only in part",
    "caching-through-alone": "holds",
    "caching-through-two-phase-commit": "holds only in part",
    "caching-through-database-down": "holds",
    "caching-back-writes": "holds",
    "caching-back-latency": "holds",
    "caching-back-hits": "holds only in part",
    "caching-back-with-read-through": "holds",
    "caching-back-database-down": "holds only in part",
    "caching-back-removed": "holds only in part",
}


def test_every_statement_is_in_the_table_with_its_verdict():
    rows = claims_table("16").rows
    assert [(row.statement.id, row.claim.verdict) for row in rows] == list(VERDICTS.items())


def test_the_table_has_a_row_and_a_source_for_each():
    html = claims_table("16")._repr_mimebundle_()["text/html"]
    assert html.count("<tr>") == len(NOTES.statements) + 1 and html.count("<a href=") >= len(NOTES.statements)


def test_what_a_store_does_for_a_server_that_has_crashed_is_told_as_such():
    asked = [Request(0.5, "read", "a", app=1), Request(2.0, "read", "a", app=2)]
    told = [
        " ".join(said for _, said in draw_stores(serve(requests=asked, faults=faults, preheated=True, until=4)).says)
        for faults in ([], [Fault(0.505, "down", "app 1")])
    ]
    assert [words.count("a hit, but app 1 is down.") for words in told] == [0, 1]
    assert [words.count("a hit. App") for words in told] == [2, 1]
