"""The picture of the layers: a request falls from one to the next until one of them has the answer."""

from __future__ import annotations

from labs.caching.eviction.layers import LAYERS
from labs.kit.picture.scene import Scene
from labs.kit.trace import Event, Trace

WIDTH, TOP, ROW = 560, 34, 40


def draw_layers(trace: Trace) -> Scene:
    """The scene of a run of `fall`."""
    asked = trace.settings["asked"]
    height = TOP + ROW * len(LAYERS)
    scene = Scene(WIDTH, height + 96, end=trace.end, title="Who has it?", settle=0.6, unit="step")
    for text, x in (("layer", 14), ("costs", 166), ("keeps copies of", 236)):
        scene.text(f"head-{text}", x, 22, text, size=12, ink="muted")
    for i, layer in enumerate(LAYERS):
        y = TOP + ROW * i
        scene.box(layer.name, 8, y, 144, ROW - 8, label=layer.name)
        scene.text(f"{layer.name}-costs", 166, y + 21, f"{layer.costs:g} ms", size=13)
        kept = "everything" if layer is LAYERS[-1] else "–"
        scene.text(f"{layer.name}-kept", 236, y + 21, kept, size=13)
    w = (WIDTH - 16) / len(asked)
    for i, request in enumerate(asked):
        scene.box(f"request{i}", 8 + w * i, height + 24, w - 6, 60, label=request, wrap=True, size=13, fill="data",
                  opacity=0)  # fmt: skip
    scene.text("got", 8, height + 16, "requests, where they were answered, and after how long:", size=12, ink="muted")
    before = ""
    for e in trace:
        before = _show(scene, e, before)
    scene.stills = scene.stills or [trace.end]
    return scene


def _show(scene: Scene, e: Event, before: str) -> str:
    """Let one event be seen; returns the layer that is lit."""
    if before and e.kind in ("ask", "answer"):
        scene.key(e.t, before, fill="panel")
    if e.kind == "ask":
        scene.key(e.t, e.who, fill="good" if e["found"] else "warn")
        scene.key(e.t, f"request{e['number']}", opacity=1)
        if e.who == LAYERS[0].name or e["found"]:
            first = f"{e['request']}: the" if e.who == LAYERS[0].name else "The"
            scene.say(e.t, f"{first} {e.who} {'has it.' if e['found'] else 'does not have it: on to the next.'}")
        return e.who
    if e.kind == "answer":
        source = e["source"] or "nobody"
        label = f"{e['request']}:\n{source},\n{e['took']:g} ms" if e["source"] else f"{e['request']}:\nfailed"
        scene.key(e.t, f"request{e['number']}", label=label, fill="good" if e["source"] else "bad")
        for name, keys in e["kept"].items():
            if name != LAYERS[-1].name:
                scene.key(e.t, f"{name}-kept", label=", ".join(keys) or "–")
        told = f"Answered after {e['took']:g} ms." if e["source"] else "Nobody has it: the request fails."
        scene.say(e.t, told, still=True)
        return ""
    word = "✕ down" if e.kind == "down" else "–"
    scene.key(e.t, f"{e.who}-kept", label=word)
    scene.say(e.t, f"The {e.who} {'is down' if e.kind == 'down' else 'loses its copies'}.", still=True)
    return before
