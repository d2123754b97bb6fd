"""What lesson 12's pictures say and show, beside what the trace tells."""

import re
from itertools import product

import pytest

from labs.kit.trace import Fault
from labs.proxies.forward.crowd import KINDS, TAKES, YourDesk, crowd
from labs.proxies.forward.crowd_picture import draw_crowd
from labs.proxies.forward.exercises.collapse import COLLAPSE
from labs.proxies.forward.shelf import END, SAYS, shelf
from labs.proxies.forward.shelf_picture import _down, draw_shelf

OWN = {
    "never asks": lambda events: [[] for _ in events],
    "gives at once": lambda events: [[("give", who)] if kind == "request" else [] for kind, who, _ in events],
    "asks twice": lambda events: [[("ask", who)] * 2 if kind == "request" else [("give", who)]
                                  for kind, who, _ in events],
    "asks for ever": lambda events: [[("ask", who)] for _, who, _ in events],
    **{mistake.says: mistake.function for mistake in COLLAPSE.wrong},
    "right": COLLAPSE.reference,
}  # fmt: skip


@pytest.mark.parametrize("own", OWN.values(), ids=[f"desk {number}" for number in range(len(OWN))])
def test_what_a_learner_s_own_desk_does_is_told_as_it_is(own):
    for answer, many in product(KINDS, (1, 2, 14)):
        trace = crowd(many, answer, desk=YourDesk(own))
        asks, gives = trace.of("ask"), trace.of("give")
        for t, said in draw_crowd(trace).says:
            waiting = {e.who for e in trace.of("arrive")} - {e.who for e in (*asks, *gives) if e.t < t}
            asked, given = ({e.who for e in events if e.t == t} for events in (asks, gives))
            if "everybody who waits" in said.lower():
                assert waiting <= given, said
            if "the origin is asked again." in said:
                assert waiting <= asked, said
            if "Nothing is done" in said:
                assert not waiting & (asked | given), said
            if found := re.search(r"the origin (?:has )?got (\d+) request", said):
                assert int(found[1]) == len(asks) == sum(e.t <= t for e in asks)
                left = many - len({e.who for e in gives})
                assert (f"{left} client" in said) == (left > 0) and -1 not in map(int, re.findall(r"-?\d+", said))
                if "for ever" in said:
                    assert all(e.t + TAKES <= trace.end for e in asks), said


FAULTS = (
    [],
    [Fault(0, "down", "origin")],
    [Fault(7, "down", "origin"), Fault(22, "down", "proxy"), Fault(22, "down", "proxy")],
    [Fault(7, "down", "origin"), Fault(30, "down", "proxy"), Fault(40, "down", "origin"), Fault(50, "down", "proxy")],
    [Fault(12, "down", "origin"), Fault(12, "down", "origin"), Fault(60, "down", "proxy")],
)


@pytest.mark.parametrize("faults", FAULTS)
def test_a_502_says_whether_the_cache_has_nothing_or_may_not_give_what_it_has(faults):
    for says in SAYS:
        trace = shelf(says, faults=faults)
        scene = draw_shelf(trace)
        kept = False
        for event in trace:
            if event.kind == "down":
                kept = kept and event.who != "proxy"
                continue
            if event["how"] == "502":
                told = scene.caption(event.t)
                assert ("has nothing to give" in told) == (not kept), (says, event.t)
                # RFC 9111 §4.2.4: a cache that is cut off may give what is stale, unless the answer forbids it
                forbidden = says in ("no-cache", "s-maxage=10, max-age=20")
                assert ("may not give" in told) == (kept and forbidden), (says, event.t)
            kept = kept or (event["how"] == "miss" and says not in ("private", "no-store"))


@pytest.mark.parametrize("faults", FAULTS)
def test_what_is_down_is_shown_down_and_only_that_and_once(faults):
    stretches = _down(shelf(faults=faults))
    for t in range(1, 2 * int(END)):
        moment = t / 2 + 0.25
        struck = [fault.who for fault in faults if fault.t <= moment]
        out = sorted(who for who in ("origin", "proxy") if struck.count(who) % 2)
        assert [what for start, stop, what, _ in stretches if start <= moment < stop] == [" and ".join(out)] * bool(out)


def test_an_answer_that_comes_with_an_age_has_it_also_the_first_time():
    scene = draw_shelf(shelf("private", brought=5))
    ages = [part["label"] for name, part in scene._parts.items() if re.fullmatch(r"life-1-\d+", name)]
    assert ages == ["5"] * 15
