"""What a run of `deliver` leaves behind: lost, duplicated and reordered records, the lag, and every moment to crash at.

Everything here is read from the trace alone, so it judges any loop, the learner's too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from labs.kafka.offsets.committed import CommitLog
from labs.kit.trace import Event, Trace

Result = tuple[int, int]  # (partition, offset) of the record whose result is out in the world


def results(trace: Trace) -> list[tuple[float, Result]]:
    """The results in the order in which the world got to see them, with the moment of each."""
    seen: list[tuple[float, Result]] = []
    for event in trace:
        if event.kind == "effect" and event["state"] == "done":
            seen.append((event.t, (event["partition"], event["offset"])))
        elif event.kind == "commit":
            seen += [(event.t, (partition, offset)) for partition, offset in event["results"]]
    return seen


def duplicated(trace: Trace) -> dict[Result, int]:
    """The records whose result came more than once, and how often it came."""
    return {result: n for result, n in sorted(Counter(r for _, r in results(trace)).items()) if n > 1}


def reordered(trace: Trace) -> list[Result]:
    """The records whose result came, or came again, after that of a later record of the same partition."""
    newest: dict[int, int] = {}
    late = set()
    for _, (partition, offset) in results(trace):
        if offset < newest.get(partition, offset):
            late.add((partition, offset))
        newest[partition] = max(offset, newest.get(partition, offset))
    return sorted(late)


def lost(trace: Trace) -> list[Result]:
    """The records that the group has gone past and that nobody has processed, or ever will."""
    done = {result for _, result in results(trace)}
    first: dict[int, int] = {}
    past: dict[int, int] = {}  # whatever comes from here on may still be read
    hand: dict[str, set[Result]] = {}  # fetched and not yet done, by consumers that live
    committed: dict[tuple[str, int], int] = {}
    groups: dict[str, str] = {}
    mine: dict[str, set[int]] = {}
    ends: dict[int, int] = {}
    for event in trace:
        who = event.who
        if event.kind == "append":
            ends[event["partition"]] = event["offset"] + 1
        elif event.kind == "start":
            groups[who] = event["group"]
        elif event.kind == "resume":
            partition, log_start = event["partition"], trace.settings["log_start"]
            first.setdefault(partition, _owed_from(event, log_start, ends.get(partition, log_start)))
            past[partition] = event["position"]
            mine.setdefault(who, set()).add(partition)
        elif event.kind == "poll":
            partition = event["partition"]
            past[partition] = event["next"]
            hand.setdefault(who, set()).update((partition, o) for o in range(event["first"], event["next"]))
        elif event.kind == "commit":
            committed.update({(event["group"], partition): offset for partition, offset in event["offsets"]})
        elif event.kind in ("crash", "close", "give"):
            gone = {event["partition"]} if event.kind == "give" else mine.get(who, set())
            hand[who] = {r for r in hand.get(who, set()) if r[0] not in gone}
            for partition in gone:  # where the next one begins; the policy latest never goes back
                back = past[partition] if trace.settings["reset"] == "latest" else first[partition]
                past[partition] = committed.get((groups[who], partition), back)
            mine[who] = mine.get(who, set()) - gone
    held = set().union(*hand.values())
    return [
        (partition, offset)
        for partition in sorted(first)
        for offset in range(first[partition], past[partition])
        if (partition, offset) not in done | held
    ]


def _owed_from(event: Event, log_start: int, log_end: int) -> int:
    """The first record that is the group's to do when it begins: from the committed offset on, if that is there still.

    Where the policy latest takes it past records that it had not done, those are lost; deleted ones it cannot lose. A
    committed offset beyond the log's end belongs to an earlier log (the topic was deleted and made again, say): it
    tells nothing about the records of this one, so all of them are still to be done.
    """
    position: int = event["position"]
    committed: int | None = event["committed"]
    if committed is None:
        return position
    return min(position, log_start if committed > log_end else max(committed, log_start))


def commit_log(trace: Trace, topic: str = "orders") -> CommitLog:
    """What the run wrote into __consumer_offsets."""
    log = CommitLog()
    for event in trace.of("commit"):
        for partition, offset in event["offsets"]:
            log.append((event["group"], topic, partition), offset)
    return log


def lag_over_time(trace: Trace, partition: int = 0) -> list[tuple[float, float]]:
    """(t, log end - committed offset) whenever it changes; before the first commit, from where the group began."""
    start: int = trace.settings["log_start"]
    end, mark = start, trace.settings["committed"] or start
    series: list[tuple[float, float]] = []
    for event in trace:
        if event.kind == "append" and event["partition"] == partition:
            end = event["offset"] + 1
        elif event.kind == "commit":
            mark = dict(map(tuple, event["offsets"])).get(partition, mark)
        elif event.kind == "resume" and event["partition"] == partition:
            mark = event["position"]  # the committed offset, or the one that the reset policy has chosen
        else:
            continue
        value = (event.t, float(end - mark))
        if series and series[-1][0] == event.t:
            series[-1] = value
        elif not series or series[-1][1] != value[1]:
            series.append(value)
    return series


def crash_points(trace: Trace, who: str = "c1") -> list[tuple[float, str]]:
    """Every moment at which a crash of this consumer can make a difference, and what it has just done, in words.

    Between two of them nothing changes, so whoever tries all of them has tried every moment there is.
    """
    points: dict[float, str] = {}
    for event in trace.of(who=who):
        if words := "; ".join(_words(event)):
            points[event.t] = f"{points[event.t]}; {words}" if event.t in points else words
    return sorted(points.items())


def _words(event: Event) -> Iterator[str]:
    if event.kind == "resume":
        yield f"starting at {event['position']}"
    elif event.kind == "poll":
        last = event["next"] - 1
        yield f"fetching {event['first']}" + (f" to {last}" if last > event["first"] else "")
    elif event.kind == "effect":
        yield f"processing {event['offset']}"
    elif event.kind == "commit":
        yield "committing " + ", ".join(str(offset) for _, offset in event["offsets"])
