"""One partition on three brokers, as a value, and everything that can happen to it, as functions from one to the next.

The run (run.py) calls these functions by the clock; the search (search.py) calls them in every order. A `Partition`
holds what each broker has and believes, and what the controllers have decided: the two may differ while a broker is
cut off. What the functions do to leader, in-sync set and watermark is what Kafka 4.3 does with one partition; the
rules themselves are in rules.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from labs.kafka.replication.rules import elect, end_of_epoch, high_watermark, truncate

BROKERS = (1, 2, 3)


class Record(NamedTuple):
    """What is written: the epoch of the leader that wrote it, and the producer's number for it."""

    epoch: int
    number: int


class Replica(NamedTuple):
    """What one broker has of the partition, and what it believes."""

    log: tuple[Record, ...] = ()
    watermark: int = 0
    up: bool = True
    cut: bool = False  # from the other brokers and the controllers; clients reach it still
    slow: bool = False  # it does not fetch, though it is alive
    epoch: int = 0  # the newest that it has heard of
    leads: bool = False  # it believes that it leads in this epoch
    isr: frozenset[int] = frozenset()  # as a leader: the in-sync set that the controllers have confirmed
    ends: tuple[int | None, ...] = (None, None, None)  # as a leader: the log ends of all brokers, as far as heard

    @property
    def end(self) -> int:
        """The offset that the next record will get."""
        return len(self.log)


@dataclass(frozen=True)
class Rules:
    """Settings of the topic: `elr` is whether eligible leader replicas are kept (KIP-966; on in new clusters since
    4.1), `truncation` how a follower cuts its log before it fetches from a new leader: to its "watermark" (before
    0.11), "once" by leader epoch (KIP-101, 0.11) or by "epoch" until both agree (KIP-279, since 2.0).
    """

    min_insync: int = 1
    unclean: bool = False
    elr: bool = True
    truncation: str = "epoch"
    elect: Callable[..., Any] = elect  # the two plug points for a learner's own rules
    high_watermark: Callable[..., Any] = high_watermark


class Partition(NamedTuple):
    """Three replicas, and the controllers' decisions; `leader` 0: nobody."""

    replicas: tuple[Replica, ...]
    leader: int
    epoch: int
    isr: frozenset[int]
    elr: frozenset[int] = frozenset()
    last: int = 0  # who led last, while nobody leads
    fenced: frozenset[int] = frozenset()  # brokers that the controllers hold to be dead
    unclean: bool = False  # whether this leader was elected though nobody knew it to be complete
    quorum: bool = True  # whether two of the three controllers run: otherwise nothing is decided

    def of(self, broker: int) -> Replica:
        """What a broker has and believes."""
        return self.replicas[broker - 1]

    def having(self, broker: int, **changes: object) -> Partition:
        """The same, with one broker changed."""
        new = list(self.replicas)
        new[broker - 1] = new[broker - 1]._replace(**changes)  # type: ignore[arg-type]
        return self._replace(replicas=tuple(new))


def fresh(rules: Rules, brokers: tuple[int, ...] = BROKERS) -> Partition:
    """A new partition: the first of `brokers` leads, and all of them are in sync. Any other stays down."""
    everyone = frozenset(brokers)
    replicas = tuple(Replica(up=broker in brokers) for broker in BROKERS)
    return in_office(Partition(replicas, brokers[0], 0, everyone, fenced=frozenset(BROKERS) - everyone), rules)


# ── the data: what is written, fetched and safe ───────────────────────────────────────────────────────────────────────


def append(p: Partition, broker: int, number: int, rules: Rules) -> Partition:
    """A broker that believes it leads writes a record. Alone in its in-sync set, it may count it as safe at once."""
    me = p.of(broker)
    log = (*me.log, Record(me.epoch, number))
    return raise_watermark(p.having(broker, log=log, ends=_noted(me.ends, broker, len(log))), broker, rules)


def _noted(ends: tuple[int | None, ...], broker: int, end: int) -> tuple[int | None, ...]:
    """What a leader knows of log ends, with that of one broker brought up to date."""
    return (*ends[: broker - 1], end, *ends[broker:])


def raise_watermark(p: Partition, leader: int, rules: Rules) -> Partition:
    """A leader computes its watermark from what it has heard."""
    me = p.of(leader)
    ends = dict(zip(BROKERS, me.ends, strict=True))
    found = rules.high_watermark(ends, me.isr, me.watermark, rules.min_insync)
    if not isinstance(found, int) or not 0 <= found <= me.end:
        raise ValueError(f"the watermark of a log that ends at {me.end} cannot be {found!r}")
    return p.having(leader, watermark=found)


def hears(p: Partition, follower: int) -> bool:
    """Whether a broker can talk to the leader that the controllers have named, and has reason to."""
    if follower == p.leader or not p.leader:
        return False
    me, leader = p.of(follower), p.of(p.leader)
    return me.up and leader.up and not (me.cut or leader.cut or me.slow) and leader.leads and leader.epoch == p.epoch


def follow(p: Partition, follower: int, rules: Rules) -> Partition:
    """A broker learns of a new epoch, or has been restarted: it cuts off what it may not have before it fetches."""
    me, leader = p.of(follower), p.of(p.leader)
    mine, theirs = ([record.epoch for record in log] for log in (me.log, leader.log))
    if rules.truncation == "watermark":
        kept = me.watermark
    elif rules.truncation == "once":
        kept = min(len(mine), end_of_epoch(theirs, mine[-1])[1]) if mine else 0
    else:
        kept = truncate(mine, theirs)
    return p.having(
        follower, log=me.log[:kept], watermark=min(me.watermark, kept), epoch=p.epoch, leads=False, isr=frozenset(),
        ends=(None,) * 3,
    )  # fmt: skip


def fetch(p: Partition, follower: int, rules: Rules) -> Partition:
    """One round: the follower says how far it has got, and gets what it lacks and the leader's watermark.

    The leader learns how far a follower has got only from its *next* fetch. So the watermark rises a round after the
    record was copied, and a follower whose fetch came too early for that learns of it a round later still.
    """
    me, leader = p.of(follower), p.of(p.leader)
    p = raise_watermark(p.having(p.leader, ends=_noted(leader.ends, follower, me.end)), p.leader, rules)
    if follower not in p.isr and p.quorum:
        started = next((i for i, record in enumerate(leader.log) if record.epoch == p.epoch), leader.end)
        if me.end >= max(p.of(p.leader).watermark, started):
            p = set_isr(p, p.isr | {follower}, rules)
            p = raise_watermark(p, p.leader, rules)
    leader = p.of(p.leader)
    log = me.log + leader.log[me.end :]
    return p.having(follower, log=log, watermark=max(me.watermark, min(leader.watermark, len(log))))


def lags(p: Partition, follower: int) -> bool:
    """Whether the leader may take it out of the in-sync set, once that has lasted for replica.lag.time.max.ms.

    A follower that does not fetch, and lacks nothing as far as the leader knows, does not lag.
    """
    leader = p.of(p.leader)
    return p.quorum and leader.leads and not leader.cut and leader.ends[follower - 1] != leader.end


# ── the controllers: who is alive, who is in sync, who leads ──────────────────────────────────────────────────────────


def set_isr(p: Partition, isr: frozenset[int], rules: Rules) -> Partition:
    """The leader asks the controllers for another in-sync set, and they agree."""
    p = _eligible(p, isr, frozenset(), rules)._replace(isr=isr)
    return p.having(p.leader, isr=isr)


def shrink(p: Partition, followers: Collection[int], rules: Rules) -> Partition:
    """They have not caught up for replica.lag.time.max.ms: the leader takes them out of the in-sync set."""
    return raise_watermark(set_isr(p, p.isr - set(followers), rules), p.leader, rules)


def fence(p: Partition, broker: int, rules: Rules) -> Partition:
    """The controllers have not heard from a broker for its session timeout."""
    return decide(p._replace(fenced=p.fenced | {broker}), p.isr - {broker}, frozenset(), rules)


def unfence(p: Partition, broker: int, rules: Rules) -> Partition:
    """It is back, and counts as alive. If nobody leads, there may be somebody now."""
    p = p._replace(fenced=p.fenced - {broker})
    return decide(p, p.isr, frozenset(), rules) if not p.leader else p


def decide(p: Partition, isr: frozenset[int], unclean_shutdown: frozenset[int], rules: Rules) -> Partition:
    """The controllers work out eligible replicas, leader and in-sync set, after any of them has changed."""
    if not isr and not rules.elr:
        isr = p.isr  # without eligible leader replicas the last in-sync one stays in the set
    before, unclean = p.leader, False
    p = _eligible(p, isr, unclean_shutdown, rules)
    alive = frozenset(BROKERS) - p.fenced - unclean_shutdown
    if before in alive and before in isr:
        leader: int | None = before
    else:
        leader = _elected(rules, BROKERS, alive, isr, p.elr, False)
    if leader is None and rules.elr and not isr and not p.elr and p.last in alive:
        leader, isr, unclean = p.last, frozenset({p.last}), True  # nobody is known to be complete: whoever led last
    elif leader is None and rules.unclean and (found := _elected(rules, BROKERS, alive, isr, p.elr, True)):
        leader, isr, unclean, p = found, frozenset({found}), True, p._replace(elr=frozenset())
    elif leader in p.elr and leader not in isr:
        isr, p = frozenset({leader}), p._replace(elr=p.elr - {leader})
    p = p._replace(isr=isr, leader=leader or 0, last=0 if leader else p.last or before)
    if p.leader != before:
        p = p._replace(epoch=p.epoch + 1, unclean=unclean)
    if not p.leader:
        return p
    return in_office(p, rules) if p.leader != before else raise_watermark(p.having(p.leader, isr=isr), p.leader, rules)


def prefer(p: Partition, broker: int, rules: Rules) -> Partition:
    """An operator, or the controllers from time to time, give the lead back to a broker that is in sync."""
    if broker not in p.isr or broker in p.fenced or broker == p.leader:
        return p
    return in_office(p.having(p.leader, leads=False)._replace(leader=broker, epoch=p.epoch + 1), rules)


def _elected(rules: Rules, *given: Any) -> int | None:
    """Whom the rule elects."""
    found: int | None = rules.elect(*given)
    if found is not None and found not in BROKERS:
        raise ValueError(f"{found!r} was elected, which is none of the replicas {BROKERS}")
    return found


def in_office(p: Partition, rules: Rules) -> Partition:
    """The leader hears that it leads. It keeps its log and watermark, and has heard nothing of its followers yet."""
    me = p.of(p.leader)
    if not me.up or me.cut:
        return p  # it does not hear
    ends = _noted((None,) * 3, p.leader, me.end)
    return raise_watermark(p.having(p.leader, epoch=p.epoch, leads=True, isr=p.isr, ends=ends), p.leader, rules)


def _eligible(p: Partition, isr: frozenset[int], unclean_shutdown: frozenset[int], rules: Rules) -> Partition:
    """Those who leave the in-sync set as it falls below its least, or later: they have all that is committed."""
    if not rules.elr or len(isr) >= rules.min_insync:
        return p._replace(elr=frozenset())
    return p._replace(elr=(p.elr | p.isr) - isr - unclean_shutdown)


# ── what can happen to a broker ───────────────────────────────────────────────────────────────────────────────────────


def kill(p: Partition, broker: int, disk: bool = True) -> Partition:
    """It stops at once and tells nobody. With `disk` False, what it has on disk is gone as well."""
    p = p.having(broker, up=False, leads=False, slow=False, cut=False, epoch=-1, isr=frozenset(), ends=(None,) * 3)
    return p if disk else p.having(broker, log=(), watermark=0)


def stop(p: Partition, broker: int, rules: Rules) -> Partition:
    """It is shut down cleanly: it says goodbye and hands over, and its log is whole."""
    return kill(fence(p, broker, rules), broker)


def start(p: Partition, broker: int, rules: Rules, *, clean: bool = False) -> Partition:
    """It comes back, once the controllers have missed it. Unless it was shut down cleanly it may have lost what it had,
    so it is not eligible any longer."""
    p = p.having(broker, up=True, cut=False, epoch=-1)
    if not clean and rules.elr:
        p = decide(p, p.isr - {broker}, frozenset({broker}), rules)
    return unfence(p, broker, rules)


def cut_off(p: Partition, broker: int) -> Partition:
    """It reaches no other broker and no controller; clients reach it still."""
    return p.having(broker, cut=True)


def heal(p: Partition, broker: int, rules: Rules) -> Partition:
    """The network is whole again, or a slow broker is fast again."""
    p = p.having(broker, cut=False, slow=False)
    if p.leader == broker and p.of(broker).epoch != p.epoch:
        return in_office(p, rules)  # it was elected while nobody could tell it
    return unfence(p, broker, rules) if broker in p.fenced and p.of(broker).up and p.quorum else p
