"""What the picture of a log says: a sentence for each event that tells something, and the moments for stills."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labs.kafka.retention.kept import truth_at, written
from labs.kit.picture.narration import narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

ROLLS = {
    "size": "The open segment is full. It is closed, and a new one begins at offset {}.",
    "time": "The open segment has been open for segment.ms: it is closed, and a new one begins at offset {}.",
    "expired": "The open segment has to go, so it is closed first, and an empty one begins at offset {}.",
}
IDLE = "Segment {} is deleted although it is empty, and another one takes its place: nothing is gained."
"""By a learner's function: the course's own lets it stay."""


def told_of(scene: Scene, trace: Trace) -> None:
    """Give the scene its captions."""
    events = [*trace, *_old(trace)]
    narrate(scene, sorted(events, key=lambda event: event.t), teller(trace), stills(trace), within=0)


def _old(trace: Trace) -> list[Event]:
    """The moment at which the first record is older than retention.ms: no event of the log, and the point of it all."""
    limit, records = trace.settings["retention"], written(trace)
    if "delete" not in trace.settings["policy"] or limit is None or 0 not in records:
        return []
    due = records[0].time + limit + 1  # at the limit itself it is not older than that
    gone = [e.t for e in trace.of("forget") if e["first"] == 0]
    return [Event(due, "old", "record", {})] if due < min([trace.end, *gone]) else []


def stills(trace: Trace) -> set[float]:
    """The telling moments: the first that goes, what came after a sleep, the end."""
    some = [e.t for e in trace.of("forget", "clean")]
    dropped = [e.t for e in trace.of("clean") if e["dropped"]]
    after = [e.t for e in trace.of("reset", "stuck", "wake", "start") if e.t > 0]
    old = [e.t for e in _old(trace)]
    return {*old[:1], *some[:1], *dropped[:1], *after[-1:], trace.end}


def teller(trace: Trace) -> Callable[[Event], str | tuple[str, str]]:
    """What is said of each event of this run, asked for in order."""
    settings, rolled = trace.settings, set()
    keeps = "delete" in settings["policy"] and settings["retention"] is not None
    by_size = settings["retention"] is None
    compacts = "compact" in settings["policy"]
    waiting: set[str] = set()  # consumers that have just woken or begun
    keys: set[str] = set()  # that have been written
    wrong: dict[str, set[str]] = {}  # the deleted keys in their tables that have been told of
    idle = {e.t for e in trace.of("forget") if e["bases"] == [e["log_start"]]}  # when an empty segment was deleted
    files = {0}  # the segments that there are, by their bases

    def tell(event: Event) -> str | tuple[str, str]:
        kind, who = event.kind, event.who
        if kind == "old":
            return "Record 0 is now older than retention.ms. Its segment is still there."
        if kind == "roll":
            files.add(event["base"])
            if event["why"] == "expired" and event.t in idle:
                return ""
            if event["why"] in rolled and event["why"] != "expired":
                return ""
            rolled.add(event["why"])
            oldest = written(trace).get(_log_start(trace, event.t))
            told = f" Record {oldest.offset} is {event.t - oldest.time:g} s old." if oldest and keeps else ""
            return "roll", ROLLS[event["why"]].format(event["base"]) + told * (event["why"] == "size")
        if kind == "forget":
            files.difference_update(event["bases"])
            if event.t in idle:
                return IDLE.format(event["first"]) if event.t == min(idle) else ""
            return "roll", _forget(event, by_size)
        if kind == "clean":
            joined = sorted(files - set(event["bases"]))
            files.intersection_update(event["bases"])
            return _clean(event, joined)
        if kind in ("wake", "start"):
            waiting.add(who)
        if kind == "append" and event["offset"] == 0 and event["value"] is not None:
            keys.add(event["key"])
            reads = [e for e in trace.of("poll", who="c1") if 0 in e["offsets"]]
            return f"A record is written{', and c1 will read it' if reads else ''}."
        if kind == "poll" and (who in waiting or compacts):
            dead = sorted(set(event["table"]) - set(truth_at(trace, event["position"])) - wrong.get(who, set()))
            told = f" Nothing tells it that {', '.join(dead)} was deleted." if dead else ""
            wrong.setdefault(who, set()).update(dead)
            if who not in waiting and not dead:
                return ""
            waiting.discard(who)
            return f"{who} reads {span(event['offsets'])}.{told}" if event.t > 5 else ""
        if kind == "reset":
            waiting.discard(who)
            return _reset(event, settings["reset"])
        if kind == "append" and event["value"] is None:
            return _tombstone(event, event["key"] in keys)
        if kind == "append":
            keys.add(event["key"])
        return _simple(event)

    return tell


def _log_start(trace: Trace, t: float) -> int:
    return max((int(e["log_start"]) for e in trace.of("forget") if e.t <= t), default=0)


def _forget(event: Event, by_size: bool) -> str:
    several = len(event["bases"]) > 1
    what = f"Segments {span(event['bases'])} go" if several else f"Segment {event['bases'][0]} goes"
    age = f"Its newest record is {event['newest']:g} s old, its oldest {event['oldest']:g} s."
    told = age if not several else f"Their newest record is {event['newest']:g} s old."
    if by_size:
        told = f"{event['size']} bytes are left."
    return f"{what}, with all {'their' if several else 'its'} records. {told} Log start: {event['log_start']}."


def _clean(event: Event, joined: Sequence[int] = ()) -> str:
    """`joined`: the segments whose remaining records are now in the file of the one before."""
    gone, met = event["gone"], event["met"]
    told = f"The cleaner has run: {span(gone)} {'goes' if len(gone) == 1 else 'go'}."
    if not gone:
        told = "nothing goes" if event["older"] else "every closed record was the newest of its key"
        told = f"The cleaner has run: {told}."
    for offset in event["dropped"]:
        told += f" The tombstone at {offset} is among them: its horizon has passed."
    for offset, horizon in met.items():
        told += f" It meets the tombstone at {offset} for the first time: its horizon is {horizon:g} s."
    for base in joined:
        told += f" Segment {base} is merged into segment {max(one for one in event['bases'] if one < base)}."
    return told


def _reset(event: Event, policy: str) -> str:
    who, missed = event.who, []
    if event["lost"]:
        missed.append(f"{event['lost']} deleted before it read {'it' if event['lost'] == 1 else 'them'}")
    if event["skipped"]:
        missed.append(f"{event['skipped']} skipped that {'is' if event['skipped'] == 1 else 'are'} still there")
    gone = f"Offset {event['position']}, where {who} wants to resume, is gone."
    return f"{gone} {policy} decides: {who} resumes at {event['to']}. Missed: {', '.join(missed)}."


def _tombstone(event: Event, known: bool) -> str:
    told = "the key is deleted" if known else "nothing has been written under it so far"
    return f"A tombstone for key {event['key']}, at offset {event['offset']}: {told}."


def _simple(event: Event) -> str:
    kind, who = event.kind, event.who
    said = {
        "sleep": f"{who} falls asleep: it no longer polls.",
        "wake": f"{who} is awake and polls again.",
        "start": f"{who} starts reading at the log start." if event.t > 0 else "",
        "stop": "The producer stops.",
        "resume": "The producer writes again.",
    }
    if kind == "stuck":
        return f"Offset {event['position']} is gone, and auto.offset.reset is none: {who} stops with an error."
    if kind == "note":
        return f"Nothing happens: {event['text']}."
    return said.get(kind, "")


def span(offsets: Sequence[int]) -> str:
    """Offsets in words: 0, 1, 2 or 4 to 9."""
    if len(offsets) > 2 and list(offsets) == list(range(offsets[0], offsets[-1] + 1)):
        return f"{offsets[0]} to {offsets[-1]}"
    return ", ".join(map(str, offsets))
