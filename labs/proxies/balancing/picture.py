"""The picture of lesson 13: a proxy, its servers, the requests that wait at each, and the score behind each pick.

A short run (SHORT requests or fewer) shows under it how long each request took; a longer one shows how many requests
are at each server over time. What is said is in captions.py, the controls around the picture in controls.py.
"""

from __future__ import annotations

from collections import Counter

from labs.kit.picture.palette import actor
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.proxies.balancing.captions import tell_balancing
from labs.proxies.balancing.scores import score_line, scores_of, short

SHORT = 15
WIDTH, ROW, TOP, CHART = 560, 46, 52, 84
PROXY, SCORE, QUEUE, CARD = 84, 102, 182, 408  # right edge of the proxy; left edges of the columns
CHIP, ROOM = 26, 7  # the width of a request; how many that wait are drawn (the others are counted)


def draw_balancing(trace: Trace) -> Scene:
    """The scene of a run of `balance`."""
    names = names_of(trace)
    below = TOP + ROW * max(2, len(names)) + 34
    flight = trace.end / 70  # how long a request is seen on its way, in seconds
    scene = Scene(WIDTH, below + CHART + 26, end=trace.end, settle=flight, title=_title(trace))
    _proxy_and_servers(scene, trace)
    chips = Pool(scene, w=CHIP - 3, over=flight, size=12, radius=10, name="r")
    for name in names:
        y = _row(trace, name) + 8
        chips.tray(f"wait {name}", QUEUE + 26, y, CARD - 8 - QUEUE - 26, gap=3, back=True, room=ROOM)
        chips.tray(f"work {name}", CARD + 38, y, CHIP, step=6)
    if trace.settings["requests"] <= SHORT:
        _times(scene, trace, below)
    else:
        _crowds(scene, trace, below)
    _play(scene, trace, chips)
    tell_balancing(scene, trace)
    return scene


def names_of(trace: Trace) -> list[str]:
    """The servers: a, b, c …"""
    return [chr(ord("a") + i) for i in range(len(trace.settings["speeds"]))]


def _row(trace: Trace, name: str) -> int:
    """How far down a server's row begins."""
    return TOP + names_of(trace).index(name) * ROW


def _title(trace: Trace) -> str:
    pick = trace.settings["pick"]
    name = getattr(pick, "__name__", "your balancer").replace("_", " ") if pick else trace.settings["algorithm"]
    return f"{name}, load {trace.settings['load']:g}"


# ── what is there from the start ──────────────────────────────────────────────────────────────────────────────────────


def _proxy_and_servers(scene: Scene, trace: Trace) -> None:
    """The proxy with its counts of good and bad answers, and a row for each server."""
    names = names_of(trace)
    scene.text("told", 8, 18, f"score: {score_line(trace)}", size=13, ink="muted")
    for part, x, word in (("h1", SCORE, "score"), ("h2", QUEUE + 26, "waiting"), ("h3", CARD, "server")):
        scene.text(part, x, TOP - 10, word, size=12, ink="muted")
    scene.box("proxy", 8, TOP, PROXY - 8, ROW * max(2, len(names)) - 6)
    scene.text("proxy-name", 46, TOP + 20, "proxy", size=14, align="middle", weight="bold")
    scene.text("good", 46, TOP + 39, "✓ 0", size=13, align="middle", ink="good-ink")
    scene.text("bad", 46, TOP + 56, "", size=13, align="middle", ink="bad-ink")
    for i, name in enumerate(names):
        y = _row(trace, name)
        scene.box(f"score-{name}", SCORE, y + 6, 62, 26, size=13, stroke="ink", width=0.6)
        scene.line(f"queue-{name}", QUEUE + 26, y + 34, CARD - 6, y + 34, stroke="faint")
        scene.box(f"card-{name}", CARD, y, WIDTH - CARD - 8, ROW - 6)
        scene.box(f"name-{name}", CARD + 6, y + 9, 24, 22, label=name, fill=actor(i + 1), size=13, weight="bold")
        scene.box(f"plate-{name}", WIDTH - 82, y + 4, 70, ROW - 14, stroke="none", radius=3)
        for line, word in zip((1, 2), _habit(trace, i), strict=True):
            scene.text(f"state{line}-{name}", WIDTH - 14, y + 2 + 15 * line, word, size=12, align="end", ink="muted")


def _habit(trace: Trace, i: int) -> list[str]:
    """What makes this server unlike others, in two lines."""
    speed, weight = trace.settings["speeds"][i], trace.settings["weights"][i]
    return [f"speed {speed:g}" if speed != 1 else "", f"weight {weight}" if weight != 1 else ""]


def _times(scene: Scene, trace: Trace, y: float) -> None:
    """A bar for each request that grows when its answer comes: how long it took."""
    answers = {e["number"]: e for e in trace.of("reply")}
    scene.text("took-name", 8, y - 8, "seconds from request to answer", size=12, ink="muted")
    numbers = range(1, trace.settings["requests"] + 1)
    longest = max([e["latency"] for e in answers.values()], default=1.0)
    scene.bars("took", 8, y, WIDTH - 16, CHART - 4, {str(n): 0.0 for n in numbers}, top=longest, fill="data")
    for number in numbers:
        scene.key(0.0, f"took:{number}-n", label="")  # no answer has come yet
    for number, answer in answers.items():
        scene.key(answer.t, f"took:{number}", over=scene.settle, value=round(answer["latency"], 2))
        scene.key(answer.t, f"took:{number}", fill="good" if answer["ok"] else "bad")


def _crowds(scene: Scene, trace: Trace, y: float) -> None:
    """How many requests are at each server, over time."""
    series: dict[str, list[tuple[float, float]]] = {name: [(0.0, 0.0)] for name in names_of(trace)}
    there = Counter[str]()
    for event in trace.of("pick", "finish", "refused", "lost"):
        name = event["to"] if event.kind == "pick" else event.who
        there[name] += 1 if event.kind == "pick" else -1
        if series[name][-1][0] == event.t:
            series[name].pop()
        series[name].append((event.t, float(there[name])))
    most = max(v for line in series.values() for _, v in line)
    scene.text("there-name", 8, y - 24, "requests at each server", size=12, ink="muted")
    scene.chart(
        "there", 44, y, WIDTH - 64, CHART, {f"at {name}": line for name, line in series.items()},
        top=max(4.0, most), colours=[actor(i + 1) for i in range(len(series))],
    )  # fmt: skip


# ── what becomes of it ────────────────────────────────────────────────────────────────────────────────────────────────


def _play(scene: Scene, trace: Trace, chips: Pool) -> None:
    """Everything that moves or changes, event by event."""
    at_once = {(e.t, e.who, e["number"]) for e in trace.of("start")}
    answers = {"good": 0, "bad": 0}
    given_up = set[tuple[int, str]]()
    state = dict.fromkeys(names_of(trace), ("", True))  # what ails a server, and whether it gets requests
    for event in trace:
        t, who, number = event.t, event.who, event.get("number", 0)
        over = min(chips.over, trace.end - t)  # whoever moves has arrived when the run stops
        if event.kind == "pick":
            to, works = event["to"], (t, event["to"], number) in at_once
            chips.put(t, (number, to), f"{'work' if works else 'wait'} {to}", label=str(number),
                      fill="warn" if works else "data", start="proxy", over=over)  # fmt: skip
            _show_scores(scene, trace, event, [name for name, (_, up) in state.items() if not up])
        elif event.kind == "start" and chips.where((number, who)) == f"wait {who}":
            chips.put(t, (number, who), f"work {who}", fill="" if (number, who) in given_up else "warn", over=over)
        elif event.kind in ("finish", "lost", "refused"):
            # Gone before the next one has come to its place.
            chips.take(t, (number, who), fill="good" if event.kind == "finish" else "bad", over=0.6 * over)
        elif event.kind == "timeout":
            given_up.add((number, event["to"]))
            chips.look(t, (number, event["to"]), fill="idle")
        elif event.kind == "reply":
            kind, mark = ("good", "✓") if event["ok"] else ("bad", "✗")
            answers[kind] += 1
            scene.key(t, kind, label=f"{mark} {answers[kind]}")
        elif event.kind in ("crash", "slow", "return", "eject", "readmit"):
            ails, up = state[who]
            ails = {"crash": "✕ crashed", "slow": "5 × slower", "return": ""}.get(event.kind, ails)
            up = {"eject": False, "readmit": True}.get(event.kind, up)
            state[who] = ails, up
            _show_state(scene, trace, t, who, ails, up)


def _show_scores(scene: Scene, trace: Trace, pick: Event, ejected: list[str]) -> None:
    """The score of each server that was compared; the one that was picked has a thick edge."""
    scores = scores_of(trace, pick)
    words = {server.name: "–" for server in pick["servers"]}
    words |= {server.name: "tried" for server in pick["servers"] if not server.up}
    words |= {name: "ejected" for name in ejected} | {pick["to"]: "✓"}
    for name in names_of(trace):
        won = name == pick["to"]
        label = short(scores[name]) if name in scores else words[name]
        scene.key(pick.t, f"score-{name}", label=label)
        scene.key(pick.t, f"score-{name}", width=2.8 if won else 0.6)


def _show_state(scene: Scene, trace: Trace, t: float, name: str, ails: str, up: bool) -> None:
    ill = bool(ails) or not up
    words = [ails, "" if up else "ejected"] if ill else _habit(trace, names_of(trace).index(name))
    for line, word in zip((1, 2), words, strict=True):
        scene.key(t, f"state{line}-{name}", label=word, ink="bad-ink" if ill else "muted")
    scene.key(t, f"card-{name}", fill="panel" if up else "hatch", stroke="bad-ink" if ails else "line")
