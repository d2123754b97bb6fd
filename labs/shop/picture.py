"""The whole shop on one map: orders are small numbered chips that move from station to station; promises are lamps."""

from __future__ import annotations

from labs.kit.narration import narrate
from labs.kit.pool import Pool
from labs.kit.scene import Scene
from labs.kit.trace import Event, Trace
from labs.shop.promises import PROMISES
from labs.shop.rounds import ROUNDS

WIDTH, HEIGHT, TOP, DEEP, GAP = 742.0, 384.0, 50.0, 236.0, 6.0
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
STRUCK = {  # incident → the station that it strikes
    "crowd": "proxy", "slow": "servers", "restart": "service", "stall": "service", "kill": "saga", "outage": "saga",
    "repeat": "saga", "crash": "invoices", "stuck": "invoices", "poison": "log", "rotate": "proxy", "log kill": "log",
    "log slow": "log",
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
    chosen = ROUNDS[trace.settings["round"]]
    scene = Scene(WIDTH, HEIGHT, end=trace.end, title=f"Round {chosen.number} · {chosen.name}", settle=0.4)
    _lamps(scene, trace)
    chips = _map(scene, trace)
    for event in trace:
        _move(scene, chips, event)
    narrate(scene, trace, _Teller(trace).tell, _stills, within=1.5)
    scene.say(trace.end - 0.5, _verdict(trace), still=True)
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
    chips = Pool(scene, w=22, h=16, over=0.4, size=11, radius=8)
    for i, (name, (title, holds, pieces)) in enumerate(STATIONS.items()):
        x = GAP + i * (WIDE + GAP)
        scene.box(name, x, TOP, WIDE, DEEP, fill="panel")
        scene.text(f"{name}-title", x + WIDE / 2, TOP + 18, title, size=13, weight="bold", align="middle")
        scene.text(f"{name}-holds", x + WIDE / 2, TOP + 34, holds, size=11, ink="muted", align="middle")
        for row, piece in enumerate(pieces):
            mine = owners.get(piece) == "yours"
            tried = piece == ROUNDS[trace.settings["round"]].piece
            scene.text(f"piece-{piece}", x + WIDE / 2, TOP + DEEP - 8 - 16 * (len(pieces) - 1 - row),
                       f"{'★' if mine else '○'} {SHORT[piece]}", size=11, align="middle",
                       ink="ink" if tried else "muted", weight="bold" if tried else "normal",
                       tip=f"exercise {piece}")  # fmt: skip
        scene.text(f"{name}-struck", x + WIDE / 2, TOP + 52, "", size=11, align="middle", ink="bad-ink", weight="bold")
        chips.tray(name, x + 4, TOP + 62, WIDE - 7, DEEP - 62 - 12 - 16 * len(pieces), gap=1)
        if i:
            scene.line(f"way-{name}", x - GAP, TOP + 12, x, TOP + 12, arrow="end")
    low = TOP + DEEP + 12
    for i, (name, words) in enumerate((("waits", "come again or log in"), ("over", "refused, and rightly so"),
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


class _Teller:
    """Which events get a caption: the incident, what it leads to, and every promise that breaks."""

    def __init__(self, trace: Trace) -> None:
        self.chosen = ROUNDS[trace.settings["round"]]
        self.told: set[str] = set()

    def tell(self, event: Event) -> str:
        """A sentence, or nothing."""
        kind = event.kind
        if kind == "arrive" and event["thief"]:
            kind = "thief"
        if kind == "broken":
            return f"A promise is broken: {event['why']}."
        once = {
            "arrive": "Orders come in; each is a numbered chip on its way through the shop.",
            "thief": "The thief comes, with a token for bob that was forged with the leaked key.",
            "turned": "The thief’s token is refused.",
            "crowd": self.chosen.told,
            "slow": self.chosen.told,
            "restart": self.chosen.told,
            "stall": "Eve’s order has read “active” in the database. Now its server pauses, before it fills the cache.",
            "rotate": self.chosen.told,
            "repeat": self.chosen.told,
            "poison": self.chosen.told,
            "outage": "A card has been charged, and the payment service dies before it can say so.",
            "log slow": "Broker b2 falls behind. Soon it is no longer in sync.",
            "log kill": f"The leader {event.who} dies. Its last record is on no other broker yet.",
            "back": "The backlog is full.",
            "aside": "A record has failed for good. It is put aside, for an operator to mend.",
            "stuck": "The consumer tries the same record again and again; all others wait behind it.",
            "mended": "The operator has mended it, and sends it to the end of the log.",
            "login": "A token is refused, and its customer logs in again.",
            "out": "Eve is put out: from now on no order of hers may be accepted.",
        }
        many = {
            "kill": f"The orchestrator is killed, and is back {event.get('seconds', 0):g} s later.",
            "crash": "The consumer of the invoices dies. Another one resumes where the group has committed.",
            "log leads": f"Broker {event.who} leads now.",
        }
        if kind in once and kind not in self.told:
            self.told.add(kind)
            return once[kind]
        if kind in many and not (kind == "log leads" and event.t == 0):
            return many[kind] if sum(name.startswith(kind) for name in self.told) < 3 and not self._count(kind) else ""
        return ""

    def _count(self, kind: str) -> bool:
        """Whether it has been told twice."""
        n = sum(name.startswith(f"{kind} #") for name in self.told)
        self.told.add(f"{kind} #{n + 1}")
        return n >= 2


def _stills(trace: Trace) -> list[float]:
    """The incident, and the first promise that breaks."""
    moments = [event.t for event in trace if event.kind in STRUCK][:1]
    return sorted({*moments, *[event.t for event in trace.of("broken")][:1]})


def _verdict(trace: Trace) -> str:
    gone = [PROMISES[event.who] for event in trace.of("broken")]
    return f"The round is over. Broken: {', '.join(gone)}." if gone else "The round is over, and every promise is kept."
