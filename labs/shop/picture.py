"""The whole shop on one map: orders are small numbered chips that move from station to station; promises are lamps."""

from __future__ import annotations

from math import inf

from labs.kit.picture.narration import narrate
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace
from labs.shop.captions import FOLLOWED, STRUCK, Teller, stills, verdict
from labs.shop.promises import PROMISES
from labs.shop.rounds import EVERY

WIDTH, HEIGHT, TOP, DEEP, GAP = 742.0, 400.0, 50.0, 252.0, 6.0
STATIONS = {  # station → (title, what it holds, the pieces that are plugged in there)
    "proxy": ("proxy", "token, backlog", ("tokens-key-cache", "tokens-revoked", "queues-bounded")),
    "servers": ("servers", "balanced", ("proxies-least-connections",)),
    "service": ("lookups", "cache, database", ("proxies-collapse", "caching-leases")),
    "saga": ("saga", "stock, card, van", ("patterns-next-action", "patterns-take", "patterns-undo")),
    "log": ("log", "three brokers", ("kafka-elect",)),
    "invoices": ("invoices", "the read model", ("kafka-retry", "kafka-sink", "patterns-project")),
    "mail": ("told by mail", "through a queue", ("rabbitmq-retry",)),
}
BOXES = {  # below the stations → (title, chips in each of its two rows): enough for every round as it is found
    "waits": ("come again or log in", 8), "over": ("refused or rejected, rightly", 7), "gone": ("lost", 12),
}  # fmt: skip
WIDE = (WIDTH - GAP * (len(STATIONS) + 1)) / len(STATIONS)
SHORT = {
    "tokens-key-cache": "key set", "tokens-revoked": "denylist", "queues-bounded": "backlog",
    "proxies-least-connections": "balancer", "proxies-collapse": "collapsing", "caching-leases": "read",
    "patterns-next-action": "next action", "patterns-take": "take", "patterns-undo": "give back",
    "kafka-elect": "election", "kafka-retry": "retry loop", "kafka-sink": "sink", "patterns-project": "projector",
    "rabbitmq-retry": "queues",
}  # fmt: skip
GOES = {  # what happens to an order → the station where it is then
    "arrive": "proxy", "enter": "proxy", "pick": "servers", "look": "service", "accept": "saga", "approved": "log",
    "log acked": "log", "booked": "invoices", "mailed": "mail", "back": "waits", "login": "waits", "turned": "over",
    "refuse": "over", "rejected": "over", "gone": "gone",
}  # fmt: skip
DONE = ("mail", "over", "gone")  # where an order stays, unless it is lost after all
FILLS = {
    "back": "warn", "login": "warn", "turned": "idle", "refuse": "idle", "rejected": "idle", "gone": "bad",
    "log acked": "good", "mailed": "good",
}  # fmt: skip
MARKS = {  # incident → what the station that it strikes is marked with
    "crowd": "a sale begins", "slow": "{who} is slow", "restart": "cache restarts", "stall": "pause!",
    "kill": "killed", "outage": "payment away", "repeat": "duplicates", "crash": "crash", "stuck": "hangs",
    "evicted": "removed", "retry": "tries again", "poison": "poison record", "rotate": "new key",
    "log kill": "{who} dies", "log slow": "{who} lags",
}  # fmt: skip
ENDS: dict[str, str | float] = {  # incident → what ends it, or its length in seconds; what is not here lasts
    "crowd": 2.0, "repeat": 1.5, "rotate": 4.0, "evicted": 2.0, "restart": "cache back", "stall": "stalled",
    "kill": "again", "outage": "payment back", "crash": "commit", "log kill": "log leads", "log slow": "log heal",
}  # fmt: skip


def draw_shop(trace: Trace) -> Scene:
    """The map from the first order to the last."""
    chosen = EVERY[trace.settings["round"]]
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title=f"Round {chosen.number} · {chosen.name}", settle=0.4)
    _lamps(scene, trace)
    chips = _map(scene, trace)
    _marks(scene, trace)
    unwelcome = _unwelcome(trace)
    for event in trace:
        _move(scene, chips, event, unwelcome)
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
    low, x = TOP + DEEP + 12, GAP
    for name, (words, row) in BOXES.items():
        wide = 23 * row + 32.0
        scene.box(f"{name}-box", x, low, wide, 62, fill="page", dash="3 3")
        scene.text(f"{name}-title", x + 8, low + 15, words, size=12, ink="muted")
        chips.tray(name, x + 6, low + 22, 23 * row, 36, room=2 * row, gap=1)
        x += wide + GAP
    forged = " An order with a “!” has a forged token." if any(e["thief"] for e in trace.of("arrive")) else ""
    legend = f"Pieces: ★ yours, ○ the course's; the one that this round tries is bold.{forged}"
    scene.text("legend", GAP, low + 80, legend, size=12, ink="muted")
    return chips


def _unwelcome(trace: Trace) -> set[int]:
    """The orders that nobody may accept: with a forged token, or of somebody who has been blocked before they came."""
    since = {event["customer"]: event.t for event in trace.of("out")}
    return {e["order"] for e in trace.of("arrive") if e["thief"] or e.t > since.get(e.who, inf)}


def _move(scene: Scene, chips: Pool, event: Event, unwelcome: set[int]) -> None:
    """What an event does to the map."""
    number, kind = event.get("order", 0), event.kind
    goal, here = GOES.get(kind), chips.where(number)
    if (here in DONE and goal != "gone") or (kind == "log acked" and here != "log"):
        return  # a record that is read once more moves nothing
    if goal and number:
        fill, label = FILLS.get(kind, ""), ""
        if kind == "arrive" and event["thief"]:
            fill, label = "bad", f"!{number}"
        elif number in unwelcome and (kind == "accept" or fill == "good"):
            fill = "bad"  # it has got in, and stays orange
        elif kind in ("enter", "pick") and here == "waits":
            fill = "data"
        chips.put(event.t, number, goal, fill=fill, label=label)
    elif kind in ("aside", "mended") and number:
        chips.look(event.t, number, fill="bad" if kind == "aside" else "data")


def _marks(scene: Scene, trace: Trace) -> None:
    """A station that an incident strikes is marked for as long as the incident lasts, and with the latest of them."""
    lasting: dict[str, list[tuple[float, float, str]]] = {}
    for event in trace:
        if station := STRUCK.get(event.kind):
            span = (event.t, _over(trace, event), MARKS[event.kind].format(who=event.who))
            lasting.setdefault(station, []).append(span)
        elif event.kind == "log leads" and event.t:
            scene.key(event.t, "log-holds", label=f"{event.who} leads")
    for station, spans in lasting.items():
        for t in sorted({moment for span in spans for moment in span[:2] if moment < trace.end}):
            words = next((words for start, end, words in reversed(spans) if start <= t < end), "")
            scene.key(t, station, stroke="bad" if words else "line", width=3 if words else 1.2)
            scene.key(t, f"{station}-struck", label=words)


def _over(trace: Trace, event: Event) -> float:
    """When an incident is over."""
    if event.kind == "poison":  # when all that was put aside is mended
        mended, aside = trace.of("mended"), trace.of("aside")
        return mended[-1].t if mended and len(mended) == len(aside) else trace.end
    end = event.get("seconds", inf) if event.kind == "retry" else ENDS.get(event.kind, inf)
    if isinstance(end, str):
        return next((other.t for other in trace.of(end) if other.t > event.t), trace.end)
    return min(event.t + end, trace.end)
