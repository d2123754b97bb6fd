"""What the picture of lesson 05 says, and the moments worth a still."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from labs.kafka.partitions.measures import LINGER, batches, homes, loads, split
from labs.kit.trace import Event, Trace
from labs.kit.wording import listed


def teller(trace: Trace) -> Callable[[Event], str]:
    """What is said of each event: the first of everything, and each record that lands away from its key's others."""
    told: set[str] = set()
    written: list[Event] = []  # the records so far
    struck: list[Event] = []  # and what has been changed
    last = trace.events[-1] if trace.events else None

    def once(topic: str, sentence: str) -> str:
        if topic in told:
            return ""
        told.add(topic)
        return sentence

    def tell(event: Event) -> str:
        if event.kind != "append":
            said = _struck(event, trace, struck)
            struck.append(event)
        else:
            said = _keyless(event, trace, written, once) if event["key"] is None else _keyed(event, written, once)
            written.append(event)
        return f"{said} {_end(trace)}".strip() if event is last else said

    return tell


def _struck(event: Event, trace: Trace, before: Sequence[Event]) -> str:
    """What a fault changes, if it changes anything."""
    alike = [earlier for earlier in before if earlier.kind == event.kind]
    who, later = event.who, [record for record in trace.of("append") if record.t >= event.t]
    if event.kind == "add":
        if event["partitions"] == [trace.settings["partitions"], *(earlier["partitions"] for earlier in alike)][-1]:
            return f"Nothing happens: the topic has {event['partitions']} partitions already, the most in this picture."
        return f"The topic has {event['partitions']} partitions now. No record moves: what is written stays there."
    if event.kind == "hot":
        if trace.settings["customers"] == 1:
            return f"Nothing changes: {who} is the only customer."
        if alike and alike[-1].who == who:
            return f"Nothing changes: {who} is hot already."
        return (
            f"From now on each order is most likely {who}'s."
            if later
            else f"{who} is hot now, and the orders are over."
        )
    if alike or trace.settings["client"] == "librdkafka":
        return "Nothing changes: there is a librdkafka client already."
    if not any(record.who == "librdkafka" for record in later):
        return "A librdkafka client starts, too late to write a record."
    return "A librdkafka client starts, and writes every other record. Its hash is CRC32."


def _keyed(event: Event, written: Sequence[Event], once: Callable[[str, str], str]) -> str:
    who, place, offset = event["customer"], event["partition"], event["offset"]
    mine = [record for record in written if record["customer"] == who]
    places = list(dict.fromkeys(record["partition"] for record in mine))
    if mine and place not in places:
        where = "the one before is" if len(mine) == 1 else "the ones before are"
        stay = "stays" if len(mine) == 1 else "stay"
        return f"{who}'s order {event['number']} lands in p{place}; {where} in {_and(places)}, and {stay} there."
    if not mine:
        how = "Your function says" if event["how"] == "yours" else f"The hash of “{who}” leads to"
        first = once("first", f"{how} p{place}, and the record is appended there, at offset {offset}.")
        if first:
            return first
        if any(record["partition"] == place for record in written):
            return once("shared", f"Another key, {who}, and p{place} once more: a partition holds many keys.")
        return once(
            "another", f"Another key, {who}, another partition: p{place}. Each partition counts its own offsets."
        )
    before = mine[-1]
    if (before["partition"], before["how"], before.who) != (place, event["how"], event.who):
        return ""
    if event["how"] == "yours":
        return once("again", f"{who} again, and your function says p{place} again: the record has its next offset.")
    return once("again", f"{who} again: the same bytes, the same hash, the same partition, at its next offset.")


def _keyless(event: Event, trace: Trace, written: Sequence[Event], once: Callable[[str, str], str]) -> str:
    place, batch = event["partition"], trace.settings["batch"]
    if event["how"] == "yours":
        return once("first", f"Your function says p{place}.")
    if event["how"] == "round robin":
        first = once("first", f"Round robin: the first record goes to p{place}, the next one to the next partition.")
        here = [record for record in written if record["partition"] == place]
        return first or (once("round", _back(place, event.t - here[-1].t, batch)) if here else "")
    if not written:
        worth = f"a batch's worth has gone there, {batch} records here" if batch > 1 else "one record has gone there"
        return f"No key, so the producer sticks to p{place} until {worth}."
    if place == written[-1]["partition"]:
        return ""
    return f"A batch's worth has gone to p{written[-1]['partition']}. The next partition is picked at random: p{place}."


def _back(place: int, after: float, batch: int) -> str:
    """Round robin has come back to its first partition: what has become of the batch there."""
    if batch == 1:
        fate = "A batch holds one record here, so the one before left at once."
    elif after >= LINGER:
        fate = f"The batch there has left after {LINGER:.0f} s, with one record in it."
    else:
        fate = "The batch there is still waiting, and takes this record, too."
    return f"{after:.0f} s later it is p{place}'s turn again. {fate}"


def _end(trace: Trace) -> str:
    apart = split(trace)
    if not trace.settings["keyed"]:
        many, sent = sum(loads(trace)), batches(trace)
        return f"At the end: {many} record{'s' * (many > 1)}, in {sent} batch{'es' * (sent > 1)}."
    if not apart:
        return "At the end each customer's orders are in one partition, in order." + _hot(trace)
    told = ", ".join(f"{name} in {_and(homes(trace)[name])}" for name in apart)
    which = "these" if any(len(homes(trace)[name]) > 2 for name in apart) else "the two"
    return f"At the end: {told}. Nothing tells a reader which of {which} logs comes first."


def _and(partitions: Sequence[int]) -> str:
    """Partitions by name: p1, p2 and p3."""
    return listed(f"p{n}" for n in partitions)


def _hot(trace: Trace) -> str:
    """After a customer has become hot: how full its partition is, if that is the busiest one."""
    counts = loads(trace)
    mine = [homes(trace).get(event.who, []) for event in trace.of("hot")[-1:]]
    if 1 in (len(counts), trace.settings["customers"]) or not mine or counts.index(max(counts)) not in mine[0]:
        return ""
    return f" But p{counts.index(max(counts))} has {max(counts)} of the {sum(counts)} records."


def stills(trace: Trace) -> set[float]:
    """All is well; then each change; then the end."""
    appended = [event.t for event in trace.of("append")]
    struck = [event.t for event in trace if event.kind != "append"]
    early = next((t for t in appended if t >= 5), appended[-1]) if appended else 0
    return {early, *struck[:1], *appended[-1:]}
