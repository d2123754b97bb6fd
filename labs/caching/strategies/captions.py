"""What the captions say of a run of `serve`: every step where few requests come, else only what matters."""

from __future__ import annotations

from collections.abc import Callable

from labs.caching.strategies.promises import refused_reads, stale_reads
from labs.kit.picture.narration import Told, narrate
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

FEW = 6  # requests that can be told, and shown, one by one


def are_few(trace: Trace) -> bool:
    """Whether each request of the run can be told."""
    return len(trace.of("request")) <= FEW


def say_all(scene: Scene, trace: Trace) -> None:
    """Give the scene its captions."""
    stale = {e["number"] for e in stale_reads(trace)}
    refused = {e["number"] for e in refused_reads(trace)}
    few = are_few(trace)
    trouble = _trouble(trace, stale, refused)
    first = {id(e) for e in _firsts(trace)}
    first_troubles = _first_of_each_trouble(trace, stale, refused)
    in_vain = _in_vain(trace)

    def tell(e: Event) -> Told:
        if told := _of_trouble(e, stale, refused, few):
            return told if few or e.t in first_troubles else ""
        if told := _of_faults(e):
            return told
        if few and id(e) in in_vain and (said := _did(e)):
            return str(e["number"]), f"{said[:-1]}, but {e['by']} is down."
        return _step(e) if few else _first(e) if id(e) in first else ""

    def stills(trace: Trace) -> list[float]:
        written = [e.t for e in trace.of("reply") if e["op"] == "write" and e["ok"]]
        last = [e.t for e in trace.of("reply")][-1:] if few else [e.t for e in trace if id(e) in first][-1:]
        return sorted({*written[:1], *([trouble[-1 if few else 0]] if trouble else last)})

    narrate(scene, trace, tell, stills, within=0.15 if few else 1.5, silence="No request comes.")
    if not few:
        scene.say(trace.end, _sum_up(trace, len(stale)))


def _in_vain(trace: Trace) -> set[int]:
    """The ids of what a store does for a server that has crashed since it asked."""
    down, found = set[str](), set[int]()
    for e in trace:
        if e.kind in ("down", "up"):
            down = down | {e.who} if e.kind == "down" else down - {e.who}
        elif e.kind == "did" and e["by"] in down:
            found.add(id(e))
    return found


def _first_of_each_trouble(trace: Trace, stale: set[int], refused: set[int]) -> set[float]:
    """When something goes wrong that has not gone wrong in this way before; all that is lost is told."""
    found: dict[str, float] = {}
    for e in trace.of("reply", "lost"):
        if _of_trouble(e, stale, refused, False):
            how = "stale" if e.get("number") in stale else str(e.get("error") or "refused")
            found.setdefault(f"lost at {e.t}" if e.kind == "lost" else how, e.t)
    return set(found.values())


def _trouble(trace: Trace, stale: set[int], refused: set[int]) -> list[float]:
    return [e.t for e in trace if _of_trouble(e, stale, refused, False)]


def _of_trouble(e: Event, stale: set[int], refused: set[int], few: bool) -> Told:
    """The sentence for what should not have happened."""
    topic = str(e.get("number")) if few else e.kind
    key, value = e.get("key"), e.get("value")
    if e.kind == "lost":
        return "lost", f"Lost: {key} = {value} was acknowledged, and was only in the cache."
    if e.kind != "reply":
        return ""
    if not e["ok"]:
        just_told = few and e["error"].endswith(" is down")
        return topic, f"The {e['op']} fails." if just_told else f"A {e['op']} fails: {e['error']}."
    if e["number"] in stale:
        return topic, f"{_name(e)} answers {key} = {value}. That is stale: a newer value has been written."
    if e["number"] in refused:
        return topic, f"{_name(e)} answers {key} = {value}, although the client that wrote it was told that it failed."
    return ""


def _of_faults(e: Event) -> Told:
    """The sentence for a fault, or for what it comes to."""
    if e.kind == "down":
        return f"The {e.who} goes down." if e.who in ("cache", "database") else f"{_name(e)} crashes."
    if e.kind == "up":
        return {"cache": "The cache is back, and empty.", "database": "The database is back."}.get(
            e.who, f"{_name(e)} is back."
        )
    if e.kind == "gone" and e["why"] == "evicted":
        return "evicted", f"{e['key']} is evicted from the cache."
    return {
        "stall": f"{_name(e)} stalls for a second.",
        "resume": f"{_name(e)} resumes where it stopped.",
        "note": f"Nothing happens: {e.get('text')}.",
        "flush": f"A flush brings {e.get('brought')} "
        f"{'entry' if e.get('brought') == 1 else 'entries'} to the database.",
    }.get(e.kind, "")


def _step(e: Event) -> Told:
    """The sentence for a step, where each is told."""
    key, value, topic = e.get("key"), e.get("value"), str(e.get("number"))
    if e.kind == "request":
        what = f"for {key}" if e["op"] == "read" else f"to write {key} = {value}"
        return topic, f"A client asks {e.who} {what}."
    if e.kind == "did":
        return (topic, said) if (said := _did(e)) else ""
    if e.kind == "reply":
        return topic, f"{_name(e)} answers {value}." if e["op"] == "read" else f"{_name(e)} tells its client: done."
    if e.kind == "gone" and e["why"] == "expired":
        return f"{key} expires."
    return ""


def _sum_up(trace: Trace, stale: int) -> str:
    """How a longer run stands at its end."""
    came, ended = len(trace.of("request")), trace.of("reply")
    failed = sum(not e["ok"] for e in ended)
    old = f", {stale} of them with a stale value" if stale else ""
    return f"{len(ended) - failed} of {came} requests are answered{old}{f'; {failed} failed' if failed else ''}."


def _name(e: Event) -> str:
    """Whose event it is, at the start of a sentence: App 1."""
    return e.who.capitalize()


def _did(e: Event) -> str:
    """What a store did."""
    key, value, verb = e["key"], e["value"], e["verb"]
    if e["number"] == "preheat":
        return "Pre-warmed: the cache starts with a copy of each row."
    if not e["ok"]:
        return f"{e['error'][:1].upper()}{e['error'][1:]}."
    if verb in ("get", "lease"):
        return f"The cache has {value}: a hit." if value is not None else "It is not in the cache: a miss."
    if verb in ("set", "add", "fill") and e.get("refused"):
        why = "its lease is void" if verb == "fill" else "something newer is there"
        return f"{e['by'].capitalize()} may not put {key} = {value} into the cache: {why}."
    return {
        "read": f"The database has {value}.",
        "write": f"The database has {key} = {value} now.",
        "delete": f"{key} is deleted from the cache.",
    }.get(verb, f"{key} = {value} goes into the cache.")


def _firsts(trace: Trace) -> list[Event]:
    """The first hit, miss and write, and the pre-warming: enough to see how it goes."""
    kinds: dict[str, Callable[[Event], bool]] = {
        "preheat": lambda e: e.kind == "did" and e["number"] == "preheat",
        "miss": lambda e: e.kind == "reply" and e["op"] == "read" and e["ok"] and not e["hit"],
        "hit": lambda e: e.kind == "reply" and e["op"] == "read" and bool(e["hit"]),
        "write": lambda e: e.kind == "reply" and e["op"] == "write" and e["ok"],
    }
    found = (next((e for e in trace if seen(e)), None) for seen in kinds.values())
    return [e for e in found if e is not None]


def _first(e: Event) -> str:
    if e.kind == "did":
        return _did(e)
    if e["op"] == "write":
        return f"The first write: {e['key']} = {e['value']} is acknowledged after {1000 * e['took']:.0f} ms."
    how = "hit" if e["hit"] else "miss"
    return f"The first {how}: {e['key']} is answered after {1000 * e['took']:.0f} ms."
