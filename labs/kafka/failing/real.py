"""The real thing: the same hand-off on a real client (confluent-kafka) and a cluster in this process.

    real_crashes(hand_off)      # rows for a table: the consumer is gone after each of its calls in turn

A consumer that "crashes" here is closed without a commit, and what waits in its producer's buffer is thrown away. The
tests kill whole processes on a real broker, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from labs.kafka.failing.hand_off_picture import STORY, STORY_FAILS, fate
from labs.kafka.failing.handing_off import HandOff, Letter, Try, every_crash
from labs.kafka.failing.records import DEAD, MAIN, NotAcknowledged, Record
from labs.kafka.offsets.process import Crash
from labs.kafka.real import RealCluster, real_cluster
from labs.kit.guarding.fence import fenced
from labs.kit.not_here import NotHere

LATER = 60_000  # ms; the producer sends nothing by itself before that: only when it is flushed


def real_crashes(code: HandOff, time_limit: float = 60.0) -> list[dict[str, Any]]:
    """Rows for a table: after which call the consumer was gone, where each record ended, in the model and in reality.

    The model has the code first, behind the fence: what does not work there is said in one row and never meets a real
    client. NotHere if the client library is missing, or nothing was read within `time_limit` seconds.
    """
    from labs.kit.guarding.telling import LearnerError

    try:
        tries = fenced(lambda: every_crash(code, STORY, STORY_FAILS), code)()
    except LearnerError as problem:
        unfinished = problem.kind == "unfinished"
        return [{"your hand-off": "It is not written yet." if unfinished else problem.sentence}]
    if not tries[0].alive:
        return [{"your hand-off": "A failed record ends it: see the check above."}]
    if any(letter.topic != DEAD for one in tries for letter in one.letters):
        return [{"your hand-off": f"It writes to another topic than {DEAD}: see the check above."}]
    tries = [one for one in tries[1:] if not one.after.endswith("which arrives")]  # here the buffer is thrown away
    real = observed(code, range(len(tries)), time_limit)
    return [
        {"gone after": told.after, "model": _told(told), "real": _told(seen), "same": _told(told) == _told(seen)}
        for told, seen in zip(tries, real, strict=True)
    ]


def _told(one: Try) -> str:
    cells = (f"{record.offset}: {fate(*one.times(record))[0]}" for record in STORY)
    return ", ".join(cells) + f"; committed {one.committed}"


def observed(code: HandOff, steps: Sequence[int], time_limit: float = 60.0) -> list[Try]:
    """What real clients do, for each number of calls after which the first consumer is gone."""
    names = [f"{number}{more}" for number in range(len(steps)) for more in ("", "-again")]
    topics = {MAIN: 1} | {f"{DEAD}-{name}": 1 for name in names}
    with real_cluster(topics, session_timeout=1500, join_delay=0.1, round_trip=0) as cluster:
        fill(cluster)

        def play(number: int) -> Try:
            for name in (f"{number}", f"{number}-again"):
                try:
                    return _play(cluster, name, steps[number], code, time_limit / 2)
                except Exception:  # a machine so busy that the group put its only member out: once more
                    if name.endswith("again"):
                        raise
            raise AssertionError

        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(play, range(len(steps))))


def fill(cluster: RealCluster) -> None:
    """The records of the story, in the main topic."""
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    for record in STORY:
        producer.produce(cluster.named(MAIN), record.value.encode(), key=record.key, partition=0)
    if producer.flush(30):
        raise NotHere("The real cluster did not take the records within 30 s; run it again in a quiet moment.")


def _play(cluster: RealCluster, name: str, step: int, code: HandOff, time_limit: float) -> Try:
    done: list[int] = []
    group, letters = f"group-{name}", f"{DEAD}-{name}"
    with clients(cluster, group, letters, done, time_limit) as first:
        first.left = step
        first.run(code)
    with clients(cluster, group, letters, done, time_limit) as second:
        second.run(code)
        committed = second.committed()
    return Try("", tuple(done), tuple(read_letters(cluster, letters)), committed)


def _dies() -> None:
    raise Crash


@contextmanager
def clients(
    cluster: RealCluster, group: str, letters: str, done: list[int], time_limit: float, die: Callable[[], None] = _dies,
    linger: int = LATER,
) -> Iterator[RealCalls]:  # fmt: skip
    """A real consumer and a real producer, with the calls that a hand-off makes; gone at the end, uncommitted."""
    from confluent_kafka import Consumer, Producer

    about = {"bootstrap.servers": cluster.bootstrap, "log_level": 0}
    consumer = Consumer(
        about
        | {
            "group.id": cluster.named(group),
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": cluster.session_timeout,
            "heartbeat.interval.ms": 300,
            "fetch.wait.max.ms": 50,
        }
    )
    producer = Producer(about | {"linger.ms": linger, "acks": "all"})
    try:
        calls = RealCalls(consumer, producer, cluster, letters, done, time_limit, die)
        consumer.subscribe([cluster.named(MAIN)], on_lost=calls.put_out)
        yield calls
    finally:
        producer.purge()  # what was not flushed dies with its process
        producer.flush(1)
        consumer.close()


class RealCalls:
    """A real consumer, a real producer and the work, with the words of labs.kafka.failing.handing_off.Process."""

    def __init__(
        self, consumer: Any, producer: Any, cluster: RealCluster, letters: str, done: list[int], time_limit: float,
        die: Callable[[], None],
    ) -> None:  # fmt: skip
        self.consumer, self.producer, self.cluster, self.letters = consumer, producer, cluster, letters
        self.done, self.time_limit, self.die = done, time_limit, die
        self.left: int | None = None  # so many calls come back
        self.read = -1
        self.lost = False

    def put_out(self, *_: Any) -> None:
        """The group has not heard from it in time. It would be let in again, and begin anew: that is another story."""
        self.lost = True  # librdkafka calls this, so it may not raise

    def run(self, code: HandOff) -> None:
        """Let the code work until poll gives None, or it dies."""
        with suppress(Crash):
            code(self, self.process, self)

    def step(self) -> None:
        """A call has done its work: does it come back?"""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.die()

    def poll(self) -> Record | None:
        """The next record; None after the last one."""
        deadline = time.monotonic() + self.time_limit
        if self.read < 0 and (begun := self.committed()) == len(STORY):
            return None
        elif self.read < 0:
            self.read = (begun or 0) - 1
        if self.read + 1 >= len(STORY):
            return None
        while True:
            message = self.consumer.poll(0.1)
            if self.lost:
                raise NotHere("The group put its only member out; try again in a quiet moment.")
            if time.monotonic() > deadline:
                raise NotHere(f"The real consumer read nothing in {self.time_limit:g} s; try in a quiet moment.")
            if message is not None and not message.error():
                self.read = message.offset()
                self.step()
                letter = _as_letter(message)
                return Record(letter.key, 0, self.read, letter.value, letter.headers)

    def process(self, record: Record) -> None:
        """Do the work."""
        if record.offset in STORY_FAILS:
            self.step()
            raise ValueError(STORY_FAILS[record.offset])
        self.done.append(record.offset)
        self.step()

    def produce(self, topic: str, key: str | None = None, value: str = "", headers: Any = ()) -> None:
        """Into the buffer of the real producer."""
        named = self.cluster.named(self.letters)
        pairs = [(name, text) for name, text in (headers.items() if isinstance(headers, dict) else headers or ())]
        self.producer.produce(named, value.encode(), key=key, headers=pairs, partition=0)
        self.step()

    def flush(self, timeout: float | None = None) -> int:
        """Wait for every acknowledgement."""
        waiting = len(self.producer)
        if self.producer.flush(self.time_limit):
            raise NotAcknowledged("the broker did not acknowledge the record")
        if waiting:
            self.step()
        return 0

    def commit(self, offset: int | None = None) -> None:
        """Commit and wait."""
        from confluent_kafka import TopicPartition

        place = TopicPartition(self.cluster.named(MAIN), 0, self.read + 1 if offset is None else offset)
        self.consumer.commit(offsets=[place], asynchronous=False)
        self.step()

    def committed(self) -> int | None:
        """What the group has committed."""
        from confluent_kafka import TopicPartition

        (place,) = self.consumer.committed([TopicPartition(self.cluster.named(MAIN), 0)], timeout=self.time_limit)
        return None if place.offset < 0 else int(place.offset)


def read_letters(cluster: RealCluster, letters: str, time_limit: float = 30.0) -> list[Letter]:
    """All that is in a dead-letter topic."""
    from confluent_kafka import Consumer, TopicPartition

    about = {"bootstrap.servers": cluster.bootstrap, "log_level": 0, "group.id": cluster.named("reader")}
    consumer = Consumer(about | {"enable.auto.commit": False, "auto.offset.reset": "earliest"})
    try:
        place = TopicPartition(cluster.named(letters), 0, 0)
        consumer.assign([place])
        _, end = consumer.get_watermark_offsets(place, timeout=time_limit)
        found: list[Letter] = []
        deadline = time.monotonic() + time_limit
        while len(found) < end and time.monotonic() < deadline:
            message = consumer.poll(0.1)
            if message is not None and not message.error():
                found.append(_as_letter(message))
        return found
    finally:
        consumer.close()


def _as_letter(message: Any) -> Letter:
    pairs = tuple((name, value.decode()) for name, value in message.headers() or ())
    key = message.key()
    return Letter(DEAD, None if key is None else key.decode(), message.value().decode(), pairs)
