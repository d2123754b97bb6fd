"""CQRS under every fault; a projector in every order; the same parts killed for real."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kit.trace import Fault
from labs.patterns.cqrs import parts
from labs.patterns.cqrs.controls import DROPPED, UNMARKED, UNPUBLISHED
from labs.patterns.cqrs.exhaustive import count, count_orders, history, runs
from labs.patterns.cqrs.real import killed_at
from labs.patterns.cqrs.run import differences, longest_wait, run_cqrs, unseen
from labs.patterns.cqrs.triggers import by_triggers, open_database, page, write, write_without_table

# ── the model ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rebuild", ["beside the old one", "in place"])
def test_every_single_fault_ends_right(rebuild):
    total, wrong = count(rebuild=rebuild)
    assert total > 150 and wrong == 0


def test_pairs_of_faults_end_right():
    bad = [trace.faults for trace in runs(pairs=17) if differences(trace)]
    assert bad == []


def test_without_outbox_or_versions_some_runs_end_wrong():
    assert count(publish="no outbox")[1] > 0 and count(project="blindly")[1] > 0


def test_the_moment():
    lost = run_cqrs(publish="no outbox", writes=3, faults=UNPUBLISHED)
    assert differences(lost) == ["o2"] and len(lost.of("published")) == 2
    assert differences(run_cqrs(writes=3, faults=UNPUBLISHED)) == []


def test_the_relay_repeats_an_event_and_only_a_projector_with_versions_bears_it():
    blind = run_cqrs(writes=3, faults=UNMARKED, project="blindly")
    assert len(blind.of("published")) == 4 and differences(blind) == ["o2+"]
    assert differences(run_cqrs(writes=3, faults=UNMARKED)) == []


def test_a_relay_that_marks_first_loses_an_event():
    def mark_first(outbox, publish, mark):
        for event in outbox:
            mark(event["number"])
            publish(event)

    calm = run_cqrs(relay=mark_first)
    assert differences(calm) == []
    crashed = [run_cqrs(relay=mark_first, faults=[Fault(t / 10, "crash", "orders")]) for t in range(60, 75)]
    assert any(differences(trace) == ["o2"] for trace in crashed)


def test_an_order_before_its_customer():
    early = run_cqrs(writes=2, faults=[Fault(1.4, "late", "network")])
    order = [e["event"]["key"] for e in early.of("projected")]
    assert order == ["orders/o1", "customers/c1"] and differences(early) == []


def test_a_projector_that_looks_more_often_shows_more_of_the_writes():
    missed = [unseen(run_cqrs(read="at once", look_every=every)) for every in (0.5, 2.5, 5.0)]
    assert missed == [0, 4, 4]


def test_own_writes_are_seen_by_those_who_wait_and_the_wait_grows_with_the_lag():
    careful = [run_cqrs(read="after own writes", look_every=every) for every in (0.5, 2.5, 5.0)]
    assert [unseen(trace) for trace in careful] == [0, 0, 0]
    assert [longest_wait(trace) for trace in careful] == [0.0, 1.0, 4.0]
    assert {e["source"] for e in careful[2].of("read")} == {"serve", "ask the owner"}
    assert longest_wait(run_cqrs(read="at once", look_every=5.0)) == 0.0


def test_a_rebuild_beside_the_old_table_is_never_behind():
    beside, in_place = (run_cqrs(faults=DROPPED, rebuild=how) for how in ("beside the old one", "in place"))
    assert len(beside.of("switch")) == 1 and beside.of("switch")[0]["orders"] == beside.events[-1]["join"]
    assert in_place.of("rebuild")[0]["orders"] == {} and differences(in_place) == []
    for trace in (beside, in_place):
        begun = trace.of("rebuild")[0].t
        assert not [e for e in trace.of("projected") if e.t == begun], "one sees that the table begins empty"


# ── the projector alone ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_order_of_delivery_ends_in_the_join():
    total, wrong = count_orders()
    assert total == 5040 and wrong == 0
    assert count_orders(parts.project_blindly)[1] > 0


IDS = st.sampled_from(["1", "11", "ä"])
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("customers"), IDS, st.fixed_dictionaries({"name": st.text(max_size=3)})),
        st.tuples(st.just("orders"), IDS, st.fixed_dictionaries({"customer": IDS, "item": st.text(max_size=3)})),
        st.tuples(st.just("orders"), IDS, st.none()),
    ),
    max_size=12,
)


@given(writes=WRITES, data=st.data())
@settings(deadline=None, derandomize=True)
def test_whatever_is_written_and_however_it_is_delivered_the_view_becomes_the_join(writes, data):
    events, join = history([(0, *write) for write in writes])
    again = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    view = parts.empty_view()
    for event in data.draw(st.permutations([*events, *again])):
        parts.project(view, deepcopy(event))
    assert dict(sorted(view["orders"].items())) == join


@given(writes=WRITES)
@settings(deadline=None, derandomize=True)
def test_after_every_write_triggers_have_made_the_same_table(writes):
    db = open_database()
    done, placed = [], set()
    for service, id, row in writes:
        if service == "orders" and row and id in placed:
            continue  # orders are placed and deleted, not changed
        if service == "orders":
            placed = placed | {id} if row else placed - {id}
        write(db, service, id, row)
        done.append((0, service, id, row))
        assert page(db) == history(done)[1]
    db.close()


def test_triggers_and_the_six_writes():
    table, behind = by_triggers()
    assert table == history()[1] and behind == 0
    assert write_without_table() == "no such table: main.order_page"


# ── killed for real ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("outbox", ["outbox", "no outbox"])
def test_killed_at_every_step_and_carried_on(outbox):
    ends = []
    while True:
        died, well, records = killed_at(len(ends) + 1, outbox)
        if not died:
            break
        ends.append((well, records))
    assert len(ends) > 12
    if outbox == "outbox":
        assert all(well for well, _ in ends) and {records for _, records in ends} == {3, 4}
    else:
        assert sum(not well for well, _ in ends) == 3, "one gap for each of the three writes"
