"""The picture of lesson 08: three logs as rows of cells, with watermark and in-sync set; above them the controllers'
word, below them what was acknowledged and what a consumer has seen. `draw_partition(trace)` is the scene of one run.
"""

from __future__ import annotations

from typing import Any

from labs.kafka.replication.captions import stills, teller
from labs.kafka.replication.partition import BROKERS
from labs.kafka.replication.story import name
from labs.kafka.replication.truncation import STORY_TITLES
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, LEFT, RIGHT, TOP, ROW, CELL = 480, 112, 76, 68, 52, 32.0
TRAVEL = 0.4  # seconds that a message is seen to travel
WORDS = {"kill": "killed", "wipe": "no disk", "stop": "stopped", "cut": "cut off", "slow": "slow"}
DOWN = ("killed", "no disk", "stopped")


def draw_partition(trace: Trace) -> Scene:
    """The scene of a run of `replicate`, or of a story of `truncated`."""
    return _Picture(trace).scene


class _Picture:
    def __init__(self, trace: Trace) -> None:
        self.trace, settings = trace, trace.settings
        self.brokers = BROKERS[: 2 if "story" in settings else 3]
        longest = max([off + 1 for e in trace.of("written", "copied") for off, _, _ in e["records"]], default=1)
        self.room = max(longest, 4)
        self.cell = min(CELL, (WIDTH - LEFT - RIGHT) / self.room)
        self.numbers = sorted({e["number"] for e in trace.of("sent", "acked")})
        self.bottom = TOP + ROW * len(self.brokers) + 11
        self.scene = Scene(
            WIDTH, self.bottom + (30 if "story" in settings else 55), end=trace.end, title=_title(settings)
        )
        self.logs: dict[int, int] = dict.fromkeys(self.brokers, 0)
        self.state = dict.fromkeys(self.brokers, "")
        self.leader, self.isr, self.elr = 0, set(self.brokers), set[int]()
        self.since = dict.fromkeys(map(name, self.brokers), 0.0)  # when it last came back, healed or took office
        self.epoch = 0
        self._still_life()
        for event in trace:
            self._change(event)
        narrate(self.scene, trace, teller(trace), stills)

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _still_life(self) -> None:
        scene = self.scene
        scene.box("frame", 8, 8, WIDTH - 16, 34, fill="panel")
        left = 16 if "story" in self.trace.settings else 114
        scene.text("controllers", left, 30, "", size=12)
        if "story" not in self.trace.settings:
            for place, who in enumerate(("c1", "c2", "c3")):
                scene.box(who, 14 + 32 * place, 14, 28, 22, label=who, fill="data", size=12, radius=3)
        for offset in range(self.room):
            scene.text(f"o{offset}", LEFT + self.cell * (offset + 0.5), TOP - 9, str(offset), size=12, ink="muted",
                       align="middle")  # fmt: skip
        scene.text("offsets", LEFT - 8, TOP - 9, "offset", size=12, ink="muted", align="end")
        for broker in self.brokers:
            y, who = self._y(broker), name(broker)
            scene.box(f"row-{who}", 4, y - 5, WIDTH - 8, ROW - 3, fill="none", stroke="faint", radius=8)
            scene.box(who, 12, y, 36, 26, label=who, fill="idle", weight="bold")
            scene.text(f"word-{who}", 54, y + 18, "", size=12)
            for offset in range(self.room):
                scene.box(self._cell(broker, offset), LEFT + self.cell * offset + 1, y, self.cell - 2, 24, label="",
                          fill="none", stroke="faint", dash="3 2", size=13, radius=3)  # fmt: skip
            scene.text(f"mark-{who}", LEFT, y + 37, "▲ watermark 0", size=12, ink="good-ink", halo=True)
            scene.text(f"set-{who}", WIDTH - 12, y + 18, "in sync", size=12, ink="good-ink", align="end")
        y = self.bottom
        scene.box("producer", 12, y, 82, 22, label="producer", fill="page", size=12, radius=3)
        rows = [("p", y)]
        if "story" not in self.trace.settings:  # in a story nobody reads
            rows.append(("q", y + 25))
            scene.box("consumer", 12, y + 25, 82, 22, label="consumer", fill="page", size=12, radius=3)
        wide = min(30.0, (WIDTH - LEFT - 90) / max(1, len(self.numbers)))
        for place, number in enumerate(self.numbers):
            for row, top in rows:
                scene.box(f"{row}{number}", LEFT + wide * place + 1, top, wide - 2, 22, label=str(number), fill="none",
                          stroke="faint", dash="3 2", size=12, radius=3, ink="muted")  # fmt: skip
        end = LEFT + wide * len(self.numbers) + 8
        word = "sent, held to be safe" if self.trace.settings["acks"] == "0" else "acknowledged"
        scene.text("p-word", end, y + 15, word, size=12, ink="muted")
        if len(rows) > 1:
            scene.text("q-word", end, y + 40, "seen", size=12, ink="muted")

    def _y(self, broker: int) -> float:
        return TOP + ROW * (broker - 1)

    def _cell(self, broker: int, offset: int) -> str:
        return f"cell-{broker}-{offset}"

    # ---- what becomes of them ----------------------------------------------------------------------------------------

    def _change(self, event: Event) -> None:
        t, kind = event.t, event.kind
        broker = int(event.who[1:]) if event.who[:1] == "b" else 0
        if kind in ("back", "heal", "leads"):
            self.since[event.who] = t
        if kind in ("written", "copied"):
            if kind == "copied":
                self._send(t, event["leader"], event.who, str(event["records"][-1][2]))
            for offset, epoch, number in event["records"]:
                self._fill(t, broker, offset, epoch, number)
            self.logs[broker] = event["records"][-1][0] + 1
        elif kind in ("truncated", "wiped"):
            for offset in range(event["kept"], self.logs[broker]):
                self.scene.key(t, self._cell(broker, offset), label="", fill="none", stroke="faint", dash="3 2", tip="")
            self.logs[broker] = event["kept"]
        elif kind == "watermark":
            self._mark(t, broker, event["at"])
        elif kind == "isr":
            self.isr, self.elr = set(event["isr"]), set(event["elr"])
            self._all(t)
        elif kind in ("leads", "leaderless"):
            self.leader, self.isr, self.epoch = broker, set(event["isr"]), event["epoch"]
            self._all(t)
        elif kind == "sent":
            down = self.state[int(event["to"][1:])] in DOWN
            self._send(t, "producer", event["to"], str(event["number"]), lost=down)
            if float(self.scene.value(f"p{event['number']}", "width", t)) < 2:  # not acknowledged yet
                self.scene.key(t, f"p{event['number']}", fill="warn", dash="", stroke="line")
        elif kind == "acked":
            self.scene.key(t, f"p{event['number']}", fill="good", dash="", stroke="line", width=2)
        elif kind == "lost":
            self.scene.key(t, f"p{event['number']}", fill="bad", label=f"{event['number']} ✕", width=2.2)
        elif kind == "read":
            self.scene.key(t, f"q{event['number']}", fill="data", dash="", stroke="line")
        elif kind in WORDS or kind in ("heal", "back"):
            if not (kind == "slow" and self.state[broker] == WORDS["cut"]):  # it is both: the worse one is told
                self.state[broker] = WORDS.get(kind, "")
            self._all(t)
        elif kind == "controller":
            self.scene.key(t, event.who, fill="bad", label="✕")

    def _send(self, t: float, start: str, goal: str, label: str, lost: bool = False) -> None:
        """A message that arrives at `t`, or is `lost`. It has not set out before both ends were there."""
        out = max([t - TRAVEL, *(self.since[who] for who in (start, goal) if who in self.since)])
        if t - out > 0.09:
            self.scene.send(out, start, goal, label=label, over=t - out - 0.01, lost=lost)

    def _fill(self, t: float, broker: int, offset: int, epoch: int, number: int) -> None:
        self.scene.key(t, self._cell(broker, offset), label=str(number), fill=actor(epoch + 1), stroke="line", dash="",
                       tip=f"record {number}, offset {offset}, epoch {epoch}")  # fmt: skip

    def _mark(self, t: float, broker: int, at: int) -> None:
        mark = f"mark-{name(broker)}"
        self.scene.key(t, mark, over=0.2 if t else 0, x=LEFT + self.cell * at - 5)
        self.scene.key(t, mark, label=f"▲ watermark {at}")

    def _all(self, t: float) -> None:
        """Who leads, who is in sync, and who is not there."""
        for broker in self.brokers:
            who, state = name(broker), self.state[broker]
            down = state in DOWN
            leads = broker == self.leader
            fill = "idle" if down else actor(self.epoch + 1) if leads else "page"
            self.scene.key(t, who, fill=fill)
            word = state or ("leads" if leads else "follows" if self.leader else "waits")
            self.scene.key(t, f"word-{who}", label=word, ink="bad-ink" if state else "ink")
            bad = state != ""
            self.scene.key(t, f"row-{who}", stroke="bad" if bad else "faint", dash="6 4" if bad else "")
            told = "in sync" if broker in self.isr else "eligible" if broker in self.elr else "not in sync"
            inks = {"in sync": "good-ink", "eligible": "ink", "not in sync": "bad-ink"}
            self.scene.key(t, f"set-{who}", label=told, ink=inks[told])
        leader = f"{name(self.leader)} leads" if self.leader else "nobody leads"
        sets = " ".join(name(broker) for broker in sorted(self.isr)) or "none"
        more = f" · eligible: {' '.join(name(b) for b in sorted(self.elr))}" if self.elr else ""
        self.scene.key(t, "controllers", label=f"{leader} · epoch {self.epoch} · in sync: {sets}{more}")


def _title(settings: Any) -> str:
    if "story" in settings:
        return STORY_TITLES[settings["story"]]
    unclean = ", unclean elections on" if settings["unclean"] else ""
    return f"acks={settings['acks']}, min.insync.replicas={settings['min_insync']}{unclean}"
