"""The group coordinator of the classic protocol: the broker that keeps one group's members in step.

A member asks with JoinGroup, SyncGroup, Heartbeat, LeaveGroup or OffsetCommit; here each is a method. The coordinator
does not decide who reads what: it picks one member as the *leader*, which runs the assignor and hands the result in.

    Empty ──join──> PreparingRebalance ──all joined──> CompletingRebalance ──leader synced──> Stable
                         ^  a member joins, leaves, or is not heard from for the session timeout │
                         └───────────────────────────────────────────────────────────────────────┘

Every time the members have joined, the *generation* grows by one. A request that carries an old one is refused, which
is what keeps a member that was away (a zombie) from committing. Sources: KIP-62 (rebalance timeout = the consumers'
max.poll.interval.ms), KIP-134 (initial delay), KIP-345 (static members), the Kafka protocol guide (error codes).
Left out: choosing between several assignors, and the round trip of its own in which a new member gets its id (KIP-394).
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from functools import partial

from labs.kafka.groups.members import Assignment, Member, Partition
from labs.kit.trace import Clock


@dataclass(frozen=True)
class Answer:
    """What the coordinator says to a request; `error` is Kafka's name for what was wrong, or None."""

    error: str | None = None
    member_id: str = ""
    generation: int = -1
    members: tuple[Member, ...] = ()  # JoinGroup, to the leader only: everyone, with what each said about itself
    partitions: tuple[Partition, ...] = ()  # SyncGroup, or KIP-848: what this member is to read


Reply = Callable[[Answer], None]


@dataclass
class Seat:
    """A member as the coordinator knows it, in the name of the consumer that sits there."""

    who: str
    member: Member
    generation: int = -1  # the last one that it joined
    deadline: float = 0.0  # not heard from by then, it is out
    joining: Reply | None = None  # its JoinGroup waits for an answer
    syncing: Reply | None = None  # its SyncGroup waits for an answer
    assigned: list[Partition] = field(default_factory=list)


class Coordinator:
    """One group on a virtual `clock`; times in seconds. What happens is told to `tell(kind, who, **particulars)`."""

    def __init__(
        self,
        clock: Clock,
        tell: Callable[..., None],
        *,
        session_timeout: float = 45.0,
        rebalance_timeout: float = 300.0,
        join_delay: float = 3.0,
    ) -> None:
        self.clock, self.tell = clock, tell
        self.session_timeout, self.rebalance_timeout, self.join_delay = session_timeout, rebalance_timeout, join_delay
        self.state, self.generation, self.leader = "Empty", 0, ""
        self.seats: dict[str, Seat] = {}  # member id → seat, in the order in which they first joined
        self.static: dict[str, str] = {}  # instance id → member id
        self._ids: dict[str, int] = {}  # consumer → how many member ids it has had
        self._round = 0  # counts rebalances, so that a timer of an earlier one finds itself outdated
        self._first = False  # is this the first rebalance of an empty group, which waits for more to come?
        self._newcomer = False  # did someone come during that wait?

    # ---- requests ---------------------------------------------------------------------------------------------------

    def join(self, who: str, asked: Member, reply: Reply) -> str:
        """JoinGroup: `who` wants in (`asked.id` empty), or in again. Gives its member id at once; the `reply` comes
        when everyone has joined.
        """
        if asked.id:
            if error := self._unwelcome(asked):
                reply(Answer(error))
                return asked.id
            seat = self.seats[asked.id]
            same = asked == seat.member
            if same and (self.state == "CompletingRebalance" or (self.state == "Stable" and asked.id != self.leader)):
                reply(self._joined(seat))  # nothing new: it only missed the answer
                return asked.id
            seat.member = asked
        elif old := self.static.get(asked.instance_id or ""):
            seat = self._replace(old, asked)
            if self.state == "Stable":  # same seat, same partitions: no rebalance
                reply(Answer(member_id=seat.member.id, generation=self.generation))
                return seat.member.id
        else:
            seat = Seat(who, replace(asked, id=self._new_id(who)))
            self._newcomer = self._newcomer or self.state == "PreparingRebalance"
            self.seats[seat.member.id] = seat
            if asked.instance_id:
                self.static[asked.instance_id] = seat.member.id
            self._watch(seat)
        seat.joining = reply
        self._prepare(f"{who} {'joined' if seat.generation < 0 else 'rejoined'}")
        return seat.member.id

    def sync(self, asked: Member, assignment: Assignment | None, reply: Reply) -> None:
        """SyncGroup: the leader brings the `assignment`, the others None; everyone is told its own part of it."""
        if error := self._unwelcome(asked) or self._outdated(asked):
            return reply(Answer(error))
        if self.state == "PreparingRebalance":
            return reply(Answer("REBALANCE_IN_PROGRESS"))
        seat = self.seats[asked.id]
        seat.syncing = reply
        if self.state == "CompletingRebalance" and asked.id == self.leader and assignment is not None:
            for member_id, other in self.seats.items():
                other.assigned = list(assignment.get(member_id, ()))
            self._enter("Stable", f"{seat.who}, the leader, brought the assignment")
        if self.state == "Stable":
            for other in self.seats.values():
                if other.syncing:
                    other.deadline = self.clock.now + self.session_timeout
                    syncing, other.syncing = other.syncing, None
                    syncing(Answer(generation=self.generation, partitions=tuple(other.assigned)))

    def heartbeat(self, asked: Member) -> str | None:
        """Heartbeat: the member lives; it hears here, and only here, that a rebalance has begun. Gives the error."""
        if error := self._unwelcome(asked) or self._outdated(asked):
            return error
        self.seats[asked.id].deadline = self.clock.now + self.session_timeout
        return "REBALANCE_IN_PROGRESS" if self.state == "PreparingRebalance" else None

    def commit(self, asked: Member) -> str | None:
        """OffsetCommit: accepted from a member of the current generation, also while a rebalance is being prepared."""
        if error := self._unwelcome(asked) or self._outdated(asked):
            return error
        self.seats[asked.id].deadline = self.clock.now + self.session_timeout
        return "REBALANCE_IN_PROGRESS" if self.state == "CompletingRebalance" else None

    def leave(self, asked: Member) -> str | None:
        """LeaveGroup: the member goes of its own accord, so that nobody needs to wait for its session to end."""
        if error := self._unwelcome(asked):
            return error
        seat = self.seats[asked.id]
        self._forget(seat)
        self._prepare(f"{seat.who} left")
        return None

    def disowned(self, asked: Member, owned: Set[Partition]) -> set[Partition]:
        """Of what a member believes to own: what the group has taken away from it, without its having agreed."""
        seat = self.seats.get(asked.id)
        if seat and (seat.generation == self.generation or self.state != "Stable"):
            return set()
        return set(owned) - set(seat.assigned if seat else ())

    # ---- a rebalance ------------------------------------------------------------------------------------------------

    def _prepare(self, why: str) -> None:
        """Begin a rebalance, or go on with the one that has begun."""
        if self.state != "PreparingRebalance":
            for seat in self.seats.values():
                if seat.syncing:
                    syncing, seat.syncing = seat.syncing, None
                    syncing(Answer("REBALANCE_IN_PROGRESS"))
            self._round += 1
            self._first, self._newcomer = self.state == "Empty", False
            self._enter("PreparingRebalance", why)
            if self._first:
                self._wait_for_more(self.rebalance_timeout)
            else:
                self.clock.after(self.rebalance_timeout, partial(self._complete, self._round))
        if not self._first and all(seat.joining for seat in self.seats.values()):
            self._complete(self._round)

    def _wait_for_more(self, left: float) -> None:
        """KIP-134: a group's first rebalance waits, and again as long whenever someone came in the meantime."""
        delay = min(self.join_delay, left)

        def over() -> None:
            if self._newcomer and self.generation == 0 and left > delay:
                self._newcomer = False
                self._wait_for_more(left - delay)
            else:
                self._complete(self._round)

        self.clock.after(delay, over)

    def _complete(self, round: int) -> None:
        """End the wait for joins: everyone has joined, or the slowest has used up the rebalance timeout."""
        if round != self._round or self.state != "PreparingRebalance":
            return
        for seat in [s for s in self.seats.values() if not s.joining and not s.member.instance_id]:
            self._forget(seat, "rebalance timeout")
        joined = [seat for seat in self.seats.values() if seat.joining]
        if self.seats and not joined:  # only static members, all away: their sessions decide
            return self.clock.after(self.rebalance_timeout, partial(self._complete, round))
        self.generation += 1
        self._first = False
        if not joined:
            return self._enter("Empty", "no members are left")
        if not any(seat.member.id == self.leader for seat in joined):
            self.leader = joined[0].member.id
        self._enter("CompletingRebalance", "everyone has joined" if len(joined) == len(self.seats) else "time is up")
        self.clock.after(self.rebalance_timeout, partial(self._never_synced, self.generation))
        for seat in joined:
            seat.generation = self.generation
            seat.deadline = self.clock.now + self.session_timeout
            joining, seat.joining = seat.joining, None
            if joining:
                joining(self._joined(seat))

    def _never_synced(self, generation: int) -> None:
        if generation == self.generation and self.state == "CompletingRebalance":
            for seat in [s for s in self.seats.values() if not s.syncing]:
                self._forget(seat, "rebalance timeout")
            self._prepare("members did not ask for their assignment")

    # ---- members ----------------------------------------------------------------------------------------------------

    def _unwelcome(self, asked: Member) -> str | None:
        if self.static.get(asked.instance_id or "", asked.id) != asked.id:
            return "FENCED_INSTANCE_ID"
        return None if asked.id in self.seats else "UNKNOWN_MEMBER_ID"

    def _outdated(self, asked: Member) -> str | None:
        return None if asked.generation == self.generation else "ILLEGAL_GENERATION"

    def _joined(self, seat: Seat) -> Answer:
        leads = seat.member.id == self.leader
        members = tuple(s.member for s in self.seats.values()) if leads else ()
        return Answer(member_id=seat.member.id, generation=self.generation, members=members)

    def _new_id(self, who: str) -> str:
        """`c1`, then `c1.2`, `c1.3` … (a real coordinator takes the client id and a random UUID)."""
        self._ids[who] = count = self._ids.get(who, 0) + 1
        return who if count == 1 else f"{who}.{count}"

    def _replace(self, old: str, asked: Member) -> Seat:
        """KIP-345: a static member is back. It takes its old seat under a new member id; the old id is fenced."""
        seat = self.seats[old]
        for waiting in (seat.joining, seat.syncing):
            if waiting:
                waiting(Answer("FENCED_INSTANCE_ID"))
        seat.joining = seat.syncing = None
        seat.member = replace(asked, id=self._new_id(seat.who))
        seat.deadline = self.clock.now + self.session_timeout
        self.seats = {(seat.member.id if i == old else i): s for i, s in self.seats.items()}
        self.static[asked.instance_id or ""] = seat.member.id
        self.leader = seat.member.id if self.leader == old else self.leader
        return seat

    def _watch(self, seat: Seat) -> None:
        """Look again when the session would end; a member whose JoinGroup or SyncGroup is waiting counts as alive."""

        def look() -> None:
            if self.seats.get(seat.member.id) is not seat:
                return
            if seat.joining or seat.syncing:
                seat.deadline = self.clock.now + self.session_timeout
            if seat.deadline > self.clock.now:
                self.clock.at(seat.deadline, look)
            else:
                self._forget(seat, "session timeout")
                self._prepare(f"{seat.who} was not heard from")

        self.clock.after(self.session_timeout, look)

    def _forget(self, seat: Seat, timeout: str | None = None) -> None:
        del self.seats[seat.member.id]
        self.static.pop(seat.member.instance_id or "", None)
        if timeout:
            self.tell("expired", seat.who, why=timeout, member=seat.member.id)

    def _enter(self, state: str, why: str) -> None:
        self.state = state
        self.tell("state", "coordinator", state=state, generation=self.generation, why=why)
