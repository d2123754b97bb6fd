from labs.caching.strategies.connections import Connections
from labs.kit.trace import Clock


def pool(many=1, takes=1.0, patience=2.5):
    """A pool of connections, and a diary of what became of the questions: (moment, what, job, question)."""
    clock, diary, gone = Clock(), [], set()
    connections = Connections(
        clock,
        many,
        takes,
        patience,
        do=lambda job, question: diary.append((clock.now, "do", job, question)),
        done=lambda job: diary.append((clock.now, "done", job)),
        refuse=lambda job, question: diary.append((clock.now, "refuse", job, question)),
        over=gone.__contains__,
    )
    return clock, connections, diary, gone


def test_questions_wait_in_line_for_a_connection_and_are_refused_when_they_have_waited_too_long():
    clock, connections, diary, _ = pool()
    for job in "abcd":
        connections.ask(job, f"?{job}")
    clock.run(10)
    assert diary == [
        (0.5, "do", "a", "?a"), (1, "done", "a"), (1.5, "do", "b", "?b"), (2, "done", "b"),
        (2.5, "refuse", "d", "?d"), (2.5, "do", "c", "?c"), (3, "done", "c"),
    ]  # fmt: skip


def test_two_connections_answer_two_questions_at_once():
    clock, connections, diary, _ = pool(many=2)
    for job in "abc":
        connections.ask(job, "?")
    clock.run(10)
    assert [(t, job) for t, what, job, *_ in diary if what == "done"] == [(1, "a"), (1, "b"), (2, "c")]


def test_a_job_that_is_over_loses_its_place_in_line():
    clock, connections, diary, gone = pool()
    for job in "abc":
        connections.ask(job, "?")
    gone.add("b")
    clock.run(10)
    assert [job for _, what, job, *_ in diary if what == "done"] == ["a", "c"]


def test_the_patience_for_one_question_does_not_end_the_wait_for_the_next():
    """A flush writes one row after the other: its first wait has nothing to do with its third."""
    clock, connections, diary, _ = pool(patience=1.5)
    connections.ask("a", "?")
    clock.at(0.1, lambda: connections.ask("flush", "first"))  # waits until 1, is answered at 2
    clock.at(1.2, lambda: connections.ask("b", "?"))  # waits until 2, is answered at 3
    clock.at(
        1.3, lambda: connections.ask("flush", "second")
    )  # at 1.6 the first would have been given up; this waits on
    clock.run(2.75)
    assert [(t, *what) for t, *what in diary if what[0] == "refuse"] == []


def test_clear_tells_who_waited_and_nobody_is_refused_afterwards():
    clock, connections, diary, _ = pool()
    for job in "abc":
        connections.ask(job, f"?{job}")
    assert connections.clear() == [("b", "?b"), ("c", "?c")]
    clock.run(10)
    assert [what for _, what, *_ in diary] == ["do", "done"]
