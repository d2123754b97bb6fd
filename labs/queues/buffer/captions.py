"""What is said of a run of `buffer`: only what is new."""

from __future__ import annotations

from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.queues.buffer.measure import Points, fates, waits

FULL = {
    "drop oldest": "From now on, the oldest is dropped for each new one. Nobody is told.",
    "drop newest": "From now on, arriving messages are dropped while there is no room. Nobody is told.",
    "reject": "From now on, arriving messages are rejected while there is no room, and their producers know at once.",
    "block": "Producers have to wait for room: from now on they can send only as fast as the workers work.",
}
Told = list[tuple[float, str, bool]]  # when, what, is it a still?


def tell_buffer(scene: Scene, trace: Trace, line: Points) -> None:
    """Give the scene its captions, in order of time; `line` is the run's backlog."""
    told = [*_beginning(trace), *_full(trace), *_waves(trace, line), *_rush_over(trace, line), *_faults(trace)]
    told += _end(trace, line)
    for t, sentence, still in sorted(told, key=lambda one: one[0]):
        scene.say(t, sentence, still=still)


def rates(trace: Trace) -> tuple[float, float]:
    """What comes and what can be done, per second."""
    return sum(trace.settings["producers"]), trace.settings["workers"] * trace.settings["per_worker"]


def _beginning(trace: Trace) -> Told:
    came, out = rates(trace)
    given = trace.settings
    sums = " + ".join(f"{rate:g}" for rate in given["producers"])
    they = "the worker does" if given["workers"] == 1 else f"{given['workers']} workers do"
    words = f"{sums} messages arrive per second; {they} {out:g}."
    if given["spacing"] == "together":
        many = came * given["every"]
        words = f"Every {given['every']:g} s {many:g} messages arrive at once; {out:g} are done per second."
    said: Told = [(0, words, True)]
    if given["spacing"] == "even" and not given["bound"]:
        more = f"{came - out:g} too many every second: the queue takes them in."
        said.append((1, more if came > out else "The workers keep up.", False))
    return said


def _full(trace: Trace) -> Told:
    """The first message for which there is no room."""
    first = next(
        (e for e in trace if (e.kind == "lost" and e.who == "queue") or e.get("told") in ("rejected", "wait")), None
    )
    if first is None:
        return []
    return [
        (first.t, f"{trace.settings['bound']} wait, and the queue is full. {FULL[trace.settings['overflow']]}", True)
    ]


def _waves(trace: Trace, line: Points) -> Told:
    """Where messages come together: how many wait then, and what the next ones find."""
    given = trace.settings
    if given["spacing"] != "together" or not given["workers"]:
        return []
    said: Told = []
    last = {event.t: event["number"] for event in trace.of("send")}
    waited = {event["number"]: event["waited"] for event in trace.of("work")}
    for t in (given["every"] * i for i in range(1, int(trace.end / given["every"]))):
        left = next((level for when, level in reversed(line) if when < t - 1e-6), 0.0)
        found = f"{left:.0f} still wait" if left > 1 else "One still waits" if left else "Nothing waits"
        if t < 2.5 * given["every"]:
            number = next((last[when] for when in last if abs(when - t) < 1e-6), None)
            wait = f" The last of them has to wait for {waited[number]:.1f} s." if number in waited else ""
            said.append((t, f"{found} when the next ones arrive.{wait}", not said))
    return said


def _rush_over(trace: Trace, line: Points) -> Told:
    """How many wait when the producers stop."""
    t = trace.settings["rush"]
    if t >= trace.end:
        return []
    left = next((level for when, level in reversed(line) if when <= t), 0)
    if not left:
        return [(t, "The rush is over, and nothing waits.", True)]
    return [(t, "The rush is over, but the work is not: the backlog still has to be done.", True)]


def _faults(trace: Trace) -> Told:
    """Those of one kind and one moment are told together."""
    together: dict[tuple[float, str], list[Event]] = {}
    for event in trace.of("stop", "start", "burst"):
        together.setdefault((event.t, event.kind), []).append(event)
    return [
        (t, _fault(trace, events[0]) if len(events) == 1 or kind == "burst" else _all(trace, events), True)
        for (t, kind), events in together.items()
    ]


def _all(trace: Trace, events: list[Event]) -> str:
    """Several workers that stop or come back at the same moment."""
    many = f"The {len(events)} workers" if len(events) == trace.settings["workers"] else f"{len(events)} workers"
    if events[0].kind == "start":
        return f"{many} are back."
    back = sum(len(event["back"]) for event in events)
    stopped = {event.who for event in events}
    lost = sum(len(e["numbers"]) for e in trace.of("lost") if e.t == events[0].t and e.who in stopped)
    if not back + lost:
        return f"{many} stop."
    held = "The message in their hands" if back + lost == 1 else f"The {back + lost} messages in their hands"
    was, it_goes, is_lost = ("was", "it goes", "is") if back + lost == 1 else ("were", "they go", "are")
    if back:
        return f"{many} stop. {held} {was} not acknowledged: {it_goes} back to the head of the queue."
    return f"{many} stop. {held} had been acknowledged, and {is_lost} lost."


def _fault(trace: Trace, event: Event) -> str:
    name = event.who.capitalize()
    if trace.settings["spacing"] == "together":
        return "The dashboard stops." if event.kind == "stop" else "The dashboard is back."
    if event.kind == "burst":
        return f"{name} sends a hundred more, all at once."
    if event.kind == "start":
        return f"{name} is back."
    if event["back"]:
        return f"{name} stops. The message in its hands was not acknowledged: it goes back to the head of the queue."
    lost = [e for e in trace.of("lost", who=event.who) if e.t == event.t]
    return f"{name} stops." + (" The message in its hands had been acknowledged, and is lost." if lost else "")


def _end(trace: Trace, line: Points) -> Told:
    """When the queue is empty after the rush; else how it stands at the end."""
    done, level = trace.of("done"), line[-1][1]
    rush, longest = trace.settings["rush"], max(waits(trace), default=0.0)
    what = fates(trace)
    gone = "".join(f" {what[name]} {_were(what[name])} {name}." for name in ("lost", "rejected") if what[name])
    if level or not done or rush >= trace.end:
        came, out = rates(trace)
        still = ("1 waits" if level == 1 else f"{level:.0f} wait") if level else "Nothing waits"
        work = f": that is {level / out:.0f} s of work" if level and came > out and level >= out > 0 else ""
        return [(trace.end, f"{still}{work}.{gone}", True)]
    if done[-1].t <= rush:
        return [(trace.end, f"Every message was done soon after it came.{gone}", True)]
    return [
        (
            done[-1].t,
            f"At {done[-1].t:.0f} s the last message is done. The longest wait was {longest:.0f} s.{gone}",
            True,
        )
    ]


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
