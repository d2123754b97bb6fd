"""The primer of lesson 06: records fall into the partitions of a topic, and a group of two consumers reads them."""

from __future__ import annotations

from labs.kit.picture.palette import actor
from labs.kit.picture.scene import Scene

WIDTH = 560


def draw_topic() -> Scene:
    """The primer: records are appended to the partitions of a topic, and a group of two consumers reads them."""
    scene = Scene(WIDTH, 232, end=14, title="A topic with three partitions, read by a group of two consumers")
    scene.box("producer", 8, 84, 84, 44, label="producer", fill="panel")
    order = [(0, "A"), (2, "B"), (1, "C"), (0, "A"), (2, "B"), (0, "A"), (1, "C"), (2, "D"), (0, "A")]
    offsets, readers = [0, 0, 0], {0: "c1", 1: "c1", 2: "c2"}
    for partition in range(3):
        y = 26 + partition * 62
        scene.text(f"name{partition}", 112, y + 27, f"p{partition}", size=14, weight="bold")
        scene.box(f"log{partition}", 138, y, 250, 44, fill="none")
        scene.box(f"start{partition}", 140, y + 10, 0, 0, opacity=0)
    for i, name in enumerate(("c1", "c2")):
        scene.box(name, 452, 44 + i * 94, 96, 60, label=name, fill=actor(i + 1), weight="bold")
        scene.text(
            f"{name}-has", 500, 44 + i * 94 + 76, "reads p0 and p1" if i == 0 else "reads p2", size=12, align="middle"
        )
    scene.say(0, "A topic is a log cut into partitions. Each partition is an ordered list that only grows at its end.")
    for i, (partition, key) in enumerate(order):
        offset, t = offsets[partition], 1 + i
        offsets[partition] += 1
        cell, x, y = f"r{partition}-{offset}", 144 + offset * 58, 26 + partition * 62
        scene.box(cell, x, y + 4, 52, 36, label=f"{offset}: {key}", fill="data", size=13, opacity=0)
        scene.send(t, "producer", cell, label=key, over=0.8)
        scene.key(t + 0.8, cell, opacity=1)
        scene.send(t + 1.4, cell, readers[partition], label=f"{key}", over=0.8)
        scene.key(t + 2.2, cell, fill=actor(int(readers[partition][1:])))
    scene.say(1, "The first record, with key A, lands in p0. Its number there is its offset: 0.")
    scene.say(3.2, "c1 has read it: p0 belongs to c1. Nobody else in the group reads p0.")
    scene.say(4, "Another record with key A: the same key goes to the same partition, here to offset 1.")
    scene.say(9.4, "c1 reads p0 and p1, c2 reads p2. Offsets 0, 1, 2 … count in each partition on its own.", still=True)
    return scene
