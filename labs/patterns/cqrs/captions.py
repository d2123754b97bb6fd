"""What the picture of CQRS says: a sentence for what matters, and a verdict at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from labs.kit.trace import Event, Trace
from labs.patterns.cqrs.run import differences, unseen
from labs.patterns.cqrs.world import LATE

Told = str | tuple[str, str]


def name_of(event: Any) -> str:
    """A short name for an event: o1 v2."""
    return f"{event['key'].split('/')[1]} v{event['version']}"


def teller(trace: Trace) -> Callable[[Event], Told]:
    """What to say of each event; some things are said only the first time."""
    said: set[Any] = set()
    published: dict[tuple[str, int], int] = {}
    outbox = trace.settings["publish"] == "outbox"

    def first(what: Any) -> bool:
        new = what not in said
        said.add(what)
        return new

    def tell(e: Event) -> Told:
        if e.kind == "commit":
            where = (
                "The row and its event in the outbox are one transaction." if outbox else "Publishing it comes next."
            )
            more = f" {where}" if first("commit") else ""
            return f"The {e.who} service commits {name_of(e['event'])}.{more}"
        if e.kind == "published":
            number = e.who, e["event"]["number"]
            published[number] = times = published.get(number, 0) + 1
            how_often = {2: "a second time", 3: "a third time"}.get(times, f"for the {times}th time")
            return ("again", f"{name_of(e['event'])} is in the feed {how_often}.") if times > 1 else ""
        if e.kind == "projected":
            return _projected(e, first)
        if e.kind == "read":
            return _read(e, first)
        return _other(e, trace)

    return tell


def _projected(e: Event, first: Callable[[Any], bool]) -> Told:
    if e["table"] == 1:
        return ""
    if not e["fresh"]:
        return "again", f"The projector knows {name_of(e['event'])} already, and ignores it."
    return f"The projector writes {name_of(e['event'])} into the read model." if first("projected") else ""


def _read(e: Event, first: Callable[[Any], bool]) -> Told:
    if e["source"] == "ask the owner":
        late = f"After {e['waited']:g} s without the write, the" if e["waited"] else "The"
        return f"{late} read goes to the orders service itself."
    if not e["seen"]:
        return f"The author looks for {e['id']}: the read model does not have the change yet." if first("look") else ""
    return (
        f"The read has waited {e['waited']:g} s: now the read model has the write."
        if e["waited"] and first("waited")
        else ""
    )


def _other(e: Event, trace: Trace) -> Told:
    who = e.who if e.who == "projector" else f"{e.who} service"
    if e.kind == "crash" and e["again"]:
        return f"The {who} crashes again as it starts."
    if e.kind == "crash":
        return f"The {who} crashes.{_cut_off(e, trace)}"
    if e.kind == "restart":
        if e.who == "projector":
            return "The projector is back. It carries on at the position in its own database."
        if trace.settings["publish"] == "outbox":
            return f"The {who} is back. Its relay looks into the outbox."
        return f"The {who} is back, and waits for commands."
    if e.kind == "rebuild":
        if trace.settings["rebuild"] == "in place":
            return "The read model is dropped. The projector begins again at position 0."
        return "A new table begins empty, at position 0. The old one serves meanwhile."
    if e.kind == "not rebuilt":
        return "A new table is being built already." if e["up"] else "The projector is down: nothing is rebuilt."
    if e.kind == "late":
        return f"The next event, if one comes, takes {LATE:g} s to its feed."
    if e.kind == "switch":
        return "The new table has caught up: from now on it serves."
    return ""


def _cut_off(e: Event, trace: Trace) -> str:
    """What a crash falls into: an event that is committed and not published, on its way, or not yet marked."""
    until = next(place for place, one in enumerate(trace) if one is e)
    before = [one for one in trace.events[:until] if one.who == e.who]
    outbox = trace.settings["publish"] == "outbox"
    sent = {one["event"]["number"] for one in before if one.kind == "send"}
    there = {one["event"]["number"] for one in before if one.kind == "published"}
    marked = {one["number"] for one in before if one.kind == "marked"}
    early = _crash_before(e, trace)
    lost = {one["event"]["number"] for one in before if one.kind == "commit" and one.t <= early}  # told then
    for one in before:
        number = one["event"]["number"] if one.kind == "commit" else 0
        name = name_of(one["event"]) if number else ""
        if number and number not in sent and (outbox or number not in lost):
            return f" {name} is committed, and not published."
        if number and number not in there and number in sent:
            return f" {name} is on its way to the feed{', and not marked as sent' * outbox}."
        if number and number not in marked and number in there and outbox:
            return f" {name} is published, and not marked as sent."
    return ""


def _crash_before(e: Event, trace: Trace) -> float:
    """When the same service crashed last before this."""
    return max((one.t for one in trace.of("crash", who=e.who) if one.t < e.t), default=-1.0)


def stills(trace: Trace) -> list[float]:
    """The moments of the storyboard."""
    return [e.t for e in trace.of("crash", "restart", "rebuild", "switch")][:2] or [e.t for e in trace.of("read")][:1]


def verdict(trace: Trace) -> str:
    """How it ended."""
    wrong = [id.rstrip("+") for id in differences(trace)]
    missed = unseen(trace)
    if wrong:
        return f"Everything is quiet, and the read model is wrong: {', '.join(dict.fromkeys(wrong))}."
    tail = f" {missed} time{'s' * (missed > 1)} an author did not see their own write." if missed else ""
    return f"The read model equals the join of the write stores.{tail}"
