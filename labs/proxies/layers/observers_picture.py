"""The picture of the way: one packet in its layers, and a row for each observer with what it has read."""

from __future__ import annotations

from typing import Any

from labs.kit.picture.scene import Scene
from labs.kit.playing.controls import Control, pick_controls
from labs.kit.playing.explorer import Explorer, explore
from labs.kit.trace import Event, Trace
from labs.proxies.layers.observers import OBSERVERS, TLS, layers, walk

COLUMNS = {"from": "sender", "to": "receiver", "site": "name of the site", "request": "the request"}

PLACES = {
    "café Wi-Fi": "On the café's Wi-Fi", "café's provider": "At the café's provider",
    "VPN server": "At the VPN server", "shop's provider": "At the shop's provider",
    "reverse proxy": "At the reverse proxy", "shop's network": "On the shop's network",
}  # fmt: skip


def draw_walk(trace: Trace) -> Scene:
    """The scene of a run of `walk`."""
    way = "with a VPN" if trace.settings["vpn"] else "without a VPN"
    scene = Scene(620, 408, end=trace.end, settle=0.4, title=f"One request, {way}; TLS ends {trace.settings['tls']}")
    names = {"Ethernet": "", "IP": "", "TCP or UDP": "", "inside": ""}
    scene.nest("p", 8, 8, 604, 158, names, content="-", fills=("panel", "actor6", "data", "warn"))
    seen = {e.who: e for e in trace.of("seen")}
    rows = [who for who in OBSERVERS if who in seen]
    scene.grid("g", 8, 172, rows, list(COLUMNS.values()), w=121, h=32, head=120, above=26)
    for e in trace.of("seen"):
        between, ports, inner, payload = layers(e["packets"][-1])
        kind = "UDP" if inner.startswith("tunnel") else "TCP"
        for layer, label in zip(
            names, ("Ethernet: from one network card to the next", f"IP: {between}", f"{kind}: {ports}", inner),
            strict=True,
        ):  # fmt: skip
            scene.key(e.t, f"p:{layer}", label=label)
        scene.key(e.t, "p:content", label=_text(payload[:60] if payload.startswith(b"GET ") else payload[-60:]))
        for name, column in COLUMNS.items():
            found = e["reads"][name]
            scene.key(e.t, f"g:{e.who}:{column}", label=found or "–", fill="warn" if found else "idle")
        scene.say(e.t, _said(e), still=e.who in ("café Wi-Fi", rows[-1]))
    return scene


def _text(payload: bytes) -> str:
    return "".join(chr(byte) if 32 < byte < 127 else "·" if byte != 32 else " " for byte in payload)


def _said(e: Event) -> str:
    read = e["reads"]
    where = PLACES[e.who]
    if e.who == "VPN server":
        where += " the packet comes out of the tunnel:"
    if read["request"] and b"GET " not in e["packets"][-1]:
        return f"{where} TLS ends. Here the request can be read, and changed."
    if read["request"]:
        return f"{where} the request is in plain text. Here it can be read, and changed."
    if read["site"]:
        return f"{where} the addresses can be read. The client's first message named the site; this one is encrypted."
    return f"{where} the addresses of the tunnel's ends can be read, and nothing of what is inside."


CONTROLS = {
    control.name: control
    for control in (Control("vpn", False, label="VPN"), Control("tls", TLS[1], options=TLS, label="TLS ends"))
}
MONITORS = [
    ("read the name of the site", lambda trace: _who(trace, "site")),
    ("read the request", lambda trace: _who(trace, "request")),
    ("see the café's or the laptop's address", lambda trace: _close(trace)),
]


def _who(trace: Trace, what: str) -> str:
    return ", ".join(e.who for e in trace.of("seen") if e["reads"][what]) or "nobody"


def _close(trace: Trace) -> str:
    return ", ".join(e.who for e in trace.of("seen") if e["reads"]["from"] in ("192.168.1.7", "203.0.113.9"))


def explore_walk(*controls: str, after: Any = None, versus: Any = None, **settings: Any) -> Explorer:
    """The way of a request, to play with; the controls are named, the settings are where they start."""
    shown = pick_controls(controls, CONTROLS, settings)
    return explore(
        lambda **chosen: walk(**{**settings, **chosen}), draw_walk, controls=shown, monitors=MONITORS, after=after,
        versus=versus,
    )  # fmt: skip
