"""A broker at work: exchanges, the bindings that light up, queues with what is ready, consumers with what they hold.

The same picture serves every run that has a `Topology` among its settings. What is said under it is each room's own.
"""

from __future__ import annotations

from collections.abc import Iterable

from labs.kit.picture.palette import actor
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.rabbitmq.topology import Topology

ROW, GAP, TOP, CHIP = 64, 10, 26, 32
EXCHANGE, QUEUE, CONSUMER = 104, 236, 240  # how wide they are
FLIGHT = 0.35  # how long a message is seen on its way, in seconds of the run
Said = tuple[float, str, bool]  # a moment, what is said then, and whether it is one of the stills


def draw_broker(trace: Trace, said: Iterable[Said], title: str) -> Scene:
    """The scene of a run, with these captions."""
    shown: Topology = trace.settings["topology"]
    loops = any(start in shown.queues for start, *_ in shown.edges)
    longest = max((len(label) for *_, label in shown.edges), default=0)
    queue_x = 10 + (EXCHANGE + max(160, round(7.4 * longest) + 36) if shown.exchanges else 150 if loops else 0)
    consumer_x = queue_x + QUEUE + 46
    rows = max(len(shown.queues), len(shown.consumers), len(shown.exchanges))
    width = (consumer_x + CONSUMER if shown.consumers else queue_x + QUEUE) + 10
    scene = Scene(width, TOP + rows * ROW + 24, end=trace.end, title=title, settle=FLIGHT)
    chips = Pool(scene, w=CHIP, h=22, over=FLIGHT, size=12)
    _queues(scene, chips, shown, queue_x, rows)
    _exchanges(scene, shown, rows)
    _edges(scene, shown, queue_x)
    _consumers(scene, chips, shown, consumer_x)
    scene.text("below", 10, TOP + rows * ROW + 14, "", size=13, ink="muted")
    _Play(scene, chips, shown).all(trace)
    for t, words, still in said:
        scene.say(t, words, still=still)
    return scene


# ── what is there from the start ──────────────────────────────────────────────────────────────────────────────────────


def _queues(scene: Scene, chips: Pool, shown: Topology, x: float, rows: int) -> None:
    scene.text("head-queues", x, 16, shown.heads[0], size=12, ink="muted")
    high = ROW * rows if len(shown.queues) == 1 else ROW
    for i, queue in enumerate(shown.queues):
        y = TOP + i * ROW
        scene.box(f"queue {queue}", x, y, QUEUE, high - GAP)
        scene.text(f"name {queue}", x + 8, y + 17, queue, size=13, weight="bold")
        chips.tray(
            f"in {queue}", x + 8, y + 25, shown.room * (CHIP + 3), gap=3, room=shown.room * (2 if high > ROW else 1)
        )


def _exchanges(scene: Scene, shown: Topology, rows: int) -> None:
    if shown.exchanges:
        scene.text("head-exchange", 10, 16, "exchange", size=12, ink="muted")
    for i, exchange in enumerate(shown.exchanges):
        last = i == len(shown.exchanges) - 1 and i > 0
        y = TOP + (rows - 1) * ROW if last else TOP + ROW * (min(3, rows) - 1) / 2
        scene.box(f"exchange {exchange}", 10, y, EXCHANGE, ROW - GAP, label=exchange, radius=20, weight="bold")
    if shown.exchanges:
        scene.text("now", 10, TOP + ROW * (min(3, rows) - 1) / 2 - 8, "", size=12, mono=True)


def _edges(scene: Scene, shown: Topology, queue_x: float) -> None:
    for n, (start, queue, label) in enumerate(shown.edges):
        name = f"edge {start} {queue}"
        if start in shown.exchanges:
            for part, stroke, wide, seen in ((name, "line", 1.2, 1.0), (f"{name} lit", "good", 4.0, 0.0)):
                scene.link(part, f"exchange {start}", f"queue {queue}", stroke=stroke, width=wide, opacity=seen)
            (x1, y1), (x2, y2) = scene.middle(f"exchange {start}", 0), scene.middle(f"queue {queue}", 0)
            if label:
                middle = (10 + EXCHANGE + queue_x) / 2 + 6
                at = (middle - x1) / (x2 - x1)
                wide = 7.4 * len(label) + 8  # on a ground of its own: a bit of the line above a dot makes it a colon
                scene.box(f"{name} label", middle - wide / 2, y1 + at * (y2 - y1) - 8, wide, 16, label=label, size=12,
                          mono=True, fill="page", stroke="page", radius=0)  # fmt: skip
        else:
            down = shown.queues.index(queue) > shown.queues.index(start)
            out = queue_x - (22 if down else 88)
            y1, y2 = (TOP + shown.queues.index(q) * ROW + (34 if down else 20) for q in (start, queue))
            points = [(queue_x, y1), (out, y1), (out, y2), (queue_x - 2, y2)]
            scene.path(name, points, arrow=True, stroke="line", width=1.4)
            scene.path(f"{name} lit", points, arrow=True, stroke="good", width=4, opacity=0)
            scene.text(f"{name} label", out - 4, (y1 + y2) / 2 + 4 - 14 * n, label, size=12, align="end", halo=True)


def _consumers(scene: Scene, chips: Pool, shown: Topology, x: float) -> None:
    if shown.consumers:
        scene.text("head-consumers", x, 16, shown.heads[1], size=12, ink="muted")
    for i, (consumer, queue, note) in enumerate(shown.consumers):
        y = TOP + i * ROW
        scene.box(f"consumer {consumer}", x, y, CONSUMER, ROW - GAP, stroke=actor(i + 1), width=2)
        scene.text(f"name {consumer}", x + 8, y + 17, f"{consumer}  {note}", size=13)
        scene.text(f"done {consumer}", x + CONSUMER - 8, y + 17, "done: 0", size=12, ink="muted", align="end")
        for slot in range(min(shown.slots, 6)):
            scene.box(f"slot {consumer} {slot}", x + 8 + slot * (CHIP + 3), y + 25, CHIP, 22, fill="none", dash="2 3")
        scene.link(f"push {consumer}", f"queue {queue}", f"consumer {consumer}")
        chips.tray(f"at {consumer}", x + 8, y + 25, 6 * (CHIP + 3), gap=3, room=6)


# ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _Play:
    """Lets the events of a trace happen in the picture. A chip is a message in one queue: ("m1", "work")."""

    def __init__(self, scene: Scene, chips: Pool, shown: Topology) -> None:
        self.scene, self.chips, self.shown = scene, chips, shown
        self.done = {name: 0 for name, *_ in shown.consumers}
        self.lit: dict[str, float] = {}
        self.died: dict[str, str] = {}  # a message that is on its way to a dead-letter queue → the queue it comes from
        self.pushes = {name: [f"push {name}"] for name, *_ in shown.consumers}  # the arrows that lead to a consumer
        self.parked: set[tuple[str, str]] = set()  # given up by a consumer: acknowledged next, and yet not done

    def all(self, trace: Trace) -> None:
        for event in trace:
            if act := getattr(self, f"on_{event.kind}", None):
                act(event)
        for edge, t in self.lit.items():
            self._dim(edge, t)

    def on_publish(self, e: Event) -> None:
        if self.shown.exchanges:
            carried = ", ".join(f"{name}={value}" for name, value in e["headers"].items())
            self.scene.key(e.t, "now", label=carried if self.shown.by_headers else e["key"])

    def on_match(self, e: Event) -> None:
        self._light(e.t, f"edge {e.who} {e['queue']}")

    def on_dead(self, e: Event) -> None:
        chip = e["message"], e.who
        if e["to"] is None:
            self.chips.take(e.t, chip, fill="bad")
        else:
            self.chips.take(e.t, chip, over=0)
            self.died[e["message"]] = e.who

    def on_ready(self, e: Event) -> None:
        if e.who not in self.shown.queues:
            return
        before = self.died.pop(e["message"], "")
        if before:
            self._light(e.t, f"edge {before} {e.who}")
        sources = [f"exchange {x}" for x, queue, _ in self.shown.edges if queue == e.who and x in self.shown.exchanges]
        start = f"queue {before}" if before else next(iter(sources), "")
        self.chips.put(e.t, (e["message"], e.who), f"in {e.who}", label=e["message"], fill="data", start=start)
        if e["deaths"]:
            told = ", ".join(f"{reason} in {queue} × {count}" for queue, reason, count in e["deaths"])
            self.scene.key(e.t, "below", label=f"x-death of {e['message']}:  {told}")

    def on_deliver(self, e: Event) -> None:
        self.chips.put(e.t, (e["message"], e["queue"]), f"at {e.who}", fill="warn")

    def on_work(self, e: Event) -> None:
        chip = next(c for c in self.chips.inside(f"at {e.who}") if c[0] == e["message"])  # type: ignore[index]
        self.chips.look(e.t, chip, stroke="ink", width=2.6)

    def on_ack(self, e: Event) -> None:
        self._let_go(e.t, (e["message"], e["queue"]))
        if (e["message"], e.who) in self.parked:
            self.chips.take(e.t, (e["message"], e["queue"]), fill="bad")
            return
        self.chips.take(e.t, (e["message"], e["queue"]), fill="good")
        self.done[e.who] += 1
        self.scene.key(e.t, f"done {e.who}", label=f"done: {self.done[e.who]}")

    def on_requeue(self, e: Event) -> None:
        self._let_go(e.t, (e["message"], e.who))
        self.chips.put(e.t, (e["message"], e.who), f"in {e.who}", fill="warn")

    def on_moves(self, e: Event) -> None:
        name = f"push {e['queue']} {e.who}"
        self.scene.link(name, f"queue {e['queue']}", f"consumer {e.who}", opacity=0)
        self.scene.key(e.t, name, opacity=1)
        self.pushes[e.who].append(name)

    def on_park(self, e: Event) -> None:
        self.parked.add((e["message"], e.who))
        self.chips.look(e.t, (e["message"], "failed"), fill="bad")

    def on_crash(self, e: Event) -> None:
        self.scene.key(e.t, f"consumer {e.who}", fill="faint", stroke="bad")
        self.scene.key(e.t, f"name {e.who}", label=f"{e.who}  crashed", ink="bad-ink")
        for push in self.pushes[e.who]:
            self.scene.key(e.t, push, opacity=0)
        for chip in self.chips.inside(f"at {e.who}"):
            self.chips.look(e.t, chip, fill="idle", stroke="line", width=1.2)

    def on_unroutable(self, e: Event) -> None:
        name = self.scene.send(
            e.t, f"exchange {e.who}", f"exchange {e.who}", label=f"{e['message']} dropped", fill="bad"
        )
        self.scene.key(e.t + 1, name, opacity=0)

    def _let_go(self, t: float, chip: tuple[str, str]) -> None:
        """Nobody works on a message any more: it loses its thick edge, and its box can serve another."""
        self.chips.look(t, chip, stroke="line", width=1.2)

    def _light(self, t: float, edge: str) -> None:
        if not self.scene.has(f"{edge} lit"):
            return
        if edge in self.lit:
            self._dim(edge, self.lit[edge], before=t)
        self.scene.key(t, f"{edge} lit", opacity=1)
        self.lit[edge] = t

    def _dim(self, edge: str, t: float, before: float = float("inf")) -> None:
        if t + 1.2 < min(before, self.scene.end):
            self.scene.key(t + 1.2, f"{edge} lit", over=0.2, opacity=0)
