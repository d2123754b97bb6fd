"""The picture of lesson 06: a coordinator, its consumers, and whose each partition is over time.

`draw_group(trace)` is the scene of one run: a card per consumer, a chip per partition, a lane per partition's history.
captions.py says what is told; controls.py puts controls, faults and monitors around it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from labs.kafka.groups.captions import Labels, stills, teller
from labs.kafka.groups.members import Partition
from labs.kafka.groups.pauses import consumption, ownership, partitions
from labs.kit.picture.frame import shared_top
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, HEAD, LANE, LOW = 560, 32, 21, 16  # a card's head; a partition's lane, and a lower one where there are many
CHIP, NARROW, HIGH, GAP = 28, 20, 22, 3  # a chip, a narrower one where there are many, its height, between two
NOBODY = "nobody"  # the tray of the partitions that no one reads
MESSAGES = {  # what is worth a moving dot: (event, request) → what is written on it
    ("send", "JoinGroup"): "join",
    ("send", "LeaveGroup"): "leave",
    ("answer", "SyncGroup"): "assignment",
    ("answer", "Heartbeat"): "rebalance!",
    ("answer", "OffsetCommit"): "refused",
    ("answer", "ConsumerGroupHeartbeat"): "news",
}


@dataclass
class Stage:
    """What is on the stage while the events are drawn: who holds which partition, and who has gone."""

    trace: Trace
    scene: Scene
    chips: Pool
    labels: Labels
    flight: float  # how long a message is seen, in seconds of the run; the real ones take some 50 ms
    card: float  # how high a consumer's card is
    held: dict[str, list[Partition]]
    gone: set[str] = field(default_factory=set)
    stalled: set[str] = field(default_factory=set)


def draw_group(trace: Trace) -> Scene:
    """The scene of a run of `rebalance`."""
    names = sorted({e.who for e in trace.of("start")}, key=lambda name: int(name[1:]))
    parts = list(ownership(trace))
    columns = len(names) if len(names) <= 4 else -(-len(names) // 2)
    rows = -(-len(names) // columns)
    card_width = (WIDTH - 16 - 8 * (columns - 1)) / columns
    most = max(1, most_at_once(trace))
    wide = CHIP if most <= 2 * _in_a_row(card_width, CHIP) and len(parts) <= 13 else NARROW
    stack = shared_top("stack", -(-most // _in_a_row(card_width, wide)))  # rows of chips, as many as beside it
    card = HEAD + (HIGH + 2) * stack + 2
    lane = LANE if len(parts) <= 10 else LOW
    tray = 62.0 + rows * (card + 8)
    settings, flight = trace.settings, trace.end / 90
    title = f"{settings['protocol']}, {settings['assignor']}: {len(parts)} partition{'s' * (len(parts) > 1)}"
    scene = Scene(WIDTH, tray + 40 + lane * len(parts) + 26, end=trace.end, settle=flight, title=title)
    scene.tops["stack"] = stack
    chips = Pool(scene, w=wide, h=HIGH, over=flight)
    stage = Stage(trace, scene, chips, Labels(parts), flight, card, {name: [] for name in names})
    scene.box("coordinator", 60, 8, WIDTH - 120, 34, label="group coordinator", size=14)
    for i, name in enumerate(names):
        _card(stage, name, 8 + i % columns * (card_width + 8), 62 + i // columns * (card + 8), card_width)
    scene.text("tray", 8, tray + 20, "read by no one:", size=13, ink="muted")
    step = min(wide + 4, (WIDTH - 128) / max(1, len(parts)))
    stage.chips.tray(NOBODY, 116, tray + 5, WIDTH - 124, step=step, order=parts.index)
    for partition in parts:
        stage.chips.put(0, partition, NOBODY, label=stage.labels.of(partition), fill="hatch", over=0)
    scene.lanes("history", 44, tray + 40, WIDTH - 68, lane, {stage.labels.of(p): _stretches(trace, p) for p in parts})
    for event in trace:
        _message(stage, event)
        _change(stage, event)
    narrate(scene, trace, teller(trace, stage.labels), stills)
    return scene


def most_at_once(trace: Trace) -> int:
    """The most partitions that one consumer has at any moment, counting those that it only believes it has."""
    held = [stretch for stretches in ownership(trace).values() for stretch in stretches]
    return max((sum(h.owner == g.owner and h.start <= g.start < h.end for h in held) for g in held), default=0)


def _in_a_row(card_width: float, chip: float) -> int:
    """How many chips lie side by side in a card."""
    return max(1, int((card_width - 14 + GAP) // (chip + GAP)))


def _card(stage: Stage, name: str, x: float, y: float, width: float) -> None:
    """A consumer's card, and the two ends of the way that its messages take, straight up and down."""
    scene, door = stage.scene, x + width / 2
    scene.box(f"card-{name}", x, y, width, stage.card, opacity=0.35, dash="4 3")
    scene.box(f"door-{name}", door, y, 0, 0, opacity=0)
    scene.box(f"gate-{name}", min(max(door, 110), WIDTH - 110), 50, 0, 0, opacity=0)
    scene.box(f"name-{name}", x + 6, y + 6, 34, 20, label=name, fill=actor(int(name[1:])), size=13, weight="bold",
              opacity=0.35)  # fmt: skip
    scene.text(f"status-{name}", x + 46, y + 21, "not there", size=13, ink="muted")
    stage.chips.tray(
        name, x + 7, y + HEAD - 1, width - 14, stage.card - HEAD - 2, gap=GAP, order=lambda partition: partition
    )


def _message(stage: Stage, event: Event) -> None:
    word = MESSAGES.get((event.kind, event.get("what", "")))
    if not word or (word in ("rebalance!", "refused")) != bool(event.get("error")):
        return
    name = event.who if event.kind == "send" else event["to"]
    ends = (f"door-{name}", f"gate-{name}") if event.kind == "send" else (f"gate-{name}", f"door-{name}")
    if event.t + stage.flight < stage.trace.end:
        stage.scene.send(event.t, *ends, label=word, over=stage.flight, fill="bad" if word == "refused" else "data")


def _change(stage: Stage, event: Event) -> None:
    """What an event changes on the stage."""
    kind, t, who, scene = event.kind, event.t, event.who, stage.scene
    if kind == "start":
        stage.gone.discard(who)
        scene.key(t, f"card-{who}", opacity=1, dash="", stroke="line")
        scene.key(t, f"name-{who}", opacity=1)
        _status(stage, t, who, "joining")
    elif kind == "state":
        _state(stage, event)
    elif kind == "own":
        _hand_over(stage, event)
    elif kind in ("crash", "leave"):
        stage.gone.add(who)
        stage.stalled.discard(who)
        _put_down(stage, t, who, list(stage.held[who]))
        scene.key(t, f"card-{who}", dash="4 3", stroke="bad-ink" if kind == "crash" else "line")
        scene.key(t, f"name-{who}", opacity=0.35)
        _status(stage, t, who, "✕ crashed" if kind == "crash" else "left", bad=kind == "crash")
    elif kind in ("revoke", "lost", "zombie"):
        _put_down(stage, t, who, partitions(event["partitions"]))
        reads_on = kind == "revoke" and event["why"] == "moving" and stage.held[who]
        if who not in stage.gone:  # whoever closes gives its partitions up and is gone, not paused
            _status(stage, t, who, "zombie" if kind == "zombie" else "reading" if reads_on else "paused",
                    bad=kind == "zombie")  # fmt: skip
    elif kind == "stall":
        stage.stalled.add(who)
        _status(stage, t, who, "stalled", bad=True)
    elif kind == "answer" and event["what"] == "SyncGroup":
        joined = scene.value(f"status-{event['to']}", "label", t) == "joining" and not event["error"]
        if joined and event["to"] in _without_work(stage, t):  # a static member is back, and there was nothing for it
            _status(stage, t, event["to"], "no partition")
    elif kind == "return":
        stage.stalled.discard(who)
        state = [e["state"] for e in stage.trace.of("state") if e.t <= t][-1:]
        idle = state == ["Stable"] and who in _without_work(stage, t)
        _status(stage, t, who, "no partition" if idle else "carries on")


def _state(stage: Stage, event: Event) -> None:
    """The coordinator's card; and in a stable group, who has nothing to do."""
    number = "epoch" if stage.trace.settings["protocol"] == "kip848" else "generation"
    waiting = event["state"] not in ("Stable", "Empty")
    stage.scene.key(event.t, "coordinator", dash="5 3" if waiting else "", stroke="ink" if waiting else "line",
                    label=f"group coordinator · {event['state']} · {number} {event['generation']}")  # fmt: skip
    if event["state"] == "Stable":
        for name in _without_work(stage, event.t):
            _status(stage, event.t, name, "no partition")


def _without_work(stage: Stage, t: float) -> list[str]:
    """The consumers that the assignment of this moment gives nothing, those that can see to it: no dead, no stuck."""
    shares = [e["assignment"] for e in stage.trace.of("assign") if e.t <= t][-1:]
    away = stage.gone | stage.stalled
    return [
        name
        for name, mine in (shares[0] if shares else {}).items()
        if not mine and name not in away and not stage.held.get(name, True)
    ]


def _hand_over(stage: Stage, event: Event) -> None:
    """A consumer reads these partitions now; a zombie's chip is taken from it, whatever it believes."""
    for partition in partitions(event["partitions"]):
        for held in stage.held.values():
            if partition in held:
                held.remove(partition)
        stage.held[event.who].append(partition)
        stage.chips.put(event.t, partition, event.who, fill=actor(int(event.who[1:])))
    _status(stage, event.t, event.who, "reading" if stage.held[event.who] else "no partition")


def _put_down(stage: Stage, t: float, who: str, given: list[Partition]) -> None:
    """A consumer reads these no longer, and for the moment nobody does."""
    for partition in [p for p in given if p in stage.held[who]]:
        stage.held[who].remove(partition)
        stage.chips.put(t, partition, NOBODY, fill="hatch")


def _status(stage: Stage, t: float, who: str, word: str, bad: bool = False) -> None:
    stage.scene.key(t, f"status-{who}", label=word, ink="bad-ink" if bad else "ink")


def _stretches(trace: Trace, partition: Partition) -> list[tuple[float, float, str, str]]:
    """A partition's lane: who read it from when to when, and hatched where nobody did."""
    read = consumption(trace)[partition]
    owners = [(held.start, held.end, held.owner) for held in ownership(trace)[partition] if not held.believed]
    lane: list[tuple[float, float, str, str]] = []
    now = 0.0
    for start, end in sorted(read):
        if start > now:
            lane.append((now, start, "", "hatch"))
        owner = next(who for since, until, who in owners if since <= start < until)
        lane.append((start, end, owner, actor(int(owner[1:]))))
        now = end
    return [*lane, (now, trace.end, "", "hatch")] if now < trace.end else lane
