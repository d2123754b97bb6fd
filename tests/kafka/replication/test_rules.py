"""The rules of replication, against plainer definitions of the same."""

from hypothesis import given
from hypothesis import strategies as st

from labs.kafka.replication.exercises.electing import cases as elections
from labs.kafka.replication.exercises.electing import larger as larger_elections
from labs.kafka.replication.exercises.truncating import larger as larger_logs
from labs.kafka.replication.rules import elect, end_of_epoch, high_watermark, truncate


@given(larger_logs())
def test_truncating_by_epoch_keeps_exactly_the_beginning_that_both_logs_share(case):
    log, watermark, leader = case
    shared = 0
    while shared < min(len(log), len(leader.log)) and log[shared] == leader.log[shared]:
        shared += 1
    assert truncate(log, leader.log) == shared, "wherever the watermark is: it may be above, or below"
    assert watermark <= len(log)


@given(st.lists(st.integers(0, 9)).map(sorted), st.integers(-1, 10))
def test_the_end_of_an_epoch(log, epoch):
    found, end = end_of_epoch(log, epoch)
    assert found == max([e for e in log if e <= epoch], default=-1) <= epoch
    assert end == sum(e <= epoch for e in log)


@given(st.dictionaries(st.integers(0, 5), st.integers(0, 9), min_size=1), st.data())
def test_what_lies_below_the_watermark_is_everywhere_in_sync(ends, data):
    isr = data.draw(st.sets(st.sampled_from(sorted(ends)), min_size=1))
    before, least = data.draw(st.integers(0, 9)), data.draw(st.integers(1, 3))
    mark = high_watermark(ends, isr, before, least)
    assert mark >= before and (mark == before or (all(ends[b] >= mark for b in isr) and len(isr) >= least))


def the_first(replicas, alive, isr, eligible, unclean):
    """Elected by elimination."""
    standby = set() if isr else set(eligible)
    for group in (set(isr) & set(alive), standby & set(alive), set(alive) if unclean else set()):
        if found := [b for b in replicas if b in group]:
            return found[0]
    return None


def test_every_state_of_three_brokers_elects_whom_it_should():
    for case in elections():
        assert elect(*case) == the_first(*case), case


@given(larger_elections())
def test_so_does_any_larger_one(case):
    assert elect(*case) == the_first(*case)
