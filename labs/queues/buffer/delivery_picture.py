"""The picture of `deliver`: each message to one consumer, or a copy to every one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.queues.buffer.delivery import STYLES, names, queue_of

ROW, TOP = 62, 40


def draw_delivery(trace: Trace) -> Scene:
    """The scene of a run."""
    style, consumers = trace.settings["style"], names(trace.settings["consumers"])
    middle = TOP + ROW * len(consumers) / 2
    scene = Scene(560, TOP + ROW * max(2, len(consumers)) + 6, end=trace.end, title=style, settle=0.4)
    scene.box("producer", 8, middle - 19, 84, 38)
    scene.text("producer-name", 50, middle - 24, "producer", size=12, align="middle", ink="muted")
    if style == STYLES[1]:
        scene.box("exchange", 122, middle - 18, 84, 36, label="exchange")
        scene.link("sends", "producer", "exchange")
    queues = list(dict.fromkeys(queue_of(style, name) for name in consumers))
    chips = Pool(scene, over=0.35, w=26)
    for i, queue in enumerate(queues):
        y = middle - 19 if len(queues) == 1 else TOP + i * ROW + 8
        scene.box(queue, 236, y, 124, 38, radius=2)
        scene.text(f"{queue}-name", 298, y - 5, queue, size=12, align="middle", ink="muted")
        scene.link(f"to-{queue}", "exchange" if style == STYLES[1] else "producer", queue)
        chips.tray(queue, 240, y + 8, 116, back=True, room=4, order=lambda chip: chip[0])
    for i, name in enumerate(consumers):
        y = TOP + i * ROW + 4
        scene.box(name, 394, y, 62, 46, label=name, fill=actor(i + 1), align="start")
        scene.link(f"to-{name}", queue_of(style, name), name)
        chips.tray(f"at {name}", 424, y + 12, 28)
        scene.text(f"{name}-done", 462, y + 28, "", size=13, ink="good-ink")
    _move(scene, trace, chips)
    narrate(scene, [*trace, _last_words(trace)], _teller(trace), _stills(trace), within=0.3)
    return scene


def _move(scene: Scene, trace: Trace, chips: Pool) -> None:
    style = trace.settings["style"]
    done: dict[str, list[str]] = {}
    for event in trace:
        t, who, number = event.t, event.who, event.get("number")
        if event.kind == "put":
            chips.put(t, (number, who), who, label=str(number), start="producer")
        elif event.kind == "work":
            chips.put(t, (number, event["queue"]), f"at {who}", fill="warn")
        elif event.kind == "done":
            chips.take(t, (number, event["queue"]), fill="good")
            done.setdefault(who, []).append(str(number))
            words = " ".join(done[who]) if len(done[who]) < 7 else f"{len(done[who])} done"
            scene.key(t, f"{who}-done", label=f"✓ {words}")
        elif event.kind == "stop":
            scene.key(t, who, fill="page", stroke="bad-ink", dash="4 3", label=f"✕ {who}")
            if event["back"] is not None:
                chips.put(t, (event["back"], queue_of(style, who)), event["queue"])
        elif event.kind == "start":
            scene.key(t, who, fill=actor("ABC".index(who) + 1), stroke="line", dash="", label=who)


def _teller(trace: Trace) -> Callable[[Event], str | tuple[str, str]]:
    """What is said of each event: who gets each message, who stops, and how often each message was done."""
    shared = trace.settings["style"] == STYLES[0]
    told = set[tuple[str, int]]()  # what has been begun, and by whom

    def tell(event: Event) -> str | tuple[str, str]:
        number, who = event.get("number", 0), event.who
        if event.kind == "send" and number == 1:
            each = "goes to the queue" if shared else "goes to the exchange, which puts a copy into every queue"
            return "first", f"Message 1 {each}."
        if event.kind == "send" and not shared:
            return f"Message {number}, too: a copy into every queue."
        if event.kind == "work":
            told.add((who, number))
            others = [name for name, n in told if n == number and name != who]
            if shared and others:
                return f"{who} takes message {number}. {others[0]} had begun with it: work may be done twice."
            if shared:
                only = ", so nobody else gets it" if number <= 2 else ""
                return "first" if number == 1 else "", f"{who} takes message {number}{only}."
        if event.kind == "stop":
            back = event["back"]
            return f"{who} stops." + (
                f" Message {back} was not acknowledged: it goes back." if back is not None else ""
            )
        if event.kind == "start":
            return f"{who} is back."
        return event["words"] if event.kind == "end" else ""

    return tell


def _last_words(trace: Trace) -> Event:
    """How it stands at the end."""
    done = Counter(e["number"] for e in trace.of("done"))
    waiting = len(trace.of("put")) - len(trace.of("done"))
    often = sorted(set(done.values()))
    words = (
        f"Each message was done {_times(often)}." if often and not waiting else _left(waiting, trace.settings["style"])
    )
    return Event(trace.end, "end", "queue", {"words": words})


def _left(waiting: int, style: str) -> str:
    what = "message" if style == STYLES[0] else "copy"
    if waiting == 1:
        return f"1 {what} is still to be done."
    return f"{waiting} {'messages' if what == 'message' else 'copies'} are still to be done."


def _times(often: list[int]) -> str:
    names = {1: "once", 2: "twice"}
    return " or ".join(names.get(n, f"{n} times") for n in often)


def _stills(trace: Trace) -> list[float]:
    first = trace.of("work")
    return [first[0].t, *[e.t for e in trace.of("stop")], trace.end] if first else [trace.end]
