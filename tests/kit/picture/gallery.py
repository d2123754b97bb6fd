"""A scene for each group of the kit's words, as a lesson would use them: what the tests look at."""

from __future__ import annotations

from labs.kit.picture.palette import COLOURS, actor
from labs.kit.picture.pool import Pool
from labs.kit.picture.scene import Scene

HOSTS = ["cache-a.eu-west-1.example", "cache-b.eu-west-1.example", "cache-c.example"]


def arrows() -> Scene:
    scene = Scene(560, 220, end=10, title="Arrows, areas, a message that stays")
    scene.box("producer", 20, 40, 120, 50, label="producer")
    scene.box("broker", 420, 40, 120, 50, label="broker", tip="keeps what it is sent")
    scene.box("consumer", 220, 150, 120, 50, label="consumer", fill="actor1")
    scene.link("reads", "broker", "consumer", arrow="both", dash="4 3", label="fetch")
    scene.send(1, "producer", "broker", label="m1", keep=True, over=2)
    scene.send(5, "consumer", "producer", label="m2", lost=True, over=2)
    scene.path("zig", [(20, 200), (60, 170), (100, 200), (140, 180)], arrow=True)
    scene.path("area", [(380, 200), (420, 160), (480, 180), (540, 150), (540, 200)], closed=True, fill="data")
    scene.line("grows", 20, 20, 20, 20, arrow="end", width=2)
    scene.key(0, "grows", over=10, w=520)
    return scene


def sequence(rows: int = 0) -> Scene:
    scene = Scene(560, 380, end=10, title="A sequence diagram")
    scene.lifelines({"client": "client", "proxy": "proxy", "orders": "order-service.eu"}, 0, 8, 560, 360, rows=rows)
    scene.message(1, "client", "proxy", "GET /orders/17")
    scene.message(2, "proxy", "orders", "GET /orders/17")
    scene.message(3.5, "orders", "orders", "reads the row, and takes a lock on it")
    if not rows:
        scene.active(2.5, 6, "orders")
    scene.message(5.5, "orders", "proxy", "200 OK", over=1, lost=True)
    scene.note(7.2, "proxy", "time-out: what now?")
    scene.message(8.6, "proxy", "client", "504", dash="4 3", stroke="bad")
    return scene


def ring() -> Scene:
    scene = Scene(560, 340, end=10, title="A hash ring")
    arcs = [(0, 0.2, "actor1", ""), (0.2, 0.55, "actor2", ""), (0.55, 1, "actor3", "")]
    scene.ring("ring", 280, 170, 110, arcs)
    for host, at in zip(HOSTS, (0.2, 0.55, 0.0), strict=True):
        scene.pin(host, "ring", at, label=host, fill="panel")
    scene.pin("user", "ring", 0.1, label="user:17", fill="warn", inside=True)
    scene.key(2, "user", over=6, at=0.5)
    scene.key(2, "ring-0", over=6, stop=0.3)
    scene.key(5, "ring-1", fill="actor3")
    return scene


def boxes() -> Scene:
    scene = Scene(560, 330, end=10, title="Bytes, boxes in boxes, a log that grows")
    scene.cells("byte", 8, 10, [f"{byte:02x}" for byte in b"GET / HTTP/1.1\r\n"], w=32)
    layers = {"Ethernet": "to the next hop", "IP": "10.0.0.7 → 93.184.216.34", "TCP": "port 443", "TLS": "", "HTTP": ""}
    fills = ("panel", "actor6", "data", "warn", "page")
    scene.nest("packet", 10, 50, 540, 190, layers, content="GET /orders/17 HTTP/1.1", fills=fills)
    scene.key(5, "packet:TLS", fill="hatch")
    scene.key(5, "packet:content", fill="hatch", label="•••••••• ••••")
    scene.log("log", 60, 270, 8, w=56, label="p0")
    for i in range(5):
        scene.append(1 + i, "log", f"k{i % 2}={i}", fill=actor(i % 2 + 1))
    scene.key(8, "log-1", opacity=0.3)
    return scene


def grid() -> Scene:
    scene = Scene(560, 250, end=10, title="Attack × verifier")
    rows = ["alg: none", "RS256 → HS256 with the public key", "kid: ../../dev/null", "expired"]
    columns = ["naive", "checks alg", "fixed key set", "library"]
    scene.grid("g", 8, 8, rows, columns, w=106, h=48)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            fill, word = ("good", "✓ refused") if j >= i % 3 else ("bad", "✗ accepted")
            scene.key(1 + i + j * 0.5, f"g:{row}:{column}", fill=fill, label=word)
    return scene


def charts() -> Scene:
    scene = Scene(560, 520, end=10, title="Charts")
    scene.bars("load", 10, 10, 250, 110, {"p0": 12, "p1": 7, "p2": 30, "partition three": 4}, fill=["actor1", "actor2"])
    scene.key(2, "load:p1", over=3, value=25)
    scene.histogram("ms", 320, 20, 220, 100, [200 * (i / 400) ** 3 for i in range(400)], high=200, across="ms")
    scene.rule("p95", "ms", 120, label="p95")
    scene.key(3, "p95", over=3, across=180)
    load = [u / 100 for u in range(0, 96, 5)]
    knee = {"M/M/1": [(u, u / (1 - u)) for u in load], "M/D/1": [(u, u / (1 - u) / 2) for u in load]}
    scene.plot("knee", 40, 200, 510, 110, knee, across="utilisation", up="waiting", top=20)
    scene.spot("you", "knee", 0.3, 1, label="your run")
    scene.key(1, "you", over=8, across=0.9, up=9)
    series = {"hits": [(0, 3), (3, 6), (7, 9)], "misses": [(0, 5), (4, 2)], "errors": [(0, 0), (6, 5)]}
    scene.chart("rate", 40, 390, 500, 80, series, top=10)
    return scene


def words() -> Scene:
    scene = Scene(560, 330, end=10, title="Words that wrap, on every fill, and faded")
    told = [
        ("data", "short"),
        ("warn", "The consumer has left the group: it did not poll for five minutes"),
        ("hatch", "words on hatching, in several lines"),
        ("good", "orders.eu-west-1.example.internal"),
    ]
    for i, (fill, label) in enumerate(told):
        scene.box(f"w{i}", 10 + i * 136, 10, 126, 74, label=label, fill=fill, wrap=True)
    for i, fill in enumerate([*(name for name in COLOURS if not name.endswith(("ink", "line", "muted"))), "hatch"]):
        x, y = 10 + i % 9 * 60, 100 + i // 9 * 90
        for row, (ink, opacity) in enumerate((("", 1), ("muted", 1), ("chip-ink", 0.5))):
            scene.box(
                f"{fill}-{row}", x, y + row * 28, 54, 24, label=fill, fill=fill, size=12, ink=ink, opacity=opacity
            )
    scene.key(5, "w0", label="now it has become a much longer label", fill="hatch")
    scene.key(5, "good-0", fill="hatch")
    scene.key(5, "hatch-1", fill="warn")
    scene.key(5, "panel-2", opacity=1, fill="actor8")
    return scene


def pool() -> Scene:
    scene = Scene(560, 200, end=10, title="A pool of chips")
    scene.box("proxy", 8, 60, 80, 80, label="proxy")
    scene.box("server", 440, 60, 110, 80)
    chips = Pool(scene, over=0.4, w=26)
    chips.tray("queue", 130, 62, 240, back=True, room=6)
    chips.tray("server", 448, 66, 94, 68)
    chips.tray("done", 130, 120, 240)
    moves = [(i * 0.2, i, "queue", "data") for i in range(14)] + [(2 + i * 0.5, i, "server", "warn") for i in range(6)]
    moves += [(7 + i * 0.3, i, "done", "good") for i in range(6)]
    for t, i, tray, fill in sorted(moves):
        chips.put(t, i, tray, fill=fill, start="proxy")
    chips.take(9, 0, fill="good")
    return scene


SCENES = {
    "arrows": arrows,
    "sequence": sequence,
    "rows": lambda: sequence(rows=8),
    "ring": ring,
    "boxes": boxes,
    "grid": grid,
    "charts": charts,
    "words": words,
    "pool": pool,
}
