"""Ada's journey: what each design asks of the store, who is let in after the closing, and what a crash does."""

from itertools import product

import pytest

from labs.kit.trace import Fault
from labs.sessions.journey.claims import NOTES
from labs.sessions.journey.picture import draw_journey
from labs.sessions.journey.predictions import CLOSED, CRASH
from labs.sessions.journey.sizes import COOKIE, NGINX_LINE, lines, most_groups
from labs.sessions.journey.travel import DESIGNS, STORES, asked, let_in, spent, travel, turned_away
from labs.sessions.revocation.designs import longest_in


def closed(minute: float, **settings: object):
    return travel(faults=[Fault(minute, "close", "ada")], **settings)


def test_every_lookup_is_counted() -> None:
    assert {design: asked(travel(design=design)) for design in DESIGNS} == {
        "session": 18, "cached session": 9, "token": 0, "token + denylist": 12,
    }  # fmt: skip
    assert spent(travel(lookup=2.0)) == 36.0
    assert spent(travel(design="token")) < 1


def test_a_session_ends_at_once_and_a_token_when_it_expires() -> None:
    assert let_in(closed(1)) == []
    assert let_in(closed(1, design="token")) == list(range(1, 15))


@pytest.mark.parametrize(
    ("design", "minute", "pause", "life"), [*product(DESIGNS, (0.5, 3.5, 7.0, 9.5), (1, 4), (6, 15))]
)
def test_nobody_is_let_in_for_longer_than_the_formula_says(design: str, minute: float, pause: int, life: int) -> None:
    trace = closed(minute, design=design, pause=pause, lifetime=life)
    if design.startswith("token"):
        bound = longest_in(design, life * 60, pause * 60, 0)
    else:
        bound = longest_in(design, 3600, pause * 60, 0)
    late = [e.t for e in trace.of("answer") if e["closed"] and e["status"] == 200]
    assert all((t - minute) * 60 < bound for t in late)


def test_a_crash_hurts_where_the_session_was() -> None:
    crash = [Fault(4.5, "crash", "s1")]
    assert turned_away(travel(store="shared", faults=crash)) == []
    assert turned_away(travel(store="sticky", faults=crash)) == list(range(5, 19))
    assert turned_away(travel(store="replicated", faults=crash)) == [1]  # not copied yet, and that is all
    down = travel(faults=[Fault(4.5, "crash", "store")])
    assert [e["status"] for e in down.of("answer")][4:8] == [503, 503, 503, 401]


def test_a_token_needs_no_store_and_a_denylist_fails_open() -> None:
    assert turned_away(travel(design="token", faults=[Fault(2, "crash", "store")])) == [15, 16, 17, 18]  # expired
    both = [Fault(4.5, "crash", "store"), Fault(4.7, "close", "ada")]
    assert let_in(travel(design="token + denylist", faults=both)) == [5, 6, 7, 8, 9]  # the list of minute 5 never came


def test_a_server_that_was_down_fetches_the_denylist_when_it_is_back() -> None:
    faults = [Fault(4.5, "close", "ada"), Fault(4.8, "crash", "s1")]
    trace = travel(design="token + denylist", faults=faults)
    assert [(e.t, e["to"]) for e in trace.of("fetch")][:3] == [
        (0, ["s1", "s2", "s3"]), (5, ["s2", "s3"]), (7.8, ["s1"])
    ]  # fmt: skip
    assert let_in(trace) == [] and asked(trace) == 3 + 2 + 1 + 3 + 3
    scene = draw_journey(trace)
    assert [scene.value("s1-has", "label", t) for t in (4.7, 6, 8)] == ["denylist: empty", "", "denylist: ada"]
    both = [Fault(1, "close", "ada"), Fault(2.5, "crash", "s1"), Fault(3.2, "crash", "store")]  # back at 5.5 and 6.2
    scene = draw_journey(travel(design="token + denylist", faults=both))
    assert [scene.value("s1-has", "label", t) for t in (2.6, 5.6, 10.1)] == ["", "no denylist yet", "denylist: ada"]
    assert [scene.value("store-has", "label", t) for t in (2, 4, 6.3)] == ["ada: closed", "", "ada: closed"]


@pytest.mark.parametrize(
    ("who", "settings", "said", "has"),
    [
        ("s1", {}, "The sessions are in the store", ""),
        ("s1", {"store": "sticky"}, "forgets", "sessions: none"),
        ("s1", {"design": "cached session"}, "forgets", ""),
        ("s1", {"design": "token"}, "s1 crashes.", ""),
        ("store", {}, "forgets", "back, empty"),
        ("store", {"store": "sticky"}, "Nobody needs it", "not used"),
        ("store", {"design": "token"}, "Nobody needs it", "not needed"),
        ("store", {"design": "token + denylist"}, "go on with the denylists", "denylist"),
    ],
)
def test_a_crash_is_said_to_take_what_it_takes(who, settings, said, has) -> None:
    scene = draw_journey(travel(faults=[Fault(4.5, "crash", who)], **settings))
    assert said in scene.caption(4.6) and scene.value(f"{who}-has", "label", 7.6) == has


def test_the_same_call_gives_the_same_trace() -> None:
    assert list(travel(design="token")) == list(travel(design="token"))


def test_what_cannot_be_is_one_sentence() -> None:
    for settings in ({"design": "jwt"}, {"servers": 0}, {"servers": 5}, {"pause": 0}, {"lookup": 0}, {"x": 1}):
        with pytest.raises(ValueError):
            travel(**settings)
    for faults in ([Fault(1, "close", "bob")], [Fault(1, "close", "ada"), Fault(9, "close", "ada")],
                   [Fault(1, "crash", "s9")], [Fault(1, "crash", "s1"), Fault(2, "crash", "s1")]):  # fmt: skip
        with pytest.raises(ValueError):
            travel(faults=faults)


def test_every_run_can_be_drawn() -> None:
    crashes = [(), (Fault(4.5, "crash", "s1"),), (Fault(4.5, "crash", "store"), Fault(9, "close", "ada"))]
    for design, store, faults in product(DESIGNS, STORES, crashes):
        for servers in (1, 4) if "s1" in str(faults) else (3,):
            assert draw_journey(travel(design=design, store=store, faults=faults, servers=servers)).stills


def test_the_verdicts_and_the_answers() -> None:
    verdicts = {s.id: s.judge().claim.verdict for s in NOTES.statements}
    assert verdicts == {
        "sessions-query": "holds only in part",
        "sessions-stateful": "holds only in part",
        "sessions-stateless": "holds only in part",
        "sessions-compact": "holds",
    }
    assert CLOSED.answer() == CLOSED.options[1]
    assert CRASH.answer() == CRASH.options[1]


def test_sizes() -> None:
    assert 3 < len(lines()["token, HS256"]) / len(lines()["session cookie"]) < 10
    assert len(lines(most_groups(NGINX_LINE))["token, HS256"]) <= NGINX_LINE
    assert len(lines(most_groups(NGINX_LINE) + 1)["token, HS256"]) > NGINX_LINE
    assert most_groups(COOKIE, "__Host-token") < most_groups(NGINX_LINE)


@pytest.mark.parametrize("store", ["sticky", "replicated"])
def test_a_server_that_has_crashed_shows_no_sessions(store) -> None:
    scene = draw_journey(travel(store=store, faults=[Fault(4.5, "crash", "s1")]))
    assert scene.value("s1-has", "label", 4.4) == "sessions: ada"
    assert scene.value("s1-has", "label", 4.6) == ""


def test_what_is_seen_is_what_the_caption_says() -> None:
    trace = travel(store="replicated", faults=[Fault(9.5, "close", "ada")])
    scene = draw_journey(trace)
    refused = trace.of("answer")[0]
    copied = next(e for e in trace.of("copy") if e.who == refused.who)
    assert refused["status"] == 401 and "no such session" in scene.caption(refused.t)
    assert scene.rest(refused.t) < copied.t and "reaches s2 and s3" in scene.caption(copied.t)
