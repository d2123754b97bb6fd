"""What the picture of a delivery says: a sentence for each event that tells something, and the moments for stills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from labs.kafka.offsets.world import TOPIC
from labs.kit.trace import Event, Trace

ENDS = {
    "leave": "{} is told to stop: it finishes its batch.",
    "rename": "{} is told to stop; it will be started again with another group.id.",
    "close": "{} is closed cleanly.",
}
EFFECTS = {
    "done": "",
    "pending": ", unseen as long as the transaction is open",
    "skipped": ", and the sink had its result already: nothing is written",
}


def stills(trace: Trace) -> set[float]:
    """The telling moments: it has begun, the trouble, where it resumed, the end."""
    trouble = [e.t for e in trace.of("crash", "leave", "rename", "give")]
    after = [e.t for e in trace.of("resume", "stuck") if e.t > 0]
    commits = [e.t for e in trace.of("commit")]
    return {*(trouble[:1] or commits[:1]), *after[:1], *commits[-1:]}


def teller(trace: Trace) -> Callable[[Event], str]:
    """What is said of each event of this run, asked for in order."""
    several = trace.settings["partitions"] > 1
    open_results: set[tuple[int, int]] = set()  # written in a transaction that is still open

    def tell(event: Event) -> str:
        _keep_account(open_results, event)
        who, kind = event.who, event.kind
        p = f" of {TOPIC}-{event['partition']}" if several and "partition" in event.data else ""
        if kind == "resume":
            return _resume(event, p)
        if kind == "poll":
            return f"{who} is handed {_span(event['first'], event['next'] - 1)}{p}; its position is {event['next']}."
        if kind == "effect":
            return f"{who} has processed {event['offset']}{p}{EFFECTS[event['state']]}."
        if kind == "crash":
            waits = " Its transaction stays open: whoever reads with read_committed waits." * bool(open_results)
            return f"{who} crashes. Its position is gone; what is committed is not.{waits}"
        if kind == "commit":
            with_it = ", and its results are visible with it" if event["results"] else ""
            return f"Stored: {event['group']} has committed {_offsets(event, several)}{with_it}."
        if kind == "abort" and event["results"]:
            done = ", ".join(str(offset) for _, offset in event["results"])
            return (
                f"{who} calls initTransactions: "
                f"the transaction that was left open is aborted, and nobody ever sees the results of {done}."
            )
        return _simple(event, several)

    return tell


def _keep_account(open_results: set[tuple[int, int]], event: Event) -> None:
    if event.kind == "effect" and event["state"] == "pending":
        open_results.add((event["partition"], event["offset"]))
    elif event.kind in ("commit", "abort"):
        open_results.difference_update(map(tuple, event["results"]))


def _simple(event: Event, several: bool) -> str:
    who, kind = event.who, event.kind
    if kind == "start":
        return f"{who} starts in the group {event['group']}."
    if kind == "idle":
        return f"{who} is given no partition: it stands by."
    if kind == "stuck":
        return f"{who} stops: {event['text']}. Somebody has to decide."
    if kind == "dropped":
        return f"The commit of {_offsets(event, several)} dies with it."
    if kind == "give":
        return f"A rebalance: {who} gives {TOPIC}-{event['partition']} to {event['to']}."
    if kind == "note":
        return f"Nothing happens: {event['text']}."
    return ENDS[kind].format(who) if kind in ENDS else ""


def _resume(event: Event, p: str) -> str:
    if event["why"] == "committed":
        return f"The group has committed {event['committed']}{p}: {event.who} begins with {event['position']}."
    what = "nothing" if event["committed"] is None else f"{event['committed']}, which is no longer there"
    return f"The group has committed {what}{p}, so {event['why']} decides: {event.who} begins with {event['position']}."


def _offsets(event: Event, several: bool) -> str:
    return ", ".join(f"{offset} for {TOPIC}-{q}" if several else str(offset) for q, offset in event["offsets"])


def _span(first: int, last: int) -> str:
    return f"record {first}" if first == last else f"records {first} to {last}"


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
