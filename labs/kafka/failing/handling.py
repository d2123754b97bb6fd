"""One partition, a record that fails, and what the consumer does about it.

    handle(policy="topics", faults=[Fault(4.2, "crash", "c1")]) -> Trace

| kind      | who       | particulars |
|-----------|-----------|-------------|
| append    | producer, consumer, fixer | topic, offset, record ("b1"), key, number, redrives: written at its end |
| start     | consumer  | topic: from now on the partition is its own |
| poll      | consumer  | topic, offset, record |
| try       | consumer  | topic, offset, record, attempt: begins to process |
| failed    | consumer  | topic, offset, record, attempt, why ("transient", "permanent") |
| done      | consumer  | topic, offset, record, key, number: its effect is out in the world |
| wait      | consumer  | seconds until the next try, record |
| produce   | consumer  | to, record: sent, and not yet acknowledged |
| held      | consumer  | record: its key has a parked record, so it is parked without a try |
| commit    | consumer, fixer | topic, offset: stored |
| refused   | consumer  | topic, offset: a commit by one that no longer has the partition |
| removed   | consumer  | it has not polled for max_poll seconds: the group goes on without it, and it does not know |
| redrive   | fixer, consumer | record, offset: taken out of the dead-letter topic |
| kept      | fixer     | record: it has been redriven too often, and stays for a person |
| crash, outage | the struck | the faults |
| note      | any       | text: why a fault struck nobody |

A record that was produced and not acknowledged when its sender crashes has not arrived. (In reality that is luck;
handing_off.py tries both.) Every topic has one partition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from labs.kafka.failing.cluster import Activity, Cluster, Entry, Member
from labs.kafka.failing.parking import work_through
from labs.kafka.failing.records import DEAD, MAIN, Permanent, Record
from labs.kafka.failing.settings import FAULTS, LIMITS, TOPICS, Settings
from labs.kit.limits import check_faults, settle, takes
from labs.kit.trace import Fault, Trace
from labs.kit.wording import listed

POLL, FIX = 0.1, 0.5  # seconds between two polls that give nothing; to look at a dead letter
Steps = list[tuple[float, float, str]]  # the tries of a record: from, to, why it failed


@takes(Settings)
def handle(*, faults: Iterable[Fault] = (), seed: int = 0, **settings: Any) -> Trace:
    """Let a consumer work through `records` records, some of which fail, and return what happened.

    `policy`: "block" tries a record in place until it succeeds; "limit" gives up after `tries` and sends it to the
    dead-letter topic; "topics" tries once and sends it to a retry topic, whose own consumer waits until it is due;
    "park" is "limit", and the later records of its key follow it there. Permanent failures are not retried, except by
    "block", which does not know the difference. The first `failing` of settings.FAILING fail. With `redrive`="back" a
    fixer sends dead letters to the end of the main topic from `redrive_at` on, repaired if it `fixes`; with "park" the
    consumer itself works through what is parked, once, at that time. Defaults and units: settings.Settings.

    `faults`: Fault(t, "crash", "c1"): another one takes over after `takeover` seconds, and so for r1, r2 (the
    consumers of the retry topics) and the fixer. Fault(t, "outage", "payments"): for `outage` seconds every try fails.
    ValueError, in a sentence, for what cannot be; what a learner's `park` raises goes through.
    """
    chosen = settle(Settings, LIMITS, settings, seed)
    run = _Run(chosen, check_faults(faults, FAULTS, chosen.until, "consumer"), seed)
    run.cluster.clock.run(chosen.until)
    return run.cluster.trace


class _Run:
    """The consumers' side."""

    def __init__(self, settings: Settings, faults: tuple[Fault, ...], seed: int) -> None:
        self.settings, self.cluster = settings, Cluster(settings, faults, seed)
        self.started, self.replayed = 0, False
        self.members: list[Member] = []
        self.join(MAIN, 0.0)
        if settings.policy == "topics":
            for number, topic in enumerate(TOPICS.values(), 1):
                if number < settings.tries:
                    self.join(topic, 0.0, f"r{number}")
        if settings.redrive == "back" and settings.policy != "park":
            self.join(DEAD, settings.redrive_at, "fixer")
        watch = Member("group", MAIN)
        for fault in faults:
            self.cluster.start(fault.t, watch, self._strike(fault))
        self.cluster.start(0.0, watch, self._coordinate())

    # ---- who is there ------------------------------------------------------------------------------------------

    def join(self, topic: str, t: float, name: str = "") -> None:
        """A consumer starts at `t` and has the topic's partition."""
        if not name:
            self.started += 1
            name = f"c{self.started}"
        member = Member(name, topic, t)
        self.members.append(member)
        self.cluster.start(t, member, self._fix(member) if topic == DEAD else self._live(member))

    def _strike(self, fault: Fault) -> Activity:
        yield fault.t
        if fault.kind == "outage":
            self._outage(fault)
            return
        running = [m for m in self.members if m.begun and not m.dead]
        struck = next((m for m in running if m.name == fault.who), None)
        if struck is None:
            names = [m.name for m in running] or ["nobody"]
            are = "are" if len(names) > 1 else "is"
            self.cluster.tell("note", fault.who, text=f"{fault.who} is not running; {listed(names)} {are}")
            return
        struck.dead = True
        self.cluster.tell("crash", struck.name)
        if struck.topic == MAIN and self.cluster.owner.get(MAIN) is not struck:
            return  # a zombie: another one has its partition
        yield self.cluster.clock.now + self.settings.takeover
        self.join(struck.topic, self.cluster.clock.now, "" if struck.topic == MAIN else struck.name)

    def _outage(self, fault: Fault) -> None:
        """One that begins before the last is over prolongs it."""
        lasts = self.settings.outage
        others = sorted(f.t for f in self.cluster.faults if f.kind == "outage")
        until = fault.t + lasts
        for t in others:
            until = t + lasts if fault.t <= t <= until else until
        again = any(t < fault.t < t + lasts for t in others)
        self.cluster.tell("outage", fault.who, until=round(until, 3), again=again)

    def _coordinate(self) -> Activity:
        """The group coordinator: whoever has not polled for too long loses the partition to another one."""
        while True:
            owner, now = self.cluster.owner.get(MAIN), self.cluster.clock.now
            if owner and not owner.dead and now - owner.polled > self.settings.max_poll:
                self.cluster.tell("removed", owner.name)
                idle = next((m for m in self.members if m.topic == MAIN and m is not owner and not m.dead), None)
                if idle and now - idle.polled <= self.settings.max_poll:
                    self._own(idle)
                else:
                    del self.cluster.owner[MAIN]
                    self.join(MAIN, now)
            yield now + POLL

    def _own(self, member: Member) -> None:
        self.cluster.owner[member.topic] = member
        member.polled, member.begun = self.cluster.clock.now, True
        self.cluster.tell("start", member.name, topic=member.topic)

    # ---- a consumer --------------------------------------------------------------------------------------------

    def _live(self, member: Member) -> Activity:
        cluster, topic = self.cluster, member.topic
        self._own(member)
        while True:
            member.polled = cluster.clock.now
            offset, entries = cluster.committed[topic], cluster.topics[topic]
            if cluster.owner.get(topic) is member and self._time_to_replay():
                yield from self._replay(member)
            elif (
                cluster.owner.get(topic) is not member or offset >= len(entries) or entries[offset].due > member.polled
            ):
                yield cluster.clock.now + POLL  # nothing for it yet, or not yet due: it goes on polling
            else:
                cluster.tell("poll", member.name, topic=topic, offset=offset, record=entries[offset].name)
                yield from self._record(member, entries[offset], offset)

    def _record(self, member: Member, entry: Entry, offset: int) -> Activity:
        """One record: tried, handed off where it has failed, committed."""
        cluster, settings = self.cluster, self.settings
        if settings.policy == "park":
            stays, plan = self._ask([entry], cluster.held())
            if not plan and stays:
                cluster.tell("held", member.name, record=entry.name)
            for _, _, steps in plan:
                yield from self._walk(member, entry, offset, steps)
            why = "parked" if stays else ""
        else:
            steps = self._tries(entry, cluster.clock.now)
            yield from self._walk(member, entry, offset, steps)
            why = steps[-1][2]
        early = why and settings.hand_off == "commit first"
        if early:
            yield from self._commit(member, member.topic, offset + 1)
        if why:
            yield from self._hand_off(member, *cluster.next_topic(entry, why))
        if not early:
            yield from self._commit(member, member.topic, offset + 1)

    def _tries(self, entry: Entry, t: float) -> Steps:
        """The tries of a record in this consumer's hands, from `t` on, up to the last."""
        settings, steps = self.settings, Steps()
        most = {"block": 10**6, "topics": 1}.get(settings.policy, settings.tries)
        for attempt in range(most):
            end = round(t + settings.work, 3)
            why = self.cluster.trouble(entry, end)
            steps.append((t, end, why))
            if not why or (why == "permanent" and settings.policy != "block") or end > settings.until:
                break
            t = round(end + settings.backoff * 2 ** min(attempt, 20), 3)
        return steps

    def _walk(self, member: Member, entry: Entry, offset: int, steps: Steps, topic: str = "") -> Activity:
        """Let the tries happen, each at its time, of a record of this topic (if none is named, the member's)."""
        cluster, topic = self.cluster, topic or member.topic
        for number, (start, end, why) in enumerate(steps):
            yield start
            about: dict[str, Any] = {"topic": topic, "offset": offset, "record": entry.name}
            attempt = entry.attempt + number
            cluster.tell("try", member.name, **about, attempt=attempt)
            yield end
            if not why:
                cluster.tell("done", member.name, **about, key=entry.key, number=entry.number)
            else:
                cluster.tell("failed", member.name, **about, attempt=attempt, why=why)
                if number + 1 < len(steps):
                    cluster.tell("wait", member.name, record=entry.name, seconds=round(steps[number + 1][0] - end, 3))

    def _hand_off(self, member: Member, topic: str, entry: Entry) -> Activity:
        self.cluster.tell("produce", member.name, to=topic, record=entry.name)
        yield self.cluster.clock.now + self.settings.round_trip / 2
        self.cluster.append(topic, entry, member.name)
        yield self.cluster.clock.now + self.settings.round_trip / 2  # the acknowledgement comes back

    def _commit(self, member: Member, topic: str, offset: int) -> Activity:
        yield self.cluster.clock.now + self.settings.round_trip / 2
        self.cluster.commit(member, topic, offset)
        yield self.cluster.clock.now + self.settings.round_trip / 2

    # ---- out of the dead-letter topic --------------------------------------------------------------------------

    def _fix(self, member: Member) -> Activity:
        """Send dead letters back to the main topic, where they come after everything that is there."""
        cluster, settings = self.cluster, self.settings
        self._own(member)
        while True:
            offset, letters = cluster.committed[DEAD], cluster.topics[DEAD]
            if offset >= len(letters):
                yield cluster.clock.now + POLL
                continue
            letter = letters[offset]
            yield cluster.clock.now + FIX
            if letter.redrives >= settings.most_redrives:
                cluster.tell("kept", member.name, record=letter.name)
            else:
                cluster.tell("redrive", member.name, record=letter.name, offset=offset)
                again = replace(letter, fixed=settings.fixes, redrives=letter.redrives + 1)
                yield from self._hand_off(member, MAIN, again)
            yield from self._commit(member, DEAD, offset + 1)

    def _time_to_replay(self) -> bool:
        settings = self.settings
        due = settings.policy == "park" and settings.redrive == "back" and not self.replayed
        return due and self.cluster.clock.now >= settings.redrive_at

    def _replay(self, member: Member) -> Activity:
        """The consumer itself works through what is parked, so nothing can overtake; what fails again stays."""
        cluster, first = self.cluster, self.cluster.committed[DEAD]
        letters = [replace(letter, fixed=self.settings.fixes) for letter in cluster.topics[DEAD][first:]]
        stays, plan = self._ask(letters, [])
        for place, letter, steps in plan:
            cluster.tell("redrive", member.name, record=letter.name, offset=first + place)
            yield from self._walk(member, letter, first + place, steps, DEAD)
        for letter in stays:
            yield from self._hand_off(member, DEAD, letter)
        if letters:
            yield from self._commit(member, DEAD, first + len(letters))
        self.replayed = True  # only now: if it dies before, whoever comes after it begins again

    def _ask(self, entries: list[Entry], held: list[str]) -> tuple[list[Entry], list[tuple[int, Entry, Steps]]]:
        """What stays parked, and what was tried (its place, itself, its tries), by the loop of parking.py or the
        learner's own."""
        known = {Record(e.key, e.number, offset): e for offset, e in enumerate(entries)}
        plan: list[tuple[int, Entry, Steps]] = []
        clock = [self.cluster.clock.now]

        def process(record: Record) -> None:
            steps = self._tries(known[record], clock[0])
            plan.append((record.offset, known[record], steps))
            clock[0] = steps[-1][1]
            if steps[-1][2]:
                raise Permanent(f"{known[record].name} has failed")

        stays = (self.settings.park or work_through)(list(known), held, process)
        return [known[record] for record in stays], plan
