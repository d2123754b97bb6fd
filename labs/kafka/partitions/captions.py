"""What the picture of lesson 05 says, and the moments worth a still."""

from __future__ import annotations

from collections.abc import Callable

from labs.kafka.partitions.measures import homes, loads, split
from labs.kit.trace import Event, Trace


def teller(trace: Trace) -> Callable[[Event], str]:
    """What is said of each event: the first of everything, and each record that lands away from its key's others."""
    seen: dict[str, list[int]] = {}
    told: set[str] = set()
    stuck: list[int] = []  # the partitions to which records without a key went, one after the other
    last = trace.events[-1] if trace.events else None

    def once(topic: str, sentence: str) -> str:
        if topic in told:
            return ""
        told.add(topic)
        return sentence

    def tell(event: Event) -> str:
        if event.kind != "append":
            return _struck(event)
        places = seen.setdefault(event["customer"], [])
        before, place = list(places), event["partition"]
        if place not in places:
            places.append(place)
        said = _keyed(event, before, once) if event["key"] is not None else _keyless(event, trace, stuck, once)
        stuck.append(place)
        return f"{said} {_end(trace)}".strip() if event is last else said

    return tell


def _struck(event: Event) -> str:
    if event.kind == "add":
        return f"The topic has {event['partitions']} partitions now. No record moves: what is written stays there."
    if event.kind == "hot":
        return f"From now on most orders are {event.who}'s."
    return "A librdkafka client starts, and writes every other record. Its hash is CRC32."


def _keyed(event: Event, before: list[int], once: Callable[[str, str], str]) -> str:
    who, place, offset = event["customer"], event["partition"], event["offset"]
    if before and place not in before:
        return (
            f"{who}'s order {event['number']} lands in p{place}; the ones before are in p{before[-1]}, and stay there."
        )
    if not before:
        how = "Your function says" if event["how"] == "yours" else f"The hash of “{who}” leads to"
        first = once("first", f"{how} p{place}, and the record is appended there, at offset {offset}.")
        return first or once(
            "another", f"Another key, {who}, another partition: p{place}. Offsets count in each by itself."
        )
    return once("again", f"{who} again: the same bytes, the same hash, the same partition, at the next offset.")


def _keyless(event: Event, trace: Trace, stuck: list[int], once: Callable[[str, str], str]) -> str:
    place, batch = event["partition"], trace.settings["batch"]
    if event["how"] == "yours":
        return once("first", f"Your function says p{place}.")
    if event["how"] == "round robin":
        return once("first", f"Round robin: the first record goes to p{place}, the next one to the next partition.")
    if not stuck:
        many = f"{batch} records are" if batch > 1 else "one record is"
        return f"No key, so the producer sticks to p{place} until the batch is full: {many} enough here."
    return f"The batch is full. The next partition is picked at random: p{place}." if place != stuck[-1] else ""


def _end(trace: Trace) -> str:
    apart = split(trace)
    if not trace.settings["keyed"]:
        return ""
    if not apart:
        return "At the end each customer's orders are in one partition, in order." + _hot(trace)
    told = ", ".join(f"{name} in {' and '.join(f'p{n}' for n in homes(trace)[name])}" for name in apart)
    return f"At the end: {told}. Nothing tells a reader which of the two logs comes first."


def _hot(trace: Trace) -> str:
    """After a customer has become hot: how full the busiest partition is."""
    if not trace.of("hot"):
        return ""
    counts = loads(trace)
    return f" But p{counts.index(max(counts))} has {max(counts)} of the {sum(counts)} records."


def stills(trace: Trace) -> set[float]:
    """All is well; then each change; then the end."""
    appended = [event.t for event in trace.of("append")]
    struck = [event.t for event in trace if event.kind != "append"]
    early = next((t for t in appended if t >= 5), appended[-1]) if appended else 0
    return {early, *struck[:1], *appended[-1:]}
