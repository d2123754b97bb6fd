"""Point-to-point gives a message to one, publish/subscribe to all; what was not acknowledged comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.kit.trace import Fault
from labs.queues.buffer.delivery import deliver


def done(run, who=None):
    return [e["number"] for e in run.of("done", who=who)]


def test_one_or_all():
    assert sorted(done(deliver())) == [1, 2, 3, 4, 5, 6]
    both = deliver(style="publish/subscribe")
    assert done(both, "A") == done(both, "B") == [1, 2, 3, 4, 5, 6]


def test_when_one_stops_the_other_takes_over_or_its_copies_wait():
    gone = [Fault(2.5, "stop", "B")]
    shared, copied = deliver(faults=gone), deliver(style="publish/subscribe", faults=gone)
    assert done(shared, "B") == [] and [e["number"] for e in shared.of("work", who="A")][:2] == [1, 2]
    assert done(copied, "B") == [] and done(copied, "A") == [1, 2, 3, 4, 5, 6]
    back = deliver(style="publish/subscribe", faults=[*gone, Fault(3, "start", "B")], work=0.5)
    assert done(back, "B") == [1, 2, 3, 4, 5, 6]


MOMENTS = st.tuples(
    st.integers(0, 36).map(lambda t: t / 4), st.sampled_from(["stop", "start", "away"]), st.sampled_from("ABCD")
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.sampled_from(["point-to-point", "publish/subscribe"]), st.integers(1, 3), st.lists(MOMENTS, max_size=5))
def test_whatever_stops_nothing_is_done_twice_or_out_of_order(style, consumers, struck):
    run = deliver(style=style, consumers=consumers, faults=[Fault(*one) for one in struck], work=0.5)
    if style == "point-to-point":
        assert len(done(run)) == len(set(done(run))), "acknowledged once, done once"
    for who in "ABC"[:consumers]:
        assert done(run, who) == sorted(set(done(run, who)))


def test_bad_input_is_one_sentence():
    with pytest.raises(ValueError, match="style must be one of point-to-point, publish/subscribe"):
        deliver(style="fanout")
    with pytest.raises(ValueError, match="there is no fault 'crash'"):
        deliver(faults=[Fault(1, "crash", "A")])
