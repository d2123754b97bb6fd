"""The whole shop on one map: orders are small numbered chips that move from station to station; promises are lamps."""

from __future__ import annotations

from labs.kit.narration import narrate
from labs.kit.pool import Pool
from labs.kit.scene import Scene
from labs.kit.trace import Event, Trace
from labs.shop.captions import FOLLOWED, STRUCK, Teller, stills, verdict
from labs.shop.promises import PROMISES
from labs.shop.rounds import EVERY

WIDTH, HEIGHT, TOP, DEEP, GAP = 742.0, 400.0, 50.0, 252.0, 6.0
STATIONS = {  # station → (title, what it holds, the pieces that are plugged in there)
    "proxy": ("proxy", "token, backlog", ("tokens-key-cache", "queues-bounded")),
    "servers": ("servers", "balanced", ("proxies-least-connections",)),
    "service": ("look-ups", "cache, database", ("proxies-collapse", "caching-leases")),
    "saga": ("saga", "stock, card, van", ("patterns-next-action", "patterns-take")),
    "log": ("log", "three brokers", ("kafka-elect",)),
    "invoices": ("invoices", "the read model", ("kafka-retry", "kafka-sink")),
    "mail": ("told by mail", "through a queue", ("rabbitmq-retry",)),
}
WIDE = (WIDTH - GAP * (len(STATIONS) + 1)) / len(STATIONS)
SHORT = {
    "tokens-key-cache": "key set", "queues-bounded": "backlog", "proxies-least-connections": "balancer",
    "proxies-collapse": "collapsing", "caching-leases": "read", "patterns-next-action": "next action",
    "patterns-take": "take", "kafka-elect": "election", "kafka-retry": "retry loop", "kafka-sink": "sink",
    "rabbitmq-retry": "queues",
}  # fmt: skip
GOES = {  # what happens to an order → the station where it is then
    "arrive": "proxy", "enter": "proxy", "pick": "servers", "look": "service", "accept": "saga", "approved": "log",
    "log acked": "log", "booked": "invoices", "mailed": "mail", "back": "waits", "login": "waits", "turned": "over",
    "refuse": "over", "rejected": "over", "gone": "gone",
}  # fmt: skip
FILLS = {
    "back": "warn", "login": "warn", "turned": "idle", "refuse": "idle", "rejected": "idle", "gone": "bad",
    "log acked": "good", "mailed": "good",
}  # fmt: skip
WELL = {  # what ends an incident → the station that is well again
    "again": "saga", "payment back": "saga", "log heal": "log", "log leads": "log", "cache back": "service",
    "commit": "invoices", "stalled": "service",
}  # fmt: skip


def draw_shop(trace: Trace) -> Scene:
    """The map from the first order to the last."""
    chosen = EVERY[trace.settings["round"]]
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title=f"Round {chosen.number} · {chosen.name}", settle=0.4)
    _lamps(scene, trace)
    chips = _map(scene, trace)
    for event in trace:
        _move(scene, chips, event)
        if chosen.number == 0 and event.get("order") == FOLLOWED and chips.where(FOLLOWED):
            chips.look(event.t, FOLLOWED, fill="good" if event.kind == "mailed" else "actor1")
    narrate(scene, trace, Teller(trace).tell, stills, within=1.5)
    scene.say(trace.end - 0.5, verdict(trace), still=True)
    return scene


def _lamps(scene: Scene, trace: Trace) -> None:
    x, wide = GAP, (WIDTH - GAP * (len(PROMISES) + 1)) / sum(map(_letters, PROMISES.values()))
    for promise, words in PROMISES.items():
        w = wide * _letters(words)
        scene.box(f"lamp-{promise}", x, 8, w, 32, label=f"✓ {words}", fill="good", size=13, weight="bold")
        x += w + GAP
    for event in trace.of("broken"):
        scene.key(event.t, f"lamp-{event.who}", fill="bad", label=f"✗ {PROMISES[event.who]}")


def _letters(words: str) -> int:
    """How much room a lamp's words need, by and large."""
    return len(words) + 6


def _map(scene: Scene, trace: Trace) -> Pool:
    owners = trace.settings.get("owners", {})
    chips = Pool(scene, w=22, h=14, over=0.4, size=11, radius=8)
    for i, (name, (title, holds, pieces)) in enumerate(STATIONS.items()):
        x = GAP + i * (WIDE + GAP)
        scene.box(name, x, TOP, WIDE, DEEP, fill="panel")
        scene.text(f"{name}-title", x + WIDE / 2, TOP + 18, title, size=13, weight="bold", align="middle")
        scene.text(f"{name}-holds", x + WIDE / 2, TOP + 34, holds, size=11, ink="muted", align="middle")
        for row, piece in enumerate(pieces):
            mine = owners.get(piece) == "yours"
            tried = piece == EVERY[trace.settings["round"]].piece
            scene.text(f"piece-{piece}", x + WIDE / 2, TOP + DEEP - 8 - 16 * (len(pieces) - 1 - row),
                       f"{'★' if mine else '○'} {SHORT[piece]}", size=11, align="middle",
                       ink="ink" if tried else "muted", weight="bold" if tried else "normal",
                       tip=f"exercise {piece}")  # fmt: skip
        scene.text(f"{name}-struck", x + WIDE / 2, TOP + 52, "", size=11, align="middle", ink="bad-ink", weight="bold")
        chips.tray(name, x + 4, TOP + 62, WIDE - 7, DEEP - 62 - 12 - 16 * len(pieces), gap=1)
        if i:
            scene.line(f"way-{name}", x - GAP, TOP + 12, x, TOP + 12, arrow="end")
    low = TOP + DEEP + 12
    for i, (name, words) in enumerate((("waits", "come again or log in"), ("over", "refused or rejected, rightly"),
                                       ("gone", "lost"))):  # fmt: skip
        x = GAP + i * (WIDTH - 2 * GAP) / 3
        wide = (WIDTH - 2 * GAP) / 3 - GAP
        scene.box(f"{name}-box", x, low, wide, 62, fill="page", dash="3 3")
        scene.text(f"{name}-title", x + 8, low + 15, words, size=12, ink="muted")
        chips.tray(name, x + 6, low + 22, wide - 34, 36, room=16, gap=2)
    legend = "Pieces: ★ yours, ○ the course’s; the one that this round tries is bold."
    scene.text("legend", GAP, low + 80, legend, size=12, ink="muted")
    return chips


def _move(scene: Scene, chips: Pool, event: Event) -> None:
    """What an event does to the map."""
    number, kind = event.get("order", 0), event.kind
    goal, here = GOES.get(kind), chips.where(number)
    if goal and number and here != "gone" and (kind != "log acked" or here == "log"):
        fill = FILLS.get(kind, "")
        if kind == "arrive" and event["thief"]:
            chips.put(event.t, number, goal, fill="bad", label=f"!{number}")
        elif kind in ("enter", "pick") and here == "waits":
            chips.put(event.t, number, goal, fill="data")
        else:
            chips.put(event.t, number, goal, fill=fill)
    elif kind == "aside" and number:
        chips.look(event.t, number, fill="warn")
    if station := STRUCK.get(kind):
        _strike(scene, event, station)
    if station := WELL.get(kind, ""):
        scene.key(event.t, station, stroke="line", width=1.2)
        scene.key(event.t, f"{station}-struck", label=f"{event.who} leads" if kind == "log leads" else "")


def _strike(scene: Scene, event: Event, station: str) -> None:
    words = {
        "crowd": "a sale begins", "slow": f"{event.who} is slow", "restart": "cache restarts", "stall": "pause!",
        "kill": "killed", "outage": "payment away", "repeat": "duplicates", "crash": "crash",
        "stuck": "hangs", "poison": "poison record", "rotate": "new key", "log kill": f"{event.who} dies",
        "log slow": f"{event.who} lags",
    }[event.kind]  # fmt: skip
    scene.key(event.t, station, stroke="bad", width=3)
    scene.key(event.t, f"{station}-struck", label=words)
