"""The picture of lesson 07: what it says of a crash is what the crash does, it is small, and it names what it shows."""

import json
import re

import pytest

from labs.kafka.offsets.controls import CONTROLS, MONITORS, STRIKES, explore_offsets
from labs.kafka.offsets.crash_picture import MOST, draw_tries, show_crashes
from labs.kafka.offsets.crashes import every_crash
from labs.kafka.offsets.delivered import crash_points, duplicated, lost
from labs.kafka.offsets.delivery import deliver
from labs.kafka.offsets.loops import LOOPS, process_then_commit
from labs.kafka.offsets.picture import draw_delivery
from labs.kit import Fault


def told(words):
    """The offsets in "3, 4" or "3 to 7"."""
    if " to " in words:
        first, last = map(int, words.split(" to "))
        return list(range(first, last + 1))
    return [int(word) for word in words.split(", ")]


@pytest.mark.parametrize("reset", ["earliest", "latest"])
@pytest.mark.parametrize("commit", LOOPS)
@pytest.mark.parametrize("more", [{}, {"committed": 0}, {"log_start": 2}, {"sink": "idempotent"}])
def test_the_red_line_says_what_a_crash_would_do(commit, reset, more):
    shape = dict(commit=commit, reset=reset, until=30.0, takeover=8.0, **more)
    calm = deliver(**shape)
    scene = draw_delivery(calm)
    spoke = 0
    for t, _ in crash_points(calm):
        line = str(scene.value("risk", "label", t))
        again = re.search(r"(?:now, )([\d, to]+) would be done again", line)
        never = re.search(r"(?:now, |and )([\d, to]+) would never be done", line)
        spoke += bool(line)
        trace = deliver(**shape, faults=[Fault(t, "crash", "c1")])
        missing = [offset for _, offset in lost(trace)]
        assert (told(again[1]) if again else []) == [offset for _, offset in duplicated(trace)]
        said = told(never[1]) if never else []
        if trace.of("resume", who="c2") and trace.of("resume", who="c2")[0]["why"] == "latest":
            assert set(said) <= set(missing)  # beside what is written while nobody reads
        else:
            assert said == missing
    assert spoke or "sink" in more or commit == "transaction"


@pytest.mark.parametrize("commit", LOOPS)
def test_a_scene_is_small_and_tells_every_fault(commit):
    for faults in ([], [Fault(3.5, "crash", "c1")], [Fault(3, "rename", "c1"), Fault(9, "crash", "c2")]):
        trace = deliver(commit=commit, faults=faults, partitions=2, records=16)
        scene = draw_delivery(trace)
        assert len(json.dumps(scene.live())) < 60_000
        captions = " ".join(words for _, words in scene.says)
        for fault in faults:
            assert {"crash": "crashes", "rename": "another group.id"}[fault.kind] in captions
        assert 1 <= len(scene.stills) <= 3
        assert scene.stills == sorted(scene.stills)


def test_marks_stand_where_the_numbers_are():
    trace = deliver(faults=[Fault(3.5, "crash", "c1")])
    scene = draw_delivery(trace)
    assert scene.value("committed0", "label", 3.4) == "committed 3"
    assert scene.value("position0", "label", 3.4) == "position 6"
    assert scene.value("position0", "opacity", 3.6) == 0  # it died with the consumer
    assert scene.value("committed0", "opacity", 3.6) == 1
    assert scene.value("w0-3", "label", 12) == "2×"
    before = draw_delivery(deliver(commit="before", faults=[Fault(3.5, "crash", "c1")]))
    assert before.value("w0-4", "label", 6.5) == "lost"
    assert before.value("w0-4", "label", 6.4) == ""


def test_an_open_transaction_stays_open_until_the_successor_starts():
    scene = draw_delivery(deliver(commit="transaction", faults=[Fault(3.5, "crash", "c1")]))
    assert [scene.value("w0-3", "label", t) for t in (3.4, 6.4, 6.5)] == ["…", "…", ""]
    assert "stays open" in scene.caption(3.5)
    assert "c2 calls initTransactions" in scene.caption(6.5)


def test_two_partitions_say_whose_position_and_a_deleted_offset_stays_in_the_picture():
    scene = draw_delivery(deliver(partitions=2, faults=[Fault(4, "join", "c2")]))
    assert str(scene.value("position0", "label", 3)).startswith("c1 · position")
    assert str(scene.value("position1", "label", 12)).startswith("c2 · position")
    deleted = draw_delivery(deliver(committed=0, log_start=5))
    assert deleted.value("committed0", "label", 0) == "committed 0"
    assert "committed 0, which is no longer there, so earliest decides: c1 begins at 5." in deleted.caption(0)
    assert 80 <= deleted.value("committed0-arrow", "x", 0) < deleted.value("position0-arrow", "x", 0)


def test_titles_name_the_policy_only_where_it_can_be_chosen_and_sides_are_words():
    assert explore_offsets("reset").scenes[0][1].title == "process, then commit (sync); reset: earliest"
    sides = explore_offsets(versus=("commit", "each", "async"), faults=[Fault(9, "crash", "c7")])
    assert [name for name, _ in sides.scenes] == ["commit after each record (sync)", "process, then commit (async)"]
    assert "reset" not in sides.scenes[0][1].title
    assert [trace.settings["commit"] for trace in sides.traces] == ["each", "async"]
    assert "Nothing happens: c7 is not running at 9 s; c1 is." in sides.scenes[0][1].caption(9)


def test_monitors_name_the_records():
    trace = deliver(commit="before", faults=[Fault(3.5, "crash", "c1")])
    cells = {label: monitor(trace) for label, monitor in MONITORS}
    assert cells["lost: skipped and never done"] == ("4, 5", False)
    assert cells["duplicated: done more than once"] == ("none", True)


def test_every_control_and_fault_can_be_asked_for_and_an_unknown_one_is_a_sentence():
    explorer = explore_offsets(*CONTROLS, strikes=list(STRIKES))
    assert explorer.settings["commit"] == "after"
    with pytest.raises(ValueError, match="there is no control 'speed'; choose from commit, batch"):
        explore_offsets("speed")


def test_every_choice_of_every_control_draws():
    for name, make in CONTROLS.items():
        control = make(None)
        values = list(control.options) or [control.low, control.high]
        for value in values:
            whole = value if isinstance(control.value, str | float) else int(value)
            assert draw_delivery(deliver(**{name: whole})).says


def test_a_mistake_in_the_learners_loop_is_a_sentence_and_not_a_dead_picture():
    def typo(consumer, sink):
        sink.wite(consumer.poll())

    def for_ever(consumer, sink):
        raise NotImplementedError

    for loop, words in ((typo, "has no attribute 'wite'"), (for_ever, "still to be written")):
        assert words in explore_offsets(loop=loop).scenes[0][1].caption(0)
    assert explore_offsets(loop=process_then_commit).traces[0].settings["commit"] == "process_then_commit"


def test_the_still_of_all_crashes_shows_each_and_says_the_same_in_words():
    tries = every_crash(LOOPS["before"])
    svg, words = draw_tries(tries, "commit first")
    assert svg.count(">lost<") == sum(len(one.lost) for one in tries) == 6
    assert "Crash after committing 2: 0 and 1 lost." in words
    many = every_crash(LOOPS["after"], records=8, batch=1)
    svg, _ = draw_tries(many)
    assert f"… and {len(many) - MOST} more" in svg
    assert set(show_crashes(tries, "x")._repr_mimebundle_()) == {"text/html", "text/plain"}
