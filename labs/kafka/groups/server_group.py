"""A group of the newer protocol (KIP-848): the broker computes the assignment, and there is no common stop.

A member only ever sends ConsumerGroupHeartbeat, saying who it is, at which epoch it stands and what it owns. Three
numbers and sets do the rest:

* the *group epoch* grows whenever someone joins, leaves or is lost; with it comes a new *target assignment*;
* every member is led towards its target by its own heartbeats, one at a time: it is first told what to give up, it
  says in a later heartbeat that it has, and only then
* the partition is free, and its new owner hears of it at *its* next heartbeat. Nobody else is asked to stop.

Sources: KIP-848 (states Stable, Unrevoked partitions, Unreleased partitions), KIP-345 for static members, the Kafka
protocol guide (error codes). Left out: rack awareness, subscriptions by regular expression, members that change theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Set
from dataclasses import dataclass, field, replace
from functools import partial

from labs.kafka.groups.coordinator import Answer
from labs.kafka.groups.members import Assignment, Member, Partition
from labs.kit.trace import Clock

JOIN, LEAVE, LEAVE_FOR_A_WHILE = 0, -1, -2  # epochs with a meaning of their own; the last is a static member's close


@dataclass
class Seat:
    """A member as the broker knows it, in the name of the consumer that sits there."""

    who: str
    member: Member
    epoch: int = 0  # the epoch up to which it has been reconciled
    before: int = 0  # the epoch before that one: the answer with the newer one may have been lost
    state: str = "Unreleased"  # waits for partitions; "Unrevoked": still has to give some up; "Stable": has its target
    assigned: set[Partition] = field(default_factory=set)  # what it may own
    revoking: set[Partition] = field(default_factory=set)  # what it was told to give up and may still be reading
    deadline: float = 0.0
    revoke_by: float = 0.0  # has to have given them up by then
    away: bool = False  # a static member that closed and may come back


class ServerGroup:
    """One group on a virtual `clock`; times in seconds. What happens is told to `tell(kind, who, **particulars)`."""

    def __init__(
        self,
        clock: Clock,
        tell: Callable[..., None],
        assign: Callable[[list[Member], str], Assignment],
        *,
        session_timeout: float = 45.0,
        rebalance_timeout: float = 300.0,
    ) -> None:
        self.clock, self.tell, self.assign = clock, tell, assign
        self.session_timeout, self.rebalance_timeout = session_timeout, rebalance_timeout
        self.state, self.epoch = "Empty", 0
        self.seats: dict[str, Seat] = {}
        self.static: dict[str, str] = {}  # instance id → member id
        self.target: Assignment = {}

    # ---- requests ---------------------------------------------------------------------------------------------------

    def heartbeat(self, who: str, asked: Member, owned: Collection[Partition] | None = None) -> Answer:
        """ConsumerGroupHeartbeat: `asked.generation` is the member's epoch, or JOIN, LEAVE, LEAVE_FOR_A_WHILE.

        `owned` is what the member reads, said when it joins and when it has followed an answer; None: nothing new, so
        it may read whatever it was allowed to. The answer has its epoch as `generation` and all that it may own now.
        """
        if asked.generation == JOIN and (asked.id not in self.seats or asked.instance_id):
            if error := self._take_seat(who, asked):
                return Answer(error)
        elif error := self._unwelcome(asked):
            return Answer(error)
        seat = self.seats[asked.id]
        if asked.generation == LEAVE_FOR_A_WHILE:
            self._leave_for_a_while(seat)
            return Answer()
        if asked.generation == LEAVE:
            self._forget(seat)
            self._retarget(f"{seat.who} left")
            return Answer()
        if self._fenced(seat, asked.generation, owned):
            return Answer("FENCED_MEMBER_EPOCH")
        seat.deadline, seat.away = self.clock.now + self.session_timeout, False
        self._reconcile(seat, seat.assigned | seat.revoking if owned is None else set(owned))
        return Answer(generation=seat.epoch, partitions=tuple(sorted(seat.assigned)))

    def commit(self, asked: Member) -> str | None:
        """OffsetCommit: accepted from a member that stands at its current epoch. Gives the error."""
        if error := self._unwelcome(asked):
            return error
        return None if asked.generation == self.seats[asked.id].epoch else "STALE_MEMBER_EPOCH"

    def _fenced(self, seat: Seat, epoch: int, owned: Collection[Partition] | None) -> bool:
        """Must the member give up everything and join again? It must show its current epoch; or the one before it, as
        long as it owns nothing else than it may, because the answer with the newer epoch may have been lost.
        """
        if seat.away or epoch in (JOIN, seat.epoch):
            return seat.away
        return epoch != seat.before or owned is None or not set(owned) <= seat.assigned

    def disowned(self, asked: Member, owned: Set[Partition]) -> set[Partition]:
        """Of what a member believes to own: what the group has taken away from it, without its having agreed."""
        seat = self.seats.get(asked.id)
        return set(owned) - seat.assigned if seat and seat.away else set() if seat else set(owned)

    # ---- the way to the target --------------------------------------------------------------------------------------

    def _retarget(self, why: str) -> None:
        """Someone came or went: a new epoch with a new target, computed from the target before it."""
        members = [
            replace(seat.member, owned=tuple(self.target.get(i, ())), generation=self.epoch)
            for i, seat in self.seats.items()
        ]
        self.epoch += 1
        if not members:
            self.target = {}
            return self._enter("Empty", why)
        self._enter("Reconciling", why)
        self.target = self.assign(members, "coordinator")

    def _reconcile(self, seat: Seat, owned: set[Partition]) -> None:
        """Bring one member a step nearer to its target; called at each of its heartbeats."""
        if seat.state == "Unrevoked" and seat.revoking & owned:
            return  # it still reads what it has to give up
        if seat.state == "Stable" and seat.epoch == self.epoch:
            return
        target = set(self.target.get(seat.member.id, ()))
        give_up = seat.assigned - target
        seat.assigned &= target
        seat.revoking = give_up if give_up & owned else set()
        seat.before = seat.epoch
        if seat.revoking:
            # It stays at its epoch until it says that it has given them up. By then there may be a newer target, and
            # more to give up at the same epoch: each time it has the whole rebalance timeout for it.
            seat.state, seat.revoke_by = "Unrevoked", self.clock.now + self.rebalance_timeout
            return self.clock.at(seat.revoke_by, partial(self._too_slow, seat, seat.revoke_by))
        missing = target - seat.assigned
        taken = {p for other in self.seats.values() if other is not seat for p in other.assigned | other.revoking}
        seat.assigned |= missing - taken
        seat.state = "Unreleased" if missing & taken else "Stable"
        seat.epoch = self.epoch
        if self.state != "Stable" and all(s.state == "Stable" and s.epoch == self.epoch for s in self.seats.values()):
            self._enter("Stable", "every member has its target")

    # ---- members ----------------------------------------------------------------------------------------------------

    def _take_seat(self, who: str, asked: Member) -> str | None:
        old = self.static.get(asked.instance_id or "")
        if old and not self.seats[old].away:
            return "UNRELEASED_INSTANCE_ID"  # the one that has this instance id neither left nor ran out of time
        member = replace(asked, owned=(), generation=-1)
        if old:  # a static member is back: its seat and its target go to the new member id; nothing moves
            seat = self.seats.pop(old)
            seat.member, seat.away, seat.epoch, seat.before = member, False, JOIN, JOIN
            self.target[member.id] = self.target.pop(old)
            self.seats[member.id] = seat
        else:
            self.seats[member.id] = seat = Seat(who, member)
            self._watch(seat)
            self._retarget(f"{who} joined")
        if asked.instance_id:
            self.static[asked.instance_id] = member.id
        return None

    def _leave_for_a_while(self, seat: Seat) -> None:
        """A static member closes. Its target waits for it; the partitions it had still to give up are free at once."""
        freed, seat.away, seat.revoking, seat.revoke_by = seat.revoking, True, set(), 0.0
        if freed:
            self._enter(self.state, f"{seat.who}, which had partitions to give up, left for a while")

    def _unwelcome(self, asked: Member) -> str | None:
        if self.static.get(asked.instance_id or "", asked.id) != asked.id:
            return "FENCED_INSTANCE_ID"
        return None if asked.id in self.seats else "UNKNOWN_MEMBER_ID"

    def _watch(self, seat: Seat) -> None:
        """Look again when the session would end."""

        def look() -> None:
            if self.seats.get(seat.member.id) is seat:
                if seat.deadline > self.clock.now:
                    self.clock.at(seat.deadline, look)
                else:
                    self._forget(seat, "session timeout")
                    self._retarget(f"{seat.who} was not heard from")

        self.clock.after(self.session_timeout, look)

    def _too_slow(self, seat: Seat, deadline: float) -> None:
        if self.seats.get(seat.member.id) is seat and seat.state == "Unrevoked" and seat.revoke_by == deadline:
            self._forget(seat, "rebalance timeout")
            self._retarget(f"{seat.who} did not give up its partitions in time")

    def _forget(self, seat: Seat, timeout: str | None = None) -> None:
        del self.seats[seat.member.id]
        self.static.pop(seat.member.instance_id or "", None)
        if timeout:
            self.tell("expired", seat.who, why=timeout, member=seat.member.id)

    def _enter(self, state: str, why: str) -> None:
        self.state = state
        self.tell("state", "coordinator", state=state, generation=self.epoch, why=why)
