"""The two clients of a run: a producer that sends one record after the other, and a consumer that reads them."""

from __future__ import annotations

from labs.kafka.replication.partition import Rules, append
from labs.kafka.replication.settings import REQUEST_TIMEOUT, Settings
from labs.kafka.replication.story import Story, name


class Producer:
    """Sends record 1, 2, 3 … to the broker it holds to be the leader, and sends again what it has no answer to.

    One record is under way at a time. With acks=0 it asks for no answer; with acks=1 the leader answers when it has
    written; with acks=all when the record is below the high watermark. An idempotent producer numbers what it sends, so
    that a leader recognises a record that it has already.
    """

    def __init__(self, settings: Settings, rules: Rules, story: Story) -> None:
        self.settings, self.rules, self.story = settings, rules, story
        self.next, self.believes = 1, story.p.leader
        self.offset: int | None = None  # where the record under way was written
        self.since = 0.0
        self.sent_to = 0  # the broker that owes an answer
        self.told = ""  # the last complaint: it is not repeated

    def tick(self, t: float) -> None:
        """One round: look for an answer, then send what is due."""
        if self.sent_to:
            self._answer(t)
        while not self.sent_to and self.due(t):
            number = self.next
            self._send(t)
            if self.sent_to or self.next == number:
                break
        if self.sent_to:
            self._answer(t)

    def due(self, t: float) -> bool:
        """Whether there is another record to be sent by now."""
        return self.next <= self.settings.records and t >= self.next * self.settings.gap

    def _send(self, t: float) -> None:
        p, number = self.story.p, self.next
        leader = p.of(self.believes)
        if not leader.up and self.settings.acks == "0":
            self.story.trace.emit(t, "sent", "producer", number=number, to=name(self.believes), again=False)
            self._done(t, None)  # it is gone, and nobody says so
            self._learn()
            return
        if not leader.up or not leader.leads:
            self._ask_again(t)
            return
        again = bool(self.told)
        self.story.trace.emit(t, "sent", "producer", number=number, to=name(self.believes), again=again)
        if self.settings.acks == "all" and len(leader.isr) < self.settings.min_insync:
            have = f"{len(leader.isr)} of {self.settings.min_insync} in sync"
            self._complain(t, "refused", f"NOT_ENOUGH_REPLICAS ({have})")
            self._learn()
            return
        numbers = [record.number for record in leader.log]
        if self.settings.idempotent and number in numbers:
            self.offset = numbers.index(number)
            self.story.trace.emit(t, "recognised", name(self.believes), number=number, offset=self.offset)
        else:
            self.offset = leader.end
            self.story.become(t, append(p, self.believes, number, self.rules))
        self.sent_to, self.since = self.believes, t

    def _answer(self, t: float) -> None:
        """Has the leader acknowledged it? If it cannot any more, or takes too long, the record is sent again."""
        leader, offset = self.story.p.of(self.sent_to), self.offset
        assert offset is not None
        if not leader.up or not leader.leads:
            self.sent_to = 0
            self._ask_again(t)
        elif self.settings.acks != "all" or leader.watermark > offset:
            self.sent_to = 0
            self._done(t, offset)
        elif t - self.since >= REQUEST_TIMEOUT:
            self.sent_to = 0
            self._complain(t, "unanswered", f"{name(self.believes)} does not answer")
            self._learn()

    def _done(self, t: float, offset: int | None) -> None:
        self.story.ack(t, self.next, offset if self.settings.acks != "0" else None)
        self.next, self.told = self.next + 1, ""

    def _ask_again(self, t: float) -> None:
        why = "does not lead" if self.story.p.of(self.believes).up else "is down"
        self._complain(t, "unanswered", f"{name(self.believes)} {why}")
        self._learn()

    def _learn(self) -> None:
        """Ask any broker who leads."""
        p = self.story.p
        if p.leader and any(replica.up and not replica.cut for replica in p.replicas):
            self.believes = p.leader

    def _complain(self, t: float, kind: str, text: str) -> None:
        if text != self.told:
            self.story.trace.emit(t, kind, "producer", number=self.next, text=text)
        self.told = text


class Consumer:
    """Reads what lies below the watermark of the broker it reads from: the leader, or broker 2 if that is `nearest`."""

    def __init__(self, settings: Settings, story: Story) -> None:
        self.settings, self.story = settings, story
        self.position = 0
        self.seen: list[int] = []

    def tick(self, t: float) -> None:
        """One round."""
        p = self.story.p
        source = 2 if self.settings.nearest else p.leader
        if not source or not p.of(source).up or p.of(source).cut:
            return
        me = p.of(source)
        if self.position > me.end and me.epoch == p.epoch:
            self.story.trace.emit(t, "reset", "consumer", position=self.position, end=me.end)
            self.position = me.end
        for offset in range(self.position, me.watermark):
            self.story.trace.emit(
                t, "read", "consumer", number=me.log[offset].number, offset=offset, source=name(source)
            )
            self.seen.append(me.log[offset].number)
        self.position = max(self.position, me.watermark)
