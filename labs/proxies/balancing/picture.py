"""The picture of lesson 13: a proxy, its servers, who waits where, and the scores by which each request was sent.

`draw_balancing(trace)` is the scene of one run; `explore_balancing` puts controls, faults and monitors around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from labs.kit.explorer import Control, Explorer, Strike, explore, pick_controls
from labs.kit.fence import fenced
from labs.kit.palette import actor
from labs.kit.scene import Scene
from labs.kit.trace import Event, Fault, Trace
from labs.proxies.balancing.algorithms import ALGORITHMS, Pick
from labs.proxies.balancing.balance import balance, outcomes
from labs.proxies.balancing.queueing import summary
from labs.proxies.balancing.settings import COSTS, Judge

WIDTH, ROW, CHIP, TOP = 560, 46, 26, 52
PROXY, SCORE, QUEUE, CARD = 84, 102, 182, 408  # right edge of the proxy; left edges of the columns
ROOM = (CARD - QUEUE - 26) // CHIP  # waiting requests that are shown; the others are counted
MEASURED = 500  # requests behind the percentiles, as in the lesson’s tables

SCORES = {  # what the number beside a server is, and which one wins
    "round robin": "grows until its turn comes: the most is picked",
    "smooth weighted": "credit, each earns its weight: the most is picked",
    "random": "none: it is drawn by lot",
    "least connections": "unanswered ÷ weight: the least is picked",
    "two choices": "unanswered, of two drawn by lot: the least is picked",
    "peak EWMA": "latency × (unanswered + 1), of two drawn: the least is picked",
    "ip hash": "none: the client's address decides",
    "ring hash": "thousandths of the ring from the page's place: the least is picked",
}


def draw_balancing(trace: Trace) -> Scene:
    """The scene of a run of `balance`."""
    return _Picture(trace).scene


class _Picture:
    """A row for each server: its score, who waits, and the server itself with the request it works on."""

    def __init__(self, trace: Trace) -> None:
        self.trace, self.set = trace, trace.settings
        self.names = [chr(ord("a") + i) for i in range(len(self.set["speeds"]))]
        self.rows = {name: TOP + i * ROW for i, name in enumerate(self.names)}
        self.chart = TOP + ROW * max(2, len(self.names)) + 34
        pick = self.set["pick"]
        self.title = getattr(pick, "__name__", "your balancer").replace("_", " ") if pick else self.set["algorithm"]
        self.flight = trace.end / 70  # how long a request is seen on its way
        self.scene = Scene(
            WIDTH, self.chart + 84 + 26, end=trace.end, settle=self.flight,
            title=f"{self.title}, load {self.set['load']:g}",
        )  # fmt: skip
        self.waiting: dict[str, list[int]] = {name: [] for name in self.names}
        self.working: dict[str, list[int]] = {name: [] for name in self.names}
        self.chips: dict[tuple[int, str], str] = {}
        self.given_up: set[tuple[int, str]] = set()
        self.free: list[tuple[float, str]] = []  # chips that may be used again, and from when on
        self.goal: dict[str, tuple[float, float]] = {}  # where each chip is, or is on its way to
        self.state = dict.fromkeys(self.names, ("", True))  # what ails it, and whether it gets requests
        self.count = Counter[str]()
        self._still_life()
        for t, events in groupby(trace, key=lambda e: e.t):
            together = list(events)
            for event in together:
                self._change(event)
            for name in self.names:
                self._place(t, name)
        self._captions()

    # ---- what is there ---------------------------------------------------------------------------------------

    def _still_life(self) -> None:
        scene, tall = self.scene, self.chart - 34 - TOP - 6
        told = SCORES[self.set["algorithm"]] if self.set["pick"] is None else self._own_scores()
        scene.text("told", 8, 18, f"score: {told}", size=13, ink="muted")
        for name, x, word in (("h1", SCORE, "score"), ("h2", QUEUE + 26, "waiting"), ("h3", CARD, "server")):
            scene.text(name, x, TOP - 10, word, size=12, ink="muted")
        scene.box("proxy", 8, TOP, PROXY - 8, tall, opacity=1)
        scene.text("proxy-name", 46, TOP + 20, "proxy", size=14, align="middle", weight="bold")
        scene.text("good", 46, TOP + 39, "✓ 0", size=13, align="middle", ink="good-ink")
        scene.text("bad", 46, TOP + 56, "", size=13, align="middle", ink="bad-ink")
        for i, name in enumerate(self.names):
            y = self.rows[name]
            scene.box(f"score-{name}", SCORE, y + 6, 62, 26, label="", size=13, stroke="ink", width=0.6)
            scene.text(f"more-{name}", QUEUE + 22, y + 24, "", size=12, align="end", ink="muted")
            scene.line(f"queue-{name}", QUEUE + 26, y + 34, CARD - 6, y + 34, stroke="faint")
            scene.box(f"card-{name}", CARD, y, WIDTH - CARD - 8, ROW - 6)
            scene.box(f"name-{name}", CARD + 6, y + 9, 24, 22, label=name, fill=actor(i + 1), size=13, weight="bold")
            scene.box(f"plate-{name}", WIDTH - 82, y + 4, 70, ROW - 14, stroke="none", radius=3)
            for line, word in zip((1, 2), self._habit(i), strict=True):
                scene.text(
                    f"state{line}-{name}", WIDTH - 14, y + 2 + 15 * line, word, size=12, align="end", ink="muted"
                )
        series: dict[str, list[tuple[float, float]]] = {name: [(0.0, 0.0)] for name in self.names}
        there = Counter[str]()
        for event in self.trace.of("pick", "finish", "refused", "lost"):
            name = event["to"] if event.kind == "pick" else event.who
            there[name] += 1 if event.kind == "pick" else -1
            if series[name][-1][0] == event.t:
                series[name].pop()
            series[name].append((event.t, float(there[name])))
        most = max(v for line in series.values() for _, v in line)
        top = next((top for top in (4.0, 8.0, 12.0, 20.0, 40.0) if top >= most), most)  # so that two sides often agree
        scene.chart(
            "there", 44, self.chart, WIDTH - 64, 84, {f"at {name}": line for name, line in series.items()}, top=top,
            colours=[actor(i + 1) for i in range(len(self.names))],
        )  # fmt: skip

    def _own_scores(self) -> str:
        """What stands beside the servers when the balancer is the learner's."""
        given = any(event["scores"] for event in self.trace.of("pick"))
        return "as your function gives it" if given else "what your function remembers after the pick"

    def _habit(self, i: int) -> list[str]:
        """What makes this server unlike others, in two lines."""
        speed, weight = self.set["speeds"][i], self.set["weights"][i]
        return [f"speed {speed:g}" if speed != 1 else "", f"weight {weight}" if weight != 1 else ""]

    # ---- what becomes of it ----------------------------------------------------------------------------------

    def _change(self, event: Event) -> None:
        scene, t, who, number = self.scene, event.t, event.who, event.get("number", 0)
        if event.kind == "pick":
            self._scores(event)
            self.waiting[event["to"]].append(number)
        elif event.kind == "start":
            self.waiting[who].remove(number)
            self.working[who].append(number)
        elif event.kind in ("finish", "lost", "refused"):
            for group in (self.waiting[who], self.working[who]):
                if number in group:
                    group.remove(number)
            if event.kind == "refused":
                self._move(t, self._chip(t, number, who), float(CARD - 32), float(self.rows[who] + 8))
            if chip := self.chips.pop((number, who), ""):
                scene.key(t, chip, fill="good" if event.kind == "finish" else "bad")
                scene.key(t + self.flight, chip, opacity=0)
                self.free.append((t + self.flight, chip))
        elif event.kind == "timeout":
            self.given_up.add((number, event["to"]))
            if chip := self.chips.get((number, event["to"]), ""):
                scene.key(t, chip, fill="warn")
        elif event.kind == "reply":
            self.count["good" if event["ok"] else "bad"] += 1
            for name, mark in (("good", "✓"), ("bad", "✗")):
                if self.count[name]:
                    scene.key(t, name, label=f"{mark} {self.count[name]}")
        elif event.kind in ("crash", "slow", "return", "eject", "readmit"):
            ails, up = self.state[who]
            ails = {"crash": "✕ crashed", "slow": "5 × slower", "return": ""}.get(event.kind, ails)
            up = {"eject": False, "readmit": True}.get(event.kind, up)
            self.state[who] = ails, up
            words = [ails, "" if up else "ejected"] if ails or not up else self._habit(self.names.index(who))
            for line, word in zip((1, 2), words, strict=True):
                scene.key(t, f"state{line}-{who}", label=word, ink="bad-ink" if ails or not up else "muted")
            scene.key(t, f"card-{who}", fill="panel" if up else "hatch", stroke="bad-ink" if ails else "line")

    def _scores(self, event: Event) -> None:
        scores, up = self._shown(event), {server.name for server in event["servers"] if server.up}
        for name in self.names:
            label = _number(scores[name]) if name in scores else "" if name in up else "out"
            won = name == event["to"]
            box = f"score-{name}"
            self.scene.key(event.t, box, label=label or ("✓" if won else "–"))
            self.scene.key(event.t, box, width=2.8 if won else 0.6)

    def _shown(self, event: Event) -> dict[str, float]:
        """The scores of a pick; of a function that gives none what it remembers, else how busy each server is."""
        if event["scores"] or not self.set["pick"]:
            return dict(event["scores"])
        kept = {name: n for name, n in event["memory"].items() if name in self.names and isinstance(n, int | float)}
        return kept or {server.name: server.active for server in event["servers"]}

    def _chip(self, t: float, number: int, to: str) -> str:
        """The chip of a request at a server; a new one comes from the proxy, or from the end of the queue."""
        if chip := self.chips.get((number, to), ""):
            return chip
        queued = number in self.waiting[to] and len(self.waiting[to]) > ROOM
        y = self.rows[to] + 8.0 if queued else self.chart - 66.0
        x, fill = float(QUEUE if queued else PROXY - 30), "warn" if (number, to) in self.given_up else "data"
        chip = next((c for since, c in self.free if since <= t), "")
        if chip:
            self.free = [(since, c) for since, c in self.free if c != chip]
            self.scene.key(t, chip, x=x, y=y, fill=fill, label=str(number))
        else:
            chip = f"r{len(self.goal)}"
            self.scene.box(chip, x, y, CHIP - 3, 22, label=str(number), fill=fill, size=12, radius=10, opacity=0)
        self.scene.key(t, chip, opacity=1)
        self.goal[chip] = x, y
        self.chips[number, to] = chip
        return chip

    def _place(self, t: float, name: str) -> None:
        """Put those who are at this server where they belong: the one at work into its card, the others before it."""
        y = float(self.rows[name] + 8)
        for i, number in enumerate(self.working[name]):
            self._move(t, self._chip(t, number, name), float(CARD + 38 + i * 6), y)
        for i, number in enumerate(self.waiting[name][:ROOM]):
            self._move(t, self._chip(t, number, name), float(CARD - 8 - CHIP * (i + 1)), y)
        more = len(self.waiting[name]) - ROOM
        self.scene.key(t, f"more-{name}", label=f"+{more}" if more > 0 else "")

    def _move(self, t: float, chip: str, x: float, y: float) -> None:
        if self.goal[chip] != (x, y):
            self.goal[chip] = x, y
            self.scene.key(t, chip, over=self.flight, x=x, y=y)

    # ---- what the captions say -------------------------------------------------------------------------------

    def _captions(self) -> None:
        stills = self._stills()
        told = [(e.t, self._tell(e)) for e in self.trace]
        for t, sentence in told:
            if sentence:
                self.scene.say(t, sentence, still=t in stills)
                stills.discard(t)

    def _stills(self) -> set[float]:
        """The telling moments: a pick early on, the longest queues (or the middle of the trouble), and the end."""
        picks = [e for e in self.trace.of("pick")]
        fullest = max(picks, key=lambda e: sum(s.active for s in e["servers"]), default=None)
        trouble = [e.t for e in self.trace.of("eject", "refused", "lost")]
        news = [e.t for e in self.trace.of("readmit")] or [picks[-1].t] if picks else []
        middle = trouble[len(trouble) // 2] if trouble else fullest.t if fullest else 0.0
        return {*[p.t for p in picks[len(picks) // 5 :][:1]], middle, *news[-1:]}

    def _tell(self, event: Event) -> str:
        who, number, kind = event.who, event.get("number"), event.kind
        if kind == "pick":
            again = {1: "", 2: " again", 3: " a third time"}.get(event["attempt"], " once more")
            return f"Request {number}{again} → {event['to']}{self._why(event)}."
        if kind == "probe" and not event["ok"] and event["against"]:
            return f"{who} does not answer a probe ({event['against']} in a row)."
        if kind == "probe" and event["ok"] and event["against"]:
            return f"{who} answers a probe ({event['against']} in a row)."
        return {
            "hit": f"Request {number} is answered from the proxy's cache: no server hears of it.",
            "refused": f"{who} is not there: request {number} is refused.",
            "lost": f"Request {number} was at {who}, and is lost.",
            "timeout": f"Timeout: the proxy gives up on {event.get('to')} with request {number}; "
            f"{event.get('to')} does it all the same.",
            "no retry": f"Request {number} is not tried again: the retry budget is used up.",
            "eject": f"{who} is ejected: it gets no requests.",
            "readmit": f"{who} is readmitted: it gets requests again.",
            "crash": f"{who} crashes. The proxy does not know yet.",
            "slow": f"{who} becomes five times slower.",
            "return": f"{who} is as good as new.",
        }.get(kind, "")

    def _why(self, event: Event) -> str:
        """The reason for a pick, in words, from the scores that it was made by."""
        scores, to = event["scores"], event["to"]
        others = ", ".join(f"{name} {_number(score)}" for name, score in scores.items() if name != to)
        mine = _number(scores[to]) if to in scores else ""
        name = "" if self.set["pick"] else self.set["algorithm"]
        if name == "round robin":
            return f": it is {to}’s turn"
        if name == "smooth weighted":
            first = ", the first of equals" * (list(scores.values()).count(scores[to]) > 1)
            return f": it has the most credit, {mine}{first}" + (f" ({others})" if others else "")
        if name in ("least connections", "two choices") and others:
            drawn = "" if name == "least connections" else f" of {' and '.join(scores)}"
            tie = list(scores.values()).count(scores[to]) > 1
            return f": fewest unanswered{drawn}, {mine} ({others})" + (
                "; a tie, so it takes its turn" * (tie and not drawn)
            )
        if name == "peak EWMA" and others:
            return f": it costs least, {mine} ({others})"
        if name == "ip hash":
            client = next(e.who for e in self.trace.of("arrive") if e["number"] == event["number"])
            return f", as every request of {client}"
        if name == "ring hash":
            page = next(e["path"] for e in self.trace.of("arrive") if e["number"] == event["number"])
            return f", as every request for {page}"
        if self.set["pick"]:
            return " (" + ", ".join(f"{name} {_number(score)}" for name, score in self._shown(event).items()) + ")"
        return ", by lot" if name == "random" else ""


def _number(score: float) -> str:
    """A score in few characters; without a latency yet, a server that owes an answer has no known cost."""
    return "?" if score >= 1e6 else f"{score:.2f}".rstrip("0").rstrip(".").replace("-", "−") or "0"


# ---- around the picture ----------------------------------------------------------------------------------------


def _measured(trace: Trace) -> tuple[str, bool | None]:
    told = summary(outcomes(trace, MEASURED))
    if told.failed == MEASURED:
        return "no answer at all", False
    text = " · ".join(f"{seconds:.1f}" for seconds in told[:3])
    return f"{text} s; {told.failed or 'none'} of {MEASURED} failed", False if told.failed else None


def _shares(trace: Trace) -> str:
    given = Counter(e["to"] for e in trace.of("pick"))
    return ", ".join(f"{chr(ord('a') + i)} {given[chr(ord('a') + i)]}" for i in range(len(trace.settings["speeds"])))


def _tries(trace: Trace) -> str:
    came = len(trace.of("arrive")) - len(trace.of("hit"))
    return f"{len(trace.of('pick')) / came:.2f}" if came else "–"


MONITORS = {
    "time": ("p50 · p95 · p99 of those answered", _measured),
    "shares": ("requests sent to each, in the picture", _shares),
    "tries": ("tries for each request, in the picture", _tries),
    "hits": ("answered from the cache, in the picture", lambda trace: str(len(trace.of("hit")))),
}

MIXES: dict[str, dict[str, Any]] = {
    "three alike": {"speeds": (1, 1, 1)},
    "b at half speed": {"speeds": (1, 0.5, 1)},
    "b at a fifth": {"speeds": (1, 0.2, 1)},
    "a strong, weights 5 1 1": {"speeds": (2.5, 0.5, 0.5), "weights": (5, 1, 1)},
    "five alike": {"speeds": (1, 1, 1, 1, 1)},
    "only one": {"speeds": (1,)},
}
BUDGETS = {"no limit": None, "20 %": 0.2, "10 %": 0.1}
TIMEOUTS = {"none": None, "1 s": 1.0, "2 s": 2.0, "3 s": 3.0}
CONTROLS = {
    control.name: control
    for control in (
        Control("algorithm", "round robin", options=tuple(ALGORITHMS)),
        Control("servers", "three alike", options=tuple(MIXES)),
        Control("load", 0.7, low=0.1, high=1.2, step=0.05),
        Control("cost", "exponential", options=COSTS, label="cost of a request"),
        Control("retries", 0, low=0, high=3),
        Control("budget", "no limit", options=tuple(BUDGETS), label="retry budget"),
        Control("timeout", "none", options=tuple(TIMEOUTS)),
        Control("checks", True, label="health checks"),
        Control("cache", 0, low=0, high=10, unit="s", label="an answer is kept for"),
    )
}
STRIKES = {
    "crash": Strike("crash", "crash it"),
    "slow": Strike("slow", "slow it down"),
    "return": Strike("return", "make it well"),
}


def explore_balancing(
    *controls: str,
    strikes: Sequence[str] = tuple(STRIKES),
    versus: tuple[str, Any, Any] | None = None,
    faults: Sequence[Fault] = (),
    pick: Pick | None = None,
    judged_by: Judge | None = None,
    after: Any = None,
    seed: int = 0,
    **settings: Any,
) -> Explorer:
    """A proxy and its servers to play with: the named controls (see CONTROLS), the named faults (see STRIKES).

    `settings` are those of `balance`, and `servers` (see MIXES): they set where a control begins, or hold what has no
    control. `pick` and `judged_by` are the learner's own balancer and health check; they are fenced in, so a mistake in
    one is a sentence and not a dead picture.
    """
    shown = pick_controls(controls, CONTROLS, settings)
    theirs = pick or judged_by
    run, measured = fenced(_balance, theirs), fenced(_measured, theirs)

    def retold(trace: Trace) -> Any:
        return measured(trace)

    wanted = ["time", "shares"]
    wanted += ["tries"] if "retries" in controls or settings.get("retries") else []
    wanted += ["hits"] if "cache" in controls or settings.get("cache") else []

    def made(**chosen: Any) -> Trace:
        if theirs is not None:  # what is wrong with a setting or a fault is said before the learner's code is blamed
            _balance(**{**settings, **chosen, "requests": 1})
        trace: Trace = run(**{**settings, "pick": pick, "judged_by": judged_by, **chosen})
        return trace

    return explore(
        made, draw_balancing,
        controls=shown, strikes=[STRIKES[name] for name in strikes],
        targets=lambda trace: [chr(ord("a") + i) for i in range(len(trace.settings["speeds"]))],
        monitors=[(MONITORS[name][0], retold if name == "time" else MONITORS[name][1]) for name in wanted],
        versus=versus, faults=faults, seed=seed, after=after,
    )  # fmt: skip


def _balance(**chosen: Any) -> Trace:
    """`balance`, with what the controls say put into its own words."""
    mix = MIXES[chosen.pop("servers", "three alike")] if "speeds" not in chosen else {}
    for name, words in (("budget", BUDGETS), ("timeout", TIMEOUTS)):
        if isinstance(chosen.get(name), str):
            chosen[name] = words[chosen[name]]
    return balance(**{**mix, **chosen})
