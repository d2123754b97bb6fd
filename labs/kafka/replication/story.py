"""What has happened, told from two states: a partition that changes, and the trace of its changes."""

from __future__ import annotations

from labs.kafka.replication.partition import BROKERS, Partition, Record
from labs.kit.trace import Trace


def name(broker: int) -> str:
    """Broker 2 is called b2."""
    return f"b{broker}"


class Story:
    """A partition and its trace: `become` writes down what is different, so no rule needs to speak for itself.

    `acked` are the records that a producer holds to be safe; `lost` those of them that the leader does not have.
    """

    def __init__(self, p: Partition, trace: Trace) -> None:
        self.p, self.trace = p, trace
        self.acked: list[int] = []
        self.lost: list[int] = []
        trace.emit(0.0, "leads", name(p.leader), epoch=p.epoch, unclean=False, isr=sorted(p.isr), but="")

    def become(self, t: float, p: Partition) -> None:
        """From now on the partition is like this."""
        before, self.p = self.p, p
        for broker in BROKERS:
            self._replica(t, broker, before)
        if p.isr != before.isr or p.elr != before.elr:
            sets = {"isr": sorted(p.isr), "elr": sorted(p.elr), "left": sorted(before.isr - p.isr)}
            self.trace.emit(t, "isr", "controllers", **sets)
        if p.epoch != before.epoch:
            word, who = ("leads", name(p.leader)) if p.leader else ("leaderless", "controllers")
            self.trace.emit(t, word, who, epoch=p.epoch, isr=sorted(p.isr), unclean=p.unclean, but=_but(p))
        self.look(t)

    def ack(self, t: float, number: int, offset: int | None) -> None:
        """The producer holds a record to be safe; `offset` is None where it was not even told (acks=0)."""
        if number not in self.acked:
            self.acked.append(number)
            self.trace.emit(t, "acked", "producer", number=number, offset=offset)
            self.look(t)

    def look(self, t: float) -> None:
        """Is an acknowledged record gone? It is, when the leader of the newest epoch does not have it."""
        leader = self.p.of(self.p.leader) if self.p.leader else None
        if not leader or not leader.leads or leader.epoch != self.p.epoch:
            return
        has = {record.number for record in leader.log}
        for number in self.acked:
            if number not in has and number not in self.lost:
                self.lost.append(number)
                self.trace.emit(t, "lost", name(self.p.leader), number=number, epoch=self.p.epoch)

    def close(self, t: float) -> Trace:
        """The end of the run: what every broker has, and what has become of the records."""
        p = self.p
        for broker in BROKERS:
            me = p.of(broker)
            self.trace.emit(t, "end", name(broker), log=[tuple(record) for record in me.log], up=me.up,
                            watermark=me.watermark, leader=p.leader, epoch=p.epoch, isr=sorted(p.isr),
                            elr=sorted(p.elr), acked=list(self.acked), lost=list(self.lost))  # fmt: skip
        return self.trace

    def _replica(self, t: float, broker: int, before: Partition) -> None:
        old, new = before.of(broker), self.p.of(broker)
        if old is new:
            return
        who, same = name(broker), _common(old.log, new.log)
        if same < len(old.log):
            gone = [record.number for record in old.log[same:]]
            self.trace.emit(t, "truncated" if new.up else "wiped", who, kept=same, numbers=gone)
        if same < len(new.log):
            added = [(offset, new.log[offset].epoch, new.log[offset].number) for offset in range(same, len(new.log))]
            self.trace.emit(t, "written" if new.leads else "copied", who, records=added, leader=name(self.p.leader))
        if old.watermark != new.watermark:
            self.trace.emit(t, "watermark", who, at=new.watermark, leads=new.leads)


def _but(p: Partition) -> str:
    """Why the broker that was elected does not hear of it: "down", "cut off", or "" if it does, or nobody was."""
    if not p.leader or (p.of(p.leader).leads and p.of(p.leader).epoch == p.epoch):
        return ""
    return "cut off" if p.of(p.leader).up else "down"


def _common(one: tuple[Record, ...], other: tuple[Record, ...]) -> int:
    """How many records two logs share."""
    if one is other:
        return len(one)
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
