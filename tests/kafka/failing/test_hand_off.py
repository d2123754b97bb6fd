"""Every crash of a hand-off: the model under the exercise, and its picture."""

import pytest

from labs.kafka.failing.exercises import hand_off_wrong as wrong
from labs.kafka.failing.hand_off_picture import STORY, STORY_FAILS, show_hand_off
from labs.kafka.failing.handing_off import every_crash, every_refusal, hand_off, run


def test_each_crash_point_between_consume_produce_acknowledge_and_commit_is_tried():
    after = [one.after for one in every_crash(hand_off, STORY, STORY_FAILS)]
    assert after == [
        "", "reading 0", "processing 0", "committing 1", "reading 1", "failing on 1",
        "producing the dead letter of 1, which is lost with it", "producing the dead letter of 1, which arrives",
        "the acknowledgement of 1", "committing 2", "reading 2", "processing 2", "committing 3",
    ]  # fmt: skip


def test_none_is_in_neither_place_and_one_record_at_most_is_there_twice():
    for one in every_crash(hand_off, STORY, STORY_FAILS):
        assert one.neither(STORY) == [] and len(one.again(STORY)) <= 1 and one.committed == 3, one.after


@pytest.mark.parametrize(
    ("code", "after"),
    [
        (wrong.commits_first, "committing 2"),
        (wrong.never_flushes, "committing 2"),
        (wrong.flush_after_commit, "committing 2"),
        (wrong.commits_on_read, "failing on 1"),
    ],
)
def test_the_wrong_order_loses_the_record_at_that_moment(code, after):
    lost = [one.after for one in every_crash(code, STORY, STORY_FAILS) if one.neither(STORY)]
    assert after in lost


def test_a_refused_letter_is_written_after_a_restart_or_by_another_try():
    def tries_again(consumer, process, producer):
        from labs.kafka.failing.records import DEAD, NotAcknowledged

        while (record := consumer.poll()) is not None:
            try:
                process(record)
            except Exception as problem:
                while True:
                    producer.produce(DEAD, record.key, record.value, [*record.headers, ("error", str(problem))])
                    try:
                        producer.flush()
                        break
                    except NotAcknowledged:
                        continue
            consumer.commit(record.offset + 1)

    for code in (hand_off, tries_again):
        (one,) = every_refusal(code, STORY, STORY_FAILS)
        assert one.neither(STORY) == [] and one.committed == 3
    assert every_refusal(wrong.swallows_refusal, STORY, STORY_FAILS)[0].neither(STORY) == [1]


def test_a_poison_record_kills_a_loop_that_does_not_catch_it_again_and_again():
    one, _ = run(wrong.passes, STORY, STORY_FAILS)
    assert not one.alive and one.committed == 1 and one.done == (0,)


def test_a_loop_that_swallows_its_own_death_does_nothing_more():
    def deaf(consumer, process, producer):
        while True:
            try:
                record = consumer.poll()
                if record is None:
                    return
                process(record)
                consumer.commit(record.offset + 1)
            except BaseException:
                return

    assert all(one.committed is None or one.committed <= 3 for one in every_crash(deaf, STORY, {}))


def test_the_picture_has_a_row_for_each_crash_and_says_the_same_in_words():
    shown = show_hand_off(hand_off)
    bundle = shown._repr_mimebundle_()
    assert "<img" in bundle["text/html"] and bundle["text/plain"].count("Crash after") == 12
    assert "lost" in show_hand_off(wrong.commits_first).words

    def stub(consumer, process, producer):
        raise NotImplementedError

    stub.__module__ = "__main__"
    assert "not written yet" in show_hand_off(stub)._repr_mimebundle_()["text/plain"]
