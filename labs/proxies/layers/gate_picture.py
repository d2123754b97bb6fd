"""The picture of a firewall: its rules in order, the packets that come, and which rule decides."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, Strike, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Fault, Trace
from labs.proxies.layers.filter import ACCEPT
from labs.proxies.layers.gate import KINDS, ORDERS, PACKETS, STEP, gate, rules_of, told
from labs.proxies.layers.packet import Packet

WIDTH, LEFT, RIGHT, ROW, TOP = 500, 214, 222, 38, 28


def draw_gate(trace: Trace) -> Scene:
    """The scene of a run of `gate`."""
    kind, order = trace.settings["kind"], trace.settings["order"]
    rules = [_in_lines(told(rule)) for rule in rules_of(kind, order)]
    if kind == KINDS[1]:
        rules.insert(0, "accept: packets of a known conversation")
    scene = Scene(WIDTH, TOP + ROW * len(PACKETS) + 34, end=trace.end, settle=0.4, title=f"Rules on ssh: {order}")
    scene.text("rules", 8, 18, "rules, in order", weight="bold", size=13)
    scene.text("packets", 8 + RIGHT, 18, "packets", weight="bold", size=13)
    rules = [f"{i}. {words}" for i, words in enumerate(rules, 1)] + ["policy: drop what no rule matches"]
    for i, words in enumerate(rules):
        scene.box(f"r{i}", 8, TOP + ROW * i, LEFT, ROW - 4, label=words, size=12, radius=3, wrap=True)
    if kind == KINDS[1]:
        scene.text("table", 8, TOP + ROW * len(PACKETS) + 22, "conversations in the table: 0", size=13)
    for n, (_, packet) in enumerate(PACKETS):
        scene.box(
            f"p{n}",
            8 + RIGHT,
            TOP + ROW * n,
            WIDTH - RIGHT - 16,
            ROW - 4,
            label=_told(packet),
            size=12,
            radius=3,
            wrap=True,
        )
    for e in trace:
        _event(scene, e, kind, len(rules) - 1)
    return scene


def _event(scene: Scene, e: Event, kind: str, last: int) -> None:
    if e.kind == "forget":
        many = {0: "it was empty already", 1: "one conversation is forgotten"}
        forgotten = many.get(e["flows"], f"{e['flows']} conversations are forgotten")
        scene.say(e.t, f"The table is emptied: {forgotten}.", still=True)
        scene.key(e.t, "table", label="conversations in the table: 0")
        return
    first = 1 if kind == KINDS[1] else 0
    at = 0 if e["known"] else last if e["rule"] is None else e["rule"] + first
    well = e["verdict"] == ACCEPT
    scene.key(e.t, f"r{at}", fill="good" if well else "bad")
    scene.key(e.t + STEP * 0.8, f"r{at}", fill="panel")
    scene.key(e.t, f"p{e['n']}", fill="good" if well else "bad",
              label=("accepted: " if well else "dropped: ") + _told(e["packet"]))  # fmt: skip
    if kind == KINDS[1]:
        scene.key(e.t, "table", label=f"conversations in the table: {e['flows']}")
    why = "it belongs to a known conversation" if e["known"] else "no rule matches" if at == last else f"rule {at + 1}"
    scene.say(e.t, f"{_capital(e['what'])}: {'accepted' if well else 'dropped'} ({why}).", still=e["n"] in (2, 6, 8))


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _in_lines(rule: str) -> str:
    """In two lines where one is too long."""
    if "/" in rule and " to port" in rule:
        return rule.replace(" to port", "\nto port")
    return rule.replace(" from ", "\nfrom ") if "::" in rule else rule


def _told(packet: Packet) -> str:
    source, destination = (f"[{a}]" if ip_address(a).version == 6 else a for a in (packet.source, packet.destination))
    return f"{packet.protocol} {source}:{packet.source_port}\n→ {destination}:{packet.port}"


CONTROLS = {
    control.name: control
    for control in (
        Control("kind", KINDS[0], options=KINDS, label="firewall"),
        Control("order", ORDERS[0], options=ORDERS, label="rules on ssh"),
    )
}
MONITORS = [
    ("dropped", lambda trace: str(sum(e["verdict"] != ACCEPT for e in trace.of("packet")))),
    ("the packet that nobody asked for", lambda trace: _became(trace, 2, False)),
    ("the administrator", lambda trace: _became(trace, 6, True)),
    ("more of the page", lambda trace: _became(trace, 8, True)),
]


def _became(trace: Trace, n: int, wanted: bool) -> tuple[str, bool]:
    verdict = trace.of("packet")[n]["verdict"]
    return verdict, (verdict == ACCEPT) == wanted


def explore_gate(
    *controls: str, after: Any = None, versus: Any = None, faults: tuple[Fault, ...] = (), **settings: Any
) -> Explorer:
    """A firewall to play with. Where it is a stateful one for good, its table can be struck."""
    struck = settings.get("kind") == KINDS[1] and "kind" not in controls
    shown = pick_controls(controls, CONTROLS, settings)
    strikes = [Strike("forget", "restart the firewall", who=lambda trace: "firewall")] if struck else []
    return explore(
        lambda **chosen: gate(**{**settings, **chosen}), draw_gate, controls=shown, strikes=strikes,
        monitors=MONITORS, faults=faults, after=after, versus=versus,
    )  # fmt: skip
