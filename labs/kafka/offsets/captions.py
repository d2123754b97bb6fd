"""What the picture of a delivery says: a sentence for each event that tells something, and the moments for stills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from labs.kafka.offsets.delivered import lost
from labs.kafka.offsets.world import TOPIC
from labs.kit.trace import Event, Trace

ENDS = {"leave": "{} is told to stop.", "rename": "{} is told to stop, and to start again with another group.id."}


def stills(trace: Trace) -> set[float]:
    """The telling moments: it has begun, the trouble, where it resumed, the end."""
    trouble = [e.t for e in trace.of("crash", "leave", "rename", "give")]
    after = [e.t for e in trace.of("resume", "stuck") if e.t > 0]
    commits = [e.t for e in trace.of("commit")]
    return {*(trouble[:1] or commits[:1]), *after[:1], *commits[-1:]}


def teller(trace: Trace) -> Callable[[Event], str | tuple[str, str]]:
    """What is said of each event of this run, asked for in order."""
    several = trace.settings["partitions"] > 1
    open_results: dict[tuple[int, int], str] = {}  # written in a transaction that is still open, and by whom
    seen: set[tuple[str, int, int]] = set()  # what the work on a record has done so far: (state, partition, offset)
    passed_over = _PassedOver(trace)
    hand: dict[str, set[tuple[int, int]]] = {}  # handed out to whom, and not done yet
    groups: dict[str, str] = {}
    begun: dict[str, str] = {}  # who has a position, and in which group
    stored = {trace.settings["group"]} if trace.settings["committed"] is not None else set()  # groups that committed

    def tell(event: Event) -> str | tuple[str, str]:
        who, kind = event.who, event.kind
        p = f" of {TOPIC}-{event['partition']}" if several and "partition" in event.data else ""
        if kind == "effect":
            told = _effect(event, p, seen)
            hand[who].discard((event["partition"], event["offset"]))
            _keep_account(open_results, event)
            return "effect", told
        _keep_account(open_results, event)
        if kind == "start":
            groups[who] = event["group"]
        if kind == "resume":
            begun[who] = groups[who]
            return _resume(event, p, trace.settings["start"] is not None) + passed_over.by(event)
        if kind == "poll":
            hand[who] = {(event["partition"], offset) for offset in range(event["first"], event["next"])}
            return f"{who} is handed {_span(event['first'], event['next'] - 1)}{p}; its position is {event['next']}."
        if kind == "crash":
            its = {result for result, writer in open_results.items() if writer == who}
            waits = " Its transaction stays open: readers with read_committed wait." * bool(its)
            return f"{who} crashes. {_remains(begun.get(who), stored)}{waits}{passed_over.at_last(who)}"
        if kind == "close":
            return f"{who} is closed cleanly.{passed_over.at_last(who)}"
        if kind == "leave" and hand.get(who):
            return f"{who} is told to stop after its batch."
        if kind == "commit":
            stored.add(event["group"])
            with_it = ", and its results are visible with it" if event["results"] else ""
            return f"Stored: {event['group']} has committed {_offsets(event, several)}{with_it}."
        if kind == "abort" and event["results"]:
            gone = _some(offset for _, offset in event["results"])
            return (
                f"{who} calls initTransactions: the transaction that was left open is aborted, "
                f"and readers with read_committed never see the results of {gone}."
            )
        return _simple(event, several)

    return tell


def _effect(event: Event, p: str, seen: set[tuple[str, int, int]]) -> str:
    """What is worth a word in a result: that it is not seen yet, or that it comes again."""
    who, offset, state = event.who, event["offset"], event["state"]
    first_of_its_state = not any(other == state for other, _, _ in seen)
    again = (state, event["partition"], offset) in seen
    seen.add((state, event["partition"], offset))
    if state == "pending":
        unseen = f"{who} writes results into a transaction: with read_committed, nobody sees them before it commits."
        return unseen if first_of_its_state else ""
    if state == "skipped":
        return f"{who} does {offset}{p} again. The sink has its result already, and writes nothing."
    return f"{who} does {offset}{p} again." if again else ""


class _PassedOver:
    """The records that the group goes past though nobody does them: each is told once, when that is settled."""

    def __init__(self, trace: Trace) -> None:
        self._trace, self._left = trace, lost(trace)
        self._owner: dict[int, str] = {}
        self._takeovers = Counter(e["partition"] for e in trace.of("resume"))  # still to come

    def by(self, event: Event) -> str:
        """What the consumer that begins here begins behind."""
        self._owner[event["partition"]] = event.who
        self._takeovers[event["partition"]] -= 1
        return self._tell(r for r in self._left if r[0] == event["partition"] and r[1] < event["position"])

    def at_last(self, who: str) -> str:
        """What goes with this consumer, where the run ends before somebody takes over."""
        last = {p for p, owner in self._owner.items() if owner == who and not self._takeovers[p]}
        return self._tell(r for r in self._left if r[0] in last)

    def _tell(self, records: Iterable[tuple[int, int]]) -> str:
        told = list(records)
        self._left = [record for record in self._left if record not in told]
        return f" {named(told, self._trace)} {'is' if len(told) == 1 else 'are'} lost." if told else ""


def _remains(group: str | None, stored: Collection[str]) -> str:
    """What a crash takes along, and what it does not."""
    if group is None:
        return "It had no position."
    if group not in stored:
        return f"Its position is gone, and {group} has committed nothing."
    return "Its position is gone; what is committed is not."


def _keep_account(open_results: dict[tuple[int, int], str], event: Event) -> None:
    if event.kind == "effect" and event["state"] == "pending":
        open_results[event["partition"], event["offset"]] = event.who
    elif event.kind in ("commit", "abort"):
        for partition, offset in event["results"]:
            open_results.pop((partition, offset), None)


def _simple(event: Event, several: bool) -> str:
    who, kind = event.who, event.kind
    if kind == "start":
        return f"{who} starts in the group {event['group']}."
    if kind == "idle":
        return f"{who} is given no partition: it stands by."
    if kind == "stuck":
        return f"{who} stops: {event['text']}. A person has to decide."
    if kind == "dropped":
        return f"The commit of {_offsets(event, several)} dies with it."
    if kind == "give":
        return f"A rebalance: {who} gives {TOPIC}-{event['partition']} to {event['to']}."
    if kind == "note":
        return f"Nothing happens: {event['text']}."
    return ENDS[kind].format(who) if kind in ENDS else ""


def _resume(event: Event, p: str, yours: bool) -> str:
    if yours:
        what = "nothing" if event["committed"] is None else event["committed"]
        return f"The group has committed {what}{p}. By your function, {event.who} begins at {event['position']}."
    if event["why"] == "committed":
        return f"The group has committed {event['committed']}{p}: {event.who} begins at {event['position']}."
    what = "nothing" if event["committed"] is None else f"{event['committed']}, which is no longer there"
    return f"The group has committed {what}{p}, so {event['why']} decides: {event.who} begins at {event['position']}."


def _offsets(event: Event, several: bool) -> str:
    return ", ".join(f"{offset} for {TOPIC}-{q}" if several else str(offset) for q, offset in event["offsets"])


def _span(first: int, last: int) -> str:
    between = "and" if last == first + 1 else "to"
    return f"record {first}" if first == last else f"records {first} {between} {last}"


def _some(offsets: Iterable[int]) -> str:
    them = sorted(set(offsets))
    if len(them) > 4 and them == list(range(them[0], them[-1] + 1)):
        return f"{them[0]} to {them[-1]}"
    return ", ".join(map(str, them))


def named(found: Sequence[tuple[int, int]], trace: Trace) -> str:
    """Records, (partition, offset), in words."""
    if trace.settings["partitions"] == 1:
        return _some(offset for _, offset in found)
    by_partition = {p: _some(o for q, o in found if q == p) for p, _ in sorted(found)}
    return "; ".join(f"{offsets} of {TOPIC}-{p}" for p, offsets in by_partition.items())
