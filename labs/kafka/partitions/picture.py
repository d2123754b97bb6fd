"""The picture of lesson 05: records fall through the hash of their key into the partitions of a topic.

`draw_produce(trace)` is the scene of one run: on top the way from a key to a number, below a row of cells per
partition, coloured by customer, and at the right how many records each has. captions.py says what is told; explore.py
puts controls, faults and monitors around it.
"""

from __future__ import annotations

from collections.abc import Mapping

from labs.kafka.partitions.captions import stills, teller
from labs.kafka.partitions.measures import loads
from labs.kafka.partitions.producing import CUSTOMERS
from labs.kit.picture.frame import shared_rows, shared_top
from labs.kit.picture.narration import narrate
from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, ROW, TOP, LEFT, BAR = 560, 25, 90, 56, 452
STAGES = {  # name: (its left edge, its width, what stands above it)
    "key": (8, 76, "key"),
    "bytes": (100, 108, "its bytes"),
    "hash": (224, 112, "hash, 32 bits"),
    "positive": (352, 108, "& 0x7fffffff"),
    "place": (476, 76, "% partitions"),
}
HEADS = {
    "Java": {"hash": "murmur2, 32 bits", "positive": "& 0x7fffffff"},
    "librdkafka": {"hash": "CRC32, 32 bits", "positive": "has no sign"},
}
UNHASHED = {"hash": "", "positive": "who decides", "place": "partition"}
DECIDED = {"sticky": "sticky", "round robin": "its turn", "yours": "your function"}


def draw_produce(trace: Trace) -> Scene:
    """The scene of a run of `produce`."""
    counts = loads(trace)
    rows = list(shared_rows("partitions", {f"p{n}": [] for n in range(len(counts))}))
    scene = Scene(WIDTH, TOP + ROW * len(rows) + 12, end=trace.end, settle=0.9, title=_title(trace))
    scene.rows["partitions"] = [f"p{n}" for n in range(len(counts))]
    scene.tops["load"] = max(counts)
    longest = shared_top("load", max(counts))
    _stages(scene, trace)
    cell = min(36.0, (BAR - LEFT - 16) / max(longest, 8))
    scene.text("offsets", LEFT - 8, TOP - 8, "offset", size=12, align="end", ink="muted")
    for offset in range(0, int(longest), 1 if cell > 22 else 5):
        middle = LEFT + cell * (offset + 0.5)
        scene.text(f"offset{offset}", middle, TOP - 8, str(offset), size=12, align="middle", ink="muted")
    scene.text("load", BAR, TOP - 8, "records", size=12, ink="muted")
    for number in range(len(counts)):
        _row(scene, number, there=number < trace.settings["partitions"], long=cell * max(longest, 8))
    filled = [0] * len(counts)
    for event in trace:
        if event.kind == "add":
            for number in range(event["partitions"]):
                scene.key(event.t, f"log{number}", dash="", opacity=1)
                scene.key(event.t, f"name{number}", ink="ink")
        elif event.kind == "append":
            filled[event["partition"]] += 1
            _record(scene, event, cell, 80 * filled[event["partition"]] / longest)
    scene.say(0, "A record is written every second." if not trace.settings["keyed"] else
              f"{'Customers order' if trace.settings['customers'] > 1 else 'A customer orders'}, one record a second. "
              "The key is the customer's name.")  # fmt: skip
    narrate(scene, trace, teller(trace), stills)
    return scene


def _title(trace: Trace) -> str:
    s = trace.settings
    many = f"{s['partitions']} partition{'s' * (s['partitions'] > 1)}"
    if len(loads(trace)) > s["partitions"]:
        many += f", later {len(loads(trace))}"
    return f"{s['client']} client, {many}" if s["keyed"] else f"no keys, {many}"


def _stages(scene: Scene, trace: Trace) -> None:
    """The five boxes through which a record's key goes, with arrows between them."""
    client, keyed = trace.settings["client"], trace.settings["keyed"]
    yours = trace.settings["choose"] is not None
    heads = (UNHASHED if yours else HEADS[client]) if keyed else {"bytes": "", **UNHASHED}
    for name, (x, w, words) in STAGES.items():
        scene.text(f"{name}-head", x + w / 2, 20, heads.get(name, words), size=12, align="middle", ink="muted")
        scene.box(name, x, 27, w, 30, mono=name != "key", size=12 if name == "positive" else 13)
    for before, after in zip(list(STAGES), list(STAGES)[1:], strict=False):
        scene.link(f"{before}-{after}", before, after)


def _row(scene: Scene, number: int, there: bool, long: float) -> None:
    y = TOP + ROW * number
    scene.text(f"name{number}", LEFT - 8, y + 17, f"p{number}", size=13, align="end", weight="bold",
               ink="ink" if there else "muted")  # fmt: skip
    scene.box(f"log{number}", LEFT - 2, y, long + 4, ROW - 3, fill="none", radius=3, dash="" if there else "3 3",
              opacity=1 if there else 0.5)  # fmt: skip
    scene.box(f"bar{number}", BAR, y + 4, 0, ROW - 11, fill="muted", stroke="none", radius=0)
    scene.text(f"count{number}", BAR + 4, y + 17, "0", size=12)


def _record(scene: Scene, event: Event, cell: float, bar: float) -> None:
    """A record goes through the boxes and falls into its partition."""
    t, number = event.t, event["partition"]
    fill = colour(event["customer"]) if event["key"] is not None else "data"
    for name, word in _words(event).items():
        scene.key(t, name, label=word, fill=fill if name in ("key", "place") else "panel")
    heads = UNHASHED if event["key"] is None or event["how"] == "yours" else HEADS[event.who]
    for name, head in heads.items():
        scene.key(t, f"{name}-head", label=head)
    name, x, y = f"p{number}-{event['offset']}", LEFT + cell * event["offset"] + 1, TOP + ROW * number
    size = 12 if len(tag(event)) < 3 or cell > 25 else 9  # "a10" has to fit into its cell, too
    scene.box(name, x, y + 2, cell - 2, ROW - 7, label=tag(event) if cell > 18 else "", fill=fill, size=size, radius=2,
              opacity=0, width=0.8, tip=f"{event['customer']}, order {event['number']}")  # fmt: skip
    scene.send(t + 0.3, "place", name, label=tag(event), over=0.45, fill=fill)
    scene.key(t + 0.75, name, opacity=1)
    scene.key(t + 0.75, f"bar{number}", over=0.15, w=bar)
    scene.key(t + 0.75, f"count{number}", over=0.15, x=BAR + 4 + bar)
    scene.key(t + 0.75, f"count{number}", label=str(event["offset"] + 1))


def _words(event: Event) -> Mapping[str, str]:
    """What stands in the boxes; where no key decided, who did."""
    place = f"p{event['partition']}"
    if event["key"] is None:
        return {"key": "no key", "bytes": "", "hash": "", "positive": DECIDED[event["how"]], "place": place}
    words = {"key": event["key"], "bytes": event["key"].encode().hex(" "), "place": place}
    if event["how"] == "yours":
        return {**words, "hash": "", "positive": "your function"}
    return {**words, "hash": str(event["hash"]), "positive": str(event["positive"])}


def colour(customer: str) -> str:
    """The customer's colour in every picture of the lesson."""
    return actor(CUSTOMERS.index(customer) + 1)


def tag(event: Event) -> str:
    """A record's short name: a3 is ada's third order; without a key, how many came before it."""
    return f"{event['customer'][0]}{event['number']}" if event["key"] is not None else str(event["turn"])
